//! What happens in the simulator, for those who watch it: one line a create, log files.
//!
//! An observer is called where it happens and must not block.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::error::OpError;
use crate::wire::WebhookKey;
use crate::wire::goread::Value;

/// Why a call failed; what of it shows where is the simulator's business.
#[derive(Clone, Copy, Debug)]
pub struct Refusal<'a>(pub(super) &'a OpError);

/// Whom a token belongs to.
#[derive(Clone, Copy, Debug)]
pub struct TokenOwner<'a> {
    /// Its user.
    pub user: &'a str,
    /// Its platformID.
    pub platform: i64,
    /// When it ends, seconds since 1970.
    pub expires: i64,
}

/// An HTTP request as it came in.
#[derive(Clone, Copy, Debug)]
pub struct HttpSeen<'a> {
    /// The value of `X-Http-Id`; empty where the build has none.
    pub id: &'a str,
    /// operationID; empty where there is none.
    pub operation: &'a str,
    /// Path and query.
    pub uri: &'a str,
    /// Body as sent.
    pub body: &'a [u8],
}

/// A call as a process behind the API handles it.
#[derive(Clone, Copy, Debug)]
pub struct Rpc<'a> {
    /// operationID.
    pub operation: &'a str,
    /// Path of the API call.
    pub path: &'a str,
    /// The request, read.
    pub request: &'a Value,
}

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
    /// A POST request on a route was read whole; nothing is checked yet.
    HttpReceived {
        /// The request.
        seen: HttpSeen<'a>,
        /// The caller's address.
        remote: SocketAddr,
        /// `Host`.
        host: &'a str,
        /// `Content-Type`.
        content_type: &'a str,
        /// From its head to its last byte.
        took: Duration,
    },
    /// Such a request has its answer, whether or not the caller still waits.
    HttpProcessed {
        /// The request.
        seen: HttpSeen<'a>,
        /// HTTP status.
        status: u16,
        /// The answer's body.
        answer: &'a str,
        /// From its head to the answer.
        took: Duration,
    },
    /// The API has asked whom a token belongs to.
    TokenChecked {
        /// operationID.
        operation: &'a str,
        /// The owner, or why the token is no good.
        result: Result<TokenOwner<'a>, Refusal<'a>>,
        /// How long that took.
        took: Duration,
    },
    /// A group process has got a call.
    RpcBegun {
        /// The call.
        rpc: Rpc<'a>,
        /// Number of the group process, from 0.
        process: usize,
    },
    /// A group process is done with a call; not told where the process ended meanwhile.
    RpcEnded {
        /// The call.
        rpc: Rpc<'a>,
        /// Number of the group process, from 0.
        process: usize,
        /// How long it took.
        took: Duration,
        /// The data of a success as JSON (`None` where there is none), or why there is none.
        result: Result<Option<&'a str>, Refusal<'a>>,
    },
    /// The API process hands a call to a group process.
    RpcSent {
        /// The call.
        rpc: Rpc<'a>,
    },
    /// The API process knows how a group call ended.
    RpcAnswered {
        /// The call.
        rpc: Rpc<'a>,
        /// How long it took.
        took: Duration,
        /// As in `RpcEnded`.
        result: Result<Option<&'a str>, Refusal<'a>>,
    },
}

/// Called with each event; clones share them.
#[derive(Clone, Default)]
pub struct Observer(Vec<Arc<Watch>>);

type Watch = dyn Fn(&SimEvent<'_>) + Send + Sync;

impl Observer {
    /// Calls `watch`, which must not block.
    #[must_use]
    pub fn new(watch: impl Fn(&SimEvent<'_>) + Send + Sync + 'static) -> Observer {
        Observer(vec![Arc::new(watch)])
    }

    /// Calls `other`'s watchers as well, after its own.
    #[must_use]
    pub fn and(mut self, other: Observer) -> Observer {
        self.0.extend(other.0);
        self
    }

    /// Whether anybody watches.
    #[must_use]
    pub fn is_watching(&self) -> bool {
        !self.0.is_empty()
    }

    /// Tells of an event.
    pub fn tell(&self, event: &SimEvent<'_>) {
        for watch in &self.0 {
            watch(event);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Observer({} watching)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn all_who_watch_are_told_in_the_order_in_which_they_were_added() {
        let heard = Arc::new(Mutex::new(Vec::new()));
        let watch = |name| {
            let heard = heard.clone();
            Observer::new(move |_| heard.lock().unwrap().push(name))
        };
        assert!(!Observer::default().is_watching());
        let both = Observer::default().and(watch("first")).and(watch("second"));
        let key = WebhookKey::BeforeCreateGroup;
        both.clone().tell(&SimEvent::CallbackLost { operation: "op", key });
        assert_eq!(*heard.lock().unwrap(), ["first", "second"]);
    }
}
