//! A hang of one webhook alone: what it would do, and how long it would be felt.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::course::play;
use super::rules::{CONNECTIONS, Effect, Kind};
use super::scene::{Setting, scene};
use crate::analysis::facts::Facts;
use crate::wire::WebhookKey;

/// What a hang of one webhook would do; times from its beginning.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Outage {
    /// The webhook that hangs.
    pub key: WebhookKey,
    /// Its timeout, seconds.
    pub timeout_s: u32,
    /// Until all connections of the group processes are taken, seconds; none: never.
    pub pool_full_after_s: Option<f64>,
    /// With random arrivals the pool can be full for moments although it is not with even ones: for a before-webhook
    /// λT + 3√(λT) is more than 98 a process.
    pub pool_may_fill: bool,
    /// Until the after-queue is full, seconds; none: never.
    pub queue_full_after_s: Option<f64>,
    /// Calls that fail, those included that fail after the outage because of it.
    pub failed: u64,
    /// The same a minute of the outage.
    pub failed_per_minute: f64,
    /// Calls that waited for a connection and succeeded.
    pub waited: u64,
    /// After-callbacks lost.
    pub lost: u64,
    /// The same a minute of the outage from when the queue is full.
    pub lost_per_minute: f64,
    /// Calls that had to wait for a place in the after-queue.
    pub stalled: u64,
    /// How long OpenIM lets a call wait for a place at most, seconds.
    pub push_wait_s: f64,
    /// Longest response time, seconds.
    pub longest_response_s: f64,
    /// From the end of the outage until the last call that suffers is answered, seconds; none: not within a minute.
    pub recovery_s: Option<f64>,
}

/// One outage of each webhook.
pub(super) fn of_each(
    facts: &Facts<'_>,
    setting: &Setting<'_>,
    keys: impl Iterator<Item = WebhookKey>,
) -> Vec<Outage> {
    keys.filter_map(|key| of(facts, setting, key)).collect()
}

fn of(facts: &Facts<'_>, setting: &Setting<'_>, key: WebhookKey) -> Option<Outage> {
    let timeout_s = setting.timeouts.get(&key).copied()?;
    let scene = scene(facts, setting, &BTreeMap::from([(key, Effect::Holds)]));
    let course = play(&scene);
    let times = u64::from(setting.processes.max(1));
    let a_minute =
        |n: u64, seconds: f64| if seconds > 0.0 { (n * times) as f64 / seconds * 60.0 } else { 0.0 };
    let wanted = calls_per_s(&scene.kinds, scene.rate) * f64::from(timeout_s);
    Some(Outage {
        key,
        timeout_s,
        pool_full_after_s: course.pool_full_s,
        pool_may_fill: key.is_before()
            && course.pool_full_s.is_none()
            && wanted + 3.0 * wanted.sqrt() > (CONNECTIONS - 2) as f64,
        queue_full_after_s: course.queue_full_s,
        failed: course.failed * times,
        failed_per_minute: a_minute(course.failed, setting.outage_s),
        waited: course.waited * times,
        lost: course.lost * times,
        lost_per_minute: course
            .queue_full_s
            .map_or(0.0, |full| a_minute(course.lost, setting.outage_s - full)),
        stalled: course.stalled * times,
        push_wait_s: scene.push_wait_s,
        longest_response_s: course.longest_s,
        recovery_s: course.recovery_s,
    })
}

/// Calls a second at this process that reach a hanging before-webhook.
fn calls_per_s(kinds: &[Kind], rate: f64) -> f64 {
    let hit = kinds.iter().filter(|k| k.before.iter().any(|s| s.effect == Effect::Holds));
    hit.map(|k| k.share).sum::<f64>() * rate
}
