//! Intended start times: pure, seeded, no clock.
//!
//! Strictly increasing, the same for the same seed, and the expected number of starts
//! up to any moment is the integral of the rate. Being late never moves them.

use crate::units::Offset;

/// A sequence of intended starts.
pub trait Schedule: Send {
    /// The next intended start, later than all before; `None` when there are no more.
    fn next_intended(&mut self) -> Option<Offset>;
}
