//! A text as HTML: both languages, each in an element that names it, and everything escaped.

use std::fmt;

use askama::filters::{self, Html, HtmlSafe};

use crate::text::{Lang, Text};

/// Escaped where it is displayed; a style sheet hides the language that is not read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Both(Text);

impl fmt::Display for Both {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.en() == self.0.zh() {
            return escaped(f, self.0.en());
        }
        for lang in Lang::ALL {
            write!(f, "<span lang=\"{}\">", lang.name())?;
            escaped(f, self.0.of(lang))?;
            f.write_str("</span>")?;
        }
        Ok(())
    }
}

/// Its markup is its own, and what it holds is escaped.
impl HtmlSafe for Both {}

fn escaped(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    match filters::escape(printable(text), Html) {
        Ok(safe) => write!(f, "{safe}"),
        Err(never) => match never {},
    }
}

/// Without control characters, which HTML forbids; a line break stays.
fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|c| match c {
            '\n' => vec![c],
            c if c.is_control() => c.escape_default().collect(),
            c => vec![c],
        })
        .collect()
}

/// What templates call on a text.
pub(super) trait Shown {
    /// As HTML.
    fn shown(&self) -> Both;
}

impl Shown for Text {
    fn shown(&self) -> Both {
        Both(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_stand_side_by_side_and_one_that_is_the_same_stands_once() {
        let two = Text::both("a <b>", "甲 & 乙").shown().to_string();
        assert_eq!(two, "<span lang=\"en\">a &#60;b&#62;</span><span lang=\"zh\">甲 &#38; 乙</span>");
        assert_eq!(Text::plain("2 s").shown().to_string(), "2 s");
    }

    #[test]
    fn control_characters_are_written_out() {
        assert_eq!(Text::plain("a\u{1b}[31m\nb").shown().to_string(), "a\\u{1b}[31m\nb");
    }
}
