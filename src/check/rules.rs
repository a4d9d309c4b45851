//! What each fault is called, why it matters and what to do: a row each.

use super::judge::Fault;
use crate::finding::Severity;
use crate::say;
use crate::text::Text;

/// What is known of a fault.
pub struct Rule {
    /// Which.
    pub fault: Fault,
    /// Stable name.
    pub code: &'static str,
    /// How bad.
    pub severity: Severity,
    /// What was seen, so often.
    pub what: fn(u64) -> Text,
    /// Why it matters.
    pub why: fn() -> Text,
    /// What to do.
    pub do_next: fn() -> Text,
}

impl Fault {
    /// Its row.
    #[must_use]
    pub fn rule(self) -> Option<&'static Rule> {
        RULES.iter().find(|rule| rule.fault == self)
    }
}

/// One row a fault.
pub static RULES: &[Rule] = &[
    Rule {
        fault: Fault::NotReached,
        code: "not_reached",
        severity: Severity::Error,
        what: |_| say!("check-not-reached"),
        why: || say!("check-not-reached-why"),
        do_next: || say!("check-not-reached-do"),
    },
    Rule {
        fault: Fault::Deadline,
        code: "no_answer_in_time",
        severity: Severity::Error,
        what: |n| say!("check-no-answer-in-time", n = n),
        why: || say!("check-no-answer-in-time-why"),
        do_next: || say!("check-no-answer-in-time-do"),
    },
    Rule {
        fault: Fault::Broken,
        code: "connection_broken",
        severity: Severity::Error,
        what: |n| say!("check-connection-broken", n = n),
        why: || say!("check-connection-broken-why"),
        do_next: || say!("check-connection-broken-do"),
    },
    Rule {
        fault: Fault::LoginRedirect,
        code: "login_redirect",
        severity: Severity::Error,
        what: |n| say!("check-login-redirect", n = n),
        why: || say!("check-login-redirect-why"),
        do_next: || say!("check-login-redirect-do"),
    },
    Rule {
        fault: Fault::Redirected,
        code: "redirected",
        severity: Severity::Error,
        what: |n| say!("check-redirected", n = n),
        why: || say!("check-redirected-why"),
        do_next: || say!("check-redirected-do"),
    },
    Rule {
        fault: Fault::Unauthorized,
        code: "unauthorized",
        severity: Severity::Error,
        what: |n| say!("check-unauthorized", n = n),
        why: || say!("check-unauthorized-why"),
        do_next: || say!("check-unauthorized-do"),
    },
    Rule {
        fault: Fault::Forbidden,
        code: "forbidden",
        severity: Severity::Error,
        what: |n| say!("check-forbidden", n = n),
        why: || say!("check-forbidden-why"),
        do_next: || say!("check-forbidden-do"),
    },
    Rule {
        fault: Fault::Csrf,
        code: "csrf",
        severity: Severity::Error,
        what: |n| say!("check-csrf", n = n),
        why: || say!("check-csrf-why"),
        do_next: || say!("check-csrf-do"),
    },
    Rule {
        fault: Fault::Throttled,
        code: "throttled",
        severity: Severity::Error,
        what: |n| say!("check-throttled", n = n),
        why: || say!("check-throttled-why"),
        do_next: || say!("check-throttled-do"),
    },
    Rule {
        fault: Fault::NotRouted,
        code: "not_routed",
        severity: Severity::Error,
        what: |n| say!("check-not-routed", n = n),
        why: || say!("check-not-routed-why"),
        do_next: || say!("check-not-routed-do"),
    },
    Rule {
        fault: Fault::Html,
        code: "html_answer",
        severity: Severity::Error,
        what: |n| say!("check-html-answer", n = n),
        why: || say!("check-html-answer-why"),
        do_next: || say!("check-html-answer-do"),
    },
    Rule {
        fault: Fault::Empty,
        code: "empty_answer",
        severity: Severity::Error,
        what: |n| say!("check-empty-answer", n = n),
        why: || say!("check-empty-answer-why"),
        do_next: || say!("check-empty-answer-do"),
    },
    Rule {
        fault: Fault::Bom,
        code: "byte_order_mark",
        severity: Severity::Error,
        what: |n| say!("check-byte-order-mark", n = n),
        why: || say!("check-byte-order-mark-why"),
        do_next: || say!("check-byte-order-mark-do"),
    },
    Rule {
        fault: Fault::NotJson,
        code: "not_json",
        severity: Severity::Error,
        what: |n| say!("check-not-json", n = n),
        why: || say!("check-not-json-why"),
        do_next: || say!("check-not-json-do"),
    },
    Rule {
        fault: Fault::WrongShape,
        code: "wrong_shape",
        severity: Severity::Error,
        what: |n| say!("check-wrong-shape", n = n),
        why: || say!("check-wrong-shape-why"),
        do_next: || say!("check-wrong-shape-do"),
    },
    Rule {
        fault: Fault::StatusIgnored,
        code: "status_ignored",
        severity: Severity::Warning,
        what: |n| say!("check-status-ignored", n = n),
        why: || say!("check-status-ignored-why"),
        do_next: || say!("check-status-ignored-do"),
    },
    Rule {
        fault: Fault::Rejects,
        code: "rejects",
        severity: Severity::Warning,
        what: |n| say!("check-rejects", n = n),
        why: || say!("check-rejects-why"),
        do_next: || say!("check-rejects-do"),
    },
    Rule {
        fault: Fault::RejectsZero,
        code: "rejects_with_errcode_0",
        severity: Severity::Error,
        what: |n| say!("check-rejects-with-errcode-0", n = n),
        why: || say!("check-rejects-with-errcode-0-why"),
        do_next: || say!("check-rejects-with-errcode-0-do"),
    },
    Rule {
        fault: Fault::RejectsSmall,
        code: "rejects_below_100",
        severity: Severity::Warning,
        what: |n| say!("check-rejects-below-100", n = n),
        why: || say!("check-rejects-below-100-why"),
        do_next: || say!("check-rejects-below-100-do"),
    },
    Rule {
        fault: Fault::CodeWithoutRejection,
        code: "code_without_rejection",
        severity: Severity::Warning,
        what: |n| say!("check-code-without-rejection", n = n),
        why: || say!("check-code-without-rejection-why"),
        do_next: || say!("check-code-without-rejection-do"),
    },
    Rule {
        fault: Fault::NoKnownKey,
        code: "no_known_key",
        severity: Severity::Warning,
        what: |n| say!("check-no-known-key", n = n),
        why: || say!("check-no-known-key-why"),
        do_next: || say!("check-no-known-key-do"),
    },
    Rule {
        fault: Fault::NotEchoed,
        code: "group_info_not_echoed",
        severity: Severity::Error,
        what: |n| say!("check-group-info-not-echoed", n = n),
        why: || say!("check-group-info-not-echoed-why"),
        do_next: || say!("check-group-info-not-echoed-do"),
    },
    Rule {
        fault: Fault::EntryWithoutUser,
        code: "entry_without_user",
        severity: Severity::Error,
        what: |n| say!("check-entry-without-user", n = n),
        why: || say!("check-entry-without-user-why"),
        do_next: || say!("check-entry-without-user-do"),
    },
    Rule {
        fault: Fault::FieldsIgnored,
        code: "fields_ignored",
        severity: Severity::Warning,
        what: |n| say!("check-fields-ignored", n = n),
        why: || say!("check-fields-ignored-why"),
        do_next: || say!("check-fields-ignored-do"),
    },
    Rule {
        fault: Fault::Changes,
        code: "answer_changes_operation",
        severity: Severity::Info,
        what: |n| say!("check-answer-changes-operation", n = n),
        why: || say!("check-answer-changes-operation-why"),
        do_next: || say!("check-answer-changes-operation-do"),
    },
];
