//! What many cases have in common: request bodies, steps, expectations of a create.

use crate::probe::case::{Called, Expect, For, Step, Want};
use crate::wire::Build::{self, Main, MainStandalone, Patch16, V370, V380, V383};
use crate::wire::WebhookKey::{self, AfterCreateGroup, BeforeCreateGroup, BeforeMemberJoinGroup};

pub(super) const CREATE_PATH: &str = "/group/create_group";
pub(super) const INVITE_PATH: &str = "/group/invite_user_to_group";
pub(super) const JOIN_PATH: &str = "/group/join_group";
pub(super) const DISMISS_PATH: &str = "/group/dismiss_group";
pub(super) const MEMBER_IDS_PATH: &str = "/group/get_group_member_user_id";

/// One owner, one admin, two members.
pub(super) const CREATE_BODY: &str = r#"{"memberUserIDs":["{m1}","{m2}"],"adminUserIDs":["{admin1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2}}"#;
/// Anybody may enter.
pub(super) const CREATE_OPEN: &str = r#"{"memberUserIDs":["{m1}","{m2}"],"adminUserIDs":["{admin1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2,"needVerification":2}}"#;
/// Everybody needs approval.
pub(super) const CREATE_CLOSED: &str = r#"{"memberUserIDs":["{m1}","{m2}"],"adminUserIDs":["{admin1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2,"needVerification":1}}"#;
/// A groupID of the caller's choice, not used before.
pub(super) const CREATE_OWN_ID: &str = r#"{"memberUserIDs":["{m1}","{m2}"],"adminUserIDs":["{admin1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2,"groupID":"{group}"}}"#;
/// The same with one member.
pub(super) const CREATE_SMALL: &str = r#"{"memberUserIDs":["{m1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2,"groupID":"{group}"}}"#;

pub(super) const CREATE: Step = create(CREATE_BODY);
pub(super) const MEMBER_IDS: Step = Step::new(MEMBER_IDS_PATH, r#"{"groupID":"{created}"}"#);
pub(super) const GROUP_INFO: Step = Step::new("/group/get_groups_info", r#"{"groupIDs":["{created}"]}"#);
pub(super) const JOIN: Step = Step::new(
    JOIN_PATH,
    r#"{"groupID":"{created}","reqMessage":"hello","joinSource":3,"inviterUserID":"{outsider}"}"#,
);

/// A create with this body.
pub(super) const fn create(body: &'static str) -> Step {
    Step::new(CREATE_PATH, body)
}

pub(super) const OLD: &[Build] = &[V370, V380];
pub(super) const FROM_380: &[Build] = &[V380, V383, Patch16, Main, MainStandalone];
pub(super) const FROM_381: &[Build] = &[V383, Patch16, Main, MainStandalone];
/// 3.8.1 up to the last release.
pub(super) const RELEASES: &[Build] = &[V383, Patch16];
pub(super) const MAINS: &[Build] = &[Main, MainStandalone];
pub(super) const NOT_MAIN: &[Build] = &[V370, V380, V383, Patch16];

/// The keys of a create.
pub(super) const CREATE_KEYS: &[WebhookKey] = &[BeforeCreateGroup, BeforeMemberJoinGroup, AfterCreateGroup];
/// The key that most cases answer.
pub(super) const FIRST: &[WebhookKey] = &[BeforeCreateGroup];

/// Callbacks of a create with four members in all.
pub(super) const WHOLE: &[Called] =
    &[Called::Once(BeforeCreateGroup), Called::Members(4), Called::Once(AfterCreateGroup)];
/// Callbacks of a create that ends at the first one.
pub(super) const ONLY_FIRST: &[Called] = &[Called::Once(BeforeCreateGroup)];
/// Callbacks of a create that ends at the first member.
pub(super) const UP_TO_JOIN: &[Called] =
    &[Called::Once(BeforeCreateGroup), Called::Once(BeforeMemberJoinGroup)];

/// The create goes on and does all that it should.
pub(super) const GOES_ON: &[For] = &[For::every(Expect::answers(&[Want::Success]).called(&[WHOLE]))];

/// The create ends with this at its first callback.
pub(super) const fn stops(answers: &'static [Want]) -> Expect {
    Expect::answers(answers).called(&[ONLY_FIRST])
}
