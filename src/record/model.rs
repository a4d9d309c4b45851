//! The shape of a record.
//!
//! `results/<run-id>/` holds `run.json` (`Header`), `seconds.jsonl` (`SecondRow`, one a
//! second and phase), `intervals.hlog` (HdrHistogram interval log V2, one tag a series),
//! `exceedances.csv.zst` (`Exceedance`, by arrival time), `operations.csv.zst`
//! (`OperationRow`), `ids.txt` and `ids.csv` (IDs made), `summary.json`, `report.md` and `report.html`.
//! All stamps are microseconds since the run's start. A later line of `seconds.jsonl` for a
//! second and phase that is there already holds what became known since: add them up.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::profile::RunPlan;
use crate::record::portrait::Portrait;
use crate::record::sizes::SizeCounts;
use crate::text::{self, Text};
use crate::units::Stamp;
use crate::wire::{FailureKind, OpenimVersion, WebhookKey};

/// Version of the record's format; older ones stay readable.
pub const FORMAT: u32 = 1;

/// Callbacks slower than this, in µs, get a row in `exceedances.csv.zst`.
pub const EXCEEDANCE_FROM_US: u64 = 250_000;

/// How long after its operation's answer an exceedance may be held back, seconds, so that they leave in order
/// of arrival. Of a killed run those of the last so many seconds are therefore not on record.
pub const EXCEEDANCE_HOLD_S: u64 = 20;

/// The same for a record of the proxy alone, which waits for the upstream's answer also after OpenIM has given up.
pub const OBSERVED_HOLD_S: u64 = 80;

/// `run.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Header {
    /// `FORMAT` at the time of writing.
    pub format: u32,
    /// The plan.
    pub plan: RunPlan,
    /// Where it ran.
    pub environment: Environment,
    /// What preflight saw.
    pub seen: Seen,
    /// The portrait of the deployment that was given, whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portrait: Option<Portrait>,
    /// Set where nothing was called and only others' callbacks were watched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed: Option<Observed>,
    /// How it ended; `None` while it runs, and after a kill.
    pub end: Option<End>,
}

/// Others' callbacks, watched on their way to the server that answers them: there are no calls of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct Observed {
    /// Where they went: URL without credentials.
    pub upstream: String,
    /// Certificate checks of the upstream were off.
    pub insecure: bool,
    /// The request's `Host` was kept.
    pub keep_host: bool,
    /// What OpenIM saw where the upstream failed: `close` or `502`.
    pub on_upstream_error: String,
    /// Faults that were given, as typed.
    pub faults: Vec<String>,
}

/// Where a run took place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Environment {
    /// Wall time of the start, RFC 3339, UTC.
    pub started: String,
    /// Host name.
    pub host: String,
    /// Logical processors available to us.
    pub cores: u32,
    /// Operating system and kernel.
    pub kernel: String,
    /// Version of openim-bench.
    pub version: String,
    /// Git commit it was built from, where known.
    pub commit: String,
    /// Whether it was built with optimisations.
    pub optimised: bool,
}

/// What preflight saw.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// The version, as given or as told from what was observed.
    pub version: Option<OpenimVersion>,
    /// How it was told.
    #[serde(serialize_with = "crate::text::kept")]
    pub version_why: Text,
    /// Keys that must call back in this run.
    pub expect: Vec<WebhookKey>,
    /// Whether target and webhook server are on this host (then no packet is lost between them).
    pub same_host: bool,
    /// Findings of preflight.
    #[serde(serialize_with = "crate::finding::kept")]
    pub findings: Vec<Finding>,
    /// Users registered for the run.
    pub users_registered: u64,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// As planned.
    Complete,
    /// Ctrl-C.
    Interrupted,
    /// SIGTERM.
    Terminated,
    /// The run stopped itself.
    Aborted,
}

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// How.
    pub how: Ended,
    /// Why, where it stopped itself.
    #[serde(serialize_with = "text::kept")]
    pub why: Text,
    /// When the schedule ended.
    pub schedule_ended_at: Stamp,
    /// When everything was written.
    pub finished_at: Stamp,
    /// Groups that the run made, as far as known.
    pub groups_made: u64,
    /// Groups dismissed afterwards.
    pub groups_dismissed: u64,
    /// groupIDs that could not be removed (at most 20 of them).
    pub groups_left: Vec<String>,
    /// How many could not be removed.
    pub groups_left_count: u64,
    /// Token renewals during the run.
    pub token_renewals: u64,
    /// Calls that were sent again because the target had just closed an idle connection.
    #[serde(default)]
    pub connection_retries: u64,
    /// Groups that callers who asked again have beyond the one they wanted; none where the server was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicates: Option<u64>,
    /// Creates that failed or were given up, by phase, and whether their groups were there all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_creates: Vec<FailedCreates>,
}

impl End {
    /// The end at `at` of a run that made nothing and leaves nothing behind.
    #[must_use]
    pub fn bare(how: Ended, at: Stamp) -> End {
        End {
            how,
            why: Text::default(),
            schedule_ended_at: at,
            finished_at: at,
            groups_made: 0,
            groups_dismissed: 0,
            groups_left: Vec::new(),
            groups_left_count: 0,
            token_renewals: 0,
            connection_retries: 0,
            duplicates: None,
            failed_creates: Vec::new(),
        }
    }
}

/// Creates of one phase that failed or were given up, and what the server said of their groups before the clean-up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FailedCreates {
    /// Index into `RunPlan::phases`.
    pub phase: u16,
    /// How many there were.
    pub failed: u64,
    /// Of how many the server was asked: all of them, or evenly chosen ones.
    pub asked: u64,
    /// Of how many of these the group was there.
    pub made: u64,
    /// Why not all that were to be asked about were; empty where they were.
    #[serde(serialize_with = "text::kept")]
    pub why: Text,
}

/// What happened in one second to the calls of one phase.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SecondRow {
    /// Second of the run.
    pub second: u64,
    /// Index into `RunPlan::phases`.
    pub phase: u16,
    /// Arrivals that the schedule asked for: released + shed.
    pub scheduled: u64,
    /// Let go by the driver.
    pub released: u64,
    /// Released more than 100 ms late.
    pub late_100ms: u64,
    /// Not started (in-flight limit, groups cap).
    pub shed: u64,
    /// Ended with errCode 0 and the group there.
    pub succeeded: u64,
    /// Ended otherwise, by kind.
    pub failed: BTreeMap<FailureKind, u64>,
    /// Ended by us at the end of the drain.
    pub censored: u64,
    /// Highest number of calls in flight.
    pub in_flight: u64,
    /// Callbacks by key.
    pub callbacks: BTreeMap<WebhookKey, CallbackCounts>,
    /// Callbacks of others' operations, by command (at most 32 names, then `(more)`).
    pub strangers: BTreeMap<String, u64>,
    /// Commands that no version we know sends, by name (at most 32 names).
    pub unknown_commands: BTreeMap<String, u64>,
    /// Requests to our listener that could not be read or were refused.
    pub bad_requests: u64,
    /// Events that found no room in the channel.
    pub lost_events: u64,
    /// Highest fullness of the event channel, 0 to 1.
    pub channel_fullness: f64,
    /// CPU seconds of this process since the start.
    pub own_cpu_s: f64,
    /// Idle share of the machine's CPU time; `None` when not sampled in this row.
    pub idle_share: Option<f64>,
    /// Highest number of connections open at our listener.
    pub peak_connections: u32,
    /// Resident memory, bytes.
    pub resident_bytes: u64,
    /// Wall clock minus monotonic clock, change since the start, seconds.
    pub wall_drift_s: f64,
    /// Counters for the diagnosis, by stable name (see `evidence`).
    pub evidence: BTreeMap<String, u64>,
    /// Single operations as evidence, at most five a code and run.
    pub samples: Vec<Sample>,
    /// Of `released`: attempts that repeat a failed one.
    #[serde(skip_serializing_if = "is_zero")]
    pub retries: u64,
    /// Callers who ended, where `caller.retries` is above 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callers: Option<CallerCounts>,
    /// What the upstream of a proxy made of the callbacks, by key.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub upstream: BTreeMap<WebhookKey, UpstreamCounts>,
}

impl SecondRow {
    /// Adds what became known later about the same second and phase: counts are added,
    /// highest values and readings of the machine keep the higher one.
    pub fn add(&mut self, later: SecondRow) {
        self.scheduled += later.scheduled;
        self.released += later.released;
        self.late_100ms += later.late_100ms;
        self.shed += later.shed;
        self.succeeded += later.succeeded;
        self.censored += later.censored;
        self.bad_requests += later.bad_requests;
        self.lost_events += later.lost_events;
        add_counts(&mut self.failed, later.failed);
        add_counts(&mut self.strangers, later.strangers);
        add_counts(&mut self.unknown_commands, later.unknown_commands);
        add_counts(&mut self.evidence, later.evidence);
        for (key, counts) in later.callbacks {
            self.callbacks.entry(key).or_default().add(counts);
        }
        self.samples.extend(later.samples);
        self.retries += later.retries;
        if let Some(callers) = later.callers {
            self.callers.get_or_insert_default().add(callers);
        }
        for (key, counts) in later.upstream {
            self.upstream.entry(key).or_default().add(counts);
        }
        self.in_flight = self.in_flight.max(later.in_flight);
        self.channel_fullness = self.channel_fullness.max(later.channel_fullness);
        self.own_cpu_s = self.own_cpu_s.max(later.own_cpu_s);
        self.idle_share = match (self.idle_share, later.idle_share) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.peak_connections = self.peak_connections.max(later.peak_connections);
        self.resident_bytes = self.resident_bytes.max(later.resident_bytes);
        if later.wall_drift_s.abs() > self.wall_drift_s.abs() {
            self.wall_drift_s = later.wall_drift_s;
        }
    }

    /// Sum of the failures.
    #[must_use]
    pub fn failed_total(&self) -> u64 {
        self.failed.values().sum()
    }
}

/// How callers' creates ended, after all their attempts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct CallerCounts {
    /// Succeeded at the first attempt.
    pub at_first: u64,
    /// Succeeded at a later attempt.
    pub later: u64,
    /// Met 1202 at a later attempt: an earlier one had made the group.
    pub existed: u64,
    /// Gave up.
    pub gave_up: u64,
    /// Neither, when the run ended.
    pub unfinished: u64,
    /// Attempts of all of these.
    pub attempts: u64,
}

impl CallerCounts {
    /// Adds `other`, field by field.
    pub fn add(&mut self, other: CallerCounts) {
        self.at_first += other.at_first;
        self.later += other.later;
        self.existed += other.existed;
        self.gave_up += other.gave_up;
        self.unfinished += other.unfinished;
        self.attempts += other.attempts;
    }

    /// All callers.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.at_first + self.later + self.existed + self.gave_up + self.unfinished
    }
}

/// What the upstream of a proxy made of the callbacks of one key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default)]
pub struct UpstreamCounts {
    /// Answers by HTTP status.
    pub statuses: BTreeMap<u16, u64>,
    /// Callbacks without an answer of the upstream, by why; they are left out of `CallbackCounts::arrived`, since no
    /// timeout would have changed their end.
    pub failures: BTreeMap<String, u64>,
    /// Spoilt on purpose by a fault of the proxy; left out likewise.
    pub faults: u64,
    /// Of those that OpenIM aborted: the upstream's answer is known.
    pub aborted_answered: u64,
    /// And it came within 50 ms after OpenIM had given up.
    pub aborted_at_once: u64,
    /// Bytes of the request bodies.
    pub request_bytes: u64,
    /// Bytes of the answers' bodies.
    pub answer_bytes: u64,
    /// The largest request body, bytes.
    pub largest_request: u64,
    /// The largest answer, bytes.
    pub largest_answer: u64,
}

impl UpstreamCounts {
    /// Adds `other`, field by field.
    pub fn add(&mut self, other: UpstreamCounts) {
        add_counts(&mut self.statuses, other.statuses);
        add_counts(&mut self.failures, other.failures);
        self.faults += other.faults;
        self.aborted_answered += other.aborted_answered;
        self.aborted_at_once += other.aborted_at_once;
        self.request_bytes += other.request_bytes;
        self.answer_bytes += other.answer_bytes;
        self.largest_request = self.largest_request.max(other.largest_request);
        self.largest_answer = self.largest_answer.max(other.largest_answer);
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// Callbacks of one key in one second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CallbackCounts {
    /// First callbacks of an operation for this key (v3.7.0: one a member counts each), arrived.
    pub arrived: u64,
    /// Answered by us in time, as far as we can see.
    pub replied: u64,
    /// OpenIM closed first: it had given up.
    pub cut: u64,
    /// Expected by the serial order of the operation but not arrived before its 90004.
    pub missing: u64,
    /// The same key again for one operation, beyond what the version explains.
    pub duplicate: u64,
    /// Explained repetitions (second afterDismissGroup).
    pub repeated: u64,
    /// After-callbacks that should have come (the operation succeeded, hold over).
    pub expected_after: u64,
    /// After-callbacks that never came.
    pub lost_after: u64,
    /// Before-callbacks that never came although their operation succeeded.
    pub lost_before: u64,
    /// After-callbacks that came before the API's answer.
    pub early_after: u64,
    /// On a connection that was opened for them.
    pub fresh: u64,
    /// With at least 90 connections open between the event before and their arrival.
    pub crowded: u64,
    /// Handled (taken up by a worker) only after the API had answered the operation.
    pub handled_after_answer: u64,
    /// `arrived` and `missing` by the size class of their operation, where its size is known.
    #[serde(skip_serializing_if = "SizeCounts::is_empty")]
    pub sizes: SizeCounts,
}

impl CallbackCounts {
    /// Adds `other`, field by field.
    pub fn add(&mut self, other: CallbackCounts) {
        self.arrived += other.arrived;
        self.replied += other.replied;
        self.cut += other.cut;
        self.missing += other.missing;
        self.duplicate += other.duplicate;
        self.repeated += other.repeated;
        self.expected_after += other.expected_after;
        self.lost_after += other.lost_after;
        self.lost_before += other.lost_before;
        self.early_after += other.early_after;
        self.fresh += other.fresh;
        self.crowded += other.crowded;
        self.handled_after_answer += other.handled_after_answer;
        self.sizes.add(other.sizes);
    }
}

fn add_counts<K: Ord>(to: &mut BTreeMap<K, u64>, from: BTreeMap<K, u64>) {
    for (key, n) in from {
        *to.entry(key).or_default() += n;
    }
}

/// Names of `SecondRow::evidence` counters and of `Sample::code`.
pub mod evidence {
    /// Calls failed by a webhook deadline whose callback had arrived at our listener before the
    /// answer but was taken up by a worker only after it.
    pub const REENTRANT: &str = "reentrant_starvation";
    /// The same where API calls do not hold workers: the workers were busy with other callbacks.
    pub const WORKERS_BUSY: &str = "workers_busy";
    /// Calls failed by a webhook deadline although no handler of theirs exceeded T and at least 90
    /// connections were open.
    pub const POOL: &str = "pool_exhausted";
    /// Calls that needed 2.8 s or more (0.09 s up to 3.8.0) between their last before-reply and the answer
    /// and whose after-callback never came.
    pub const AFTER_QUEUE: &str = "after_queue_overflow";
    /// Calls whose before-handlers together took longer than the caller's budget.
    pub const OVER_BUDGET: &str = "handler_over_budget";
    /// Successful operations for which an expected callback never came.
    pub const CALLBACK_MISSING: &str = "callback_missing";
    /// Calls failed by 90007.
    pub const NOT_ROUTED: &str = "not_routed";
    /// Calls failed by 90004 with a hidden cause.
    pub const CAUSE_HIDDEN: &str = "cause_hidden";
    /// Callbacks that OpenIM aborted while a proxy waited for their answer.
    pub const ABORTED: &str = "aborted";
    /// Callbacks that `OpenIM` closed while the upstream was at work on them, and whose fate there is known (proxy).
    pub const UPSTREAM_ABORTED: &str = "upstream_aborted";
    /// Of those, the ones that the upstream answered right after `OpenIM` had given up.
    pub const UPSTREAM_LET_OFF: &str = "upstream_let_off";
    /// Rows that `operations.csv.zst` does not hold because of `limits.operation_rows`.
    pub const OPERATIONS_CAPPED: &str = "operations_capped";
}

/// One operation as evidence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sample {
    /// One of `evidence`.
    pub code: String,
    /// operationID.
    pub operation_id: String,
    /// The webhook concerned.
    pub key: Option<WebhookKey>,
    /// sent → answered, µs.
    pub service_us: u64,
    /// API answer → taken up by a worker, µs (re-entrant starvation).
    pub handled_after_answer_us: Option<i64>,
    /// received → replied, µs, where there was a reply.
    pub handler_us: Option<u64>,
    /// received − sent, µs: when the callback arrived at our listener.
    pub arrived_after_sent_us: Option<i64>,
    /// Error text of the API, shortened.
    pub text: String,
}

/// A callback that took at least `EXCEEDANCE_FROM_US`, or was cut, or never came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exceedance {
    /// Arrival time; for one that never came, the time of the API's answer.
    pub at: Stamp,
    /// Webhook key.
    pub key: WebhookKey,
    /// Sequence number of its operation.
    pub seq: u64,
    /// Lower bound: received → replied, µs.
    pub low_us: u64,
    /// Handler time plus connection set-up (accepted → replied on a new connection), µs.
    pub near_us: u64,
    /// Upper bound: from the event before to the event after, µs; for after-callbacks equal to `near_us`.
    pub high_us: u64,
    /// OpenIM gave up on it, or it never came: slower than everything.
    pub cut: bool,
    /// At least 90 connections were open between the event before and its arrival.
    pub crowded: bool,
    /// Members + admins + owner of its group (v3.7.0 calls once for each).
    pub group_size: u32,
}

/// A row of `operations.csv.zst`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OperationRow {
    /// Sequence number.
    pub seq: u64,
    /// Caller (closed loop), 0 in the open loop.
    pub worker: u16,
    /// What was called.
    pub operation: crate::wire::api::Operation,
    /// Index into `RunPlan::phases`.
    pub phase: u16,
    /// From the schedule, µs.
    pub intended_us: u64,
    /// Let go by the driver, µs.
    pub released_us: u64,
    /// Connection asked for, µs.
    pub sent_us: Option<u64>,
    /// Answer read, µs; empty when censored.
    pub answered_us: Option<u64>,
    /// Connect time, µs, where a connection was opened.
    pub connect_us: Option<u64>,
    /// `ok`, `censored` or a failure kind.
    pub result: String,
    /// errCode, where there was an envelope.
    pub err_code: Option<i64>,
    /// Members.
    pub members: u32,
    /// Admins.
    pub admins: u32,
    /// The `seq` of the caller's first attempt, where this one repeats it.
    #[serde(default)]
    pub retry_of: Option<u64>,
    /// Callbacks in order of arrival, joined by `;`: `key:accepted:received:started:replied:aborted`, µs, empty
    /// where it did not happen.
    pub callbacks: String,
}

/// Columns of `operations.csv.zst`: the fields of a row, in order.
pub const OPERATION_COLUMNS: [&str; 15] = [
    "seq",
    "worker",
    "operation",
    "phase",
    "intended_us",
    "released_us",
    "sent_us",
    "answered_us",
    "connect_us",
    "result",
    "err_code",
    "members",
    "admins",
    "retry_of",
    "callbacks",
];

/// Tags of `intervals.hlog`. Values in µs. The measured phases have the plain tag, the warm-up
/// `warmup.` before it.
pub mod tag {
    use crate::wire::{FailureKind, WebhookKey};

    /// answered − intended.
    pub const RESPONSE: &str = "api.response";
    /// answered − sent.
    pub const SERVICE: &str = "api.service";
    /// First attempt intended → the group is there for its caller, after all attempts.
    pub const CALLER: &str = "caller.response";
    /// Connect time of calls that opened a connection.
    pub const CONNECT: &str = "api.connect";
    /// Service time minus the handler times of the operation's before-callbacks.
    pub const OWN: &str = "api.own";
    /// released − intended.
    pub const DISPATCH_LAG: &str = "dispatch.lag";
    /// Heartbeat to our own listener, beyond the median of those on the same kind of connection.
    pub const RECEIVER_LAG: &str = "receiver.lag";
    /// What a proxy added itself: head received → request sent on, and last byte read → last byte passed on.
    pub const PROXY_ADDED: &str = "proxy.added";
    /// Prefix of the warm-up's series.
    pub const WARMUP: &str = "warmup.";

    /// Service time of calls that failed in this way.
    #[must_use]
    pub fn failed(kind: FailureKind) -> String {
        format!("api.failed.{kind}")
    }

    /// `callback.<key>.<what>`.
    #[must_use]
    pub fn callback(key: WebhookKey, what: CallbackSeries) -> String {
        format!("callback.{key}.{}", what.name())
    }

    /// Series of a callback.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum CallbackSeries {
        /// replied − received.
        Handler,
        /// Lower end of the bracket (= handler).
        RoundTripLow,
        /// Handler time plus connection set-up.
        RoundTripNear,
        /// Upper end of the bracket (before-callbacks).
        RoundTripHigh,
        /// After-callbacks: received − API answered, where positive.
        Delivery,
        /// received − accepted on new connections.
        SetUp,
        /// From the reply to the next event of the operation.
        Gap,
    }

    impl CallbackSeries {
        /// All.
        pub const ALL: [CallbackSeries; 7] = [
            CallbackSeries::Handler,
            CallbackSeries::RoundTripLow,
            CallbackSeries::RoundTripNear,
            CallbackSeries::RoundTripHigh,
            CallbackSeries::Delivery,
            CallbackSeries::SetUp,
            CallbackSeries::Gap,
        ];

        /// The last part of the tag.
        #[must_use]
        pub const fn name(self) -> &'static str {
            match self {
                CallbackSeries::Handler => "handler",
                CallbackSeries::RoundTripLow => "round_trip_low",
                CallbackSeries::RoundTripNear => "round_trip_near",
                CallbackSeries::RoundTripHigh => "round_trip_high",
                CallbackSeries::Delivery => "delivery",
                CallbackSeries::SetUp => "set_up",
                CallbackSeries::Gap => "gap",
            }
        }
    }
}

/// A histogram as every series uses it: 1 µs to 60 min, 3 significant digits.
pub type Series = hdrhistogram::Histogram<u64>;

/// Highest value a series can hold, µs; larger ones are recorded as this.
pub const SERIES_MAX_US: u64 = 3_600_000_000;

/// An empty series.
///
/// # Panics
/// Never: the bounds are valid.
#[must_use]
pub fn new_series() -> Series {
    #[expect(clippy::expect_used, reason = "constant bounds, covered by every test that records")]
    Series::new_with_bounds(1, SERIES_MAX_US, 3).expect("1 µs to 60 min with 3 digits are valid bounds")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_keeps_its_reasons_in_both_languages_and_an_old_one_is_still_read() {
        let both = Text::both("the disk is full", "磁盘已满");
        let failed = FailedCreates { why: both.clone(), ..FailedCreates::default() };
        let mut end = End::bare(Ended::Aborted, Stamp(0));
        end.why = both.clone();
        end.failed_creates = vec![failed];
        let mut json = serde_json::to_value(&end).unwrap();
        assert_eq!(serde_json::from_value::<End>(json.clone()).unwrap(), end);
        json["why"] = "the disk is full".into();
        json["failed_creates"][0]["why"] = "the disk is full".into();
        let old = serde_json::from_value::<End>(json).unwrap();
        assert!(old.why == "the disk is full" && old.failed_creates[0].why == "the disk is full");
    }
}
