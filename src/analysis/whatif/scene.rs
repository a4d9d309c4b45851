//! From a record to the scene that `course` plays: the load's mix, mean times, timeouts.

use std::collections::BTreeMap;

use super::rules::{Effect, Kind, Scene, Step};
use crate::analysis::facts::Facts;
use crate::analysis::flow;
use crate::analysis::limits::Timeouts;
use crate::profile::resolve::operation_shares;
use crate::record::model::Series;
use crate::record::model::tag::{self, CallbackSeries};
use crate::wire::api::Operation;
use crate::wire::{self, WebhookKey};

/// A call is disturbed when it takes so much longer than a healthy one, seconds.
pub(in crate::analysis) const SLACK_S: f64 = 0.25;

/// Under what the outage happens.
#[derive(Clone, Copy, Debug)]
pub(in crate::analysis) struct Setting<'a> {
    /// Arrivals a second of the whole load.
    pub(in crate::analysis) rate: f64,
    /// Group processes.
    pub(in crate::analysis) processes: u32,
    /// How long the outage lasts, seconds.
    pub(in crate::analysis) outage_s: f64,
    /// Effective timeouts.
    pub(in crate::analysis) timeouts: &'a Timeouts,
}

/// The scene at one process, where the webhooks of `effects` fail.
pub(in crate::analysis) fn scene(
    facts: &Facts<'_>,
    setting: &Setting<'_>,
    effects: &BTreeMap<WebhookKey, Effect>,
) -> Scene {
    let mut kinds: Vec<Kind> = operation_shares(&facts.profile().load.operation)
        .into_iter()
        .flat_map(|(operation, share)| calls_of(facts, setting.timeouts, effects, operation, share))
        .collect();
    // An operation of several API calls arrives once for each of them.
    let calls: f64 = kinds.iter().map(|k| k.share).sum();
    kinds.iter_mut().for_each(|k| k.share /= calls.max(f64::MIN_POSITIVE));
    Scene {
        rate: setting.rate * calls / f64::from(setting.processes.max(1)),
        kinds,
        outage_s: setting.outage_s,
        push_wait_s: facts.build().push_wait().as_secs_f64(),
        slack_s: SLACK_S,
    }
}

/// The API calls that an operation consists of.
fn calls_of(
    facts: &Facts<'_>,
    timeouts: &Timeouts,
    effects: &BTreeMap<WebhookKey, Effect>,
    operation: Operation,
    share: f64,
) -> Vec<Kind> {
    let build = Some(facts.build());
    let step = |key: &WebhookKey| {
        let timeout_s = f64::from(timeouts.get(key).copied()?);
        let effect = effects.get(key).copied().unwrap_or_default();
        Some(Step { timeout_s, takes_s: mean_s(facts, *key), effect })
    };
    let repeated = |key: &WebhookKey| {
        let times = flow::calls_in_a_row(*key, operation, facts.plan(), facts.build()).max(1);
        step(key).into_iter().cycle().take(times as usize).collect::<Vec<_>>()
    };
    let own_s = mean_of(facts.series(tag::OWN));
    let kind = |before: &[WebhookKey]| Kind {
        share,
        before: before.iter().flat_map(repeated).collect(),
        own_s,
        after: Vec::new(),
    };
    let mut kinds: Vec<Kind> = wire::flow::serial_before(operation, build).map(kind).collect();
    if kinds.is_empty() {
        kinds.push(kind(&[]));
    }
    if let Some(last) = kinds.last_mut() {
        last.after = wire::flow::flow(operation, build).after.iter().filter_map(step).collect();
    }
    kinds
}

/// Mean time of a callback, connection set-up included, seconds.
pub(in crate::analysis) fn mean_s(facts: &Facts<'_>, key: WebhookKey) -> f64 {
    let near = facts.series(&tag::callback(key, CallbackSeries::RoundTripNear));
    let handler = facts.series(&tag::callback(key, CallbackSeries::Handler));
    if near.is_empty() { mean_of(handler) } else { mean_of(near) }
}

fn mean_of(series: &Series) -> f64 {
    if series.is_empty() { 0.0 } else { series.mean() / 1e6 }
}
