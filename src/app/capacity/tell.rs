//! What a person is told: the estimate before, a line a trial, and the result put together.

use std::path::Path;

use super::levels::SHARES;
use super::state::State;
use crate::analysis::capacity::{
    CapacityResult, End, EndedBy, FORMAT, Outcome, Search, Step, TrialRecord, TrialVerdict, breaks_first,
    counts,
};
use crate::profile::plan::Basis;
use crate::report::capacity::{objective_words, objectives_from, verdict_word};
use crate::report::format;
use crate::say;
use crate::text::Text;

/// Preflight, users, waiting for callbacks, clean-up: seconds a trial besides its load, roughly.
const AROUND_S: f64 = 5.0;
/// Groups that are dismissed a second, roughly (`cleanup.rate`).
const DISMISSED_A_SECOND: f64 = 50.0;

/// What the search may cost, before it begins.
pub(super) fn estimate(state: &State, folder: &Path) -> Vec<Text> {
    let config = &state.search.config;
    let trials = f64::from(config.trials);
    let a_trial = state.trial.as_secs_f64() + state.warmup.as_secs_f64() + AROUND_S;
    let minutes = (trials * a_trial + state.groups_allowed as f64 / DISMISSED_A_SECOND) / 60.0;
    let mut lines = vec![
        say!(
            "capacity-estimate-rates",
            target = &state.target,
            from = format::rate(config.from),
            lowest = format::rate(config.lowest),
            to = format::rate(config.to),
            trial = state.trial.to_string(),
            warmup = state.warmup.to_string(),
        ),
        say!(
            "capacity-estimate-good",
            objective = objective_words(&state.objectives.objective),
            from = objectives_from(&state.objectives),
        ),
        say!(
            "capacity-estimate-cost",
            trials = config.trials,
            groups = format::count(state.groups_allowed),
            minutes = format!("{minutes:.0}"),
        ),
        say!("capacity-estimate-folder", folder = folder.display().to_string()),
    ];
    if !state.trials.is_empty() {
        let (trials, groups) = (state.trials.len(), format::count(state.groups()));
        lines.push(say!("capacity-resumed", trials = trials, groups = groups));
    }
    lines
}

/// A line a trial.
pub(super) fn progress(number: usize, trial: &TrialRecord) -> Text {
    let (rate, verdict) = (format::rate(trial.rate), verdict(trial));
    match trial.why {
        None => say!("capacity-trial", number = number, rate = rate, verdict = verdict),
        Some(why) => {
            let why = say!("capacity-why", name = name(&why));
            say!("capacity-trial-because", number = number, rate = rate, why = why, verdict = verdict)
        }
    }
}

/// A line a level.
pub(super) fn level(share: f64, confirming: bool, trial: &TrialRecord) -> Text {
    let (rate, verdict) = (format::rate(trial.rate), verdict(trial));
    let seconds = format!("{:.0}", trial.duration_s);
    if confirming {
        return say!("capacity-confirming", rate = rate, seconds = seconds, verdict = verdict);
    }
    let share = format!("{:.0}", share * 100.0);
    say!("capacity-level", share = share, rate = rate, seconds = seconds, verdict = verdict)
}

fn verdict(trial: &TrialRecord) -> Text {
    let p99 = trial.response_us.get("0.99").or_else(|| trial.response_us.get("0.9"));
    let quantile = if trial.response_us.contains_key("0.99") { "p99" } else { "p90" };
    let mut parts = vec![verdict_word(trial.verdict)];
    parts.extend(p99.map(|us| Text::plain(format!("{quantile} {}", format::duration_us(*us)))));
    parts.push(say!("capacity-calls", n = format::count(trial.calls)));
    let verdict = Text::join(&parts, &Text::both(", ", "，"));
    if trial.reasons.is_empty() {
        return verdict;
    }
    say!("capacity-with-reasons", verdict = verdict, reasons = Text::clauses(&trial.reasons))
}

/// The name that an enum has in the JSON.
fn name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// Everything for `capacity.json`.
pub(super) fn result(state: &State, search: &Search, folder: &Path, interrupted: bool) -> CapacityResult {
    let step = search.next_rate();
    let outcome = if let Step::Done(outcome) = step { Some(outcome) } else { None };
    let (good, bad) = search.bracket();
    let mut result = CapacityResult {
        format: FORMAT,
        folder: folder.display().to_string(),
        lead: Vec::new(),
        target: state.target.clone(),
        basis: Some(state.basis),
        objectives: state.objectives.clone(),
        trial_s: state.trial.as_secs_f64(),
        warmup_s: state.warmup.as_secs_f64(),
        interrupted,
        outcome,
        exceed_ratio: search.config().exceed_ratio,
        good_end: good.map(|rate| End::of(search, rate)),
        bad_end: bad.map(|rate| End::of(search, rate)),
        trials_by_verdict: counts(&state.trials),
        groups: state.groups(),
        groups_allowed: state.groups_allowed,
        breaks_first: breaks_first(&state.trials),
        levels: state.levels.clone(),
        left_out: left_out(state, outcome.as_ref(), interrupted),
        trials: state.trials.clone(),
    };
    result.lead = lead(&result);
    result
}

fn left_out(state: &State, outcome: Option<&Outcome>, interrupted: bool) -> Vec<Text> {
    let Some(outcome) = outcome else { return Vec::new() };
    if outcome.good.is_none() {
        return Vec::new();
    }
    let of = |share: f64| state.levels.iter().filter(move |l| (l.share - share).abs() < 1e-9);
    let why = |share: f64| {
        if of(share).count() > 0 {
            say!("capacity-left-out-invalid")
        } else if interrupted {
            say!("capacity-left-out-interrupted")
        } else {
            say!("capacity-left-out-groups")
        }
    };
    SHARES
        .iter()
        .filter(|(share, _)| !of(*share).any(|l| l.trial.verdict != TrialVerdict::Invalid))
        .map(|(share, confirming)| {
            let why = why(*share);
            if *confirming {
                return say!("capacity-left-out-confirming", why = why);
            }
            say!("capacity-left-out-share", share = format!("{:.0}", share * 100.0), why = why)
        })
        .collect()
}

fn lead(result: &CapacityResult) -> Vec<Text> {
    let mut lead = vec![answer(result)];
    lead.extend(result.outcome.as_ref().and_then(|o| ended(result, o)));
    let first = result.breaks_first.iter().find(|c| c.code != "objective").or(result.breaks_first.first());
    lead.extend(first.map(|c| {
        say!(
            "capacity-breaks",
            code = &c.code,
            trials = c.trials,
            of = c.of,
            rate = format::rate(c.from_rate),
            what = &c.what,
        )
    }));
    if let Some(long) = result.levels.iter().find(|l| l.confirming && l.trial.verdict == TrialVerdict::Bad) {
        lead.push(say!(
            "capacity-long-run-bad",
            seconds = format!("{:.0}", long.trial.duration_s),
            rate = format::rate(long.trial.rate),
            reasons = Text::clauses(&long.trial.reasons),
        ));
    }
    match result.basis {
        Some(Basis::Simulated) => lead.push(say!("capacity-simulated")),
        Some(Basis::Modelled) => lead.push(say!("capacity-modelled")),
        _ => {}
    }
    lead
}

fn answer(result: &CapacityResult) -> Text {
    let answer = bracket(result);
    if result.outcome.is_some() { answer } else { say!("capacity-so-far", answer = answer) }
}

fn bracket(result: &CapacityResult) -> Text {
    let rate = |r: Option<End>| r.map(|e| format::rate(e.rate));
    match (rate(result.good_end), rate(result.bad_end)) {
        (Some(good), Some(bad)) => match result.outcome.and_then(|o| o.relative_width) {
            Some(width) => {
                say!("capacity-between-wide", good = good, bad = bad, width = format::share(width))
            }
            None => say!("capacity-between", good = good, bad = bad),
        },
        (Some(good), None) => {
            let bad = result.trials.iter().filter(|t| t.verdict == TrialVerdict::Bad).map(|t| t.rate);
            match bad.reduce(f64::min) {
                Some(bad) => say!("capacity-at-least-unsure", good = good, bad = format::rate(bad)),
                None => say!("capacity-at-least", good = good),
            }
        }
        (None, Some(bad)) => say!("capacity-below", bad = bad),
        (None, None) => say!("capacity-unknown"),
    }
}

/// Why the search ended, where that is not because it is done.
fn ended(result: &CapacityResult, outcome: &Outcome) -> Option<Text> {
    let counts = result.trials_by_verdict;
    let valid = counts.good + counts.bad;
    Some(match outcome.ended_by {
        EndedBy::Width => return None,
        EndedBy::NoBadRate => say!("capacity-ended-no-bad"),
        EndedBy::NoGoodRate => say!("capacity-ended-no-good"),
        EndedBy::Trials => say!("capacity-ended-trials", trials = valid),
        EndedBy::Groups => say!(
            "capacity-ended-groups",
            made = format::count(result.groups),
            allowed = format::count(result.groups_allowed),
        ),
        EndedBy::Invalid => {
            say!("capacity-ended-invalid", invalid = counts.invalid, all = valid + counts.invalid)
        }
    })
}
