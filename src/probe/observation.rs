//! What a case or a recording saw: API calls, callbacks, connections, each with its time.
//!
//! Times are seconds since the start of the case.

use serde_json::Value;

/// An answer of the API.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// HTTP status; 0 where there was no answer.
    pub status: u16,
    /// Headers in wire order.
    pub headers: Vec<(String, String)>,
    /// Body, unpacked.
    pub body: String,
    /// From the request to the end of the body, seconds.
    pub seconds: f64,
}

impl Answer {
    /// The body as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// errCode of the envelope, where there is one.
    #[must_use]
    pub fn err_code(&self) -> Option<i64> {
        self.json()["errCode"].as_i64()
    }

    /// A header, whatever its spelling.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }
}

/// A call of the API.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Call {
    /// Path, without the target's base path.
    pub path: String,
    /// Its operationID.
    pub operation: String,
    /// Body as sent, where it was JSON.
    pub body: Value,
    /// When it was sent.
    pub at: f64,
    /// What came back; `None` where the caller gave up.
    pub answer: Option<Answer>,
}

/// A callback as the webhook server got it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Callback {
    /// Number of its connection.
    pub connection: u64,
    /// Request line.
    pub line: String,
    /// Headers in wire order and spelling.
    pub headers: Vec<(String, String)>,
    /// Body as sent.
    pub body: String,
    /// When it was read whole.
    pub at: f64,
    /// When its answer was written.
    pub replied_at: Option<f64>,
    /// How long it had been held when the connection was closed under it, seconds.
    pub aborted: Option<f64>,
}

impl Callback {
    /// Path and query.
    #[must_use]
    pub fn target(&self) -> &str {
        self.line.split(' ').nth(1).unwrap_or_default()
    }

    /// The last part of the path.
    #[must_use]
    pub fn command(&self) -> &str {
        self.target().rsplit('/').next().unwrap_or_default()
    }

    /// A header, whatever its spelling; empty where there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value)
    }

    /// The operation it belongs to; the last one where several are joined by `$`.
    #[must_use]
    pub fn operation(&self) -> &str {
        self.header("operationid").rsplit('$').next().unwrap_or_default()
    }

    /// The body as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }
}

/// A connection to the webhook server.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Connection {
    /// From 1, in the order of accepting.
    pub number: u64,
    /// Accepted.
    pub opened_at: f64,
    /// Closed by the other side; `None` while it was kept, or when we closed it.
    pub closed_by_peer_at: Option<f64>,
}

/// All that was seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observation {
    /// API calls in the order of sending.
    pub calls: Vec<Call>,
    /// Callbacks in the order of arrival.
    pub callbacks: Vec<Callback>,
    /// Connections in the order of accepting.
    pub connections: Vec<Connection>,
    /// Connections that were opened to the API meanwhile, where known: one serves calls that
    /// follow each other, unless the API closes it.
    pub api_connections: Option<u64>,
    /// Only times, errCodes and commands are known: bodies and headers are empty.
    pub summary: bool,
}
