//! `OpenIM`'s HTTP API as data: requests that we send and the envelope that answers.

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
