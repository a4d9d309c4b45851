//! First half against second half of a run, by a block bootstrap over seconds.
//!
//! Circular blocks (Politis & Romano 1992) of about n^(1/3) slots, 2,000 resamples, seeded. Each slot
//! holds a histogram of 96 logarithmic buckets; a long run uses longer slots, at most 1,024 of
//! them, so that memory stays flat. With few blocks a percentile interval is too short; it is widened by
//! Student's t as Hesterberg (2015, "What Teachers Should Know about the Bootstrap") proposes.

use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// Resamples of one comparison.
pub const RESAMPLES: usize = 2_000;
/// Slots kept at most.
pub const SLOTS: usize = 1_024;
/// Fewer slots than this in a half cannot be compared.
pub const FEWEST_SLOTS: usize = 8;
const BUCKETS: usize = 96;

/// What one slot of time holds.
#[derive(Clone, Copy, Debug)]
struct Slot {
    buckets: [u64; BUCKETS],
    exceed: u64,
}

impl Slot {
    const EMPTY: Slot = Slot { buckets: [0; BUCKETS], exceed: 0 };

    fn add(&mut self, other: &Slot) {
        self.buckets.iter_mut().zip(other.buckets).for_each(|(a, b)| *a += b);
        self.exceed += other.exceed;
    }

    /// Subtracts nothing that was not added before.
    fn remove(&mut self, other: &Slot) {
        self.buckets.iter_mut().zip(other.buckets).for_each(|(a, b)| *a -= b);
        self.exceed -= other.exceed;
    }

    fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }
}

/// Three buckets for each doubling: 1 µs to more than an hour.
fn bucket(us: u64) -> usize {
    ((us.max(1) as f64).log2() * 3.0).floor().min(BUCKETS as f64 - 1.0) as usize
}

/// Histograms by slots of measured time.
#[derive(Clone, Debug)]
pub struct Timeline {
    slots: Vec<Slot>,
    seconds_a_slot: u64,
}

impl Timeline {
    /// For `seconds` of measuring.
    #[must_use]
    pub fn new(seconds: u64) -> Timeline {
        let seconds_a_slot = seconds.div_ceil(SLOTS as u64).max(1);
        // A last slot that is not full would look like a lower rate; it is left out.
        let count = usize::try_from(seconds / seconds_a_slot).unwrap_or(SLOTS).min(SLOTS);
        Timeline { slots: vec![Slot::EMPTY; count], seconds_a_slot }
    }

    /// `count` callbacks that took `us`, in `second` of the measured time; later ones are left out.
    pub fn record(&mut self, second: u64, us: u64, count: u64) {
        if let Some(slot) = self.slot(second) {
            slot.buckets[bucket(us)] += count;
        }
    }

    /// An exceedance in `second` of the measured time.
    pub fn exceed(&mut self, second: u64) {
        if let Some(slot) = self.slot(second) {
            slot.exceed += 1;
        }
    }

    fn slot(&mut self, second: u64) -> Option<&mut Slot> {
        let index = usize::try_from(second / self.seconds_a_slot).ok()?;
        self.slots.get_mut(index)
    }

    /// Compares the second half with the first; `None` when there is too little to compare.
    /// `level` is the chance of a false alarm of each interval, such as 0.01.
    #[must_use]
    pub fn compare_halves(&self, level: f64, seed: u64) -> Option<Halves> {
        let (first, second) = self.slots.split_at(self.slots.len() / 2);
        if first.len() < FEWEST_SLOTS {
            return None;
        }
        let (a, b) = (total(first), total(second));
        let p90 = (p90(&a)?, p90(&b)?);
        let (first, second) = (Blocks::new(first), Blocks::new(second));
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut differences = (Vec::with_capacity(RESAMPLES), Vec::with_capacity(RESAMPLES));
        for _ in 0..RESAMPLES {
            let (a, b) = (first.resample(&mut rng), second.resample(&mut rng));
            if let (Some(x), Some(y)) = (self::p90(&a), self::p90(&b)) {
                differences.0.push(y - x);
                differences.1.push(share(&b) - share(&a));
            }
        }
        let widen = widening(level, first.count().min(second.count()));
        let rates = (share(&a), share(&b));
        Some(Halves {
            p90_us: p90,
            p90_difference: interval(&mut differences.0, p90.1 - p90.0, level, widen),
            exceed_share: rates,
            exceed_difference: interval(&mut differences.1, rates.1 - rates.0, level, widen),
        })
    }
}

/// Two halves of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Halves {
    /// 90 % quantile of each half, µs, as exact as the buckets (interpolated).
    pub p90_us: (f64, f64),
    /// Interval of the difference second − first, µs.
    pub p90_difference: (f64, f64),
    /// Exceedances per callback in each half.
    pub exceed_share: (f64, f64),
    /// Interval of the difference second − first.
    pub exceed_difference: (f64, f64),
}

impl Halves {
    /// Whether the halves differ beyond chance and noticeably: an interval that does not hold 0, and for the p90
    /// a difference of at least 5 % of the first half's (effect size decides, not significance alone).
    #[must_use]
    pub fn differ(&self) -> bool {
        let excludes = |(low, high): (f64, f64)| low > 0.0 || high < 0.0;
        let effect = (self.p90_us.1 - self.p90_us.0).abs() / self.p90_us.0.max(1.0);
        (excludes(self.p90_difference) && effect >= 0.05) || excludes(self.exceed_difference)
    }
}

/// Sums of circular blocks, one for each start.
struct Blocks {
    sums: Vec<Slot>,
    length: usize,
}

impl Blocks {
    fn new(slots: &[Slot]) -> Blocks {
        let length = ((slots.len() as f64).cbrt().round() as usize).max(1);
        let mut window = Slot::EMPTY;
        slots.iter().take(length).for_each(|s| window.add(s));
        let sums = (0..slots.len())
            .map(|start| {
                let sum = window;
                window.remove(&slots[start]);
                window.add(&slots[(start + length) % slots.len()]);
                sum
            })
            .collect();
        Blocks { sums, length }
    }

    /// Blocks in a resample.
    fn count(&self) -> usize {
        self.sums.len().div_ceil(self.length)
    }

    fn resample(&self, rng: &mut impl Rng) -> Slot {
        let mut sum = Slot::EMPTY;
        for _ in 0..self.count() {
            sum.add(&self.sums[rng.random_range(0..self.sums.len())]);
        }
        sum
    }
}

fn total(slots: &[Slot]) -> Slot {
    let mut sum = Slot::EMPTY;
    slots.iter().for_each(|s| sum.add(s));
    sum
}

fn share(slot: &Slot) -> f64 {
    slot.exceed as f64 / (slot.count().max(1)) as f64
}

/// Interpolated within its bucket, in the logarithm.
fn p90(slot: &Slot) -> Option<f64> {
    let rank = slot.count() as f64 * 0.9;
    let mut below = 0.0;
    for (index, &count) in slot.buckets.iter().enumerate() {
        let count = count as f64;
        if count > 0.0 && below + count >= rank {
            return Some(((index as f64 + (rank - below) / count) / 3.0).exp2());
        }
        below += count;
    }
    None
}

/// Percentile interval, widened about the difference that was seen.
fn interval(values: &mut [f64], seen: f64, level: f64, widen: f64) -> (f64, f64) {
    values.sort_by(f64::total_cmp);
    let (Some(last), false) = (values.len().checked_sub(1), values.is_empty()) else {
        return (f64::NEG_INFINITY, f64::INFINITY);
    };
    let out = ((values.len() as f64 * level / 2.0) as usize).min(last / 2);
    let about = |value: f64| seen + (value - seen) * widen;
    (about(values[out]).min(seen), about(values[last - out]).max(seen))
}

/// How much longer Student's interval is than the normal one, with `blocks` blocks in a half.
fn widening(level: f64, blocks: usize) -> f64 {
    let freedom = blocks.saturating_sub(1).max(1) as f64;
    let p = 1.0 - level / 2.0;
    let normal = Normal::new(0.0, 1.0).map_or(1.0, |d| d.inverse_cdf(p));
    let student = StudentsT::new(0.0, 1.0, freedom).map_or(normal, |d| d.inverse_cdf(p));
    (student / normal * ((freedom + 1.0) / freedom).sqrt()).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timeline(seconds: u64, seed: u64, median_us: impl Fn(u64) -> f64) -> Timeline {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut line = Timeline::new(seconds);
        for second in 0..seconds {
            for _ in 0..50 {
                let us = median_us(second) * (-rng.random::<f64>().max(1e-9).ln());
                line.record(second, us as u64, 1);
            }
        }
        line
    }

    #[test]
    fn a_steady_run_rarely_differs_between_its_halves() {
        for seconds in [20, 60] {
            let alarms = (0..20)
                .filter(|seed| {
                    let line = timeline(seconds, *seed, |_| 30_000.0);
                    line.compare_halves(0.01, 1).is_some_and(|h| h.differ())
                })
                .count();
            assert!(alarms <= 1, "{alarms} of 20 at {seconds} s");
        }
    }

    #[test]
    fn a_run_that_becomes_slower_differs() {
        let line = timeline(60, 3, |second| if second < 30 { 30_000.0 } else { 60_000.0 });
        let halves = line.compare_halves(0.01, 1).unwrap();
        assert!(halves.differ(), "{halves:?}");
        assert!(halves.p90_difference.0 > 0.0);
    }

    #[test]
    fn a_burst_of_exceedances_in_every_second_of_one_half_differs() {
        let mut line = timeline(60, 3, |_| 30_000.0);
        (30..60).for_each(|second| (0..5).for_each(|_| line.exceed(second)));
        assert!(line.compare_halves(0.01, 1).unwrap().differ());
    }

    #[test]
    fn too_short_and_empty_runs_are_not_compared() {
        assert!(timeline(10, 1, |_| 1_000.0).compare_halves(0.01, 1).is_none());
        assert!(Timeline::new(0).compare_halves(0.01, 1).is_none());
        assert!(Timeline::new(600).compare_halves(0.01, 1).is_none());
    }

    #[test]
    fn the_same_seed_gives_the_same_interval_and_memory_is_bounded() {
        let line = timeline(100, 9, |_| 5_000.0);
        assert_eq!(line.compare_halves(0.01, 4), line.compare_halves(0.01, 4));
        assert!(Timeline::new(10_000_000).slots.len() <= SLOTS);
    }
}
