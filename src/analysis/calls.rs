//! Accounting of the calls, and the rates that were asked for and achieved.
//!
//! scheduled = released + shed; released = succeeded + failed + censored;
//! failed = answers with an error + transport errors. Of a killed run some released calls have no end on
//! record: they are `unknown`, and rank as slower than everything like the censored ones.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::window::Window;
use crate::profile::model::Loop;
use crate::record::SecondRow;
use crate::record::read::RunRecord;
use crate::wire::FailureKind;

/// What became of the arrivals.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Calls {
    /// Arrivals that the schedule asked for, up to the stop.
    pub scheduled: u64,
    /// Let go by the driver.
    pub released: u64,
    /// An answer was read whole, good or bad.
    pub answered: u64,
    /// errCode 0 and what was asked for is there.
    pub succeeded: u64,
    /// Failures by kind.
    pub failed: BTreeMap<String, u64>,
    /// Sum of the failures.
    pub failed_total: u64,
    /// Not started because of a limit of ours.
    pub shed: u64,
    /// Ended by us before an answer; slower than everything.
    pub censored: u64,
    /// In flight when the run was killed: nobody knows how they ended. 0 unless it was killed.
    #[serde(default)]
    pub unknown: u64,
}

impl Calls {
    /// Counts rows; `killed` when no end of the run is on record.
    pub(super) fn of<'a>(rows: impl Iterator<Item = &'a SecondRow>, killed: bool) -> Calls {
        let mut calls = Calls::default();
        for row in rows {
            calls.add(row);
        }
        if killed {
            calls.unknown = calls.released.saturating_sub(calls.ended());
        }
        calls
    }

    fn add(&mut self, row: &SecondRow) {
        self.scheduled += row.scheduled;
        self.released += row.released;
        self.succeeded += row.succeeded;
        self.answered += row.succeeded;
        self.shed += row.shed;
        self.censored += row.censored;
        for (kind, count) in &row.failed {
            *self.failed.entry(kind.name()).or_default() += count;
            self.failed_total += count;
            self.answered += if kind.is_transport() { 0 } else { *count };
        }
    }

    /// Calls that have ended, in whatever way.
    #[must_use]
    pub fn ended(&self) -> u64 {
        self.succeeded + self.failed_total + self.censored
    }

    /// Failures of a kind.
    #[must_use]
    pub fn failed_by(&self, kind: FailureKind) -> u64 {
        self.failed.get(&kind.name()).copied().unwrap_or(0)
    }
}

/// Rates over the measured time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rates {
    /// Measured time, seconds, outages left out.
    pub measured_s: f64,
    /// Arrivals a second that the schedule asked for (retries of callers left out); none in a closed loop.
    pub asked_per_s: Option<f64>,
    /// Arrivals a second that were let go.
    pub achieved_per_s: f64,
    /// Successful calls a second.
    pub succeeded_per_s: f64,
    /// Arrivals a second expected in production: `recommend.production_rate`, else the run's.
    pub production_per_s: f64,
    /// Whether `recommend.production_rate` was given.
    pub production_given: bool,
}

impl Rates {
    pub(super) fn of(record: &RunRecord, window: &Window) -> Rates {
        let counted = Calls::of(record.rows.iter().filter(|r| window.counts(r)), false);
        let measured_s = window.seconds();
        let a_second = |count: u64| if measured_s > 0.0 { count as f64 / measured_s } else { 0.0 };
        let profile = &record.header.plan.profile;
        let open = profile.load.r#loop == Loop::Open && record.header.observed.is_none();
        let given = profile.recommend.production_rate;
        // What callers add by asking again is no arrival: it is reported as their retries.
        let retries: u64 = record.rows.iter().filter(|r| window.counts(r)).map(|r| r.retries).sum();
        let released = counted.released.saturating_sub(retries);
        let scheduled = counted.scheduled.saturating_sub(retries);
        let run = if open { scheduled } else { released };
        Rates {
            measured_s,
            asked_per_s: open.then(|| a_second(scheduled)),
            achieved_per_s: a_second(released),
            succeeded_per_s: a_second(counted.succeeded),
            production_per_s: given.unwrap_or_else(|| a_second(run)),
            production_given: given.is_some(),
        }
    }
}
