//! Is the measured window stationary? First half against second half of each webhook, and what a second
//! look at the exceedances tells: operations with any callback beyond its timeout.

use std::collections::{BTreeMap, HashMap};

use super::confidence::percent;
use super::facts::Facts;
use super::limits::Timeouts;
use super::tally::time_that_counts;
use crate::finding::{Finding, Severity};
use crate::record::Exceedance;
use crate::record::model::tag;
use crate::record::read::ReadError;
use crate::say;
use crate::stats::bootstrap::{Halves, Timeline};
use crate::stats::spells::{SpellCounter, Spells};
use crate::units::Stamp;
use crate::wire::WebhookKey;

/// Operations are taken for one while their exceedances lie no further apart, µs.
const SAME_OPERATION_US: u64 = 120_000_000;
/// Operations remembered before the old ones are swept out.
const SWEEP_FROM: usize = 20_000;

/// The tag of the series of the time that counts.
pub(super) fn series_tag(facts: &Facts<'_>, key: WebhookKey) -> String {
    tag::callback(key, facts.time_of(key))
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
    let keys: HashMap<String, WebhookKey> =
        timelines.keys().map(|key| (series_tag(facts, *key), *key)).collect();
    facts.record.for_each_interval_of(
        |tag| keys.contains_key(tag),
        |tag, second, cells| {
            let line = keys.get(tag).and_then(|key| timelines.get_mut(key));
            if let (Some(line), Some(second)) = (line, facts.window.position(second as f64)) {
                for cell in cells.iter() {
                    line.record(second, cell.highest_us, cell.count);
                }
            }
        },
    )?;
    let compare = |line: &Timeline| line.compare_halves(level, facts.options.seed);
    let halves = timelines.iter().map(|(key, line)| (*key, compare(line))).collect();
    Ok(SecondLook { halves, recommended: operations.0.spells(), present: operations.1.spells() })
}

fn is_beyond(e: &Exceedance, timeout_s: u32) -> bool {
    time_that_counts(e) > u64::from(timeout_s) * 1_000_000
}

/// Counts each operation once, however many of its callbacks were slow.
struct Operations {
    counter: SpellCounter,
    seen: HashMap<u64, Stamp>,
    /// Sweeps at this size, and then at twice what is left: each sweep pays for as many additions.
    sweep_at: usize,
}

impl Default for Operations {
    fn default() -> Operations {
        Operations { counter: SpellCounter::default(), seen: HashMap::new(), sweep_at: SWEEP_FROM }
    }
}

impl Operations {
    fn add(&mut self, e: &Exceedance, timeouts: &Timeouts) {
        if !e.key.is_before() || !timeouts.get(&e.key).is_some_and(|t| is_beyond(e, *t)) {
            return;
        }
        if self.seen.len() >= self.sweep_at {
            self.seen.retain(|_, at| e.at.since(*at) < SAME_OPERATION_US);
            self.sweep_at = (2 * self.seen.len()).max(SWEEP_FROM);
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
            let ms = |us: f64| format!("{:.1}", us / 1e3);
            let what = say!(
                "validity-not-stationary",
                key = key.name(),
                first = ms(h.p90_us.0),
                second = ms(h.p90_us.1),
                first_share = percent(h.exceed_share.0),
                second_share = percent(h.exceed_share.1)
            );
            let next = say!("validity-not-stationary-next");
            Finding::new("not_stationary", Severity::Warning, key.name(), what, next)
        })
        .collect()
}
