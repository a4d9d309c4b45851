//! Our own lateness: how late calls were let go, how long callbacks waited for our server.
//!
//! Figures only; `validity` says what they mean.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::window::Window;
use crate::record::SecondRow;
use crate::record::model::tag;
use crate::record::read::RunRecord;

/// Length of the window in which lateness is looked for, seconds.
const WINDOW_S: u64 = 5;
/// It is made longer until it holds this many arrivals.
const WINDOW_ARRIVALS: u64 = 200;

/// Our own lateness, µs. None where a series is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnLateness {
    /// 99 % quantile of released − intended.
    pub dispatch_lag_p99_us: Option<u64>,
    /// 99.9 % quantile of released − intended.
    pub dispatch_lag_p999_us: Option<u64>,
    /// 99 % quantile of the heartbeat to our own listener beyond its median.
    pub receiver_lag_p99_us: Option<u64>,
    /// Its 99.9 % quantile.
    pub receiver_lag_p999_us: Option<u64>,
    /// By how much samples are moved in the test: the larger of the two 99.9 % quantiles (the maximum in a run too
    /// short to have one: 20 heartbeats a second make 1,000 in 50 s).
    pub moved_by_us: u64,
}

impl OwnLateness {
    pub(super) fn of(record: &RunRecord) -> OwnLateness {
        let quantile = |name: &str, q: f64| {
            record.totals.get(name).filter(|s| !s.is_empty()).map(|s| s.value_at_quantile(q))
        };
        let dispatch = quantile(tag::DISPATCH_LAG, 0.999);
        // The series holds what lies beyond the median already; none is taken off twice.
        let receiver = quantile(tag::RECEIVER_LAG, 0.999);
        OwnLateness {
            dispatch_lag_p99_us: quantile(tag::DISPATCH_LAG, 0.99),
            dispatch_lag_p999_us: dispatch,
            receiver_lag_p99_us: quantile(tag::RECEIVER_LAG, 0.99),
            receiver_lag_p999_us: receiver,
            moved_by_us: dispatch.max(receiver).unwrap_or(0),
        }
    }
}

/// Arrivals let go more than 100 ms late or not at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LateArrivals {
    /// Their share of the measured window's arrivals.
    pub share: f64,
    /// The largest share in 5 s (or longer, until 200 arrivals).
    pub worst_share: f64,
    /// Where that window begins, second of the run.
    pub worst_from_s: u64,
    /// How long it is, seconds.
    pub worst_length_s: u64,
}

impl LateArrivals {
    pub(super) fn of(rows: &[SecondRow], window: &Window) -> LateArrivals {
        let mut seconds = BTreeMap::<u64, (u64, u64)>::new();
        for row in rows.iter().filter(|r| window.is_measured(r)) {
            let second = seconds.entry(row.second).or_default();
            second.0 += row.scheduled.max(row.released + row.shed);
            second.1 += row.late_100ms + row.shed;
        }
        let (all, late) = seconds.values().fold((0, 0), |sum, s| (sum.0 + s.0, sum.1 + s.1));
        let mut found = LateArrivals { share: share(late, all), ..LateArrivals::default() };
        let seconds: Vec<_> = seconds.into_iter().collect();
        found.look_for_worst(&seconds);
        found
    }

    /// Two pointers: each window begins at a second with arrivals and ends as soon as it is long and full
    /// enough.
    fn look_for_worst(&mut self, seconds: &[(u64, (u64, u64))]) {
        let (mut end, mut all, mut late) = (0, 0, 0);
        for (from, (arrivals, late_ones)) in seconds {
            let enough = |end: usize, all: u64| {
                let length = seconds.get(end).map_or(u64::MAX, |(second, _)| second - from);
                length >= WINDOW_S && all >= WINDOW_ARRIVALS
            };
            while end < seconds.len() && !enough(end, all) {
                all += seconds[end].1.0;
                late += seconds[end].1.1;
                end += 1;
            }
            let until = seconds.get(end).map_or_else(|| seconds[end - 1].0 + 1, |(second, _)| *second);
            let full = all >= WINDOW_ARRIVALS && until - from >= WINDOW_S;
            if full && share(late, all) > self.worst_share {
                self.worst_share = share(late, all);
                self.worst_from_s = *from;
                self.worst_length_s = until - from;
            }
            all -= arrivals;
            late -= late_ones;
        }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// What the machine and we were doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Load {
    /// CPU time of this process as a share of its cores, mean over the measured window.
    pub own_cpu_share: f64,
    /// Share of the measured seconds in which it was above 80 %.
    pub own_cpu_busy_share: f64,
    /// Idle share of the machine, mean.
    pub idle_share: Option<f64>,
    /// Share of the measured seconds in which less than 10 % of the machine was idle.
    pub idle_low_share: f64,
    /// The largest jump of the wall clock against the monotonic one, seconds.
    pub wall_jump_s: f64,
}

impl Load {
    pub(super) fn of(record: &RunRecord, window: &Window) -> Load {
        // A second may have a row for each of two phases; only one carries the sample.
        let sampled: Vec<_> = record.rows.iter().filter(|r| r.idle_share.is_some()).collect();
        let cores = f64::from(record.header.environment.cores.max(1));
        let (mut load, mut busy, mut idle_low, mut cpu, mut spans) = (Load::default(), 0, 0, 0.0, 0);
        let mut idle = (0.0, 0_u32);
        for pair in sampled.windows(2) {
            let (before, row) = (pair[0], pair[1]);
            load.wall_jump_s = load.wall_jump_s.max((row.wall_drift_s - before.wall_drift_s).abs());
            let seconds = row.second.saturating_sub(before.second);
            if seconds == 0 || !window.is_measured(row) {
                continue;
            }
            let own = (row.own_cpu_s - before.own_cpu_s) / seconds as f64 / cores;
            cpu += own;
            spans += 1;
            busy += u32::from(own > 0.8);
            let share = row.idle_share.unwrap_or(1.0);
            idle_low += u32::from(share < 0.1);
            idle = (idle.0 + share, idle.1 + 1);
        }
        if spans > 0 {
            load.own_cpu_share = cpu / f64::from(spans);
            load.own_cpu_busy_share = f64::from(busy) / f64::from(spans);
            load.idle_low_share = f64::from(idle_low) / f64::from(spans);
            load.idle_share = Some(idle.0 / f64::from(idle.1.max(1)));
        }
        load
    }

    /// Own CPU above 80 % of the cores or less than 10 % idle: on average, or in every twentieth second.
    pub(super) fn is_high(&self) -> bool {
        self.own_cpu_share > 0.8
            || self.own_cpu_busy_share > 0.05
            || self.idle_share.is_some_and(|s| s < 0.1)
            || self.idle_low_share > 0.05
    }
}
