//! A rehearsal: was an outage in a run what `whatif` predicts for it?
//!
//! `predict` plays the outage phase of a plan from the record of a healthy run; `observe` reads what happened from the
//! operations of the record in which it took place; `compare` puts both side by side. Only what both know the same way is
//! compared: when connections or queue were full, how many calls failed, how many events were lost, how long it was felt.

mod compare;
mod observed;

use std::collections::BTreeMap;

use serde::Serialize;

pub use compare::{Line, Quantity, TOLERANCE, compare};
pub use observed::{ObserveError, observe};

use super::Options;
use super::facts::Facts;
use super::limits::Timeouts;
use super::whatif::{Course, Effect, Setting, play, scene};
use crate::profile::RunPlan;
use crate::profile::model::{Fault, PhaseKind};
use crate::profile::plan::PlannedPhase;
use crate::record::read::{ReadError, RunRecord};
use crate::wire::WebhookKey;

/// What an outage did; times from its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct OutageFacts {
    /// Until all connections of the group processes were held, seconds; none: never.
    pub pool_full_after_s: Option<f64>,
    /// Until the after-queue was full, seconds; none: never.
    pub queue_full_after_s: Option<f64>,
    /// Calls that failed.
    pub failed: u64,
    /// After-callbacks of successful calls that never came.
    pub lost: u64,
    /// From the end of the outage until the last call that failed or took at least 0.25 s too long was answered, seconds;
    /// none: not within a minute.
    pub recovery_s: Option<f64>,
}

/// The outage of a plan: its phase, the fault and the webhooks that fail.
pub(super) struct Planned<'a> {
    pub(super) phase: &'a PlannedPhase,
    pub(super) fault: Fault,
    /// Times the usual delay (slow).
    pub(super) factor: f64,
    pub(super) keys: Vec<WebhookKey>,
}

/// The first outage of a plan.
pub(super) fn planned<'a>(plan: &'a RunPlan, expect: &[WebhookKey]) -> Option<Planned<'a>> {
    let phase = plan.phases.iter().find(|p| p.kind == PhaseKind::Outage)?;
    let given = plan.profile.load.phase.get(phase.source?)?;
    let keys = given.keys.clone().unwrap_or_else(|| expect.to_vec());
    Some(Planned { phase, fault: given.fault, factor: given.slow_factor(), keys })
}

/// What a fault does to a callback.
fn effect(fault: Fault, factor: f64) -> Effect {
    match fault {
        Fault::Hang | Fault::SlowBody => Effect::Holds,
        Fault::Reset | Fault::Close | Fault::StatusHtml | Fault::Refuse => Effect::Fails,
        Fault::Slow => Effect::Slower(factor),
        Fault::StatusJson => Effect::Passes,
    }
}

/// What the outage of `plan` will do, by the mean times of the run `healthy`; none where the plan has no outage.
///
/// # Errors
/// When the record cannot be read.
pub fn predict(healthy: &RunRecord, plan: &RunPlan) -> Result<Option<OutageFacts>, ReadError> {
    let facts = Facts::gather(healthy, Options::default())?;
    let Some(outage) = planned(plan, facts.expected()) else { return Ok(None) };
    let timeouts: Timeouts =
        facts.expected().iter().filter_map(|key| Some((*key, *plan.timeouts.get(key)?))).collect();
    let setting = Setting {
        rate: outage.phase.rate,
        processes: plan.profile.webhook.processes,
        outage_s: outage.phase.duration_s,
        timeouts: &timeouts,
    };
    let effects: BTreeMap<_, _> =
        outage.keys.iter().map(|key| (*key, effect(outage.fault, outage.factor))).collect();
    Ok(Some(OutageFacts::of(&play(&scene(&facts, &setting, &effects)), setting.processes)))
}

impl OutageFacts {
    fn of(course: &Course, processes: u32) -> OutageFacts {
        let times = u64::from(processes.max(1));
        OutageFacts {
            pool_full_after_s: course.pool_full_s,
            queue_full_after_s: course.queue_full_s,
            failed: course.failed * times,
            lost: course.lost * times,
            recovery_s: course.recovery_s,
        }
    }
}
