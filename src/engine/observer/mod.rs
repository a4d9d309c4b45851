//! Collects callbacks that a proxy passes on where nothing was called: counts, series and slow ones, second by second.
//!
//! Knows no operations: it correlates nothing, so its memory does not grow with them. What it holds is the seconds that
//! are not written yet, and slow callbacks until none that arrived before them can still end.
//! The time that counts is accepted (on a fresh connection) or received → replied, less what the proxy added itself.

#[cfg(test)]
mod tests;
mod thread;

use std::collections::BTreeMap;

pub use thread::{Observed, ObserverHandle, spawn};

use super::collector::buckets::{Buckets, SeriesId};
use crate::port::{
    CallbackDone, ReplyKind, ResourceSample, RunEvent, Stranger, UpstreamFailure, UpstreamStamps,
};
use crate::record::model::tag::CallbackSeries;
use crate::record::model::{
    EXCEEDANCE_FROM_US, Exceedance, OBSERVED_HOLD_S, Sample, SecondRow, Series, UpstreamCounts, evidence,
    new_series,
};
use crate::record::write::{Flush, Recorder, WriteError};
use crate::units::Stamp;
use crate::wire::WebhookKey;

/// Foreign command names kept apart.
const NAMES: usize = 32;
const MORE: &str = "(more)";
/// Slow callbacks held back at most; beyond it the oldest are written early.
const MOST_HELD: usize = 100_000;
/// Evidence kept of single callbacks.
const SAMPLES: usize = 5;
/// Characters of an operationID that is kept as evidence.
const ID_CHARS: usize = 64;
/// The one phase of such a record.
const PHASE: u16 = 0;

/// Totals, for what is told while it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Callbacks by key: passed on, aborted by OpenIM, without an answer of the upstream.
    pub keys: BTreeMap<WebhookKey, [u64; 3]>,
    /// Requests that are no group callbacks.
    pub strangers: u64,
}

/// Takes events, gives flushes.
#[derive(Debug)]
pub struct Observer<R> {
    recorder: R,
    buckets: Buckets,
    /// By arrival, then in order of their coming here.
    slow: BTreeMap<(Stamp, u64), Exceedance>,
    /// Nothing that arrived before this may be written any more.
    written_to: Stamp,
    next_seq: u64,
    names: Vec<String>,
    samples: usize,
    heartbeats: [Series; 2],
    latest: Stamp,
    seen: Seen,
}

impl<R: Recorder> Observer<R> {
    /// An observer that writes to `recorder`.
    #[must_use]
    pub fn new(recorder: R) -> Observer<R> {
        Observer {
            recorder,
            buckets: Buckets::default(),
            slow: BTreeMap::new(),
            written_to: Stamp(0),
            next_seq: 0,
            names: Vec::new(),
            samples: 0,
            heartbeats: [new_series(), new_series()],
            latest: Stamp(0),
            seen: Seen::default(),
        }
    }

    /// Totals until now.
    #[must_use]
    pub fn seen(&self) -> &Seen {
        &self.seen
    }

    /// How much is held in memory: rows, series and slow callbacks.
    #[must_use]
    pub fn held(&self) -> usize {
        self.buckets.held() + self.slow.len() + self.names.len() + self.seen.keys.len()
    }

    pub(super) fn into_recorder(self) -> R {
        self.recorder
    }

    /// Takes an event.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn handle(&mut self, event: RunEvent) -> Result<(), WriteError> {
        match event {
            RunEvent::Callback(done) => self.callback(&done),
            RunEvent::Stranger(stranger) => self.stranger(stranger),
            RunEvent::BadRequest { .. } => self.row(self.latest).bad_requests += 1,
            RunEvent::Heartbeat { at, took_us, fresh } => self.heartbeat(at, took_us, fresh),
            RunEvent::Sample(sample) => self.sample(&sample),
            RunEvent::Finished { at } => return self.finish(at),
            _ => {}
        }
        Ok(())
    }

    /// How full the event channel is, and events that found no room in it.
    pub fn channel(&mut self, now: Stamp, fullness: f64, lost: u64) {
        self.latest = self.latest.max(now);
        if fullness > 0.0 || lost > 0 {
            let row = self.row(now);
            row.channel_fullness = row.channel_fullness.max(fullness);
            row.lost_events += lost;
        }
    }

    /// Writes the seconds that are over at `now`.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn tick(&mut self, now: Stamp) -> Result<(), WriteError> {
        match now.second().checked_sub(1) {
            Some(last) => {
                let until = Stamp(now.0.saturating_sub(OBSERVED_HOLD_S * 1_000_000));
                self.flush_through(last, until)
            }
            None => Ok(()),
        }
    }

    /// Writes everything.
    ///
    /// # Errors
    /// When the record cannot be written.
    pub fn finish(&mut self, at: Stamp) -> Result<(), WriteError> {
        let last = self.buckets.last_second().unwrap_or(0).max(at.second());
        self.flush_through(last, Stamp(u64::MAX))
    }

    fn row(&mut self, at: Stamp) -> &mut SecondRow {
        self.buckets.row(at.second(), PHASE)
    }

    fn callback(&mut self, done: &CallbackDone) {
        self.latest = self.latest.max(done.replied_at.or(done.aborted_at).unwrap_or(done.received_at));
        let totals = self.seen.keys.entry(done.key).or_default();
        totals[0] += 1;
        totals[1] += u64::from(done.aborted_at.is_some());
        let mut upstream = done.upstream.as_ref().map(|u| counts(done, u)).unwrap_or_default();
        let spoilt = done.reply == ReplyKind::Fault;
        upstream.faults = u64::from(spoilt);
        let failed = done.aborted_at.is_none() && !upstream.failures.is_empty();
        totals[2] += u64::from(failed);
        self.row(done.received_at).upstream.entry(done.key).or_default().add(upstream);
        // Refused or broken by the upstream, or by a fault: no timeout would have changed its end.
        if spoilt || failed {
            return;
        }
        self.counted(done);
        match (done.replied_at, done.aborted_at) {
            (Some(replied), None) => self.replied(done, replied),
            _ => self.cut(done),
        }
    }

    fn counted(&mut self, done: &CallbackDone) {
        let (fresh, cut) =
            (done.accepted_at.is_some(), done.aborted_at.is_some() || done.replied_at.is_none());
        let row = self.row(done.received_at).callbacks.entry(done.key).or_default();
        row.arrived += 1;
        row.fresh += u64::from(fresh);
        row.cut += u64::from(cut);
        row.replied += u64::from(!cut);
        if let Some(accepted) = done.accepted_at {
            self.record(done.received_at, done.key, CallbackSeries::SetUp, done.received_at.since(accepted));
        }
    }

    fn record(&mut self, at: Stamp, key: WebhookKey, what: CallbackSeries, us: u64) {
        self.buckets.record(at, true, SeriesId::Callback(key, what), us);
    }

    fn replied(&mut self, done: &CallbackDone, replied: Stamp) {
        let added = done.upstream.as_ref().and_then(|u| u.added_us(done.received_at, Some(replied)));
        let handler = replied.since(done.received_at).saturating_sub(added.unwrap_or(0));
        let near = handler + done.accepted_at.map_or(0, |accepted| done.received_at.since(accepted));
        self.record(replied, done.key, CallbackSeries::Handler, handler);
        self.record(replied, done.key, CallbackSeries::RoundTripNear, near);
        if let Some(added) = added {
            self.buckets.record(replied, true, SeriesId::ProxyAdded, added);
        }
        if near >= EXCEEDANCE_FROM_US {
            self.slow(done, handler, near, false);
        }
    }

    /// OpenIM gave up on it: slower than everything.
    fn cut(&mut self, done: &CallbackDone) {
        let until = done.aborted_at.unwrap_or(self.latest);
        let low = until.since(done.received_at);
        let near = low + done.accepted_at.map_or(0, |accepted| done.received_at.since(accepted));
        self.slow(done, low, near, true);
        self.sample_of(done, low);
    }

    fn slow(&mut self, done: &CallbackDone, low_us: u64, near_us: u64, cut: bool) {
        // One that comes later than any should is told at the first moment that may still be written.
        let at = done.received_at.max(self.written_to);
        self.next_seq += 1;
        let slow = Exceedance {
            at,
            key: done.key,
            seq: self.next_seq,
            low_us,
            near_us,
            high_us: near_us,
            cut,
            crowded: false,
            group_size: 0,
        };
        self.slow.insert((at, self.next_seq), slow);
    }

    fn sample_of(&mut self, done: &CallbackDone, waited_us: u64) {
        if self.samples >= SAMPLES {
            return;
        }
        self.samples += 1;
        let answered = done.upstream.as_ref().and_then(|u| u.replied_at).zip(done.aborted_at);
        let sample = Sample {
            code: evidence::ABORTED.to_owned(),
            operation_id: done.operation_text.as_deref().map(shortened).unwrap_or_default(),
            key: Some(done.key),
            service_us: waited_us,
            handled_after_answer_us: answered
                .and_then(|(answered, gave_up)| i64::try_from(answered.since(gave_up)).ok()),
            ..Sample::default()
        };
        self.row(done.received_at).samples.push(sample);
    }

    fn stranger(&mut self, stranger: Stranger) {
        self.seen.strangers += 1;
        let name = if self.names.contains(&stranger.command) || self.names.len() < NAMES {
            stranger.command
        } else {
            MORE.to_owned()
        };
        if name != MORE && !self.names.contains(&name) {
            self.names.push(name.clone());
        }
        let row = self.row(self.latest);
        let names = if stranger.known { &mut row.strangers } else { &mut row.unknown_commands };
        *names.entry(name).or_default() += 1;
    }

    fn heartbeat(&mut self, at: Stamp, took_us: u64, fresh: bool) {
        let all = &mut self.heartbeats[usize::from(fresh)];
        all.saturating_record(took_us);
        let beyond = took_us.saturating_sub(all.value_at_quantile(0.5));
        let ended = at.plus_us(took_us);
        self.buckets.record(ended, true, SeriesId::ReceiverLag, beyond);
        self.latest = self.latest.max(ended);
    }

    fn sample(&mut self, sample: &ResourceSample) {
        self.latest = self.latest.max(sample.at);
        let row = self.row(sample.at);
        row.own_cpu_s = row.own_cpu_s.max(sample.own_cpu_s);
        row.idle_share = Some(row.idle_share.map_or(sample.idle_share, |idle| idle.min(sample.idle_share)));
        row.peak_connections = row.peak_connections.max(sample.peak_connections);
        row.resident_bytes = row.resident_bytes.max(sample.resident_bytes);
        row.wall_drift_s = sample.wall_drift_s;
    }

    fn flush_through(&mut self, last: u64, slow_until: Stamp) -> Result<(), WriteError> {
        let first = self.buckets.open_from().min(last);
        if self.buckets.open_from() > last && slow_until != Stamp(u64::MAX) {
            return Ok(());
        }
        for second in first..=last {
            // A second in which nothing happened is told from one that is missing.
            self.buckets.row(second, PHASE);
            let (rows, series) = self.buckets.take(second);
            let from = Stamp(second * 1_000_000);
            let exceedances = if second == last { self.take_slow(slow_until) } else { Vec::new() };
            let to = from.plus_us(1_000_000);
            self.recorder.flush(Flush { from, to, rows, series, operations: Vec::new(), exceedances })?;
        }
        Ok(())
    }

    fn take_slow(&mut self, until: Stamp) -> Vec<Exceedance> {
        let mut due = Vec::new();
        while let Some(first) = self.slow.first_entry() {
            let (at, _) = *first.key();
            if at >= until && self.slow.len() <= MOST_HELD {
                break;
            }
            due.extend(self.slow.pop_first().map(|(_, slow)| slow));
            self.written_to = self.written_to.max(at);
        }
        if until != Stamp(u64::MAX) {
            self.written_to = self.written_to.max(until);
        }
        due
    }
}

fn counts(done: &CallbackDone, upstream: &UpstreamStamps) -> UpstreamCounts {
    let answered_late = done.aborted_at.zip(upstream.replied_at);
    let mut counts = UpstreamCounts {
        aborted_answered: u64::from(answered_late.is_some()),
        aborted_at_once: u64::from(done.aborted_at.is_some_and(|gave_up| upstream.let_off(gave_up))),
        request_bytes: upstream.request_bytes,
        answer_bytes: upstream.answer_bytes,
        largest_request: upstream.request_bytes,
        largest_answer: upstream.answer_bytes,
        ..UpstreamCounts::default()
    };
    if let Some(status) = upstream.status {
        counts.statuses.insert(status, 1);
    }
    if let Some(failure) = upstream.failed {
        counts.failures.insert(name_of(failure), 1);
    }
    counts
}

/// As the record names it.
fn name_of(failure: UpstreamFailure) -> String {
    let name = serde_json::to_value(failure).ok();
    name.and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn shortened(id: &str) -> String {
    id.chars().take(ID_CHARS).collect()
}
