//! One pass over the operation log, for all charts that need single operations: the creates of the waterfall, and the
//! delivery of after-callbacks.
//!
//! An hour holds hundreds of thousands of rows, so nothing of a row is kept but the three that are drawn.

use super::delivery::{Delivery, Tracker};
use super::time::Time;
use super::waterfall::{Picks, Waterfall};
use crate::record::read::RunRecord;
use crate::report::Summary;

/// How much of the run the operation log holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Held {
    /// Nothing: the log was off, or cannot be read.
    #[default]
    Nothing,
    /// The first operations: so many more had no room (`limits.operation_rows`).
    Part {
        /// Operations that are not on record.
        missing: u64,
    },
    /// Every operation.
    All,
}

/// What the operations say.
#[derive(Clone, Debug, Default)]
pub(super) struct Operations {
    pub(super) held: Held,
    pub(super) waterfall: Option<Waterfall>,
    pub(super) delivery: Option<Delivery>,
}

pub(super) fn read(record: &RunRecord, time: &Time, summary: &Summary) -> Operations {
    let mut picks = Picks::new(record, summary);
    let mut tracker = Tracker::new(time);
    let mut rows = 0_u64;
    let read = record.for_each_operation(|row| {
        rows += 1;
        picks.see(row);
        tracker.see(row);
    });
    if read.is_err() || rows == 0 {
        return Operations::default();
    }
    let held = match record.operations_capped() {
        0 => Held::All,
        missing => Held::Part { missing },
    };
    let processes = record.header.plan.profile.webhook.processes;
    Operations { held, waterfall: picks.end(held), delivery: tracker.end(held, processes) }
}
