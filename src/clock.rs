//! The one clock of a run: monotonic, read in microseconds since the start.
//!
//! Promises that all stamps of a record come from the same origin. Wall time is
//! read once, by `wall_now`, for the record's header.
#![expect(clippy::disallowed_methods, reason = "this is the one place that reads the system's clocks")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use crate::units::{Offset, Stamp};

/// Monotonic time since the run's start. Copies share the origin.
#[derive(Clone, Copy, Debug)]
pub struct RunClock {
    created: Instant,
    /// Nanoseconds from `created` to the origin; set once more when the load starts. Leaked
    /// (eight bytes a run), so that the clock stays `Copy`.
    origin_ns: &'static AtomicU64,
}

impl RunClock {
    /// A clock whose zero is now.
    #[must_use]
    pub fn start() -> RunClock {
        RunClock { created: Instant::now(), origin_ns: Box::leak(Box::new(AtomicU64::new(0))) }
    }

    /// Moves the zero to `ahead` from now, for all copies: preflight is over, the load
    /// starts. Until then the clock reads 0. Only while nothing is in flight: stamps from
    /// before do not compare with stamps after.
    pub fn rebase(&self, ahead: Duration) {
        let ahead = u64::try_from(ahead.as_nanos()).unwrap_or(0);
        self.origin_ns.store(self.elapsed_ns().saturating_add(ahead), Ordering::SeqCst);
    }

    /// Now, in microseconds since the start.
    #[must_use]
    pub fn now(&self) -> Stamp {
        self.now_offset().stamp()
    }

    /// Now, in nanoseconds since the start.
    #[must_use]
    pub fn now_offset(&self) -> Offset {
        Offset(self.elapsed_ns().saturating_sub(self.origin_ns.load(Ordering::Relaxed)))
    }

    /// The instant at which `offset` is reached; for timers.
    #[must_use]
    pub fn instant(&self, offset: Offset) -> Instant {
        self.origin() + Duration::from_nanos(offset.0)
    }

    /// The stamp of an instant taken elsewhere (0 when it lies before the start).
    #[must_use]
    pub fn stamp_of(&self, instant: Instant) -> Stamp {
        let elapsed = instant.saturating_duration_since(self.origin());
        Stamp(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX))
    }

    fn origin(&self) -> Instant {
        self.created + Duration::from_nanos(self.origin_ns.load(Ordering::Relaxed))
    }

    fn elapsed_ns(&self) -> u64 {
        u64::try_from(self.created.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }
}

/// Wall time, for headers and names only; never for differences.
#[must_use]
pub fn wall_now() -> SystemTime {
    SystemTime::now()
}

/// Seconds since 1970 of the wall clock; to notice that it was stepped during a run.
#[must_use]
pub fn wall_seconds() -> f64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0.0, |d| d.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rebased_clock_starts_again_for_all_its_copies() {
        let clock = RunClock::start();
        let copy = clock;
        std::thread::sleep(Duration::from_millis(20));
        let before = copy.now();
        clock.rebase(Duration::ZERO);
        assert!(copy.now() < before, "the copy still counts from the old zero");
        assert!(copy.instant(Offset(0)) >= clock.created + Duration::from_millis(20));
    }
}
