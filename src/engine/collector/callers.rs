//! Counts how callers' creates ended, after all their attempts, and remembers whose attempts failed: whether these made
//! a group all the same is only known when the server has been asked.

use std::collections::BTreeSet;

use super::buckets::SeriesId;
use super::settle::{Context, Output};
use crate::port::{CallerDone, CallerEnd};
use crate::profile::model::PhaseKind;

/// Callers of whom an attempt failed: the numbers of those attempts, and whether he got a group in the end.
#[derive(Clone, Debug, Default)]
pub struct FailedAttempts(Vec<(Vec<u64>, bool)>);

impl FailedAttempts {
    fn note(&mut self, done: &CallerDone) {
        if !done.failed.is_empty() {
            self.0.push((done.failed.clone(), done.how == CallerEnd::Succeeded));
        }
    }

    /// Groups beyond the one that each caller wanted, where the failed attempts of `made` have made one each.
    #[must_use]
    pub fn duplicates(&self, made: &BTreeSet<u64>) -> u64 {
        let groups = |(failed, got): &(Vec<u64>, bool)| {
            failed.iter().filter(|seq| made.contains(seq)).count() as u64 + u64::from(*got)
        };
        self.0.iter().map(|caller| groups(caller).saturating_sub(1)).sum()
    }
}

/// Counts one caller in the second of his end, under the phase of his first attempt. Those who got no group have no
/// value in the series: they rank as slower than everything.
pub(super) fn record(done: &CallerDone, ctx: &Context, out: &mut Output) {
    let phase = ctx.plan.phases.get(usize::from(done.phase));
    let counts_here = phase.is_none_or(|p| p.kind != PhaseKind::Warmup);
    if counts_here {
        out.failed_attempts.note(done);
    }
    let row = out.buckets.row(done.at.second(), done.phase);
    let counts = row.callers.get_or_insert_default();
    counts.attempts += u64::from(done.attempts);
    match done.how {
        CallerEnd::Succeeded if done.attempts == 1 => counts.at_first += 1,
        CallerEnd::Succeeded => counts.later += 1,
        CallerEnd::Existed => counts.existed += 1,
        CallerEnd::GaveUp => counts.gave_up += 1,
        CallerEnd::Unfinished => counts.unfinished += 1,
    }
    if matches!(done.how, CallerEnd::Succeeded | CallerEnd::Existed) {
        let took = done.at.since(done.intended_at);
        // Unlike those of single calls, the figures of callers cover outages: that is what retries are for.
        out.buckets.record(done.at, counts_here, SeriesId::Caller, took);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{OperationId, RunTag};
    use crate::units::Stamp;

    #[test]
    fn only_a_group_beyond_the_first_of_a_caller_is_a_duplicate() {
        let mut attempts = FailedAttempts::default();
        let cases = [
            // Failed twice, then succeeded: both failed ones had made a group, so he has three.
            (vec![0, 1], CallerEnd::Succeeded),
            // Gave up, and one of two had made a group: he has just the one he does not know of.
            (vec![3, 4], CallerEnd::GaveUp),
            // Failed attempts that made nothing.
            (vec![5, 6], CallerEnd::Succeeded),
            (vec![], CallerEnd::Succeeded),
        ];
        for (failed, how) in cases {
            let first = OperationId::new(RunTag::from_number(1), 0, 0);
            let (intended_at, at, phase, attempts_made) = (Stamp(0), Stamp(1), 0, 3);
            attempts.note(&CallerDone {
                first,
                intended_at,
                phase,
                attempts: attempts_made,
                failed,
                how,
                at,
            });
        }
        assert_eq!(attempts.duplicates(&BTreeSet::from([0, 1, 3])), 2);
        assert_eq!(attempts.duplicates(&BTreeSet::new()), 0);
        assert_eq!(attempts.0.len(), 3, "who never failed is not remembered");
    }
}
