//! The seam between receiving a callback and answering it.
//!
//! A `Responder` sees only callbacks of this run's load; all others are answered
//! before it. It says when a worker took the callback up; the server stamps the rest.

use std::fmt;
use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use bytes::Bytes;
use hyper::HeaderMap;
use tokio::sync::Notify;

use super::proxy::Upstream;
use crate::ids::OperationId;
use crate::port::ReplyKind;
use crate::units::Stamp;
use crate::wire::WebhookKey;

/// A callback of this run's load, read whole.
#[derive(Clone, Debug)]
pub struct Callback {
    /// The webhook key.
    pub key: WebhookKey,
    /// The command, as in the URL.
    pub command: String,
    /// The operations of this run that it belongs to; at least one.
    pub operations: Vec<OperationId>,
    /// The body as sent.
    pub body: Bytes,
    /// The request's headers.
    pub headers: HeaderMap,
    /// Request head parsed.
    pub received_at: Stamp,
    pub(super) progress: Progress,
}

impl Callback {
    /// A worker takes it up now; the first call counts. Without a worker limit that is
    /// `received_at`, which also stands when this is never called and an answer is given.
    pub fn mark_started(&self, at: Stamp) {
        self.progress.mark(at);
    }
}

/// When the callback was taken up; shared with the server, which may wait for it.
#[derive(Clone, Default)]
pub(super) struct Progress(Arc<ProgressState>);

#[derive(Default)]
struct ProgressState {
    started_at: OnceLock<Stamp>,
    started: Notify,
}

impl Progress {
    fn mark(&self, at: Stamp) {
        if self.0.started_at.set(at).is_ok() {
            self.0.started.notify_one();
        }
    }

    pub(super) fn started_at(&self) -> Option<Stamp> {
        self.0.started_at.get().copied()
    }

    /// Returns once a worker has taken it up; for one waiter.
    pub(super) async fn started(&self) {
        if self.started_at().is_none() {
            self.0.started.notified().await;
        }
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.started_at().fmt(f)
    }
}

/// What a callback gets.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// An HTTP answer.
    Answer {
        /// HTTP status; `OpenIM` ignores it. Below 200 and above 999 become 500.
        status: u16,
        /// Content-Type.
        content_type: String,
        /// Body.
        body: Bytes,
        /// What it counts as.
        kind: ReplyKind,
    },
    /// Nothing, until `OpenIM` closes or the server shuts down.
    Hang,
    /// A TCP reset.
    Reset,
    /// A closed connection without an answer.
    Close,
    /// Head and first byte of a neutral answer at once, the rest never.
    SlowBody,
    /// What the upstream says (`Responder::upstream`); a closed connection where there is none.
    Upstream(Passing),
}

/// How a callback is passed on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passing {
    /// Held back for so long before.
    pub delay: Duration,
    /// Its answer held back until it has taken so many times as long as the upstream.
    pub factor: f64,
}

impl Default for Passing {
    fn default() -> Passing {
        Passing { delay: Duration::ZERO, factor: 1.0 }
    }
}

impl Passing {
    /// Whether it is passed on as it is.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.delay.is_zero() && self.factor <= 1.0
    }
}

impl Reply {
    /// HTTP 200 with a JSON body.
    #[must_use]
    pub fn json(body: Vec<u8>, kind: ReplyKind) -> Reply {
        Reply::Answer { status: 200, content_type: "application/json".to_owned(), body: body.into(), kind }
    }

    pub(super) fn kind(&self) -> ReplyKind {
        match self {
            Reply::Answer { kind, .. } => *kind,
            Reply::Hang | Reply::Reset | Reply::Close | Reply::SlowBody => ReplyKind::Fault,
            Reply::Upstream(passing) if passing.is_plain() => ReplyKind::Upstream,
            Reply::Upstream(_) => ReplyKind::Fault,
        }
    }
}

/// Who answers the callbacks of the load: our handler models, a proxy, a script.
pub trait Responder: Send + Sync + 'static {
    /// Handles a callback to its end. The future goes on when `OpenIM` has closed the
    /// connection meanwhile, as a blocked worker of a real server does.
    fn respond(&self, callback: &Callback) -> impl Future<Output = Reply> + Send;

    /// The server behind, where everything is passed on that comes in: others' requests, too.
    fn upstream(&self) -> Option<Arc<Upstream>> {
        None
    }
}
