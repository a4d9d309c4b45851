//! What the tail and the sizes of groups add to a recommendation, and that they decide nothing.

use super::super::testing::{BEFORE, KEYS, MEMBERS, cut, healthy, measured, push, slow};
use super::{analysed, recommended};
use crate::analysis::{Confidence, Holds, Recommendation};
use crate::profile::model::Loop;
use crate::record::Exceedance;
use crate::record::read::{RunRecord, Stream};
use crate::record::sizes::SizeClass;

/// A minute at 250 a second with `count` slow callbacks one by one, in an exponential tail of mean `mean_s` above 250 ms.
fn tailed(count: u32, mean_s: f64) -> RunRecord {
    let mut record = healthy(60, 250);
    for i in 0..count {
        // Evenly spread over the distribution, and in an order that is none.
        let rank = f64::from(i * 37 % count) + 0.5;
        let seconds = 0.25 - mean_s * (rank / f64::from(count)).ln();
        slow(&mut record, BEFORE, 2.1 + f64::from(i) * 58.0 / f64::from(count), u64::from(i), seconds);
    }
    record
}

#[test]
fn a_tail_is_told_with_its_interval_and_the_fit() {
    let r = recommended(&tailed(45, 0.3), BEFORE);
    let tail = r.tail.unwrap();
    let figures = tail.figures.unwrap();
    // 45 of 15,000 are 0.3 %: 0.1 % lie beyond 250 ms + 0.3 s · ln 3.
    let truth = 0.25 + 0.3 * 3.0_f64.ln();
    assert!((figures.quantile_s - truth).abs() < 0.1 * truth, "{figures:?}");
    assert!(figures.low_s < truth && truth < figures.high_s && figures.low_s >= 0.25, "{figures:?}");
    assert_eq!((figures.exceedances, figures.cut, figures.threshold_s), (45, 0, 0.25));
    assert!(figures.spells > 30 && figures.fit_p > 0.1 && tail.refusal.is_none(), "{figures:?}");
    // The longest of them took 1.6 s.
    assert_eq!(tail.advised_s, Some(2));
    for word in
        ["Advice", "no timeout is chosen", "95 % interval", "a timeout of 2 s", "45 callbacks above 0.25 s"]
    {
        assert!(tail.words.contains(word), "{}", tail.words.en());
    }
}

#[test]
fn what_the_tail_says_changes_no_timeout_and_no_confidence() {
    let decided = |r: &Recommendation| (r.timeout_s, r.t_high_s, r.guess_s, r.confidence, r.binding.clone());
    let record = tailed(45, 0.3);
    let with = recommended(&record, BEFORE);
    assert_eq!(with.timeout_s, Some(1));
    assert!(with.tail.as_ref().is_some_and(|t| t.advised_s == Some(2)), "{:?}", with.tail);
    // The same counts at every whole second, but times that give no tail: all alike within their second.
    let mut without = tailed(45, 0.3);
    if let Stream::Memory(all) = &mut without.exceedances {
        for e in all {
            let us = if e.high_us > 1_000_000 { 1_500_000 } else { 900_000 };
            (e.low_us, e.near_us, e.high_us) = (us, us, us);
        }
    }
    let without = recommended(&without, BEFORE);
    assert!(without.tail.as_ref().is_some_and(|t| t.advised_s.is_none()), "{:?}", without.tail);
    assert_eq!(decided(&with), decided(&without));
}

#[test]
fn advice_is_never_shorter_than_the_longest_time_seen() {
    let mut record = tailed(45, 0.3);
    slow(&mut record, BEFORE, 61.0, 99, 6.5);
    let tail = recommended(&record, BEFORE).tail.unwrap();
    assert!(tail.advised_s.is_none_or(|t| t >= 7), "{tail:?}");
}

#[test]
fn too_few_slow_callbacks_are_refused_and_left_out_of_the_report() {
    let tail = recommended(&tailed(29, 0.3), BEFORE).tail.unwrap();
    assert_eq!((tail.refusal.as_deref(), tail.figures), (Some("too_few"), None));
    assert!(!tail.worth_saying() && tail.words.contains("29 callbacks"), "{}", tail.words.en());
}

#[test]
fn a_refused_run_has_neither_a_tail_nor_sizes() {
    let mut record = tailed(45, 0.3);
    sized(&mut record, &[(3, 225), (500, 25)]);
    record.header.plan.profile.load.r#loop = Loop::Closed;
    let r = recommended(&record, BEFORE);
    assert_eq!((r.confidence, r.tail, r.sizes), (Confidence::Refused, None, Vec::new()));
}

/// Counts the callbacks of each measured second by size.
fn sized(record: &mut RunRecord, a_second: &[(u32, u64)]) {
    for row in measured(record) {
        for key in KEYS {
            let counts = row.callbacks.get_mut(&key).unwrap();
            for (size, n) in a_second {
                (0..*n).for_each(|_| counts.sizes.count(*size));
            }
        }
    }
}

fn slow_of_size(record: &mut RunRecord, size: u32, count: u64) {
    for i in 0..count {
        let us = 3_200_000;
        let at = crate::units::Stamp(3_000_000 + i * 5_000_000);
        let e = Exceedance {
            at,
            key: BEFORE,
            seq: i,
            low_us: us,
            near_us: us,
            high_us: us,
            cut: false,
            crowded: false,
            group_size: size,
        };
        push(record, e);
    }
}

#[test]
fn a_size_that_needs_longer_is_said_and_the_timeout_for_all_stays() {
    let mut record = healthy(60, 250);
    slow_of_size(&mut record, 500, 7);
    let whole = recommended(&record, BEFORE);
    sized(&mut record, &[(3, 235), (500, 15)]);
    let r = recommended(&record, BEFORE);
    assert_eq!((r.timeout_s, r.confidence, r.n), (whole.timeout_s, whole.confidence, whole.n));
    assert_eq!(r.timeout_s, Some(1));
    let figures: Vec<_> = r.sizes.iter().map(|f| (f.size, f.n, f.exceed, f.holds)).collect();
    let (small, large) = (SizeClass::Small, SizeClass::Large);
    assert_eq!(figures, [(small, 14_100, 0, Holds::Holds), (large, 900, 7, Holds::Breaks)]);
    assert!(r.sizes[1].words.contains("Groups of 101 to 1,000 break the 1 s"), "{}", r.sizes[1].words.en());
    // A webhook without slow ones: the small class holds, the large one is too small to say.
    let members = recommended(&record, MEMBERS);
    assert_eq!(members.sizes.iter().map(|f| f.holds).collect::<Vec<_>>(), [Holds::Holds, Holds::TooFew]);
}

#[test]
fn the_classes_and_their_slow_ones_add_up_to_the_whole() {
    let mut record = healthy(60, 250);
    sized(&mut record, &[(1, 100), (11, 50), (101, 50), (1_001, 50)]);
    slow_of_size(&mut record, 11, 3);
    slow_of_size(&mut record, 1_001, 4);
    let r = recommended(&record, BEFORE);
    assert_eq!(r.sizes.len(), 4);
    assert_eq!(r.sizes.iter().map(|f| f.n).sum::<u64>(), r.n);
    for t in 0..15 {
        let of_classes: u64 = r.sizes.iter().map(|f| f.table[t].exceed).sum();
        assert_eq!(of_classes, r.table[t].exceed, "T = {} s", t + 1);
    }
}

#[test]
fn everything_cut_is_refused_by_the_tail_and_broken_in_every_size() {
    let mut record = healthy(20, 50);
    sized(&mut record, &[(3, 40), (50, 10)]);
    (0..1_000).for_each(|i| cut(&mut record, BEFORE, 2.0 + f64::from(i) * 0.02, u64::try_from(i).unwrap()));
    let r = recommended(&record, BEFORE);
    assert_eq!(r.tail.and_then(|t| t.refusal).as_deref(), Some("mostly_cut"));
    assert_eq!(r.sizes[0].holds, Holds::Breaks);
    assert!(analysed(&record).recommendations.len() >= 3);
}
