//! What a finished operation proves: signs of the failures that the report diagnoses.
//!
//! Pure. One operation may carry several signs; whether there are enough of them for a
//! finding is the analysis's business.

use super::operation::{Call, Class, OpenOperation};
use crate::record::model::{Sample, evidence};
use crate::units::Stamp;
use crate::wire::{Build, FailureKind, WebhookKey};

/// Needed between the last before-reply and the answer when the push to a full after-queue
/// waited: a little less than the wait of the build.
const PUSH_WAIT_US: u64 = 2_800_000;
const PUSH_WAIT_OLD_US: u64 = 90_000;

/// What is known beside the operation itself.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The build, where known.
    pub build: Option<Build>,
    /// How long the API's caller waits, µs.
    pub caller_budget_us: u64,
    /// When many connections were last open at our listener.
    pub crowded_at: Option<Stamp>,
    /// The before-key that never arrived before the time ran out.
    pub missing: Option<WebhookKey>,
    /// Expected keys that never came although the operation succeeded.
    pub lost: &'a [WebhookKey],
    /// Effective timeout of the key that failed, µs, where known.
    pub timeout_us: Option<u64>,
    /// API calls hold the workers that answer callbacks (`load.callers_hold_workers`); without
    /// it a worker that comes too late was busy with other callbacks.
    pub callers_hold_workers: bool,
}

/// The signs, each with the operation as a sample.
#[must_use]
pub fn signs(op: &OpenOperation, known: Known<'_>) -> Vec<(&'static str, Sample)> {
    let Some(outcome) = op.outcome() else { return Vec::new() };
    let mut found = Vec::new();
    if op.timed_out() {
        if let Some(call) = starved(op) {
            let code = if known.callers_hold_workers { evidence::REENTRANT } else { evidence::WORKERS_BUSY };
            found.push((code, Some(call.key)));
        } else if pool_exhausted(op, &known) {
            let key = known.missing.or_else(|| op.culprit().map(|i| op.calls[i].key));
            found.push((evidence::POOL, key));
        }
    }
    match op.failure() {
        Some(FailureKind::WebhookBadAnswer) => found.push((evidence::NOT_ROUTED, named_key(op))),
        Some(FailureKind::WebhookCauseHidden) => found.push((evidence::CAUSE_HIDDEN, named_key(op))),
        _ => {}
    }
    if before_calls(op).map(|c| time_here(c, outcome.answered_at)).sum::<u64>() > known.caller_budget_us {
        let slowest = before_calls(op).max_by_key(|c| time_here(c, outcome.answered_at));
        found.push((evidence::OVER_BUDGET, slowest.map(|c| c.key)));
    }
    let queue_full = waited_for_queue(op, known.build, outcome.answered_at);
    for key in known.lost {
        // A full queue drops after-callbacks: said once, with its cause.
        let code =
            if queue_full && !key.is_before() { evidence::AFTER_QUEUE } else { evidence::CALLBACK_MISSING };
        found.push((code, Some(*key)));
    }
    found.into_iter().map(|(code, key)| (code, sample(op, code, key))).collect()
}

/// The last before-key heard of, or the one that `OpenIM` names.
fn named_key(op: &OpenOperation) -> Option<WebhookKey> {
    let named = op.outcome().and_then(|o| o.post_url.as_deref()).and_then(|url| url.rsplit('/').next());
    named.and_then(WebhookKey::from_command).or_else(|| before_calls(op).last().map(|c| c.key))
}

fn before_calls(op: &OpenOperation) -> impl DoubleEndedIterator<Item = &Call> {
    op.calls.iter().filter(|c| c.key.is_before() && c.class == Class::First)
}

fn time_here(call: &Call, answered: Stamp) -> u64 {
    call.ended().unwrap_or(answered).since(call.received)
}

/// Arrived before the answer, taken up by a worker only after it or never.
fn starved(op: &OpenOperation) -> Option<&Call> {
    let answered = op.ended_at()?;
    before_calls(op).find(|c| c.received <= answered && c.started.is_none_or(|started| started > answered))
}

fn pool_exhausted(op: &OpenOperation, known: &Known<'_>) -> bool {
    let late = op.culprit().is_some_and(|i| {
        let waited = op.calls[i].received.since(op.event_before(i));
        waited >= known.timeout_us.unwrap_or(1_000_000) / 2
    });
    let crowded = known.crowded_at.is_some_and(|at| at >= op.sent());
    let answered = op.ended_at().unwrap_or_default();
    let slow = known.timeout_us.is_some_and(|t| before_calls(op).any(|c| time_here(c, answered) > t));
    (known.missing.is_some() || late) && crowded && !slow
}

fn waited_for_queue(op: &OpenOperation, build: Option<Build>, answered: Stamp) -> bool {
    let wait = match build {
        Some(build) if build.push_wait().as_millis() < 1_000 => PUSH_WAIT_OLD_US,
        _ => PUSH_WAIT_US,
    };
    let last_reply = before_calls(op).filter_map(|c| c.replied).max().unwrap_or(op.sent());
    answered.since(last_reply) >= wait
}

fn sample(op: &OpenOperation, code: &str, key: Option<WebhookKey>) -> Sample {
    let call = key.and_then(|key| op.calls.iter().rev().find(|c| c.key == key && c.class == Class::First));
    let (sent, answered) = (op.sent(), op.ended_at().unwrap_or_default());
    Sample {
        code: code.to_owned(),
        operation_id: op.id.to_string(),
        key,
        service_us: answered.since(sent),
        handled_after_answer_us: call.and_then(|c| c.started).map(|s| s.signed_since(answered)),
        handler_us: call.and_then(|c| c.replied.map(|replied| replied.since(c.received))),
        arrived_after_sent_us: call.map(|c| c.received.signed_since(sent)),
        text: op.outcome().and_then(|o| o.text.clone()).unwrap_or_default(),
    }
}
