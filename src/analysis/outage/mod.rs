//! Each outage of a run: before it, during it, after it, and how soon calls were as quick again as before.
//!
//! Calls are counted with the part in which they were made, those that were open when the outage began apart from
//! both. Response times come from the interval histograms, so memory does not grow with the run: "during" are the
//! calls made in the outage, whenever they ended. Which fault it was is the profile's word; how it is shown is left to
//! `report`.

mod made;
mod part;
mod recovery;
mod response;
mod span;
#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use made::GroupsMade;
pub(super) use made::finding as made_finding;
pub use part::{OutageCallbacks, OutagePart};
pub use recovery::{Recovery, RecoveryState};

use super::facts::Facts;
use crate::profile::model::Fault;
use crate::record::read::ReadError;
use crate::wire::{FailureKind, WebhookKey};
use span::Span;

/// errCode of a create whose groupID is taken: what a retry meets when the first attempt made its group.
const GROUP_ID_TAKEN: i64 = 1202;

/// One outage.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outage {
    /// Index into the plan's phases.
    pub phase: u16,
    /// How webhooks failed; absent where the plan does not say.
    pub fault: Option<Fault>,
    /// Times the usual delay, for `slow`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// Which webhooks failed; empty: all.
    pub keys: Vec<WebhookKey>,
    /// Its first moment, seconds of the run.
    pub from_s: f64,
    /// Its end, seconds of the run; where the run was stopped before, that moment.
    pub to_s: f64,
    /// The run was stopped before its planned end.
    pub cut_short: bool,
    /// The last measured time before it; absent where nothing was measured before.
    pub before: Option<OutagePart>,
    /// The outage.
    pub during: OutagePart,
    /// From its end to the next outage or the end of the run, without the calls that the next one met; absent where
    /// nothing followed.
    pub after: Option<OutagePart>,
    /// What it met when it began; counted in no part.
    pub open_at_start: OpenAtStart,
    /// How soon calls were as quick again as before.
    pub recovery: Recovery,
    /// Creates made in it or after it that failed, and whether their groups were there all the same.
    pub groups: GroupsMade,
    /// Calls made in it or after it that met "groupID taken" (1202): retries of creates that had made their group.
    pub group_id_taken: u64,
}

/// Calls made before an outage that ended after it had begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OpenAtStart {
    /// How many.
    pub calls: u64,
    /// How many of them failed or were given up.
    pub failed: u64,
    /// Callbacks of these calls, and of calls answered in the last two seconds before it, that never came.
    pub callbacks_lost: u64,
}

/// The run's outages, in order; those that it never reached are left out.
///
/// # Errors
/// When the record's intervals cannot be read.
pub(super) fn outages(facts: &Facts<'_>) -> Result<Vec<Outage>, ReadError> {
    let spans = span::spans(facts);
    let responses = response::read(facts, &spans)?;
    Ok(spans.iter().zip(&responses).map(|(span, response)| outage(facts, span, response)).collect())
}

fn outage(facts: &Facts<'_>, span: &Span, response: &response::Response) -> Outage {
    let phase = facts.plan().phases.get(usize::from(span.phase)).and_then(|p| p.source);
    let phase = phase.and_then(|source| facts.profile().load.phase.get(source));
    let fault = phase.map(|p| p.fault);
    let before = part::before(facts, span, response);
    let during = part::during(facts, span, response);
    let after = part::after(facts, span, response);
    let taken = FailureKind::Api(GROUP_ID_TAKEN).name();
    let group_id_taken = [Some(&during), after.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|part| part.failed.get(&taken))
        .sum();
    Outage {
        phase: span.phase,
        fault,
        factor: phase.filter(|p| p.fault == Fault::Slow).map(crate::profile::model::Phase::slow_factor),
        keys: phase.and_then(|p| p.keys.clone()).unwrap_or_default(),
        from_s: span.from_s,
        to_s: span.to_s,
        cut_short: span.cut_short,
        open_at_start: part::open_at_start(facts, span),
        recovery: recovery::recovery(facts, span, response, before.as_ref()),
        groups: made::groups(facts, span.phase, span.next_phase),
        group_id_taken,
        before,
        during,
        after,
    }
}
