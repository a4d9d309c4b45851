//! Which callbacks an operation fires, in which order, and how often.
//!
//! Pure data per build. `before` lists are in the serial order in which the API call
//! waits for them; what the profile enables is somebody else's business.

use super::api::Operation;
use super::key::WebhookKey;
use super::version::Build;

/// The callbacks of one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flow {
    /// In the request path, in serial order.
    pub before: &'static [WebhookKey],
    /// Queued when the operation succeeds.
    pub after: &'static [WebhookKey],
}

/// How often a key is called for one operation, at least and at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Calls {
    /// An operation that succeeded made at least this many.
    pub least: u32,
    /// More than this are duplicates.
    pub most: u32,
}

use WebhookKey as K;

/// The callbacks of `operation`. With an unknown build only those that every build sends.
#[must_use]
pub fn flow(operation: Operation, build: Option<Build>) -> Flow {
    let main = matches!(build, Some(Build::Main | Build::MainStandalone));
    let (before, after): (&[K], &[K]) = match operation {
        Operation::Create => (&[K::BeforeCreateGroup, K::BeforeMemberJoinGroup], &[K::AfterCreateGroup]),
        Operation::Invite if main => (
            &[K::BeforeInviteUserToGroup, K::BeforeMemberJoinGroup, K::BeforeCreateGroupChatConversations],
            &[K::AfterCreateGroupChatConversations],
        ),
        Operation::Invite => (&[K::BeforeInviteUserToGroup, K::BeforeMemberJoinGroup], &[]),
        Operation::Join if main => (
            &[K::BeforeApplyJoinGroup, K::BeforeMemberJoinGroup, K::BeforeCreateGroupChatConversations],
            &[K::AfterJoinGroup, K::AfterCreateGroupChatConversations],
        ),
        Operation::Join => (&[K::BeforeApplyJoinGroup, K::BeforeMemberJoinGroup], &[K::AfterJoinGroup]),
        Operation::Apply => (&[K::BeforeApplyJoinGroup, K::BeforeMemberJoinGroup], &[]),
        Operation::Kick => (&[], &[K::AfterKickGroupMember]),
        Operation::Quit => (&[], &[K::AfterQuitGroup]),
        Operation::Dismiss => (&[], &[K::AfterDismissGroup]),
    };
    Flow { before, after }
}

/// Every key that `operation` fires, before-keys first, in order.
pub fn expected_keys(operation: Operation, build: Option<Build>) -> impl Iterator<Item = WebhookKey> {
    let Flow { before, after } = flow(operation, build);
    before.iter().chain(after).copied()
}

/// The before-webhooks of each API call that `operation` consists of, in serial order; calls
/// without any are left out.
pub fn serial_before(
    operation: Operation,
    build: Option<Build>,
) -> impl Iterator<Item = &'static [WebhookKey]> {
    let before = flow(operation, build).before;
    // The approval of an application is a call of its own.
    let a_call = if operation == Operation::Apply { 1 } else { before.len().max(1) };
    before.chunks(a_call)
}

/// Whether `operation` fires `key`.
#[must_use]
pub fn fires(operation: Operation, key: WebhookKey, build: Option<Build>) -> bool {
    expected_keys(operation, build).any(|k| k == key)
}

/// The operations that fire `key`, create first.
pub fn operations_firing(key: WebhookKey, build: Option<Build>) -> impl Iterator<Item = Operation> {
    Operation::ALL.into_iter().filter(move |operation| fires(*operation, key, build))
}

/// The operation that fires `key` on any build, for advice; create where several do.
#[must_use]
pub fn fired_by(key: WebhookKey) -> Option<Operation> {
    operations_firing(key, Some(Build::Main)).next()
}

/// How often `key` is called for one `operation` with `members` and `admins` (create: besides
/// the owner; others: users acted on).
///
/// Up to 3.7 `beforeMemberJoinGroup` comes once a member; with an unknown build both are
/// accepted. The conversation keys come once for every 50 invitees or in the message
/// pipeline, and a second `afterDismissGroup` is explained by the push process, so
/// neither has an upper limit here.
#[must_use]
pub fn calls(
    operation: Operation,
    key: WebhookKey,
    build: Option<Build>,
    members: u32,
    admins: u32,
) -> Calls {
    let fires = fires(operation, key, build);
    match key {
        K::BeforeMemberJoinGroup if fires => {
            let each = match operation {
                Operation::Create => 1 + admins + members,
                Operation::Invite => members.max(1),
                _ => 1,
            };
            match build {
                Some(build) if build.one_callback_a_member() => Calls { least: each, most: each },
                Some(_) => Calls { least: 1, most: 1 },
                None => Calls { least: 1, most: each },
            }
        }
        K::BeforeCreateGroupChatConversations | K::AfterCreateGroupChatConversations => {
            Calls { least: u32::from(fires), most: u32::MAX }
        }
        _ => Calls { least: u32::from(fires), most: 1 },
    }
}

/// A repetition that the version explains: the push process dismisses a group once more to
/// clear its members, and its operationID may be joined with others of that conversation.
#[must_use]
pub fn repetition_explained(key: WebhookKey) -> bool {
    key == K::AfterDismissGroup
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_create_on_3_7_calls_once_for_owner_admins_and_members() {
        let member = K::BeforeMemberJoinGroup;
        let on = |build| calls(Operation::Create, member, build, 3, 2);
        assert_eq!(on(Some(Build::V370)), Calls { least: 6, most: 6 });
        assert_eq!(on(Some(Build::V380)), Calls { least: 1, most: 1 });
        assert_eq!(on(None), Calls { least: 1, most: 6 });
    }

    #[test]
    fn an_approval_fires_no_after_callback_and_a_direct_join_does() {
        assert!(flow(Operation::Apply, Some(Build::Main)).after.is_empty());
        assert!(flow(Operation::Join, Some(Build::V370)).after.contains(&K::AfterJoinGroup));
    }

    #[test]
    fn only_main_calls_back_for_conversations() {
        for build in Build::ALL {
            let fires = fires(Operation::Invite, K::BeforeCreateGroupChatConversations, Some(build));
            assert_eq!(fires, matches!(build, Build::Main | Build::MainStandalone), "{build}");
        }
    }

    #[test]
    fn advice_names_the_operation_that_fires_a_key() {
        assert_eq!(fired_by(K::BeforeMemberJoinGroup), Some(Operation::Create));
        assert_eq!(fired_by(K::AfterQuitGroup), Some(Operation::Quit));
        assert_eq!(fired_by(K::BeforeSetGroupInfo), None);
    }

    #[test]
    fn an_application_and_its_approval_wait_for_one_webhook_each() {
        let calls = |operation| serial_before(operation, Some(Build::Main)).collect::<Vec<_>>();
        assert_eq!(calls(Operation::Apply), [[K::BeforeApplyJoinGroup], [K::BeforeMemberJoinGroup]]);
        assert_eq!(calls(Operation::Create), [[K::BeforeCreateGroup, K::BeforeMemberJoinGroup]]);
        assert!(calls(Operation::Kick).is_empty());
    }

    #[test]
    fn before_lists_hold_before_keys_and_after_lists_after_keys() {
        for build in Build::ALL.map(Some).into_iter().chain([None]) {
            for operation in [Operation::Create, Operation::Invite, Operation::Join, Operation::Dismiss] {
                let Flow { before, after } = flow(operation, build);
                assert!(before.iter().all(|k| k.is_before()) && after.iter().all(|k| !k.is_before()));
            }
        }
    }
}
