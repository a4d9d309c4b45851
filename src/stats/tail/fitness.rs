//! Does a fitted tail look like the data? Anderson–Darling with a parametric bootstrap.
//!
//! The statistic compares the fit with the Kaplan–Meier curve of the data, so that values that were cut take part up to
//! where they were cut. Seeded, and at most `RESAMPLES` fits.

use std::ops::Range;

use rand::{Rng, RngExt};

use super::pareto::{Excess, Pareto, fit};

/// Samples drawn from the fit at most.
pub const RESAMPLES: u32 = 99;
/// As many as this of them at least as far from their own fit as the data are from theirs, and the fit stands.
pub const ENOUGH: u32 = 10;

/// Anderson & Darling's A² = k ∫ (F̂ − z)² ÷ (z (1 − z)) dz, z the fitted distribution function and F̂ the
/// Kaplan–Meier estimate, up to the largest value. Without values that were cut it is the classical statistic
/// (D'Agostino & Stephens, Goodness-of-Fit Techniques, 1986, ch. 4). `sorted` by y.
#[must_use]
pub fn anderson_darling(sorted: &[Excess], pareto: Pareto) -> f64 {
    let (mut seen, mut z_before, mut sum) = (0.0_f64, 0.0_f64, 0.0);
    for (i, e) in sorted.iter().enumerate() {
        let z = pareto.cdf(e.y).clamp(1e-12, 1.0 - 1e-12).max(z_before);
        sum += between(seen, z_before, z);
        z_before = z;
        if !e.cut {
            seen += (1.0 - seen) / (sorted.len() - i) as f64;
        }
    }
    if sorted.last().is_some_and(|e| !e.cut) {
        sum += -z_before.ln() - (1.0 - z_before);
    }
    sum * sorted.len() as f64
}

/// ∫ (a − z)² ÷ (z (1 − z)) dz from `from` to `to`, 0 ≤ from ≤ to < 1; `from` above 0 unless a = 0.
fn between(a: f64, from: f64, to: f64) -> f64 {
    let low = if a > 0.0 { a * a * (to / from).ln() } else { 0.0 };
    low - (1.0 - a).powi(2) * ((1.0 - to) / (1.0 - from)).ln() - (to - from)
}

/// How many values of a spell count as one: 1 + (Σm² ÷ Σm − 1) ρ over the sizes m of the spells (Kish 1965, Survey Sampling,
/// ch. 5.4), ρ the correlation within spells of the fitted distribution function (one-way analysis of
/// variance), between 0 and 1. `excesses` in order of arrival, `spells` ranges of them.
#[must_use]
pub fn crowding(excesses: &[Excess], spells: &[Range<usize>], pareto: Pareto) -> f64 {
    let (total, count) = (excesses.len() as f64, spells.len() as f64);
    if count < 2.0 || total <= count {
        return 1.0;
    }
    let z: Vec<f64> = excesses.iter().map(|e| pareto.cdf(e.y)).collect();
    let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len().max(1) as f64;
    let all = mean(&z);
    let (mut between, mut within, mut squares) = (0.0, 0.0, 0.0);
    for spell in spells {
        let of = z.get(spell.clone()).unwrap_or_default();
        let (own, size) = (mean(of), of.len() as f64);
        between += size * (own - all).powi(2);
        within += of.iter().map(|z| (z - own).powi(2)).sum::<f64>();
        squares += size * size;
    }
    let (between, within) = (between / (count - 1.0), within / (total - count));
    let size = (total - squares / total) / (count - 1.0);
    let alike = (between - within) / (between + (size - 1.0) * within);
    let alike = if alike.is_finite() { alike.clamp(0.0, 1.0) } else { 1.0 };
    1.0 + (squares / total - 1.0) * alike
}

/// Where callbacks are cut, as the data show it: the Kaplan–Meier estimate with the roles exchanged (Efron 1981,
/// "Censored data and the bootstrap").
struct Cuts(Vec<(f64, f64)>);

impl Cuts {
    fn of(sorted: &[Excess]) -> Cuts {
        let mut uncut = 1.0;
        let mut steps = Vec::new();
        for (i, e) in sorted.iter().enumerate().filter(|(_, e)| e.cut) {
            uncut *= 1.0 - 1.0 / (sorted.len() - i) as f64;
            steps.push((e.y, uncut));
        }
        Cuts(steps)
    }

    fn draw(&self, rng: &mut impl Rng) -> f64 {
        let u: f64 = if self.0.is_empty() { 0.0 } else { rng.random() };
        self.0
            .iter()
            .find(|(_, uncut)| *uncut <= u)
            .filter(|_| !self.0.is_empty())
            .map_or(f64::INFINITY, |s| s.0)
    }
}

/// How likely a sample of the fitted distribution is to lie at least as far from its own fit as the data do from theirs.
///
/// The distance of the data is first divided by `crowding`, the number of values that count as one (see
/// `crowding`), as Rao & Scott (1981) do with chi-square tests of clustered data; what is drawn is independent.
/// Parametric bootstrap (Stute, Manteiga & Quindimil 1993), ended early as Besag & Clifford (1991,
/// "Sequential Monte Carlo p-values") propose: after `ENOUGH` hits in i samples p = `ENOUGH` ÷ i, else
/// (hits + 1) ÷ (`RESAMPLES` + 1), which is at most 0.1. `sorted` by y.
#[must_use]
pub fn p_value(sorted: &[Excess], pareto: Pareto, crowding: f64, rng: &mut impl Rng) -> f64 {
    let data = anderson_darling(sorted, pareto) / crowding.max(1.0);
    if !data.is_finite() {
        return 0.0;
    }
    let cuts = Cuts::of(sorted);
    let mut hits = 0;
    let mut sample = Vec::with_capacity(sorted.len());
    for drawn in 1..=RESAMPLES {
        sample.clear();
        sample.extend(sorted.iter().map(|_| {
            let y = pareto.excess_at(-(1.0 - rng.random::<f64>()).ln());
            let cut = cuts.draw(rng);
            Excess { y: y.min(cut), cut: y > cut }
        }));
        sample.sort_by(|a, b| a.y.total_cmp(&b.y));
        // A sample without a fit of its own speaks neither for nor against.
        let far = fit(&sample).is_some_and(|own| anderson_darling(&sample, own) >= data);
        hits += u32::from(far);
        if hits >= ENOUGH {
            return f64::from(ENOUGH) / f64::from(drawn);
        }
    }
    f64::from(hits + 1) / f64::from(RESAMPLES + 1)
}
