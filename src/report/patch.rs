//! The recommendations as a patch: which `timeout` to write for which webhook, with the reason, and which webhooks are
//! left as they are, and why.
//!
//! The rule: a timeout of confidence `medium` or `high` is written; one of confidence `low` is a guess and is written only
//! where guesses are asked for; a webhook without any is left alone. The text is a fragment of `webhooks.yml` with the
//! reason as a comment at each number. Files, variables and restarts are left to `setup` and `app`.

use std::collections::BTreeMap;

use super::{Summary, format, lead, terminal};
use crate::analysis::{Confidence, Recommendation};
use crate::profile::plan::Basis;
use crate::say;
use crate::text::{Lang, Text};
use crate::wire::WebhookKey;

/// Columns of a comment at most.
const COLUMNS: usize = 96;

/// What is wanted of a patch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Only these webhooks; all where empty.
    pub only: Vec<WebhookKey>,
    /// Timeouts of confidence `low` too.
    pub guesses: bool,
}

/// A timeout to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The webhook.
    pub key: WebhookKey,
    /// The `timeout` to write, 1 to 15 s.
    pub timeout_s: u32,
    /// The effective one that the run knew of, where it knew.
    pub present_s: Option<u32>,
    /// It is a guess.
    pub guess: bool,
    /// Why, in short.
    pub why: Text,
}

/// A webhook that is left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The webhook.
    pub key: WebhookKey,
    /// The timeout that was left out since it is a guess, s.
    pub guess_s: Option<u32>,
    /// Why, as a clause that ends without a full stop.
    pub why: Text,
}

/// What to write and what not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Patch {
    /// Timeouts to write, in the order of the report.
    pub lines: Vec<Line>,
    /// The others.
    pub left: Vec<Left>,
}

impl Patch {
    /// The timeouts to write, by webhook.
    #[must_use]
    pub fn timeouts(&self) -> BTreeMap<WebhookKey, u32> {
        self.lines.iter().map(|line| (line.key, line.timeout_s)).collect()
    }
}

/// The patch of a run; of an invalid one it must not be used.
#[must_use]
pub fn patch(summary: &Summary, wanted: &Wanted) -> Patch {
    let mut patch = Patch::default();
    let all = summary.recommendations.iter();
    for (key, r) in all.filter(|(key, _)| wanted.only.is_empty() || wanted.only.contains(key)) {
        match decide(*key, r, wanted.guesses) {
            Ok(line) => patch.lines.push(line),
            Err((guess_s, why)) => patch.left.push(Left { key: *key, guess_s, why }),
        }
    }
    patch
}

/// Else the guess that is left out, and why nothing is written.
fn decide(key: WebhookKey, r: &Recommendation, guesses: bool) -> Result<Line, (Option<u32>, Text)> {
    let guess = r.confidence == Confidence::Low || r.timeout_s.is_none();
    let timeout = match r.confidence {
        Confidence::NotMeasured => {
            return Err((None, say!("report-patch-not-called", fired_by = &r.fired_by)));
        }
        Confidence::Refused => None,
        Confidence::Low => r.timeout_s.or(r.guess_s),
        Confidence::Medium | Confidence::High => r.timeout_s,
    };
    let because = || r.confidence_words.map(clause);
    let Some(timeout_s) = timeout else {
        return Err((None, say!("report-patch-none", why = because())));
    };
    if guess && !guesses {
        return Err((Some(timeout_s), say!("report-patch-guess", timeout = timeout_s, why = because())));
    }
    Ok(Line { key, timeout_s, present_s: r.present_s, guess, why: why(r, timeout_s) })
}

/// Without the class at its beginning, which is said already, and without the full stop.
fn clause(words: &str) -> String {
    let words = words.trim_end_matches(['.', '。']);
    let behind = |start: &str| words.strip_prefix(start).map(str::to_owned);
    let starts = ["Low, a guess: ", "Refused: ", "低，只是猜测：", "拒绝给出："];
    starts.into_iter().find_map(behind).unwrap_or_else(|| words.to_owned())
}

/// What speaks for the timeout: what it cuts at most, in how many callbacks that was seen, what it is now.
fn why(r: &Recommendation, timeout_s: u32) -> Text {
    let at = |map: &BTreeMap<u32, f64>| map.get(&timeout_s).copied().map(format::share);
    let (n, confidence) = (format::count(r.n), lead::confidence_word(r.confidence));
    let why = match (at(&r.misfire_single), at(&r.misfire_spells)) {
        (Some(single), Some(spells)) => say!(
            "report-patch-cuts",
            single = single,
            spells = spells,
            asked = format::share(r.misfire_asked),
            n = n,
            confidence = confidence
        ),
        _ => say!("report-patch-seen", n = n, confidence = confidence),
    };
    match r.present_s {
        Some(now) if now == timeout_s => say!("report-patch-as-now", why = why),
        Some(now) => say!("report-patch-now", why = why, now = now),
        None => why,
    }
}

/// Whose times they are, where these are not for production.
#[must_use]
pub fn unfit(summary: &Summary) -> Option<Text> {
    (!measured(summary.basis)).then(|| lead::whose(summary))
}

/// The fragment of `webhooks.yml`, each number with its reason in a comment; empty where nothing is to be written.
/// `unfit`: whose times they are, where these are not for production.
#[must_use]
pub fn yaml(lines: &[Line], unfit: Option<&Text>) -> Text {
    let [en, zh] = Lang::ALL.map(|lang| fragment(lines, unfit, lang));
    Text::both(en, zh)
}

fn fragment(lines: &[Line], unfit: Option<&Text>, lang: Lang) -> String {
    let mut text = String::new();
    if let Some(whose) = unfit.filter(|_| !lines.is_empty()) {
        let warning = say!("report-patch-not-for-production", basis = whose);
        text.push_str(&comment("", warning.of(lang)));
    }
    for line in lines {
        let guess = say!("report-patch-a-guess", why = &line.why);
        let why = if line.guess { &guess } else { &line.why };
        text.push_str(&format!("{}:\n", line.key));
        text.push_str(&comment("  ", why.of(lang)));
        text.push_str(&format!("  timeout: {}\n", line.timeout_s));
    }
    text
}

/// The handler times are those of the user's own server.
#[must_use]
pub fn measured(basis: Basis) -> bool {
    match basis {
        Basis::Simulated | Basis::Modelled => false,
        Basis::Replay | Basis::Real => true,
    }
}

/// Comment lines of that indentation.
fn comment(indent: &str, text: &str) -> String {
    let start = format!("{indent}# ");
    terminal::wrapped(&format::printable(text), &start, &start, COLUMNS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::webhooks_yml::WebhooksYml;

    fn line(key: WebhookKey, timeout_s: u32, guess: bool) -> Line {
        let why = "cuts at most 0.083 % of healthy callbacks; # 超时 \u{1b}[31m 3,600 callbacks ".repeat(3);
        Line { key, timeout_s, present_s: Some(5), guess, why: Text::plain(why) }
    }

    #[test]
    fn the_fragment_is_read_as_openim_reads_it_and_holds_nothing_but_the_timeouts() {
        let lines =
            [line(WebhookKey::BeforeCreateGroup, 2, false), line(WebhookKey::AfterCreateGroup, 12, true)];
        for unfit in [None, Some(Text::plain("Modelled. ".repeat(20)))] {
            let both = yaml(&lines, unfit.as_ref());
            for (lang, warning, guess) in [
                (Lang::En, "# Not for production.", "  # A guess: cuts"),
                (Lang::Zh, "# 不可用于生产", "  # 猜测：cuts"),
            ] {
                let text = both.of(lang);
                let read = WebhooksYml::parse(text).unwrap();
                assert_eq!(read.keys.len(), 2);
                assert_eq!(read.timeout_of(WebhookKey::BeforeCreateGroup), Some(2));
                assert_eq!(read.timeout_of(WebhookKey::AfterCreateGroup), Some(12));
                assert_eq!(text.contains(warning), unfit.is_some(), "{text}");
                assert!(text.contains(guess), "{text}");
                assert!(text.lines().all(|l| l.chars().count() <= COLUMNS), "{text}");
                assert!(!text.contains('\u{1b}'));
            }
        }
        assert!(yaml(&[], Some(&Text::plain("Modelled."))).is_empty());
    }
}
