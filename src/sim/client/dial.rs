//! Opens connections to a webhook server, and says in Go's words why it cannot.

use std::io;
use std::net::SocketAddr;
use std::sync::OnceLock;

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::AbortHandle;

use super::pool::Dialer;
use super::tap::{Seen, Tap};
use super::tls;

/// Whom to dial.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Target {
    /// https.
    pub tls: bool,
    /// Host name or address, without brackets.
    pub name: String,
    /// Port.
    pub port: u16,
}

/// An open connection; closed when dropped.
pub(super) struct Connection {
    /// Sends requests, one at a time.
    pub sender: SendRequest<Full<Bytes>>,
    /// `127.0.0.1:4711->127.0.0.1:10006`, as Go names a connection.
    pub route: String,
    /// What came over it since the latest request.
    pub seen: Seen,
    task: AbortHandle,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

pub(super) struct HostDialer {
    target: Target,
}

impl HostDialer {
    pub(super) fn new(target: Target) -> HostDialer {
        HostDialer { target }
    }
}

impl Dialer for HostDialer {
    type Conn = Connection;

    async fn dial(&self) -> Result<Connection, String> {
        let stream = connect(&self.target).await?;
        let route = match (stream.local_addr(), stream.peer_addr()) {
            (Ok(local), Ok(peer)) => format!("{local}->{peer}"),
            _ => "->".to_owned(),
        };
        if self.target.tls {
            handshake(tls::handshake(stream, &self.target.name).await?, route).await
        } else {
            handshake(stream, route).await
        }
    }

    fn alive(conn: &Connection) -> bool {
        !conn.sender.is_closed()
    }
}

async fn handshake(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    route: String,
) -> Result<Connection, String> {
    let (stream, seen) = Tap::new(stream);
    let (sender, connection) = http1::Builder::new()
        .title_case_headers(true)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|e| format!("net/http: {e}"))?;
    let task = tokio::spawn(async move {
        // What goes wrong is told to the request that is under way.
        let _ = connection.await;
    });
    Ok(Connection { sender, route, seen, task: task.abort_handle() })
}

async fn connect(target: &Target) -> Result<TcpStream, String> {
    let addresses: Vec<SocketAddr> = match lookup_host((target.name.as_str(), target.port)).await {
        Ok(found) => found.collect(),
        Err(_) => Vec::new(),
    };
    if addresses.is_empty() {
        let server = name_server().await;
        return Err(format!("dial tcp: lookup {} on {server}: no such host", target.name));
    }
    let mut first_error = None;
    for address in addresses {
        match TcpStream::connect(address).await {
            Ok(stream) => {
                // Go sends small segments at once; a failure to ask for it does no harm.
                let _ = stream.set_nodelay(true);
                return Ok(stream);
            }
            Err(error) => {
                first_error
                    .get_or_insert_with(|| format!("dial tcp {address}: connect: {}", errno_text(&error)));
            }
        }
    }
    Err(first_error.unwrap_or_default())
}

/// The text of an error number as Go prints it: the C library's, in lower case.
pub(super) fn errno_text(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::ConnectionReset => "connection reset by peer".to_owned(),
        io::ErrorKind::BrokenPipe => "broken pipe".to_owned(),
        io::ErrorKind::TimedOut => "connection timed out".to_owned(),
        io::ErrorKind::HostUnreachable => "no route to host".to_owned(),
        io::ErrorKind::NetworkUnreachable => "network is unreachable".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or_default().to_lowercase()
        }
    }
}

/// The resolver that Go names in its error; the first of `/etc/resolv.conf`.
async fn name_server() -> String {
    const DEFAULT: &str = "127.0.0.1:53";
    static FOUND: OnceLock<String> = OnceLock::new();
    if let Some(found) = FOUND.get() {
        return found.clone();
    }
    let read = tokio::task::spawn_blocking(|| std::fs::read_to_string("/etc/resolv.conf")).await;
    let text = read.ok().and_then(Result::ok).unwrap_or_default();
    let server = text.lines().find_map(|line| line.strip_prefix("nameserver")?.split_whitespace().next());
    let found = server.map_or_else(
        || DEFAULT.to_owned(),
        |s| if s.contains(':') { format!("[{s}]:53") } else { format!("{s}:53") },
    );
    FOUND.get_or_init(|| found).clone()
}
