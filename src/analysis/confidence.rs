//! How sure a recommendation is, in one word and in sentences, and what would raise it.

use super::recommendation::Confidence;

/// What speaks for and against a recommendation.
#[derive(Clone, Debug, Default)]
pub(super) struct Grounds {
    /// Why nothing is recommended at all.
    pub(super) refusal: Option<String>,
    /// The webhook was called at least once.
    pub(super) measured: bool,
    /// What fires it.
    pub(super) fired_by: String,
    /// Why no timeout satisfies everything.
    pub(super) collision: Option<String>,
    /// Some T passes the single bound.
    pub(super) single_holds: bool,
    /// Some T passes the wanted bound.
    pub(super) wanted_holds: bool,
    /// The spell bound at the recommended T is at most ε.
    pub(super) spells_hold: bool,
    /// The exceedances come too crowded for independent ones.
    pub(super) clustered: bool,
    /// The halves of the run: the same, different, or too short to tell.
    pub(super) stationary: Option<bool>,
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
    if minutes < 1.0 { "less than a minute".to_owned() } else { format!("{:.0} minutes", minutes.ceil()) }
}

/// A share for a sentence, in per cent, to four places and without idle zeros.
pub(super) fn percent(share: f64) -> String {
    let text = format!("{:.4}", share * 100.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text} %")
}

pub(super) fn judge(grounds: &Grounds) -> Judged {
    if !grounds.measured {
        return Judged {
            confidence: Confidence::NotMeasured,
            words: format!("Not measured: the load did not fire it; {} does.", grounds.fired_by),
            raise: format!("Measure with {}.", grounds.fired_by),
        };
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
            raise: "One of the ways out, then measure again.".to_owned(),
        };
    }
    let confidence = level(grounds);
    Judged { confidence, words: words(grounds, confidence), raise: raise(grounds, confidence) }
}

fn level(grounds: &Grounds) -> Confidence {
    let best = if grounds.spells_hold && grounds.stationary == Some(true) {
        Confidence::High
    } else if grounds.single_holds && (grounds.spells_hold || !grounds.clustered) {
        Confidence::Medium
    } else {
        Confidence::Low
    };
    let most = if !grounds.wanted_holds || grounds.bracket_disagrees || grounds.stationary == Some(false) {
        Confidence::Low
    } else if grounds.receiver_only {
        Confidence::Medium
    } else {
        Confidence::High
    };
    best.min(most)
}

fn words(grounds: &Grounds, confidence: Confidence) -> String {
    let share = percent(grounds.share);
    let spell = grounds.spell_s;
    match confidence {
        Confidence::High => format!(
            "High: at most {share} are cut (95 % bound) even if slow callbacks come in spells of {spell} s on average."
        ),
        Confidence::Medium if grounds.spells_hold && grounds.receiver_only => {
            "Medium: the bounds hold, but the time was taken at the receiver; what passed before the connection arrived is not seen.".to_owned()
        }
        Confidence::Medium if grounds.spells_hold => {
            "Medium: the bounds hold, but the run is too short to compare its halves.".to_owned()
        }
        Confidence::Medium => format!(
            "Medium: at most {share} are cut (95 % bound) as long as slow callbacks come one by one; rare spells of {spell} s are not excluded."
        ),
        _ => format!("Low, a guess: {}.", low_because(grounds)),
    }
}

fn low_because(grounds: &Grounds) -> String {
    let mut reasons = Vec::new();
    if !grounds.single_holds {
        reasons.push(match grounds.callbacks_needed.filter(|n| *n > 0) {
            Some(n) => format!("{n} more callbacks are needed to show {}", percent(grounds.share)),
            None => format!("no timeout up to 15 s cuts as little as {}", percent(grounds.share)),
        });
    }
    if grounds.single_holds && !grounds.wanted_holds {
        reasons.push("the measured time is too short for the wanted bound on spells".to_owned());
    }
    if grounds.clustered {
        reasons.push("slow callbacks come in spells, which the single bound does not cover".to_owned());
    }
    if grounds.stationary == Some(false) {
        reasons.push("the run is not stationary".to_owned());
    }
    if grounds.bracket_disagrees {
        reasons.push("the ends of the bracket give different timeouts".to_owned());
    }
    reasons.join("; ")
}

fn raise(grounds: &Grounds, confidence: Confidence) -> String {
    if confidence == Confidence::High {
        return String::new();
    }
    if grounds.bracket_disagrees {
        return "Give OpenIM's log, which holds the exact times.".to_owned();
    }
    if grounds.stationary == Some(false) {
        return "Find out what changed during the run, and measure longer after a longer warm-up.".to_owned();
    }
    if !grounds.single_holds
        && let (Some(n), Some(m)) = (grounds.callbacks_needed.filter(|n| *n > 0), grounds.callbacks_minutes)
    {
        return format!("{n} more callbacks, {} more at this rate.", minutes(m));
    }
    match grounds.spell_minutes {
        Some(m) if m > 0.0 => format!(
            "{} more of measuring, not more callbacks a second: spells of {} s are excluded by time alone.",
            minutes(m),
            grounds.spell_s
        ),
        _ if grounds.receiver_only => "Give OpenIM's log, which holds the exact times.".to_owned(),
        _ => "A longer run, or a handler without spells of slowness.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> Grounds {
        Grounds {
            measured: true,
            single_holds: true,
            wanted_holds: true,
            spells_hold: true,
            stationary: Some(true),
            spell_s: 1.0,
            share: 0.001,
            ..Grounds::default()
        }
    }

    #[test]
    fn high_needs_the_spell_bound_and_a_stationary_run() {
        assert_eq!(judge(&good()).confidence, Confidence::High);
        for (name, grounds, expected) in [
            ("spells", Grounds { spells_hold: false, ..good() }, Confidence::Medium),
            ("short", Grounds { stationary: None, ..good() }, Confidence::Medium),
            ("receiver", Grounds { receiver_only: true, ..good() }, Confidence::Medium),
            ("clustered", Grounds { spells_hold: false, clustered: true, ..good() }, Confidence::Low),
            ("moving", Grounds { stationary: Some(false), ..good() }, Confidence::Low),
            ("bracket", Grounds { bracket_disagrees: true, ..good() }, Confidence::Low),
            ("few", Grounds { single_holds: false, spells_hold: false, ..good() }, Confidence::Low),
            ("unwanted", Grounds { wanted_holds: false, spells_hold: false, ..good() }, Confidence::Low),
            ("collision", Grounds { collision: Some("x".to_owned()), ..good() }, Confidence::Refused),
            ("refused", Grounds { refusal: Some("x".to_owned()), ..good() }, Confidence::Refused),
            ("none", Grounds { measured: false, ..good() }, Confidence::NotMeasured),
        ] {
            assert_eq!(judge(&grounds).confidence, expected, "{name}");
        }
    }

    #[test]
    fn what_raises_medium_is_time_and_not_rate() {
        let grounds = Grounds { spells_hold: false, spell_minutes: Some(49.6), ..good() };
        let raise = judge(&grounds).raise;
        assert!(raise.contains("50 minutes") && raise.contains("not more callbacks a second"), "{raise}");
    }
}
