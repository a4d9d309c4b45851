//! The API in front: headers, tokens, routes, envelopes.
//!
//! An operation runs in a task of its own, so that a caller who gives up does not stop
//! it: the group is made all the same.

use std::convert::Infallible;
use std::io::Write as _;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Frame, Incoming};
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue, VARY};
use hyper::http::request::Parts;
use hyper::{HeaderMap, Method, Request, Response, StatusCode};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::core::Sim;
use super::error::{ARGS, OpError, Reply, bad_request, failure, success};
use super::event::{HttpSeen, Refusal, TokenOwner};
use super::request::{Route, is_free};
use super::{Answer, Call, Fault, Observer, SimEvent, group};
use crate::wire::Build;
use crate::wire::goread::{self, Type};

/// Larger request bodies are cut there, and then are no JSON: main's own limit.
const MAIN_BODY: usize = 16 << 20;
/// The others read without end; this is ours.
const MAX_BODY: usize = 64 << 20;
/// Go sends longer answers in chunks.
const CHUNKED_FROM: usize = 2048;

type ApiBody = BoxBody<Bytes, Infallible>;

/// Answers one request, packed where the caller asks for it and the build does it.
pub(super) async fn handle(
    sim: Arc<Sim>,
    request: Request<Incoming>,
    remote: SocketAddr,
) -> Response<ApiBody> {
    let wanted = request.headers().get(ACCEPT_ENCODING).and_then(|v| v.to_str().ok());
    let packs = wanted.is_some_and(|v| v.contains("gzip")) && !sim.build().admin_token_by_user_token();
    let main = matches!(sim.build(), Build::Main | Build::MainStandalone);
    let id = if main { http_id(&sim) } else { String::new() };
    let mut response = answer(&sim, request, &id, remote).await;
    if main && let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-http-id"), id);
    }
    if packs { gzip(response).await } else { response }
}

async fn gzip(response: Response<ApiBody>) -> Response<ApiBody> {
    let (mut head, body) = response.into_parts();
    let Ok(plain) = body.collect().await;
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    // Writing into memory cannot fail.
    let packed = packer.write_all(&plain.to_bytes()).and_then(|()| packer.finish()).unwrap_or_default();
    head.headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    head.headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    Response::from_parts(head, Full::new(Bytes::from(packed)).boxed())
}

async fn answer(
    sim: &Arc<Sim>,
    request: Request<Incoming>,
    id: &str,
    remote: SocketAddr,
) -> Response<ApiBody> {
    if request.method() == Method::OPTIONS {
        return json(Reply { status: 200, body: "\"Options Request!\"".to_owned() });
    }
    match sim.faults.get() {
        Some(Fault::ApiHang) => std::future::pending().await,
        Some(Fault::Api500) => return empty_500(),
        _ => {}
    }
    if request.method() != Method::POST {
        return not_found();
    }
    let route = Route::of(request.uri().path(), &sim.version);
    let begun = Instant::now();
    let (head, body) = request.into_parts();
    let is_main = matches!(sim.build(), Build::Main | Build::MainStandalone);
    let most = if is_main { MAIN_BODY } else { MAX_BODY };
    let body = match Limited::new(body, most).collect().await {
        Ok(body) => body.to_bytes(),
        Err(_) => Bytes::new(),
    };
    let seen = Seen::new(&head, body, id.to_owned(), begun);
    let Some(route) = route else { return unrouted(sim, &head.headers, &seen) };
    seen.tell_received(sim, &head.headers, remote);
    match admit(sim, &head.headers, &seen.path, Some(route)).and_then(|who| read(sim, route, who, &seen)) {
        Ok(call) => json(run(sim, call, seen).await),
        Err(error) => {
            let reply = failure(&sim.version, None, &error);
            seen.tell_processed(&sim.watch.observer, &reply);
            json(reply)
        }
    }
}

/// No such route; later builds ask for a token even there.
fn unrouted(sim: &Sim, headers: &HeaderMap, seen: &Seen) -> Response<ApiBody> {
    match admit(sim, headers, &seen.path, None) {
        Ok(_) => not_found(),
        Err(error) => json(failure(&sim.version, None, &error)),
    }
}

/// The call, where its body is what the route expects.
fn read(sim: &Sim, route: Route, who: (String, String), seen: &Seen) -> Result<Call, OpError> {
    let (operation, user) = who;
    let body = goread::unmarshal(&seen.body, &Type::Struct(route.body()))
        .map_err(|text| bad_request(&sim.version, &text))?;
    let (path, sent) = (seen.path.as_str(), &*seen.body);
    sim.watch.observer.tell(&SimEvent::Called { operation: &operation, path, user: &user, body: sent });
    Ok(Call { route, path: path.to_owned(), operation, user, body })
}

/// A request, kept for those who watch.
struct Seen {
    id: String,
    operation: String,
    path: String,
    uri: String,
    body: Bytes,
    begun: Instant,
}

impl Seen {
    fn new(head: &Parts, body: Bytes, id: String, begun: Instant) -> Seen {
        let uri = head.uri.path_and_query().map_or_else(String::new, ToString::to_string);
        let operation = header(&head.headers, "operationid").to_owned();
        Seen { id, operation, path: head.uri.path().to_owned(), uri, body, begun }
    }

    fn shown(&self) -> HttpSeen<'_> {
        HttpSeen { id: &self.id, operation: &self.operation, uri: &self.uri, body: &self.body }
    }

    fn tell_received(&self, sim: &Sim, headers: &HeaderMap, remote: SocketAddr) {
        sim.watch.observer.tell(&SimEvent::HttpReceived {
            seen: self.shown(),
            remote,
            host: header(headers, "host"),
            content_type: header(headers, "content-type"),
            took: self.begun.elapsed(),
        });
    }

    fn tell_processed(&self, observer: &Observer, reply: &Reply) {
        observer.tell(&SimEvent::HttpProcessed {
            seen: self.shown(),
            status: reply.status,
            answer: &reply.body,
            took: self.begun.elapsed(),
        });
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|v: &HeaderValue| v.to_str().ok()).unwrap_or_default()
}

/// operationID and acting user (empty on routes that need no token).
fn admit(
    sim: &Sim,
    headers: &HeaderMap,
    path: &str,
    route: Option<Route>,
) -> Result<(String, String), OpError> {
    let operation = header(headers, "operationid");
    if operation.is_empty() {
        return Err(OpError::api(ARGS, "header must have operationID"));
    }
    // v3.7 asks for a token on its own routes only, later ones on every path.
    let asks = route.is_some() || sim.build() != Build::V370;
    if !asks || is_free(path, sim.build()) {
        return Ok((operation.to_owned(), String::new()));
    }
    match header(headers, "token") {
        "" => Err(OpError::api(ARGS, "header must have token")),
        token => Ok((operation.to_owned(), owner(sim, operation, token)?)),
    }
}

/// Whose token it is.
fn owner(sim: &Sim, operation: &str, token: &str) -> Result<String, OpError> {
    let begun = Instant::now();
    let found = sim.check_token(token);
    let result = found
        .as_ref()
        .map(|t| TokenOwner { user: &t.user, platform: t.platform, expires: t.expires })
        .map_err(Refusal);
    sim.watch.observer.tell(&SimEvent::TokenChecked { operation, result, took: begun.elapsed() });
    Ok(found?.user)
}

async fn run(sim: &Arc<Sim>, call: Call, seen: Seen) -> Reply {
    let (done, answer) = oneshot::channel();
    let worker = sim.clone();
    let watch = sim.watch.observer.is_watching().then(|| Watched::new(&call));
    // Tells of a caller who goes away: then this future is dropped before the answer is there.
    let mut waiting = watch.clone().map(|watched| Waiting { sim: sim.clone(), watched: Some(watched) });
    sim.tasks.spawn(async move {
        let reply = reply(&worker, &call).await;
        if let Some(Watched { operation, path, begun }) = watch.as_deref() {
            worker.watch.observer.tell(&SimEvent::Answered {
                operation,
                path,
                took: begun.elapsed(),
                status: reply.status,
                body: &reply.body,
            });
        }
        seen.tell_processed(&worker.watch.observer, &reply);
        // Nobody listens any more when the caller has gone.
        let _ = done.send(reply);
    });
    let reply = answer.await.unwrap_or_else(|_| Reply { status: 500, body: String::new() });
    if let Some(waiting) = &mut waiting {
        waiting.watched = None;
    }
    reply
}

/// A call that somebody watches.
struct Watched {
    operation: String,
    path: String,
    begun: Instant,
}

impl Watched {
    fn new(call: &Call) -> Arc<Watched> {
        let (operation, path) = (call.operation.clone(), call.path.clone());
        Arc::new(Watched { operation, path, begun: Instant::now() })
    }
}

/// A caller who waits for the answer.
struct Waiting {
    sim: Arc<Sim>,
    watched: Option<Arc<Watched>>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(Watched { operation, path, begun }) = self.watched.as_deref() {
            let after = begun.elapsed();
            self.sim.watch.observer.tell(&SimEvent::CallerLeft { operation, path, after });
        }
    }
}

async fn reply(sim: &Arc<Sim>, call: &Call) -> Reply {
    if let Err(error) = group::check(&sim.version, call) {
        return failure(&sim.version, None, &error);
    }
    let begun = Instant::now();
    sim.watch.observer.tell(&SimEvent::RpcSent { rpc: call.rpc() });
    let answer = dispatch(sim, call).await;
    let result = answer.as_ref().map(Option::as_deref).map_err(Refusal);
    sim.watch.observer.tell(&SimEvent::RpcAnswered { rpc: call.rpc(), took: begun.elapsed(), result });
    match answer {
        Ok(data) => success(sim.build(), data.as_deref()),
        Err(error) => {
            let hold = sim.hold(&error);
            if !hold.is_zero() {
                tokio::time::sleep(hold).await;
            }
            failure(&sim.version, call.route.nothing(), &error)
        }
    }
}

async fn dispatch(sim: &Arc<Sim>, call: &Call) -> Answer {
    match call.route {
        Route::AdminToken => sim.admin_token(call),
        Route::UserTokenBySecret => sim.user_token_by_secret(call),
        Route::UserToken => sim.user_token(call),
        Route::ParseToken => sim.parse_token(call),
        Route::ForceLogout => sim.force_logout(call),
        Route::Register => sim.register(call),
        Route::AccountCheck => sim.account_check(call),
        Route::UsersInfo => sim.users_info(call),
        Route::Users => sim.users(call),
        _ => group::serve(sim, call).await,
    }
}

fn not_found() -> Response<ApiBody> {
    let reply = Reply { status: 404, body: "404 page not found".to_owned() };
    respond(reply, "text/plain")
}

fn empty_500() -> Response<ApiBody> {
    respond(Reply { status: 500, body: String::new() }, "application/json")
}

fn json(reply: Reply) -> Response<ApiBody> {
    respond(reply, "application/json")
}

fn respond(reply: Reply, content_type: &'static str) -> Response<ApiBody> {
    let body = Bytes::from(reply.body);
    let body = if body.len() > CHUNKED_FROM { Unsized(Some(body)).boxed() } else { Full::new(body).boxed() };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::OK);
    let headers = response.headers_mut();
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("access-control-allow-methods", "*"),
        ("access-control-allow-headers", "*"),
        ("access-control-max-age", "172800"),
        ("access-control-allow-credentials", "false"),
    ] {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// A random UUID.
fn http_id(sim: &Sim) -> String {
    let (a, b) = (sim.random_u64(), sim.random_u64());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        a >> 32,
        (a >> 16) & 0xffff,
        a & 0xfff,
        0x8000 | ((b >> 48) & 0x3fff),
        b & 0xffff_ffff_ffff
    )
}

/// A body whose length is not told beforehand, so that it travels in chunks.
struct Unsized(Option<Bytes>);

impl Body for Unsized {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}
