//! The answer: a row for each webhook with the reason in a sentence, and what the change buys and costs.

use std::collections::BTreeMap;

use crate::analysis::{Confidence, Recommendation};
use crate::report::{Summary, format};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

/// One webhook in the table.
pub(super) struct Row {
    pub(super) key: &'static str,
    pub(super) now: Text,
    pub(super) write: Text,
    /// It is written, and not what is there now.
    pub(super) change: bool,
    pub(super) why: Text,
    pub(super) single: Text,
    pub(super) spells: Text,
    /// Failed operations a day: seen, and at most where slow callbacks come one by one, or in spells.
    pub(super) failed: [Text; 3],
    pub(super) confidence: Text,
}

pub(super) fn rows(summary: &Summary) -> Vec<Row> {
    summary.recommendations.iter().map(|(key, r)| row(*key, r)).collect()
}

fn row(key: WebhookKey, r: &Recommendation) -> Row {
    let shown = r.timeout_s.or(r.guess_s).filter(|_| r.confidence != Confidence::NotMeasured);
    let bound = |map: &BTreeMap<u32, f64>| {
        let share = shown.and_then(|t| map.get(&t).copied());
        share.map_or_else(dash, |share| Text::plain(format::share(share)))
    };
    let day = r.failed_per_day.as_ref();
    let a_day = |n: Option<f64>| n.map_or_else(dash, count_a_day);
    Row {
        key: key.name(),
        now: r.present_s.map_or_else(|| say!("html-not-known"), seconds),
        write: match (r.timeout_s, r.guess_s) {
            (Some(timeout), _) => seconds(timeout),
            (None, Some(guess)) => say!("html-guess", seconds = guess),
            (None, None) => say!("html-none"),
        },
        change: r.timeout_s.is_some() && r.timeout_s != r.present_s,
        why: why(r),
        single: bound(&r.misfire_single),
        spells: bound(&r.misfire_spells),
        failed: [
            a_day(day.map(|d| d.seen)),
            a_day(day.map(|d| d.at_most)),
            a_day(day.map(|d| d.at_most_in_spells)),
        ],
        confidence: confidence(r.confidence),
    }
}

fn dash() -> Text {
    Text::plain("–")
}

fn seconds(timeout_s: u32) -> Text {
    Text::plain(format!("{timeout_s} s"))
}

fn count_a_day(n: f64) -> Text {
    match n {
        n if n >= 10.0 => Text::plain(format::count(n.round() as u64)),
        n if n <= 0.0 => Text::plain("0"),
        n => Text::plain(format!("{n:.1}")),
    }
}

fn confidence(confidence: Confidence) -> Text {
    match confidence {
        Confidence::High => say!("html-confidence-high"),
        Confidence::Medium => say!("html-confidence-medium"),
        Confidence::Low => say!("html-confidence-low"),
        Confidence::Refused => say!("html-confidence-refused"),
        Confidence::NotMeasured => say!("html-confidence-not-measured"),
    }
}

/// The reason in a sentence.
fn why(r: &Recommendation) -> Text {
    if r.confidence == Confidence::NotMeasured {
        return say!("html-why-silent", fired_by = &r.fired_by);
    }
    let Some(timeout) = r.timeout_s else { return r.confidence_words.clone() };
    let (slower, n) = (format::count(r.exceed), format::count(r.n));
    match r.binding.as_deref() {
        Some("minimum") => say!("html-why-minimum", slower = slower, n = n, timeout = timeout),
        Some(binding) if binding.starts_with("connection_set_up") => {
            say!("html-why-set-up", slower = slower, n = n, timeout = timeout)
        }
        _ => {
            let asked = format::share(r.misfire_asked);
            say!("html-why-misfire", slower = slower, n = n, timeout = timeout, asked = asked)
        }
    }
}

/// What a change of one webhook does.
pub(super) struct Effect {
    pub(super) key: &'static str,
    pub(super) lines: Vec<Text>,
}

/// What each timeout to write buys, in an outage, and costs.
pub(super) fn effects(summary: &Summary) -> Vec<Effect> {
    let written = summary.recommendations.iter().filter_map(|(key, r)| Some((key, r, r.timeout_s?)));
    written
        .map(|(key, r, timeout)| {
            let mut lines = vec![buys(r, timeout)];
            lines.extend(costs(r));
            lines.extend(r.consequences.iter().filter(|line| !line.is_empty()).cloned());
            Effect { key: key.name(), lines }
        })
        .collect()
}

fn buys(r: &Recommendation, timeout: u32) -> Text {
    let before = r.kind == "before";
    match r.present_s {
        Some(now) if now == timeout => say!("html-buys-nothing", now = now),
        Some(now) if timeout < now && before => say!("html-buys-shorter", now = now, timeout = timeout),
        Some(now) if timeout < now => say!("html-buys-shorter-after", now = now, timeout = timeout),
        Some(now) => say!("html-buys-longer", now = now, timeout = timeout),
        None => say!("html-buys-unknown", timeout = timeout),
    }
}

/// Failed operations a day that are not excluded, before and after.
fn costs(r: &Recommendation) -> Option<Text> {
    let then = r.failed_per_day.as_ref()?;
    let after = count_a_day(then.at_most);
    Some(match r.failed_per_day_present.as_ref() {
        Some(now) if now != then => say!("html-costs", now = count_a_day(now.at_most), then = after),
        Some(_) => say!("html-costs-the-same", then = after),
        None => say!("html-costs-then", then = after),
    })
}
