//! One trial: a short steady open-loop run with a record of its own, judged.

use std::collections::BTreeMap;
use std::path::Path;

use super::state::{State, Users};
use crate::analysis::capacity::{NeededTimeout, TrialFacts, TrialRecord, TrialVerdict, Why, judge_trial};
use crate::app::Failure;
use crate::app::live::Display;
use crate::app::plan::{PlanRequest, Prepared, prepare};
use crate::app::run::{RunRequest, Signals, once};
use crate::finding::Severity;
use crate::ids;
use crate::profile::resolve::is_sim;
use crate::record::model::{Ended, new_series, tag};
use crate::record::read::RunRecord;
use crate::report::Summary;
use crate::units::Span;

/// What to run.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trial {
    pub rate: f64,
    pub duration: Span,
    pub warmup: Span,
    /// Groups the record may make.
    pub groups: u64,
    pub why: Option<Why>,
}

/// A trial that was run, or cut short by a signal.
pub(super) enum Ran {
    Whole(TrialRecord),
    /// Counts for nothing but its groups.
    Cut,
}

/// The plan of a trial: the profile's, with a steady open loop.
pub(super) fn plan(state: &State, trial: &Trial) -> Result<Prepared, Failure> {
    let mut prepared = prepare(&request(PlanRequest::from(&state.typed), trial))?;
    if prepared.inputs.users.is_none()
        && !is_sim(&prepared.plan.profile)
        && let Some(Users { tag, pool }) = state.users
    {
        // OpenIM cannot delete users: one registration serves all trials.
        prepared.inputs.users = Some((0..u64::from(pool)).map(|n| ids::user_id(tag, n)).collect());
    }
    Ok(prepared)
}

/// The keys that make a profile a trial.
pub(super) fn request(mut plan: PlanRequest, trial: &Trial) -> PlanRequest {
    plan.sets.extend([
        "load.loop=\"open\"".to_owned(),
        "load.phase=[]".to_owned(),
        format!("load.rate={:?}", trial.rate),
        format!("load.duration=\"{}\"", trial.duration),
        format!("load.warmup=\"{}\"", trial.warmup),
        format!("limits.groups={}", trial.groups),
    ]);
    plan
}

/// Runs a trial and judges it.
pub(super) async fn run(
    state: &mut State,
    trial: Trial,
    folder: &Path,
    signals: &Signals,
) -> Result<Ran, Failure> {
    let prepared = tokio::task::block_in_place(|| plan(state, &trial))?;
    let request = RunRequest::quiet(PlanRequest::from(&state.typed), folder.join("trials"));
    let outcome = once(&request, &prepared, signals, &Display::new(true)).await?;
    let summary = outcome.report.summary;
    if state.users.is_none() && prepared.inputs.users.is_none() {
        let pool = prepared.plan.profile.load.users.pool;
        state.users = Some(Users { tag: prepared.plan.tag, pool });
    }
    if matches!(summary.ended, Some(Ended::Interrupted | Ended::Terminated)) {
        return Ok(Ran::Cut);
    }
    let record = tokio::task::block_in_place(|| RunRecord::open(Path::new(&summary.record)));
    let record = record.map_err(Failure::usage)?;
    Ok(Ran::Whole(judged(state, &trial, &summary, &record)))
}

fn judged(state: &State, trial: &Trial, summary: &Summary, record: &RunRecord) -> TrialRecord {
    let empty = new_series();
    let lost_after = summary.callbacks.iter().map(|(key, c)| (*key, c.lost_after)).collect();
    let facts = TrialFacts {
        response: record.totals.get(tag::RESPONSE).unwrap_or(&empty),
        calls: &summary.calls,
        calls_total: &summary.calls_total,
        lost_after: &lost_after,
        reasons: &summary.validity.reasons,
        aborted: (summary.ended == Some(Ended::Aborted)).then_some(&summary.ended_why),
        in_flight_full: summary.own.peak_in_flight >= u64::from(record.header.plan.profile.limits.in_flight),
    };
    let judgement = judge_trial(&facts, &state.objectives.objective);
    let response = summary.series.get(tag::RESPONSE).filter(|_| judgement.verdict != TrialVerdict::Invalid);
    let wrong = summary.findings.iter().filter(|f| f.severity >= Severity::Warning);
    TrialRecord {
        run: summary.run_id.clone(),
        rate: trial.rate,
        why: trial.why,
        duration_s: trial.duration.as_secs_f64(),
        verdict: judgement.verdict,
        reasons: judgement.reasons,
        findings: wrong.map(|f| (f.code.clone(), f.what.clone())).collect(),
        calls: summary.calls.released,
        groups: summary.cleanup.groups_made,
        response_us: response.map(|s| s.quantiles_us.clone()).unwrap_or_default(),
        timeouts: timeouts(summary),
    }
}

fn timeouts(summary: &Summary) -> BTreeMap<crate::wire::WebhookKey, NeededTimeout> {
    let measured = summary.recommendations.iter().filter(|(_, r)| r.n > 0);
    measured
        .map(|(key, r)| {
            let (timeout_s, guess_s, confidence) = (r.timeout_s, r.guess_s, r.confidence);
            (*key, NeededTimeout { timeout_s, guess_s, confidence })
        })
        .collect()
}
