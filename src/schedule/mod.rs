//! Intended start times: pure, seeded, no clock.
//!
//! Strictly increasing, the same for the same seed, and the expected number of starts
//! up to any moment is the integral of the rate. Being late never moves them.
//!
//! `rate` holds arrival rates that change over time and what may be asked of them,
//! `arrivals` draws starts from them, `replay` reads starts from a file's text.

pub mod arrivals;
pub mod rate;
pub mod replay;
#[cfg(test)]
mod tests;

pub use arrivals::RateSchedule;
pub use rate::{RateProfile, Segment};
pub use replay::{Replay, parse_offsets};

use crate::text::Text;
use crate::units::Offset;
use crate::{displays_english, say};

/// A sequence of intended starts.
pub trait Schedule: Send {
    /// The next intended start, later than all before; `None` when there are no more.
    fn next_intended(&mut self) -> Option<Offset>;
}

/// Why no schedule can be made of what was given.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum ScheduleError {
    /// A rate or a time that is negative or no number.
    BadSegment {
        /// Its number, from 0.
        index: usize,
        /// Start, seconds.
        start_s: f64,
        /// Length, seconds.
        duration_s: f64,
        /// Arrivals per second at its start.
        from_rate: f64,
        /// Arrivals per second at its end.
        to_rate: f64,
    },
    /// A rate beyond what nanoseconds can keep apart and any driver can pace.
    TooFast {
        /// What was asked for.
        rate: f64,
        /// What is possible.
        limit: f64,
    },
    /// A segment that starts before the one before has ended.
    Overlap {
        /// Its number, from 0.
        index: usize,
    },
    /// A line of a replay file that is no time.
    BadOffset {
        /// Its number, from 1.
        line: usize,
        /// What it says, shortened.
        text: String,
    },
    /// A line of a replay file that lies before the one above it.
    Unsorted {
        /// Its number, from 1.
        line: usize,
    },
    /// A replay file without a time.
    NoOffsets,
}

impl ScheduleError {
    /// What it says; of a line of a file without its place.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            ScheduleError::BadSegment { index, start_s, duration_s, from_rate, to_rate } => say!(
                "errors-schedule-segment",
                index = *index,
                start = start_s.to_string(),
                duration = duration_s.to_string(),
                from = from_rate.to_string(),
                to = to_rate.to_string(),
            ),
            ScheduleError::TooFast { rate, limit } => {
                say!("errors-schedule-too-fast", rate = rate.to_string(), limit = limit.to_string())
            }
            ScheduleError::Overlap { index } => say!("errors-schedule-overlap", index = *index),
            ScheduleError::BadOffset { text, .. } => say!("errors-schedule-offset", text = text),
            ScheduleError::Unsorted { .. } => say!("errors-schedule-unsorted"),
            ScheduleError::NoOffsets => say!("errors-schedule-no-offsets"),
        }
    }
}

displays_english!(ScheduleError);
