//! What is still missing for each class of confidence: callbacks, minutes, or the reason why neither would help.
//!
//! `medium` is bought with callbacks, `high` with time. The figures are the least that could be enough: that no more slow
//! callbacks come where few came, and as many in each minute where many did.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::confidence::{Grounds, percent};
use super::misfire::Table;
use super::recommendation::Confidence;
use super::tally::{CAP_S, Ladder};
use crate::say;
use crate::stats::bootstrap::FEWEST_SLOTS;
use crate::stats::bounds::{SpellSample, single_upper, spell_lower, spell_upper};
use crate::stats::needed::{grown, smallest_factor};
use crate::text::Text;

/// Times beyond this are no advice, seconds (a year).
const LONGEST_S: f64 = 366.0 * 86_400.0;
/// Callbacks beyond this are not looked for.
const MOST_CALLBACKS: u64 = 1 << 50;

/// What `medium` and `high` still need.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MissingByClass {
    /// The single bound at most ε, and nothing that contradicts it.
    pub medium: Missing,
    /// The spell bound at most ε, in a stationary run.
    pub high: Missing,
}

/// What one class of confidence still needs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    /// Nothing: the recommendation is of this class, or a higher one.
    pub reached: bool,
    /// More callbacks; 0 where only time is missing, none where no number would do.
    pub callbacks: Option<u64>,
    /// More minutes of measuring, at this run's rate; none where no time would do, or where the rate is not known.
    pub minutes: Option<f64>,
    /// Why neither would do, and what would.
    pub why_not: Option<Text>,
}

impl Missing {
    fn never(why: Text) -> Missing {
        Missing { why_not: Some(why), ..Missing::default() }
    }

    fn reached() -> Missing {
        Missing { reached: true, callbacks: Some(0), minutes: Some(0.0), why_not: None }
    }
}

/// What is counted: one webhook's callbacks.
pub(super) struct Counted<'a> {
    pub(super) table: &'a Table,
    pub(super) ladder: &'a Ladder,
    /// The timeout that is judged: the recommended one, else the best guess, else 15 s.
    pub(super) timeout_s: u32,
    /// ε.
    pub(super) share: f64,
    /// The profile asks for the spell bound.
    pub(super) wants_high: bool,
}

impl Counted<'_> {
    fn sample(&self) -> SpellSample {
        self.table.sample
    }

    /// How many more callbacks, none of them slow, would show ε by the single bound for T = 15 s, set-up included.
    pub(super) fn callbacks(&self) -> Option<u64> {
        let n = self.sample().n;
        let exceed = |t: i64| u32::try_from(t).ok().and_then(|t| self.table.row(t)).map(|r| r.exceed);
        if n > 0 && spell_lower(&self.ladder.spells(CAP_S), n) > self.share {
            return None;
        }
        let enough = |n: u64| {
            let bound = |t: i64| exceed(t).map_or(1.0, |c| single_upper(c, n));
            self.table.set_up.add(bound, CAP_S) <= self.share
        };
        let (mut low, mut high) = (0, n.max(1));
        while !enough(high) {
            (low, high) = (high, high.checked_mul(2).filter(|n| *n < MOST_CALLBACKS)?);
        }
        while low + 1 < high {
            let middle = low.midpoint(high);
            if enough(middle) { high = middle } else { low = middle }
        }
        Some(high.saturating_sub(n))
    }

    /// How many more minutes would show ε by the spell bound at the timeout, set-up included.
    pub(super) fn minutes(&self) -> Option<f64> {
        let sample = self.sample();
        if sample.n == 0 || sample.seconds <= 0.0 || self.share <= 0.0 {
            // At any rate of at least one in a spell: no spell seen, −ln 0.05 ÷ D spells a second at most.
            let seconds = -(0.05_f64).ln() * sample.spell_s / self.share;
            return Some(seconds / 60.0).filter(|m| m.is_finite());
        }
        let first = self.timeout_s.saturating_sub(self.table.set_up.second_retry_s.max(1)).max(1);
        let spells: Vec<_> = (first..=CAP_S).map(|t| self.ladder.spells(t)).collect();
        let enough = |factor: f64| {
            let longer = SpellSample {
                n: (sample.n as f64 * factor).round() as u64,
                seconds: sample.seconds * factor,
                ..sample
            };
            // As in the table: a longer timeout never misfires more.
            let mut bounds: Vec<f64> =
                spells.iter().map(|s| spell_upper(&grown(s, factor), longer)).collect();
            for i in (0..bounds.len().saturating_sub(1)).rev() {
                bounds[i] = bounds[i].max(bounds[i + 1]);
            }
            let at = |t: i64| {
                let place = usize::try_from(t - i64::from(first)).ok().filter(|_| t > 0);
                place.and_then(|i| bounds.get(i)).copied().unwrap_or(1.0)
            };
            self.table.set_up.add(at, self.timeout_s) <= self.share
        };
        let factor = smallest_factor(LONGEST_S / sample.seconds, enough)?;
        Some((factor - 1.0) * sample.seconds / 60.0)
    }

    /// Why no number of callbacks or minutes would do.
    fn hopeless(&self) -> Text {
        let row = self.table.row(self.timeout_s).copied().unwrap_or_default();
        let (n, share) = (self.sample().n, percent(self.share));
        if row.exceed as f64 > self.share * n as f64 {
            say!(
                "diagnosis-hopeless-too-many",
                exceed = row.exceed,
                n = n,
                timeout = self.timeout_s,
                share = share
            )
        } else {
            say!("diagnosis-hopeless-too-long", timeout = self.timeout_s, share = share)
        }
    }
}

/// What both classes still need, by what speaks for and against the recommendation.
pub(super) fn by_class(grounds: &Grounds, confidence: Confidence, counted: &Counted<'_>) -> MissingByClass {
    MissingByClass {
        medium: if confidence >= Confidence::Medium { Missing::reached() } else { medium(grounds, counted) },
        high: if confidence >= Confidence::High { Missing::reached() } else { high(grounds, counted) },
    }
}

/// What keeps every class away, however long the run.
fn obstacle(grounds: &Grounds) -> Option<Text> {
    if !grounds.measured {
        let load = || say!("diagnosis-hopeless-not-fired", fired_by = &grounds.fired_by);
        return (!grounds.fired).then(load);
    }
    if let Some(refusal) = &grounds.refusal {
        return Some(refusal.clause());
    }
    if grounds.collision.is_some() {
        return Some(say!("diagnosis-hopeless-collision"));
    }
    if grounds.bracket_disagrees {
        return Some(say!("diagnosis-hopeless-bracket"));
    }
    (grounds.shown.stationary == Some(false)).then(|| say!("diagnosis-hopeless-changed"))
}

fn medium(grounds: &Grounds, counted: &Counted<'_>) -> Missing {
    if let Some(why) = obstacle(grounds) {
        return Missing::never(why);
    }
    if grounds.shown.single_holds || grounds.shown.clustered || counted.wants_high {
        // Where slow callbacks come in spells, or `high` is asked for, only the spell bound helps.
        return in_time(grounds, counted);
    }
    match counted.callbacks() {
        Some(callbacks) => Missing {
            callbacks: Some(callbacks),
            minutes: minutes_for(callbacks, counted.sample()),
            ..Missing::default()
        },
        None => Missing::never(counted.hopeless()),
    }
}

fn high(grounds: &Grounds, counted: &Counted<'_>) -> Missing {
    if let Some(why) = obstacle(grounds) {
        return Missing::never(why);
    }
    if grounds.proxy {
        return Missing::never(say!("diagnosis-hopeless-proxy"));
    }
    if grounds.receiver_only {
        return Missing::never(say!("diagnosis-hopeless-receiver"));
    }
    in_time(grounds, counted)
}

/// What the spell bound needs; more callbacks only where the single bound does not hold either.
fn in_time(grounds: &Grounds, counted: &Counted<'_>) -> Missing {
    let sample = counted.sample();
    let callbacks = if grounds.shown.single_holds { Some(0) } else { counted.callbacks() };
    let (Some(minutes), Some(callbacks)) = (counted.minutes(), callbacks) else {
        return Missing::never(counted.hopeless());
    };
    let halves = (2.0 * FEWEST_SLOTS as f64 - sample.seconds) / 60.0;
    let halves = if grounds.shown.stationary.is_none() { halves } else { 0.0 };
    let minutes = minutes.max(halves).max(minutes_for(callbacks, sample).unwrap_or(0.0));
    Missing { callbacks: Some(callbacks), minutes: Some(minutes), ..Missing::default() }
}

/// Minutes that so many callbacks take at the run's rate; none where it has none.
fn minutes_for(callbacks: u64, sample: SpellSample) -> Option<f64> {
    let a_minute = sample.n as f64 / sample.seconds.max(1e-9) * 60.0;
    (a_minute > 0.0).then(|| callbacks as f64 / a_minute)
}

#[cfg(test)]
mod tests {
    use super::super::decision::Shown;
    use super::super::misfire::SetUp;
    use super::*;
    use crate::text::Text;
    use crate::units::Stamp;

    fn ladder(every_s: f64, count: u32, seconds: f64) -> Ladder {
        let mut ladder = Ladder::default();
        (0..count)
            .for_each(|i| ladder.add(Stamp((f64::from(i) * every_s * 1e6) as u64), (seconds * 1e6) as u64));
        ladder
    }

    fn table(ladder: &Ladder, n: u64, seconds: f64, packet_loss: f64) -> Table {
        let set_up = SetUp { packet_loss, fresh_share: 1.0, second_retry_s: 3 };
        Table::new(ladder, SpellSample { n, seconds, spell_s: 1.0 }, set_up)
    }

    fn minutes(ladder: &Ladder, n: u64, seconds: f64, timeout_s: u32, loss: f64) -> Option<f64> {
        let table = table(ladder, n, seconds, loss);
        Counted { table: &table, ladder, timeout_s, share: 0.001, wants_high: false }.minutes()
    }

    #[test]
    fn fifty_minutes_exclude_spells_of_a_second_and_a_lost_packet_at_set_up_makes_it_longer() {
        let none = Ladder::default();
        let found = minutes(&none, 15_000, 300.0, 1, 0.0).unwrap();
        assert!((found - (2_995.7 - 300.0) / 60.0).abs() < 0.05, "{found}");
        let lossy = minutes(&none, 15_000, 300.0, 2, 0.0005).unwrap();
        assert!(lossy > found && lossy < found * 1.1, "{lossy}");
        assert_eq!(
            minutes(&none, 15_000, 300.0, 1, 0.0006),
            None,
            "a second never covers a dial of one more"
        );
    }

    #[test]
    fn with_ten_spells_and_more_the_time_is_solved_for_until_too_many_are_slow() {
        // One slow callback every 60 s of 50 a second: 0.033 % beyond a second.
        let some = ladder(60.0, 20, 1.5);
        let found = minutes(&some, 60_000, 1_200.0, 1, 0.0).unwrap();
        assert!((30.0..300.0).contains(&found), "{found}");
        let many = ladder(10.0, 120, 1.5);
        assert_eq!(minutes(&many, 60_000, 1_200.0, 1, 0.0), None, "0.2 % are slow");
        assert!(minutes(&many, 60_000, 1_200.0, 2, 0.0).is_some(), "none beyond 2 s");
    }

    fn grounds(shown: Shown) -> Grounds {
        Grounds { measured: true, fired: true, shown, share: 0.001, spell_s: 1.0, ..Grounds::default() }
    }

    const SHOWN: Shown = Shown {
        single_holds: true,
        wanted_holds: true,
        spells_hold: false,
        clustered: false,
        stationary: Some(true),
    };

    #[test]
    fn each_class_has_a_figure_or_a_reason() {
        let none = Ladder::default();
        let table = table(&none, 1_000, 20.0, 0.0);
        let counted = Counted { table: &table, ladder: &none, timeout_s: 1, share: 0.001, wants_high: false };
        let few = Shown { single_holds: false, wanted_holds: false, ..SHOWN };
        let missing = by_class(&grounds(few), Confidence::Low, &counted);
        assert_eq!(missing.medium.callbacks, Some(1_995));
        assert!((missing.medium.minutes.unwrap() - 1_995.0 / 50.0 / 60.0).abs() < 1e-9);
        assert!((missing.high.minutes.unwrap() - 49.6).abs() < 0.1 && missing.high.callbacks == Some(1_995));
        let reached = by_class(&grounds(SHOWN), Confidence::Medium, &counted);
        assert!(reached.medium.reached && !reached.high.reached);
        for (other, word) in [
            (Grounds { refusal: Some(Text::plain("a closed loop.")), ..grounds(SHOWN) }, "closed loop"),
            (Grounds { collision: Some(Text::plain("x")), ..grounds(SHOWN) }, "ways out"),
            (Grounds { bracket_disagrees: true, ..grounds(SHOWN) }, "log"),
            (Grounds { measured: false, fired: false, ..grounds(SHOWN) }, "does not fire"),
            (grounds(Shown { stationary: Some(false), ..SHOWN }), "changed"),
        ] {
            let missing = by_class(&other, Confidence::Low, &counted);
            for class in [missing.medium, missing.high] {
                assert!(class.why_not.as_ref().unwrap().contains(word), "{class:?}");
                assert_eq!((class.callbacks, class.minutes), (None, None));
            }
        }
        let after = Grounds { receiver_only: true, ..grounds(SHOWN) };
        assert!(by_class(&after, Confidence::Medium, &counted).high.why_not.unwrap().contains("receiver"));
    }

    #[test]
    fn where_too_many_are_slow_a_faster_handler_is_the_answer() {
        let many = ladder(1.0, 200, 20.0);
        let table = table(&many, 10_000, 200.0, 0.0);
        let counted =
            Counted { table: &table, ladder: &many, timeout_s: 15, share: 0.001, wants_high: false };
        let few = Shown { single_holds: false, wanted_holds: false, ..SHOWN };
        let missing = by_class(&grounds(few), Confidence::Low, &counted);
        for class in [missing.medium, missing.high] {
            assert!(class.why_not.unwrap().contains("a faster handler"), "200 of 10,000 beyond 15 s");
        }
    }

    #[test]
    fn nothing_measured_needs_the_published_sample_and_time() {
        let none = Ladder::default();
        let table = table(&none, 0, 0.0, 0.0);
        let counted =
            Counted { table: &table, ladder: &none, timeout_s: 15, share: 0.001, wants_high: false };
        let silent = Grounds { measured: false, ..grounds(Shown::default()) };
        let missing = by_class(&silent, Confidence::NotMeasured, &counted);
        assert_eq!((missing.medium.callbacks, missing.medium.minutes), (Some(2_995), None));
        assert!((missing.high.minutes.unwrap() - 49.93).abs() < 0.01);
    }
}
