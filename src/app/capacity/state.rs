//! The file that a search lives in: written whole after each trial, so that an interrupted search goes on.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::kept;
use crate::analysis::capacity::{FORMAT, Level, Objectives, SavedSearch, TrialRecord};
use crate::app::plan::PlanRequest;
use crate::app::{Failure, unwritten};
use crate::ids::RunTag;
use crate::profile::plan::Basis;
use crate::record::write::write_text_atomically;
use crate::say;
use crate::text::Told;
use crate::units::Span;

/// Name of the file in the folder of a search.
pub(super) const STATE_JSON: &str = "search.json";

/// Everything that a search needs to go on.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct State {
    /// Version of this shape.
    pub format: u32,
    /// What was typed.
    pub typed: Typed,
    /// Measured time of a trial.
    pub trial: Span,
    /// Warm-up of a trial.
    pub warmup: Span,
    /// Groups that may be made, levels included.
    pub groups_allowed: u64,
    /// What a trial is held to.
    pub objectives: Objectives,
    /// `sim` or the URL.
    pub target: String,
    /// Whose handler answers.
    pub basis: Basis,
    /// The state machine.
    pub search: SavedSearch,
    /// Its trials with their figures.
    #[serde(serialize_with = "kept::trials")]
    pub trials: Vec<TrialRecord>,
    /// Levels measured after the search.
    #[serde(serialize_with = "kept::levels")]
    pub levels: Vec<Level>,
    /// Users registered by the first trial, for those after it.
    pub users: Option<Users>,
}

/// Users of an earlier trial.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Users {
    /// Tag of the run that registered them.
    pub tag: RunTag,
    /// How many.
    pub pool: u32,
}

/// What was typed to make the plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Typed {
    profile: String,
    target: Option<String>,
    sets: Vec<String>,
    insecure: bool,
    allow_hosts: Vec<String>,
}

impl From<&PlanRequest> for Typed {
    fn from(plan: &PlanRequest) -> Typed {
        // A search may be resumed from another folder.
        let path = Path::new(&plan.profile);
        let absolute = if path.is_file() { std::path::absolute(path).ok() } else { None };
        Typed {
            profile: absolute.map_or_else(|| plan.profile.clone(), |p| p.display().to_string()),
            target: plan.target.clone(),
            sets: plan.sets.clone(),
            insecure: plan.insecure,
            allow_hosts: plan.allow_hosts.clone(),
        }
    }
}

impl From<&Typed> for PlanRequest {
    fn from(typed: &Typed) -> PlanRequest {
        PlanRequest {
            profile: typed.profile.clone(),
            target: typed.target.clone(),
            sets: typed.sets.clone(),
            insecure: typed.insecure,
            allow_hosts: typed.allow_hosts.clone(),
            portrait: None,
        }
    }
}

impl State {
    /// Reads the state in `folder`.
    pub(super) fn read(folder: &Path) -> Result<State, Failure> {
        let path = file(folder);
        let shown = || path.display().to_string();
        let text = std::fs::read(&path).map_err(|error| {
            Failure::usage(Told::new(say!("app-capacity-no-search", file = shown())).because(error))
        })?;
        let state: State = serde_json::from_slice(&text).map_err(|error| {
            Failure::usage(Told::new(say!("app-capacity-no-state", file = shown())).because(error))
        })?;
        if state.format != FORMAT {
            let (format, known) = (state.format, FORMAT);
            let told = say!("app-capacity-format", file = shown(), format = format, known = known);
            return Err(Failure::usage(Told::new(told)));
        }
        Ok(state)
    }

    /// Writes it, whole or not at all.
    pub(super) fn write(&self, folder: &Path) -> Result<(), Failure> {
        let text = serde_json::to_vec_pretty(self).map_err(Failure::bug)?;
        let path = file(folder);
        write_text_atomically(&path, &text).map_err(|error| unwritten(&path, error))
    }

    /// Groups made until now.
    pub(super) fn groups(&self) -> u64 {
        self.trials.iter().chain(self.levels.iter().map(|l| &l.trial)).map(|t| t.groups).sum()
    }
}

fn file(folder: &Path) -> PathBuf {
    folder.join(STATE_JSON)
}
