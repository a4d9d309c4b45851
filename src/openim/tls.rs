//! TLS towards the API: system roots, a private authority, or (when asked) no check.
//!
//! One `rustls` configuration serves the load's pool and the admin client, so that both
//! trust the same certificates. The crypto provider is ring, installed once.

use std::path::PathBuf;
use std::sync::{Arc, Once};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

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
    #[error(
        "target.ca_file {}: {why}; it must be a PEM file with at least one `BEGIN CERTIFICATE` block", path.display()
    )]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// Nothing to trust.
    #[error(
        "no trusted certificate authorities found on this machine ({why}); install the package ca-certificates, or name the authority in target.ca_file"
    )]
    NoRoots {
        /// What the loader said.
        why: String,
    },
    /// rustls refused the settings.
    #[error("TLS could not be set up: {0}; please report this")]
    Config(String),
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
        let wrong = |why: String| TlsError::CaFile { path: path.clone(), why };
        let certificates = CertificateDer::pem_file_iter(path).map_err(|e| wrong(e.to_string()))?;
        for certificate in certificates {
            let certificate = certificate.map_err(|e| wrong(e.to_string()))?;
            roots.add(certificate).map_err(|e| wrong(e.to_string()))?;
        }
        if roots.is_empty() {
            return Err(wrong("no certificate in it".to_owned()));
        }
    }
    let system = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(system.certs);
    if roots.is_empty() {
        let why = system.errors.first().map_or_else(|| "none installed".to_owned(), ToString::to_string);
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

/// What to add to a connect error that a certificate caused.
#[must_use]
pub fn certificate_advice(text: &str) -> &'static str {
    if text.contains("certificate") || text.contains("UnknownIssuer") {
        "; name the PEM file of the authority that signed it in target.ca_file, or switch the check off with --insecure"
    } else if text.contains("corrupt message") || text.contains("InvalidContentType") {
        "; the port does not speak TLS: write http:// in target.url"
    } else {
        ""
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
