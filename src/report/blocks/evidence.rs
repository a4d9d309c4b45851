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
    let tidy: Vec<Text> = evidence.iter().map(|line| line.map(without_repetition)).collect();
    let (en, zh) = shared_ends(&tidy);
    let cut = |line: &Text| {
        let keep = |lang, end: &str| line.of(lang).strip_suffix(end).unwrap_or(line.of(lang)).to_owned();
        Text::both(keep(Lang::En, en), keep(Lang::Zh, zh))
    };
    let mut lines: Vec<Text> = tidy.iter().take(SHOWN).map(cut).collect();
    let more = tidy.len().saturating_sub(SHOWN);
    if more > 0 {
        lines.push(say!("calls-evidence-more", n = more));
    }
    if !en.is_empty() {
        let bare = |end: &str| end.trim_start_matches([',', '，', ' ']).to_owned();
        lines.push(say!("calls-evidence-each", text = Text::both(bare(en), bare(zh))));
    }
    lines
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

/// What all lines share at their end, in English and in Chinese: in both or in neither, so that a report has the same
/// lines in either language. English decides whether it is worth it: the same takes fewer Chinese characters.
fn shared_ends(lines: &[Text]) -> (&str, &str) {
    let en = shared_end(lines, Lang::En, WORTH);
    let zh = shared_end(lines, Lang::Zh, 1);
    if en.is_empty() || zh.is_empty() { ("", "") } else { (en, zh) }
}

/// The end, from a comma on, that all lines share; empty for a single line or where it is short.
fn shared_end(lines: &[Text], lang: Lang, worth: usize) -> &str {
    let [first, others @ ..] = lines else { return "" };
    if others.is_empty() {
        return "";
    }
    let first = first.of(lang);
    let commas = first.char_indices().map(|(at, _)| &first[at..]);
    commas
        .filter(|end| end.starts_with(", ") || end.starts_with('，'))
        .filter(|end| end.chars().count() >= worth)
        .find(|end| others.iter().all(|line| line.of(lang).ends_with(end)))
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
        let all: Vec<Text> = (0..5)
            .map(|n| {
                Text::both(format!("ob1-0-{n} took {n} ms, {TEXT}"), format!("ob1-0-{n} 用时 {n} ms，{TEXT}"))
            })
            .collect();
        let shown = lines(&all);
        assert_eq!(shown.len(), SHOWN + 2, "{shown:?}");
        assert_eq!((shown[0].en(), shown[0].zh()), ("ob1-0-0 took 0 ms", "ob1-0-0 用时 0 ms"));
        assert_eq!(shown[3], "2 more of this kind in summary.json");
        assert!(shown[4].starts_with("each: Post \"http://h:1/cb\": context deadline exceeded"), "{shown:?}");
        assert!(shown[4].zh().starts_with("均为：Post \"http://h:1/cb\""), "{shown:?}");
    }

    #[test]
    fn a_single_line_and_lines_with_nothing_in_common_stay_as_they_are() {
        assert_eq!(lines(&["a, b"].map(Text::plain)), ["a, b"]);
        assert_eq!(lines(&["x: 1", "y: 2"].map(Text::plain)), ["x: 1", "y: 2"]);
        assert!(lines(&[]).is_empty());
    }
}
