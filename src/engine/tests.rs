//! The engine against a target without sockets, on the real clock, judged by ratios.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::blocks::BLOCK;
use super::phases::{PhaseFinder, schedule_of};
use super::*;
use crate::clock::RunClock;
use crate::ids::{OperationId, RunTag};
use crate::port::{
    Attempt, CallResult, ChannelSink, EventSink, Outcome, RunEvent, Target, VecSink, WorkerPool,
};
use crate::profile::model::{Arrivals, Count, Loop, OperationMix, PhaseKind, Profile};
use crate::profile::plan::{Basis, PlannedPhase, RunPlan};
use crate::units::{Offset, Span, Stamp};
use crate::wire::FailureKind;

/// What the fake target does with a call.
#[derive(Clone, Copy, Debug, Default)]
enum Habit {
    /// Answers at once.
    #[default]
    Prompt,
    /// Answers after so long.
    Slow(Duration),
    /// Answers at once, but not while it stalls: so long, at the start of every such time.
    Stalls { every_us: u64, stall_us: u64 },
    /// Never answers.
    Hangs,
    /// By sequence number: answers, fails, panics, hangs.
    Fickle,
    /// Blocks the thread for so long in its first call.
    BlocksOnce(Duration),
}

#[derive(Debug)]
struct Fake {
    clock: RunClock,
    habit: Habit,
    open: AtomicUsize,
    most_open: AtomicUsize,
    seen: Mutex<Vec<Attempt>>,
}

impl Fake {
    fn new(clock: RunClock, habit: Habit) -> Arc<Fake> {
        let (open, most_open) = (AtomicUsize::new(0), AtomicUsize::new(0));
        Arc::new(Fake { clock, habit, open, most_open, seen: Mutex::default() })
    }

    async fn behave(&self, seq: u64) -> CallResult {
        match self.habit {
            Habit::Prompt => tokio::task::yield_now().await,
            Habit::Slow(time) => tokio::time::sleep(time).await,
            Habit::Stalls { every_us, stall_us } => {
                let into = self.clock.now().0 % every_us;
                if into < stall_us {
                    tokio::time::sleep(Duration::from_micros(stall_us - into)).await;
                }
                tokio::task::yield_now().await;
            }
            Habit::Hangs => std::future::pending().await,
            Habit::Fickle => match seq % 4 {
                0 => {}
                1 => return CallResult::Failed(FailureKind::Api(1001)),
                2 => panic!("a target that panics must not lose its call"),
                _ => std::future::pending().await,
            },
            Habit::BlocksOnce(time) => {
                if seq == 0 {
                    std::thread::sleep(time);
                }
            }
        }
        CallResult::Succeeded
    }
}

impl Target for Fake {
    async fn call(&self, attempt: &Attempt, _deadline: Duration) -> Outcome {
        let sent_at = self.clock.now();
        self.seen.lock().unwrap().push(attempt.clone());
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.most_open.fetch_max(open, Ordering::SeqCst);
        let result = self.behave(attempt.operation_id.seq).await;
        self.open.fetch_sub(1, Ordering::SeqCst);
        let answered_at = self.clock.now();
        let (connect_us, err_code, post_url, text) = (None, None, None, None);
        Outcome { result, sent_at, answered_at, connect_us, err_code, post_url, text }
    }
}

fn phase(kind: PhaseKind, start_s: f64, duration_s: f64, rate: f64) -> PlannedPhase {
    let measured = kind != PhaseKind::Warmup;
    PlannedPhase { kind, start_s, duration_s, rate, from: 0.0, steps: 1, measured, source: None }
}

/// A plan of constant arrivals; tests change what they are about.
fn plan(rate: f64, seconds: f64) -> RunPlan {
    let mut profile = Profile::default();
    profile.load.arrivals = Arrivals::Constant;
    profile.limits.groups = 1_000_000;
    profile.limits.drain = Span::secs(5);
    RunPlan {
        run_id: "test".to_owned(),
        tag: RunTag::from_number(1),
        profile,
        sources: BTreeMap::new(),
        phases: vec![phase(PhaseKind::Steady, 0.0, seconds, rate)],
        basis: Basis::Simulated,
        version: None,
        expect: None,
        timeouts: BTreeMap::new(),
        expected_arrivals: (rate * seconds) as u64,
    }
}

fn work(plan: &RunPlan) -> WorkSource {
    WorkSource::new(WorkConfig {
        tag: plan.tag,
        marker: "openim-bench test".into(),
        seed: 1,
        members: Count::Fixed(2),
        admins: Count::Fixed(0),
        users: (0..50).map(|n| crate::ids::user_id(plan.tag, n)).collect(),
        operations: OperationMix::default(),
        groups: Vec::new(),
    })
    .unwrap()
}

fn drive<S: EventSink>(plan: &RunPlan, target: Arc<Fake>, sink: S) -> Drive<Fake, S> {
    Drive {
        clock: target.clock,
        target,
        sink,
        start: Offset(0),
        work: work(plan),
        reserve: Box::new(|_, _| Ok(())),
        stop: CancellationToken::new(),
        hard_stop: CancellationToken::new(),
        callers: None,
        offsets: None,
    }
}

/// A plan against a habit, from beginning to end.
async fn run(plan: &RunPlan, habit: Habit) -> (DriveEnd, Story, Arc<Fake>) {
    let target = Fake::new(RunClock::start(), habit);
    let sink = VecSink::default();
    let end = drive(plan, target.clone(), sink.clone()).run(plan).await.unwrap();
    (end, Story::of(&sink.events()), target)
}

#[derive(Clone, Debug)]
struct Told {
    worker: u16,
    intended: Stamp,
    released: Stamp,
    phase: u16,
    ends: Vec<Option<Outcome>>,
}

/// What the events say, put together by call.
#[derive(Debug, Default)]
struct Story {
    calls: BTreeMap<u64, Told>,
    shed: Vec<Stamp>,
    schedule_ended: Vec<Stamp>,
}

impl Story {
    fn of(events: &[RunEvent]) -> Story {
        let mut story = Story::default();
        let end = |story: &mut Story, id: OperationId, how| {
            story.calls.get_mut(&id.seq).expect("an end after its release").ends.push(how);
        };
        for event in events {
            match event.clone() {
                RunEvent::Released { operation_id, intended_at, released_at, phase, .. } => {
                    let (worker, ends) = (operation_id.worker, Vec::new());
                    let told = Told { worker, intended: intended_at, released: released_at, phase, ends };
                    assert!(story.calls.insert(operation_id.seq, told).is_none(), "released once");
                }
                RunEvent::Ended { operation_id, outcome } => end(&mut story, operation_id, Some(outcome)),
                RunEvent::Censored { operation_id, .. } => end(&mut story, operation_id, None),
                RunEvent::Shed { intended_at, .. } => story.shed.push(intended_at),
                RunEvent::ScheduleEnded { at } => story.schedule_ended.push(at),
                other => panic!("not the driver's to send: {other:?}"),
            }
        }
        story
    }

    fn outcomes(&self) -> impl Iterator<Item = (&Told, &Outcome)> {
        self.calls.values().filter_map(|told| Some((told, told.ends.first()?.as_ref()?)))
    }

    fn response_us(&self) -> Vec<u64> {
        self.outcomes().map(|(told, outcome)| outcome.answered_at.since(told.intended)).collect()
    }

    fn lag_us(&self) -> Vec<u64> {
        self.calls.values().map(|told| told.released.since(told.intended)).collect()
    }

    /// The promises of the driver, whatever happened.
    fn agrees_with(&self, end: &DriveEnd) {
        assert_eq!(end.scheduled, end.released + end.shed(), "{end:?}");
        assert_eq!(end.released, end.ended + end.censored, "{end:?}");
        assert_eq!(end.lost_events, 0, "{end:?}");
        assert_eq!(self.calls.len() as u64, end.released);
        assert_eq!(self.shed.len() as u64, end.shed());
        assert_eq!(self.calls.keys().copied().collect::<Vec<_>>(), (0..end.released).collect::<Vec<_>>());
        assert!(self.calls.values().all(|told| told.ends.len() == 1), "exactly one end a call");
        assert_eq!(self.calls.values().filter(|told| told.ends[0].is_none()).count() as u64, end.censored);
        assert_eq!(self.schedule_ended, [end.schedule_ended_at]);
    }

    /// Every intended start of the plan, released or shed, and none besides.
    fn holds_the_schedule(&self, plan: &RunPlan) {
        let mut schedule = schedule_of(plan, None).unwrap();
        let planned: Vec<Stamp> =
            std::iter::from_fn(|| schedule.next_intended()).map(Offset::stamp).collect();
        let mut seen: Vec<Stamp> =
            self.calls.values().map(|told| told.intended).chain(self.shed.clone()).collect();
        seen.sort_unstable();
        assert_eq!(seen, planned);
    }
}

fn quantile(mut values: Vec<u64>, q: f64) -> f64 {
    values.sort_unstable();
    values[((values.len() - 1) as f64 * q).round() as usize] as f64
}

const STALLS: Habit = Habit::Stalls { every_us: 2_000_000, stall_us: 200_000 };
const STALL_US: f64 = 200_000.0;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_loop_hides_the_stall_that_an_open_loop_shows() {
    let open_plan = plan(400.0, 2.0);
    let (end, story, _) = run(&open_plan, STALLS).await;
    story.agrees_with(&end);
    story.holds_the_schedule(&open_plan);
    // A tenth of the arrivals wait evenly between 0 and the stall's length.
    let response = story.response_us();
    // The others meet no stall: what the slowest of them show is the machine's doing.
    let noise = quantile(response.clone(), 0.85) / STALL_US;
    for (q, share) in [(0.95, 0.5), (0.99, 0.9)] {
        let seen = quantile(response.clone(), q) / STALL_US;
        let range = share - 0.05..share + 0.12 + noise;
        assert!(range.contains(&seen), "p{} is {seen} of the stall, not {share} (noise {noise})", q * 100.0);
    }
    assert!(quantile(story.lag_us(), 0.9) < (0.1 + noise) * STALL_US, "the stall is the target's, not ours");

    let mut closed_plan = plan(400.0, 1.0);
    closed_plan.profile.load.r#loop = Loop::Closed;
    let (end, story, _) = run(&closed_plan, STALLS).await;
    story.agrees_with(&end);
    let hidden = quantile(story.response_us(), 0.99);
    assert!(hidden < 0.05 * quantile(response, 0.99), "closed loop: p99 {hidden} µs");
    assert!(quantile(story.response_us(), 1.0) > 0.9 * STALL_US, "the stall was there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn at_the_in_flight_limit_shed_and_released_add_up_to_scheduled() {
    let mut plan = plan(200.0, 1.0);
    plan.profile.limits.in_flight = 5;
    let (end, story, target) = run(&plan, Habit::Slow(Duration::from_millis(200))).await;
    story.agrees_with(&end);
    story.holds_the_schedule(&plan);
    assert!(end.shed_in_flight > 0 && end.shed_in_flight == end.shed(), "{end:?}");
    assert_eq!(target.most_open.load(Ordering::SeqCst), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_released_call_has_exactly_one_end_even_if_it_hangs_or_panics() {
    let mut plan = plan(400.0, 0.5);
    plan.profile.limits.drain = Span::millis(100);
    plan.profile.load.arrivals = Arrivals::Poisson;
    let (end, story, _) = run(&plan, Habit::Fickle).await;
    story.agrees_with(&end);
    story.holds_the_schedule(&plan);
    assert_eq!(end.ended_by, EndedBy::Plan);
    assert!(end.ended > 0 && end.censored.abs_diff(end.ended) <= 4, "half hang or panic: {end:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_in_the_middle_drains_what_is_open() {
    let plan = plan(200.0, 30.0);
    let target = Fake::new(RunClock::start(), Habit::Slow(Duration::from_millis(150)));
    let sink = VecSink::default();
    let drive = drive(&plan, target.clone(), sink.clone());
    let stop = drive.stop.clone();
    let (end, ()) = tokio::join!(drive.run(&plan), async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        stop.cancel();
    });
    let (end, story) = (end.unwrap(), Story::of(&sink.events()));
    story.agrees_with(&end);
    assert_eq!((end.ended_by.clone(), end.censored, end.shed()), (EndedBy::Stop, 0, 0));
    assert!(end.scheduled < 6_000, "long before the plan's end");
    let due = end.schedule_ended_at.0 as f64 / 5_000.0;
    assert!((end.scheduled as f64 - due).abs() <= 1.0 + due / 10.0, "all that was due: {end:?}");
    let last = story.outcomes().map(|(_, outcome)| outcome.answered_at).max().unwrap();
    assert!(last > end.schedule_ended_at, "answers came in the drain");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hard_stop_censors_what_is_open_without_a_drain() {
    let plan = plan(200.0, 30.0);
    let target = Fake::new(RunClock::start(), Habit::Hangs);
    let sink = VecSink::default();
    let drive = drive(&plan, target.clone(), sink.clone());
    let (stop, hard_stop) = (drive.stop.clone(), drive.hard_stop.clone());
    let (end, ()) = tokio::join!(drive.run(&plan), async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        stop.cancel();
        tokio::time::sleep(Duration::from_millis(100)).await;
        hard_stop.cancel();
    });
    let (end, story) = (end.unwrap(), Story::of(&sink.events()));
    story.agrees_with(&end);
    assert!(end.censored == end.released && end.released > 0, "{end:?}");
    assert!(target.clock.now().0 < 4_000_000, "the drain of 5 s was cut short");
}

#[tokio::test]
async fn a_late_driver_never_moves_the_schedule() {
    // One thread for everything: the first call keeps it from releasing the others.
    let plan = plan(500.0, 1.0);
    let (end, story, _) = run(&plan, Habit::BlocksOnce(Duration::from_millis(400))).await;
    story.agrees_with(&end);
    story.holds_the_schedule(&plan);
    assert_eq!(end.released, 500, "nothing is skipped");
    let lag = story.lag_us();
    assert!(quantile(lag.clone(), 1.0) > 300_000.0, "the lateness is in the lag");
    assert!(quantile(lag, 0.1) < 50_000.0, "and is over when it is over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_holds_a_worker_waits_for_it_within_its_response_time() {
    let mut plan = plan(1_000.0, 0.01);
    plan.profile.load.callers_hold_workers = true;
    let target = Fake::new(RunClock::start(), Habit::Slow(Duration::from_millis(30)));
    let sink = VecSink::default();
    let mut drive = drive(&plan, target.clone(), sink.clone());
    drive.callers = Some(WorkerPool::new(1));
    let end = drive.run(&plan).await.unwrap();
    let story = Story::of(&sink.events());
    story.agrees_with(&end);
    assert_eq!(target.most_open.load(Ordering::SeqCst), 1, "one worker, one call");
    let waited = story.outcomes().map(|(told, o)| o.sent_at.since(told.released)).max().unwrap();
    assert!(waited > 8 * 30_000, "the last of ten waits for nine others, not {waited} µs");
    assert!(quantile(story.response_us(), 1.0) > 9.0 * 30_000.0);
    assert!(quantile(story.lag_us(), 0.5) < 30_000.0, "released before the wait");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_collector_hears_of_a_call_before_it_is_made() {
    struct Listening(VecSink, RunClock);
    impl Target for Listening {
        async fn call(&self, attempt: &Attempt, _: Duration) -> Outcome {
            let heard = self.0.events().iter().any(|event| {
                matches!(event, RunEvent::Released { operation_id, .. } if *operation_id == attempt.operation_id)
            });
            let result =
                if heard { CallResult::Succeeded } else { CallResult::Failed(FailureKind::MalformedAnswer) };
            let now = self.1.now();
            let (connect_us, err_code, post_url, text) = (None, None, None, None);
            Outcome { result, sent_at: now, answered_at: now, connect_us, err_code, post_url, text }
        }
    }
    let plan = plan(200.0, 0.3);
    let (sink, clock) = (VecSink::default(), RunClock::start());
    let Drive { work, reserve, stop, hard_stop, .. } =
        drive(&plan, Fake::new(clock, Habit::Prompt), sink.clone());
    let target = Arc::new(Listening(sink.clone(), clock));
    let (callers, offsets, start) = (None, None, Offset(0));
    let drive =
        Drive { target, sink: sink.clone(), clock, start, work, reserve, stop, hard_stop, callers, offsets };
    drive.run(&plan).await.unwrap();
    let story = Story::of(&sink.events());
    assert!(story.outcomes().count() == 60);
    assert!(story.outcomes().all(|(_, outcome)| outcome.result == CallResult::Succeeded));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_event_channel_holds_back_calls_and_neither_pacing_nor_events() {
    let plan = plan(500.0, 0.5);
    let target = Fake::new(RunClock::start(), Habit::Prompt);
    let (sink, mut events) = ChannelSink::new(4);
    let reader = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let mut all = Vec::new();
        while let Some(event) = events.recv().await {
            all.push(event);
        }
        all
    });
    let end = drive(&plan, target, sink).run(&plan).await.unwrap();
    let story = Story::of(&reader.await.unwrap());
    story.agrees_with(&end);
    story.holds_the_schedule(&plan);
    assert!(quantile(story.lag_us(), 0.9) < 100_000.0, "released on time");
    assert!(quantile(story.response_us(), 0.9) > 100_000.0, "the wait is in the response time");
}

#[tokio::test]
async fn every_number_is_written_down_before_it_is_used() {
    let plan = plan(5_000.0, 0.5);
    let target = Fake::new(RunClock::start(), Habit::Prompt);
    let sink = VecSink::default();
    let mut drive = drive(&plan, target.clone(), sink.clone());
    let blocks: Arc<Mutex<Vec<(u64, u64)>>> = Arc::default();
    let (written, seen) = (blocks.clone(), target.clone());
    drive.reserve = Box::new(move |from, to| {
        assert!(seen.seen.lock().unwrap().iter().all(|attempt| attempt.operation_id.seq < from));
        written.lock().unwrap().push((from, to));
        Ok(())
    });
    let end = drive.run(&plan).await.unwrap();
    Story::of(&sink.events()).agrees_with(&end);
    let blocks = blocks.lock().unwrap().clone();
    assert!(blocks.iter().zip(0..).all(|(block, i)| *block == (i * BLOCK, (i + 1) * BLOCK)), "{blocks:?}");
    assert!(blocks.len() as u64 >= end.released.div_ceil(BLOCK));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_load_whose_ids_cannot_be_written_down_stops_and_says_why() {
    for closed in [false, true] {
        let mut plan = plan(4_000.0, 20.0);
        if closed {
            plan.profile.load.r#loop = Loop::Closed;
        }
        let target = Fake::new(RunClock::start(), Habit::Prompt);
        let sink = VecSink::default();
        let mut drive = drive(&plan, target.clone(), sink.clone());
        drive.reserve =
            Box::new(|from, _| if from == 0 { Ok(()) } else { Err(io::Error::other("disk full")) });
        let end = drive.run(&plan).await.unwrap();
        Story::of(&sink.events()).agrees_with(&end);
        assert_eq!(end.released, BLOCK, "what was written down may be used, no more");
        assert!(
            matches!(&end.ended_by, EndedBy::Reserve(why) if why.contains("disk full") && why.contains("--out"))
        );
        assert!(target.clock.now().0 < 15_000_000);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beyond_the_cap_on_groups_creates_are_shed() {
    let mut plan = plan(200.0, 0.3);
    plan.profile.limits.groups = 10;
    let (end, story, _) = run(&plan, Habit::Prompt).await;
    story.agrees_with(&end);
    story.holds_the_schedule(&plan);
    assert_eq!((end.released, end.shed_groups_cap), (10, 50));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schedule_begins_where_it_is_told_and_each_start_has_its_phase() {
    let mut plan = plan(0.0, 0.0);
    plan.phases = vec![
        phase(PhaseKind::Warmup, 0.0, 0.1, 100.0),
        phase(PhaseKind::Steady, 0.1, 0.1, 200.0),
        PlannedPhase { from: 0.0, ..phase(PhaseKind::Ramp, 0.2, 0.2, 200.0) },
    ];
    let target = Fake::new(RunClock::start(), Habit::Prompt);
    let sink = VecSink::default();
    let mut drive = drive(&plan, target, sink.clone());
    drive.start = Offset(150_000_000);
    let end = drive.run(&plan).await.unwrap();
    let story = Story::of(&sink.events());
    story.agrees_with(&end);
    let mut per_phase = HashMap::new();
    story.calls.values().for_each(|told| *per_phase.entry(told.phase).or_insert(0) += 1);
    assert_eq!(per_phase, HashMap::from([(0, 10), (1, 20), (2, 20)]));
    assert_eq!(story.calls[&0].intended, Stamp(155_000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replay_lets_calls_go_at_its_offsets_within_the_phases() {
    let mut plan = plan(1.0, 0.3);
    plan.profile.load.arrivals = Arrivals::Replay;
    let target = Fake::new(RunClock::start(), Habit::Prompt);
    let sink = VecSink::default();
    let mut replay = drive(&plan, target.clone(), sink.clone());
    replay.offsets = Some(vec![Offset(1_000), Offset(90_000_000), Offset(900_000_000)]);
    let end = replay.run(&plan).await.unwrap();
    assert_eq!(end.released, 2, "the last lies after the last phase");
    assert_eq!(Story::of(&sink.events()).calls[&1].intended, Stamp(90_000));
    let without = drive(&plan, target, sink).run(&plan).await.unwrap_err();
    assert!(without.to_string().contains("load.offsets_file"), "{without}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_caller_of_a_closed_loop_has_one_call_open_at_a_time() {
    let mut plan = plan(0.0, 0.3);
    plan.profile.load.r#loop = Loop::Closed;
    plan.profile.load.callers = 3;
    let (end, story, target) = run(&plan, Habit::Slow(Duration::from_millis(10))).await;
    story.agrees_with(&end);
    assert_eq!((end.ended_by.clone(), target.most_open.load(Ordering::SeqCst)), (EndedBy::Plan, 3));
    assert!(
        story.calls.values().all(|told| told.intended == told.released && (1..=3).contains(&told.worker))
    );
    for worker in 1..=3 {
        let own: Vec<_> = story.outcomes().filter(|(told, _)| told.worker == worker).collect();
        assert!(own.len() > 3, "{}", own.len());
        assert!(own.windows(2).all(|w| w[0].1.answered_at <= w[1].0.released));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_loop_ends_at_the_cap_on_groups_and_says_so() {
    let mut plan = plan(0.0, 20.0);
    plan.profile.load.r#loop = Loop::Closed;
    plan.profile.load.callers = 4;
    plan.profile.limits.groups = 25;
    let (end, story, target) = run(&plan, Habit::Prompt).await;
    story.agrees_with(&end);
    assert_eq!((end.released, end.ended_by.clone()), (25, EndedBy::GroupsCap));
    assert!(target.clock.now().0 < 15_000_000);
}

#[test]
fn a_moment_belongs_to_the_phase_that_has_begun() {
    let finder =
        PhaseFinder::new(&[phase(PhaseKind::Warmup, 0.0, 2.0, 1.0), phase(PhaseKind::Steady, 2.0, 3.0, 1.0)]);
    let at = |s| finder.at(Offset::from_secs_f64(s));
    assert_eq!([at(0.0), at(1.999_999_999), at(2.0), at(4.9), at(99.0)], [0, 0, 1, 1, 1]);
}
