//! When a callback got its connection, for those who watch.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Kept for one callback from the moment it is wanted.
pub(in crate::sim) struct Trace {
    begun: Instant,
    connected: Mutex<Option<Connected>>,
}

/// The connection to the host of the URL (where it redirects to is not looked at).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) struct Connected {
    /// From wanting the callback until it was there.
    pub after: Duration,
    /// Whether it is a new one.
    pub dialed: bool,
}

impl Trace {
    /// The callback is wanted now.
    pub(in crate::sim) fn begin() -> Trace {
        Trace { begun: Instant::now(), connected: Mutex::new(None) }
    }

    /// There is a connection; a later one takes its place where the first was dead.
    pub(super) fn connected(&self, dialed: bool) {
        let after = self.begun.elapsed();
        *self.connected.lock().unwrap_or_else(PoisonError::into_inner) = Some(Connected { after, dialed });
    }

    /// The connection, where one was had.
    pub(in crate::sim) fn connection(&self) -> Option<Connected> {
        *self.connected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Since the callback was wanted.
    pub(in crate::sim) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }
}
