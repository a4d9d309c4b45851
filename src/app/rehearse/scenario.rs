//! Which outages are rehearsed, and the overrides that make them of a profile.
//!
//! How long they last follows from the timeouts: long enough for the first calls to have timed out and a full pool or queue
//! to show its course, and no longer.

use std::collections::BTreeMap;

use crate::analysis::whatif::CONNECTIONS;
use crate::profile::model::{Fault, Profile};
use crate::record::model::tag::{self, CallbackSeries};
use crate::record::read::RunRecord;
use crate::wire::WebhookKey;

/// The faults of before-webhooks; `refuse` hits after-webhooks as well, which then have no call to follow.
const FAULTS: [Fault; 7] = [
    Fault::Hang,
    Fault::Reset,
    Fault::Close,
    Fault::Refuse,
    Fault::StatusJson,
    Fault::StatusHtml,
    Fault::SlowBody,
];
/// Handlers are slowed down until the slowest callback of the healthy run takes this share of its timeout, or the
/// callbacks together this share of OpenIM's 100 connections: as much as both bear.
const BORNE: f64 = 0.5;
/// Healthy time before an outage, seconds.
const BEFORE_S: f64 = 2.0;
/// The record ties an after-callback to its call for 20 s after the answer; what is queued must come within that.
const ATTRIBUTED_S: f64 = 18.0;

/// An outage that is rehearsed.
#[derive(Clone, Debug, PartialEq)]
pub struct Scenario {
    /// How the webhooks fail.
    pub fault: Fault,
    /// Times the usual delay (slow).
    pub factor: Option<f64>,
    /// Which.
    pub keys: Vec<WebhookKey>,
    /// For how long, seconds.
    pub outage_s: f64,
    /// Time after it, seconds: long enough for what hangs to end.
    pub after_s: f64,
    /// Arrivals a second.
    pub rate: f64,
}

/// One outage a fault of the before-webhooks, and a hang of the after-webhooks alone.
#[must_use]
pub fn scenarios(healthy: &RunRecord, timeouts: &BTreeMap<WebhookKey, u32>, rate: f64) -> Vec<Scenario> {
    let processes = f64::from(healthy.header.plan.profile.webhook.processes.max(1));
    let (before, after): (Vec<_>, Vec<_>) = timeouts.keys().copied().partition(|key| key.is_before());
    let longest =
        |keys: &[WebhookKey]| keys.iter().filter_map(|k| timeouts.get(k)).max().copied().unwrap_or(0);
    let mut all = Vec::new();
    if !before.is_empty() {
        let timeout_s = f64::from(longest(&before));
        all.extend(FAULTS.map(|fault| {
            let holds = matches!(fault, Fault::Hang | Fault::SlowBody);
            let (outage_s, after_s) =
                if holds { ((timeout_s + 3.0).max(6.0), timeout_s + 3.0) } else { (3.0, 2.0) };
            Scenario { fault, factor: None, keys: before.clone(), outage_s, after_s, rate }
        }));
        all.extend(borne(healthy, timeouts, &before, rate).map(|factor| Scenario {
            fault: Fault::Slow,
            factor: Some(factor),
            keys: before.clone(),
            outage_s: 3.0,
            after_s: 2.0 + timeout_s,
            rate,
        }));
    }
    if !after.is_empty() {
        let timeout_s = f64::from(longest(&after));
        let surplus = rate - 2.0 * processes / timeout_s.max(1.0);
        let full_s = if surplus > 0.0 { 102.0 * processes / surplus } else { 0.0 };
        let outage_s = (full_s + 6.0).min(ATTRIBUTED_S - timeout_s).max(3.0).round();
        let after_s = timeout_s + 4.0;
        all.push(Scenario { fault: Fault::Hang, factor: None, keys: after, outage_s, after_s, rate });
    }
    all
}

/// How many times the usual delay every timeout of `keys` and the connections bear at `rate`, rounded down to a tenth;
/// none where that is not even half as much again, or nothing was measured.
fn borne(
    healthy: &RunRecord,
    timeouts: &BTreeMap<WebhookKey, u32>,
    keys: &[WebhookKey],
    rate: f64,
) -> Option<f64> {
    let series = |key: &WebhookKey| {
        let series = healthy.totals.get(&tag::callback(*key, CallbackSeries::RoundTripNear))?;
        (!series.is_empty()).then_some(series)
    };
    let by_timeout = |key: &WebhookKey| {
        let slowest_s = series(key)?.max() as f64 / 1e6;
        Some(BORNE * f64::from(*timeouts.get(key)?) / slowest_s.max(1e-6))
    };
    let mut factors = keys.iter().map(by_timeout).collect::<Option<Vec<f64>>>()?;
    // Little's law; a callback a key and call, as from 3.8 on.
    let held = rate * keys.iter().filter_map(series).map(|s| s.mean() / 1e6).sum::<f64>();
    let processes = f64::from(healthy.header.plan.profile.webhook.processes.max(1));
    factors.push(BORNE * CONNECTIONS as f64 * processes / held.max(1e-6));
    let least = factors.into_iter().min_by(f64::total_cmp)?;
    Some((least.min(1_000.0) * 10.0).floor() / 10.0).filter(|factor| *factor >= 1.5)
}

/// Overrides that make a short healthy run of a profile.
#[must_use]
pub fn short(profile: &Profile) -> Vec<String> {
    let mut sets = common();
    sets.push("load.duration=\"5s\"".to_owned());
    let rate = profile.recommend.production_rate.or_else(|| peak(profile)).unwrap_or(profile.load.rate);
    sets.push("load.phase=[]".to_owned());
    sets.push(format!("load.rate={rate:?}"));
    sets
}

/// The highest rate of a profile's phases.
fn peak(profile: &Profile) -> Option<f64> {
    profile.load.phase.iter().map(|p| p.rate.max(p.from)).max_by(f64::total_cmp)
}

fn common() -> Vec<String> {
    [
        "load.arrivals=\"constant\"",
        "load.warmup=\"1s\"",
        "limits.groups=1000000",
        "limits.operation_rows=5000000",
        "limits.expect_failures=true",
        "cleanup.mode=\"keep\"",
        "webhook.listen=\"127.0.0.1:0\"",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Overrides that make the outage of a scenario.
#[must_use]
pub fn sets(profile: &Profile, scenario: &Scenario, timeouts: &BTreeMap<WebhookKey, u32>) -> Vec<String> {
    let mut sets = common();
    sets.extend(timeouts.iter().map(|(key, t)| format!("webhook.timeout.{key}={t}")));
    let rate = scenario.rate;
    let steady =
        |seconds: f64| format!("{{ kind = \"steady\", rate = {rate:?}, duration = \"{}ms\" }}", ms(seconds));
    let keys = scenario.keys.iter().map(|k| format!("\"{k}\"")).collect::<Vec<_>>().join(", ");
    let fault = serde_json::to_string(&scenario.fault).unwrap_or_default();
    let mut how = format!("fault = {fault}");
    if scenario.fault != Fault::Refuse {
        how.push_str(&format!(", keys = [{keys}]"));
    }
    how.extend(scenario.factor.map(|factor| format!(", factor = {factor:?}")));
    sets.push(format!("load.rate={rate:?}"));
    sets.push(format!(
        "load.phase=[{}, {{ kind = \"outage\", rate = {rate:?}, duration = \"{}ms\", {how} }}, {}]",
        steady(BEFORE_S),
        ms(scenario.outage_s),
        steady(scenario.after_s)
    ));
    // What hangs and what waits is in flight at once.
    let longest = timeouts.values().max().copied().unwrap_or(15);
    let wanted = (rate * (2.0 * f64::from(longest) + 5.0)).ceil() as u32;
    sets.push(format!("limits.in_flight={}", profile.limits.in_flight.max(wanted)));
    sets
}

fn ms(seconds: f64) -> u64 {
    (seconds * 1e3).round() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::load::{LoadRequest, ProfileSource, load};

    #[test]
    fn the_overrides_make_a_profile_that_is_accepted() {
        let keys = [WebhookKey::BeforeCreateGroup, WebhookKey::AfterCreateGroup];
        let timeouts: BTreeMap<_, _> = keys.into_iter().map(|key| (key, 3)).collect();
        for fault in FAULTS.into_iter().chain([Fault::Slow]) {
            let factor = (fault == Fault::Slow).then_some(7.5);
            let scenario =
                Scenario { fault, factor, keys: vec![keys[0]], outage_s: 6.5, after_s: 6.0, rate: 33.5 };
            let sets = sets(&Profile::default(), &scenario, &timeouts);
            let source = ProfileSource::Named("smoke".into());
            let request =
                LoadRequest { source, env: Vec::new(), sets, flags: Vec::new(), allow_hosts: Vec::new() };
            let profile = load(request).unwrap().profile;
            let outage = &profile.load.phase[1];
            assert_eq!((outage.fault, outage.rate, outage.duration.as_secs_f64()), (fault, 33.5, 6.5));
            assert_eq!(outage.factor, factor);
            assert_eq!(profile.webhook.timeout[&keys[1]], 3);
        }
    }
}
