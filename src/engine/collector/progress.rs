//! What a progress display shows: a snapshot a second.

use std::collections::BTreeMap;

use crate::record::model::{Series, new_series};
use crate::units::Stamp;
use crate::wire::{FailureKind, WebhookKey};

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
    /// Callbacks arrived, by key.
    pub callbacks: BTreeMap<WebhookKey, u64>,
    /// Callbacks of others.
    pub strangers: u64,
    /// Fullness of the event channel, 0 to 1.
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
}

impl Default for Tally {
    fn default() -> Tally {
        Tally { progress: Progress::default(), response: new_series() }
    }
}

impl Tally {
    /// Notes a response time.
    pub fn responded(&mut self, us: u64) {
        self.response.saturating_record(us);
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
