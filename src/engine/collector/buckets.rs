//! Rows and series of the seconds that are not written yet.
//!
//! A value goes to the second in which it ended; when that second is written already, a
//! count makes a supplementary row of that second (the reader adds them up) and a value
//! goes to the oldest second that is still open, so that intervals always add up to the
//! totals and stay in order of time.

use std::collections::{BTreeMap, HashMap};

use crate::record::model::{SecondRow, Series, new_series, tag};
use crate::units::Stamp;
use crate::wire::{FailureKind, WebhookKey};

/// A series, without the text of its tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SeriesId {
    /// answered − intended.
    Response,
    /// answered − sent.
    Service,
    /// Connect time.
    Connect,
    /// Service time minus handler times.
    Own,
    /// Service time of a failure.
    Failed(FailureKind),
    /// released − intended.
    DispatchLag,
    /// Heartbeat beyond its median.
    ReceiverLag,
    /// From a caller's first attempt to his group.
    Caller,
    /// What our proxy added to a callback.
    ProxyAdded,
    /// Of a callback.
    Callback(WebhookKey, tag::CallbackSeries),
}

impl SeriesId {
    /// The tag in the interval log.
    #[must_use]
    pub fn tag(self, measured: bool) -> String {
        let plain = match self {
            SeriesId::Response => tag::RESPONSE.to_owned(),
            SeriesId::Service => tag::SERVICE.to_owned(),
            SeriesId::Connect => tag::CONNECT.to_owned(),
            SeriesId::Own => tag::OWN.to_owned(),
            SeriesId::Failed(kind) => tag::failed(kind),
            SeriesId::DispatchLag => tag::DISPATCH_LAG.to_owned(),
            SeriesId::ReceiverLag => tag::RECEIVER_LAG.to_owned(),
            SeriesId::Caller => tag::CALLER.to_owned(),
            SeriesId::ProxyAdded => tag::PROXY_ADDED.to_owned(),
            SeriesId::Callback(key, what) => tag::callback(key, what),
        };
        if measured { plain } else { format!("{}{plain}", tag::WARMUP) }
    }
}

type SeriesMap = HashMap<(bool, SeriesId), Series>;

/// What is not written yet, by second.
#[derive(Debug, Default)]
pub struct Buckets {
    rows: BTreeMap<(u64, u16), SecondRow>,
    series: BTreeMap<u64, SeriesMap>,
    /// Seconds before this one are written.
    open_from: u64,
}

impl Buckets {
    /// The row of `second` and `phase`.
    pub fn row(&mut self, second: u64, phase: u16) -> &mut SecondRow {
        self.rows.entry((second, phase)).or_insert_with(|| SecondRow {
            second,
            phase,
            ..SecondRow::default()
        })
    }

    /// Whether a row of that second waits to be written.
    #[must_use]
    pub fn has_row(&self, second: u64) -> bool {
        self.rows.range((second, 0)..=(second, u16::MAX)).next().is_some()
    }

    /// Records a value that ended at `at`.
    pub fn record(&mut self, at: Stamp, measured: bool, id: SeriesId, value_us: u64) {
        let second = at.second().max(self.open_from);
        let series = self.series.entry(second).or_default();
        series.entry((measured, id)).or_insert_with(new_series).saturating_record(value_us);
    }

    /// The first second that is not written.
    #[must_use]
    pub fn open_from(&self) -> u64 {
        self.open_from
    }

    /// Takes what belongs to the seconds up to and including `second`, oldest first.
    pub fn take(&mut self, second: u64) -> (Vec<SecondRow>, Vec<(String, Series)>) {
        let later = self.rows.split_off(&(second + 1, 0));
        let rows = std::mem::replace(&mut self.rows, later).into_values().collect();
        let later = self.series.split_off(&(second + 1));
        let mut sum: BTreeMap<String, Series> = BTreeMap::new();
        for map in std::mem::replace(&mut self.series, later).into_values() {
            for ((measured, id), series) in map {
                match sum.entry(id.tag(measured)) {
                    std::collections::btree_map::Entry::Vacant(slot) => drop(slot.insert(series)),
                    std::collections::btree_map::Entry::Occupied(mut slot) => {
                        // Same bounds: adding cannot fail.
                        let _ = slot.get_mut().add(&series);
                    }
                }
            }
        }
        self.open_from = self.open_from.max(second + 1);
        (rows, sum.into_iter().collect())
    }

    /// Rows and series that are not written yet.
    #[must_use]
    pub fn held(&self) -> usize {
        self.rows.len() + self.series.values().map(HashMap::len).sum::<usize>()
    }

    /// The last second of which something is held.
    #[must_use]
    pub fn last_second(&self) -> Option<u64> {
        let rows = self.rows.keys().next_back().map(|(second, _)| *second);
        rows.max(self.series.keys().next_back().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_a_written_second_goes_to_the_oldest_open_one() {
        let mut buckets = Buckets::default();
        buckets.record(Stamp(500_000), true, SeriesId::Service, 10);
        assert_eq!(buckets.take(0).1.len(), 1);
        buckets.record(Stamp(600_000), true, SeriesId::Service, 11);
        buckets.row(0, 0).succeeded = 1;
        let (rows, series) = buckets.take(1);
        assert_eq!((rows[0].second, rows[0].succeeded), (0, 1));
        assert_eq!((series[0].0.as_str(), series[0].1.len()), ("api.service", 1));
    }

    #[test]
    fn the_warm_up_has_its_own_tags() {
        assert_eq!(SeriesId::Own.tag(false), "warmup.api.own");
        assert_eq!(SeriesId::Failed(FailureKind::Api(1202)).tag(true), "api.failed.api_1202");
    }
}
