//! How many callbacks were slower than each whole second from 1 to 15, and in which spells they came.
//!
//! Sums alone, in constant memory: all that bounds and confidence are taken from. Which callbacks count, and which
//! time of theirs, is `tally`'s.

use crate::stats::spells::{SpellCounter, Spells};
use crate::units::Stamp;

/// The largest timeout OpenIM honours, seconds.
pub const CAP_S: u32 = 15;

/// Spells above each whole second from 1 to 15.
#[derive(Clone, Debug, Default)]
pub struct Ladder([SpellCounter; CAP_S as usize]);

impl Ladder {
    /// A callback that arrived at `at` and took `us`; in order of their arrival, `u64::MAX` where it never ended.
    pub fn add(&mut self, at: Stamp, us: u64) {
        for (counter, timeout_s) in self.0.iter_mut().zip(1_u64..) {
            if us > timeout_s * 1_000_000 {
                counter.add(at);
            }
        }
    }

    /// Spells of callbacks slower than `timeout_s` (1 to 15).
    #[must_use]
    pub fn spells(&self, timeout_s: u32) -> Spells {
        let index = timeout_s.clamp(1, CAP_S) as usize - 1;
        self.0[index].spells()
    }
}
