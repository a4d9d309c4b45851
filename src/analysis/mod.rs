//! From a record to an answer: is the run to be believed, which timeout for which webhook, what went wrong,
//! were the objectives met.
//!
//! Pure apart from reading the record's streams (each at most twice, in flat memory). `analyse` does all of it; how it is
//! shown is left to `report`.

mod callers;
mod calls;
pub mod capacity;
mod collision;
pub mod compare;
mod confidence;
pub mod decision;
mod diagnosis;
pub mod explain;
mod facts;
mod figures;
mod flow;
pub mod join;
mod joint;
mod judge;
mod ladder;
mod lateness;
mod limits;
pub mod logs;
mod misfire;
mod missing;
mod observed;
mod outage;
mod pool;
mod quantile;
mod recommendation;
pub mod reentrancy;
pub mod rehearsal;
mod series;
mod set_up;
mod size;
mod stationarity;
mod tail;
mod tally;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod timeout;
mod trips;
mod validity;
pub mod whatif;
mod window;
mod words;
mod write;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use callers::CallerFigures;
pub use calls::{Calls, Rates};
pub use diagnosis::{after_queue_next, not_routed_next, reentrant_next};
pub use ladder::{CAP_S, Ladder};
pub use lateness::{LateArrivals, Load, OwnLateness};
pub use misfire::{MisfireRow, SetUp, Table};
pub use missing::{Missing, MissingByClass};
pub use observed::{ObservedFigures, ObservedWebhook};
pub use outage::{GroupsMade, OpenAtStart, Outage, OutageCallbacks, OutagePart, Recovery, RecoveryState};
pub use quantile::QuantileBound;
pub use recommendation::{
    BracketView, Budget, BudgetTerm, CollidingWebhook, Collision, Confidence, FailuresPerDay, FasterHandler,
    PerOperation, Recommendation, UpperLimit, Vantage, WaysOut,
};
pub use series::SeriesFigures;
pub use set_up::SetUpBinds;
pub use size::{Holds, SizeFigures};
pub use tail::{TailFigures, TailView};
pub use validity::{Validity, ValidityFigures, ValidityVerdict};
pub use window::Window;

use crate::finding::Finding;
use crate::profile::model::Loop;
use crate::record::model::{EXCEEDANCE_FROM_US, evidence};
use crate::record::read::{ReadError, RunRecord};
use crate::say;
use crate::slo::{Judged, Verdict};
use crate::stats::bounds::{SpellSample, single_upper, spell_upper};
use crate::stats::spells::Spells;
use crate::text::Text;
use crate::wire::WebhookKey;
use facts::Facts;
use limits::Timeouts;
use timeout::{Choice, Prepared};

/// What the caller may ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// `--strict`: plain limits of our own lateness.
    pub strict: bool,
    /// Seed of the bootstrap.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options { strict: false, seed: 1 }
    }
}

/// Everything that a record says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Analysis {
    /// Is the run to be believed?
    pub validity: Validity,
    /// Calls of the measured phases.
    pub calls: Calls,
    /// All calls, the warm-up included.
    pub calls_total: Calls,
    /// Rates over the measured time.
    pub rates: Rates,
    /// Figures by series tag; the warm-up is left out.
    pub series: BTreeMap<String, SeriesFigures>,
    /// By webhook key.
    pub recommendations: BTreeMap<WebhookKey, Recommendation>,
    /// Serial before-webhooks against the caller's budget, with the recommended timeouts.
    pub budgets: Vec<Budget>,
    /// Operations that the recommended timeouts together would fail; none where one is missing.
    pub operations_recommended: Option<PerOperation>,
    /// Operations that the present timeouts together would fail; none where they are not all known.
    pub operations_present: Option<PerOperation>,
    /// Callers who ask again; none where nobody does.
    pub callers: Option<CallerFigures>,
    /// Callbacks that were only watched; none where calls were made.
    #[serde(default)]
    pub observed: Option<ObservedFigures>,
    /// Outage phases: before, during, after.
    #[serde(default)]
    pub outages: Vec<Outage>,
    /// What went wrong, worst first.
    pub findings: Vec<Finding>,
    /// Objectives of the profile, judged.
    pub objectives: Vec<Judged>,
}

/// Judges a record.
///
/// # Errors
/// When the record's streams cannot be read.
pub fn analyse(record: &RunRecord, options: Options) -> Result<Analysis, ReadError> {
    let facts = Facts::gather(record, options)?;
    let tallies = tally::tally(&facts)?;
    let tallies = with_expected(&facts, tallies);
    let prepared = timeout::prepare(&facts, &tallies);
    let choices = timeout::choose(&facts, &prepared);
    let chosen = timeout::chosen(&choices);
    let look = stationarity::look(&facts, &chosen, &thresholds(&facts, &prepared, &chosen))?;
    let changes = changes(&facts, &prepared);
    let validity = validity::judge(&facts, &changes, &stationarity::warnings(&look.halves));
    let refusal = refusal(&facts, validity.verdict);
    let recommendations = recommend(&facts, &prepared, &choices, &look, refusal.as_ref());
    let recommended: Timeouts =
        recommendations.iter().filter_map(|(key, r)| Some((*key, r.timeout_s?))).collect();
    let asked = choices.iter().filter_map(|(key, choice)| Some((*key, choice.lower_s?))).collect();
    let objectives = objectives(&facts, validity.verdict);
    Ok(Analysis {
        calls_total: Calls::of(record.rows.iter(), record.header.end.is_none()),
        series: figures::of_series(&facts),
        budgets: limits::split(&facts, &recommended, &asked),
        operations_recommended: per_operation(&facts, &prepared, &look.recommended, &recommended),
        operations_present: per_operation(&facts, &prepared, &look.present, &facts.plan().timeouts),
        callers: callers::figures(record),
        observed: observed::figures(&facts),
        outages: outage::outages(&facts)?,
        findings: diagnosis::findings(&facts),
        calls: facts.calls.clone(),
        rates: facts.rates,
        recommendations,
        objectives,
        validity,
    })
}

/// Expected webhooks and those with a known timeout get a row even if they were never called.
fn with_expected(facts: &Facts<'_>, mut tallies: tally::Tallies) -> tally::Tallies {
    for key in facts.expected().iter().chain(facts.plan().timeouts.keys()) {
        tallies.entry(*key).or_default();
    }
    tallies
}

/// The timeout beyond which each measured webhook's exceedances are compared between the halves.
fn thresholds(facts: &Facts<'_>, prepared: &[Prepared<'_>], chosen: &Timeouts) -> Timeouts {
    let misfire = facts.profile().recommend.misfire;
    let measured = prepared.iter().filter(|p| p.sample.n > 0);
    measured
        .map(|p| {
            let guess = || p.table.smallest_seen(misfire).unwrap_or(tally::CAP_S);
            (p.key, chosen.get(&p.key).copied().unwrap_or_else(guess))
        })
        .collect()
}

/// What moving all samples by our own lateness would change.
fn changes(facts: &Facts<'_>, prepared: &[Prepared<'_>]) -> Vec<Text> {
    let moved = facts.lateness.moved_by_us;
    let mut changes = timeout::changes(facts, prepared);
    // Samples below the record's threshold are not known one by one; moved this far they could pass 1 s.
    if moved >= 1_000_000 - EXCEEDANCE_FROM_US && prepared.iter().any(|p| p.sample.n > 0) {
        changes.push(say!("recommendation-change-fast"));
    }
    let verdicts = |by: i64| judge::judge(&facts.profile().objective, facts.response(), &facts.judged, by);
    let by = i64::try_from(moved).unwrap_or(i64::MAX);
    let (now, shorter, longer) = (verdicts(0), verdicts(-by), verdicts(by));
    for ((now, shorter), longer) in now.iter().zip(&shorter).zip(&longer) {
        if shorter.verdict != now.verdict || longer.verdict != now.verdict {
            changes.push(say!("recommendation-change-objective", name = &now.name));
        }
    }
    changes
}

/// Why nothing is recommended in this run at all.
fn refusal(facts: &Facts<'_>, verdict: ValidityVerdict) -> Option<Text> {
    let text = if verdict == ValidityVerdict::Invalid {
        say!("recommendation-refused-invalid")
    } else if facts.profile().load.r#loop == Loop::Closed {
        say!("recommendation-refused-closed-loop")
    } else if facts.evidence(evidence::REENTRANT) > 0 {
        say!("recommendation-refused-reentrant")
    } else {
        return None;
    };
    Some(text)
}

fn recommend(
    facts: &Facts<'_>,
    prepared: &[Prepared<'_>],
    choices: &BTreeMap<WebhookKey, Choice>,
    look: &stationarity::SecondLook,
    refusal: Option<&Text>,
) -> BTreeMap<WebhookKey, Recommendation> {
    let mut recommendations = BTreeMap::new();
    for p in prepared {
        let halves = look.halves.get(&p.key).copied().flatten();
        let around = write::Around { refusal: refusal.cloned(), stationary: halves.map(|h| !h.differ()) };
        if let Some(choice) = choices.get(&p.key) {
            recommendations.insert(p.key, write::write(facts, p, choice, &around));
        }
    }
    recommendations
}

fn objectives(facts: &Facts<'_>, verdict: ValidityVerdict) -> Vec<Judged> {
    let mut judged = judge::judge(&facts.profile().objective, facts.response(), &facts.judged, 0);
    if verdict == ValidityVerdict::Invalid {
        judged.iter_mut().for_each(|j| j.verdict = Verdict::Inconclusive);
    }
    judged
}

/// Operations with any before-callback beyond its timeout; what set-up adds for each webhook is added up. None
/// where a measured before-webhook has no timeout.
fn per_operation(
    facts: &Facts<'_>,
    prepared: &[Prepared<'_>],
    spells: &Spells,
    timeouts: &Timeouts,
) -> Option<PerOperation> {
    let n = facts.operations;
    let before: Vec<_> = prepared.iter().filter(|p| p.key.is_before() && p.sample.n > 0).collect();
    if n == 0 || before.is_empty() || before.iter().any(|p| !timeouts.contains_key(&p.key)) {
        return None;
    }
    let spell_s = facts.profile().recommend.spell.as_secs_f64();
    let sample = SpellSample { n, seconds: facts.window.seconds_for_timeouts(), spell_s };
    let rows = before.iter().filter_map(|p| Some((p.sample.n, p.table.row(*timeouts.get(&p.key)?)?)));
    let set_up: f64 =
        rows.map(|(calls, row)| (row.single - row.single_alone).max(0.0) * calls as f64 / n as f64).sum();
    let single = (single_upper(spells.exceed, n) + set_up).min(1.0);
    let in_spells = (spell_upper(spells, sample) + set_up).min(1.0);
    let a_day = facts.rates.production_per_s * 86_400.0;
    Some(PerOperation {
        n,
        exceed: spells.exceed,
        spells: spells.count,
        single,
        in_spells,
        per_day: FailuresPerDay {
            seen: spells.exceed as f64 / n as f64 * a_day,
            at_most: single * a_day,
            at_most_in_spells: in_spells * a_day,
        },
    })
}
