//! Percentile curves: how long which share of calls and callbacks takes at most, as far as their number can say.
//!
//! The rule is that of `SeriesFigures`: a quantile that has no upper bound is not shown, what never ended ranks last,
//! and arrivals that were shed hide the tail.

use crate::analysis::SeriesFigures;
use crate::record::model::{
    Series,
    tag::{self, CallbackSeries},
};
use crate::record::read::RunRecord;
use crate::report::Summary;
use crate::stats::order::{QUANTILES, Support, support};
use crate::wire::WebhookKey;

/// Points that a decade of 1 / (1 − q) has.
const POINTS_A_DECADE: i32 = 12;
/// The last decade: beyond it no run is long enough.
const LAST_DECADE: i32 = 7;

/// Whose times a curve shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Answered − intended.
    Response,
    /// Answered − sent.
    Service,
    /// A webhook's handler.
    Handler(WebhookKey),
}

/// One curve.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Whose.
    pub of: Of,
    /// 1 / (1 − q), and the time of q, µs.
    pub points: Vec<(f64, u64)>,
}

/// Curves with at least two points: response and service time, then the handlers.
pub(super) fn of(record: &RunRecord, summary: &Summary) -> Vec<Curve> {
    let calls = &summary.calls;
    let known = 1.0 - calls.shed as f64 / calls.scheduled.max(1) as f64;
    let handlers = summary.callbacks.keys().map(|key| Of::Handler(*key));
    [Of::Response, Of::Service]
        .into_iter()
        .chain(handlers)
        .filter_map(|of| {
            let name = name(of);
            let figures = summary.series.get(&name)?;
            // Where an outage was cut out, the record's total is of more values than were judged.
            let total = record.totals.get(&name).filter(|t| t.len() == figures.count);
            let points = total.map_or_else(|| few(figures), |total| fine(total, figures.unfinished, known));
            (points.len() > 1).then_some(Curve { of, points })
        })
        .collect()
}

fn name(of: Of) -> String {
    match of {
        Of::Response => tag::RESPONSE.to_owned(),
        Of::Service => tag::SERVICE.to_owned(),
        Of::Handler(key) => tag::callback(key, CallbackSeries::Handler),
    }
}

/// The quantiles that are printed.
fn few(figures: &SeriesFigures) -> Vec<(f64, u64)> {
    let known = QUANTILES.into_iter().filter_map(|(name, q)| Some((q, *figures.quantiles_us.get(name)?)));
    known.map(|(q, us)| (1.0 / (1.0 - q), us)).collect()
}

/// Up to the last quantile that `series` and `unfinished` more values support.
fn fine(series: &Series, unfinished: u64, known: f64) -> Vec<(f64, u64)> {
    let n = series.len() + unfinished;
    let steps =
        (1..=LAST_DECADE * POINTS_A_DECADE).map(|i| 10_f64.powf(f64::from(i) / f64::from(POINTS_A_DECADE)));
    steps
        .map_while(|x| {
            let q = 1.0 - 1.0 / x;
            let rank = (n as f64 * q - 1e-9).ceil().max(1.0);
            let supported = support(n, q) != Support::No && q <= known && rank <= series.len() as f64;
            let value = series.value_at_quantile((rank - 0.5) / series.len().max(1) as f64).min(series.max());
            supported.then_some((x, value))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::model::new_series;

    fn hundred() -> Series {
        let mut series = new_series();
        (1..=100).for_each(|v| series.saturating_record(v * 1_000));
        series
    }

    #[test]
    fn a_curve_ends_where_the_printed_quantiles_end() {
        let last = |unfinished, known| fine(&hundred(), unfinished, known).last().unwrap().0;
        // A hundred values support 95 % and not 99 %.
        assert!((20.0..100.0).contains(&last(0, 1.0)));
        assert!(last(20, 1.0) < 6.1, "a sixth never ended");
        assert!(last(0, 0.9) <= 10.001, "a tenth was shed");
    }

    #[test]
    fn a_curve_never_falls() {
        assert!(fine(&hundred(), 0, 1.0).is_sorted_by_key(|p| p.1));
        assert!(fine(&new_series(), 0, 1.0).is_empty());
    }
}
