//! Response and service time over the run, with what a caller would wait for.

use super::intervals::{Intervals, Point};
use super::time::Time;
use crate::record::model::tag;
use crate::report::Summary;

/// Response and service time over the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// The time axis.
    pub time: Time,
    /// Response times.
    pub response: Vec<Point>,
    /// Service times.
    pub service: Vec<Point>,
    /// How long a caller waits, seconds.
    pub budget_s: Option<f64>,
    /// The 99 % quantile of the response times of the whole run, µs, where the run supports it.
    pub p99_us: Option<u64>,
    /// The slowest answer that is drawn, µs.
    pub max_us: u64,
}

/// None where no call was answered.
pub(super) fn of(time: &Time, intervals: &Intervals, summary: &Summary) -> Option<Timeline> {
    let points = |name| intervals.points.get(name).cloned().unwrap_or_default();
    let response: Vec<Point> = points(tag::RESPONSE);
    let max_us = response.iter().map(|p| p.max_us).max()?;
    let figures = summary.series.get(tag::RESPONSE);
    Some(Timeline {
        time: time.clone(),
        service: points(tag::SERVICE),
        budget_s: summary.budgets.iter().map(|b| b.budget_s).min_by(f64::total_cmp),
        p99_us: figures.and_then(|f| f.quantiles_us.get("0.99").copied()),
        max_us,
        response,
    })
}
