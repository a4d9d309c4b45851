//! Which part of a run counts: the measured phases, without outages.
//!
//! A phase that was cut short counts as far as it went. What an outage phase broke on purpose is left out
//! of every result, together with the 15 s after it in which its callbacks may still be open.
//!
//! Of a killed run the slow callbacks of the last `EXCEEDANCE_HOLD_S` seconds are not on record. Calls and quantiles
//! count up to the last second; timeouts are judged by the time before, since callbacks of which only the
//! quick ones are known would make every timeout look safe.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::profile::model::PhaseKind;
use crate::record::model::{EXCEEDANCE_HOLD_S, Ended, OBSERVED_HOLD_S, Series, tag};
use crate::record::read::{ReadError, RunRecord};
use crate::record::{SecondRow, model};
use crate::units::Stamp;

/// After an outage this many seconds are left out: the longest that OpenIM waits for a callback.
const AFTER_OUTAGE_S: f64 = 15.0;

/// The measured time of a run.
#[derive(Clone, Debug)]
pub struct Window {
    kept: Vec<(f64, f64)>,
    outages: Vec<(f64, f64)>,
    /// Per phase: (measured, outage).
    phases: Vec<(bool, bool)>,
    /// Up to here every slow callback is on record, seconds of the run.
    slow_known_until_s: f64,
    /// When the schedule stopped, seconds; infinite where it ran as planned.
    end_s: f64,
}

impl Window {
    /// That of a record.
    #[must_use]
    pub fn of(record: &RunRecord) -> Window {
        let plan = &record.header.plan;
        let end = end_s(record);
        let outages: Vec<_> = plan
            .phases
            .iter()
            .filter(|p| p.kind == PhaseKind::Outage)
            .map(|p| (p.start_s, p.start_s + p.duration_s + AFTER_OUTAGE_S))
            .collect();
        let mut kept: Vec<_> = plan
            .phases
            .iter()
            .filter(|p| p.measured && p.kind != PhaseKind::Outage)
            .map(|p| (p.start_s, (p.start_s + p.duration_s).min(end)))
            .collect();
        for outage in &outages {
            kept = kept.into_iter().flat_map(|span| without(span, *outage)).collect();
        }
        kept.retain(|(from, to)| to > from);
        let phases = plan.phases.iter().map(|p| (p.measured, p.kind == PhaseKind::Outage)).collect();
        let slow_known_until_s = match record.header.end {
            Some(_) => f64::INFINITY,
            None => (end - hold_s(record) as f64).max(0.0),
        };
        Window { kept, outages, phases, slow_known_until_s, end_s: end }
    }

    /// Measured seconds of which every slow callback is on record; all of them unless the run was killed.
    pub(super) fn seconds_for_timeouts(&self) -> f64 {
        self.kept.iter().map(|(from, to)| (to.min(self.slow_known_until_s) - from).max(0.0)).sum()
    }

    /// Whether a row's callbacks count for timeouts.
    pub(super) fn counts_for_timeouts(&self, row: &SecondRow) -> bool {
        self.counts(row) && (row.second as f64) < self.slow_known_until_s
    }

    /// The measured times, from and to, seconds of the run; outages and the 15 s after each are cut out.
    pub(super) fn kept(&self) -> &[(f64, f64)] {
        &self.kept
    }

    /// When the schedule stopped, seconds of the run; infinite where it ran as planned.
    pub(super) fn end_s(&self) -> f64 {
        self.end_s
    }

    /// D: measured seconds.
    pub(super) fn seconds(&self) -> f64 {
        self.kept.iter().map(|(from, to)| to - from).sum()
    }

    /// Whether the calls of a row belong to a measured phase, outages included.
    pub(super) fn is_measured(&self, row: &SecondRow) -> bool {
        self.phases.get(usize::from(row.phase)).is_some_and(|(measured, _)| *measured)
    }

    /// Whether a row counts in the results.
    pub(super) fn counts(&self, row: &SecondRow) -> bool {
        self.is_measured(row) && !self.is_outage(row)
    }

    /// Whether a row belongs to an outage or to the time just after one.
    pub(super) fn is_outage(&self, row: &SecondRow) -> bool {
        let outage = self.phases.get(usize::from(row.phase)).is_some_and(|(_, outage)| *outage);
        outage || self.in_outage(row.second as f64)
    }

    pub(super) fn has_outage(&self) -> bool {
        !self.outages.is_empty()
    }

    /// Whether a moment (seconds of the run) lies in an outage or just after one.
    #[must_use]
    pub fn in_outage(&self, at_s: f64) -> bool {
        self.outages.iter().any(|(from, to)| (*from..*to).contains(&at_s))
    }

    /// Whether a callback that arrived then counts for timeouts.
    pub(super) fn counts_at(&self, at: Stamp) -> bool {
        let at_s = at.0 as f64 / 1e6;
        !self.in_outage(at_s) && at_s < self.slow_known_until_s
    }

    /// The second of the measured time that a moment (seconds of the run) falls into.
    pub(super) fn position(&self, at_s: f64) -> Option<u64> {
        let mut before = 0.0;
        for (from, to) in &self.kept {
            if (*from..*to).contains(&at_s) {
                return Some((before + at_s - from) as u64);
            }
            before += to - from;
        }
        None
    }

    /// Every series over what counts: the record's totals, or without the outages put together from its
    /// intervals in one pass.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub(super) fn all_series<'a>(
        &self,
        record: &'a RunRecord,
    ) -> Result<Cow<'a, BTreeMap<String, Series>>, ReadError> {
        if !self.has_outage() {
            return Ok(Cow::Borrowed(&record.totals));
        }
        let mut sums = BTreeMap::<String, Series>::new();
        record.for_each_interval_of(
            |tag| !tag.starts_with(tag::WARMUP),
            |tag, second, cells| {
                if self.in_outage(second as f64) {
                    return;
                }
                if !sums.contains_key(tag) {
                    sums.insert(tag.to_owned(), model::new_series());
                }
                if let Some(sum) = sums.get_mut(tag) {
                    cells.add_to(sum);
                }
            },
        )?;
        Ok(Cow::Owned(sums))
    }
}

/// How long slow callbacks were held back, s.
pub(super) fn hold_s(record: &RunRecord) -> u64 {
    if record.header.observed.is_some() { OBSERVED_HOLD_S } else { EXCEEDANCE_HOLD_S }
}

fn without((from, to): (f64, f64), (cut_from, cut_to): (f64, f64)) -> Vec<(f64, f64)> {
    let parts = [(from, to.min(cut_from)), (from.max(cut_to), to)];
    parts.into_iter().filter(|(a, b)| b > a).collect()
}

/// When the schedule stopped, seconds; without limit where it ran as planned.
fn end_s(record: &RunRecord) -> f64 {
    let last_row = || record.rows.iter().map(|r| r.second + 1).max().unwrap_or(0) as f64;
    match &record.header.end {
        Some(end) if end.how == Ended::Complete => f64::INFINITY,
        Some(end) if end.schedule_ended_at > Stamp(0) => end.schedule_ended_at.0 as f64 / 1e6,
        _ => last_row(),
    }
}
