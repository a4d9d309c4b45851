//! What answers of a webhook server mean to this deployment.

use super::seen::{Results, Told, first_create, key_of, outcome_of_create, words};
use crate::probe::observation::{Answer, Observation};
use crate::record::portrait::{DecidedBy, Fact, Gzip, Outcome, Redirected, Redirects, Rejection};
use crate::say;
use crate::wire::api::Operation;
use crate::wire::failure::{FailureKind, classify};

/// errCode of a failed callback.
const NETWORK_ERROR: i64 = 90004;

pub(super) fn status_ignored(results: &Results<'_>) -> Fact<bool> {
    results.fact(&["answer_500_json", "answer_404_json"], |seen| {
        let answer = first_create(seen)?;
        let status = if results.observation("answer_500_json").is_some() { 500 } else { 404 };
        let created = outcome_of_create(answer).done;
        Ok((created, say!("probe-status-evidence", status = status, seen = words(answer))))
    })
}

pub(super) fn rejection(results: &Results<'_>) -> Rejection {
    let of = |names: &[&str]| results.fact(names, rejected);
    Rejection {
        decided_by: decided_by(results),
        err_code_over_99: of(&["reject_4001", "reject_100"]),
        err_code_1_to_99: of(&["reject_50", "reject_99", "reject_1"]),
        err_code_0: of(&["reject_0"]),
        err_code_negative: of(&["reject_minus_5", "reject_negative"]),
    }
}

fn rejected(seen: &Observation) -> Told<Outcome> {
    let answer = first_create(seen)?;
    Ok((outcome_of_create(answer), words(answer)))
}

fn decided_by(results: &Results<'_>) -> Fact<DecidedBy> {
    let plain = results.observation("reject_4001").and_then(|o| first_create(o).ok()).map(outcome_of_create);
    results.fact(&["nextcode1_actioncode1"], |seen| {
        let with_1 = outcome_of_create(first_create(seen)?);
        let with_0 = plain.ok_or_else(|| say!("probe-no-comparison"))?;
        let decided = match (with_0.done, with_1.done) {
            (false, true) => DecidedBy::ActionCode0AndNextCode1,
            (false, false) => DecidedBy::NextCode1,
            (true, true) => DecidedBy::Nothing,
            (true, false) => return Err(say!("probe-one-rejected")),
        };
        let done = |done| if done { say!("probe-created") } else { say!("probe-not-created") };
        Ok((decided, say!("probe-decided-evidence", zero = done(with_0.done), one = done(with_1.done))))
    })
}

pub(super) fn failed_continue(results: &Results<'_>) -> Fact<bool> {
    results.fact(&["failed_continue"], |seen| {
        let answer = first_create(seen)?;
        let outcome = outcome_of_create(answer);
        if !outcome.done && outcome.err_code != Some(NETWORK_ERROR) {
            return Err(say!("probe-failed-otherwise", seen = words(answer)));
        }
        Ok((outcome.done, say!("probe-continue-evidence", seen = words(answer))))
    })
}

pub(super) fn cause_told(results: &Results<'_>) -> Fact<bool> {
    results.fact(&["close_without_answer", "reset", "timeout_before_create"], |seen| {
        let answer = first_create(seen)?;
        if answer.err_code() != Some(NETWORK_ERROR) {
            return Err(say!("probe-not-failed", seen = words(answer)));
        }
        let kind = classify(answer.status, answer.body.as_bytes(), Operation::Create).result.err();
        Ok(match kind {
            None => (false, say!("probe-cause-none")),
            Some(hidden @ FailureKind::WebhookCauseHidden) => {
                (false, say!("probe-cause-hidden", kind = hidden.name()))
            }
            Some(kind) => (true, say!("probe-cause-told", kind = kind.name())),
        })
    })
}

pub(super) fn redirects(results: &Results<'_>) -> Redirects {
    Redirects {
        on_302: results.fact(&["redirect_302", "redirect_301", "redirect_303"], redirected),
        on_307: results.fact(&["redirect_307", "redirect_308"], redirected),
    }
}

fn redirected(seen: &Observation) -> Told<Redirected> {
    let first = seen.callbacks.first().ok_or_else(|| say!("probe-no-callback"))?;
    let later = || seen.callbacks.iter().skip(1);
    let get = later().find(|c| c.line.starts_with("GET "));
    // Other commands are the next callbacks of the create.
    let again = || later().find(|c| c.command() == first.command() || key_of(c).is_none());
    let (value, next) = match get {
        Some(next) => (Redirected::AsGet, Some(next)),
        None => again().map_or((Redirected::NotFollowed, None), |next| (Redirected::AsPost, Some(next))),
    };
    let evidence = match next {
        Some(next) => say!("probe-redirect-evidence", first = &first.line, then = &next.line),
        None => say!("probe-redirect-end", first = &first.line),
    };
    Ok((value, evidence))
}

pub(super) fn gzip(results: &Results<'_>) -> Gzip {
    Gzip {
        api_answers: results.fact(&["api_gzip"], |seen| {
            let mut answers = seen.calls.iter().filter_map(|c| c.answer.as_ref()).peekable();
            answers.peek().ok_or_else(|| say!("probe-no-call-answered"))?;
            let packed = answers.any(is_packed);
            Ok((packed, if packed { say!("probe-api-packed") } else { say!("probe-api-plain") }))
        }),
        webhook_answers: results.fact(&["answer_gzip"], |seen| {
            let answer = first_create(seen)?;
            Ok((outcome_of_create(answer).done, say!("probe-packed-evidence", seen = words(answer))))
        }),
    }
}

fn is_packed(answer: &Answer) -> bool {
    answer.header("Content-Encoding").is_some_and(|v| v.eq_ignore_ascii_case("gzip"))
}
