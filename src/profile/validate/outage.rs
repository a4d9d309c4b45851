//! Rules about outage phases: who fails, how, and whether that can be at all.
//!
//! Whether `refuse` may hit others' callbacks as well is asked by whoever starts the run, since
//! it is no property of the profile.

use super::Judge;
use crate::delay::Delay;
use crate::profile::model::{Fault, Phase, PhaseKind, Profile, WebhookMode};
use crate::say;
use crate::units::Span;
use crate::wire::WebhookKey;

/// Judges every phase; `expect` are the webhooks that must call back, where known.
pub(in crate::profile) fn outages(judge: &mut Judge<'_>, expect: Option<&[WebhookKey]>) {
    let profile = &judge.loaded.profile;
    for (i, phase) in profile.load.phase.iter().enumerate() {
        let path = format!("load.phase.{i}");
        failing_keys(judge, &path, phase, expect);
        factor(judge, &path, phase);
        // An upstream takes time of its own, however long.
        let ours = profile.webhook.mode == WebhookMode::Host;
        if ours && phase.kind == PhaseKind::Outage && phase.fault == Fault::Slow {
            something_to_slow(judge, &path, profile, phase, expect);
        }
    }
}

/// The keys that fail must be keys that call.
fn failing_keys(judge: &mut Judge<'_>, path: &str, phase: &Phase, expect: Option<&[WebhookKey]>) {
    let key = format!("{path}.keys");
    let Some(keys) = &phase.keys else {
        let none = phase.kind == PhaseKind::Outage && expect.is_some_and(<[_]>::is_empty);
        judge.need(!none, &format!("{path}.kind"), || say!("profile-outage-none"));
        return;
    };
    judge.need(phase.kind == PhaseKind::Outage, &key, || say!("profile-outage-keys"));
    if phase.kind == PhaseKind::Outage && phase.fault == Fault::Refuse {
        judge.fail(&key, say!("profile-outage-refuse"));
        return;
    }
    judge.need(!keys.is_empty(), &key, || say!("profile-outage-empty"));
    for missing in keys.iter().filter(|k| expect.is_some_and(|e| !e.contains(k))) {
        judge.fail(&key, say!("profile-outage-missing", key = missing.name()));
    }
}

fn factor(judge: &mut Judge<'_>, path: &str, phase: &Phase) {
    let Some(factor) = phase.factor else { return };
    let key = format!("{path}.factor");
    let slow = phase.kind == PhaseKind::Outage && phase.fault == Fault::Slow;
    judge.need(slow, &key, || say!("profile-outage-factor"));
    judge.need(factor.is_finite() && factor > 1.0 && factor <= 1e6, &key, || {
        say!("profile-outage-times", value = factor.to_string())
    });
}

/// A handler without a delay is as quick at ten times its delay.
fn something_to_slow(
    judge: &mut Judge<'_>,
    path: &str,
    profile: &Profile,
    phase: &Phase,
    expect: Option<&[WebhookKey]>,
) {
    let Some(keys) = phase.keys.as_deref().or(expect) else { return };
    let takes_time = |key: &WebhookKey| {
        profile.handler.get(key).is_some_and(|handler| handler.delay != Delay::Fixed(Span::secs(0)))
    };
    judge.need(keys.is_empty() || keys.iter().any(takes_time), &format!("{path}.fault"), || {
        say!("profile-outage-slow")
    });
}
