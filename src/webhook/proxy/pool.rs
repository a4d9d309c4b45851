//! Connections to the upstream, kept between requests, newest first.
//!
//! A kept connection may have been closed by the other side. That is looked at before it is
//! used, and it is not kept longer than the servers that close early keep theirs. Where one
//! breaks all the same, the request goes out again on a new connection only as Go does: when
//! not a byte of it had been written, or when doing it twice does no harm (GET, HEAD …).

use std::fmt;
use std::io;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::HeaderValue;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsConnector;

use super::first::FirstAnswers;
use super::io::{Traffic, WatchedIo, is_quiet};
use super::watch::UpstreamWatch;
use super::{OnUpstreamError, ProxyConfig, ProxyError};
use crate::clock::RunClock;
use crate::port::UpstreamFailure;
use crate::text::Text;
use crate::tls::{TlsOptions, client_config};

/// The longest that `OpenIM` itself waits.
const CONNECT_WITHIN: Duration = Duration::from_secs(15);
/// From the request to the head of its answer.
const HEAD_WITHIN: Duration = Duration::from_secs(60);
/// Just below the five seconds after which Node, Apache and others close.
const KEPT_FOR: Duration = Duration::from_secs(4);
/// How long the end of the last answer may take through the connection's task.
const READY_WITHIN: Duration = Duration::from_millis(20);
const KEPT_AT_MOST: usize = 256;

/// The user's server and the connections to it.
pub struct Upstream {
    pub(super) config: ProxyConfig,
    pub(super) clock: RunClock,
    pub(super) host: HeaderValue,
    pub(super) first: FirstAnswers,
    /// Requests that have outlived their callbacks.
    pub(super) outliving: AtomicU32,
    pub(super) let_go: AtomicU64,
    tls: Option<TlsConnector>,
    idle: Mutex<Vec<Idle>>,
}

/// A connection for one request.
pub(super) struct Lease {
    sender: SendRequest<Full<Bytes>>,
    socket: Arc<TcpStream>,
    pub(super) traffic: Arc<Traffic>,
    pub(super) reused: bool,
}

struct Idle {
    lease: Lease,
    since: Instant,
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream").field("config", &self.config).finish_non_exhaustive()
    }
}

impl Upstream {
    pub(super) fn new(config: ProxyConfig, clock: RunClock) -> Result<Upstream, ProxyError> {
        let options = TlsOptions { ca_file: config.ca_file.clone(), insecure: config.insecure };
        let tls = match config.upstream.is_https() {
            true => Some(TlsConnector::from(Arc::new(client_config(&options, true)?))),
            false => None,
        };
        let host = HeaderValue::from_str(&config.upstream.authority()).map_err(|e| ProxyError::Url {
            url: config.upstream.to_string(),
            why: Text::plain(e.to_string()),
        })?;
        Ok(Upstream {
            first: FirstAnswers::new(config.notice.clone()),
            config,
            clock,
            host,
            outliving: AtomicU32::new(0),
            let_go: AtomicU64::new(0),
            tls,
            idle: Mutex::default(),
        })
    }

    /// Requests that were let go because too many had outlived their callbacks.
    #[must_use]
    pub fn let_go(&self) -> u64 {
        self.let_go.load(Relaxed)
    }

    /// What `OpenIM` sees where there is no answer.
    pub(in crate::webhook) fn on_error(&self) -> OnUpstreamError {
        self.config.on_upstream_error
    }

    /// Sends `request`, up to the head of its answer.
    pub(super) async fn send(
        &self,
        request: Request<Full<Bytes>>,
        watch: &UpstreamWatch,
    ) -> Result<(Response<Incoming>, Lease), UpstreamFailure> {
        if let Some(lease) = self.kept().await {
            match self.send_on(lease, request.clone(), watch).await {
                Err(Broken { unharmed: true, .. }) => {}
                sent => return sent.map_err(|broken| broken.why),
            }
        }
        let lease = self.dial().await?;
        self.send_on(lease, request, watch).await.map_err(|broken| broken.why)
    }

    async fn send_on(
        &self,
        mut lease: Lease,
        request: Request<Full<Bytes>>,
        watch: &UpstreamWatch,
    ) -> Result<(Response<Incoming>, Lease), Broken> {
        let harmless = request.method().is_idempotent();
        let (written, read) = (lease.traffic.written(), lease.traffic.read());
        watch.sent(self.clock.now(), lease.reused);
        let answered = timeout(HEAD_WITHIN, lease.sender.send_request(request)).await;
        if lease.traffic.written() > written {
            watch.sent(lease.traffic.last_write(), lease.reused);
        }
        match answered {
            Ok(Ok(response)) => {
                watch.status(response.status().as_u16());
                Ok((response, lease))
            }
            Ok(Err(error)) => {
                let untouched = lease.traffic.written() == written;
                let unanswered = lease.traffic.read() == read;
                Err(Broken {
                    why: why(&error),
                    unharmed: lease.reused && unanswered && (untouched || harmless),
                })
            }
            Err(_) => Err(Broken { why: UpstreamFailure::Timeout, unharmed: false }),
        }
    }

    /// The connection used last that is still good.
    async fn kept(&self) -> Option<Lease> {
        loop {
            let Idle { mut lease, since } = self.idle().pop()?;
            if since.elapsed() > KEPT_FOR {
                // What lies below is older still.
                self.idle().retain(|idle| idle.since.elapsed() <= KEPT_FOR);
                continue;
            }
            // The last answer's end may still have to pass through the connection's task.
            let ready = timeout(READY_WITHIN, lease.sender.ready()).await;
            if matches!(ready, Ok(Ok(()))) && is_quiet(&lease.socket) {
                return Some(lease);
            }
        }
    }

    /// A connection whose answer was read whole.
    pub(super) fn give_back(&self, mut lease: Lease) {
        lease.reused = true;
        let mut idle = self.idle();
        if idle.len() < KEPT_AT_MOST && !lease.sender.is_closed() {
            idle.push(Idle { lease, since: Instant::now() });
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn dial(&self) -> Result<Lease, UpstreamFailure> {
        timeout(CONNECT_WITHIN, self.connect()).await.unwrap_or(Err(UpstreamFailure::Timeout))
    }

    async fn connect(&self) -> Result<Lease, UpstreamFailure> {
        let url = &self.config.upstream;
        let stream = TcpStream::connect((url.host(), url.port())).await.map_err(|e| no_way(&e))?;
        let _ = stream.set_nodelay(true);
        let (socket, traffic) = (Arc::new(stream), Arc::new(Traffic::new(self.clock)));
        let io = WatchedIo::new(socket.clone(), traffic.clone());
        let sender = match &self.tls {
            None => handshake(io).await?,
            Some(tls) => {
                let name = ServerName::try_from(url.host().to_owned()).map_err(|_| UpstreamFailure::Tls)?;
                handshake(tls.connect(name, io).await.map_err(|e| no_tls(&e))?).await?
            }
        };
        Ok(Lease { sender, socket, traffic, reused: false })
    }
}

/// A request that got no answer.
struct Broken {
    why: UpstreamFailure,
    /// It may be sent again.
    unharmed: bool,
}

async fn handshake<I>(io: I) -> Result<SendRequest<Full<Bytes>>, UpstreamFailure>
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let mut http = http1::Builder::new();
    http.preserve_header_case(true);
    let (sender, connection) = http.handshake(TokioIo::new(io)).await.map_err(|e| why(&e))?;
    // Its errors come out of the requests on it as well.
    tokio::spawn(async { drop(connection.await) });
    Ok(sender)
}

fn no_way(error: &io::Error) -> UpstreamFailure {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => UpstreamFailure::Refused,
        io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => UpstreamFailure::Reset,
        io::ErrorKind::TimedOut => UpstreamFailure::Timeout,
        _ => UpstreamFailure::Unreachable,
    }
}

fn no_tls(error: &io::Error) -> UpstreamFailure {
    match error.kind() {
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => UpstreamFailure::Reset,
        _ => UpstreamFailure::Tls,
    }
}

/// Why an exchange on a connection broke.
pub(super) fn why(error: &hyper::Error) -> UpstreamFailure {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if let Some(io) = cause.downcast_ref::<io::Error>() {
            return match io.kind() {
                io::ErrorKind::ConnectionReset
                | io::ErrorKind::BrokenPipe
                | io::ErrorKind::ConnectionAborted => UpstreamFailure::Reset,
                io::ErrorKind::TimedOut => UpstreamFailure::Timeout,
                _ => UpstreamFailure::Closed,
            };
        }
        source = cause.source();
    }
    if error.is_parse() || error.is_parse_too_large() {
        UpstreamFailure::Protocol
    } else {
        UpstreamFailure::Closed
    }
}
