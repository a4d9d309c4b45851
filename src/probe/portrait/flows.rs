//! What group operations do beyond their answer, and what breaks a process.

use super::create::text;
use super::seen::{Results, Told, creates, first_create, key_of, outcome, outcome_of_create, words};
use crate::probe::observation::{Call, Callback, Observation};
use crate::record::portrait::{Fact, Outcome, SecondDismissal};
use crate::wire::WebhookKey;
use crate::wire::api::Operation;

pub(super) fn abandoned(results: &Results<'_>) -> Fact<bool> {
    results.fact(&["abandoned_caller"], |seen| {
        let looked = seen.calls.iter().filter(|c| c.path.ends_with("/get_groups_info"));
        let answer = looked.filter_map(|c| c.answer.as_ref()).next_back();
        let answer = answer.ok_or("whether the group is there was not asked")?.json();
        if answer["errCode"].as_i64() != Some(0) {
            return Err(format!("asked for the group, the API said errCode {}", answer["errCode"]));
        }
        let there = answer["data"]["groupInfos"].as_array().is_some_and(|g| !g.is_empty());
        let what = if there { "is there afterwards" } else { "is not there afterwards" };
        Ok((there, format!("the caller gave up before the callback was answered; the group {what}")))
    })
}

pub(super) fn api_keep_alive(results: &Results<'_>) -> Fact<bool> {
    results.fact(&["api_keep_alive", "create_ok"], |seen| {
        let answers = seen.calls.iter().filter_map(|c| c.answer.as_ref()).filter(|a| !a.headers.is_empty());
        let answers: Vec<_> = answers.collect();
        if answers.is_empty() {
            return Err("no answer with headers was seen".to_owned());
        }
        let closes = |v: &str| v.to_ascii_lowercase().split(',').any(|t| t.trim() == "close");
        let closed = answers.iter().filter(|a| a.header("Connection").is_some_and(closes)).count();
        let of = answers.len();
        let evidence = format!("{closed} of {of} answers said Connection: close");
        // These calls follow each other: one connection would do.
        match seen.api_connections {
            Some(opened) if opened > 1 => {
                Ok((false, format!("{evidence}, and {of} calls needed {opened} connections")))
            }
            _ => Ok((closed == 0, evidence)),
        }
    })
}

pub(super) fn duplicate_group_id(results: &Results<'_>) -> Fact<bool> {
    results.fact(&["create_client_group_id"], |seen| {
        let mut calls = creates(seen);
        let (first, second) = calls.next().zip(calls.next()).ok_or("the second create is missing")?;
        let answer = second.answer.as_ref().ok_or("the second create had no answer")?;
        let same = |c: &Call| c.body["groupInfo"]["groupID"].clone();
        if same(first) != same(second) || outcome_of_create(answer).done {
            return Err(format!("the second create was not refused: {}", words(answer)));
        }
        let own = |c: &&Callback| key_of(c) == Some(WebhookKey::BeforeCreateGroup) && belongs(c, second);
        let fired = seen.callbacks.iter().any(|c| own(&c));
        let what = if fired { "after beforeCreateGroup had been called" } else { "before any callback" };
        Ok((fired, format!("a taken groupID is refused ({}) {what}", words(answer))))
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
        let call = dismissed.ok_or("no group was dismissed with deleteMember false")?;
        if call.answer.as_ref().is_none_or(|a| a.err_code() != Some(0)) {
            return Err("the dismissal did not succeed".to_owned());
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
                return Err("the group was dismissed again before a second callback could come".to_owned());
            }
            [] => return Err("afterDismissGroup did not come".to_owned()),
            [_] => {
                let one = SecondDismissal { comes: false, after_s: None };
                (one, "afterDismissGroup came once".to_owned())
            }
            [first, second, ..] => {
                let after = second.at - first.at;
                let members = second.json()["membersID"].as_array().map_or(0, Vec::len);
                let value = SecondDismissal { comes: true, after_s: Some((after * 1e3).round() / 1e3) };
                let evidence =
                    format!("it came again {after:.3} s later, with {members} members in membersID");
                (value, evidence)
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
        let evidence = format!("one callback carried {joined} operationIDs, joined by $");
        return Fact::Known { value: true, evidence, case: case.to_owned() };
    }
    results.fact(&["dismiss_keep_members"], |seen| {
        Err(format!(
            "none of {} callbacks carried several; OpenIM joins them only when notices are batched",
            seen.callbacks.len()
        ))
    })
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
        let answer = call.and_then(|c| c.answer.as_ref()).ok_or("the invite had no answer")?;
        let mut value = outcome(answer, Operation::Invite);
        value.group_process_died |= dead_afterwards(seen);
        let evidence = if value.done { "errCode 0".to_owned() } else { words(answer) };
        Ok((value, evidence)) as Told<Outcome>
    })
}

/// A later call says that the group process is gone.
fn dead_afterwards(seen: &Observation) -> bool {
    let answers = seen.calls.iter().filter_map(|c| c.answer.as_ref());
    answers.skip(1).any(|a| outcome(a, Operation::Dismiss).group_process_died)
}
