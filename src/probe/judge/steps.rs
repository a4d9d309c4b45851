//! Which calls and callbacks belong to which step of a case.

use crate::probe::case::{Case, Times};
use crate::probe::observation::{Call, Callback, Observation};
use crate::say;
use crate::text::Text;

/// Calls and callbacks by step.
pub(super) struct Steps {
    /// Per step, the places of its calls; empty where it was not made.
    calls: Vec<Vec<usize>>,
    /// Per callback, its step, where it can be told.
    of_callback: Vec<Option<usize>>,
}

impl Steps {
    /// Goes through the calls in order: a step takes the next call of its path, as many as it
    /// makes. A step without a call was not made (another route of another version, a caller
    /// that gave up before the recording kept it).
    ///
    /// # Errors
    /// "expected …, seen …" when calls are left that no step asked for, or none was made.
    pub(super) fn of(case: &Case, seen: &Observation) -> Result<Steps, Text> {
        let mut next = 0;
        let mut calls = Vec::new();
        for step in case.steps {
            let rest = seen.calls.get(next..).unwrap_or_default();
            let count = rest.iter().take(step.calls()).take_while(|call| call.path == step.path).count();
            calls.push((next..next + count).collect());
            next += count;
        }
        if let Some(left) = seen.calls.get(next) {
            return Err(say!("probe-judge-more-calls", path = &left.path));
        }
        if next == 0 && !case.steps.is_empty() {
            return Err(say!("probe-judge-no-calls"));
        }
        let mut steps = Steps { calls, of_callback: Vec::new() };
        steps.of_callback = seen.callbacks.iter().map(|c| steps.step_of(case, seen, c)).collect();
        Ok(steps)
    }

    /// By operationID; what belongs to no call belongs to the step that has none.
    fn step_of(&self, case: &Case, seen: &Observation, callback: &Callback) -> Option<usize> {
        let operations = callback.header("operationid");
        let named = |call: &Call| operations.split('$').any(|o| !o.is_empty() && o == call.operation);
        let owner = |step: &usize| self.calls[*step].iter().filter_map(|n| seen.calls.get(*n)).any(named);
        let steps = 0..self.calls.len();
        steps.clone().rev().find(owner).or_else(|| {
            let mut unmade =
                steps.filter(|s| self.calls[*s].is_empty() && case.steps[*s].give_up_ms.is_some());
            match (unmade.next(), self.calls.len()) {
                (Some(step), _) => Some(step),
                // Operations are not known: all belong to the only step.
                (None, 1) if operations.is_empty() => Some(0),
                _ => None,
            }
        })
    }

    /// The calls of a step.
    pub(super) fn calls<'a>(&'a self, seen: &'a Observation, step: usize) -> impl Iterator<Item = &'a Call> {
        self.calls.get(step).into_iter().flatten().filter_map(|n| seen.calls.get(*n))
    }

    /// The callbacks of a step, in the order of arrival.
    pub(super) fn callbacks<'a>(
        &'a self,
        seen: &'a Observation,
        step: usize,
    ) -> impl Iterator<Item = &'a Callback> {
        let own = move |(_, of): &(_, &Option<usize>)| **of == Some(step);
        seen.callbacks.iter().zip(&self.of_callback).filter(own).map(|(callback, _)| callback)
    }

    /// The step was made, or is one whose caller gave up, so that it is made though not kept.
    pub(super) fn made(&self, case: &Case, step: usize) -> bool {
        self.calls.get(step).is_some_and(|calls| !calls.is_empty())
            || case.steps.get(step).is_some_and(|s| s.give_up_ms.is_some())
    }
}

/// The step is one call.
pub(super) fn is_single(case: &Case, step: usize) -> bool {
    case.steps.get(step).is_some_and(|s| s.times == Times::Once)
}
