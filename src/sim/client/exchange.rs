//! One callback over the wire, with Go's deadlines, retries and texts.

use std::error::Error as _;
use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Body, Incoming};
use hyper::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue, LOCATION,
    REFERER, USER_AGENT,
};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, Response, StatusCode, Uri};

use super::body::{self, BodyError};
use super::dial::{Connection, HostDialer, errno_text};
use super::pool::Lease;
use super::url::{self, UrlError, WebUrl, quote};
use super::{Client, Failure, Limit, Step, Trace};

/// Requests that one callback may become; the redirect after the last is refused.
const MAX_REDIRECTS: usize = 10;
static OPERATION_ID: HeaderName = HeaderName::from_static("operationid");

pub(super) async fn post(
    client: &Client,
    url: &str,
    operation_id: &str,
    body: Bytes,
    limit: Limit,
    trace: Option<&Trace>,
) -> Result<Bytes, Failure> {
    let deadline = tokio::time::sleep(limit.after);
    tokio::pin!(deadline);
    let mut call = Call::new(client, url, operation_id, body, trace);
    let (lease, response) = tokio::select! {
        biased;
        answered = call.head() => answered.map_err(|e| e.of(url))?,
        () = &mut deadline => {
            return Err(Failure { url: url.to_owned(), step: Step::Request, cause: call.named(waiting(limit)) });
        }
    };
    tokio::select! {
        biased;
        read = read_body(url, lease, response) => read,
        () = &mut deadline => {
            Err(Failure { url: url.to_owned(), step: Step::ReadBody, cause: reading(limit).to_owned() })
        }
    }
}

/// The failure of a callback that is given up at its deadline.
pub(super) fn deadline_failure(url: &str, limit: Limit, trace: &Trace) -> Failure {
    let url = url.to_owned();
    if trace.has_head() {
        return Failure { url, step: Step::ReadBody, cause: reading(limit).to_owned() };
    }
    Failure { url, step: Step::Request, cause: format!("{}: {}", trace.named(), waiting(limit)) }
}

fn waiting(limit: Limit) -> &'static str {
    if limit.capped {
        "context deadline exceeded (Client.Timeout exceeded while awaiting headers)"
    } else {
        "context deadline exceeded"
    }
}

fn reading(limit: Limit) -> &'static str {
    if limit.capped {
        "context deadline exceeded (Client.Timeout or context cancellation while reading body)"
    } else {
        "context deadline exceeded"
    }
}

async fn read_body(
    url: &str,
    mut lease: Lease<HostDialer>,
    response: Response<Incoming>,
) -> Result<Bytes, Failure> {
    match body::read(response).await {
        Ok(bytes) => {
            lease.give_back();
            Ok(bytes)
        }
        Err(error) => {
            let cause = body_text(&error, &mut lease);
            Err(Failure { url: url.to_owned(), step: Step::ReadBody, cause })
        }
    }
}

pub(super) enum HeadError {
    NewRequest(String),
    Request(String),
}

impl HeadError {
    fn of(self, url: &str) -> Failure {
        let (step, cause) = match self {
            HeadError::NewRequest(cause) => (Step::NewRequest, cause),
            HeadError::Request(cause) => (Step::Request, cause),
        };
        Failure { url: url.to_owned(), step, cause }
    }
}

pub(super) struct Call<'a> {
    client: &'a Client,
    operation_id: &'a str,
    method: Method,
    url: String,
    body: Bytes,
    /// The URL as an error shows it.
    shown: String,
    /// Where a redirect came from.
    referer: Option<String>,
    trace: Option<&'a Trace>,
    redirected: bool,
}

type Answered = (Lease<HostDialer>, Response<Incoming>);

impl<'a> Call<'a> {
    pub(super) fn new(
        client: &'a Client,
        url: &str,
        operation_id: &'a str,
        body: Bytes,
        trace: Option<&'a Trace>,
    ) -> Call<'a> {
        Call {
            client,
            operation_id,
            method: Method::POST,
            url: url.to_owned(),
            body,
            shown: url.to_owned(),
            referer: None,
            trace,
            redirected: false,
        }
    }

    /// To the end of the answer, however long it takes.
    pub(super) async fn whole(&mut self) -> Result<Bytes, Failure> {
        let url = self.url.clone();
        let (lease, response) = self.head().await.map_err(|e| e.of(&url))?;
        if let Some(trace) = self.trace {
            trace.head_is_here();
        }
        read_body(&url, lease, response).await
    }

    /// `Post "URL": cause`.
    fn named(&self, cause: &str) -> String {
        format!("{}: {cause}", self.name())
    }

    /// `Post "URL"`; after a redirect to GET too, Go names the first method.
    fn name(&self) -> String {
        format!("Post {}", quote(&self.shown))
    }

    /// Up to the head of the answer that is no redirect.
    async fn head(&mut self) -> Result<Answered, HeadError> {
        for redirects in 1..=MAX_REDIRECTS {
            self.shown.clone_from(&self.url);
            let target = url::parse(&self.url).map_err(|e| match e {
                UrlError::Parse(cause) => HeadError::NewRequest(cause),
                UrlError::Send(cause) => HeadError::Request(self.named(&cause)),
            })?;
            self.shown.clone_from(&target.shown);
            let request = self.request(&target).map_err(|cause| HeadError::Request(self.named(&cause)))?;
            let (lease, response) =
                self.send(&target, request).await.map_err(|cause| HeadError::Request(self.named(&cause)))?;
            if let Some(trace) = self.trace {
                trace.answered(&response);
            }
            let Some(location) = redirect(&response) else { return Ok((lease, response)) };
            if !matches!(response.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT) {
                self.method = Method::GET;
                self.body = Bytes::new();
            }
            slurp(lease, response).await;
            if redirects == MAX_REDIRECTS {
                self.shown = location;
                break;
            }
            self.url = self.next(&target, &location).map_err(HeadError::Request)?;
            self.redirected = true;
        }
        Err(HeadError::Request(self.named("stopped after 10 redirects")))
    }

    /// Where a redirect leads.
    fn next(&mut self, from: &WebUrl, location: &str) -> Result<String, String> {
        let to = url::resolve(from, location);
        let parsed = url::parse(&to);
        let leaves = |to: &WebUrl| !to.target.name.eq_ignore_ascii_case(&from.target.name);
        if self.client.stays && parsed.as_ref().is_ok_and(leaves) {
            return Err(self.named(super::go::LEAVES));
        }
        if let Err(UrlError::Parse(cause)) = &parsed {
            return Err(self.named(&format!("failed to parse Location header {}: {cause}", quote(location))));
        }
        // Nobody is told over an open line where a secret one came from.
        let opens = from.target.tls && parsed.is_ok_and(|to| !to.target.tls);
        self.referer = (!opens).then(|| from.referer.clone());
        Ok(to)
    }

    /// The request, headers in the order in which Go writes them.
    fn request(&self, target: &WebUrl) -> Result<Request<Full<Bytes>>, String> {
        let path = PathAndQuery::from_maybe_shared(Bytes::from(target.path.clone()))
            .map_err(|e| format!("net/http: invalid path: {e}"))?;
        let uri = Uri::builder().path_and_query(path).build().map_err(|e| e.to_string())?;
        let host = HeaderValue::from_str(&target.host).map_err(|_| "http: invalid Host header".to_owned())?;
        let operation_id = HeaderValue::from_bytes(self.operation_id.as_bytes())
            .map_err(|_| "net/http: invalid header field value for \"Operationid\"".to_owned())?;
        let mut request = Request::new(Full::new(self.body.clone()));
        *request.method_mut() = self.method.clone();
        *request.uri_mut() = uri;
        let headers = request.headers_mut();
        headers.insert(HOST, host);
        headers.insert(USER_AGENT, HeaderValue::from_static("Go-http-client/1.1"));
        if self.method == Method::POST {
            headers.insert(CONTENT_LENGTH, HeaderValue::from(self.body.len()));
        }
        if let Some(login) = &target.login {
            let value = format!("Basic {}", STANDARD.encode(login));
            let value = HeaderValue::from_str(&value).map_err(|e| e.to_string())?;
            headers.insert(AUTHORIZATION, value);
        }
        if self.method == Method::POST {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        }
        headers.insert(OPERATION_ID.clone(), operation_id);
        if let Some(referer) = self.referer.as_deref().and_then(|r| HeaderValue::from_str(r).ok()) {
            headers.insert(REFERER, referer);
        }
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        Ok(request)
    }

    /// Sends it. A kept connection that turns out to be closed before anything was
    /// written is passed over, as in Go; anything later is a failure.
    async fn send(&self, target: &WebUrl, mut request: Request<Full<Bytes>>) -> Result<Answered, String> {
        if let Some(trace) = self.trace.filter(|t| t.keeps_slot()) {
            trace.sending(self.name());
        }
        let pool = self.client.pool(&target.target);
        loop {
            let mut lease = pool.get().await?;
            let reused = lease.reused;
            self.tell_trace(&mut lease);
            let Some(conn) = lease.conn() else { continue };
            if conn.sender.ready().await.is_err() {
                if reused {
                    continue;
                }
                return Err("EOF".to_owned());
            }
            conn.seen.forget();
            match conn.sender.try_send_request(request).await {
                Ok(response) => return Ok((lease, response)),
                Err(mut error) => match error.take_message() {
                    Some(unsent) if reused => request = unsent,
                    _ => return Err(error_text(&error.into_error(), conn)),
                },
            }
        }
    }
}

impl Call<'_> {
    fn tell_trace(&self, lease: &mut Lease<HostDialer>) {
        let Some(trace) = self.trace else { return };
        if !self.redirected {
            trace.connected(!lease.reused);
        }
        if trace.keeps_slot() {
            trace.hold_slot(lease.slot());
        }
    }
}

fn redirect(response: &Response<Incoming>) -> Option<String> {
    matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308).then_some(())?;
    let location = String::from_utf8_lossy(response.headers().get(LOCATION)?.as_bytes()).into_owned();
    (!location.is_empty()).then_some(location)
}

/// The answer that redirects is read, if it is short, so that its connection serves again.
async fn slurp(lease: Lease<HostDialer>, response: Response<Incoming>) {
    const SHORT: usize = 2 << 10;
    let length = response.body().size_hint().exact();
    if length.is_some_and(|n| n > SHORT as u64) {
        return;
    }
    if Limited::new(response.into_body(), SHORT).collect().await.is_ok() {
        lease.give_back();
    }
}

/// What Go says when the connection broke before an answer, or the answer is none.
fn error_text(error: &hyper::Error, conn: &Connection) -> String {
    let Connection { route, seen, .. } = conn;
    let cause = match io_error(error) {
        Some(io) if io.kind() == io::ErrorKind::BrokenPipe => {
            format!("write tcp {route}: write: broken pipe")
        }
        Some(io) if io.kind() != io::ErrorKind::UnexpectedEof => {
            format!("read tcp {route}: read: {}", errno_text(io))
        }
        _ if seen.is_empty() => "EOF".to_owned(),
        _ => seen.mistake(),
    };
    if seen.is_empty() { cause } else { format!("net/http: HTTP/1.x transport connection broken: {cause}") }
}

fn body_text(error: &BodyError, lease: &mut Lease<HostDialer>) -> String {
    let error = match error {
        BodyError::Transport(error) => error,
        BodyError::Text(text) => return text.clone(),
    };
    match (io_error(error), lease.conn()) {
        (Some(io), _) if matches!(io.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => {
            "invalid byte in chunk length".to_owned()
        }
        (Some(io), Some(conn)) if io.kind() != io::ErrorKind::UnexpectedEof => {
            format!("read tcp {}: read: {}", conn.route, errno_text(io))
        }
        _ => "unexpected EOF".to_owned(),
    }
}

fn io_error(error: &hyper::Error) -> Option<&io::Error> {
    let mut source = error.source();
    while let Some(inner) = source {
        if let Some(io) = inner.downcast_ref::<io::Error>() {
            return Some(io);
        }
        source = inner.source();
    }
    None
}
