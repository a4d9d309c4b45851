//! `OpenIM`'s webhook client for those who are not the simulator: a callback goes out as it does from `OpenIM`, and what
//! came back can be looked at.

use std::time::Duration;

use bytes::Bytes;

use super::{Client, Limit, Trace};

/// Why a redirect to another host ends the callback here; `OpenIM` would follow it.
pub(super) const LEAVES: &str = "redirect to another host, not followed";
/// As much of a header as is kept, characters.
pub(super) const HEADER_KEPT: usize = 512;

/// The head of an answer, which `OpenIM` itself does not look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// HTTP status.
    pub status: u16,
    /// `Location`.
    pub location: Option<String>,
    /// `Content-Type`.
    pub content_type: Option<String>,
}

/// What became of a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The body, or why there is none, in Go's words.
    pub body: Result<Bytes, String>,
    /// Heads of the answers on the way, the last one last.
    pub hops: Vec<Hop>,
    /// Whether the first request went over a new connection; none where there was no connection at all.
    pub dialed: Option<bool>,
    /// From the wish to send it to the end of the answer.
    pub took: Duration,
}

/// The client of one sending process. It stays with the host of the URL.
pub struct GoClient(Client);

impl Default for GoClient {
    fn default() -> GoClient {
        GoClient(Client::staying())
    }
}

impl GoClient {
    /// Sends a callback to `url`; `timeout_s` as in `webhooks.yml`.
    pub async fn post(&self, url: &str, operation: &str, body: Bytes, timeout_s: i64) -> Answered {
        let trace = Trace::begin(false);
        let limit = Limit::from_timeout(timeout_s);
        let body = self.0.post(url, operation, body, limit, Some(&trace)).await;
        Answered {
            took: trace.elapsed(),
            body: body.map_err(|failure| failure.cause),
            hops: trace.hops(),
            dialed: trace.connection().map(|connection| connection.dialed),
        }
    }
}
