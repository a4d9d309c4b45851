//! Other group operations.

use super::parts::{
    CREATE, CREATE_CLOSED, CREATE_OPEN, DISMISS_PATH, FROM_381, GROUP_INFO, INVITE_PATH, JOIN, MEMBER_IDS,
    OLD, WHOLE, create,
};
use crate::probe::case::{Acting, Called, Case, Config, Expect, Fact, For, Needs, Saying, Step, Topic, Want};
use crate::say;
use crate::wire::Build::{Main, MainStandalone, Patch16, V370, V380, V383};
use crate::wire::WebhookKey::{
    self, AfterDismissGroup, AfterJoinGroup, AfterKickGroupMember, AfterQuitGroup, AfterSetGroupInfoEx,
    AfterTransferGroupOwner, BeforeApplyJoinGroup, BeforeInviteUserToGroup, BeforeMemberJoinGroup,
    BeforeSetGroupInfoEx,
};
use crate::wire::{Build, FailureKind};

const fn case(name: &'static str, tries: Saying, means: Saying) -> Case {
    Case::new(Topic::Flows, name, tries, means)
}

const INVITE: Step =
    Step::new(INVITE_PATH, r#"{"groupID":"{created}","invitedUserIDs":["{m5}","{m6}"],"reason":"bench"}"#);
const INVITE_BY_OWNER: Step = INVITE.acting(Acting::Owner).pause(700);
const KICK: Step =
    Step::new("/group/kick_group", r#"{"groupID":"{created}","kickedUserIDs":["{m1}"],"reason":"bench"}"#);
const QUIT: Step = Step::new("/group/quit_group", r#"{"groupID":"{created}","userID":"{m2}"}"#);
const TRANSFER: Step = Step::new(
    "/group/transfer_group",
    r#"{"groupID":"{created}","oldOwnerUserID":"{owner}","newOwnerUserID":"{admin1}"}"#,
);
const DISMISS: Step = Step::new(DISMISS_PATH, r#"{"groupID":"{created}","deleteMember":true}"#);
const DISMISS_KEEP: Step = Step::new(DISMISS_PATH, r#"{"groupID":"{created}","deleteMember":false}"#);
const APPROVE: Step = Step::new(
    "/group/group_application_response",
    r#"{"groupID":"{created}","fromUserID":"{outsider}","handledMsg":"ok","handleResult":1}"#,
);

const MAX_SEQ: Want = Want::Failure(FailureKind::MaxSeqInvalid);
/// Soon after a create the message pipeline may not know the group yet.
const SOON: Want = Want::AnyOf(&[Want::Done, MAX_SEQ, Want::Code(500)]);
/// All but patch.16, which cannot write the conversation.
const FINE: &[Build] = &[V370, V380, V383, Main, MainStandalone];

const FLOW_STEPS: &[Step] = &[CREATE, INVITE_BY_OWNER, KICK, QUIT, TRANSFER, DISMISS, GROUP_INFO];
const FLOW_CALLED: &[&[Called]] = &[
    WHOLE,
    INVITED_TWO,
    &[Called::IfDone(AfterKickGroupMember)],
    &[Called::IfDone(AfterQuitGroup)],
    &[Called::Once(AfterTransferGroupOwner)],
    &[Called::Once(AfterDismissGroup)],
    &[],
];
const FLOW_FACTS: &[Fact] = &[Fact::Reply(6, "/data/groupInfos/0/status", "2")];
const INVITED_TWO: &[Called] = &[Called::Once(BeforeInviteUserToGroup), Called::Members(2)];
const INVITED_ONE: &[Called] = &[Called::Once(BeforeInviteUserToGroup), Called::Members(1)];
const JOINED: &[Called] =
    &[Called::Once(BeforeApplyJoinGroup), Called::Members(1), Called::IfDone(AfterJoinGroup)];
const APPLIED: &[Called] = &[Called::Once(BeforeApplyJoinGroup)];
const GONE_TWICE: &[Called] = &[Called::Times(AfterDismissGroup, 1, 2)];
const GONE_PERHAPS: &[Called] = &[Called::Times(AfterDismissGroup, 0, 2)];
/// openim-push dismisses once more by itself, and may be first.
const AGAIN: Want = Want::AnyOf(&[Want::Code(1204), Want::Code(1004)]);

const fn flow(invite: Want) -> [Want; 7] {
    [Want::Success, invite, SOON, SOON, Want::Done, Want::Done, Want::Success]
}
const FLOW: [Want; 7] = flow(Want::Done);
const FLOW_PATCH16: [Want; 7] = flow(MAX_SEQ);

const INVITES: &[Step] = &[
    CREATE,
    INVITE.pause(700),
    MEMBER_IDS,
    Step::new("/group/get_group_members_info", r#"{"groupID":"{created}","userIDs":["{m5}"]}"#),
    Step::new(INVITE_PATH, r#"{"groupID":"{created}","invitedUserIDs":["{m7}"],"reason":"bench"}"#)
        .acting(Acting::Owner),
    MEMBER_IDS,
    Step::new(INVITE_PATH, r#"{"groupID":"{created}","invitedUserIDs":["{m8}","{m5}"],"reason":"bench"}"#)
        .acting(Acting::Owner),
    MEMBER_IDS,
];
const fn invites(invite: Want) -> [Want; 8] {
    [
        Want::Success,
        invite,
        Want::Success,
        Want::Success,
        invite,
        Want::Success,
        Want::Code(500),
        Want::Success,
    ]
}
const INVITES_FINE: [Want; 8] = invites(Want::Done);
const INVITES_PATCH16: [Want; 8] = invites(MAX_SEQ);
const INVITES_CALLED: &[&[Called]] = &[WHOLE, INVITED_TWO, &[], &[], INVITED_ONE, &[], INVITED_TWO, &[]];
const SET_INFO_EX: Step = Step::new(
    "/group/set_group_info_ex",
    r#"{"groupID":"{created}","groupName":"{marker}","introduction":"changed"}"#,
)
.pause(500);
const EX_KEYS: &[WebhookKey] = &[BeforeSetGroupInfoEx, AfterSetGroupInfoEx];

pub(super) const CASES: &[Case] = &[
    case(
        "flow_invite_kick_quit_dismiss",
        || say!("probe-tries-flow-invite-kick-quit-dismiss"),
        || say!("probe-means-flow-invite-kick-quit-dismiss"),
    )
    .steps(FLOW_STEPS)
    .needs(Needs::keys(&[]).slow())
    .expect(&[
        For::these(FINE, Expect::answers(&FLOW).called(FLOW_CALLED).facts(FLOW_FACTS)),
        For::these(&[Patch16], Expect::answers(&FLOW_PATCH16).called(FLOW_CALLED).facts(FLOW_FACTS)),
    ]),
    case(
        "flow_join_direct",
        || say!("probe-tries-flow-join-direct"),
        || say!("probe-means-flow-join-direct"),
    )
    .steps(&[create(CREATE_OPEN), JOIN.pause(1000)])
    .expect(&[
        For::these(FINE, Expect::answers(&[Want::Success, Want::Done]).called(&[WHOLE, JOINED])),
        For::these(&[Patch16], Expect::answers(&[Want::Success, MAX_SEQ]).called(&[WHOLE, JOINED])),
    ]),
    case(
        "flow_join_request",
        || say!("probe-tries-flow-join-request"),
        || say!("probe-means-flow-join-request"),
    )
    .steps(&[create(CREATE_CLOSED), JOIN.pause(1000), APPROVE])
    .expect(&[
        For::these(
            FINE,
            Expect::answers(&[Want::Success, Want::Done, Want::Done]).called(&[
                WHOLE,
                APPLIED,
                &[Called::Members(1)],
            ]),
        ),
        For::these(
            &[Patch16],
            Expect::answers(&[Want::Success, Want::Done, MAX_SEQ]).called(&[
                WHOLE,
                APPLIED,
                &[Called::Members(1)],
            ]),
        ),
    ]),
    case("invite_by_admin", || say!("probe-tries-invite-by-admin"), || say!("probe-means-invite-by-admin"))
        .steps(INVITES)
        .needs(Needs::keys(&[BeforeMemberJoinGroup]).slow().danger(|| say!("probe-danger-invite")))
        .expect(&[
            For::these(
                &[V370],
                Expect::answers(&[Want::Success, Want::Failure(FailureKind::GroupProcessDown)])
                    .called(&[WHOLE, &[Called::Once(BeforeInviteUserToGroup)]]),
            ),
            For::these(
                &[V380, V383, Main, MainStandalone],
                Expect::answers(&INVITES_FINE).called(INVITES_CALLED),
            ),
            For::these(&[Patch16], Expect::answers(&INVITES_PATCH16).called(INVITES_CALLED)),
        ]),
    case(
        "invite_needs_approval",
        || say!("probe-tries-invite-needs-approval"),
        || say!("probe-means-invite-needs-approval"),
    )
    .steps(&[create(CREATE_CLOSED), INVITE.acting(Acting::Member).pause(700)])
    .needs(Needs::keys(&[BeforeInviteUserToGroup]))
    .expect(&[For::every(
        Expect::answers(&[Want::Success, Want::Done])
            .called(&[WHOLE, &[Called::Once(BeforeInviteUserToGroup)]]),
    )]),
    case("transfer_owner", || say!("probe-tries-transfer-owner"), || say!("probe-means-transfer-owner"))
        .steps(&[CREATE, TRANSFER.pause(700)])
        .needs(Needs::keys(&[AfterTransferGroupOwner]).config(Config::Extra(&[AfterTransferGroupOwner])))
        .expect(&[For::every(
            Expect::answers(&[Want::Success, Want::Done])
                .called(&[WHOLE, &[Called::Once(AfterTransferGroupOwner)]])
                .facts(&[Fact::Raw(AfterTransferGroupOwner, "\"newOwnerUserID\":\"")]),
        )]),
    case(
        "set_info_ex_echoed",
        || say!("probe-tries-set-info-ex-echoed"),
        || say!("probe-means-set-info-ex-echoed"),
    )
    .steps(&[CREATE, SET_INFO_EX])
    .needs(Needs::keys(EX_KEYS).config(Config::Extra(EX_KEYS)))
    .expect(&[
        For::these(OLD, Expect::answers(&[Want::Success, Want::Status(404)]).called(&[WHOLE, &[]])),
        For::these(
            FROM_381,
            Expect::answers(&[Want::Success, Want::Done])
                .called(&[WHOLE, &[Called::Once(BeforeSetGroupInfoEx), Called::Once(AfterSetGroupInfoEx)]]),
        ),
    ]),
    case(
        "dismiss_delete_members",
        || say!("probe-tries-dismiss-delete-members"),
        || say!("probe-means-dismiss-delete-members"),
    )
    .steps(&[CREATE, DISMISS.pause(700), MEMBER_IDS, DISMISS])
    .expect(&[For::every(
        Expect::answers(&[Want::Success, Want::Done, Want::Success, Want::Code(1004)])
            .called(&[WHOLE, &[Called::Once(AfterDismissGroup)], &[], &[]])
            .facts(&[Fact::ReplyHas(2, "/data/userIDs/0", false)]),
    )]),
    case(
        "dismiss_keep_members",
        || say!("probe-tries-dismiss-keep-members"),
        || say!("probe-means-dismiss-keep-members", sign = "$"),
    )
    .steps(&[CREATE, KICK.pause(700), DISMISS_KEEP, MEMBER_IDS, DISMISS_KEEP, DISMISS, MEMBER_IDS])
    .needs(Needs::keys(&[]).slow())
    .expect(&[For::every(
        Expect::answers(&[
            Want::Success,
            SOON,
            Want::Done,
            Want::Success,
            AGAIN,
            Want::AnyOf(&[Want::Done, Want::Code(1004)]),
            Want::Success,
        ])
        .called(&[
            WHOLE,
            &[Called::IfDone(AfterKickGroupMember)],
            GONE_TWICE,
            &[],
            GONE_PERHAPS,
            GONE_PERHAPS,
            &[],
        ])
        .facts(&[Fact::SecondHasNoMembers]),
    )]),
    case(
        "dismiss_by_owner",
        || say!("probe-tries-dismiss-by-owner"),
        || say!("probe-means-dismiss-by-owner"),
    )
    .steps(&[
        CREATE.acting(Acting::Owner),
        DISMISS.acting(Acting::Owner).pause(700),
        CREATE.acting(Acting::Owner),
        DISMISS_KEEP.acting(Acting::Owner).pause(700),
        GROUP_INFO.pause(1300),
    ])
    .needs(Needs::keys(&[]).slow())
    .expect(&[For::every(
        Expect::answers(&[Want::Success, Want::Done, Want::Success, Want::Done, Want::Success])
            .called(&[WHOLE, &[Called::Once(AfterDismissGroup)], WHOLE, GONE_TWICE, &[]])
            .facts(&[Fact::SecondHasNoMembers]),
    )]),
];
