//! The generalised Pareto distribution of what lies above a threshold, and its fit.
//!
//! Maximum likelihood with right-censored values: one that was cut at y enters with its survival function.
//! The search has one dimension only, and is bounded. How good the fit is, is left to `fitness`.

/// Smallest shape that is looked for: below −½ the usual properties of maximum likelihood do not hold (Smith 1985,
/// "Maximum likelihood estimation in a class of nonregular cases").
pub const LEAST_SHAPE: f64 = -0.5;
/// Largest shape that is looked for.
const MOST_SHAPE: f64 = 3.0;
/// Points of the first look along the search.
const GRID: usize = 20;
/// Steps of the golden section after it.
const STEPS: usize = 40;

/// How far a value lies above the threshold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Excess {
    /// Value − threshold, s, at least 0.
    pub y: f64,
    /// Cut there: the value is larger than that.
    pub cut: bool,
}

/// Survival function (1 + ξ y ÷ σ)^(−1 ÷ ξ), for ξ = 0 e^(−y ÷ σ) (Pickands 1975; Coles 2001, ch. 4.2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pareto {
    /// ξ: above 0 the tail is heavier than exponential, below 0 it ends.
    pub shape: f64,
    /// σ, s, above 0.
    pub scale: f64,
}

impl Pareto {
    /// ln P(Y > y); −∞ beyond the end of a tail that ends.
    #[must_use]
    pub fn log_survival(self, y: f64) -> f64 {
        let t = self.shape * y / self.scale;
        if t <= -1.0 {
            return f64::NEG_INFINITY;
        }
        if self.shape.abs() < 1e-9 { -y / self.scale } else { -t.ln_1p() / self.shape }
    }

    /// P(Y ≤ y).
    #[must_use]
    pub fn cdf(self, y: f64) -> f64 {
        -self.log_survival(y).exp_m1()
    }

    /// ln of the density; −∞ beyond the end.
    #[must_use]
    pub fn log_density(self, y: f64) -> f64 {
        self.log_survival(y) * (1.0 + self.shape) - self.scale.ln()
    }

    /// The y that is exceeded with chance e^(−`depth`), `depth` at least 0.
    #[must_use]
    pub fn excess_at(self, depth: f64) -> f64 {
        self.scale * growth(self.shape, depth)
    }

    /// Log-likelihood of excesses.
    #[must_use]
    pub fn log_likelihood(self, excesses: &[Excess]) -> f64 {
        excesses.iter().map(|e| if e.cut { self.log_survival(e.y) } else { self.log_density(e.y) }).sum()
    }
}

/// (e^(ξ L) − 1) ÷ ξ, and L for ξ = 0: how many scales above the threshold the depth L lies.
#[must_use]
pub fn growth(shape: f64, depth: f64) -> f64 {
    if shape.abs() < 1e-9 { depth } else { (shape * depth).exp_m1() / shape }
}

/// Sums over the excesses in units of their mean, which the profile likelihood needs.
struct Scaled<'a> {
    excesses: &'a [Excess],
    /// Σ y ÷ d, the scale of the exponential distribution that fits best.
    unit: f64,
    /// d: excesses that were not cut.
    whole: f64,
}

impl Scaled<'_> {
    /// For τ = ξ ÷ σ (in 1 ÷ unit): the best ξ, and the log-likelihood there.
    ///
    /// With censoring as without, the best ξ for a given τ is Σ ln(1 + τ y) ÷ d, the sum taken over all excesses and d
    /// the number that were not cut: Grimshaw 1993 ("Computing maximum likelihood estimates for the
    /// generalized Pareto distribution"), with the survival terms added.
    fn profile(&self, tau: f64) -> (f64, f64) {
        let (mut all, mut whole) = (0.0, 0.0);
        for e in self.excesses {
            let t = tau * e.y / self.unit;
            let log = if t <= -1.0 { f64::NEG_INFINITY } else { t.ln_1p() };
            all += log;
            whole += if e.cut { 0.0 } else { log };
        }
        let shape = all / self.whole;
        // ξ ÷ τ is the scale; 1 (the unit) where both are 0.
        let scale = if tau.abs() < 1e-9 { 1.0 } else { shape / tau };
        (shape, -self.whole * scale.ln() - whole - self.whole)
    }

    /// The τ at which the best ξ is `shape`, between `low` and `high`; ξ grows with τ.
    fn tau_of(&self, shape: f64, mut low: f64, mut high: f64) -> f64 {
        for _ in 0..30 {
            let middle = f64::midpoint(low, high);
            if self.profile(middle).0 < shape { low = middle } else { high = middle }
        }
        high
    }
}

/// The distribution that makes the excesses most likely, its shape between −½ and 3; none where there is nothing to
/// fit: fewer than two values that were not cut, or none above the threshold.
#[must_use]
pub fn fit(excesses: &[Excess]) -> Option<Pareto> {
    let whole = excesses.iter().filter(|e| !e.cut).count() as f64;
    let unit = excesses.iter().map(|e| e.y).sum::<f64>() / whole;
    let largest = excesses.iter().map(|e| e.y).fold(0.0, f64::max);
    if whole < 2.0 || !unit.is_finite() || unit <= 0.0 {
        return None;
    }
    let scaled = Scaled { excesses, unit, whole };
    let low = scaled.tau_of(LEAST_SHAPE, -unit / largest, 0.0);
    let mut high = 1.0;
    while high < 1e6 && scaled.profile(high).0 < MOST_SHAPE {
        high *= 4.0;
    }
    // asinh is as good as linear around 0 and logarithmic far away from it.
    let best = maximum(low.asinh(), high.asinh(), GRID, STEPS, |v| scaled.profile(v.sinh()).1);
    let tau = best.sinh();
    let shape = scaled.profile(tau).0;
    let scale = if tau.abs() < 1e-9 { unit } else { shape / tau * unit };
    (scale.is_finite() && scale > 0.0 && shape.is_finite()).then_some(Pareto { shape, scale })
}

/// Where `f` is largest between `low` and `high`: the best point of a grid, then a golden section around it.
#[must_use]
pub fn maximum(low: f64, high: f64, grid: usize, steps: usize, f: impl Fn(f64) -> f64) -> f64 {
    let width = (high - low) / grid.max(1) as f64;
    let value = |x: f64| Some(f(x)).filter(|v| !v.is_nan()).unwrap_or(f64::NEG_INFINITY);
    let at = |i: usize| low + width * i as f64;
    let best = (0..=grid).map(|i| (i, value(at(i)))).max_by(|a, b| a.1.total_cmp(&b.1)).map_or(0, |b| b.0);
    let (mut a, mut b) = (at(best.saturating_sub(1)), at((best + 1).min(grid)));
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut x, mut y) = (b - ratio * (b - a), a + ratio * (b - a));
    let (mut fx, mut fy) = (value(x), value(y));
    for _ in 0..steps {
        if fx >= fy {
            (b, y, fy) = (y, x, fx);
            x = b - ratio * (b - a);
            fx = value(x);
        } else {
            (a, x, fx) = (x, y, fy);
            y = a + ratio * (b - a);
            fy = value(y);
        }
        if b - a <= 1e-9 * (1.0 + a.abs()) {
            break;
        }
    }
    f64::midpoint(a, b)
}
