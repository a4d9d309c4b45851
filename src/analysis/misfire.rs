//! The misfire table of one webhook: for T = 1 … 15 s the two upper 95 % bounds, with what connection
//! set-up adds, and the smallest T that each bound allows.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ladder::{CAP_S, Ladder};
use crate::stats::bounds::{SpellSample, callbacks_needed, single_upper, spell_upper};

/// One row of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MisfireRow {
    /// T, seconds.
    pub timeout_s: u32,
    /// c: callbacks slower than T, timed-out ones included.
    pub exceed: u64,
    /// K: spells they came in.
    pub spells: u64,
    /// Most of them in one spell.
    pub largest_spell: u64,
    /// Upper 95 % bound where slow ones come one by one, set-up included.
    pub single: f64,
    /// Upper 95 % bound where they come in spells, set-up included.
    pub in_spells: f64,
    /// `single` without the set-up term.
    pub single_alone: f64,
    /// `in_spells` without the set-up term.
    pub in_spells_alone: f64,
}

/// What connection set-up adds: OpenIM keeps two idle connections, so most callbacks dial, and T covers that.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetUp {
    /// Share of packets taken to be lost each way.
    pub packet_loss: f64,
    /// Share of callbacks on connections opened for them.
    pub fresh_share: f64,
    /// Time that two lost packets cost, seconds (one costs 1 s).
    pub second_retry_s: u32,
}

impl SetUp {
    /// q = s · (1 − (1 − p)²): a packet of the handshake is lost on a fresh connection.
    fn lost(&self) -> f64 {
        (self.fresh_share * (1.0 - (1.0 - self.packet_loss).powi(2))).clamp(0.0, 1.0)
    }

    /// (1 − q)·U(T) + q·U(T − 1) + q²·U(T − r), with U(t ≤ 0) = 1.
    pub(super) fn add(&self, bound: impl Fn(i64) -> f64, timeout_s: u32) -> f64 {
        let (q, t) = (self.lost(), i64::from(timeout_s));
        if q <= 0.0 {
            return bound(t);
        }
        let total =
            (1.0 - q) * bound(t) + q * bound(t - 1) + q * q * bound(t - i64::from(self.second_retry_s));
        total.clamp(0.0, 1.0)
    }
}

/// The table with what it was made from.
#[derive(Clone, Debug)]
pub struct Table {
    pub(super) rows: Vec<MisfireRow>,
    pub(super) sample: SpellSample,
    pub(super) set_up: SetUp,
}

impl Table {
    /// Counts every T of `ladder` against the `sample.n` callbacks of `sample.seconds`.
    #[must_use]
    pub fn new(ladder: &Ladder, sample: SpellSample, set_up: SetUp) -> Table {
        let mut rows: Vec<MisfireRow> = (1..=CAP_S)
            .map(|timeout_s| {
                let spells = ladder.spells(timeout_s);
                MisfireRow {
                    timeout_s,
                    exceed: spells.exceed,
                    spells: spells.count,
                    largest_spell: spells.largest,
                    single_alone: single_upper(spells.exceed, sample.n),
                    in_spells_alone: spell_upper(&spells, sample),
                    ..MisfireRow::default()
                }
            })
            .collect();
        // A longer timeout never misfires more: fewer but larger spells must not raise the bound.
        for i in (0..rows.len().saturating_sub(1)).rev() {
            rows[i].single_alone = rows[i].single_alone.max(rows[i + 1].single_alone);
            rows[i].in_spells_alone = rows[i].in_spells_alone.max(rows[i + 1].in_spells_alone);
        }
        let alone = rows.clone();
        let at = |t: i64, of: fn(&MisfireRow) -> f64| {
            usize::try_from(t - 1).ok().and_then(|i| alone.get(i)).map_or(1.0, of)
        };
        for row in &mut rows {
            row.single = set_up.add(|t| at(t, |r| r.single_alone), row.timeout_s);
            row.in_spells = set_up.add(|t| at(t, |r| r.in_spells_alone), row.timeout_s);
        }
        Table { rows, sample, set_up }
    }

    /// All rows, T = 1 … 15 s.
    #[must_use]
    pub fn rows(&self) -> &[MisfireRow] {
        &self.rows
    }

    /// What it was made from.
    #[must_use]
    pub fn sample(&self) -> SpellSample {
        self.sample
    }

    /// The row of a T from 1 to 15.
    #[must_use]
    pub fn row(&self, timeout_s: u32) -> Option<&MisfireRow> {
        self.rows.iter().find(|r| r.timeout_s == timeout_s)
    }

    /// The smallest T whose single bound is at most `share`.
    #[must_use]
    pub fn smallest_single(&self, share: f64) -> Option<u32> {
        self.smallest(|r| r.single <= share)
    }

    /// The smallest T whose spell bound is at most `share`.
    #[must_use]
    pub fn smallest_in_spells(&self, share: f64) -> Option<u32> {
        self.smallest(|r| r.in_spells <= share)
    }

    /// The smallest T above which no larger share was seen; none where nothing was measured.
    #[must_use]
    pub fn smallest_seen(&self, share: f64) -> Option<u32> {
        self.smallest(|r| self.sample.n > 0 && r.exceed as f64 <= share * self.sample.n as f64)
    }

    pub(super) fn smallest(&self, passes: impl Fn(&MisfireRow) -> bool) -> Option<u32> {
        self.rows.iter().find(|r| passes(r)).map(|r| r.timeout_s)
    }

    /// How many more callbacks would show `share` by the single bound for the T at which the fewest were
    /// slow, if no more slow ones came.
    #[must_use]
    pub fn missing_callbacks(&self, share: f64) -> Option<u64> {
        let fewest = self.rows.iter().map(|r| r.exceed).min().unwrap_or(0);
        callbacks_needed(fewest, share).map(|n| n.saturating_sub(self.sample.n))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::units::Stamp;

    const NO_LOSS: SetUp = SetUp { packet_loss: 0.0, fresh_share: 1.0, second_retry_s: 3 };

    fn table(times: &[(u64, u64)], n: u64, set_up: SetUp) -> Table {
        let mut ladder = Ladder::default();
        times.iter().for_each(|(at, us)| ladder.add(Stamp(*at), *us));
        Table::new(&ladder, SpellSample { n, seconds: 600.0, spell_s: 1.0 }, set_up)
    }

    #[test]
    fn the_smallest_timeout_is_the_first_whose_bound_passes() {
        let slow: Vec<_> = (0..100).map(|i| (i * 5_000_000, 2_500_000)).collect();
        let table = table(&slow, 50_000, NO_LOSS);
        assert_eq!(table.smallest_single(0.001), Some(3));
        assert_eq!(table.row(2).unwrap().exceed, 100);
        assert_eq!(table.row(3).unwrap().exceed, 0);
    }

    #[test]
    fn a_lost_handshake_packet_costs_a_second_of_the_timeout() {
        let lossy = SetUp { packet_loss: 0.0005, ..NO_LOSS };
        let table = table(&[], 50_000, lossy);
        assert_eq!(table.smallest_single(0.001), Some(2), "T = 1 cannot cover a dial that takes 1 s more");
        assert!(table.row(1).unwrap().single_alone <= 0.001);
        assert!((table.row(1).unwrap().single - table.row(1).unwrap().single_alone - 0.001).abs() < 1e-4);
    }

    #[test]
    fn nothing_measured_allows_no_timeout() {
        let table = table(&[], 0, NO_LOSS);
        assert_eq!(table.smallest_single(0.5), None);
        assert_eq!(table.smallest_in_spells(0.5), None);
        assert_eq!(table.missing_callbacks(0.001), Some(2_995));
    }

    proptest! {
        #[test]
        fn bounds_never_grow_with_the_timeout_nor_fall_with_the_loss(
            times in proptest::collection::vec((0_u64..600_000_000, 0_u64..16_000_000), 0..120),
            loss in 0.0_f64..0.2, more in 0.0_f64..0.2,
        ) {
            let mut times = times;
            times.sort_unstable();
            let set_up = SetUp { packet_loss: loss, ..NO_LOSS };
            let table = super::tests::table(&times, 4_000, set_up);
            for pair in table.rows.windows(2) {
                prop_assert!(pair[1].single <= pair[0].single + 1e-12);
                prop_assert!(pair[1].in_spells <= pair[0].in_spells + 1e-12);
            }
            let worse = super::tests::table(&times, 4_000, SetUp { packet_loss: loss + more, ..NO_LOSS });
            for (a, b) in table.rows.iter().zip(&worse.rows) {
                prop_assert!((0.0..=1.0).contains(&a.single) && (0.0..=1.0).contains(&a.in_spells));
                prop_assert!(b.single >= a.single - 1e-12);
            }
        }
    }
}
