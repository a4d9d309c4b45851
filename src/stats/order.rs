//! Bounds of quantiles from order statistics, and which quantiles a sample supports.
//!
//! Hahn, Meeker & Escobar, Statistical Intervals, 2nd ed., ch. 5: free of any law. A quantile is
//! supported when its upper 95 % bound exists, that is when the largest value is such a bound:
//! p50 from 5 values on, p90 29, p95 59, p99 299, p99.9 2,995. Below the n at which the fifth largest
//! is one (p99.9: 9,151) the quantile hangs on a handful of values, and `Support::Caution` says so.

use super::CONFIDENCE;
use super::bounds::beta_cdf;

/// Quantiles that are printed where supported, with their names in `summary.json`.
pub const QUANTILES: [(&str, f64); 6] =
    [("0.5", 0.5), ("0.9", 0.9), ("0.95", 0.95), ("0.99", 0.99), ("0.999", 0.999), ("0.9999", 0.9999)];

/// Whether n values say anything about a quantile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// No upper 95 % bound exists: not printed.
    No,
    /// The bound hangs on the four largest values or fewer.
    Caution,
    /// Supported.
    Yes,
}

/// P(Bin(n, tail) ≥ k) = I_tail(k, n − k + 1).
pub(super) fn at_least(n: u64, tail: f64, k: u64) -> f64 {
    match k {
        0 => 1.0,
        _ if k > n => 0.0,
        _ => beta_cdf(k as f64, (n - k) as f64 + 1.0, tail),
    }
}

/// The k for which the k-th largest of `n` is the tightest upper 95 % bound of quantile `p`: the largest
/// k with P(Bin(n, 1 − p) ≥ k) ≥ 0.95; `None` when even the maximum is none.
#[must_use]
pub fn upper_rank(n: u64, p: f64) -> Option<u64> {
    let holds = |k: u64| at_least(n, 1.0 - p, k) >= CONFIDENCE;
    if n == 0 || !holds(1) {
        return None;
    }
    let (mut low, mut high) = (1, n + 1);
    while low + 1 < high {
        let middle = low.midpoint(high);
        if holds(middle) { low = middle } else { high = middle }
    }
    Some(low)
}

/// The k for which the k-th largest of `n` is the tightest lower 95 % bound of quantile `p`: the smallest
/// k with P(Bin(n, 1 − p) < k) ≥ 0.95; `None` when even the minimum is none.
#[must_use]
pub fn lower_rank(n: u64, p: f64) -> Option<u64> {
    let holds = |k: u64| 1.0 - at_least(n, 1.0 - p, k) >= CONFIDENCE;
    if n == 0 || !holds(n) {
        return None;
    }
    let (mut low, mut high) = (0, n);
    while low + 1 < high {
        let middle = low.midpoint(high);
        if holds(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// The smallest n of which the k-th largest is an upper 95 % bound of quantile `p` (0 < p < 1).
#[must_use]
pub fn smallest_n(p: f64, k: u64) -> Option<u64> {
    if !(p > 0.0 && p < 1.0) || k == 0 {
        return None;
    }
    let holds = |n: u64| at_least(n, 1.0 - p, k) >= CONFIDENCE;
    let mut high = k;
    while !holds(high) {
        high = high.checked_mul(2).filter(|n| *n < 1 << 50)?;
    }
    let mut low = k.saturating_sub(1).max(high / 2);
    if low == high {
        return Some(high);
    }
    while low + 1 < high {
        let middle = low.midpoint(high);
        if holds(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

/// Whether `n` values support quantile `p`.
#[must_use]
pub fn support(n: u64, p: f64) -> Support {
    match upper_rank(n, p) {
        None => Support::No,
        Some(k) if k < 5 => Support::Caution,
        Some(_) => Support::Yes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_samples_for_p999_are_the_published_ones() {
        assert_eq!(smallest_n(0.999, 1), Some(2_995));
        assert_eq!(smallest_n(0.999, 5), Some(9_151));
        assert_eq!(smallest_n(0.99, 1), Some(299));
        assert_eq!(smallest_n(0.5, 1), Some(5));
        assert_eq!(smallest_n(1.0, 1), None);
    }

    #[test]
    fn support_begins_where_the_maximum_is_a_bound_and_caution_ends_at_the_fifth_largest() {
        assert_eq!(support(2_994, 0.999), Support::No);
        assert_eq!(support(2_995, 0.999), Support::Caution);
        assert_eq!(support(9_150, 0.999), Support::Caution);
        assert_eq!(support(9_151, 0.999), Support::Yes);
        assert_eq!(support(0, 0.5), Support::No);
        assert_eq!(support(1, 0.5), Support::No);
    }

    #[test]
    fn ranks_bracket_the_quantile() {
        for n in [5, 29, 300, 2_995, 20_000] {
            for (_, p) in QUANTILES {
                let expected = n as f64 * (1.0 - p);
                if let Some(k) = upper_rank(n, p) {
                    assert!(k as f64 <= expected + 1.0, "{n} {p} {k}");
                }
                if let Some(k) = lower_rank(n, p) {
                    assert!(k as f64 >= expected, "{n} {p} {k}");
                    assert!(k <= n);
                }
            }
        }
    }

    #[test]
    fn a_rank_is_the_last_that_holds() {
        // Bin(10, 0.5) ≥ k: 0.9893 for 2, 0.9453 for 3.
        assert_eq!(upper_rank(10, 0.5), Some(2));
        assert_eq!(lower_rank(10, 0.5), Some(9));
    }
}
