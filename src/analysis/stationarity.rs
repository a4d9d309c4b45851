//! Is the measured window stationary? First half against second half of each webhook, and what a second
//! look at the exceedances tells: operations with any callback beyond its timeout.

use std::collections::{BTreeMap, HashMap};

use super::facts::Facts;
use super::limits::Timeouts;
use super::tally::time_that_counts;
use crate::finding::{Finding, Severity};
use crate::record::Exceedance;
use crate::record::model::tag::{self, CallbackSeries};
use crate::record::read::ReadError;
use crate::stats::bootstrap::{Halves, Timeline};
use crate::stats::spells::{SpellCounter, Spells};
use crate::units::Stamp;
use crate::wire::WebhookKey;

/// Operations are taken for one while their exceedances lie no further apart, µs.
const SAME_OPERATION_US: u64 = 120_000_000;

/// The series of the time that counts.
pub(super) fn series_tag(key: WebhookKey) -> String {
    let what = if key.is_before() { CallbackSeries::RoundTripHigh } else { CallbackSeries::RoundTripNear };
    tag::callback(key, what)
}

/// What the second pass finds.
pub(super) struct SecondLook {
    /// Comparison of the halves; none where the run is too short.
    pub(super) halves: BTreeMap<WebhookKey, Option<Halves>>,
    /// Operations with a before-callback beyond its recommended timeout.
    pub(super) recommended: Spells,
    /// The same for the present timeouts.
    pub(super) present: Spells,
}

/// Passes over the record once more, now that the timeouts are known.
///
/// # Errors
/// When the record cannot be read.
pub(super) fn look(
    facts: &Facts<'_>,
    recommended: &Timeouts,
    thresholds: &Timeouts,
) -> Result<SecondLook, ReadError> {
    let seconds = facts.window.seconds() as u64;
    let mut timelines: BTreeMap<_, _> = thresholds.keys().map(|key| (*key, Timeline::new(seconds))).collect();
    let mut operations = (Operations::default(), Operations::default());
    let present = &facts.plan().timeouts;
    facts.record.for_each_exceedance(|e| {
        if !facts.window.counts_at(e.at) {
            return;
        }
        operations.0.add(e, recommended);
        operations.1.add(e, present);
        let beyond = thresholds.get(&e.key).is_some_and(|t| is_beyond(e, *t));
        let second = facts.window.position(e.at.0 as f64 / 1e6);
        if let (true, Some(second), Some(line)) = (beyond, second, timelines.get_mut(&e.key)) {
            line.exceed(second);
        }
    })?;
    let level = 0.01 / thresholds.len().max(1) as f64;
    let mut halves = BTreeMap::new();
    for (key, mut line) in timelines {
        facts.record.for_each_interval(&series_tag(key), |second, histogram| {
            if let Some(second) = facts.window.position(second as f64) {
                for value in histogram.iter_recorded() {
                    line.record(second, value.value_iterated_to(), value.count_at_value());
                }
            }
        })?;
        halves.insert(key, line.compare_halves(level, facts.options.seed));
    }
    Ok(SecondLook { halves, recommended: operations.0.spells(), present: operations.1.spells() })
}

fn is_beyond(e: &Exceedance, timeout_s: u32) -> bool {
    time_that_counts(e) > u64::from(timeout_s) * 1_000_000
}

/// Counts each operation once, however many of its callbacks were slow.
#[derive(Default)]
struct Operations {
    counter: SpellCounter,
    seen: HashMap<u64, Stamp>,
}

impl Operations {
    fn add(&mut self, e: &Exceedance, timeouts: &Timeouts) {
        if !e.key.is_before() || !timeouts.get(&e.key).is_some_and(|t| is_beyond(e, *t)) {
            return;
        }
        if self.seen.len() > 20_000 {
            self.seen.retain(|_, at| e.at.since(*at) < SAME_OPERATION_US);
        }
        if self.seen.insert(e.seq, e.at).is_none() {
            self.counter.add(e.at);
        }
    }

    fn spells(&self) -> Spells {
        self.counter.spells()
    }
}

/// A warning for each webhook whose halves differ.
pub(super) fn warnings(halves: &BTreeMap<WebhookKey, Option<Halves>>) -> Vec<Finding> {
    let differing = halves.iter().filter_map(|(key, halves)| Some((key, halves.filter(Halves::differ)?)));
    differing
        .map(|(key, h)| {
            let what = format!(
                "The run is not stationary: p90 of {key} was about {:.1} ms in the first half and {:.1} ms in the second, {:.2} % and {:.2} % were slower than its timeout.",
                h.p90_us.0 / 1e3,
                h.p90_us.1 / 1e3,
                h.exceed_share.0 * 100.0,
                h.exceed_share.1 * 100.0
            );
            let next = "Measure longer, with a longer load.warmup and at a constant rate; find out what changed.";
            Finding::new("not_stationary", Severity::Warning, key.name(), what, next)
        })
        .collect()
}
