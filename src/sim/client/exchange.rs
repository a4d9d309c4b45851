//! One callback over the wire, with Go's deadlines, retries and texts.

use std::error::Error as _;
use std::io;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{
    ACCEPT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderName, HeaderValue, LOCATION, USER_AGENT,
};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request, Response, StatusCode, Uri};

use super::body::{self, BodyError};
use super::dial::{HostDialer, errno_text};
use super::pool::Lease;
use super::url::{self, UrlError, WebUrl, quote};
use super::{Client, Failure, Limit, Step, Trace};

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
    let mut call = Call { client, operation_id, method: Method::POST, url: url.to_owned(), body, trace };
    let fail = |step, cause| Failure { url: url.to_owned(), step, cause };
    let (mut lease, response) = tokio::select! {
        biased;
        answered = call.head() => answered.map_err(|e| match e {
            HeadError::NewRequest(cause) => fail(Step::NewRequest, cause),
            HeadError::Request(cause) => fail(Step::Request, cause),
        })?,
        () = &mut deadline => {
            let more = if limit.capped { " (Client.Timeout exceeded while awaiting headers)" } else { "" };
            return Err(fail(Step::Request, call.named(&format!("context deadline exceeded{more}"))));
        }
    };
    tokio::select! {
        biased;
        read = body::read(response) => match read {
            Ok(bytes) => {
                lease.give_back();
                Ok(bytes)
            }
            Err(error) => Err(fail(Step::ReadBody, body_text(&error, &mut lease))),
        },
        () = &mut deadline => {
            let more =
                if limit.capped { " (Client.Timeout or context cancellation while reading body)" } else { "" };
            Err(fail(Step::ReadBody, format!("context deadline exceeded{more}")))
        }
    }
}

enum HeadError {
    NewRequest(String),
    Request(String),
}

struct Call<'a> {
    client: &'a Client,
    operation_id: &'a str,
    method: Method,
    url: String,
    body: Bytes,
    /// Until the first host has answered.
    trace: Option<&'a Trace>,
}

type Answered = (Lease<HostDialer>, Response<Incoming>);

impl Call<'_> {
    /// `Post "URL": cause`.
    fn named(&self, cause: &str) -> String {
        let verb = if self.method == Method::GET { "Get" } else { "Post" };
        format!("{verb} {}: {cause}", quote(&self.url))
    }

    /// Up to the head of the answer that is no redirect.
    async fn head(&mut self) -> Result<Answered, HeadError> {
        for _ in 0..=MAX_REDIRECTS {
            let target = url::parse(&self.url).map_err(|e| match e {
                UrlError::Parse(cause) => HeadError::NewRequest(cause),
                UrlError::Send(cause) => HeadError::Request(self.named(&cause)),
            })?;
            let request = self.request(&target).map_err(|cause| HeadError::Request(self.named(&cause)))?;
            let (lease, response) =
                self.send(&target, request).await.map_err(|cause| HeadError::Request(self.named(&cause)))?;
            let Some(location) = redirect(&response) else { return Ok((lease, response)) };
            if !matches!(response.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT) {
                self.method = Method::GET;
                self.body = Bytes::new();
            }
            self.url = url::resolve(&target, &location);
            self.trace = None;
        }
        Err(HeadError::Request(self.named("stopped after 10 redirects")))
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
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
        headers.insert(OPERATION_ID.clone(), operation_id);
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        Ok(request)
    }

    /// Sends it. A kept connection that turns out to be closed before anything was
    /// written is passed over, as in Go; anything later is a failure.
    async fn send(&self, target: &WebUrl, mut request: Request<Full<Bytes>>) -> Result<Answered, String> {
        let pool = self.client.pool(&target.target);
        loop {
            let mut lease = pool.get().await?;
            let reused = lease.reused;
            if let Some(trace) = self.trace {
                trace.connected(!reused);
            }
            let Some(conn) = lease.conn() else { continue };
            if conn.sender.ready().await.is_err() {
                if reused {
                    continue;
                }
                return Err("EOF".to_owned());
            }
            match conn.sender.try_send_request(request).await {
                Ok(response) => return Ok((lease, response)),
                Err(mut error) => match error.take_message() {
                    Some(unsent) if reused => request = unsent,
                    _ => return Err(error_text(&error.into_error(), &conn.route)),
                },
            }
        }
    }
}

fn redirect(response: &Response<Incoming>) -> Option<String> {
    matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308).then_some(())?;
    Some(response.headers().get(LOCATION)?.to_str().ok()?.to_owned())
}

/// What Go says when the connection broke before an answer.
fn error_text(error: &hyper::Error, route: &str) -> String {
    if let Some(io) = io_error(error) {
        return match io.kind() {
            io::ErrorKind::BrokenPipe => format!("write tcp {route}: write: broken pipe"),
            io::ErrorKind::UnexpectedEof => "EOF".to_owned(),
            _ => format!("read tcp {route}: read: {}", errno_text(io)),
        };
    }
    if error.is_parse() {
        return "net/http: HTTP/1.x transport connection broken: malformed HTTP response".to_owned();
    }
    "EOF".to_owned()
}

fn body_text(error: &BodyError, lease: &mut Lease<HostDialer>) -> String {
    let error = match error {
        BodyError::Transport(error) => error,
        BodyError::Text(text) => return text.clone(),
    };
    match (io_error(error), lease.conn()) {
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
