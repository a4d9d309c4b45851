//! What to know first of a search for the capacity.

use crate::analysis::capacity::{CapacityResult, End, EndedBy, Outcome, TrialVerdict};
use crate::profile::plan::Basis;
use crate::report::format;
use crate::say;
use crate::text::Text;

/// Sentences to begin with: the bracket, why the search ended, what breaks, what the answer does not say.
#[must_use]
pub fn lead(result: &CapacityResult) -> Vec<Text> {
    let mut lead = vec![answer(result)];
    lead.extend(result.outcome.as_ref().and_then(|o| ended(result, o)));
    let first = result.breaks_first.iter().find(|c| c.code != "objective").or(result.breaks_first.first());
    lead.extend(first.map(|c| {
        say!(
            "capacity-breaks",
            code = &c.code,
            trials = c.trials,
            of = c.of,
            rate = format::rate(c.from_rate),
            what = &c.what,
        )
    }));
    if let Some(long) = result.levels.iter().find(|l| l.confirming && l.trial.verdict == TrialVerdict::Bad) {
        lead.push(say!(
            "capacity-long-run-bad",
            seconds = format!("{:.0}", long.trial.duration_s),
            rate = format::rate(long.trial.rate),
            reasons = Text::clauses(&long.trial.reasons),
        ));
    }
    match result.basis {
        Some(Basis::Simulated) => lead.push(say!("capacity-simulated")),
        Some(Basis::Modelled) => lead.push(say!("capacity-modelled")),
        _ => {}
    }
    lead
}

fn answer(result: &CapacityResult) -> Text {
    let answer = bracket(result);
    if result.outcome.is_some() { answer } else { say!("capacity-so-far", answer = answer) }
}

fn bracket(result: &CapacityResult) -> Text {
    let rate = |r: Option<End>| r.map(|e| format::rate(e.rate));
    match (rate(result.good_end), rate(result.bad_end)) {
        (Some(good), Some(bad)) => match result.outcome.and_then(|o| o.relative_width) {
            Some(width) => {
                say!("capacity-between-wide", good = good, bad = bad, width = format::share(width))
            }
            None => say!("capacity-between", good = good, bad = bad),
        },
        (Some(good), None) => {
            let bad = result.trials.iter().filter(|t| t.verdict == TrialVerdict::Bad).map(|t| t.rate);
            match bad.reduce(f64::min) {
                Some(bad) => say!("capacity-at-least-unsure", good = good, bad = format::rate(bad)),
                None => say!("capacity-at-least", good = good),
            }
        }
        (None, Some(bad)) => say!("capacity-below", bad = bad),
        (None, None) => say!("capacity-unknown"),
    }
}

/// Why the search ended, where that is not because it is done.
fn ended(result: &CapacityResult, outcome: &Outcome) -> Option<Text> {
    let counts = result.trials_by_verdict;
    let valid = counts.good + counts.bad;
    Some(match outcome.ended_by {
        EndedBy::Width => return None,
        EndedBy::NoBadRate => say!("capacity-ended-no-bad"),
        EndedBy::NoGoodRate => say!("capacity-ended-no-good"),
        EndedBy::Trials => say!("capacity-ended-trials", trials = valid),
        EndedBy::Groups => say!(
            "capacity-ended-groups",
            made = format::count(result.groups),
            allowed = format::count(result.groups_allowed),
        ),
        EndedBy::Invalid => {
            say!("capacity-ended-invalid", invalid = counts.invalid, all = valid + counts.invalid)
        }
    })
}
