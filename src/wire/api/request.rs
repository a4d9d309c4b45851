//! Bodies of the API requests that we send (and that the simulator reads).
//!
//! Field names and order are `OpenIM`'s. Reading is tolerant, as `OpenIM` itself is:
//! unknown keys are skipped, `null` is the zero value.

use serde::{Deserialize, Serialize};

use super::group_info::NewGroupInfo;
use crate::wire::gojson::{go_struct, null_default};

/// `groupType` of every group that can be created: a working group.
pub const GROUP_TYPE_WORKING: i32 = 2;
/// `joinSource` for "found by search".
pub const JOIN_SOURCE_SEARCH: i32 = 3;
/// `handleResult` that accepts an application.
pub const HANDLE_AGREE: i32 = 1;
/// The platform of admin tokens.
pub const PLATFORM_ADMIN: i32 = 10;
/// `needVerification` with which anyone may enter at once.
pub const VERIFY_NOBODY: i32 = 2;
/// `needVerification` with which applicants need approval and the invited do not; the default.
pub const VERIFY_APPLICANTS: i32 = 0;
/// `needVerification` with which everyone who is not invited by an admin needs approval.
pub const VERIFY_EVERYONE: i32 = 1;

go_struct! {
    /// `/group/create_group`. Members, admins and owner must be distinct and registered.
    CreateGroup {
        /// Ordinary members; written as `[]` when empty, since 3.7 refuses a request
        /// that has neither this key nor `adminUserIDs`.
        member_user_ids: Vec<String> = "memberUserIDs",
        /// Admins.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        admin_user_ids: Vec<String> = "adminUserIDs",
        /// The owner.
        owner_user_id: String = "ownerUserID",
        /// Everything else about the group.
        group_info: NewGroupInfo = "groupInfo",
    }
}

go_struct! {
    /// `/group/invite_user_to_group`.
    Invite {
        /// Where to.
        group_id: String = "groupID",
        /// Who; at most 1000.
        invited_user_ids: Vec<String> = "invitedUserIDs",
        /// Free text.
        reason: String = "reason",
    }
}

go_struct! {
    /// `/group/join_group`.
    Join {
        /// Where to.
        group_id: String = "groupID",
        /// Free text.
        req_message: String = "reqMessage",
        /// 2 invitation, 3 search, 4 QR code.
        join_source: i32 = "joinSource",
        /// The user that joins, in spite of its name.
        inviter_user_id: String = "inviterUserID",
    }
}

go_struct! {
    /// `/group/group_application_response`.
    ApplicationResponse {
        /// Where to.
        group_id: String = "groupID",
        /// The applicant.
        from_user_id: String = "fromUserID",
        /// Free text.
        handled_msg: String = "handledMsg",
        /// 1 agree, -1 refuse.
        handle_result: i32 = "handleResult",
    }
}

go_struct! {
    /// `/group/kick_group`.
    Kick {
        /// Where from.
        group_id: String = "groupID",
        /// Who; members, not the acting user.
        kicked_user_ids: Vec<String> = "kickedUserIDs",
        /// Free text.
        reason: String = "reason",
    }
}

go_struct! {
    /// `/group/quit_group`.
    Quit {
        /// Where from.
        group_id: String = "groupID",
        /// Who; empty means the acting user.
        user_id: String = "userID",
    }
}

go_struct! {
    /// `/group/dismiss_group`.
    Dismiss {
        /// Which.
        group_id: String = "groupID",
        /// Remove the member rows as well; without it the after-callback comes twice.
        delete_member: bool = "deleteMember",
    }
}

go_struct! {
    /// `/group/get_groups_info`.
    GetGroupsInfo {
        /// Which; at least one.
        group_ids: Vec<String> = "groupIDs",
    }
}

go_struct! {
    /// A user to register.
    NewUser {
        /// Letters, digits and `_` from 3.8 on.
        user_id: String = "userID",
        /// Not empty.
        nickname: String = "nickname",
        /// Picture.
        #[serde(skip_serializing_if = "String::is_empty")]
        face_url: String = "faceURL",
        /// Free text.
        #[serde(skip_serializing_if = "String::is_empty")]
        ex: String = "ex",
    }
}

go_struct! {
    /// `/user/user_register`. One user that is registered already fails the whole batch.
    UserRegister {
        /// 3.7 and 3.8.0 only, instead of a token.
        #[serde(skip_serializing_if = "Option::is_none")]
        secret: Option<String> = "secret",
        /// At least one, distinct.
        users: Vec<NewUser> = "users",
    }
}

go_struct! {
    /// `/user/account_check`.
    AccountCheck {
        /// At least one, distinct.
        check_user_ids: Vec<String> = "checkUserIDs",
    }
}

go_struct! {
    /// `/auth/user_token` (3.7, 3.8.0).
    UserToken {
        /// The shared secret.
        secret: String = "secret",
        /// 1 to 10.
        platform_id: i32 = "platformID",
        /// Any registered user, admins included.
        user_id: String = "userID",
    }
}

go_struct! {
    /// `/auth/get_admin_token` (3.8.1 and later).
    GetAdminToken {
        /// The shared secret.
        secret: String = "secret",
        /// A user that the configuration lists as admin.
        user_id: String = "userID",
    }
}
