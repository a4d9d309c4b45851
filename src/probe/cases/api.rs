//! The API's envelope, headers, tokens, packing.

use super::parts::{
    CREATE, CREATE_BODY, CREATE_SMALL, FROM_380, FROM_381, GROUP_INFO, MAINS, NOT_MAIN, OLD, create,
};
use crate::probe::case::{Acting, Case, Does, Expect, Fact, For, Needs, Saying, Step, Topic, Want};
use crate::say;
use crate::wire::Build::{Main, MainStandalone, V370, V380};
use crate::wire::FailureKind;
use crate::wire::WebhookKey::BeforeCreateGroup;

const fn case(name: &'static str, tries: Saying, means: Saying) -> Case {
    Case::new(Topic::Api, name, tries, means)
}

const NO_OPERATION: Step = Step { without_operation_id: true, ..CREATE };
const NOBODY: Step = CREATE.acting(Acting::Nobody);
const STRANGER: Step = CREATE.acting(Acting::Stranger);
const UNKNOWN_PATH: Step = Step::new("/group/nope", "{}");
const GET: Step = Step { get: true, ..CREATE };
const USER_TOKEN: &str = "/auth/user_token";
const ADMIN_TOKEN: &str = "/auth/get_admin_token";
const WRONG_SECRET: &str = r#"{"secret":"wrong","userID":"{imadmin}","platformID":10}"#;
const WRONG_USER: &str = r#"{"secret":"{secret}","userID":"{nobody}","platformID":10}"#;

const fn token_call(path: &'static str, body: &'static str) -> Step {
    Step::new(path, body).acting(Acting::Nobody)
}

const NO_OPERATION_TEXT: Want = Want::Local(1001, "ArgsError", "header must have operationID");
const NO_TOKEN_TEXT: Want = Want::Local(1001, "ArgsError", "header must have token");
/// What is no token is malformed; what looks like one may be unknown.
const BAD_TOKEN: Want = Want::AnyOf(&[
    Want::Failure(FailureKind::Token(1503)),
    Want::Failure(FailureKind::Token(1505)),
    Want::Failure(FailureKind::Token(1507)),
]);
const WRONG_SECRET_TEXT: Want = Want::Remote(1002, "NoPermissionError", "secret invalid");
const NOT_FOUND: Want = Want::Status(404);
const TYPE_2_ONLY: Want = Want::Remote(1001, "ArgsError", "group type only supports 2");
const REPEATED: Want = Want::Remote(1001, "ArgsError", "group member repeated");
const REGISTERED: Want = Want::Remote(1102, "RegisteredAlreadyError", "userID registered already");

const ERRORS: &[Step] = &[
    NO_OPERATION,
    NOBODY,
    STRANGER,
    create(r#"{"memberUserIDs":["#),
    create(""),
    create(r#"{"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2}}"#),
    create(r#"{"memberUserIDs":["{m1}"],"groupInfo":{"groupName":"{marker}","groupType":2}}"#),
    create(r#"{"memberUserIDs":["{m1}"],"ownerUserID":"{owner}"}"#),
    create(
        r#"{"memberUserIDs":["{m1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":0}}"#,
    ),
    create(
        r#"{"memberUserIDs":["{m1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":1}}"#,
    ),
    create(
        r#"{"memberUserIDs":["{m1}","{nobody}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2}}"#,
    ),
    create(
        r#"{"memberUserIDs":["{m1}","{m1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2}}"#,
    ),
    create(
        r#"{"memberUserIDs":["{m1}"],"adminUserIDs":["{m1}"],"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2}}"#,
    ),
    create(
        r#"{"memberUserIDs":"{m1}","ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2}}"#,
    ),
    UNKNOWN_PATH,
    GET,
    Step::new("/group/dismiss_group", r#"{"groupID":"nonexistent","deleteMember":false}"#),
    Step::new("/user/user_register", r#"{"secret":"{secret}","users":[{"userID":"{m1}","nickname":"x"}]}"#),
    Step::new("/user/user_register", r#"{"secret":"{secret}","users":[]}"#),
    token_call(USER_TOKEN, WRONG_SECRET),
    token_call(USER_TOKEN, WRONG_USER),
    token_call(ADMIN_TOKEN, WRONG_SECRET),
    token_call(ADMIN_TOKEN, WRONG_USER),
];

/// Wants of `errors_api` that builds share, around those in which they differ.
const fn errors(
    json: i64,
    no_members: Want,
    no_owner: Want,
    no_user: Want,
    no_users: Want,
    tokens: [Want; 4],
) -> [Want; 23] {
    [
        NO_OPERATION_TEXT,
        NO_TOKEN_TEXT,
        BAD_TOKEN,
        Want::Code(json),
        Want::Code(json),
        no_members,
        no_owner,
        Want::Local(1001, "ArgsError", "groupInfo is empty"),
        TYPE_2_ONLY,
        TYPE_2_ONLY,
        no_user,
        REPEATED,
        REPEATED,
        Want::Code(json),
        NOT_FOUND,
        NOT_FOUND,
        Want::Remote(1004, "RecordNotFoundError", "group nonexistent owner not found"),
        REGISTERED,
        no_users,
        tokens[0],
        tokens[1],
        tokens[2],
        tokens[3],
    ]
}

const NO_OWNER_OLD: Want = Want::Local(1001, "ArgsError", "ownerUserID");
const NO_OWNER: Want = Want::Local(1001, "ArgsError", "ownerUserID is empty");
const EMPTY_OLD: Want = Want::Local(1001, "ArgsError", "memberUserIDS and adminUserIDs are empty");
const NO_USER: Want = Want::Remote(1101, "UserIDNotFoundError", "user not found");
const ERRORS_370: [Want; 23] = errors(
    500,
    EMPTY_OLD,
    NO_OWNER_OLD,
    Want::Code(1004),
    Want::Code(2),
    [WRONG_SECRET_TEXT, Want::Code(1004), NOT_FOUND, NOT_FOUND],
);
const ERRORS_380: [Want; 23] = errors(
    1001,
    Want::Success,
    NO_OWNER_OLD,
    Want::Code(1004),
    Want::Code(2),
    [WRONG_SECRET_TEXT, Want::Code(1004), NO_TOKEN_TEXT, NO_TOKEN_TEXT],
);
const ERRORS_381: [Want; 23] = errors(
    1001,
    Want::Success,
    NO_OWNER,
    NO_USER,
    Want::Code(1001),
    [NO_TOKEN_TEXT, NO_TOKEN_TEXT, WRONG_SECRET_TEXT, Want::Code(1001)],
);

pub(super) const CASES: &[Case] = &[
    case("errors_api", || say!("probe-tries-errors-api"), || say!("probe-means-errors-api"))
        .steps(ERRORS)
        .expect(&[
            For::these(&[V370], Expect::answers(&ERRORS_370)),
            For::these(&[V380], Expect::answers(&ERRORS_380)),
            For::these(FROM_381, Expect::answers(&ERRORS_381)),
        ]),
    case(
        "admin_token_route",
        || say!("probe-tries-admin-token-route"),
        || say!("probe-means-admin-token-route"),
    )
    .steps(&[token_call(USER_TOKEN, WRONG_SECRET), token_call(ADMIN_TOKEN, WRONG_SECRET)])
    .expect(&[
        For::these(&[V370], Expect::answers(&[WRONG_SECRET_TEXT, NOT_FOUND])),
        For::these(&[V380], Expect::answers(&[WRONG_SECRET_TEXT, NO_TOKEN_TEXT])),
        For::these(FROM_381, Expect::answers(&[NO_TOKEN_TEXT, WRONG_SECRET_TEXT])),
    ]),
    case(
        "operation_id_missing",
        || say!("probe-tries-operation-id-missing"),
        || say!("probe-means-operation-id-missing"),
    )
    .steps(&[NO_OPERATION])
    .expect(&[For::every(Expect::answers(&[NO_OPERATION_TEXT]).called(&[&[]]))]),
    case("token_missing", || say!("probe-tries-token-missing"), || say!("probe-means-token-missing"))
        .steps(&[NOBODY])
        .expect(&[For::every(Expect::answers(&[NO_TOKEN_TEXT]).called(&[&[]]))]),
    case("token_garbage", || say!("probe-tries-token-garbage"), || say!("probe-means-token-garbage"))
        .steps(&[STRANGER])
        .expect(&[For::every(Expect::answers(&[BAD_TOKEN]).called(&[&[]]))]),
    case("unknown_path", || say!("probe-tries-unknown-path"), || say!("probe-means-unknown-path"))
        .steps(&[UNKNOWN_PATH, Step { without_operation_id: true, ..UNKNOWN_PATH }])
        .expect(&[For::every(Expect::answers(&[NOT_FOUND, NO_OPERATION_TEXT]))]),
    case(
        "create_without_members",
        || say!("probe-tries-create-without-members"),
        || say!("probe-means-create-without-members"),
    )
    .steps(&[create(r#"{"ownerUserID":"{owner}","groupInfo":{"groupName":"{marker}","groupType":2}}"#)])
    .expect(&[
        For::these(&[V370], Expect::answers(&[EMPTY_OLD])),
        For::these(FROM_380, Expect::answers(&[Want::Success])),
    ]),
    case("api_gzip", || say!("probe-tries-api-gzip"), || say!("probe-means-api-gzip"))
        .steps(&[CREATE, Step { gzip: true, ..GROUP_INFO }])
        .expect(&[
            For::these(
                OLD,
                Expect::answers(&[Want::Success, Want::Success]).facts(&[Fact::Header(
                    1,
                    "Content-Encoding",
                    false,
                )]),
            ),
            For::these(
                FROM_381,
                Expect::answers(&[Want::Success, Want::Success]).facts(&[Fact::Header(
                    1,
                    "Content-Encoding",
                    true,
                )]),
            ),
        ]),
    case("api_http_id", || say!("probe-tries-api-http-id"), || say!("probe-means-api-http-id"))
        .steps(&[GROUP_INFO_OF_NONE])
        .expect(&[
            For::these(
                NOT_MAIN,
                Expect::answers(&[Want::Anything]).facts(&[Fact::Header(0, "X-Http-Id", false)]),
            ),
            For::these(
                MAINS,
                Expect::answers(&[Want::Anything]).facts(&[Fact::Header(0, "X-Http-Id", true)]),
            ),
        ]),
    case("api_keep_alive", || say!("probe-tries-api-keep-alive"), || say!("probe-means-api-keep-alive"))
        .steps(&[GROUP_INFO_OF_NONE, GROUP_INFO_OF_NONE])
        .expect(&[For::every(
            Expect::answers(&[Want::Anything, Want::Anything])
                .facts(&[Fact::Header(0, "Connection", false), Fact::Header(1, "Connection", false)]),
        )]),
    case(
        "abandoned_caller",
        || say!("probe-tries-abandoned-caller"),
        || say!("probe-means-abandoned-caller"),
    )
    .receiver(&[(BeforeCreateGroup, Does::After(900))])
    .steps(&[
        create(CREATE_SMALL).give_up(500),
        Step::new("/group/get_groups_info", r#"{"groupIDs":["{same}"]}"#).pause(2500),
    ])
    .needs(Needs::keys(&[BeforeCreateGroup]).slow())
    .expect(&[For::every(
        Expect::answers(&[Want::GaveUp, Want::Success])
            .called(&[super::callbacks::ABANDONED])
            .facts(&[Fact::ReplyHas(1, "/data/groupInfos/0/groupID", true)]),
    )]),
    case(
        "group_process_down",
        || say!("probe-tries-group-process-down"),
        || say!("probe-means-group-process-down"),
    )
    .steps(&[create(CREATE_BODY)])
    .needs(Needs::keys(&[]).simulator_only(|| say!("probe-state-dead")))
    .expect(DOWN),
    case(
        "group_process_stopped",
        || say!("probe-tries-group-process-stopped"),
        || say!("probe-means-group-process-stopped"),
    )
    .steps(&[create(CREATE_BODY)])
    .needs(Needs::keys(&[]).simulator_only(|| say!("probe-state-stopped")))
    .expect(DOWN),
];

const GROUP_INFO_OF_NONE: Step = Step::new("/group/get_groups_info", r#"{"groupIDs":["nonexistent"]}"#);
const IS_DOWN: Want = Want::Failure(FailureKind::GroupProcessDown);
const DOWN: &[For] = &[
    For::these(
        NOT_MAIN,
        Expect::answers(&[IS_DOWN]).called(&[&[]]).facts(&[Fact::Reply(0, "/errCode", "14")]),
    ),
    For::these(
        &[Main],
        Expect::answers(&[IS_DOWN]).called(&[&[]]).facts(&[Fact::Reply(0, "/errCode", "500")]),
    ),
    // One process: it answers nothing when it is gone.
    For::these(&[MainStandalone], Expect::answers(&[Want::AnyOf(&[Want::GaveUp, IS_DOWN])]).called(&[&[]])),
];
