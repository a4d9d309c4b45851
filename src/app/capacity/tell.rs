//! What a person is told: the estimate before, a line a trial, and the result put together.

use std::path::Path;

use super::levels::SHARES;
use super::state::State;
use crate::analysis::capacity::{
    CapacityResult, End, EndedBy, FORMAT, Outcome, Search, Step, TrialRecord, TrialVerdict, breaks_first,
    counts,
};
use crate::profile::plan::Basis;
use crate::report::capacity::objective_words;
use crate::report::format;

/// Preflight, users, waiting for callbacks, clean-up: seconds a trial besides its load, roughly.
const AROUND_S: f64 = 5.0;
/// Groups that are dismissed a second, roughly (`cleanup.rate`).
const DISMISSED_A_SECOND: f64 = 50.0;

/// What the search may cost, before it begins.
pub(super) fn estimate(state: &State, folder: &Path) -> Vec<String> {
    let config = &state.search.config;
    let trials = f64::from(config.trials);
    let a_trial = state.trial.as_secs_f64() + state.warmup.as_secs_f64() + AROUND_S;
    let minutes = (trials * a_trial + state.groups_allowed as f64 / DISMISSED_A_SECOND) / 60.0;
    let rates = format!(
        "from {}/s, {} to {}/s",
        format::rate(config.from),
        format::rate(config.lowest),
        format::rate(config.to)
    );
    let mut lines = vec![
        format!(
            "capacity of {}: {rates}; trials of {} after a warm-up of {}",
            state.target, state.trial, state.warmup
        ),
        format!(
            "a trial is good when {} (objectives: {})",
            objective_words(&state.objectives.objective),
            state.objectives.from
        ),
        format!(
            "at most {} trials and {} groups, so at most about {minutes:.0} min; often far less: a sharp limit takes 20 to 30 trials",
            config.trials,
            format::count(state.groups_allowed)
        ),
        format!("results: {}", folder.display()),
    ];
    if !state.trials.is_empty() {
        lines.push(format!(
            "resumed: {} trials and {} groups are done",
            state.trials.len(),
            format::count(state.groups())
        ));
    }
    lines
}

/// A line a trial.
pub(super) fn progress(number: usize, trial: &TrialRecord) -> String {
    let why = trial.why.map_or_else(String::new, |why| format!(" ({})", word(&why)));
    format!("trial {number}: {}/s{why} → {}", format::rate(trial.rate), verdict(trial))
}

/// A line a level.
pub(super) fn level(share: f64, confirming: bool, trial: &TrialRecord) -> String {
    let name = if confirming { "confirming run".to_owned() } else { format!("level {:.0} %", share * 100.0) };
    format!("{name}: {}/s for {:.0} s → {}", format::rate(trial.rate), trial.duration_s, verdict(trial))
}

fn verdict(trial: &TrialRecord) -> String {
    let p99 = trial.response_us.get("0.99").or_else(|| trial.response_us.get("0.9"));
    let name = if trial.response_us.contains_key("0.99") { "p99" } else { "p90" };
    let mut parts = vec![word(&trial.verdict)];
    parts.extend(p99.map(|us| format!("{name} {}", format::duration_us(*us))));
    parts.push(format!("{} calls", format::count(trial.calls)));
    let reasons =
        if trial.reasons.is_empty() { String::new() } else { format!(": {}", trial.reasons.join("; ")) };
    format!("{}{reasons}", parts.join(", "))
}

/// The name that an enum has in the JSON, with blanks.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name.replace('_', " "),
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

fn left_out(state: &State, outcome: Option<&Outcome>, interrupted: bool) -> Vec<String> {
    let name = |share: f64, confirming: bool| {
        if confirming {
            "the confirming run".to_owned()
        } else {
            format!("{:.0} % of the capacity", share * 100.0)
        }
    };
    let Some(outcome) = outcome else { return Vec::new() };
    if outcome.good.is_none() {
        return Vec::new();
    }
    let why = if interrupted {
        "interrupted; --resume goes on with it"
    } else {
        "not enough of the groups allowed was left; raise --budget-groups and --resume"
    };
    let of = |share: f64| state.levels.iter().filter(move |l| (l.share - share).abs() < 1e-9);
    SHARES
        .iter()
        .filter(|(share, _)| !of(*share).any(|l| l.trial.verdict != TrialVerdict::Invalid))
        .map(|(share, confirming)| {
            let why = if of(*share).count() > 0 { "its trials were invalid" } else { why };
            format!("{}: {why}", name(*share, *confirming))
        })
        .collect()
}

fn lead(result: &CapacityResult) -> Vec<String> {
    let mut lead = vec![answer(result)];
    lead.extend(result.outcome.as_ref().and_then(|o| ended(result, o)));
    let first = result.breaks_first.iter().find(|c| c.code != "objective").or(result.breaks_first.first());
    lead.extend(first.map(|c| {
        format!(
            "What breaks first: {} (in {} of {} bad trials, from {}/s on): {}",
            c.code,
            c.trials,
            c.of,
            format::rate(c.from_rate),
            c.what
        )
    }));
    if let Some(long) = result.levels.iter().find(|l| l.confirming && l.trial.verdict == TrialVerdict::Bad) {
        lead.push(format!(
            "The long run of {:.0} s at {}/s was bad ({}): the capacity for steady load is lower than short trials say. Search again with a longer --trial.",
            long.trial.duration_s,
            format::rate(long.trial.rate),
            long.trial.reasons.join("; ")
        ));
    }
    match result.basis {
        Some(Basis::Simulated) => {
            lead.push("OpenIM was simulated: this says nothing about your deployment.".to_owned())
        }
        Some(Basis::Modelled) => {
            lead.push("The webhooks were answered by this tool's models, not by your own server.".to_owned());
        }
        _ => {}
    }
    lead
}

fn answer(result: &CapacityResult) -> String {
    let rate = |r: Option<End>| r.map(|e| format::rate(e.rate));
    let done = result.outcome.is_some();
    let until = if done { "" } else { "So far: " };
    match (rate(result.good_end), rate(result.bad_end)) {
        (Some(good), Some(bad)) => {
            let width = result.outcome.and_then(|o| o.relative_width);
            let width = width.map_or_else(String::new, |w| format!(", {} wide", format::share(w)));
            format!(
                "{until}The capacity lies between {good}/s (confirmed good) and {bad}/s (confirmed bad){width}."
            )
        }
        (Some(good), None) => {
            let bad = result.trials.iter().filter(|t| t.verdict == TrialVerdict::Bad).map(|t| t.rate);
            let seen = bad.reduce(f64::min).map_or_else(
                || "no higher rate was bad.".to_owned(),
                |bad| {
                    format!("no rate is confirmed bad, although trials from {}/s on were.", format::rate(bad))
                },
            );
            format!("{until}The capacity is at least {good}/s; {seen}")
        }
        (None, Some(bad)) => format!("{until}The capacity is below {bad}/s; no rate is confirmed good."),
        (None, None) => {
            format!("{until}The capacity could not be measured: no rate is confirmed good or bad.")
        }
    }
}

/// Why the search ended, where that is not because it is done.
fn ended(result: &CapacityResult, outcome: &Outcome) -> Option<String> {
    let counts = result.trials_by_verdict;
    Some(match outcome.ended_by {
        EndedBy::Width => return None,
        EndedBy::NoBadRate => {
            "The highest rate allowed (--to) is good; raise it to find the limit.".to_owned()
        }
        EndedBy::NoGoodRate => {
            "Even the lowest rate tried is bad: look at what breaks, or lower --from or the objective."
                .to_owned()
        }
        EndedBy::Trials => format!(
            "The search used up its {} trials before the bracket was as narrow as asked; --resume with more --trials goes on.",
            counts.good + counts.bad
        ),
        EndedBy::Groups => format!(
            "The search stopped because the next trial would have made more groups than allowed ({} of {} made; part of them is kept for the levels); raise --budget-groups and --resume.",
            format::count(result.groups),
            format::count(result.groups_allowed)
        ),
        EndedBy::Invalid => format!(
            "Too many trials were invalid ({} of {}): this machine or the connection to it was the limit, not OpenIM.",
            counts.invalid,
            counts.good + counts.bad + counts.invalid
        ),
    })
}
