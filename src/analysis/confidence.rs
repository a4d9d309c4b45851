//! How sure a recommendation is, in one word and in sentences, and what would raise it.

use super::decision::Shown;
use super::recommendation::Confidence;
use crate::record::model::EXCEEDANCE_HOLD_S;

/// What speaks for and against a recommendation.
#[derive(Clone, Debug, Default)]
pub(super) struct Grounds {
    /// Why nothing is recommended at all.
    pub(super) refusal: Option<String>,
    /// The webhook was called at least once.
    pub(super) measured: bool,
    /// What fires it.
    pub(super) fired_by: String,
    /// The load of this run fires it.
    pub(super) fired: bool,
    /// The run was killed.
    pub(super) killed: bool,
    /// Measured time that timeouts are judged by, seconds.
    pub(super) seconds: f64,
    /// Why no timeout satisfies everything.
    pub(super) collision: Option<String>,
    /// The best guess where no timeout can be recommended.
    pub(super) guess_s: Option<u32>,
    /// What the callbacks show of the T in question.
    pub(super) shown: Shown,
    /// The spell bound at the recommended T.
    pub(super) spell_bound: f64,
    /// The vantage allows medium at most (after-webhooks).
    pub(super) receiver_only: bool,
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
    pub(super) words: String,
    pub(super) raise: String,
}

/// Minutes for a sentence: rounded up.
pub(super) fn minutes(minutes: f64) -> String {
    match minutes.ceil() {
        m if minutes < 1.0 && m <= 1.0 => "less than a minute".to_owned(),
        m if m <= 1.0 => "1 minute".to_owned(),
        m => format!("{m:.0} minutes"),
    }
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
            words: format!("Refused: {refusal}"),
            raise: "Remove the reason and measure again.".to_owned(),
        };
    }
    if let Some(collision) = &grounds.collision {
        return Judged {
            confidence: Confidence::Refused,
            words: format!("Refused, no timeout satisfies all of this: {collision}"),
            raise: "Take one of the ways out, then measure again.".to_owned(),
        };
    }
    let confidence = limited(grounds);
    Judged { confidence, words: words(grounds, confidence), raise: raise(grounds, confidence) }
}

fn not_measured(grounds: &Grounds) -> Judged {
    let fired_by = &grounds.fired_by;
    let (words, raise) = if grounds.killed {
        (
            format!(
                "Not measured: the run was killed before it was long enough; slow callbacks are on record {EXCEEDANCE_HOLD_S} s after their call."
            ),
            "Let it run to its end.".to_owned(),
        )
    } else if grounds.fired {
        (
            "Not measured: not one callback came, although the load fires it.".to_owned(),
            "Read the findings, and preflight's checks.".to_owned(),
        )
    } else {
        (
            format!("Not measured: the load did not fire it; {fired_by} does."),
            format!("Measure with {fired_by}."),
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

fn words(grounds: &Grounds, confidence: Confidence) -> String {
    let share = percent(grounds.share);
    let spell = grounds.spell_s;
    match confidence {
        Confidence::High => format!(
            "High: at most {share} of the healthy callbacks are cut (95 % sure), also if slow ones come in spells (a pause, a restart) of {spell} s on average."
        ),
        Confidence::Medium if grounds.shown.spells_hold && grounds.receiver_only => {
            "Medium: the bounds hold, but the time was taken at the receiver; what passed in OpenIM before the connection arrived is not seen.".to_owned()
        }
        Confidence::Medium if grounds.shown.spells_hold => {
            "Medium: the bounds hold, but the run is too short to compare its first half with its second.".to_owned()
        }
        Confidence::Medium => format!(
            "Medium: at most {share} of the healthy callbacks are cut (95 % sure) as long as slow ones come one by one. Stalls that did not happen to fall into these {:.0} s are not excluded: with spells of {spell} s it may be up to {}.",
            grounds.seconds,
            percent(grounds.spell_bound)
        ),
        _ => match grounds.guess_s.filter(|_| !grounds.shown.wanted_holds) {
            Some(guess) => format!("Low, {guess} s is a guess: {}.", low_because(grounds)),
            None => format!("Low, a guess: {}.", low_because(grounds)),
        },
    }
}

fn low_because(grounds: &Grounds) -> String {
    let mut reasons = Vec::new();
    let share = percent(grounds.share);
    if !grounds.shown.single_holds {
        reasons.push(match grounds.callbacks_needed.filter(|n| *n > 0) {
            Some(n) => format!(
                "too few callbacks; {} more, none of them slow, would show that at most {share} are cut",
                thousands(n)
            ),
            None => format!("no timeout up to 15 s is shown to cut as little as {share}"),
        });
    }
    if grounds.shown.single_holds && !grounds.shown.wanted_holds {
        reasons.push(
            "the measured time is too short to exclude spells, as recommend.confidence = \"high\" asks"
                .to_owned(),
        );
    }
    if grounds.shown.clustered {
        reasons.push(
            "slow callbacks came in spells, and what was counted is true only where they come one by one"
                .to_owned(),
        );
    }
    if grounds.shown.stationary == Some(false) {
        reasons.push("the second half of the run differs from the first".to_owned());
    }
    if grounds.bracket_disagrees {
        reasons.push(
            "what OpenIM waited is not known exactly enough (the bracket's ends ask for different timeouts)"
                .to_owned(),
        );
    }
    reasons.join("; ")
}

fn raise(grounds: &Grounds, confidence: Confidence) -> String {
    if confidence == Confidence::High {
        return String::new();
    }
    if grounds.bracket_disagrees {
        return "OpenIM's own log (remainLogLevel 4 or higher) holds the exact times; compare its `webhook` and `webhook success` lines.".to_owned();
    }
    if grounds.shown.stationary == Some(false) {
        return "Find out what changed during the run, and measure longer after a longer warm-up.".to_owned();
    }
    if !grounds.shown.single_holds
        && let (Some(n), Some(m)) = (grounds.callbacks_needed.filter(|n| *n > 0), grounds.callbacks_minutes)
    {
        return format!("At least {} more callbacks, {} more at this rate.", thousands(n), minutes(m));
    }
    match grounds.spell_minutes {
        Some(m) if m > 0.0 => format!(
            "At least {} more of measuring, not more callbacks a second; spells of {} s are excluded by time alone.",
            minutes(m),
            grounds.spell_s
        ),
        _ if grounds.receiver_only => {
            "OpenIM's own log (remainLogLevel 4 or higher) holds the exact times; compare its `webhook` and `webhook success` lines.".to_owned()
        }
        _ => "A longer run, or a handler without spells of slowness.".to_owned(),
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
            ("collision", Grounds { collision: Some("x".to_owned()), ..good() }, Confidence::Refused),
            ("refused", Grounds { refusal: Some("x".to_owned()), ..good() }, Confidence::Refused),
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
            "{words}"
        );
    }

    #[test]
    fn what_raises_medium_is_time_and_not_rate() {
        let grounds = Grounds { spell_minutes: Some(49.6), ..showing(Shown { spells_hold: false, ..SHOWN }) };
        let raise = judge(&grounds).raise;
        assert!(raise.contains("50 minutes") && raise.contains("not more callbacks a second"), "{raise}");
    }
}
