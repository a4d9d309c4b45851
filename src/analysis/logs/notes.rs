//! What a reader has to know about the figures: what this log does not say, and what to change so that it does.

use super::summary::LogSummary;
use crate::analysis::confidence::percent;
use crate::say;
use crate::text::Text;
use crate::wire::{Build, OpenimVersion, WebhookKey};

pub(super) fn notes(summary: &LogSummary, version: Option<&OpenimVersion>) -> Vec<Text> {
    let mut notes = Vec::new();
    if summary.access {
        notes.extend(access(summary));
    } else {
        notes.extend(level(summary));
        notes.extend(lost(summary));
        notes.extend(budgets(summary));
        notes.extend(hidden(summary, version));
        if !summary.commands.is_empty() {
            notes.push(say!("logs-note-vantage"));
        }
    }
    notes.extend(reading(summary));
    notes
}

fn access(summary: &LogSummary) -> Vec<Text> {
    let mut notes = vec![say!("logs-note-access")];
    if summary.commands.is_empty() && summary.lines.records > 0 {
        notes.push(say!("logs-note-access-none"));
    }
    notes
}

/// A log without `webhook` lines.
fn level(summary: &LogSummary) -> Option<Text> {
    if summary.lines.records == 0 {
        return Some(say!("logs-note-nothing"));
    }
    if !summary.commands.is_empty() {
        return None;
    }
    Some(if summary.level_4 { say!("logs-note-no-webhook") } else { say!("logs-note-level") })
}

/// After-callbacks that nothing is known of.
fn lost(summary: &LogSummary) -> Option<Text> {
    let after = |key: Option<WebhookKey>| key.is_some_and(|key| !key.is_before());
    let known = summary.commands.iter().filter(|c| after(c.key));
    let (calls, lost) = known.fold((0, 0), |(calls, lost), c| (calls + c.calls, lost + c.lost));
    match (calls, lost) {
        (0, _) => None,
        (_, 0) => Some(say!("logs-note-after")),
        _ => Some(say!("logs-note-after-lost", n = lost, calls = calls)),
    }
}

/// The timeouts of the webhooks that a creation calls one after the other, against the caller's budget.
fn budgets(summary: &LogSummary) -> Vec<Text> {
    let mut notes = Vec::new();
    let operations = &summary.operations;
    let budget = format!("{} s", operations.budget_s);
    if operations.broken > 0 {
        notes.push(say!(
            "logs-note-budget",
            n = operations.broken,
            answered = operations.answered,
            budget = budget.as_str(),
            slowest = format!("{:.1} s", operations.slowest_s)
        ));
    }
    let on_create = [WebhookKey::BeforeCreateGroup, WebhookKey::BeforeMemberJoinGroup];
    let chosen = summary.commands.iter().filter(|c| c.key.is_some_and(|key| on_create.contains(&key)));
    let chosen: Vec<u32> = chosen.filter_map(|c| c.timeout.as_ref()?.timeout_s).collect();
    let sum: u32 = chosen.iter().sum();
    if chosen.len() > 1 && f64::from(sum) >= operations.budget_s {
        notes.push(say!("logs-note-sum", sum = sum, budget = budget));
    }
    notes
}

/// Builds whose errors do not name a cause.
fn hidden(summary: &LogSummary, version: Option<&OpenimVersion>) -> Option<Text> {
    let found = summary.failures.iter().any(|f| f.cause == "webhook_cause_hidden")
        || summary.commands.iter().any(|c| c.failures.contains_key("webhook_cause_hidden"));
    let old = version.map(|v| v.build).or(summary.build) == Some(Build::V383);
    (found && old).then(|| say!("logs-note-hidden"))
}

/// What went wrong with reading.
fn reading(summary: &LogSummary) -> Vec<Text> {
    let mut notes = Vec::new();
    if summary.back > 0 {
        notes.push(say!("logs-note-back", n = summary.back));
    }
    if summary.headless > 0 {
        notes.push(say!("logs-note-headless", n = summary.headless));
    }
    if summary.evicted > 0 {
        notes.push(say!("logs-note-evicted", n = summary.evicted));
    }
    let timed = summary.commands.iter().filter_map(|c| Some((c, c.timeout.as_ref()?)));
    for (command, timeout) in timed {
        if let (None, Some(cut)) = (timeout.timeout_s, timeout.cut_at_s) {
            notes.push(say!("logs-note-cut", command = &command.command, timeout = cut));
        } else if let (None, Some(missing)) = (timeout.timeout_s, timeout.missing_calls.filter(|n| *n > 0)) {
            let share = percent(summary.misfire);
            notes.push(say!("logs-note-few", command = &command.command, n = missing, share = share));
        }
    }
    notes
}
