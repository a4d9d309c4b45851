//! Arrivals drawn from a rate: even, or Poisson.
//!
//! Both go through the inverse of the rate's integral Λ: the k-th even arrival lies at
//! Λ⁻¹(k + ½), the k-th Poisson arrival at Λ⁻¹ of the sum of k unit exponentials
//! (time change of a unit-rate Poisson process; Çinlar 1975, ch. 4).

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp1};

use super::rate::RateProfile;
use super::{Schedule, ScheduleError, Segment};
use crate::units::Offset;

/// The ChaCha stream that arrivals are drawn from; other draws of a run use others, so
/// that one seed serves all without tying them together.
const STREAM: u64 = 1;

#[derive(Clone, Debug)]
enum Gaps {
    /// Number of arrivals so far.
    Even { drawn: u64 },
    /// Sum of the exponentials so far.
    Poisson { sum: f64, rng: Box<ChaCha8Rng> },
}

impl Gaps {
    fn next_count(&mut self) -> f64 {
        match self {
            Gaps::Even { drawn } => {
                *drawn += 1;
                *drawn as f64 - 0.5
            }
            Gaps::Poisson { sum, rng } => {
                let gap: f64 = Exp1.sample(rng);
                *sum += gap;
                *sum
            }
        }
    }
}

/// Arrivals of a rate that may change over time.
#[derive(Clone, Debug)]
pub struct RateSchedule {
    rate: RateProfile,
    gaps: Gaps,
    last: Option<Offset>,
}

impl RateSchedule {
    /// Evenly spaced: at a constant rate the k-th arrival, from 0, is at (k + ½) ÷ rate.
    #[must_use]
    pub fn constant(rate: RateProfile) -> RateSchedule {
        RateSchedule { rate, gaps: Gaps::Even { drawn: 0 }, last: None }
    }

    /// Independent of each other; the same for the same `seed`.
    #[must_use]
    pub fn poisson(rate: RateProfile, seed: u64) -> RateSchedule {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(STREAM);
        RateSchedule { rate, gaps: Gaps::Poisson { sum: 0.0, rng: Box::new(rng) }, last: None }
    }

    /// `constant` of segments.
    ///
    /// # Errors
    /// As `RateProfile::new`.
    pub fn constant_of(segments: &[Segment]) -> Result<RateSchedule, ScheduleError> {
        RateProfile::new(segments).map(RateSchedule::constant)
    }

    /// `poisson` of segments.
    ///
    /// # Errors
    /// As `RateProfile::new`.
    pub fn poisson_of(segments: &[Segment], seed: u64) -> Result<RateSchedule, ScheduleError> {
        RateProfile::new(segments).map(|rate| RateSchedule::poisson(rate, seed))
    }
}

impl Schedule for RateSchedule {
    fn next_intended(&mut self) -> Option<Offset> {
        let (segment, at) = self.rate.place_of(self.gaps.next_count())?;
        // Half-open: an arrival that rounds to the end still belongs to its segment.
        let end = Offset::from_secs_f64(segment.start_s + segment.duration_s).0;
        let at = Offset(Offset::from_secs_f64(at).0.min(end.saturating_sub(1)));
        let at = after(self.last, at);
        self.last = Some(at);
        Some(at)
    }
}

/// `at`, or one nanosecond after `last` where that is later.
pub(super) fn after(last: Option<Offset>, at: Offset) -> Offset {
    last.map_or(at, |last| at.max(Offset(last.0.saturating_add(1))))
}
