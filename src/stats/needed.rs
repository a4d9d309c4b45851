//! How much longer a run would have to be for a bound to fall to a share.
//!
//! What a longer run would have seen is supposed: few spells were chance, so none is added; many are a rate, so they
//! grow with the time (their number, their sum and their sum of squares; not their sizes). The bound itself is not
//! inverted but asked again for the longer run, so that it may be any.

use super::bounds::COMPOUND_FROM;
use super::spells::Spells;

/// The spells of a run `factor` times as long.
///
/// Fewer than 10 spells stay as they are: what is found with them is the least time that could be enough.
#[must_use]
pub fn grown(spells: &Spells, factor: f64) -> Spells {
    if spells.count < COMPOUND_FROM || !factor.is_finite() || factor <= 0.0 {
        return *spells;
    }
    let times = |n: u64| (n as f64 * factor).round() as u64;
    let times_wide = |n: u128| (n as f64 * factor).round() as u128;
    Spells {
        exceed: times(spells.exceed),
        count: times(spells.count).max(COMPOUND_FROM),
        sum_of_squares: times_wide(spells.sum_of_squares),
        largest: spells.largest,
        pairs: times_wide(spells.pairs),
    }
}

/// The smallest factor from 1 to `most` for which `enough` holds, to a part in 10,000; `enough` must not cease to hold
/// when the factor grows. `None` where `most` is not enough.
#[must_use]
pub fn smallest_factor(most: f64, enough: impl Fn(f64) -> bool) -> Option<f64> {
    if enough(1.0) {
        return Some(1.0);
    }
    if most.is_nan() || most <= 1.0 || !enough(most) {
        return None;
    }
    let (mut low, mut high) = (1.0, most);
    while high / low > 1.000_1 {
        // Half-way between the orders of magnitude.
        let middle = (low * high).sqrt();
        if enough(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::bounds::{SpellSample, seconds_needed, spell_upper};

    fn sample(seconds: f64) -> SpellSample {
        SpellSample { n: (50.0 * seconds) as u64, seconds, spell_s: 1.0 }
    }

    fn needed(spells: &Spells, seconds: f64, share: f64) -> Option<f64> {
        let enough = |factor: f64| spell_upper(&grown(spells, factor), sample(seconds * factor)) <= share;
        smallest_factor(1e5, enough).map(|factor| factor * seconds)
    }

    #[test]
    fn for_few_spells_it_is_the_time_that_the_closed_form_gives() {
        for (count, exceed, largest) in [(0, 0, 0), (1, 40, 40), (4, 200, 90), (9, 20, 5)] {
            let spells = Spells { exceed, count, largest, sum_of_squares: 0, pairs: 0 };
            let closed = seconds_needed(&spells, sample(300.0), 0.001).unwrap();
            let found = needed(&spells, 300.0, 0.001).unwrap();
            assert!((found / closed - 1.0).abs() < 2e-4, "{found} {closed}");
        }
    }

    #[test]
    fn many_spells_grow_with_the_time_and_it_is_found_where_their_share_is_small_enough() {
        // 20 spells of 3 in 3,000 s at 50 a second: 0.04 % of the callbacks are slow.
        let spells = Spells { exceed: 60, count: 20, largest: 3, sum_of_squares: 180, pairs: 60 };
        let found = needed(&spells, 3_000.0, 0.001).unwrap();
        assert!(found > 3_000.0 && found < 30_000.0, "{found}");
        let at = |seconds: f64| spell_upper(&grown(&spells, seconds / 3_000.0), sample(seconds));
        assert!(at(found * 1.01) <= 0.001 && at(found * 0.95) > 0.001);
        let slower = Spells { exceed: 180, count: 60, ..spells };
        assert_eq!(needed(&slower, 3_000.0, 0.001), None, "0.12 % are slow: no time shows 0.1 %");
    }

    #[test]
    fn a_run_that_is_long_enough_needs_nothing() {
        assert_eq!(smallest_factor(10.0, |_| true), Some(1.0));
        assert_eq!(smallest_factor(10.0, |_| false), None);
        assert_eq!(smallest_factor(f64::NAN, |factor| factor > 2.0), None);
    }
}
