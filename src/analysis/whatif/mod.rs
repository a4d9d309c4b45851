//! What if the timeouts were others: predictions from a stored record, without a new run.
//!
//! `ask` answers for given timeouts, an arrival rate and a number of group processes: what a healthy webhook server would
//! see (misfires, failed creates, connections held, budgets) and what an outage of each webhook would do. Healthy figures
//! come from the record's callbacks and carry its basis and vantage; outages are played by `course` from OpenIM's rules
//! and the mean times of the run. Nothing is said from a run that is not to be believed. Text is `report`'s.

mod answer;
mod course;
mod curves;
mod healthy;
mod outage;
mod question;
mod rules;
mod scene;

use super::facts::Facts;
use super::limits::{self, Timeouts};
use super::{
    Analysis, Options, ValidityVerdict, analyse, per_operation, refusal, stationarity, tally, timeout,
};
use crate::finding::Severity;
use crate::profile::resolve::SHIPPED_TIMEOUT_S;
use crate::record::read::RunRecord;
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

pub use answer::{FORMAT, FailuresPerHour, Operations, TimeoutFrom, WebhookAnswer, WhatIf};
pub use curves::{Curves, MisfirePoint, PoolPoint, QueuePoint, Usual, usual};
pub use outage::Outage;
pub use question::{Question, TimeoutArg, WhatIfError, seconds};

pub(super) use course::play;
pub use rules::{CONNECTIONS, SLOTS};
pub(super) use rules::{Course, Effect};
pub(super) use scene::{SLACK_S, Setting, scene};

/// Beyond this many arrivals an outage is not played: nothing new happens once a pool is exhausted.
const ARRIVALS_AT_MOST: f64 = 3e6;
/// Longest outage that is played, seconds: a day.
const OUTAGE_AT_MOST_S: f64 = 86_400.0;

/// Answers a question from a record.
///
/// # Errors
/// When the run cannot be believed or is a closed loop, when a webhook of the question was not measured, or the record
/// cannot be read.
pub fn ask(record: &RunRecord, question: &Question) -> Result<WhatIf, WhatIfError> {
    let mut facts = Facts::gather(record, Options::default())?;
    if facts.is_observed() {
        return Err(WhatIfError::Refused { why: say!("observed-no-whatif"), invalid: false });
    }
    let analysis = analyse(record, Options::default())?;
    if let Some(why) = refusal(&facts, analysis.validity.verdict) {
        return Err(WhatIfError::Refused {
            why,
            invalid: analysis.validity.verdict == ValidityVerdict::Invalid,
        });
    }
    let rate = question.rate.unwrap_or(facts.rates.production_per_s);
    let processes = question.processes.unwrap_or(facts.profile().webhook.processes.max(1));
    check(&analysis, question, rate)?;
    // Failures of whole operations are counted at this rate.
    facts.rates.production_per_s = rate;
    let tallies = super::with_expected(&facts, tally::tally(&facts)?);
    let prepared = timeout::prepare(&facts, &tallies);
    let chosen = choose(&analysis, question);
    let timeouts: Timeouts = chosen.iter().map(|(key, (t, _))| (*key, *t)).collect();
    let look = stationarity::look(&facts, &timeouts, &Timeouts::new())?;
    let setting = Setting { rate, processes, outage_s: question.outage.as_secs_f64(), timeouts: &timeouts };
    let webhooks = healthy::webhooks(&facts, &analysis, &prepared, &chosen, &setting);
    Ok(WhatIf {
        format: FORMAT,
        run_id: facts.plan().run_id.clone(),
        basis: facts.plan().basis,
        version: facts.build().name().to_owned(),
        validity: analysis.validity.verdict,
        rate_per_s: rate,
        rate_given: question.rate.is_some(),
        processes,
        outage_s: setting.outage_s,
        measured_s: facts.window.seconds_for_timeouts(),
        budgets: limits::budgets(&facts, &timeouts),
        operations: per_operation(&facts, &prepared, &look.recommended, &timeouts)
            .map(|o| Operations::of(&o)),
        outages: outage::of_each(&facts, &setting, webhooks.keys().copied()),
        curves: curves::curves(&prepared, &webhooks, &setting),
        webhooks,
    })
}

/// What makes a run invalid, in its own words, at most two reasons.
#[must_use]
pub fn invalid_because(analysis: &Analysis) -> Text {
    let reasons = analysis.validity.reasons.iter().filter(|r| r.severity == Severity::Error);
    Text::sentences(reasons.take(2).map(|r| &r.what))
}

/// Whether the question can be asked of this record.
fn check(analysis: &Analysis, question: &Question, rate: f64) -> Result<(), WhatIfError> {
    let measured: Vec<WebhookKey> =
        analysis.recommendations.iter().filter(|(_, r)| r.n > 0).map(|(key, _)| *key).collect();
    if measured.is_empty() {
        return Err(WhatIfError::NoCallbacks);
    }
    if let Some(key) = question.timeouts.keys().find(|key| !measured.contains(key)) {
        let measured = measured.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
        return Err(WhatIfError::NotMeasured { key: *key, measured });
    }
    if rate < 1e-6 || !rate.is_finite() {
        return Err(WhatIfError::NoRate);
    }
    let outage_s = question.outage.as_secs_f64();
    if rate * (outage_s + rules::FOLLOWED_S) > ARRIVALS_AT_MOST || outage_s > OUTAGE_AT_MOST_S {
        return Err(WhatIfError::TooLong { rate });
    }
    Ok(())
}

/// The timeout of every measured webhook: as asked, else the present one, the recommended one, OpenIM's.
fn choose(
    analysis: &Analysis,
    question: &Question,
) -> std::collections::BTreeMap<WebhookKey, (u32, TimeoutFrom)> {
    let measured = analysis.recommendations.iter().filter(|(_, r)| r.n > 0);
    measured
        .map(|(key, r)| {
            let asked = question.timeouts.get(key).map(|t| (*t, TimeoutFrom::Asked));
            let present = || r.present_s.map(|t| (t, TimeoutFrom::Present));
            let recommended = || r.timeout_s.map(|t| (t, TimeoutFrom::Recommended));
            let shipped = (SHIPPED_TIMEOUT_S, TimeoutFrom::Shipped);
            (*key, asked.or_else(present).or_else(recommended).unwrap_or(shipped))
        })
        .collect()
}

#[cfg(test)]
mod tests;
