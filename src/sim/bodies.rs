//! Callback bodies, byte for byte: field order as in Go's structs, final newline.

use serde::Serialize;

use super::gowrite::to_json;
use super::model::{GroupInfo, Member};
use super::store::{ADMIN, MEMBER, OWNER};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct InitMember<'a> {
    #[serde(rename = "userID")]
    user_id: &'a str,
    role_level: i32,
}

/// Who a group starts with.
pub(super) struct Founders<'a> {
    pub owner: &'a str,
    pub admins: &'a [String],
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

fn init_list<'a>(entries: impl Iterator<Item = (&'a str, i32)>) -> Vec<InitMember<'a>> {
    entries.map(|(user_id, role_level)| InitMember { user_id, role_level }).collect()
}

fn line<T: Serialize>(body: &T) -> String {
    let mut text = to_json(body);
    text.push('\n');
    text
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    #[serde(rename = "operationID", skip_serializing_if = "Option::is_none")]
    operation_id: Option<&'a str>,
    callback_command: &'a str,
    #[serde(flatten)]
    info: &'a GroupInfo,
    init_member_list: Vec<InitMember<'a>>,
}

/// beforeCreateGroup: the group as the caller sent it.
pub(super) fn before_create(command: &str, operation: &str, info: &GroupInfo, founders: &Founders) -> String {
    line(&Created {
        operation_id: Some(operation),
        callback_command: command,
        info,
        init_member_list: init_list(founders.in_order()),
    })
}

/// afterCreateGroup: the stored group. Its list has owner and admins twice, once with
/// their role and once as members, and the acting admin as a member.
pub(super) fn after_create(
    command: &str,
    info: &GroupInfo,
    founders: &Founders,
    extra: Option<&str>,
) -> String {
    let leaders = founders.in_order().take(1 + founders.admins.len());
    let everyone = founders.members.iter().chain(founders.admins).map(String::as_str);
    let everyone = everyone.chain(std::iter::once(founders.owner)).chain(extra);
    line(&Created {
        operation_id: None,
        callback_command: command,
        info,
        init_member_list: init_list(leaders.chain(everyone.map(|id| (id, MEMBER)))),
    })
}

/// beforeMemberJoinGroup of v3.7: one member.
pub(super) fn before_member(command: &str, group: &str, user: &str, ex: &str, group_ex: &str) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        callback_command: &'a str,
        #[serde(rename = "groupID")]
        group: &'a str,
        #[serde(rename = "userID")]
        user: &'a str,
        ex: &'a str,
        group_ex: &'a str,
    }
    line(&Body { callback_command: command, group, user, ex, group_ex })
}

/// beforeMemberJoinGroup from v3.8.0 on: the list.
pub(super) fn before_members(command: &str, group: &str, members: &[Member], group_ex: &str) -> String {
    #[derive(Serialize)]
    struct Entry<'a> {
        #[serde(rename = "userID")]
        user: &'a str,
        ex: &'a str,
    }
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        callback_command: &'a str,
        #[serde(rename = "groupID")]
        group: &'a str,
        member_list: Vec<Entry<'a>>,
        group_ex: &'a str,
    }
    let member_list = members.iter().map(|m| Entry { user: &m.user_id, ex: &m.ex }).collect();
    line(&Body { callback_command: command, group, member_list, group_ex })
}

/// beforeInviteUserToGroup.
pub(super) fn before_invite(
    command: &str,
    operation: &str,
    group: &str,
    reason: &str,
    ids: &[String],
) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        callback_command: &'a str,
        #[serde(rename = "operationID")]
        operation: &'a str,
        #[serde(rename = "groupID")]
        group: &'a str,
        reason: &'a str,
        #[serde(rename = "invitedUserIDs")]
        ids: &'a [String],
    }
    line(&Body { callback_command: command, operation, group, reason, ids })
}

/// A group type as these callbacks carry it: the character of that code point.
fn type_text(group_type: i32) -> String {
    let code = u32::try_from(group_type).ok().and_then(char::from_u32);
    code.unwrap_or(char::REPLACEMENT_CHARACTER).to_string()
}

/// An application to join, as callbacks carry it.
pub(super) struct Application<'a> {
    pub group: &'a str,
    pub user: &'a str,
    pub message: &'a str,
    pub source: i64,
    pub ex: &'a str,
}

/// beforeApplyJoinGroup.
pub(super) fn before_apply(command: &str, group_type: i32, application: &Application) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        callback_command: &'a str,
        #[serde(rename = "groupID")]
        group: &'a str,
        group_type: String,
        #[serde(rename = "applyID")]
        user: &'a str,
        req_message: &'a str,
        ex: &'a str,
    }
    let Application { group, user, message, ex, .. } = *application;
    let group_type = type_text(group_type);
    line(&Body { callback_command: command, group, group_type, user, req_message: message, ex })
}

/// afterJoinGroup.
pub(super) fn after_join(command: &str, operation: &str, application: &Application) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        callback_command: &'a str,
        #[serde(rename = "operationID")]
        operation: &'a str,
        #[serde(rename = "groupID")]
        group: &'a str,
        req_message: &'a str,
        join_source: i64,
        #[serde(rename = "inviterUserID")]
        user: &'a str,
    }
    let Application { group, user, message, source, .. } = *application;
    line(&Body {
        callback_command: command,
        operation,
        group,
        req_message: message,
        join_source: source,
        user,
    })
}

/// afterQuitGroup.
pub(super) fn after_quit(command: &str, group: &str, user: &str) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        callback_command: &'a str,
        #[serde(rename = "groupID")]
        group: &'a str,
        #[serde(rename = "userID")]
        user: &'a str,
    }
    line(&Body { callback_command: command, group, user })
}

/// afterKickGroupMember.
pub(super) fn after_kick(command: &str, group: &str, kicked: &[String], reason: &str) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        callback_command: &'a str,
        #[serde(rename = "groupID")]
        group: &'a str,
        #[serde(rename = "kickedUserIDs")]
        kicked: &'a [String],
        reason: &'a str,
    }
    line(&Body { callback_command: command, group, kicked, reason })
}

/// afterDismissGroup.
pub(super) fn after_dismiss(
    command: &str,
    group: &str,
    owner: &str,
    group_type: i32,
    ids: &[String],
) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        callback_command: &'a str,
        #[serde(rename = "groupID")]
        group: &'a str,
        #[serde(rename = "ownerID")]
        owner: &'a str,
        group_type: String,
        #[serde(rename = "membersID")]
        ids: &'a [String],
    }
    line(&Body { callback_command: command, group, owner, group_type: type_text(group_type), ids })
}

/// What set_group_info (all texts there) or set_group_info_ex asks for.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct InfoChange {
    #[serde(rename = "groupID")]
    pub group_id: String,
    pub group_name: Option<String>,
    pub notification: Option<String>,
    pub introduction: Option<String>,
    #[serde(rename = "faceURL")]
    pub face_url: Option<String>,
    pub ex: Option<String>,
    pub need_verification: Option<i32>,
    pub look_member_info: Option<i32>,
    pub apply_member_friend: Option<i32>,
}

/// beforeSetGroupInfo, where what is not asked for is empty or zero, and
/// beforeSetGroupInfoEx, where it is `null`.
pub(super) fn before_set_info(command: &str, change: &InfoChange, is_ex: bool) -> String {
    if is_ex {
        return set_info(command, change);
    }
    let filled = InfoChange {
        ex: Some(change.ex.clone().unwrap_or_default()),
        need_verification: Some(change.need_verification.unwrap_or_default()),
        look_member_info: Some(change.look_member_info.unwrap_or_default()),
        apply_member_friend: Some(change.apply_member_friend.unwrap_or_default()),
        ..change.clone()
    };
    set_info(command, &filled)
}

/// afterSetGroupInfo and afterSetGroupInfoEx. The operationID in them is always empty.
pub(super) fn set_info(command: &str, change: &InfoChange) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        callback_command: &'a str,
        #[serde(rename = "operationID")]
        operation: &'a str,
        #[serde(flatten)]
        change: &'a InfoChange,
    }
    line(&Body { callback_command: command, operation: "", change })
}

/// afterTransferGroupOwner.
pub(super) fn after_transfer(command: &str, group: &str, old: &str, new: &str) -> String {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Body<'a> {
        callback_command: &'a str,
        #[serde(rename = "groupID")]
        group: &'a str,
        #[serde(rename = "oldOwnerUserID")]
        old: &'a str,
        #[serde(rename = "newOwnerUserID")]
        new: &'a str,
    }
    line(&Body { callback_command: command, group, old, new })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info() -> GroupInfo {
        GroupInfo { group_name: "bench".to_owned(), group_type: 2, ..GroupInfo::default() }
    }

    #[test]
    fn a_create_callback_reads_as_recorded() {
        let (admins, members) = (["u0003".to_owned()], ["u0001".to_owned(), "u0002".to_owned()]);
        let founders = Founders { owner: "u0000", admins: &admins, members: &members };
        assert_eq!(
            before_create("callbackBeforeCreateGroupCommand", "op-create-ok", &info(), &founders),
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
        let after = after_create("c", &info(), &founders, Some("imAdmin"));
        let ids: Vec<_> = after.split("\"userID\":\"").skip(1).map(|s| &s[..5]).collect();
        assert_eq!(ids, ["u0000", "u0003", "u0001", "u0002", "u0003", "u0000", "imAdm"]);
    }

    #[test]
    fn a_group_type_travels_as_a_control_character() {
        assert_eq!(
            after_dismiss("callbackAfterDisMissGroupCommand", "1", "u0", 2, &[]),
            "{\"callbackCommand\":\"callbackAfterDisMissGroupCommand\",\"groupID\":\"1\",\"ownerID\":\"u0\",\"groupType\":\"\\u0002\",\"membersID\":[]}\n"
        );
    }
}
