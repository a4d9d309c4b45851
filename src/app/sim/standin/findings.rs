//! From a stand-in's tally to findings. Codes are the report's where the report knows the same
//! thing (`record::model::evidence`), else the name of the failure's kind.

use super::calls::ms;
use super::follow::{Following, following, widest};
use super::tally::{Counted, GivenUp, Tally, Wait};
use crate::analysis::{after_queue_next, not_routed_next, reentrant_next};
use crate::finding::{Finding, Severity};
use crate::record::model::evidence;
use crate::say;
use crate::sim::Linger;
use crate::text::Text;
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

fn of_calls(counted: &Counted, calls: u64) -> Text {
    let calls = say!("standin-calls", n = calls);
    say!("standin-of-calls", count = counted.count, calls = calls)
}

fn finding(code: &str, severity: Severity, counted: &Counted, what: Text, next: Text) -> Finding {
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
    let answered: Vec<&Wait> = tally.waits.iter().filter(|w| w.at.is_some()).collect();
    let mut what = starved_what(tally, counted, follows, &answered);
    let mut next = reentrant_next();
    if severity < Severity::Error {
        what = say!("standin-starved-perhaps", what = what);
        next = say!("standin-starved-perhaps-next", next = next);
    }
    let place = answered.first().map_or("", |w| w.key.name());
    let lines: Vec<Text> = answered.iter().take(5).map(|w| wait_line(w, tally)).collect();
    Finding::new(evidence::REENTRANT, severity, place, what, next).with_evidence(lines)
}

fn starved_what(tally: &Tally, counted: &Counted, follows: &Following, answered: &[&Wait]) -> Text {
    let Following { bursts, shortly, within_us, chance, .. } = follows;
    let connected = ms(answered.iter().map(|w| w.connected).max().unwrap_or(0));
    let answers = say!("standin-answers", n = answered.len());
    let bursts = say!("standin-bursts", n = *bursts);
    let (within, chance) = (ms(*within_us), percent(*chance));
    if counted.count == 0 {
        return say!(
            "standin-starved-left",
            connected = connected,
            answers = answers,
            bursts = bursts,
            shortly = *shortly,
            within = within,
            chance = chance
        );
    }
    say!(
        "standin-starved",
        of = of_calls(counted, tally.calls),
        connected = connected,
        answers = answers,
        bursts = bursts,
        shortly = *shortly,
        within = within,
        chance = chance
    )
}

fn percent(share: f64) -> Text {
    if share < 0.001 {
        say!("standin-less-than", share = "0.1 %")
    } else {
        Text::plain(format!("{:.1} %", share * 100.0))
    }
}

/// One callback that was answered too late.
fn wait_line(wait: &Wait, tally: &Tally) -> Text {
    let at = wait.at.unwrap_or(wait.to);
    let before = tally.ends.partition_point(|end| *end <= at);
    let after_end = before.checked_sub(1).and_then(|i| tally.ends.get(i)).map(|end| at - end);
    let line = say!(
        "standin-wait",
        operation = crate::wire::failure::printable(&wait.operation),
        key = wait.key.name(),
        connected = ms(wait.connected),
        left = ms(wait.from.saturating_sub(wait.wanted)),
        answered = ms(at.saturating_sub(wait.wanted))
    );
    match after_end {
        Some(after_end) => say!("standin-wait-after-call", wait = line, time = ms(after_end)),
        None => line,
    }
}

fn slow(tally: &Tally, counted: &Counted, hold: u64) -> Finding {
    let answered: Vec<&Wait> = tally.waits.iter().filter(|w| w.at.is_some()).collect();
    let times = || answered.iter().filter_map(|w| Some(w.at?.saturating_sub(w.wanted)));
    let what = say!(
        "standin-slow",
        of = of_calls(counted, tally.calls),
        answered = answered.len(),
        least = ms(times().min().unwrap_or(0)),
        most = ms(times().max().unwrap_or(0))
    );
    let next = say!("standin-slow-next", widest = ms(widest(hold)));
    let lines: Vec<Text> = answered.iter().take(5).map(|w| wait_line(w, tally)).collect();
    finding("handler_slow", Severity::Error, counted, what, next).with_evidence(lines)
}

fn silent(tally: &Tally, counted: &Counted, linger: Linger) -> Finding {
    let of = of_calls(counted, tally.calls);
    let what = if linger.connection.is_zero() {
        say!("standin-silent-unknown", of = of)
    } else {
        say!("standin-silent", of = of, linger = Span(linger.connection).to_string())
    };
    finding("handler_silent", Severity::Error, counted, what, say!("standin-silent-next"))
}

fn given_up(tally: &Tally) -> Vec<Finding> {
    let pool = tally.given_up.get(&GivenUp::Pool).map(|counted| {
        let what = say!("standin-pool", of = of_calls(counted, tally.calls));
        finding(evidence::POOL, Severity::Error, counted, what, say!("standin-pool-next"))
    });
    let unreachable = tally.given_up.get(&GivenUp::Unreachable).map(|counted| {
        let what = say!("standin-unreachable", of = of_calls(counted, tally.calls));
        finding("webhook_unreachable", Severity::Error, counted, what, say!("standin-unreachable-next"))
    });
    pool.into_iter().chain(unreachable).collect()
}

fn failed(kind: FailureKind, counted: &Counted, calls: u64) -> Finding {
    let of = of_calls(counted, calls);
    let name = kind.name();
    let told = |code: &str, what, next| finding(code, Severity::Error, counted, what, next);
    match kind {
        FailureKind::WebhookRefused => {
            told(&name, say!("standin-refused", of = of), say!("standin-refused-next"))
        }
        FailureKind::WebhookDns => told(&name, say!("standin-dns", of = of), say!("standin-dns-next")),
        FailureKind::WebhookBadUrl => {
            told(&name, say!("standin-bad-url", of = of), say!("standin-bad-url-next"))
        }
        FailureKind::WebhookBadAnswer => {
            told(evidence::NOT_ROUTED, say!("standin-not-routed", of = of), not_routed_next())
        }
        FailureKind::WebhookReset | FailureKind::WebhookBodyRead => {
            told(&name, say!("standin-reset", of = of), say!("standin-reset-next"))
        }
        FailureKind::WebhookTls => told(&name, say!("standin-tls", of = of), say!("standin-tls-next")),
        FailureKind::WebhookRejected(_) => {
            let (what, next) = (say!("standin-rejected", of = of), say!("standin-rejected-next"));
            finding("webhook_rejected", Severity::Info, counted, what, next)
        }
        _ => {
            let what = say!("standin-other", of = of, kind = &name);
            finding(&name, Severity::Warning, counted, what, say!("standin-other-next"))
        }
    }
}

fn after(tally: &Tally) -> Vec<Finding> {
    let mut found = Vec::new();
    let callbacks = |counted: &Counted| say!("standin-after-callbacks", n = counted.count);
    if tally.lost.count > 0 {
        let what = say!("standin-after-lost", callbacks = callbacks(&tally.lost));
        found.push(finding(evidence::AFTER_QUEUE, Severity::Error, &tally.lost, what, after_queue_next()));
    }
    for (kind, counted) in &tally.after {
        let what = say!("standin-after-failed", callbacks = callbacks(counted), kind = kind.name());
        let next = say!("standin-after-failed-next");
        found.push(finding("after_callback_failed", Severity::Warning, counted, what, next));
    }
    found
}

fn callers(tally: &Tally) -> Vec<Finding> {
    let mut found = Vec::new();
    if tally.over_budget.count > 0 {
        let what = say!("standin-over-budget", of = of_calls(&tally.over_budget, tally.calls));
        let next = say!("standin-over-budget-next");
        found.push(finding(evidence::OVER_BUDGET, Severity::Warning, &tally.over_budget, what, next));
    }
    if tally.left.count > 0 {
        let what = say!("standin-left", calls = say!("standin-calls", n = tally.left.count));
        found.push(finding("caller_left", Severity::Warning, &tally.left, what, say!("standin-left-next")));
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
    fn every_finding_is_told_in_chinese_as_well() {
        let deadline = "Post \"http://h/x\": context deadline exceeded";
        let mut all = tally(120, &end(None, 5_000_000, Some(deadline)), FAILED);
        all.lost("op-7", WebhookKey::AfterCreateGroup);
        all.left("op-8", 5_000_000);
        let refused = tally(1, &end(None, 300, Some("dial tcp: connect: connection refused")), FAILED);
        for finding in findings(&all, LINGER).into_iter().chain(findings(&refused, LINGER)) {
            assert!(finding.what.zh() != finding.what.en(), "{finding:?}");
            assert!(finding.do_next.zh().ends_with('。'), "{finding:?}");
        }
        let pool = findings(&all, LINGER).into_iter().find(|f| f.code == evidence::POOL).unwrap();
        assert!(pool.what.zh().starts_with("120 个调用中有 120 个在回调请求等待"), "{pool:?}");
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
