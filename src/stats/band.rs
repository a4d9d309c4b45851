//! What chance alone makes of a few values: whether one second's quantile or failures still fit a longer time.
//!
//! Both limits hold in 99 of 100 seconds when the values of the second come from the same law as those of the longer
//! time, independently. Where they come in spells they are exceeded more often.

use super::order::at_least;

/// Confidence of a second's limits.
pub const BAND: f64 = 0.99;

/// The share q of the longer time's values below which quantile `p` of `n` of them stays in 99 of 100 cases.
///
/// That quantile is the k-th smallest, k = ⌈np⌉, and F of it follows Beta(k, n − k + 1) (David & Nagaraja, Order
/// Statistics, 3rd ed., ch. 2), so q is its 0.99 quantile. 1 when `n` is 0.
#[must_use]
pub fn quantile_stays_below(p: f64, n: u64) -> f64 {
    if n == 0 {
        return 1.0;
    }
    let k = ((n as f64 * p - 1e-9).ceil().max(1.0) as u64).min(n);
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        // P(Beta(k, n − k + 1) ≤ q) = P(Bin(n, q) ≥ k).
        if at_least(n, middle, k) < BAND { low = middle } else { high = middle }
    }
    high
}

/// The most of `n` that fail in 99 of 100 cases where a share of `share` fails: the smallest m with
/// P(Bin(n, share) ≤ m) ≥ 0.99.
#[must_use]
pub fn most_of(n: u64, share: f64) -> u64 {
    let share = share.clamp(0.0, 1.0);
    let holds = |m: u64| 1.0 - at_least(n, share, m + 1) >= BAND;
    let (mut low, mut high) = (0, n);
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_limits_agree_with_scipy() {
        let data: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/data/scipy_band.json")).unwrap();
        for row in data["rows"].as_array().unwrap() {
            let (n, p) = (row["n"].as_u64().unwrap(), row["p"].as_f64().unwrap());
            let difference = quantile_stays_below(p, n) - row["share"].as_f64().unwrap();
            assert!(difference.abs() < 1e-9, "{row} {difference}");
        }
        for row in data["many"].as_array().unwrap() {
            let (n, share) = (row["n"].as_u64().unwrap(), row["share"].as_f64().unwrap());
            assert_eq!(most_of(n, share), row["most"].as_u64().unwrap(), "{row}");
        }
    }

    #[test]
    fn nothing_seen_limits_nothing_and_what_never_failed_may_not_fail() {
        assert!((quantile_stays_below(0.5, 0) - 1.0).abs() < f64::EPSILON);
        assert_eq!((most_of(0, 0.5), most_of(100, 0.0), most_of(100, 1.0)), (0, 0, 100));
    }
}
