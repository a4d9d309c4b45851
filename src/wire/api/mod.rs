//! `OpenIM`'s HTTP API as data: paths, requests that we send, the envelope that answers.
//!
//! What an answer means (success, rejection, which failure) is told by
//! [`super::failure::classify`]; sending is left to the client.

mod envelope;
mod group_info;
mod request;

pub use envelope::{Account, Envelope, MalformedEnvelope, Token, accounts, created_group, groups, token};
pub use group_info::{GroupInfo, NewGroupInfo};
pub use request::{
    AccountCheck, ApplicationResponse, CreateGroup, Dismiss, GROUP_TYPE_WORKING, GetAdminToken,
    GetGroupsInfo, HANDLE_AGREE, Invite, JOIN_SOURCE_SEARCH, Join, Kick, NewUser, PLATFORM_ADMIN, Quit,
    UserRegister, UserToken, VERIFY_APPLICANTS, VERIFY_EVERYONE, VERIFY_NOBODY,
};

use serde::{Deserialize, Serialize};

/// Operations that the load can be made of.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// `/group/create_group`.
    #[default]
    Create,
    /// `/group/invite_user_to_group`.
    Invite,
    /// `/group/join_group` into a group that anyone may enter.
    Join,
    /// `/group/join_group` into a group that needs approval, then `/group/group_application_response`.
    Apply,
    /// `/group/kick_group`.
    Kick,
    /// `/group/quit_group`.
    Quit,
    /// `/group/dismiss_group`.
    Dismiss,
}

/// Paths of calls that are no load.
pub mod path {
    /// Answers an application; the second call of [`super::Operation::Apply`].
    pub const APPLICATION_RESPONSE: &str = "/group/group_application_response";
    /// Reads groups; any token.
    pub const GET_GROUPS_INFO: &str = "/group/get_groups_info";
    /// Registers users.
    pub const USER_REGISTER: &str = "/user/user_register";
    /// Which users are registered.
    pub const ACCOUNT_CHECK: &str = "/user/account_check";
    /// Token of any user, admins included (3.7, 3.8.0).
    pub const USER_TOKEN: &str = "/auth/user_token";
    /// Token of an admin (3.8.1 and later).
    pub const GET_ADMIN_TOKEN: &str = "/auth/get_admin_token";
}

impl Operation {
    /// All, create first.
    pub const ALL: [Operation; 7] = [
        Operation::Create,
        Operation::Invite,
        Operation::Join,
        Operation::Apply,
        Operation::Kick,
        Operation::Quit,
        Operation::Dismiss,
    ];

    /// The name in profiles and records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Operation::Create => "create",
            Operation::Invite => "invite",
            Operation::Join => "join",
            Operation::Apply => "apply",
            Operation::Kick => "kick",
            Operation::Quit => "quit",
            Operation::Dismiss => "dismiss",
        }
    }

    /// The path of its (first) request, to be appended to `target.url`.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Operation::Create => "/group/create_group",
            Operation::Invite => "/group/invite_user_to_group",
            Operation::Join | Operation::Apply => "/group/join_group",
            Operation::Kick => "/group/kick_group",
            Operation::Quit => "/group/quit_group",
            Operation::Dismiss => "/group/dismiss_group",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_is_named_in_code_as_in_profiles() {
        for operation in Operation::ALL {
            assert_eq!(serde_json::to_value(operation).unwrap(), operation.name());
        }
    }
}
