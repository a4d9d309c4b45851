//! A group as `OpenIM` writes it in answers and callbacks, and as a caller asks for it.

use serde::{Deserialize, Serialize};

use crate::wire::gojson::null_default;

macro_rules! group_fields {
    ($($(#[$doc:meta])* $field:ident: $type:ty = $key:literal / $skip:literal;)+) => {
        /// A group with its 17 keys, all always written, in `OpenIM`'s order.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct GroupInfo {
            $($(#[$doc])* #[serde(rename = $key, default, deserialize_with = "null_default")] pub $field: $type,)+
        }

        /// `groupInfo` of a create request: the same keys, those at their zero value left out
        /// (to `OpenIM` a missing key is a zero value).
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct NewGroupInfo {
            $($(#[$doc])*
            #[serde(rename = $key, default, deserialize_with = "null_default", skip_serializing_if = $skip)]
            pub $field: $type,)+
        }

        impl From<&NewGroupInfo> for GroupInfo {
            fn from(asked: &NewGroupInfo) -> GroupInfo {
                GroupInfo { $($field: asked.$field.clone(),)+ }
            }
        }
    };
}

group_fields! {
    /// May be chosen by the caller; never free again, not even after a dismissal.
    group_id: String = "groupID" / "String::is_empty";
    /// Name.
    group_name: String = "groupName" / "String::is_empty";
    /// Notice of the group.
    notification: String = "notification" / "String::is_empty";
    /// Introduction.
    introduction: String = "introduction" / "String::is_empty";
    /// Picture.
    face_url: String = "faceURL" / "String::is_empty";
    /// Ignored in a create request (its own `ownerUserID` counts).
    owner_user_id: String = "ownerUserID" / "String::is_empty";
    /// Milliseconds since 1970; ignored in a create request.
    create_time: i64 = "createTime" / "is_zero_i64";
    /// Counts the acting user too, also when that is no member; ignored in a create request.
    member_count: u32 = "memberCount" / "is_zero_u32";
    /// Free text.
    ex: String = "ex" / "String::is_empty";
    /// 0 normal, 2 dismissed.
    status: i32 = "status" / "is_zero_i32";
    /// Stored as sent.
    creator_user_id: String = "creatorUserID" / "String::is_empty";
    /// Must be 2 in a create request.
    group_type: i32 = "groupType" / "is_zero_i32";
    /// 0 applications need approval, 1 invitations too, 2 anyone may enter.
    need_verification: i32 = "needVerification" / "is_zero_i32";
    /// Whether members may look at members.
    look_member_info: i32 = "lookMemberInfo" / "is_zero_i32";
    /// Whether members may befriend members.
    apply_member_friend: i32 = "applyMemberFriend" / "is_zero_i32";
    /// Milliseconds since 1970.
    notification_update_time: i64 = "notificationUpdateTime" / "is_zero_i64";
    /// Who wrote the notice.
    notification_user_id: String = "notificationUserID" / "String::is_empty";
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero_i64(n: &i64) -> bool {
    *n == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero_i32(n: &i32) -> bool {
    *n == 0
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde asks for")]
fn is_zero_u32(n: &u32) -> bool {
    *n == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_in_an_answer_has_all_17_keys_and_a_request_only_those_that_say_something() {
        let asked = NewGroupInfo { group_id: "7".into(), group_type: 2, ..NewGroupInfo::default() };
        assert_eq!(serde_json::to_string(&asked).unwrap(), r#"{"groupID":"7","groupType":2}"#);
        let group = serde_json::to_value(GroupInfo::from(&asked)).unwrap();
        assert_eq!(group.as_object().unwrap().len(), 17);
    }

    #[test]
    fn null_and_unknown_keys_are_read_as_go_reads_them() {
        let group: GroupInfo = serde_json::from_str(r#"{"groupID":null,"memberCount":3,"new":[1]}"#).unwrap();
        assert_eq!((group.group_id.as_str(), group.member_count), ("", 3));
    }
}
