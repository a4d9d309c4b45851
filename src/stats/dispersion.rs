//! Do slow callbacks come one by one?
//!
//! A dispersion test on the counts of single seconds. Its statistic is the number of pairs of
//! exceedances that fall into the same second, which the index of dispersion is a linear function of.

use super::bounds::chi_square_quantile;
use super::spells::Spells;

/// A dispersion with a smaller chance than this contradicts independence.
pub const LEVEL: f64 = 0.01;

/// Whether the exceedances are too crowded for independent ones over `seconds` of measuring.
///
/// Given c independent exceedances each of the c(c − 1) ÷ 2 pairs shares a second with chance 1 ÷ D, and pairs
/// are pairwise independent; their number is taken as Poisson of mean μ = c(c − 1) ÷ 2D (Barbour, Holst &
/// Janson, Poisson Approximation, 1992, ch. 6). P(≥ k) < 0.01 is the same as χ²₀.₀₁(2k) ÷ 2 > μ.
#[must_use]
pub fn contradicts_independence(spells: &Spells, seconds: f64) -> bool {
    if spells.pairs == 0 || seconds < 2.0 {
        return false;
    }
    let c = spells.exceed as f64;
    let mean = c * (c - 1.0) / (2.0 * seconds);
    chi_square_quantile(LEVEL, 2.0 * spells.pairs as f64) / 2.0 > mean
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};

    use super::*;
    use crate::stats::spells::SpellCounter;
    use crate::units::Stamp;

    fn spells(mut at: Vec<u64>) -> Spells {
        at.sort_unstable();
        let mut counter = SpellCounter::default();
        at.into_iter().for_each(|us| counter.add(Stamp(us)));
        counter.spells()
    }

    #[test]
    fn independent_exceedances_rarely_contradict_and_a_stall_does() {
        let mut rng = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        for c in [3, 10, 60, 900] {
            let false_alarms = (0..400)
                .filter(|_| {
                    let at = (0..c).map(|_| rng.random_range(0..300_000_000)).collect();
                    contradicts_independence(&spells(at), 300.0)
                })
                .count();
            assert!(false_alarms <= 16, "{c}: {false_alarms} of 400");
        }
        let stall = (0..5).map(|i| 100_000_000 + i * 20_000).collect();
        assert!(contradicts_independence(&spells(stall), 300.0));
    }

    #[test]
    fn one_or_none_contradicts_nothing() {
        assert!(!contradicts_independence(&spells(vec![]), 300.0));
        assert!(!contradicts_independence(&spells(vec![7]), 300.0));
    }
}
