//! The families: names, kinds, help texts, buckets and what a label may say.
//!
//! Labels say what comes from a short fixed list (webhook keys, outcomes, kinds of failure), so that no input from
//! outside makes series without end. Operations, users and groups are never named.

use crate::port::{CallResult, UpstreamFailure};
use crate::wire::WebhookKey;

/// What a family is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Counts of durations by bucket.
    Histogram,
}

/// A metric family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What Prometheus shows for it.
    pub help: &'static str,
}

macro_rules! families {
    ($($constant:ident, $name:literal, $kind:ident, [$($label:literal),*], $help:literal;)+) => {
        $(
            #[doc = $help]
            pub const $constant: Family = Family {
                name: concat!("openim_bench_", $name),
                kind: Kind::$kind,
                labels: &[$($label),*],
                help: $help,
            };
        )+

        /// All families.
        pub const FAMILIES: &[Family] = &[$($constant),+];
    };
}

families! {
    BUILD, "build_info", Gauge, ["version", "command"], "Always 1; which program this is and what it does.";
    CALLBACK_DURATION, "callback_duration_seconds", Histogram, ["webhook"],
        "From a callback's request head until its answer is with the kernel, or until OpenIM closed: at most what OpenIM waits.";
    CALLBACKS, "callbacks_total", Counter, ["webhook", "outcome"], "Callbacks that have ended, by how.";
    CALLBACK_TIMEOUT, "callback_timeout_seconds", Gauge, ["webhook"], "Timeout in force, as far as it is known.";
    AFTER_LOST, "after_callbacks_lost_total", Counter, ["webhook"],
        "After-callbacks that OpenIM gave up or dropped from its queue.";
    PROCESSES, "openim_processes", Gauge, [], "Processes that send callbacks, each with two workers for after-webhooks.";
    CREATES, "creates_total", Counter, ["result"], "Group creates that have ended, by result.";
    CREATE_RESPONSE, "create_response_seconds", Histogram, [],
        "From a create's intended start until its answer, failures included.";
    SHED, "shed_total", Counter, [], "Arrivals that were not started because of a limit.";
    IN_FLIGHT, "calls_in_flight", Gauge, [], "API calls that wait for their answer.";
    RELEASE_LAG, "release_lag_seconds", Histogram, [], "Own lateness: from an intended start until the call was let go.";
    HEARTBEAT, "heartbeat_seconds", Histogram, [], "Own lateness: a request to the own listener.";
    CONNECTIONS, "open_connections", Gauge, [], "Connections open at the webhook listener.";
    IDLE, "machine_idle_ratio", Gauge, [], "Share of this machine's CPU time that was idle in the last second.";
    FOREIGN, "foreign_callbacks_total", Counter, [], "Callbacks that belong to nothing that is watched.";
    BAD_REQUESTS, "bad_requests_total", Counter, [], "Requests that the webhook listener refused or could not read.";
    UPSTREAM_FAILURES, "upstream_failures_total", Counter, ["webhook", "cause"],
        "Requests to the server behind that came to nothing, by cause.";
    LOG_FAILURES, "log_failures_total", Counter, ["webhook", "cause"],
        "Failures that OpenIM's log tells of, by cause; other: its webhook is not named, or of no group operation.";
    ADDED_LATENCY, "added_latency_seconds", Histogram, ["webhook"], "Time that standing in between adds to a callback.";
}

/// Buckets of durations that are held against a timeout: every whole second that a timeout can take, and below.
pub const BUCKETS: &[f64] = &[
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0,
    12.0, 13.0, 14.0, 15.0,
];

/// Buckets of what we ourselves add or are late by.
pub const FINE_BUCKETS: &[f64] =
    &[0.0001, 0.000_25, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0];

/// Families with `FINE_BUCKETS`.
pub const FINE: &[Family] = &[RELEASE_LAG, HEARTBEAT, ADDED_LATENCY];

/// How a callback ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallbackEnd {
    /// It was answered.
    Answered,
    /// It was answered with a rejection.
    Rejected,
    /// It was answered with a planned fault.
    Fault,
    /// OpenIM closed before the answer.
    Aborted,
    /// We ended it without an answer.
    Unanswered,
}

/// What `outcome` may say; `late` is an answer after the timeout in force.
pub const OUTCOMES: [&str; 6] = ["answered", "rejected", "fault", "late", "aborted", "unanswered"];

impl CallbackEnd {
    /// Index into `OUTCOMES`. Whoever answered after the timeout has answered nobody, whatever it was.
    #[must_use]
    pub fn outcome(self, late: bool) -> usize {
        match self {
            CallbackEnd::Aborted => 4,
            CallbackEnd::Unanswered => 5,
            _ if late => 3,
            CallbackEnd::Answered => 0,
            CallbackEnd::Rejected => 1,
            CallbackEnd::Fault => 2,
        }
    }
}

/// What `cause` of a failed request to the server behind may say, in the order of `UpstreamFailure`.
pub const UPSTREAM_CAUSES: [&str; 8] =
    ["refused", "unreachable", "timeout", "reset", "closed", "tls", "protocol", "abandoned"];

/// Index into `UPSTREAM_CAUSES`.
#[must_use]
pub fn upstream_cause(why: UpstreamFailure) -> usize {
    match why {
        UpstreamFailure::Refused => 0,
        UpstreamFailure::Unreachable => 1,
        UpstreamFailure::Timeout => 2,
        UpstreamFailure::Reset => 3,
        UpstreamFailure::Closed => 4,
        UpstreamFailure::Tls => 5,
        UpstreamFailure::Protocol => 6,
        UpstreamFailure::LetGo => 7,
    }
}

/// What `webhook` says: the key of a group operation, or `other`.
#[must_use]
pub fn webhook(key: Option<WebhookKey>) -> &'static str {
    key.map_or("other", WebhookKey::name)
}

/// A call whose caller had hung up.
pub const ABANDONED: &str = "abandoned";
/// A callback of which no line tells how it ended.
pub const UNTOLD: &str = "untold";
/// A call that we gave up.
pub const CENSORED: &str = "censored";

/// What `result` says of a call. Codes and statuses are left out: there could be any number of them.
#[must_use]
pub fn result(result: CallResult) -> &'static str {
    match result {
        CallResult::Succeeded => "succeeded",
        CallResult::Failed(kind) => kind.family(),
    }
}
