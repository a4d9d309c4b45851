//! The webhook HTTP client of one group process, as Go's `net/http` behaves.
//!
//! 100 connections a host, 2 of them kept idle for as long as the other side keeps
//! them, the 101st request waits for one inside its own deadline. The deadline covers
//! everything: the wait, connecting, sending, waiting, reading the body. The HTTP status
//! is not looked at; redirects are followed (the 10th is refused). HTTP/2, which Go would
//! offer to an https server, is not spoken.

mod body;
mod dial;
mod exchange;
mod go;
mod linger;
mod pool;
mod tap;
mod tls;
mod trace;
mod url;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;

use self::dial::{HostDialer, Target};
pub use self::go::{Answered, GoClient, Hop};
pub(super) use self::linger::Lingering;
use self::pool::Pool;
pub(super) use self::trace::Trace;

/// How long a callback may take, and which of Go's two timers ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    /// From the moment the callback is wanted.
    pub after: Duration,
    /// The 15 s of the client, rather than the key's own timeout.
    pub capped: bool,
    /// As configured, seconds.
    pub timeout: i64,
}

impl Limit {
    /// For a `timeout` as configured: 0, negative and above 15 mean the client's 15 s.
    pub(super) fn from_timeout(timeout: i64) -> Limit {
        let seconds = crate::wire::webhooks_yml::effective_timeout_s(timeout);
        let capped = !(1..=15).contains(&timeout);
        Limit { after: Duration::from_secs(seconds.into()), capped, timeout }
    }
}

/// In which step a callback failed; `OpenIM` words each differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The request could not be made from that URL.
    NewRequest,
    /// Up to the answer's head.
    Request,
    /// While the answer's body was read.
    ReadBody,
}

/// A callback that got no readable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The whole URL, as concatenated.
    pub url: String,
    /// Where.
    pub step: Step,
    /// Go's text, with `Post "…": ` in front where Go puts it.
    pub cause: String,
}

/// The client.
#[derive(Default)]
pub(super) struct Client {
    pools: Mutex<HashMap<Target, Arc<Pool<HostDialer>>>>,
    /// Redirects to another host are not followed, which `OpenIM` would.
    stays: bool,
}

/// Redirects may lead anywhere; more hosts than this are forgotten.
const MAX_HOSTS: usize = 64;

impl Client {
    /// One that goes nowhere but to the host of the URL.
    pub(super) fn staying() -> Client {
        Client { stays: true, ..Client::default() }
    }

    /// Sends a callback and reads its answer whole; `trace` is told when it has a connection.
    ///
    /// # Errors
    /// In Go's words.
    pub(super) async fn post(
        &self,
        url: &str,
        operation_id: &str,
        body: Bytes,
        limit: Limit,
        trace: Option<&Trace>,
    ) -> Result<Bytes, Failure> {
        exchange::post(self, url, operation_id, body, limit, trace).await
    }

    fn pool(&self, target: &Target) -> Arc<Pool<HostDialer>> {
        let mut pools = self.pools.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pool) = pools.get(target) {
            return pool.clone();
        }
        if pools.len() >= MAX_HOSTS {
            pools.clear();
        }
        let pool = Pool::new(HostDialer::new(target.clone()));
        pools.insert(target.clone(), pool.clone());
        pool
    }
}
