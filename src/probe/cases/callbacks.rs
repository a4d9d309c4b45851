//! Which callbacks come, in which order, with what in them.

use super::parts::{CREATE, CREATE_KEYS, CREATE_OWN_ID, DISMISS_PATH, GOES_ON, ONLY_FIRST, WHOLE, create};
use crate::probe::case::{Called, Case, Expect, Fact, For, Needs, Saying, Step, Topic, Want};
use crate::say;
use crate::wire::WebhookKey::{AfterCreateGroup, AfterDismissGroup, BeforeApplyJoinGroup, BeforeCreateGroup};

const fn case(name: &'static str, tries: Saying, means: Saying) -> Case {
    Case::new(Topic::Callbacks, name, tries, means)
}

/// Owner and one member, without anybody waiting for the answer.
pub(super) const ABANDONED: &[Called] =
    &[Called::Once(BeforeCreateGroup), Called::Members(2), Called::Once(AfterCreateGroup)];
const MANY: &[Called] =
    &[Called::Once(BeforeCreateGroup), Called::Members(11), Called::Once(AfterCreateGroup)];
const SPECIAL: &str = r#"{"memberUserIDs":["{m1}","{m2}"],"adminUserIDs":["{admin1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"压测 <b>&\"quote\"\\ 🦀","groupType":2,"ex":"{\"k\":\"v<>&\"}","introduction":"a\nb\tc"}}"#;
const MANY_BODY: &str = r#"{"memberUserIDs":["{m1}","{m2}","{m3}","{m4}","{m5}","{m6}","{m7}","{m8}"],"adminUserIDs":["{admin1}","{admin2}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2}}"#;
const DISMISS: Step = Step::new(DISMISS_PATH, r#"{"groupID":"{created}","deleteMember":true}"#);

const ONE: &[Want] = &[Want::Success];

pub(super) const CASES: &[Case] = &[
    case("create_ok", || say!("probe-tries-create-ok"), || say!("probe-means-create-ok"))
        .steps(&[CREATE])
        .expect(GOES_ON),
    case(
        "create_many_members",
        || say!("probe-tries-create-many-members"),
        || say!("probe-means-create-many-members"),
    )
    .steps(&[create(MANY_BODY)])
    .expect(&[For::every(Expect::answers(ONE).called(&[MANY]))]),
    case(
        "create_client_group_id",
        || say!("probe-tries-create-client-group-id"),
        || say!("probe-means-create-client-group-id"),
    )
    .steps(&[create(CREATE_OWN_ID), create(SAME_ID)])
    .needs(Needs::keys(&[BeforeCreateGroup]))
    .expect(&[For::every(
        Expect::answers(&[Want::Success, Want::Code(1202)])
            .called(&[WHOLE, ONLY_FIRST])
            .facts(&[Fact::ReplyAsSent(0, "/data/groupInfo/groupID", "/groupInfo/groupID")]),
    )]),
    case(
        "create_unicode_special",
        || say!("probe-tries-create-unicode-special"),
        || say!("probe-means-create-unicode-special"),
    )
    .steps(&[create(SPECIAL)])
    .needs(Needs::keys(&[BeforeCreateGroup]))
    .expect(&[For::every(Expect::answers(ONE).called(&[WHOLE]).facts(&[
        Fact::Raw(BeforeCreateGroup, r#"压测 \u003cb\u003e\u0026\"quote\"\\ 🦀"#),
        Fact::Raw(BeforeCreateGroup, r#""introduction":"a\nb\tc""#),
        Fact::Raw(BeforeCreateGroup, r#"{\"k\":\"v\u003c\u003e\u0026\"}"#),
    ]))]),
    case(
        "callback_headers",
        || say!("probe-tries-callback-headers"),
        || say!("probe-means-callback-headers"),
    )
    .steps(&[CREATE])
    .needs(Needs::keys(&[BeforeCreateGroup]))
    .expect(&[For::every(Expect::answers(ONE).facts(&[Fact::GoHeaders]))]),
    case(
        "callback_newline",
        || say!("probe-tries-callback-newline"),
        || say!("probe-means-callback-newline"),
    )
    .steps(&[CREATE])
    .needs(Needs::keys(&[BeforeCreateGroup]))
    .expect(&[For::every(Expect::answers(ONE).facts(&[Fact::Newline]))]),
    case(
        "callback_keep_alive",
        || say!("probe-tries-callback-keep-alive"),
        || say!("probe-means-callback-keep-alive"),
    )
    .steps(&[CREATE, CREATE, CREATE])
    .needs(Needs::keys(CREATE_KEYS))
    .expect(&[For::every(
        Expect::answers(&[Want::Success, Want::Success, Want::Success]).facts(&[Fact::SharedConnections]),
    )]),
    case(
        "after_create_lists",
        || say!("probe-tries-after-create-lists"),
        || say!("probe-means-after-create-lists"),
    )
    .steps(&[CREATE])
    .needs(Needs::keys(&[AfterCreateGroup]))
    .expect(&[For::every(Expect::answers(ONE).called(&[WHOLE]).facts(&[Fact::ListedTwice(0)]))]),
    case(
        "member_count_of_admin",
        || say!("probe-tries-member-count-of-admin"),
        || say!("probe-means-member-count-of-admin"),
    )
    .steps(&[CREATE])
    .expect(&[For::every(Expect::answers(ONE).facts(&[Fact::OneTooMany(0)]))]),
    case(
        "group_type_in_join",
        || say!("probe-tries-group-type-in-join"),
        || say!("probe-means-group-type-in-join"),
    )
    .steps(&[create(super::parts::CREATE_CLOSED), super::parts::JOIN.pause(600)])
    .needs(Needs::keys(&[BeforeApplyJoinGroup]))
    .expect(&[For::every(
        Expect::answers(&[Want::Success, Want::Done])
            .called(&[WHOLE, &[Called::Once(BeforeApplyJoinGroup)]])
            .facts(&[
                Fact::Raw(BeforeApplyJoinGroup, r#""groupType":"\u0002""#),
                Fact::Field(BeforeApplyJoinGroup, "/reqMessage", "\"hello\""),
            ]),
    )]),
    case(
        "group_type_in_dismiss",
        || say!("probe-tries-group-type-in-dismiss"),
        || say!("probe-means-group-type-in-dismiss"),
    )
    .steps(&[CREATE, DISMISS.pause(600)])
    .needs(Needs::keys(&[AfterDismissGroup]))
    .expect(&[For::every(
        Expect::answers(&[Want::Success, Want::Done])
            .called(&[WHOLE, &[Called::Once(AfterDismissGroup)]])
            .facts(&[Fact::Raw(AfterDismissGroup, r#""groupType":"\u0002""#)]),
    )]),
];

const SAME_ID: &str = r#"{"memberUserIDs":["{m1}","{m2}"],"adminUserIDs":["{admin1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2,"groupID":"{same}"}}"#;
