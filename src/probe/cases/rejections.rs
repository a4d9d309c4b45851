//! How a refusal reaches the API's caller.

use super::parts::{
    CREATE, CREATE_OPEN, FIRST, FROM_381, GOES_ON, INVITE_PATH, JOIN, MAINS, MEMBER_IDS, OLD, RELEASES,
    UP_TO_JOIN, WHOLE, create, stops,
};
use crate::probe::case::{Acting, Called, Case, Does, Expect, Fact, For, Needs, Saying, Step, Topic, Want};
use crate::say;
use crate::wire::Build::{Main, MainStandalone};
use crate::wire::FailureKind;
use crate::wire::WebhookKey::{
    BeforeApplyJoinGroup, BeforeCreateGroup, BeforeInviteUserToGroup, BeforeMemberJoinGroup,
};

/// beforeCreateGroup refuses with this answer.
const fn refused(
    name: &'static str,
    tries: Saying,
    receiver: &'static [(crate::wire::WebhookKey, Does)],
    means: Saying,
) -> Case {
    Case::new(Topic::Rejections, name, tries, means)
        .receiver(receiver)
        .steps(&[CREATE])
        .needs(Needs::keys(FIRST))
}

/// What 3.7 and 3.8.0 say: number and texts in one, twice.
const fn old(answers: &'static [Want]) -> For {
    For::these(OLD, stops(answers))
}
const fn releases(answers: &'static [Want]) -> For {
    For::these(RELEASES, stops(answers))
}
const fn main(answers: &'static [Want]) -> For {
    For::these(&[Main], stops(answers))
}
const fn alone(answers: &'static [Want]) -> For {
    For::these(&[MainStandalone], stops(answers))
}
const fn later(answers: &'static [Want]) -> For {
    For::these(FROM_381, stops(answers))
}

const M: &str = "not today";
const D: &str = "quota exceeded";
const R4001: &str =
    r#"{"actionCode":0,"errCode":4001,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#;
const R0: &str =
    r#"{"actionCode":0,"errCode":0,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#;
const OLD_4001: Want = Want::Says(4001, "4001 not today quota exceeded", "4001 not today quota exceeded");
const NEW_4001: Want = Want::Says(4001, M, D);

const INVITE_ONE: Step =
    Step::new(INVITE_PATH, r#"{"groupID":"{created}","invitedUserIDs":["{outsider}"],"reason":"bench"}"#)
        .acting(Acting::Owner)
        .pause(700);
const INVITED: &[Called] = &[Called::Once(BeforeInviteUserToGroup)];
const APPLIED: &[Called] = &[Called::Once(BeforeApplyJoinGroup)];

const fn refused_later(answers: &'static [Want], called: &'static [&'static [Called]]) -> Expect {
    Expect::answers(answers).called(called)
}

pub(super) const CASES: &[Case] = &[
    refused(
        "reject_4001",
        || say!("probe-tries-reject-4001"),
        &[(BeforeCreateGroup, Does::Says(R4001))],
        || say!("probe-means-reject-4001"),
    )
    .expect(&[old(&[OLD_4001]), later(&[NEW_4001])]),
    refused(
        "reject_100",
        || say!("probe-tries-reject-100"),
        &[(BeforeCreateGroup, Does::Says(r#"{"errCode":100,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#))],
        || say!("probe-means-reject-100"),
    )
    .expect(&[
        old(&[Want::Says(100, "100 not today quota exceeded", "100 not today quota exceeded")]),
        later(&[Want::Says(100, M, D)]),
    ]),
    refused(
        "reject_99",
        || say!("probe-tries-reject-99"),
        &[(BeforeCreateGroup, Does::Says(r#"{"errCode":99,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#))],
        || say!("probe-means-reject-99"),
    )
    .expect(&[
        old(&[Want::Says(99, "99 not today quota exceeded", "99 not today quota exceeded")]),
        releases(&[Want::Says(99, M, D)]),
        main(&[Want::Says(500, "ServerInternalError", "rpc error: code = Code(99) desc = not today")]),
        alone(&[Want::Says(99, M, D)]),
    ]),
    refused(
        "reject_50",
        || say!("probe-tries-reject-50"),
        &[(BeforeCreateGroup, Does::Says(r#"{"actionCode":0,"errCode":50,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#))],
        || say!("probe-means-reject-50"),
    )
    .expect(&[
        old(&[Want::Says(50, "50 not today quota exceeded", "50 not today quota exceeded")]),
        releases(&[Want::Says(50, M, D)]),
        main(&[Want::Says(500, "ServerInternalError", "rpc error: code = Code(50) desc = not today")]),
        alone(&[Want::Says(50, M, D)]),
    ]),
    refused(
        "reject_1",
        || say!("probe-tries-reject-1"),
        &[(BeforeCreateGroup, Does::Says(r#"{"errCode":1,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#))],
        || say!("probe-means-reject-1"),
    )
    .expect(&[
        old(&[Want::Says(1, "1 not today quota exceeded", "1 not today quota exceeded")]),
        releases(&[Want::Says(1, M, D)]),
        main(&[Want::Says(500, "ServerInternalError", "rpc error: code = Canceled desc = not today")]),
        alone(&[Want::Says(1, M, D)]),
    ]),
    refused(
        "reject_0",
        || say!("probe-tries-reject-0"),
        &[(BeforeCreateGroup, Does::Says(R0))],
        || say!("probe-means-reject-0"),
    )
    .expect(&[
        old(&[Want::Says(500, "0 not today quota exceeded", "0 not today quota exceeded")]),
        releases(&[Want::Says(500, M, D)]),
        main(&[Want::NoGroup]),
        alone(&[Want::Says(0, M, D)]),
    ]),
    refused(
        "reject_minus_5",
        || say!("probe-tries-reject-minus-5"),
        &[(BeforeCreateGroup, Does::Says(r#"{"actionCode":0,"errCode":-5,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#))],
        || say!("probe-means-reject-minus-5"),
    )
    .expect(&[
        old(&[Want::Says(500, "-5 not today quota exceeded", "-5 not today quota exceeded")]),
        releases(&[Want::Says(500, M, D)]),
        For::these(
            &[Main],
            stops(&[Want::Failure(FailureKind::WebhookRejected(-5))])
                .facts(&[Fact::Reply(0, "/errMsg", "\"ServerInternalError\"")]),
        ),
        alone(&[Want::Says(-5, M, D)]),
    ]),
    refused(
        "reject_only_nextcode",
        || say!("probe-tries-reject-only-nextcode"),
        &[(BeforeCreateGroup, Does::Says(r#"{"nextCode":1}"#))],
        || say!("probe-means-reject-only-nextcode"),
    )
    .expect(&[
        old(&[Want::Code(500)]),
        releases(&[Want::Says(500, "0 ", "0 ")]),
        main(&[Want::NoGroup]),
        alone(&[Want::Says(0, "", "")]),
    ]),
    refused(
        "reject_4001_no_msg",
        || say!("probe-tries-reject-4001-no-msg"),
        &[(BeforeCreateGroup, Does::Says(r#"{"errCode":4001,"errMsg":"","errDlt":"quota exceeded","nextCode":1,"actionCode":0}"#))],
        || say!("probe-means-reject-4001-no-msg"),
    )
    .expect(&[
        old(&[Want::Code(4001)]),
        releases(&[Want::Says(4001, "4001  quota exceeded", D)]),
        For::these(MAINS, stops(&[Want::Says(4001, "", D)])),
    ]),
    refused(
        "reject_4001_no_dlt",
        || say!("probe-tries-reject-4001-no-dlt"),
        &[(BeforeCreateGroup, Does::Says(r#"{"errCode":4001,"errMsg":"not today","errDlt":"","nextCode":1,"actionCode":0}"#))],
        || say!("probe-means-reject-4001-no-dlt"),
    )
    .expect(&[
        old(&[Want::Code(4001)]),
        releases(&[Want::Says(4001, M, M)]),
        For::these(MAINS, stops(&[Want::Says(4001, M, "")])),
    ]),
    refused(
        "reject_4001_no_text",
        || say!("probe-tries-reject-4001-no-text"),
        &[(BeforeCreateGroup, Does::Says(r#"{"errCode":4001,"errMsg":"","errDlt":"","nextCode":1,"actionCode":0}"#))],
        || say!("probe-means-reject-4001-no-text"),
    )
    .expect(&[
        old(&[Want::Code(4001)]),
        releases(&[Want::Says(4001, "4001 ", "4001 ")]),
        For::these(MAINS, stops(&[Want::Says(4001, "", "")])),
    ]),
    refused(
        "nextcode1_actioncode1",
        || say!("probe-tries-nextcode1-actioncode1"),
        &[(BeforeCreateGroup, Does::Says(r#"{"actionCode":1,"errCode":4001,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#))],
        || say!("probe-means-nextcode1-actioncode1"),
    )
    .expect(GOES_ON),
    Case::new(
        Topic::Rejections,
        "reject_join_4001",
        || say!("probe-tries-reject-join-4001"),
        || say!("probe-means-reject-join-4001"),
    )
    .receiver(&[(BeforeMemberJoinGroup, Does::Says(R4001))])
    .steps(&[CREATE])
    .needs(Needs::keys(&[BeforeMemberJoinGroup]))
    .expect(&[
        For::these(OLD, Expect::answers(&[OLD_4001]).called(&[UP_TO_JOIN])),
        For::these(FROM_381, Expect::answers(&[NEW_4001]).called(&[UP_TO_JOIN])),
    ]),
    Case::new(
        Topic::Rejections,
        "reject_invite",
        || say!("probe-tries-reject-invite"),
        || say!("probe-means-reject-invite"),
    )
    .receiver(&[(BeforeInviteUserToGroup, Does::Says(R4001))])
    .steps(&[CREATE, INVITE_ONE])
    .needs(Needs::keys(&[BeforeInviteUserToGroup]))
    .expect(&[
        For::these(OLD, refused_later(&[Want::Success, OLD_4001], &[WHOLE, INVITED])),
        For::these(FROM_381, refused_later(&[Want::Success, NEW_4001], &[WHOLE, INVITED])),
    ]),
    Case::new(
        Topic::Rejections,
        "reject_apply",
        || say!("probe-tries-reject-apply"),
        || say!("probe-means-reject-apply"),
    )
    .receiver(&[(BeforeApplyJoinGroup, Does::Says(R4001))])
    .steps(&[create(CREATE_OPEN), JOIN.pause(700)])
    .needs(Needs::keys(&[BeforeApplyJoinGroup]))
    .expect(&[
        For::these(OLD, refused_later(&[Want::Success, OLD_4001], &[WHOLE, APPLIED])),
        For::these(FROM_381, refused_later(&[Want::Success, NEW_4001], &[WHOLE, APPLIED])),
    ]),
    Case::new(
        Topic::Rejections,
        "reject_0_invite_join",
        || say!("probe-tries-reject-0-invite-join"),
        || say!("probe-means-reject-0-invite-join"),
    )
    .receiver(&[(BeforeInviteUserToGroup, Does::Says(R0)), (BeforeApplyJoinGroup, Does::Says(R0))])
    .steps(&[create(CREATE_OPEN), INVITE_ONE, MEMBER_IDS, JOIN, MEMBER_IDS])
    .needs(Needs::keys(&[BeforeInviteUserToGroup, BeforeApplyJoinGroup]))
    .expect(&[
        For::these(OLD, refused_later(&REFUSED_OLD, REFUSED_CALLED)),
        For::these(RELEASES, refused_later(&REFUSED_RELEASES, REFUSED_CALLED)),
        For::these(&[Main], refused_later(&REFUSED_MAIN, REFUSED_CALLED)),
        For::these(&[MainStandalone], refused_later(&REFUSED_ALONE, REFUSED_CALLED)),
    ]),
];

const REFUSED_CALLED: &[&[Called]] = &[WHOLE, INVITED, &[], APPLIED, &[]];
const fn both(refused: Want) -> [Want; 5] {
    [Want::Success, refused, Want::Success, refused, Want::Success]
}
const REFUSED_OLD: [Want; 5] =
    both(Want::Says(500, "0 not today quota exceeded", "0 not today quota exceeded"));
const REFUSED_RELEASES: [Want; 5] = both(Want::Says(500, M, D));
const REFUSED_MAIN: [Want; 5] = both(Want::Done);
const REFUSED_ALONE: [Want; 5] = both(Want::Says(0, M, D));
