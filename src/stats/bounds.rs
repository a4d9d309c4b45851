//! Upper 95 % bounds of the share of callbacks slower than a timeout.
//!
//! `single` is exact when slow callbacks come one by one; `spell_bound` also covers when
//! they come in spells whose mean length is at most τ₀. Both lie between 0 and 1.

use statrs::distribution::{ChiSquared, ContinuousCDF, Normal};
use statrs::function::beta::checked_beta_reg;

use super::CONFIDENCE;
use super::spells::Spells;

/// From this many spells on their own sizes are used instead of the largest one.
pub const COMPOUND_FROM: u64 = 10;

/// Quantile `p` of the chi-square distribution with `freedom` degrees of freedom.
///
/// `freedom` above 0, `p` between 0 and 1; infinite where they are not.
#[must_use]
pub fn chi_square_quantile(p: f64, freedom: f64) -> f64 {
    if !(0.0..1.0).contains(&p) || !freedom.is_finite() {
        return f64::INFINITY;
    }
    ChiSquared::new(freedom).map_or(f64::INFINITY, |chi| chi.inverse_cdf(p))
}

/// Clopper–Pearson upper 95 % bound of a share, from `c` of `n` (Clopper & Pearson 1934):
/// the 0.95 quantile of Beta(c + 1, n − c), which for c = 0 is 1 − 0.05^(1/n), about 3 ÷ n.
/// 1 when `n` is 0 or every one was slow.
#[must_use]
pub fn single_upper(c: u64, n: u64) -> f64 {
    if c >= n {
        return 1.0;
    }
    if c == 0 {
        return -((1.0 - CONFIDENCE).ln() / n as f64).exp_m1();
    }
    beta_quantile(CONFIDENCE, c as f64 + 1.0, (n - c) as f64)
}

/// Clopper–Pearson lower 95 % bound of a share: the 0.05 quantile of Beta(c, n − c + 1); 0 for c = 0.
#[must_use]
pub fn single_lower(c: u64, n: u64) -> f64 {
    if c == 0 || n == 0 {
        return 0.0;
    }
    if c >= n {
        return (1.0 - CONFIDENCE).powf(1.0 / n as f64);
    }
    beta_quantile(1.0 - CONFIDENCE, c as f64, (n - c) as f64 + 1.0)
}

/// Lower 95 % bound of a share where slow ones come in spells: each spell counts as one, so that `spells` of
/// n · spells ÷ c remain (the design effect c ÷ spells; Kish 1965). One stall alone, however many callbacks it
/// held, proves no share. Equal to `single_lower` where every spell holds one; 0 where there is none.
#[must_use]
pub fn spell_lower(spells: &Spells, n: u64) -> f64 {
    if spells.exceed == 0 || spells.count == 0 {
        return 0.0;
    }
    let left = n as f64 * spells.count as f64 / spells.exceed as f64;
    single_lower(spells.count, (left.round() as u64).max(spells.count))
}

/// Quantile of Beta(a, b), a root of the regularised incomplete beta function: as exact as that function, which the
/// quicker AS 109 inverse is not. By regula falsi (Illinois: Dowell & Jarratt 1971) with a bisection every fourth step,
/// which bounds the number of steps; from about 1 % around the gamma law's quantile, or from the whole interval.
fn beta_quantile(p: f64, a: f64, b: f64) -> f64 {
    let off = |x: f64| beta_cdf(a, b, x) - p;
    let guess = gamma_guess(p, a) / (a + b);
    let (mut low, mut high) = (guess * 0.98, (guess * 1.02).min(1.0));
    let (mut below, mut above) = (off(low), off(high));
    if !(below < 0.0 && above > 0.0 && high < 1.0) {
        (low, high, below, above) = (0.0, 1.0, -p, 1.0 - p);
    }
    let mut last_below = None;
    for step in 1..4_400 {
        let falsi = low - below * (high - low) / (above - below);
        let inside = step % 4 != 0 && falsi > low && falsi < high;
        let x = if inside { falsi } else { f64::midpoint(low, high) };
        if x <= low || x >= high || high - low <= 1e-15 * high {
            break;
        }
        let here = off(x);
        let is_below = here < 0.0;
        let again = last_below.replace(is_below) == Some(is_below);
        if is_below {
            (low, below) = (x, here);
            above *= if again { 0.5 } else { 1.0 };
        } else {
            (high, above) = (x, here);
            below *= if again { 0.5 } else { 1.0 };
        }
    }
    high
}

/// Quantile `p` of Gamma(a, 1), roughly (Wilson & Hilferty 1931).
fn gamma_guess(p: f64, a: f64) -> f64 {
    let z = Normal::new(0.0, 1.0).map_or(0.0, |d| d.inverse_cdf(p));
    let ninth = 1.0 / (9.0 * a);
    a * (1.0 - ninth + z * ninth.sqrt()).max(0.0).powi(3)
}

/// P(Beta(a, b) ≤ x) = I_x(a, b).
pub(super) fn beta_cdf(a: f64, b: f64, x: f64) -> f64 {
    checked_beta_reg(a, b, x).unwrap_or(f64::NAN)
}

/// The smallest n at which `c` slow ones of n still give a single bound of at most `share`.
/// `share` above 0 and below 1; `None` otherwise, or beyond 2⁵³.
#[must_use]
pub fn callbacks_needed(c: u64, share: f64) -> Option<u64> {
    if !(share > 0.0 && share < 1.0) {
        return None;
    }
    let enough = |n: u64| single_upper(c, n) <= share;
    let mut high = c.max(1).saturating_mul(2);
    while !enough(high) {
        high = high.checked_mul(2).filter(|n| *n < 1 << 53)?;
    }
    let mut low = high / 2;
    while low + 1 < high {
        let middle = low.midpoint(high);
        if enough(middle) { high = middle } else { low = middle }
    }
    Some(if low > c && enough(low) { low } else { high })
}

/// The most slow ones of `n` whose single bound is at most `share`; `None` when even none is too many.
#[must_use]
pub fn slow_allowed(n: u64, share: f64) -> Option<u64> {
    let fits = |c: u64| single_upper(c, n) <= share;
    if !fits(0) {
        return None;
    }
    let (mut low, mut high) = (0, n);
    while low + 1 < high {
        let middle = low.midpoint(high);
        if fits(middle) { low = middle } else { high = middle }
    }
    Some(low)
}

/// What the spell bound is taken from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SpellSample {
    /// Callbacks.
    pub n: u64,
    /// Measured time D, seconds.
    pub seconds: f64,
    /// τ₀, the mean length of a spell that is to be excluded, seconds.
    pub spell_s: f64,
}

/// Upper 95 % bound of the share of slow callbacks when they come in spells.
///
/// Spells are a Poisson process. With K < 10 of them: ν = χ²₀.₉₅(2K + 2) ÷ 2D spells a second
/// at most (Garwood 1936), each taken to hold max(λτ₀, largest seen, 1) callbacks, λ = n ÷ D. With
/// K ≥ 10 the compound-Poisson bound on the slow callbacks themselves, with b = Σm² ÷ Σm as the
/// size of a spell: χ²₀.₉₅(2c ÷ b + 2) · b ÷ 2n, plus max(3τ₀ ÷ D, 3 ÷ n) for spells not yet seen.
/// 1 when nothing was measured.
#[must_use]
pub fn spell_upper(spells: &Spells, sample: SpellSample) -> f64 {
    let SpellSample { n, seconds, spell_s } = sample;
    if n == 0 || seconds.is_nan() || seconds <= 0.0 {
        return 1.0;
    }
    let n = n as f64;
    let rate = n / seconds;
    let bound = if spells.count < COMPOUND_FROM {
        let per_second = chi_square_quantile(CONFIDENCE, 2.0 * spells.count as f64 + 2.0) / (2.0 * seconds);
        per_second * (rate * spell_s).max(spells.largest as f64).max(1.0) / rate
    } else {
        let c = spells.exceed as f64;
        let size = spells.sum_of_squares as f64 / c;
        let seen = chi_square_quantile(CONFIDENCE, 2.0 * c / size + 2.0) * size / (2.0 * n);
        seen + (3.0 * spell_s / seconds).max(3.0 / n)
    };
    if bound.is_nan() { 1.0 } else { bound.clamp(0.0, 1.0) }
}

/// The measured time in seconds at which the spells seen so far (fewer than 10, none added) would
/// give a spell bound of at most `share`, at the same callback rate; `None` where that cannot be said.
#[must_use]
pub fn seconds_needed(spells: &Spells, sample: SpellSample, share: f64) -> Option<f64> {
    if sample.n == 0 || sample.seconds <= 0.0 || share <= 0.0 || spells.count >= COMPOUND_FROM {
        return None;
    }
    let rate = sample.n as f64 / sample.seconds;
    let size = (rate * sample.spell_s).max(spells.largest as f64).max(1.0);
    let chi = chi_square_quantile(CONFIDENCE, 2.0 * spells.count as f64 + 2.0);
    Some(chi / 2.0 * size / rate / share).filter(|s| s.is_finite())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;
    use serde_json::Value;

    use super::*;
    use crate::stats::order::{lower_rank, upper_rank};
    use crate::stats::spells::SpellCounter;
    use crate::units::Stamp;

    fn rows(text: &str) -> Vec<Value> {
        serde_json::from_str::<Value>(text).unwrap()["rows"].as_array().unwrap().clone()
    }

    fn close(ours: f64, theirs: f64, relative: f64, what: &Value) {
        assert!((ours - theirs).abs() <= relative * theirs.abs().max(1e-300), "{ours} {theirs} {what}");
    }

    #[test]
    fn shares_agree_with_scipy() {
        for row in rows(include_str!("../../tests/data/scipy_clopper_pearson.json")) {
            let (c, n) = (row["c"].as_u64().unwrap(), row["n"].as_u64().unwrap());
            close(single_upper(c, n), row["upper"].as_f64().unwrap(), 1e-9, &row);
            close(single_lower(c, n), row["lower"].as_f64().unwrap(), 1e-9, &row);
        }
    }

    #[test]
    fn chi_square_quantiles_agree_with_scipy() {
        for row in rows(include_str!("../../tests/data/scipy_chi_square.json")) {
            let ours = chi_square_quantile(row["p"].as_f64().unwrap(), row["freedom"].as_f64().unwrap());
            close(ours, row["quantile"].as_f64().unwrap(), 1e-9, &row);
        }
    }

    #[test]
    fn ranks_agree_with_scipy() {
        for row in rows(include_str!("../../tests/data/scipy_order.json")) {
            let (n, p) = (row["n"].as_u64().unwrap(), row["p"].as_f64().unwrap());
            assert_eq!(upper_rank(n, p), row["upper"].as_u64(), "{row}");
            assert_eq!(lower_rank(n, p), row["lower"].as_u64(), "{row}");
        }
    }

    fn spells_of(sizes: &[u64]) -> Spells {
        let mut counter = SpellCounter::default();
        for (i, size) in (0_u64..).zip(sizes) {
            (0..*size).for_each(|_| counter.add(Stamp(i * 10_000_000)));
        }
        counter.spells()
    }

    #[test]
    fn spell_bounds_agree_with_scipy() {
        for row in rows(include_str!("../../tests/data/scipy_spells.json")) {
            let sizes: Vec<u64> =
                row["sizes"].as_array().unwrap().iter().map(|v| v.as_u64().unwrap()).collect();
            let sample = SpellSample {
                n: row["n"].as_u64().unwrap(),
                seconds: row["seconds"].as_f64().unwrap(),
                spell_s: row["spell_s"].as_f64().unwrap(),
            };
            close(spell_upper(&spells_of(&sizes), sample), row["bound"].as_f64().unwrap(), 1e-9, &row);
        }
    }

    #[test]
    fn one_stall_however_long_proves_no_share() {
        // 50 of 15,000 are 0.33 %; came they one by one, more than 0.1 % would be shown.
        assert!(single_lower(50, 15_000) > 0.001);
        assert!(spell_lower(&spells_of(&[50]), 15_000) < 0.000_2);
        let one_by_one = spells_of(&[1; 40]);
        assert!((spell_lower(&one_by_one, 3_000) - single_lower(40, 3_000)).abs() < 1e-12);
        assert!(spell_lower(&Spells::default(), 100) <= 0.0);
    }

    #[test]
    fn nothing_measured_bounds_nothing() {
        assert!((single_upper(0, 0) - 1.0).abs() < f64::EPSILON);
        let empty = SpellSample { n: 0, seconds: 10.0, spell_s: 1.0 };
        assert!((spell_upper(&Spells::default(), empty) - 1.0).abs() < f64::EPSILON);
        assert_eq!(callbacks_needed(0, 0.0), None);
        assert_eq!(seconds_needed(&Spells::default(), empty, 0.001), None);
    }

    #[test]
    fn excluding_a_thousandth_takes_2995_callbacks_and_50_minutes_at_any_rate() {
        assert_eq!(callbacks_needed(0, 0.001), Some(2_995));
        for n in [600, 5_000, 1_000_000] {
            let sample = SpellSample { n, seconds: 20.0, spell_s: 1.0 };
            let minutes = seconds_needed(&Spells::default(), sample, 0.001).unwrap() / 60.0;
            assert!((49.0..51.0).contains(&minutes), "{minutes}");
        }
    }

    #[test]
    fn the_needed_time_and_number_are_just_enough() {
        for c in [0, 1, 7, 40] {
            let n = callbacks_needed(c, 0.01).unwrap();
            assert!(single_upper(c, n) <= 0.01 && single_upper(c, n - 1) > 0.01, "{c} {n}");
        }
        let spells = spells_of(&[4, 1]);
        let seconds =
            seconds_needed(&spells, SpellSample { n: 500, seconds: 10.0, spell_s: 1.0 }, 0.001).unwrap();
        let n = (seconds * 50.0) as u64;
        let bound = spell_upper(&spells, SpellSample { n, seconds, spell_s: 1.0 });
        assert!((bound - 0.001).abs() < 1e-6, "{bound}");
    }

    #[test]
    fn the_allowed_slow_ones_are_the_last_that_fit() {
        assert_eq!(slow_allowed(2_994, 0.001), None);
        assert_eq!(slow_allowed(2_995, 0.001), Some(0));
        let c = slow_allowed(15_000, 0.001).unwrap();
        assert!(single_upper(c, 15_000) <= 0.001 && single_upper(c + 1, 15_000) > 0.001, "{c}");
        assert_eq!(slow_allowed(0, 0.001), None);
    }

    proptest! {
        #[test]
        fn bounds_are_shares_and_grow_with_the_slow_ones(c in 0_u64..500, more in 1_u64..5_000) {
            let n = c + more;
            let bound = single_upper(c, n);
            prop_assert!((0.0..=1.0).contains(&bound));
            prop_assert!(bound >= c as f64 / n as f64);
            prop_assert!(single_lower(c, n) <= c as f64 / n as f64);
            prop_assert!(single_upper(c + 1, n) >= bound);
            prop_assert!(single_upper(c, n + 1) <= bound);
        }

        #[test]
        fn spell_bounds_are_shares_and_shrink_with_time(
            sizes in proptest::collection::vec(1_u64..40, 0..30), seconds in 10.0_f64..5_000.0,
        ) {
            let spells = spells_of(&sizes);
            let at = |seconds: f64| {
                spell_upper(&spells, SpellSample { n: (seconds * 50.0) as u64 + 1_200, seconds, spell_s: 1.0 })
            };
            let bound = at(seconds);
            prop_assert!((0.0..=1.0).contains(&bound));
            prop_assert!(at(seconds * 2.0) <= bound + 1e-12);
        }
    }

    #[test]
    fn the_single_bound_covers_the_truth_in_95_of_100_runs() {
        let mut rng = ChaCha8Rng::seed_from_u64(11);
        for (n, truth) in [(300_u64, 0.01), (3_000, 0.001), (3_000, 0.004)] {
            let runs = 2_000;
            let covered = (0..runs)
                .filter(|_| {
                    let c = (0..n).filter(|_| rng.random::<f64>() < truth).count() as u64;
                    single_upper(c, n) >= truth
                })
                .count();
            // At least 95 % in truth; three standard errors (0.5 %) of room for the draw.
            assert!(covered as f64 >= 0.935 * f64::from(runs), "{n} {truth}: {covered}");
        }
    }

    /// A run of 300 s with 50 callbacks a second: spells begin as a Poisson process and last
    /// exponential times of mean `mean_s`; what arrives in a spell is slow.
    fn covered(rng: &mut ChaCha8Rng, spells_a_run: f64, mean_s: f64) -> bool {
        let (seconds, rate) = (300.0, 50.0);
        let exponential = |rng: &mut ChaCha8Rng, mean: f64| -mean * (1.0 - rng.random::<f64>()).ln();
        let share = 1.0 - (-spells_a_run / seconds * mean_s).exp();
        let mut counter = SpellCounter::default();
        let (mut n, mut at, mut slow_until) = (0, 0.0, 0.0_f64);
        let mut next_spell = exponential(rng, seconds / spells_a_run);
        loop {
            at += exponential(rng, 1.0 / rate);
            if at > seconds {
                break;
            }
            n += 1;
            while next_spell <= at {
                slow_until = slow_until.max(next_spell + exponential(rng, mean_s));
                next_spell += exponential(rng, seconds / spells_a_run);
            }
            if at < slow_until {
                counter.add(Stamp((at * 1e6) as u64));
            }
        }
        spell_upper(&counter.spells(), SpellSample { n, seconds, spell_s: 1.0 }) >= share
    }

    #[test]
    fn the_spell_bound_covers_spells_no_longer_than_the_excluded_mean() {
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        for (spells_a_run, mean_s) in [(1.5, 1.0), (1.5, 0.2), (8.0, 0.5), (25.0, 1.0)] {
            let hits = (0..300).filter(|_| covered(&mut rng, spells_a_run, mean_s)).count();
            assert!(hits >= 274, "{spells_a_run} spells of {mean_s} s: {hits} of 300");
        }
    }
}
