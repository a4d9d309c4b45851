//! The first sentences of a report: is it to be believed, whose times are these, what to do.

use super::Summary;
use crate::analysis::ValidityVerdict;
use crate::analysis::{Confidence, Holds, Recommendation};
use crate::finding::{Finding, Severity};
use crate::profile::model::Loop;
use crate::profile::plan::Basis;
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

/// Findings that no timeout cures; they come before the answer.
const INCURABLE: [&str; 3] = ["reentrant_starvation", "not_routed", "callback_missing"];

/// Reasons that say that the run was cut short.
const UNFINISHED: [&str; 3] = ["aborted", "partial", "interrupted"];

/// Reasons that the first lines name.
const NAMED: usize = 2;

/// The sentences, the most important first: whether to believe it, what to do, whose times these are, and why it is not
/// simply valid. The first two fit a line each where little is to be written.
#[must_use]
pub fn sentences(summary: &Summary) -> Vec<Text> {
    let mut lines = vec![validity(summary)];
    lines.extend(incurable(summary).map(|finding| say!("lead-incurable", what = &finding.what)));
    lines.push(what_to_do(summary));
    lines.push(whose(summary));
    lines.extend(reasons(summary));
    lines.extend(sizes_that_break(summary));
    lines.extend(other_errors(summary));
    if summary.plan.insecure {
        lines.push(say!("lead-insecure"));
    }
    if summary.plan.r#loop == Loop::Closed {
        lines.push(say!("lead-closed-loop"));
    }
    lines
}

/// The same sentences as a page parts them: the verdict with its reasons and whose times these are, and the advice with what
/// follows. A finding that no timeout cures is in neither: a page gives it a place of its own.
pub(super) fn parted(summary: &Summary) -> (Vec<&Text>, Vec<&Text>) {
    let lead = &summary.lead;
    let to_do = 1 + usize::from(incurable(summary).is_some());
    let rest = to_do + 2 + usize::from(reasons(summary).is_some());
    let verdict = lead.iter().take(1).chain(lead.iter().take(rest).skip(to_do + 1));
    let advice = lead.iter().skip(to_do).take(1).chain(lead.iter().skip(rest));
    (verdict.collect(), advice.collect())
}

/// Sizes of groups for which a recommended timeout is too short: what the advice before it hides.
fn sizes_that_break(summary: &Summary) -> Option<Text> {
    let recommended = summary.recommendations.iter().filter(|(_, r)| r.timeout_s.is_some());
    let broken = recommended.flat_map(|(key, r)| {
        let classes = r.sizes.iter().filter(|class| class.holds == Holds::Breaks);
        classes.map(move |class| match class.timeout_s {
            Some(own) => say!("lead-size-needs", size = class.size.words(), own = own, key = key.name()),
            None => say!("lead-size-breaks", size = class.size.words(), key = key.name()),
        })
    });
    let broken: Vec<Text> = broken.collect();
    (!broken.is_empty()).then(|| say!("lead-sizes", sizes = Text::clauses(&broken)))
}

fn validity(summary: &Summary) -> Text {
    let reasons = &summary.validity.reasons;
    let mut codes: Vec<&str> = foremost(summary).map(|f| f.code.as_str()).collect();
    codes.extend((reasons.len() > NAMED).then_some("…"));
    match summary.validity.verdict {
        ValidityVerdict::Valid => say!("lead-valid"),
        ValidityVerdict::Warnings => {
            let n = reasons.iter().filter(|f| f.severity == Severity::Warning).count();
            say!("lead-warnings", n = n, codes = names(codes))
        }
        ValidityVerdict::Invalid => say!("lead-invalid", codes = names(codes)),
    }
}

/// The reasons to name. A run that did not come to its end is the first thing to know.
fn foremost(summary: &Summary) -> impl Iterator<Item = &Finding> {
    let mut reasons: Vec<&Finding> = summary.validity.reasons.iter().collect();
    reasons.sort_by_key(|f| !UNFINISHED.contains(&f.code.as_str()));
    reasons.into_iter().take(NAMED)
}

/// Why it is not simply valid; none where it is.
fn reasons(summary: &Summary) -> Option<Text> {
    let unclear = summary.validity.verdict != ValidityVerdict::Valid;
    let what: Vec<&Text> = foremost(summary).map(|f| &f.what).collect();
    (unclear && !what.is_empty()).then(|| Text::sentences(what))
}

/// Whose times these are.
#[must_use]
pub fn whose(summary: &Summary) -> Text {
    match summary.basis {
        _ if summary.observed.is_some() => say!("lead-basis-observed"),
        Basis::Simulated if summary.plan.upstream.is_some() => say!("lead-basis-simulated-upstream"),
        Basis::Simulated => say!("lead-basis-simulated"),
        Basis::Modelled => say!("lead-basis-modelled"),
        Basis::Replay => say!("lead-basis-replay"),
        Basis::Real => say!("lead-basis-real"),
    }
}

/// The finding that makes every timeout beside the point, where there is one.
pub(super) fn incurable(summary: &Summary) -> Option<&Finding> {
    summary.findings.iter().find(|f| f.severity == Severity::Error && INCURABLE.contains(&f.code.as_str()))
}

/// Findings of severity error that no sentence above names.
fn other_errors(summary: &Summary) -> Option<Text> {
    let first = incurable(summary).map(|f| f.code.as_str());
    let mut codes: Vec<&str> = summary
        .findings
        .iter()
        .filter(|f| f.severity == Severity::Error && Some(f.code.as_str()) != first)
        .map(|f| f.code.as_str())
        .collect();
    codes.dedup();
    (!codes.is_empty()).then(|| say!("lead-other-errors", codes = names(codes)))
}

/// Names in a list.
fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Text {
    let names: Vec<Text> = names.into_iter().map(Text::plain).collect();
    Text::list(&names)
}

fn what_to_do(summary: &Summary) -> Text {
    if summary.validity.verdict == ValidityVerdict::Invalid {
        return say!("lead-do-mend");
    }
    let measured: Vec<(&WebhookKey, &Recommendation)> =
        summary.recommendations.iter().filter(|(_, r)| r.confidence != Confidence::NotMeasured).collect();
    if measured.is_empty() && summary.partial {
        return say!("lead-do-killed");
    }
    if measured.is_empty() {
        return if summary.observed.is_some() {
            say!("lead-do-nothing-passed")
        } else {
            say!("lead-do-nothing-called")
        };
    }
    let (set, open): (Vec<_>, Vec<_>) = measured.into_iter().partition(|(_, r)| r.timeout_s.is_some());
    if set.is_empty() {
        let surer = open.iter().find(|(_, r)| !r.raise.is_empty() && incurable(summary).is_none());
        return match surer {
            Some((key, r)) => say!("lead-do-none-for", key = key.name(), raise = r.raise.clause()),
            None => say!("lead-do-none"),
        };
    }
    let wanted: Vec<Text> = set.iter().map(|(key, r)| write_one(**key, r)).collect();
    let wanted = Text::list(&wanted);
    if open.is_empty() {
        return say!("lead-do-write", wanted = wanted);
    }
    say!("lead-do-write-some", wanted = wanted, keys = names(open.iter().map(|(key, _)| key.name())))
}

fn write_one(key: WebhookKey, r: &Recommendation) -> Text {
    let timeout = r.timeout_s.unwrap_or_default();
    let mut notes = Vec::new();
    if r.confidence == Confidence::Low {
        notes.push(say!("lead-guess"));
    }
    match r.present_s {
        Some(present) if present == timeout => notes.push(say!("lead-as-now")),
        Some(present) => notes.push(say!("lead-now", present = present)),
        None => {}
    }
    let setting = format!("{key}.timeout: {timeout}");
    if notes.is_empty() {
        return Text::plain(setting);
    }
    say!("lead-noted", setting = setting, notes = Text::clauses(&notes))
}

/// Confidence as one word for a table.
#[must_use]
pub fn confidence_word(confidence: Confidence) -> Text {
    match confidence {
        Confidence::High => say!("lead-confidence-high"),
        Confidence::Medium => say!("lead-confidence-medium"),
        Confidence::Low => say!("lead-confidence-low"),
        Confidence::Refused => say!("lead-confidence-refused"),
        Confidence::NotMeasured => say!("lead-confidence-not-measured"),
    }
}
