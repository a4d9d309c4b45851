//! The keys of `webhooks.yml` that any version from 3.7.0 on reads.
//!
//! Only these can keep `OpenIM` from starting; a key that it does not know may hold anything.

/// Webhook keys, in their usual spelling.
const KNOWN: &[&str] = &[
    "afterAddFriend",
    "afterAddFriendAgree",
    "afterCreateGroup",
    "afterCreateGroupChatConversations",
    "afterCreateSingleChatConversations",
    "afterDeleteFriend",
    "afterDismissGroup",
    "afterGroupMsgRead",
    "afterGroupMsgRevoke",
    "afterImportFriends",
    "afterJoinGroup",
    "afterKickGroupMember",
    "afterMsgSaveDB",
    "afterQuitGroup",
    "afterRemoveBlack",
    "afterRevokeMsg",
    "afterSendGroupMsg",
    "afterSendSingleMsg",
    "afterSetFriendRemark",
    "afterSetGroupInfo",
    "afterSetGroupInfoEx",
    "afterSetGroupMemberInfo",
    "afterSingleMsgRead",
    "afterTransferGroupOwner",
    "afterUpdateUserInfo",
    "afterUpdateUserInfoEx",
    "afterUserKickOff",
    "afterUserOffline",
    "afterUserOnline",
    "afterUserRegister",
    "beforeAddBlack",
    "beforeAddFriend",
    "beforeAddFriendAgree",
    "beforeApplyJoinGroup",
    "beforeCreateGroup",
    "beforeCreateGroupChatConversations",
    "beforeCreateSingleChatConversations",
    "beforeGroupOnlinePush",
    "beforeImportFriends",
    "beforeInviteUserToGroup",
    "beforeMemberJoinGroup",
    "beforeMsgModify",
    "beforeOfflinePush",
    "beforeOnlinePush",
    "beforeSendGroupMsg",
    "beforeSendSingleMsg",
    "beforeSetFriendRemark",
    "beforeSetGroupInfo",
    "beforeSetGroupInfoEx",
    "beforeSetGroupMemberInfo",
    "beforeUpdateUserInfo",
    "beforeUpdateUserInfoEx",
    "beforeUserRegister",
];

/// The usual spelling of a key, whatever its case.
#[must_use]
pub(super) fn canonical(name: &str) -> Option<&'static str> {
    KNOWN.iter().copied().find(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::WebhookKey;

    #[test]
    fn every_group_webhook_is_a_known_key() {
        for key in WebhookKey::ALL {
            assert_eq!(canonical(key.name()), Some(key.name()));
        }
    }
}
