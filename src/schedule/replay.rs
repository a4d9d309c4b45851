//! Arrivals as somebody wrote them down: one offset a line, in seconds.
//!
//! Reads text only; the file is opened elsewhere.

use super::arrivals::after;
use super::{Schedule, ScheduleError};
use crate::units::Offset;

/// Ten years: a larger offset is a wall time or a slip.
const MAX_OFFSET_S: f64 = 315_576_000.0;

/// Reads offsets: seconds as a decimal number, one a line, in order; `#` begins a comment,
/// empty lines are left out, equal offsets move apart by a nanosecond.
///
/// # Errors
/// A line that is no such number or lies before the one above, or no offset at all.
pub fn parse_offsets(text: &str) -> Result<Vec<Offset>, ScheduleError> {
    let mut offsets: Vec<Offset> = Vec::new();
    let mut last_s = 0.0;
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let value = line.split('#').next().unwrap_or_default().trim();
        if value.is_empty() {
            continue;
        }
        let seconds =
            value.parse::<f64>().ok().filter(|s| (0.0..=MAX_OFFSET_S).contains(s)).ok_or_else(|| {
                ScheduleError::BadOffset { line: index + 1, text: value.chars().take(40).collect() }
            })?;
        if seconds < last_s {
            return Err(ScheduleError::Unsorted { line: index + 1 });
        }
        last_s = seconds;
        offsets.push(after(offsets.last().copied(), Offset::from_secs_f64(seconds)));
    }
    if offsets.is_empty() { Err(ScheduleError::NoOffsets) } else { Ok(offsets) }
}

/// Arrivals at given offsets.
#[derive(Clone, Debug)]
pub struct Replay {
    offsets: std::vec::IntoIter<Offset>,
    last: Option<Offset>,
}

impl Replay {
    /// From offsets in order; one that is not later than the one before moves to a
    /// nanosecond after it.
    #[must_use]
    pub fn new(offsets: Vec<Offset>) -> Replay {
        Replay { offsets: offsets.into_iter(), last: None }
    }
}

impl Schedule for Replay {
    fn next_intended(&mut self) -> Option<Offset> {
        let at = after(self.last, self.offsets.next()?);
        self.last = Some(at);
        Some(at)
    }
}
