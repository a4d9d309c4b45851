//! What every part of the analysis looks at, gathered once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Options;
use super::calls::{Calls, Rates};
use super::lateness::OwnLateness;
use super::trips::Trips;
use super::window::Window;
use crate::profile::{Profile, RunPlan};
use crate::record::Exceedance;
use crate::record::model::tag::CallbackSeries;
use crate::record::model::{Series, new_series, tag};
use crate::record::read::{ReadError, RunRecord};
use crate::wire::{Build, WebhookKey};

/// A record and what was derived from it first.
pub(super) struct Facts<'a> {
    pub(super) record: &'a RunRecord,
    pub(super) options: Options,
    pub(super) window: Window,
    /// Calls of the measured phases, outages included.
    pub(super) calls: Calls,
    /// Calls that objectives are judged by: outages left out.
    pub(super) judged: Calls,
    pub(super) rates: Rates,
    pub(super) lateness: OwnLateness,
    /// Operations that ended while every slow callback is on record: n of the bounds of whole operations.
    pub(super) operations: u64,
    /// What a joined log says.
    pub(super) trips: Trips,
    /// Every series over what counts.
    pub(super) series: Cow<'a, BTreeMap<String, Series>>,
    empty: Series,
}

impl<'a> Facts<'a> {
    pub(super) fn gather(record: &'a RunRecord, options: Options) -> Result<Facts<'a>, ReadError> {
        let window = Window::of(record);
        let killed = record.header.end.is_none();
        let trips = Trips::gather(record, &window)?;
        Ok(Facts {
            calls: Calls::of(record.rows.iter().filter(|r| window.is_measured(r)), killed),
            judged: Calls::of(record.rows.iter().filter(|r| window.counts(r)), killed),
            operations: {
                let rows = record.rows.iter().filter(|r| window.counts_for_timeouts(r));
                Calls::of(rows, false).ended()
            },
            rates: Rates::of(record, &window),
            lateness: OwnLateness::of(record),
            series: with_trips(window.all_series(record)?, &trips),
            trips,
            empty: new_series(),
            record,
            options,
            window,
        })
    }

    /// A series over what counts; empty where nothing was recorded.
    pub(super) fn series(&self, tag: &str) -> &Series {
        self.series.get(tag).unwrap_or(&self.empty)
    }

    /// The series of the time that counts for a webhook.
    pub(super) fn series_of(&self, key: WebhookKey) -> CallbackSeries {
        match key.is_before() && !self.is_observed() {
            _ if self.trips.decide(key) => CallbackSeries::RoundTripLog,
            true => CallbackSeries::RoundTripHigh,
            false => CallbackSeries::RoundTripNear,
        }
    }

    /// Its tag.
    pub(super) fn series_tag(&self, key: WebhookKey) -> String {
        tag::callback(key, self.series_of(key))
    }

    /// Slow callbacks that count, by time, with the time that counts.
    ///
    /// # Errors
    /// When the record cannot be read.
    pub(super) fn for_each_slow(&self, visit: impl FnMut(&Exceedance)) -> Result<(), ReadError> {
        self.trips.for_each_slow(self.record, &self.window, visit)
    }

    /// Response time.
    pub(super) fn response(&self) -> &Series {
        self.series(tag::RESPONSE)
    }

    /// No end is on record: the run was killed.
    pub(super) fn killed(&self) -> bool {
        self.record.header.end.is_none()
    }

    /// Nothing was called: only others' callbacks were watched.
    pub(super) fn is_observed(&self) -> bool {
        self.record.header.observed.is_some()
    }

    pub(super) fn plan(&self) -> &'a RunPlan {
        &self.record.header.plan
    }

    pub(super) fn profile(&self) -> &'a Profile {
        &self.plan().profile
    }

    /// The build whose behaviour is assumed; the newest released one where nothing is known.
    pub(super) fn build(&self) -> Build {
        let seen = self.record.header.seen.version.as_ref();
        seen.or(self.plan().version.as_ref()).map_or(Build::Patch16, |v| v.build)
    }

    /// Keys that must call back.
    pub(super) fn expected(&self) -> &'a [WebhookKey] {
        let seen = &self.record.header.seen.expect;
        match &self.plan().expect {
            Some(planned) if seen.is_empty() => planned,
            _ => seen,
        }
    }

    /// Sum of an evidence counter over the rows that count.
    pub(super) fn evidence(&self, code: &str) -> u64 {
        let rows = self.record.rows.iter().filter(|r| self.window.counts(r));
        rows.filter_map(|r| r.evidence.get(code)).sum()
    }
}

/// The series of the log stand in no interval; they are added.
fn with_trips<'a>(
    series: Cow<'a, BTreeMap<String, Series>>,
    trips: &Trips,
) -> Cow<'a, BTreeMap<String, Series>> {
    if trips.iter().next().is_none() {
        return series;
    }
    let mut all = series.into_owned();
    all.extend(
        trips.iter().map(|(key, of)| (tag::callback(key, CallbackSeries::RoundTripLog), of.series.clone())),
    );
    Cow::Owned(all)
}
