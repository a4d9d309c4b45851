//! Was a trial good, bad or invalid?
//!
//! Bad: an objective is missed, more calls fail than allowed, after-callbacks were lost, or calls piled up until the
//! in-flight limit. Judged by what was seen, not by bounds: a trial is short, and the search pools
//! many. Invalid only where our own measuring was at fault; a server that breaks a run is a bad trial.

use std::collections::BTreeMap;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::terms::TrialVerdict;
use crate::analysis::Calls;
use crate::analysis::judge::unfinished;
use crate::analysis::series::Ranked;
use crate::finding::{Finding, Severity};
use crate::record::model::Series;
use crate::say;
use crate::slo::Objective;
use crate::text::Text;
use crate::units::Span;
use crate::wire::WebhookKey;

/// Failed share that is allowed where the profile says nothing.
const FAILED_SHARE: f64 = 0.001;
/// p99 of the response time that is allowed where the profile says nothing: a quickly growing queue shows
/// within a short trial, long before the caller's budget is spent.
const P99: Duration = Duration::from_secs(1);
/// Share of failed calls from which a run that stopped itself is the server's doing.
const MANY_FAILED: f64 = 0.1;

/// What a trial is held to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Objectives {
    /// The objectives.
    pub objective: Objective,
    /// `profile`, or `default` where the profile has none.
    pub from: String,
}

/// The profile's objectives; a failed share of 0.1 % where it gives none, and p99 within the caller's
/// budget, at most 1 s, where it gives no quantile.
#[must_use]
pub fn objectives(own: &Objective, caller_budget: Option<Span>) -> Objectives {
    let mut objective = own.clone();
    let quantiles = [own.p50, own.p90, own.p99, own.p999];
    if quantiles.iter().all(Option::is_none) {
        objective.p99 = Some(Span(caller_budget.map_or(P99, |b| b.0.min(P99))));
    }
    objective.failed_share = objective.failed_share.or(Some(FAILED_SHARE));
    let from = if *own == Objective::default() { "default" } else { "profile" };
    Objectives { objective, from: from.to_owned() }
}

/// What a trial is judged by.
#[derive(Clone, Copy, Debug)]
pub struct TrialFacts<'a> {
    /// Response times of the measured window, µs.
    pub response: &'a Series,
    /// Calls of the measured window.
    pub calls: &'a Calls,
    /// Calls of the whole trial.
    pub calls_total: &'a Calls,
    /// After-callbacks that never came, by webhook.
    pub lost_after: &'a BTreeMap<WebhookKey, u64>,
    /// Reasons of the validity verdict.
    pub reasons: &'a [Finding],
    /// Why the run stopped itself, if it did.
    pub aborted: Option<&'a Text>,
    /// As many calls as `limits.in_flight` allows were open at once.
    pub in_flight_full: bool,
}

/// The verdict with its reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Judgement {
    /// Good, bad or invalid.
    pub verdict: TrialVerdict,
    /// What was missed, or why it is invalid; empty for a good one.
    pub reasons: Vec<Text>,
}

/// Judges a trial.
#[must_use]
pub fn judge_trial(facts: &TrialFacts<'_>, objective: &Objective) -> Judgement {
    let own_fault: Vec<Text> =
        facts.reasons.iter().filter(|r| ours(r, facts)).map(|r| r.what.clone()).collect();
    if !own_fault.is_empty() {
        return Judgement { verdict: TrialVerdict::Invalid, reasons: own_fault };
    }
    if facts.calls.shed > 0 && !facts.in_flight_full {
        let reasons = vec![say!("capacity-not-let-go", n = facts.calls.shed)];
        return Judgement { verdict: TrialVerdict::Invalid, reasons };
    }
    let mut missed = missed_quantiles(facts, objective);
    missed.extend(missed_share(facts, objective));
    missed.extend(lost(facts));
    if facts.calls.shed > 0 {
        missed.push(say!("capacity-in-flight-full", n = facts.calls.shed));
    }
    if !missed.is_empty() {
        return Judgement { verdict: TrialVerdict::Bad, reasons: missed };
    }
    match facts.aborted {
        Some(why) => {
            let reasons = vec![say!("capacity-stopped-itself", why = why)];
            Judgement { verdict: TrialVerdict::Invalid, reasons }
        }
        None if facts.calls.released == 0 => {
            Judgement { verdict: TrialVerdict::Invalid, reasons: vec![say!("capacity-no-call")] }
        }
        None => Judgement { verdict: TrialVerdict::Good, reasons: Vec::new() },
    }
}

/// Whether a reason against the run's validity lies with us and not with a server at its limit.
fn ours(reason: &Finding, facts: &TrialFacts<'_>) -> bool {
    if reason.severity != Severity::Error {
        return false;
    }
    match reason.code.as_str() {
        "shed" | "aborted" => false,
        // Arrivals that were shed count as late.
        "late_arrivals" => facts.calls.shed == 0,
        "nothing_measured" => facts.aborted.is_none() || failed_share(facts.calls_total) < MANY_FAILED,
        _ => true,
    }
}

fn missed_quantiles(facts: &TrialFacts<'_>, objective: &Objective) -> Vec<Text> {
    let ranked = Ranked { series: facts.response, unfinished: unfinished(facts.response, facts.calls) };
    let asked = [
        ("p50", 0.5, objective.p50),
        ("p90", 0.9, objective.p90),
        ("p99", 0.99, objective.p99),
        ("p99.9", 0.999, objective.p999),
    ];
    let given = asked.into_iter().filter_map(|(name, p, asked)| Some((name, p, asked?)));
    let missed = given.filter_map(|(name, p, asked)| {
        let rank = (p * ranked.count() as f64).ceil() as u64;
        match ranked.at_rank(rank) {
            _ if rank == 0 => None,
            Some(us) if us <= asked.as_us() => None,
            Some(us) => {
                let seen = format!("{:.3}", us as f64 / 1e6);
                Some(say!("capacity-quantile-missed", name = name, seen = seen, asked = asked.to_string()))
            }
            None => Some(say!("capacity-quantile-unended", name = name, asked = asked.to_string())),
        }
    });
    missed.collect()
}

/// Failed and censored ones among the calls that ended.
fn failed_share(calls: &Calls) -> f64 {
    (calls.failed_total + calls.censored) as f64 / calls.ended().max(1) as f64
}

fn missed_share(facts: &TrialFacts<'_>, objective: &Objective) -> Option<Text> {
    let asked = objective.failed_share.unwrap_or(FAILED_SHARE);
    // A run that stopped itself in the warm-up has measured nothing else.
    let calls = if facts.calls.released == 0 { facts.calls_total } else { facts.calls };
    let share = failed_share(calls);
    if share <= asked {
        return None;
    }
    let mut kinds: Vec<(&String, &u64)> = calls.failed.iter().collect();
    kinds.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let mut named: Vec<Text> =
        kinds.into_iter().take(3).map(|(kind, count)| Text::plain(format!("{kind} {count}"))).collect();
    if calls.censored > 0 {
        named.push(say!("capacity-never-answered", n = calls.censored));
    }
    let failed = calls.failed_total + calls.censored;
    Some(say!("capacity-calls-failed", failed = failed, all = calls.ended(), kinds = Text::list(&named)))
}

fn lost(facts: &TrialFacts<'_>) -> Vec<Text> {
    let lost = facts.lost_after.iter().filter(|(_, count)| **count > 0);
    lost.map(|(key, count)| say!("capacity-never-came", n = *count, key = key.name())).collect()
}
