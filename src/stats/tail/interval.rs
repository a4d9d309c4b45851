//! The interval around a value far out in the tail.
//!
//! By profile likelihood (Coles 2001, ch. 2.6.6 and 4.3.3), which is longer towards the long side. Slow callbacks come in
//! spells, and a likelihood that takes them for independent gives intervals that are too short: all of them stay in
//! the fit, and the interval is widened by what the spells really say (Fawcett & Walshaw 2007, "Improved
//! estimation for temporally clustered extremes"; the likelihood ratio is divided by the ratio of the two
//! variances, Rotnitzky & Jewell 1990).

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::pareto::{Excess, LEAST_SHAPE, Pareto, growth, maximum};

/// Confidence of the interval, both sides together.
pub const LEVEL: f64 = 0.95;
/// Bounds of the shape while a value is held fast.
const SHAPES: (f64, f64) = (2.0 * LEAST_SHAPE, 2.0);
/// An end of the interval that lies further from the estimate than this factor counts as not found.
const FURTHEST: f64 = 1_000.0;

/// What the interval is taken from.
pub struct Tail<'a> {
    /// The excesses.
    pub excesses: &'a [Excess],
    /// Their spells, as ranges of `excesses`.
    pub spells: &'a [std::ops::Range<usize>],
    /// The fit.
    pub pareto: Pareto,
    /// ln(share above the threshold ÷ share asked for), at least 0.
    pub depth: f64,
}

/// Derivatives of one excess's log-likelihood by (ξ, σ).
fn score(e: Excess, pareto: Pareto) -> [f64; 2] {
    let Pareto { shape, scale } = pareto;
    let y = e.y / scale;
    let t = shape * y;
    let w = 1.0 + t;
    // (ln(1 + t) − t ÷ (1 + t)) ÷ t², by its series near 0.
    let bend =
        if t.abs() < 1e-4 { 0.5 - 2.0 * t / 3.0 + 0.75 * t * t } else { (t.ln_1p() - t / w) / (t * t) };
    let survival = [y * y * bend, y / (scale * w)];
    if e.cut {
        return survival;
    }
    [survival[0] - y / w, survival[1] * (1.0 + shape) - 1.0 / scale]
}

fn total_score(excesses: &[Excess], pareto: Pareto) -> [f64; 2] {
    excesses.iter().map(|e| score(*e, pareto)).fold([0.0; 2], |a, b| [a[0] + b[0], a[1] + b[1]])
}

impl Tail<'_> {
    /// Inverse of the observed information of (ξ, σ), by central differences of the score; none where it is not positive.
    fn covariance(&self) -> Option<[[f64; 2]; 2]> {
        let Pareto { shape, scale } = self.pareto;
        let (h, k) = (1e-5, 1e-5 * scale);
        let at = |shape, scale| total_score(self.excesses, Pareto { shape, scale });
        let (up, down) = (at(shape + h, scale), at(shape - h, scale));
        let (more, less) = (at(shape, scale + k), at(shape, scale - k));
        let a = -(up[0] - down[0]) / (2.0 * h);
        let b = -f64::midpoint((up[1] - down[1]) / (2.0 * h), (more[0] - less[0]) / (2.0 * k));
        let d = -(more[1] - less[1]) / (2.0 * k);
        let det = a * d - b * b;
        (a > 0.0 && det > 0.0 && det.is_finite()).then_some([[d / det, -b / det], [-b / det, a / det]])
    }

    /// Derivatives of the excess at `depth` by (ξ, σ), and by ln of the share above the threshold.
    fn gradient(&self) -> ([f64; 2], f64) {
        let (Pareto { shape, scale }, depth) = (self.pareto, self.depth);
        let h = 1e-5;
        let by_shape = scale * (growth(shape + h, depth) - growth(shape - h, depth)) / (2.0 * h);
        ([by_shape, growth(shape, depth)], scale * (shape * depth).exp())
    }

    /// How many times larger the variance of the value is than independent excesses and a known share above the
    /// threshold would make it; at least 1.
    ///
    /// Each spell contributes its influence on the value: by its score, and by how many it adds to the share. Their
    /// squares add up to the variance (sandwich estimate, spells as clusters; the number of spells is Poisson).
    #[must_use]
    pub fn inflation(&self) -> Option<f64> {
        let covariance = self.covariance()?;
        let (by, by_share) = self.gradient();
        let [x, y] = covariance.map(|row| row[0] * by[0] + row[1] * by[1]);
        let alone = x * by[0] + y * by[1];
        let (count, total) = (self.spells.len() as f64, self.excesses.len() as f64);
        let of_spell = |spell: &std::ops::Range<usize>| {
            let excesses = self.excesses.get(spell.clone()).unwrap_or_default();
            let score = total_score(excesses, self.pareto);
            x * score[0] + y * score[1] + by_share * excesses.len() as f64 / total
        };
        let spells: f64 = self.spells.iter().map(|s| of_spell(s).powi(2)).sum();
        let inflation = spells * count / (count - 1.0) / alone;
        (alone > 0.0 && inflation.is_finite()).then_some(inflation.max(1.0))
    }

    /// The largest log-likelihood with the excess at `depth` held at `value`.
    fn profile(&self, value: f64) -> f64 {
        let at = |shape: f64| {
            let pareto = Pareto { shape, scale: value / growth(shape, self.depth) };
            pareto.log_likelihood(self.excesses)
        };
        at(maximum(SHAPES.0, SHAPES.1, 14, 24, at))
    }

    /// Values at which twice the log-likelihood lies `drop` below its maximum, either side of the estimate. `None`
    /// where an end lies further away than a factor of 1,000.
    #[must_use]
    pub fn ends(&self, drop: f64) -> Option<(f64, f64)> {
        let best = self.pareto.excess_at(self.depth);
        let floor = self.pareto.log_likelihood(self.excesses) - drop / 2.0;
        let above = |value: f64| self.profile(value) >= floor;
        let end = |step: f64| {
            let (mut inside, mut outside) = (best, best * step);
            while above(outside) {
                (inside, outside) = (outside, outside * step);
                if !(1.0 / FURTHEST..=FURTHEST).contains(&(outside / best)) {
                    return None;
                }
            }
            for _ in 0..24 {
                let middle = (inside * outside).sqrt();
                if above(middle) { inside = middle } else { outside = middle }
            }
            Some(outside)
        };
        (self.depth > 0.0).then(|| Some((end(1.0 / 1.3)?, end(1.3)?)))?
    }

    /// The 95 % interval of the excess at `depth`, spells allowed for: Student's t with one degree less than there are
    /// spells stands in for the normal distribution, since their number is what the variance is known from.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        let t = StudentsT::new(0.0, 1.0, self.spells.len() as f64 - 1.0).ok()?;
        let drop = t.inverse_cdf(f64::midpoint(1.0, LEVEL)).powi(2) * self.inflation()?;
        self.ends(drop)
    }
}
