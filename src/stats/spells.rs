//! Runs declustering: which slow callbacks belong to one spell.
//!
//! Exceedances less than a second apart belong to one spell (Coles, An Introduction to
//! Statistical Modeling of Extreme Values, 2001, ch. 5). Keeps sums only, so that memory
//! does not grow with the run.

use crate::units::Stamp;

/// Exceedances at least this far apart begin a new spell, µs.
pub const APART_US: u64 = 1_000_000;

/// What is known of the spells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spells {
    /// c: exceedances, the sum of the sizes.
    pub exceed: u64,
    /// K: spells.
    pub count: u64,
    /// Σ m² over the sizes m.
    pub sum_of_squares: u128,
    /// The largest size.
    pub largest: u64,
    /// Pairs of exceedances in the same second of the run, for the dispersion test.
    pub pairs: u128,
}

/// Collects spells from exceedances in order of their arrival.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpellCounter {
    closed: Spells,
    open: u64,
    last: Stamp,
    in_second: u64,
}

impl SpellCounter {
    /// An exceedance that arrived at `at`, no earlier than the one before (a smaller stamp is
    /// taken as the same moment).
    pub fn add(&mut self, at: Stamp) {
        if self.open > 0 && at.since(self.last) >= APART_US {
            self.close();
        }
        if self.closed.exceed > 0 && at.second() <= self.last.second() {
            self.closed.pairs += u128::from(self.in_second);
            self.in_second += 1;
        } else {
            self.in_second = 1;
        }
        self.closed.exceed += 1;
        self.open += 1;
        self.last = self.last.max(at);
    }

    /// The spells so far, the last one included.
    #[must_use]
    pub fn spells(&self) -> Spells {
        let mut all = *self;
        all.close();
        all.closed
    }

    fn close(&mut self) {
        if self.open == 0 {
            return;
        }
        self.closed.count += 1;
        self.closed.sum_of_squares += u128::from(self.open).pow(2);
        self.closed.largest = self.closed.largest.max(self.open);
        self.open = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn count(seconds: &[f64]) -> Spells {
        let mut counter = SpellCounter::default();
        seconds.iter().for_each(|s| counter.add(Stamp((s * 1e6) as u64)));
        counter.spells()
    }

    #[test]
    fn exceedances_a_second_apart_begin_a_new_spell() {
        let spells = count(&[1.0, 1.5, 2.4, 3.4, 9.0]);
        assert_eq!((spells.exceed, spells.count, spells.largest), (5, 3, 3));
        assert_eq!(spells.sum_of_squares, 9 + 1 + 1);
        assert_eq!(spells.pairs, 1, "1.0 and 1.5 share a second");
    }

    #[test]
    fn ties_and_a_step_back_belong_to_the_same_spell() {
        let spells = count(&[5.0, 5.0, 4.9, 5.1]);
        assert_eq!((spells.exceed, spells.count, spells.largest), (4, 1, 4));
        assert_eq!(spells.pairs, 6);
    }

    #[test]
    fn nothing_seen_is_no_spell() {
        assert_eq!(count(&[]), Spells::default());
    }

    proptest! {
        #[test]
        fn sizes_add_up_to_the_exceedances(mut at in proptest::collection::vec(0.0_f64..100.0, 0..200)) {
            at.sort_by(f64::total_cmp);
            let spells = count(&at);
            prop_assert_eq!(spells.exceed as usize, at.len());
            prop_assert!(spells.count <= spells.exceed);
            prop_assert!(spells.sum_of_squares >= u128::from(spells.exceed));
            prop_assert!(u128::from(spells.largest).pow(2) <= spells.sum_of_squares);
        }
    }
}
