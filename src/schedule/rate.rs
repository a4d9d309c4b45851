//! Arrival rates over time: piecewise linear, with their exact integral and its inverse.
//!
//! Promises that `time_of(count_at(t)) == t` up to rounding wherever the rate is above 0.
//! Who draws arrivals from it is `arrivals`' business.

use super::ScheduleError;

/// Highest rate that is accepted, per second: one arrival a microsecond.
pub const MAX_RATE: f64 = 1e6;

/// A stretch of time whose rate changes evenly.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Start, seconds from 0 up.
    pub start_s: f64,
    /// Length, seconds; 0 holds no arrival.
    pub duration_s: f64,
    /// Arrivals per second at its start.
    pub from_rate: f64,
    /// Arrivals per second at its end.
    pub to_rate: f64,
}

impl Segment {
    /// `rate` from `start_s` for `duration_s` seconds.
    #[must_use]
    pub fn steady(start_s: f64, duration_s: f64, rate: f64) -> Vec<Segment> {
        Self::ramp(start_s, duration_s, rate, rate)
    }

    /// From `from` to `to`, evenly.
    #[must_use]
    pub fn ramp(start_s: f64, duration_s: f64, from: f64, to: f64) -> Vec<Segment> {
        vec![Segment { start_s, duration_s, from_rate: from, to_rate: to }]
    }

    /// `steps` plateaus of equal length, the first at `from`, the last at `to`, equally far
    /// apart; a single step is at `to`.
    #[must_use]
    pub fn steps(start_s: f64, duration_s: f64, from: f64, to: f64, steps: u32) -> Vec<Segment> {
        let steps = steps.max(1);
        let length = duration_s / f64::from(steps);
        (0..steps)
            .map(|i| {
                let share = if steps == 1 { 1.0 } else { f64::from(i) / f64::from(steps - 1) };
                let rate = from + (to - from) * share;
                let start_s = start_s + length * f64::from(i);
                Segment { start_s, duration_s: length, from_rate: rate, to_rate: rate }
            })
            .collect()
    }

    /// `outside` in the first and last third, `inside` in the middle third.
    #[must_use]
    pub fn spike(start_s: f64, duration_s: f64, outside: f64, inside: f64) -> Vec<Segment> {
        let third = duration_s / 3.0;
        [outside, inside, outside]
            .into_iter()
            .enumerate()
            .flat_map(|(i, rate)| Self::steady(start_s + third * i as f64, third, rate))
            .collect()
    }

    fn end_s(&self) -> f64 {
        self.start_s + self.duration_s
    }

    fn area(&self) -> f64 {
        (self.from_rate + self.to_rate) / 2.0 * self.duration_s
    }

    /// Arrivals expected in its first `x` seconds.
    fn area_until(&self, x: f64) -> f64 {
        let x = x.clamp(0.0, self.duration_s);
        if self.duration_s <= 0.0 {
            return 0.0;
        }
        let slope = (self.to_rate - self.from_rate) / self.duration_s;
        self.from_rate * x + slope / 2.0 * x * x
    }

    /// After how many seconds `area` arrivals are expected: the root of
    /// `slope/2 · x² + from · x = area` in the form that does not cancel.
    fn time_of(&self, area: f64) -> f64 {
        if self.duration_s <= 0.0 {
            return 0.0;
        }
        let slope = (self.to_rate - self.from_rate) / self.duration_s;
        let root = (self.from_rate * self.from_rate + 2.0 * slope * area).max(0.0).sqrt();
        let below = self.from_rate + root;
        if below > 0.0 { (2.0 * area / below).clamp(0.0, self.duration_s) } else { self.duration_s }
    }

    fn check(&self, index: usize) -> Result<(), ScheduleError> {
        let Segment { start_s, duration_s, from_rate, to_rate } = *self;
        if [start_s, duration_s, from_rate, to_rate].iter().any(|v| !v.is_finite() || *v < 0.0) {
            return Err(ScheduleError::BadSegment { index, start_s, duration_s, from_rate, to_rate });
        }
        let rate = from_rate.max(to_rate);
        if rate > MAX_RATE { Err(ScheduleError::TooFast { rate, limit: MAX_RATE }) } else { Ok(()) }
    }
}

/// An arrival rate over the whole of a load.
#[derive(Clone, Debug, PartialEq)]
pub struct RateProfile {
    /// Segments in order, each with the arrivals expected before it.
    pieces: Vec<(Segment, f64)>,
    total: f64,
}

impl RateProfile {
    /// From segments in order of time; between them the rate is 0.
    ///
    /// # Errors
    /// A negative, infinite or too large value, or segments that overlap.
    pub fn new(segments: &[Segment]) -> Result<RateProfile, ScheduleError> {
        let mut pieces = Vec::with_capacity(segments.len());
        let (mut total, mut end_s) = (0.0, 0.0);
        for (index, segment) in segments.iter().enumerate() {
            segment.check(index)?;
            // Starts are sums of durations, and so a rounding error may overlap.
            if segment.start_s < end_s - 1e-6 {
                return Err(ScheduleError::Overlap { index });
            }
            pieces.push((*segment, total));
            total += segment.area();
            end_s = segment.end_s();
        }
        Ok(RateProfile { pieces, total })
    }

    /// Arrivals expected in all: the integral of the rate.
    #[must_use]
    pub fn total(&self) -> f64 {
        self.total
    }

    /// Where the last segment ends, seconds.
    #[must_use]
    pub fn end_s(&self) -> f64 {
        self.pieces.last().map_or(0.0, |(segment, _)| segment.end_s())
    }

    /// Arrivals expected before `t_s` seconds.
    #[must_use]
    pub fn count_at(&self, t_s: f64) -> f64 {
        let started = self.pieces.partition_point(|(segment, _)| segment.start_s <= t_s);
        match started.checked_sub(1).and_then(|i| self.pieces.get(i)) {
            Some((segment, before)) => before + segment.area_until(t_s - segment.start_s),
            None => 0.0,
        }
    }

    /// The segment in which the `count`-th expected arrival lies and its time in seconds;
    /// `None` from `total` on. The inverse of `count_at`.
    #[must_use]
    pub fn place_of(&self, count: f64) -> Option<(Segment, f64)> {
        if count.is_nan() || count < 0.0 || count >= self.total {
            return None;
        }
        // The last piece that begins at or before it: pieces without arrivals share their
        // beginning with the next one, which comes after them.
        let index = self.pieces.partition_point(|(_, before)| *before <= count).checked_sub(1)?;
        let (segment, before) = self.pieces.get(index)?;
        Some((*segment, segment.start_s + segment.time_of(count - before)))
    }
}
