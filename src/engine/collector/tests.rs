//! The collector fed with scripted events.

use std::collections::BTreeMap;

use super::machine::NAMES;
use super::*;
use crate::ids::RunTag;
use crate::port::{CallResult, Outcome, ReplyKind};
use crate::port::{ResourceSample, Stranger, UpstreamStamps};
use crate::record::fixture;
use crate::record::model::tag::{self, CallbackSeries};
use crate::record::model::{CallbackCounts, Exceedance, OperationRow, Series, evidence};
use crate::record::sizes::SizeClass;
use crate::record::write::Flush;
use crate::wire::FailureKind;

const BEFORE: WebhookKey = WebhookKey::BeforeCreateGroup;
const MEMBER: WebhookKey = WebhookKey::BeforeMemberJoinGroup;
const AFTER: WebhookKey = WebhookKey::AfterCreateGroup;
const MS: u64 = 1_000;
const S: u64 = 1_000_000;

fn id(seq: u64) -> OperationId {
    OperationId::new(RunTag::from_number(1), 0, seq)
}

pub(super) fn config(build: Option<Build>, expect: &[WebhookKey]) -> CollectorConfig {
    let mut plan = fixture::plan("test");
    plan.timeouts = expect.iter().map(|k| (*k, 5)).collect();
    CollectorConfig { plan, build, expect: expect.to_vec(), caller_budget_us: 10 * S }
}

/// A collector and the events it is fed, times in µs.
struct Script {
    collector: Collector<Vec<Flush>>,
}

impl Script {
    fn new(build: Option<Build>, expect: &[WebhookKey]) -> Script {
        Script { collector: Collector::new(config(build, expect), Vec::new()) }
    }

    /// The same where API calls hold the workers that answer callbacks.
    fn with_callers_that_hold_workers(build: Option<Build>, expect: &[WebhookKey]) -> Script {
        let mut config = config(build, expect);
        config.plan.profile.load.callers_hold_workers = true;
        Script { collector: Collector::new(config, Vec::new()) }
    }

    fn feed(&mut self, event: RunEvent) -> &mut Script {
        self.collector.handle(event).unwrap();
        self
    }

    fn released(&mut self, seq: u64, at: u64) -> &mut Script {
        self.released_as(seq, at, Operation::Create)
    }

    fn released_as(&mut self, seq: u64, at: u64, operation: Operation) -> &mut Script {
        self.feed(RunEvent::Released {
            operation_id: id(seq),
            operation,
            members: 2,
            admins: 1,
            intended_at: Stamp(at),
            released_at: Stamp(at),
            phase: 1,
        })
    }

    fn arrived(&mut self, seq: u64, key: WebhookKey, at: u64) -> &mut Script {
        self.feed(RunEvent::Arrived(CallbackArrived {
            key,
            operations: vec![id(seq)],
            received_at: Stamp(at),
        }))
    }

    fn done(&mut self, seq: u64, key: WebhookKey, received: u64, replied: u64) -> &mut Script {
        self.feed(RunEvent::Callback(callback(seq, key, received, Some(replied))))
    }

    fn ended(&mut self, seq: u64, sent: u64, at: u64) -> &mut Script {
        self.feed(RunEvent::Ended {
            operation_id: id(seq),
            outcome: outcome(CallResult::Succeeded, sent, at),
        })
    }

    fn failed(&mut self, seq: u64, sent: u64, at: u64, kind: FailureKind, url: Option<&str>) -> &mut Script {
        let mut outcome = outcome(CallResult::Failed(kind), sent, at);
        outcome.post_url = url.map(str::to_owned);
        self.feed(RunEvent::Ended { operation_id: id(seq), outcome })
    }

    fn finish(self, at: u64) -> Result_ {
        let mut collector = self.collector;
        collector.handle(RunEvent::Finished { at: Stamp(at) }).unwrap();
        Result_::of(collector)
    }
}

fn callback(seq: u64, key: WebhookKey, received: u64, replied: Option<u64>) -> CallbackDone {
    CallbackDone {
        key,
        operations: vec![id(seq)],
        connection: 1,
        accepted_at: None,
        received_at: Stamp(received),
        started_at: Some(Stamp(received)),
        replied_at: replied.map(Stamp),
        aborted_at: None,
        reply: ReplyKind::Neutral,
        crowded_at: None,
        upstream: None,
        operation_text: None,
    }
}

fn outcome(result: CallResult, sent: u64, at: u64) -> Outcome {
    Outcome {
        result,
        sent_at: Stamp(sent),
        answered_at: Stamp(at),
        connect_us: None,
        err_code: Some(0),
        post_url: None,
        text: None,
    }
}

/// Everything a script left, added up.
struct Result_ {
    total: SecondRow,
    series: BTreeMap<String, Series>,
    exceedances: Vec<Exceedance>,
    operations: Vec<OperationRow>,
    flushes: Vec<Flush>,
    progress: Progress,
}

impl Result_ {
    fn of(collector: Collector<Vec<Flush>>) -> Result_ {
        let progress = collector.progress();
        let mut flushes = collector.into_recorder();
        let mut total = SecondRow::default();
        let mut series: BTreeMap<String, Series> = BTreeMap::new();
        let (mut exceedances, mut operations) = (Vec::new(), Vec::new());
        for flush in &mut flushes {
            flush.rows.iter().cloned().for_each(|row| total.add(row));
            for (tag, s) in &flush.series {
                series.entry(tag.clone()).or_insert_with(new_series).add(s).unwrap();
            }
            exceedances.append(&mut flush.exceedances);
            operations.append(&mut flush.operations);
        }
        Result_ { total, series, exceedances, operations, flushes, progress }
    }

    fn counts(&self, key: WebhookKey) -> CallbackCounts {
        self.total.callbacks.get(&key).copied().unwrap_or_default()
    }

    /// The only value of a series, within the histogram's precision.
    fn value(&self, tag: &str) -> u64 {
        let series = self.series.get(tag).unwrap_or_else(|| panic!("no series {tag}"));
        assert_eq!(series.len(), 1, "{tag}");
        series.max()
    }

    fn callback(&self, key: WebhookKey, what: CallbackSeries) -> u64 {
        self.value(&tag::callback(key, what))
    }

    fn sums_up(&self) {
        let t = &self.total;
        assert_eq!(t.scheduled, t.released + t.shed, "scheduled = released + shed");
        assert_eq!(t.released, t.succeeded + t.failed_total() + t.censored, "released = ended");
    }
}

#[track_caller]
fn near(seen: u64, wanted: u64) {
    assert!(seen.abs_diff(wanted) <= wanted / 500 + 1, "{seen} is not {wanted}");
}

/// A create with both before-callbacks and the after-callback, in serial order, from `at`.
fn whole_create(script: &mut Script, seq: u64, at: u64) {
    script
        .released(seq, at)
        .arrived(seq, BEFORE, at + 10 * MS)
        .done(seq, BEFORE, at + 10 * MS, at + 30 * MS)
        .arrived(seq, MEMBER, at + 35 * MS)
        .done(seq, MEMBER, at + 35 * MS, at + 45 * MS)
        .ended(seq, at + MS, at + 60 * MS)
        .arrived(seq, AFTER, at + 62 * MS)
        .done(seq, AFTER, at + 62 * MS, at + 64 * MS);
}

#[test]
fn a_next_callback_that_comes_before_our_own_stamp_of_the_reply_still_ends_the_bracket() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE, MEMBER]);
    script.released(1, 0).arrived(1, BEFORE, 2 * MS);
    // OpenIM had the reply 30 µs before the task that wrote it came to stamp it.
    script.arrived(1, MEMBER, 12 * MS).done(1, BEFORE, 2 * MS, 12 * MS + 30);
    script.done(1, MEMBER, 12 * MS, 4_012 * MS).ended(1, MS, 4_020 * MS);
    let result = script.finish(30 * S);
    near(result.callback(BEFORE, CallbackSeries::RoundTripHigh), 11 * MS + 30);
    near(result.callback(BEFORE, CallbackSeries::Gap), 0);
    near(result.callback(MEMBER, CallbackSeries::RoundTripHigh), 4_008 * MS);
    assert_eq!(result.exceedances.iter().map(|e| e.key).collect::<Vec<_>>(), [MEMBER]);
}

#[test]
fn the_bracket_of_a_before_callback_is_set_by_the_events_around_it() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE, MEMBER, AFTER]);
    whole_create(&mut script, 0, 3 * S);
    let seen = script.finish(4 * S);
    seen.sums_up();
    near(seen.callback(BEFORE, CallbackSeries::RoundTripLow), 20 * MS);
    near(seen.callback(BEFORE, CallbackSeries::RoundTripHigh), 34 * MS); // sent +1 → member +35
    near(seen.callback(MEMBER, CallbackSeries::RoundTripHigh), 30 * MS); // reply +30 → answer +60
    near(seen.callback(BEFORE, CallbackSeries::Gap), 5 * MS);
    near(seen.callback(MEMBER, CallbackSeries::Gap), 15 * MS);
    near(seen.value(tag::OWN), 59 * MS - 30 * MS);
    near(seen.callback(AFTER, CallbackSeries::Delivery), 2 * MS);
    assert!(!seen.series.contains_key(&tag::callback(AFTER, CallbackSeries::RoundTripHigh)));
    let after = seen.counts(AFTER);
    assert_eq!((after.arrived, after.replied, after.expected_after, after.lost_after), (1, 1, 1, 0));
    assert_eq!(seen.operations.len(), 1);
    assert!(seen.operations[0].callbacks.starts_with("beforeCreateGroup::3010000:3010000:3030000:;"));
}

/// The events of one create, in groups whose own order is certain.
fn groups(at: u64) -> Vec<Vec<RunEvent>> {
    let pair = |key, received: u64, replied: u64| {
        let operations = vec![id(0)];
        vec![
            RunEvent::Arrived(CallbackArrived { key, operations, received_at: Stamp(received) }),
            RunEvent::Callback(callback(0, key, received, Some(replied))),
        ]
    };
    let outcome = outcome(CallResult::Succeeded, at + MS, at + 60 * MS);
    let released = RunEvent::Released {
        operation_id: id(0),
        operation: Operation::Create,
        members: 2,
        admins: 1,
        intended_at: Stamp(at),
        released_at: Stamp(at),
        phase: 1,
    };
    vec![
        vec![released],
        pair(BEFORE, at + 10 * MS, at + 30 * MS),
        vec![RunEvent::Ended { operation_id: id(0), outcome }],
        pair(AFTER, at + 62 * MS, at + 64 * MS),
    ]
}

#[test]
fn the_order_in_which_events_reach_the_collector_does_not_matter() {
    for order in
        [[0, 1, 2, 3], [0, 2, 1, 3], [0, 2, 3, 1], [0, 3, 2, 1], [1, 0, 3, 2], [1, 2, 3, 0], [3, 1, 0, 2]]
    {
        let mut script = Script::new(Some(Build::Main), &[BEFORE, AFTER]);
        for group in order {
            for event in groups(3 * S).swap_remove(group) {
                script.feed(event);
            }
        }
        let seen = script.finish(4 * S);
        seen.sums_up();
        near(seen.callback(BEFORE, CallbackSeries::RoundTripHigh), 59 * MS);
        near(seen.value(tag::OWN), 39 * MS);
        let (before, after) = (seen.counts(BEFORE), seen.counts(AFTER));
        assert_eq!((before.arrived, before.replied), (1, 1), "{order:?}");
        assert_eq!(
            (after.arrived, after.replied, after.lost_after, after.duplicate),
            (1, 1, 0, 0),
            "{order:?}"
        );
    }
}

#[test]
fn what_our_proxy_added_is_taken_off_both_ends_and_stands_beside_them() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    let mut passed = callback(0, BEFORE, 3 * S + 10 * MS, Some(3 * S + 30 * MS));
    passed.reply = ReplyKind::Upstream;
    passed.upstream = Some(UpstreamStamps {
        sent_at: Stamp(3 * S + 11 * MS),
        replied_at: Some(Stamp(3 * S + 28 * MS)),
        ..UpstreamStamps::default()
    });
    script.released(0, 3 * S).feed(RunEvent::Callback(passed)).ended(0, 3 * S, 3 * S + 31 * MS);
    let seen = script.finish(4 * S);
    near(seen.value(tag::PROXY_ADDED), 3 * MS);
    near(seen.callback(BEFORE, CallbackSeries::RoundTripLow), 17 * MS);
    near(seen.callback(BEFORE, CallbackSeries::RoundTripHigh), 28 * MS);
    near(seen.value(tag::OWN), 11 * MS);
}

#[test]
fn connection_set_up_lies_between_the_lower_and_the_upper_end() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    let mut fresh = callback(0, BEFORE, 3 * S + 10 * MS, Some(3 * S + 20 * MS));
    fresh.accepted_at = Some(Stamp(3 * S + 7 * MS));
    fresh.crowded_at = Some(Stamp(3 * S + 6 * MS));
    script.released(0, 3 * S).feed(RunEvent::Callback(fresh)).ended(0, 3 * S, 3 * S + 30 * MS);
    let seen = script.finish(4 * S);
    near(seen.callback(BEFORE, CallbackSeries::SetUp), 3 * MS);
    near(seen.callback(BEFORE, CallbackSeries::RoundTripNear), 13 * MS);
    let counts = seen.counts(BEFORE);
    assert_eq!((counts.arrived, counts.fresh, counts.crowded), (1, 1, 1));
}

#[test]
fn many_connections_before_the_event_before_do_not_make_a_callback_crowded() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    let mut late = callback(0, BEFORE, 3 * S + 10 * MS, Some(3 * S + 20 * MS));
    late.crowded_at = Some(Stamp(2 * S));
    script.released(0, 3 * S).feed(RunEvent::Callback(late)).ended(0, 3 * S, 3 * S + 30 * MS);
    assert_eq!(script.finish(4 * S).counts(BEFORE).crowded, 0);
}

#[test]
fn v3_7_calls_once_a_member_and_none_of_them_is_a_duplicate() {
    let mut script = Script::new(Some(Build::V370), &[MEMBER]);
    script.released(0, 3 * S);
    for n in 0..4 {
        let at = 3 * S + 10 * MS * (n + 1);
        script.arrived(0, MEMBER, at).done(0, MEMBER, at, at + 4 * MS);
    }
    script.ended(0, 3 * S, 3 * S + 100 * MS);
    script.arrived(0, MEMBER, 3 * S + 200 * MS);
    let seen = script.finish(4 * S);
    let counts = seen.counts(MEMBER);
    assert_eq!((counts.arrived, counts.replied, counts.duplicate), (4, 4, 1));
}

#[test]
fn an_unknown_build_may_call_once_or_once_a_member() {
    for calls in [1, 4] {
        let mut script = Script::new(None, &[MEMBER]);
        script.released(0, 3 * S);
        for n in 0..calls {
            let at = 3 * S + 10 * MS * (n + 1);
            script.arrived(0, MEMBER, at).done(0, MEMBER, at, at + 4 * MS);
        }
        script.ended(0, 3 * S, 3 * S + 100 * MS);
        let seen = script.finish(30 * S);
        assert_eq!((seen.counts(MEMBER).arrived, seen.counts(MEMBER).duplicate), (calls, 0));
        assert_eq!(seen.total.evidence.get(evidence::CALLBACK_MISSING), None);
    }
}

#[test]
fn a_second_dismissal_callback_is_explained_even_with_joined_operation_ids() {
    let key = WebhookKey::AfterDismissGroup;
    let mut script = Script::new(Some(Build::Main), &[key]);
    script.released_as(0, 3 * S, Operation::Dismiss).released_as(1, 3 * S, Operation::Dismiss);
    for seq in 0..2 {
        script.ended(seq, 3 * S, 3 * S + 10 * MS);
        script.arrived(seq, key, 3 * S + 12 * MS).done(seq, key, 3 * S + 12 * MS, 3 * S + 13 * MS);
    }
    let mut joined = callback(0, key, 4 * S, Some(4 * S + MS));
    joined.operations = vec![id(0), id(1)];
    let arrived = CallbackArrived { key, operations: joined.operations.clone(), received_at: Stamp(4 * S) };
    script.feed(RunEvent::Arrived(arrived)).feed(RunEvent::Callback(joined));
    let counts = script.finish(5 * S).counts(key);
    assert_eq!((counts.arrived, counts.replied, counts.repeated, counts.duplicate), (2, 2, 2, 0));
    assert_eq!((counts.expected_after, counts.lost_after), (2, 0));
}

#[test]
fn a_callback_that_openim_closed_is_cut_and_has_no_value() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    let mut cut = callback(0, BEFORE, 3 * S, None);
    cut.aborted_at = Some(Stamp(8 * S));
    script.released(0, 3 * S).arrived(0, BEFORE, 3 * S);
    script.failed(0, 3 * S, 8 * S + 5 * MS, FailureKind::WebhookDeadline, None);
    script.feed(RunEvent::Callback(cut));
    let seen = script.finish(40 * S);
    seen.sums_up();
    let counts = seen.counts(BEFORE);
    assert_eq!((counts.arrived, counts.replied, counts.cut, counts.missing), (1, 0, 1, 0));
    assert!(!seen.series.contains_key(&tag::callback(BEFORE, CallbackSeries::Handler)));
    assert!(seen.exceedances.len() == 1 && seen.exceedances[0].cut);
    near(seen.exceedances[0].low_us, 5 * S);
    assert_eq!(seen.total.evidence.get(evidence::REENTRANT), None);
}

#[test]
fn a_reply_that_came_just_too_late_counts_as_cut() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    script.released(0, 3 * S).arrived(0, BEFORE, 3 * S).done(0, BEFORE, 3 * S, 8 * S + MS);
    script.failed(0, 3 * S, 8 * S + 3 * MS, FailureKind::WebhookDeadline, None);
    let counts = script.finish(40 * S).counts(BEFORE);
    assert_eq!((counts.cut, counts.replied, counts.missing), (1, 0, 0));
}

#[test]
fn the_callback_that_never_came_before_90004_is_missing_where_openim_names_it() {
    let url = "http://h/cb/callbackBeforeMembersJoinGroupCommand";
    for named in [Some(url), None] {
        let mut script = Script::new(Some(Build::Main), &[BEFORE, MEMBER]);
        script.released(0, 3 * S).arrived(0, BEFORE, 3 * S).done(0, BEFORE, 3 * S, 3 * S + 10 * MS);
        script.failed(0, 3 * S, 8 * S + 20 * MS, FailureKind::WebhookDeadline, named);
        let seen = script.finish(40 * S);
        let (before, member) = (seen.counts(BEFORE), seen.counts(MEMBER));
        assert_eq!((before.missing, before.replied, before.cut), (0, 1, 0), "{named:?}");
        assert_eq!((member.missing, member.arrived), (1, 0), "{named:?}");
        let missing: Vec<_> = seen.exceedances.iter().filter(|e| e.key == MEMBER).collect();
        assert!(missing.len() == 1 && missing[0].cut && missing[0].at == Stamp(8 * S + 20 * MS));
    }
}

#[test]
fn a_refused_callback_is_no_slow_callback() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    script.released(0, 3 * S).failed(0, 3 * S, 3 * S + 2 * MS, FailureKind::WebhookRefused, None);
    let seen = script.finish(40 * S);
    assert_eq!((seen.counts(BEFORE).missing, seen.exceedances.len()), (0, 0));
}

#[test]
fn a_callback_that_comes_after_its_90004_is_cut_not_missing() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    script.released(0, 3 * S).failed(0, 3 * S, 8 * S, FailureKind::WebhookDeadline, None);
    let mut late = callback(0, BEFORE, 8 * S + 100 * MS, None);
    late.aborted_at = Some(Stamp(8 * S + 101 * MS));
    script.arrived(0, BEFORE, 8 * S + 100 * MS).feed(RunEvent::Callback(late));
    let seen = script.finish(40 * S);
    let counts = seen.counts(BEFORE);
    assert_eq!((counts.arrived, counts.cut, counts.missing), (1, 1, 0));
    assert_eq!(seen.exceedances.len(), 1);
}

/// A call whose callback is taken up by a worker only after its answer.
fn taken_up_too_late(mut script: Script) -> Result_ {
    script.released(0, 3 * S).arrived(0, BEFORE, 3 * S + 2 * MS);
    script.failed(0, 3 * S, 8 * S + 3 * MS, FailureKind::WebhookDeadline, None);
    let mut starved = callback(0, BEFORE, 3 * S + 2 * MS, None);
    starved.started_at = Some(Stamp(8 * S + 4 * MS));
    starved.aborted_at = Some(Stamp(8 * S + 2 * MS));
    script.feed(RunEvent::Callback(starved));
    script.finish(40 * S)
}

#[test]
fn a_callback_taken_up_only_after_the_answer_proves_reentrant_starvation() {
    let seen = taken_up_too_late(Script::with_callers_that_hold_workers(Some(Build::Main), &[BEFORE]));
    assert_eq!(seen.total.evidence.get(evidence::REENTRANT), Some(&1));
    assert_eq!(seen.counts(BEFORE).handled_after_answer, 1);
    let sample = &seen.total.samples[0];
    assert_eq!((sample.code.as_str(), sample.handled_after_answer_us), (evidence::REENTRANT, Some(1_000)));
    near(sample.service_us, 5_003 * MS);
    assert_eq!(sample.arrived_after_sent_us, Some(2_000));
}

#[test]
fn workers_that_no_call_holds_are_busy_not_starved() {
    let seen = taken_up_too_late(Script::new(Some(Build::Main), &[BEFORE]));
    assert_eq!(seen.total.evidence.get(evidence::WORKERS_BUSY), Some(&1));
    assert_eq!(seen.total.evidence.get(evidence::REENTRANT), None);
}

#[test]
fn an_exhausted_pool_is_told_from_starvation() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    script.feed(RunEvent::Sample(ResourceSample {
        at: Stamp(4 * S),
        peak_connections: 100,
        ..ResourceSample::default()
    }));
    script.released(0, 3 * S).failed(0, 3 * S, 8 * S, FailureKind::WebhookDeadline, None);
    let seen = script.finish(40 * S);
    assert_eq!(seen.total.evidence.get(evidence::POOL), Some(&1));
    assert_eq!(seen.total.evidence.get(evidence::REENTRANT), None);
    assert!(seen.exceedances[0].crowded);
}

#[test]
fn samples_stop_at_five_and_the_counter_goes_on() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    for seq in 0..20 {
        script.released(seq, 3 * S).failed(seq, 3 * S, 3 * S + MS, FailureKind::WebhookBadAnswer, None);
    }
    let seen = script.finish(40 * S);
    assert_eq!(seen.total.evidence.get(evidence::NOT_ROUTED), Some(&20));
    assert_eq!(seen.total.samples.len(), 5);
}

#[test]
fn a_lost_after_callback_is_told_after_the_hold_and_a_waiting_push_with_it() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE, AFTER]);
    script.released(0, 3 * S).arrived(0, BEFORE, 3 * S).done(0, BEFORE, 3 * S, 3 * S + 10 * MS);
    script.ended(0, 3 * S, 3 * S + 3_020 * MS);
    assert_eq!(script.collector.progress().awaiting_callbacks, 1);
    script.collector.tick(Stamp(27 * S)).unwrap();
    assert_eq!(script.collector.progress().awaiting_callbacks, 0);
    let seen = script.finish(28 * S);
    let after = seen.counts(AFTER);
    assert_eq!((after.expected_after, after.lost_after, after.arrived), (1, 1, 0));
    assert_eq!(seen.total.evidence.get(evidence::AFTER_QUEUE), Some(&1));
    assert_eq!(seen.total.evidence.get(evidence::CALLBACK_MISSING), None, "one loss, said once");
}

#[test]
fn an_after_callback_that_comes_before_the_answer_is_early() {
    let mut script = Script::new(Some(Build::Main), &[AFTER]);
    script.released(0, 3 * S).arrived(0, AFTER, 3 * S + 8 * MS).done(
        0,
        AFTER,
        3 * S + 8 * MS,
        3 * S + 9 * MS,
    );
    script.ended(0, 3 * S, 3 * S + 10 * MS);
    let seen = script.finish(4 * S);
    assert_eq!((seen.counts(AFTER).early_after, seen.counts(AFTER).lost_after), (1, 0));
    assert!(!seen.series.contains_key(&tag::callback(AFTER, CallbackSeries::Delivery)));
}

#[test]
fn handlers_over_the_callers_budget_are_counted() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE, MEMBER]);
    script.released(0, 3 * S).arrived(0, BEFORE, 3 * S).done(0, BEFORE, 3 * S, 9 * S);
    script.arrived(0, MEMBER, 9 * S).done(0, MEMBER, 9 * S, 14 * S).ended(0, 3 * S, 14 * S);
    let seen = script.finish(15 * S);
    assert_eq!(seen.total.evidence.get(evidence::OVER_BUDGET), Some(&1));
    assert_eq!(seen.total.samples[0].key, Some(BEFORE));
}

#[test]
fn a_hidden_cause_is_told_by_elapsed_time() {
    let hidden = FailureKind::WebhookCauseHidden;
    let mut script = Script::new(Some(Build::V383), &[BEFORE]);
    script.released(0, 3 * S).failed(0, 3 * S, 8 * S + 6 * MS, hidden, None);
    script.released(1, 3 * S).failed(1, 3 * S, 3 * S + 6 * MS, hidden, None);
    let seen = script.finish(40 * S);
    seen.sums_up();
    assert_eq!(seen.total.failed.get(&FailureKind::WebhookDeadline), Some(&1));
    assert_eq!(seen.total.failed.get(&hidden), Some(&1));
    assert_eq!(seen.total.evidence.get(evidence::CAUSE_HIDDEN), Some(&1));
    assert_eq!(seen.counts(BEFORE).missing, 2);
}

#[test]
fn calls_that_nobody_ended_are_censored_and_everything_adds_up() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    whole_create(&mut script, 0, 3 * S);
    script.released(1, 3 * S).feed(RunEvent::Censored { operation_id: id(1), at: Stamp(9 * S) });
    script.released(2, 3 * S);
    script.feed(RunEvent::Shed { intended_at: Stamp(4 * S), phase: 1 });
    script.released(3, 3 * S).failed(3, 3 * S, 4 * S, FailureKind::Api(1202), None);
    let seen = script.finish(10 * S);
    seen.sums_up();
    let t = &seen.total;
    assert_eq!((t.scheduled, t.shed, t.succeeded, t.failed_total(), t.censored), (5, 1, 1, 1, 2));
    assert_eq!((seen.progress.scheduled, seen.progress.in_flight, seen.progress.groups_made), (5, 0, 1));
    assert_eq!(seen.operations.iter().filter(|o| o.result == "censored").count(), 2);
}

#[test]
fn the_warm_up_is_recorded_apart_and_has_no_exceedances() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    script.feed(RunEvent::Released {
        operation_id: id(0),
        operation: Operation::Create,
        members: 0,
        admins: 0,
        intended_at: Stamp(0),
        released_at: Stamp(200 * MS),
        phase: 0,
    });
    script.arrived(0, BEFORE, 300 * MS).done(0, BEFORE, 300 * MS, 800 * MS).ended(0, 200 * MS, 900 * MS);
    let seen = script.finish(3 * S);
    assert!(seen.series.keys().all(|tag| tag.starts_with(tag::WARMUP)), "{:?}", seen.series.keys());
    assert!(seen.exceedances.is_empty());
    assert_eq!((seen.total.late_100ms, seen.total.phase), (1, 0));
}

#[test]
fn callbacks_of_preflight_clean_up_and_other_runs_are_left_alone() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    let foreign = OperationId::new(RunTag::from_number(2), 0, 0);
    let preflight = OperationId::new(RunTag::from_number(1), crate::ids::WORKER_PREFLIGHT, 0);
    let operations = vec![foreign, preflight];
    script.feed(RunEvent::Arrived(CallbackArrived { key: BEFORE, operations, received_at: Stamp(3 * S) }));
    assert_eq!(script.collector.held(), 0);
    assert_eq!(script.finish(4 * S).counts(BEFORE), CallbackCounts::default());
}

#[test]
fn foreign_command_names_are_kept_apart_up_to_a_limit() {
    let mut script = Script::new(Some(Build::Main), &[]);
    for n in 0..100 {
        let command = format!("command{n}");
        script.feed(RunEvent::Stranger(Stranger { command, known: n % 2 == 0, forwarded: false }));
    }
    let seen = script.finish(S);
    assert_eq!(seen.total.strangers.len() + seen.total.unknown_commands.len(), NAMES + 2);
    assert_eq!((seen.progress.strangers, seen.progress.unknown), (100, 50));
}

#[test]
fn intervals_add_up_to_the_totals_and_hold_what_ended_in_their_second() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE, MEMBER, AFTER]);
    let mut expected = new_series();
    for seq in 0..2_000 {
        let at = 3 * S + seq * 7 * MS;
        whole_create(&mut script, seq, at);
        expected.saturating_record(60 * MS);
        script.collector.tick(Stamp(at + 64 * MS)).unwrap();
    }
    let seen = script.finish(30 * S);
    seen.sums_up();
    assert_eq!(seen.series[tag::RESPONSE], expected);
    for flush in &seen.flushes {
        let (from, to) = (flush.from.0, flush.to.0);
        assert_eq!(to - from, S);
        let ended =
            (0..2_000u64).filter(|seq| (from..to).contains(&(3 * S + seq * 7 * MS + 60 * MS))).count();
        let service = flush.series.iter().find(|(tag, _)| tag == tag::SERVICE);
        assert_eq!(service.map_or(0, |(_, s)| s.len()), ended as u64, "second {}", flush.from.second());
    }
    let starts: Vec<_> = seen.flushes.iter().map(|f| f.from).collect();
    assert!(starts.windows(2).all(|pair| pair[0] < pair[1]));
}

#[test]
fn a_second_in_which_nothing_happens_has_a_row() {
    let mut script = Script::new(Some(Build::Main), &[]);
    script.released(0, 3 * S);
    script.collector.tick(Stamp(9 * S)).unwrap();
    let seen = script.finish(10 * S);
    let seconds: Vec<_> = seen.flushes.iter().flat_map(|f| &f.rows).map(|r| r.second).collect();
    assert!((3..10).all(|s| seconds.contains(&s)), "{seconds:?}");
    assert!(seen.flushes.iter().flat_map(|f| &f.rows).filter(|r| r.second == 6).all(|r| r.in_flight == 1));
}

#[test]
fn exceedances_leave_in_order_of_arrival_although_slow_ones_end_later() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    let mut ends = Vec::new();
    for seq in 0..40 {
        let at = 3 * S + seq * 100 * MS;
        let took = if seq % 3 == 0 { 14 * S } else { 300 * MS };
        script.released(seq, at).arrived(seq, BEFORE, at);
        ends.push((at + took, seq, at));
    }
    ends.sort_unstable();
    for (end, seq, at) in ends {
        script.done(seq, BEFORE, at, end).ended(seq, at, end + MS);
        script.collector.tick(Stamp(end)).unwrap();
    }
    for second in 20..60 {
        script.collector.tick(Stamp(second * S)).unwrap();
    }
    let before_the_end = script.collector.out.exceedances.len();
    let seen = script.finish(60 * S);
    assert_eq!((seen.exceedances.len(), before_the_end), (40, 0));
    assert!(seen.exceedances.windows(2).all(|pair| pair[0].at <= pair[1].at));
}

#[test]
fn a_pending_slow_callback_holds_later_exceedances_back() {
    let mut script = Script::new(Some(Build::V370), &[BEFORE]);
    script.released(0, 3 * S).arrived(0, BEFORE, 3 * S);
    script.released(1, 4 * S).arrived(1, BEFORE, 4 * S).done(1, BEFORE, 4 * S, 5 * S).ended(1, 4 * S, 5 * S);
    script.collector.tick(Stamp(40 * S)).unwrap();
    assert!(script.collector.recorder.iter().all(|f| f.exceedances.is_empty()));
    script.done(0, BEFORE, 3 * S, 41 * S).ended(0, 3 * S, 41 * S);
    let at: Vec<_> = script.finish(42 * S).exceedances.iter().map(|e| e.at).collect();
    assert_eq!(at, vec![Stamp(3 * S), Stamp(4 * S)]);
}

#[test]
fn whatever_happens_the_counts_add_up() {
    let mut state = 11u64;
    let mut draw = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut script = Script::new(Some(Build::Main), &[BEFORE, MEMBER, AFTER]);
    for seq in 0..3_000 {
        let at = 3 * S + seq * 5 * MS;
        if draw(20) == 0 {
            script.feed(RunEvent::Shed { intended_at: Stamp(at), phase: 1 });
            continue;
        }
        script.released(seq, at);
        if draw(10) > 0 {
            let took = draw(400) * MS;
            let mut call = callback(seq, BEFORE, at + MS, (draw(8) > 0).then_some(at + MS + took));
            call.aborted_at = call.replied_at.is_none().then_some(Stamp(at + MS + took));
            script.arrived(seq, BEFORE, at + MS);
            if draw(3) > 0 {
                script.feed(RunEvent::Callback(call));
            }
        }
        match draw(6) {
            0 => script.failed(seq, at, at + 5 * S, FailureKind::WebhookDeadline, None),
            1 => script.failed(seq, at, at + draw(500) * MS, FailureKind::Api(1202), None),
            2 => script.failed(seq, at, at + 60 * S, FailureKind::ClientDeadline, None),
            3 => script.feed(RunEvent::Censored { operation_id: id(seq), at: Stamp(at + 9 * S) }),
            4 => &mut script,
            _ => script.ended(seq, at, at + draw(900) * MS),
        };
        if draw(2) == 0 {
            script.arrived(seq, AFTER, at + S).done(seq, AFTER, at + S, at + S + MS);
        }
        script.collector.tick(Stamp(at)).unwrap();
    }
    let seen = script.finish(90 * S);
    seen.sums_up();
    for key in [BEFORE, MEMBER, AFTER] {
        let counts = seen.counts(key);
        assert_eq!(counts.arrived, counts.replied + counts.cut, "{key}");
        let handler = seen.series.get(&tag::callback(key, CallbackSeries::Handler)).map_or(0, |s| s.len());
        assert_eq!(handler, counts.replied, "{key}");
        let cut = seen.exceedances.iter().filter(|e| e.key == key && e.cut).count() as u64;
        assert_eq!(cut, counts.cut + counts.missing, "{key}");
    }
    assert!(seen.counts(BEFORE).missing > 0 && seen.counts(AFTER).lost_after > 0);
    assert!(seen.exceedances.windows(2).all(|pair| pair[0].at <= pair[1].at));
    assert_eq!(seen.operations.len() as u64, seen.total.released);
}

#[test]
fn memory_does_not_grow_with_the_length_of_the_run() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE, AFTER]);
    let rate = 2_000;
    let mut most = 0;
    for seq in 0..200_000u64 {
        let at = 3 * S + seq * S / rate;
        script.released(seq, at).arrived(seq, BEFORE, at).done(seq, BEFORE, at, at + 300 * MS);
        script.ended(seq, at, at + 301 * MS);
        // One in a hundred loses its after-callback and is held.
        if seq % 100 != 0 {
            script.arrived(seq, AFTER, at + 302 * MS).done(seq, AFTER, at + 302 * MS, at + 303 * MS);
        }
        if seq % 200 == 0 {
            script.collector.tick(Stamp(at)).unwrap();
            most = most.max(script.collector.held());
            // What is written is no longer ours.
            script.collector.recorder.clear();
        }
    }
    let hold_s = HOLD_US / S;
    assert!(most as u64 <= 4 * rate * (hold_s + 2), "{most} held");
    let seen = script.finish(110 * S);
    assert_eq!(seen.progress.released, 200_000);
}

#[test]
fn a_run_of_failures_is_reported_to_be_stopped() {
    let mut script = Script::new(Some(Build::Main), &[]);
    for seq in 0..100 {
        let at = 3 * S + seq * 150 * MS;
        script.released(seq, at).failed(seq, at, at + MS, FailureKind::Api(1001), None);
    }
    let reason = script.collector.check_abort(Stamp(18 * S));
    assert!(matches!(reason, Some(AbortReason::Failures { .. })), "{reason:?}");
}

#[test]
fn a_heartbeat_counts_what_it_took_beyond_its_own_median() {
    let mut script = Script::new(Some(Build::Main), &[]);
    for n in 0..100 {
        script.feed(RunEvent::Heartbeat { at: Stamp(3 * S + n * 50 * MS), took_us: 200, fresh: false });
        script.feed(RunEvent::Heartbeat { at: Stamp(3 * S + n * 50 * MS), took_us: 900, fresh: true });
    }
    script.feed(RunEvent::Heartbeat { at: Stamp(9 * S), took_us: 5_200, fresh: false });
    let seen = script.finish(10 * S);
    let lag = &seen.series[tag::RECEIVER_LAG];
    near(lag.max(), 5_000);
    assert!(lag.value_at_quantile(0.5) <= 1);
}

#[test]
fn callbacks_are_counted_by_the_size_of_their_group_whenever_the_size_becomes_known() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE, MEMBER, AFTER]);
    // Owner, one admin and two members.
    whole_create(&mut script, 1, 3 * S);
    // The callback is heard of before the driver's word.
    script.arrived(2, BEFORE, 4 * S + MS).released(2, 4 * S).done(2, BEFORE, 4 * S + MS, 4 * S + 5 * MS);
    script.failed(2, 4 * S, 4 * S + 9 * MS, FailureKind::WebhookDeadline, None);
    let seen = script.finish(6 * S);
    for key in [BEFORE, MEMBER, AFTER] {
        let counts = seen.counts(key);
        assert_eq!(counts.sizes.get(SizeClass::of(4).unwrap()), counts.arrived + counts.missing, "{key}");
    }
    assert_eq!(seen.counts(BEFORE).arrived, 2);
    seen.sums_up();
}

#[test]
fn a_callback_after_its_operation_was_finished_keeps_the_size_of_the_group() {
    let mut script = Script::new(Some(Build::Main), &[BEFORE]);
    script.released(1, 3 * S).arrived(1, BEFORE, 3 * S + MS).done(1, BEFORE, 3 * S + MS, 3 * S + 2 * MS);
    script.ended(1, 3 * S, 3 * S + 5 * MS);
    script.arrived(1, AFTER, 3 * S + 9 * MS).done(1, AFTER, 3 * S + 9 * MS, 3 * S + 700 * MS);
    let seen = script.finish(5 * S);
    assert_eq!((seen.counts(AFTER).arrived, seen.counts(AFTER).sizes.get(SizeClass::Small)), (1, 1));
    let late: Vec<_> = seen.exceedances.iter().filter(|e| e.key == AFTER).map(|e| e.group_size).collect();
    assert_eq!(late, [4]);
}
