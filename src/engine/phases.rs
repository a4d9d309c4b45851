//! A plan's phases as a schedule, and the phase that a moment belongs to.

use crate::profile::RunPlan;
use crate::profile::model::{Arrivals, PhaseKind};
use crate::profile::plan::PlannedPhase;
use crate::schedule::{RateSchedule, Replay, Schedule, ScheduleError, Segment};
use crate::units::Offset;

/// The segments of constant or evenly changing rate that phases consist of.
#[must_use]
pub fn segments(phases: &[PlannedPhase]) -> Vec<Segment> {
    phases
        .iter()
        .flat_map(|p| match p.kind {
            PhaseKind::Warmup | PhaseKind::Steady | PhaseKind::Outage => {
                Segment::steady(p.start_s, p.duration_s, p.rate)
            }
            PhaseKind::Ramp => Segment::ramp(p.start_s, p.duration_s, p.from, p.rate),
            PhaseKind::Steps => Segment::steps(p.start_s, p.duration_s, p.from, p.rate, p.steps),
            PhaseKind::Spike => Segment::spike(p.start_s, p.duration_s, p.from, p.rate),
        })
        .collect()
}

/// The open loop's schedule. `offsets` are those of `load.offsets_file`, counted from the
/// start of the warm-up; those after the last phase are left out.
///
/// # Errors
/// Rates or times that make no sense, or a replay without offsets.
pub fn schedule_of(plan: &RunPlan, offsets: Option<Vec<Offset>>) -> Result<Box<dyn Schedule>, ScheduleError> {
    let segments = segments(&plan.phases);
    Ok(match plan.profile.load.arrivals {
        Arrivals::Constant => Box::new(RateSchedule::constant_of(&segments)?),
        Arrivals::Poisson => Box::new(RateSchedule::poisson_of(&segments, plan.profile.load.seed)?),
        Arrivals::Replay => {
            let end = end_of(&plan.phases);
            let mut offsets = offsets.unwrap_or_default();
            offsets.retain(|at| *at < end);
            if offsets.is_empty() {
                return Err(ScheduleError::NoOffsets);
            }
            Box::new(Replay::new(offsets))
        }
    })
}

/// Where the last phase ends.
#[must_use]
pub fn end_of(phases: &[PlannedPhase]) -> Offset {
    phases.last().map_or(Offset(0), |p| Offset::from_secs_f64(p.start_s + p.duration_s))
}

/// Finds phases by time.
#[derive(Clone, Debug)]
pub struct PhaseFinder {
    starts: Vec<Offset>,
}

impl PhaseFinder {
    /// For phases in order of time.
    #[must_use]
    pub fn new(phases: &[PlannedPhase]) -> PhaseFinder {
        PhaseFinder { starts: phases.iter().map(|p| Offset::from_secs_f64(p.start_s)).collect() }
    }

    /// Index of the phase at `at`, counted from the schedule's zero; the last one after its end.
    #[must_use]
    pub fn at(&self, at: Offset) -> u16 {
        let started = self.starts.partition_point(|start| *start <= at);
        u16::try_from(started.saturating_sub(1)).unwrap_or(u16::MAX)
    }
}
