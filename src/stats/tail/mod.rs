//! What the tail says beyond what was counted: peaks over a threshold, as advice.
//!
//! `advise` fits a generalised Pareto distribution to the slowest callbacks (Coles, An Introduction to Statistical
//! Modeling of Extreme Values, 2001, ch. 4) and gives the time that a share of all callbacks exceeds, with an interval,
//! or refuses with the reason. It promises nothing where the data do not support it: 30 exceedances in 10 spells at
//! least, a fit that is not rejected, ξ of at most ½, and no more than a decade beyond the data. What the
//! figure is used for is left to `analysis`, where it never decides.
//!
//! Threshold: the lowest one whose fit is not rejected, from the slowest tenth of all callbacks (DuMouchel 1983) down to
//! the slowest 30, seven tenths as many at each step (an ordered goodness-of-fit search as in Bader, Yan & Zhang
//! 2018, "Automated threshold selection for extreme value analysis via ordered goodness-of-fit tests"). That a
//! fit stands is tested at 10 %, since an accepted wrong fit does harm and a rejected right one does not.

pub mod fitness;
pub mod interval;
pub mod pareto;
#[cfg(test)]
mod tests;

use std::ops::Range;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::spells::APART_US;
use crate::units::Stamp;
use interval::Tail;
use pareto::{Excess, LEAST_SHAPE, Pareto, fit};

/// Exceedances that a fit needs.
pub const FEWEST: usize = 30;
/// Spells that they must come in: the interval is known from these.
pub const FEWEST_SPELLS: usize = 10;
/// The largest shape that is trusted.
pub const HEAVIEST: f64 = 0.5;
/// How many times rarer than one in n the share asked for may be.
pub const DECADE: f64 = 10.0;
/// A fit with a smaller p-value than this, or the same, is rejected.
pub const REJECTED_AT: f64 = 0.1;
/// The tail is at most this share of all callbacks.
const TAIL_SHARE: f64 = 0.1;
/// How many exceedances the next threshold keeps.
const KEPT_A_STEP: f64 = 0.7;

/// A slow callback.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slow {
    /// When it arrived.
    pub at: Stamp,
    /// How long it took, or was waited for before it was cut, s.
    pub seconds: f64,
    /// Cut: it would have taken longer.
    pub cut: bool,
}

/// The slow callbacks of one webhook.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// Callbacks in all.
    pub n: u64,
    /// Every callback that took longer than this, s, and was not cut is in `slow`.
    pub from_s: f64,
    /// The slow ones, in any order.
    pub slow: Vec<Slow>,
    /// Callbacks cut after at most `from_s` that are not in `slow`.
    pub cut_early: u64,
}

/// What the tail says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Advice {
    /// The threshold, s.
    pub threshold_s: f64,
    /// Callbacks above it; those that were cut below it count as above.
    pub exceedances: u64,
    /// Of these, cut.
    pub cut: u64,
    /// Spells they came in.
    pub spells: u64,
    /// ξ and σ.
    pub pareto: Pareto,
    /// Anderson–Darling, by parametric bootstrap.
    pub fit_p: f64,
    /// The time that the share asked for exceeds, s.
    pub quantile_s: f64,
    /// Lower end of its 95 % interval, s.
    pub low_s: f64,
    /// Upper end of it, s.
    pub high_s: f64,
}

/// Why the tail says nothing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Refusal {
    /// Nothing was measured.
    NothingMeasured,
    /// Too few exceedances.
    TooFew {
        /// Callbacks above the lowest threshold.
        exceedances: u64,
        /// That threshold, s.
        from_s: f64,
    },
    /// Too few callbacks for a tail of a tenth of them.
    TooFewCallbacks {
        /// Callbacks.
        n: u64,
    },
    /// Too few spells.
    TooFewSpells {
        /// Callbacks above the lowest threshold.
        exceedances: u64,
        /// Spells they came in.
        spells: u64,
    },
    /// Fewer are above the lowest threshold than the share asked for.
    NotNeeded {
        /// That threshold, s.
        from_s: f64,
    },
    /// More than a decade past the data.
    TooFar {
        /// Callbacks.
        n: u64,
        /// Callbacks that would do.
        needed: u64,
    },
    /// Most of them were cut.
    MostlyCut {
        /// Cut.
        cut: u64,
        /// Above the threshold.
        exceedances: u64,
    },
    /// The times end abruptly, or are all equal.
    Abrupt {
        /// The largest one, s.
        largest_s: f64,
    },
    /// No threshold gives a fit that stands.
    Rejected {
        /// The best p-value.
        fit_p: f64,
    },
    /// Too heavy.
    Heavy {
        /// ξ.
        shape: f64,
    },
    /// The interval has no end.
    Unbounded,
}

impl Refusal {
    /// Stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Refusal::NothingMeasured => "nothing_measured",
            Refusal::TooFew { .. } => "too_few",
            Refusal::TooFewCallbacks { .. } => "too_few_callbacks",
            Refusal::TooFewSpells { .. } => "too_few_spells",
            Refusal::NotNeeded { .. } => "not_needed",
            Refusal::TooFar { .. } => "too_far",
            Refusal::MostlyCut { .. } => "mostly_cut",
            Refusal::Abrupt { .. } => "abrupt",
            Refusal::Rejected { .. } => "rejected",
            Refusal::Heavy { .. } => "heavy",
            Refusal::Unbounded => "unbounded",
        }
    }
}

/// The time that at most `share` (above 0, below 1) of all callbacks exceed, by the tail; `seed` of the goodness-of-fit
/// test. The same sample and seed give the same answer.
///
/// # Errors
/// The reason where the data do not support a figure.
pub fn advise(sample: &Sample, share: f64, seed: u64) -> Result<Advice, Refusal> {
    let mut slow: Vec<Slow> = sample.slow.iter().copied().filter(|s| s.seconds.is_finite()).collect();
    slow.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    enough(sample, &slow, share)?;
    let mut refusal = Refusal::Abrupt { largest_s: slow.first().map_or(0.0, |s| s.seconds) };
    for threshold_s in thresholds(sample, &slow) {
        let peaks = Peaks::over(threshold_s, &slow, sample);
        if peaks.share() <= share || peaks.excesses.len() < FEWEST || peaks.spells.len() < FEWEST_SPELLS {
            break;
        }
        match peaks.judged(share, seed) {
            Err(Refusal::Rejected { fit_p }) => {
                let before = if let Refusal::Rejected { fit_p } = refusal { fit_p } else { 0.0 };
                refusal = Refusal::Rejected { fit_p: fit_p.max(before) };
            }
            // A higher threshold may lie above what ends abruptly.
            Err(Refusal::Abrupt { .. }) => {}
            decided => return decided,
        }
    }
    Err(refusal)
}

/// What can be said before anything is fitted. `slow` from the slowest down.
fn enough(sample: &Sample, slow: &[Slow], share: f64) -> Result<(), Refusal> {
    let n = sample.n;
    if n == 0 {
        return Err(Refusal::NothingMeasured);
    }
    let peaks = Peaks::over(sample.from_s, slow, sample);
    let (exceedances, spells) = (peaks.exceedances(), peaks.spells.len() as u64);
    if exceedances < FEWEST as u64 {
        return Err(Refusal::TooFew { exceedances, from_s: sample.from_s });
    }
    if (n as f64 * TAIL_SHARE) < FEWEST as f64 {
        return Err(Refusal::TooFewCallbacks { n });
    }
    let needed = 1.0 / (DECADE * share);
    if !(share > 0.0 && share < 1.0) || (n as f64) < needed {
        return Err(Refusal::TooFar { n, needed: needed.max(0.0).ceil() as u64 });
    }
    if peaks.share() <= share {
        return Err(Refusal::NotNeeded { from_s: sample.from_s });
    }
    let cut = peaks.cut();
    if cut * 2 > exceedances {
        return Err(Refusal::MostlyCut { cut, exceedances });
    }
    if peaks.spells.len() < FEWEST_SPELLS {
        return Err(Refusal::TooFewSpells { exceedances, spells });
    }
    Ok(())
}

/// Thresholds to try, the lowest one first. `slow` from the slowest down.
fn thresholds(sample: &Sample, slow: &[Slow]) -> Vec<f64> {
    let most = ((sample.n as f64 * TAIL_SHARE) as usize).min(slow.len());
    let mut kept = most as f64;
    let mut thresholds = Vec::new();
    while kept >= FEWEST as f64 {
        let next = slow.get(kept as usize).map_or(sample.from_s, |s| s.seconds).max(sample.from_s);
        if thresholds.last().is_none_or(|last| *last < next) {
            thresholds.push(next);
        }
        kept *= KEPT_A_STEP;
    }
    thresholds
}

/// What lies above a threshold.
struct Peaks {
    threshold_s: f64,
    /// In order of arrival.
    excesses: Vec<Excess>,
    spells: Vec<Range<usize>>,
    /// Cut before any threshold, and known only by their number.
    cut_early: u64,
    n: u64,
}

impl Peaks {
    /// Callbacks that took longer, and those that were cut earlier: they may have.
    fn over(threshold_s: f64, slow: &[Slow], sample: &Sample) -> Peaks {
        let mut above: Vec<Slow> =
            slow.iter().copied().filter(|s| s.cut || s.seconds > threshold_s).collect();
        above.sort_by_key(|s| s.at);
        let mut spells: Vec<Range<usize>> = Vec::new();
        for (i, pair) in above.iter().enumerate() {
            let apart = i == 0 || pair.at.since(above[i - 1].at) >= APART_US;
            match spells.last_mut().filter(|_| !apart) {
                Some(spell) => spell.end = i + 1,
                None => spells.push(i..i + 1),
            }
        }
        let excess = |s: &Slow| Excess { y: (s.seconds - threshold_s).max(0.0), cut: s.cut };
        let excesses = above.iter().map(excess).collect();
        Peaks { threshold_s, excesses, spells, cut_early: sample.cut_early, n: sample.n }
    }

    fn exceedances(&self) -> u64 {
        self.excesses.len() as u64 + self.cut_early
    }

    fn cut(&self) -> u64 {
        self.excesses.iter().filter(|e| e.cut).count() as u64 + self.cut_early
    }

    /// ζ: the share of all callbacks above the threshold.
    fn share(&self) -> f64 {
        (self.exceedances() as f64 / self.n.max(1) as f64).min(1.0)
    }

    fn judged(&self, share: f64, seed: u64) -> Result<Advice, Refusal> {
        let (cut, exceedances) = (self.cut(), self.exceedances());
        if cut * 2 > exceedances {
            return Err(Refusal::MostlyCut { cut, exceedances });
        }
        let largest = self.excesses.iter().map(|e| e.y).fold(0.0, f64::max);
        let abrupt = Refusal::Abrupt { largest_s: self.threshold_s + largest };
        let pareto = fit(&self.excesses).filter(|p| p.shape > LEAST_SHAPE + 1e-3).ok_or(abrupt)?;
        let mut sorted = self.excesses.clone();
        sorted.sort_by(|a, b| a.y.total_cmp(&b.y));
        let crowding = fitness::crowding(&self.excesses, &self.spells, pareto);
        let fit_p = fitness::p_value(&sorted, pareto, crowding, &mut ChaCha8Rng::seed_from_u64(seed));
        if fit_p <= REJECTED_AT {
            return Err(Refusal::Rejected { fit_p });
        }
        if pareto.shape > HEAVIEST {
            return Err(Refusal::Heavy { shape: pareto.shape });
        }
        let depth = (self.share() / share).ln().max(0.0);
        let tail = Tail { excesses: &self.excesses, spells: &self.spells, pareto, depth };
        let (low, high) = tail.interval().ok_or(Refusal::Unbounded)?;
        Ok(Advice {
            threshold_s: self.threshold_s,
            exceedances,
            cut,
            spells: self.spells.len() as u64,
            pareto,
            fit_p,
            quantile_s: self.threshold_s + pareto.excess_at(depth),
            low_s: self.threshold_s + low,
            high_s: self.threshold_s + high,
        })
    }
}
