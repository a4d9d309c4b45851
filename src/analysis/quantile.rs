//! "95 % sure that p99.9 is at most x": the order-statistic bound of a webhook's time.
//!
//! Hahn, Meeker & Escobar, Statistical Intervals, 2nd ed., ch. 5: of n values the k-th largest is an upper 95 % bound of the
//! quantile, whatever the law, as long as they come independently. Callbacks that never ended rank above all others.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::series::Ranked;
use crate::stats::order::{smallest_n, upper_rank};

/// The quantile that is bounded.
pub const P: f64 = 0.999;
/// From this rank on the bound does not hang on a handful of values.
const STEADY_RANK: u64 = 5;

/// An upper 95 % bound of the 99.9 % quantile of the time that counts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct QuantileBound {
    /// The quantile: 0.999.
    pub quantile: f64,
    /// Values it is taken from, those that never ended included.
    pub n: u64,
    /// It is at most this, µs; none where there are too few values, where arrivals were shed, or where that value never
    /// ended.
    pub at_most_us: Option<u64>,
    /// Which value that is, from the largest (1); none where there are too few.
    pub rank: Option<u64>,
    /// It hangs on the four largest values or fewer (fewer than 9,151 callbacks).
    pub caution: bool,
    /// Callbacks still missing for a bound.
    pub missing: u64,
    /// Callbacks still missing for one without caution.
    pub missing_steady: u64,
}

/// The bound; quantiles above `known_share` are not known, since arrivals were shed.
pub(super) fn bound(ranked: Ranked<'_>, known_share: f64) -> QuantileBound {
    let n = ranked.count();
    let rank = upper_rank(n, P);
    let missing = |k| smallest_n(P, k).map_or(0, |needed| needed.saturating_sub(n));
    QuantileBound {
        quantile: P,
        n,
        at_most_us: rank.filter(|_| P <= known_share).and_then(|k| ranked.largest(k)),
        rank,
        caution: rank.is_some_and(|k| k < STEADY_RANK),
        missing: missing(1),
        missing_steady: missing(STEADY_RANK),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::model::{Series, new_series};

    fn of(n: u64, unfinished: u64) -> QuantileBound {
        let mut series: Series = new_series();
        (1..=n).for_each(|ms| series.saturating_record(ms * 1_000));
        bound(Ranked { series: &series, unfinished }, 1.0)
    }

    #[test]
    fn the_bound_is_the_maximum_from_2_995_callbacks_on_and_without_caution_from_9_151() {
        let few = of(2_994, 0);
        assert_eq!((few.at_most_us, few.rank, few.missing, few.missing_steady), (None, None, 1, 6_157));
        let first = of(2_995, 0);
        assert_eq!((first.rank, first.caution, first.missing), (Some(1), true, 0));
        assert!(first.at_most_us.unwrap().abs_diff(2_995_000) < 3_000);
        assert!(of(9_150, 0).caution);
        let steady = of(9_151, 0);
        assert_eq!((steady.rank, steady.caution, steady.missing_steady), (Some(5), false, 0));
        assert!(steady.at_most_us.unwrap().abs_diff(9_147_000) < 10_000, "the fifth largest");
    }

    #[test]
    fn callbacks_that_never_ended_and_shed_arrivals_leave_no_bound() {
        assert_eq!(of(9_147, 4).at_most_us.map(|us| us > 9_130_000), Some(true), "four of them rank above");
        let cut = of(9_146, 5);
        assert_eq!((cut.rank, cut.at_most_us), (Some(5), None));
        let mut series = new_series();
        (0..9_151).for_each(|_| series.saturating_record(5));
        assert_eq!(bound(Ranked { series: &series, unfinished: 0 }, 0.998).at_most_us, None);
    }
}
