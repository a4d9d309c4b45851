//! Where each outage lies, and which time counts as before and after it.

use super::super::facts::Facts;
use crate::profile::model::PhaseKind;

/// An outage with the times around it, seconds of the run.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    /// Index into the plan's phases.
    pub(super) phase: u16,
    /// Of the next outage; beyond every index where there is none.
    pub(super) next_phase: u16,
    /// Of the outage before; none where it is the first.
    pub(super) previous_phase: Option<u16>,
    pub(super) from_s: f64,
    pub(super) to_s: f64,
    pub(super) cut_short: bool,
    /// The measured time before it, without outages and the 15 s after each.
    pub(super) before: Vec<(f64, f64)>,
    /// To the next outage, or the end of the run; none where nothing followed.
    pub(super) after: Option<(f64, f64)>,
    /// From here on calls that are not measured belong to something else.
    pub(super) unmeasured_until_s: f64,
}

impl Span {
    /// Whether a whole second belongs to the time before.
    pub(super) fn is_before(&self, second: u64) -> bool {
        let second = second as f64;
        self.before.iter().any(|(from, to)| *from <= second && second + 1.0 <= *to)
    }

    /// Whether a whole second belongs to the time after; the one in which the outage ended does not.
    pub(super) fn is_after(&self, second: u64) -> bool {
        let second = second as f64;
        self.after.is_some_and(|(from, to)| from <= second && second < to)
    }

    /// Whether a second ended before the next outage began.
    pub(super) fn ends_before_next(&self, second: u64) -> bool {
        second as f64 + 1.0 <= self.unmeasured_until_s
    }

    /// Whether the after-callback of a call that was answered in that second may have been on its way when an outage
    /// began: its loss is that outage's doing.
    pub(super) fn is_last_before_outage(&self, second: u64) -> bool {
        let near = |outage_s: f64| (outage_s - 2.0..outage_s).contains(&(second as f64));
        near(self.from_s) || near(self.unmeasured_until_s)
    }

    /// Whether the phase `index` lies between this outage and the next.
    pub(super) fn follows(&self, index: u16) -> bool {
        self.phase < index && index < self.next_phase
    }

    /// Whether the phase `index` lies between the outage before and this one.
    pub(super) fn precedes(&self, index: u16) -> bool {
        index < self.phase && self.previous_phase.is_none_or(|previous| previous < index)
    }
}

/// The outages that the run reached.
pub(super) fn spans(facts: &Facts<'_>) -> Vec<Span> {
    let plan = facts.plan();
    let planned_end = plan.phases.last().map_or(0.0, |p| p.start_s + p.duration_s);
    let end = facts.window.end_s().min(planned_end);
    let outages: Vec<_> = (0_u16..).zip(&plan.phases).filter(|(_, p)| p.kind == PhaseKind::Outage).collect();
    let mut spans = Vec::new();
    let mut last_before = Vec::new();
    for (at, (phase, planned)) in outages.iter().enumerate() {
        let (from_s, planned_to) = (planned.start_s, planned.start_s + planned.duration_s);
        if from_s >= end {
            break;
        }
        let (previous, next) = (at.checked_sub(1).map(|i| outages[i]), outages.get(at + 1));
        let since = previous.map_or(0.0, |(_, p)| p.start_s + p.duration_s);
        let before: Vec<_> =
            facts.window.kept().iter().copied().filter(|(a, b)| *a >= since && *b <= from_s).collect();
        // Outages that follow each other closely are held against the last time that was measured.
        if !before.is_empty() {
            last_before = before;
        }
        let until = next.map_or(end, |(_, p)| p.start_s.min(end));
        spans.push(Span {
            phase: *phase,
            next_phase: next.map_or(u16::MAX, |(index, _)| *index),
            previous_phase: previous.map(|(index, _)| index),
            from_s,
            to_s: planned_to.min(end),
            cut_short: planned_to > end,
            before: last_before.clone(),
            after: (until > planned_to).then_some((planned_to, until)),
            unmeasured_until_s: next.map_or(f64::INFINITY, |(_, p)| p.start_s),
        });
    }
    spans
}
