//! Which creates failed: their numbers by phase, so that the server can be asked later whether their groups are there
//! all the same.
//!
//! Memory is bounded: beyond `KEPT` numbers a phase every second one is dropped, so that those kept are spread evenly
//! over the phase. How many there were is always exact.

use std::collections::BTreeMap;

/// Numbers kept of one phase.
const KEPT: usize = 1_000;

/// Failed and censored creates by phase.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailedNumbers(BTreeMap<u16, OfPhase>);

/// Failed and censored creates of one phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfPhase {
    /// How many there were.
    pub count: u64,
    /// Sequence numbers of some or all of them, as they ended.
    pub numbers: Vec<u64>,
    /// One of so many is kept.
    stride: u64,
}

impl FailedNumbers {
    /// Notes one.
    pub(super) fn add(&mut self, phase: u16, seq: u64) {
        let of = self.0.entry(phase).or_insert_with(|| OfPhase { count: 0, numbers: Vec::new(), stride: 1 });
        if of.count.is_multiple_of(of.stride) {
            of.numbers.push(seq);
        }
        of.count += 1;
        if of.numbers.len() > KEPT {
            let mut index = 0_usize;
            of.numbers.retain(|_| {
                index += 1;
                index % 2 == 1
            });
            of.stride *= 2;
        }
    }

    /// By phase.
    pub fn phases(&self) -> impl ExactSizeIterator<Item = (u16, &OfPhase)> {
        self.0.iter().map(|(phase, of)| (*phase, of))
    }

    /// Whether every create succeeded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_are_all_kept_and_many_are_thinned_out_evenly() {
        let mut failed = FailedNumbers::default();
        assert!(failed.is_empty());
        (0..KEPT as u64).for_each(|seq| failed.add(1, seq));
        (0..10 * KEPT as u64).for_each(|seq| failed.add(2, seq));
        let phases: Vec<_> = failed.phases().collect();
        assert_eq!((phases[0].0, phases[0].1.count, phases[0].1.numbers.len()), (1, 1_000, KEPT));
        let many = phases[1].1;
        assert_eq!(many.count, 10_000);
        assert!((KEPT / 2..=KEPT).contains(&many.numbers.len()), "{}", many.numbers.len());
        let gaps: std::collections::BTreeSet<_> = many.numbers.windows(2).map(|w| w[1] - w[0]).collect();
        assert_eq!(gaps.len(), 1, "{gaps:?}");
        assert!(*many.numbers.last().unwrap() > 9_900);
    }
}
