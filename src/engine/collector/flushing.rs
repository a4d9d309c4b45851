//! When what is held is written: seconds once they are over, exceedances once none that
//! arrived before them can still come.

use super::{Collector, HOLD_US};
use crate::record::write::{Flush, Recorder, WriteError};
use crate::units::Stamp;

impl<R: Recorder> Collector<R> {
    /// No exceedance that arrived before this can still come.
    fn watermark(&self, now: Stamp) -> Stamp {
        let held = Stamp(now.0.saturating_sub(HOLD_US));
        let unknown =
            self.open.values().filter_map(|op| op.earliest_unknown(self.ctx.build, &self.ctx.expect));
        unknown.fold(held, Stamp::min)
    }

    /// Writes second by second up to `last`; with `all` also what is held back.
    pub(super) fn flush_through(&mut self, last: u64, now: Stamp, all: bool) -> Result<(), WriteError> {
        if self.out.buckets.open_from() > last && !all {
            return Ok(());
        }
        if !self.begun {
            drop(self.out.buckets.take(last));
            return Ok(());
        }
        let watermark = if all { Stamp(u64::MAX - 1) } else { self.watermark(now) };
        let first = self.out.buckets.open_from().min(last);
        for second in first..=last {
            self.ensure_row(second);
            let (rows, series) = self.out.buckets.take(second);
            let from = Stamp(second * 1_000_000);
            let due = second == last;
            self.recorder.flush(Flush {
                from,
                to: from.plus_us(1_000_000),
                rows,
                series,
                operations: if due { std::mem::take(&mut self.out.operations) } else { Vec::new() },
                exceedances: if due { self.out.take_exceedances(watermark) } else { Vec::new() },
            })?;
        }
        Ok(())
    }

    /// A second in which nothing happened is told from one that is missing.
    fn ensure_row(&mut self, second: u64) {
        let in_flight = self.in_flight;
        if !self.out.buckets.has_row(second) {
            let phase = self.ctx.phase_at(Stamp(second * 1_000_000));
            self.out.buckets.row(second, phase).in_flight = in_flight;
        }
    }
}
