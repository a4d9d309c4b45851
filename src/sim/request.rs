//! Routes, and the Go types of their request bodies.

use crate::wire::goread::{Field, Struct, Type, Value};
use crate::wire::{Build, OpenimVersion};

/// What can be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Route {
    AdminToken,
    UserTokenBySecret,
    UserToken,
    ParseToken,
    ForceLogout,
    Register,
    AccountCheck,
    UsersInfo,
    Users,
    Create,
    Invite,
    Join,
    Respond,
    Quit,
    Kick,
    Dismiss,
    Transfer,
    SetInfo,
    SetInfoEx,
    SetMemberInfo,
    GroupsInfo,
    MembersInfo,
    MemberList,
    MemberIds,
}

impl Route {
    /// The route of a path, where `version` has it.
    pub(super) fn of(path: &str, version: &OpenimVersion) -> Option<Route> {
        let old = version.build.admin_token_by_user_token();
        Some(match path {
            "/auth/get_admin_token" if !old => Route::AdminToken,
            "/auth/user_token" if old => Route::UserTokenBySecret,
            "/auth/get_user_token" => Route::UserToken,
            "/auth/parse_token" => Route::ParseToken,
            "/auth/force_logout" => Route::ForceLogout,
            "/user/user_register" => Route::Register,
            "/user/account_check" => Route::AccountCheck,
            "/user/get_users_info" => Route::UsersInfo,
            "/user/get_users" => Route::Users,
            "/group/create_group" => Route::Create,
            "/group/invite_user_to_group" => Route::Invite,
            "/group/join_group" => Route::Join,
            "/group/group_application_response" => Route::Respond,
            "/group/quit_group" => Route::Quit,
            "/group/kick_group" => Route::Kick,
            "/group/dismiss_group" => Route::Dismiss,
            "/group/transfer_group" => Route::Transfer,
            "/group/set_group_info" => Route::SetInfo,
            "/group/set_group_info_ex" if version.limits_users() => Route::SetInfoEx,
            "/group/set_group_member_info" => Route::SetMemberInfo,
            "/group/get_groups_info" => Route::GroupsInfo,
            "/group/get_group_members_info" => Route::MembersInfo,
            "/group/get_group_member_list" => Route::MemberList,
            "/group/get_group_member_user_id" => Route::MemberIds,
            _ => return None,
        })
    }

    /// The data that main answers when an operation failed with errCode 0.
    pub(super) fn nothing(self) -> Option<&'static str> {
        (self == Route::Create).then_some(r#"{"groupInfo":null}"#)
    }

    /// The type of its request body.
    pub(super) fn body(self) -> &'static Struct {
        match self {
            Route::Create => &CREATE,
            Route::Invite => &INVITE,
            Route::Join => &JOIN,
            Route::Respond => &RESPOND,
            Route::Quit => &QUIT,
            Route::Kick => &KICK,
            Route::Dismiss => &DISMISS,
            Route::Transfer => &TRANSFER,
            Route::SetInfo => &SET_INFO,
            Route::SetInfoEx => &INFO_FOR_SET,
            Route::SetMemberInfo => &SET_MEMBER_INFO,
            Route::GroupsInfo => &GROUPS_INFO,
            Route::MembersInfo => &MEMBERS_INFO,
            Route::MemberList => &MEMBER_LIST,
            Route::MemberIds => &MEMBER_IDS,
            Route::Register => &REGISTER,
            Route::AccountCheck => &ACCOUNT_CHECK,
            Route::UsersInfo => &USERS_INFO,
            Route::Users => &USERS,
            Route::AdminToken | Route::UserTokenBySecret | Route::UserToken | Route::ForceLogout => &TOKEN,
            Route::ParseToken => &PARSE_TOKEN,
        }
    }
}

/// Whether a path needs no token. The oldest build exempts routes, later ones prefixes.
pub(super) fn is_free(path: &str, build: Build) -> bool {
    let free: &[&str] = if build.admin_token_by_user_token() {
        &["/user/user_register", "/auth/user_token", "/auth/parse_token"]
    } else {
        &["/auth/get_admin_token", "/auth/parse_token"]
    };
    free.iter().any(|p| path.starts_with(p))
}

/// How many entries a request's pagination passes over, and how many it takes.
pub(super) fn page(body: &Value) -> (usize, usize) {
    let number = |name| usize::try_from(body.get("pagination")?.int(name)?).ok();
    let (page, size) = (number("pageNumber").unwrap_or(1).max(1), number("showNumber").unwrap_or(0));
    ((page - 1).saturating_mul(size), size)
}

const TEXTS: Type = Type::List(&Type::Text);

macro_rules! bodies {
    ($($name:ident = $go:literal { $($field:literal: $ty:expr),* $(,)? })+) => {
        $(static $name: Struct =
            Struct { name: $go, embedded: None, fields: &[$(Field($field, $ty)),*] };)+
    };
}

bodies! {
    GROUP_INFO = "sdkws.GroupInfo" {
        "groupID": Type::Text, "groupName": Type::Text, "notification": Type::Text,
        "introduction": Type::Text, "faceURL": Type::Text, "ownerUserID": Type::Text,
        "createTime": Type::Int64, "memberCount": Type::Uint32, "ex": Type::Text, "status": Type::Int32,
        "creatorUserID": Type::Text, "groupType": Type::Int32, "needVerification": Type::Int32,
        "lookMemberInfo": Type::Int32, "applyMemberFriend": Type::Int32,
        "notificationUpdateTime": Type::Int64, "notificationUserID": Type::Text,
    }
    CREATE = "group.CreateGroupReq" {
        "memberUserIDs": TEXTS, "groupInfo": Type::Struct(&GROUP_INFO), "adminUserIDs": TEXTS,
        "ownerUserID": Type::Text,
    }
    INVITE = "group.InviteUserToGroupReq" {
        "groupID": Type::Text, "reason": Type::Text, "invitedUserIDs": TEXTS,
    }
    JOIN = "group.JoinGroupReq" {
        "groupID": Type::Text, "reqMessage": Type::Text, "joinSource": Type::Int32,
        "inviterUserID": Type::Text, "ex": Type::Text,
    }
    RESPOND = "group.GroupApplicationResponseReq" {
        "groupID": Type::Text, "fromUserID": Type::Text, "handledMsg": Type::Text,
        "handleResult": Type::Int32,
    }
    QUIT = "group.QuitGroupReq" { "groupID": Type::Text, "userID": Type::Text }
    KICK = "group.KickGroupMemberReq" {
        "groupID": Type::Text, "kickedUserIDs": TEXTS, "reason": Type::Text,
    }
    DISMISS = "group.DismissGroupReq" { "groupID": Type::Text, "deleteMember": Type::Bool }
    TRANSFER = "group.TransferGroupOwnerReq" {
        "groupID": Type::Text, "oldOwnerUserID": Type::Text, "newOwnerUserID": Type::Text,
    }
    INFO_FOR_SET = "sdkws.GroupInfoForSet" {
        "groupID": Type::Text, "groupName": Type::Text, "notification": Type::Text,
        "introduction": Type::Text, "faceURL": Type::Text, "ex": Type::Text,
        "needVerification": Type::Int32, "lookMemberInfo": Type::Int32,
        "applyMemberFriend": Type::Int32,
    }
    SET_INFO = "group.SetGroupInfoReq" { "groupInfoForSet": Type::Struct(&INFO_FOR_SET) }
    MEMBER_INFO = "group.SetGroupMemberInfo" {
        "groupID": Type::Text, "userID": Type::Text, "nickname": Type::Text, "faceURL": Type::Text,
        "roleLevel": Type::Int32, "ex": Type::Text,
    }
    SET_MEMBER_INFO = "group.SetGroupMemberInfoReq" {
        "members": Type::List(&Type::Struct(&MEMBER_INFO)),
    }
    GROUPS_INFO = "group.GetGroupsInfoReq" { "groupIDs": TEXTS }
    MEMBERS_INFO = "group.GetGroupMembersInfoReq" { "groupID": Type::Text, "userIDs": TEXTS }
    PAGINATION = "sdkws.RequestPagination" { "pageNumber": Type::Int32, "showNumber": Type::Int32 }
    MEMBER_LIST = "group.GetGroupMemberListReq" {
        "groupID": Type::Text, "filter": Type::Int32, "pagination": Type::Struct(&PAGINATION),
        "keyword": Type::Text,
    }
    MEMBER_IDS = "group.GetGroupMemberUserIDsReq" { "groupID": Type::Text }
    USER_INFO = "sdkws.UserInfo" {
        "userID": Type::Text, "nickname": Type::Text, "faceURL": Type::Text, "ex": Type::Text,
        "createTime": Type::Int64, "appMangerLevel": Type::Int32, "globalRecvMsgOpt": Type::Int32,
    }
    REGISTER = "user.UserRegisterReq" {
        "secret": Type::Text, "users": Type::List(&Type::Struct(&USER_INFO)),
    }
    ACCOUNT_CHECK = "user.AccountCheckReq" { "checkUserIDs": TEXTS }
    USERS_INFO = "user.GetDesignateUsersReq" { "userIDs": TEXTS }
    USERS = "user.GetPaginationUsersReq" {
        "pagination": Type::Struct(&PAGINATION), "userID": Type::Text, "nickName": Type::Text,
    }
    TOKEN = "auth.UserTokenReq" {
        "secret": Type::Text, "platformID": Type::Int32, "userID": Type::Text,
    }
    PARSE_TOKEN = "auth.ParseTokenReq" { "token": Type::Text }
}
