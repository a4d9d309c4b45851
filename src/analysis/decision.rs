//! The decision about one webhook's timeout from counts alone: which T each bound allows, and how sure that is.
//!
//! Pure, and the product's only copy: `analyse` goes through it for every webhook, `examples/coverage.rs` for
//! synthetic runs whose truth is known. Upper limits (budget, pool, queue), the vantage and the validity of the run
//! can only lower what stands here, and are left to `timeout` and `confidence`.

use super::confidence::level;
use super::ladder::Ladder;
use super::misfire::{SetUp, Table};
use super::recommendation::Confidence;
use crate::profile::model::WantedConfidence;
use crate::stats::bounds::SpellSample;
use crate::stats::dispersion::contradicts_independence;

/// What is asked of a timeout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Asked {
    /// ε: the share of healthy callbacks that may be cut, above 0 and below 1.
    pub misfire: f64,
    /// The bound that has to show it.
    pub wanted: WantedConfidence,
}

/// What the callbacks of one webhook show of a timeout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// Some T passes the single bound.
    pub single_holds: bool,
    /// Some T passes the wanted bound.
    pub wanted_holds: bool,
    /// The spell bound at the T in question is at most ε.
    pub spells_hold: bool,
    /// The exceedances of some T up to the one in question come too crowded for independent ones.
    pub clustered: bool,
    /// The halves of the run: the same, different, or too short to tell.
    pub stationary: Option<bool>,
}

impl Shown {
    /// What `table`, made from `ladder`, shows of `timeout_s`.
    #[must_use]
    pub fn of(
        ladder: &Ladder,
        table: &Table,
        timeout_s: u32,
        asked: Asked,
        stationary: Option<bool>,
    ) -> Shown {
        let (share, sample) = (asked.misfire, table.sample());
        let in_spells = table.row(timeout_s).map_or(1.0, |r| r.in_spells);
        let crowded = |t| contradicts_independence(&ladder.spells(t), sample.seconds);
        Shown {
            single_holds: table.smallest_single(share).is_some(),
            wanted_holds: smallest(table, asked).is_some(),
            spells_hold: sample.n > 0 && in_spells <= share,
            clustered: (1..=timeout_s).any(crowded),
            stationary,
        }
    }
}

/// The smallest T, in whole seconds from 1 to 15, by the wanted bound; none where no T passes it.
#[must_use]
pub fn smallest(table: &Table, asked: Asked) -> Option<u32> {
    match asked.wanted {
        WantedConfidence::Medium => table.smallest_single(asked.misfire),
        WantedConfidence::High => table.smallest_in_spells(asked.misfire),
    }
}

/// What a run says about one webhook before anything from outside limits it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The smallest T by the wanted bound, seconds.
    pub timeout_s: Option<u32>,
    /// The smallest T by the spell bound, seconds.
    pub t_high_s: Option<u32>,
    /// How sure `timeout_s` is; low where there is none.
    pub confidence: Confidence,
}

/// Decides from the counts of one webhook. `stationary`: whether the halves of the run are alike, none where it
/// is too short to tell.
#[must_use]
pub fn decide(
    ladder: &Ladder,
    sample: SpellSample,
    set_up: SetUp,
    asked: Asked,
    stationary: Option<bool>,
) -> Decision {
    of_table(ladder, &Table::new(ladder, sample, set_up), asked, stationary)
}

/// The same from a table that was already made from `ladder`.
#[must_use]
pub fn of_table(ladder: &Ladder, table: &Table, asked: Asked, stationary: Option<bool>) -> Decision {
    let timeout_s = smallest(table, asked);
    let confidence = match timeout_s {
        Some(t) => level(Shown::of(ladder, table, t, asked, stationary)),
        None => Confidence::Low,
    };
    Decision { timeout_s, t_high_s: table.smallest_in_spells(asked.misfire), confidence }
}
