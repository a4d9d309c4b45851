//! Carries one call from its release to its end.
//!
//! Promises that a released call is followed by exactly one `Ended` or `Censored`, also
//! when the target panics, and that the collector hears of the call before it is made.
//! A full event channel holds the call back (it shows in the response time), never the
//! pacing; an event that finds no room within `PATIENCE` is counted as lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::work::Settled;
use crate::clock::RunClock;
use crate::ids::OperationId;
use crate::port::{Attempt, CallResult, EventSink, Outcome, RunEvent, Target, WorkerPool};
use crate::units::Stamp;

/// How long an event waits for room in the channel.
const PATIENCE: Duration = Duration::from_secs(5);

/// What all calls of a run share.
pub(super) struct Carrier<T, S> {
    pub(super) target: Arc<T>,
    pub(super) sink: S,
    pub(super) clock: RunClock,
    /// Given to each call.
    pub(super) deadline: Duration,
    /// Held by a call from before it is sent until it is answered.
    pub(super) callers: Option<WorkerPool>,
    /// Ends open calls as censored.
    pub(super) give_up: CancellationToken,
    pub(super) tally: Tally,
}

/// Counts that calls add to.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) ended: AtomicU64,
    pub(super) censored: AtomicU64,
    pub(super) lost_events: AtomicU64,
}

fn add(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

/// A call to carry.
pub(super) struct Job {
    pub(super) attempt: Attempt,
    /// From the schedule; `None` in the closed loop, which has none.
    pub(super) intended_at: Option<Stamp>,
    pub(super) phase: u16,
    /// The caller's first attempt, where this is a later one.
    pub(super) first: Option<OperationId>,
}

/// What the driver learns of a call that has ended.
pub(super) struct CallEnd {
    pub(super) operation_id: OperationId,
    pub(super) settled: Settled,
    /// How; none where it was censored.
    pub(super) result: Option<CallResult>,
    /// When it was known.
    pub(super) at: Stamp,
}

impl<T: Target, S: EventSink> Carrier<T, S> {
    /// Sends an event; counts it as lost when the channel stays full.
    pub(super) async fn tell(&self, event: RunEvent) {
        if tokio::time::timeout(PATIENCE, self.sink.send(event)).await.is_err() {
            add(&self.tally.lost_events);
        }
    }

    /// Sends an event without waiting; counts it as lost when there is no room.
    pub(super) fn tell_now(&self, event: RunEvent) {
        if !self.sink.try_send(event) {
            add(&self.tally.lost_events);
        }
    }

    /// Releases the call and sees it through.
    pub(super) async fn carry(self: Arc<Self>, job: Job) -> CallEnd {
        let operation_id = job.attempt.operation_id;
        let released = self.released(&job);
        let mut open = OpenCall { carrier: &self, operation_id, announced: false, closed: false };
        let outcome = tokio::select! {
            biased;
            outcome = self.make(released, &job, &mut open.announced) => Some(outcome),
            () = self.give_up.cancelled() => None,
        };
        let settled = outcome
            .as_ref()
            .map_or(Settled::Unknown, |outcome| Settled::of(job.attempt.operation, outcome.result));
        let result = outcome.as_ref().map(|outcome| outcome.result);
        let at = outcome.as_ref().map_or_else(|| self.clock.now(), |outcome| outcome.answered_at);
        // From here on the end is told below, whatever happens.
        open.closed = true;
        match outcome {
            Some(outcome) => {
                add(&self.tally.ended);
                self.tell(RunEvent::Ended { operation_id, outcome }).await;
            }
            None if open.announced => {
                add(&self.tally.censored);
                self.tell(RunEvent::Censored { operation_id, at: self.clock.now() }).await;
            }
            None => open.never_announced(),
        }
        CallEnd { operation_id, settled, result, at }
    }

    fn released(&self, job: &Job) -> RunEvent {
        let released_at = self.clock.now();
        let count = |users: &Vec<String>| u32::try_from(users.len()).unwrap_or(u32::MAX);
        RunEvent::Released {
            operation_id: job.attempt.operation_id,
            operation: job.attempt.operation,
            members: count(&job.attempt.members),
            admins: count(&job.attempt.admins),
            intended_at: job.intended_at.unwrap_or(released_at),
            released_at,
            phase: job.phase,
        }
    }

    async fn make(&self, released: RunEvent, job: &Job, announced: &mut bool) -> Outcome {
        self.sink.send(released).await;
        *announced = true;
        if let Some(first) = job.first {
            self.sink.send(RunEvent::Retried { operation_id: job.attempt.operation_id, first }).await;
        }
        let _worker = match &self.callers {
            Some(workers) => workers.acquire().await,
            None => None,
        };
        self.target.call(&job.attempt, self.deadline).await
    }
}

/// Sees to it that a call which is dropped (a panic of the target, an abort) ends as censored.
struct OpenCall<'a, T: Target, S: EventSink> {
    carrier: &'a Carrier<T, S>,
    operation_id: OperationId,
    announced: bool,
    closed: bool,
}

impl<T: Target, S: EventSink> OpenCall<'_, T, S> {
    /// Nobody has heard of the call: its `Released` is the event that is lost.
    fn never_announced(&self) {
        add(&self.carrier.tally.censored);
        add(&self.carrier.tally.lost_events);
    }
}

impl<T: Target, S: EventSink> Drop for OpenCall<'_, T, S> {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        if self.announced {
            add(&self.carrier.tally.censored);
            let (operation_id, at) = (self.operation_id, self.carrier.clock.now());
            self.carrier.tell_now(RunEvent::Censored { operation_id, at });
        } else {
            self.never_announced();
        }
    }
}
