//! The words of a search: its settings, what goes in and what comes out.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::text::Text;
use crate::{displays_english, say};

/// How to search. The defaults suit a server that makes 10 to 60 groups a second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SearchConfig {
    /// First rate, per second.
    pub from: f64,
    /// Highest rate that may be tried.
    pub to: f64,
    /// Lowest rate that may be tried.
    pub lowest: f64,
    /// Relative width at which the bracket is narrow enough: bad ÷ good − 1.
    pub width: f64,
    /// The capacity is the rate at which this share of the trials is bad (goal exceed ratio of RFC 9971).
    pub exceed_ratio: f64,
    /// Probability with which each end of the bracket has to be on its side of the capacity.
    pub confidence: f64,
    /// Valid trials that an end of the bracket needs: those at its rate and those beyond it with the same outcome.
    pub trials_an_end: u32,
    /// Valid trials at most.
    pub trials: u32,
    /// Invalid trials in a row at which the search gives up.
    pub invalid_in_a_row: u32,
    /// Groups that the search may make.
    pub groups: u64,
    /// Groups that a trial makes for each arrival per second: its length times the share of calls that make one.
    pub groups_a_rate: f64,
    /// Groups that every trial makes besides.
    pub groups_a_trial: u64,
}

impl Default for SearchConfig {
    fn default() -> SearchConfig {
        SearchConfig {
            from: 5.0,
            to: 2_000.0,
            lowest: 5.0 / 16.0,
            width: 0.05,
            exceed_ratio: 0.5,
            confidence: 0.985,
            trials_an_end: 2,
            trials: 120,
            invalid_in_a_row: 5,
            groups: u64::MAX,
            groups_a_rate: 12.0,
            groups_a_trial: 1,
        }
    }
}

/// Why settings make no search.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// Bounds.
    Bounds {
        /// `from`.
        from: f64,
        /// `lowest`.
        lowest: f64,
        /// `to`.
        to: f64,
    },
    /// A figure that makes no sense.
    Figure {
        /// Its name.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it must be.
        must: Text,
    },
}

impl ConfigError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            ConfigError::Bounds { from, lowest, to } => say!(
                "errors-search-bounds",
                from = from.to_string(),
                lowest = lowest.to_string(),
                to = to.to_string(),
            ),
            ConfigError::Figure { name, value, must } => {
                say!("errors-search-figure", name = *name, value = value.to_string(), must = must)
            }
        }
    }
}

displays_english!(ConfigError);

impl SearchConfig {
    /// # Errors
    /// When no search can follow from these settings.
    pub fn check(&self) -> Result<(), ConfigError> {
        let SearchConfig { from, to, lowest, .. } = *self;
        let sound =
            [from, to, lowest].iter().all(|r| r.is_finite() && *r > 0.0) && to <= 1e6 && lowest >= 1e-3;
        if !(sound && lowest <= from && from <= to) {
            return Err(ConfigError::Bounds { from, lowest, to });
        }
        let figure = |ok: bool, name, value, must: &dyn Fn() -> Text| {
            if ok { Ok(()) } else { Err(ConfigError::Figure { name, value, must: must() }) }
        };
        let between = |from: &str, to: &str| say!("errors-search-write", from = from, to = to);
        let at_least_one = || say!("errors-search-at-least-one");
        figure((0.02..=1.0).contains(&self.width), "--width", self.width, &|| between("0.02", "1"))?;
        let ratio = self.exceed_ratio;
        figure((0.05..=0.95).contains(&ratio), "--exceed-ratio", ratio, &|| between("0.05", "0.95"))?;
        let sure = self.confidence;
        figure(sure > 0.5 && sure < 1.0, "confidence", sure, &|| say!("errors-search-confidence"))?;
        let trials = self.trials;
        figure((1..=10_000).contains(&trials), "--trials", f64::from(trials), &|| between("1", "10000"))?;
        let an_end = self.trials_an_end;
        figure(an_end >= 1, "trials_an_end", f64::from(an_end), &at_least_one)?;
        let row = self.invalid_in_a_row;
        figure(row >= 1, "invalid_in_a_row", f64::from(row), &at_least_one)
    }

    /// Groups that a trial at `rate` is expected to make.
    #[must_use]
    pub fn groups_of(&self, rate: f64) -> u64 {
        (rate * self.groups_a_rate).ceil() as u64 + self.groups_a_trial
    }
}

/// What a trial came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrialVerdict {
    /// Within the objective.
    Good,
    /// Not within it.
    Bad,
    /// The measuring was at fault: repeated, never counted.
    Invalid,
}

/// A trial that was run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TrialResult {
    /// Arrivals per second.
    pub rate: f64,
    /// What it came to.
    pub verdict: TrialVerdict,
    /// Groups that it made.
    pub groups: u64,
}

/// Why a rate is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The first.
    First,
    /// Nothing was bad yet.
    Double,
    /// Nothing was good yet.
    Halve,
    /// Between good and bad.
    Bisect,
    /// To be surer of the good end.
    ConfirmGood,
    /// To be surer of the bad end.
    ConfirmBad,
    /// The trial before was invalid.
    Repeat,
}

/// Why the search ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndedBy {
    /// The bracket is as narrow as was asked.
    Width,
    /// The highest rate allowed is good: the capacity is at least that.
    NoBadRate,
    /// The lowest rate allowed is bad: the capacity is below it.
    NoGoodRate,
    /// No trial is left.
    Trials,
    /// The next trial would make more groups than allowed.
    Groups,
    /// Too many invalid trials.
    Invalid,
}

/// [highest confirmed good, lowest confirmed bad] and why there is no more to come.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// Why the search ended.
    pub ended_by: EndedBy,
    /// Highest rate that is confirmed good, per second; none where there is none.
    pub good: Option<f64>,
    /// Lowest rate that is confirmed bad.
    pub bad: Option<f64>,
    /// bad ÷ good − 1, where both are known.
    pub relative_width: Option<f64>,
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Step {
    /// Run a trial.
    Trial {
        /// Arrivals per second.
        rate: f64,
        /// Why that.
        why: Why,
    },
    /// The search is over.
    Done(Outcome),
}

/// What is stored of a search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SavedSearch {
    /// How to search.
    pub config: SearchConfig,
    /// What was found until now.
    pub trials: Vec<TrialResult>,
}
