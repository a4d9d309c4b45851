//! What becomes of a request at the upstream, for whoever tells of it later.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::port::{UpstreamFailure, UpstreamStamps};
use crate::units::Stamp;

/// A request's stamps, while it is on its way and afterwards.
#[derive(Debug)]
pub(in crate::webhook) struct UpstreamWatch(Mutex<UpstreamStamps>);

impl UpstreamWatch {
    pub(in crate::webhook) fn new(at: Stamp, request_bytes: usize) -> UpstreamWatch {
        let request_bytes = request_bytes as u64;
        UpstreamWatch(Mutex::new(UpstreamStamps { sent_at: at, request_bytes, ..UpstreamStamps::default() }))
    }

    /// What is known so far.
    pub(in crate::webhook) fn stamps(&self) -> UpstreamStamps {
        *self.lock()
    }

    pub(super) fn sent(&self, at: Stamp, reused: bool) {
        let mut stamps = self.lock();
        stamps.sent_at = at;
        stamps.reused = reused;
    }

    pub(super) fn status(&self, status: u16) {
        self.lock().status = Some(status);
    }

    pub(super) fn took(&self, bytes: usize) {
        self.lock().answer_bytes += bytes as u64;
    }

    pub(super) fn replied(&self, at: Stamp) {
        self.lock().replied_at.get_or_insert(at);
    }

    /// The first failure counts, and none does after the whole answer.
    pub(super) fn failed(&self, why: UpstreamFailure) {
        let mut stamps = self.lock();
        if stamps.replied_at.is_none() {
            stamps.failed.get_or_insert(why);
        }
    }

    fn lock(&self) -> MutexGuard<'_, UpstreamStamps> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
