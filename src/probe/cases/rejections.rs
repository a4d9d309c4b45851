//! How a refusal reaches the API's caller.

use super::parts::{
    CREATE, CREATE_OPEN, FIRST, FROM_381, GOES_ON, INVITE_PATH, JOIN, MAINS, MEMBER_IDS, OLD, RELEASES,
    UP_TO_JOIN, WHOLE, create, stops,
};
use crate::probe::case::{Acting, Called, Case, Does, Expect, Fact, For, Needs, Step, Topic, Want};
use crate::wire::Build::{Main, MainStandalone};
use crate::wire::FailureKind;
use crate::wire::WebhookKey::{
    BeforeApplyJoinGroup, BeforeCreateGroup, BeforeInviteUserToGroup, BeforeMemberJoinGroup,
};

/// beforeCreateGroup refuses with this answer.
const fn refused(
    name: &'static str,
    tries: &'static str,
    receiver: &'static [(crate::wire::WebhookKey, Does)],
    means: &'static str,
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
        "errCode 4001",
        &[(BeforeCreateGroup, Does::Says(R4001))],
        "Refuse with actionCode 0, nextCode 1 and an errCode of 1000 or more of your own: the caller gets it on every version.",
    )
    .expect(&[old(&[OLD_4001]), later(&[NEW_4001])]),
    refused(
        "reject_100",
        "errCode 100",
        &[(BeforeCreateGroup, Does::Says(r#"{"errCode":100,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#))],
        "100 is the lowest errCode that main passes on.",
    )
    .expect(&[
        old(&[Want::Says(100, "100 not today quota exceeded", "100 not today quota exceeded")]),
        later(&[Want::Says(100, M, D)]),
    ]),
    refused(
        "reject_99",
        "errCode 99",
        &[(BeforeCreateGroup, Does::Says(r#"{"errCode":99,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#))],
        "An errCode below 100 is lost on main: the caller sees 500.",
    )
    .expect(&[
        old(&[Want::Says(99, "99 not today quota exceeded", "99 not today quota exceeded")]),
        releases(&[Want::Says(99, M, D)]),
        main(&[Want::Says(500, "ServerInternalError", "rpc error: code = Code(99) desc = not today")]),
        alone(&[Want::Says(99, M, D)]),
    ]),
    refused(
        "reject_50",
        "errCode 50",
        &[(BeforeCreateGroup, Does::Says(r#"{"actionCode":0,"errCode":50,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#))],
        "An errCode below 100 becomes 500 on main as several processes.",
    )
    .expect(&[
        old(&[Want::Says(50, "50 not today quota exceeded", "50 not today quota exceeded")]),
        releases(&[Want::Says(50, M, D)]),
        main(&[Want::Says(500, "ServerInternalError", "rpc error: code = Code(50) desc = not today")]),
        alone(&[Want::Says(50, M, D)]),
    ]),
    refused(
        "reject_1",
        "errCode 1",
        &[(BeforeCreateGroup, Does::Says(r#"{"errCode":1,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#))],
        "Numbers up to 16 are gRPC's own: do not use them.",
    )
    .expect(&[
        old(&[Want::Says(1, "1 not today quota exceeded", "1 not today quota exceeded")]),
        releases(&[Want::Says(1, M, D)]),
        main(&[Want::Says(500, "ServerInternalError", "rpc error: code = Canceled desc = not today")]),
        alone(&[Want::Says(1, M, D)]),
    ]),
    refused(
        "reject_0",
        "errCode 0",
        &[(BeforeCreateGroup, Does::Says(R0))],
        "Never refuse with errCode 0: main reports success with no group, older versions 500.",
    )
    .expect(&[
        old(&[Want::Says(500, "0 not today quota exceeded", "0 not today quota exceeded")]),
        releases(&[Want::Says(500, M, D)]),
        main(&[Want::NoGroup]),
        alone(&[Want::Says(0, M, D)]),
    ]),
    refused(
        "reject_minus_5",
        "a negative errCode",
        &[(BeforeCreateGroup, Does::Says(r#"{"actionCode":0,"errCode":-5,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#))],
        "Negative errCodes become 500 nearly everywhere.",
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
        "nextCode 1 and nothing else",
        &[(BeforeCreateGroup, Does::Says(r#"{"nextCode":1}"#))],
        "nextCode 1 alone refuses with errCode 0: beware of samples that show it in a neutral answer.",
    )
    .expect(&[
        old(&[Want::Code(500)]),
        releases(&[Want::Says(500, "0 ", "0 ")]),
        main(&[Want::NoGroup]),
        alone(&[Want::Says(0, "", "")]),
    ]),
    refused(
        "reject_4001_no_msg",
        "a refusal without errMsg",
        &[(BeforeCreateGroup, Does::Says(r#"{"errCode":4001,"errMsg":"","errDlt":"quota exceeded","nextCode":1,"actionCode":0}"#))],
        "Always send errMsg: what the caller reads without it depends on the version.",
    )
    .expect(&[
        old(&[Want::Code(4001)]),
        releases(&[Want::Says(4001, "4001  quota exceeded", D)]),
        For::these(MAINS, stops(&[Want::Says(4001, "", D)])),
    ]),
    refused(
        "reject_4001_no_dlt",
        "a refusal without errDlt",
        &[(BeforeCreateGroup, Does::Says(r#"{"errCode":4001,"errMsg":"not today","errDlt":"","nextCode":1,"actionCode":0}"#))],
        "Releases from 3.8.1 on repeat errMsg where errDlt is missing.",
    )
    .expect(&[
        old(&[Want::Code(4001)]),
        releases(&[Want::Says(4001, M, M)]),
        For::these(MAINS, stops(&[Want::Says(4001, M, "")])),
    ]),
    refused(
        "reject_4001_no_text",
        "a refusal without texts",
        &[(BeforeCreateGroup, Does::Says(r#"{"errCode":4001,"errMsg":"","errDlt":"","nextCode":1,"actionCode":0}"#))],
        "Without texts the caller has the number only.",
    )
    .expect(&[
        old(&[Want::Code(4001)]),
        releases(&[Want::Says(4001, "4001 ", "4001 ")]),
        For::these(MAINS, stops(&[Want::Says(4001, "", "")])),
    ]),
    refused(
        "nextcode1_actioncode1",
        "nextCode 1 with actionCode 1",
        &[(BeforeCreateGroup, Does::Says(r#"{"actionCode":1,"errCode":4001,"errMsg":"not today","errDlt":"quota exceeded","nextCode":1}"#))],
        "actionCode must be 0 to refuse: with 1 everything goes on, whatever errCode says.",
    )
    .expect(GOES_ON),
    Case::new(
        Topic::Rejections,
        "reject_join_4001",
        "beforeMemberJoinGroup refuses",
        "A refused member stops the whole create; nothing is undone that you did in beforeCreateGroup.",
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
        "beforeInviteUserToGroup refuses",
        "An invite can be refused as a whole only: refusedMembersAccount is ignored.",
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
        "beforeApplyJoinGroup refuses",
        "beforeApplyJoinGroup can turn away whoever wants to join, before anything is stored.",
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
        "invite and join are refused with errCode 0",
        "On main an invite or join that was refused with errCode 0 cannot be told from a success: use 4001.",
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
