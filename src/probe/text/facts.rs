//! A fact in words.

use crate::record::portrait::{DecidedBy, EffectiveTimeout, Fact, Outcome, Redirected, TimeoutSource};
use crate::say;
use crate::text::Text;
use crate::wire::failure::printable;

/// The value in words, or why there is none.
pub(super) fn told<T>(fact: &Fact<T>, words: impl Fn(&T) -> Text) -> Text {
    match fact {
        Fact::Known { value, .. } => words(value),
        other => unknown(other),
    }
}

/// Why there is no value; empty where there is one.
pub(super) fn unknown<T>(fact: &Fact<T>) -> Text {
    match fact {
        Fact::Known { .. } => Text::default(),
        // What a flag may do is said once, in the list of what was not measured.
        Fact::NotMeasured { needs } => {
            let flag = |text: &str| printable(text.split([':', '：']).next().unwrap_or_default());
            say!("probe-unmeasured", needs = needs.map(flag))
        }
        Fact::NotTestable { why } => say!("probe-untestable", why = why.map(printable)),
        Fact::Inconclusive { why } => say!("probe-uncertain", why = why.map(printable)),
    }
}

/// With what it rests on.
pub(super) fn told_why<T>(fact: &Fact<T>, words: impl Fn(&T) -> Text) -> Text {
    match fact {
        Fact::Known { value, evidence, .. } => {
            say!("probe-fact-why", value = words(value), evidence = evidence.map(printable))
        }
        other => unknown(other),
    }
}

pub(super) fn yes_no(value: &bool) -> Text {
    if *value { say!("probe-yes") } else { say!("probe-no") }
}

pub(super) fn number(value: &u32) -> Text {
    Text::plain(value.to_string())
}

/// 5 s, 0.1 s.
pub(super) fn seconds(value: &f64) -> Text {
    Text::plain(format!("{value} s"))
}

pub(super) fn timeout_source(timeout: &EffectiveTimeout) -> Text {
    match timeout.source {
        TimeoutSource::Measured => say!("probe-measured"),
        TimeoutSource::WebhooksYml => Text::plain("webhooks.yml"),
    }
}

pub(super) fn decided_by(by: &DecidedBy) -> Text {
    match by {
        DecidedBy::ActionCode0AndNextCode1 => say!("probe-decided-action-and-next"),
        DecidedBy::NextCode1 => say!("probe-decided-next"),
        DecidedBy::Nothing => say!("probe-decided-nothing"),
    }
}

pub(super) fn redirected(how: &Redirected) -> Text {
    match how {
        Redirected::AsGet => say!("probe-redirected-get"),
        Redirected::AsPost => say!("probe-redirected-post"),
        Redirected::NotFollowed => say!("probe-redirected-not"),
    }
}

/// What the caller of a create that a webhook rejected sees.
pub(super) fn rejected(outcome: &Outcome) -> Text {
    let seen = answer(outcome);
    match (outcome.done, outcome.err_code) {
        (true, _) => say!("probe-rejected-done", seen = seen),
        (false, Some(0)) => say!("probe-rejected-silently", seen = seen),
        (false, _) => say!("probe-rejected", seen = seen),
    }
}

/// What the caller of something dangerous sees.
pub(super) fn fate(outcome: &Outcome) -> Text {
    let seen = answer(outcome);
    match (outcome.group_process_died, outcome.done) {
        (true, _) => say!("probe-fate-died", seen = seen),
        (false, true) => say!("probe-fate-done", seen = seen),
        (false, false) => say!("probe-fate-fails", seen = seen),
    }
}

fn answer(outcome: &Outcome) -> Text {
    match outcome.err_code {
        Some(code) if outcome.http_status == 200 => Text::plain(format!("errCode {code}")),
        Some(code) => say!("probe-http-code", status = outcome.http_status, code = code),
        None => say!("probe-http-bare", status = outcome.http_status),
    }
}
