//! Error texts cut down to what a person can read: no stack, no control characters, one line.

/// Longest text that is kept, in characters.
const LONGEST: usize = 300;

/// A text without the chain of Go functions that `OpenIM` appends (` | -> func() file:line …`)
/// and without a goroutine's stack.
#[must_use]
pub fn without_stack(text: &str) -> &str {
    let cut = [" | -> ", "| ->", "\ngoroutine "].iter().filter_map(|mark| text.find(mark)).min();
    text[..cut.unwrap_or(text.len())].trim()
}

/// A text that can be shown on a terminal: control characters and those that reorder text are
/// escaped; at most 300 characters, the last one an ellipsis where something was cut.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut shown = String::new();
    let mut length = 0;
    for c in text.chars() {
        let before = shown.len();
        if needs_escape(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
        length += shown[before..].chars().count();
        if length > LONGEST {
            let kept: String = shown.chars().take(LONGEST - 1).collect();
            return kept + "…";
        }
    }
    shown
}

fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The beginning of a body that is no envelope, printable and on one line.
#[must_use]
pub fn head_of(body: &[u8]) -> String {
    // More than is shown, so that a character is not cut in half at the end that is shown.
    let text = String::from_utf8_lossy(&body[..body.len().min(2048)]);
    printable(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// What the two texts of an envelope say together, printable; `None` where they say nothing.
#[must_use]
pub fn error_text(err_msg: &str, err_dlt: &str) -> Option<String> {
    let (msg, dlt) = (without_stack(err_msg), without_stack(err_dlt));
    let text = if dlt.contains(msg) {
        dlt.to_owned()
    } else if msg.contains(dlt) {
        msg.to_owned()
    } else {
        format!("{msg}: {dlt}")
    };
    (!text.is_empty()).then(|| printable(&text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_stack_is_cut_and_the_cause_stays() {
        let text = "Error: Post \"http://a/b\": EOF HTTP request failed | -> f() /x.go:1 -> g() /y.go:2";
        assert_eq!(without_stack(text), "Error: Post \"http://a/b\": EOF HTTP request failed");
    }

    #[test]
    fn control_characters_cannot_reach_a_terminal() {
        assert_eq!(printable("a\u{1b}[31m\n\u{202e}b"), "a\\u{1b}[31m\\n\\u{202e}b");
    }

    #[test]
    fn equal_texts_are_told_once_and_different_ones_both() {
        assert_eq!(error_text("1001 x", "1001 x").unwrap(), "1001 x");
        assert_eq!(error_text("not today", "quota").unwrap(), "not today: quota");
        assert_eq!(error_text("", ""), None);
    }

    proptest! {
        #[test]
        fn a_printable_text_is_short_and_has_no_control_character(text in "\\PC*|(?s).{0,400}") {
            let shown = printable(&text);
            prop_assert!(shown.chars().count() <= LONGEST);
            prop_assert!(!shown.chars().any(needs_escape));
        }
    }
}
