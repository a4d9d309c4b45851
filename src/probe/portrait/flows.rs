//! What group operations do beyond their answer, and what breaks a process.

use super::create::text;
use super::seen::{Results, Told, creates, first_create, key_of, outcome, outcome_of_create, words};
use crate::probe::observation::{Call, Callback, Observation};
use crate::record::portrait::{Fact, Outcome, SecondDismissal};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;
use crate::wire::api::Operation;

pub(super) fn abandoned(results: &Results<'_>) -> Fact<bool> {
    results.fact(&["abandoned_caller"], |seen| {
        let looked = seen.calls.iter().filter(|c| c.path.ends_with("/get_groups_info"));
        let answer = looked.filter_map(|c| c.answer.as_ref()).next_back();
        let answer = answer.ok_or_else(|| say!("probe-flow-not-asked"))?.json();
        if answer["errCode"].as_i64() != Some(0) {
            return Err(say!("probe-flow-asked", code = answer["errCode"].to_string()));
        }
        let there = answer["data"]["groupInfos"].as_array().is_some_and(|g| !g.is_empty());
        Ok((there, if there { say!("probe-flow-there") } else { say!("probe-flow-not-there") }))
    })
}

pub(super) fn api_keep_alive(results: &Results<'_>) -> Fact<bool> {
    results.fact(&["api_keep_alive", "create_ok"], |seen| {
        let answers = seen.calls.iter().filter_map(|c| c.answer.as_ref()).filter(|a| !a.headers.is_empty());
        let answers: Vec<_> = answers.collect();
        if answers.is_empty() {
            return Err(say!("probe-flow-no-headers"));
        }
        let closes = |v: &str| v.to_ascii_lowercase().split(',').any(|t| t.trim() == "close");
        let closed = answers.iter().filter(|a| a.header("Connection").is_some_and(closes)).count();
        let of = answers.len();
        // These calls follow each other: one connection would do.
        match seen.api_connections {
            Some(opened) if opened > 1 => {
                Ok((false, say!("probe-flow-closed-opened", closed = closed, all = of, opened = opened)))
            }
            _ => Ok((closed == 0, say!("probe-flow-closed", closed = closed, all = of))),
        }
    })
}

pub(super) fn duplicate_group_id(results: &Results<'_>) -> Fact<bool> {
    results.fact(&["create_client_group_id"], |seen| {
        let mut calls = creates(seen);
        let (first, second) = calls.next().zip(calls.next()).ok_or_else(|| say!("probe-flow-no-second"))?;
        let answer = second.answer.as_ref().ok_or_else(|| say!("probe-flow-second-unanswered"))?;
        let same = |c: &Call| c.body["groupInfo"]["groupID"].clone();
        if same(first) != same(second) || outcome_of_create(answer).done {
            return Err(say!("probe-flow-second-not-refused", seen = words(answer)));
        }
        let own = |c: &&Callback| key_of(c) == Some(WebhookKey::BeforeCreateGroup) && belongs(c, second);
        let fired = seen.callbacks.iter().any(|c| own(&c));
        let evidence = if fired {
            say!("probe-flow-taken-called", seen = words(answer))
        } else {
            say!("probe-flow-taken-first", seen = words(answer))
        };
        Ok((fired, evidence))
    })
}

/// By operationID; by time where there is none.
fn belongs(callback: &Callback, call: &Call) -> bool {
    if call.operation.is_empty() {
        return callback.at >= call.at;
    }
    callback.header("operationid").split('$').any(|o| o == call.operation)
}

pub(super) fn second_dismissal(results: &Results<'_>) -> Fact<SecondDismissal> {
    results.fact(&["dismiss_keep_members"], |seen| {
        let dismissed = seen
            .calls
            .iter()
            .find(|c| c.path.ends_with("/dismiss_group") && c.body["deleteMember"].as_bool() == Some(false));
        let call = dismissed.ok_or_else(|| say!("probe-flow-no-dismissal"))?;
        if call.answer.as_ref().is_none_or(|a| a.err_code() != Some(0)) {
            return Err(say!("probe-flow-dismissal-failed"));
        }
        let own = |c: &&Callback| {
            key_of(c) == Some(WebhookKey::AfterDismissGroup)
                && text(&c.json(), "groupID") == text(&call.body, "groupID")
                && belongs(c, call)
        };
        let came: Vec<&Callback> = seen.callbacks.iter().filter(own).collect();
        let mut again = seen.calls.iter().filter(|c| c.path.ends_with("/dismiss_group") && c.at > call.at);
        let next = again.find(|c| c.answer.as_ref().is_some_and(|a| a.err_code() == Some(0)));
        Ok(match came[..] {
            [_] if next.is_some() => {
                return Err(say!("probe-flow-dismissed-again"));
            }
            [] => return Err(say!("probe-flow-no-after-dismiss")),
            [_] => {
                let one = SecondDismissal { comes: false, after_s: None };
                (one, say!("probe-flow-dismiss-once"))
            }
            [first, second, ..] => {
                let after = second.at - first.at;
                let members = second.json()["membersID"].as_array().map_or(0, Vec::len);
                let value = SecondDismissal { comes: true, after_s: Some((after * 1e3).round() / 1e3) };
                let after = format!("{after:.3}");
                (value, say!("probe-flow-dismiss-again", seconds = after, members = members))
            }
        })
    })
}

pub(super) fn joined(results: &Results<'_>) -> Fact<bool> {
    let found = results.all().find_map(|(r, seen)| {
        let header = seen.callbacks.iter().map(|c| c.header("operationid")).find(|o| o.contains('$'))?;
        Some((r.case.name, header.split('$').count()))
    });
    if let Some((case, joined)) = found {
        let evidence = say!("probe-flow-joined", n = joined, sign = "$");
        return Fact::Known { value: true, evidence, case: case.to_owned() };
    }
    results
        .fact(&["dismiss_keep_members"], |seen| Err(say!("probe-flow-not-joined", n = seen.callbacks.len())))
}

pub(super) fn member_entry(results: &Results<'_>) -> Fact<Outcome> {
    results.fact(&["join_entry_no_userid"], |seen| {
        let answer = first_create(seen)?;
        let mut outcome = outcome_of_create(answer);
        outcome.group_process_died |= dead_afterwards(seen);
        Ok((outcome, words(answer)))
    })
}

pub(super) fn admin_invite(results: &Results<'_>) -> Fact<Outcome> {
    results.fact(&["invite_by_admin"], |seen| {
        let call = seen.calls.iter().find(|c| c.path.ends_with("/invite_user_to_group"));
        let answer = call.and_then(|c| c.answer.as_ref()).ok_or_else(|| say!("probe-flow-no-invite"))?;
        let mut value = outcome(answer, Operation::Invite);
        value.group_process_died |= dead_afterwards(seen);
        let evidence = if value.done { Text::plain("errCode 0") } else { words(answer) };
        Ok((value, evidence)) as Told<Outcome>
    })
}

/// A later call says that the group process is gone.
fn dead_afterwards(seen: &Observation) -> bool {
    let answers = seen.calls.iter().filter_map(|c| c.answer.as_ref());
    answers.skip(1).any(|a| outcome(a, Operation::Dismiss).group_process_died)
}
