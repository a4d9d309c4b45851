//! A fact in words.

use crate::record::portrait::{DecidedBy, EffectiveTimeout, Fact, Outcome, Redirected, TimeoutSource};
use crate::wire::failure::printable;

/// The value in words, or why there is none.
pub(super) fn say<T>(fact: &Fact<T>, words: impl Fn(&T) -> String) -> String {
    match fact {
        Fact::Known { value, .. } => words(value),
        other => unknown(other),
    }
}

/// Why there is no value; empty where there is one.
pub(super) fn unknown<T>(fact: &Fact<T>) -> String {
    match fact {
        Fact::Known { .. } => String::new(),
        // What a flag may do is said once, in the list of what was not measured.
        Fact::NotMeasured { needs } => {
            format!("not measured (needs {})", printable(needs.split(':').next().unwrap_or_default()))
        }
        Fact::NotTestable { why } => format!("not testable here: {}", printable(why)),
        Fact::Inconclusive { why } => format!("not certain: {}", printable(why)),
    }
}

/// With what it rests on.
pub(super) fn say_why<T>(fact: &Fact<T>, words: impl Fn(&T) -> String) -> String {
    match fact {
        Fact::Known { value, evidence, .. } => format!("{} ({})", words(value), printable(evidence)),
        other => unknown(other),
    }
}

pub(super) fn yes_no(value: &bool) -> String {
    if *value { "yes" } else { "no" }.to_owned()
}

/// 5 s, 0.1 s.
pub(super) fn seconds(value: &f64) -> String {
    format!("{value} s")
}

pub(super) fn timeout_source(timeout: &EffectiveTimeout) -> &'static str {
    match timeout.source {
        TimeoutSource::Measured => "measured",
        TimeoutSource::WebhooksYml => "webhooks.yml",
    }
}

pub(super) fn decided_by(by: &DecidedBy) -> String {
    match by {
        DecidedBy::ActionCode0AndNextCode1 => "actionCode 0 and nextCode 1, nothing else",
        DecidedBy::NextCode1 => "nextCode 1, whatever actionCode is",
        DecidedBy::Nothing => "nothing: no answer rejected",
    }
    .to_owned()
}

pub(super) fn redirected(how: &Redirected) -> String {
    match how {
        Redirected::AsGet => "followed as GET, without the body",
        Redirected::AsPost => "the POST is repeated at the new place",
        Redirected::NotFollowed => "not followed",
    }
    .to_owned()
}

/// What the caller of a create that a webhook rejected sees.
pub(super) fn rejected(outcome: &Outcome) -> String {
    let seen = answer(outcome);
    match (outcome.done, outcome.err_code) {
        (true, _) => format!("{seen}: created all the same"),
        (false, Some(0)) => format!("{seen}: looks like success, but nothing is created"),
        (false, _) => format!("{seen}; not created"),
    }
}

/// What the caller of something dangerous sees.
pub(super) fn fate(outcome: &Outcome) -> String {
    let seen = answer(outcome);
    match (outcome.group_process_died, outcome.done) {
        (true, _) => format!("{seen}: the group process dies"),
        (false, true) => format!("{seen}: done"),
        (false, false) => format!("{seen}: that call fails, the process lives on"),
    }
}

fn answer(outcome: &Outcome) -> String {
    match outcome.err_code {
        Some(code) if outcome.http_status == 200 => format!("errCode {code}"),
        Some(code) => format!("HTTP {} with errCode {code}", outcome.http_status),
        None => format!("HTTP {} without an envelope", outcome.http_status),
    }
}
