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

use crate::units::Offset;

/// A sequence of intended starts.
pub trait Schedule: Send {
    /// The next intended start, later than all before; `None` when there are no more.
    fn next_intended(&mut self) -> Option<Offset>;
}

/// Why no schedule can be made of what was given.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum ScheduleError {
    /// A rate or a time that is negative or no number.
    #[error(
        "segment {index} of the load (start {start_s} s, duration {duration_s} s, {from_rate} to {to_rate} \
         arrivals a second) has a negative or infinite value; check load.rate, load.duration and [[load.phase]]"
    )]
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
    #[error("{rate} arrivals a second are more than the {limit} that can be scheduled; lower load.rate")]
    TooFast {
        /// What was asked for.
        rate: f64,
        /// What is possible.
        limit: f64,
    },
    /// A segment that starts before the one before has ended.
    #[error(
        "segment {index} of the load starts before the one before it has ended; order [[load.phase]] by time"
    )]
    Overlap {
        /// Its number, from 0.
        index: usize,
    },
    /// A line of a replay file that is no time.
    #[error(
        "`{text}` is not a number of seconds from 0 up; write one offset a line, such as 1.25, and comments \
         after #"
    )]
    BadOffset {
        /// Its number, from 1.
        line: usize,
        /// What it says, shortened.
        text: String,
    },
    /// A line of a replay file that lies before the one above it.
    #[error("goes back in time; sort the file by number (sort -n)")]
    Unsorted {
        /// Its number, from 1.
        line: usize,
    },
    /// A replay file without a time.
    #[error("load.offsets_file holds no offset; write one a line, in seconds from the start of the run")]
    NoOffsets,
}
