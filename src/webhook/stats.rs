//! What the server counts while it runs, readable from anywhere.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use crate::clock::RunClock;
use crate::units::Stamp;

/// From so many open connections on `OpenIM` may have been short of them (it has 100 a process).
pub const CROWDED: u32 = 90;

/// Counters of a running server. Our own heartbeat's connections are left out from
/// their first request on.
#[derive(Debug, Default)]
pub struct ServerStats {
    open: AtomicU32,
    peak: AtomicU32,
    accepted: AtomicU64,
    accept_errors: AtomicU64,
    other_paths: AtomicU64,
    other_path: Mutex<Option<String>>,
    events_lost: AtomicU64,
    cut_short: AtomicU64,
    /// µs + 1 of the last moment with at least `CROWDED` connections; 0: never.
    crowded: AtomicU64,
}

impl ServerStats {
    /// Connections open now.
    #[must_use]
    pub fn open(&self) -> u32 {
        self.open.load(Relaxed)
    }

    /// Most connections open at once since the last call.
    pub fn take_peak(&self) -> u32 {
        self.peak.swap(self.open(), Relaxed).max(self.open())
    }

    /// Connections accepted so far, those of the heartbeat included.
    #[must_use]
    pub fn accepted(&self) -> u64 {
        self.accepted.load(Relaxed)
    }

    /// Times that `accept` failed (out of file descriptors, mostly: `ulimit -n`).
    #[must_use]
    pub fn accept_errors(&self) -> u64 {
        self.accept_errors.load(Relaxed)
    }

    /// Callbacks that came under another path than `webhook.path`.
    #[must_use]
    pub fn other_paths(&self) -> u64 {
        self.other_paths.load(Relaxed)
    }

    /// The last such path, without the command.
    #[must_use]
    pub fn other_path(&self) -> Option<String> {
        self.other_path.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Events that found no room in the server's own queue; above 0 the run is invalid.
    #[must_use]
    pub fn events_lost(&self) -> u64 {
        self.events_lost.load(Relaxed)
    }

    /// Callbacks that the end of the server cut short.
    #[must_use]
    pub fn cut_short(&self) -> u64 {
        self.cut_short.load(Relaxed)
    }

    pub(super) fn count_accept_error(&self) {
        self.accept_errors.fetch_add(1, Relaxed);
    }

    pub(super) fn count_lost_event(&self) {
        self.events_lost.fetch_add(1, Relaxed);
    }

    pub(super) fn count_cut_short(&self) {
        self.cut_short.fetch_add(1, Relaxed);
    }

    pub(super) fn count_other_path(&self, path: String) {
        self.other_paths.fetch_add(1, Relaxed);
        *self.other_path.lock().unwrap_or_else(PoisonError::into_inner) = Some(path);
    }

    /// When at least `CROWDED` connections were last open, now included.
    pub(super) fn crowded_at(&self, now: Stamp) -> Option<Stamp> {
        if self.open() >= CROWDED {
            return Some(now);
        }
        self.crowded.load(Relaxed).checked_sub(1).map(Stamp)
    }

    fn mark_crowded(&self, now: Stamp) {
        self.crowded.fetch_max(now.0.saturating_add(1), Relaxed);
    }
}

/// A connection's place in the count; leaves when dropped.
pub(super) struct Counted {
    stats: Arc<ServerStats>,
    clock: RunClock,
    left: std::sync::atomic::AtomicBool,
}

impl Counted {
    pub(super) fn enter(stats: Arc<ServerStats>, clock: RunClock) -> Counted {
        stats.accepted.fetch_add(1, Relaxed);
        let open = stats.open.fetch_add(1, Relaxed) + 1;
        stats.peak.fetch_max(open, Relaxed);
        if open >= CROWDED {
            stats.mark_crowded(clock.now());
        }
        Counted { stats, clock, left: false.into() }
    }

    /// Takes the connection out of the count before it is closed.
    pub(super) fn leave(&self) {
        if !self.left.swap(true, Relaxed) {
            let open_before = self.stats.open.fetch_sub(1, Relaxed);
            // It was crowded until this moment, not only when the last connection came.
            if open_before >= CROWDED {
                self.stats.mark_crowded(self.clock.now());
            }
        }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crowding_is_remembered_until_the_moment_it_ended() {
        let (stats, clock) = (Arc::new(ServerStats::default()), RunClock::start());
        let mut open: Vec<_> = (0..89).map(|_| Counted::enter(stats.clone(), clock)).collect();
        assert_eq!(stats.crowded_at(Stamp(5)), None);
        open.push(Counted::enter(stats.clone(), clock));
        assert_eq!(stats.crowded_at(Stamp(u64::MAX)), Some(Stamp(u64::MAX)));
        std::thread::sleep(std::time::Duration::from_millis(2));
        let before_the_end = clock.now();
        open.clear();
        assert!(stats.crowded_at(Stamp(u64::MAX)).unwrap() >= before_the_end);
    }

    #[test]
    fn the_peak_starts_again_when_read_and_a_connection_leaves_once() {
        let (stats, clock) = (Arc::new(ServerStats::default()), RunClock::start());
        let a = Counted::enter(stats.clone(), clock);
        let b = Counted::enter(stats.clone(), clock);
        b.leave();
        drop(b);
        assert_eq!((stats.open(), stats.take_peak(), stats.take_peak()), (1, 2, 1));
        drop(a);
        assert_eq!((stats.open(), stats.accepted()), (0, 2));
    }
}
