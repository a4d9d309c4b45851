//! What went wrong and why: findings from counters and single operations, each with figures and what to do.
//!
//! What an outage phase broke on purpose is no finding. Codes are stable (`record::model::evidence`).

use super::facts::Facts;
use crate::finding::{Finding, Severity};
use crate::record::SecondRow;
use crate::record::model::{Sample, evidence};
use crate::say;
use crate::text::Text;
use crate::wire::webhooks_yml::key_of_command;
use crate::wire::{Build, FailureKind};

/// All findings of a run, worst first; those of preflight stand in the record and are not repeated here.
pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    if facts.is_observed() {
        return super::observed::findings(facts);
    }
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
    findings.extend(let_off(facts));
    findings.extend(max_seq_invalid(facts));
    findings.extend(calls_failed(facts));
    findings.extend(other_commands(facts));
    findings.extend(groups_left(facts));
    findings.extend(super::trips::bracket_disagrees(facts));
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

/// What a proxy saw of handlers that wait for `OpenIM`.
fn let_off(facts: &Facts<'_>) -> Option<Finding> {
    let count = |code: &str| rows(facts).filter_map(|r| r.evidence.get(code)).sum();
    super::reentrancy::finding(count(evidence::UPSTREAM_ABORTED), count(evidence::UPSTREAM_LET_OFF))
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
            evidence::REENTRANT => (Severity::Error, self.reentrant(), reentrant_next()),
            evidence::WORKERS_BUSY => {
                (Severity::Error, self.workers_busy(), say!("diagnosis-workers-busy-next"))
            }
            evidence::POOL => (Severity::Error, self.pool(), say!("diagnosis-pool-next")),
            evidence::AFTER_QUEUE => (Severity::Error, self.after_queue(facts), after_queue_next()),
            evidence::OVER_BUDGET => {
                let severity = self.over_budget_severity(facts);
                (severity, self.over_budget(facts), say!("diagnosis-over-budget-next"))
            }
            evidence::CALLBACK_MISSING => (Severity::Warning, self.missing(), say!("diagnosis-missing-next")),
            evidence::NOT_ROUTED => (Severity::Error, self.not_routed(), not_routed_next()),
            _ => (Severity::Warning, self.cause_hidden(), say!("diagnosis-cause-hidden-next")),
        };
        let lines = self.samples.iter().map(|s| line(s)).collect();
        Some(Finding::new(self.code, severity, self.place(), what, next).with_evidence(lines))
    }

    fn place(&self) -> String {
        self.samples.iter().find_map(|s| s.key).map_or_else(String::new, |key| key.name().to_owned())
    }

    /// Range of a figure over the samples, ms.
    fn range_ms(&self, of: impl Fn(&Sample) -> Option<i64>) -> Option<Text> {
        let values: Vec<_> = self.samples.iter().filter_map(|s| of(s)).collect();
        let (low, high) = (*values.iter().min()? as f64 / 1e3, *values.iter().max()? as f64 / 1e3);
        let ms = |ms: f64| if ms.abs() < 10.0 { format!("{ms:.1}") } else { format!("{ms:.0}") };
        let (low, high) = (ms(low), ms(high));
        Some(if low == high {
            Text::plain(format!("{high} ms"))
        } else {
            say!("diagnosis-range-ms", low = low, high = high)
        })
    }

    fn service(&self) -> Text {
        self.range_ms(|s| i64::try_from(s.service_us).ok()).unwrap_or_else(|| say!("diagnosis-the-timeout"))
    }

    fn arrived(&self) -> Text {
        self.range_ms(|s| s.arrived_after_sent_us).unwrap_or_else(|| say!("diagnosis-a-moment"))
    }

    fn reentrant(&self) -> Text {
        let (service, arrived) = (self.service(), self.arrived());
        match self.range_ms(|s| s.handled_after_answer_us) {
            Some(handled) => say!(
                "diagnosis-reentrant-handled",
                count = self.count,
                released = self.released,
                service = service,
                arrived = arrived,
                handled = handled
            ),
            None => say!(
                "diagnosis-reentrant",
                count = self.count,
                released = self.released,
                service = service,
                arrived = arrived
            ),
        }
    }

    fn workers_busy(&self) -> Text {
        let (service, arrived) = (self.service(), self.arrived());
        match self.range_ms(|s| s.handled_after_answer_us) {
            Some(handled) => say!(
                "diagnosis-workers-busy-handled",
                count = self.count,
                released = self.released,
                service = service,
                arrived = arrived,
                handled = handled
            ),
            None => say!(
                "diagnosis-workers-busy",
                count = self.count,
                released = self.released,
                service = service,
                arrived = arrived
            ),
        }
    }

    fn pool(&self) -> Text {
        say!("diagnosis-pool", count = self.count, released = self.released, service = self.service())
    }

    fn after_queue(&self, facts: &Facts<'_>) -> Text {
        let push = format!("{:.1}", facts.build().push_wait().as_secs_f64());
        say!("diagnosis-after-queue", count = self.count, released = self.released, push = push)
    }

    fn over_budget_severity(&self, facts: &Facts<'_>) -> Severity {
        let share = self.count as f64 / self.released.max(1) as f64;
        if share > facts.profile().recommend.misfire { Severity::Error } else { Severity::Warning }
    }

    fn over_budget(&self, facts: &Facts<'_>) -> Text {
        let budget = format!("{:.0}", super::limits::caller_budget_s(facts));
        say!("diagnosis-over-budget", count = self.count, released = self.released, budget = budget)
    }

    fn missing(&self) -> Text {
        say!("diagnosis-missing", count = self.count, released = self.released)
    }

    fn not_routed(&self) -> Text {
        say!("diagnosis-not-routed", count = self.count, released = self.released)
    }

    fn cause_hidden(&self) -> Text {
        say!("diagnosis-cause-hidden", count = self.count, released = self.released)
    }
}

/// What cures re-entrant starvation.
#[must_use]
pub fn reentrant_next() -> Text {
    say!("diagnosis-reentrant-next")
}

/// What keeps the after-queue from filling.
#[must_use]
pub fn after_queue_next() -> Text {
    say!("diagnosis-after-queue-next")
}

/// What to look at after a 90007.
#[must_use]
pub fn not_routed_next() -> Text {
    say!("diagnosis-not-routed-next")
}

/// One operation in a line.
fn line(s: &Sample) -> Text {
    let ms = |us: i64| format!("{:.1}", us as f64 / 1e3);
    let service = format!("{:.1}", s.service_us as f64 / 1e3);
    let handler = s.handler_us.and_then(|us| i64::try_from(us).ok());
    let mut parts = vec![say!("diagnosis-took", operation = &s.operation_id, time = service)];
    parts.extend(s.arrived_after_sent_us.map(|us| say!("diagnosis-arrived-after", time = ms(us))));
    parts.extend(s.handled_after_answer_us.map(|us| say!("diagnosis-handled-after", time = ms(us))));
    parts.extend(handler.map(|us| say!("diagnosis-handler-time", time = ms(us))));
    if !s.text.is_empty() {
        parts.push(Text::plain(&s.text));
    }
    Text::join(&parts, &Text::both(", ", "，"))
}

/// So many of a kind; the names of kinds and commands are the same in both languages.
fn counted(name: &str, count: u64) -> Text {
    Text::plain(format!("{name}: {count}"))
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
            let what = say!("diagnosis-never-called", count = lost, key = key.name());
            let next = say!("diagnosis-missing-next");
            Finding::new(evidence::CALLBACK_MISSING, Severity::Error, key.name(), what, next)
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
    let what = if facts.build() == Build::Patch16 {
        say!("diagnosis-max-seq-of-the-build", count = count, released = calls.released)
    } else {
        say!("diagnosis-max-seq-too-early", count = count, released = calls.released)
    };
    let next = say!("diagnosis-max-seq-next");
    Some(Finding::new("max_seq_invalid", Severity::Warning, "load.operation", what, next))
}

fn calls_failed(facts: &Facts<'_>) -> Option<Finding> {
    let calls = super::calls::Calls::of(rows(facts), false);
    // Told by a finding of its own.
    let told = FailureKind::MaxSeqInvalid.name();
    let kinds = calls.failed.iter().filter(|(kind, _)| **kind != told);
    let mut lines: Vec<_> = kinds.clone().map(|(kind, count)| counted(kind, *count)).collect();
    if calls.censored > 0 {
        lines.push(say!("diagnosis-still-open", count = calls.censored));
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
    let what = say!("diagnosis-calls-failed", failed = failed, released = calls.released);
    let next = if limits.expect_failures {
        say!("diagnosis-calls-failed-expected-next")
    } else {
        say!("diagnosis-calls-failed-next")
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
            let what = say!(
                "diagnosis-outage",
                from = format!("{from:.0}"),
                to = format!("{to:.0}"),
                failed = calls.failed_total + calls.censored,
                released = calls.released
            );
            let kinds = calls.failed.iter().map(|(kind, count)| counted(kind, *count)).collect();
            let next = say!("diagnosis-outage-next");
            Some(Finding::new("outage", Severity::Info, "", what, next).with_evidence(kinds))
        })
        .collect()
}

/// Callbacks that are no group webhook's: of other services of OpenIM, or of nobody known.
fn other_commands(facts: &Facts<'_>) -> Vec<Finding> {
    let mut commands = std::collections::BTreeMap::<&str, u64>::new();
    let named = facts.record.rows.iter().flat_map(|r| &r.unknown_commands);
    for (name, count) in named.filter(|(_, count)| **count > 0) {
        *commands.entry(name).or_default() += count;
    }
    let (others, unknown): (Vec<_>, Vec<_>) =
        commands.into_iter().partition(|(name, _)| key_of_command(name).is_some());
    let total = |list: &[(&str, u64)]| list.iter().map(|(_, count)| count).sum::<u64>();
    let lines =
        |list: &[(&str, u64)]| list.iter().take(32).map(|(name, count)| counted(name, *count)).collect();
    let others = (!others.is_empty()).then(|| {
        let what = say!("diagnosis-other-commands", count = total(&others), commands = others.len());
        let next = say!("diagnosis-other-commands-next");
        Finding::new("other_commands", Severity::Info, "", what, next).with_evidence(lines(&others))
    });
    let unknown = (!unknown.is_empty()).then(|| {
        let what = say!("diagnosis-unknown-commands", count = total(&unknown), commands = unknown.len());
        let next = say!("diagnosis-unknown-commands-next");
        Finding::new("unknown_command", Severity::Warning, "", what, next).with_evidence(lines(&unknown))
    });
    unknown.into_iter().chain(others).collect()
}

fn groups_left(facts: &Facts<'_>) -> Option<Finding> {
    let end = facts.record.header.end.as_ref().filter(|e| e.groups_left_count > 0)?;
    let kept = facts.profile().cleanup.mode == crate::profile::model::CleanupMode::Keep;
    let severity = if kept { Severity::Info } else { Severity::Warning };
    let (left, made) = (end.groups_left_count, end.groups_made);
    let what = if left > made {
        say!("diagnosis-groups-left-at-most", left = left, made = made)
    } else {
        say!("diagnosis-groups-left", left = left, made = made)
    };
    let next = if facts.plan().basis == crate::profile::plan::Basis::Simulated {
        say!("diagnosis-groups-left-simulated-next")
    } else {
        say!("diagnosis-groups-left-next", run = facts.plan().run_id.to_string())
    };
    let groups = end.groups_left.iter().map(Text::plain).collect();
    Some(Finding::new("groups_left", severity, "", what, next).with_evidence(groups))
}
