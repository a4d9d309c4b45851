//! What a create calls, how often, and how that grows with the group.

use serde_json::Value;

use super::seen::{Results, Told, creates};
use crate::probe::observation::{Call, Callback, Observation};
use crate::record::portrait::{Create, CreateCall, Growth};
use crate::say;
use crate::wire::WebhookKey;

pub(super) fn create(results: &Results<'_>) -> Create {
    let other = results.observation("create_many_members").and_then(sized);
    let commands = results.fact(&["create_ok", "create_unicode_special", "create_many_members"], |seen| {
        calls(seen, other.as_ref())
    });
    Create { commands }
}

/// A create's members (owner and admins included) and its callbacks.
struct Sized<'a> {
    members: usize,
    callbacks: Vec<&'a Callback>,
}

fn sized(seen: &Observation) -> Option<Sized<'_>> {
    let call = creates(seen).find(|c| c.answer.as_ref().is_some_and(|a| a.err_code() == Some(0)))?;
    let own = |c: &&Callback| call.operation.is_empty() || operations(c).any(|o| o == call.operation);
    Some(Sized { members: members(call), callbacks: seen.callbacks.iter().filter(own).collect() })
}

fn operations(callback: &Callback) -> impl Iterator<Item = &str> {
    callback.header("operationid").split('$')
}

fn members(call: &Call) -> usize {
    let list = |name: &str| call.body[name].as_array().map_or(0, Vec::len);
    let owner = usize::from(call.body["ownerUserID"].as_str().is_some_and(|o| !o.is_empty()));
    owner + list("adminUserIDs") + list("memberUserIDs")
}

fn calls(seen: &Observation, other: Option<&Sized<'_>>) -> Told<Vec<CreateCall>> {
    let this = sized(seen).ok_or_else(|| say!("probe-no-create"))?;
    let mut commands: Vec<&str> = Vec::new();
    for callback in &this.callbacks {
        if !commands.contains(&callback.command()) {
            commands.push(callback.command());
        }
    }
    let list: Vec<CreateCall> = commands.iter().map(|command| call(command, &this, other)).collect();
    let total: u32 = list.iter().map(|c| c.calls).sum();
    Ok((list, say!("probe-create-evidence", n = total, members = this.members)))
}

fn call(command: &str, this: &Sized<'_>, other: Option<&Sized<'_>>) -> CreateCall {
    let count = |of: &Sized<'_>| of.callbacks.iter().filter(|c| c.command() == command).count();
    let as_members = |of: &Sized<'_>| count(of) == of.members && of.members > 1;
    let grows = if as_members(this) && other.is_none_or(as_members) {
        Growth::OnceAMember
    } else if count(this) == 1 && other.is_none_or(|o| count(o) == 1) {
        Growth::Once
    } else {
        Growth::Otherwise
    };
    CreateCall {
        command: command.to_owned(),
        key: WebhookKey::from_command(command),
        calls: u32::try_from(count(this)).unwrap_or(u32::MAX),
        grows,
    }
}

/// A text of a body.
pub(super) fn text<'a>(body: &'a Value, name: &str) -> &'a str {
    body[name].as_str().unwrap_or_default()
}
