//! One pass over the interval log: what each series did over time, thinned to the points of the time axis.
//!
//! Only one histogram a series is held at a time, so memory does not grow with the run.

use std::collections::BTreeMap;

use super::heat::Cells;
use super::time::Time;
use crate::record::model::{Series, new_series, tag};
use crate::record::read::{ReadError, RunRecord};

/// Times of one point of the time axis, µs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Middle of it, seconds of the run.
    pub at_s: f64,
    /// Median.
    pub p50_us: u64,
    /// 99 % quantile; with fewer than a hundred values, the largest.
    pub p99_us: u64,
    /// Largest value.
    pub max_us: u64,
}

/// What the interval log says, by series.
#[derive(Clone, Debug, Default)]
pub(super) struct Intervals {
    pub(super) points: BTreeMap<&'static str, Vec<Point>>,
    pub(super) cells: Cells,
}

const WANTED: [&str; 3] = [tag::RESPONSE, tag::SERVICE, tag::DISPATCH_LAG];

/// Warm-up and measured phases are one line.
fn plain(name: &str) -> Option<&'static str> {
    let name = name.strip_prefix(tag::WARMUP).unwrap_or(name);
    WANTED.into_iter().find(|wanted| *wanted == name)
}

pub(super) fn read(record: &RunRecord, time: &Time) -> Result<Intervals, ReadError> {
    let mut intervals = Intervals { cells: Cells::new(time), ..Intervals::default() };
    let mut open: BTreeMap<&'static str, (usize, Series)> = BTreeMap::new();
    record.for_each_interval_of(
        |name| plain(name).is_some(),
        |name, second, cells| {
            let Some(name) = plain(name) else { return };
            let bin = time.bin(second);
            let (at, sum) = open.entry(name).or_insert_with(|| (bin, new_series()));
            if *at != bin {
                close(intervals.points.entry(name).or_default(), time, *at, sum);
                sum.reset();
                *at = bin;
            }
            cells.add_to(sum);
            if name == tag::RESPONSE {
                intervals.cells.add(second, cells);
            }
        },
    )?;
    for (name, (at, sum)) in &open {
        close(intervals.points.entry(*name).or_default(), time, *at, sum);
    }
    Ok(intervals)
}

fn close(points: &mut Vec<Point>, time: &Time, bin: usize, sum: &Series) {
    if !sum.is_empty() && bin < time.bins() {
        points.push(Point {
            at_s: time.middle_s(bin),
            p50_us: sum.value_at_quantile(0.5),
            p99_us: sum.value_at_quantile(0.99),
            max_us: sum.max(),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::read::{Interval, Stream};

    #[test]
    fn warm_up_and_measured_seconds_are_one_line_of_points_in_order() {
        let interval = |second, name: &str, us| {
            let mut histogram = new_series();
            histogram.saturating_record(us);
            Interval { second, tag: name.to_owned(), histogram }
        };
        let intervals = vec![
            interval(0, "warmup.api.response", 1_000),
            interval(1, "api.response", 2_000),
            interval(1, "api.own", 7),
        ];
        let record = RunRecord {
            header: crate::record::fixture::header("20260102T030405Z-12345678", 0),
            rows: Vec::new(),
            totals: BTreeMap::new(),
            intervals: Stream::Memory(intervals),
            exceedances: Stream::Memory(Vec::new()),
            operations: Stream::Memory(Vec::new()),
            round_trips: Stream::Memory(Vec::new()),
            partial: true,
            unreadable_lines: 0,
        };
        let time = Time { end_s: 2, bin_s: 1, ..Time::default() };
        let read = read(&record, &time).unwrap();
        let points = &read.points[tag::RESPONSE];
        assert_eq!(points.iter().map(|p| p.at_s).collect::<Vec<_>>(), [0.5, 1.5]);
        assert_eq!(points.iter().map(|p| p.max_us).collect::<Vec<_>>(), [1_000, 2_000]);
        assert_eq!(read.points.len(), 1);
    }
}
