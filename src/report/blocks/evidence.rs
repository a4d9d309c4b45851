//! Evidence, short enough to read: a few lines, what they share once, error texts without repetition.
//!
//! A URL and the cause are never cut off. Everything is in `summary.json`.

use crate::say;
use crate::text::{Lang, Text};

/// Lines that are shown.
const SHOWN: usize = 3;
/// What lines share is taken out of them from this length on, characters.
const WORTH: usize = 40;
/// The mark at which `OpenIM` repeats the URL that stands before it.
const AGAIN: &str = ", post url=";

pub(super) fn lines(evidence: &[Text]) -> Vec<Text> {
    let [en, zh] = Lang::ALL.map(|lang| Tidy::of(evidence, lang));
    let mut lines: Vec<Text> =
        en.lines.into_iter().zip(zh.lines).map(|(en, zh)| Text::both(en, zh)).collect();
    let more = evidence.len().saturating_sub(SHOWN);
    if more > 0 {
        lines.push(say!("calls-more-evidence", n = more));
    }
    if !en.shared.is_empty() || !zh.shared.is_empty() {
        lines.push(say!("calls-each", shared = Text::both(en.shared, zh.shared)));
    }
    lines
}

/// Lines in one language, and what they share.
struct Tidy {
    lines: Vec<String>,
    shared: String,
}

impl Tidy {
    fn of(evidence: &[Text], lang: Lang) -> Tidy {
        let tidy: Vec<String> = evidence.iter().map(|line| without_repetition(line.of(lang))).collect();
        let shared = shared_end(&tidy);
        let cut = |line: &String| line[..line.len() - shared.len()].to_owned();
        let lines = tidy.iter().take(SHOWN).map(cut).collect();
        Tidy { lines, shared: shared.trim_start_matches(", ").to_owned() }
    }
}

/// Without `, post url=X` where X stands in the text already.
fn without_repetition(line: &str) -> String {
    let Some(at) = line.find(AGAIN) else { return line.to_owned() };
    let rest = &line[at + AGAIN.len()..];
    let end = rest.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(rest.len());
    let url = rest[..end].trim_end_matches(':');
    if url.is_empty() || !line[..at].contains(url) {
        return line.to_owned();
    }
    format!("{}{}", &line[..at], &rest[url.len()..])
}

/// The end, from a `, ` on, that all lines share; empty for a single line or where it is short.
fn shared_end(lines: &[String]) -> &str {
    let [first, others @ ..] = lines else { return "" };
    if others.is_empty() {
        return "";
    }
    let ends = first.match_indices(", ").map(|(at, _)| &first[at..]);
    ends.filter(|end| end.chars().count() >= WORTH)
        .find(|end| others.iter().all(|line| line.ends_with(end)))
        .unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "Post \"http://h:1/cb\": context deadline exceeded, post url=http://h:1/cb: 90004 NetworkError";

    #[test]
    fn a_repeated_url_is_dropped_and_one_that_stands_alone_stays() {
        assert_eq!(
            without_repetition(TEXT),
            "Post \"http://h:1/cb\": context deadline exceeded: 90004 NetworkError"
        );
        let hidden = "timeout, post url=http://h:1/cb: 90004";
        assert_eq!(without_repetition(hidden), hidden);
    }

    #[test]
    fn what_all_lines_share_is_said_once_with_url_and_cause() {
        let all: Vec<Text> = (0..5).map(|n| Text::plain(format!("ob1-0-{n} took {n} ms, {TEXT}"))).collect();
        let shown = lines(&all);
        assert_eq!(shown.len(), SHOWN + 2, "{shown:?}");
        assert_eq!(shown[0], "ob1-0-0 took 0 ms");
        assert_eq!(shown[3], "2 more of this kind in summary.json");
        assert!(shown[4].starts_with("each: Post \"http://h:1/cb\": context deadline exceeded"), "{shown:?}");
    }

    #[test]
    fn a_single_line_and_lines_with_nothing_in_common_stay_as_they_are() {
        assert_eq!(lines(&["a, b".into()]), ["a, b"]);
        assert_eq!(lines(&["x: 1".into(), "y: 2".into()]), ["x: 1", "y: 2"]);
        assert!(lines(&[]).is_empty());
    }
}
