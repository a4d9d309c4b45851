//! What answers mean: status, body, fields.

use super::parts::{CREATE, CREATE_BODY, FIRST, FROM_380, GOES_ON, UP_TO_JOIN, WHOLE, create, stops};
use crate::probe::case::{Called, Case, Config, Does, Expect, Fact, For, Needs, Step, Topic, Want};
use crate::probe::receiver::NEUTRAL;
use crate::wire::Build::{Main, MainStandalone, Patch16, V370, V380, V383};
use crate::wire::FailureKind;
use crate::wire::WebhookKey::{
    self, AfterCreateGroup, AfterSetGroupInfo, BeforeCreateGroup, BeforeMemberJoinGroup, BeforeSetGroupInfo,
};

/// beforeCreateGroup is answered so.
const fn answered(name: &'static str, tries: &'static str, receiver: Receiver, means: &'static str) -> Case {
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
        "`{}` as answer",
        &[(BeforeCreateGroup, Does::Says("{}"))],
        "`{}` lets a create go on; only beforeSetGroupInfo(Ex) needs its fields back.",
    )
    .expect(GOES_ON),
    answered(
        "answer_null",
        "`null` as answer",
        &[(BeforeCreateGroup, Does::Says("null"))],
        "`null` lets the operation go on, too.",
    )
    .expect(GOES_ON),
    answered(
        "answer_500_json",
        "HTTP 500 with a neutral body",
        &[(BeforeCreateGroup, Does::Answers("500 Internal Server Error", "application/json", NEUTRAL))],
        "The status is ignored: an error page of valid JSON does not stop anything; say no in the body.",
    )
    .expect(GOES_ON),
    answered(
        "answer_404_json",
        "HTTP 404 with a neutral body",
        &[(BeforeCreateGroup, Does::Answers("404 Not Found", "application/json", NEUTRAL))],
        "A missing route that answers JSON goes unnoticed: check your routes by what arrives, not by OpenIM.",
    )
    .expect(GOES_ON),
    answered(
        "answer_200_html",
        "HTML as answer",
        &[(BeforeCreateGroup, Does::Answers("200 OK", "text/html", "<!doctype html><p>hi"))],
        "Any answer that is no JSON fails the operation with 90007, whatever its status.",
    )
    .expect(BAD),
    answered(
        "answer_200_text",
        "plain text as answer",
        &[(BeforeCreateGroup, Does::Answers("200 OK", "text/plain", "ok"))],
        "`ok` is no answer: send a JSON object.",
    )
    .expect(BAD),
    answered(
        "answer_500_html",
        "an HTML error page as answer",
        &[(
            BeforeCreateGroup,
            Does::Answers("500 Internal Server Error", "text/html", "<html><body><h1>500</h1></body></html>"),
        )],
        "A framework's error page fails the operation with 90007 within milliseconds; a proxy's, too.",
    )
    .expect(BAD),
    answered(
        "answer_empty",
        "an empty body as answer",
        &[(BeforeCreateGroup, Does::Says(""))],
        "An empty body fails the operation; answer `{}` at least.",
    )
    .expect(BAD),
    answered(
        "answer_array",
        "a JSON array as answer",
        &[(BeforeCreateGroup, Does::Says("[]"))],
        "The answer must be a JSON object.",
    )
    .expect(BAD),
    answered(
        "answer_wrong_type",
        "a number as text in the answer",
        &[(BeforeCreateGroup, Does::Says(r#"{"actionCode":"0"}"#))],
        "actionCode, errCode and nextCode must be JSON numbers, not text.",
    )
    .expect(BAD),
    answered(
        "answer_bom",
        "a byte order mark before the JSON",
        &[(BeforeCreateGroup, Does::Says("\u{feff}{}"))],
        "Write UTF-8 without a byte order mark.",
    )
    .expect(BAD),
    answered(
        "answer_trailing_text",
        "text behind the JSON",
        &[(BeforeCreateGroup, Does::Says("{}\nok"))],
        "Nothing may follow the JSON object, not even a debug line.",
    )
    .expect(BAD),
    answered(
        "answer_err_code_too_big",
        "an errCode beyond 32 bits",
        &[(BeforeCreateGroup, Does::Says(r#"{"actionCode":0,"errCode":4294967297,"nextCode":1}"#))],
        "Keep errCode within 32 bits, else your refusal becomes 90007.",
    )
    .expect(BAD),
    answered(
        "answer_gzip",
        "a gzip answer",
        &[(BeforeCreateGroup, Does::Gzip)],
        "A proxy in front of your server may pack answers with gzip.",
    )
    .expect(GOES_ON),
    answered(
        "redirect_302",
        "a redirect with 302",
        &[(BeforeCreateGroup, Does::Redirects("302 Found"))],
        "A 302 (a login page, http to https) is followed as GET without the body; what comes there decides.",
    )
    .expect(&[For::every(
        Expect::answers(&[Want::Success]).called(&[TWICE]).facts(&[Fact::Followed("GET", 1)]),
    )]),
    answered(
        "redirect_307",
        "a redirect with 307",
        &[(BeforeCreateGroup, Does::Redirects("307 Temporary Redirect"))],
        "A 307 makes OpenIM post the same body again, at the cost of a second round trip in the same timeout.",
    )
    .expect(&[For::every(
        Expect::answers(&[Want::Success]).called(&[TWICE]).facts(&[Fact::Followed("POST", 1)]),
    )]),
    answered(
        "redirect_loop",
        "redirects without end",
        &[(BeforeCreateGroup, Does::RedirectsAlways("302 Found"))],
        "After ten redirects the call fails with 90004: a redirect loop of a proxy looks like a network error.",
    )
    .expect(&[For::every(
        Expect::answers(&[Want::Failure(FailureKind::WebhookBadAnswer)])
        .called(&[&[Called::Times(BeforeCreateGroup, 1, 11)]])
        .facts(&[Fact::Followed("GET", 9)]),
    )]),
    answered(
        "create_modified",
        "fields of the answer replace the request's",
        &[(BeforeCreateGroup, Does::Says(MODIFIED))],
        "beforeCreateGroup may set name, groupID, groupType (unchecked), ex and more, but not the owner.",
    )
    .expect(&[For::every(Expect::answers(&[Want::Success]).called(&[WHOLE]).facts(MODIFIED_FACTS))]),
    Case::new(
        Topic::Answers,
        "join_entry_ok",
        "a memberCallbackList entry sets a member's fields",
        "From 3.8.0 on beforeMemberJoinGroup may set nickname, role and ex of members it names.",
    )
    .receiver(&[(BeforeMemberJoinGroup, Does::Says(ENTRY_OK))])
    .steps(&[CREATE, MEMBER_INFO])
    .needs(Needs::keys(&[BeforeMemberJoinGroup]))
    .expect(&[
        // Up to 3.7 the answer's own fields count, there is no list.
        For::these(
            &[V370],
            Expect::answers(&[Want::Success, Want::Success])
                .called(&[WHOLE])
                .facts(&[Fact::Reply(1, "/data/members/0/roleLevel", "20")]),
        ),
        For::these(
            FROM_380,
            Expect::answers(&[Want::Success, Want::Success]).called(&[WHOLE]).facts(ENTRY_FACTS),
        ),
    ]),
    Case::new(
        Topic::Answers,
        "join_entry_no_userid",
        "a memberCallbackList entry without userID",
        "Never send an entry without userID: 3.8.0 to 3.8.3 lose their group process by it.",
    )
    .receiver(&[(BeforeMemberJoinGroup, Does::Says(NO_USER_ID))])
    .steps(&[create(CREATE_BODY)])
    .needs(Needs::keys(&[BeforeMemberJoinGroup]).danger(
        "on 3.8.0 to 3.8.3 the group process dies, and every group call fails until it is restarted",
    ))
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
        "an error page as answer of an after-callback",
        "Answers of after-callbacks are thrown away: nobody is told when yours fails, and it is not repeated.",
    )
    .receiver(&[(AfterCreateGroup, Does::Answers("500 Internal Server Error", "text/html", "<html>"))])
    .steps(&[CREATE])
    .needs(Needs::keys(&[AfterCreateGroup]))
    .expect(GOES_ON),
    Case::new(
        Topic::Answers,
        "set_info_echoed",
        "beforeSetGroupInfo is answered with its own fields",
        "Send groupID, groupName, introduction and faceURL back, changed or not.",
    )
    .steps(&[CREATE, SET_INFO])
    .needs(Needs::keys(SET_INFO_KEYS).config(Config::Extra(SET_INFO_KEYS)))
    .expect(&[For::every(
        Expect::answers(&[Want::Success, Want::Done]).called(&[WHOLE, SET_INFO_CALLED]),
    )]),
    Case::new(
        Topic::Answers,
        "set_info_not_echoed",
        "beforeSetGroupInfo is answered with `{}`",
        "`{}` blanks the groupID and set_group_info fails with 1004: this callback wants its fields back.",
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
