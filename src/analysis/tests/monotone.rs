//! What a recommendation must never do, whatever was measured: fall when callbacks get slower or when less misfire is
//! asked for, or be shorter at `high` than at `medium`; and what it does with nothing, one, ties and no ends at all.

use proptest::prelude::*;

use super::super::testing::{BEFORE, cut, healthy, push, slow};
use super::recommended;
use crate::analysis::decision::{Asked, Decision, decide};
use crate::analysis::{Confidence, Ladder, Recommendation, SetUp, Table};
use crate::profile::model::WantedConfidence;
use crate::record::Exceedance;
use crate::record::read::RunRecord;
use crate::stats::bounds::SpellSample;
use crate::units::Stamp;

/// (arrival µs, took µs)
type Slow = Vec<(u64, u64)>;

/// None is longer than every timeout.
fn rank(timeout_s: Option<u32>) -> u32 {
    timeout_s.unwrap_or(u32::MAX)
}

fn ladder(slow: &Slow) -> Ladder {
    let mut ladder = Ladder::default();
    slow.iter().for_each(|(at, us)| ladder.add(Stamp(*at), *us));
    ladder
}

fn table(slow: &Slow, sample: SpellSample, packet_loss: f64) -> Table {
    Table::new(&ladder(slow), sample, SetUp { packet_loss, fresh_share: 1.0, second_retry_s: 2 })
}

fn decided(slow: &Slow, n: u64, seconds: f64, wanted: WantedConfidence) -> Decision {
    let sample = SpellSample { n, seconds, spell_s: 1.0 };
    let set_up = SetUp { packet_loss: 0.0, fresh_share: 1.0, second_retry_s: 2 };
    decide(&ladder(slow), sample, set_up, Asked { misfire: 0.001, wanted }, Some(true))
}

/// Up to 200 slow callbacks, one by one or crowded, with ties on the whole seconds, some without an end; and by how
/// much each gets slower.
fn slow_and_slower() -> impl Strategy<Value = (Slow, Slow)> {
    let took = prop_oneof![
        4 => 900_000_u64..17_000_000,
        2 => (1_u64..17).prop_map(|s| s * 1_000_000),
        1 => Just(u64::MAX)
    ];
    let at = prop_oneof![0_u64..600_000_000, 100_000_000_u64..104_000_000];
    let more = prop_oneof![Just(0_u64), 0_u64..5_000_000];
    proptest::collection::vec((at, took, more), 0..200).prop_map(|mut all| {
        all.sort_by_key(|(at, _, _)| *at);
        let slow = all.iter().map(|(at, us, _)| (*at, *us)).collect();
        (slow, all.iter().map(|(at, us, more)| (*at, us.saturating_add(*more))).collect())
    })
}

proptest! {
    #[test]
    fn a_timeout_never_falls_when_every_callback_is_slower_or_less_misfire_is_asked_for(
        (before, slower) in slow_and_slower(), n in 200_u64..400_000, seconds in 20.0_f64..6_000.0,
        loss in prop_oneof![Just(0.0), 0.0_f64..0.1], asked in 0.000_1_f64..0.2, less in 0.01_f64..1.0,
    ) {
        let sample = SpellSample { n, seconds, spell_s: 1.0 };
        let (a, b) = (table(&before, sample, loss), table(&slower, sample, loss));
        prop_assert!(rank(b.smallest_single(asked)) >= rank(a.smallest_single(asked)));
        let fewer = asked * less;
        prop_assert!(rank(a.smallest_single(fewer)) >= rank(a.smallest_single(asked)));
        prop_assert!(rank(a.smallest_in_spells(fewer)) >= rank(a.smallest_in_spells(asked)));
    }

    #[test]
    fn the_spell_bound_is_never_below_the_single_one_so_high_never_takes_a_shorter_timeout(
        (slow, _) in slow_and_slower(), n in 0_u64..400_000, seconds in 0.1_f64..6_000.0,
        loss in prop_oneof![Just(0.0), 0.0_f64..0.1], asked in 0.000_1_f64..0.2,
    ) {
        let n = n.max(slow.len() as u64);
        let table = table(&slow, SpellSample { n, seconds, spell_s: 1.0 }, loss);
        for row in table.rows() {
            prop_assert!(row.in_spells >= row.single - 1e-12, "{row:?}");
        }
        for pair in table.rows().windows(2) {
            prop_assert!(pair[1].single <= pair[0].single + 1e-12);
            prop_assert!(pair[1].in_spells <= pair[0].in_spells + 1e-12);
        }
        prop_assert!(rank(table.smallest_in_spells(asked)) >= rank(table.smallest_single(asked)));
        let medium = decided(&slow, n, seconds, WantedConfidence::Medium);
        let high = decided(&slow, n, seconds, WantedConfidence::High);
        prop_assert!(rank(high.timeout_s) >= rank(medium.timeout_s));
        prop_assert_eq!(high.timeout_s, medium.t_high_s);
    }
}

/// A run of 600 s at 20 a second with these slow ones.
fn record(slow_ones: &Slow) -> RunRecord {
    let mut record = healthy(600, 20);
    for (seq, (at, us)) in (0_u64..).zip(slow_ones) {
        let at_s = 3.0 + *at as f64 / 1e6;
        if *us == u64::MAX {
            cut(&mut record, BEFORE, at_s, seq);
        } else {
            slow(&mut record, BEFORE, at_s, seq, *us as f64 / 1e6);
        }
    }
    record
}

fn at_misfire(record: &mut RunRecord, misfire: f64, wanted: WantedConfidence) -> Recommendation {
    record.header.plan.profile.recommend.misfire = misfire;
    record.header.plan.profile.recommend.confidence = wanted;
    recommended(record, BEFORE)
}

#[test]
fn whole_analyses_keep_the_order_of_slowness_misfire_and_confidence() {
    let spread: Slow = (0..60).map(|i| (i * 9_700_000, 1_200_000 + i * 80_000)).collect();
    let crowded: Slow = (0..30).map(|i| (200_000_000 + i * 20_000, 2_000_000)).collect();
    let endless: Slow = (0..4).map(|i| (i * 50_000_000, u64::MAX)).collect();
    for slow in [spread, crowded, endless] {
        let slower: Slow =
            slow.iter().map(|(at, us)| (*at, if *us == u64::MAX { *us } else { us + 1_700_000 })).collect();
        let (mut before, mut after) = (record(&slow), record(&slower));
        let mut last = 0;
        for misfire in [0.05, 0.01, 0.001] {
            let medium = at_misfire(&mut before, misfire, WantedConfidence::Medium);
            let high = at_misfire(&mut before, misfire, WantedConfidence::High);
            let then = at_misfire(&mut after, misfire, WantedConfidence::Medium);
            assert!(rank(medium.lower_limit_s) >= last, "{misfire}");
            last = rank(medium.lower_limit_s);
            assert!(rank(then.lower_limit_s) >= last, "{misfire}");
            assert!(rank(high.lower_limit_s) >= last, "{misfire}");
            if medium.confidence != Confidence::Refused {
                assert_eq!(high.lower_limit_s, medium.t_high_s, "{misfire}");
            }
            for (single, in_spells) in medium.misfire_single.values().zip(medium.misfire_spells.values()) {
                assert!(in_spells >= single);
            }
        }
    }
}

#[test]
fn none_one_ties_and_no_ends_decide_as_they_must() {
    let nothing = decided(&Vec::new(), 0, 3_600.0, WantedConfidence::Medium);
    assert_eq!((nothing.timeout_s, nothing.t_high_s, nothing.confidence), (None, None, Confidence::Low));
    let no_time = decided(&Vec::new(), 0, 0.0, WantedConfidence::High);
    assert_eq!((no_time.timeout_s, no_time.confidence), (None, Confidence::Low));
    for one in [Vec::new(), vec![(5, 2_000_000)], vec![(5, u64::MAX)]] {
        assert_eq!(decided(&one, 1, 3_600.0, WantedConfidence::Medium).timeout_s, None);
    }
    // All equal, exactly on a second: not beyond it, and everything beyond the one below.
    let equal: Slow = (0..9_000).map(|i| (i * 400_000, 3_000_000)).collect();
    let all_equal = decided(&equal, 9_000, 3_600.0, WantedConfidence::Medium);
    assert_eq!((all_equal.timeout_s, all_equal.t_high_s), (Some(3), Some(3)));
    let endless: Slow = (0..9_000).map(|i| (i * 400_000, u64::MAX)).collect();
    let all_censored = decided(&endless, 9_000, 3_600.0, WantedConfidence::Medium);
    assert_eq!((all_censored.timeout_s, all_censored.confidence), (None, Confidence::Low));
    // Ties in arrival: one spell, however many.
    let ties: Slow = (0..50).map(|_| (7_000_000, 1_500_000)).collect();
    let sample = SpellSample { n: 9_000, seconds: 3_600.0, spell_s: 1.0 };
    let row = *table(&ties, sample, 0.0).row(1).unwrap();
    assert_eq!((row.exceed, row.spells, row.largest_spell), (50, 1, 50));
}

#[test]
fn one_callback_of_a_record_that_never_ended_recommends_nothing() {
    let mut record = healthy(1, 1);
    let e = Exceedance {
        at: Stamp(2_500_000),
        key: BEFORE,
        seq: 1,
        low_us: 0,
        near_us: 0,
        high_us: 0,
        cut: true,
        crowded: false,
        group_size: 1,
    };
    push(&mut record, e);
    let r = recommended(&record, BEFORE);
    assert_eq!((r.n, r.timeout_s, r.t_high_s), (1, None, None));
    assert!(r.confidence <= Confidence::Low, "{:?}", r.confidence);
    assert!((r.misfire_single[&15] - 1.0).abs() < 1e-12 && (r.misfire_spells[&15] - 1.0).abs() < 1e-12);
}
