//! How long after the API's answer after-callbacks arrived, and how many of their events waited in the queue meanwhile.
//!
//! The queue itself cannot be seen. An event is in it from when the API answered (the push comes just before that) until
//! its callback arrives at our listener; events that were dropped because the queue was full never were.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;

use super::intervals::Point;
use super::operations::Held;
use super::time::Time;
use crate::analysis::whatif::SLOTS;
use crate::record::calls::Call;
use crate::record::model::OperationRow;
use crate::wire::WebhookKey;

/// The queue is looked at so often, µs, unless the run is too long for that.
const LOOK_US: u64 = 10_000;
/// Looks at most, so that memory does not grow with the run.
const MOST_LOOKS: u64 = 500_000;

/// Delivery of after-callbacks over the run.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Answered → received by the time of the answer, µs; 0 for what came before the answer was read.
    pub lag: Vec<Point>,
    /// Highest number of events in the queues, a value a point of the time axis; it ends with the operation log.
    pub queue: Vec<f64>,
    /// The highest of `queue`.
    pub deepest: u64,
    /// Places in the queues of all processes.
    pub slots: u64,
}

/// Adds up what the rows say; its size is that of the time axis.
#[derive(Debug)]
pub(super) struct Tracker {
    time: Time,
    lags: BTreeMap<usize, Histogram<u32>>,
    look_us: u64,
    /// Events that came minus those that left between two looks.
    moves: Vec<i32>,
    /// The latest answer on record, µs.
    last_us: u64,
}

impl Tracker {
    pub(super) fn new(time: &Time) -> Tracker {
        let end_us = time.end_s.saturating_mul(1_000_000);
        let look_us = LOOK_US.max(end_us.div_ceil(MOST_LOOKS));
        let looks = usize::try_from(end_us.div_ceil(look_us)).unwrap_or(0);
        Tracker { time: time.clone(), lags: BTreeMap::new(), look_us, moves: vec![0; looks], last_us: 0 }
    }

    pub(super) fn see(&mut self, row: &OperationRow) {
        let Some(answered) = row.answered_us.filter(|_| row.succeeded()) else { return };
        self.last_us = self.last_us.max(answered);
        for call in row.calls().filter(|call| !call.key.is_before()) {
            self.lag(answered, call.received.saturating_sub(answered));
            if in_group_queue(&call) {
                self.shift(answered.min(call.received), 1);
                self.shift(call.received, -1);
            }
        }
    }

    fn lag(&mut self, answered: u64, us: u64) {
        let bin = self.time.bin(answered / 1_000_000);
        if bin >= self.time.bins() {
            return;
        }
        if !self.lags.contains_key(&bin)
            && let Ok(empty) = Histogram::new(2)
        {
            self.lags.insert(bin, empty);
        }
        if let Some(lags) = self.lags.get_mut(&bin) {
            // It grows to hold any value; without memory for that, one value is missing.
            lags.record(us).ok();
        }
    }

    /// What happens after the last recorded second is put at its end.
    fn shift(&mut self, at_us: u64, by: i32) {
        let last = self.moves.len().saturating_sub(1);
        let at = usize::try_from(at_us / self.look_us).unwrap_or(last).min(last);
        if let Some(moves) = self.moves.get_mut(at) {
            *moves = moves.saturating_add(by);
        }
    }

    /// None where no after-callback arrived.
    pub(super) fn end(self, held: Held, processes: u32) -> Option<Delivery> {
        let bins = self.time.bins();
        let shown = if held == Held::All { bins } else { self.time.bin(self.last_us / 1_000_000).min(bins) };
        let points = self.lags.iter().map(|(bin, lags)| Point {
            at_s: self.time.middle_s(*bin),
            p50_us: lags.value_at_quantile(0.5),
            p99_us: lags.value_at_quantile(0.99),
            max_us: lags.max(),
        });
        let lag: Vec<Point> = points.collect();
        let mut queue = vec![0_i64; bins];
        let mut waiting = 0_i64;
        for (look, moves) in self.moves.iter().enumerate() {
            waiting += i64::from(*moves);
            if let Some(highest) = queue.get_mut(self.time.bin(look as u64 * self.look_us / 1_000_000)) {
                *highest = (*highest).max(waiting);
            }
        }
        queue.truncate(shown);
        let deepest = queue.iter().copied().max().unwrap_or(0).unsigned_abs();
        let slots = SLOTS as u64 * u64::from(processes.max(1));
        let queue = queue.into_iter().map(|n| n as f64).collect();
        (!lag.is_empty()).then_some(Delivery { lag, queue, deepest, slots })
    }
}

/// Each service has a queue of its own; that of the conversation service holds nothing else.
fn in_group_queue(call: &Call) -> bool {
    call.key != WebhookKey::AfterCreateGroupChatConversations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(end_s: u64) -> Time {
        Time { end_s, bin_s: end_s.div_ceil(super::super::time::MOST_POINTS), ..Time::default() }
    }

    /// A successful create that was answered, and whose after-callback arrived, then, ms.
    fn create(answered_ms: u64, received_ms: u64) -> OperationRow {
        let mut row = crate::record::fixture::flush(0).operations.remove(0);
        "ok".clone_into(&mut row.result);
        row.answered_us = Some(answered_ms * 1_000);
        row.callbacks = format!("afterCreateGroup::{0}:{0}:{0}:", received_ms * 1_000);
        row
    }

    fn delivery(end_s: u64, rows: &[OperationRow], held: Held) -> Option<Delivery> {
        let mut tracker = Tracker::new(&time(end_s));
        rows.iter().for_each(|row| tracker.see(row));
        tracker.end(held, 2)
    }

    #[test]
    fn an_event_is_in_the_queue_from_the_answer_to_its_callback() {
        let rows: Vec<_> = (0..50).map(|i| create(1_100 + i, 3_500 + i)).collect();
        let seen = delivery(6, &rows, Held::All).unwrap();
        assert_eq!(seen.queue, [0.0, 50.0, 50.0, 50.0, 0.0, 0.0]);
        assert_eq!((seen.deepest, seen.slots), (50, 200));
        assert_eq!((seen.lag.len(), seen.lag[0].at_s), (1, 1.5));
        assert!((2_390_000..2_420_000).contains(&seen.lag[0].p50_us), "{:?}", seen.lag);
    }

    #[test]
    fn a_callback_that_came_before_the_answer_was_read_never_waited() {
        let seen = delivery(2, &[create(1_000, 900), create(1_000, 1_000)], Held::All).unwrap();
        assert_eq!((seen.deepest, seen.lag[0].max_us), (0, 0));
    }

    #[test]
    fn where_nothing_arrived_there_is_nothing_to_show() {
        let mut failed = create(1_000, 2_000);
        "timeout".clone_into(&mut failed.result);
        assert_eq!(delivery(3, &[failed], Held::All), None);
    }

    #[test]
    fn the_queue_is_not_shown_beyond_the_end_of_the_log() {
        let rows = [create(1_000, 1_500), create(3_200, 3_300)];
        assert_eq!(delivery(9, &rows, Held::Part { missing: 7 }).unwrap().queue.len(), 3);
        assert_eq!(delivery(9, &rows, Held::All).unwrap().queue.len(), 9);
    }

    #[test]
    fn a_day_takes_no_more_memory_than_an_hour() {
        let tracker = Tracker::new(&time(86_400));
        assert!(tracker.moves.len() as u64 <= MOST_LOOKS);
        // Stamps that no run can have are left out.
        assert_eq!(delivery(3, &[create(90_000, u64::MAX / 2_000)], Held::All), None);
    }
}
