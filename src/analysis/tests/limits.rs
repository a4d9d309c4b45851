//! Upper limits, margin, failures a day.

use proptest::prelude::*;

use super::super::facts::Facts;
use super::super::testing::{AFTER, BEFORE, KEYS, MEMBERS, healthy, slow};
use super::super::{tally, timeout};
use super::{analysed, recommended};
use crate::analysis::Options;
use crate::profile::model::Count;
use crate::record::read::RunRecord;
use crate::units::Span;
use crate::wire::{Build, WebhookKey};

/// 1 % of the callbacks of `key` take `seconds`, one by one.
fn slow_tail(record: &mut RunRecord, key: WebhookKey, seconds: f64) {
    (0..200).for_each(|i| slow(record, key, 2.0 + f64::from(i) * 0.3, i as u64, seconds));
}

#[test]
fn the_budget_is_shared_by_the_webhooks_of_one_operation() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, BEFORE, 5.5);
    slow_tail(&mut record, MEMBERS, 5.5);
    let analysis = analysed(&record);
    for key in [BEFORE, MEMBERS] {
        let r = &analysis.recommendations[&key];
        assert_eq!((r.timeout_s, r.lower_limit_s), (None, Some(6)), "6 + 6 s do not fit into 10 s");
        assert_eq!(r.binding.as_deref(), Some("misfire+caller_budget"));
        assert_eq!(r.ways_out.len(), 3, "{:?}", r.ways_out);
        assert!(r.ways_out[1].contains("13 s"), "{:?}", r.ways_out);
    }
    record.header.plan.profile.recommend.caller_budget = Some(Span::secs(13));
    let analysis = analysed(&record);
    assert_eq!(analysis.recommendations[&BEFORE].timeout_s, Some(6));
    assert!(analysis.budgets[0].fits && analysis.budgets[0].sum_s > 12.0);
}

#[test]
fn one_call_a_member_multiplies_the_budget_on_3_7() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, MEMBERS, 2.5);
    record.header.plan.profile.recommend.caller_budget = Some(Span::secs(10));
    record.header.plan.profile.load.members = Count::Range { min: 1, max: 10 };
    assert_eq!(recommended(&record, MEMBERS).timeout_s, Some(3));
    record.header.seen.version = Some(Build::V370.into());
    let r = recommended(&record, MEMBERS);
    assert_eq!(r.timeout_s, None, "11 × 3 s + 1 s do not fit into 10 s");
    assert_eq!(r.binding.as_deref(), Some("misfire+caller_budget"));
    // 1 s for beforeCreateGroup, 11 × 3 s, and a little for the server itself.
    assert!(r.ways_out[1].contains("wait 35 s"), "{:?}", r.ways_out);
}

#[test]
fn the_pool_limits_the_timeout_at_a_high_production_rate() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, BEFORE, 3.5);
    record.header.plan.profile.recommend.production_rate = Some(35.0);
    let r = recommended(&record, BEFORE);
    assert_eq!(r.binding.as_deref(), Some("misfire+outage_pool"));
    assert_eq!(r.timeout_s, None);
    assert!(r.ways_out[2].contains("Add 1 group process"), "{:?}", r.ways_out);
    record.header.plan.profile.webhook.processes = 2;
    assert_eq!(recommended(&record, BEFORE).timeout_s, Some(4));
}

#[test]
fn an_after_webhook_is_limited_by_its_queue_only_when_asked() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, AFTER, 2.5);
    let r = recommended(&record, AFTER);
    assert_eq!(r.timeout_s, Some(3));
    assert!(r.consequences[0].contains("its event is lost"), "{:?}", r.consequences);
    record.header.plan.profile.recommend.after_outage_rate = Some(1.0);
    let limited = recommended(&record, AFTER);
    assert_eq!((limited.timeout_s, limited.binding.as_deref()), (None, Some("misfire+after_outage_rate")));
}

#[test]
fn the_margin_is_added_where_there_is_room() {
    let mut record = healthy(20, 250);
    record.header.plan.profile.recommend.margin = 2;
    let analysis = analysed(&record);
    assert!(KEYS.iter().all(|key| analysis.recommendations[key].timeout_s == Some(3)));
    record.header.plan.profile.recommend.caller_budget = Some(Span::millis(3_500));
    let analysis = analysed(&record);
    let sum: u32 = [BEFORE, MEMBERS].iter().filter_map(|k| analysis.recommendations[k].timeout_s).sum();
    assert_eq!(sum, 3, "one second of room for both");
}

#[test]
fn failures_a_day_follow_the_production_rate_and_count_an_operation_once() {
    let mut record = healthy(60, 250);
    for key in [BEFORE, MEMBERS] {
        (0..6).for_each(|i| slow(&mut record, key, 4.0 + f64::from(i) * 9.0, i as u64, 7.0));
    }
    let analysis = analysed(&record);
    let recommended = analysis.operations_recommended.unwrap();
    assert_eq!(recommended.exceed, 6, "six of 15,000 are few enough for one second");
    let present = analysis.operations_present.unwrap();
    assert_eq!(
        (present.n, present.exceed),
        (15_000, 6),
        "both webhooks were slow in the same six operations"
    );
    let a_day = present.per_day;
    assert!((a_day.seen - 6.0 / 15_000.0 * 864_000.0).abs() < 1e-6);
    assert!(a_day.at_most > a_day.seen && a_day.at_most_in_spells > a_day.seen);
    let key = analysis.recommendations[&BEFORE].failed_per_day_present.unwrap();
    assert!((key.seen - 6.0 / 15_000.0 * 864_000.0).abs() < 1e-6);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn more_slow_callbacks_never_shorten_a_timeout(
        times in proptest::collection::vec((2.0_f64..22.0, 0.3_f64..15.0), 0..30), extra in 0.3_f64..15.0,
    ) {
        let mut record = healthy(20, 250);
        record.header.plan.profile.recommend.caller_budget = Some(Span::secs(60));
        for (i, (at, seconds)) in (0_u64..).zip(&times) {
            slow(&mut record, BEFORE, *at, i, *seconds);
        }
        let lower = |record: &RunRecord| {
            let facts = Facts::gather(record, Options::default()).unwrap();
            let tallies = tally::tally(&facts).unwrap();
            let prepared = timeout::prepare(&facts, &tallies);
            let p = prepared.iter().find(|p| p.key == BEFORE).unwrap();
            p.lower(&facts).unwrap_or(99)
        };
        let fewer = lower(&record);
        slow(&mut record, BEFORE, 12.0, 99, extra);
        prop_assert!(lower(&record) >= fewer);
    }
}

#[test]
fn a_webhook_without_a_timeout_leaves_no_sum_over_the_operation() {
    let analysis = analysed(&healthy(20, 50));
    assert_eq!(analysis.recommendations[&BEFORE].timeout_s, None);
    assert_eq!(analysis.operations_recommended, None);
    assert!(analysis.operations_present.is_some());
}
