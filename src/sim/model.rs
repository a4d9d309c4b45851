//! Users, groups and members as API and callbacks show them; field order as on the wire.

use serde::Serialize;

pub(super) use crate::wire::api::GroupInfo;
use crate::wire::goread::Value;

/// A user.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    #[serde(rename = "userID")]
    pub user_id: String,
    pub nickname: String,
    #[serde(rename = "faceURL")]
    pub face_url: String,
    pub ex: String,
    pub create_time: i64,
    /// Misspelled in the API.
    #[serde(rename = "appMangerLevel")]
    pub app_manager_level: i64,
    pub global_recv_msg_opt: i64,
}

impl User {
    pub(super) fn read(value: &Value, now_ms: i64) -> User {
        let text = |name| value.text(name).unwrap_or_default().to_owned();
        User {
            user_id: text("userID"),
            nickname: text("nickname"),
            face_url: text("faceURL"),
            ex: text("ex"),
            create_time: now_ms,
            app_manager_level: value.int("appMangerLevel").unwrap_or(0),
            global_recv_msg_opt: value.int("globalRecvMsgOpt").unwrap_or(0),
        }
    }
}

/// What the simulator reads from a request, and what a webhook may change.
impl GroupInfo {
    /// As the caller sent it.
    pub(super) fn read(value: &Value) -> GroupInfo {
        let text = |name| value.text(name).unwrap_or_default().to_owned();
        let small = |name| value.int(name).and_then(|n| i32::try_from(n).ok()).unwrap_or(0);
        GroupInfo {
            group_id: text("groupID"),
            group_name: text("groupName"),
            notification: text("notification"),
            introduction: text("introduction"),
            face_url: text("faceURL"),
            owner_user_id: text("ownerUserID"),
            create_time: value.int("createTime").unwrap_or(0),
            member_count: value.int("memberCount").and_then(|n| u32::try_from(n).ok()).unwrap_or(0),
            ex: text("ex"),
            status: small("status"),
            creator_user_id: text("creatorUserID"),
            group_type: small("groupType"),
            need_verification: small("needVerification"),
            look_member_info: small("lookMemberInfo"),
            apply_member_friend: small("applyMemberFriend"),
            notification_update_time: value.int("notificationUpdateTime").unwrap_or(0),
            notification_user_id: text("notificationUserID"),
        }
    }

    /// Takes over what the answer of beforeCreateGroup replaces. Owner and
    /// applyMemberFriend may be in it and change nothing; groupType is not checked again.
    pub(super) fn apply(&mut self, answer: &Value) {
        let texts = [
            ("groupID", &mut self.group_id),
            ("groupName", &mut self.group_name),
            ("notification", &mut self.notification),
            ("introduction", &mut self.introduction),
            ("faceURL", &mut self.face_url),
            ("ex", &mut self.ex),
            ("creatorUserID", &mut self.creator_user_id),
        ];
        for (name, field) in texts {
            if let Some(text) = answer.text(name) {
                text.clone_into(field);
            }
        }
        let numbers = [
            ("status", &mut self.status),
            ("groupType", &mut self.group_type),
            ("needVerification", &mut self.need_verification),
            ("lookMemberInfo", &mut self.look_member_info),
        ];
        for (name, field) in numbers {
            if let Some(number) = answer.int(name).and_then(|n| i32::try_from(n).ok()) {
                *field = number;
            }
        }
    }
}

/// A member of a group.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Member {
    #[serde(rename = "groupID")]
    pub group_id: String,
    #[serde(rename = "userID")]
    pub user_id: String,
    pub role_level: i32,
    pub join_time: i64,
    pub nickname: String,
    #[serde(rename = "faceURL")]
    pub face_url: String,
    #[serde(rename = "appMangerLevel")]
    pub app_manager_level: i32,
    pub join_source: i32,
    #[serde(rename = "operatorUserID")]
    pub operator_user_id: String,
    pub ex: String,
    pub mute_end_time: i64,
    #[serde(rename = "inviterUserID")]
    pub inviter_user_id: String,
}

impl Member {
    /// Takes over what an answer of beforeMemberJoinGroup replaces.
    pub(super) fn apply(&mut self, answer: &Value) {
        for (name, field) in
            [("nickname", &mut self.nickname), ("faceURL", &mut self.face_url), ("ex", &mut self.ex)]
        {
            if let Some(text) = answer.text(name) {
                text.clone_into(field);
            }
        }
        if let Some(role) = answer.int("roleLevel").and_then(|n| i32::try_from(n).ok()) {
            self.role_level = role;
        }
        if let Some(end) = answer.int("muteEndTime") {
            self.mute_end_time = end;
        }
    }
}
