//! Figures of one webhook by the size of the group: what all callbacks together hide.
//!
//! The recommendation is made from all callbacks of a webhook. A class of sizes in which more than ε are slower than the
//! recommended timeout is pointed out, and so is one that has too few callbacks to say; neither changes the timeout.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::confidence::{minutes, percent, thousands};
use super::misfire::{MisfireRow, SetUp, Table};
use super::missing::Counted;
use super::tally::{CAP_S, Ladder};
use crate::record::model::Exceedance;
use crate::record::sizes::{SizeClass, SizeCounts};
use crate::say;
use crate::stats::bounds::{SpellSample, spell_lower};
use crate::stats::dispersion::contradicts_independence;
use crate::text::Text;

/// How a class stands to the timeout that is recommended for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Holds {
    /// At most ε are slower (single bound).
    Holds,
    /// More than ε are slower (lower 95 % bound).
    Breaks,
    /// Neither is shown, and a longer timeout would hold: the class needs more callbacks, or that timeout.
    Open,
    /// Too few callbacks to show it for any timeout.
    TooFew,
}

/// One webhook's callbacks of one size class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SizeFigures {
    /// The class: members, admins and owner of a create, else the users acted on.
    pub size: SizeClass,
    /// Callbacks.
    pub n: u64,
    /// The timeout that the class is held to: the recommended one, else the guess, else 15 s.
    pub against_s: u32,
    /// Slower than that.
    pub exceed: u64,
    /// Spells they came in.
    pub spells: u64,
    /// How it stands to that, by bounds that are true where slow ones come one by one.
    pub holds: Holds,
    /// The slow ones of this class come too crowded for independent ones, up to that timeout.
    pub clustered: bool,
    /// The smallest timeout that cuts at most ε of this class, by the single bound; none when that is not shown for any.
    pub timeout_s: Option<u32>,
    /// The same by the spell bound.
    pub t_high_s: Option<u32>,
    /// T = 1 … 15 with counts and bounds.
    pub table: Vec<MisfireRow>,
    /// Callbacks of this class still missing for the single bound; 0 when it is shown, none when no number would.
    pub missing_callbacks: Option<u64>,
    /// Minutes of measuring still missing for the spell bound at `against_s`; none when that cannot be said.
    pub missing_minutes: Option<f64>,
    /// What to know about it; empty where it holds and nothing speaks against that.
    pub words: Text,
}

/// One webhook's slow callbacks by size class.
#[derive(Clone, Debug, Default)]
pub(super) struct SizeLadders([Ladder; SizeClass::ALL.len()]);

impl SizeLadders {
    /// A callback that took `us`.
    pub(super) fn add(&mut self, e: &Exceedance, us: u64) {
        if let Some(class) = SizeClass::of(e.group_size) {
            self.ladder_mut(class).add(e.at, us);
        }
    }

    fn ladder_mut(&mut self, class: SizeClass) -> &mut Ladder {
        &mut self.0[class as usize]
    }

    fn ladder(&self, class: SizeClass) -> &Ladder {
        &self.0[class as usize]
    }
}

/// What all classes are held to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    /// The sample of all callbacks: its time and spell length count here too.
    pub(super) sample: SpellSample,
    pub(super) set_up: SetUp,
    /// ε.
    pub(super) share: f64,
    /// The recommended timeout.
    pub(super) timeout_s: Option<u32>,
    /// What to hold classes to where none is recommended.
    pub(super) guess_s: Option<u32>,
}

/// Figures of the classes that were called; none where all callbacks belong to one, or the record does not say.
pub(super) fn figures(counts: SizeCounts, ladders: &SizeLadders, held: Held) -> Vec<SizeFigures> {
    let called = SizeClass::ALL.into_iter().filter(|class| counts.get(*class) > 0);
    let figures: Vec<_> = called.map(|class| of_class(class, counts.get(class), ladders, held)).collect();
    if figures.len() < 2 { Vec::new() } else { figures }
}

fn of_class(class: SizeClass, counted: u64, ladders: &SizeLadders, held: Held) -> SizeFigures {
    let ladder = ladders.ladder(class);
    // A killed run may have a slow one on record whose arrival was not counted.
    let n = counted.max(ladder.spells(1).exceed);
    let sample = SpellSample { n, ..held.sample };
    let table = Table::new(ladder, sample, held.set_up);
    let against_s = held.timeout_s.or(held.guess_s).unwrap_or(CAP_S);
    let row = table.row(against_s).copied().unwrap_or_default();
    let timeout_s = table.smallest_single(held.share);
    let holds = if row.single <= held.share {
        Holds::Holds
    } else if spell_lower(&ladder.spells(against_s), n) > held.share {
        Holds::Breaks
    } else if timeout_s.is_some() {
        Holds::Open
    } else {
        Holds::TooFew
    };
    let missing =
        Counted { table: &table, ladder, timeout_s: against_s, share: held.share, wants_high: false };
    let missing_callbacks = if timeout_s.is_some() { Some(0) } else { missing.callbacks() };
    let missing_minutes = if row.in_spells <= held.share { Some(0.0) } else { missing.minutes() };
    let mut figures = SizeFigures {
        size: class,
        n,
        against_s,
        exceed: row.exceed,
        spells: row.spells,
        holds,
        clustered: (1..=against_s).any(|t| contradicts_independence(&ladder.spells(t), sample.seconds)),
        timeout_s,
        t_high_s: table.smallest_in_spells(held.share),
        missing_callbacks,
        missing_minutes,
        table: table.rows,
        words: Text::default(),
    };
    figures.words = words(&figures, held);
    figures
}

/// What a class means for the timeout.
fn words(f: &SizeFigures, held: Held) -> Text {
    let (size, share, t) = (f.size.words(), percent(held.share), f.against_s);
    let whole = match held.timeout_s {
        Some(t) => say!("recommendation-size-whole", timeout = t),
        None => Text::plain(format!("{t} s")),
    };
    let slower =
        say!("recommendation-size-slower", exceed = thousands(f.exceed), n = thousands(f.n), timeout = t);
    match (f.holds, f.timeout_s) {
        (Holds::Holds, _) if f.clustered => {
            say!("recommendation-size-clustered", size = size, whole = whole, share = share)
        }
        (Holds::Holds, _) => Text::default(),
        (Holds::Breaks, Some(own)) => say!(
            "recommendation-size-breaks",
            size = size,
            own = own,
            slower = slower,
            share = share,
            whole = whole
        ),
        (Holds::Breaks, None) => say!(
            "recommendation-size-breaks-all",
            size = size,
            whole = whole,
            slower = slower,
            share = share,
            cap = CAP_S
        ),
        (Holds::Open, own) => say!(
            "recommendation-size-open",
            size = size,
            whole = whole,
            share = share,
            slower = slower,
            own = own.unwrap_or(CAP_S)
        ),
        (Holds::TooFew, _) => too_few(f, held, &whole),
    }
}

/// That there are too few callbacks to say it, and how many more would do.
fn too_few(f: &SizeFigures, held: Held, whole: &Text) -> Text {
    let (size, n) = (f.size.words(), thousands(f.n));
    let Some(more) = f.missing_callbacks.filter(|more| *more > 0) else {
        return say!("recommendation-size-few", size = size, n = n, whole = whole);
    };
    let a_minute = f.n as f64 / held.sample.seconds.max(1e-9) * 60.0;
    say!(
        "recommendation-size-few-needed",
        size = size,
        n = n,
        whole = whole,
        more = thousands(more),
        minutes = minutes(more as f64 / a_minute)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Stamp;
    use crate::wire::WebhookKey;

    const ALL: Held = Held {
        sample: SpellSample { n: 20_000, seconds: 600.0, spell_s: 1.0 },
        set_up: SetUp { packet_loss: 0.0, fresh_share: 1.0, second_retry_s: 3 },
        share: 0.001,
        timeout_s: Some(1),
        guess_s: None,
    };

    fn slow(size: u32, at_s: u64) -> Exceedance {
        Exceedance {
            at: Stamp(at_s * 1_000_000),
            key: WebhookKey::BeforeCreateGroup,
            seq: at_s,
            low_us: 0,
            near_us: 0,
            high_us: 0,
            cut: false,
            crowded: false,
            group_size: size,
        }
    }

    /// Callbacks of the sizes, `slow` of those of 500 taking 3.5 s.
    fn of(counts: &[(u32, u64)], slow_ones: u64) -> Vec<SizeFigures> {
        let (mut sizes, mut ladders) = (SizeCounts::default(), SizeLadders::default());
        for (size, n) in counts {
            (0..*n).for_each(|_| sizes.count(*size));
        }
        (0..slow_ones).for_each(|i| ladders.add(&slow(500, i * 5), 3_500_000));
        figures(sizes, &ladders, ALL)
    }

    #[test]
    fn a_class_that_needs_longer_is_pointed_out_with_what_it_needs() {
        let figures = of(&[(3, 16_000), (500, 4_000)], 12);
        assert_eq!((figures[0].holds, figures[0].timeout_s, figures[0].exceed), (Holds::Holds, Some(1), 0));
        assert!(figures[0].words.is_empty());
        let large = &figures[1];
        assert_eq!((large.size, large.n, large.exceed, large.spells), (SizeClass::Large, 4_000, 12, 12));
        assert_eq!((large.holds, large.timeout_s), (Holds::Breaks, Some(4)));
        assert!(
            large.words.starts_with("Groups of 101 to 1,000 need 4 s: 12 of their 4,000"),
            "{}",
            large.words.en()
        );
        assert!(large.words.contains("the 1 s recommended for all hides that"), "{}", large.words.en());
    }

    #[test]
    fn what_is_not_shown_is_not_claimed() {
        let figures = of(&[(3, 16_000), (500, 4_000)], 2);
        // 2 of 4,000 are fewer than asked for, and more cannot be excluded.
        assert_eq!((figures[1].holds, figures[1].timeout_s), (Holds::Open, Some(4)));
        assert!(figures[1].words.contains("is not shown") && figures[1].words.contains("from 4 s on"));
    }

    #[test]
    fn a_class_with_few_callbacks_says_how_many_more_it_needs() {
        let figures = of(&[(3, 16_000), (50, 300), (500, 1)], 0);
        for (class, n) in figures[1..].iter().zip([300, 1]) {
            assert_eq!((class.holds, class.timeout_s, class.n), (Holds::TooFew, None, n));
            assert_eq!(class.missing_callbacks, Some(2_995 - n));
        }
        assert!(
            figures[1].words.contains("2,695 more are needed, 90 minutes at this rate"),
            "{}",
            figures[1].words.en()
        );
    }

    #[test]
    fn a_class_whose_slow_ones_came_in_a_spell_is_not_said_to_hold_without_that() {
        let (mut sizes, mut ladders) = (SizeCounts::default(), SizeLadders::default());
        (0..40_000).for_each(|_| sizes.count(3));
        (0..300).for_each(|_| sizes.count(50));
        (0..8).for_each(|_| ladders.add(&slow(3, 7), 3_500_000));
        let small = &figures(sizes, &ladders, ALL)[0];
        assert_eq!((small.holds, small.clustered, small.spells), (Holds::Holds, true, 1));
        assert!(small.words.contains("came in spells"), "{}", small.words.en());
    }

    #[test]
    fn one_class_alone_and_an_old_record_say_nothing() {
        assert!(of(&[(3, 16_000)], 0).is_empty());
        assert!(of(&[], 12).is_empty());
    }

    #[test]
    fn a_class_in_which_everything_is_slow_breaks_every_timeout_without_a_panic() {
        let (mut sizes, mut ladders) = (SizeCounts::default(), SizeLadders::default());
        (0..40).for_each(|i| {
            sizes.count(2_000);
            ladders.add(&slow(2_000, i), u64::MAX);
        });
        sizes.count(1);
        let figures = figures(sizes, &ladders, ALL);
        assert_eq!((figures[1].holds, figures[1].timeout_s, figures[1].exceed), (Holds::Breaks, None, 40));
        assert!(figures[1].words.contains("no timeout up to 15 s"), "{}", figures[1].words.en());
    }
}
