//! How sure a recommendation is, in one word and in sentences, and what would raise it.

use super::decision::Shown;
use super::recommendation::Confidence;
use crate::record::model::EXCEEDANCE_HOLD_S;
use crate::say;
use crate::text::Text;

/// What speaks for and against a recommendation.
#[derive(Clone, Debug, Default)]
pub(super) struct Grounds {
    /// Why nothing is recommended at all.
    pub(super) refusal: Option<Text>,
    /// The webhook was called at least once.
    pub(super) measured: bool,
    /// What fires it.
    pub(super) fired_by: Text,
    /// The load of this run fires it.
    pub(super) fired: bool,
    /// The run was killed.
    pub(super) killed: bool,
    /// Measured time that timeouts are judged by, seconds.
    pub(super) seconds: f64,
    /// Why no timeout satisfies everything.
    pub(super) collision: Option<Text>,
    /// The best guess where no timeout can be recommended.
    pub(super) guess_s: Option<u32>,
    /// What the callbacks show of the T in question.
    pub(super) shown: Shown,
    /// The spell bound at the recommended T.
    pub(super) spell_bound: f64,
    /// The vantage allows medium at most (after-webhooks).
    pub(super) receiver_only: bool,
    /// The time was taken between OpenIM and its webhook server.
    pub(super) proxy: bool,
    /// Both ends of the bracket give different timeouts.
    pub(super) bracket_disagrees: bool,
    /// Callbacks still missing for the single bound.
    pub(super) callbacks_needed: Option<u64>,
    /// And the minutes they take.
    pub(super) callbacks_minutes: Option<f64>,
    /// Minutes still missing for the spell bound.
    pub(super) spell_minutes: Option<f64>,
    /// τ₀, seconds.
    pub(super) spell_s: f64,
    /// ε.
    pub(super) share: f64,
}

/// One word, its explanation, and what would raise it.
pub(super) struct Judged {
    pub(super) confidence: Confidence,
    pub(super) words: Text,
    pub(super) raise: Text,
}

/// Minutes for a sentence: rounded up.
pub(super) fn minutes(minutes: f64) -> Text {
    if minutes < 1.0 {
        return say!("recommendation-under-a-minute");
    }
    say!("common-minutes", n = minutes.ceil() as u64)
}

/// A share for a sentence, in per cent with two significant digits.
pub(super) fn percent(share: f64) -> String {
    match share * 100.0 {
        p if p <= 0.0 => "0 %".to_owned(),
        p if p >= 99.95 => "100 %".to_owned(),
        p if p >= 9.95 => format!("{p:.0} %"),
        p => {
            // 0.0935 → 0.094: one digit behind the first one that counts.
            let places = (1.0 - p.log10().floor()).clamp(1.0, 12.0) as usize;
            format!("{p:.places$} %")
        }
    }
}

/// Digits in groups of three.
pub(super) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let groups: Vec<_> = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy).collect();
    groups.join(",")
}

pub(super) fn judge(grounds: &Grounds) -> Judged {
    if !grounds.measured {
        return not_measured(grounds);
    }
    if let Some(refusal) = &grounds.refusal {
        return Judged {
            confidence: Confidence::Refused,
            words: say!("recommendation-refused", why = refusal),
            raise: say!("recommendation-refused-raise"),
        };
    }
    if let Some(collision) = &grounds.collision {
        return Judged {
            confidence: Confidence::Refused,
            words: say!("recommendation-collides", why = collision),
            raise: say!("recommendation-collides-raise"),
        };
    }
    let confidence = limited(grounds);
    Judged { confidence, words: words(grounds, confidence), raise: raise(grounds, confidence) }
}

fn not_measured(grounds: &Grounds) -> Judged {
    let fired_by = &grounds.fired_by;
    let (words, raise) = if grounds.killed {
        (
            say!("recommendation-unmeasured-killed", hold = EXCEEDANCE_HOLD_S),
            say!("recommendation-unmeasured-killed-raise"),
        )
    } else if grounds.proxy {
        (say!("recommendation-unmeasured-watched"), say!("recommendation-unmeasured-watched-raise"))
    } else if grounds.fired {
        (say!("recommendation-unmeasured-silent"), say!("recommendation-unmeasured-silent-raise"))
    } else {
        (
            say!("recommendation-unmeasured-not-fired", fired_by = fired_by),
            say!("recommendation-unmeasured-not-fired-raise", fired_by = fired_by),
        )
    };
    Judged { confidence: Confidence::NotMeasured, words, raise }
}

/// How sure a T is by what the callbacks show of it.
///
/// High: the spell bound is at most ε, and the run is stationary. Medium: only the single bound is, and the dispersion
/// of the exceedances does not contradict independence.
pub(super) fn level(shown: Shown) -> Confidence {
    if !shown.wanted_holds || shown.stationary == Some(false) {
        Confidence::Low
    } else if shown.spells_hold && shown.stationary == Some(true) {
        Confidence::High
    } else if shown.single_holds && (shown.spells_hold || !shown.clustered) {
        Confidence::Medium
    } else {
        Confidence::Low
    }
}

/// The same, lowered by where the time was taken.
fn limited(grounds: &Grounds) -> Confidence {
    let most = if grounds.bracket_disagrees {
        Confidence::Low
    } else if grounds.receiver_only {
        Confidence::Medium
    } else {
        Confidence::High
    };
    level(grounds.shown).min(most)
}

fn words(grounds: &Grounds, confidence: Confidence) -> Text {
    let share = percent(grounds.share);
    let spell = grounds.spell_s.to_string();
    match confidence {
        Confidence::High => say!("recommendation-high", share = share, spell = spell),
        Confidence::Medium if grounds.shown.spells_hold && grounds.proxy => {
            say!("recommendation-medium-proxy")
        }
        Confidence::Medium if grounds.shown.spells_hold && grounds.receiver_only => {
            say!("recommendation-medium-receiver")
        }
        Confidence::Medium if grounds.shown.spells_hold => say!("recommendation-medium-short"),
        Confidence::Medium => say!(
            "recommendation-medium",
            share = share,
            seconds = format!("{:.0}", grounds.seconds),
            spell = spell,
            bound = percent(grounds.spell_bound)
        ),
        _ => match grounds.guess_s.filter(|_| !grounds.shown.wanted_holds) {
            Some(guess) => {
                say!("recommendation-low-guess", guess = guess, reasons = low_because(grounds))
            }
            None => say!("recommendation-low", reasons = low_because(grounds)),
        },
    }
}

fn low_because(grounds: &Grounds) -> Text {
    let mut reasons = Vec::new();
    let share = percent(grounds.share);
    if !grounds.shown.single_holds {
        reasons.push(match grounds.callbacks_needed.filter(|n| *n > 0) {
            Some(n) => say!("recommendation-low-few", n = thousands(n), share = share),
            None => say!("recommendation-low-none", share = share),
        });
    }
    if grounds.shown.single_holds && !grounds.shown.wanted_holds {
        reasons.push(say!("recommendation-low-time"));
    }
    if grounds.shown.clustered {
        reasons.push(say!("recommendation-low-clustered"));
    }
    if grounds.shown.stationary == Some(false) {
        reasons.push(say!("recommendation-low-halves"));
    }
    if grounds.bracket_disagrees {
        reasons.push(say!("recommendation-low-bracket"));
    }
    Text::clauses(&reasons)
}

fn raise(grounds: &Grounds, confidence: Confidence) -> Text {
    if confidence == Confidence::High {
        return Text::default();
    }
    if grounds.bracket_disagrees {
        return say!("recommendation-raise-log");
    }
    if grounds.shown.stationary == Some(false) {
        return say!("recommendation-raise-change");
    }
    if !grounds.shown.single_holds
        && let (Some(n), Some(m)) = (grounds.callbacks_needed.filter(|n| *n > 0), grounds.callbacks_minutes)
    {
        return say!("recommendation-raise-callbacks", n = thousands(n), minutes = minutes(m));
    }
    match grounds.spell_minutes {
        Some(m) if m > 0.0 => {
            say!("recommendation-raise-minutes", minutes = minutes(m), spell = grounds.spell_s.to_string())
        }
        _ if grounds.receiver_only => say!("recommendation-raise-log"),
        _ => say!("recommendation-raise-longer"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHOWN: Shown = Shown {
        single_holds: true,
        wanted_holds: true,
        spells_hold: true,
        clustered: false,
        stationary: Some(true),
    };

    fn showing(shown: Shown) -> Grounds {
        Grounds { shown, ..good() }
    }

    fn good() -> Grounds {
        Grounds { measured: true, shown: SHOWN, spell_s: 1.0, share: 0.001, ..Grounds::default() }
    }

    #[test]
    fn high_needs_the_spell_bound_and_a_stationary_run() {
        assert_eq!(judge(&good()).confidence, Confidence::High);
        for (name, grounds, expected) in [
            ("spells", showing(Shown { spells_hold: false, ..SHOWN }), Confidence::Medium),
            ("short", showing(Shown { stationary: None, ..SHOWN }), Confidence::Medium),
            ("receiver", Grounds { receiver_only: true, ..good() }, Confidence::Medium),
            ("clustered", showing(Shown { spells_hold: false, clustered: true, ..SHOWN }), Confidence::Low),
            ("moving", showing(Shown { stationary: Some(false), ..SHOWN }), Confidence::Low),
            ("bracket", Grounds { bracket_disagrees: true, ..good() }, Confidence::Low),
            ("few", showing(Shown { single_holds: false, spells_hold: false, ..SHOWN }), Confidence::Low),
            (
                "unwanted",
                showing(Shown { wanted_holds: false, spells_hold: false, ..SHOWN }),
                Confidence::Low,
            ),
            ("collision", Grounds { collision: Some(Text::plain("x")), ..good() }, Confidence::Refused),
            ("refused", Grounds { refusal: Some(Text::plain("x")), ..good() }, Confidence::Refused),
            ("none", Grounds { measured: false, ..good() }, Confidence::NotMeasured),
        ] {
            assert_eq!(judge(&grounds).confidence, expected, "{name}");
        }
    }

    #[test]
    fn shares_have_two_digits_that_count() {
        for (share, text) in [
            (0.000_936, "0.094 %"),
            (0.149_787, "15 %"),
            (0.001, "0.10 %"),
            (0.012, "1.2 %"),
            (0.099_6, "10 %"),
            (0.000_000_12, "0.000012 %"),
            (0.0, "0 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(percent(share), text);
        }
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(12), "12");
    }

    #[test]
    fn medium_says_what_it_does_not_exclude() {
        let grounds =
            Grounds { spell_bound: 0.15, seconds: 20.0, ..showing(Shown { spells_hold: false, ..SHOWN }) };
        let words = judge(&grounds).words;
        assert!(
            words.contains("one by one") && words.contains("up to 15 %") && words.contains("20 s"),
            "{}",
            words.en()
        );
    }

    #[test]
    fn what_raises_medium_is_time_and_not_rate() {
        let grounds = Grounds { spell_minutes: Some(49.6), ..showing(Shown { spells_hold: false, ..SHOWN }) };
        let raise = judge(&grounds).raise;
        assert!(
            raise.contains("50 minutes") && raise.contains("not more callbacks a second"),
            "{}",
            raise.en()
        );
    }
}
