//! A search for the capacity: its trials in order, and what calls and callbacks took at which load.

use std::collections::BTreeMap;

use crate::analysis::capacity::{CapacityResult, TrialRecord, TrialVerdict};
use crate::wire::WebhookKey;

/// Trials that are drawn at most: the last ones.
const MOST_TRIALS: usize = 120;
/// Rates at which times are drawn at most.
const MOST_RATES: usize = 40;

/// What is drawn of a search.
#[derive(Clone, Debug, PartialEq)]
pub struct Searched {
    /// Number, rate and verdict of each trial, in order.
    pub trials: Vec<(usize, f64, TrialVerdict)>,
    /// The highest rate that is confirmed good, and the lowest confirmed bad.
    pub bracket: (Option<f64>, Option<f64>),
    /// Times at load, by rising rate.
    pub loads: Vec<AtLoad>,
    /// What the p50 and the p99 were held to, µs.
    pub objectives_us: [Option<u64>; 2],
    /// The timeout needed at which rate: seconds, and whether that is no more than a guess.
    pub needed: BTreeMap<WebhookKey, Vec<(f64, u32, bool)>>,
}

/// Response times of the trials at one rate: the median of each quantile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AtLoad {
    /// Arrivals a second.
    pub rate: f64,
    /// p50, µs.
    pub p50_us: Option<u64>,
    /// p99, µs.
    pub p99_us: Option<u64>,
}

impl Searched {
    /// None where there was no trial.
    #[must_use]
    pub fn of(result: &CapacityResult) -> Option<Searched> {
        let first = result.trials.len().saturating_sub(MOST_TRIALS);
        let trials = result.trials.iter().enumerate().skip(first);
        let by_rate = by_rate(result);
        let needed_keys = by_rate.iter().flat_map(|(_, trials)| trials).flat_map(|t| t.timeouts.keys());
        let needed =
            needed_keys.map(|key| (*key, needed(*key, &by_rate))).filter(|(_, line)| !line.is_empty());
        let objective = &result.objectives.objective;
        (!result.trials.is_empty()).then(|| Searched {
            trials: trials.map(|(at, t)| (at + 1, t.rate, t.verdict)).collect(),
            bracket: (result.good_end.map(|e| e.rate), result.bad_end.map(|e| e.rate)),
            loads: by_rate.iter().filter_map(|(rate, trials)| at_load(*rate, trials)).collect(),
            objectives_us: [objective.p50, objective.p99].map(|span| span.map(|s| s.as_us())),
            needed: needed.collect(),
        })
    }
}

/// Valid trials of the search and the levels after it, by rising rate; of very many rates every so many.
fn by_rate(result: &CapacityResult) -> Vec<(f64, Vec<&TrialRecord>)> {
    let levels = result.levels.iter().map(|l| &l.trial);
    let mut valid: Vec<&TrialRecord> =
        result.trials.iter().chain(levels).filter(|t| t.verdict != TrialVerdict::Invalid).collect();
    valid.sort_by(|a, b| a.rate.total_cmp(&b.rate));
    let same = |a: &&TrialRecord, b: &&TrialRecord| b.rate - a.rate <= 1e-9 * b.rate;
    let groups: Vec<_> = valid.chunk_by(same).filter_map(|g| Some((g.first()?.rate, g.to_vec()))).collect();
    let every = groups.len().div_ceil(MOST_RATES).max(1);
    groups.into_iter().step_by(every).collect()
}

fn at_load(rate: f64, trials: &[&TrialRecord]) -> Option<AtLoad> {
    let median = |name: &str| {
        let mut all: Vec<u64> = trials.iter().filter_map(|t| t.response_us.get(name).copied()).collect();
        all.sort_unstable();
        all.get(all.len() / 2).copied()
    };
    let load = AtLoad { rate, p50_us: median("0.5"), p99_us: median("0.99") };
    (load.p50_us.is_some() || load.p99_us.is_some()).then_some(load)
}

/// At each rate what the longest trial that knows says.
fn needed(key: WebhookKey, by_rate: &[(f64, Vec<&TrialRecord>)]) -> Vec<(f64, u32, bool)> {
    let known = |t: &&TrialRecord| {
        let needed = t.timeouts.get(&key)?;
        let sure = needed.timeout_s.map(|s| (s, false));
        Some((t.duration_s, sure.or(needed.guess_s.map(|s| (s, true)))?))
    };
    let longest = |trials: &[&TrialRecord]| {
        trials.iter().filter_map(known).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, needed)| needed)
    };
    by_rate.iter().filter_map(|(rate, trials)| longest(trials).map(|(s, guess)| (*rate, s, guess))).collect()
}
