//! The round trips of a joined log: which webhooks they decide, and the slow callbacks of all others beside them.
//!
//! A log decides a webhook where it tells the time of nearly all measured callbacks; else our own bracket does.

use std::collections::BTreeMap;

use super::confidence::{percent, thousands};
use super::facts::Facts;
use super::window::Window;
use crate::finding::{Finding, Severity};
use crate::record::model::{EXCEEDANCE_FROM_US, Series, new_series};
use crate::record::read::{ReadError, RunRecord};
use crate::record::roundtrips::{BracketExample, RoundTrip};
use crate::record::{Exceedance, SecondRow};
use crate::say;
use crate::text::Text;
use crate::units::Stamp;
use crate::wire::WebhookKey;

/// Share of the measured callbacks that a log must tell of to decide.
const ENOUGH: f64 = 0.99;

/// What the log says of one webhook's measured callbacks.
#[derive(Clone, Debug)]
pub(super) struct KeyTrips {
    /// Callbacks whose time it tells.
    pub(super) found: u64,
    /// Callbacks that were measured.
    pub(super) of: u64,
    /// Those that count as slower than everything.
    pub(super) endless: u64,
    /// Times of the others.
    pub(super) series: Series,
}

impl KeyTrips {
    fn decides(&self) -> bool {
        self.found > 0 && self.found as f64 >= ENOUGH * self.of as f64
    }
}

/// What the log says of all webhooks.
#[derive(Clone, Debug, Default)]
pub(super) struct Trips(BTreeMap<WebhookKey, KeyTrips>);

impl Trips {
    /// Passes over the round trips once.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub(super) fn gather(record: &RunRecord, window: &Window) -> Result<Trips, ReadError> {
        let mut by_key = BTreeMap::new();
        for trip in record.round_trips.rows()? {
            if !counts(window, &trip) {
                continue;
            }
            let of = by_key.entry(trip.key).or_insert_with(|| KeyTrips {
                found: 0,
                of: 0,
                endless: 0,
                series: new_series(),
            });
            of.found += u64::from(trip.is_known());
            match trip.round_trip_us.filter(|_| !trip.cut) {
                None => of.endless += u64::from(trip.cut),
                Some(us) => of.series.saturating_record(us),
            }
        }
        let rows: Vec<&SecondRow> = record.rows.iter().filter(|r| window.counts_for_timeouts(r)).collect();
        for (key, of) in &mut by_key {
            of.of = rows.iter().filter_map(|r| r.callbacks.get(key)).map(|c| c.arrived).sum();
        }
        Ok(Trips(by_key))
    }

    /// The times of the log are those that count for this webhook.
    pub(super) fn decide(&self, key: WebhookKey) -> bool {
        self.0.get(&key).is_some_and(KeyTrips::decides)
    }

    pub(super) fn get(&self, key: WebhookKey) -> Option<&KeyTrips> {
        self.0.get(&key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (WebhookKey, &KeyTrips)> {
        self.0.iter().map(|(key, of)| (*key, of))
    }

    /// Slow callbacks that count, by time: those of the log where it decides, else our own.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub(super) fn for_each_slow(
        &self,
        record: &RunRecord,
        window: &Window,
        mut visit: impl FnMut(&Exceedance),
    ) -> Result<(), ReadError> {
        let mut logged = self.decided(record, window)?.peekable();
        record.for_each_exceedance(|e| {
            if self.decide(e.key) || !window.counts_at(e.at) {
                return;
            }
            while let Some(earlier) = logged.next_if(|l| l.at <= e.at) {
                visit(&earlier);
            }
            visit(e);
        })?;
        logged.for_each(|e| visit(&e));
        Ok(())
    }

    /// Every callback of the webhooks that the log decides, quick ones included.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub(super) fn for_each_decided(
        &self,
        record: &RunRecord,
        window: &Window,
        mut visit: impl FnMut(&RoundTrip),
    ) -> Result<(), ReadError> {
        if self.0.values().any(KeyTrips::decides) {
            let rows = record.round_trips.rows()?;
            rows.filter(|t| self.decide(t.key) && counts(window, t)).for_each(|t| visit(&t));
        }
        Ok(())
    }

    fn decided<'a>(
        &'a self,
        record: &'a RunRecord,
        window: &'a Window,
    ) -> Result<impl Iterator<Item = Exceedance> + 'a, ReadError> {
        let rows =
            if self.0.values().any(KeyTrips::decides) { Some(record.round_trips.rows()?) } else { None };
        let rows = rows.into_iter().flatten().filter(|t| self.decide(t.key) && counts(window, t));
        Ok(rows.filter_map(|t| t.as_exceedance()).filter(|e| e.cut || e.high_us >= EXCEEDANCE_FROM_US))
    }
}

/// Whether it was sent in a time that counts.
fn counts(window: &Window, trip: &RoundTrip) -> bool {
    let at_s = trip.sent_us as f64 / 1e6;
    // What was begun in a measured phase may be called for after its end.
    let late = window.kept().last().is_some_and(|(_, to)| at_s >= *to);
    window.counts_at(Stamp(trip.sent_us)) && (late || window.position(at_s).is_some())
}

/// Round trips of the joined log that are no part of our own bracket.
pub(super) fn bracket_disagrees(facts: &Facts<'_>) -> Option<Finding> {
    let check = &facts.record.header.openim_log.as_ref()?.bracket;
    if check.outside == 0 {
        return None;
    }
    let share = check.outside as f64 / check.checked.max(1) as f64;
    let severity = if share < 0.01 { Severity::Info } else { Severity::Warning };
    let what = say!(
        "diagnosis-bracket-disagrees",
        outside = thousands(check.outside),
        checked = thousands(check.checked),
        share = percent(share)
    );
    let lines = check.examples.iter().map(bracket_line).collect();
    let next = say!("diagnosis-bracket-disagrees-next");
    Some(Finding::new("bracket_disagrees", severity, "", what, next).with_evidence(lines))
}

fn bracket_line(e: &BracketExample) -> Text {
    let ms = |us: u64| format!("{:.1}", us as f64 / 1e3);
    let (operation, key) = (&e.operation, e.key.name());
    let (low, log) = (ms(e.low_us), ms(e.round_trip_us));
    match e.high_us {
        Some(high) => say!(
            "diagnosis-bracket-line",
            operation = operation,
            key = key,
            low = low,
            log = log,
            high = ms(high)
        ),
        None => say!("diagnosis-bracket-line-after", operation = operation, key = key, low = low, log = log),
    }
}
