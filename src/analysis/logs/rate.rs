//! Calls over time, in slices that grow with the log.

use serde::Serialize;

use crate::logs::LogTime;

/// Slices at most; when there are more, two become one.
const SLICES: usize = 48;
const FIRST_WIDTH_MS: i64 = 1_000;
/// A log that jumps further than this (a month) does not stretch the slices.
const LONGEST_MS: i64 = 40 * 86_400_000;

#[derive(Clone, Copy, Debug, Default)]
struct Slice {
    calls: u64,
    failed: u64,
    slowest_us: u64,
}

/// Collects.
#[derive(Debug)]
pub(super) struct Rate {
    start: Option<LogTime>,
    width_ms: i64,
    slices: Vec<Slice>,
}

impl Default for Rate {
    fn default() -> Rate {
        Rate { start: None, width_ms: FIRST_WIDTH_MS, slices: Vec::new() }
    }
}

/// A slice of the log.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RateSlice {
    /// When it begins, by the log's clock.
    pub from: String,
    /// How long it is.
    pub seconds: f64,
    /// Calls that began in it.
    pub calls: u64,
    /// A second.
    pub calls_per_s: f64,
    /// Of those that began in it, and operations whose webhook is not logged.
    pub failed: u64,
    /// The slowest that was answered, ms.
    pub slowest_ms: u64,
}

impl Rate {
    pub(super) fn call(&mut self, at: LogTime) {
        self.slice(at).calls += 1;
    }

    pub(super) fn ended(&mut self, at: LogTime, took_us: Option<u64>, failed: bool) {
        let slice = self.slice(at);
        slice.failed += u64::from(failed);
        slice.slowest_us = slice.slowest_us.max(took_us.unwrap_or(0));
    }

    pub(super) fn failure(&mut self, at: LogTime) {
        self.slice(at).failed += 1;
    }

    fn slice(&mut self, at: LogTime) -> &mut Slice {
        let start = *self.start.get_or_insert(at);
        let after = at.0.saturating_sub(start.0).clamp(0, LONGEST_MS);
        while after / self.width_ms >= SLICES as i64 {
            self.width_ms *= 2;
            self.slices = self.slices.chunks(2).map(merged).collect();
        }
        let index = usize::try_from(after / self.width_ms).unwrap_or(0).min(SLICES - 1);
        if self.slices.len() <= index {
            self.slices.resize(index + 1, Slice::default());
        }
        &mut self.slices[index]
    }

    pub(super) fn slices(&self) -> Vec<RateSlice> {
        let Some(start) = self.start else { return Vec::new() };
        let seconds = self.width_ms as f64 / 1_000.0;
        let from = |n: usize| start.plus_ms(self.width_ms * i64::try_from(n).unwrap_or(0)).to_string();
        let slices = self.slices.iter().enumerate();
        slices
            .map(|(n, slice)| RateSlice {
                from: from(n),
                seconds,
                calls: slice.calls,
                calls_per_s: slice.calls as f64 / seconds,
                failed: slice.failed,
                slowest_ms: slice.slowest_us / 1_000,
            })
            .collect()
    }
}

fn merged(pair: &[Slice]) -> Slice {
    pair.iter().fold(Slice::default(), |sum, slice| Slice {
        calls: sum.calls + slice.calls,
        failed: sum.failed + slice.failed,
        slowest_us: sum.slowest_us.max(slice.slowest_us),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_stay_few_and_lose_no_call() {
        let mut rate = Rate::default();
        (0..10_000).for_each(|n| rate.call(LogTime(n * 7_000)));
        let slices = rate.slices();
        assert!(slices.len() <= SLICES);
        assert_eq!(slices.iter().map(|s| s.calls).sum::<u64>(), 10_000);
    }
}
