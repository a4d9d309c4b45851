//! Response times: p50, p90, p99, p99.9 of both sides and their relative difference.

use super::{Margins, Quantity, Runs, Unit};
use crate::stats::comparison::{self, Difference, QUANTILES, Verdict};
use crate::stats::timeline::Timeline;

/// A quantity for each quantile.
pub(super) fn compare(base: &Runs, candidate: &Runs, margins: Margins) -> Vec<Quantity> {
    let lines = |runs: &Runs| -> Vec<Timeline> { runs.runs.iter().map(|r| r.response.clone()).collect() };
    let found = comparison::compare(&lines(base), &lines(candidate), margins.draws);
    QUANTILES.iter().zip(found).map(|((name, _), d)| quantity(name, &d, margins.relative)).collect()
}

fn quantity(name: &str, difference: &Difference, margin: f64) -> Quantity {
    let finite = |value: f64| value.is_finite().then_some(value);
    let verdict = difference.verdict(margin);
    Quantity {
        base: difference.quantiles_us.and_then(|q| finite(q.0)),
        candidate: difference.quantiles_us.and_then(|q| finite(q.1)),
        difference: difference.relative.and_then(finite),
        low: difference.interval.and_then(|i| finite(i.0)),
        high: difference.interval.and_then(|i| finite(i.1)),
        verdict,
        improved: difference.improved(margin),
        needed: needed(difference, margin),
        why: why(difference, verdict),
        ..Quantity::new(name, Unit::Microseconds, [difference.calls.0, difference.calls.1])
    }
}

/// Calls a side that would decide, at least as many as support the quantile.
fn needed(difference: &Difference, margin: f64) -> Option<u64> {
    if difference.verdict(margin) != Verdict::CannotTell {
        return None;
    }
    let supporting = difference.supporting_calls();
    match difference.quantiles_us {
        None => Some(supporting),
        Some(_) => difference.calls_needed(margin).map(|calls| calls.max(supporting)),
    }
}

fn why(difference: &Difference, verdict: Verdict) -> String {
    let fewer = difference.calls.0.min(difference.calls.1);
    match (difference.quantiles_us, difference.interval) {
        (None, _) => format!("{fewer} calls do not support this quantile"),
        (Some((base, _)), _) if base.is_infinite() => {
            "at this rank the base's calls never ended: nothing is slower than that".to_owned()
        }
        (Some(_), None) => "at least 8 measured seconds a run are needed".to_owned(),
        (Some((_, candidate)), Some(_)) if candidate.is_infinite() => {
            "at this rank the candidate's calls never ended: they are slower than everything".to_owned()
        }
        (Some(_), Some(_)) if verdict == Verdict::CannotTell => {
            "the interval reaches over the margin".to_owned()
        }
        _ => String::new(),
    }
}
