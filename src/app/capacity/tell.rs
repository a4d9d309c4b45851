//! What a person is told: the estimate before, a line a trial, and the result put together.

use std::path::Path;

use super::levels::SHARES;
use super::state::State;
use crate::analysis::capacity::{
    CapacityResult, End, FORMAT, Outcome, Search, Step, TrialRecord, TrialVerdict, breaks_first, counts,
};
use crate::report::blocks::serde_name;
use crate::report::capacity::{lead, objective_words, objectives_from, verdict_word};
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
            let why = say!("capacity-why", name = serde_name(&why));
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
