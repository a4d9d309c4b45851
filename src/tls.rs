//! TLS towards the API and a webhook server: system roots, a private authority, or (when asked) no check.
//!
//! One `rustls` configuration serves all clients of a target, so that they
//! trust the same certificates. The crypto provider is ring, installed once.

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Once};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::say;
use crate::text::Text;

/// What is trusted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsOptions {
    /// PEM file of a private certificate authority, besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Accept any certificate.
    pub insecure: bool,
}

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The file cannot be read or holds no certificate.
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: Text,
    },
    /// Nothing to trust.
    NoRoots {
        /// What the loader said.
        why: Text,
    },
    /// rustls refused the settings.
    Config(String),
}

impl TlsError {
    /// What it says, in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            TlsError::CaFile { path, why } => {
                say!("preflight-tls-file", path = path.display().to_string(), why = why)
            }
            TlsError::NoRoots { why } => say!("preflight-tls-no-roots", why = why),
            TlsError::Config(why) => say!("preflight-tls-settings", why = why),
        }
    }
}

impl fmt::Display for TlsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en())
    }
}

/// Installs ring as the process's crypto provider, once; harmless when one is there already.
pub fn install_provider() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // An error says that another provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
}

/// The client configuration for `options`; `https` says whether certificates matter at all.
///
/// # Errors
/// When the authority file cannot be used or there is nothing to trust.
pub fn client_config(options: &TlsOptions, https: bool) -> Result<ClientConfig, TlsError> {
    install_provider();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .map_err(|e| TlsError::Config(e.to_string()))?;
    if options.insecure {
        let verifier = Arc::new(NoCertificateCheck { provider });
        return Ok(builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth());
    }
    let roots = if https { roots(options)? } else { RootCertStore::empty() };
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

fn roots(options: &TlsOptions) -> Result<RootCertStore, TlsError> {
    let mut roots = RootCertStore::empty();
    if let Some(path) = &options.ca_file {
        let wrong = |why: Text| TlsError::CaFile { path: path.clone(), why };
        let told = |why: String| wrong(Text::plain(why));
        let certificates = CertificateDer::pem_file_iter(path).map_err(|e| told(e.to_string()))?;
        for certificate in certificates {
            let certificate = certificate.map_err(|e| told(e.to_string()))?;
            roots.add(certificate).map_err(|e| told(e.to_string()))?;
        }
        if roots.is_empty() {
            return Err(wrong(say!("preflight-tls-file-empty")));
        }
    }
    let system = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(system.certs);
    if roots.is_empty() {
        let said = system.errors.first().map(|error| Text::plain(error.to_string()));
        let why = said.unwrap_or_else(|| say!("preflight-tls-none-installed"));
        return Err(TlsError::NoRoots { why });
    }
    Ok(roots)
}

/// Accepts every certificate: `--insecure`. Signatures are still checked, which proves
/// only that the other side holds the key of whatever certificate it showed.
#[derive(Debug)]
struct NoCertificateCheck {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for NoCertificateCheck {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// A connect error, with what to do where a certificate caused it.
#[must_use]
pub fn advised(text: Text) -> Text {
    if text.contains("certificate") || text.contains("UnknownIssuer") {
        say!("preflight-advice-authority", text = text)
    } else if text.contains("corrupt message") || text.contains("InvalidContentType") {
        say!("preflight-advice-plain-http", text = text)
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_file_without_a_certificate_is_named() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "not PEM").unwrap();
        let options = TlsOptions { ca_file: Some(file.path().to_owned()), insecure: false };
        let error = client_config(&options, true).unwrap_err().to_string();
        assert!(error.contains("target.ca_file") && error.contains("BEGIN CERTIFICATE"), "{error}");
    }

    #[test]
    fn a_missing_authority_file_is_named() {
        let options = TlsOptions { ca_file: Some("/nonexistent/ca.pem".into()), insecure: false };
        let error = client_config(&options, true).unwrap_err().to_string();
        assert!(error.contains("/nonexistent/ca.pem"), "{error}");
    }
}
