//! The listener that Prometheus scrapes: `GET /metrics`, and nothing else.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::Meter;
use crate::text::{Text, Told};
use crate::{displays_english, say};

/// Scrapers at once; others are hung up on.
const CONNECTIONS: usize = 16;
/// How long a connection may stand without a request, or take for its head. Scrapers come every 15 to 60 seconds.
const IDLE: Duration = Duration::from_secs(120);
/// Largest request head, in bytes.
const HEAD_LIMIT: usize = 16 * 1024;
/// Durations wait in a buffer until they are counted, by a scrape or after this time.
const UPKEEP: Duration = Duration::from_secs(1);
/// After an accept that failed, such as for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(100);

/// Where to listen: `ip:port`, or a port on loopback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address(SocketAddr);

impl Address {
    /// The address.
    #[must_use]
    pub fn socket(self) -> SocketAddr {
        self.0
    }
}

impl FromStr for Address {
    type Err = Told;

    fn from_str(text: &str) -> Result<Address, Told> {
        let wrong = |_| Told::new(say!("metrics-address", given = text));
        match text.parse::<u16>() {
            Ok(port) => Ok(Address(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))),
            Err(_) => text.parse().map(Address).map_err(wrong),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Why there is no listener for metrics.
#[derive(Debug, thiserror::Error)]
pub struct MetricsError {
    address: SocketAddr,
    source: io::Error,
}

impl MetricsError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        let address = self.address.to_string();
        match self.source.kind() {
            io::ErrorKind::AddrInUse => say!("metrics-taken", address = address),
            io::ErrorKind::AddrNotAvailable => say!("metrics-elsewhere", address = address),
            io::ErrorKind::PermissionDenied => say!("metrics-privileged", address = address),
            _ => say!("metrics-no-listener", address = address),
        }
    }
}

displays_english!(MetricsError);

/// A listener with its meter; both end when it is dropped.
#[derive(Debug)]
pub struct Exporter {
    meter: Meter,
    address: SocketAddr,
    _end: DropGuard,
}

impl Exporter {
    /// Listens at `address` for what `command` (the subcommand) sees. To be called inside a Tokio runtime.
    ///
    /// # Errors
    /// When the address is taken or belongs to another machine.
    pub fn start(address: Address, command: &'static str) -> Result<Exporter, MetricsError> {
        let wrong = |source| MetricsError { address: address.0, source };
        let listener = bind(address.0).map_err(wrong)?;
        let bound = listener.local_addr().map_err(wrong)?;
        let (meter, handle) = Meter::new(command);
        let end = CancellationToken::new();
        tokio::spawn(end.clone().run_until_cancelled_owned(upkeep(handle.clone())));
        tokio::spawn(end.clone().run_until_cancelled_owned(accept(listener, handle, end.clone())));
        Ok(Exporter { meter, address: bound, _end: end.drop_guard() })
    }

    /// What takes the values.
    #[must_use]
    pub fn meter(&self) -> Meter {
        self.meter.clone()
    }

    /// Where it listens.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/metrics", self.address)
    }

    /// Whether other machines may be able to reach it.
    #[must_use]
    pub fn is_beyond_loopback(&self) -> bool {
        match self.address.ip() {
            IpAddr::V4(ip) => !ip.is_loopback(),
            IpAddr::V6(ip) => !ip.is_loopback() && !ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback()),
        }
    }
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // As for every server: a port whose last connections are in TIME_WAIT may be taken again.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(CONNECTIONS as u32)
}

async fn upkeep(handle: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP);
    loop {
        ticks.tick().await;
        handle.run_upkeep();
    }
}

async fn accept(listener: TcpListener, handle: PrometheusHandle, end: CancellationToken) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        if let Ok(permit) = room.clone().try_acquire_owned() {
            let served = serve(stream, handle.clone(), permit);
            tokio::spawn(end.clone().run_until_cancelled_owned(served));
        }
    }
}

async fn serve(stream: TcpStream, handle: PrometheusHandle, _permit: OwnedSemaphorePermit) {
    let service = service_fn(|request| answer(request, handle.clone()));
    // Whoever broke the connection off knows; nobody else needs to.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(IDLE)
        .max_header_size(HEAD_LIMIT)
        .serve_connection(TokioIo::new(stream), service)
        .await;
}

async fn answer(
    request: Request<Incoming>,
    handle: PrometheusHandle,
) -> Result<Response<Full<Bytes>>, tokio::task::JoinError> {
    if request.uri().path() != "/metrics" {
        return Ok(plain(StatusCode::NOT_FOUND, "metrics are at /metrics\n".into()));
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, Bytes::new());
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return Ok(response);
    }
    // Beside the load that is measured, not before it.
    let text = tokio::task::spawn_blocking(move || handle.render()).await?;
    Ok(plain(StatusCode::OK, text.into()))
}

fn plain(status: StatusCode, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
