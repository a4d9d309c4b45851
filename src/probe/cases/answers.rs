//! What answers mean: status, body, fields.

use super::parts::{CREATE, CREATE_BODY, FIRST, FROM_380, GOES_ON, UP_TO_JOIN, WHOLE, create, stops};
use crate::probe::case::{Called, Case, Config, Does, Expect, Fact, For, Needs, Saying, Step, Topic, Want};
use crate::probe::receiver::NEUTRAL;
use crate::say;
use crate::wire::Build::{Main, MainStandalone, Patch16, V370, V380, V383};
use crate::wire::FailureKind;
use crate::wire::WebhookKey::{
    self, AfterCreateGroup, AfterSetGroupInfo, BeforeCreateGroup, BeforeMemberJoinGroup, BeforeSetGroupInfo,
};

/// beforeCreateGroup is answered so.
const fn answered(name: &'static str, tries: Saying, receiver: Receiver, means: Saying) -> Case {
    Case::new(Topic::Answers, name, tries, means)
        .receiver(receiver)
        .steps(&[CREATE])
        .needs(Needs::keys(FIRST))
}

type Receiver = &'static [(WebhookKey, Does)];

const BAD: &[For] = &[For::every(stops(&[Want::Failure(FailureKind::WebhookBadAnswer)]))];
const MEMBER_INFO: Step =
    Step::new("/group/get_group_members_info", r#"{"groupID":"{created}","userIDs":["{m1}"]}"#);
/// The answer is a redirect that is followed.
const TWICE: &[Called] =
    &[Called::Times(BeforeCreateGroup, 1, 2), Called::Members(4), Called::Once(AfterCreateGroup)];

const MODIFIED: &str = r#"{"actionCode":0,"errCode":0,"nextCode":0,"groupName":"forced name","groupType":0,"needVerification":2,"ex":"forced-ex","ownerUserID":"u0009"}"#;
const MODIFIED_FACTS: &[Fact] = &[
    Fact::Reply(0, "/data/groupInfo/groupName", "\"forced name\""),
    Fact::Reply(0, "/data/groupInfo/groupType", "0"),
    Fact::Reply(0, "/data/groupInfo/needVerification", "2"),
    Fact::Reply(0, "/data/groupInfo/ex", "\"forced-ex\""),
    Fact::ReplyAsSent(0, "/data/groupInfo/ownerUserID", "/ownerUserID"),
    Fact::Field(AfterCreateGroup, "/groupName", "\"forced name\""),
];
const ENTRY_OK: &str =
    r#"{"memberCallbackList":[{"userID":"{m1}","nickname":"Nick","roleLevel":60,"muteEndTime":0,"ex":"x"}]}"#;
const ENTRY_FACTS: &[Fact] = &[
    Fact::Reply(1, "/data/members/0/nickname", "\"Nick\""),
    Fact::Reply(1, "/data/members/0/roleLevel", "60"),
    Fact::Reply(1, "/data/members/0/ex", "\"x\""),
];
const NO_USER_ID: &str = r#"{"memberCallbackList":[{"nickname":"Nick"}]}"#;

pub(super) const CASES: &[Case] = &[
    answered(
        "answer_object_empty",
        || say!("probe-tries-answer-object-empty"),
        &[(BeforeCreateGroup, Does::Says("{}"))],
        || say!("probe-means-answer-object-empty"),
    )
    .expect(GOES_ON),
    answered(
        "answer_null",
        || say!("probe-tries-answer-null"),
        &[(BeforeCreateGroup, Does::Says("null"))],
        || say!("probe-means-answer-null"),
    )
    .expect(GOES_ON),
    answered(
        "answer_500_json",
        || say!("probe-tries-answer-500-json"),
        &[(BeforeCreateGroup, Does::Answers("500 Internal Server Error", "application/json", NEUTRAL))],
        || say!("probe-means-answer-500-json"),
    )
    .expect(GOES_ON),
    answered(
        "answer_404_json",
        || say!("probe-tries-answer-404-json"),
        &[(BeforeCreateGroup, Does::Answers("404 Not Found", "application/json", NEUTRAL))],
        || say!("probe-means-answer-404-json"),
    )
    .expect(GOES_ON),
    answered(
        "answer_200_html",
        || say!("probe-tries-answer-200-html"),
        &[(BeforeCreateGroup, Does::Answers("200 OK", "text/html", "<!doctype html><p>hi"))],
        || say!("probe-means-answer-200-html"),
    )
    .expect(BAD),
    answered(
        "answer_200_text",
        || say!("probe-tries-answer-200-text"),
        &[(BeforeCreateGroup, Does::Answers("200 OK", "text/plain", "ok"))],
        || say!("probe-means-answer-200-text"),
    )
    .expect(BAD),
    answered(
        "answer_500_html",
        || say!("probe-tries-answer-500-html"),
        &[(
            BeforeCreateGroup,
            Does::Answers("500 Internal Server Error", "text/html", "<html><body><h1>500</h1></body></html>"),
        )],
        || say!("probe-means-answer-500-html"),
    )
    .expect(BAD),
    answered(
        "answer_empty",
        || say!("probe-tries-answer-empty"),
        &[(BeforeCreateGroup, Does::Says(""))],
        || say!("probe-means-answer-empty"),
    )
    .expect(BAD),
    answered(
        "answer_array",
        || say!("probe-tries-answer-array"),
        &[(BeforeCreateGroup, Does::Says("[]"))],
        || say!("probe-means-answer-array"),
    )
    .expect(BAD),
    answered(
        "answer_wrong_type",
        || say!("probe-tries-answer-wrong-type"),
        &[(BeforeCreateGroup, Does::Says(r#"{"actionCode":"0"}"#))],
        || say!("probe-means-answer-wrong-type"),
    )
    .expect(BAD),
    answered(
        "answer_bom",
        || say!("probe-tries-answer-bom"),
        &[(BeforeCreateGroup, Does::Says("\u{feff}{}"))],
        || say!("probe-means-answer-bom"),
    )
    .expect(BAD),
    answered(
        "answer_trailing_text",
        || say!("probe-tries-answer-trailing-text"),
        &[(BeforeCreateGroup, Does::Says("{}\nok"))],
        || say!("probe-means-answer-trailing-text"),
    )
    .expect(BAD),
    answered(
        "answer_err_code_too_big",
        || say!("probe-tries-answer-err-code-too-big"),
        &[(BeforeCreateGroup, Does::Says(r#"{"actionCode":0,"errCode":4294967297,"nextCode":1}"#))],
        || say!("probe-means-answer-err-code-too-big"),
    )
    .expect(BAD),
    answered(
        "answer_gzip",
        || say!("probe-tries-answer-gzip"),
        &[(BeforeCreateGroup, Does::Gzip)],
        || say!("probe-means-answer-gzip"),
    )
    .expect(GOES_ON),
    answered(
        "redirect_302",
        || say!("probe-tries-redirect-302"),
        &[(BeforeCreateGroup, Does::Redirects("302 Found"))],
        || say!("probe-means-redirect-302"),
    )
    .expect(&[For::every(
        Expect::answers(&[Want::Success]).called(&[TWICE]).facts(&[Fact::Followed("GET", 1)]),
    )]),
    answered(
        "redirect_307",
        || say!("probe-tries-redirect-307"),
        &[(BeforeCreateGroup, Does::Redirects("307 Temporary Redirect"))],
        || say!("probe-means-redirect-307"),
    )
    .expect(&[For::every(
        Expect::answers(&[Want::Success]).called(&[TWICE]).facts(&[Fact::Followed("POST", 1)]),
    )]),
    answered(
        "redirect_loop",
        || say!("probe-tries-redirect-loop"),
        &[(BeforeCreateGroup, Does::RedirectsAlways("302 Found"))],
        || say!("probe-means-redirect-loop"),
    )
    .expect(&[For::every(
        Expect::answers(&[Want::Failure(FailureKind::WebhookBadAnswer)])
            .called(&[&[Called::Times(BeforeCreateGroup, 1, 11)]])
            .facts(&[Fact::Followed("GET", 9)]),
    )]),
    answered(
        "create_modified",
        || say!("probe-tries-create-modified"),
        &[(BeforeCreateGroup, Does::Says(MODIFIED))],
        || say!("probe-means-create-modified"),
    )
    .expect(&[For::every(Expect::answers(&[Want::Success]).called(&[WHOLE]).facts(MODIFIED_FACTS))]),
    Case::new(
        Topic::Answers,
        "join_entry_ok",
        || say!("probe-tries-join-entry-ok"),
        || say!("probe-means-join-entry-ok"),
    )
    .receiver(&[(BeforeMemberJoinGroup, Does::Says(ENTRY_OK))])
    .steps(&[CREATE, MEMBER_INFO])
    .needs(Needs::keys(&[BeforeMemberJoinGroup]))
    .expect(&[
        // Up to 3.7 the answer's own fields count, there is no list.
        For::these(
            &[V370],
            Expect::answers(&[Want::Success, Want::Success]).called(&[WHOLE]).facts(&[Fact::Reply(
                1,
                "/data/members/0/roleLevel",
                "20",
            )]),
        ),
        For::these(
            FROM_380,
            Expect::answers(&[Want::Success, Want::Success]).called(&[WHOLE]).facts(ENTRY_FACTS),
        ),
    ]),
    Case::new(
        Topic::Answers,
        "join_entry_no_userid",
        || say!("probe-tries-join-entry-no-userid"),
        || say!("probe-means-join-entry-no-userid"),
    )
    .receiver(&[(BeforeMemberJoinGroup, Does::Says(NO_USER_ID))])
    .steps(&[create(CREATE_BODY)])
    .needs(Needs::keys(&[BeforeMemberJoinGroup]).danger(|| say!("probe-danger-entry")))
    .expect(&[
        For::these(&[V370], Expect::answers(&[Want::Success]).called(&[WHOLE])),
        For::these(
            &[V380, V383],
            Expect::answers(&[Want::Failure(FailureKind::GroupProcessDown)]).called(&[UP_TO_JOIN]),
        ),
        For::these(&[Patch16], Expect::answers(&[Want::Code(2)]).called(&[UP_TO_JOIN])),
        For::these(&[Main], Expect::answers(&[Want::Code(500)]).called(&[UP_TO_JOIN])),
        For::these(&[MainStandalone], Expect::answers(&[Want::Status(500)]).called(&[UP_TO_JOIN])),
    ]),
    Case::new(
        Topic::Answers,
        "after_500_html",
        || say!("probe-tries-after-500-html"),
        || say!("probe-means-after-500-html"),
    )
    .receiver(&[(AfterCreateGroup, Does::Answers("500 Internal Server Error", "text/html", "<html>"))])
    .steps(&[CREATE])
    .needs(Needs::keys(&[AfterCreateGroup]))
    .expect(GOES_ON),
    Case::new(
        Topic::Answers,
        "set_info_echoed",
        || say!("probe-tries-set-info-echoed"),
        || say!("probe-means-set-info-echoed"),
    )
    .steps(&[CREATE, SET_INFO])
    .needs(Needs::keys(SET_INFO_KEYS).config(Config::Extra(SET_INFO_KEYS)))
    .expect(&[For::every(Expect::answers(&[Want::Success, Want::Done]).called(&[WHOLE, SET_INFO_CALLED]))]),
    Case::new(
        Topic::Answers,
        "set_info_not_echoed",
        || say!("probe-tries-set-info-not-echoed"),
        || say!("probe-means-set-info-not-echoed"),
    )
    .receiver(&[(BeforeSetGroupInfo, Does::Says("{}"))])
    .steps(&[CREATE, SET_INFO])
    .needs(Needs::keys(SET_INFO_KEYS).config(Config::Extra(SET_INFO_KEYS)))
    .expect(&[For::every(
        Expect::answers(&[Want::Success, Want::Code(1004)])
            .called(&[WHOLE, &[Called::Once(BeforeSetGroupInfo)]]),
    )]),
];

const SET_INFO_KEYS: &[WebhookKey] = &[BeforeSetGroupInfo, AfterSetGroupInfo];
const SET_INFO_CALLED: &[Called] = &[Called::Once(BeforeSetGroupInfo), Called::Once(AfterSetGroupInfo)];
const SET_INFO: Step = Step::new(
    "/group/set_group_info",
    r#"{"groupInfoForSet":{"groupID":"{created}","groupName":"{marker}","introduction":"changed"}}"#,
)
.pause(500);
