//! Outages of records made in memory.

use super::super::testing::{AFTER, BEFORE, phase, with_phases};
use super::super::{Options, analyse};
use super::*;
use crate::profile::model::{Phase, PhaseKind};
use crate::record::SecondRow;
use crate::record::model::{Ended, FailedCreates, Series, tag};
use crate::record::read::{Interval, RunRecord, Stream};
use crate::text::Text;
use crate::units::Stamp;

const RATE: u64 = 20;

/// 2 s of warm-up, 20 s, an outage of 5 s, 30 s.
fn record() -> RunRecord {
    with_outages(&[(PhaseKind::Steady, 20.0), (PhaseKind::Outage, 5.0), (PhaseKind::Steady, 30.0)])
}

fn with_outages(kinds: &[(PhaseKind, f64)]) -> RunRecord {
    let mut phases = vec![phase(PhaseKind::Warmup, 0.0, 2.0, RATE as f64)];
    let mut start = 2.0;
    for (kind, length) in kinds {
        phases.push(phase(*kind, start, *length, RATE as f64));
        start += length;
    }
    let mut record = with_phases(phases, RATE);
    for (index, (kind, _)) in (1_u16..).zip(kinds) {
        let of_outage = record.rows.iter().filter(|r| r.phase == index).map(|r| r.second);
        if *kind == PhaseKind::Outage {
            for second in of_outage.collect::<Vec<_>>() {
                put(&mut record, "warmup.api.response", second, 5_000_000, RATE);
            }
        }
    }
    record
}

/// Puts `n` values of `us` into a second of a series, in the place of what was there.
fn put(record: &mut RunRecord, tag: &str, second: u64, us: u64, n: u64) {
    let mut histogram = Series::new_with_bounds(1, 3_600_000_000, 3).unwrap();
    histogram.saturating_record_n(us, n);
    if let Stream::Memory(all) = &mut record.intervals {
        all.retain(|i| i.second != second || i.tag != tag);
        all.push(Interval { second, tag: tag.to_owned(), histogram });
        all.sort_by_key(|i| i.second);
    }
}

fn fail(record: &mut RunRecord, phase: u16, second: u64, kind: FailureKind, n: u64) {
    let row = record.rows.iter_mut().find(|r| r.phase == phase && r.second == second).unwrap();
    row.succeeded -= n;
    *row.failed.entry(kind).or_default() += n;
}

fn of(record: &RunRecord) -> Vec<Outage> {
    let analysis = analyse(record, Options::default()).unwrap();
    let json = serde_json::to_value(&analysis).unwrap();
    let read: super::super::Analysis = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), json, "as scripts read it, in English");
    analysis.outages
}

fn only(record: &RunRecord) -> Outage {
    let mut outages = of(record);
    assert_eq!(outages.len(), 1);
    outages.remove(0)
}

#[test]
fn each_call_counts_in_the_part_in_which_it_was_made() {
    let mut record = record();
    for second in 22..27 {
        fail(&mut record, 2, second, FailureKind::WebhookDeadline, RATE);
    }
    // Made in the outage and ended after it; made before it and ended in it.
    let late = |second, phase, kind| SecondRow {
        second,
        phase,
        failed: [(kind, 3)].into(),
        in_flight: 44,
        peak_connections: 50,
        ..SecondRow::default()
    };
    record.rows.push(late(28, 2, FailureKind::WebhookReset));
    record.rows.push(late(23, 1, FailureKind::WebhookDeadline));
    let outage = only(&record);
    let (before, after) = (outage.before.unwrap(), outage.after.unwrap());
    assert_eq!((before.from_s, before.to_s, before.asked), (2.0, 22.0, 20 * RATE));
    assert_eq!((before.succeeded, before.failed_total), (20 * RATE, 0));
    assert_eq!((outage.open_at_start.calls, outage.open_at_start.failed), (3, 3));
    let during = outage.during;
    assert_eq!((during.asked, during.succeeded, during.failed_total), (5 * RATE, 0, 5 * RATE + 3));
    assert_eq!(during.failed["webhook_deadline"], 5 * RATE);
    assert_eq!(during.failed["webhook_reset"], 3);
    assert_eq!((during.in_flight, during.connections), (44, 50));
    assert_eq!((after.from_s, after.to_s, after.succeeded), (27.0, 57.0, 30 * RATE));
    assert_eq!((after.failed_total, after.in_flight), (0, 44));
    assert!(during.response.quantiles_us["0.5"] >= 4_990_000);
    assert!(before.response.quantiles_us["0.9"] < 200_000);
}

#[test]
fn callbacks_that_never_came_are_lost_and_those_given_up_are_cut() {
    let mut record = record();
    for row in record.rows.iter_mut().filter(|r| r.phase == 2) {
        row.callbacks.entry(BEFORE).or_default().cut = 4;
        row.callbacks.entry(BEFORE).or_default().missing = 2;
        row.callbacks.entry(AFTER).or_default().lost_after = 3;
    }
    let outage = only(&record);
    let during = outage.during.callbacks;
    assert_eq!((during[&BEFORE].arrived, during[&BEFORE].cut, during[&BEFORE].lost), (5 * RATE, 20, 10));
    assert_eq!(during[&AFTER].lost, 15);
    assert_eq!(outage.before.unwrap().callbacks[&AFTER].lost, 0);
}

#[test]
fn recovery_is_the_first_of_three_seconds_inside_the_band() {
    let mut record = record();
    assert_eq!(only(&record).recovery.after_s, Some(0.0));
    // Slow for four seconds; then two quick ones, one slow, and quick for good.
    for second in [27, 28, 29, 30, 33] {
        put(&mut record, tag::RESPONSE, second, 3_000_000, RATE);
    }
    let recovery = only(&record).recovery;
    assert_eq!((recovery.state, recovery.after_s), (RecoveryState::Recovered, Some(7.0)));
    let (median, p90) = (recovery.median_limit_us.unwrap(), recovery.p90_limit_us.unwrap());
    assert!(median <= p90 && p90 < 200_000, "{median} {p90}");
}

#[test]
fn a_quick_failure_is_no_recovery() {
    let mut record = record();
    for second in 27..31 {
        fail(&mut record, 3, second, FailureKind::WebhookRefused, 2);
    }
    assert_eq!(only(&record).recovery.after_s, Some(4.0));
}

#[test]
fn what_stays_slow_is_not_recovered_within_the_run() {
    let mut record = record();
    for second in 27..57 {
        put(&mut record, tag::RESPONSE, second, 900_000, RATE);
    }
    let recovery = only(&record).recovery;
    assert_eq!((recovery.state, recovery.after_s), (RecoveryState::NotWithinRun, None));
    assert_eq!(recovery.seconds, 30);
}

#[test]
fn without_a_time_before_nothing_is_said_about_recovery() {
    let outage = only(&with_outages(&[(PhaseKind::Outage, 5.0), (PhaseKind::Steady, 30.0)]));
    assert!(outage.before.is_none() && outage.after.is_some());
    assert_eq!((outage.recovery.state, outage.recovery.after_s), (RecoveryState::Unknown, None));
    assert!(outage.recovery.why.contains("before"), "{}", outage.recovery.why.en());
}

#[test]
fn two_outages_are_kept_apart_and_a_close_second_one_is_held_against_the_same_time_before() {
    use PhaseKind::{Outage, Steady};
    let far =
        of(&with_outages(&[(Steady, 20.0), (Outage, 5.0), (Steady, 30.0), (Outage, 5.0), (Steady, 10.0)]));
    let spans = |o: &super::Outage| {
        let before = o.before.as_ref().unwrap();
        (before.from_s, before.to_s, o.from_s, o.to_s, o.after.as_ref().unwrap().to_s)
    };
    assert_eq!(spans(&far[0]), (2.0, 22.0, 22.0, 27.0, 57.0));
    // The 15 s after the first belong to no time before.
    assert_eq!(spans(&far[1]), (42.0, 57.0, 57.0, 62.0, 72.0));
    assert_eq!(far[1].during.asked, 5 * RATE);
    let close =
        of(&with_outages(&[(Steady, 20.0), (Outage, 5.0), (Steady, 8.0), (Outage, 5.0), (Steady, 10.0)]));
    assert_eq!(spans(&close[1]), (2.0, 22.0, 35.0, 40.0, 50.0));
    assert_eq!(close[1].recovery.after_s, Some(0.0));
}

#[test]
fn an_outage_without_calls_and_one_that_ends_the_run_have_figures_all_the_same() {
    let mut record = with_outages(&[(PhaseKind::Steady, 20.0), (PhaseKind::Outage, 5.0)]);
    record.rows.retain(|r| r.phase != 2);
    if let Stream::Memory(all) = &mut record.intervals {
        all.retain(|i| !i.tag.starts_with(tag::WARMUP));
    }
    let outage = only(&record);
    assert_eq!((outage.during.asked, outage.during.response.count), (0, 0));
    assert!(outage.after.is_none() && outage.recovery.state == RecoveryState::Unknown);
}

#[test]
fn a_run_stopped_in_an_outage_says_so_and_one_stopped_before_has_none() {
    let mut record = record();
    let end = record.header.end.as_mut().unwrap();
    (end.how, end.schedule_ended_at) = (Ended::Interrupted, Stamp(24_000_000));
    let outage = only(&record);
    assert!(outage.cut_short && (outage.to_s - 24.0).abs() < 1e-9 && outage.after.is_none());
    record.header.end.as_mut().unwrap().schedule_ended_at = Stamp(20_000_000);
    assert!(of(&record).is_empty());
}

#[test]
fn groups_of_failed_creates_are_those_of_the_outage_and_what_follows() {
    let mut record = record();
    let of_phase =
        |phase, failed, asked, made| FailedCreates { phase, failed, asked, made, why: Text::default() };
    record.header.end.as_mut().unwrap().failed_creates =
        vec![of_phase(1, 9, 9, 9), of_phase(2, 90, 80, 12), of_phase(3, 10, 10, 1)];
    fail(&mut record, 3, 40, FailureKind::Api(1202), 2);
    let outage = only(&record);
    assert_eq!(outage.groups, GroupsMade { failed: 100, asked: 90, made: 13, why: Text::default() });
    assert_eq!(outage.group_id_taken, 2);
    let findings = analyse(&record, Options::default()).unwrap().findings;
    let finding = findings.iter().find(|f| f.code == "created_despite_error").unwrap();
    assert!(
        finding.what.en().starts_with("22 of the 99 failed creates that were looked up (of 109)"),
        "{}",
        finding.what.en()
    );
}

#[test]
fn the_profile_says_which_fault_it_was() {
    let mut record = record();
    record.header.plan.phases[2].source = Some(0);
    record.header.plan.profile.load.phase = vec![Phase {
        kind: PhaseKind::Outage,
        fault: Fault::Slow,
        keys: Some(vec![BEFORE]),
        ..Phase::default()
    }];
    let outage = only(&record);
    assert_eq!((outage.fault, outage.factor), (Some(Fault::Slow), Some(10.0)));
    assert_eq!(outage.keys, [BEFORE]);
}
