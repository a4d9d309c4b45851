//! Which timeout for which webhook: lower limit from the bounds, upper limits from OpenIM and the caller,
//! the smallest whole T between them, and how sure that is.
//!
//! `choose` decides for all webhooks together, since those of one operation share its caller's budget (how: `joint`);
//! `write` puts one recommendation into figures and sentences.

use std::collections::BTreeMap;

use super::collision;
use super::decision::{self, Asked};
use super::facts::Facts;
use super::joint::{self, Asking, Limit};
use super::limits::{self, Timeouts};
use super::misfire::{SetUp, Table};
use super::recommendation::{Collision, UpperLimit};
use super::tally::{KeyTally, Ladder, Tallies};
use super::words::timeout_or_none;
use crate::profile::model::WantedConfidence;
use crate::say;
use crate::stats::bounds::{SpellSample, spell_lower};
use crate::text::Text;
use crate::wire::WebhookKey;

/// A webhook with its table.
pub(super) struct Prepared<'a> {
    pub(super) key: WebhookKey,
    pub(super) tally: &'a KeyTally,
    pub(super) sample: SpellSample,
    pub(super) table: Table,
    /// From handler time plus set-up, where no wait for a connection was possible.
    pub(super) near: Table,
}

impl Prepared<'_> {
    pub(super) fn lower(&self, facts: &Facts<'_>) -> Option<u32> {
        smallest(&self.table, facts)
    }

    /// The best T that can be named where none passes the wanted bound, and no more than a guess: the smallest that
    /// passes the single bound, else beyond which no more than ε was seen, else the fewest.
    pub(super) fn guess(&self, facts: &Facts<'_>) -> Option<u32> {
        let misfire = facts.profile().recommend.misfire;
        if self.sample.n == 0 {
            return None;
        }
        let seen = || self.table.smallest_single(misfire).or(self.table.smallest_seen(misfire));
        seen().or_else(|| {
            let fewest = self.table.rows.iter().map(|r| r.exceed).min().filter(|c| *c < self.sample.n)?;
            self.table.smallest(|r| r.exceed == fewest)
        })
    }

    /// At the present timeout OpenIM cuts callbacks, so that a longer one is not judged by this run: the present
    /// timeout, where all that no T up to 15 s saves were cut by it or never came.
    pub(super) fn cut_by_present(&self, facts: &Facts<'_>) -> Option<u32> {
        let present = facts.plan().timeouts.get(&self.key).copied().filter(|t| *t < super::tally::CAP_S)?;
        let beyond = self.table.row(super::tally::CAP_S).map_or(0, |r| r.exceed);
        (beyond > 0 && beyond <= self.tally.unfinished).then_some(present)
    }
}

/// The smallest T by the wanted bound.
pub(super) fn smallest(table: &Table, facts: &Facts<'_>) -> Option<u32> {
    decision::smallest(table, asked(facts))
}

/// What the profile asks of a timeout.
pub(super) fn asked(facts: &Facts<'_>) -> Asked {
    let recommend = &facts.profile().recommend;
    Asked { misfire: recommend.misfire, wanted: recommend.confidence }
}

/// What connection set-up is taken to add for a webhook.
fn set_up(facts: &Facts<'_>, tally: &KeyTally) -> SetUp {
    let same_host = facts.record.header.seen.same_host;
    let usual = if same_host { 0.0 } else { 0.000_5 };
    SetUp {
        packet_loss: facts.profile().recommend.packet_loss.unwrap_or(usual).clamp(0.0, 1.0),
        fresh_share: tally.fresh_share(),
        second_retry_s: if same_host && retries_linearly(&facts.record.header.environment.kernel) {
            2
        } else {
            3
        },
    }
}

/// Linux from 6.5 on repeats a SYN after 1, 2, 3, 4 s; before, after 1 and 3 s. Only the sender's kernel
/// counts, which is ours when both are on one host.
fn retries_linearly(kernel: &str) -> bool {
    let version = kernel.split_whitespace().find(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    let mut numbers = version.unwrap_or("").split(['.', '-']).map(|n| n.parse::<u32>().unwrap_or(0));
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    kernel.contains("Linux") && found >= (6, 5)
}

fn table(facts: &Facts<'_>, tally: &KeyTally, ladder: &Ladder) -> Table {
    Table::new(ladder, sample(facts, tally), set_up(facts, tally))
}

fn sample(facts: &Facts<'_>, tally: &KeyTally) -> SpellSample {
    SpellSample {
        n: tally.n(),
        seconds: facts.window.seconds_for_timeouts(),
        spell_s: facts.profile().recommend.spell.as_secs_f64(),
    }
}

/// Tables of all webhooks.
pub(super) fn prepare<'a>(facts: &Facts<'_>, tallies: &'a Tallies) -> Vec<Prepared<'a>> {
    tallies
        .iter()
        .map(|(key, tally)| Prepared {
            key: *key,
            tally,
            sample: sample(facts, tally),
            table: table(facts, tally, &tally.main),
            near: table(facts, tally, &tally.near),
        })
        .collect()
}

/// Timeouts that would change if all samples were moved by our own lateness, in words: the recommended one, and the
/// one that the spell bound allows, which is printed beside it.
pub(super) fn changes(facts: &Facts<'_>, prepared: &[Prepared<'_>]) -> Vec<Text> {
    let misfire = facts.profile().recommend.misfire;
    let both = |table: &Table| (smallest(table, facts), table.smallest_in_spells(misfire));
    let mut changes = Vec::new();
    for p in prepared.iter().filter(|p| p.sample.n > 0) {
        let now = both(&p.table);
        let moved = [&p.tally.shorter, &p.tally.longer].map(|ladder| both(&table(facts, p.tally, ladder)));
        if let Some(other) = moved.iter().find(|m| m.0 != now.0) {
            let (moved, now) = (timeout_or_none(other.0), timeout_or_none(now.0));
            changes.push(say!("recommendation-change-timeout", key = p.key.name(), moved = moved, now = now));
        } else if let Some(other) = moved.iter().find(|m| m.1 != now.1) {
            let (moved, now) = (timeout_or_none(other.1), timeout_or_none(now.1));
            changes.push(say!("recommendation-change-high", key = p.key.name(), moved = moved, now = now));
        }
    }
    changes
}

/// Why a webhook gets no timeout, or what decided it.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    pub(super) timeout_s: Option<u32>,
    /// The lower limit.
    pub(super) lower_s: Option<u32>,
    pub(super) binding: Option<String>,
    /// The upper limit that the lower one collides with.
    pub(super) collides: Option<UpperLimit>,
    /// That collision in full.
    pub(super) collision: Option<Collision>,
    pub(super) limits: Vec<UpperLimit>,
}

/// Chooses for all webhooks of the run together.
pub(super) fn choose(facts: &Facts<'_>, prepared: &[Prepared<'_>]) -> BTreeMap<WebhookKey, Choice> {
    // A neighbour that gets no timeout takes its best guess out of the budget, not the timeout that happened to be set
    // while measuring (15 s, as advised), which would leave nothing for anybody.
    let counted: Timeouts =
        prepared.iter().filter_map(|p| Some((p.key, p.lower(facts).or_else(|| p.guess(facts))?))).collect();
    let asking: Vec<Asking> = prepared.iter().map(|p| asking(facts, p, &counted)).collect();
    let keys: Vec<WebhookKey> = prepared.iter().map(|p| p.key).collect();
    let limits = limits::all(facts, &keys, &counted);
    let margin = facts.profile().recommend.margin;
    let given = joint::decide(&asking, &limits, margin);
    let asked = joint::asked(&asking);
    let mut seconds = asked.clone();
    seconds.extend(given.iter().filter_map(|(key, given)| Some((*key, given.timeout_s?))));
    let mut choices = BTreeMap::new();
    for (p, a) in prepared.iter().zip(&asking) {
        let given = given.get(&p.key).copied().unwrap_or_default();
        let limit = given.collides.and_then(|i| limits.get(i));
        let wanted = a.lower.map(|lower| lower.saturating_add(margin));
        let choice = Choice {
            timeout_s: given.timeout_s,
            lower_s: a.lower,
            binding: Some(binding(facts, p, limit)),
            collides: limit.and_then(|limit| limits::view(facts, limit, p.key, &asked, wanted)),
            collision: limit.map(|limit| collision::describe(facts, p, limit, &asking)),
            limits: limits::views(facts, &limits, p.key, &seconds, wanted),
        };
        choices.insert(p.key, choice);
    }
    choices
}

/// What a webhook asks for, and what each second more would buy it.
fn asking(facts: &Facts<'_>, p: &Prepared<'_>, counted: &Timeouts) -> Asking {
    let rate = limits::rate_of(facts, p.key);
    let bounds: Vec<f64> = match facts.profile().recommend.confidence {
        WantedConfidence::Medium => p.table.rows.iter().map(|r| r.single).collect(),
        WantedConfidence::High => p.table.rows.iter().map(|r| r.in_spells).collect(),
    };
    let present = facts.plan().timeouts.get(&p.key);
    Asking {
        key: p.key,
        lower: p.lower(facts),
        counted: counted.get(&p.key).or(present).copied().unwrap_or(1),
        // On 3.7 a second of T costs the budget one a member, and saves as many callbacks: the same for each second.
        falls: bounds.windows(2).map(|pair| (pair[0] - pair[1]) * rate).collect(),
    }
}

/// What decides: the lower limit, the pair that collides, or what is missing.
fn binding(facts: &Facts<'_>, p: &Prepared<'_>, collides: Option<&Limit>) -> String {
    match (p.lower(facts), collides) {
        (None, _) => nothing_binds(facts, p),
        (Some(lower), None) => lower_binding(facts, p, lower),
        (Some(lower), Some(limit)) => format!("{}+{}", lower_binding(facts, p, lower), limit.rule.name()),
    }
}

/// What keeps the lower limit from being a second less.
fn lower_binding(facts: &Facts<'_>, p: &Prepared<'_>, lower: u32) -> String {
    let recommend = &facts.profile().recommend;
    let Some(row) = lower.checked_sub(1).and_then(|t| p.table.row(t)) else {
        return "minimum".to_owned();
    };
    let alone = match recommend.confidence {
        WantedConfidence::Medium => row.single_alone,
        WantedConfidence::High => row.in_spells_alone,
    };
    if alone <= recommend.misfire { "connection_set_up" } else { "misfire" }.to_owned()
}

/// Why no T passes the wanted bound.
///
/// That even 15 s cut too many is said only where the lower 95 % bound shows it: one slow callback of 100
/// is no proof that more than 1 in 1,000 are slow, only that 100 are too few; and a single stall is none either.
fn nothing_binds(facts: &Facts<'_>, p: &Prepared<'_>) -> String {
    let recommend = &facts.profile().recommend;
    let beyond = p.tally.main.spells(super::tally::CAP_S);
    let name = if p.sample.n == 0 {
        "not_measured"
    } else if spell_lower(&beyond, p.sample.n) > recommend.misfire {
        if p.cut_by_present(facts).is_some() { "misfire+present_timeout" } else { "misfire+client_cap" }
    } else if recommend.confidence == WantedConfidence::High
        && p.table.smallest_single(recommend.misfire).is_some()
    {
        "measured_time"
    } else {
        "sample_size"
    };
    name.to_owned()
}

/// The timeouts that were chosen.
pub(super) fn chosen(choices: &BTreeMap<WebhookKey, Choice>) -> Timeouts {
    choices.iter().filter_map(|(key, choice)| Some((*key, choice.timeout_s?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_new_linux_repeats_a_syn_every_second() {
        assert!(retries_linearly("Linux 6.8.0-41-generic"));
        assert!(retries_linearly("Linux 6.5"));
        assert!(!retries_linearly("Linux 5.15.0-1"));
        assert!(!retries_linearly("Darwin 23.4.0"));
        assert!(!retries_linearly(""));
    }
}
