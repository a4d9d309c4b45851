//! Where the upstream is, and which path a request gets there.

use std::fmt;

use hyper::Uri;
use hyper::http::uri::PathAndQuery;

use super::ProxyError;
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

/// The address of the user's server: scheme, host, port, and perhaps the path that takes the place of `webhook.path`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamUrl {
    https: bool,
    host: String,
    port: u16,
    path: Option<String>,
}

impl UpstreamUrl {
    /// Reads `http://host:port` or `https://host/path`. A path of `/` alone is none.
    ///
    /// # Errors
    /// When it is no http(s) URL, or has credentials, a query or a fragment.
    pub fn parse(text: &str) -> Result<UpstreamUrl, ProxyError> {
        // Whatever stands before an `@` may be a password.
        let shown =
            text.rsplit_once('@').map_or(text, |(_, rest)| rest).chars().take(120).collect::<String>();
        let wrong = |why: Text| ProxyError::Url { url: shown.clone(), why };
        let url = reqwest::Url::parse(text.trim())
            .map_err(|e| wrong(say!("upstream-url-none", why = e.to_string())))?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong(say!("upstream-url-credentials")));
        }
        let plain =
            matches!(url.scheme(), "http" | "https") && url.query().is_none() && url.fragment().is_none();
        let host = url.host_str().filter(|_| plain).ok_or_else(|| wrong(say!("upstream-url-form")))?;
        let path = url.path().trim_end_matches('/');
        Ok(UpstreamUrl {
            https: url.scheme() == "https",
            host: host.trim_start_matches('[').trim_end_matches(']').to_owned(),
            port: url.port_or_known_default().unwrap_or(80),
            path: (!path.is_empty()).then(|| path.to_owned()),
        })
    }

    /// Whether TLS is spoken.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.https
    }

    /// Host, without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Port, also where the URL leaves it out.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Value of `Host`: no port where it is the scheme's own.
    #[must_use]
    pub fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let usual = if self.https { 443 } else { 80 };
        if self.port == usual { host } else { format!("{host}:{}", self.port) }
    }

    /// What a request for `uri` asks the upstream for; `configured` is `webhook.path`.
    pub(super) fn target(&self, configured: &str, uri: &Uri) -> Uri {
        let asked = uri.path_and_query().map_or("/", PathAndQuery::as_str);
        let Some(path) = &self.path else { return origin(asked, uri) };
        let configured = configured.trim_end_matches('/');
        let below =
            uri.path().strip_prefix(configured).filter(|rest| rest.is_empty() || rest.starts_with('/'));
        let command = uri.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        match below {
            Some(rest) => origin(&format!("{path}{rest}{query}"), uri),
            // OpenIM is configured with another path than we were told.
            None if WebhookKey::from_command(command).is_some() => {
                origin(&format!("{path}/{command}{query}"), uri)
            }
            None => origin(asked, uri),
        }
    }
}

/// A request target in origin form; what cannot be one stays as it came.
fn origin(path: &str, fallback: &Uri) -> Uri {
    path.parse().unwrap_or_else(|_| fallback.clone())
}

impl fmt::Display for UpstreamUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.https { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.authority(), self.path.as_deref().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(upstream: &str, configured: &str, path: &str) -> String {
        UpstreamUrl::parse(upstream).unwrap().target(configured, &path.parse().unwrap()).to_string()
    }

    #[test]
    fn a_path_of_the_upstream_replaces_the_configured_one_and_the_query_is_kept() {
        let command = "callbackBeforeCreateGroupCommand";
        for (upstream, path, wanted) in [
            ("http://h:1", format!("/cb/{command}?a=%20b"), format!("/cb/{command}?a=%20b")),
            ("http://h:1/", format!("/cb/{command}"), format!("/cb/{command}")),
            ("http://h:1/im/hook/", format!("/cb/{command}?a=b"), format!("/im/hook/{command}?a=b")),
            ("http://h:1/im", format!("/cb//{command}"), format!("/im//{command}")),
            ("http://h:1/im", format!("/other/{command}"), format!("/im/{command}")),
            ("http://h:1/im", "/healthz?x".to_owned(), "/healthz?x".to_owned()),
            ("http://h:1/im", "/cbx/y".to_owned(), "/cbx/y".to_owned()),
            ("http://h:1/im", "http://me/cb/y".to_owned(), "/im/y".to_owned()),
        ] {
            assert_eq!(asks(upstream, "/cb", &path), wanted, "{upstream} {path}");
        }
        assert_eq!(asks("http://h:1/im", "/", "/x"), "/im/x");
    }

    #[test]
    fn an_authority_leaves_out_the_usual_port() {
        for (url, authority) in [
            ("http://h", "h"),
            ("https://h:443/x", "h"),
            ("http://h:443", "h:443"),
            ("http://[::1]:8", "[::1]:8"),
        ] {
            assert_eq!(UpstreamUrl::parse(url).unwrap().authority(), authority);
        }
    }

    #[test]
    fn what_cannot_be_passed_on_to_is_refused_and_a_password_never_shown() {
        for url in [
            "",
            "h:1",
            "ftp://h/",
            "http://h/?a=b",
            "http://h/#x",
            "http://u:hunter2@h/",
            "http://u:hunter2@",
        ] {
            let message = UpstreamUrl::parse(url).unwrap_err().to_string();
            assert!(!message.contains("hunter2") && message.contains("http"), "{message}");
        }
    }
}
