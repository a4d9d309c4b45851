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
        let takes_s = mean_s(facts, *key);
        let effect = slower_alone(effects.get(key).copied().unwrap_or_default(), facts, *key, takes_s);
        Some(Step { timeout_s, takes_s, effect })
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

/// A slower handler takes no longer to connect to: of the whole time only the handler's part grows.
fn slower_alone(effect: Effect, facts: &Facts<'_>, key: WebhookKey, takes_s: f64) -> Effect {
    let Effect::Slower(factor) = effect else { return effect };
    let handler_s = mean_of(facts.series(&tag::callback(key, CallbackSeries::Handler)));
    Effect::Slower(whole_factor(factor, handler_s, takes_s))
}

/// How many times the whole time is when the handler's part of it is `factor` times as long.
fn whole_factor(factor: f64, handler_s: f64, takes_s: f64) -> f64 {
    if takes_s <= 0.0 { factor } else { 1.0 + (factor - 1.0) * handler_s.min(takes_s) / takes_s }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slower_handler_does_not_make_the_connection_slower() {
        // 10 ms of 12 are the handler's: ten times as slow is 102 ms, not 120.
        assert!((whole_factor(10.0, 0.010, 0.012) * 0.012 - 0.102).abs() < 1e-9);
        assert!((whole_factor(10.0, 0.012, 0.012) - 10.0).abs() < 1e-9);
        assert!((whole_factor(10.0, 0.0, 0.0) - 10.0).abs() < 1e-9, "nothing measured");
    }
}
