//! What happens in the simulator, for those who watch it: one line a create, log files.
//!
//! An observer is called where it happens and must not block.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::wire::WebhookKey;

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub enum SimEvent<'a> {
    /// A call passed the door: headers, token, JSON.
    Called {
        /// operationID.
        operation: &'a str,
        /// Path.
        path: &'a str,
        /// The user inside the token; empty where none is needed.
        user: &'a str,
        /// Body as sent.
        body: &'a [u8],
    },
    /// It was answered.
    Answered {
        /// operationID.
        operation: &'a str,
        /// Path.
        path: &'a str,
        /// From passing the door to the answer.
        took: Duration,
        /// HTTP status.
        status: u16,
        /// The envelope.
        body: &'a str,
    },
    /// A callback is wanted: from now on its deadline runs.
    CallbackWanted {
        /// operationID.
        operation: &'a str,
        /// Key.
        key: WebhookKey,
        /// Whole URL.
        url: &'a str,
        /// Body.
        body: &'a [u8],
        /// `timeout` as configured, seconds.
        timeout: i64,
    },
    /// It has ended.
    CallbackEnded {
        /// operationID.
        operation: &'a str,
        /// Key.
        key: WebhookKey,
        /// Whole URL.
        url: &'a str,
        /// Body.
        body: &'a [u8],
        /// From wanting it until a connection was there; `None` where none was had.
        connected_after: Option<Duration>,
        /// Whether that connection was made for it.
        dialed: bool,
        /// From wanting it to its end.
        took: Duration,
        /// The answer's body, or Go's text of the cause.
        result: Result<&'a [u8], &'a str>,
    },
    /// Only with [`super::Linger`]: what came for a callback that had been given up.
    CallbackLate {
        /// operationID.
        operation: &'a str,
        /// Key.
        key: WebhookKey,
        /// From wanting it until then.
        took: Duration,
        /// The answer's body, or how the connection ended, in Go's words.
        result: Result<&'a [u8], &'a str>,
    },
    /// Whoever made the call went away before it was answered; `Answered` follows all the same.
    CallerLeft {
        /// operationID.
        operation: &'a str,
        /// Path.
        path: &'a str,
        /// From passing the door until then.
        after: Duration,
    },
    /// An after-callback found the queue full for as long as a push waits, and is lost.
    CallbackLost {
        /// operationID.
        operation: &'a str,
        /// Key.
        key: WebhookKey,
    },
}

/// Called with each event; clones share one.
#[derive(Clone, Default)]
pub struct Observer(Option<Arc<Watch>>);

type Watch = dyn Fn(&SimEvent<'_>) + Send + Sync;

impl Observer {
    /// Calls `watch`, which must not block.
    #[must_use]
    pub fn new(watch: impl Fn(&SimEvent<'_>) + Send + Sync + 'static) -> Observer {
        Observer(Some(Arc::new(watch)))
    }

    /// Whether anybody watches.
    #[must_use]
    pub fn is_watching(&self) -> bool {
        self.0.is_some()
    }

    /// Tells of an event.
    pub fn tell(&self, event: &SimEvent<'_>) {
        if let Some(watch) = &self.0 {
            watch(event);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Observer(watching)" } else { "Observer" })
    }
}
