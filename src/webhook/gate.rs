//! Shuts the listener for a time and opens it again on the same port, as a server that is down does.
//!
//! While it is shut new connections are refused by the kernel and idle ones are closed; a callback that is being
//! answered still gets its answer. The port stays ours: a socket that is bound and does not listen holds it, so that
//! the kernel gives it to no connection meanwhile. Who may shut it, and when, is others' business.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// The listener's gate; clones share it. Open at first.
#[derive(Clone, Debug)]
pub struct Gate {
    /// What is asked for.
    wanted: Arc<watch::Sender<bool>>,
    /// What is.
    is_open: Arc<watch::Sender<bool>>,
}

impl Default for Gate {
    fn default() -> Gate {
        Gate { wanted: Arc::new(watch::Sender::new(true)), is_open: Arc::new(watch::Sender::new(true)) }
    }
}

impl Gate {
    /// Asks for the listener to be shut; returns at once.
    pub fn shut(&self) {
        self.wanted.send_replace(false);
    }

    /// Asks for the listener to be open; returns at once.
    pub fn open(&self) {
        self.wanted.send_replace(true);
    }

    /// Whether the listener takes connections now.
    #[must_use]
    pub fn is_open(&self) -> bool {
        *self.is_open.borrow()
    }

    /// Asks for the listener to be open and waits until it is; `false` when it is not within `patience`.
    pub async fn opened(&self, patience: Duration) -> bool {
        self.open();
        let mut is_open = self.is_open.subscribe();
        timeout(patience, is_open.wait_for(|open| *open)).await.is_ok_and(|seen| seen.is_ok())
    }

    /// Returns once it is to be shut.
    pub async fn to_be_shut(&self) {
        self.until(false).await;
    }

    /// Returns once it is to be open.
    pub async fn to_be_open(&self) {
        self.until(true).await;
    }

    async fn until(&self, open: bool) {
        let mut wanted = self.wanted.subscribe();
        // The sender lives as long as `self`, so there is always something to wait for.
        let _ = wanted.wait_for(|now| *now == open).await;
    }

    /// What the server has done.
    pub(super) fn set(&self, open: bool) {
        self.is_open.send_replace(open);
    }
}
