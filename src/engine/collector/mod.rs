//! The single owner of what a run has found: correlates callbacks with their calls by
//! operationID, fills rows and histograms, writes them once a second.
//!
//! Promises: scheduled = released + shed and released = succeeded + failed + censored once
//! the run is finished; every interval adds up to the totals; exceedances leave in order of
//! arrival; memory is bounded by arrival rate × (call time + `HOLD_US`), not by the run's
//! length. Pacing, calling and receiving are others' business.

pub mod abort;
pub(super) mod buckets;
mod callers;
mod evidence;
mod failed;
mod flushing;
mod machine;
mod operation;
mod progress;
pub mod sampler;
mod settle;
mod thread;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, VecDeque};

pub use abort::AbortReason;
pub use callers::FailedAttempts;
pub use failed::FailedNumbers;
pub use progress::{LiveSeries, Progress};
pub use sampler::Sampler;
pub use thread::{Collected, CollectorError, CollectorHandle, spawn};

use crate::ids::OperationId;
use crate::port::{CallbackArrived, CallbackDone, ReplyKind, RunEvent};
use crate::profile::RunPlan;
use crate::profile::model::RetryGroup;
use crate::record::model::{EXCEEDANCE_HOLD_S, SecondRow, evidence as codes, new_series};
use crate::record::write::{Recorder, WriteError};
use crate::units::Stamp;
use crate::wire::api::Operation;
use crate::wire::{Build, WebhookKey};

use abort::AbortWatch;
use buckets::SeriesId;
use operation::{CallEnd, Class, OpenOperation, Start};
use settle::{Context, Output};

/// How long after its answer an operation waits for callbacks that have not come, µs.
pub const HOLD_US: u64 = EXCEEDANCE_HOLD_S * 1_000_000;
/// How long after its end a second is kept open for events that are still in the channel, µs.
/// Short, because a kill loses what is not written.
const GRACE_US: u64 = 20_000;
/// Released later than this counts as late, µs.
const LATE_US: u64 = 100_000;

/// What the collector needs to know.
#[derive(Clone, Debug)]
pub struct CollectorConfig {
    /// The plan.
    pub plan: RunPlan,
    /// The build that preflight told; `None` accepts what any build sends.
    pub build: Option<Build>,
    /// Keys that must call back.
    pub expect: Vec<WebhookKey>,
    /// How long the API's caller waits, µs.
    pub caller_budget_us: u64,
}

/// An operation that is finished: what is needed to tell a repetition of its callbacks.
#[derive(Clone, Copy, Debug)]
struct Finished {
    phase: u16,
    /// Size of its group; 0 where unknown.
    size: u32,
    /// Keys that called back, a bit each.
    keys: u32,
    /// Keys whose first callback came afterwards and is still at our server.
    strays: u32,
}

/// Correlates events and keeps what is not written yet.
#[derive(Debug)]
pub struct Collector<R> {
    ctx: Context,
    recorder: R,
    out: Output,
    open: HashMap<OperationId, OpenOperation>,
    /// Ended operations by the time at which their hold is over.
    holds: VecDeque<(Stamp, OperationId)>,
    finished: HashMap<OperationId, Finished>,
    finished_order: VecDeque<(Stamp, OperationId)>,
    abort: AbortWatch,
    /// Durations of heartbeats on kept and on new connections, for their medians.
    heartbeats: [crate::record::model::Series; 2],
    stranger_names: Vec<String>,
    failed_creates: FailedNumbers,
    in_flight: u64,
    latest: Stamp,
    begun: bool,
    over: bool,
}

impl<R: Recorder> Collector<R> {
    /// A collector that writes to `recorder`.
    #[must_use]
    pub fn new(config: CollectorConfig, recorder: R) -> Collector<R> {
        let CollectorConfig { plan, build, expect, caller_budget_us } = config;
        Collector {
            abort: AbortWatch::new(&plan),
            ctx: Context { plan, build, expect, caller_budget_us },
            recorder,
            out: Output::default(),
            open: HashMap::new(),
            holds: VecDeque::new(),
            finished: HashMap::new(),
            finished_order: VecDeque::new(),
            heartbeats: [new_series(), new_series()],
            stranger_names: Vec::new(),
            failed_creates: FailedNumbers::default(),
            in_flight: 0,
            latest: Stamp(0),
            begun: false,
            over: false,
        }
    }

    /// Takes an event.
    ///
    /// # Errors
    /// When the record cannot be written (only `Finished` writes).
    pub fn handle(&mut self, event: RunEvent) -> Result<(), WriteError> {
        self.begun = true;
        match event {
            RunEvent::Released {
                operation_id,
                operation,
                members,
                admins,
                intended_at,
                released_at,
                phase,
            } => {
                let start =
                    Start { operation, members, admins, intended: intended_at, released: released_at, phase };
                self.released(operation_id, start);
            }
            RunEvent::Retried { operation_id, first } => self.retried(operation_id, first),
            RunEvent::CallerDone(done) => {
                self.see(done.at);
                callers::record(&done, &self.ctx, &mut self.out);
            }
            RunEvent::Shed { intended_at, phase } => {
                let row = self.out.buckets.row(intended_at.second(), phase);
                row.scheduled += 1;
                row.shed += 1;
                self.out.tally.progress.scheduled += 1;
                self.out.tally.progress.shed += 1;
                self.see(intended_at);
            }
            RunEvent::Ended { operation_id, outcome } => {
                self.ended(operation_id, CallEnd::Answered(outcome));
            }
            RunEvent::Censored { operation_id, at } => self.ended(operation_id, CallEnd::Censored(at)),
            RunEvent::Arrived(arrived) => self.arrived(&arrived),
            RunEvent::Callback(done) => self.callback(&done),
            RunEvent::Stranger(stranger) => self.stranger(&stranger),
            RunEvent::BadRequest { .. } => self.row_now().bad_requests += 1,
            RunEvent::Heartbeat { at, took_us, fresh } => self.heartbeat(at, took_us, fresh),
            RunEvent::Sample(sample) => self.sample(&sample),
            RunEvent::ScheduleEnded { at } => {
                self.out.tally.progress.schedule_ended_at = Some(at);
                self.out.tally.progress.draining = true;
                self.see(at);
            }
            RunEvent::Finished { at } => return self.finish(at),
        }
        Ok(())
    }

    /// Ends holds that are over and writes the seconds that are complete at `now`.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn tick(&mut self, now: Stamp) -> Result<(), WriteError> {
        if self.over {
            return Ok(());
        }
        self.see(now);
        self.end_holds(now);
        let Some(last) = now.0.saturating_sub(GRACE_US).checked_sub(1_000_000) else { return Ok(()) };
        self.flush_through(last / 1_000_000, now, false)
    }

    /// Finishes every operation as it stands and writes the rest; later events are ignored.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn finish(&mut self, at: Stamp) -> Result<(), WriteError> {
        if self.over {
            return Ok(());
        }
        self.see(at);
        self.over = true;
        let mut open: Vec<OpenOperation> = self.open.drain().map(|(_, op)| op).collect();
        open.sort_by_key(|op| op.id);
        for mut op in open {
            if op.end.is_none() && op.start.is_some() {
                // Nobody said how it ended: the driver is gone, so we end it here.
                op.end = Some(CallEnd::Censored(at));
                self.in_flight = self.in_flight.saturating_sub(1);
                settle::record_call(&op, &self.ctx, &mut self.out);
                self.failed_create(op.start, op.retry_of, op.id);
            }
            settle::finish(op, at, &self.ctx, &mut self.out);
        }
        self.out.tally.progress.finished = true;
        let last = self.out.buckets.last_second().unwrap_or(0).max(at.second());
        self.flush_through(last, at, true)
    }

    /// A snapshot for the progress display.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let mut progress = self.out.tally.snapshot(self.latest);
        progress.phase = self.ctx.phase_at(self.latest);
        progress.in_flight = self.in_flight;
        progress.awaiting_callbacks = (self.open.len() as u64).saturating_sub(self.in_flight);
        progress
    }

    /// The same, with its series worked out anew once a second.
    pub fn next_progress(&mut self) -> Progress {
        self.out.tally.renew(self.latest);
        self.progress()
    }

    /// Whether the run is to stop.
    pub fn check_abort(&mut self, now: Stamp) -> Option<AbortReason> {
        self.abort.check(now)
    }

    /// Operations held in memory: open, held, or remembered.
    #[must_use]
    pub fn held(&self) -> usize {
        self.open.len() + self.holds.len() + self.finished.len() + self.out.exceedances.len()
    }

    /// Callers of whom an attempt failed.
    #[must_use]
    pub fn failed_attempts(&self) -> &FailedAttempts {
        &self.out.failed_attempts
    }

    /// Which creates failed or were given up.
    #[must_use]
    pub fn failed_creates(&self) -> &FailedNumbers {
        &self.failed_creates
    }

    /// A create that failed. One that repeats another for the same groupID has no group of its own to ask about.
    fn failed_create(&mut self, start: Option<Start>, retry_of: Option<u64>, id: OperationId) {
        let caller = &self.ctx.plan.profile.caller;
        let named = |retry_of: Option<u64>| retry_of.is_none() || caller.group_id == RetryGroup::New;
        if let Some(start) = start.filter(|s| s.operation == Operation::Create && named(retry_of)) {
            self.failed_creates.add(start.phase, id.seq);
        }
    }

    /// Gives the recorder back.
    #[must_use]
    pub fn into_recorder(self) -> R {
        self.recorder
    }

    fn see(&mut self, at: Stamp) {
        self.latest = self.latest.max(at);
    }

    fn row_now(&mut self) -> &mut SecondRow {
        let phase = self.ctx.phase_at(self.latest);
        self.out.buckets.row(self.latest.second(), phase)
    }

    fn released(&mut self, id: OperationId, start: Start) {
        self.see(start.released);
        let lag = start.released.since(start.intended);
        let row = self.out.buckets.row(start.intended.second(), start.phase);
        row.scheduled += 1;
        row.released += 1;
        row.late_100ms += u64::from(lag > LATE_US);
        self.in_flight += 1;
        let row = self.out.buckets.row(start.released.second(), start.phase);
        row.in_flight = row.in_flight.max(self.in_flight);
        let measured = self.ctx.measured(start.phase);
        self.out.buckets.record(start.released, measured, SeriesId::DispatchLag, lag);
        self.out.tally.released(lag);
        self.out.tally.progress.scheduled += 1;
        self.out.tally.progress.released += 1;
        let op = self.open.entry(id).or_insert_with(|| OpenOperation::new(id));
        settle::size_early_arrivals(op, start, &self.ctx, &mut self.out);
        op.start = Some(start);
        self.finish_if_complete(id);
    }

    fn retried(&mut self, id: OperationId, first: OperationId) {
        let Some(op) = self.open.get_mut(&id) else { return };
        op.retry_of = Some(first.seq);
        if let Some(start) = op.start {
            self.out.buckets.row(start.released.second(), start.phase).retries += 1;
        }
    }

    fn ended(&mut self, id: OperationId, end: CallEnd) {
        if !self.is_ours(id) {
            return;
        }
        let op = self.open.entry(id).or_insert_with(|| OpenOperation::new(id));
        if op.end.is_some() {
            return;
        }
        op.end = Some(match end {
            CallEnd::Answered(outcome) => CallEnd::Answered(settle::refine(op, outcome, &self.ctx)),
            censored => censored,
        });
        let at = op.ended_at().unwrap_or_default();
        if op.outcome().is_some() {
            self.abort.ended(at, op.failure());
        }
        let (start, retry_of, succeeded) = (op.start, op.retry_of, op.succeeded());
        if succeeded && start.is_some_and(|s| s.operation == Operation::Create) {
            self.out.tally.progress.groups_made += 1;
        }
        let row = self.out.buckets.row(at.second(), settle::phase_of(op, &self.ctx));
        row.in_flight = row.in_flight.max(self.in_flight);
        settle::record_call(op, &self.ctx, &mut self.out);
        settle::settle(op, &self.ctx, &mut self.out);
        if !succeeded {
            self.failed_create(start, retry_of, id);
        }
        self.in_flight = self.in_flight.saturating_sub(1);
        self.holds.push_back((at.plus_us(HOLD_US), id));
        self.see(at);
        self.finish_if_complete(id);
    }

    fn is_ours(&self, id: OperationId) -> bool {
        id.run() == self.ctx.plan.tag && id.is_load()
    }

    fn arrived(&mut self, arrived: &CallbackArrived) {
        self.see(arrived.received_at);
        for id in arrived.operations.iter().copied().filter(|id| self.is_ours(*id)).collect::<Vec<_>>() {
            self.arrive(id, arrived.key, arrived.received_at);
        }
    }

    fn arrive(&mut self, id: OperationId, key: WebhookKey, received: Stamp) {
        if let Some(done) = self.finished.get_mut(&id) {
            let bit = 1u32 << (key as u32 % 32);
            let class = if done.keys & bit == 0 {
                Class::First
            } else if crate::wire::flow::repetition_explained(key) {
                Class::Repeated
            } else {
                Class::Duplicate
            };
            done.keys |= bit;
            done.strays |= if class == Class::First { bit } else { 0 };
            let (phase, size) = (done.phase, done.size);
            return self.count_arrival(received, phase, (key, class), size);
        }
        let build = self.ctx.build;
        let op = self.open.entry(id).or_insert_with(|| OpenOperation::new(id));
        let class = op.arrive(key, received, build);
        let (phase, size) = (settle::phase_of(op, &self.ctx), op.group_size());
        if op.start.is_none() {
            // Heard of before its release, or long after: the hold must not wait for ever.
            self.holds.push_back((received.plus_us(HOLD_US), id));
        }
        self.count_arrival(received, phase, (key, class), size);
    }

    fn count_arrival(&mut self, at: Stamp, phase: u16, (key, class): (WebhookKey, Class), size: u32) {
        let counts = self.out.counts(at, phase, key);
        match class {
            Class::First => {
                counts.arrived += 1;
                counts.sizes.count(size);
            }
            Class::Repeated => counts.repeated += 1,
            Class::Duplicate => counts.duplicate += 1,
        }
        *self.out.tally.progress.callbacks.entry(key).or_default() += 1;
    }

    fn callback(&mut self, done: &CallbackDone) {
        self.see(done.received_at);
        self.out.crowded_at = self.out.crowded_at.max(done.crowded_at);
        self.passed_on(done);
        for id in done.operations.iter().copied().filter(|id| self.is_ours(*id)).collect::<Vec<_>>() {
            if let Some(finished) = self.finished.get_mut(&id) {
                let bit = 1u32 << (done.key as u32 % 32);
                if finished.strays & bit != 0 {
                    finished.strays &= !bit;
                    let (phase, size) = (finished.phase, finished.size);
                    settle::settle_stray(id, done, (phase, size), &self.ctx, &mut self.out);
                }
                continue;
            }
            if !self.open.get_mut(&id).is_some_and(|op| op.finish_call(done)) {
                // Its arrival found no room in the channel.
                self.arrive(id, done.key, done.received_at);
                if let Some(op) = self.open.get_mut(&id) {
                    op.finish_call(done);
                }
            }
            if let Some(op) = self.open.get_mut(&id)
                && op.end.is_some()
            {
                settle::settle(op, &self.ctx, &mut self.out);
            }
            self.finish_if_complete(id);
        }
    }

    /// What a proxy knows besides: its own part, and when the upstream answered what `OpenIM` had given up.
    fn passed_on(&mut self, done: &CallbackDone) {
        let Some(upstream) = done.upstream.filter(|_| done.reply == ReplyKind::Upstream) else { return };
        if let (Some(added), Some(at)) =
            (upstream.added_us(done.received_at, done.replied_at), done.replied_at)
        {
            let measured = self.ctx.measured(self.ctx.phase_at(at));
            self.out.buckets.record(at, measured, SeriesId::ProxyAdded, added);
        }
        if let Some(aborted_at) = done.aborted_at {
            let row = self.row_now();
            *row.evidence.entry(codes::UPSTREAM_ABORTED.to_owned()).or_default() += 1;
            let let_off = u64::from(upstream.let_off(aborted_at));
            *row.evidence.entry(codes::UPSTREAM_LET_OFF.to_owned()).or_default() += let_off;
        }
    }

    fn finish_if_complete(&mut self, id: OperationId) {
        let complete = self.open.get(&id).is_some_and(|op| op.complete(self.ctx.build, &self.ctx.expect));
        if complete {
            self.finish_operation(id);
        }
    }

    fn finish_operation(&mut self, id: OperationId) {
        let Some(op) = self.open.remove(&id) else { return };
        let keys = op.calls.iter().fold(0, |keys, call| keys | 1u32 << (call.key as u32 % 32));
        let (phase, size) = (settle::phase_of(&op, &self.ctx), op.group_size());
        self.finished.insert(id, Finished { phase, size, keys, strays: 0 });
        self.finished_order.push_back((self.latest.plus_us(HOLD_US), id));
        settle::finish(op, self.latest, &self.ctx, &mut self.out);
    }

    fn end_holds(&mut self, now: Stamp) {
        while self.holds.front().is_some_and(|(due, _)| *due <= now) {
            let Some((_, id)) = self.holds.pop_front() else { break };
            match self.open.get(&id) {
                Some(op) if op.end.is_some() => self.finish_operation(id),
                // A callback of an operation that nobody released (an old run of the same tag).
                Some(op) if op.start.is_none() => drop(self.open.remove(&id)),
                _ => {}
            }
        }
        while self.finished_order.front().is_some_and(|(due, _)| *due <= now) {
            if let Some((_, id)) = self.finished_order.pop_front() {
                self.finished.remove(&id);
            }
        }
    }
}
