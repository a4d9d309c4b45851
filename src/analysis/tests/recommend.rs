//! Which timeout, how sure, and what is missing.

use super::super::testing::{
    AFTER, BEFORE, KEYS, MEMBERS, cut, healthy, measured, phase, push, slow, with_phases,
};
use super::{analysed, recommended, warns};
use crate::analysis::{Calls, Confidence, ValidityVerdict, Vantage};
use crate::profile::model::{Loop, PhaseKind, WantedConfidence};
use crate::record::Exceedance;
use crate::record::model::evidence;
use crate::record::model::tag::{self, CallbackSeries};
use crate::units::{Span, Stamp};
use crate::wire::FailureKind;

#[test]
fn five_thousand_fast_callbacks_give_one_second_with_medium_confidence() {
    let analysis = analysed(&healthy(20, 250));
    assert_eq!(analysis.validity.verdict, ValidityVerdict::Valid, "{:?}", analysis.validity.reasons);
    for key in KEYS {
        let r = &analysis.recommendations[&key];
        assert_eq!((r.timeout_s, r.n, r.exceed), (Some(1), 5_000, 0), "{key}");
        assert!(r.misfire_single[&1] <= 0.001, "{key}: {}", r.misfire_single[&1]);
        assert!(r.misfire_spells[&1] > 0.1, "20 s exclude no spell of 1 s");
        assert_eq!(r.confidence, Confidence::Medium);
        assert_eq!((r.t_high_s, r.present_s, r.binding.as_deref()), (None, Some(5), Some("minimum")));
        assert_eq!((r.misfire_single.len(), r.missing_callbacks), (15, Some(0)));
        let minutes = r.missing_minutes.unwrap();
        assert!((49.0..50.5).contains(&minutes), "{minutes} minutes still missing");
    }
    assert_eq!(analysis.recommendations[&BEFORE].vantage, Vantage::Bracket);
    assert_eq!(analysis.recommendations[&AFTER].vantage, Vantage::Receiver);
    assert!(analysis.findings.is_empty(), "{:?}", analysis.findings);
}

#[test]
fn an_hour_without_slow_callbacks_gives_high_confidence_before_and_medium_after() {
    let analysis = analysed(&healthy(3_600, 2));
    let before = &analysis.recommendations[&BEFORE];
    assert_eq!((before.timeout_s, before.t_high_s, before.confidence), (Some(1), Some(1), Confidence::High));
    assert_eq!(analysis.recommendations[&AFTER].confidence, Confidence::Medium);
}

#[test]
fn too_few_callbacks_recommend_nothing_and_say_how_many_are_missing() {
    let r = recommended(&healthy(20, 50), BEFORE);
    assert_eq!((r.timeout_s, r.guess_s, r.confidence), (None, Some(1), Confidence::Low));
    assert_eq!((r.missing_callbacks, r.binding.as_deref()), (Some(1_995), Some("sample_size")));
    assert!((r.missing_callbacks_minutes.unwrap() - 1_995.0 / 50.0 / 60.0).abs() < 1e-9);
    assert!(r.raise.contains("1,995 more callbacks"), "{}", r.raise.en());
}

#[test]
fn one_callback_is_no_reason_to_panic_and_none_is_not_measured() {
    let one = recommended(&healthy(1, 1), BEFORE);
    assert_eq!((one.n, one.timeout_s, one.confidence), (1, None, Confidence::Low));
    let mut record = healthy(20, 250);
    record.rows.iter_mut().for_each(|r| r.callbacks.clear());
    let none = recommended(&record, BEFORE);
    assert_eq!((none.n, none.timeout_s, none.confidence), (0, None, Confidence::NotMeasured));
    assert!(none.confidence_words.contains("not one callback came"), "{}", none.confidence_words.en());
    assert_eq!(none.missing_callbacks, Some(2_995));
}

#[test]
fn a_record_without_anything_is_invalid_and_not_a_panic() {
    let analysis = analysed(&with_phases(Vec::new(), 0));
    assert_eq!(analysis.validity.verdict, ValidityVerdict::Invalid);
    assert_eq!(analysis.calls, Calls::default());
}

#[test]
fn callbacks_that_all_never_end_allow_no_timeout() {
    let mut record = healthy(20, 50);
    for i in 0..1_000 {
        cut(&mut record, BEFORE, 2.0 + f64::from(i) * 0.02, u64::try_from(i).unwrap());
    }
    let r = recommended(&record, BEFORE);
    assert_eq!((r.timeout_s, r.guess_s, r.exceed), (None, None, 1_000));
    assert_eq!(r.binding.as_deref(), Some("misfire+present_timeout"), "they were cut at 5 s");
    assert!(r.ways_out[0].contains("at 15 s"), "{:?}", r.ways_out);
    assert!((r.misfire_single[&15] - 1.0).abs() < 1e-9);
    record.header.plan.timeouts.insert(BEFORE, 15);
    let capped = recommended(&record, BEFORE);
    assert_eq!((capped.binding.as_deref(), capped.timeout_s), (Some("misfire+client_cap"), None));
    assert!(!capped.ways_out.is_empty());
}

#[test]
fn a_single_slow_callback_of_few_proves_nothing_against_every_timeout() {
    let mut record = healthy(20, 50);
    slow(&mut record, BEFORE, 5.0, 1, 20.0);
    let r = recommended(&record, BEFORE);
    // 1 of 1,000 is no more than was asked for, and 2 could still be chance.
    assert_eq!((r.binding.as_deref(), r.confidence), (Some("sample_size"), Confidence::Low));
    slow(&mut record, BEFORE, 9.0, 2, 20.0);
    let r = recommended(&record, BEFORE);
    assert_eq!((r.binding.as_deref(), r.timeout_s, r.guess_s), (Some("sample_size"), None, Some(1)));
    (0..10).for_each(|i| slow(&mut record, BEFORE, 3.0 + f64::from(i), 10 + i as u64, 20.0));
    assert_eq!(recommended(&record, BEFORE).binding.as_deref(), Some("misfire+client_cap"));
}

#[test]
fn callbacks_that_were_cut_rank_last_in_every_series_of_theirs() {
    let mut record = healthy(20, 250);
    for row in measured(&mut record).take(10) {
        let counts = row.callbacks.get_mut(&BEFORE).unwrap();
        (counts.cut, counts.replied) = (6, counts.replied - 6);
    }
    let analysis = analysed(&record);
    for what in [CallbackSeries::Handler, CallbackSeries::RoundTripNear, CallbackSeries::RoundTripHigh] {
        let series = &analysis.series[&tag::callback(BEFORE, what)];
        assert_eq!(series.unfinished, 60);
        // 60 of 5,060 have no end: the 99 % quantile is one of them.
        assert!(!series.quantiles_us.contains_key("0.99") && series.quantiles_us.contains_key("0.95"));
    }
    assert_eq!(analysis.recommendations[&BEFORE].time_us.unfinished, 60);
    let why = &analysis.recommendations[&BEFORE].why;
    assert!(
        why.iter().any(|line| line.starts_with("60 callbacks were cut by the present timeout of 5 s")),
        "{why:?}"
    );
    assert_eq!(analysis.series[&tag::callback(MEMBERS, CallbackSeries::Handler)].unfinished, 0);
}

#[test]
fn a_neighbour_without_a_timeout_takes_its_guess_out_of_the_budget_and_not_the_15_s_set_for_measuring() {
    let mut record = healthy(20, 160);
    record.header.plan.timeouts = KEYS.iter().map(|key| (*key, 15)).collect();
    record.header.plan.profile.recommend.caller_budget = Some(Span::secs(10));
    // One slow callback too many for 3,200.
    slow(&mut record, MEMBERS, 8.0, 7, 1.5);
    slow(&mut record, MEMBERS, 15.0, 8, 16.0);
    let analysis = analysed(&record);
    assert_eq!(analysis.recommendations[&MEMBERS].timeout_s, None);
    assert_eq!(analysis.recommendations[&BEFORE].timeout_s, Some(1));
}

#[test]
fn equal_times_exactly_at_a_timeout_are_not_beyond_it() {
    let mut record = healthy(20, 250);
    // Without lateness of our own, which would make such samples doubtful.
    record.totals.retain(|tag, _| !tag.ends_with(".lag"));
    (0..20).for_each(|i| slow(&mut record, BEFORE, 2.5 + f64::from(i), i as u64, 2.0));
    let r = recommended(&record, BEFORE);
    assert_eq!((r.timeout_s, r.binding.as_deref()), (Some(2), Some("misfire")));
    assert_eq!((r.table[0].exceed, r.table[1].exceed), (20, 0));
}

#[test]
fn slow_callbacks_in_a_spell_lower_the_confidence() {
    let mut record = healthy(20, 250);
    (0..40).for_each(|i| slow(&mut record, BEFORE, 10.1 + f64::from(i) * 0.01, i as u64, 1.5));
    let r = recommended(&record, BEFORE);
    assert_eq!((r.timeout_s, r.table[0].spells), (Some(2), 1));
    assert_eq!(r.confidence, Confidence::Low);
    assert!(r.confidence_words.contains("spells"), "{}", r.confidence_words.en());
}

#[test]
fn wanting_high_confidence_recommends_by_the_spell_bound_or_says_how_long() {
    let mut short = healthy(20, 250);
    short.header.plan.profile.recommend.confidence = WantedConfidence::High;
    let r = recommended(&short, BEFORE);
    assert_eq!((r.timeout_s, r.binding.as_deref()), (None, Some("measured_time")));
    assert!(r.missing_minutes.unwrap() > 49.0);
    let mut long = healthy(3_600, 2);
    long.header.plan.profile.recommend.confidence = WantedConfidence::High;
    assert_eq!(recommended(&long, BEFORE).timeout_s, Some(1));
}

#[test]
fn the_ends_of_the_bracket_that_disagree_leave_a_guess_unless_a_slot_wait_was_possible() {
    let with = |crowded: bool| {
        let mut record = healthy(20, 250);
        for i in 0..20 {
            let at = Stamp(2_500_000 + i * 1_000_000);
            let e = Exceedance {
                at,
                key: MEMBERS,
                seq: i,
                low_us: 30_000,
                near_us: 31_000,
                high_us: 1_400_000,
                cut: false,
                crowded,
                group_size: 3,
            };
            push(&mut record, e);
        }
        recommended(&record, MEMBERS)
    };
    let r = with(false);
    let bracket = r.bracket.unwrap();
    assert_eq!((bracket.timeout_upper_s, bracket.timeout_near_s, bracket.agree), (Some(2), Some(1), false));
    assert_eq!((r.timeout_s, r.confidence), (Some(2), Confidence::Low));
    assert!(r.raise.contains("log"), "{}", r.raise.en());
    let crowded = with(true);
    assert_eq!((crowded.timeout_s, crowded.confidence), (Some(2), Confidence::Medium));
}

#[test]
fn packet_loss_between_hosts_makes_two_seconds_of_one() {
    let mut record = healthy(60, 250);
    assert_eq!(recommended(&record, BEFORE).timeout_s, Some(1));
    record.header.seen.same_host = false;
    let r = recommended(&record, BEFORE);
    assert_eq!((r.timeout_s, r.binding.as_deref()), (Some(2), Some("connection_set_up")));
    assert!((r.set_up.packet_loss - 0.0005).abs() < 1e-12);
    record.header.plan.profile.recommend.packet_loss = Some(0.0);
    assert_eq!(recommended(&record, BEFORE).timeout_s, Some(1));
}

#[test]
fn a_callback_that_never_came_counts_in_n_and_as_slower_than_everything() {
    let mut record = healthy(20, 250);
    for (i, row) in (0_u64..).zip(measured(&mut record).take(10)) {
        row.callbacks.get_mut(&MEMBERS).unwrap().missing = 1;
        row.failed.insert(FailureKind::WebhookDeadline, i % 2);
        row.succeeded -= i % 2;
    }
    (0..10).for_each(|i| cut(&mut record, MEMBERS, 2.5 + f64::from(i), i as u64));
    let r = recommended(&record, MEMBERS);
    assert_eq!((r.n, r.exceed, r.never_came), (5_010, 10, 10));
    assert_eq!(r.timeout_s, None);
    assert_eq!(analysed(&record).validity.verdict, ValidityVerdict::Warnings);
}

#[test]
fn outages_touch_neither_counts_nor_timeouts() {
    let phases = vec![
        phase(PhaseKind::Warmup, 0.0, 2.0, 250.0),
        phase(PhaseKind::Steady, 2.0, 20.0, 250.0),
        phase(PhaseKind::Outage, 22.0, 10.0, 250.0),
        phase(PhaseKind::Steady, 32.0, 25.0, 250.0),
    ];
    let mut record = with_phases(phases, 250);
    for row in record.rows.iter_mut().filter(|r| r.phase == 2) {
        row.succeeded = 0;
        row.failed.insert(FailureKind::WebhookDeadline, 250);
        row.evidence.insert(evidence::POOL.to_owned(), 250);
    }
    (0..3_000).for_each(|i| cut(&mut record, BEFORE, 22.0 + f64::from(i) * 0.008, i as u64));
    let analysis = analysed(&record);
    let r = &analysis.recommendations[&BEFORE];
    // 20 s before, and 10 of the 25 s after: the 15 s in which cut callbacks may still be open are left out.
    assert_eq!((r.n, r.exceed, r.timeout_s), (7_500, 0, Some(1)));
    assert!((analysis.rates.measured_s - 30.0).abs() < 1e-9);
    assert_eq!(r.time_us.count, 7_500);
    assert_eq!(analysis.calls_total.failed_total, 2_500, "the accounting keeps them");
    let codes: Vec<_> = analysis.findings.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(codes, ["outage"]);
    let what = &analysis.findings[0].what;
    assert!(what.contains("2500 of the 2500"), "{what:?}");
}

#[test]
fn a_closed_loop_recommends_nothing() {
    let mut record = healthy(20, 250);
    record.header.plan.profile.load.r#loop = Loop::Closed;
    let r = recommended(&record, BEFORE);
    assert_eq!((r.timeout_s, r.confidence), (None, Confidence::Refused));
    assert!(r.confidence_words.contains("closed loop"), "{}", r.confidence_words.en());
    warns(&record, "closed_loop");
}
