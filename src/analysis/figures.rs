//! Figures of every series, with what has no value in it: calls and callbacks that never ended rank as slower than
//! everything, and nothing is shown as if it were complete.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::judge;
use super::series::SeriesFigures;
use crate::record::model::CallbackCounts;
use crate::record::model::tag::{self, CallbackSeries};
use crate::wire::WebhookKey;

/// Figures by tag; the warm-up is left out.
pub(super) fn of_series(facts: &Facts<'_>) -> BTreeMap<String, SeriesFigures> {
    let calls = &facts.judged;
    let known = 1.0 - calls.shed as f64 / calls.scheduled.max(1) as f64;
    let endless = endless_callbacks(facts);
    let plain = facts.series.iter().filter(|(tag, _)| !tag.starts_with(tag::WARMUP));
    plain
        .map(|(name, series)| {
            let unfinished = match endless.get(name) {
                Some(count) => *count,
                None if name == tag::RESPONSE || name == tag::SERVICE => judge::unfinished(series, calls),
                None => 0,
            };
            // An arrival that was shed has neither an answer nor callbacks.
            let of_arrivals = name.starts_with("api.") || name.starts_with("callback.");
            let known = if of_arrivals { known } else { 1.0 };
            (name.clone(), SeriesFigures::of(series, unfinished, known))
        })
        .collect()
}

/// By tag: callbacks that have no value in their series.
fn endless_callbacks(facts: &Facts<'_>) -> BTreeMap<String, u64> {
    let rows = facts.record.rows.iter().filter(|r| facts.window.counts(r));
    let keys: BTreeSet<_> = rows.flat_map(|r| r.callbacks.keys().copied()).collect();
    let each = keys.into_iter().flat_map(|key| CallbackSeries::ALL.map(|what| (key, what)));
    each.map(|(key, what)| (tag::callback(key, what), endless(facts, key, what))).collect()
}

/// Callbacks that OpenIM cut, that never came before their operation failed, or that were still open when the run
/// was killed: they have no value in their handler and round-trip series.
pub(super) fn endless(facts: &Facts<'_>, key: WebhookKey, what: CallbackSeries) -> u64 {
    let mut sum = CallbackCounts::default();
    let rows = facts.record.rows.iter().filter(|r| facts.window.counts(r));
    rows.filter_map(|r| r.callbacks.get(&key)).for_each(|counts| sum.add(*counts));
    let open = if facts.killed() { sum.arrived.saturating_sub(sum.replied + sum.cut) } else { 0 };
    match what {
        CallbackSeries::Handler | CallbackSeries::RoundTripLow => sum.cut + open,
        // One that never came has a round trip in OpenIM's eyes, and no handler time.
        CallbackSeries::RoundTripNear | CallbackSeries::RoundTripHigh => sum.cut + open + sum.missing,
        CallbackSeries::RoundTripLog => facts.trips.get(key).map_or(0, |of| of.endless),
        CallbackSeries::Delivery | CallbackSeries::SetUp | CallbackSeries::Gap => 0,
    }
}
