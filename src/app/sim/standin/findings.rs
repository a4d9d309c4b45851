//! From a stand-in's tally to findings. Codes are the report's where the report knows the same
//! thing (`record::model::evidence`), else the name of the failure's kind.

use super::calls::{ms, plural};
use super::follow::{Following, following, widest};
use super::tally::{Counted, GivenUp, Tally, Wait};
use crate::analysis::{after_queue_next, not_routed_next, reentrant_next};
use crate::finding::{Finding, Severity};
use crate::record::model::evidence;
use crate::sim::Linger;
use crate::units::Span;
use crate::wire::FailureKind;

/// All of them, worst first.
pub(super) fn findings(tally: &Tally, linger: Linger) -> Vec<Finding> {
    let mut found: Vec<Finding> = deadline(tally, linger).into_iter().collect();
    found.extend(given_up(tally));
    found.extend(tally.failed.iter().map(|(kind, counted)| failed(*kind, counted, tally.calls)));
    found.extend(after(tally));
    found.extend(callers(tally));
    found.sort_by_key(|f| std::cmp::Reverse(f.severity));
    found
}

fn of_calls(counted: &Counted, calls: u64) -> String {
    format!("{} of {}", counted.count, plural(calls, "call"))
}

fn finding(
    code: &str,
    severity: Severity,
    counted: &Counted,
    what: String,
    next: impl Into<crate::text::Text>,
) -> Finding {
    let place = counted.key.map_or_else(String::new, |key| key.name().to_owned());
    Finding::new(code, severity, place, what, next).with_evidence(counted.examples.clone())
}

/// Callbacks that had their connection and no answer in time: starved, slow or silent.
fn deadline(tally: &Tally, linger: Linger) -> Option<Finding> {
    let nothing = Counted::default();
    let counted = tally.given_up.get(&GivenUp::Unanswered).unwrap_or(&nothing);
    let ends: Vec<u64> = tally.ends.iter().copied().collect();
    let begins: Vec<u64> = tally.begins.iter().copied().collect();
    let hold = u64::try_from(linger.answer.as_micros()).unwrap_or(u64::MAX);
    let follows = following(&tally.late_answers(), &ends, &begins, hold);
    match follows {
        Some(f) if f.is_sure() => Some(starved(tally, counted, &f, Severity::Error)),
        Some(f) if f.is_likely() => Some(starved(tally, counted, &f, Severity::Warning)),
        _ if counted.count == 0 => None,
        Some(_) => Some(slow(tally, counted, hold)),
        None => Some(silent(tally, counted, linger)),
    }
}

fn starved(tally: &Tally, counted: &Counted, follows: &Following, severity: Severity) -> Finding {
    let Following { bursts, shortly, within_us, chance, .. } = follows;
    let answers = tally.waits.iter().filter(|w| w.at.is_some()).count();
    let connected = tally.waits.iter().filter(|w| w.at.is_some()).map(|w| w.connected).max().unwrap_or(0);
    let who = if counted.count == 0 {
        "The callers of some calls went away before the answer".to_owned()
    } else {
        format!("{} failed with 90004 at the deadline of their callback", of_calls(counted, tally.calls))
    };
    let mut what = format!(
        "{who}. The callback's connection was there after {} at most, with {} too late, in {}, of which {shortly} began within {} after an API call had ended, as if your server had waited for that (by chance: {}). The workers that should answer it are held by the calls that wait for it.",
        ms(connected),
        plural(answers as u64, "answer"),
        plural(*bursts as u64, "burst"),
        ms(*within_us),
        percent(*chance),
    );
    let mut next = reentrant_next().en().to_owned();
    if severity < Severity::Error {
        what = format!("Perhaps, to be confirmed: {what}");
        next = format!(
            "Make one or two more calls with --confirm above 0s, so that chance is out of the question. {next}"
        );
    }
    let place = tally.waits.iter().find(|w| w.at.is_some()).map_or("", |w| w.key.name());
    let lines = tally.waits.iter().filter(|w| w.at.is_some()).take(5);
    let lines = lines.map(|w| wait_line(w, tally)).collect();
    Finding::new(evidence::REENTRANT, severity, place, what, next).with_evidence(lines)
}

fn percent(share: f64) -> String {
    if share < 0.001 { "less than 0.1 %".to_owned() } else { format!("{:.1} %", share * 100.0) }
}

/// One callback that was answered too late.
fn wait_line(wait: &Wait, tally: &Tally) -> String {
    let at = wait.at.unwrap_or(wait.to);
    let before = tally.ends.partition_point(|end| *end <= at);
    let after_end = before.checked_sub(1).and_then(|i| tally.ends.get(i)).map(|end| at - end);
    let mut line = format!(
        "{} {}: connected after {}, no longer waited for after {}, answered after {}",
        crate::wire::failure::printable(&wait.operation),
        wait.key,
        ms(wait.connected),
        ms(wait.from.saturating_sub(wait.wanted)),
        ms(at.saturating_sub(wait.wanted)),
    );
    if let Some(after_end) = after_end {
        line.push_str(&format!(", {} after the end of an API call", ms(after_end)));
    }
    line
}

fn slow(tally: &Tally, counted: &Counted, hold: u64) -> Finding {
    let answered: Vec<&Wait> = tally.waits.iter().filter(|w| w.at.is_some()).collect();
    let times = || answered.iter().filter_map(|w| Some(w.at?.saturating_sub(w.wanted)));
    let what = format!(
        "{} failed with 90004 because the handler took longer than the timeout: {} of the callbacks were answered after all, {} to {} after they were sent, and not tied to the end of an API call.",
        of_calls(counted, tally.calls),
        answered.len(),
        ms(times().min().unwrap_or(0)),
        ms(times().max().unwrap_or(0)),
    );
    let next = format!(
        "Make the handler faster or answer first and work later; else raise `timeout` above these times (15 s at most, and the caller waits as long). If it is idle and still takes more than {} for a callback, give --confirm 8 times as much before you believe this.",
        ms(widest(hold))
    );
    let lines = answered.iter().take(5).map(|w| wait_line(w, tally)).collect();
    finding("handler_slow", Severity::Error, counted, what, next).with_evidence(lines)
}

fn silent(tally: &Tally, counted: &Counted, linger: Linger) -> Finding {
    let watched = if linger.connection.is_zero() {
        "; whether your server would have answered is not known (--linger 0s)".to_owned()
    } else {
        format!(
            ", and none was answered in the {} after it either (or until the end)",
            Span(linger.connection)
        )
    };
    let what = format!(
        "{} failed with 90004 at the deadline of their callback, whose connection was there in good time{watched}.",
        of_calls(counted, tally.calls)
    );
    let next = "Look at what your server does with the request: a handler that hangs, or workers that are all held. Let the stand-in run on until your server is free again, or give a longer --linger, to tell these apart.";
    finding("handler_silent", Severity::Error, counted, what, next)
}

fn given_up(tally: &Tally) -> Vec<Finding> {
    let pool = tally.given_up.get(&GivenUp::Pool).map(|counted| {
        let what = format!(
            "{} failed with 90004 while their callback waited for one of OpenIM's 100 connections a process; that wait counts against the timeout.",
            of_calls(counted, tally.calls)
        );
        let next = "Make the handlers faster, make fewer calls at a time, or run more group processes (--processes here); a longer timeout only holds more connections.";
        finding(evidence::POOL, Severity::Error, counted, what, next)
    });
    let unreachable = tally.given_up.get(&GivenUp::Unreachable).map(|counted| {
        let what = format!(
            "{} failed with 90004 after the whole timeout without a connection to the webhook server: nothing refuses it, nothing accepts it.",
            of_calls(counted, tally.calls)
        );
        let next = "Check the address in webhooks.yml, firewalls and container networks, and whether the server still accepts connections (a full backlog looks the same).";
        finding("webhook_unreachable", Severity::Error, counted, what, next)
    });
    pool.into_iter().chain(unreachable).collect()
}

fn failed(kind: FailureKind, counted: &Counted, calls: u64) -> Finding {
    let told = |code: &str, severity, why: &str, next: &str| {
        finding(code, severity, counted, format!("{} failed: {why}.", of_calls(counted, calls)), next)
    };
    let name = kind.name();
    let error = Severity::Error;
    match kind {
        FailureKind::WebhookRefused => told(
            &name,
            error,
            "the connection to the webhook server was refused",
            "Start your server, or correct `url` in webhooks.yml (inside a container 127.0.0.1 is the container itself).",
        ),
        FailureKind::WebhookDns => told(
            &name,
            error,
            "the webhook host has no address",
            "Correct the host of `url` in webhooks.yml.",
        ),
        FailureKind::WebhookBadUrl => told(
            &name,
            error,
            "the webhook URL cannot be used",
            "Write `url` in webhooks.yml with http:// or https:// in front.",
        ),
        FailureKind::WebhookBadAnswer => told(
            evidence::NOT_ROUTED,
            error,
            "90007, what answered the callback is not the JSON that OpenIM expects",
            not_routed_next().en(),
        ),
        FailureKind::WebhookReset | FailureKind::WebhookBodyRead => told(
            &name,
            error,
            "the webhook server closed the connection before its answer was whole",
            "Look for a crash, a worker that was restarted, or a proxy in between.",
        ),
        FailureKind::WebhookTls => told(
            &name,
            error,
            "the TLS handshake with the webhook server failed",
            "Check certificate and scheme of `url` in webhooks.yml.",
        ),
        FailureKind::WebhookRejected(_) => told(
            "webhook_rejected",
            Severity::Info,
            "your server said no",
            "Nothing, if it meant to; the evidence has its words.",
        ),
        _ => {
            let why = format!("{name}, not because of a webhook");
            told(
                &name,
                Severity::Warning,
                &why,
                "Read OpenIM's words below; faults given by --fault count too.",
            )
        }
    }
}

fn after(tally: &Tally) -> Vec<Finding> {
    let mut found = Vec::new();
    if tally.lost.count > 0 {
        let what = format!(
            "{} lost because the queue of 100 was full; the calls stalled before that and succeeded, OpenIM reports nothing.",
            plural(tally.lost.count, "after-callback")
        );
        found.push(finding(evidence::AFTER_QUEUE, Severity::Error, &tally.lost, what, after_queue_next()));
    }
    for (kind, counted) in &tally.after {
        let what = format!(
            "{} failed ({}). OpenIM does not repeat it and tells nobody.",
            plural(counted.count, "after-callback"),
            kind.name()
        );
        let next = "Answer after-callbacks at once and work later; an event that failed is gone, so compare your data with OpenIM's now and then.";
        found.push(finding("after_callback_failed", Severity::Warning, counted, what, next));
    }
    found
}

fn callers(tally: &Tally) -> Vec<Finding> {
    let mut found = Vec::new();
    if tally.over_budget.count > 0 {
        let what = format!(
            "{}: their before-callbacks together took longer than the 10 s that OpenIM's SDK waits.",
            of_calls(&tally.over_budget, tally.calls)
        );
        let next = "Make the handlers faster, or let the caller wait longer; retry with the same groupID, so that no second group is made.";
        found.push(finding(evidence::OVER_BUDGET, Severity::Warning, &tally.over_budget, what, next));
    }
    if tally.left.count > 0 {
        let what = format!(
            "{} given up by the caller before the answer. OpenIM goes on all the same: the group is made if its callbacks allow it.",
            plural(tally.left.count, "call")
        );
        let next = "Let your HTTP client wait longer than all before-callbacks of a call together, and retry with the same groupID.";
        found.push(finding("caller_left", Severity::Warning, &tally.left, what, next));
    }
    found
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::calls::{Ended, OpenCalls};
    use super::*;
    use crate::wire::WebhookKey;
    use crate::wire::api::Operation;
    use crate::wire::failure::classify;

    const LINGER: Linger = Linger { connection: Duration::from_secs(30), answer: Duration::from_secs(2) };
    const KEY: WebhookKey = WebhookKey::BeforeCreateGroup;
    const FAILED: &str = r#"{"errCode":90004,"errMsg":"NetworkError","errDlt":"Error: HTTP request failed"}"#;

    /// `count` creates at once whose callback ends like `end`.
    fn tally(count: u64, end: &Ended, answer: &str) -> Tally {
        let (mut tally, mut calls) = (Tally::new(1, LINGER.connection), OpenCalls::default());
        let names: Vec<String> = (0..count).map(|n| format!("op-{n}")).collect();
        for name in &names {
            tally.called(0);
            calls.called(name, "/group/create_group", b"{}", 0);
            calls.wanted(name, KEY, 0);
            tally.wanted(0);
        }
        for name in &names {
            let left = calls.ended(name, KEY, end);
            tally.ended(name, KEY, end, end.took, left);
            let call = calls.answered(name, "/group/create_group").unwrap();
            let answer = classify(200, answer.as_bytes(), Operation::Create);
            tally.answered(name, &call, &answer, end.took);
        }
        tally
    }

    fn codes(tally: &Tally) -> Vec<String> {
        findings(tally, LINGER).into_iter().map(|f| f.code).collect()
    }

    fn end(connected: Option<u64>, took: u64, cause: Option<&str>) -> Ended {
        Ended { connected, dialed: true, took, cause: cause.map(str::to_owned) }
    }

    #[test]
    fn each_way_to_miss_a_deadline_has_a_finding_of_its_own() {
        let deadline = "Post \"http://h/x\": context deadline exceeded";
        let without = end(None, 5_000_000, Some(deadline));
        assert_eq!(codes(&tally(120, &without, FAILED)), ["pool_exhausted"]);
        assert_eq!(codes(&tally(3, &without, FAILED)), ["webhook_unreachable"]);
        let with = end(Some(500), 5_000_000, Some(deadline));
        assert_eq!(codes(&tally(3, &with, FAILED)), ["handler_silent"]);
    }

    #[test]
    fn a_cause_that_the_build_hides_is_told_by_what_the_stand_in_saw() {
        let refused = "Post \"http://h/x\": dial tcp 127.0.0.1:1: connect: connection refused";
        assert_eq!(codes(&tally(1, &end(None, 300, Some(refused)), FAILED)), ["webhook_refused"]);
    }

    #[test]
    fn what_succeeds_gives_no_finding_and_a_lost_event_does() {
        let good = r#"{"errCode":0,"errMsg":"","errDlt":"","data":{"groupInfo":{"groupID":"1"}}}"#;
        let mut tally = tally(200, &end(Some(500), 900, None), good);
        assert_eq!(codes(&tally), [""; 0]);
        tally.lost("op-7", WebhookKey::AfterCreateGroup);
        assert_eq!(codes(&tally), [evidence::AFTER_QUEUE]);
    }
}
