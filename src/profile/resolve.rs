//! From a loaded profile to the plan of a run.
//!
//! Everything is judged before anything is called: `validate` looks at single values, this file
//! at what follows from them (phases, arrivals, timeouts, expected keys, groups). All problems
//! come back together.

use std::collections::{BTreeMap, BTreeSet};

use super::error::ProfileError;
use super::load::Loaded;
use super::model::{Arrivals, Loop, OperationMix, Phase, PhaseKind, Profile, WebhookMode};
use super::plan::{Basis, PlannedPhase, RunPlan};
use super::validate::{self, Judge};
use crate::delay::{Delay, DelayModel};
use crate::ids::RunTag;
use crate::say;
use crate::units::Offset;
use crate::wire::api::Operation;
use crate::wire::flow::expected_keys;
use crate::wire::webhooks_yml::{WebhooksYml, effective_timeout_s};
use crate::wire::{OpenimVersion, WebhookKey};

/// The timeout that OpenIM's shipped webhooks.yml gives every key, seconds.
pub const SHIPPED_TIMEOUT_S: u32 = 5;

/// What a plan needs besides the profile.
#[derive(Clone, Debug)]
pub struct ResolveContext<'a> {
    /// Run id: also the record's folder name.
    pub run_id: String,
    /// The run's tag inside its IDs.
    pub tag: RunTag,
    /// `webhook.yml`, parsed, where the profile names one.
    pub webhooks_yml: Option<&'a WebhooksYml>,
    /// Offsets of `load.offsets_file`, where arrivals are replayed.
    pub offsets: Option<&'a [Offset]>,
    /// Number of userIDs in `load.users.file`, where the profile names one.
    pub users_in_file: Option<u64>,
    /// What a portrait of the deployment knows, where one was given.
    pub portrait: Option<PortraitDefaults>,
}

/// What a portrait gives where the profile says nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortraitDefaults {
    /// The version that was probed: what the simulator imitates where `target.version` is `auto`.
    pub version: OpenimVersion,
    /// Effective timeouts in seconds, 1 to 15.
    pub timeouts: BTreeMap<WebhookKey, u32>,
}

/// Under `RunPlan::sources`: a present timeout that a portrait gave.
pub const FROM_PORTRAIT: &str = "portrait";

impl ResolveContext<'_> {
    /// Without files.
    #[must_use]
    pub fn new(run_id: impl Into<String>, tag: RunTag) -> ResolveContext<'static> {
        ResolveContext {
            run_id: run_id.into(),
            tag,
            webhooks_yml: None,
            offsets: None,
            users_in_file: None,
            portrait: None,
        }
    }
}

/// Validates a profile and works out the plan.
///
/// # Errors
/// `ProfileError::Problems` with every problem found.
pub fn resolve(loaded: &Loaded, context: ResolveContext<'_>) -> Result<RunPlan, ProfileError> {
    let profile = &loaded.profile;
    let mut judge = Judge::new(loaded);
    validate::values(&mut judge, &context);
    let version = version(profile, &mut judge);
    let expect = expect(profile, context.webhooks_yml);
    validate::outages(&mut judge, expect.as_deref());
    let phases = phases(loaded, context.offsets);
    let expected = expected_arrivals(profile, &phases, context.offsets);
    validate::groups(&mut judge, expected);
    judge.finish()?;
    let version = version.or_else(|| portrayed(profile, context.portrait.as_ref()));
    let (timeouts, by_portrait) = timeouts(profile, &context, expect.as_deref());
    let mut sources = loaded.sources.clone();
    sources.extend(by_portrait.into_iter().map(|key| (timeout_path(key), FROM_PORTRAIT.to_owned())));
    Ok(RunPlan {
        run_id: context.run_id,
        tag: context.tag,
        profile: profile.clone(),
        sources,
        phases,
        basis: basis(profile, expect.as_deref()),
        version,
        timeouts,
        expect,
        expected_arrivals: expected.round() as u64,
    })
}

/// Whether the target is the built-in simulator.
#[must_use]
pub fn is_sim(profile: &Profile) -> bool {
    profile.target.url == "sim"
}

/// The operations of the load with their share, which add up to 1.
#[must_use]
pub fn operation_shares(mix: &OperationMix) -> BTreeMap<Operation, f64> {
    match mix {
        OperationMix::One(operation) => BTreeMap::from([(*operation, 1.0)]),
        OperationMix::Mix(weights) => {
            let sum: f64 = weights.values().sum();
            weights.iter().map(|(o, w)| (*o, if sum > 0.0 { w / sum } else { 0.0 })).collect()
        }
    }
}

/// The webhook keys that a load fires, whatever the build, each once.
#[must_use]
pub fn fired_keys(mix: &OperationMix) -> Vec<WebhookKey> {
    unique(operation_shares(mix).keys().flat_map(|o| expected_keys(*o, None)))
}

fn version(profile: &Profile, judge: &mut Judge<'_>) -> Option<OpenimVersion> {
    if profile.target.version == "auto" {
        return None;
    }
    let parsed = profile.target.version.parse::<OpenimVersion>();
    if let Err(unknown) = &parsed {
        judge.fail("target.version", say!("profile-wrong", why = unknown.text()));
    }
    parsed.ok()
}

/// Given; else enabled in webhooks.yml; else, for the simulator, what the load fires.
fn expect(profile: &Profile, yml: Option<&WebhooksYml>) -> Option<Vec<WebhookKey>> {
    if let Some(given) = &profile.webhook.expect {
        return Some(unique(given.iter().copied()));
    }
    if let Some(yml) = yml {
        let enabled = yml.keys.iter().filter(|(_, c)| c.enable);
        return Some(unique(enabled.filter_map(|(name, _)| WebhookKey::from_name(name))));
    }
    if !is_sim(profile) {
        return None;
    }
    Some(fired_keys(&profile.load.operation))
}

fn unique(keys: impl Iterator<Item = WebhookKey>) -> Vec<WebhookKey> {
    keys.collect::<BTreeSet<_>>().into_iter().collect()
}

/// The profile's key of a present timeout.
#[must_use]
pub fn timeout_path(key: WebhookKey) -> String {
    format!("webhook.timeout.{key}")
}

/// The simulator imitates what was probed; of a deployment preflight tells.
fn portrayed(profile: &Profile, portrait: Option<&PortraitDefaults>) -> Option<OpenimVersion> {
    portrait.filter(|_| is_sim(profile)).map(|p| p.version.clone())
}

/// `webhook.timeout` over webhooks.yml over the portrait; the simulator takes OpenIM's shipped value for the rest.
/// Also the keys for which the portrait decided.
fn timeouts(
    profile: &Profile,
    context: &ResolveContext<'_>,
    expect: Option<&[WebhookKey]>,
) -> (BTreeMap<WebhookKey, u32>, Vec<WebhookKey>) {
    let mut timeouts = BTreeMap::new();
    let yml = context.webhooks_yml;
    let portrait = context.portrait.as_ref().map(|p| &p.timeouts);
    if is_sim(profile) {
        timeouts.extend(expect.unwrap_or_default().iter().map(|k| (*k, SHIPPED_TIMEOUT_S)));
    }
    timeouts.extend(portrait.into_iter().flatten());
    let mut by_portrait: BTreeSet<WebhookKey> =
        portrait.into_iter().flat_map(BTreeMap::keys).copied().collect();
    for (name, config) in yml.iter().flat_map(|y| &y.keys) {
        if let Some(key) = WebhookKey::from_name(name) {
            timeouts.insert(key, config.effective_timeout_s());
            by_portrait.remove(&key);
        }
    }
    timeouts.extend(profile.webhook.timeout.iter().map(|(k, t)| (*k, effective_timeout_s(*t))));
    by_portrait.retain(|key| !profile.webhook.timeout.contains_key(key));
    (timeouts, by_portrait.into_iter().collect())
}

fn basis(profile: &Profile, expect: Option<&[WebhookKey]>) -> Basis {
    if is_sim(profile) {
        return Basis::Simulated;
    }
    if profile.webhook.mode == WebhookMode::Proxy {
        return Basis::Real;
    }
    let replayed = |delay: &Delay| matches!(delay, Delay::Model(DelayModel::Hlog { .. }));
    let handlers = &profile.handler;
    let given = handlers.values().all(|h| replayed(&h.delay));
    let covered = expect.unwrap_or_default().iter().all(|k| handlers.contains_key(k));
    if !handlers.is_empty() && given && covered { Basis::Replay } else { Basis::Modelled }
}

/// The phases in order, warm-up first.
fn phases(loaded: &Loaded, offsets: Option<&[Offset]>) -> Vec<PlannedPhase> {
    let load = &loaded.profile.load;
    let mut planned = Vec::new();
    let mut start_s = 0.0;
    let mut add = |phase: &Phase, source: Option<usize>| {
        planned.push(planned_phase(phase, start_s, source));
        start_s += phase.duration.as_secs_f64();
    };
    let own_warmup = load.phase.first().is_some_and(|p| p.kind == PhaseKind::Warmup);
    if !load.warmup.0.is_zero() && (!own_warmup || loaded.is_set("load.warmup")) {
        let rate = load.phase.first().map_or(load.rate, entry_rate);
        add(&Phase { kind: PhaseKind::Warmup, duration: load.warmup, rate, ..Phase::default() }, None);
    }
    if load.phase.is_empty() {
        let duration = steady_duration(loaded, offsets);
        add(&Phase { duration, rate: load.rate, ..Phase::default() }, None);
    }
    for (i, phase) in load.phase.iter().enumerate() {
        add(phase, Some(i));
    }
    if load.arrivals == Arrivals::Replay
        && let Some(offsets) = offsets
    {
        planned.iter_mut().for_each(|p| replayed_rate(p, offsets));
    }
    planned
}

fn planned_phase(phase: &Phase, start_s: f64, source: Option<usize>) -> PlannedPhase {
    PlannedPhase {
        kind: phase.kind,
        start_s,
        duration_s: phase.duration.as_secs_f64(),
        rate: phase.rate,
        from: phase.from,
        steps: phase.steps,
        measured: !matches!(phase.kind, PhaseKind::Warmup | PhaseKind::Outage),
        source,
    }
}

/// The rate a phase begins with; its own where it begins with none.
fn entry_rate(phase: &Phase) -> f64 {
    let begins_elsewhere = matches!(phase.kind, PhaseKind::Ramp | PhaseKind::Steps | PhaseKind::Spike);
    if begins_elsewhere && phase.from > 0.0 { phase.from } else { phase.rate }
}

/// `load.duration`; for a replay without one, until just after the last offset.
fn steady_duration(loaded: &Loaded, offsets: Option<&[Offset]>) -> crate::units::Span {
    let load = &loaded.profile.load;
    let last = offsets.and_then(<[Offset]>::last).filter(|_| load.arrivals == Arrivals::Replay);
    match last {
        Some(last) if !loaded.is_set("load.duration") => {
            let after_warmup = last.0.saturating_sub(u64::try_from(load.warmup.0.as_nanos()).unwrap_or(0));
            crate::units::Span::millis(after_warmup / 1_000_000 + 1)
        }
        _ => load.duration,
    }
}

fn replayed_rate(phase: &mut PlannedPhase, offsets: &[Offset]) {
    let end = phase.start_s + phase.duration_s;
    let inside = offsets.iter().filter(|o| (phase.start_s..end).contains(&o.as_secs_f64())).count();
    phase.rate = if phase.duration_s > 0.0 { inside as f64 / phase.duration_s } else { 0.0 };
}

/// Expected number of arrivals of a phase: the integral of its rate.
#[must_use]
pub fn phase_arrivals(phase: &PlannedPhase) -> f64 {
    let mean = match phase.kind {
        PhaseKind::Warmup | PhaseKind::Steady | PhaseKind::Outage => phase.rate,
        // Steps are equal and include both ends, so their mean is that of the ramp.
        PhaseKind::Steps if phase.steps <= 1 => phase.rate,
        PhaseKind::Ramp | PhaseKind::Steps => f64::midpoint(phase.from, phase.rate),
        PhaseKind::Spike => (2.0 * phase.from + phase.rate) / 3.0,
    };
    mean * phase.duration_s
}

/// Arrivals of all phases; 0 for a closed loop, whose number follows from how fast it is answered.
fn expected_arrivals(profile: &Profile, phases: &[PlannedPhase], offsets: Option<&[Offset]>) -> f64 {
    if profile.load.r#loop == Loop::Closed {
        return 0.0;
    }
    if let (Arrivals::Replay, Some(offsets)) = (profile.load.arrivals, offsets) {
        let end = phases.last().map_or(0.0, |p| p.start_s + p.duration_s);
        return offsets.iter().filter(|o| o.as_secs_f64() < end).count() as f64;
    }
    phases.iter().map(phase_arrivals).sum()
}

#[cfg(test)]
mod tests;
