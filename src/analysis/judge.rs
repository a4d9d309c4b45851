//! Objectives, judged with bounds: met only when the upper 95 % bound is within what was asked, missed
//! only when the lower one is beyond it, and otherwise inconclusive.

use super::calls::Calls;
use super::series::Ranked;
use crate::record::model::Series;
use crate::slo::{Judged, Objective, Verdict};
use crate::stats::bounds::{single_lower, single_upper};
use crate::stats::order::{Support, lower_rank, support, upper_rank};
use crate::units::Span;

/// Judges all objectives that were given. `moved_by_us` is added to every response time (the test whether
/// our own lateness can change a verdict).
pub(super) fn judge(
    objective: &Objective,
    response: &Series,
    calls: &Calls,
    moved_by_us: i64,
) -> Vec<Judged> {
    let quantiles = [
        ("p50", 0.5, objective.p50),
        ("p90", 0.9, objective.p90),
        ("p99", 0.99, objective.p99),
        ("p999", 0.999, objective.p999),
    ];
    let ranked = Ranked { series: response, unfinished: unfinished(response, calls) };
    let mut judged: Vec<_> = quantiles
        .into_iter()
        .filter_map(|(name, p, asked)| Some(judge_quantile(name, p, asked?, ranked, moved_by_us)))
        .collect();
    judged.extend(objective.failed_share.map(|asked| judge_failures(asked, calls)));
    judged
}

/// Calls without a value in the series: censored ones, unless they were recorded, and those in flight when
/// the run was killed. Leaving the latter out would drop the slowest: a call is the likelier to be in flight the
/// longer it takes.
pub(super) fn unfinished(series: &Series, calls: &Calls) -> u64 {
    calls.ended().saturating_sub(series.len()).min(calls.censored) + calls.unknown
}

fn judge_quantile(name: &str, p: f64, asked: Span, ranked: Ranked<'_>, moved_by_us: i64) -> Judged {
    let n = ranked.count();
    let asked_us = asked.as_us();
    let moved = |us: u64| us.saturating_add_signed(moved_by_us);
    // An unfinished call is slower than everything: no value, and more than was asked.
    let within = |value: Option<u64>| value.is_some_and(|us| moved(us) <= asked_us);
    let verdict = if upper_rank(n, p).is_some_and(|k| within(ranked.largest(k))) {
        Verdict::Met
    } else if lower_rank(n, p).is_some_and(|k| !within(ranked.largest(k))) {
        Verdict::Missed
    } else {
        Verdict::Inconclusive
    };
    let seen = if support(n, p) == Support::No { None } else { ranked.quantile(p) };
    Judged { name: name.to_owned(), asked: asked_us as f64, seen: seen.map(|us| us as f64), verdict }
}

fn judge_failures(asked: f64, calls: &Calls) -> Judged {
    // A call that was in flight at a kill may have failed or not: both bounds allow for it.
    let (failed, n) = (calls.failed_total + calls.censored, calls.ended() + calls.unknown);
    let at_most = failed + calls.unknown;
    let verdict = if n == 0 {
        Verdict::Inconclusive
    } else if single_upper(at_most, n) <= asked || (asked <= 0.0 && at_most == 0) {
        // No number of calls shows that none ever fails: 0 is held against this run alone.
        Verdict::Met
    } else if single_lower(failed, n) > asked {
        Verdict::Missed
    } else {
        Verdict::Inconclusive
    };
    let seen = (n > 0).then(|| failed as f64 / n as f64);
    Judged { name: "failed_share".to_owned(), asked, seen, verdict }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::model::new_series;

    fn calls(succeeded: u64, failed_total: u64, censored: u64) -> Calls {
        Calls {
            released: succeeded + failed_total + censored,
            succeeded,
            failed_total,
            censored,
            ..Calls::default()
        }
    }

    fn response(values: impl IntoIterator<Item = u64>) -> Series {
        let mut series = new_series();
        values.into_iter().for_each(|v| series.saturating_record(v));
        series
    }

    fn verdict(p99: Span, series: &Series, calls: &Calls) -> Verdict {
        judge(&Objective { p99: Some(p99), ..Objective::default() }, series, calls, 0)[0].verdict
    }

    #[test]
    fn an_objective_is_met_or_missed_only_beyond_the_bounds() {
        let series = response((1..=2_000).map(|i| i * 100));
        let all = calls(2_000, 0, 0);
        assert_eq!(verdict(Span::millis(200), &series, &all), Verdict::Met);
        assert_eq!(verdict(Span::millis(198), &series, &all), Verdict::Inconclusive);
        assert_eq!(verdict(Span::millis(150), &series, &all), Verdict::Missed);
    }

    #[test]
    fn too_few_calls_decide_nothing_about_a_far_quantile() {
        let series = response((1..=100).map(|i| i * 100));
        assert_eq!(verdict(Span::secs(1), &series, &calls(100, 0, 0)), Verdict::Inconclusive);
        assert_eq!(verdict(Span::secs(1), &response([]), &calls(0, 0, 0)), Verdict::Inconclusive);
    }

    #[test]
    fn censored_calls_are_slower_than_any_objective() {
        let series = response((1..=2_000).map(|_| 100));
        assert_eq!(verdict(Span::secs(60), &series, &calls(2_000, 0, 100)), Verdict::Missed);
    }

    #[test]
    fn a_failed_share_is_judged_by_its_bounds() {
        let judged = |asked: f64, failed: u64, n: u64| {
            let objective = Objective { failed_share: Some(asked), ..Objective::default() };
            judge(&objective, &response([]), &calls(n - failed, failed, 0), 0)[0].verdict
        };
        assert_eq!(judged(0.001, 0, 5_000), Verdict::Met);
        assert_eq!(judged(0.001, 0, 1_000), Verdict::Inconclusive);
        assert_eq!(judged(0.001, 50, 5_000), Verdict::Missed);
        assert_eq!(judged(0.0, 0, 10), Verdict::Met);
        assert_eq!(judged(0.0, 1, 10), Verdict::Missed);
        assert_eq!(judged(0.1, 0, 0), Verdict::Inconclusive);
    }
}
