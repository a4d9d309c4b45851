//! Capacity: the highest arrival rate that meets the objective.
//!
//! `search` says which rate to try next and what is confirmed (`terms` are its words), `posterior` what all trials together
//! say, `trial` whether one trial was good, bad or invalid, `result` what stands in `capacity.json`.
//! All of it is pure; `app::capacity` runs the trials.

mod posterior;
mod result;
mod search;
mod terms;
#[cfg(test)]
mod tests;
mod trial;

pub use result::{
    CapacityResult, Cause, Counts, End, FORMAT, Level, NeededTimeout, TrialRecord, breaks_first, counts,
};
pub use search::Search;
pub use terms::{
    ConfigError, EndedBy, Outcome, SavedSearch, SearchConfig, Step, TrialResult, TrialVerdict, Why,
};
pub use trial::{Judgement, Objectives, TrialFacts, judge_trial, objectives};
