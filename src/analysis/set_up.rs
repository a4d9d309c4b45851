//! From which packet loss on connection set-up decides a timeout.
//!
//! OpenIM dials for most callbacks, and a packet lost while it does costs a second of the timeout. The bounds never fall when
//! the loss grows, so the loss at which a timeout no longer suffices is found by bisection of the misfire table.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::misfire::{MisfireRow, SetUp, Table};
use super::tally::CAP_S;
use crate::profile::model::WantedConfidence;

/// Connection set-up beside the misfire bound.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SetUpBinds {
    /// The smallest timeout if no packet were ever lost, seconds.
    pub without_loss_s: u32,
    /// Share of packets lost each way from which on set-up asks for more; none where no loss does.
    pub from_loss: Option<f64>,
    /// The smallest timeout from there on, seconds; none where none is enough.
    pub then_s: Option<u32>,
    /// Whether the loss that was assumed is beyond it.
    pub binds: bool,
}

/// The smallest timeout by the wanted bound, were `loss` the share of packets lost.
fn smallest(table: &Table, wanted: WantedConfidence, misfire: f64, loss: f64) -> Option<u32> {
    let set_up = SetUp { packet_loss: loss, ..table.set_up };
    let alone: fn(&MisfireRow) -> f64 = match wanted {
        WantedConfidence::Medium => |row| row.single_alone,
        WantedConfidence::High => |row| row.in_spells_alone,
    };
    let bound = |t: i64| match u32::try_from(t) {
        Ok(t) if t > 0 => table.row(t).map_or(1.0, alone),
        _ => 1.0,
    };
    (1..=CAP_S).find(|t| set_up.add(bound, *t) <= misfire)
}

/// Where set-up begins to bind; none where no timeout is shown even without any loss.
pub(super) fn binds(table: &Table, wanted: WantedConfidence, misfire: f64) -> Option<SetUpBinds> {
    let at = |loss: f64| smallest(table, wanted, misfire, loss);
    let without_loss_s = at(0.0)?;
    // No timeout is longer than any other.
    let longer = |loss: f64| at(loss).is_none_or(|t| t > without_loss_s);
    if !longer(1.0) {
        return Some(SetUpBinds { without_loss_s, from_loss: None, then_s: None, binds: false });
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if longer(middle) { high = middle } else { low = middle }
    }
    let binds = longer(table.set_up.packet_loss);
    Some(SetUpBinds { without_loss_s, from_loss: Some(high), then_s: at(high), binds })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tally::Ladder;
    use super::*;
    use crate::stats::bounds::SpellSample;
    use crate::units::Stamp;

    fn table(times: &[(u64, u64)], n: u64, packet_loss: f64, fresh_share: f64) -> Table {
        let mut ladder = Ladder::default();
        times.iter().for_each(|(at, us)| ladder.add(Stamp(*at), *us));
        let set_up = SetUp { packet_loss, fresh_share, second_retry_s: 3 };
        Table::new(&ladder, SpellSample { n, seconds: 600.0, spell_s: 1.0 }, set_up)
    }

    fn of(table: &Table) -> Option<SetUpBinds> {
        binds(table, WantedConfidence::Medium, 0.001)
    }

    #[test]
    fn the_loss_from_which_a_second_is_too_short_is_found() {
        // U(1) = 3 ÷ 50,000, and 1 - (1 - p)² may be the rest of 0.1 %: p is close to 0.047 %.
        let found = of(&table(&[], 50_000, 0.0, 1.0)).unwrap();
        assert!((0.000_465..0.000_475).contains(&found.from_loss.unwrap()), "{found:?}");
        assert_eq!((found.without_loss_s, found.then_s, found.binds), (1, Some(2), false));
        assert!(of(&table(&[], 50_000, 0.0005, 1.0)).unwrap().binds);
        let half = of(&table(&[], 50_000, 0.0005, 0.5)).unwrap();
        assert!(!half.binds && half.from_loss > found.from_loss, "half of the callbacks dial: {half:?}");
    }

    #[test]
    fn where_nothing_dials_no_loss_binds_and_where_no_timeout_is_shown_there_is_no_answer() {
        assert_eq!(of(&table(&[], 50_000, 0.9, 0.0)).unwrap().from_loss, None);
        assert_eq!(of(&table(&[], 100, 0.0, 1.0)), None);
    }

    proptest! {
        #[test]
        fn below_the_loss_found_the_timeout_stays_and_above_it_does_not(
            times in proptest::collection::vec((0_u64..600_000_000, 0_u64..16_000_000), 0..30), fresh in 0.05_f64..1.0,
        ) {
            let mut times = times;
            times.sort_unstable();
            let table = |loss| super::tests::table(&times, 40_000, loss, fresh);
            if let Some(found) = of(&table(0.0)) && let Some(loss) = found.from_loss {
                let smallest = |loss| table(loss).smallest_single(0.001);
                prop_assert_eq!(smallest(loss * 0.999), Some(found.without_loss_s));
                prop_assert_eq!(smallest((loss * 1.001).min(1.0)), found.then_s);
            }
        }
    }
}
