//! Runs a plan: the open loop, and what both loops share.
//!
//! Each intended start is either released or shed, and counted; being late never moves
//! the schedule and nothing is skipped. `stop` ends the schedule (starts that are due are
//! still let go) and open calls are drained; at the end of the drain, or at `hard_stop`,
//! they are censored. `Finished` is for whoever closes the webhook server to send.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::task::{JoinError, JoinSet};
use tokio_util::sync::CancellationToken;

use super::blocks::{Blocks, Reserve};
use super::call::{CallEnd, Carrier, Job, Tally};
use super::caller::{Callers, Wish};
use super::pacing::Pacer;
use super::phases::{PhaseFinder, schedule_of};
use super::work::{NoAttempt, WorkSource};
use super::{closed, phases};
use crate::clock::RunClock;
use crate::port::{EventSink, RunEvent, Target, WorkerPool};
use crate::profile::RunPlan;
use crate::profile::model::Loop;
use crate::schedule::ScheduleError;
use crate::text::Text;
use crate::units::{Offset, Stamp};
use crate::{displays_english, say};

/// How long calls that were given up may take to say so.
const LAST_WORDS: Duration = Duration::from_secs(10);

/// Everything a run is driven with.
pub struct Drive<T: Target, S: EventSink> {
    /// What is called.
    pub target: Arc<T>,
    /// Where events go.
    pub sink: S,
    /// The run's clock.
    pub clock: RunClock,
    /// The schedule's zero on that clock: a moment that has not passed yet, or the first
    /// starts are late.
    pub start: Offset,
    /// What the calls do.
    pub work: WorkSource,
    /// Writes down sequence numbers before they are used, in blocks of `blocks::BLOCK`.
    pub reserve: Reserve,
    /// Ends the schedule and drains.
    pub stop: CancellationToken,
    /// Ends everything at once; open calls are censored.
    pub hard_stop: CancellationToken,
    /// Workers that calls hold while they are open (`load.callers_hold_workers`).
    pub callers: Option<WorkerPool>,
    /// Offsets for `load.arrivals = "replay"`.
    pub offsets: Option<Vec<Offset>>,
}

/// Why a plan cannot be driven.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// The phases make no schedule.
    Schedule(#[from] ScheduleError),
    /// The system gave no thread for the pacing.
    Pacing(io::Error),
}

impl DriveError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            DriveError::Schedule(error) => error.text(),
            DriveError::Pacing(error) => say!("errors-engine-pacing", why = error.to_string()),
        }
    }
}

displays_english!(DriveError);

/// What ended the schedule.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum EndedBy {
    /// It had no more starts, or the closed loop's time was over.
    #[default]
    Plan,
    /// `stop`.
    Stop,
    /// `hard_stop`.
    HardStop,
    /// IDs could not be written down before use; the text says why and what to do.
    Reserve(Text),
    /// Closed loop only: `limits.groups` was reached.
    GroupsCap,
    /// Closed loop only: no group was left that an operation could act on.
    NothingLeft,
}

/// How the driving ended. `scheduled = released + shed()` and `released = ended + censored`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DriveEnd {
    /// Starts intended up to the end of the schedule.
    pub scheduled: u64,
    /// Calls let go; their sequence numbers are `0..released`.
    pub released: u64,
    /// Shed because of `limits.in_flight`.
    pub shed_in_flight: u64,
    /// Shed because of `limits.groups`.
    pub shed_groups_cap: u64,
    /// Shed because no group was left that the operation could act on.
    pub shed_nothing_left: u64,
    /// Due, but not let go because of `hard_stop` or a failed reservation.
    pub shed_stopped: u64,
    /// Calls that ended with an outcome.
    pub ended: u64,
    /// Calls ended by us.
    pub censored: u64,
    /// Events that found no room in the channel: any makes the run invalid.
    pub lost_events: u64,
    /// When the schedule ended.
    pub schedule_ended_at: Stamp,
    /// What ended it.
    pub ended_by: EndedBy,
}

impl DriveEnd {
    /// Starts that were not let go.
    #[must_use]
    pub fn shed(&self) -> u64 {
        self.shed_in_flight + self.shed_groups_cap + self.shed_nothing_left + self.shed_stopped
    }
}

impl<T: Target, S: EventSink> Drive<T, S> {
    /// Runs the plan to its end and the drain to its. Needs a runtime with time enabled.
    ///
    /// # Errors
    /// No schedule or no thread; nothing was called then. What goes wrong later is in the
    /// answer's `ended_by`.
    pub async fn run(self, plan: &RunPlan) -> Result<DriveEnd, DriveError> {
        let (clock, start, stops) =
            (self.clock, self.start, Stops { stop: self.stop, hard: self.hard_stop.clone() });
        let is_open = plan.profile.load.r#loop == Loop::Open;
        let pacer = if is_open {
            let schedule = schedule_of(plan, self.offsets)?;
            Some(Pacer::start(clock, start, schedule).map_err(DriveError::Pacing)?)
        } else {
            None
        };
        let mut work = self.work;
        work.limit_creates(plan.profile.limits.groups.saturating_sub(work.setup_groups()));
        let mut engine = Engine {
            carrier: Arc::new(Carrier {
                target: self.target,
                sink: self.sink,
                clock,
                deadline: deadline_of(plan),
                callers: self.callers,
                give_up: CancellationToken::new(),
                tally: Tally::default(),
            }),
            calls: JoinSet::new(),
            work,
            blocks: Blocks::start(self.reserve),
            callers: Callers::new(plan.profile.caller.clone(), plan.profile.load.seed),
            finder: PhaseFinder::new(&plan.phases),
            start,
            in_flight_limit: plan.profile.limits.in_flight as usize,
            end: DriveEnd::default(),
        };
        engine.end.ended_by = match pacer {
            Some(pacer) => engine.open_loop(pacer, &stops).await,
            None => {
                let until = Offset(start.0.saturating_add(phases::end_of(&plan.phases).0));
                closed::run(&mut engine, plan.profile.load.callers, until, &stops).await
            }
        };
        Ok(engine.finish(plan.profile.limits.drain.0, &self.hard_stop).await)
    }
}

/// How long a caller waits for one answer.
fn deadline_of(plan: &RunPlan) -> Duration {
    let longest = plan.profile.target.call_timeout;
    plan.profile.caller.budget.unwrap_or(longest).min(longest).0
}

/// The two ways to be stopped.
pub(super) struct Stops {
    pub(super) stop: CancellationToken,
    pub(super) hard: CancellationToken,
}

impl Stops {
    /// Waits for either.
    pub(super) async fn any(&self) -> EndedBy {
        tokio::select! {
            biased;
            () = self.hard.cancelled() => EndedBy::HardStop,
            () = self.stop.cancelled() => EndedBy::Stop,
        }
    }
}

/// What the open loop does next.
enum Next {
    /// A start of the schedule.
    Arrival(Offset),
    /// A call has ended (one that panicked has told its end).
    Ended(Result<CallEnd, JoinError>),
    /// Attempts of callers who ask again.
    Retry,
}

/// Why a call was not let go.
pub(super) enum Refused {
    /// There is nothing to do.
    Work(NoAttempt),
    /// Its number could not be written down.
    Reserve(io::Error),
}

/// The state of a running drive; one owner, no locks.
pub(super) struct Engine<T: Target, S: EventSink> {
    pub(super) carrier: Arc<Carrier<T, S>>,
    pub(super) calls: JoinSet<CallEnd>,
    work: WorkSource,
    blocks: Blocks,
    callers: Callers,
    finder: PhaseFinder,
    start: Offset,
    in_flight_limit: usize,
    end: DriveEnd,
}

impl<T: Target, S: EventSink> Engine<T, S> {
    async fn open_loop(&mut self, mut pacer: Pacer, stops: &Stops) -> EndedBy {
        let mut stopped = std::pin::pin!(stops.any());
        let ended_by = loop {
            let retry = self.retry_due();
            let next = tokio::select! {
                biased;
                by = &mut stopped => break by,
                at = pacer.next_due() => at.map(Next::Arrival),
                Some(ended) = self.calls.join_next(), if self.callers.ask_again() => Some(Next::Ended(ended)),
                () = retry => Some(Next::Retry),
            };
            let done = match next {
                None => return EndedBy::Plan,
                Some(Next::Arrival(at)) => self.arrival(at).await,
                Some(Next::Ended(ended)) => {
                    ended.iter().for_each(|ended| self.settle(ended));
                    Ok(())
                }
                Some(Next::Retry) => self.retries().await,
            };
            if let Err(error) = done {
                break reserve_failed(&error);
            }
        };
        self.overdue(pacer.stop(self.carrier.clock.now_offset()).await, ended_by).await
    }

    /// Starts that were due when the schedule was stopped: let go after `stop`, else shed.
    async fn overdue(&mut self, overdue: Vec<Offset>, mut ended_by: EndedBy) -> EndedBy {
        for at in overdue {
            if ended_by != EndedBy::Stop {
                self.end.scheduled += 1;
                self.end.shed_stopped += 1;
                self.shed(at);
            } else if let Err(error) = self.arrival(at).await {
                ended_by = reserve_failed(&error);
            }
        }
        ended_by
    }

    /// Waits for the next attempt of a caller who asks again; for ever where there is none.
    fn retry_due(&self) -> impl Future<Output = ()> + use<T, S> {
        let left = self.callers.next_due().map(|at| at.since(self.carrier.clock.now()));
        async move {
            match left {
                Some(us) => tokio::time::sleep(Duration::from_micros(us)).await,
                None => std::future::pending().await,
            }
        }
    }

    /// Attempts that are due now. Like an arrival each is released or shed, and counted.
    async fn retries(&mut self) -> Result<(), io::Error> {
        while let Some(wish) = self.callers.take_due(self.carrier.clock.now()) {
            self.retry(wish).await?;
        }
        Ok(())
    }

    async fn retry(&mut self, wish: Wish) -> Result<(), io::Error> {
        self.end.scheduled += 1;
        let (now, seq) = (self.carrier.clock.now_offset(), self.end.released);
        if self.calls.len() >= self.in_flight_limit {
            self.end.shed_in_flight += 1;
            self.shed(now);
            self.carrier.tell_now(RunEvent::CallerDone(Callers::abandon(wish, now.stamp())));
            return Ok(());
        }
        if let Err(error) = self.blocks.ensure(seq).await {
            self.end.shed_stopped += 1;
            self.shed(now);
            self.carrier.tell_now(RunEvent::CallerDone(Callers::abandon(wish, now.stamp())));
            return Err(error);
        }
        let Ok(attempt) = self.work.again(seq, &wish.attempt, self.callers.group()) else {
            self.end.shed_groups_cap += 1;
            self.shed(now);
            self.carrier.tell_now(RunEvent::CallerDone(Callers::abandon(wish, now.stamp())));
            return Ok(());
        };
        let (first, phase) = (Some(wish.first), self.phase_at(now));
        self.callers.again(wish, &attempt);
        self.end.released += 1;
        // The caller's own timer says when: the attempt is intended now.
        let job = Job { attempt, intended_at: Some(now.stamp()), phase, first };
        self.calls.spawn(self.carrier.clone().carry(job));
        Ok(())
    }

    /// One intended start: released or shed, and counted.
    async fn arrival(&mut self, at: Offset) -> Result<(), io::Error> {
        self.end.scheduled += 1;
        self.reap();
        if self.calls.len() >= self.in_flight_limit {
            self.end.shed_in_flight += 1;
            self.shed(at);
            return Ok(());
        }
        let phase = self.phase_at(at);
        match self.release(Some(at.stamp()), 0, phase).await {
            Ok(()) => return Ok(()),
            Err(Refused::Work(NoAttempt::GroupsCap)) => self.end.shed_groups_cap += 1,
            Err(Refused::Work(NoAttempt::NothingLeft)) => self.end.shed_nothing_left += 1,
            Err(Refused::Reserve(error)) => {
                self.end.shed_stopped += 1;
                self.shed(at);
                return Err(error);
            }
        }
        self.shed(at);
        Ok(())
    }

    fn shed(&mut self, at: Offset) {
        let (intended_at, phase) = (at.stamp(), self.phase_at(at));
        self.carrier.tell_now(RunEvent::Shed { intended_at, phase });
    }

    /// The schedule's zero.
    pub(super) fn start(&self) -> Offset {
        self.start
    }

    /// The phase of a moment of the run.
    pub(super) fn phase_at(&self, at: Offset) -> u16 {
        self.finder.at(Offset(at.0.saturating_sub(self.start.0)))
    }

    /// Lets a call go.
    pub(super) async fn release(
        &mut self,
        intended_at: Option<Stamp>,
        worker: u16,
        phase: u16,
    ) -> Result<(), Refused> {
        let seq = self.end.released;
        self.blocks.ensure(seq).await.map_err(Refused::Reserve)?;
        let attempt = self.work.next(seq, worker).map_err(Refused::Work)?;
        self.end.released += 1;
        self.callers.begin(&attempt, intended_at.unwrap_or_else(|| self.carrier.clock.now()), phase);
        let carrier = self.carrier.clone();
        self.calls.spawn(carrier.carry(Job { attempt, intended_at, phase, first: None }));
        Ok(())
    }

    /// Takes note of the calls that have ended.
    fn reap(&mut self) {
        while let Some(ended) = self.calls.try_join_next() {
            if let Ok(ended) = ended {
                self.settle(&ended);
            }
        }
    }

    /// Tells the work source and its caller how a call turned out.
    pub(super) fn settle(&mut self, ended: &CallEnd) {
        self.work.settle(ended.operation_id.seq, ended.settled);
        if let Some(done) = self.callers.ended(ended) {
            self.carrier.tell_now(RunEvent::CallerDone(done));
        }
    }

    async fn join_all(&mut self) {
        while let Some(ended) = self.calls.join_next().await {
            ended.iter().for_each(|ended| self.settle(ended));
        }
    }

    async fn finish(mut self, drain: Duration, hard_stop: &CancellationToken) -> DriveEnd {
        self.end.schedule_ended_at = self.carrier.clock.now();
        self.carrier.tell(RunEvent::ScheduleEnded { at: self.end.schedule_ended_at }).await;
        tokio::select! {
            biased;
            () = hard_stop.cancelled() => {}
            () = self.join_all() => {}
            () = tokio::time::sleep(drain) => {}
        }
        self.carrier.give_up.cancel();
        if tokio::time::timeout(LAST_WORDS, self.join_all()).await.is_err() {
            self.calls.abort_all();
            self.join_all().await;
        }
        for done in self.callers.finish(self.carrier.clock.now()) {
            self.carrier.tell(RunEvent::CallerDone(done)).await;
        }
        let tally = &self.carrier.tally;
        self.end.ended = tally.ended.load(Ordering::Relaxed);
        self.end.censored = tally.censored.load(Ordering::Relaxed);
        self.end.lost_events = tally.lost_events.load(Ordering::Relaxed);
        // The closed loop has no schedule: what was let go is what was intended.
        self.end.scheduled = self.end.scheduled.max(self.end.released);
        self.end
    }
}

/// The reason of a stop because of a failed reservation.
pub(super) fn reserve_failed(error: &io::Error) -> EndedBy {
    EndedBy::Reserve(say!("run-abort-reserve", error = error.to_string()))
}
