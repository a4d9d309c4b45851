//! What was seen becomes findings: one for each kind, with where it was seen.

use super::load::{Loaded, MISFIRE};
use super::words::{alike, has, spot, time};
use super::{Asked, Effect, Fault, KeepAlive, Outcome, RULES, Row, Workers};
use crate::finding::{Finding, Severity};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

/// Lines of evidence of one finding.
const MOST_SPOTS: usize = 12;
/// A median from here on is slow, µs.
const SLOW_US: u64 = 1_000_000;
/// More workers than this are not few.
const MANY_WORKERS: u32 = 32;

/// All findings, the worst first.
pub(super) fn findings(asked: &Asked, outcome: &Outcome) -> Vec<Finding> {
    let own: Vec<&Row> = outcome.rows.iter().filter(|row| !row.foreign).collect();
    let mut found: Vec<Finding> = RULES.iter().filter_map(|rule| of_rule(asked, rule, &own)).collect();
    found.extend(one_member_command(&outcome.rows));
    found.extend(slow(&own));
    found.extend(outcome.keep_alive.as_ref().and_then(idle_blocks));
    found.extend(outcome.keep_alive.as_ref().and_then(closes_early));
    found.extend(outcome.workers.as_ref().and_then(few_workers));
    if let Some(loaded) = &outcome.loaded {
        found.extend(load_failed(loaded));
        found.extend(no_timeout(loaded));
    }
    found.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    found
}

fn of_rule(asked: &Asked, rule: &super::Rule, rows: &[&Row]) -> Option<Finding> {
    let hit: Vec<&Row> = rows.iter().copied().filter(|row| has(row, rule.fault)).collect();
    let first = hit.first()?;
    // Nobody waits for an after-callback: what goes wrong there fails no operation.
    let only_after = hit.iter().all(|row| !row.key.is_before());
    let severity = if only_after { rule.severity.min(Severity::Warning) } else { rule.severity };
    let mut evidence = vec![(rule.why)()];
    evidence.extend(alike(hit.iter().copied()).iter().take(MOST_SPOTS).map(|rows| spot(rows)));
    let is_join =
        |row: &&Row| matches!(row.key, WebhookKey::BeforeApplyJoinGroup | WebhookKey::AfterDismissGroup);
    if rule.fault < Fault::StatusIgnored && hit.iter().all(is_join) && !rows.iter().all(is_join) {
        evidence.push(say!("check-group-type-hint"));
    }
    let what = (rule.what)(hit.len() as u64);
    let place = format!("{}/{}", asked.url, first.command);
    Some(Finding::new(rule.code, severity, place, what, (rule.do_next)()).with_evidence(evidence))
}

/// The key beforeMemberJoinGroup sends one command up to 3.7 and another later.
fn one_member_command(rows: &[Row]) -> Option<Finding> {
    let of = |singular: bool| {
        let mut hit = rows.iter().filter(move |row| {
            row.key == WebhookKey::BeforeMemberJoinGroup && row.build.one_callback_a_member() == singular
        });
        let row = hit.next()?;
        Some((row.judged.is_missing(), row.judged.is_routed(), !row.foreign))
    };
    let (singular, plural) = (of(true)?, of(false)?);
    let (code, what, missing_asked) = match (singular, plural) {
        ((_, true, _), (true, _, asked)) => {
            ("member_command_singular_only", say!("check-singular-only"), asked)
        }
        ((true, _, asked), (_, true, _)) => ("member_command_plural_only", say!("check-plural-only"), asked),
        _ => return None,
    };
    let severity = if missing_asked { Severity::Error } else { Severity::Info };
    let place = WebhookKey::BeforeMemberJoinGroup.name();
    let finding = Finding::new(code, severity, place, what, say!("check-one-member-command-do"));
    Some(finding.with_evidence(vec![say!("check-one-member-command-why")]))
}

fn slow(rows: &[&Row]) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    let answered = |row: &&&Row| !matches!(row.judged.effect, Effect::NotAnswered(_));
    let rows: Vec<&Row> = rows.iter().filter(answered).copied().collect();
    for row in &rows {
        let place = row.command;
        if found.iter().any(|finding| finding.place == place) {
            continue;
        }
        let mut times: Vec<u64> = rows.iter().filter(|r| r.command == place).map(|r| r.took_us).collect();
        times.sort_unstable();
        let (Some(median), Some(most)) = (times.get(times.len() / 2), times.last()) else { continue };
        if *median < SLOW_US {
            continue;
        }
        let text = |us: u64| time(us as f64 / 1e3);
        let what = say!("check-slow-answer", command = place, median = text(*median), most = text(*most));
        let finding =
            Finding::new("slow_answer", Severity::Warning, place, what, say!("check-slow-answer-do"));
        found.push(finding.with_evidence(vec![say!("check-slow-answer-why")]));
    }
    found
}

fn idle_blocks(seen: &KeepAlive) -> Option<Finding> {
    let idle = seen.idle_blocks? as u64;
    let what = say!("check-idle-blocks", idle = idle);
    let (code, do_next) = ("idle_connections_block", say!("check-idle-blocks-do"));
    let finding = Finding::new(code, Severity::Error, "keep-alive", what, do_next);
    Some(finding.with_evidence(vec![say!("check-idle-blocks-why")]))
}

fn closes_early(seen: &KeepAlive) -> Option<Finding> {
    let closed = seen.closed_s?.to_string();
    let what = match seen.kept_s {
        Some(kept) => say!("check-closes-early", kept = kept.to_string(), closed = closed),
        None => say!("check-closes-early-at-once", closed = closed),
    };
    let (code, do_next) = ("closes_idle_connections_early", say!("check-closes-early-do"));
    let finding = Finding::new(code, Severity::Warning, "keep-alive", what, do_next);
    Some(finding.with_evidence(vec![say!("check-closes-early-why")]))
}

fn few_workers(seen: &Workers) -> Option<Finding> {
    let workers = seen.limit.filter(|limit| *limit < MANY_WORKERS)?;
    let last = seen.steps.last()?;
    let (at_once, all, alone) = (last.at_once, time(last.all_ms), time(seen.alone_ms));
    let (code, what) = if workers == 1 {
        ("single_worker", say!("check-single-worker", at_once = at_once, all = all, alone = alone.as_str()))
    } else {
        let alone = alone.as_str();
        let what = say!("check-few-workers", workers = workers, at_once = at_once, all = all, alone = alone);
        ("few_workers", what)
    };
    let rate = format!("{:.0}", f64::from(workers) * 1e3 / seen.alone_ms.max(0.001));
    let evidence = vec![
        say!("check-workers-little", rate = rate, workers = workers, alone = alone),
        say!("check-workers-reentrant", workers = workers),
    ];
    let finding = Finding::new(code, Severity::Warning, "workers", what, say!("check-workers-do"));
    Some(finding.with_evidence(evidence))
}

fn load_failed(loaded: &Loaded) -> Option<Finding> {
    let failed: u64 = loaded.failed.values().sum();
    if failed == 0 {
        return None;
    }
    let callbacks = loaded.callbacks;
    let what = say!("check-load-failed", failed = failed, callbacks = callbacks);
    let cause = |(cause, count): (&String, &u64)| -> Text {
        say!("check-load-failed-cause", count = *count, cause = cause)
    };
    let do_next = say!("check-load-failed-do", rate = loaded.rate.to_string());
    // As many as a timeout may fail although nothing is wrong are no error.
    let few = failed as f64 <= MISFIRE * callbacks as f64;
    let severity = if few { Severity::Warning } else { Severity::Error };
    let finding = Finding::new("load_not_answered", severity, "load", what, do_next);
    Some(finding.with_evidence(loaded.failed.iter().take(MOST_SPOTS).map(cause).collect()))
}

fn no_timeout(loaded: &Loaded) -> Option<Finding> {
    if loaded.timeout_s.is_some() {
        return None;
    }
    let (what, do_next) = (say!("check-load-no-timeout"), say!("check-load-no-timeout-do"));
    let why = match loaded.callbacks_needed {
        Some(needed) if needed > loaded.callbacks => {
            say!("check-load-no-timeout-few", callbacks = loaded.callbacks, needed = needed)
        }
        _ => say!("check-load-no-timeout-slow"),
    };
    let finding = Finding::new("no_timeout_from_load", Severity::Info, "load", what, do_next);
    Some(finding.with_evidence(vec![why]))
}
