//! What the trials say about the capacity: a posterior over capacity and sharpness on a grid.
//!
//! Model: a trial at rate r is bad with probability L/2 + (1 − L) · logistic((ln r − ln c) ÷ s + logit x),
//! where c is the capacity, x the exceed ratio that defines it (at c the share x of the trials is bad), s the
//! width of the transition in log rate, and L the share of flukes. Flat priors over ln c and ln s. This is the
//! psychometric function of psychophysics, and a trial a stimulus: Kontsevich & Tyler 1999, "Bayesian adaptive
//! estimation of psychometric slope and threshold"; Prins 2013 for integrating the slope out.
//!
//! Pooling all levels this way is what makes a narrow bracket affordable: at a level half a width s below the
//! capacity 38 % of the trials are bad, and to tell that from 50 % by the trials of that level alone takes 66 of
//! them; their neighbours know as much about it as they do.

use std::ops::Range;

/// Widths of the transition that are considered, as fractions of the rate.
const WIDTHS: [f64; 7] = [0.005, 0.01, 0.02, 0.04, 0.07, 0.12, 0.2];
/// Share of trials whose outcome has nothing to do with the rate (half of them good, half bad).
const FLUKES: f64 = 0.01;
/// Distance of the grid's points in log rate.
const STEP: f64 = 0.004;
/// Grid points lighter than this share of the whole no longer count.
const LIGHT: f64 = 1e-12;

/// Weights over (width, ln capacity).
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Posterior {
    log_low: f64,
    points: usize,
    /// ln(x ÷ (1 − x)) of the exceed ratio.
    offset: f64,
    weights: Vec<f64>,
    /// Points that still count.
    live: Range<usize>,
    /// Probability of the points before each; one longer than `points`.
    before: Vec<f64>,
}

impl Posterior {
    /// Before any trial; capacities from `low` to `high` are possible.
    pub(super) fn flat(low: f64, high: f64, exceed_ratio: f64) -> Posterior {
        let (log_low, log_high) = (low.ln(), high.ln());
        let points = (((log_high - log_low) / STEP).ceil() as usize).max(1) + 1;
        let mut posterior = Posterior {
            log_low,
            points,
            offset: (exceed_ratio / (1.0 - exceed_ratio)).ln(),
            weights: vec![1.0; points * WIDTHS.len()],
            live: 0..points,
            before: Vec::new(),
        };
        posterior.normalise();
        posterior
    }

    /// Takes a trial in.
    pub(super) fn observe(&mut self, rate: f64, good: bool) {
        let log_rate = rate.ln();
        for (slice, width) in self.weights.chunks_mut(self.points).zip(WIDTHS) {
            for point in self.live.clone() {
                let capacity = self.log_low + STEP * point as f64;
                let bad = bad_share(log_rate, capacity, width, self.offset);
                slice[point] *= if good { 1.0 - bad } else { bad };
            }
        }
        self.normalise();
    }

    fn normalise(&mut self) {
        let mut marginal = vec![0.0; self.points];
        for slice in self.weights.chunks(self.points) {
            for point in self.live.clone() {
                marginal[point] += slice[point];
            }
        }
        let sum: f64 = marginal.iter().sum();
        let counts = |point: &usize| marginal[*point] > sum * LIGHT;
        let first = self.live.clone().find(counts).unwrap_or(self.live.start);
        let last = self.live.clone().rfind(counts).unwrap_or(self.live.end - 1);
        self.live = first..last + 1;
        for slice in self.weights.chunks_mut(self.points) {
            slice[self.live.clone()].iter_mut().for_each(|w| *w /= sum);
        }
        let mut total = 0.0;
        self.before = vec![0.0];
        for (point, weight) in marginal.iter().enumerate() {
            total += if self.live.contains(&point) { weight / sum } else { 0.0 };
            self.before.push(total);
        }
    }

    /// Probability that the capacity is below `rate`.
    pub(super) fn below(&self, rate: f64) -> f64 {
        // Each point stands for the step around it.
        let at = ((rate.ln() - self.log_low) / STEP + 0.5).clamp(0.0, self.points as f64);
        let whole = (at as usize).min(self.points - 1);
        let (from, to) = (self.before[whole], self.before[whole + 1]);
        from + (to - from) * (at - whole as f64)
    }

    /// The rate below which the capacity lies with probability `p`.
    pub(super) fn quantile(&self, p: f64) -> f64 {
        let point = self.before.partition_point(|sum| *sum < p).clamp(1, self.points) - 1;
        let (from, to) = (self.before[point], self.before[point + 1]);
        let inside = if to > from { ((p - from) / (to - from)).clamp(0.0, 1.0) } else { 0.5 };
        (self.log_low + STEP * (point as f64 + inside - 0.5)).exp()
    }
}

fn bad_share(log_rate: f64, log_capacity: f64, width: f64, offset: f64) -> f64 {
    let z = (log_rate - log_capacity) / width + offset;
    FLUKES / 2.0 + (1.0 - FLUKES) / (1.0 + (-z).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_trial_every_rate_is_as_likely_in_log_rate() {
        let flat = Posterior::flat(1.0, 100.0, 0.5);
        assert!((flat.quantile(0.5) - 10.0).abs() < 0.1, "{}", flat.quantile(0.5));
        assert!((flat.below(10.0) - 0.5).abs() < 0.005);
        assert!(flat.below(0.1) <= 0.0 && flat.below(1e6) > 1.0 - 1e-9);
    }

    #[test]
    fn a_good_trial_moves_the_capacity_up_and_a_bad_one_down() {
        let mut posterior = Posterior::flat(1.0, 100.0, 0.5);
        posterior.observe(20.0, true);
        assert!(posterior.below(20.0) < 0.05);
        posterior.observe(40.0, false);
        let middle = posterior.quantile(0.5);
        assert!(middle > 24.0 && middle < 33.0, "{middle}");
        assert!((posterior.below(posterior.quantile(0.9)) - 0.9).abs() < 1e-6);
    }

    #[test]
    fn one_fluke_far_from_the_capacity_does_not_decide() {
        let mut posterior = Posterior::flat(1.0, 1_000.0, 0.5);
        posterior.observe(10.0, false);
        for _ in 0..3 {
            posterior.observe(80.0, true);
            posterior.observe(160.0, false);
        }
        assert!(posterior.below(80.0) < 0.05, "{}", posterior.below(80.0));
    }
}
