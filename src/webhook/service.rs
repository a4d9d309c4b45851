//! One request: what it is, whether it is ours, and who answers it.
//!
//! Callbacks of this run's load go to the `Responder`; preflight's, set-up's and
//! clean-up's own are answered neutrally at once; others neutrally too, or by the
//! server that `webhook.forward_others` names. Delays and faults never touch others.
//! With an upstream everything goes there (`passed_on`), whatever it is.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONNECTION, CONTENT_TYPE, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use tokio::time::timeout;

use super::body::ReplyBody;
use super::events::OpenCallback;
use super::handling::Handling;
use super::responder::{Callback, Passing, Progress, Reply, Responder};
use super::route::{self, HEARTBEAT_PATH, Route, clip};
use super::server::{Scope, Server};
use super::stamped::ConnState;
use super::stats::Counted;
use crate::ids::OperationId;
use crate::port::{CallbackDone, ReplyKind, RunEvent, Stranger};
use crate::units::Stamp;
use crate::wire::{WebhookKey, answer};

/// The connection ends without an answer.
#[derive(Debug, thiserror::Error)]
#[error("connection ended without an answer")]
pub(super) struct Unanswered;

pub(super) type Answered = Result<Response<ReplyBody>, Unanswered>;

/// What all requests of a connection share.
pub(super) struct Conn {
    pub(super) number: u64,
    pub(super) accepted_at: Stamp,
    pub(super) used: AtomicBool,
    pub(super) state: Arc<ConnState>,
    pub(super) counted: Counted,
}

/// Answers a request whose head was parsed at `received_at`.
///
/// The part before the future runs at once: a peer that closes right behind its request
/// ends the connection before the future is polled, and its callback must be told of too.
pub(super) fn answer<R: Responder>(
    server: &Arc<Server<R>>,
    conn: &Arc<Conn>,
    request: Request<Incoming>,
    received_at: Stamp,
) -> impl Future<Output = Answered> + use<R> {
    let accepted_at = (!conn.used.swap(true, Relaxed)).then_some(conn.accepted_at);
    let begun = if request.uri().path() == HEARTBEAT_PATH {
        conn.counted.leave();
        Err(plain(conn, StatusCode::NO_CONTENT, Bytes::new()))
    } else if request.method() != Method::POST && server.responder.upstream().is_none() {
        Err(refuse_method(server, conn, &request))
    } else {
        let exchange = Exchange { server: server.clone(), conn: conn.clone(), accepted_at, received_at };
        Ok(exchange.begin(request))
    };
    async {
        match begun {
            Ok(arrival) => arrival.answer().await,
            Err(answered) => answered,
        }
    }
}

/// A POST on its way to an answer.
pub(super) struct Exchange<R> {
    pub(super) server: Arc<Server<R>>,
    pub(super) conn: Arc<Conn>,
    accepted_at: Option<Stamp>,
    pub(super) received_at: Stamp,
}

/// A POST whose head is known and whose body is still to come.
struct Arrival<R> {
    exchange: Exchange<R>,
    route: Route,
    in_header: Vec<OperationId>,
    /// The callback, where the header tells that it is ours.
    early: Option<OpenCallback>,
    head: Parts,
    body: Incoming,
}

impl<R: Responder> Arrival<R> {
    async fn answer(self) -> Answered {
        let Arrival { exchange, route, in_header, early, head, body } = self;
        let body = match exchange.read(body, early.is_some()).await {
            Ok(body) => body,
            Err(refusal) => {
                if let Some(open) = early {
                    open.ended();
                }
                return refusal;
            }
        };
        let operations = if in_header.is_empty() {
            route::operations_in_body(&body, exchange.server.config.scope)
        } else {
            in_header
        };
        let open = early.or_else(|| exchange.open(&route, &operations, &head));
        match (route.key, open) {
            (Some(key), Some(open)) => exchange.own(key, route.command, operations, head, body, open).await,
            _ => exchange.stranger(&route, head, body).await,
        }
    }
}

impl<R: Responder> Exchange<R> {
    fn begin(self, request: Request<Incoming>) -> Arrival<R> {
        let (head, body) = request.into_parts();
        let config = &self.server.config;
        let mut route = route::route(&config.path, head.uri.path());
        if let Some(path) = route.other_path.take() {
            self.server.stats.count_other_path(path);
        }
        let in_header = route::operations_in_header(&head.headers, config.scope);
        let early = self.open(&route, &in_header, &head);
        Arrival { exchange: self, route, in_header, early, head, body }
    }

    /// Tells of the arrival when the callback belongs to operations of this run, or all are ours.
    fn open(&self, route: &Route, operations: &[OperationId], head: &Parts) -> Option<OpenCallback> {
        let everything = self.server.config.scope == Scope::Everything;
        let is_ours = head.method == Method::POST && (everything || !operations.is_empty());
        let key = route.key.filter(|_| is_ours)?;
        let done = CallbackDone {
            key,
            operations: operations.to_vec(),
            connection: self.conn.number,
            accepted_at: self.accepted_at,
            received_at: self.received_at,
            started_at: None,
            replied_at: None,
            aborted_at: None,
            reply: ReplyKind::Neutral,
            crowded_at: self.server.stats.crowded_at(self.received_at),
            upstream: None,
            operation_text: if everything { route::operation_text(&head.headers) } else { None },
        };
        Some(OpenCallback::arrived(done, self.conn.state.closed(), self.server.events.clone()))
    }

    /// Reads the body whole, or says how the request ends. Of a body that breaks off
    /// nothing is told when the callback's own event tells (`is_told`).
    async fn read(&self, body: Incoming, is_told: bool) -> Result<Bytes, Answered> {
        let config = &self.server.config;
        let whole = Limited::new(body, config.body_limit).collect();
        let (status, why) = match timeout(config.read_timeout, whole).await {
            Ok(Ok(body)) => return Ok(body.to_bytes()),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                (StatusCode::PAYLOAD_TOO_LARGE, format!("request body above {} bytes", config.body_limit))
            }
            Ok(Err(error)) => {
                if !is_told {
                    self.server.events.bad_request(clip(&format!("request body broken off: {error}"), 200));
                }
                return Err(Err(Unanswered));
            }
            Err(_) => (
                StatusCode::REQUEST_TIMEOUT,
                format!("request body not whole after {:?}", config.read_timeout),
            ),
        };
        self.server.events.bad_request(why.clone());
        Err(plain(&self.conn, status, why.into()).map(close_after))
    }

    async fn own(
        &self,
        key: WebhookKey,
        command: String,
        operations: Vec<OperationId>,
        head: Parts,
        body: Bytes,
        open: OpenCallback,
    ) -> Answered {
        let upstream = self.server.responder.upstream();
        if upstream.is_none() && !operations.iter().any(OperationId::is_load) {
            let reply = Reply::json(answer::neutral(Some(key), &body), ReplyKind::Neutral);
            return self.deliver(reply, open, key, &body).await;
        }
        let progress = Progress::default();
        let callback = Callback {
            key,
            command,
            operations,
            body: body.clone(),
            headers: head.headers.clone(),
            received_at: self.received_at,
            progress: progress.clone(),
        };
        let responder = self.server.responder.clone();
        let work = Box::pin(async move { responder.respond(&callback).await });
        let (reply, open) = Handling::new(work, open, progress, self.server.kill.clone()).await;
        if let (Reply::Upstream(passing), Some(upstream)) = (&reply, upstream) {
            let mut open = open;
            open.set_reply(reply.kind());
            return self.pass_on(upstream, head, body, Some(open), *passing).await;
        }
        self.deliver(reply, open, key, &body).await
    }

    async fn deliver(&self, reply: Reply, mut open: OpenCallback, key: WebhookKey, body: &Bytes) -> Answered {
        open.set_reply(reply.kind());
        match reply {
            Reply::Answer { status, content_type, body, .. } => {
                Ok(response(&self.conn, status, &content_type, body, Some(open)))
            }
            Reply::Hang => {
                self.server.stop.cancelled().await;
                open.ended();
                Err(Unanswered)
            }
            Reply::Reset => {
                self.conn.state.reset_on_close();
                open.ended();
                Err(Unanswered)
            }
            Reply::Close | Reply::Upstream(_) => {
                open.ended();
                Err(Unanswered)
            }
            Reply::SlowBody => {
                let whole = Bytes::from(answer::neutral(Some(key), body));
                let slow = ReplyBody::slow(&whole, self.server.stop.clone(), open);
                let mut response = Response::new(slow);
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                Ok(response)
            }
        }
    }

    async fn stranger(&self, route: &Route, head: Parts, body: Bytes) -> Answered {
        let tell = |forwarded| {
            // OpenIM puts the command behind a query in `url`; showing it whole shows that.
            let query = head.uri.query().filter(|_| route.key.is_none()).map(|q| format!("?{q}"));
            let command = clip(&format!("{}{}", route.command, query.unwrap_or_default()), 80);
            let stranger = Stranger { command, known: route.key.is_some(), forwarded };
            self.server.events.put(RunEvent::Stranger(stranger));
        };
        if let Some(upstream) = self.server.responder.upstream() {
            tell(true);
            return self.pass_on(upstream, head, body, None, Passing::default()).await;
        }
        let Some(forwarder) = &self.server.forward else {
            tell(false);
            let neutral = answer::neutral(route.key, &body);
            return Ok(response(&self.conn, 200, "application/json", neutral.into(), None));
        };
        tell(true);
        match forwarder.forward(&route.command, &head, body).await {
            Ok(answer) => Ok(response(&self.conn, answer.status, &answer.content_type, answer.body, None)),
            Err(error) => {
                self.server.events.bad_request(clip(&error.to_string(), 300));
                Err(Unanswered)
            }
        }
    }
}

fn refuse_method<R>(server: &Server<R>, conn: &Conn, request: &Request<Incoming>) -> Answered {
    let (method, path) = (request.method(), request.uri().path());
    server.events.bad_request(clip(&format!("{method} {path} instead of POST"), 200));
    let hint = format!(
        "openim-bench listens here for OpenIM's callbacks, which are POST requests to {}/<command>.\n",
        server.config.path.trim_end_matches('/')
    );
    let hint = if method == Method::HEAD { Bytes::new() } else { hint.into() };
    let mut refusal = plain(conn, StatusCode::METHOD_NOT_ALLOWED, hint)?;
    refusal.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    Ok(refusal)
}

pub(super) fn plain(conn: &Conn, status: StatusCode, text: Bytes) -> Answered {
    Ok(response(conn, status.as_u16(), "text/plain; charset=utf-8", text, None))
}

fn close_after(mut response: Response<ReplyBody>) -> Response<ReplyBody> {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A whole answer; a status or Content-Type that HTTP does not allow becomes a plain one.
pub(super) fn response(
    conn: &Conn,
    status: u16,
    content_type: &str,
    body: Bytes,
    open: Option<OpenCallback>,
) -> Response<ReplyBody> {
    let final_status = |s: &StatusCode| !s.is_informational();
    let status =
        StatusCode::from_u16(status).ok().filter(final_status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // These two never have a body; a body given for them would be written by nobody.
    let bodiless = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    let body = if bodiless { Bytes::new() } else { body };
    let mut response = Response::new(ReplyBody::whole(body, conn.state.clone(), open));
    *response.status_mut() = status;
    if !bodiless
        && let Ok(value) = HeaderValue::from_str(content_type)
        && !content_type.is_empty()
    {
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    response
}
