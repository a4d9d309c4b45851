//! One pass over the exceedances: how many callbacks of each webhook were slower than each timeout.
//!
//! Memory does not grow with the run: sums for T = 1 … 15 s for each webhook, and its slowest callbacks up to a number.

use std::collections::BTreeMap;

use super::facts::Facts;
pub(super) use super::ladder::{CAP_S, Ladder};
use super::size::SizeLadders;
use super::tail::{self, Keeper};
use crate::record::model::{CallbackCounts, Exceedance};
use crate::record::read::ReadError;
use crate::wire::WebhookKey;

/// What is known of one webhook's callbacks.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyTally {
    /// Counts of the rows that count.
    pub(super) counts: CallbackCounts,
    /// By the time that counts: the log's where it decides, else the upper end before, `near` after.
    pub(super) main: Ladder,
    /// By handler time plus set-up, where no wait for a connection was possible; else as `main`.
    pub(super) near: Ladder,
    /// `main`, all samples shortened by our own lateness.
    pub(super) shorter: Ladder,
    /// `main`, all samples lengthened by our own lateness.
    pub(super) longer: Ladder,
    /// Cut by OpenIM, or never came.
    pub(super) unfinished: u64,
    /// Rows that were shown to `main`.
    pub(super) exceedances: u64,
    /// By the time that counts, by size of the group.
    pub(super) sizes: SizeLadders,
    /// The slowest, for what the tail says.
    pub(super) slowest: Keeper,
}

impl KeyTally {
    /// n: callbacks that arrived, and those that should have before a 90004.
    pub(super) fn n(&self) -> u64 {
        (self.counts.arrived + self.counts.missing).max(self.main.spells(1).exceed)
    }

    /// Share of the callbacks on connections opened for them.
    pub(super) fn fresh_share(&self) -> f64 {
        if self.counts.arrived == 0 {
            return 1.0;
        }
        (self.counts.fresh as f64 / self.counts.arrived as f64).clamp(0.0, 1.0)
    }
}

/// All webhooks of a run.
pub(super) type Tallies = BTreeMap<WebhookKey, KeyTally>;

/// The time that counts for a callback, µs; the longest there is where it never ended.
pub(super) fn time_that_counts(e: &Exceedance) -> u64 {
    match (e.cut, e.key.is_before()) {
        (true, _) => u64::MAX,
        (false, true) => e.high_us.max(e.low_us),
        (false, false) => e.near_us.max(e.low_us),
    }
}

/// Counts everything, also with our own lateness, for the test whether it can change a timeout.
///
/// # Errors
/// When the record cannot be read.
pub(super) fn tally(facts: &Facts<'_>) -> Result<Tallies, ReadError> {
    let (record, lateness_us) = (facts.record, facts.lateness.moved_by_us);
    let mut tallies = Tallies::new();
    for row in record.rows.iter().filter(|r| facts.window.counts_for_timeouts(r)) {
        for (key, counts) in &row.callbacks {
            tallies.entry(*key).or_default().counts.add(*counts);
        }
    }
    facts.for_each_slow(|e| {
        let timeout_s = record.header.plan.timeouts.get(&e.key).copied();
        let tally = tallies.entry(e.key).or_default();
        add_exceedance(tally, e, lateness_us);
        tally.slowest.add(e.at, tail::waited_us(e, time_that_counts(e), timeout_s), e.cut);
    })?;
    Ok(tallies)
}

fn add_exceedance(tally: &mut KeyTally, e: &Exceedance, lateness_us: u64) {
    let us = time_that_counts(e);
    tally.exceedances += 1;
    tally.unfinished += u64::from(e.cut);
    tally.main.add(e.at, us);
    tally.sizes.add(e, us);
    // Where it may have waited for a connection, handler time says nothing about what OpenIM saw.
    tally.near.add(e.at, if e.cut || e.crowded { us } else { e.near_us.max(e.low_us) });
    tally.shorter.add(e.at, if e.cut { us } else { us.saturating_sub(lateness_us) });
    tally.longer.add(e.at, us.saturating_add(lateness_us));
}
