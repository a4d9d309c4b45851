//! Which callbacks come, in which order, with what in them.

use super::parts::{CREATE, CREATE_KEYS, CREATE_OWN_ID, DISMISS_PATH, GOES_ON, ONLY_FIRST, WHOLE, create};
use crate::probe::case::{Called, Case, Expect, Fact, For, Needs, Step, Topic, Want};
use crate::wire::WebhookKey::{AfterCreateGroup, AfterDismissGroup, BeforeApplyJoinGroup, BeforeCreateGroup};

const fn case(name: &'static str, tries: &'static str, means: &'static str) -> Case {
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
    case(
        "create_ok",
        "a create whose callbacks are all answered neutrally",
        "3.7 calls beforeMemberJoinGroup once a member, one after another; later versions once with a list.",
    )
    .steps(&[CREATE])
    .expect(GOES_ON),
    case(
        "create_many_members",
        "a create with 8 members and 2 admins",
        "On 3.7 the time of a create grows with its members: a handler time is paid for each of them.",
    )
    .steps(&[create(MANY_BODY)])
    .expect(&[For::every(Expect::answers(ONE).called(&[MANY]))]),
    case(
        "create_client_group_id",
        "a groupID of one's own, then the same again",
        "beforeCreateGroup comes before a used groupID is refused: do not take it for a created group.",
    )
    .steps(&[create(CREATE_OWN_ID), create(SAME_ID)])
    .needs(Needs::keys(&[BeforeCreateGroup]))
    .expect(&[For::every(
        Expect::answers(&[Want::Success, Want::Code(1202)])
            .called(&[
                WHOLE,
                ONLY_FIRST,
            ])
            .facts(&[Fact::ReplyAsSent(0, "/data/groupInfo/groupID", "/groupInfo/groupID")]),
    )]),
    case(
        "create_unicode_special",
        "names with <>& and other scripts",
        "OpenIM writes <, > and & as \\u003c, \\u003e, \\u0026: parse bodies as JSON, do not compare them as text.",
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
        "headers of a callback",
        "Correlate by the header Operationid, whatever its spelling; there is no signature, so guard the URL.",
    )
    .steps(&[CREATE])
    .needs(Needs::keys(&[BeforeCreateGroup]))
    .expect(&[For::every(Expect::answers(ONE).facts(&[Fact::GoHeaders]))]),
    case(
        "callback_newline",
        "the end of a callback's body",
        "Bodies end with a newline that Content-Length counts: matters only where bytes are compared or signed.",
    )
    .steps(&[CREATE])
    .needs(Needs::keys(&[BeforeCreateGroup]))
    .expect(&[For::every(Expect::answers(ONE).facts(&[Fact::Newline]))]),
    case(
        "callback_keep_alive",
        "callbacks that follow each other",
        "Keep connections open for longer than the gap between callbacks: OpenIM reuses them and does not close them.",
    )
    .steps(&[CREATE, CREATE, CREATE])
    .needs(Needs::keys(CREATE_KEYS))
    .expect(&[For::every(
        Expect::answers(&[Want::Success, Want::Success, Want::Success]).facts(&[Fact::SharedConnections]),
    )]),
    case(
        "after_create_lists",
        "the member list of afterCreateGroup",
        "afterCreateGroup names owner and admins twice and the app admin as a member: remove doubles before counting.",
    )
    .steps(&[CREATE])
    .needs(Needs::keys(&[AfterCreateGroup]))
    .expect(&[For::every(Expect::answers(ONE).called(&[WHOLE]).facts(&[Fact::ListedTwice(0)]))]),
    case(
        "member_count_of_admin",
        "memberCount of a create by the app admin",
        "memberCount is one too high where the app admin creates a group for others.",
    )
    .steps(&[CREATE])
    .expect(&[For::every(Expect::answers(ONE).facts(&[Fact::OneTooMany(0)]))]),
    case(
        "group_type_in_join",
        "groupType in beforeApplyJoinGroup",
        "groupType is the control character U+0002 there: do not parse it as a number.",
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
        "groupType in afterDismissGroup",
        "groupType is the control character U+0002 in afterDismissGroup, too.",
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
