//! One operation while it is open: its call, its callbacks, and the bracket of each.
//!
//! Pure: events in, figures out. The bracket of a before-callback follows from the events
//! of its operation that are known for certain: lower end received → replied; upper end
//! from the event before (API send, or the reply to the callback before) to the event
//! after (the next callback's arrival, or the API's answer).

use crate::ids::OperationId;
use crate::port::{CallResult, CallbackDone, Outcome};
use crate::units::Stamp;
use crate::wire::api::Operation;
use crate::wire::flow::{self, Calls, Flow};
use crate::wire::{Build, FailureKind, WebhookKey};

/// Our stamp of a reply may come this much after OpenIM has it: the task that wrote it is not woken at once. A next
/// callback that came up to this long before the stamp came after the reply all the same (seen: 30 µs; without
/// this the bracket reaches to the event after the next one, seconds later).
const STAMPED_LATE_US: u64 = 250_000;
/// A deadline passed although we had replied: the reply came this close to the answer.
const REPLIED_TOO_LATE_US: u64 = 500_000;

/// What `OpenIM` meant by sending a key again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Belongs to the operation and counts.
    First,
    /// Again, as this version does.
    Repeated,
    /// Again, without explanation.
    Duplicate,
}

/// One callback of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// The webhook key.
    pub key: WebhookKey,
    /// Whether it counts.
    pub class: Class,
    /// Connection accepted, on its first request.
    pub accepted: Option<Stamp>,
    /// Request head parsed.
    pub received: Stamp,
    /// Taken up by a worker.
    pub started: Option<Stamp>,
    /// Answer handed to the kernel.
    pub replied: Option<Stamp>,
    /// `OpenIM` closed first.
    pub aborted: Option<Stamp>,
    /// Last moment with many connections open, seen at arrival.
    pub crowded: Option<Stamp>,
    /// What our proxy added to it, µs.
    pub added_us: u64,
    /// Our server is done with it.
    pub done: bool,
    /// Its figures are recorded.
    pub settled: bool,
}

impl Call {
    /// A callback that has only arrived.
    #[must_use]
    pub fn arrived(key: WebhookKey, received: Stamp, class: Class) -> Call {
        Call {
            key,
            class,
            accepted: None,
            received,
            started: None,
            replied: None,
            aborted: None,
            crowded: None,
            added_us: 0,
            done: false,
            settled: false,
        }
    }

    fn finish(&mut self, done: &CallbackDone) {
        self.accepted = done.accepted_at;
        self.started = done.started_at;
        self.replied = done.replied_at;
        self.aborted = done.aborted_at;
        self.crowded = done.crowded_at;
        self.added_us =
            done.upstream.and_then(|u| u.added_us(done.received_at, done.replied_at)).unwrap_or_default();
        self.done = true;
    }

    /// Replied, and not after `OpenIM` had closed.
    #[must_use]
    pub fn replied_in_time(&self) -> Option<Stamp> {
        self.replied.filter(|replied| self.aborted.is_none_or(|aborted| *replied < aborted))
    }

    /// When it ended at our server, either way.
    #[must_use]
    pub fn ended(&self) -> Option<Stamp> {
        match (self.replied, self.aborted) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
}

/// How a call ended.
#[derive(Clone, Debug)]
pub enum CallEnd {
    /// With an outcome; the failure kind is refined.
    Answered(Outcome),
    /// Given up by us.
    Censored(Stamp),
}

/// Figures of one callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// received → replied, µs (→ closed or now, when cut).
    pub low_us: u64,
    /// Handler time and connection set-up, µs.
    pub near_us: u64,
    /// Event before → event after, µs; `None` for a callback outside the request path.
    pub high_us: Option<u64>,
    /// Reply → event after, µs.
    pub gap_us: Option<u64>,
    /// accepted → received on a new connection, µs.
    pub set_up_us: Option<u64>,
    /// `OpenIM` gave up on it.
    pub cut: bool,
    /// Many connections were open between the event before and its arrival.
    pub crowded: bool,
}

/// An operation that is not finished.
#[derive(Clone, Debug)]
pub struct OpenOperation {
    /// Its key.
    pub id: OperationId,
    /// From `Released`; `None` until that event came.
    pub start: Option<Start>,
    /// How it ended.
    pub end: Option<CallEnd>,
    /// Callbacks by arrival.
    pub calls: Vec<Call>,
    /// Its `api.own` is recorded.
    pub own_recorded: bool,
    /// Number of the caller's first attempt, where this is a later one.
    pub retry_of: Option<u64>,
}

/// What the driver said about it.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// What is called.
    pub operation: Operation,
    /// Members besides owner and admins, or users acted on.
    pub members: u32,
    /// Admins.
    pub admins: u32,
    /// From the schedule.
    pub intended: Stamp,
    /// Let go.
    pub released: Stamp,
    /// Index into the plan's phases.
    pub phase: u16,
}

impl Start {
    /// Of a create its owner, admins and members, else the users acted on.
    #[must_use]
    pub fn group_size(self) -> u32 {
        match self.operation {
            Operation::Create => 1 + self.admins + self.members,
            _ => self.members,
        }
    }
}

impl OpenOperation {
    /// An operation of which something was heard.
    #[must_use]
    pub fn new(id: OperationId) -> OpenOperation {
        OpenOperation { id, start: None, end: None, calls: Vec::new(), own_recorded: false, retry_of: None }
    }

    /// The outcome, where there is one.
    #[must_use]
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.end {
            Some(CallEnd::Answered(outcome)) => Some(outcome),
            _ => None,
        }
    }

    /// When it was answered or given up.
    #[must_use]
    pub fn ended_at(&self) -> Option<Stamp> {
        match &self.end {
            Some(CallEnd::Answered(outcome)) => Some(outcome.answered_at),
            Some(CallEnd::Censored(at)) => Some(*at),
            None => None,
        }
    }

    /// Succeeded.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.outcome().is_some_and(|o| o.result == CallResult::Succeeded)
    }

    /// The failure, where it failed.
    #[must_use]
    pub fn failure(&self) -> Option<FailureKind> {
        match self.outcome()?.result {
            CallResult::Failed(kind) => Some(kind),
            CallResult::Succeeded => None,
        }
    }

    /// See `Start::group_size`; 0 where the driver's word is missing.
    #[must_use]
    pub fn group_size(&self) -> u32 {
        self.start.map_or(0, Start::group_size)
    }

    /// The callbacks its operation fires.
    #[must_use]
    pub fn flow(&self, build: Option<Build>) -> Flow {
        self.start.map_or(Flow { before: &[], after: &[] }, |s| flow::flow(s.operation, build))
    }

    /// How often `key` is to be called for it.
    #[must_use]
    pub fn expected(&self, key: WebhookKey, build: Option<Build>) -> Calls {
        self.start.map_or(Calls { least: 0, most: u32::MAX }, |s| {
            flow::calls(s.operation, key, build, s.members, s.admins)
        })
    }

    /// How many callbacks of `key` count.
    #[must_use]
    pub fn count(&self, key: WebhookKey) -> u32 {
        let counted = self.calls.iter().filter(|c| c.key == key && c.class == Class::First).count();
        u32::try_from(counted).unwrap_or(u32::MAX)
    }

    /// Notes an arrival; returns how it counts.
    pub fn arrive(&mut self, key: WebhookKey, received: Stamp, build: Option<Build>) -> Class {
        let class = if self.count(key) < self.expected(key, build).most {
            Class::First
        } else if flow::repetition_explained(key) {
            Class::Repeated
        } else {
            Class::Duplicate
        };
        let at = self.calls.partition_point(|c| c.received <= received);
        self.calls.insert(at, Call::arrived(key, received, class));
        class
    }

    /// Notes that our server is done with a callback; `false` when its arrival was not heard of.
    pub fn finish_call(&mut self, done: &CallbackDone) -> bool {
        let call =
            self.calls.iter_mut().find(|c| !c.done && c.key == done.key && c.received == done.received_at);
        if let Some(call) = call {
            call.finish(done);
            return true;
        }
        false
    }

    /// In the request path: a before-key that arrived while the API call was open, or after
    /// its time had run out on the way to us.
    #[must_use]
    pub fn in_path(&self, call: &Call) -> bool {
        let open = self.ended_at().is_none_or(|at| call.received <= at);
        call.key.is_before() && (open || self.gave_up())
    }

    /// `OpenIM` gave up waiting for a webhook, or may have.
    fn gave_up(&self) -> bool {
        self.timed_out() || self.failure() == Some(FailureKind::WebhookCauseHidden)
    }

    /// API send, or for want of it the release.
    #[must_use]
    pub fn sent(&self) -> Stamp {
        let released = self.start.map_or(Stamp(0), |s| s.released);
        self.outcome().map_or(released, |o| o.sent_at)
    }

    /// The last event known before callback `index` was sent.
    #[must_use]
    pub fn event_before(&self, index: usize) -> Stamp {
        let received = self.calls[index].received;
        let replies = self.calls[..index].iter().filter(|c| c.key.is_before()).filter_map(|c| c.replied);
        let before = replies.filter(|r| *r <= received.plus_us(STAMPED_LATE_US)).max();
        before.map_or(self.sent(), |r| r.max(self.sent())).min(received)
    }

    /// The first event known after `from`, other than callback `index`.
    fn event_after(&self, index: usize, from: Stamp) -> Stamp {
        let (earlier, later) = (&self.calls[..index], &self.calls[index + 1..]);
        // The next before-callback in turn is sent only once OpenIM has this one's reply.
        let next = later.iter().filter(|c| c.key.is_before() && c.class == Class::First).map(|c| c.received);
        let next = next.filter(|at| at.plus_us(STAMPED_LATE_US) >= from).map(|at| at.max(from));
        let all = earlier.iter().chain(later).map(|c| c.received);
        let after = all.chain(self.ended_at()).filter(|at| *at >= from);
        after.chain(next).min().unwrap_or(from)
    }

    /// A webhook's time ran out.
    #[must_use]
    pub fn timed_out(&self) -> bool {
        use FailureKind::{WebhookBodyRead, WebhookCap, WebhookDeadline};
        matches!(self.failure(), Some(WebhookDeadline | WebhookCap | WebhookBodyRead))
    }

    /// The callback whose time ran out, where it had arrived: the last before-callback, unless
    /// it was answered long before the API's answer (then the next one never arrived).
    #[must_use]
    pub fn culprit(&self) -> Option<usize> {
        if !self.timed_out() {
            return None;
        }
        let answered = self.ended_at()?;
        let index = self.calls.iter().rposition(|c| c.key.is_before() && c.class == Class::First)?;
        let early = self.calls[index].replied_in_time();
        early.is_none_or(|replied| answered.since(replied) < REPLIED_TOO_LATE_US).then_some(index)
    }

    /// The before-key whose callback never arrived before the operation's time ran out.
    ///
    /// `OpenIM` names the URL it used in most builds; else the serial order tells. Failures
    /// that no timeout can cause (refused, no such host, bad URL, reset) are not meant.
    #[must_use]
    pub fn missing(&self, build: Option<Build>, expect: &[WebhookKey]) -> Option<WebhookKey> {
        if !self.gave_up() || self.culprit().is_some() {
            return None;
        }
        let cut = |c: &Call| c.key.is_before() && c.class == Class::First && c.replied_in_time().is_none();
        if self.calls.iter().any(cut) {
            return None;
        }
        let open = |key: WebhookKey| self.count(key) < self.expected(key, build).most;
        let named = self.outcome()?.post_url.as_deref().and_then(|url| url.rsplit('/').next());
        if let Some(key) = named.and_then(WebhookKey::from_command) {
            return (key.is_before() && open(key)).then_some(key);
        }
        self.flow(build).before.iter().copied().find(|key| expect.contains(key) && open(*key))
    }

    /// The figures of callback `index`; `now` stands in for an end that never came.
    #[must_use]
    pub fn bracket(&self, index: usize, now: Stamp) -> Bracket {
        let call = &self.calls[index];
        let in_path = self.in_path(call);
        let after_answer = |at: Stamp| self.ended_at().is_some_and(|answered| at > answered);
        let too_late = in_path
            && self.gave_up()
            && (self.culprit() == Some(index) || call.replied.is_some_and(after_answer));
        let cut = call.replied_in_time().is_none() || too_late;
        let end = call.ended().unwrap_or(now).max(call.received);
        let before = self.event_before(index);
        let low_us = end.since(call.received);
        let near_us = end.since(call.accepted.unwrap_or(call.received).min(call.received));
        let after = self.event_after(index, end);
        // Without the proxy it would have taken so much less. One that was cut has its time from OpenIM.
        let less = |us: u64| if cut { us } else { us.saturating_sub(call.added_us) };
        Bracket {
            low_us: less(low_us),
            near_us: less(near_us),
            high_us: in_path.then(|| less(after.since(before).max(near_us))),
            gap_us: (in_path && !cut).then(|| after.since(end)),
            set_up_us: call.accepted.map(|accepted| call.received.since(accepted)),
            cut,
            crowded: call.crowded.is_some_and(|at| at >= before),
        }
    }

    /// Sum of the times its before-callbacks spent at our server while the call was open, µs;
    /// `None` while one of them is still there.
    #[must_use]
    pub fn handlers_us(&self) -> Option<u64> {
        let answered = self.ended_at()?;
        let mut sum = 0;
        for call in self.calls.iter().filter(|c| c.key.is_before() && c.received <= answered) {
            if !call.done {
                return None;
            }
            sum += call.ended().unwrap_or(answered).min(answered).since(call.received);
        }
        Some(sum)
    }

    /// Every expected before-callback has been heard of.
    #[must_use]
    pub fn befores_there(&self, build: Option<Build>, expect: &[WebhookKey]) -> bool {
        let mut keys = self.flow(build).before.iter().filter(|k| expect.contains(k));
        self.start.is_some() && keys.all(|key| self.count(*key) >= self.expected(*key, build).least)
    }

    /// Answered or given up, every callback done, and every expected one there.
    #[must_use]
    pub fn complete(&self, build: Option<Build>, expect: &[WebhookKey]) -> bool {
        if self.start.is_none() || self.end.is_none() || self.calls.iter().any(|c| !c.done) {
            return false;
        }
        if !self.succeeded() {
            // When we gave up, OpenIM may still be at work and call back.
            let answered =
                self.failure().is_some_and(|kind| !kind.is_transport() || kind == FailureKind::Connect);
            return answered && self.missing(build, expect).is_none();
        }
        let Flow { before, after } = self.flow(build);
        let mut keys = before.iter().chain(after).filter(|k| expect.contains(k));
        keys.all(|key| self.count(*key) >= self.expected(*key, build).least)
    }

    /// No exceedance that is still to come from it can have arrived before this.
    #[must_use]
    pub fn earliest_unknown(&self, build: Option<Build>, expect: &[WebhookKey]) -> Option<Stamp> {
        let pending = self.calls.iter().filter(|c| !c.settled).map(|c| c.received).min();
        let Some(ended) = self.ended_at() else {
            let start = self.start.map(|s| s.released);
            return start.into_iter().chain(pending).min();
        };
        let missing = self.missing(build, expect).map(|_| ended);
        pending.into_iter().chain(missing).min()
    }

    /// `callbacks` of the operation log.
    #[must_use]
    pub fn callbacks_text(&self) -> String {
        let stamp = |s: Option<Stamp>| s.map(|s| s.0.to_string()).unwrap_or_default();
        let one = |c: &Call| {
            let (accepted, started) = (stamp(c.accepted), stamp(c.started));
            let (replied, aborted) = (stamp(c.replied), stamp(c.aborted));
            format!("{}:{accepted}:{}:{started}:{replied}:{aborted}", c.key, c.received.0)
        };
        self.calls.iter().map(one).collect::<Vec<_>>().join(";")
    }
}
