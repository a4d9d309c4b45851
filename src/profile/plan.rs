//! The plan: a profile with every value resolved, validated and immutable; stored
//! whole in the record.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::model::{PhaseKind, Profile};
pub use super::resolve::{ResolveContext, resolve};
use crate::ids::RunTag;
use crate::wire::{OpenimVersion, WebhookKey};

/// Whose handler answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The handler and OpenIM are both simulated.
    Simulated,
    /// Real OpenIM, our delay model as handler.
    Modelled,
    /// Real OpenIM, handler times replayed from a log.
    Replay,
    /// The user's own webhook server.
    Real,
}

/// A phase with its place in time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlannedPhase {
    /// What it does.
    pub kind: PhaseKind,
    /// Start, seconds since the run's start.
    pub start_s: f64,
    /// Length, seconds.
    pub duration_s: f64,
    /// Arrivals per second (see `profile::model::Phase`).
    pub rate: f64,
    /// Arrivals per second at the start, or outside the spike.
    pub from: f64,
    /// Number of steps.
    pub steps: u32,
    /// Whether its calls count in the results.
    pub measured: bool,
    /// Index of the profile's `[[load.phase]]`, for outage phases.
    pub source: Option<usize>,
}

/// Everything a run needs to know, resolved.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunPlan {
    /// Run id: also the record's folder name.
    pub run_id: String,
    /// The run's tag inside its IDs.
    pub tag: RunTag,
    /// The profile, every key filled.
    pub profile: Profile,
    /// Where each key that is not a default came from: `load.rate` → `environment`.
    pub sources: BTreeMap<String, String>,
    /// Phases in order, warm-up first.
    pub phases: Vec<PlannedPhase>,
    /// Whose handler answers.
    pub basis: Basis,
    /// Version, where given; else told by preflight.
    pub version: Option<OpenimVersion>,
    /// Keys that must call back, where known before preflight.
    pub expect: Option<Vec<WebhookKey>>,
    /// Present timeout in effective seconds (1 to 15), per key, where known.
    pub timeouts: BTreeMap<WebhookKey, u32>,
    /// Expected number of arrivals.
    pub expected_arrivals: u64,
}
