//! What can go wrong on the control side.

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
    #[error("{url} cannot be reached: {text}")]
    Unreachable {
        /// What was called.
        url: String,
        /// Why, as a kind.
        why: Unreachable,
        /// Why, as the system says.
        text: String,
    },
    /// An HTTP status without an envelope.
    #[error("{url} answered HTTP {status}: {head}")]
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
    #[error("{url}: an OpenIM API answers, but has no token route under this path")]
    WrongPath {
        /// What was called.
        url: String,
    },
    /// HTTP 200, but not `OpenIM`'s envelope.
    #[error("{url} did not answer as OpenIM does: {head}")]
    NotEnvelope {
        /// What was called.
        url: String,
        /// First bytes of the body.
        head: String,
    },
    /// An errCode.
    #[error("{route} answered errCode {code}: {text}")]
    Api {
        /// The route.
        route: String,
        /// errCode.
        code: i64,
        /// errMsg and errDlt.
        text: String,
    },
    /// A secret is needed and not there.
    #[error("{what}, which needs the secret of share.yml: set OPENIM_SECRET or target.secret_file")]
    NoSecret {
        /// What needs it.
        what: String,
    },
    /// The given token was refused.
    #[error(
        "the token in {place} is refused; put a fresh admin token there, or unset it and give the secret"
    )]
    ReadyTokenRefused {
        /// The variable.
        place: String,
    },
    /// Renewing did not help.
    #[error(
        "a token minted a moment ago is refused again; is another program minting tokens for this admin user?"
    )]
    TokenRefusedAgain,
    /// The client could not be built.
    #[error("{text}")]
    Setup {
        /// What is wrong.
        text: String,
    },
}

impl AdminError {
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
        let text = if error.is_timeout() { format!("no answer in time ({text})") } else { text };
        let advice = super::super::tls::certificate_advice(&text);
        AdminError::Unreachable { url: url.to_owned(), why, text: format!("{text}{advice}") }
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
