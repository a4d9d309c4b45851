//! Faults by rule: what goes wrong, for which callbacks, how often and how long.
//!
//! A rule that names no operationID hits everybody's callbacks, so somebody has to have
//! said that this is wanted; and every rule ends, by default a minute after its start.

use std::time::Duration;

use super::fault_text::FaultError;
use crate::port::ReplyKind;
use crate::units::{Span, Stamp};
use crate::webhook::responder::{Passing, Reply};
use crate::wire::WebhookKey;

/// How long a rule lasts that does not say so.
pub(super) const USUAL_LENGTH: Duration = Duration::from_secs(60);

/// What takes the place of the upstream's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxyFault {
    /// No answer.
    Hang,
    /// A TCP reset.
    Reset,
    /// A closed connection.
    Close,
    /// The first byte of an answer, then nothing.
    SlowBody,
    /// An answer of ours.
    Status {
        /// HTTP status.
        code: u16,
        /// Body.
        body: String,
    },
    /// The upstream's answer, later.
    Delay(Span),
}

impl ProxyFault {
    pub(super) fn reply(&self) -> Reply {
        match self {
            ProxyFault::Hang => Reply::Hang,
            ProxyFault::Reset => Reply::Reset,
            ProxyFault::Close => Reply::Close,
            ProxyFault::SlowBody => Reply::SlowBody,
            ProxyFault::Status { code, body } => Reply::Answer {
                status: *code,
                content_type: content_type(body).to_owned(),
                body: body.clone().into(),
                kind: ReplyKind::Fault,
            },
            ProxyFault::Delay(span) => Reply::Upstream(Passing { delay: span.0, ..Passing::default() }),
        }
    }
}

fn content_type(body: &str) -> &'static str {
    if serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok() {
        "application/json"
    } else {
        "text/html; charset=utf-8"
    }
}

/// A fault and whom it hits.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultRule {
    /// What.
    pub fault: ProxyFault,
    /// How often, above 0 and up to 1.
    pub probability: f64,
    /// First moment, from the start of the proxy or of the load.
    pub from: Stamp,
    /// First moment after it.
    pub to: Stamp,
    /// Which webhooks; all when empty.
    pub keys: Vec<WebhookKey>,
    /// What the operationID begins with; any when `None`.
    pub operation: Option<String>,
}

impl FaultRule {
    /// A rule that always strikes, at once and for the usual minute.
    #[must_use]
    pub fn new(fault: ProxyFault) -> FaultRule {
        let to = Stamp(u64::try_from(USUAL_LENGTH.as_micros()).unwrap_or(u64::MAX));
        FaultRule { fault, probability: 1.0, from: Stamp(0), to, keys: Vec::new(), operation: None }
    }

    /// Whether it may be used: it names whose operations it hits, or all are meant.
    ///
    /// # Errors
    /// When neither is so.
    pub fn check(&self, hits_everyone: bool) -> Result<(), FaultError> {
        if hits_everyone || self.operation.is_some() { Ok(()) } else { Err(FaultError::HitsEveryone) }
    }

    pub(super) fn covers(&self, key: WebhookKey, operation: &str, at: Stamp) -> bool {
        self.from <= at
            && at < self.to
            && (self.keys.is_empty() || self.keys.contains(&key))
            && self.operation.as_ref().is_none_or(|prefix| operation.starts_with(prefix.as_str()))
    }
}
