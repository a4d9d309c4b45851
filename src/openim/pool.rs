//! HTTP/1.1 connections to the API for the load, with exact stamps.
//!
//! Promises that `sent_at` is taken when a connection is asked for, that connect time (name,
//! TCP, TLS) lies inside service time and is told apart, that `answered_at` comes after the
//! last byte of the body, and that the deadline covers all of it. Nothing is compressed and
//! no proxy is used. Idle connections are kept up to the in-flight limit, newest first.
//! A kept connection that the server closed at once, without a byte of an answer, is replaced
//! once; that is counted. What the answer means is decided elsewhere.

use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{HOST, HeaderMap, HeaderValue};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::base_url::BaseUrl;
use super::gzip::unpacked;
use super::tls::{self, TlsError, TlsOptions};
use crate::clock::RunClock;
use crate::text::Text;
use crate::units::Stamp;

/// An answer larger than this is refused; the largest that `OpenIM` gives us is a few kB.
pub(super) const ANSWER_LIMIT: usize = 8 << 20;

/// A kept connection that the server had closed before says so within a round trip.
const STALE_WITHIN_US: u64 = 250_000;

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, whole.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendFailure {
    /// No connection.
    #[error("{0}")]
    Connect(String),
    /// The deadline passed.
    #[error("{0}")]
    Deadline(String),
    /// The connection broke.
    #[error("{0}")]
    Lost(String),
}

/// A request and its end.
#[derive(Debug)]
pub struct Exchange {
    /// When a connection was asked for.
    pub sent_at: Stamp,
    /// When the answer was read whole, or the failure known.
    pub answered_at: Stamp,
    /// Connect time (name, TCP, TLS) where a connection was opened, µs.
    pub connect_us: Option<u64>,
    /// Whether a kept connection turned out closed and a new one was taken.
    pub retried: bool,
    /// The answer.
    pub result: Result<Answer, SendFailure>,
}

/// Connections to one API.
pub struct Pool {
    base: BaseUrl,
    tls: Option<TlsConnector>,
    clock: RunClock,
    idle: Mutex<Vec<Connection>>,
    max_idle: usize,
    opened: AtomicU64,
    retries: AtomicU64,
    host: HeaderValue,
}

struct Connection {
    sender: SendRequest<Full<Bytes>>,
    /// Bytes read from the socket so far: tells "no byte of the answer" for certain.
    read: Arc<AtomicU64>,
}

/// How far a request has come; survives its cancellation by the deadline.
#[derive(Default)]
struct Progress {
    connect_us: Option<u64>,
    connecting: bool,
    retried: bool,
}

/// What is sent, kept so that it can be sent again.
struct Call<'a> {
    method: Method,
    path: &'a str,
    headers: &'a HeaderMap,
    body: Bytes,
}

enum Broken {
    /// Before any byte of the answer.
    Early(String),
    /// In the middle of it.
    Late(String),
}

impl Pool {
    /// A pool for `base` that keeps at most `max_idle` idle connections.
    ///
    /// # Errors
    /// When TLS cannot be set up or the host cannot be written into a header.
    pub fn new(base: BaseUrl, tls: &TlsOptions, max_idle: usize, clock: RunClock) -> Result<Pool, TlsError> {
        let connector = if base.is_https() {
            Some(TlsConnector::from(Arc::new(tls::client_config(tls, true)?)))
        } else {
            None
        };
        let host =
            HeaderValue::from_str(&base.authority()).map_err(|e| TlsError::Config(format!("host: {e}")))?;
        Ok(Pool {
            base,
            tls: connector,
            clock,
            idle: Mutex::new(Vec::new()),
            max_idle: max_idle.max(1),
            opened: AtomicU64::new(0),
            retries: AtomicU64::new(0),
            host,
        })
    }

    /// Connections opened so far.
    #[must_use]
    pub fn opened(&self) -> u64 {
        self.opened.load(Ordering::Relaxed)
    }

    /// How often a kept connection turned out closed and the request went out again.
    #[must_use]
    pub fn retries(&self) -> u64 {
        self.retries.load(Ordering::Relaxed)
    }

    /// Idle connections kept now.
    #[must_use]
    pub fn idle(&self) -> usize {
        self.idle.lock().map_or(0, |idle| idle.len())
    }

    /// Where it leads.
    #[must_use]
    pub fn base(&self) -> &BaseUrl {
        &self.base
    }

    /// Posts `body` to `path` (base path included) and reads the answer whole, within `deadline`.
    pub async fn post(&self, path: &str, headers: &HeaderMap, body: Bytes, deadline: Duration) -> Exchange {
        self.send(Method::POST, path, headers, body, deadline).await
    }

    /// The same with any method.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &HeaderMap,
        body: Bytes,
        deadline: Duration,
    ) -> Exchange {
        let sent_at = self.clock.now();
        let mut progress = Progress::default();
        let call = Call { method, path, headers, body };
        let result = match tokio::time::timeout(deadline, self.exchange(&call, &mut progress)).await {
            Ok(result) => result,
            Err(_) => Err(SendFailure::Deadline(deadline_text(&self.base, deadline, progress.connecting))),
        };
        let answered_at = self.clock.now();
        let result = result.map(|a| Answer { body: unpacked(&a.headers, a.body, ANSWER_LIMIT), ..a });
        Exchange { sent_at, answered_at, connect_us: progress.connect_us, retried: progress.retried, result }
    }

    async fn exchange(&self, call: &Call<'_>, progress: &mut Progress) -> Result<Answer, SendFailure> {
        let mut sent_before = None;
        if let Some(connection) = self.checkout().await {
            let begun = self.clock.now();
            match self.send_on(connection, call).await {
                Ok(answer) => return Ok(answer),
                Err(Broken::Late(text)) => return Err(SendFailure::Lost(text)),
                // Whoever waited is being worked for: sent again, the work would be done twice.
                Err(Broken::Early(text)) if self.clock.now().since(begun) > STALE_WITHIN_US => {
                    return Err(SendFailure::Lost(text));
                }
                Err(Broken::Early(text)) => {
                    progress.retried = true;
                    self.retries.fetch_add(1, Ordering::Relaxed);
                    sent_before = Some(text);
                }
            }
        }
        let connection = self.connect(progress).await.map_err(|failure| match (sent_before, failure) {
            // The request went out once, and may have been carried out.
            (Some(text), SendFailure::Connect(then)) => SendFailure::Lost(format!("{text}; {then}")),
            (_, failure) => failure,
        })?;
        self.send_on(connection, call).await.map_err(|broken| match broken {
            Broken::Early(text) | Broken::Late(text) => SendFailure::Lost(text),
        })
    }

    /// The newest idle connection that is still usable; closed ones are dropped.
    async fn checkout(&self) -> Option<Connection> {
        loop {
            let mut connection = self.idle.lock().ok()?.pop()?;
            if !connection.sender.is_closed() && connection.sender.ready().await.is_ok() {
                return Some(connection);
            }
        }
    }

    fn give_back(&self, connection: Connection) {
        if connection.sender.is_closed() {
            return;
        }
        if let Ok(mut idle) = self.idle.lock()
            && idle.len() < self.max_idle
        {
            idle.push(connection);
        }
    }

    async fn connect(&self, progress: &mut Progress) -> Result<Connection, SendFailure> {
        progress.connecting = true;
        let begun = self.clock.now();
        let result = self.dial().await;
        progress.connect_us = Some(self.clock.now().since(begun));
        progress.connecting = false;
        let connection = result.map_err(|text| {
            // In English: it goes into the record beside what servers say.
            let text = tls::advised(Text::plain(text));
            SendFailure::Connect(format!("no connection to {}: {}", self.base, text.en()))
        })?;
        self.opened.fetch_add(1, Ordering::Relaxed);
        Ok(connection)
    }

    async fn dial(&self) -> Result<Connection, String> {
        let port = self.base.port();
        let tcp = match self.base.ip() {
            Some(ip) => TcpStream::connect((ip, port)).await,
            None => TcpStream::connect((self.base.host(), port)).await,
        }
        .map_err(|e| e.to_string())?;
        tcp.set_nodelay(true).map_err(|e| e.to_string())?;
        let Some(connector) = &self.tls else { return handshake(tcp).await };
        let name = ServerName::try_from(self.base.host().to_owned()).map_err(|e| e.to_string())?;
        handshake(connector.connect(name, tcp).await.map_err(|e| e.to_string())?).await
    }

    async fn send_on(&self, mut connection: Connection, call: &Call<'_>) -> Result<Answer, Broken> {
        let before = connection.read.load(Ordering::Relaxed);
        let broken = |connection: &Connection, text: String| {
            let text = format!("connection to {} lost: {text}", self.base);
            if connection.read.load(Ordering::Relaxed) == before {
                Broken::Early(text)
            } else {
                Broken::Late(text)
            }
        };
        let mut request = Request::new(Full::new(call.body.clone()));
        *request.method_mut() = call.method.clone();
        *request.uri_mut() =
            call.path.parse().map_err(|e| Broken::Late(format!("path {}: {e}", call.path)))?;
        *request.headers_mut() = call.headers.clone();
        request.headers_mut().insert(HOST, self.host.clone());
        let response = match connection.sender.send_request(request).await {
            Ok(response) => response,
            Err(error) => return Err(broken(&connection, chain(&error))),
        };
        let (head, body) = response.into_parts();
        let body = match Limited::new(body, ANSWER_LIMIT).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => return Err(broken(&connection, chain(error.as_ref()))),
        };
        self.give_back(connection);
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("base", &self.base).field("idle", &self.idle()).finish_non_exhaustive()
    }
}

fn deadline_text(base: &BaseUrl, deadline: Duration, connecting: bool) -> String {
    let phase = if connecting { "no connection to" } else { "no whole answer from" };
    format!("{phase} {base} within {} s", deadline.as_secs_f64())
}

/// An error with its causes; hyper's own text often says only "connection error".
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let more = cause.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        source = cause.source();
    }
    text
}

async fn handshake<S>(stream: S) -> Result<Connection, String>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let read = Arc::new(AtomicU64::new(0));
    let io = TokioIo::new(Counted { stream, read: read.clone() });
    let (sender, connection) = http1::handshake(io).await.map_err(|e| chain(&e))?;
    // It ends when the sender is dropped or the server closes; errors reach the sender.
    tokio::spawn(connection);
    Ok(Connection { sender, read })
}

/// Counts what is read.
struct Counted<S> {
    stream: S,
    read: Arc<AtomicU64>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let poll = Pin::new(&mut self.stream).poll_read(cx, buf);
        let got = buf.filled().len().saturating_sub(before);
        self.read.fetch_add(got as u64, Ordering::Relaxed);
        poll
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
