//! Response times of each part of each outage, and second by second, in one pass over the intervals.

use std::collections::BTreeMap;

use super::super::facts::Facts;
use super::super::series::Ranked;
use super::span::Span;
use crate::record::encoded::Cells;
use crate::record::model::{Series, new_series, tag};
use crate::record::read::ReadError;

/// Response times around one outage, µs.
#[derive(Clone, Debug)]
pub(super) struct Response {
    pub(super) before: Series,
    pub(super) during: Series,
    pub(super) after: Series,
    /// Seconds of the time before, in order.
    pub(super) seconds_before: Vec<SecondOfCalls>,
    /// Seconds of the time after, by second of the run: calls made outside outages that ended in it.
    pub(super) seconds_after: BTreeMap<u64, SecondOfCalls>,
}

/// Calls that ended in one second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct SecondOfCalls {
    pub(super) calls: u64,
    pub(super) median_us: u64,
    pub(super) p90_us: u64,
}

impl SecondOfCalls {
    /// `series` is written over.
    fn of(series: &mut Series, cells: &Cells) -> Option<SecondOfCalls> {
        series.reset();
        cells.add_to(series);
        let ranked = Ranked { series, unfinished: 0 };
        Some(SecondOfCalls {
            calls: series.len(),
            median_us: ranked.quantile(0.5)?,
            p90_us: ranked.quantile(0.9)?,
        })
    }
}

pub(super) fn read(facts: &Facts<'_>, spans: &[Span]) -> Result<Vec<Response>, ReadError> {
    let empty = || Response {
        before: new_series(),
        during: new_series(),
        after: new_series(),
        seconds_before: Vec::new(),
        seconds_after: BTreeMap::new(),
    };
    let mut responses: Vec<_> = spans.iter().map(|_| empty()).collect();
    if spans.is_empty() {
        return Ok(responses);
    }
    // The calls of an outage stand under the tag of what is not measured, as the warm-up's do.
    let mut one = new_series();
    let unmeasured = format!("{}{}", tag::WARMUP, tag::RESPONSE);
    facts.record.for_each_interval_of(
        |tag| tag == tag::RESPONSE || tag == unmeasured,
        |tag, second, cells| {
            for (span, response) in spans.iter().zip(&mut responses) {
                if tag == unmeasured {
                    let begun = second as f64 >= span.from_s.floor();
                    if begun && (second as f64) < span.unmeasured_until_s {
                        cells.add_to(&mut response.during);
                    }
                } else if span.is_before(second) {
                    cells.add_to(&mut response.before);
                    response.seconds_before.extend(SecondOfCalls::of(&mut one, cells));
                } else if span.is_after(second) {
                    cells.add_to(&mut response.after);
                    if let Some(calls) = SecondOfCalls::of(&mut one, cells) {
                        response.seconds_after.insert(second, calls);
                    }
                }
            }
        },
    )?;
    Ok(responses)
}
