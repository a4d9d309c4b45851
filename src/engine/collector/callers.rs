//! Counts how callers' creates ended, after all their attempts.

use super::buckets::SeriesId;
use super::settle::{Context, Output};
use crate::port::{CallerDone, CallerEnd};
use crate::profile::model::PhaseKind;

/// Counts one caller in the second of his end, under the phase of his first attempt. Those who got no group have no
/// value in the series: they rank as slower than everything.
pub(super) fn record(done: &CallerDone, ctx: &Context, out: &mut Output) {
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
        let kind = ctx.plan.phases.get(usize::from(done.phase)).map(|p| p.kind);
        out.buckets.record(done.at, kind != Some(PhaseKind::Warmup), SeriesId::Caller, took);
    }
}
