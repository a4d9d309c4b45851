//! What can go wrong on the control side.

use std::fmt;

use crate::say;
use crate::text::Text;

/// Why nothing answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreachable {
    /// Nothing listens there.
    Refused,
    /// The name has no address.
    Name,
    /// Certificate or handshake.
    Tls,
    /// Nothing came in time.
    Silent,
    /// Connection broken, or another cause.
    Broken,
}

/// An error of the control side. Holds no secret.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AdminError {
    /// No answer at all.
    Unreachable {
        /// What was called.
        url: String,
        /// Why, as a kind.
        why: Unreachable,
        /// Why, as the system says, with advice where there is some.
        text: Text,
    },
    /// An HTTP status without an envelope.
    HttpStatus {
        /// What was called.
        url: String,
        /// The status.
        status: u16,
        /// First bytes of the body.
        head: String,
        /// The `Server` header, where there was one.
        server: String,
    },
    /// The API answers, but has no token route there.
    WrongPath {
        /// What was called.
        url: String,
    },
    /// HTTP 200, but not `OpenIM`'s envelope.
    NotEnvelope {
        /// What was called.
        url: String,
        /// First bytes of the body.
        head: Text,
    },
    /// An errCode.
    Api {
        /// The route.
        route: String,
        /// errCode.
        code: i64,
        /// errMsg and errDlt.
        text: Text,
    },
    /// A secret is needed and not there.
    NoSecret {
        /// What needs it.
        what: Text,
    },
    /// The given token was refused.
    ReadyTokenRefused {
        /// The variable.
        place: String,
    },
    /// Renewing did not help.
    TokenRefusedAgain,
    /// The client could not be built.
    Setup {
        /// What is wrong.
        text: Text,
    },
}

impl AdminError {
    /// What it says, in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            AdminError::Unreachable { url, text, .. } => {
                say!("preflight-admin-unreachable", url = url, text = text)
            }
            AdminError::HttpStatus { url, status, head, .. } => {
                say!("preflight-admin-status", url = url, status = *status, head = head)
            }
            AdminError::WrongPath { url } => say!("preflight-admin-wrong-path", url = url),
            AdminError::NotEnvelope { url, head } => {
                say!("preflight-admin-not-envelope", url = url, head = head)
            }
            AdminError::Api { route, code, text } => {
                say!("preflight-admin-api", route = route, code = *code, text = text)
            }
            AdminError::NoSecret { what } => say!("preflight-admin-no-secret", what = what),
            AdminError::ReadyTokenRefused { place } => say!("preflight-admin-token-refused", place = place),
            AdminError::TokenRefusedAgain => say!("preflight-admin-token-again"),
            AdminError::Setup { text } => text.clone(),
        }
    }

    pub(super) fn from_reqwest(url: &str, error: &reqwest::Error) -> AdminError {
        let mut parts: Vec<String> = Vec::new();
        let mut source: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
        while let Some(cause) = source {
            let text = cause.to_string();
            if !parts.iter().any(|p| p.contains(&text)) {
                parts.push(text);
            }
            source = cause.source();
        }
        let text = if parts.is_empty() { error.to_string() } else { parts.join(": ") };
        let why = why_of(&text, error.is_timeout());
        let text = if error.is_timeout() {
            say!("preflight-admin-no-answer", text = text)
        } else {
            Text::plain(text)
        };
        AdminError::Unreachable { url: url.to_owned(), why, text: super::super::tls::advised(text) }
    }

    /// Whether waiting may help: the server may still be starting.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            AdminError::Unreachable { why, .. } => *why != Unreachable::Tls,
            AdminError::HttpStatus { status, .. } => matches!(status, 500 | 502..=504),
            AdminError::Api { code, text, .. } => {
                *code == 14 || (*code == 500 && text.starts_with("grpc service"))
            }
            _ => false,
        }
    }
}

impl fmt::Display for AdminError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en())
    }
}

fn why_of(text: &str, timeout: bool) -> Unreachable {
    if timeout {
        Unreachable::Silent
    } else if text.contains("refused") {
        Unreachable::Refused
    } else if text.contains("dns error") || text.contains("failed to lookup") {
        Unreachable::Name
    } else if text.contains("certificate") || text.contains("corrupt message") || text.contains("tls") {
        Unreachable::Tls
    } else {
        Unreachable::Broken
    }
}
