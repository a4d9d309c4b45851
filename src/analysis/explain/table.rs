//! The causes: how each shows, what rules it out, and which command goes on from there.

use super::Cause;
use crate::say;
use crate::text::Text;

const REENTRANT: &str = "openim-bench run reentrant";
const STAND_IN: &str = "openim-bench sim --webhooks webhooks.yml --accept-any-user";
const RUN: &str = "openim-bench run real-openim";
const PROBE: &str = "openim-bench probe --target http://127.0.0.1:10002";
const CAPACITY: &str = "openim-bench capacity real-openim";
const LINT: &str = "openim-bench lint webhooks.yml --version 3.8.3";
const SETUP: &str = "openim-bench setup real-openim --deployment docker";
const CHECK: &str = "openim-bench webhook check --url http://127.0.0.1:10006/callback --version 3.8.3";
const PROBE_WEBHOOKS: &str = "openim-bench probe --target http://127.0.0.1:10002 --webhooks webhooks.yml";

/// What is known of a cause.
pub(super) struct Row {
    pub(super) cause: Cause,
    /// Stable name, for JSON.
    pub(super) name: &'static str,
    pub(super) title: fn() -> Text,
    pub(super) shows: fn() -> Text,
    pub(super) rules_out: fn() -> Text,
    pub(super) next: &'static [&'static str],
}

impl Cause {
    /// The row of this cause.
    pub(super) fn row(self) -> Option<&'static Row> {
        ROWS.iter().find(|row| row.cause == self)
    }
}

/// One row a cause.
pub(super) static ROWS: &[Row] = &[
    Row {
        cause: Cause::Reentrant,
        name: "reentrant_starvation",
        title: || say!("explain-reentrant-starvation"),
        shows: || say!("explain-reentrant-starvation-shows"),
        rules_out: || say!("explain-reentrant-starvation-not"),
        next: &[STAND_IN, REENTRANT, CHECK],
    },
    Row {
        cause: Cause::SlowHandler,
        name: "slow_handler",
        title: || say!("explain-slow-handler"),
        shows: || say!("explain-slow-handler-shows"),
        rules_out: || say!("explain-slow-handler-not"),
        next: &[RUN, STAND_IN],
    },
    Row {
        cause: Cause::PoolFull,
        name: "pool_full",
        title: || say!("explain-pool-full"),
        shows: || say!("explain-pool-full-shows"),
        rules_out: || say!("explain-pool-full-not"),
        next: &[RUN, CAPACITY],
    },
    Row {
        cause: Cause::Unreachable,
        name: "unreachable",
        title: || say!("explain-unreachable"),
        shows: || say!("explain-unreachable-shows"),
        rules_out: || say!("explain-unreachable-not"),
        next: &[CHECK, PROBE_WEBHOOKS, SETUP],
    },
    Row {
        cause: Cause::LateBody,
        name: "late_body",
        title: || say!("explain-late-body"),
        shows: || say!("explain-late-body-shows"),
        rules_out: || say!("explain-late-body-not"),
        next: &[RUN],
    },
    Row {
        cause: Cause::Refused,
        name: "refused",
        title: || say!("explain-refused"),
        shows: || say!("explain-refused-shows"),
        rules_out: || say!("explain-refused-not"),
        next: &[CHECK, PROBE_WEBHOOKS, SETUP],
    },
    Row {
        cause: Cause::Closed,
        name: "connection_closed",
        title: || say!("explain-connection-closed"),
        shows: || say!("explain-connection-closed-shows"),
        rules_out: || say!("explain-connection-closed-not"),
        next: &[CHECK, RUN],
    },
    Row {
        cause: Cause::Dns,
        name: "no_such_host",
        title: || say!("explain-no-such-host"),
        shows: || say!("explain-no-such-host-shows"),
        rules_out: || say!("explain-no-such-host-not"),
        next: &[CHECK, SETUP],
    },
    Row {
        cause: Cause::BadUrl,
        name: "bad_url",
        title: || say!("explain-bad-url"),
        shows: || say!("explain-bad-url-shows"),
        rules_out: || say!("explain-bad-url-not"),
        next: &[LINT, SETUP],
    },
    Row {
        cause: Cause::ShippedUrl,
        name: "shipped_url",
        title: || say!("explain-shipped-url"),
        shows: || say!("explain-shipped-url-shows"),
        rules_out: || say!("explain-shipped-url-not"),
        next: &[LINT, SETUP],
    },
    Row {
        cause: Cause::Tls,
        name: "tls",
        title: || say!("explain-tls"),
        shows: || say!("explain-tls-shows"),
        rules_out: || say!("explain-tls-not"),
        next: &[CHECK, PROBE_WEBHOOKS],
    },
    Row {
        cause: Cause::NotHttp,
        name: "not_http",
        title: || say!("explain-not-http"),
        shows: || say!("explain-not-http-shows"),
        rules_out: || say!("explain-not-http-not"),
        next: &[CHECK, PROBE_WEBHOOKS],
    },
    Row {
        cause: Cause::HtmlPage,
        name: "html_answer",
        title: || say!("explain-html-answer"),
        shows: || say!("explain-html-answer-shows"),
        rules_out: || say!("explain-html-answer-not"),
        next: &[CHECK],
    },
    Row {
        cause: Cause::TextAnswer,
        name: "text_answer",
        title: || say!("explain-text-answer"),
        shows: || say!("explain-text-answer-shows"),
        rules_out: || say!("explain-text-answer-not"),
        next: &[CHECK],
    },
    Row {
        cause: Cause::EmptyAnswer,
        name: "empty_answer",
        title: || say!("explain-empty-answer"),
        shows: || say!("explain-empty-answer-shows"),
        rules_out: || say!("explain-empty-answer-not"),
        next: &[CHECK],
    },
    Row {
        cause: Cause::WrongShape,
        name: "wrong_shape",
        title: || say!("explain-wrong-shape"),
        shows: || say!("explain-wrong-shape-shows"),
        rules_out: || say!("explain-wrong-shape-not"),
        next: &[CHECK],
    },
    Row {
        cause: Cause::IdsTaken,
        name: "group_ids_taken",
        title: || say!("explain-group-ids-taken"),
        shows: || say!("explain-group-ids-taken-shows"),
        rules_out: || say!("explain-group-ids-taken-not"),
        next: &[RUN],
    },
    Row {
        cause: Cause::Rejected,
        name: "rejected",
        title: || say!("explain-rejected"),
        shows: || say!("explain-rejected-shows"),
        rules_out: || say!("explain-rejected-not"),
        next: &[STAND_IN, RUN],
    },
    Row {
        cause: Cause::RejectedZero,
        name: "rejected_without_code",
        title: || say!("explain-rejected-without-code"),
        shows: || say!("explain-rejected-without-code-shows"),
        rules_out: || say!("explain-rejected-without-code-not"),
        next: &[CHECK, RUN],
    },
    Row {
        cause: Cause::GroupDown,
        name: "group_process_down",
        title: || say!("explain-group-process-down"),
        shows: || say!("explain-group-process-down-shows"),
        rules_out: || say!("explain-group-process-down-not"),
        next: &[PROBE],
    },
    Row {
        cause: Cause::InviteCrash,
        name: "invite_crash",
        title: || say!("explain-invite-crash"),
        shows: || say!("explain-invite-crash-shows"),
        rules_out: || say!("explain-invite-crash-not"),
        next: &[PROBE, SETUP],
    },
    Row {
        cause: Cause::EntryCrash,
        name: "entry_without_user",
        title: || say!("explain-entry-without-user"),
        shows: || say!("explain-entry-without-user-shows"),
        rules_out: || say!("explain-entry-without-user-not"),
        next: &[RUN, STAND_IN],
    },
    Row {
        cause: Cause::MaxSeq,
        name: "max_seq",
        title: || say!("explain-max-seq"),
        shows: || say!("explain-max-seq-shows"),
        rules_out: || say!("explain-max-seq-not"),
        next: &[PROBE],
    },
    Row {
        cause: Cause::Token,
        name: "token",
        title: || say!("explain-token"),
        shows: || say!("explain-token-shows"),
        rules_out: || say!("explain-token-not"),
        next: &[PROBE],
    },
    Row {
        cause: Cause::NoPermission,
        name: "no_permission",
        title: || say!("explain-no-permission"),
        shows: || say!("explain-no-permission-shows"),
        rules_out: || say!("explain-no-permission-not"),
        next: &[PROBE],
    },
    Row {
        cause: Cause::BadRequest,
        name: "bad_request",
        title: || say!("explain-bad-request"),
        shows: || say!("explain-bad-request-shows"),
        rules_out: || say!("explain-bad-request-not"),
        next: &[PROBE],
    },
    Row {
        cause: Cause::NotFound,
        name: "not_found",
        title: || say!("explain-not-found"),
        shows: || say!("explain-not-found-shows"),
        rules_out: || say!("explain-not-found-not"),
        next: &[PROBE],
    },
    Row {
        cause: Cause::AlreadyThere,
        name: "already_there",
        title: || say!("explain-already-there"),
        shows: || say!("explain-already-there-shows"),
        rules_out: || say!("explain-already-there-not"),
        next: &[PROBE],
    },
    Row {
        cause: Cause::RateLimited,
        name: "rate_limited",
        title: || say!("explain-rate-limited"),
        shows: || say!("explain-rate-limited-shows"),
        rules_out: || say!("explain-rate-limited-not"),
        next: &[CAPACITY],
    },
    Row {
        cause: Cause::Internal,
        name: "internal_error",
        title: || say!("explain-internal-error"),
        shows: || say!("explain-internal-error-shows"),
        rules_out: || say!("explain-internal-error-not"),
        next: &[PROBE],
    },
    Row {
        cause: Cause::NotTheApi,
        name: "not_the_api",
        title: || say!("explain-not-the-api"),
        shows: || say!("explain-not-the-api-shows"),
        rules_out: || say!("explain-not-the-api-not"),
        next: &[PROBE],
    },
    Row {
        cause: Cause::ApiUnreachable,
        name: "api_unreachable",
        title: || say!("explain-api-unreachable"),
        shows: || say!("explain-api-unreachable-shows"),
        rules_out: || say!("explain-api-unreachable-not"),
        next: &[PROBE],
    },
    Row {
        cause: Cause::Other,
        name: "other_code",
        title: || say!("explain-other-code"),
        shows: || say!("explain-other-code-shows"),
        rules_out: || say!("explain-other-code-not"),
        next: &[PROBE],
    },
    Row {
        cause: Cause::Success,
        name: "success",
        title: || say!("explain-success"),
        shows: || say!("explain-success-shows"),
        rules_out: || say!("explain-success-not"),
        next: &[RUN],
    },
];
