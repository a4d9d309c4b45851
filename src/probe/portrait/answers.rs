//! What answers of a webhook server mean to this deployment.

use super::seen::{Results, Told, creates, first_create, key_of, outcome_of_create, words};
use crate::probe::observation::{Answer, Observation};
use crate::record::portrait::{DecidedBy, Fact, Gzip, Outcome, Redirected, Redirects, Rejection};
use crate::wire::api::Operation;
use crate::wire::failure::{FailureKind, classify};

/// errCode of a failed callback.
const NETWORK_ERROR: i64 = 90004;

pub(super) fn status_ignored(results: &Results<'_>) -> Fact<bool> {
    results.fact(&["answer_500_json", "answer_404_json"], |seen| {
        let answer = first_create(seen)?;
        let status = if results.observation("answer_500_json").is_some() { 500 } else { 404 };
        let created = outcome_of_create(answer).done;
        Ok((created, format!("status {status} with the answer that means \"go on\": {}", words(answer))))
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
        let with_0 = plain.ok_or("the case reject_4001 has no answer to compare with")?;
        let decided = match (with_0.done, with_1.done) {
            (false, true) => DecidedBy::ActionCode0AndNextCode1,
            (false, false) => DecidedBy::NextCode1,
            (true, true) => DecidedBy::Nothing,
            (true, false) => return Err("actionCode 1 rejected and actionCode 0 did not".to_owned()),
        };
        let say = |done| if done { "created" } else { "not created" };
        let evidence = format!(
            "nextCode 1 with errCode 4001: actionCode 0 {}, actionCode 1 {}",
            say(with_0.done),
            say(with_1.done)
        );
        Ok((decided, evidence))
    })
}

pub(super) fn failed_continue(results: &Results<'_>) -> Fact<bool> {
    results.fact(&["failed_continue"], |seen| {
        let answer = first_create(seen)?;
        let outcome = outcome_of_create(answer);
        if !outcome.done && outcome.err_code != Some(NETWORK_ERROR) {
            return Err(format!("the create failed for another reason: {}", words(answer)));
        }
        Ok((outcome.done, format!("failedContinue: true and a callback that failed: {}", words(answer))))
    })
}

pub(super) fn cause_told(results: &Results<'_>) -> Fact<bool> {
    results.fact(&["close_without_answer", "reset", "timeout_before_create"], |seen| {
        let answer = first_create(seen)?;
        if answer.err_code() != Some(NETWORK_ERROR) {
            return Err(format!("the callback did not fail as it should: {}", words(answer)));
        }
        let kind = classify(answer.status, answer.body.as_bytes(), Operation::Create).result.err();
        let told = !matches!(kind, None | Some(FailureKind::WebhookCauseHidden));
        let what = if told { "names" } else { "does not name" };
        let kind = kind.map_or_else(String::new, |k| format!(" ({k})"));
        Ok((told, format!("the answer to a failed callback {what} its cause{kind}")))
    })
}

pub(super) fn redirects(results: &Results<'_>) -> Redirects {
    Redirects {
        on_302: results.fact(&["redirect_302", "redirect_301", "redirect_303"], redirected),
        on_307: results.fact(&["redirect_307", "redirect_308"], redirected),
    }
}

fn redirected(seen: &Observation) -> Told<Redirected> {
    let first = seen.callbacks.first().ok_or("no callback came")?;
    let later = || seen.callbacks.iter().skip(1);
    let get = later().find(|c| c.line.starts_with("GET "));
    // Other commands are the next callbacks of the create.
    let again = || later().find(|c| c.command() == first.command() || key_of(c).is_none());
    let (value, next) = match get {
        Some(next) => (Redirected::AsGet, Some(next)),
        None => again().map_or((Redirected::NotFollowed, None), |next| (Redirected::AsPost, Some(next))),
    };
    let then = next.map_or_else(|| "nothing at the new place".to_owned(), |c| c.line.clone());
    Ok((value, format!("{}, then {then}", first.line)))
}

pub(super) fn gzip(results: &Results<'_>) -> Gzip {
    Gzip {
        api_answers: results.fact(&["api_gzip"], |seen| {
            let mut answers = seen.calls.iter().filter_map(|c| c.answer.as_ref()).peekable();
            answers.peek().ok_or("no call had an answer")?;
            let packed = answers.any(is_packed);
            let what = if packed { "came with" } else { "came without" };
            Ok((
                packed,
                format!("asked with Accept-Encoding: gzip, the answer {what} Content-Encoding: gzip"),
            ))
        }),
        webhook_answers: results.fact(&["answer_gzip"], |seen| {
            let answer = creates(seen).find_map(|c| c.answer.as_ref()).ok_or("the create had no answer")?;
            Ok((outcome_of_create(answer).done, format!("a packed answer: {}", words(answer))))
        }),
    }
}

fn is_packed(answer: &Answer) -> bool {
    answer.header("Content-Encoding").is_some_and(|v| v.eq_ignore_ascii_case("gzip"))
}
