//! Callers who ask again: what they got in the end, what their retries added to the load, and how often a group was
//! made twice.
//!
//! Covers every phase but the warm-up, outages included.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::series::SeriesFigures;
use crate::profile::model::{PhaseKind, RetryGroup};
use crate::record::SecondRow;
use crate::record::model::{CallerCounts, new_series, tag};
use crate::record::read::RunRecord;

/// Callers of creates, after all their attempts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CallerFigures {
    /// Attempts after the first that each might make (`caller.retries`).
    pub retries: u32,
    /// Which groupID attempts after the first named.
    pub group_id: RetryGroup,
    /// Creates that callers wanted and that were let go; arrivals that were shed have no caller.
    pub creates: u64,
    /// How they ended.
    #[serde(flatten)]
    pub counts: CallerCounts,
    /// Amplification factor: attempts ÷ creates, at least 1; none where nobody wanted a create.
    pub amplification: Option<f64>,
    /// Most retries in one second.
    pub peak_retries_per_s: u64,
    /// Arrivals in that second, retries left out.
    pub arrivals_in_peak: u64,
    /// Groups made beyond the one that the caller wanted, where that was looked up after the run.
    pub duplicates: Option<u64>,
    /// First attempt intended → the group is there for its caller, µs; those without a group rank as slower than
    /// everything.
    pub response_us: SeriesFigures,
}

/// Figures of a record; none where `caller.retries` is 0.
pub(super) fn figures(record: &RunRecord) -> Option<CallerFigures> {
    let caller = &record.header.plan.profile.caller;
    if caller.retries == 0 {
        return None;
    }
    let mut counts = CallerCounts::default();
    rows(record).filter_map(|r| r.callers).for_each(|c| counts.add(c));
    let (peak_retries_per_s, arrivals_in_peak) = peak(record);
    let series = record.totals.get(tag::CALLER).cloned().unwrap_or_else(new_series);
    let creates = counts.total();
    let (shed, scheduled) = rows(record).fold((0, 0), |sum, r| (sum.0 + r.shed, sum.1 + r.scheduled));
    // What was never let go has no caller here, and its time is not known.
    let known_share = 1.0 - shed as f64 / scheduled.max(1) as f64;
    Some(CallerFigures {
        retries: caller.retries,
        group_id: caller.group_id,
        creates,
        counts,
        amplification: (creates > 0).then(|| counts.attempts as f64 / creates as f64),
        peak_retries_per_s,
        arrivals_in_peak,
        // With the same groupID OpenIM itself refuses a second one (1202).
        duplicates: match caller.group_id {
            RetryGroup::Same => Some(0),
            RetryGroup::New => record.header.end.as_ref().and_then(|e| e.duplicates),
        },
        response_us: SeriesFigures::of(&series, counts.gave_up + counts.unfinished, known_share),
    })
}

fn rows(record: &RunRecord) -> impl Iterator<Item = &SecondRow> {
    let phases = &record.header.plan.phases;
    let warm_up =
        |r: &&SecondRow| phases.get(usize::from(r.phase)).is_some_and(|p| p.kind == PhaseKind::Warmup);
    record.rows.iter().filter(move |r| !warm_up(r))
}

/// Most retries in one second, with the arrivals of that second.
fn peak(record: &RunRecord) -> (u64, u64) {
    let mut seconds = std::collections::BTreeMap::<u64, (u64, u64)>::new();
    for row in rows(record) {
        let second = seconds.entry(row.second).or_default();
        second.0 += row.retries;
        second.1 += row.scheduled.saturating_sub(row.retries);
    }
    seconds.into_values().max_by_key(|(retries, _)| *retries).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::testing;

    #[test]
    fn nobody_asks_again_unless_the_profile_says_so() {
        assert_eq!(figures(&testing::healthy(10, 20)), None);
    }

    #[test]
    fn amplification_is_attempts_by_creates_and_the_warm_up_is_left_out() {
        let mut record = testing::healthy(10, 20);
        record.header.plan.profile.caller.retries = 3;
        assert_eq!(figures(&record).unwrap().amplification, None);
        let counts = CallerCounts {
            at_first: 15,
            later: 3,
            existed: 1,
            gave_up: 1,
            attempts: 29,
            ..CallerCounts::default()
        };
        for row in &mut record.rows {
            row.callers = Some(counts);
            row.retries = if row.second == 5 { 12 } else { 4 };
            row.scheduled += row.retries;
        }
        let figures = figures(&record).unwrap();
        assert_eq!((figures.creates, figures.counts.attempts, figures.counts.gave_up), (200, 290, 10));
        assert!((figures.amplification.unwrap() - 1.45).abs() < 1e-12);
        assert_eq!((figures.peak_retries_per_s, figures.arrivals_in_peak), (12, 20));
        assert_eq!(figures.response_us.unfinished, 10);
    }

    #[test]
    fn retries_are_no_arrivals() {
        let plain = testing::healthy(10, 20);
        let mut record = testing::healthy(10, 20);
        for row in testing::measured(&mut record) {
            row.retries = 7;
            row.scheduled += 7;
            row.released += 7;
        }
        let rates = |r| crate::analysis::analyse(r, crate::analysis::Options::default()).unwrap().rates;
        let (a, b) = (rates(&plain), rates(&record));
        assert_eq!((a.asked_per_s, a.achieved_per_s), (b.asked_per_s, b.achieved_per_s));
    }
}
