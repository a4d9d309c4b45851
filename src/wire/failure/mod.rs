//! Why a call failed, as an enum: each kind has its own count and histogram.
//!
//! [`classify()`] reads an API answer; what happened on the socket is told by the client.

mod cause;
mod classify;
mod codes;
mod text;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

pub use cause::{kind_of, resolve_hidden, webhook_in};
pub use classify::{Classified, classify, classify_envelope};
pub use codes::{grpc_code, grpc_name, own_code_in};
pub use text::{error_text, head_of, printable, without_stack};

/// Why a call did not succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailureKind {
    /// No connection to the API (refused, unreachable, TLS).
    Connect,
    /// Our own deadline for the call passed.
    ClientDeadline,
    /// The API closed or reset the connection before its answer was whole.
    ConnectionLost,
    /// An HTTP status other than 200 without an envelope.
    HttpStatus(u16),
    /// HTTP 200 with a body that is no envelope.
    MalformedAnswer,
    /// 90004: the webhook's own timeout passed (waiting for a connection included).
    WebhookDeadline,
    /// 90004: the 15 s cap of `OpenIM`'s HTTP client passed.
    WebhookCap,
    /// 90004: connection refused at the webhook address.
    WebhookRefused,
    /// 90004: the webhook server closed or reset the connection.
    WebhookReset,
    /// 90004: the webhook host has no address.
    WebhookDns,
    /// 90004: the webhook url cannot be used (scheme, parse error).
    WebhookBadUrl,
    /// 90004: certificate or handshake of an https webhook url.
    WebhookTls,
    /// 90004: head in time, body not (or broken off).
    WebhookBodyRead,
    /// 90004 with a cause that the text hides (3.8.3) and the elapsed time does not tell.
    WebhookCauseHidden,
    /// 90007: the webhook's answer was not the JSON that `OpenIM` expects.
    WebhookBadAnswer,
    /// The webhook said no; its errCode (0 when `OpenIM` reports success with nothing created).
    WebhookRejected(i64),
    /// The group process is down or restarting.
    GroupProcessDown,
    /// Token expired, malformed, replaced or unknown (1501 to 1507).
    Token(i64),
    /// The API's rate limiter (429).
    RateLimited,
    /// `maxSeq is invalid`: the rows are written, but the group's conversation was not there
    /// yet (3.8.0 to 3.8.3: a kick or quit right after the create), or the build cannot
    /// make it at all (3.8.3-patch.16: every invite, join and approval). No after-callback comes.
    MaxSeqInvalid,
    /// Any other errCode.
    Api(i64),
}

impl FailureKind {
    /// Stable name as in `summary.json`: `webhook_deadline`, `api_1001`, `http_502` …
    #[must_use]
    pub fn name(self) -> String {
        match self {
            FailureKind::HttpStatus(status) => format!("http_{status}"),
            FailureKind::WebhookRejected(code) => format!("webhook_rejected_{code}"),
            FailureKind::Token(code) => format!("token_{code}"),
            FailureKind::Api(code) => format!("api_{code}"),
            other => other.plain_name().unwrap_or("unknown").to_owned(),
        }
    }

    /// Reads a name that `name` wrote.
    #[must_use]
    pub fn from_name(name: &str) -> Option<FailureKind> {
        let plain = [
            FailureKind::Connect,
            FailureKind::ClientDeadline,
            FailureKind::ConnectionLost,
            FailureKind::MalformedAnswer,
            FailureKind::WebhookDeadline,
            FailureKind::WebhookCap,
            FailureKind::WebhookRefused,
            FailureKind::WebhookReset,
            FailureKind::WebhookDns,
            FailureKind::WebhookBadUrl,
            FailureKind::WebhookTls,
            FailureKind::WebhookBodyRead,
            FailureKind::WebhookCauseHidden,
            FailureKind::WebhookBadAnswer,
            FailureKind::GroupProcessDown,
            FailureKind::RateLimited,
            FailureKind::MaxSeqInvalid,
        ];
        let number = |prefix: &str| name.strip_prefix(prefix).and_then(|n| n.parse::<i64>().ok());
        plain
            .into_iter()
            .find(|k| k.plain_name() == Some(name))
            .or_else(|| number("http_").and_then(|n| u16::try_from(n).ok()).map(FailureKind::HttpStatus))
            .or_else(|| number("webhook_rejected_").map(FailureKind::WebhookRejected))
            .or_else(|| number("token_").map(FailureKind::Token))
            .or_else(|| number("api_").map(FailureKind::Api))
    }

    /// The name without the number that some kinds carry: `webhook_rejected`, whatever the errCode.
    #[must_use]
    pub fn family(self) -> &'static str {
        self.plain_name().unwrap_or(match self {
            FailureKind::HttpStatus(_) => "http_status",
            FailureKind::WebhookRejected(_) => "webhook_rejected",
            FailureKind::Token(_) => "token",
            _ => "api",
        })
    }

    fn plain_name(self) -> Option<&'static str> {
        Some(match self {
            FailureKind::Connect => "connect",
            FailureKind::ClientDeadline => "client_deadline",
            FailureKind::ConnectionLost => "connection_lost",
            FailureKind::MalformedAnswer => "malformed_answer",
            FailureKind::WebhookDeadline => "webhook_deadline",
            FailureKind::WebhookCap => "webhook_cap",
            FailureKind::WebhookRefused => "webhook_refused",
            FailureKind::WebhookReset => "webhook_reset",
            FailureKind::WebhookDns => "webhook_dns",
            FailureKind::WebhookBadUrl => "webhook_bad_url",
            FailureKind::WebhookTls => "webhook_tls",
            FailureKind::WebhookBodyRead => "webhook_body_read",
            FailureKind::WebhookCauseHidden => "webhook_cause_hidden",
            FailureKind::WebhookBadAnswer => "webhook_bad_answer",
            FailureKind::GroupProcessDown => "group_process_down",
            FailureKind::RateLimited => "rate_limited",
            FailureKind::MaxSeqInvalid => "max_seq_invalid",
            FailureKind::HttpStatus(_)
            | FailureKind::WebhookRejected(_)
            | FailureKind::Token(_)
            | FailureKind::Api(_) => return None,
        })
    }

    /// errCode 90004 in any of its causes.
    #[must_use]
    pub fn is_90004(self) -> bool {
        matches!(
            self,
            FailureKind::WebhookDeadline
                | FailureKind::WebhookCap
                | FailureKind::WebhookRefused
                | FailureKind::WebhookReset
                | FailureKind::WebhookDns
                | FailureKind::WebhookBadUrl
                | FailureKind::WebhookTls
                | FailureKind::WebhookBodyRead
                | FailureKind::WebhookCauseHidden
        )
    }

    /// A failure of our own connection to the API rather than an answer of it.
    #[must_use]
    pub fn is_transport(self) -> bool {
        matches!(self, FailureKind::Connect | FailureKind::ClientDeadline | FailureKind::ConnectionLost)
    }
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl Serialize for FailureKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

impl<'de> Deserialize<'de> for FailureKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FailureKind, D::Error> {
        let name = String::deserialize(deserializer)?;
        FailureKind::from_name(&name)
            .ok_or_else(|| de::Error::custom(format!("`{name}` is not a failure kind")))
    }
}
