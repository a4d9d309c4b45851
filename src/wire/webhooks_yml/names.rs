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

/// What stands below a key.
pub(super) const SETTINGS: &[&str] =
    &["enable", "timeout", "failedContinue", "attentionIds", "allowedTypes", "deniedTypes"];
/// A longer name is near to no key.
const LONGEST: usize = 64;

/// Some version knows the setting.
pub(super) fn is_setting(name: &str) -> bool {
    SETTINGS.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Letters that have to be changed, put in, taken away or swapped to get from one name to the other, whatever their case.
fn distance(known: &str, lower: &str) -> usize {
    strsim::damerau_levenshtein(&known.to_ascii_lowercase(), lower)
}

/// The keys that one letter makes of `name`.
pub(super) fn one_letter_away(name: &str) -> impl Iterator<Item = &'static str> {
    let lower = name.to_ascii_lowercase();
    let alike = |known: &&&str| known.len().abs_diff(lower.len()) <= 4;
    let known: Vec<&'static str> = KNOWN.iter().filter(alike).copied().collect();
    known.into_iter().filter(move |known| distance(known, &lower) == 1)
}

/// The key that is nearest to `name`; what is longer than any key is compared by its beginning.
pub(super) fn nearest(name: &str) -> &'static str {
    let lower = name.chars().take(LONGEST).collect::<String>().to_ascii_lowercase();
    KNOWN.iter().copied().min_by_key(|known| distance(known, &lower)).unwrap_or("beforeCreateGroup")
}

/// The usual spelling of a key, whatever its case.
#[must_use]
pub(super) fn canonical(name: &str) -> Option<&'static str> {
    KNOWN.iter().copied().find(|known| known.eq_ignore_ascii_case(name))
}

/// The key that a command belongs to by the regular rule (`callback`, the key with a capital
/// first letter, `Command`), and the one whose command is named after another. Group keys
/// with a command of their own are `WebhookKey::from_command`'s.
#[must_use]
pub fn key_of_command(command: &str) -> Option<&'static str> {
    if command == "callbackBeforeAfterMsgCommand" {
        return Some("afterRevokeMsg");
    }
    let name = command.strip_prefix("callback")?.strip_suffix("Command")?;
    let key = canonical(name)?;
    // The command is spelt exactly so, its first letter aside.
    name.get(1..).zip(key.get(1..)).is_some_and(|(a, b)| a == b).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_of_another_service_leads_to_its_key() {
        assert_eq!(key_of_command("callbackBeforeSendGroupMsgCommand"), Some("beforeSendGroupMsg"));
        assert_eq!(key_of_command("callbackBeforeAfterMsgCommand"), Some("afterRevokeMsg"));
        for other in
            ["callbackSomethingCommand", "callbackCommand", "callbackBeforeSendgroupMsgCommand", "", "é"]
        {
            assert_eq!(key_of_command(other), None, "{other}");
        }
    }
    use crate::wire::WebhookKey;

    #[test]
    fn every_group_webhook_is_a_known_key() {
        for key in WebhookKey::ALL {
            assert_eq!(canonical(key.name()), Some(key.name()));
        }
    }
}
