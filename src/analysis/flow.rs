//! What the load fires: `wire::flow` weighted with the profile's mix.

use crate::profile::RunPlan;
use crate::profile::model::Count;
use crate::profile::resolve::operation_shares;
use crate::say;
use crate::text::Text;
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
pub(super) fn fired_by(key: WebhookKey) -> Text {
    let named = |build| {
        let names = flow::operations_firing(key, build).map(|o| Text::plain(format!("\"{}\"", o.name())));
        names.collect::<Vec<_>>()
    };
    let (everywhere, on_main) = (named(None), named(Some(Build::Main)));
    let on_main_only = everywhere.is_empty();
    let names = if on_main_only { on_main } else { everywhere };
    match (names.as_slice(), on_main_only) {
        ([], _) => say!("diagnosis-fired-by-no-load", route = route_of(key)),
        ([only], false) => say!("diagnosis-fired-by-one", only = only),
        ([only], true) => say!("diagnosis-fired-by-one-on-main", only = only),
        ([first @ .., last], false) => {
            say!("diagnosis-fired-by-several", list = Text::list(first), last = last)
        }
        ([first @ .., last], true) => {
            say!("diagnosis-fired-by-several-on-main", list = Text::list(first), last = last)
        }
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
