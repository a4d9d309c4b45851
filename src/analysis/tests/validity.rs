//! When a run is believed.

use super::super::testing::{AFTER, BEFORE, MEMBERS, WARMUP_S, healthy, measured, slow};
use super::{analysed, is_chinese, is_invalid, reasons, recommended, warns};
use crate::analysis::{Confidence, Options, ValidityVerdict, analyse};
use crate::finding::Severity;
use crate::record::model::{Ended, new_series, tag};
use crate::record::read::{RunRecord, Stream};
use crate::slo::Verdict;
use crate::text::Text;
use crate::units::Span;
use crate::wire::FailureKind;

#[test]
fn shed_arrivals_make_a_run_invalid_and_hide_the_tail() {
    let mut record = healthy(20, 250);
    record.rows[10].shed = 250;
    record.rows[10].scheduled += 250;
    record.header.plan.profile.objective.p99 = Some(Span::secs(5));
    let analysis = analysed(&record);
    assert!(reasons(&analysis, Severity::Error).contains(&"shed"));
    assert!(!analysis.series[tag::RESPONSE].quantiles_us.contains_key("0.99"));
    assert_eq!(analysis.objectives[0].verdict, Verdict::Inconclusive);
    assert_eq!(analysis.calls.scheduled, analysis.calls.released + analysis.calls.shed);
}

#[test]
fn late_arrivals_count_over_the_run_and_over_five_seconds() {
    let mut record = healthy(20, 250);
    measured(&mut record).for_each(|r| r.late_100ms = 3);
    is_invalid(&record, "late_arrivals");
    let mut burst = healthy(600, 250);
    burst.rows[300].late_100ms = 70;
    is_invalid(&burst, "late_arrivals");
    burst.rows[300].late_100ms = 60;
    assert_eq!(analysed(&burst).validity.verdict, ValidityVerdict::Valid, "4.8 % of 5 s are allowed");
}

#[test]
fn a_slow_run_is_judged_over_windows_of_200_arrivals() {
    let mut record = healthy(600, 4);
    record.rows[100].late_100ms = 4;
    let analysis = analysed(&record);
    let late = analysis.validity.figures.late;
    assert_eq!((late.worst_length_s, analysis.validity.verdict), (50, ValidityVerdict::Valid));
    assert!((late.worst_share - 0.02).abs() < 1e-9, "4 of 200, not 4 of the 20 in 5 s");
}

#[test]
fn late_arrivals_of_the_warm_up_do_not_count() {
    let mut record = healthy(20, 250);
    record.rows.iter_mut().filter(|r| r.second < WARMUP_S).for_each(|r| r.late_100ms = 250);
    assert_eq!(analysed(&record).validity.verdict, ValidityVerdict::Valid);
}

#[test]
fn lost_events_make_a_run_invalid_and_a_full_channel_warns() {
    let mut record = healthy(20, 250);
    record.rows[5].channel_fullness = 0.95;
    warns(&record, "channel_full");
    record.rows[5].lost_events = 1;
    is_invalid(&record, "lost_events");
}

/// Makes one of a hundred samples of a lag series as long as `us`.
fn lag(record: &mut RunRecord, tag: &str, us: u64) {
    let series = record.totals.entry(tag.to_owned()).or_insert_with(new_series);
    (0..series.len().max(100) / 100).for_each(|_| series.saturating_record(us));
}

#[test]
fn own_lateness_warns_where_it_changes_nothing_and_invalidates_where_it_could() {
    let mut record = healthy(20, 250);
    lag(&mut record, tag::RECEIVER_LAG, 50_000);
    warns(&record, "own_lateness");
    assert_eq!(recommended(&record, BEFORE).timeout_s, Some(1));
    (0..20).for_each(|i| slow(&mut record, BEFORE, 2.5 + f64::from(i), i as u64, 1.02));
    is_invalid(&record, "own_lateness");
    let mut hopeless = healthy(20, 250);
    lag(&mut hopeless, tag::DISPATCH_LAG, 800_000);
    is_invalid(&hopeless, "own_lateness");
}

#[test]
fn own_lateness_that_could_turn_an_objective_makes_the_run_invalid() {
    let mut record = healthy(20, 250);
    record.header.plan.profile.objective.p99 = Some(Span::millis(110));
    lag(&mut record, tag::DISPATCH_LAG, 5_000);
    warns(&record, "own_lateness");
    record.header.plan.profile.objective.p99 = Some(Span::millis(102));
    is_invalid(&record, "own_lateness");
}

#[test]
fn strict_makes_plain_limits_of_lateness() {
    let mut record = healthy(20, 250);
    (0..100).for_each(|_| lag(&mut record, tag::DISPATCH_LAG, 2_000));
    let strict = |record: &RunRecord| analyse(record, Options { strict: true, seed: 1 }).unwrap();
    assert_eq!(strict(&record).validity.verdict, ValidityVerdict::Invalid);
    assert_eq!(analysed(&record).validity.verdict, ValidityVerdict::Warnings);
    assert_eq!(strict(&healthy(20, 250)).validity.verdict, ValidityVerdict::Valid);
}

#[test]
fn a_busy_machine_a_clock_jump_and_others_traffic_are_warnings() {
    let mut busy = healthy(20, 250);
    busy.rows.iter_mut().for_each(|r| r.idle_share = Some(0.05));
    warns(&busy, "busy_machine");
    let mut jump = healthy(20, 250);
    jump.rows[9].wall_drift_s = 3.0;
    warns(&jump, "clock_jump");
    let mut others = healthy(20, 250);
    others.rows[9].strangers.insert("callbackBeforeCreateGroupCommand".to_owned(), 4);
    warns(&others, "strangers");
    let mut twice = healthy(20, 250);
    twice.rows[9].callbacks.get_mut(&BEFORE).unwrap().duplicate = 1;
    warns(&twice, "duplicates");
    let mut missing = healthy(20, 250);
    missing.rows[9].callbacks.get_mut(&AFTER).unwrap().lost_after = 2;
    warns(&missing, "callback_missing");
    let mut scanned = healthy(20, 250);
    scanned.rows[9].bad_requests = 2;
    warns(&scanned, "bad_requests");
}

#[test]
fn a_killed_or_interrupted_run_is_partial_and_an_aborted_one_invalid() {
    let mut killed = healthy(20, 250);
    killed.header.end = None;
    killed.partial = true;
    killed.rows.truncate(12);
    warns(&killed, "partial");
    assert!((analysed(&killed).rates.measured_s - 10.0).abs() < 1e-9, "only what was measured counts");
    let mut interrupted = healthy(20, 250);
    if let Some(end) = &mut interrupted.header.end {
        end.how = Ended::Interrupted;
    }
    warns(&interrupted, "interrupted");
    let mut aborted = healthy(20, 250);
    if let Some(end) = &mut aborted.header.end {
        end.how = Ended::Aborted;
        end.why = Text::plain("the group process is down");
    }
    is_invalid(&aborted, "aborted");
    assert!(analysed(&aborted).validity.reasons[0].what.contains("the group process is down"));
}

#[test]
fn a_killed_run_says_how_many_calls_are_unknown_and_counts_them_as_slower_than_everything() {
    let mut record = healthy(60, 250);
    record.header.end = None;
    record.partial = true;
    record.rows.truncate(52);
    let last = record.rows.last_mut().unwrap();
    last.succeeded -= 40;
    for counts in last.callbacks.values_mut() {
        counts.replied -= 40;
    }
    let analysis = analysed(&record);
    let calls = &analysis.calls;
    assert_eq!((calls.released, calls.ended(), calls.unknown), (12_500, 12_460, 40));
    assert!(!reasons(&analysis, Severity::Warning).contains(&"accounting"));
    assert!(analysis.validity.reasons[0].what.contains("40 calls were in flight"));
    assert_eq!(analysis.series[tag::RESPONSE].unfinished, 40);
    let handler = tag::callback(BEFORE, tag::CallbackSeries::Handler);
    assert_eq!(analysis.series[&handler].unfinished, 40);
}

#[test]
fn timeouts_of_a_killed_run_are_judged_only_by_the_time_whose_slow_callbacks_are_on_record() {
    let mut record = healthy(60, 250);
    record.header.end = None;
    record.partial = true;
    record.rows.truncate(52);
    let r = recommended(&record, BEFORE);
    assert_eq!(r.n, 30 * 250, "50 s of measuring less the last 20 s");
    assert!(r.why.iter().any(|line| line.contains("killed")), "{:?}", r.why);
    record.rows.truncate(15);
    let none = recommended(&record, BEFORE);
    assert_eq!((none.n, none.confidence), (0, Confidence::NotMeasured));
    assert!(none.confidence_words.contains("killed"), "{}", none.confidence_words.en());
}

#[test]
fn strict_does_not_take_unknown_lateness_for_none() {
    let mut record = healthy(20, 250);
    record.totals.retain(|tag, _| !tag.ends_with(".lag"));
    assert_eq!(
        analyse(&record, Options { strict: true, seed: 1 }).unwrap().validity.verdict,
        ValidityVerdict::Invalid
    );
}

#[test]
fn a_run_that_changes_in_the_middle_is_not_stationary() {
    let mut record = healthy(60, 250);
    let Stream::Memory(intervals) = &mut record.intervals else { panic!("in memory") };
    let tag = "callback.beforeCreateGroup.round_trip_high";
    for interval in intervals.iter_mut().filter(|i| i.tag == tag && i.second >= 32) {
        interval.histogram = new_series();
        (0..250).for_each(|i| interval.histogram.saturating_record(80_000 + i * 100));
    }
    warns(&record, "not_stationary");
    let r = recommended(&record, BEFORE);
    assert_eq!((r.timeout_s, r.confidence), (Some(1), Confidence::Low));
    assert_eq!(recommended(&record, MEMBERS).confidence, Confidence::Medium);
}

#[test]
fn every_reason_is_given_in_both_languages() {
    let mut record = healthy(60, 250);
    for row in &mut record.rows {
        row.late_100ms = 9;
        row.idle_share = Some(0.05);
    }
    record.rows[9].shed = 3;
    record.rows[9].lost_events = 2;
    record.rows[9].bad_requests = 2;
    record.rows[9].wall_drift_s = 3.0;
    record.rows[9].strangers.insert("callbackBeforeCreateGroupCommand".to_owned(), 4);
    record.totals.retain(|tag, _| !tag.ends_with(".lag"));
    record.unreadable_lines = 2;
    if let Some(end) = &mut record.header.end {
        end.how = Ended::Aborted;
        end.why = Text::plain("the group process is down.");
    }
    let reasons = analyse(&record, Options { strict: true, seed: 1 }).unwrap().validity.reasons;
    assert!(reasons.len() >= 10, "{reasons:#?}");
    for reason in &reasons {
        for text in [&reason.what, &reason.do_next] {
            assert!(is_chinese(text.zh()) && !is_chinese(text.en()), "{}: {}", reason.code, text.zh());
        }
    }
    let aborted = reasons.iter().find(|r| r.code == "aborted").unwrap();
    assert_eq!(aborted.what.en(), "The run stopped itself: the group process is down.");
}

#[test]
fn failures_do_not_make_a_run_invalid() {
    let mut record = healthy(20, 250);
    for row in measured(&mut record) {
        row.failed.insert(FailureKind::Api(1_001), 10);
        row.succeeded -= 10;
    }
    let analysis = analysed(&record);
    assert_eq!(analysis.validity.verdict, ValidityVerdict::Valid);
    assert_eq!(analysis.calls.failed_by(FailureKind::Api(1_001)), 200);
    assert_eq!(analysis.calls.answered, 5_000);
    assert_eq!(analysis.findings[0].code, "calls_failed");
}
