//! Webhooks that share a limit: the split, collisions with their ways out, limits that do not bind, what is missing.

use std::collections::BTreeMap;

use super::super::testing::{AFTER, BEFORE, KEYS, MEMBERS, healthy, slow};
use super::{analysed, recommended};
use crate::analysis::{Analysis, Confidence};
use crate::profile::model::{Count, Loop, OperationMix};
use crate::record::read::RunRecord;
use crate::units::Span;
use crate::wire::api::Operation;
use crate::wire::{Build, WebhookKey};

/// 1 % of the callbacks of `key` take `seconds`, one by one.
fn slow_tail(record: &mut RunRecord, key: WebhookKey, seconds: f64) {
    (0..200).for_each(|i| slow(record, key, 2.0 + f64::from(i) * 0.3, i as u64, seconds));
}

fn mix(record: &mut RunRecord, shares: &[(Operation, f64)]) {
    let weights: BTreeMap<Operation, f64> = shares.iter().copied().collect();
    record.header.plan.profile.load.operation = OperationMix::Mix(weights);
}

fn limit<'a>(analysis: &'a Analysis, key: WebhookKey, name: &str) -> &'a crate::analysis::UpperLimit {
    analysis.recommendations[&key].upper_limits.iter().find(|l| l.name == name).unwrap()
}

#[test]
fn every_upper_limit_is_named_with_its_slack_also_where_none_binds() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, BEFORE, 2.5);
    record.header.plan.profile.recommend.after_outage_rate = Some(0.5);
    let analysis = analysed(&record);
    assert_eq!(analysis.recommendations[&BEFORE].timeout_s, Some(3));
    for (key, names) in [
        (BEFORE, vec!["client_cap", "caller_budget", "outage_pool"]),
        (AFTER, vec!["client_cap", "after_outage_rate"]),
    ] {
        let limits = &analysis.recommendations[&key].upper_limits;
        assert_eq!(limits.iter().map(|l| l.name.as_str()).collect::<Vec<_>>(), names);
        assert!(limits.iter().all(|l| !l.binds && l.slack_s.unwrap() > 0.0), "{limits:?}");
    }
    let budget = limit(&analysis, BEFORE, "caller_budget");
    assert_eq!((budget.operation, &budget.with), (Some(Operation::Create), &vec![MEMBERS]));
    // 10 s less 1 s of the other webhook and 25 ms of the server itself.
    assert!(
        (8.9..9.0).contains(&budget.seconds) && (5.9..6.0).contains(&budget.slack_s.unwrap()),
        "{budget:?}"
    );
    let pool = limit(&analysis, BEFORE, "outage_pool");
    assert!(pool.why.contains("100 × 1 ÷ 10.0 = 10.0 s"), "{}", pool.why.en());
    assert!((limit(&analysis, AFTER, "after_outage_rate").seconds - 4.0).abs() < 1e-9);
}

#[test]
fn the_split_shows_what_each_webhook_asked_for_got_and_leaves() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, BEFORE, 2.5);
    record.header.plan.profile.recommend.margin = 4;
    record.header.plan.profile.recommend.caller_budget = Some(Span::secs(7));
    let analysis = analysed(&record);
    let budget = &analysis.budgets[0];
    let terms: Vec<_> = budget.terms.iter().map(|t| (t.key, t.asked_s, t.timeout_s, t.recommended)).collect();
    assert_eq!(
        terms,
        [(BEFORE, Some(3), 4, true), (MEMBERS, Some(1), 2, true)],
        "two of the three seconds left"
    );
    assert!(budget.fits && (0.9..1.0).contains(&budget.spare_s), "{budget:?}");
    assert!(budget.terms.iter().all(|t| (t.spare_s - budget.spare_s).abs() < 1e-9));
    assert!(limit(&analysis, BEFORE, "caller_budget").binds, "it keeps the margin from being 4 s");
}

#[test]
fn a_collision_with_the_budget_names_both_webhooks_and_what_would_have_to_change() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, BEFORE, 5.5);
    slow_tail(&mut record, MEMBERS, 5.5);
    let analysis = analysed(&record);
    let r = &analysis.recommendations[&BEFORE];
    let collision = r.collision.as_ref().unwrap();
    assert_eq!((collision.limit.as_str(), collision.operation), ("caller_budget", Some(Operation::Create)));
    let pair: Vec<_> = collision.webhooks.iter().map(|w| (w.key, w.asked_s, w.shown)).collect();
    assert_eq!(pair, [(BEFORE, 6, true), (MEMBERS, 6, true)]);
    assert!(collision.needed > 12.0 && (collision.allowed - 10.0).abs() < 1e-9, "{collision:?}");
    assert_eq!(collision.ways.caller_budget_s, Some(13.0));
    assert_eq!(
        (collision.ways.rate_per_s, collision.ways.processes, collision.ways.members),
        (None, None, None)
    );
    // 10 s less 6 s and the server's own part leave 3 whole seconds; 8 of 15,000 may take longer.
    let handler = collision.ways.handler.unwrap();
    assert_eq!((handler.within_ms, handler.slower_allowed), (3_000, 8));
    assert!((handler.quantile - (1.0 - 8.0 / 15_000.0)).abs() < 1e-12);
    assert!(
        r.confidence_words.contains("6 s for beforeCreateGroup, 6 s for beforeMemberJoinGroup"),
        "{}",
        r.confidence_words.en()
    );
    assert!(r.ways_out[0].contains("must fall below 3,000 ms"), "{:?}", r.ways_out);
    assert!(limit(&analysis, BEFORE, "caller_budget").slack_s.unwrap() < 0.0);
}

#[test]
fn the_way_out_of_the_handler_is_enough() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, MEMBERS, 5.5);
    // As fast as the way out asks for: all within 3 s but the 8 that may be slower.
    (0..8).for_each(|i| slow(&mut record, BEFORE, 3.0 + f64::from(i) * 5.0, i as u64, 9.0));
    (8..200).for_each(|i| slow(&mut record, BEFORE, 2.1 + f64::from(i) * 0.3, i as u64, 2.9));
    assert_eq!(recommended(&record, BEFORE).timeout_s, Some(3));
    slow(&mut record, BEFORE, 50.0, 900, 9.0);
    assert_eq!(recommended(&record, BEFORE).timeout_s, None, "one more is too many");
}

#[test]
fn a_collision_with_the_pool_says_the_rate_and_the_processes_that_would_do() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, BEFORE, 3.5);
    record.header.plan.profile.recommend.production_rate = Some(35.0);
    let r = recommended(&record, BEFORE);
    let ways = r.collision.unwrap().ways;
    assert_eq!((ways.processes, ways.caller_budget_s), (Some(2), None));
    assert!((18.0..18.4).contains(&ways.rate_per_s.unwrap()), "{ways:?}");
    record.header.plan.profile.recommend.production_rate = ways.rate_per_s.map(|rate| rate * 0.999);
    assert_eq!(recommended(&record, BEFORE).timeout_s, Some(4));
    record.header.plan.profile.recommend.production_rate = ways.rate_per_s.map(|rate| rate * 1.001);
    assert_eq!(recommended(&record, BEFORE).timeout_s, None);
}

#[test]
fn operations_that_hang_at_once_share_the_pool() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, BEFORE, 3.5);
    mix(&mut record, &[(Operation::Create, 0.5), (Operation::Invite, 0.5)]);
    record.header.plan.profile.recommend.production_rate = Some(34.0);
    let analysis = analysed(&record);
    // Alone, 17 creates a second may hang for 4.3 s; with the invites that hang for 1 s in the other webhook, for 3.3 s.
    let r = &analysis.recommendations[&BEFORE];
    assert_eq!((r.timeout_s, r.binding.as_deref()), (None, Some("misfire+outage_pool")));
    let pools: Vec<_> = r.upper_limits.iter().filter(|l| l.name == "outage_pool").collect();
    assert_eq!(pools.len(), 2);
    assert!(pools[0].seconds > 4.0 && pools[0].with.is_empty() && !pools[0].binds, "{pools:?}");
    assert!(pools[1].seconds < 4.0 && pools[1].with == [MEMBERS] && pools[1].binds, "{pools:?}");
    record.header.plan.profile.recommend.production_rate = Some(28.0);
    let fits = analysed(&record);
    assert_eq!(
        (fits.recommendations[&BEFORE].timeout_s, fits.recommendations[&MEMBERS].timeout_s),
        (Some(4), Some(1))
    );
}

#[test]
fn on_3_7_the_way_out_names_the_largest_group_that_fits() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, MEMBERS, 2.5);
    record.header.plan.profile.recommend.caller_budget = Some(Span::secs(20));
    record.header.plan.profile.load.members = Count::Fixed(10);
    record.header.seen.version = Some(Build::V370.into());
    let r = recommended(&record, MEMBERS);
    let members = r.collision.unwrap().ways.members;
    // 1 s for beforeCreateGroup and 6 calls of 3 s: the owner and five members.
    assert_eq!(members, Some(5));
    record.header.plan.profile.load.members = Count::Fixed(5);
    assert_eq!(recommended(&record, MEMBERS).timeout_s, Some(3));
    record.header.plan.profile.load.members = Count::Fixed(6);
    assert_eq!(recommended(&record, MEMBERS).timeout_s, None);
}

#[test]
fn a_larger_budget_never_shortens_a_timeout_of_the_analysis() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, BEFORE, 3.5);
    slow_tail(&mut record, MEMBERS, 2.5);
    record.header.plan.profile.recommend.margin = 3;
    let mut before: Option<Vec<Option<u32>>> = None;
    for half_seconds in [9_u32, 13, 16, 19, 27] {
        let budget = Span::millis(u64::from(half_seconds) * 500);
        record.header.plan.profile.recommend.caller_budget = Some(budget);
        let analysis = analysed(&record);
        let now: Vec<_> = KEYS.iter().map(|key| analysis.recommendations[key].timeout_s).collect();
        if let Some(before) = &before {
            assert!(now.iter().zip(before).all(|(now, before)| now >= before), "{before:?} became {now:?}");
        }
        before = Some(now);
    }
    assert_eq!(before.unwrap()[..2], [Some(7), Some(6)], "both with the whole margin");
}

#[test]
fn with_many_spells_the_minutes_for_high_are_solved_for() {
    let mut record = healthy(600, 50);
    // One slow callback every 40 s: 15 spells, 0.05 % of the callbacks.
    (0..15).for_each(|i| slow(&mut record, BEFORE, 5.0 + f64::from(i) * 39.0, i as u64, 1.5));
    let r = recommended(&record, BEFORE);
    assert_eq!((r.timeout_s, r.table[0].spells, r.confidence), (Some(1), 15, Confidence::Medium));
    let missing = r.missing.unwrap();
    assert!(missing.medium.reached);
    let minutes = missing.high.minutes.unwrap();
    assert!(minutes > 60.0 && r.missing_minutes == Some(minutes), "{minutes}");
}

#[test]
fn set_up_and_the_bound_of_p999_stand_beside_the_misfire_bound() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, AFTER, 2.5);
    let analysis = analysed(&record);
    let r = &analysis.recommendations[&BEFORE];
    let set_up = r.set_up_binds.unwrap();
    assert_eq!((set_up.without_loss_s, set_up.then_s, set_up.binds), (1, Some(2), false));
    let loss = set_up.from_loss.unwrap();
    assert!(
        r.why.iter().any(|line| line.contains("binds from a packet loss of 0.040 %")),
        "{loss} {:?}",
        r.why
    );
    record.header.plan.profile.recommend.packet_loss = Some(loss * 1.01);
    assert_eq!(recommended(&record, BEFORE).timeout_s, Some(2));
    let p999 = r.p999.unwrap();
    assert_eq!((p999.n, p999.caution, p999.missing), (15_000, false, 0));
    assert!(p999.at_most_us.unwrap() < 50_000, "{p999:?}");
    assert!(r.why.iter().any(|line| line.starts_with("95 % sure: p99.9 is at most")), "{:?}", r.why);
}

#[test]
fn a_refused_run_names_no_way_out_and_a_reason_for_both_classes() {
    let mut record = healthy(60, 250);
    slow_tail(&mut record, BEFORE, 5.5);
    slow_tail(&mut record, MEMBERS, 5.5);
    let missing = recommended(&record, BEFORE).missing.unwrap();
    assert!(missing.medium.why_not.unwrap().contains("ways out"));
    record.header.plan.profile.load.r#loop = Loop::Closed;
    let r = recommended(&record, BEFORE);
    assert_eq!((r.collision, r.ways_out.len()), (None, 0));
    assert!(r.missing.unwrap().high.why_not.unwrap().contains("closed loop"));
}
