//! How long callbacks are waited for: per key, and at most.

use std::collections::{BTreeMap, BTreeSet};

use super::seen::{Results, key_of, seconds};
use crate::probe::case::{Case, CaseOutcome, Setting};
use crate::probe::observation::Callback;
use crate::record::portrait::{EffectiveTimeout, Fact, KeyPortrait, TimeoutSource};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

/// A figure so near to a whole second is that second, s.
const NEAR_S: f64 = 0.1;
/// `OpenIM` gave up on purpose only after this, s: no timeout is shorter.
const SHORTEST_S: f64 = 0.5;

/// Keys that called back or are in `webhooks.yml`, by name.
pub(super) fn keys(results: &Results<'_>, setting: &Setting) -> BTreeMap<String, KeyPortrait> {
    let seen = commands(results);
    let in_file = setting.webhooks.iter().flat_map(|yml| yml.keys.keys());
    let known: BTreeSet<WebhookKey> = setting
        .enabled
        .iter()
        .copied()
        .chain(seen.keys().copied())
        .chain(in_file.filter_map(|name| WebhookKey::from_name(name)))
        .collect();
    let portrait = |key: WebhookKey| KeyPortrait {
        enabled: setting.enabled.contains(&key) || seen.contains_key(&key),
        commands: seen.get(&key).map(|c| c.iter().map(|c| (*c).to_owned()).collect()).unwrap_or_default(),
        effective_timeout_s: timeout(results, setting, key),
    };
    known.into_iter().map(|key| (key.name().to_owned(), portrait(key))).collect()
}

fn commands<'a>(results: &Results<'a>) -> BTreeMap<WebhookKey, BTreeSet<&'a str>> {
    let mut all: BTreeMap<WebhookKey, BTreeSet<&str>> = BTreeMap::new();
    for (_, seen) in results.all() {
        for callback in &seen.callbacks {
            if let Some(key) = key_of(callback) {
                all.entry(key).or_default().insert(callback.command());
            }
        }
    }
    all
}

fn timeout(results: &Results<'_>, setting: &Setting, key: WebhookKey) -> Fact<EffectiveTimeout> {
    let held = results.all().filter(|(r, _)| as_configured(r.case)).find_map(|(r, seen)| {
        let held = longest(seen.callbacks.iter().filter(|c| key_of(c) == Some(key)))?;
        Some((r.case.name, held))
    });
    if let Some((case, held)) = held {
        let (value_s, evidence) = rounded(held);
        let value = EffectiveTimeout { value_s, source: TimeoutSource::Measured };
        return Fact::Known { value, evidence, case: case.to_owned() };
    }
    if let Some(effective) = setting.timeout_s(key) {
        let written = setting.webhooks.as_ref().and_then(|yml| yml.timeout_of(key)).unwrap_or(0);
        let value = EffectiveTimeout { value_s: f64::from(effective), source: TimeoutSource::WebhooksYml };
        let evidence = say!("probe-timeout-evidence", written = written, effective = effective);
        return Fact::Known { value, evidence, case: String::new() };
    }
    unknown(results, key)
}

/// Cases that hold a callback under the deployment's own `webhooks.yml`.
fn as_configured(case: &Case) -> bool {
    let holds = case.name.starts_with("timeout_before")
        || case.name.starts_with("timeout_after")
        || case.name.starts_with("timeout_body");
    holds && case.needs.config.is_none()
}

/// Why nothing was measured: what the case that would hold this key says, else the flag.
fn unknown(results: &Results<'_>, key: WebhookKey) -> Fact<EffectiveTimeout> {
    let name = match key {
        WebhookKey::BeforeCreateGroup => "timeout_before_create",
        WebhookKey::BeforeMemberJoinGroup => "timeout_before_join",
        WebhookKey::AfterCreateGroup => "timeout_after",
        _ => return Fact::NotMeasured { needs: Text::plain("--webhooks FILE") },
    };
    match results.result(name).map(|r| &r.outcome) {
        Some(CaseOutcome::Seen(_)) => {
            Fact::Inconclusive { why: say!("probe-timeout-not-given-up", name = name) }
        }
        Some(CaseOutcome::NotTestable(why)) => Fact::NotTestable { why: why.clone() },
        Some(CaseOutcome::Failed(why)) => {
            Fact::Inconclusive { why: say!("probe-timeout-case-failed", name = name, why = why) }
        }
        Some(CaseOutcome::NotMeasured(needs)) => {
            Fact::NotMeasured { needs: say!("probe-timeout-or-file", needs = needs) }
        }
        None => Fact::NotMeasured { needs: say!("probe-timeout-or-file", needs = "--slow") },
    }
}

pub(super) fn cap(results: &Results<'_>) -> Fact<f64> {
    results.fact(&["cap_timeout_3600", "cap_timeout_0"], |seen| {
        let held = longest(seen.callbacks.iter()).ok_or_else(|| say!("probe-none-given-up"))?;
        Ok(rounded(held))
    })
}

fn longest<'a>(callbacks: impl Iterator<Item = &'a Callback>) -> Option<f64> {
    let held = callbacks.filter_map(|c| c.aborted).filter(|held| *held >= SHORTEST_S);
    held.max_by(f64::total_cmp)
}

fn rounded(held: f64) -> (f64, Text) {
    let whole = held.round();
    let value = if (held - whole).abs() <= NEAR_S { whole } else { (held * 1e3).round() / 1e3 };
    (value, say!("probe-held-evidence", seconds = seconds(held)))
}
