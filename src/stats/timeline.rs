//! Values by slots of measured time, in buckets fine enough for differences of 1 %.
//!
//! 200 buckets for each factor e (0.5 % each) and interpolation inside a bucket; at most 1,024 slots, a long run has
//! longer ones. `Blocks` holds the running counts of every circular block, so that a quantile of a resample costs a
//! bisection and no histogram is ever added up: 2,000 resamples of an hour take a fraction of a second.

use std::collections::BTreeMap;

/// Slots kept at most.
pub const SLOTS: usize = 1_024;
const BUCKETS_AN_E: f64 = 200.0;
/// Values that never ended: slower than everything. Above the bucket of 60 min.
const UNFINISHED: u16 = 5_000;

fn bucket(us: u64) -> u16 {
    ((us.max(1) as f64).ln() * BUCKETS_AN_E).floor().min(f64::from(UNFINISHED) - 1.0) as u16
}

/// Values of one run by slots of its measured time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    slots: Vec<BTreeMap<u16, u32>>,
    seconds_a_slot: u64,
}

impl Timeline {
    /// For `seconds` of measuring; what comes later belongs to the last slot.
    #[must_use]
    pub fn new(seconds: u64) -> Timeline {
        let seconds_a_slot = seconds.div_ceil(SLOTS as u64).max(1);
        let count = usize::try_from(seconds.div_ceil(seconds_a_slot)).unwrap_or(SLOTS).clamp(1, SLOTS);
        Timeline { slots: vec![BTreeMap::new(); count], seconds_a_slot }
    }

    /// `count` values of `us` in `second` of the measured time.
    pub fn record(&mut self, second: u64, us: u64, count: u64) {
        self.add(second, bucket(us), count);
    }

    /// `count` values that never ended, at the end of the run.
    pub fn record_unfinished(&mut self, count: u64) {
        self.add(u64::MAX, UNFINISHED, count);
    }

    fn add(&mut self, second: u64, bucket: u16, count: u64) {
        let last = self.slots.len().saturating_sub(1);
        let index = usize::try_from(second / self.seconds_a_slot).unwrap_or(last).min(last);
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        if count > 0
            && let Some(slot) = self.slots.get_mut(index)
        {
            let held = slot.entry(bucket).or_default();
            *held = held.saturating_add(count);
        }
    }

    /// Values.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.slots.iter().flat_map(BTreeMap::values).map(|n| u64::from(*n)).sum()
    }

    /// Slots of measured time.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.slots.len()
    }

    /// The value at `part` (0 to 1) of a bucket, µs: even in the logarithm.
    pub(super) fn value(bucket: usize, part: f64) -> f64 {
        if bucket >= usize::from(UNFINISHED) {
            return f64::INFINITY;
        }
        ((bucket as f64 + part.clamp(0.0, 1.0)) / BUCKETS_AN_E).exp()
    }
}

/// Running counts of every circular block of a run: for each bucket those up to it, for each start.
#[derive(Debug)]
pub(super) struct Blocks {
    /// Bucket after bucket, a count for each start.
    up_to: Vec<u64>,
    /// Bucket numbers that hold values, in order; between two of them the count stays.
    buckets: Vec<u16>,
    slots: usize,
    length: usize,
    total: u64,
}

impl Blocks {
    pub(super) fn new(line: &Timeline) -> Blocks {
        let slots = line.slots.len();
        let length = ((slots as f64).cbrt().round() as usize).clamp(1, slots.max(1));
        let mut by_bucket = BTreeMap::<u16, Vec<(usize, u32)>>::new();
        for (index, slot) in line.slots.iter().enumerate() {
            for (bucket, count) in slot {
                by_bucket.entry(*bucket).or_default().push((index, *count));
            }
        }
        let mut running = vec![0_u64; slots];
        let mut up_to = Vec::with_capacity(slots * by_bucket.len());
        for held in by_bucket.values() {
            for (index, count) in held {
                // A slot lies in the blocks that begin at it and at the `length` − 1 slots before.
                for back in 0..length {
                    running[(index + slots - back) % slots] += u64::from(*count);
                }
            }
            up_to.extend_from_slice(&running);
        }
        Blocks { up_to, buckets: by_bucket.keys().copied().collect(), slots, length, total: line.count() }
    }

    /// Values up to bucket `bucket` in the blocks that begin at `starts`.
    pub(super) fn up_to(&self, bucket: usize, starts: &[usize]) -> u64 {
        let row = self.buckets.partition_point(|b| usize::from(*b) <= bucket);
        let Some(row) = row.checked_sub(1) else { return 0 };
        let row = &self.up_to[row * self.slots..(row + 1) * self.slots];
        starts.iter().map(|start| row[*start]).sum()
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn slots(&self) -> usize {
        self.slots
    }

    /// Blocks in a resample.
    pub(super) fn blocks(&self) -> usize {
        self.slots.div_ceil(self.length)
    }

    pub(super) fn lowest(&self) -> usize {
        self.buckets.first().map_or(0, |b| usize::from(*b))
    }

    pub(super) fn highest(&self) -> usize {
        self.buckets.last().map_or(0, |b| usize::from(*b))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_half_a_percent_wide_and_holds_its_values() {
        for us in [1, 999, 20_000, 1_234_567, 3_600_000_000] {
            let b = usize::from(bucket(us));
            let (low, high) = (Timeline::value(b, 0.0), Timeline::value(b, 1.0));
            assert!(low <= us as f64 * 1.000_001 && us as f64 <= high * 1.000_001, "{us}: {low} to {high}");
            assert!(high / low < 1.006);
        }
        assert!(bucket(u64::MAX) < UNFINISHED);
        assert!(Timeline::value(usize::from(UNFINISHED), 0.5).is_infinite());
    }

    #[test]
    fn every_value_lies_in_as_many_blocks_as_a_block_has_slots() {
        let mut line = Timeline::new(30);
        (0..30).for_each(|second| line.record(second, 1_000 * (second + 1), second + 1));
        line.record(99, 5_000, 7);
        line.record_unfinished(2);
        let blocks = Blocks::new(&line);
        assert_eq!((blocks.length, blocks.blocks(), line.count()), (3, 10, 465 + 9));
        let all = blocks.up_to(blocks.highest(), &(0..30).collect::<Vec<_>>());
        assert_eq!(all, 3 * line.count());
        // The block that begins at the last slot goes on with the first two.
        assert_eq!(blocks.up_to(blocks.highest(), &[29]), 30 + 9 + 1 + 2);
        assert_eq!(blocks.up_to(blocks.lowest().saturating_sub(1), &[0]), 0);
    }

    #[test]
    fn memory_is_bounded_and_nothing_is_lost_in_a_long_run() {
        let mut line = Timeline::new(10_000);
        (0..10_000).for_each(|second| line.record(second, 30_000, 2));
        assert!(line.slots() <= SLOTS);
        assert_eq!(line.count(), 20_000);
        assert_eq!(Timeline::new(0).slots(), 1);
    }
}
