//! Opens connections to a webhook server, and says in Go's words why it cannot.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use rustls::pki_types::ServerName;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::AbortHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::pool::Dialer;

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
            handshake(tls(stream, &self.target.name).await?, route).await
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
    let (sender, connection) = http1::Builder::new()
        .title_case_headers(true)
        .handshake(TokioIo::new(stream))
        .await
        .map_err(|e| format!("net/http: {e}"))?;
    let task = tokio::spawn(async move {
        // What goes wrong is told to the request that is under way.
        let _ = connection.await;
    });
    Ok(Connection { sender, route, task: task.abort_handle() })
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

async fn tls(stream: TcpStream, name: &str) -> Result<TlsStream<TcpStream>, String> {
    let server = ServerName::try_from(name.to_owned())
        .map_err(|_| format!("tls: failed to verify certificate: x509: no name for {name}"))?;
    let config = tls_config()?;
    TlsConnector::from(config).connect(server, stream).await.map_err(|e| tls_text(&e, name))
}

fn tls_config() -> Result<Arc<ClientConfig>, String> {
    static CONFIG: OnceLock<Result<Arc<ClientConfig>, String>> = OnceLock::new();
    let build = || {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| format!("tls: {e}"))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Arc::new(config))
    };
    CONFIG.get_or_init(build).clone()
}

fn tls_text(error: &io::Error, name: &str) -> String {
    let verify = |why: &str| format!("tls: failed to verify certificate: x509: {why}");
    let inner = error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(certificate)) => match certificate {
            CertificateError::UnknownIssuer => verify("certificate signed by unknown authority"),
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => {
                verify("certificate has expired or is not yet valid")
            }
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                verify(&format!("certificate is not valid for any names, but wanted to match {name}"))
            }
            other => verify(&other.to_string()),
        },
        Some(rustls::Error::InvalidMessage(_)) => {
            "http: server gave HTTP response to HTTPS client".to_owned()
        }
        Some(other) => format!("remote error: tls: {other}"),
        None if error.kind() == io::ErrorKind::UnexpectedEof => "EOF".to_owned(),
        None => errno_text(error),
    }
}
