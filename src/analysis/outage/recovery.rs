//! How soon after an outage calls were as quick again as before.
//!
//! Back inside its band is the response time from the first of three seconds in a row in which median and p90 of the
//! calls that ended are not above their limits, and no more of them failed than chance explains. A limit is what 99 of
//! 100 seconds with so many calls keep to: by the values before the outage taken together (`stats::band`), or by what
//! was seen second by second before it, whichever is more. Only calls made outside the outage count; a second in which
//! none ended says nothing and is passed over. Exact to a second.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::facts::Facts;
use super::super::series::Ranked;
use super::part::OutagePart;
use super::response::{Response, SecondOfCalls};
use super::span::Span;
use crate::record::model::Series;
use crate::say;
use crate::stats::band::{BAND, most_of, quantile_stays_below};
use crate::stats::order::{Support, support};
use crate::text::Text;

/// Seconds in a row that have to be inside.
pub const IN_A_ROW: usize = 3;
/// Seconds with calls that a band needs.
const SECONDS_AT_LEAST: usize = 5;

/// Whether and when the response time was back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecoveryState {
    /// It was back.
    Recovered,
    /// Not before the next outage or the end of the run.
    NotWithinRun,
    /// Too little was measured before or after to say.
    #[default]
    Unknown,
}

/// How soon calls were as quick again as before.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recovery {
    /// Whether it was.
    pub state: RecoveryState,
    /// From the outage's end to the first of three seconds inside the band, seconds.
    pub after_s: Option<f64>,
    /// Upper limit of a second's median, with as many calls a second as before, µs.
    pub median_limit_us: Option<u64>,
    /// The same of its p90.
    pub p90_limit_us: Option<u64>,
    /// Seconds after the outage that were looked at.
    pub seconds: u64,
    /// Why it is not known; empty where it is.
    pub why: Text,
}

pub(super) fn recovery(
    facts: &Facts<'_>,
    span: &Span,
    response: &Response,
    before: Option<&OutagePart>,
) -> Recovery {
    let unknown = |why: Text| Recovery { why, ..Recovery::default() };
    let Some(before) = before else {
        return unknown(say!("diagnosis-recovery-nothing-before"));
    };
    let Some(band) = Band::of(response, before) else {
        return unknown(say!("diagnosis-recovery-few-before"));
    };
    let Some((from_s, _)) = span.after else {
        return unknown(say!("diagnosis-recovery-run-ended"));
    };
    let usual = before_a_second(response);
    let mut recovery = Recovery {
        state: RecoveryState::NotWithinRun,
        median_limit_us: band.median(usual),
        p90_limit_us: band.p90(usual),
        seconds: response.seconds_after.len() as u64,
        ..Recovery::default()
    };
    let failures = failures_after(facts, span);
    let inside = response.seconds_after.iter().map(|(second, calls)| {
        let failed = failures.get(second).copied().unwrap_or_default();
        (*second, band.holds(*calls, failed))
    });
    if let Some(second) = first_in_a_row(inside) {
        recovery.state = RecoveryState::Recovered;
        recovery.after_s = Some((second as f64 - from_s).max(0.0));
    } else if recovery.seconds < IN_A_ROW as u64 {
        recovery.state = RecoveryState::Unknown;
        recovery.why = say!("diagnosis-recovery-few-after");
    }
    recovery
}

/// The first second of the first three in a row that are inside.
fn first_in_a_row(seconds: impl Iterator<Item = (u64, bool)>) -> Option<u64> {
    let mut row = Vec::with_capacity(IN_A_ROW);
    for (second, inside) in seconds {
        if inside {
            row.push(second);
        } else {
            row.clear();
        }
        if row.len() == IN_A_ROW {
            return row.first().copied();
        }
    }
    None
}

fn before_a_second(response: &Response) -> u64 {
    let seconds = response.seconds_before.len().max(1) as f64;
    ((response.before.len() as f64 / seconds).round() as u64).max(1)
}

/// Failed and censored calls by the second in which they ended, of those made after the outage.
fn failures_after(facts: &Facts<'_>, span: &Span) -> BTreeMap<u64, u64> {
    let mut failures = BTreeMap::new();
    for row in facts.record.rows.iter().filter(|r| span.follows(r.phase)) {
        *failures.entry(row.second).or_default() += row.failed_total() + row.censored;
    }
    failures
}

/// What a second is held against.
struct Band<'a> {
    all: &'a Series,
    /// 99 of 100 seconds before had no higher median and p90.
    seen: (u64, u64),
    failed_share: f64,
}

impl Band<'_> {
    /// `None` where the time before says too little.
    fn of<'a>(response: &'a Response, before: &OutagePart) -> Option<Band<'a>> {
        let seconds = &response.seconds_before;
        if seconds.len() < SECONDS_AT_LEAST || support(response.before.len(), 0.9) == Support::No {
            return None;
        }
        let failed = before.failed_total + before.censored;
        Some(Band {
            all: &response.before,
            seen: (highest(seconds, |s| s.median_us), highest(seconds, |s| s.p90_us)),
            failed_share: failed as f64 / (failed + before.succeeded).max(1) as f64,
        })
    }

    fn limit(&self, p: f64, calls: u64, seen: u64) -> Option<u64> {
        let ranked = Ranked { series: self.all, unfinished: 0 };
        ranked.quantile(quantile_stays_below(p, calls)).map(|limit| limit.max(seen))
    }

    fn median(&self, calls: u64) -> Option<u64> {
        self.limit(0.5, calls, self.seen.0)
    }

    fn p90(&self, calls: u64) -> Option<u64> {
        self.limit(0.9, calls, self.seen.1)
    }

    fn holds(&self, second: SecondOfCalls, failed: u64) -> bool {
        let below = |value: u64, limit: Option<u64>| limit.is_some_and(|limit| value <= limit);
        failed <= most_of(second.calls.max(failed), self.failed_share)
            && below(second.median_us, self.median(second.calls))
            && below(second.p90_us, self.p90(second.calls))
    }
}

/// The value that 99 of 100 seconds do not exceed, the largest one below 100 seconds.
fn highest(seconds: &[SecondOfCalls], value: impl Fn(&SecondOfCalls) -> u64) -> u64 {
    let mut values: Vec<u64> = seconds.iter().map(value).collect();
    values.sort_unstable();
    let rank = (values.len() as f64 * BAND).ceil() as usize;
    values.get(rank.saturating_sub(1)).copied().unwrap_or(0)
}
