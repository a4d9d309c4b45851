//! Response times: p50, p90, p99, p99.9 of both sides and their relative difference.

use super::{Margins, Quantity, Runs, Unit};
use crate::say;
use crate::stats::comparison::{self, Difference, QUANTILES, Verdict};
use crate::stats::timeline::Timeline;
use crate::text::Text;

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

fn why(difference: &Difference, verdict: Verdict) -> Text {
    let fewer = difference.calls.0.min(difference.calls.1);
    match (difference.quantiles_us, difference.interval) {
        (None, _) => say!("compare-unsupported", calls = fewer),
        (Some((base, _)), _) if base.is_infinite() => say!("compare-base-unended"),
        (Some(_), None) => say!("compare-few-seconds"),
        (Some((_, candidate)), Some(_)) if candidate.is_infinite() => say!("compare-candidate-unended"),
        (Some(_), Some(_)) if verdict == Verdict::CannotTell => say!("compare-over-margin"),
        _ => Text::default(),
    }
}
