//! What a search for the capacity came to: the shape of `capacity.json`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::search::Search;
use super::terms::{Outcome, TrialVerdict, Why};
use super::trial::Objectives;
use crate::analysis::Confidence;
use crate::profile::plan::Basis;
use crate::text::Text;
use crate::wire::WebhookKey;

/// Version of this shape.
pub const FORMAT: u32 = 1;

/// A finished (or interrupted) search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CapacityResult {
    /// Version of this shape.
    pub format: u32,
    /// The folder that holds the search and the records of its trials.
    pub folder: String,
    /// What to know first, in sentences.
    pub lead: Vec<Text>,
    /// `sim` or the URL.
    pub target: String,
    /// Whose handler answered.
    pub basis: Option<Basis>,
    /// What a trial was held to.
    pub objectives: Objectives,
    /// Measured time of a trial, seconds.
    pub trial_s: f64,
    /// Warm-up of a trial, seconds.
    pub warmup_s: f64,
    /// The search was interrupted, and can be resumed.
    pub interrupted: bool,
    /// The bracket; absent while the search goes on.
    pub outcome: Option<Outcome>,
    /// The share of bad trials that defines the capacity.
    pub exceed_ratio: f64,
    /// Trials at the good end of the bracket.
    pub good_end: Option<End>,
    /// Trials at the bad end.
    pub bad_end: Option<End>,
    /// Trials by verdict.
    pub trials_by_verdict: Counts,
    /// Groups made.
    pub groups: u64,
    /// Groups that might be made.
    pub groups_allowed: u64,
    /// What the bad trials suffered from, beginning with the lowest rate.
    pub breaks_first: Vec<Cause>,
    /// The long run at the good end, and trials at 90, 50 and 10 % of it: load, latency, timeout needed.
    pub levels: Vec<Level>,
    /// What was left out of `levels`, and why.
    pub left_out: Vec<Text>,
    /// Every trial of the search, in order.
    pub trials: Vec<TrialRecord>,
}

/// Trials by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counts {
    /// Within the objective.
    pub good: u64,
    /// Not within it.
    pub bad: u64,
    /// Repeated, because our own measuring was at fault.
    pub invalid: u64,
}

/// An end of the bracket.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct End {
    /// Arrivals per second.
    pub rate: f64,
    /// Valid trials at that rate.
    pub trials: u64,
    /// Bad ones among them.
    pub bad: u64,
}

impl End {
    /// The trials of a search at a rate.
    #[must_use]
    pub fn of(search: &Search, rate: f64) -> End {
        let (trials, bad) = search.at(rate);
        End { rate, trials: trials as u64, bad: bad as u64 }
    }
}

/// The timeout that a trial's callbacks call for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NeededTimeout {
    /// As recommended from this trial alone, seconds; none where the trial is too short for one.
    pub timeout_s: Option<u32>,
    /// Beyond this no more than ε was seen, seconds; a guess.
    pub guess_s: Option<u32>,
    /// How sure `timeout_s` is.
    pub confidence: Confidence,
}

/// A trial with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrialRecord {
    /// Folder of its record, below `trials/`.
    pub run: String,
    /// Arrivals per second.
    pub rate: f64,
    /// Why that rate; absent for levels after the search.
    pub why: Option<Why>,
    /// Measured time, seconds.
    pub duration_s: f64,
    /// What it came to.
    pub verdict: TrialVerdict,
    /// What was missed, or why it is invalid.
    pub reasons: Vec<Text>,
    /// Codes and sentences of what was found wrong.
    pub findings: BTreeMap<String, Text>,
    /// Calls of the measured window.
    pub calls: u64,
    /// Groups made.
    pub groups: u64,
    /// Quantiles of the response time that the number of calls supports, µs: `"0.5"`, `"0.9"`, `"0.99"`, …
    pub response_us: BTreeMap<String, u64>,
    /// The timeout needed, by webhook.
    pub timeouts: BTreeMap<WebhookKey, NeededTimeout>,
}

/// A share of the capacity, measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Level {
    /// Share of the good end, 0 to 1.
    pub share: f64,
    /// The long confirming run.
    pub confirming: bool,
    /// What was measured.
    pub trial: TrialRecord,
}

/// What bad trials suffered from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// Code of the finding; `objective` for what was missed.
    pub code: String,
    /// Bad trials that show it.
    pub trials: u64,
    /// Bad trials.
    pub of: u64,
    /// Lowest rate at which it was seen.
    pub from_rate: f64,
    /// What was seen there.
    pub what: Text,
}

/// Findings that say no more than that calls failed.
const SAYS_LITTLE: [&str; 3] = ["calls_failed", "groups_left", "cause_hidden"];

/// What the bad trials suffered from: findings of the lowest rates first, and what was missed.
#[must_use]
pub fn breaks_first(trials: &[TrialRecord]) -> Vec<Cause> {
    let mut bad: Vec<&TrialRecord> = trials.iter().filter(|t| t.verdict == TrialVerdict::Bad).collect();
    bad.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    let of = bad.len() as u64;
    let mut causes: Vec<Cause> = Vec::new();
    for trial in &bad {
        let missed = trial.reasons.first().map(|what| ("objective", what));
        let found = trial.findings.iter().map(|(code, what)| (code.as_str(), what));
        for (code, what) in missed.into_iter().chain(found).filter(|(code, _)| !SAYS_LITTLE.contains(code)) {
            match causes.iter_mut().find(|c| c.code == code) {
                Some(cause) => cause.trials += 1,
                None => causes.push(Cause {
                    code: code.to_owned(),
                    trials: 1,
                    of,
                    from_rate: trial.rate,
                    what: what.clone(),
                }),
            }
        }
    }
    causes
}

/// Counts trials by verdict.
#[must_use]
pub fn counts(trials: &[TrialRecord]) -> Counts {
    let count = |verdict| trials.iter().filter(|t| t.verdict == verdict).count() as u64;
    Counts {
        good: count(TrialVerdict::Good),
        bad: count(TrialVerdict::Bad),
        invalid: count(TrialVerdict::Invalid),
    }
}
