//! The bodies of group callbacks, field by field in `OpenIM`'s order.
//!
//! Lists that `OpenIM` sends as `null` are empty here. `Option` is a value that may be `null`
//! because the caller left it out.

use serde::{Deserialize, Serialize};

use crate::wire::api::GroupInfo;
use crate::wire::gojson::{go_struct, null_default};

/// `groupType` as join and dismiss callbacks send it: the character with that number, so that
/// type 2 is the control character U+0002.
#[must_use]
pub fn group_type_text(group_type: i32) -> String {
    u32::try_from(group_type).ok().and_then(char::from_u32).unwrap_or('\u{fffd}').to_string()
}

/// A member of a group that is being created.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InitMember {
    /// Who.
    #[serde(rename = "userID", default, deserialize_with = "null_default")]
    pub user_id: String,
    /// 100 owner, 60 admin, 20 member.
    #[serde(rename = "roleLevel", default, deserialize_with = "null_default")]
    pub role_level: i32,
}

/// A user that is about to become a member.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoiningMember {
    /// Who.
    #[serde(rename = "userID", default, deserialize_with = "null_default")]
    pub user_id: String,
    /// Empty for a new member.
    #[serde(default, deserialize_with = "null_default")]
    pub ex: String,
}

/// `callbackBeforeCreateGroupCommand`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeCreateGroup {
    /// The caller's.
    #[serde(rename = "operationID", default, deserialize_with = "null_default")]
    pub operation_id: String,
    /// The command.
    #[serde(rename = "callbackCommand", default, deserialize_with = "null_default")]
    pub callback_command: String,
    /// As the API's caller sent it, at top level.
    #[serde(flatten)]
    pub group: GroupInfo,
    /// Owner, admins, members.
    #[serde(rename = "initMemberList", default, deserialize_with = "null_default")]
    pub init_member_list: Vec<InitMember>,
}

/// `callbackAfterCreateGroupCommand`; its operationID is in the header only.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AfterCreateGroup {
    /// The command.
    #[serde(rename = "callbackCommand", default, deserialize_with = "null_default")]
    pub callback_command: String,
    /// As stored, at top level.
    #[serde(flatten)]
    pub group: GroupInfo,
    /// Owner, admins, then everybody once more as a member, the acting user included.
    #[serde(rename = "initMemberList", default, deserialize_with = "null_default")]
    pub init_member_list: Vec<InitMember>,
}

go_struct! {
    /// `callbackBeforeMemberJoinGroupCommand` (3.7): one call a member.
    BeforeMemberJoinGroup {
        /// The command.
        callback_command: String = "callbackCommand",
        /// Where to.
        group_id: String = "groupID",
        /// Who (on an invite the inviter: a defect of 3.7).
        user_id: String = "userID",
        /// Empty for a new member.
        ex: String = "ex",
        /// The group's `ex`.
        group_ex: String = "groupEx",
    }
}

impl BeforeMemberJoinGroup {
    /// The singular command, which only 3.7 sends.
    pub const COMMAND: &'static str = "callbackBeforeMemberJoinGroupCommand";
}

go_struct! {
    /// `callbackBeforeMembersJoinGroupCommand` (3.8 and later): one call for all.
    BeforeMembersJoinGroup {
        /// The command.
        callback_command: String = "callbackCommand",
        /// Where to.
        group_id: String = "groupID",
        /// Who: owner, admins, members.
        member_list: Vec<JoiningMember> = "memberList",
        /// The group's `ex`.
        group_ex: String = "groupEx",
    }
}

go_struct! {
    /// `callbackBeforeInviteJoinGroupCommand`; the inviter is not in it.
    BeforeInviteUserToGroup {
        /// The command.
        callback_command: String = "callbackCommand",
        /// The caller's.
        operation_id: String = "operationID",
        /// Where to.
        group_id: String = "groupID",
        /// Free text.
        reason: String = "reason",
        /// Who.
        invited_user_ids: Vec<String> = "invitedUserIDs",
    }
}

go_struct! {
    /// `callbackBeforeJoinGroupCommand`.
    BeforeApplyJoinGroup {
        /// The command.
        callback_command: String = "callbackCommand",
        /// Where to.
        group_id: String = "groupID",
        /// See [`group_type_text`].
        group_type: String = "groupType",
        /// The applicant.
        apply_id: String = "applyID",
        /// Free text.
        req_message: String = "reqMessage",
        /// Free text.
        ex: String = "ex",
    }
}

go_struct! {
    /// `callbackAfterJoinGroupCommand`.
    AfterJoinGroup {
        /// The command.
        callback_command: String = "callbackCommand",
        /// The caller's.
        operation_id: String = "operationID",
        /// Where to.
        group_id: String = "groupID",
        /// Free text.
        req_message: String = "reqMessage",
        /// As in the request.
        join_source: i32 = "joinSource",
        /// The user that joined.
        inviter_user_id: String = "inviterUserID",
    }
}

go_struct! {
    /// `callbackAfterQuitGroupCommand`.
    AfterQuitGroup {
        /// The command.
        callback_command: String = "callbackCommand",
        /// Where from.
        group_id: String = "groupID",
        /// Who.
        user_id: String = "userID",
    }
}

go_struct! {
    /// `callbackAfterKickGroupCommand`.
    AfterKickGroupMember {
        /// The command.
        callback_command: String = "callbackCommand",
        /// Where from.
        group_id: String = "groupID",
        /// Who.
        kicked_user_ids: Vec<String> = "kickedUserIDs",
        /// Always empty in 3.7 and 3.8.0.
        reason: String = "reason",
    }
}

go_struct! {
    /// `callbackAfterDisMissGroupCommand`. Comes twice when members were kept.
    AfterDismissGroup {
        /// The command.
        callback_command: String = "callbackCommand",
        /// Which.
        group_id: String = "groupID",
        /// Its owner.
        owner_id: String = "ownerID",
        /// See [`group_type_text`].
        group_type: String = "groupType",
        /// Read after the dismissal: empty when the members went with it.
        members_id: Vec<String> = "membersID",
    }
}

go_struct! {
    /// `callbackAfterTransferGroupOwnerCommand`.
    AfterTransferGroupOwner {
        /// The command.
        callback_command: String = "callbackCommand",
        /// Which.
        group_id: String = "groupID",
        /// Before.
        old_owner_user_id: String = "oldOwnerUserID",
        /// After.
        new_owner_user_id: String = "newOwnerUserID",
    }
}

go_struct! {
    /// The four commands around `set_group_info` and `set_group_info_ex`. The answer to a
    /// before-command must echo what it does not want to change.
    SetGroupInfo {
        /// The command.
        callback_command: String = "callbackCommand",
        /// Always empty.
        operation_id: String = "operationID",
        /// Which.
        group_id: String = "groupID",
        /// New name.
        group_name: Option<String> = "groupName",
        /// New notice.
        notification: Option<String> = "notification",
        /// New introduction.
        introduction: Option<String> = "introduction",
        /// New picture.
        face_url: Option<String> = "faceURL",
        /// New `ex`.
        ex: Option<String> = "ex",
        /// New value.
        need_verification: Option<i32> = "needVerification",
        /// New value.
        look_member_info: Option<i32> = "lookMemberInfo",
        /// New value.
        apply_member_friend: Option<i32> = "applyMemberFriend",
    }
}

go_struct! {
    /// The two commands around `set_group_member_info`, once a member.
    SetGroupMemberInfo {
        /// The command.
        callback_command: String = "callbackCommand",
        /// Where.
        group_id: String = "groupID",
        /// Who.
        user_id: String = "userID",
        /// New name in the group.
        nick_name: Option<String> = "nickName",
        /// New picture.
        face_url: Option<String> = "faceURL",
        /// New role.
        role_level: Option<i32> = "roleLevel",
        /// New `ex`.
        ex: Option<String> = "ex",
    }
}

go_struct! {
    /// The two commands around conversations of a group (main only); `Id` is spelt so there.
    GroupChatConversations {
        /// The command.
        callback_command: String = "callbackCommand",
        /// Empty.
        owner_user_id: String = "ownerUserId",
        /// `sg_` and the group's ID.
        conversation_id: String = "conversationId",
        /// 3.
        conversation_type: i32 = "conversationType",
        /// Which.
        group_id: String = "groupId",
        /// Whether messages are received.
        recv_msg_opt: i32 = "recvMsgOpt",
        /// Pinned.
        is_pinned: bool = "isPinned",
        /// Private.
        is_private_chat: bool = "isPrivateChat",
        /// Seconds until a private message goes.
        burn_duration: i32 = "burnDuration",
        /// Mentions.
        group_at_type: i32 = "groupAtType",
        /// Free text.
        attached_info: String = "attachedInfo",
        /// Free text.
        ex: String = "ex",
    }
}
