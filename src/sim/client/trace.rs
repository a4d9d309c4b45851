//! What a callback has come to, for those who watch: its connection, and how far it got.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use hyper::Response;
use hyper::header::{CONTENT_TYPE, HeaderName, LOCATION};
use tokio::time::Instant;

use super::dial::HostDialer;
use super::go::Hop;
use super::pool::Slot;

/// Kept for one callback from the moment it is wanted.
pub(in crate::sim) struct Trace {
    begun: Instant,
    connected: Mutex<Option<Connected>>,
    /// The place in the pool of a callback that may outlive its deadline.
    slot: Mutex<Option<Slot<HostDialer>>>,
    keeps_slot: bool,
    head: AtomicBool,
    /// `Post "URL"` of the last hop.
    named: Mutex<String>,
    /// Heads of answers, redirects included.
    hops: Mutex<Vec<Hop>>,
}

/// The connection to the host of the URL (where it redirects to is not looked at).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sim) struct Connected {
    /// From wanting the callback until it was there.
    pub after: Duration,
    /// Whether it is a new one.
    pub dialed: bool,
}

fn set<T>(place: &Mutex<T>, value: T) {
    *place.lock().unwrap_or_else(PoisonError::into_inner) = value;
}

impl Trace {
    /// The callback is wanted now; `lingers` where it may outlive its deadline.
    pub(in crate::sim) fn begin(lingers: bool) -> Trace {
        Trace {
            begun: Instant::now(),
            connected: Mutex::new(None),
            slot: Mutex::new(None),
            keeps_slot: lingers,
            head: AtomicBool::new(false),
            named: Mutex::new(String::new()),
            hops: Mutex::new(Vec::new()),
        }
    }

    /// There is a connection; a later one takes its place where the first was dead.
    pub(super) fn connected(&self, dialed: bool) {
        set(&self.connected, Some(Connected { after: self.begun.elapsed(), dialed }));
    }

    /// The connection, where one was had.
    pub(in crate::sim) fn connection(&self) -> Option<Connected> {
        *self.connected.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The head of an answer is here.
    pub(super) fn answered<B>(&self, response: &Response<B>) {
        let text = |name: HeaderName| {
            let value = response.headers().get(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).chars().take(super::go::HEADER_KEPT).collect())
        };
        let hop = Hop {
            status: response.status().as_u16(),
            location: text(LOCATION),
            content_type: text(CONTENT_TYPE),
        };
        self.hops.lock().unwrap_or_else(PoisonError::into_inner).push(hop);
    }

    /// Heads of the answers so far.
    pub(super) fn hops(&self) -> Vec<Hop> {
        self.hops.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Since the callback was wanted.
    pub(in crate::sim) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    pub(super) fn keeps_slot(&self) -> bool {
        self.keeps_slot
    }

    pub(super) fn hold_slot(&self, slot: Slot<HostDialer>) {
        set(&self.slot, Some(slot));
    }

    pub(super) fn give_slot_back(&self) {
        let slot = self.slot.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(slot) = slot {
            slot.give_back();
        }
    }

    /// A request is about to be sent; `named` is how Go names it.
    pub(super) fn sending(&self, named: String) {
        set(&self.named, named);
    }

    pub(super) fn named(&self) -> String {
        self.named.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn head_is_here(&self) {
        self.head.store(true, Ordering::Relaxed);
    }

    pub(super) fn has_head(&self) -> bool {
        self.head.load(Ordering::Relaxed)
    }
}
