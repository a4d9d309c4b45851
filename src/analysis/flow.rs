//! What the load fires: `wire::flow` weighted with the profile's mix.

use crate::profile::RunPlan;
use crate::profile::model::Count;
use crate::profile::resolve::operation_shares;
use crate::wire::api::Operation;
use crate::wire::{Build, WebhookKey, flow};

/// Invitees in one call of the conversation webhooks (main).
const CHUNK: u32 = 50;

/// How many calls of `key` one operation makes in a row at most (3.7: one a member; the conversation webhook of main:
/// one for every 50 invitees).
pub(super) fn calls_in_a_row(key: WebhookKey, operation: Operation, plan: &RunPlan, build: Build) -> u32 {
    let load = &plan.profile.load;
    match key {
        WebhookKey::BeforeMemberJoinGroup => {
            flow::calls(operation, key, Some(build), most(load.members), most(load.admins)).most
        }
        WebhookKey::BeforeCreateGroupChatConversations if operation == Operation::Invite => {
            most(load.members).div_ceil(CHUNK).max(1)
        }
        _ => 1,
    }
}

fn most(count: Count) -> u32 {
    match count {
        Count::Fixed(n) => n,
        Count::Range { max, .. } => max,
    }
}

/// Share of the arrivals that fire a webhook.
pub(super) fn share_of_load(key: WebhookKey, plan: &RunPlan, build: Build) -> f64 {
    let shares = operation_shares(&plan.profile.load.operation);
    shares.into_iter().filter(|(op, _)| flow::fires(*op, key, Some(build))).map(|(_, share)| share).sum()
}

/// What fires a webhook, in words that a profile or the API knows.
pub(super) fn fired_by(key: WebhookKey) -> String {
    let named = |build| {
        let names = flow::operations_firing(key, build).map(|o| format!("\"{}\"", o.name()));
        names.collect::<Vec<_>>()
    };
    let (everywhere, on_main) = (named(None), named(Some(Build::Main)));
    let (names, place) = if everywhere.is_empty() { (on_main, " on main") } else { (everywhere, "") };
    match names.as_slice() {
        [] => format!("{}, which is not among the loads", route_of(key)),
        [only] => format!("load.operation = {only}{place}"),
        [first @ .., last] => format!("load.operation = {} or {last}{place}", first.join(", ")),
    }
}

/// The API route of webhooks that no load fires.
fn route_of(key: WebhookKey) -> &'static str {
    match key {
        WebhookKey::AfterTransferGroupOwner => "/group/transfer_group",
        WebhookKey::BeforeSetGroupInfo | WebhookKey::AfterSetGroupInfo => "/group/set_group_info",
        WebhookKey::BeforeSetGroupInfoEx | WebhookKey::AfterSetGroupInfoEx => "/group/set_group_info_ex",
        _ => "/group/set_group_member_info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fires_a_webhook_is_named_as_a_profile_or_the_api_does() {
        for (key, words) in [
            (WebhookKey::AfterCreateGroup, "load.operation = \"create\""),
            (
                WebhookKey::BeforeMemberJoinGroup,
                "load.operation = \"create\", \"invite\", \"join\" or \"apply\"",
            ),
            (WebhookKey::BeforeApplyJoinGroup, "load.operation = \"join\" or \"apply\""),
            (
                WebhookKey::AfterCreateGroupChatConversations,
                "load.operation = \"invite\" or \"join\" on main",
            ),
            (WebhookKey::AfterTransferGroupOwner, "/group/transfer_group, which is not among the loads"),
            (
                WebhookKey::AfterSetGroupMemberInfo,
                "/group/set_group_member_info, which is not among the loads",
            ),
        ] {
            assert_eq!(fired_by(key), words);
        }
    }
}
