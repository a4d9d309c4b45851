use super::*;
use crate::analysis::testing::{AFTER, BEFORE, MEMBERS, healthy, slow};
use crate::profile::model::Loop;
use crate::units::Span;

fn question() -> Question {
    Question { timeouts: [(BEFORE, 3)].into(), rate: None, processes: None, outage: Span::secs(60) }
}

#[test]
fn the_asked_timeout_is_judged_by_the_callbacks_of_the_run_at_the_asked_rate() {
    let mut record = healthy(300, 20);
    for i in 0..12_u32 {
        slow(&mut record, BEFORE, 10.0 + 20.0 * f64::from(i), u64::from(i), 3.5);
    }
    let answer = ask(&record, &Question { rate: Some(40.0), ..question() }).unwrap();
    let create = &answer.webhooks[&BEFORE];
    assert_eq!(
        (create.timeout_s, create.timeout_from, create.n, create.exceed),
        (3, TimeoutFrom::Asked, 6_000, 12)
    );
    assert_eq!(
        (answer.webhooks[&AFTER].timeout_s, answer.webhooks[&AFTER].timeout_from),
        (5, TimeoutFrom::Present)
    );
    assert!(create.misfire_seen < create.misfire_single && create.misfire_single < create.misfire_spells);
    let operations = answer.operations.unwrap();
    // 12 of 6,000 at 40 a second are 288 an hour.
    assert!((operations.failed_per_hour.seen - 288.0).abs() < 1.0, "{operations:?}");
    assert!(operations.failed_per_hour.at_most > operations.failed_per_hour.seen);
    let four = ask(&record, &Question { timeouts: [(BEFORE, 4)].into(), ..question() }).unwrap();
    assert_eq!(four.webhooks[&BEFORE].exceed, 0);
}

#[test]
fn connections_follow_littles_law() {
    let answer = ask(&healthy(60, 20), &Question { rate: Some(100.0), ..question() }).unwrap();
    let create = &answer.webhooks[&BEFORE];
    assert!((create.held_mean - 100.0 * create.mean_s).abs() < 1e-6);
    assert!((create.mean_s - 0.03).abs() < 0.003, "{create:?}");
    assert!(create.held_p999 as f64 > create.held_mean);
    assert!((create.held_in_outage - 300.0).abs() < 1e-6);
    assert!((answer.webhooks[&AFTER].held_in_outage - 2.0).abs() < 1e-6, "two workers a process");
}

#[test]
fn an_outage_exhausts_the_pool_only_where_rate_times_timeout_passes_a_hundred_a_process() {
    let record = healthy(60, 20);
    let pool = |rate, processes, seconds| {
        let timeouts = [(BEFORE, seconds), (MEMBERS, 2)].into();
        let question = Question { timeouts, rate: Some(rate), processes: Some(processes), ..question() };
        let outages = ask(&record, &question).unwrap().outages;
        outages.into_iter().find(|o| o.key == BEFORE).unwrap()
    };
    assert_eq!(pool(10.0, 1, 5).pool_full_after_s, None);
    assert!(!pool(10.0, 1, 5).pool_may_fill);
    assert!(pool(18.0, 1, 5).pool_may_fill);
    let full = pool(60.0, 1, 5).pool_full_after_s.unwrap();
    assert!((full - 100.0 / 60.0).abs() < 0.05, "{full}");
    let two = pool(60.0, 2, 5).pool_full_after_s.unwrap();
    assert!((two - 2.0 * full).abs() < 0.1, "{two}");
    assert_eq!(pool(60.0, 4, 5).pool_full_after_s, None);
    let hang = pool(10.0, 1, 5);
    assert!((hang.failed_per_minute - 600.0).abs() < 15.0 && hang.lost == 0, "{hang:?}");
}

#[test]
fn an_after_outage_loses_events_and_fails_nothing() {
    let answer = ask(&healthy(60, 20), &Question { rate: Some(30.0), ..question() }).unwrap();
    let after = answer.outages.iter().find(|o| o.key == AFTER).unwrap();
    assert!(after.failed == 0 && after.lost > 0 && after.queue_full_after_s.is_some(), "{after:?}");
    assert!((after.lost_per_minute - (30.0 - 0.4) * 60.0).abs() < 0.1 * 30.0 * 60.0, "{after:?}");
    let point = answer.curves.queue.iter().find(|p| p.timeout_s == 5 && p.rate_per_s == 30.0).unwrap();
    let (played, closed) = (after.queue_full_after_s.unwrap(), point.full_after_s.unwrap());
    assert!((played - closed).abs() < 0.05 * closed, "{played} {closed}");
}

#[test]
fn curves_cover_every_timeout_and_never_rise_with_it() {
    let answer = ask(&healthy(60, 20), &question()).unwrap();
    let curve = &answer.curves.misfire[&BEFORE];
    assert_eq!(curve.iter().map(|p| p.timeout_s).collect::<Vec<_>>(), (1..=15).collect::<Vec<_>>());
    assert!(curve.windows(2).all(|w| w[1].single <= w[0].single && w[1].in_spells <= w[0].in_spells));
    assert!(answer.curves.pool.iter().all(|p| p.held <= 100.0));
}

#[test]
fn a_run_that_cannot_be_believed_and_a_closed_loop_answer_nothing() {
    let mut closed = healthy(60, 20);
    closed.header.plan.profile.load.r#loop = Loop::Closed;
    assert!(matches!(ask(&closed, &question()), Err(WhatIfError::Refused { .. })));
    let mut shed = healthy(60, 20);
    for row in crate::analysis::testing::measured(&mut shed) {
        row.shed += 5;
        row.scheduled += 5;
    }
    assert!(matches!(ask(&shed, &question()), Err(WhatIfError::Refused { invalid: true, .. })));
}

#[test]
fn a_webhook_that_did_not_call_back_cannot_be_asked_about() {
    let timeouts = [(WebhookKey::AfterQuitGroup, 3)].into();
    let error = ask(&healthy(60, 20), &Question { timeouts, ..question() }).unwrap_err().to_string();
    assert!(error.contains("afterQuitGroup") && error.contains("`beforeCreateGroup`"), "{error}");
}

#[test]
fn an_outage_with_too_many_arrivals_is_refused_with_what_to_do() {
    let question = Question { rate: Some(1e5), outage: Span::secs(3_600), ..question() };
    assert!(ask(&healthy(60, 20), &question).unwrap_err().to_string().contains("--outage"));
}

#[test]
fn the_curves_of_a_judged_run_are_those_that_a_question_without_wishes_gets() {
    let mut record = healthy(300, 20);
    for i in 0..12_u32 {
        slow(&mut record, BEFORE, 10.0 + 20.0 * f64::from(i), u64::from(i), 3.5);
    }
    let asked =
        ask(&record, &Question { timeouts: std::collections::BTreeMap::new(), ..question() }).unwrap();
    let usual = usual(&record, &analyse(&record, Options::default()).unwrap()).unwrap();
    assert_eq!((usual.rate_per_s, usual.processes), (asked.rate_per_s, asked.processes));
    assert_eq!(usual.curves, asked.curves);
    assert_eq!(usual.timeouts[&BEFORE], asked.webhooks[&BEFORE].timeout_s);
    let mut closed = healthy(60, 20);
    closed.header.plan.profile.load.r#loop = Loop::Closed;
    assert_eq!(super::usual(&closed, &analyse(&closed, Options::default()).unwrap()), None);
}
