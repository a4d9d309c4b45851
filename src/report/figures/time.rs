//! The time axis that charts share: how long a run was, its phases, and how many seconds make one point.

use crate::profile::model::PhaseKind;
use crate::record::read::RunRecord;

/// Points that a line has at most; an hour's chart is no larger than a minute's.
pub const MOST_POINTS: u64 = 240;

/// The time axis of a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Time {
    /// Its end, seconds of the run.
    pub end_s: u64,
    /// Seconds that make one point.
    pub bin_s: u64,
    /// Warm-up and outages: from and to, seconds of the run.
    pub spans: Vec<Span>,
    /// Where each phase after the first begins, seconds of the run.
    pub starts_s: Vec<f64>,
}

/// A time in which the run was not as usual.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    /// An outage; else the warm-up.
    pub outage: bool,
    /// Its first moment, seconds of the run.
    pub from_s: f64,
    /// Its end, seconds of the run.
    pub to_s: f64,
}

impl Time {
    /// None where no second was recorded.
    pub(super) fn of(record: &RunRecord) -> Option<Time> {
        let end_s = record.rows.iter().map(|r| r.second).max()? + 1;
        let phases = &record.header.plan.phases;
        let reached = |at: f64| at < end_s as f64;
        let unusual = phases.iter().filter(|p| !p.measured || p.kind == PhaseKind::Outage);
        let spans = unusual.filter(|p| reached(p.start_s)).map(|p| Span {
            outage: p.kind == PhaseKind::Outage,
            from_s: p.start_s,
            to_s: (p.start_s + p.duration_s).min(end_s as f64),
        });
        Some(Time {
            end_s,
            bin_s: end_s.div_ceil(MOST_POINTS),
            spans: spans.collect(),
            starts_s: phases.iter().skip(1).map(|p| p.start_s).filter(|s| reached(*s)).collect(),
        })
    }

    /// Number of points.
    #[must_use]
    pub fn bins(&self) -> usize {
        usize::try_from(self.end_s.div_ceil(self.bin_s.max(1))).unwrap_or(0)
    }

    /// The point that a second belongs to.
    pub(super) fn bin(&self, second: u64) -> usize {
        usize::try_from(second / self.bin_s.max(1)).unwrap_or(usize::MAX)
    }

    /// The middle of a point, seconds of the run.
    #[must_use]
    pub fn middle_s(&self, bin: usize) -> f64 {
        let from = bin as f64 * self.bin_s as f64;
        f64::midpoint(from, (from + self.bin_s as f64).min(self.end_s as f64))
    }

    /// Seconds of a point: the last one may be shorter.
    pub(super) fn length_s(&self, bin: usize) -> f64 {
        let from = bin as f64 * self.bin_s as f64;
        ((from + self.bin_s as f64).min(self.end_s as f64) - from).max(1.0)
    }

    /// Adds up `count` of every row by point, and divides by its seconds.
    pub(super) fn per_second(
        &self,
        record: &RunRecord,
        count: impl Fn(&crate::record::SecondRow) -> u64,
    ) -> Vec<f64> {
        let mut sums = vec![0_u64; self.bins()];
        for row in &record.rows {
            if let Some(sum) = sums.get_mut(self.bin(row.second)) {
                *sum += count(row);
            }
        }
        sums.iter().enumerate().map(|(bin, sum)| *sum as f64 / self.length_s(bin)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_has_no_more_points_than_allowed_and_its_last_one_is_not_longer_than_it_was() {
        let time = Time { end_s: 3_610, bin_s: 3_610_u64.div_ceil(MOST_POINTS), ..Time::default() };
        assert_eq!((time.bin_s, time.bins()), (16, 226));
        assert_eq!(time.length_s(225), 10.0);
        assert_eq!(time.middle_s(225), 3_605.0);
    }
}
