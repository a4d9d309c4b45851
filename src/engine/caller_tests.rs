//! Callers who ask again, against a target without sockets: every attempt is counted, every caller ends once.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::*;
use crate::clock::RunClock;
use crate::ids::RunTag;
use crate::port::{Attempt, CallResult, CallerDone, CallerEnd, Outcome, RunEvent, Target, VecSink};
use crate::profile::RunPlan;
use crate::profile::model::{Arrivals, Count, OperationMix, PhaseKind, Profile, RetryGroup};
use crate::profile::plan::{Basis, PlannedPhase};
use crate::units::{Offset, Span};
use crate::wire::FailureKind;

/// Makes the group of every create, and tells only so many callers of each owner's name that it did.
#[derive(Debug)]
struct Forgetful {
    clock: RunClock,
    /// Attempts for a group that fail although they have made it.
    failing: usize,
    made: Mutex<HashMap<String, usize>>,
    tried: Mutex<HashMap<Arc<str>, usize>>,
    names: Mutex<Vec<Attempt>>,
}

impl Target for Forgetful {
    async fn call(&self, attempt: &Attempt, _deadline: Duration) -> Outcome {
        let sent_at = self.clock.now();
        tokio::task::yield_now().await;
        let again = {
            let mut made = self.made.lock().unwrap();
            let times = made.entry(attempt.group_id.clone()).or_default();
            *times += 1;
            *times
        };
        self.names.lock().unwrap().push(attempt.clone());
        let fails = {
            let mut tried = self.tried.lock().unwrap();
            let times = tried.entry(attempt.owner.as_str().into()).or_default();
            *times += 1;
            *times <= self.failing
        };
        let result = match (again > 1, fails) {
            (true, _) => CallResult::Failed(FailureKind::Api(1202)),
            (false, true) => CallResult::Failed(FailureKind::WebhookDeadline),
            (false, false) => CallResult::Succeeded,
        };
        let answered_at = self.clock.now();
        let (connect_us, err_code, post_url, text) = (None, None, None, None);
        Outcome { result, sent_at, answered_at, connect_us, err_code, post_url, text }
    }
}

fn plan(group_id: RetryGroup, retries: u32) -> RunPlan {
    let mut profile = Profile::default();
    profile.load.arrivals = Arrivals::Constant;
    profile.limits.groups = 10_000;
    profile.limits.drain = Span::secs(2);
    profile.caller.retries = retries;
    profile.caller.group_id = group_id;
    profile.caller.backoff = Span::millis(20);
    let phase = PlannedPhase {
        kind: PhaseKind::Steady,
        start_s: 0.0,
        duration_s: 0.5,
        rate: 100.0,
        from: 0.0,
        steps: 1,
        measured: true,
        source: None,
    };
    RunPlan {
        run_id: "test".to_owned(),
        tag: RunTag::from_number(1),
        profile,
        sources: BTreeMap::new(),
        phases: vec![phase],
        basis: Basis::Simulated,
        version: None,
        expect: None,
        timeouts: BTreeMap::new(),
        expected_arrivals: 50,
    }
}

struct Ran {
    end: DriveEnd,
    events: Vec<RunEvent>,
    made: usize,
    attempts: Vec<Attempt>,
}

impl Ran {
    fn callers(&self) -> Vec<CallerDone> {
        let done = self.events.iter().filter_map(|e| match e {
            RunEvent::CallerDone(done) => Some(done.clone()),
            _ => None,
        });
        done.collect()
    }

    fn retries(&self) -> usize {
        self.events.iter().filter(|e| matches!(e, RunEvent::Retried { .. })).count()
    }

    fn ended(&self, how: CallerEnd) -> usize {
        self.callers().iter().filter(|d| d.how == how).count()
    }
}

/// Runs a plan against a target that makes each group and hides it `failing` times from the owner. Every create has
/// an owner of its own.
async fn run(plan: &RunPlan, failing: usize) -> Ran {
    let clock = RunClock::start();
    let target = Arc::new(Forgetful {
        clock,
        failing,
        made: Mutex::default(),
        tried: Mutex::default(),
        names: Mutex::default(),
    });
    let sink = VecSink::default();
    let work = WorkSource::new(WorkConfig {
        tag: plan.tag,
        marker: "openim-bench test".into(),
        seed: 1,
        members: Count::Fixed(2),
        admins: Count::Fixed(0),
        users: (0..200).map(|n| crate::ids::user_id(plan.tag, n)).collect(),
        operations: OperationMix::default(),
        groups: Vec::new(),
    })
    .unwrap();
    let drive = Drive {
        clock,
        target: target.clone(),
        sink: sink.clone(),
        start: Offset(0),
        work,
        reserve: Box::new(|_, _| Ok(())),
        stop: CancellationToken::new(),
        hard_stop: CancellationToken::new(),
        callers: None,
        offsets: None,
    };
    let end = drive.run(plan).await.unwrap();
    let (made, attempts) = (target.made.lock().unwrap().len(), target.names.lock().unwrap().clone());
    Ran { end, events: sink.events(), made, attempts }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_same_group_id_an_attempt_too_many_meets_1202_and_no_group_is_made_twice() {
    let ran = run(&plan(RetryGroup::Same, 3), 1).await;
    assert_eq!(ran.end.released as usize, 50 + ran.retries());
    assert_eq!(ran.end.scheduled, ran.end.released);
    assert_eq!(ran.callers().len(), 50, "every caller ends once");
    // The last ones may not get to their second attempt before the schedule ends.
    assert!(ran.ended(CallerEnd::Existed) >= 35, "{:?}", ran.callers());
    assert_eq!(ran.ended(CallerEnd::Existed) + ran.ended(CallerEnd::Unfinished), 50);
    assert_eq!(ran.made, 50);
    let attempts: u32 = ran.callers().iter().map(|d| d.attempts).sum();
    assert_eq!(u64::from(attempts), ran.end.released);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_new_group_ids_each_attempt_makes_another_group() {
    let ran = run(&plan(RetryGroup::New, 3), 1).await;
    assert!(ran.ended(CallerEnd::Succeeded) >= 35 && ran.ended(CallerEnd::Existed) == 0);
    assert_eq!(ran.made as u64, ran.end.released, "one group an attempt");
    for pair in ran.attempts.iter().filter(|a| a.operation_id.seq > 0) {
        assert_eq!(pair.group_id, crate::ids::group_id(RunTag::from_number(1), pair.operation_id.seq));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_caller_gives_up_after_his_last_attempt() {
    let ran = run(&plan(RetryGroup::New, 1), 9).await;
    assert!(ran.ended(CallerEnd::GaveUp) >= 35);
    assert!(ran.callers().iter().all(|d| d.attempts <= 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_group_beyond_the_cap_is_shed_and_its_caller_unfinished() {
    let mut plan = plan(RetryGroup::New, 3);
    plan.profile.limits.groups = 60;
    // Long enough that a good many have not been made when the cap is reached.
    plan.profile.caller.backoff = Span::millis(200);
    plan.profile.caller.jitter = false;
    let ran = run(&plan, 1).await;
    assert!(ran.made <= 60, "{}", ran.made);
    assert!(ran.end.shed_groups_cap > 0);
    assert_eq!(ran.end.scheduled, ran.end.released + ran.end.shed());
    // Arrivals that were shed have no caller yet.
    let firsts = ran.end.released as usize - ran.retries();
    assert_eq!(ran.callers().len(), firsts);
    assert!(ran.ended(CallerEnd::Unfinished) > 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_retries_nothing_is_said_of_callers() {
    let ran = run(&plan(RetryGroup::Same, 0), 1).await;
    assert!(ran.callers().is_empty() && ran.retries() == 0);
    assert_eq!(ran.end.released, 50);
}
