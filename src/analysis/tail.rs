//! What the tail of a webhook's slow callbacks says about its timeout: advice, in figures and one sentence.
//!
//! Nothing here decides: no timeout, limit or confidence depends on it. Keeps the slowest `KEPT` callbacks of each webhook
//! while the record is read, so that memory does not grow with the run. The statistics are `stats::tail`'s.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::confidence::{percent, thousands};
use super::tally::CAP_S;
use crate::record::model::{EXCEEDANCE_FROM_US, Exceedance};
use crate::say;
use crate::stats::tail::{self, Advice, FEWEST, FEWEST_SPELLS, HEAVIEST, Refusal, Sample, Slow};
use crate::text::Text;
use crate::units::Stamp;

/// Slow callbacks that are kept for each webhook.
const KEPT: usize = 1_000;

/// What the tail says of one webhook. Advice only: no timeout is chosen by it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TailView {
    /// The share of callbacks that is asked about (ε).
    pub share: f64,
    /// The smallest whole timeout that is at least the upper end of the interval and the longest time seen, seconds;
    /// none where the tail says nothing or asks for more than OpenIM's 15 s.
    pub advised_s: Option<u32>,
    /// What was fitted and found; none where it was refused.
    pub figures: Option<TailFigures>,
    /// Why there are no figures: `nothing_measured`, `too_few`, `too_few_callbacks`, `too_few_spells`, `not_needed`,
    /// `too_far`, `mostly_cut`, `abrupt`, `rejected`, `heavy` or `unbounded`.
    pub refusal: Option<String>,
    /// All of it in a sentence.
    pub words: Text,
}

impl TailView {
    /// Whether a report should say it: not where hardly anything was slow, which the table shows.
    #[must_use]
    pub fn worth_saying(&self) -> bool {
        !matches!(self.refusal.as_deref(), Some("nothing_measured" | "too_few" | "not_needed"))
    }
}

/// A generalised Pareto distribution above a threshold, and the time that `share` of the callbacks exceed by it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TailFigures {
    /// Threshold, seconds.
    pub threshold_s: f64,
    /// Callbacks above it, those that OpenIM cut included.
    pub exceedances: u64,
    /// Of these, cut.
    pub cut: u64,
    /// Spells they came in; the interval is as wide as these allow.
    pub spells: u64,
    /// ξ: above 0 heavier than exponential, below 0 the tail ends.
    pub shape: f64,
    /// σ, seconds.
    pub scale_s: f64,
    /// How likely a tail of this law is to fit no better (Anderson–Darling, parametric bootstrap).
    pub fit_p: f64,
    /// The time that `share` of the callbacks exceed, seconds.
    pub quantile_s: f64,
    /// Lower end of its 95 % interval, seconds.
    pub low_s: f64,
    /// Upper end of it, seconds.
    pub high_s: f64,
}

/// The slowest callbacks of one webhook.
#[derive(Clone, Debug, Default)]
pub(super) struct Keeper {
    /// (µs, arrival, cut), the quickest on top.
    kept: BinaryHeap<Reverse<(u64, Stamp, bool)>>,
    /// Every callback longer than this, µs, that was not cut is kept.
    from_us: u64,
    /// Cut, and no longer kept.
    cut_early: u64,
    longest_us: u64,
}

impl Keeper {
    /// A callback that took `us`, or was waited for that long before it was cut.
    pub(super) fn add(&mut self, at: Stamp, us: u64, cut: bool) {
        self.longest_us = self.longest_us.max(us);
        self.kept.push(Reverse((us, at, cut)));
        if self.kept.len() > KEPT
            && let Some(Reverse((us, _, cut))) = self.kept.pop()
        {
            self.from_us = self.from_us.max(us);
            self.cut_early += u64::from(cut);
        }
    }

    fn sample(&self, n: u64) -> Sample {
        let seconds = |us: u64| us as f64 / 1e6;
        // Quicker ones are on record only where they were cut.
        let from_us = self.from_us.max(EXCEEDANCE_FROM_US);
        let slow =
            self.kept.iter().map(|Reverse((us, at, cut))| Slow { at: *at, seconds: seconds(*us), cut: *cut });
        Sample { n, from_s: seconds(from_us), slow: slow.collect(), cut_early: self.cut_early }
    }
}

/// How long a callback surely was waited for, µs, by the time that counts; for one that was cut the timeout that cut it
/// (`timeout_s`, where known), as far as it fits between what our server and the caller saw.
pub(super) fn waited_us(e: &Exceedance, time_us: u64, timeout_s: Option<u32>) -> u64 {
    if !e.cut {
        return time_us;
    }
    let seen = e.near_us.max(e.low_us);
    let waited = timeout_s.map_or(seen, |t| u64::from(t) * 1_000_000);
    seen.max(waited.min(e.high_us))
}

/// What the tail of `keeper`, of `n` callbacks, says about the time that `share` of them exceed.
pub(super) fn view(keeper: &Keeper, n: u64, share: f64, seed: u64) -> TailView {
    let sample = keeper.sample(n);
    let answer = tail::advise(&sample, share, seed);
    let advised_s = answer.ok().and_then(|a| whole(a.high_s.max(keeper.longest_us as f64 / 1e6)));
    TailView {
        share,
        advised_s,
        figures: answer.ok().map(figures),
        refusal: answer.err().map(|refusal| refusal.name().to_owned()),
        words: words(&answer, share, advised_s),
    }
}

/// The smallest timeout of at least so many seconds; none above OpenIM's cap.
fn whole(seconds: f64) -> Option<u32> {
    let whole = seconds.ceil().max(1.0);
    (whole <= f64::from(CAP_S)).then_some(whole as u32)
}

fn figures(advice: Advice) -> TailFigures {
    TailFigures {
        threshold_s: advice.threshold_s,
        exceedances: advice.exceedances,
        cut: advice.cut,
        spells: advice.spells,
        shape: advice.pareto.shape,
        scale_s: advice.pareto.scale,
        fit_p: advice.fit_p,
        quantile_s: advice.quantile_s,
        low_s: advice.low_s,
        high_s: advice.high_s,
    }
}

fn words(answer: &Result<Advice, Refusal>, share: f64, advised_s: Option<u32>) -> Text {
    match answer {
        Ok(a) => {
            let timeout = match advised_s {
                Some(t) => say!("recommendation-tail-timeout", timeout = t),
                None => say!("recommendation-tail-beyond", cap = CAP_S),
            };
            say!(
                "recommendation-tail-advice",
                share = percent(share),
                quantile = format!("{:.2}", a.quantile_s),
                low = format!("{:.2}", a.low_s),
                high = format!("{:.2}", a.high_s),
                timeout = timeout,
                n = thousands(a.exceedances),
                threshold = format!("{:.2}", a.threshold_s),
                spells = thousands(a.spells),
                shape = format!("{:.2}", a.pareto.shape),
                fit = format!("{:.2}", a.fit_p)
            )
        }
        Err(refusal) => say!("recommendation-tail-none", why = refusal_in_words(*refusal)),
    }
}

fn refusal_in_words(refusal: Refusal) -> Text {
    match refusal {
        Refusal::NothingMeasured => say!("recommendation-tail-nothing-measured"),
        Refusal::TooFew { exceedances, from_s } => say!(
            "recommendation-tail-too-few",
            exceedances = exceedances,
            from = format!("{from_s:.2}"),
            fewest = FEWEST
        ),
        Refusal::TooFewCallbacks { n } => {
            say!("recommendation-tail-too-few-callbacks", n = n, fewest = FEWEST)
        }
        Refusal::TooFewSpells { exceedances, spells } => say!(
            "recommendation-tail-too-few-spells",
            exceedances = exceedances,
            spells = spells,
            fewest = FEWEST_SPELLS
        ),
        Refusal::NotNeeded { from_s } => {
            say!("recommendation-tail-not-needed", from = format!("{from_s:.2}"))
        }
        Refusal::TooFar { n, needed } => say!("recommendation-tail-too-far", n = n, needed = needed),
        Refusal::MostlyCut { cut, exceedances } => {
            say!("recommendation-tail-mostly-cut", cut = cut, exceedances = exceedances)
        }
        Refusal::Abrupt { largest_s } => {
            say!("recommendation-tail-abrupt", largest = format!("{largest_s:.2}"))
        }
        Refusal::Rejected { fit_p } => say!("recommendation-tail-rejected", fit = format!("{fit_p:.2}")),
        Refusal::Heavy { shape } => {
            say!("recommendation-tail-heavy", shape = format!("{shape:.2}"), heaviest = HEAVIEST.to_string())
        }
        Refusal::Unbounded => say!("recommendation-tail-unbounded"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::WebhookKey;

    #[test]
    fn memory_is_bounded_and_the_slowest_are_kept() {
        let mut keeper = Keeper::default();
        for i in 0..20_000_u64 {
            let us = 250_000 + i * 7_919 % 20_000;
            keeper.add(Stamp(i * 1_000), us, us % 4_000 == 0);
        }
        let sample = keeper.sample(100_000);
        assert_eq!(sample.slow.len(), KEPT);
        assert!(sample.slow.iter().all(|s| s.seconds >= 0.269 && s.seconds >= sample.from_s));
        let cut = sample.slow.iter().filter(|s| s.cut).count() as u64 + sample.cut_early;
        assert_eq!(cut, 5, "a callback that was cut is never forgotten");
    }

    #[test]
    fn a_cut_callback_was_waited_for_as_long_as_its_timeout_but_within_what_was_seen() {
        let cut = |near_us, high_us| Exceedance {
            at: Stamp(0),
            key: WebhookKey::BeforeCreateGroup,
            seq: 0,
            low_us: near_us,
            near_us,
            high_us,
            cut: true,
            crowded: false,
            group_size: 3,
        };
        assert_eq!(waited_us(&cut(4_990_000, 5_200_000), u64::MAX, Some(5)), 5_000_000);
        assert_eq!(waited_us(&cut(4_990_000, 5_200_000), u64::MAX, None), 4_990_000);
        // The configured timeout was never loaded: it was cut earlier.
        assert_eq!(waited_us(&cut(1_990_000, 2_100_000), u64::MAX, Some(5)), 2_100_000);
        assert_eq!(waited_us(&Exceedance { cut: false, ..cut(1, 2) }, 7, Some(5)), 7);
    }

    #[test]
    fn nothing_and_everything_cut_are_refused_in_words() {
        let none = view(&Keeper::default(), 0, 0.001, 1);
        assert_eq!((none.advised_s, none.refusal.as_deref()), (None, Some("nothing_measured")));
        let mut all = Keeper::default();
        (0..100).for_each(|i| all.add(Stamp(i * 2_000_000), 0, true));
        let view = view(&all, 10_000, 0.001, 1);
        assert_eq!(view.refusal.as_deref(), Some("mostly_cut"));
        assert!(view.words.contains("100 of the 100 slow callbacks were cut"), "{}", view.words.en());
    }

    #[test]
    fn the_advised_timeout_is_whole_and_openim_keeps_it() {
        assert_eq!((whole(0.3), whole(2.0), whole(2.01), whole(15.0)), (Some(1), Some(2), Some(3), Some(15)));
        assert_eq!((whole(15.1), whole(f64::INFINITY)), (None, None));
    }
}
