//! What was asked of the target and what came of it, over the run: rates, calls in flight, failures, after-callbacks.

use std::collections::BTreeMap;

use super::delivery::Delivery;
use super::intervals::{Intervals, Point};
use super::operations::Held;
use super::time::Time;
use crate::record::model::tag;
use crate::record::read::RunRecord;
use crate::report::Summary;

/// Causes that get a line of their own; the others share one.
const MOST_CAUSES: usize = 5;

/// Asked and achieved rate.
#[derive(Clone, Debug, PartialEq)]
pub struct Load {
    /// The time axis.
    pub time: Time,
    /// Arrivals asked for, per second.
    pub asked: Vec<f64>,
    /// Calls let go, per second.
    pub released: Vec<f64>,
    /// Arrivals not started, per second.
    pub shed: Vec<f64>,
    /// Highest number of calls in flight.
    pub in_flight: Vec<f64>,
    /// Our own lateness; empty where it was not recorded over time.
    pub lag: Vec<Point>,
    /// Mean rates of the measured time, and arrivals shed in it.
    pub means: (Option<f64>, f64, u64),
}

/// None where nothing was asked for.
pub(super) fn of(record: &RunRecord, time: &Time, intervals: &Intervals, summary: &Summary) -> Option<Load> {
    let asked = time.per_second(record, |r| r.scheduled);
    asked.iter().any(|n| *n > 0.0).then(|| Load {
        time: time.clone(),
        released: time.per_second(record, |r| r.released),
        shed: time.per_second(record, |r| r.shed),
        in_flight: in_flight(record, time),
        lag: intervals.points.get(tag::DISPATCH_LAG).cloned().unwrap_or_default(),
        means: (summary.rates.asked_per_s, summary.rates.achieved_per_s, summary.calls.shed),
        asked,
    })
}

fn in_flight(record: &RunRecord, time: &Time) -> Vec<f64> {
    let mut highest = vec![0.0_f64; time.bins()];
    for row in &record.rows {
        if let Some(high) = highest.get_mut(time.bin(row.second)) {
            *high = high.max(row.in_flight as f64);
        }
    }
    highest
}

/// Failures by cause.
#[derive(Clone, Debug, PartialEq)]
pub struct Failures {
    /// The time axis.
    pub time: Time,
    /// Name of the cause (none: all the others) and failures per second, most frequent first.
    pub causes: Vec<(Option<String>, Vec<f64>)>,
    /// Failed calls of all phases.
    pub failed: u64,
    /// Calls of all phases that were let go.
    pub released: u64,
}

/// None where nothing failed.
pub(super) fn failures(record: &RunRecord, time: &Time) -> Option<Failures> {
    let mut totals: BTreeMap<String, u64> = BTreeMap::new();
    for (kind, n) in record.rows.iter().flat_map(|r| &r.failed) {
        *totals.entry(kind.name()).or_default() += n;
    }
    let failed = totals.values().sum();
    let mut names: Vec<(String, u64)> = totals.into_iter().filter(|(_, n)| *n > 0).collect();
    names.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let named: Vec<String> = names.iter().take(MOST_CAUSES).map(|(name, _)| name.clone()).collect();
    let line = |wanted: &dyn Fn(&str) -> bool| {
        time.per_second(record, |r| r.failed.iter().filter(|(k, _)| wanted(&k.name())).map(|(_, n)| n).sum())
    };
    let mut causes: Vec<_> = named.iter().map(|name| (Some(name.clone()), line(&|n| n == name))).collect();
    if names.len() > MOST_CAUSES {
        causes.push((None, line(&|n| named.iter().all(|name| name != n))));
    }
    (failed > 0).then(|| Failures {
        time: time.clone(),
        causes,
        failed,
        released: record.rows.iter().map(|r| r.released).sum(),
    })
}

/// After-callbacks of all webhooks.
#[derive(Clone, Debug, PartialEq)]
pub struct After {
    /// The time axis.
    pub time: Time,
    /// That should have come, per second.
    pub expected: Vec<f64>,
    /// That came, per second.
    pub received: Vec<f64>,
    /// That never came, per second.
    pub lost: Vec<f64>,
    /// Expected and lost in all phases.
    pub totals: (u64, u64),
    /// How long they were under way, and their queue; absent where the operation log does not tell.
    pub delivery: Option<Delivery>,
    /// How much of the run `delivery` is of.
    pub held: Held,
}

/// None where none was expected.
pub(super) fn after(
    record: &RunRecord,
    time: &Time,
    held: Held,
    delivery: Option<Delivery>,
) -> Option<After> {
    let counts = || record.rows.iter().flat_map(|r| &r.callbacks);
    let mut keys: Vec<_> = counts().filter(|(_, c)| c.expected_after > 0).map(|(key, _)| *key).collect();
    keys.sort_unstable();
    keys.dedup();
    let line = |of: fn(&crate::record::model::CallbackCounts) -> u64| {
        time.per_second(record, |r| keys.iter().filter_map(|key| r.callbacks.get(key)).map(of).sum())
    };
    (!keys.is_empty()).then(|| After {
        time: time.clone(),
        expected: line(|c| c.expected_after),
        received: line(|c| c.arrived),
        lost: line(|c| c.lost_after),
        totals: (counts().map(|(_, c)| c.expected_after).sum(), counts().map(|(_, c)| c.lost_after).sum()),
        delivery,
        held,
    })
}
