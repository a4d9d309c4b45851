//! The API's address: scheme, host, port and an optional base path (behind nginx).
//!
//! Parsed once and strictly, so that every later error can name the URL. It carries no
//! credentials: a URL with a user part is refused, since URLs are printed.

use std::fmt;
use std::net::IpAddr;

use crate::say;
use crate::text::Text;

/// Where the API is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    https: bool,
    host: String,
    port: u16,
    base_path: String,
}

/// Why a text is no usable API address. The text itself is left out where it may hold a password.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum BaseUrlError {
    /// No URL at all.
    NotAUrl {
        /// As given.
        text: String,
        /// What the parser said.
        why: Text,
    },
    /// Not http or https.
    Scheme {
        /// As given.
        scheme: String,
    },
    /// User or password in the URL.
    Credentials,
    /// Query or fragment.
    Query,
}

impl BaseUrlError {
    /// What it says, in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            BaseUrlError::NotAUrl { text, why } => say!("preflight-url-no-url", text = text, why = why),
            BaseUrlError::Scheme { scheme } => say!("preflight-url-scheme", scheme = scheme),
            BaseUrlError::Credentials => say!("preflight-url-credentials"),
            BaseUrlError::Query => say!("preflight-url-query"),
        }
    }
}

impl fmt::Display for BaseUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en())
    }
}

impl BaseUrl {
    /// Reads an address such as `http://127.0.0.1:10002` or `https://im.example/openim/api/`.
    ///
    /// # Errors
    /// When it is no http(s) URL with a host, or carries a user part, query or fragment.
    pub fn parse(text: &str) -> Result<BaseUrl, BaseUrlError> {
        let url =
            reqwest::Url::parse(text.trim()).map_err(|e| not_a_url(text, Text::plain(e.to_string())))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BaseUrlError::Credentials);
        }
        if !matches!(url.scheme(), "http" | "https") {
            return Err(BaseUrlError::Scheme { scheme: url.scheme().to_owned() });
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(BaseUrlError::Query);
        }
        let host = url.host_str().ok_or_else(|| not_a_url(text, say!("preflight-url-no-host")))?;
        Ok(BaseUrl {
            https: url.scheme() == "https",
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: url.port_or_known_default().unwrap_or(80),
            base_path: url.path().trim_end_matches('/').to_owned(),
        })
    }

    /// Whether TLS is spoken.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Host without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Port, also where the URL leaves it out.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The path of a route below the base path: `/group/create_group` → `/openim/api/group/create_group`.
    #[must_use]
    pub fn path(&self, route: &str) -> String {
        format!("{}{route}", self.base_path)
    }

    /// Base path without a final slash; empty when there is none.
    #[must_use]
    pub fn base_path(&self) -> &str {
        &self.base_path
    }

    /// The whole URL of a route.
    #[must_use]
    pub fn url(&self, route: &str) -> String {
        format!("{self}{route}")
    }

    /// Value of the `Host` header: brackets around IPv6, no port where it is the scheme's own.
    #[must_use]
    pub fn authority(&self) -> String {
        let default_port = if self.https { 443 } else { 80 };
        let host = bracketed(&self.host);
        if self.port == default_port { host } else { format!("{host}:{}", self.port) }
    }

    /// The host as an address, where it is written as one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        self.host.parse().ok()
    }
}

fn bracketed(host: &str) -> String {
    if host.contains(':') { format!("[{host}]") } else { host.to_owned() }
}

fn not_a_url(text: &str, why: Text) -> BaseUrlError {
    // Whatever stands before an `@` may be a password.
    let shown = text.rsplit_once('@').map_or(text.trim(), |(_, rest)| rest);
    BaseUrlError::NotAUrl { text: shown.chars().take(120).collect(), why }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.base_path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_path_and_a_bracketed_address_are_kept() {
        let url = BaseUrl::parse("http://[::1]:10002/openim/api/").unwrap();
        assert_eq!((url.host(), url.port()), ("::1", 10002));
        assert_eq!(url.path("/auth/user_token"), "/openim/api/auth/user_token");
        assert_eq!(url.authority(), "[::1]:10002");
        assert_eq!(url.to_string(), "http://[::1]:10002/openim/api");
    }

    #[test]
    fn the_scheme_brings_its_port() {
        let url = BaseUrl::parse("https://im.example").unwrap();
        assert_eq!(
            (url.port(), url.authority().as_str(), url.path("/x").as_str()),
            (443, "im.example", "/x")
        );
    }

    #[test]
    fn what_is_no_api_address_is_refused_and_never_shows_a_password() {
        for text in ["im.example:10002", "127.0.0.1:10002", "ftp://h/", "http://h/?a=b", "", "http://"] {
            assert!(BaseUrl::parse(text).is_err(), "{text}");
        }
        for text in ["http://admin:hunter2@h:10002", "http://admin:hunter2@h:port"] {
            let message = format!("{0} {0:?}", BaseUrl::parse(text).unwrap_err());
            assert!(!message.contains("hunter2"), "{message}");
        }
    }
}
