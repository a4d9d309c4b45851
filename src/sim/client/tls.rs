//! TLS to a webhook server: system roots (`SSL_CERT_FILE` instead, where it is set), no
//! client certificate, and Go's words for a handshake that fails. HTTP/2 is not offered.

use std::io;
use std::sync::{Arc, OnceLock};

use rustls::pki_types::{ServerName, UnixTime};
use rustls::{AlertDescription, CertificateError, ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::dial::errno_text;
use super::tap::Tap;

/// Shakes hands.
///
/// # Errors
/// Go's text.
pub(super) async fn handshake(stream: TcpStream, name: &str) -> Result<TlsStream<Tap<TcpStream>>, String> {
    let server = ServerName::try_from(name.to_owned()).map_err(|_| {
        verify(&format!("certificate is not valid for any names, but wanted to match {name}"))
    })?;
    let config = config()?;
    let (stream, seen) = Tap::new(stream);
    let shaken = TlsConnector::from(config).connect(server, stream).await;
    shaken.map_err(|error| text(&error, name, seen.starts_with(b"HTTP/")))
}

fn config() -> Result<Arc<ClientConfig>, String> {
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

fn verify(why: &str) -> String {
    format!("tls: failed to verify certificate: x509: {why}")
}

/// `answered_plainly`: what came back was HTTP without TLS.
fn text(error: &io::Error, name: &str, answered_plainly: bool) -> String {
    match error.get_ref().and_then(|e| e.downcast_ref::<rustls::Error>()) {
        Some(rustls::Error::InvalidCertificate(certificate)) => verify(&certificate_text(certificate, name)),
        Some(rustls::Error::InvalidMessage(_)) if answered_plainly => {
            "http: server gave HTTP response to HTTPS client".to_owned()
        }
        Some(rustls::Error::InvalidMessage(_)) => {
            "tls: first record does not look like a TLS handshake".to_owned()
        }
        Some(rustls::Error::AlertReceived(alert)) => format!("remote error: tls: {}", alert_text(*alert)),
        Some(other) => format!("tls: {other}"),
        None if error.kind() == io::ErrorKind::UnexpectedEof => "EOF".to_owned(),
        None => errno_text(error),
    }
}

fn certificate_text(error: &CertificateError, name: &str) -> String {
    const UNKNOWN: &str = "certificate signed by unknown authority";
    const OUT_OF_TIME: &str = "certificate has expired or is not yet valid";
    match error {
        CertificateError::UnknownIssuer => UNKNOWN.to_owned(),
        CertificateError::ExpiredContext { time, not_after } => {
            format!("{OUT_OF_TIME}: current time {} is after {}", stamp(*time), stamp(*not_after))
        }
        CertificateError::NotValidYetContext { time, not_before } => {
            format!("{OUT_OF_TIME}: current time {} is before {}", stamp(*time), stamp(*not_before))
        }
        CertificateError::Expired | CertificateError::NotValidYet => OUT_OF_TIME.to_owned(),
        CertificateError::NotValidForName => other_name(name, &[]),
        CertificateError::NotValidForNameContext { presented, .. } => other_name(name, presented),
        // A certificate that is its own authority; Go only asks who signed it.
        other if format!("{other:?}").contains("CaUsedAsEndEntity") => UNKNOWN.to_owned(),
        other => other.to_string(),
    }
}

fn stamp(time: UnixTime) -> String {
    let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(time.as_secs());
    humantime::format_rfc3339_seconds(time).to_string()
}

/// `presented` is `DnsName("a")` or `IpAddress(127.0.0.1)`.
fn other_name(name: &str, presented: &[String]) -> String {
    let inside = |kind: &str| -> Vec<String> {
        let names = presented.iter().filter_map(|p| p.strip_prefix(kind)?.strip_suffix(')'));
        names.map(|n| n.trim_matches('"').to_owned()).collect()
    };
    let is_address = name.parse::<std::net::IpAddr>().is_ok();
    let valid = inside(if is_address { "IpAddress(" } else { "DnsName(" }).join(", ");
    match (is_address, valid.as_str()) {
        (true, "") => {
            format!("cannot validate certificate for {name} because it doesn't contain any IP SANs")
        }
        (false, "") => format!("certificate is not valid for any names, but wanted to match {name}"),
        (_, valid) => format!("certificate is valid for {valid}, not {name}"),
    }
}

fn alert_text(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::HandshakeFailure => "handshake failure".to_owned(),
        AlertDescription::ProtocolVersion => "protocol version not supported".to_owned(),
        AlertDescription::UnrecognisedName => "unrecognized name".to_owned(),
        AlertDescription::InternalError => "internal error".to_owned(),
        AlertDescription::CertificateRequired => "certificate required".to_owned(),
        AlertDescription::BadCertificate => "bad certificate".to_owned(),
        AlertDescription::AccessDenied => "access denied".to_owned(),
        AlertDescription::NoApplicationProtocol => "no application protocol".to_owned(),
        other => format!("alert({})", u8::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn certificate(error: CertificateError, name: &str) -> String {
        let error = io::Error::new(io::ErrorKind::InvalidData, rustls::Error::InvalidCertificate(error));
        text(&error, name, false)
    }

    #[test]
    fn a_certificate_that_is_refused_is_described_in_gos_words() {
        let other = |presented: &[&str]| CertificateError::NotValidForNameContext {
            expected: ServerName::try_from("h").unwrap().to_owned(),
            presented: presented.iter().map(|p| (*p).to_owned()).collect(),
        };
        let at = |s| UnixTime::since_unix_epoch(Duration::from_secs(s));
        for (error, name, end) in [
            (CertificateError::UnknownIssuer, "h", "certificate signed by unknown authority"),
            (other(&["DnsName(\"a\")", "DnsName(\"b\")"]), "h", "certificate is valid for a, b, not h"),
            (other(&[]), "h", "certificate is not valid for any names, but wanted to match h"),
            (
                other(&["DnsName(\"a\")"]),
                "127.0.0.1",
                "cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs",
            ),
            (
                CertificateError::ExpiredContext { time: at(86_400), not_after: at(0) },
                "h",
                "certificate has expired or is not yet valid: current time 1970-01-02T00:00:00Z is after 1970-01-01T00:00:00Z",
            ),
        ] {
            let text = certificate(error, name);
            assert_eq!(text, format!("tls: failed to verify certificate: x509: {end}"));
        }
    }
}
