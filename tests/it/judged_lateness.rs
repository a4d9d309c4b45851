//! A tool that is late itself is caught, and one that is not is believed: events of the driver through the collector
//! and a record on disk into the verdict.

use std::path::Path;

use openim_bench::analysis::{Analysis, Options, ValidityVerdict, analyse};
use openim_bench::engine::collector::{Collector, CollectorConfig};
use openim_bench::ids::{OperationId, RunTag};
use openim_bench::port::{CallResult, Outcome, ResourceSample, RunEvent};
use openim_bench::profile::model::{PhaseKind, Profile};
use openim_bench::profile::plan::{Basis, PlannedPhase, RunPlan};
use openim_bench::record::model::{End, Ended, Environment, FORMAT, Header, Seen};
use openim_bench::record::{RecordWriter, RunRecord};
use openim_bench::units::Stamp;
use openim_bench::wire::api::Operation;

const SECONDS: u64 = 20;
const RATE: u64 = 50;

fn plan() -> RunPlan {
    RunPlan {
        run_id: "late".to_owned(),
        tag: RunTag::from_number(3),
        profile: Profile::default(),
        sources: Default::default(),
        phases: vec![PlannedPhase {
            kind: PhaseKind::Steady,
            start_s: 0.0,
            duration_s: SECONDS as f64,
            rate: RATE as f64,
            from: 0.0,
            steps: 1,
            measured: true,
            source: None,
        }],
        basis: Basis::Simulated,
        version: None,
        expect: Some(Vec::new()),
        timeouts: Default::default(),
        expected_arrivals: SECONDS * RATE,
    }
}

/// What the tool does to arrival `n`, µs late, and how long its heartbeats take, µs.
struct Tool {
    late_us: fn(u64) -> u64,
    heartbeat_us: fn(u64) -> u64,
    own_cpu: f64,
}

const HEALTHY: Tool = Tool { late_us: |_| 150, heartbeat_us: |n| 300 + n % 50, own_cpu: 0.2 };

fn judged(dir: &Path, tool: &Tool) -> Analysis {
    let plan = plan();
    let environment = Environment { cores: 2, ..Environment::default() };
    let header = Header {
        format: FORMAT,
        plan: plan.clone(),
        environment,
        seen: Seen::default(),
        portrait: None,
        openim_log: None,
        observed: None,
        end: None,
    };
    let writer = RecordWriter::create(dir, header).unwrap();
    let config = CollectorConfig { plan, build: None, expect: Vec::new(), caller_budget_us: 10_000_000 };
    let mut collector = Collector::new(config, writer);
    let mut events = Vec::new();
    for n in 0..SECONDS * RATE {
        let intended = Stamp(n * 1_000_000 / RATE + 10_000);
        let released = intended.plus_us((tool.late_us)(n));
        let operation_id = OperationId::new(RunTag::from_number(3), 0, n);
        events.push((
            released,
            RunEvent::Released {
                operation_id,
                operation: Operation::Create,
                members: 2,
                admins: 0,
                intended_at: intended,
                released_at: released,
                phase: 0,
            },
        ));
        let answered = released.plus_us(60_000);
        let outcome = Outcome {
            result: CallResult::Succeeded,
            sent_at: released,
            answered_at: answered,
            connect_us: None,
            err_code: Some(0),
            post_url: None,
            text: None,
        };
        events.push((answered, RunEvent::Ended { operation_id, outcome }));
    }
    for n in 0..SECONDS * 20 {
        let at = Stamp(n * 50_000);
        let took_us = (tool.heartbeat_us)(n);
        events.push((at, RunEvent::Heartbeat { at, took_us, fresh: n % 2 == 0 }));
    }
    for second in 0..SECONDS {
        let sample = ResourceSample {
            at: Stamp(second * 1_000_000 + 500_000),
            own_cpu_s: second as f64 * 2.0 * tool.own_cpu,
            idle_share: 0.5,
            ..ResourceSample::default()
        };
        events.push((sample.at, RunEvent::Sample(sample)));
    }
    events.sort_by_key(|(at, _)| *at);
    for (at, event) in events {
        collector.handle(event).unwrap();
        collector.tick(at).unwrap();
    }
    let end = Stamp(SECONDS * 1_000_000 + 500_000);
    collector.finish(end).unwrap();
    let mut writer = collector.into_recorder();
    let schedule_ended_at = Stamp(SECONDS * 1_000_000);
    let end = End { schedule_ended_at, ..End::bare(Ended::Complete, end) };
    writer.finish(end).unwrap();
    let record = RunRecord::open(writer.dir()).unwrap();
    analyse(&record, Options::default()).unwrap()
}

fn codes(analysis: &Analysis) -> Vec<&str> {
    analysis.validity.reasons.iter().map(|r| r.code.as_str()).collect()
}

#[test]
fn a_punctual_tool_is_valid_without_a_warning() {
    let dir = tempfile::tempdir().unwrap();
    let analysis = judged(dir.path(), &HEALTHY);
    assert_eq!(analysis.validity.verdict, ValidityVerdict::Valid, "{:?}", analysis.validity.reasons);
    assert_eq!(analysis.calls.succeeded, SECONDS * RATE);
}

#[test]
fn releases_150_ms_late_for_2_of_100_arrivals_make_the_run_invalid() {
    let dir = tempfile::tempdir().unwrap();
    let sick = Tool { late_us: |n| if n % 50 == 0 { 150_000 } else { 150 }, ..HEALTHY };
    let analysis = judged(dir.path(), &sick);
    assert_eq!((analysis.validity.verdict, codes(&analysis)[0]), (ValidityVerdict::Invalid, "late_arrivals"));
    assert!((analysis.validity.figures.late.share - 0.02).abs() < 1e-9);
}

#[test]
fn a_bad_five_seconds_in_a_good_run_make_it_invalid() {
    let dir = tempfile::tempdir().unwrap();
    // 14 of 250 in 5 s, and 1 % of all would be 10 of 1,000.
    let sick = |n: u64| if (400..=408).contains(&n) { 150_000 } else { 150 };
    let few = judged(dir.path(), &Tool { late_us: sick, ..HEALTHY });
    assert_ne!(few.validity.verdict, ValidityVerdict::Invalid, "9 of 1,000, 3.6 % of 250: {:?}", codes(&few));
    // The whole run's 1 % is what a burst breaks first in 20 s; over a long run it is the window.
    let dir = tempfile::tempdir().unwrap();
    let more = |n: u64| if (400..414).contains(&n) { 150_000 } else { 150 };
    let many = judged(dir.path(), &Tool { late_us: more, ..HEALTHY });
    assert_eq!((many.validity.verdict, codes(&many)[0]), (ValidityVerdict::Invalid, "late_arrivals"));
    assert!(many.validity.figures.late.worst_share > 0.05, "{:?}", many.validity.figures.late);
}

#[test]
fn a_starved_tool_is_warned_of_and_one_that_is_late_by_nearly_a_second_is_not_believed() {
    let dir = tempfile::tempdir().unwrap();
    let starved = judged(dir.path(), &Tool { own_cpu: 0.95, ..HEALTHY });
    assert_eq!(
        (starved.validity.verdict, codes(&starved)),
        (ValidityVerdict::Warnings, vec!["busy_machine"])
    );
    // A noisy neighbour's 40 ms change no whole second.
    let dir = tempfile::tempdir().unwrap();
    let noisy =
        judged(dir.path(), &Tool { heartbeat_us: |n| if n % 100 == 7 { 40_000 } else { 300 }, ..HEALTHY });
    assert_eq!(noisy.validity.verdict, ValidityVerdict::Warnings, "{:?}", codes(&noisy));
    assert_eq!(noisy.validity.figures.own_lateness.moved_by_us / 1_000, 39);
}
