//! What went wrong and why: findings from counters and single operations, each with figures and what to do.
//!
//! What an outage phase broke on purpose is no finding. Codes are stable (`record::model::evidence`).

use super::facts::Facts;
use crate::finding::{Finding, Severity};
use crate::record::SecondRow;
use crate::record::model::{Sample, evidence};
use crate::wire::webhooks_yml::key_of_command;
use crate::wire::{Build, FailureKind};

/// All findings of a run, worst first; those of preflight stand in the record and are not repeated here.
pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings: Vec<_> = [
        evidence::REENTRANT,
        evidence::WORKERS_BUSY,
        evidence::POOL,
        evidence::AFTER_QUEUE,
        evidence::OVER_BUDGET,
        evidence::CALLBACK_MISSING,
        evidence::NOT_ROUTED,
        evidence::CAUSE_HIDDEN,
    ]
    .into_iter()
    .filter_map(|code| Seen::of(facts, code).finding(facts))
    .collect();
    let silent = never_called(facts);
    if !silent.is_empty() {
        // Says the same with the name of the webhook.
        findings.retain(|f| f.code != evidence::CALLBACK_MISSING);
    }
    findings.extend(silent);
    findings.extend(max_seq_invalid(facts));
    findings.extend(calls_failed(facts));
    findings.extend(other_commands(facts));
    findings.extend(groups_left(facts));
    findings.extend(outages(facts));
    findings.extend(super::outage::made_finding(facts));
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    findings
}

/// Rows outside outages, the warm-up included: a run may stop itself before it measures. The last two seconds before an
/// outage are left out as well, since it takes the callbacks that were on their way.
fn rows<'a>(facts: &'a Facts<'_>) -> impl Iterator<Item = &'a SecondRow> {
    let near = |r: &SecondRow| facts.window.in_outage(r.second as f64 + 2.0);
    facts.record.rows.iter().filter(move |r| !facts.window.is_outage(r) && !near(r))
}

/// A counter with its samples.
struct Seen<'a> {
    code: &'static str,
    count: u64,
    released: u64,
    samples: Vec<&'a Sample>,
}

impl<'a> Seen<'a> {
    fn of(facts: &'a Facts<'_>, code: &'static str) -> Seen<'a> {
        Seen {
            code,
            count: rows(facts).filter_map(|r| r.evidence.get(code)).sum(),
            released: rows(facts).map(|r| r.released).sum(),
            samples: rows(facts).flat_map(|r| &r.samples).filter(|s| s.code == code).take(5).collect(),
        }
    }

    fn finding(&self, facts: &Facts<'_>) -> Option<Finding> {
        if self.count == 0 {
            return None;
        }
        let (severity, what, next) = match self.code {
            evidence::REENTRANT => (Severity::Error, self.reentrant(), REENTRANT_NEXT.to_owned()),
            evidence::WORKERS_BUSY => (Severity::Error, self.workers_busy(), WORKERS_BUSY_NEXT.to_owned()),
            evidence::POOL => (Severity::Error, self.pool(), POOL_NEXT.to_owned()),
            evidence::AFTER_QUEUE => (Severity::Error, self.after_queue(facts), AFTER_QUEUE_NEXT.to_owned()),
            evidence::OVER_BUDGET => {
                (self.over_budget_severity(facts), self.over_budget(facts), OVER_BUDGET_NEXT.to_owned())
            }
            evidence::CALLBACK_MISSING => (Severity::Warning, self.missing(), MISSING_NEXT.to_owned()),
            evidence::NOT_ROUTED => (Severity::Error, self.not_routed(), NOT_ROUTED_NEXT.to_owned()),
            _ => (Severity::Warning, self.cause_hidden(), CAUSE_HIDDEN_NEXT.to_owned()),
        };
        let lines = self.samples.iter().map(|s| line(s)).collect();
        Some(Finding::new(self.code, severity, self.place(), what, next).with_evidence(lines))
    }

    fn place(&self) -> String {
        self.samples.iter().find_map(|s| s.key).map_or_else(String::new, |key| key.name().to_owned())
    }

    fn of_calls(&self) -> String {
        format!("{} of {} calls", self.count, self.released)
    }

    /// Range of a figure over the samples, ms.
    fn range_ms(&self, of: impl Fn(&Sample) -> Option<i64>) -> Option<String> {
        let values: Vec<_> = self.samples.iter().filter_map(|s| of(s)).collect();
        let (low, high) = (*values.iter().min()? as f64 / 1e3, *values.iter().max()? as f64 / 1e3);
        let ms = |ms: f64| if ms.abs() < 10.0 { format!("{ms:.1}") } else { format!("{ms:.0}") };
        let (low, high) = (ms(low), ms(high));
        Some(if low == high { format!("{high} ms") } else { format!("{low} to {high} ms") })
    }

    fn service(&self) -> String {
        self.range_ms(|s| i64::try_from(s.service_us).ok()).unwrap_or_else(|| "the timeout".to_owned())
    }

    fn reentrant(&self) -> String {
        let arrived = self.range_ms(|s| s.arrived_after_sent_us).unwrap_or_else(|| "a moment".to_owned());
        let handled = self
            .range_ms(|s| s.handled_after_answer_us)
            .map_or_else(String::new, |ms| format!(", {ms} after the API's answer"));
        format!(
            "{} failed with 90004 after {}: their callback reached the webhook server within {arrived} and was accepted at once, but handled only when the API call had ended{handled}. The workers that should answer it are held by the calls that wait for it.",
            self.of_calls(),
            self.service()
        )
    }

    fn workers_busy(&self) -> String {
        let arrived = self.range_ms(|s| s.arrived_after_sent_us).unwrap_or_else(|| "a moment".to_owned());
        let taken_up = self
            .range_ms(|s| s.handled_after_answer_us)
            .map_or_else(String::new, |ms| format!(", {ms} after the API's answer"));
        format!(
            "{} failed with 90004 after {}: their callback reached the webhook server within {arrived}, but every worker was busy with other callbacks, and one took it up only when OpenIM had given up{taken_up}.",
            self.of_calls(),
            self.service()
        )
    }

    fn pool(&self) -> String {
        format!(
            "{} failed with 90004 after {} although no handler of theirs took that long and at least 90 connections were open: OpenIM sends at most 100 callbacks at a time from a process, and waiting for a connection counts against the timeout.",
            self.of_calls(),
            self.service()
        )
    }

    fn after_queue(&self, facts: &Facts<'_>) -> String {
        let push = facts.build().push_wait().as_secs_f64();
        format!(
            "{} stalled about {push:.1} s before their answer, and their after-callback never came: the queue of 100 was full. The calls succeeded, OpenIM reports nothing.",
            self.of_calls()
        )
    }

    fn over_budget_severity(&self, facts: &Facts<'_>) -> Severity {
        let share = self.count as f64 / self.released.max(1) as f64;
        if share > facts.profile().recommend.misfire { Severity::Error } else { Severity::Warning }
    }

    fn over_budget(&self, facts: &Facts<'_>) -> String {
        format!(
            "{}: the handlers of their before-webhooks together took longer than the {:.0} s that the caller waits. The caller sees an error while OpenIM goes on and makes the group.",
            self.of_calls(),
            super::limits::caller_budget_s(facts)
        )
    }

    fn missing(&self) -> String {
        format!("{} succeeded although an expected callback never came.", self.of_calls())
    }

    fn not_routed(&self) -> String {
        format!(
            "{} failed with 90007: what answered the callback is not the JSON that OpenIM expects, as when a framework's 404 page or another server answers.",
            self.of_calls()
        )
    }

    fn cause_hidden(&self) -> String {
        format!("{} failed with 90004, and this version of OpenIM leaves the cause out.", self.of_calls())
    }
}

/// What cures re-entrant starvation.
pub const REENTRANT_NEXT: &str = "No timeout cures this. Answer callbacks from another process or from workers of their own, or call OpenIM from a background task: the failure vanishes as soon as another process answers.";
const WORKERS_BUSY_NEXT: &str = "Give the webhook server more workers (here handler.<key>.workers or webhook.workers), or make the handler faster: waiting for a worker counts against the timeout.";
const POOL_NEXT: &str = "Make the handlers faster, lower the arrival rate, or run more group processes (webhook.processes); a longer timeout only holds more connections.";
/// What keeps the after-queue from filling.
pub const AFTER_QUEUE_NEXT: &str = "Answer after-callbacks at once and work later: two workers a process send them, so 2 ÷ handling time a second is all that fits.";
const OVER_BUDGET_NEXT: &str = "Make the handlers faster, or let the caller wait longer (recommend.caller_budget); retry with the same groupID, so that no second group is made.";
const MISSING_NEXT: &str = "Check `enable` of the webhook in webhooks.yml, that the process was restarted since, and the after-queue.";
/// What to look at after a 90007.
pub const NOT_ROUTED_NEXT: &str = "Check the URL and the command that follows it: grep the server's routes for the command named in the evidence.";
const CAUSE_HIDDEN_NEXT: &str = "Tell deadline, refused and reset apart by the elapsed time, or use a version that names the cause (3.8.3-patch.5 or later).";

/// One operation in a line.
fn line(s: &Sample) -> String {
    let mut parts = vec![format!("{} took {:.1} ms", s.operation_id, s.service_us as f64 / 1e3)];
    let mut add = |what: &str, us: Option<i64>| {
        parts.extend(us.map(|us| format!("{what} {:.1} ms", us as f64 / 1e3)));
    };
    add("callback arrived after", s.arrived_after_sent_us);
    add("handled after the answer by", s.handled_after_answer_us);
    add("handler time", s.handler_us.and_then(|us| i64::try_from(us).ok()));
    if !s.text.is_empty() {
        parts.push(s.text.clone());
    }
    parts.join(", ")
}

/// Expected webhooks that never called, although operations that fire them succeeded.
fn never_called(facts: &Facts<'_>) -> Vec<Finding> {
    let of = |key| {
        rows(facts)
            .filter_map(|r| r.callbacks.get(key))
            .fold((0, 0), |(arrived, lost), c| (arrived + c.arrived, lost + c.lost_after + c.lost_before))
    };
    let silent = facts.expected().iter().filter_map(|key| match of(key) {
        (0, lost) if lost > 0 => Some((key, lost)),
        _ => None,
    });
    silent
        .map(|(key, lost)| {
            let what = format!("{lost} operations that fire {key} succeeded, and it was never called.");
            Finding::new(evidence::CALLBACK_MISSING, Severity::Error, key.name(), what, MISSING_NEXT)
        })
        .collect()
}

/// Operations that took effect and were answered with an error all the same.
fn max_seq_invalid(facts: &Facts<'_>) -> Option<Finding> {
    let calls = super::calls::Calls::of(rows(facts), false);
    let count = calls.failed_by(FailureKind::MaxSeqInvalid);
    if count == 0 {
        return None;
    }
    let why = if facts.build() == Build::Patch16 {
        "this build (3.8.3-patch.16 is known for it, issue #3750) cannot make the conversation of whoever enters a group, so every invite, direct join and approval ends so"
    } else {
        "the group's conversation was not there yet, as when a kick or quit follows the create at once"
    };
    let what = format!(
        "{count} of {} calls were answered with \"maxSeq is invalid\" after the change was made: {why}. They count as failed; their before-callbacks came and count, and no after-callback follows.",
        calls.released
    );
    Some(Finding::new(
        "max_seq_invalid",
        Severity::Warning,
        "load.operation",
        what,
        "Treat that answer as \"done\" in whatever calls the API (a retry finds the user in the group), use a build without the defect, or leave these operations out of load.operation.",
    ))
}

fn calls_failed(facts: &Facts<'_>) -> Option<Finding> {
    let calls = super::calls::Calls::of(rows(facts), false);
    // Told by a finding of its own.
    let told = FailureKind::MaxSeqInvalid.name();
    let kinds = calls.failed.iter().filter(|(kind, _)| **kind != told);
    let mut lines: Vec<_> = kinds.clone().map(|(kind, count)| format!("{kind}: {count}")).collect();
    if calls.censored > 0 {
        lines.push(format!("still open at the end of the drain: {}", calls.censored));
    }
    let failed = kinds.map(|(_, count)| count).sum::<u64>() + calls.censored;
    if failed == 0 {
        return None;
    }
    let limits = &facts.profile().limits;
    // A run too short for `limits.abort_window` is no better than one that stopped itself.
    let severity = if limits.expect_failures {
        Severity::Info
    } else if failed as f64 > limits.abort_failures * calls.released as f64 {
        Severity::Error
    } else {
        Severity::Warning
    };
    let what = format!("{failed} of {} calls did not succeed.", calls.released);
    let next = if limits.expect_failures {
        "Nothing: this profile is about failures (limits.expect_failures)."
    } else {
        "Read the kinds below, and the other findings for their causes."
    };
    Some(Finding::new("calls_failed", severity, "", what, next).with_evidence(lines))
}

/// What each outage did to the calls that were released in it; `analysis::outage` tells the rest.
fn outages(facts: &Facts<'_>) -> Vec<Finding> {
    let phases = (0_u16..).zip(&facts.plan().phases);
    let outages = phases.filter(|(_, p)| p.kind == crate::profile::model::PhaseKind::Outage);
    outages
        .filter_map(|(index, phase)| {
            let of_phase = || facts.record.rows.iter().filter(move |r| r.phase == index);
            let calls = super::calls::Calls::of(of_phase(), facts.killed());
            let (from, to) = (phase.start_s, phase.start_s + phase.duration_s);
            if calls.released == 0 {
                return None;
            }
            let what = format!(
                "Outage from {from:.0} s to {to:.0} s: {} of the {} calls made in it failed.",
                calls.failed_total + calls.censored,
                calls.released
            );
            let kinds = calls.failed.iter().map(|(kind, count)| format!("{kind}: {count}")).collect();
            let next = "Nothing: the profile asked for it. It and the 15 s after it count in no timeout or objective.";
            Some(Finding::new("outage", Severity::Info, "", what, next).with_evidence(kinds))
        })
        .collect()
}

/// Callbacks that are no group webhook's: of other services of OpenIM, or of nobody known.
fn other_commands(facts: &Facts<'_>) -> Vec<Finding> {
    let mut commands = std::collections::BTreeMap::<&str, u64>::new();
    for (name, count) in facts.record.rows.iter().flat_map(|r| &r.unknown_commands) {
        *commands.entry(name).or_default() += count;
    }
    let (others, unknown): (Vec<_>, Vec<_>) =
        commands.into_iter().partition(|(name, _)| key_of_command(name).is_some());
    let finding = |code, severity, list: Vec<(&str, u64)>, what: &str, next| {
        let total: u64 = list.iter().map(|(_, count)| count).sum();
        let lines = list.iter().take(32).map(|(name, count)| format!("{name}: {count}")).collect();
        let what = format!("{total} callbacks of {} commands {what}", list.len());
        (total > 0).then(|| Finding::new(code, severity, "", what, next).with_evidence(lines))
    };
    let others = finding(
        "other_commands",
        Severity::Info,
        others,
        "came from other parts of OpenIM (messages, notices, pushes, users); they were answered with \"go on\" or forwarded at once, and are not measured.",
        "Nothing, if their webhooks are meant to be on; name the server that usually gets them in webhook.forward_others.",
    );
    let unknown = finding(
        "unknown_command",
        Severity::Warning,
        unknown,
        "that no known version sends.",
        "They were answered neutrally; report the commands, with the version of OpenIM.",
    );
    unknown.into_iter().chain(others).collect()
}

fn groups_left(facts: &Facts<'_>) -> Option<Finding> {
    let end = facts.record.header.end.as_ref().filter(|e| e.groups_left_count > 0)?;
    let kept = facts.profile().cleanup.mode == crate::profile::model::CleanupMode::Keep;
    let severity = if kept { Severity::Info } else { Severity::Warning };
    let (left, made) = (end.groups_left_count, end.groups_made);
    let what = if left > made {
        format!(
            "Up to {left} groups may still be there: {made} are known to have been made, and of others it is not known."
        )
    } else {
        format!("{left} of {made} groups are still there.")
    };
    let next = if facts.plan().basis == crate::profile::plan::Basis::Simulated {
        "Nothing: the simulator ended with the run.".to_owned()
    } else {
        format!("Remove them with `openim-bench cleanup results/{}`.", facts.plan().run_id)
    };
    Some(Finding::new("groups_left", severity, "", what, next).with_evidence(end.groups_left.clone()))
}
