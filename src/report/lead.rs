//! The first sentences of a report: is it to be believed, whose times are these, what to do.

use super::Summary;
use crate::analysis::ValidityVerdict;
use crate::analysis::{Confidence, Holds, Recommendation};
use crate::finding::{Finding, Severity};
use crate::profile::model::Loop;
use crate::profile::plan::Basis;
use crate::text::Text;
use crate::wire::WebhookKey;

/// Findings that no timeout cures; they come before the answer.
const INCURABLE: [&str; 3] = ["reentrant_starvation", "not_routed", "callback_missing"];

/// Reasons that say that the run was cut short.
const UNFINISHED: [&str; 3] = ["aborted", "partial", "interrupted"];

/// The sentences, the most important first.
#[must_use]
pub fn sentences(summary: &Summary) -> Vec<Text> {
    let mut lines = vec![validity(summary)];
    lines.push(basis(summary.basis).to_owned());
    if let Some(finding) = incurable(summary) {
        lines.push(format!("First: {} No timeout cures that.", finding.what.en()));
    }
    lines.push(what_to_do(summary));
    lines.extend(sizes_that_break(summary));
    lines.extend(other_errors(summary));
    if summary.plan.insecure {
        lines.push("Certificate checks were switched off (--insecure).".to_owned());
    }
    if summary.plan.r#loop == Loop::Closed {
        lines.push(
            "Closed loop: each caller waited for its answer, so stalls are under-reported (coordinated omission)."
                .to_owned(),
        );
    }
    lines.into_iter().map(Into::into).collect()
}

/// Sizes of groups for which a recommended timeout is too short: what the advice before it hides.
fn sizes_that_break(summary: &Summary) -> Option<String> {
    let recommended = summary.recommendations.iter().filter(|(_, r)| r.timeout_s.is_some());
    let broken = recommended.flat_map(|(key, r)| {
        let classes = r.sizes.iter().filter(|class| class.holds == Holds::Breaks);
        classes.map(move |class| match class.timeout_s {
            Some(own) => format!("groups of {} need {own} s for {key}", class.size.words()),
            None => format!("groups of {} break {key}", class.size.words()),
        })
    });
    let broken: Vec<String> = broken.collect();
    (!broken.is_empty()).then(|| format!("But not for every size of group: {}.", broken.join("; ")))
}

fn validity(summary: &Summary) -> String {
    let mut reasons: Vec<&Finding> = summary.validity.reasons.iter().collect();
    // A run that did not come to its end is the first thing to know.
    reasons.sort_by_key(|f| !UNFINISHED.contains(&f.code.as_str()));
    let mut text = match summary.validity.verdict {
        ValidityVerdict::Valid => "Valid.".to_owned(),
        ValidityVerdict::Warnings => {
            let n = reasons.iter().filter(|f| f.severity == Severity::Warning).count();
            format!("Valid, with {n} warning{}.", if n == 1 { "" } else { "s" })
        }
        ValidityVerdict::Invalid => "INVALID: do not use these figures.".to_owned(),
    };
    if summary.validity.verdict != ValidityVerdict::Valid {
        for reason in reasons.iter().take(2) {
            text.push(' ');
            text.push_str(reason.what.en());
        }
    }
    text
}

/// Whose times these are.
#[must_use]
pub fn basis(basis: Basis) -> &'static str {
    match basis {
        Basis::Simulated => {
            "Simulated: OpenIM was this tool's simulator and the handlers' times were drawn from the profile. Your webhook \
             server was not measured."
        }
        Basis::Modelled => {
            "Modelled: OpenIM was real, but this tool answered the callbacks with times drawn from the profile. Your \
             webhook server was not measured."
        }
        Basis::Replay => {
            "Replayed: OpenIM was real; this tool answered the callbacks with handler times from a log. Your webhook \
             server was not measured in this run."
        }
        Basis::Real => "Real: your own webhook server answered the callbacks.",
    }
}

/// The first finding that no timeout cures.
pub(super) fn incurable(summary: &Summary) -> Option<&Finding> {
    summary.findings.iter().find(|f| f.severity == Severity::Error && INCURABLE.contains(&f.code.as_str()))
}

/// Findings of severity error that no sentence above names.
fn other_errors(summary: &Summary) -> Option<String> {
    let first = incurable(summary).map(|f| f.code.as_str());
    let mut codes: Vec<&str> = summary
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error && Some(f.code.as_str()) != first)
        .map(|f| f.code.as_str())
        .collect();
    codes.dedup();
    (!codes.is_empty()).then(|| format!("Errors found: {} (see Findings).", codes.join(", ")))
}

fn what_to_do(summary: &Summary) -> String {
    if summary.validity.verdict == ValidityVerdict::Invalid {
        return "To do: mend what makes the run invalid, and run again; nothing is recommended.".to_owned();
    }
    let measured: Vec<(&WebhookKey, &Recommendation)> =
        summary.recommendations.iter().filter(|(_, r)| r.confidence != Confidence::NotMeasured).collect();
    if measured.is_empty() && summary.partial {
        return "To do: run again; this run was killed before any timeout could be judged.".to_owned();
    }
    if measured.is_empty() {
        return "No webhook called back in this load: there is no timeout to recommend.".to_owned();
    }
    let (set, open): (Vec<_>, Vec<_>) = measured.into_iter().partition(|(_, r)| r.timeout_s.is_some());
    let mut text = String::from("To do: ");
    if set.is_empty() {
        text.push_str("no timeout can be recommended from this run");
        if let Some((key, r)) = open.iter().find(|(_, r)| !r.raise.is_empty() && incurable(summary).is_none())
        {
            text.push_str(&format!(" (for {key}: {})", r.raise.en().trim_end_matches('.')));
        }
    } else {
        let wanted: Vec<String> = set.iter().map(|(key, r)| write_one(key, r)).collect();
        text.push_str(&format!("write {}", wanted.join(", ")));
    }
    if open.is_empty() || set.is_empty() {
        text.push('.');
    } else {
        let keys: Vec<&str> = open.iter().map(|(key, _)| key.name()).collect();
        text.push_str(&format!("; for {} none can be recommended (see below).", keys.join(", ")));
    }
    text
}

fn write_one(key: &WebhookKey, r: &Recommendation) -> String {
    let timeout = r.timeout_s.unwrap_or_default();
    let mut notes = Vec::new();
    if r.confidence == Confidence::Low {
        notes.push("a guess".to_owned());
    }
    match r.present_s {
        Some(present) if present == timeout => notes.push("as now".to_owned()),
        Some(present) => notes.push(format!("now {present}")),
        None => {}
    }
    let notes = if notes.is_empty() { String::new() } else { format!(" ({})", notes.join("; ")) };
    format!("{key}.timeout: {timeout}{notes}")
}

/// Confidence as one word for a table.
#[must_use]
pub fn confidence_word(confidence: Confidence) -> &'static str {
    match confidence {
        Confidence::High => "high",
        Confidence::Medium => "medium",
        Confidence::Low => "low",
        Confidence::Refused => "refused",
        Confidence::NotMeasured => "not measured",
    }
}

/// Seconds of a timeout for a table.
#[must_use]
pub fn seconds(timeout: Option<u32>) -> String {
    timeout.map_or_else(|| "none".to_owned(), |t| format!("{t} s"))
}
