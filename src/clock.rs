//! The one clock of a run: monotonic, read in microseconds since the start.
//!
//! Promises that all stamps of a record come from the same origin. Wall time is
//! read once, by `wall_now`, for the record's header.
#![expect(clippy::disallowed_methods, reason = "this is the one place that reads the system's clocks")]

use std::time::{Duration, Instant, SystemTime};

use crate::units::{Offset, Stamp};

/// Monotonic time since the run's start. Copies share the origin.
#[derive(Clone, Copy, Debug)]
pub struct RunClock {
    origin: Instant,
}

impl RunClock {
    /// A clock whose zero is now.
    #[must_use]
    pub fn start() -> RunClock {
        RunClock { origin: Instant::now() }
    }

    /// Now, in microseconds since the start.
    #[must_use]
    pub fn now(&self) -> Stamp {
        Stamp(u64::try_from(self.origin.elapsed().as_micros()).unwrap_or(u64::MAX))
    }

    /// Now, in nanoseconds since the start.
    #[must_use]
    pub fn now_offset(&self) -> Offset {
        Offset(u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX))
    }

    /// The instant at which `offset` is reached; for timers.
    #[must_use]
    pub fn instant(&self, offset: Offset) -> Instant {
        self.origin + Duration::from_nanos(offset.0)
    }

    /// The stamp of an instant taken elsewhere (0 when it lies before the start).
    #[must_use]
    pub fn stamp_of(&self, instant: Instant) -> Stamp {
        let elapsed = instant.saturating_duration_since(self.origin);
        Stamp(u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX))
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
