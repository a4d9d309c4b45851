//! Which operation fires which webhook, how often, and in which order.

use crate::profile::RunPlan;
use crate::profile::model::{Count, OperationMix};
use crate::wire::api::Operation;
use crate::wire::{Build, WebhookKey};

/// Operations of the load with their share of the arrivals.
pub(super) fn operations(plan: &RunPlan) -> Vec<(Operation, f64)> {
    match &plan.profile.load.operation {
        OperationMix::One(operation) => vec![(*operation, 1.0)],
        OperationMix::Mix(weights) => {
            let sum: f64 = weights.values().sum();
            weights.iter().map(|(operation, weight)| (*operation, weight / sum.max(1e-12))).collect()
        }
    }
}

/// The API calls that an operation consists of, each with its before-webhooks in serial order.
pub(super) fn serial_before(operation: Operation, build: Build) -> Vec<Vec<WebhookKey>> {
    use WebhookKey::{
        BeforeApplyJoinGroup, BeforeCreateGroup, BeforeCreateGroupChatConversations, BeforeInviteUserToGroup,
        BeforeMemberJoinGroup,
    };
    let main = matches!(build, Build::Main | Build::MainStandalone);
    let joining = |first: WebhookKey| {
        let mut keys = vec![first, BeforeMemberJoinGroup];
        keys.extend(main.then_some(BeforeCreateGroupChatConversations));
        keys
    };
    match operation {
        Operation::Create => vec![vec![BeforeCreateGroup, BeforeMemberJoinGroup]],
        Operation::Invite => vec![joining(BeforeInviteUserToGroup)],
        Operation::Join => vec![joining(BeforeApplyJoinGroup)],
        Operation::Apply => vec![vec![BeforeApplyJoinGroup], vec![BeforeMemberJoinGroup]],
        Operation::Kick | Operation::Quit | Operation::Dismiss => Vec::new(),
    }
}

/// How many calls of `key` one operation makes in a row at most (3.7: one a member).
pub(super) fn calls_in_a_row(key: WebhookKey, operation: Operation, plan: &RunPlan, build: Build) -> u32 {
    if key != WebhookKey::BeforeMemberJoinGroup || !build.one_callback_a_member() {
        return 1;
    }
    let load = &plan.profile.load;
    match operation {
        Operation::Create => 1 + most(load.admins) + most(load.members),
        Operation::Invite => most(load.members).max(1),
        _ => 1,
    }
}

fn most(count: Count) -> u32 {
    match count {
        Count::Fixed(n) => n,
        Count::Range { max, .. } => max,
    }
}

/// Whether an operation can fire a webhook.
fn fires(operation: Operation, key: WebhookKey, build: Build) -> bool {
    let after = match operation {
        Operation::Create => Some(WebhookKey::AfterCreateGroup),
        Operation::Join => Some(WebhookKey::AfterJoinGroup),
        Operation::Kick => Some(WebhookKey::AfterKickGroupMember),
        Operation::Quit => Some(WebhookKey::AfterQuitGroup),
        Operation::Dismiss => Some(WebhookKey::AfterDismissGroup),
        Operation::Invite | Operation::Apply => None,
    };
    after == Some(key) || serial_before(operation, build).iter().flatten().any(|k| *k == key)
}

/// Share of the arrivals that fire a webhook.
pub(super) fn share_of_load(key: WebhookKey, plan: &RunPlan, build: Build) -> f64 {
    operations(plan).into_iter().filter(|(op, _)| fires(*op, key, build)).map(|(_, share)| share).sum()
}

/// What fires a webhook, in words that a profile or the API knows.
pub(super) fn fired_by(key: WebhookKey) -> &'static str {
    match key {
        WebhookKey::BeforeCreateGroup | WebhookKey::AfterCreateGroup => "load.operation = \"create\"",
        WebhookKey::BeforeMemberJoinGroup => "load.operation = \"create\", \"invite\", \"join\" or \"apply\"",
        WebhookKey::BeforeInviteUserToGroup => "load.operation = \"invite\"",
        WebhookKey::BeforeApplyJoinGroup => "load.operation = \"join\" or \"apply\"",
        WebhookKey::AfterJoinGroup => "load.operation = \"join\"",
        WebhookKey::AfterQuitGroup => "load.operation = \"quit\"",
        WebhookKey::AfterKickGroupMember => "load.operation = \"kick\"",
        WebhookKey::AfterDismissGroup => "load.operation = \"dismiss\"",
        WebhookKey::AfterTransferGroupOwner => "/group/transfer_group, which is not among the loads",
        WebhookKey::BeforeSetGroupInfo | WebhookKey::AfterSetGroupInfo => {
            "/group/set_group_info, which is not among the loads"
        }
        WebhookKey::BeforeSetGroupInfoEx | WebhookKey::AfterSetGroupInfoEx => {
            "/group/set_group_info_ex, which is not among the loads"
        }
        WebhookKey::BeforeSetGroupMemberInfo | WebhookKey::AfterSetGroupMemberInfo => {
            "/group/set_group_member_info, which is not among the loads"
        }
        WebhookKey::BeforeCreateGroupChatConversations | WebhookKey::AfterCreateGroupChatConversations => {
            "load.operation = \"invite\" or \"join\" on main"
        }
    }
}
