//! From an operation's events to counts, series, exceedances and rows.
//!
//! A callback is settled once: when the call has ended and our server is done with it, or
//! at the end of the hold. Callbacks that were cut and calls that were censored have no
//! value in a series; they are counted, and rank as slower than everything.

use std::collections::{BTreeMap, HashMap};

use super::buckets::{Buckets, SeriesId};
use super::callers::FailedAttempts;
use super::evidence::{Known, signs};
use super::operation::{CallEnd, Class, OpenOperation, Start};
use super::progress::Tally;
use crate::ids::OperationId;
use crate::port::{CallResult, CallbackDone, Outcome};
use crate::profile::RunPlan;
use crate::record::model::tag::CallbackSeries;
use crate::record::model::{CallbackCounts, EXCEEDANCE_FROM_US, Exceedance, OperationRow, Sample};
use crate::units::Stamp;
use crate::wire::api::Operation;
use crate::wire::failure::{resolve_hidden, webhook_in};
use crate::wire::flow::Flow;
use crate::wire::{Build, FailureKind, WebhookKey};

/// Samples kept of each code in a run.
const SAMPLES_A_CODE: u32 = 5;

/// What the run is, unchanging.
#[derive(Clone, Debug)]
pub struct Context {
    /// The plan.
    pub plan: RunPlan,
    /// The build that preflight told.
    pub build: Option<Build>,
    /// Keys that must call back.
    pub expect: Vec<WebhookKey>,
    /// How long the API's caller waits, µs.
    pub caller_budget_us: u64,
}

impl Context {
    /// Whether the calls of `phase` count.
    #[must_use]
    pub fn measured(&self, phase: u16) -> bool {
        self.plan.phases.get(usize::from(phase)).is_none_or(|p| p.measured)
    }

    /// The phase at `at`, the last one after the schedule's end.
    #[must_use]
    pub fn phase_at(&self, at: Stamp) -> u16 {
        let seconds = at.0 as f64 / 1e6;
        let index = self.plan.phases.iter().rposition(|p| p.start_s <= seconds).unwrap_or(0);
        u16::try_from(index).unwrap_or(u16::MAX)
    }

    /// The effective timeout of `key`, µs, where known.
    fn timeout_us(&self, key: Option<WebhookKey>) -> Option<u64> {
        self.plan.timeouts.get(&key?).map(|t| u64::from(*t) * 1_000_000)
    }
}

/// What is to be written.
#[derive(Debug, Default)]
pub struct Output {
    /// Rows and series.
    pub buckets: Buckets,
    /// Operation rows.
    pub operations: Vec<OperationRow>,
    /// Exceedances by arrival time; the second number keeps equal times apart.
    pub exceedances: BTreeMap<(Stamp, u64), Exceedance>,
    exceedance_number: u64,
    samples: HashMap<&'static str, u32>,
    /// Counts for the progress display.
    pub tally: Tally,
    /// When many connections were last open.
    pub crowded_at: Option<Stamp>,
    /// Callers of whom an attempt failed.
    pub failed_attempts: FailedAttempts,
}

impl Output {
    /// Counts of `key` in the second of `at`.
    pub fn counts(&mut self, at: Stamp, phase: u16, key: WebhookKey) -> &mut CallbackCounts {
        self.buckets.row(at.second(), phase).callbacks.entry(key).or_default()
    }

    fn exceeds(&mut self, exceedance: Exceedance) {
        self.exceedance_number += 1;
        self.exceedances.insert((exceedance.at, self.exceedance_number), exceedance);
    }

    fn sign(&mut self, at: Stamp, phase: u16, code: &'static str, sample: Sample) {
        let given = self.samples.entry(code).or_default();
        let row = self.buckets.row(at.second(), phase);
        *row.evidence.entry(code.to_owned()).or_default() += 1;
        if *given < SAMPLES_A_CODE {
            *given += 1;
            row.samples.push(sample);
        }
    }

    /// Takes the exceedances that arrived up to `watermark`, in order.
    pub fn take_exceedances(&mut self, watermark: Stamp) -> Vec<Exceedance> {
        let later = self.exceedances.split_off(&(watermark.plus_us(1), 0));
        std::mem::replace(&mut self.exceedances, later).into_values().collect()
    }
}

/// The phase of an operation, told from the time where the driver's word is missing.
pub fn phase_of(op: &OpenOperation, ctx: &Context) -> u16 {
    let first = op.calls.first().map(|c| c.received);
    op.start.map_or_else(|| ctx.phase_at(first.or(op.ended_at()).unwrap_or_default()), |s| s.phase)
}

/// Callbacks that came before the driver's word about their operation: their size is known only now. They were
/// counted as arrived where the time told the phase, and their sizes go to the same place.
pub fn size_early_arrivals(op: &OpenOperation, start: Start, ctx: &Context, out: &mut Output) {
    if op.start.is_some() {
        return;
    }
    let phase = phase_of(op, ctx);
    for call in op.calls.iter().filter(|c| c.class == Class::First) {
        out.counts(call.received, phase, call.key).sizes.count(start.group_size());
    }
}

/// Tells a hidden cause by the time the call waited.
pub fn refine(op: &OpenOperation, mut outcome: Outcome, ctx: &Context) -> Outcome {
    if outcome.result != CallResult::Failed(FailureKind::WebhookCauseHidden) {
        return outcome;
    }
    let replied = op.calls.iter().filter(|c| c.key.is_before()).filter_map(|c| c.replied_in_time());
    let from = replied.filter(|r| *r <= outcome.answered_at).max().unwrap_or(outcome.sent_at);
    let key = outcome
        .post_url
        .as_deref()
        .and_then(webhook_in)
        .or_else(|| op.calls.iter().rev().find(|c| c.key.is_before()).map(|c| c.key))
        .or_else(|| op.flow(ctx.build).before.iter().copied().find(|k| ctx.expect.contains(k)));
    // The profile's own figure also tells the cap; that of the plan is the effective one.
    let timeout_s = key.and_then(|k| {
        let configured = ctx.plan.profile.webhook.timeout.get(&k).copied();
        configured.or_else(|| ctx.plan.timeouts.get(&k).map(|t| i64::from(*t)))
    });
    let waited_us = outcome.answered_at.since(from.max(outcome.sent_at));
    outcome.result = CallResult::Failed(resolve_hidden(waited_us, timeout_s));
    outcome
}

/// Records the call itself, once, when it has ended.
pub fn record_call(op: &OpenOperation, ctx: &Context, out: &mut Output) {
    let phase = phase_of(op, ctx);
    let measured = ctx.measured(phase);
    let Some(outcome) = op.outcome() else {
        let at = op.ended_at().unwrap_or_default();
        out.buckets.row(at.second(), phase).censored += 1;
        out.tally.progress.censored += 1;
        return;
    };
    let at = outcome.answered_at;
    let service = at.since(outcome.sent_at);
    if let Some(start) = op.start {
        let response = at.since(start.intended);
        out.buckets.record(at, measured, SeriesId::Response, response);
        out.tally.responded(response);
    }
    out.buckets.record(at, measured, SeriesId::Service, service);
    out.tally.served(service);
    if let Some(connect) = outcome.connect_us {
        out.buckets.record(at, measured, SeriesId::Connect, connect);
    }
    let row = out.buckets.row(at.second(), phase);
    match outcome.result {
        CallResult::Succeeded => {
            row.succeeded += 1;
            out.tally.progress.succeeded += 1;
        }
        CallResult::Failed(kind) => {
            *row.failed.entry(kind).or_default() += 1;
            *out.tally.progress.failed.entry(kind).or_default() += 1;
            out.buckets.record(at, measured, SeriesId::Failed(kind), service);
        }
    }
}

/// Settles every callback that is done, and the server's own part once all are.
pub fn settle(op: &mut OpenOperation, ctx: &Context, out: &mut Output) {
    for index in 0..op.calls.len() {
        if op.calls[index].done && !op.calls[index].settled {
            let at = op.calls[index].ended().unwrap_or(op.calls[index].received);
            settle_call(op, index, at, ctx, out);
        }
    }
    if op.befores_there(ctx.build, &ctx.expect) {
        record_own(op, ctx, out);
    }
}

/// The server's own part of a successful operation, once.
fn record_own(op: &mut OpenOperation, ctx: &Context, out: &mut Output) {
    if !op.own_recorded
        && op.succeeded()
        && let (Some(handlers), Some(outcome)) = (op.handlers_us(), op.outcome())
    {
        let at = outcome.answered_at;
        let own = at.since(outcome.sent_at).saturating_sub(handlers);
        out.buckets.record(at, ctx.measured(phase_of(op, ctx)), SeriesId::Own, own);
        op.own_recorded = true;
    }
}

fn settle_call(op: &mut OpenOperation, index: usize, now: Stamp, ctx: &Context, out: &mut Output) {
    op.calls[index].settled = true;
    let call = op.calls[index];
    if call.class != Class::First {
        return;
    }
    let phase = phase_of(op, ctx);
    let bracket = op.bracket(index, now);
    let at = call.ended().unwrap_or(now);
    let answered = op.outcome().map(|o| o.answered_at);
    let counts = out.counts(at, phase, call.key);
    counts.cut += u64::from(bracket.cut);
    counts.replied += u64::from(!bracket.cut);
    counts.fresh += u64::from(call.accepted.is_some());
    counts.crowded += u64::from(bracket.crowded);
    if let Some(answered) = answered {
        let handled_late = call.started.is_some_and(|started| started > answered);
        counts.handled_after_answer += u64::from(op.in_path(&call) && handled_late);
        counts.early_after += u64::from(!call.key.is_before() && call.received < answered);
    }
    record_bracket(op, index, &bracket, at, ctx, out);
    let high_us = bracket.high_us.unwrap_or(bracket.near_us);
    if ctx.measured(phase) && (bracket.cut || high_us >= EXCEEDANCE_FROM_US) {
        out.exceeds(Exceedance {
            at: call.received,
            key: call.key,
            seq: op.id.seq,
            low_us: bracket.low_us,
            near_us: bracket.near_us,
            high_us,
            cut: bracket.cut,
            crowded: bracket.crowded,
            group_size: op.group_size(),
        });
    }
}

fn record_bracket(
    op: &OpenOperation,
    index: usize,
    bracket: &super::operation::Bracket,
    at: Stamp,
    ctx: &Context,
    out: &mut Output,
) {
    let call = &op.calls[index];
    let measured = ctx.measured(phase_of(op, ctx));
    let mut put = |what, us| out.buckets.record(at, measured, SeriesId::Callback(call.key, what), us);
    if let Some(us) = bracket.set_up_us {
        put(CallbackSeries::SetUp, us);
    }
    if !call.key.is_before()
        && let Some(answered) = op.outcome().map(|o| o.answered_at)
        && call.received >= answered
    {
        put(CallbackSeries::Delivery, call.received.since(answered));
    }
    if bracket.cut {
        return;
    }
    put(CallbackSeries::Handler, bracket.low_us);
    put(CallbackSeries::RoundTripLow, bracket.low_us);
    put(CallbackSeries::RoundTripNear, bracket.near_us);
    if let Some(us) = bracket.high_us {
        put(CallbackSeries::RoundTripHigh, us);
    }
    if let Some(us) = bracket.gap_us {
        put(CallbackSeries::Gap, us);
    }
    out.tally.handled(call.key, bracket.low_us);
}

/// Records a callback that nobody waited for any more: its operation was finished, and its
/// key is not among those expected. It has no bracket.
/// `phase` and group size (0 where unknown) are those of its operation.
pub fn settle_stray(
    id: OperationId,
    done: &CallbackDone,
    (phase, size): (u16, u32),
    ctx: &Context,
    out: &mut Output,
) {
    let mut op = OpenOperation::new(id);
    let (intended, released) = (done.received_at, done.received_at);
    let operation = crate::wire::flow::fired_by(done.key).unwrap_or_default();
    op.arrive(done.key, done.received_at, ctx.build);
    op.finish_call(done);
    // Owner of a create included.
    let members = if operation == Operation::Create { size.saturating_sub(1) } else { size };
    op.start = Some(Start { operation, members, admins: 0, intended, released, phase });
    // An end before its arrival: it lay outside the request path.
    op.end = Some(CallEnd::Censored(Stamp(0)));
    settle_call(&mut op, 0, done.received_at, ctx, out);
}

/// Finishes an operation: what is still open is settled as it stands at `now`.
pub fn finish(mut op: OpenOperation, now: Stamp, ctx: &Context, out: &mut Output) {
    settle(&mut op, ctx, out);
    record_own(&mut op, ctx, out);
    for index in 0..op.calls.len() {
        if !op.calls[index].settled {
            settle_call(&mut op, index, now, ctx, out);
        }
    }
    let phase = phase_of(&op, ctx);
    let at = op.ended_at().unwrap_or(now);
    let missing = op.missing(ctx.build, &ctx.expect);
    if let Some(key) = missing {
        note_missing(&op, key, at, ctx, out);
    }
    let lost = if op.succeeded() { account_expected(&op, at, phase, ctx, out) } else { Vec::new() };
    let culprit = op.culprit().map(|i| op.calls[i].key);
    let known = Known {
        build: ctx.build,
        caller_budget_us: ctx.caller_budget_us,
        crowded_at: out.crowded_at,
        missing,
        lost: &lost,
        timeout_us: ctx.timeout_us(missing.or(culprit)),
        callers_hold_workers: ctx.plan.profile.load.callers_hold_workers,
    };
    for (code, sample) in signs(&op, known) {
        out.sign(at, phase, code, sample);
    }
    out.operations.push(operation_row(&op));
}

fn note_missing(op: &OpenOperation, key: WebhookKey, at: Stamp, ctx: &Context, out: &mut Output) {
    let phase = phase_of(op, ctx);
    let counts = out.counts(at, phase, key);
    counts.missing += 1;
    counts.sizes.count(op.group_size());
    if !ctx.measured(phase) {
        return;
    }
    let replied = op.calls.iter().filter(|c| c.key.is_before()).filter_map(|c| c.replied);
    let before = replied.filter(|r| *r <= at).max().map_or(op.sent(), |r| r.max(op.sent()));
    out.exceeds(Exceedance {
        at,
        key,
        seq: op.id.seq,
        low_us: 0,
        near_us: 0,
        high_us: at.since(before),
        cut: true,
        crowded: out.crowded_at.is_some_and(|c| c >= before),
        group_size: op.group_size(),
    });
}

/// Counts expected callbacks of a successful operation; returns the keys that never came.
fn account_expected(
    op: &OpenOperation,
    at: Stamp,
    phase: u16,
    ctx: &Context,
    out: &mut Output,
) -> Vec<WebhookKey> {
    let Flow { before, after } = op.flow(ctx.build);
    let expected = |key: &&WebhookKey| ctx.expect.contains(key);
    let lacking = |key: WebhookKey| op.count(key) < op.expected(key, ctx.build).least;
    let mut lost: Vec<WebhookKey> = before.iter().filter(expected).copied().filter(|k| lacking(*k)).collect();
    for key in &lost {
        out.counts(at, phase, *key).lost_before += 1;
    }
    for key in after.iter().filter(expected).copied() {
        let counts = out.counts(at, phase, key);
        counts.expected_after += 1;
        if lacking(key) {
            counts.lost_after += 1;
            lost.push(key);
        }
    }
    lost
}

fn operation_row(op: &OpenOperation) -> OperationRow {
    let outcome = op.outcome();
    let result = match outcome.map(|o| o.result) {
        Some(CallResult::Succeeded) => "ok".to_owned(),
        Some(CallResult::Failed(kind)) => kind.name(),
        None => "censored".to_owned(),
    };
    OperationRow {
        seq: op.id.seq,
        worker: op.id.worker,
        operation: op.start.map(|s| s.operation).unwrap_or_default(),
        phase: op.start.map_or(0, |s| s.phase),
        intended_us: op.start.map_or(0, |s| s.intended.0),
        released_us: op.start.map_or(0, |s| s.released.0),
        sent_us: outcome.map(|o| o.sent_at.0),
        answered_us: outcome.map(|o| o.answered_at.0),
        connect_us: outcome.and_then(|o| o.connect_us),
        result,
        err_code: outcome.and_then(|o| o.err_code),
        members: op.start.map_or(0, |s| s.members),
        admins: op.start.map_or(0, |s| s.admins),
        retry_of: op.retry_of,
        callbacks: op.callbacks_text(),
    }
}
