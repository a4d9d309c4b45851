//! Is a candidate slower than its base? Quantiles of two sides, each of one run or several, and a 95 % interval of
//! their relative difference.
//!
//! Block bootstrap (circular blocks, Politis & Romano 1992, of about n^(1/3) slots) over histograms by the second;
//! with several runs a side whole runs are drawn first. Percentile intervals of the log ratio, widened by Student's t
//! because blocks, and runs even more so, are few (Hesterberg 2015, "What Teachers Should Know about the Bootstrap").
//! Effect size decides: the verdict asks where the interval lies against a margin, never whether it holds 0.
//! Pure and seeded; what may be compared at all is left to `analysis::compare`.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::order::smallest_n;
use super::timeline::{Blocks, Timeline};

/// Resamples of one comparison.
pub const RESAMPLES: usize = 2_000;
/// Fewer slots than this in a run cannot be resampled.
pub const FEWEST_SLOTS: usize = 8;
/// A relative difference that does not matter, unless another is asked for.
pub const MARGIN: f64 = 0.05;
/// The quantiles that are compared, with their names.
pub const QUANTILES: [(&str, f64); 4] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)];
/// A quantile is compared when the fifth largest value is an upper 95 % bound of it: below that a resample draws
/// from a handful of values, and its interval is too short.
pub(super) const SUPPORT_RANK: u64 = 5;
/// z₀.₉₇₅.
pub(super) const Z: f64 = 1.959_964;
/// (z₀.₉₇₅ + z₀.₉) ÷ z₀.₉₇₅: by how much the gap to the margin has to exceed half the interval for nine runs in
/// ten to be decided.
const POWER: f64 = (Z + 1.281_552) / Z;

/// What a comparison says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole interval is at most the margin.
    NoWorse,
    /// The interval reaches over the margin, or there is none.
    CannotTell,
    /// The whole interval lies beyond the margin.
    Worse,
}

impl Verdict {
    /// By margin, from a 95 % interval in the same unit; an end that is not a number decides nothing.
    #[must_use]
    pub fn by_margin((low, high): (f64, f64), margin: f64) -> Verdict {
        if low > margin {
            Verdict::Worse
        } else if high <= margin {
            Verdict::NoWorse
        } else {
            Verdict::CannotTell
        }
    }
}

/// How a comparison is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    /// Resamples, at least 100.
    pub resamples: usize,
    /// Seed.
    pub seed: u64,
}

impl Default for Draws {
    fn default() -> Draws {
        Draws { resamples: RESAMPLES, seed: 1 }
    }
}

/// One quantile of both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// Which, 0 to 1.
    pub p: f64,
    /// Values a side: base, candidate.
    pub calls: (u64, u64),
    /// The quantile of each, µs; infinite where it is of a call that never ended, none where too few support it.
    pub quantiles_us: Option<(f64, f64)>,
    /// candidate ÷ base − 1; infinite where only the candidate's is.
    pub relative: Option<f64>,
    /// 95 % interval of `relative`; none without support, or with too few seconds.
    pub interval: Option<(f64, f64)>,
}

impl Difference {
    /// Worse, no worse, or cannot tell.
    #[must_use]
    pub fn verdict(&self, margin: f64) -> Verdict {
        self.interval.map_or(Verdict::CannotTell, |i| Verdict::by_margin(i, margin))
    }

    /// The whole interval lies beyond the margin on the better side.
    #[must_use]
    pub fn improved(&self, margin: f64) -> bool {
        self.interval.is_some_and(|(_, high)| high < -margin)
    }

    /// Calls a side that support this quantile.
    #[must_use]
    pub fn supporting_calls(&self) -> u64 {
        smallest_n(self.p, SUPPORT_RANK).unwrap_or(u64::MAX)
    }

    /// About how many calls a side would decide in nine of ten comparisons, if the difference is what was
    /// seen: an interval's width falls with the root of the number of calls. None where it is decided, where
    /// no interval is known, or where the difference lies so near the margin that no sensible number would.
    #[must_use]
    pub fn calls_needed(&self, margin: f64) -> Option<u64> {
        let (interval, relative) = (self.interval?, self.relative?);
        if self.verdict(margin) != Verdict::CannotTell {
            return None;
        }
        let log = |x: f64| x.ln_1p();
        let gap = log(relative) - log(margin);
        let half = if gap > 0.0 { log(relative) - log(interval.0) } else { log(interval.1) - log(relative) };
        let calls = self.calls.0.min(self.calls.1) as f64 * (half * POWER / gap).powi(2);
        // Beyond 10⁹ the estimate says no more than "the difference is about the margin".
        (calls.is_finite() && calls < 1e9).then_some(calls.ceil() as u64)
    }
}

/// Compares `candidate` with `base`, each of one run or several.
#[must_use]
pub fn compare(base: &[Timeline], candidate: &[Timeline], draws: Draws) -> Vec<Difference> {
    let sides = (Side::new(base), Side::new(candidate));
    let calls = (sides.0.count(), sides.1.count());
    let seen = (sides.0.quantiles(&sides.0.whole()), sides.1.quantiles(&sides.1.whole()));
    let logs = resampled(&sides.0, &sides.1, draws);
    let mut differences = Vec::with_capacity(QUANTILES.len());
    for (index, (_, p)) in QUANTILES.into_iter().enumerate() {
        let supported = smallest_n(p, SUPPORT_RANK).is_some_and(|n| calls.0.min(calls.1) >= n);
        let quantiles = (seen.0[index], seen.1[index]);
        let log_ratio = (quantiles.1 / quantiles.0).ln();
        let known = supported && !log_ratio.is_nan();
        let interval = logs.as_ref().filter(|_| known).and_then(|logs| {
            interval(&logs.iter().map(|row| row[index]).collect::<Vec<_>>(), log_ratio, &sides)
        });
        differences.push(Difference {
            p,
            calls,
            quantiles_us: supported.then_some(quantiles),
            relative: known.then(|| log_ratio.exp_m1()),
            interval: interval.map(|(low, high)| (low.exp_m1(), high.exp_m1())),
        });
    }
    differences
}

/// Log ratios of every resample; none where a side has too few seconds.
fn resampled(base: &Side, candidate: &Side, draws: Draws) -> Option<Vec<[f64; QUANTILES.len()]>> {
    if !(base.is_long_enough() && candidate.is_long_enough()) {
        return None;
    }
    let mut rng = ChaCha8Rng::seed_from_u64(draws.seed);
    let ratios = (0..draws.resamples.max(100)).map(|_| {
        let (a, b) = (base.draw(&mut rng), candidate.draw(&mut rng));
        let (a, b) = (base.quantiles(&a), candidate.quantiles(&b));
        std::array::from_fn(|i| (b[i] / a[i]).ln())
    });
    Some(ratios.collect())
}

/// The runs of one side, ready to be drawn from.
pub(super) struct Side {
    runs: Vec<Blocks>,
}

/// Blocks of a resample: index of the run, where its blocks begin.
pub(super) type Drawn = Vec<(usize, Vec<usize>)>;

impl Side {
    pub(super) fn new(runs: &[Timeline]) -> Side {
        Side { runs: runs.iter().map(Blocks::new).collect() }
    }

    pub(super) fn count(&self) -> u64 {
        self.runs.iter().map(Blocks::total).sum()
    }

    pub(super) fn is_long_enough(&self) -> bool {
        !self.runs.is_empty() && self.runs.iter().all(|run| run.slots() >= FEWEST_SLOTS && run.total() > 0)
    }

    /// Every slot once for each slot of a block: the side as it is.
    pub(super) fn whole(&self) -> Drawn {
        self.runs.iter().enumerate().map(|(index, run)| (index, (0..run.slots()).collect())).collect()
    }

    /// As many runs as there are, with replacement, and as many blocks of each as it has.
    pub(super) fn draw(&self, rng: &mut impl Rng) -> Drawn {
        let runs = self.runs.len();
        (0..runs)
            .map(|_| {
                let index = rng.random_range(0..runs);
                let run = &self.runs[index];
                (index, (0..run.blocks()).map(|_| rng.random_range(0..run.slots())).collect())
            })
            .collect()
    }

    /// Values up to bucket `b` in what was drawn.
    fn up_to(&self, drawn: &Drawn, b: usize) -> u64 {
        drawn.iter().map(|(run, starts)| self.runs[*run].up_to(b, starts)).sum()
    }

    /// The compared quantiles of what was drawn, µs; not a number where nothing was.
    fn quantiles(&self, drawn: &Drawn) -> [f64; QUANTILES.len()] {
        let mut found = [f64::NAN; QUANTILES.len()];
        self.ranked(drawn, QUANTILES.iter().map(|(_, p)| *p)).zip(&mut found).for_each(|(us, at)| *at = us);
        found
    }

    /// Quantiles of what was drawn, µs, asked for in rising order; not a number where nothing was.
    pub(super) fn ranked<'a>(
        &'a self,
        drawn: &'a Drawn,
        rising: impl Iterator<Item = f64> + 'a,
    ) -> impl Iterator<Item = f64> + 'a {
        let mut low = self.runs.iter().map(Blocks::lowest).min().unwrap_or(0);
        let high = self.runs.iter().map(Blocks::highest).max().unwrap_or(0);
        let total = self.up_to(drawn, high) as f64;
        rising.map(move |p| {
            if total <= 0.0 {
                return f64::NAN;
            }
            let rank = total * p;
            let mut above = high;
            // The first bucket up to which `rank` values lie; a higher quantile is never below it.
            while low < above {
                let middle = low.midpoint(above);
                if self.up_to(drawn, middle) as f64 >= rank { above = middle } else { low = middle + 1 }
            }
            let below = if low == 0 { 0.0 } else { self.up_to(drawn, low - 1) as f64 };
            let inside = (self.up_to(drawn, low) as f64 - below).max(1.0);
            Timeline::value(low, (rank - below) / inside)
        })
    }

    /// What one side knows of its own spread: blocks in its shortest run, or runs, less one.
    pub(super) fn freedom(&self) -> usize {
        match self.runs.as_slice() {
            [only] => only.blocks().saturating_sub(1),
            several => several.len().saturating_sub(1),
        }
    }
}

/// Percentile interval at 95 %, widened about the log ratio that was seen; none without resamples. A resample in which
/// both sides never ended at this rank has no ratio: it may lie beyond either end.
fn interval(logs: &[f64], seen: f64, sides: &(Side, Side)) -> Option<(f64, f64)> {
    let sorted = |unknown: f64| {
        let mut values: Vec<f64> = logs.iter().map(|x| if x.is_nan() { unknown } else { *x }).collect();
        values.sort_by(f64::total_cmp);
        values
    };
    let out = (logs.len() as f64 * 0.025) as usize;
    let low = *sorted(f64::NEG_INFINITY).get(out)?;
    let high = *sorted(f64::INFINITY).get(logs.len().checked_sub(1 + out)?)?;
    let widen = widening(&sides.0, &sides.1);
    let about = |value: f64| {
        if value.is_finite() && seen.is_finite() { seen + (value - seen) * widen } else { value }
    };
    Some((about(low).min(seen), about(high).max(seen)))
}

/// How much longer Student's interval is than the normal one. One run a side: the fewer blocks decide. Several
/// runs a side: their degrees of freedom add up, as the spread between runs of one plan is taken to be the same on
/// both sides; a resample of k runs shows (k − 1) ÷ k of the variance between them.
fn widening(base: &Side, candidate: &Side) -> f64 {
    let (a, b) = (base.freedom(), candidate.freedom());
    let single = base.runs.len() == 1 && candidate.runs.len() == 1;
    let freedom = if single {
        a.min(b)
    } else {
        let of = |side: &Side, freedom: usize| if side.runs.len() > 1 { freedom } else { 0 };
        of(base, a) + of(candidate, b)
    };
    let fewest = [base, candidate].into_iter().map(Side::freedom).min().unwrap_or(1).max(1) as f64;
    let student = StudentsT::new(0.0, 1.0, freedom.max(1) as f64).map_or(Z, |d| d.inverse_cdf(0.975));
    (student / Z * ((fewest + 1.0) / fewest).sqrt()).max(1.0)
}

#[cfg(test)]
#[path = "comparison_tests.rs"]
mod tests;
