//! After the search: one long run at the good end of the bracket, then 90, 50 and 10 % of it, as far as the
//! groups allowed reach.

use std::path::Path;

use super::state::State;
use super::trial::{Ran, Trial, run as run_trial};
use super::{CapacityRequest, ran, tell};
use crate::analysis::capacity::{Level, Outcome, TrialVerdict};
use crate::app::run::Signals;
use crate::app::{Failure, out};
use crate::units::Span;

/// The long run lasts this many trials.
const LONG: u32 = 3;
/// A level whose trial is invalid is tried again so often.
const ATTEMPTS: u32 = 3;
/// Shares of the good end, the long run first.
pub(super) const SHARES: [(f64, bool); 4] = [(1.0, true), (0.9, false), (0.5, false), (0.1, false)];

/// Groups that a run may make that is expected to make `expected`: arrivals are random.
pub(super) fn cap(expected: u64) -> u64 {
    expected + expected / 2 + 200
}

/// Runs the levels that are still missing.
pub(super) async fn run(
    request: &CapacityRequest,
    state: &mut State,
    outcome: &Outcome,
    folder: &Path,
    signals: &Signals,
) -> Result<(), Failure> {
    let Some(good) = outcome.good else { return Ok(()) };
    // A resumed search may have found another end since.
    state.levels.retain(|l| (l.trial.rate - good * l.share).abs() <= 1e-9 * good);
    for (share, confirming) in SHARES {
        if state
            .levels
            .iter()
            .any(|l| (l.share - share).abs() < 1e-9 && l.trial.verdict != TrialVerdict::Invalid)
        {
            continue;
        }
        for _ in 0..ATTEMPTS {
            let Some(trial) = fitting(state, good * share, confirming) else { break };
            if signals.exit().is_some() {
                return Ok(());
            }
            let Ran::Whole(record) = ran(run_trial(state, trial, folder, signals).await, signals)? else {
                return Ok(());
            };
            if !request.quiet {
                out::tell(&tell::level(share, confirming, &record));
            }
            let invalid = record.verdict == TrialVerdict::Invalid;
            state.levels.push(Level { share, confirming, trial: record });
            state.write(folder)?;
            if !invalid {
                break;
            }
        }
    }
    Ok(())
}

/// The trial of a level, as long as the groups allowed let it be; none where not even a short one fits.
fn fitting(state: &State, rate: f64, confirming: bool) -> Option<Trial> {
    let config = &state.search.config;
    let left = state.groups_allowed.saturating_sub(state.groups());
    let lengths = if confirming { (1..=LONG).rev().collect() } else { vec![1] };
    let per_second = config.groups_a_rate / (state.trial.as_secs_f64() + state.warmup.as_secs_f64());
    lengths.into_iter().find_map(|times| {
        let duration = Span(state.trial.0 * times);
        let seconds = duration.as_secs_f64() + state.warmup.as_secs_f64();
        let expected = (rate * per_second * seconds).ceil() as u64 + config.groups_a_trial;
        (expected <= left).then(|| Trial {
            rate,
            duration,
            warmup: state.warmup,
            groups: cap(expected),
            why: None,
        })
    })
}
