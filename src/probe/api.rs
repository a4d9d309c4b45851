//! Sends the calls of a case to an API and notes what comes back.
//!
//! Uses the load's connection pool (https, base path, no proxies, packed answers unpacked).
//! Promises that neither secret nor token is in what it notes. What the answer means is the
//! judge's business.

use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use hyper::Method;
use hyper::header::{ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::observation::Answer;
use crate::clock::RunClock;
use crate::openim::pool::{Pool, SendFailure};
use crate::openim::secret::{Secret, scrub};
use crate::openim::tls::TlsError;
use crate::openim::{BaseUrl, TlsOptions};
use crate::units::Stamp;

/// Idle connections kept; a case makes up to 150 calls at once.
const MAX_IDLE: usize = 150;

/// A call as it is to be sent.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Path, without the base path.
    pub path: String,
    /// Body as it goes out.
    pub body: String,
    /// operationID; without the header where `None`.
    pub operation: Option<String>,
    /// Token; without the header where `None`.
    pub token: Option<Secret>,
    /// `Accept-Encoding: gzip`.
    pub gzip: bool,
    /// GET without a body.
    pub get: bool,
}

/// What came of a call.
#[derive(Debug)]
pub struct Sent {
    /// When it was sent.
    pub sent_at: Stamp,
    /// The answer, or why there is none.
    pub result: Result<Answer, NoAnswer>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// No connection to the API.
    #[error("{0}")]
    Unreachable(String),
    /// The connection broke before the answer was whole.
    #[error("{0}")]
    Lost(String),
    /// We gave up.
    #[error("{0}")]
    GaveUp(String),
}

/// An API.
#[derive(Debug)]
pub struct Api {
    pool: Pool,
    clock: RunClock,
    hidden: Mutex<Vec<Secret>>,
}

impl Api {
    /// The API at `base`; nothing is sent yet.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(base: BaseUrl, tls: &TlsOptions, clock: RunClock) -> Result<Api, TlsError> {
        let pool = Pool::new(base, tls, MAX_IDLE, clock)?;
        Ok(Api { pool, clock, hidden: Mutex::default() })
    }

    /// The clock that stamps calls.
    #[must_use]
    pub fn clock(&self) -> RunClock {
        self.clock
    }

    /// Connections opened so far: more than callers at once mean that the API closes them.
    #[must_use]
    pub fn opened(&self) -> u64 {
        self.pool.opened()
    }

    /// From now on this text is taken out of all that is noted.
    pub fn hide(&self, secret: &Secret) {
        if let Ok(mut hidden) = self.hidden.lock()
            && !hidden.contains(secret)
        {
            hidden.push(secret.clone());
        }
    }

    /// The text without what is to be hidden.
    #[must_use]
    pub fn clean(&self, text: &str) -> String {
        let Ok(hidden) = self.hidden.lock() else { return String::new() };
        scrub(text, &hidden.iter().collect::<Vec<_>>())
    }

    /// Sends a call and reads its answer whole; gives up after `patience`.
    pub async fn send(&self, request: &Request, patience: Duration) -> Sent {
        let (method, body) = match request.get {
            true => (Method::GET, Bytes::new()),
            false => (Method::POST, Bytes::from(request.body.clone())),
        };
        let path = self.pool.base().path(&request.path);
        let exchange = self.pool.send(method, &path, &headers(request), body, patience).await;
        let seconds = exchange.answered_at.since(exchange.sent_at) as f64 / 1e6;
        let result = match exchange.result {
            Ok(answer) => Ok(Answer {
                status: answer.status,
                headers: pairs(&answer.headers),
                body: self.clean(&String::from_utf8_lossy(&answer.body)),
                seconds,
            }),
            Err(SendFailure::Connect(why)) => Err(NoAnswer::Unreachable(why)),
            Err(SendFailure::Lost(why)) => Err(NoAnswer::Lost(why)),
            Err(SendFailure::Deadline(why)) => Err(NoAnswer::GaveUp(why)),
        };
        Sent { sent_at: exchange.sent_at, result }
    }
}

fn headers(request: &Request) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(4);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let mut put = |name: &'static str, text: &str, sensitive: bool| {
        if let Ok(mut value) = HeaderValue::from_str(text) {
            value.set_sensitive(sensitive);
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    if let Some(operation) = &request.operation {
        put("operationid", operation, false);
    }
    if let Some(token) = &request.token {
        put("token", token.expose(), true);
    }
    if request.gzip {
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
    }
    headers
}

fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}
