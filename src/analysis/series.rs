//! Figures of a series: only quantiles that its size supports.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::record::model::Series;
use crate::stats::order::{QUANTILES, Support, support, upper_rank};

/// Figures of a series, µs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SeriesFigures {
    /// Values.
    pub count: u64,
    /// Values that are slower than everything (censored, cut, never came, in flight at a kill) and rank last.
    /// Unless it is 0 the true maximum is not known, and `mean_us` and `max_us` are of the finished ones alone.
    pub unfinished: u64,
    /// Mean of the finished ones.
    pub mean_us: f64,
    /// Largest finished one.
    pub max_us: u64,
    /// Quantiles that the number of values supports, by name: `"0.5"`, `"0.9"`, … `"0.9999"`.
    pub quantiles_us: BTreeMap<String, u64>,
    /// Quantiles that hang on the four largest values or fewer.
    pub caution: Vec<String>,
}

impl SeriesFigures {
    /// Figures of `series` and `unfinished` more values that are slower than everything. Quantiles
    /// above `known_share` are unknown (arrivals were shed) and left out.
    pub(super) fn of(series: &Series, unfinished: u64, known_share: f64) -> SeriesFigures {
        let ranked = Ranked { series, unfinished };
        let mut figures = SeriesFigures {
            count: series.len(),
            unfinished,
            mean_us: if series.is_empty() { 0.0 } else { series.mean() },
            max_us: if series.is_empty() { 0 } else { series.max() },
            ..SeriesFigures::default()
        };
        for (name, p) in QUANTILES {
            let support = support(ranked.count(), p);
            if support == Support::No || p > known_share {
                continue;
            }
            if let Some(value) = ranked.quantile(p) {
                figures.quantiles_us.insert(name.to_owned(), value);
                if support == Support::Caution {
                    figures.caution.push(name.to_owned());
                }
            }
        }
        figures
    }
}

/// A series together with values that are slower than everything.
#[derive(Clone, Copy)]
pub(super) struct Ranked<'a> {
    pub(super) series: &'a Series,
    pub(super) unfinished: u64,
}

impl Ranked<'_> {
    pub(super) fn count(self) -> u64 {
        self.series.len() + self.unfinished
    }

    /// The value of `rank` from below, from 1; `None` where it is unfinished. Highest equivalent value.
    pub(super) fn at_rank(self, rank: u64) -> Option<u64> {
        let finished = self.series.len();
        if rank == 0 || rank > finished {
            return None;
        }
        // Half a rank less, so that rounding never reaches for the next value.
        let value = self.series.value_at_quantile((rank as f64 - 0.5) / finished as f64);
        Some(value.min(self.series.max()))
    }

    /// Quantile `p`: the value of rank ⌈np⌉.
    pub(super) fn quantile(self, p: f64) -> Option<u64> {
        let rank = (self.count() as f64 * p - 1e-9).ceil().max(1.0) as u64;
        self.at_rank(rank)
    }

    /// The `k`-th largest; unfinished ones come first.
    pub(super) fn largest(self, k: u64) -> Option<u64> {
        self.at_rank((self.count() + 1).checked_sub(k)?)
    }

    /// Upper 95 % bound of quantile `p`; `None` where there is none, or it is unfinished.
    pub(super) fn upper(self, p: f64) -> Option<u64> {
        self.largest(upper_rank(self.count(), p)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::model::new_series;

    fn series(values: impl IntoIterator<Item = u64>) -> Series {
        let mut series = new_series();
        values.into_iter().for_each(|v| series.saturating_record(v));
        series
    }

    #[test]
    fn only_supported_quantiles_are_printed() {
        let hundred = SeriesFigures::of(&series(1..=100), 0, 1.0);
        assert_eq!(hundred.quantiles_us.keys().collect::<Vec<_>>(), ["0.5", "0.9", "0.95"]);
        assert_eq!(hundred.quantiles_us["0.9"], 90);
        assert_eq!(hundred.caution, ["0.95"]);
        assert!(SeriesFigures::of(&series([5]), 0, 1.0).quantiles_us.is_empty());
        assert_eq!(SeriesFigures::of(&series([]), 0, 1.0).max_us, 0);
    }

    #[test]
    fn unfinished_values_rank_last_and_shed_arrivals_hide_the_tail() {
        let figures = SeriesFigures::of(&series(1..=900), 100, 1.0);
        assert_eq!(figures.quantiles_us.get("0.9"), Some(&900));
        assert_eq!(figures.quantiles_us.get("0.95"), None);
        let shed = SeriesFigures::of(&series(1..=900), 0, 0.92);
        assert!(shed.quantiles_us.contains_key("0.9") && !shed.quantiles_us.contains_key("0.95"));
    }
}
