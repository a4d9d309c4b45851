//! What a progress display shows: a snapshot a second.

use std::collections::BTreeMap;

use crate::record::model::tag::{self, CallbackSeries};
use crate::record::model::{Series, new_series};
use crate::units::Stamp;
use crate::wire::{FailureKind, WebhookKey};

/// A series of all calls so far, warm-up included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LiveSeries {
    /// Its tag, as in `intervals.hlog`.
    pub tag: String,
    /// Values.
    pub n: u64,
    /// Median, µs.
    pub p50_us: u64,
    /// 90th percentile, µs.
    pub p90_us: u64,
    /// 99th percentile, µs.
    pub p99_us: u64,
    /// Largest, µs.
    pub max_us: u64,
}

impl LiveSeries {
    fn of(tag: String, series: &Series) -> LiveSeries {
        let at = |q| series.value_at_quantile(q);
        LiveSeries {
            tag,
            n: series.len(),
            p50_us: at(0.5),
            p90_us: at(0.9),
            p99_us: at(0.99),
            max_us: series.max(),
        }
    }
}

/// The run so far.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Progress {
    /// When this was true.
    pub at: Stamp,
    /// Index into `RunPlan::phases`, by time.
    pub phase: u16,
    /// The schedule has ended; open calls are waited for.
    pub draining: bool,
    /// Everything is written.
    pub finished: bool,
    /// Arrivals asked for: released + shed.
    pub scheduled: u64,
    /// Let go.
    pub released: u64,
    /// Not started.
    pub shed: u64,
    /// Let go and not ended.
    pub in_flight: u64,
    /// Succeeded.
    pub succeeded: u64,
    /// Failed, by kind.
    pub failed: BTreeMap<FailureKind, u64>,
    /// Given up by us.
    pub censored: u64,
    /// Ended calls of which a callback may still come.
    pub awaiting_callbacks: u64,
    /// Median response time of all calls so far, µs.
    pub response_p50_us: Option<u64>,
    /// 99th percentile of the response time of all calls so far, µs.
    pub response_p99_us: Option<u64>,
    /// 99th percentile of the response times of the last whole second, µs.
    pub recent_p99_us: Option<u64>,
    /// Response and service time, dispatch lag and handler times of all calls so far.
    pub series: Vec<LiveSeries>,
    /// Callbacks arrived, by key.
    pub callbacks: BTreeMap<WebhookKey, u64>,
    /// Callbacks of others.
    pub strangers: u64,
    /// Of these, with a command that is no webhook of any OpenIM.
    pub unknown: u64,
    /// How full the event channel was at most, in this second and the one before: 0 to 1.
    pub channel_fullness: f64,
    /// Successful creates.
    pub groups_made: u64,
    /// When the schedule ended.
    pub schedule_ended_at: Option<Stamp>,
}

impl Progress {
    /// Failures in all.
    #[must_use]
    pub fn failed_total(&self) -> u64 {
        self.failed.values().sum()
    }

    /// The most frequent failures, at most `n`.
    #[must_use]
    pub fn top_failures(&self, n: usize) -> Vec<(FailureKind, u64)> {
        let mut all: Vec<_> = self.failed.iter().map(|(kind, n)| (*kind, *n)).collect();
        all.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        all.truncate(n);
        all
    }
}

/// Progress and the response times it needs.
#[derive(Debug)]
pub struct Tally {
    /// Counts.
    pub progress: Progress,
    response: Series,
    service: Series,
    lag: Series,
    handlers: BTreeMap<WebhookKey, Series>,
    /// Response times of this second.
    recent: Series,
    /// Highest fullness of the event channel in this second, and in the one before.
    fullness: [f64; 2],
    /// Second of the last `renew`.
    renewed: Option<u64>,
}

impl Default for Tally {
    fn default() -> Tally {
        Tally {
            progress: Progress::default(),
            response: new_series(),
            service: new_series(),
            lag: new_series(),
            handlers: BTreeMap::new(),
            recent: new_series(),
            fullness: [0.0; 2],
            renewed: None,
        }
    }
}

impl Tally {
    /// Notes a response time.
    pub fn responded(&mut self, us: u64) {
        self.response.saturating_record(us);
        self.recent.saturating_record(us);
    }

    /// Notes a service time.
    pub fn served(&mut self, us: u64) {
        self.service.saturating_record(us);
    }

    /// Notes our own lateness.
    pub fn released(&mut self, lag_us: u64) {
        self.lag.saturating_record(lag_us);
    }

    /// Notes a handler time.
    pub fn handled(&mut self, key: WebhookKey, us: u64) {
        self.handlers.entry(key).or_insert_with(new_series).saturating_record(us);
    }

    /// Notes how full the event channel is: a peak is gone within a few milliseconds, and a display looks rarely.
    pub fn channel(&mut self, fullness: f64) {
        self.fullness[0] = self.fullness[0].max(fullness);
        self.progress.channel_fullness = self.fullness[0].max(self.fullness[1]);
    }

    /// Works the series out anew where a second has passed: too dear for every snapshot.
    pub fn renew(&mut self, at: Stamp) {
        if self.renewed == Some(at.second()) {
            return;
        }
        self.renewed = Some(at.second());
        self.progress.series = self.series();
        self.progress.recent_p99_us = (!self.recent.is_empty()).then(|| self.recent.value_at_quantile(0.99));
        self.recent.reset();
        self.fullness = [0.0, self.fullness[0]];
        self.progress.channel_fullness = self.fullness[1];
    }

    fn series(&self) -> Vec<LiveSeries> {
        let calls =
            [(tag::RESPONSE, &self.response), (tag::SERVICE, &self.service), (tag::DISPATCH_LAG, &self.lag)];
        let calls = calls.into_iter().map(|(tag, series)| (tag.to_owned(), series));
        let handlers =
            self.handlers.iter().map(|(key, series)| (tag::callback(*key, CallbackSeries::Handler), series));
        let all = calls.chain(handlers).filter(|(_, series)| !series.is_empty());
        all.map(|(tag, series)| LiveSeries::of(tag, series)).collect()
    }

    /// The snapshot at `at`.
    #[must_use]
    pub fn snapshot(&self, at: Stamp) -> Progress {
        let quantile = |q| (!self.response.is_empty()).then(|| self.response.value_at_quantile(q));
        Progress {
            at,
            response_p50_us: quantile(0.5),
            response_p99_us: quantile(0.99),
            ..self.progress.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peak_of_the_event_channel_is_shown_for_a_second_and_not_for_ever() {
        let mut tally = Tally::default();
        let mut shown = |at: u64, fullness: f64| {
            tally.renew(Stamp(at));
            tally.channel(fullness);
            tally.snapshot(Stamp(at)).channel_fullness
        };
        assert_eq!(shown(100_000, 0.7), 0.7);
        assert_eq!(shown(200_000, 0.0), 0.7);
        assert_eq!(shown(1_100_000, 0.1), 0.7);
        assert_eq!(shown(2_100_000, 0.0), 0.1);
        assert_eq!(shown(3_100_000, 0.0), 0.0);
    }
}
