//! Callback bodies, byte for byte: `wire`'s types, filled as each build fills them.

use super::model::Member;
use super::store::{ADMIN, MEMBER, OWNER};
use crate::wire::callback::{
    AfterCreateGroup, AfterDismissGroup, AfterJoinGroup, AfterKickGroupMember, AfterQuitGroup,
    AfterTransferGroupOwner, BeforeApplyJoinGroup, BeforeCreateGroup, BeforeInviteUserToGroup,
    BeforeMemberJoinGroup, BeforeMembersJoinGroup, CallbackBody, GroupChatConversations, GroupInfo,
    InitMember, JoiningMember, SetGroupInfo, SetGroupMemberInfo, group_type_text,
};
use crate::wire::goread::Value;

/// Who a group starts with.
pub struct Founders<'a> {
    /// 100.
    pub owner: &'a str,
    /// 60.
    pub admins: &'a [String],
    /// 20.
    pub members: &'a [String],
}

impl<'a> Founders<'a> {
    /// Owner, admins, members: the order of all member callbacks.
    pub(super) fn in_order(&self) -> impl Iterator<Item = (&'a str, i32)> + use<'a> {
        let admins = self.admins.iter().map(|id| (id.as_str(), ADMIN));
        let members = self.members.iter().map(|id| (id.as_str(), MEMBER));
        std::iter::once((self.owner, OWNER)).chain(admins).chain(members)
    }
}

fn init_list<'a>(entries: impl Iterator<Item = (&'a str, i32)>) -> Vec<InitMember> {
    entries.map(|(id, role_level)| InitMember { user_id: id.to_owned(), role_level }).collect()
}

fn line(body: &CallbackBody) -> Vec<u8> {
    // These types cannot fail to be written.
    body.to_bytes().unwrap_or_default()
}

/// beforeCreateGroup: the group as the caller sent it.
#[must_use]
pub fn before_create(command: &str, operation: &str, info: &GroupInfo, founders: &Founders) -> Vec<u8> {
    line(&CallbackBody::BeforeCreateGroup(Box::new(BeforeCreateGroup {
        operation_id: operation.to_owned(),
        callback_command: command.to_owned(),
        group: info.clone(),
        init_member_list: init_list(founders.in_order()),
    })))
}

/// afterCreateGroup: the stored group. Its list has owner and admins twice, once with
/// their role and once as members, and the acting admin as a member.
#[must_use]
pub fn after_create(command: &str, info: &GroupInfo, founders: &Founders, extra: Option<&str>) -> Vec<u8> {
    let leaders = founders.in_order().take(1 + founders.admins.len());
    let everyone = founders.members.iter().chain(founders.admins).map(String::as_str);
    let everyone = everyone.chain(std::iter::once(founders.owner)).chain(extra);
    line(&CallbackBody::AfterCreateGroup(Box::new(AfterCreateGroup {
        callback_command: command.to_owned(),
        group: info.clone(),
        init_member_list: init_list(leaders.chain(everyone.map(|id| (id, MEMBER)))),
    })))
}

/// beforeMemberJoinGroup of v3.7: one member.
#[must_use]
pub fn before_member(command: &str, group: &str, user: &str, ex: &str, group_ex: &str) -> Vec<u8> {
    line(&CallbackBody::BeforeMemberJoinGroup(BeforeMemberJoinGroup {
        callback_command: command.to_owned(),
        group_id: group.to_owned(),
        user_id: user.to_owned(),
        ex: ex.to_owned(),
        group_ex: group_ex.to_owned(),
    }))
}

/// beforeMemberJoinGroup from v3.8.0 on: the list.
pub(super) fn before_members(command: &str, group: &str, members: &[Member], group_ex: &str) -> Vec<u8> {
    let joining = |m: &Member| JoiningMember { user_id: m.user_id.clone(), ex: m.ex.clone() };
    line(&CallbackBody::BeforeMembersJoinGroup(BeforeMembersJoinGroup {
        callback_command: command.to_owned(),
        group_id: group.to_owned(),
        member_list: members.iter().map(joining).collect(),
        group_ex: group_ex.to_owned(),
    }))
}

/// beforeInviteUserToGroup.
#[must_use]
pub fn before_invite(command: &str, operation: &str, group: &str, reason: &str, ids: &[String]) -> Vec<u8> {
    line(&CallbackBody::BeforeInviteUserToGroup(BeforeInviteUserToGroup {
        callback_command: command.to_owned(),
        operation_id: operation.to_owned(),
        group_id: group.to_owned(),
        reason: reason.to_owned(),
        invited_user_ids: ids.to_vec(),
    }))
}

/// An application to join, as callbacks carry it.
pub struct Application<'a> {
    /// Where to.
    pub group: &'a str,
    /// Who.
    pub user: &'a str,
    /// What the applicant says.
    pub message: &'a str,
    /// joinSource.
    pub source: i32,
    /// Free text.
    pub ex: &'a str,
}

/// beforeApplyJoinGroup.
#[must_use]
pub fn before_apply(command: &str, group_type: i32, application: &Application) -> Vec<u8> {
    line(&CallbackBody::BeforeApplyJoinGroup(BeforeApplyJoinGroup {
        callback_command: command.to_owned(),
        group_id: application.group.to_owned(),
        group_type: group_type_text(group_type),
        apply_id: application.user.to_owned(),
        req_message: application.message.to_owned(),
        ex: application.ex.to_owned(),
    }))
}

/// afterJoinGroup.
#[must_use]
pub fn after_join(command: &str, operation: &str, application: &Application) -> Vec<u8> {
    line(&CallbackBody::AfterJoinGroup(AfterJoinGroup {
        callback_command: command.to_owned(),
        operation_id: operation.to_owned(),
        group_id: application.group.to_owned(),
        req_message: application.message.to_owned(),
        join_source: application.source,
        inviter_user_id: application.user.to_owned(),
    }))
}

/// afterQuitGroup.
#[must_use]
pub fn after_quit(command: &str, group: &str, user: &str) -> Vec<u8> {
    line(&CallbackBody::AfterQuitGroup(AfterQuitGroup {
        callback_command: command.to_owned(),
        group_id: group.to_owned(),
        user_id: user.to_owned(),
    }))
}

/// afterKickGroupMember.
#[must_use]
pub fn after_kick(command: &str, group: &str, kicked: &[String], reason: &str) -> Vec<u8> {
    line(&CallbackBody::AfterKickGroupMember(AfterKickGroupMember {
        callback_command: command.to_owned(),
        group_id: group.to_owned(),
        kicked_user_ids: kicked.to_vec(),
        reason: reason.to_owned(),
    }))
}

/// before- and afterCreateGroupChatConversations; the later one carries what the answer to
/// the earlier one named.
#[must_use]
pub fn conversation(command: &str, group: &str, answer: Option<&Value>) -> Vec<u8> {
    let number = |name| answer.and_then(|a| i32::try_from(a.int(name)?).ok()).unwrap_or(0);
    let text = |name| answer.and_then(|a| a.text(name)).unwrap_or_default().to_owned();
    let flag = |name| answer.is_some_and(|a| a.flag(name));
    line(&CallbackBody::GroupChatConversations(Box::new(GroupChatConversations {
        callback_command: command.to_owned(),
        conversation_id: format!("sg_{group}"),
        conversation_type: 3,
        group_id: group.to_owned(),
        recv_msg_opt: number("recvMsgOpt"),
        is_pinned: flag("isPinned"),
        is_private_chat: flag("isPrivateChat"),
        burn_duration: number("burnDuration"),
        group_at_type: number("groupAtType"),
        attached_info: text("attachedInfo"),
        ex: text("ex"),
        ..GroupChatConversations::default()
    })))
}

/// afterDismissGroup.
#[must_use]
pub fn after_dismiss(command: &str, group: &str, owner: &str, group_type: i32, ids: &[String]) -> Vec<u8> {
    line(&CallbackBody::AfterDismissGroup(AfterDismissGroup {
        callback_command: command.to_owned(),
        group_id: group.to_owned(),
        owner_id: owner.to_owned(),
        group_type: group_type_text(group_type),
        members_id: ids.to_vec(),
    }))
}

/// beforeSetGroupInfo, where what is not asked for is empty or zero, and
/// beforeSetGroupInfoEx, where it is `null`.
#[must_use]
pub fn before_set_info(command: &str, change: &SetGroupInfo, is_ex: bool) -> Vec<u8> {
    if is_ex {
        return set_info(command, change);
    }
    let filled = SetGroupInfo {
        ex: Some(change.ex.clone().unwrap_or_default()),
        need_verification: Some(change.need_verification.unwrap_or_default()),
        look_member_info: Some(change.look_member_info.unwrap_or_default()),
        apply_member_friend: Some(change.apply_member_friend.unwrap_or_default()),
        ..change.clone()
    };
    set_info(command, &filled)
}

/// afterSetGroupInfo and afterSetGroupInfoEx. The operationID in them is always empty.
#[must_use]
pub fn set_info(command: &str, change: &SetGroupInfo) -> Vec<u8> {
    let change = SetGroupInfo { callback_command: command.to_owned(), ..change.clone() };
    line(&CallbackBody::SetGroupInfo(Box::new(change)))
}

/// before- and afterSetGroupMemberInfo.
#[must_use]
pub fn set_member_info(command: &str, change: &SetGroupMemberInfo) -> Vec<u8> {
    let change = SetGroupMemberInfo { callback_command: command.to_owned(), ..change.clone() };
    line(&CallbackBody::SetGroupMemberInfo(change))
}

/// afterTransferGroupOwner.
#[must_use]
pub fn after_transfer(command: &str, group: &str, old: &str, new: &str) -> Vec<u8> {
    line(&CallbackBody::AfterTransferGroupOwner(AfterTransferGroupOwner {
        callback_command: command.to_owned(),
        group_id: group.to_owned(),
        old_owner_user_id: old.to_owned(),
        new_owner_user_id: new.to_owned(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(body: Vec<u8>) -> String {
        String::from_utf8(body).unwrap()
    }

    fn info() -> GroupInfo {
        GroupInfo { group_name: "bench".to_owned(), group_type: 2, ..GroupInfo::default() }
    }

    #[test]
    fn a_create_callback_reads_as_recorded() {
        let (admins, members) = (["u0003".to_owned()], ["u0001".to_owned(), "u0002".to_owned()]);
        let founders = Founders { owner: "u0000", admins: &admins, members: &members };
        assert_eq!(
            text(before_create("callbackBeforeCreateGroupCommand", "op-create-ok", &info(), &founders)),
            concat!(
                r#"{"operationID":"op-create-ok","callbackCommand":"callbackBeforeCreateGroupCommand","#,
                r#""groupID":"","groupName":"bench","notification":"","introduction":"","faceURL":"","#,
                r#""ownerUserID":"","createTime":0,"memberCount":0,"ex":"","status":0,"creatorUserID":"","#,
                r#""groupType":2,"needVerification":0,"lookMemberInfo":0,"applyMemberFriend":0,"#,
                r#""notificationUpdateTime":0,"notificationUserID":"","initMemberList":["#,
                r#"{"userID":"u0000","roleLevel":100},{"userID":"u0003","roleLevel":60},"#,
                r#"{"userID":"u0001","roleLevel":20},{"userID":"u0002","roleLevel":20}]}"#,
                "\n"
            )
        );
        let after = text(after_create("c", &info(), &founders, Some("imAdmin")));
        let ids: Vec<_> = after.split("\"userID\":\"").skip(1).map(|s| &s[..5]).collect();
        assert_eq!(ids, ["u0000", "u0003", "u0001", "u0002", "u0003", "u0000", "imAdm"]);
    }

    #[test]
    fn a_group_type_travels_as_a_control_character() {
        assert_eq!(
            text(after_dismiss("callbackAfterDisMissGroupCommand", "1", "u0", 2, &[])),
            "{\"callbackCommand\":\"callbackAfterDisMissGroupCommand\",\"groupID\":\"1\",\"ownerID\":\"u0\",\"groupType\":\"\\u0002\",\"membersID\":[]}\n"
        );
    }
}
