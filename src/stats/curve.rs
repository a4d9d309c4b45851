//! The percentile curve of one side of a comparison with its 95 % interval, for drawing.
//!
//! Resampled and widened as `comparison` does it for differences, by the same rule of support. Two curves whose intervals
//! overlap may differ all the same: whether they do is for `comparison` to say.

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::comparison::{Draws, SUPPORT_RANK, Side, Z};
use super::order::smallest_n;
use super::timeline::Timeline;

/// Points that a decade of 1 ÷ (1 − q) has.
const A_DECADE: i32 = 6;
/// The last decade.
const DECADES: i32 = 6;
/// Resamples at most: an interval that is drawn shows no more.
const RESAMPLES: usize = 400;

/// One point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CurvePoint {
    /// 1 ÷ (1 − q).
    pub x: f64,
    /// The quantile, µs.
    pub us: f64,
    /// Its 95 % interval, µs, the upper end infinite where it may be of a call that never ended; none where the runs are
    /// too short to be resampled.
    pub interval_us: Option<(f64, f64)>,
}

/// Up to the last quantile that the values support and that ended.
#[must_use]
pub fn curve(runs: &[Timeline], draws: Draws) -> Vec<CurvePoint> {
    let side = Side::new(runs);
    let count = side.count();
    let supported = |x: &f64| smallest_n(1.0 - 1.0 / x, SUPPORT_RANK).is_some_and(|n| count >= n);
    let steps: Vec<f64> = (1..=A_DECADE * DECADES)
        .map(|i| 10_f64.powf(f64::from(i) / f64::from(A_DECADE)))
        .take_while(supported)
        .collect();
    let quantiles = || steps.iter().map(|x| 1.0 - 1.0 / x);
    let whole = side.whole();
    let seen: Vec<f64> = side.ranked(&whole, quantiles()).take_while(|us| us.is_finite()).collect();
    let mut logs: Vec<Vec<f64>> = vec![Vec::new(); seen.len()];
    if side.is_long_enough() {
        let mut rng = ChaCha8Rng::seed_from_u64(draws.seed);
        for _ in 0..draws.resamples.clamp(100, RESAMPLES) {
            let drawn = side.draw(&mut rng);
            side.ranked(&drawn, quantiles()).zip(&mut logs).for_each(|(us, logs)| logs.push(us.ln()));
        }
    }
    let widen = widening(&side);
    steps
        .iter()
        .zip(seen)
        .zip(logs)
        .map(|((x, us), logs)| CurvePoint { x: *x, us, interval_us: interval(logs, us.ln(), widen) })
        .collect()
}

/// Percentile interval at 95 %, widened about what was seen.
fn interval(mut logs: Vec<f64>, seen: f64, widen: f64) -> Option<(f64, f64)> {
    logs.sort_by(f64::total_cmp);
    let out = (logs.len() as f64 * 0.025) as usize;
    let (low, high) = (*logs.get(out)?, *logs.get(logs.len().checked_sub(1 + out)?)?);
    let about = |end: f64| if end.is_finite() { seen + (end - seen) * widen } else { end };
    Some((about(low).min(seen).exp(), about(high).max(seen).exp()))
}

/// How much longer Student's interval is than the normal one, few blocks or runs being drawn from.
fn widening(side: &Side) -> f64 {
    let freedom = side.freedom().max(1) as f64;
    let student = StudentsT::new(0.0, 1.0, freedom).map_or(Z, |d| d.inverse_cdf(0.975));
    (student / Z * ((freedom + 1.0) / freedom).sqrt()).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(seconds: u64, us: impl Fn(u64) -> u64) -> Timeline {
        let mut line = Timeline::new(seconds);
        (0..seconds).for_each(|s| (0..20).for_each(|i| line.record(s, us(20 * s + i), 1)));
        line
    }

    fn drawn(line: &Timeline) -> Vec<CurvePoint> {
        curve(std::slice::from_ref(line), Draws::default())
    }

    #[test]
    fn a_curve_rises_inside_its_interval_and_ends_with_what_its_values_support() {
        let points = drawn(&run(60, |i| 10_000 + (i * 7_919) % 50_000));
        assert!(points.is_sorted_by_key(|p| p.us) && points.len() > 8, "{points:?}");
        assert!(points.iter().all(|p| p.interval_us.is_some_and(|(low, high)| low <= p.us && p.us <= high)));
        // 1,200 values support 99 % and not 99.9 %.
        let last = points.last().unwrap().x;
        assert!((100.0..1_000.0).contains(&last), "{last}");
    }

    #[test]
    fn a_curve_ends_before_calls_that_never_ended_and_a_short_run_has_no_interval() {
        let mut line = run(60, |_| 10_000);
        line.record_unfinished(300);
        assert!(drawn(&line).last().unwrap().x < 5.1, "a fifth never ended");
        assert!(drawn(&run(4, |_| 10_000)).iter().all(|p| p.interval_us.is_none()));
        assert!(curve(&[], Draws::default()).is_empty());
    }
}
