//! May two runs be compared? The keys in which their plans differ, but for those that do not matter.
//!
//! What was offered, who answered and how, which OpenIM, and by what timeouts are chosen: all of that matters. Names,
//! seeds, places of files, credentials, limits of our own, objectives and clean-up do not.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::profile::RunPlan;
use crate::record::model::{Header, Seen};

/// Keys (and all below them) that do not change what is measured.
const IGNORED: [&str; 16] = [
    "title",
    "target.version",
    "target.admin_user",
    "target.secret_env",
    "target.secret_file",
    "target.token_env",
    "target.ca_file",
    "target.insecure",
    "webhook.listen",
    "webhook.path",
    "webhook.yml",
    "webhook.forward_others",
    "load.seed",
    "limits",
    "objective",
    "cleanup",
];

/// A key in which two plans differ.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct PlanDifference {
    /// As it stands in a profile, such as `load.rate`.
    pub key: String,
    /// The base's value; `(none)` where it has none.
    pub base: String,
    /// The candidate's value.
    pub candidate: String,
}

/// The keys in which two runs differ and that matter, in order of their names.
#[must_use]
pub fn differences(base: &Header, candidate: &Header) -> Vec<PlanDifference> {
    differing(&facts(&base.plan, &base.seen), &facts(&candidate.plan, &candidate.seen))
}

/// The same of two plans that have not been run yet: what only preflight sees is taken to be alike.
#[must_use]
pub fn differences_of_plans(base: &RunPlan, candidate: &RunPlan) -> Vec<PlanDifference> {
    let unseen = Seen::default();
    let mut found = differing(&facts(base, &unseen), &facts(candidate, &unseen));
    // Where one plan leaves these open, preflight will fill them in.
    if base.version.is_none() || candidate.version.is_none() {
        found.retain(|d| d.key != "target.version");
    }
    if base.expect.is_none() || candidate.expect.is_none() {
        found.retain(|d| d.key != "webhook.expect");
    }
    found
}

fn differing(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>) -> Vec<PlanDifference> {
    let keys: BTreeSet<&String> = a.keys().chain(b.keys()).collect();
    let value = |facts: &BTreeMap<String, String>, key: &String| {
        facts.get(key).cloned().unwrap_or_else(|| "(none)".to_owned())
    };
    keys.into_iter()
        .filter(|key| a.get(*key) != b.get(*key))
        .map(|key| PlanDifference { key: key.clone(), base: value(a, key), candidate: value(b, key) })
        .collect()
}

impl PlanDifference {
    /// Whether `allowed` names this key, or a part of the profile that holds it: `load`, `load.rate`.
    #[must_use]
    pub fn is_in(&self, allowed: &str) -> bool {
        below(&self.key, allowed)
    }
}

fn below(key: &str, part: &str) -> bool {
    key.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// What matters about a run, key by key.
fn facts(plan: &RunPlan, seen: &Seen) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    // A profile is plain data; one that could not be written would differ from nothing but itself.
    flatten("", &serde_json::to_value(&plan.profile).unwrap_or_default(), &mut facts);
    facts.retain(|key, _| !IGNORED.iter().any(|part| below(key, part)));
    // What these came to counts, not how they were given: in the profile, in webhooks.yml, by a portrait.
    facts.retain(|key, _| !below(key, "webhook.timeout") && !below(key, "webhook.expect"));
    for (key, seconds) in &plan.timeouts {
        facts.insert(format!("webhook.timeout.{key}"), seconds.to_string());
    }
    let mut expect = match &plan.expect {
        Some(planned) if seen.expect.is_empty() => planned.clone(),
        _ => seen.expect.clone(),
    };
    expect.sort_unstable();
    let expect: Vec<String> = expect.iter().map(ToString::to_string).collect();
    facts.insert("webhook.expect".to_owned(), expect.join(", "));
    if let Some(version) = seen.version.as_ref().or(plan.version.as_ref()) {
        facts.insert("target.version".to_owned(), version.text.clone());
    }
    let basis = serde_json::to_value(plan.basis).ok();
    let basis = basis.as_ref().and_then(Value::as_str).unwrap_or_default();
    facts.insert("basis".to_owned(), basis.to_owned());
    facts
}

fn flatten(path: &str, value: &Value, facts: &mut BTreeMap<String, String>) {
    let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, v)| flatten(&join(name), v, facts)),
        // Phases: each by its number.
        Value::Array(items) if items.iter().any(Value::is_object) => {
            items.iter().enumerate().for_each(|(i, v)| flatten(&join(&i.to_string()), v, facts));
        }
        Value::Array(items) if items.is_empty() => {}
        Value::String(text) => drop(facts.insert(path.to_owned(), text.clone())),
        other => drop(facts.insert(path.to_owned(), other.to_string())),
    }
}
