//! The difference of two shares, with a 95 % interval.
//!
//! Newcombe 1998 ("Interval estimation for the difference between independent proportions", method 10): the Wilson
//! score intervals of both, combined. It never leaves −1 to 1 and has a sensible width when nothing failed at
//! all. Calls that fail together count for fewer: both counts are divided by `clumping`, the design effect (Kish
//! 1965, ch. 5) that `clumping` estimates from blocks of time.

/// z₀.₉₇₅.
const Z: f64 = 1.959_963_984_540_054;

/// `count` of `n`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// All.
    pub n: u64,
    /// Those counted.
    pub count: u64,
    /// How many of them one independent one stands for; 1 where they come one by one.
    pub clumping: f64,
}

impl Share {
    /// The share; none of nothing.
    #[must_use]
    pub fn value(&self) -> Option<f64> {
        (self.n > 0).then(|| self.count as f64 / self.n as f64)
    }

    /// Wilson 1927: the score interval at 95 %; 0 to 1 of nothing.
    #[must_use]
    pub fn wilson(&self) -> (f64, f64) {
        let Some(p) = self.value() else { return (0.0, 1.0) };
        let n = self.n as f64 / self.clumping.max(1.0);
        let (z2, scale) = (Z * Z, 1.0 / (1.0 + Z * Z / n));
        let middle = (p + z2 / (2.0 * n)) * scale;
        let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt() * scale;
        // At 0 and 1 the ends are those exactly; rounding must not move them.
        let low = if self.count == 0 { 0.0 } else { middle - half };
        let high = if self.count >= self.n { 1.0 } else { middle + half };
        (low.clamp(0.0, 1.0), high.clamp(0.0, 1.0))
    }
}

/// 95 % interval of the share of `candidate` minus that of `base`; none where either is of nothing.
#[must_use]
pub fn difference(base: &Share, candidate: &Share) -> Option<(f64, f64)> {
    let (a, b) = (base.value()?, candidate.value()?);
    let ((a_low, a_high), (b_low, b_high)) = (base.wilson(), candidate.wilson());
    let low = (b - a) - ((b - b_low).powi(2) + (a_high - a).powi(2)).sqrt();
    let high = (b - a) + ((b_high - b).powi(2) + (a - a_low).powi(2)).sqrt();
    Some((low, high))
}

/// By how much `counted` of `all`, block of time by block, vary more than if each came by itself: at least 1, and at
/// most as many as there are. `blocks` holds (all, counted) of each.
#[must_use]
pub fn clumping(blocks: &[(u64, u64)]) -> f64 {
    let (n, count) = blocks.iter().fold((0, 0), |sum, b| (sum.0 + b.0, sum.1 + b.1));
    if blocks.len() < 2 || count == 0 || count >= n {
        return 1.0;
    }
    let p = count as f64 / n as f64;
    let spread: f64 = blocks.iter().map(|(n, c)| (*c as f64 - p * *n as f64).powi(2)).sum();
    let spread = spread * blocks.len() as f64 / (blocks.len() - 1) as f64;
    (spread / (n as f64 * p * (1.0 - p))).clamp(1.0, count.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn share(n: u64, count: u64) -> Share {
        Share { n, count, clumping: 1.0 }
    }

    #[test]
    fn intervals_are_those_of_an_independent_implementation() {
        let text = include_str!("../../tests/data/scipy_newcombe.json");
        let data: serde_json::Value = serde_json::from_str(text).unwrap();
        let rows = data["values"].as_array().unwrap();
        assert!(rows.len() >= 10);
        for row in rows {
            let number = |name: &str| row[name].as_u64().unwrap();
            let (base, candidate) = (share(number("n1"), number("k1")), share(number("n2"), number("k2")));
            let (low, high) = difference(&base, &candidate).unwrap();
            let (wilson_low, wilson_high) = candidate.wilson();
            for (ours, name) in
                [(low, "low"), (high, "high"), (wilson_low, "wilson_low"), (wilson_high, "wilson_high")]
            {
                let theirs = row[name].as_f64().unwrap();
                assert!((ours - theirs).abs() < 1e-12, "{row}: {name} {ours}");
            }
        }
    }

    #[test]
    fn failures_that_come_together_make_the_interval_longer() {
        let alone = difference(&share(10_000, 0), &share(10_000, 40)).unwrap();
        let clumped = Share { clumping: 40.0, ..share(10_000, 40) };
        let together = difference(&share(10_000, 0), &clumped).unwrap();
        assert!(alone.0 > 0.002 && together.0 < 0.001, "{alone:?} {together:?}");
    }

    #[test]
    fn clumping_is_one_for_single_failures_and_the_size_of_a_spell_for_spells() {
        let singles: Vec<_> = (0..100).map(|i| (100, u64::from(i % 2 == 0))).collect();
        assert!(clumping(&singles) < 1.01, "{}", clumping(&singles));
        let spells: Vec<_> = (0..100).map(|i| (100, if i % 50 == 7 { 20 } else { 0 })).collect();
        let spread = clumping(&spells);
        assert!((15.0..=25.0).contains(&spread), "{spread}");
        for none in [&[][..], &[(10, 10)], &[(0, 0), (0, 0)], &[(5, 0), (5, 0)]] {
            assert!((clumping(none) - 1.0).abs() < f64::EPSILON);
        }
    }

    #[test]
    fn nothing_has_no_difference() {
        assert_eq!(difference(&share(0, 0), &share(5, 1)), None);
        assert_eq!(share(0, 0).wilson(), (0.0, 1.0));
    }
}
