//! Lines of at most `WIDTH` columns: wrapped text, and a table.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::WIDTH;

/// `text` after `head`, wrapped; further lines are indented to where the text begins.
pub(super) fn wrapped(out: &mut String, head: &str, text: &str) {
    let indent = head.width();
    let room = WIDTH.saturating_sub(indent).max(20);
    for (n, line) in lines(text, room).into_iter().enumerate() {
        let lead = if n == 0 { head.to_owned() } else { " ".repeat(indent) };
        out.push_str(format!("{lead}{line}").trim_end());
        out.push('\n');
    }
}

/// A list item.
pub(super) fn item(out: &mut String, text: &str) {
    wrapped(out, "  - ", text);
}

/// Name and value.
pub(super) fn row(out: &mut String, name: &str, value: &str) {
    let pad = 30_usize.saturating_sub(name.width());
    wrapped(out, &format!("  {name}{} ", " ".repeat(pad)), value);
}

/// A heading.
pub(super) fn heading(out: &mut String, text: &str) {
    out.push('\n');
    out.push_str(text);
    out.push('\n');
}

/// A table with a head, columns as wide as their widest cell; the last column is wrapped.
pub(super) fn table(out: &mut String, rows: &[Vec<String>]) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|n| rows.iter().filter_map(|r| r.get(n)).map(|c| c.width()).max().unwrap_or(0))
        .collect();
    for row in rows {
        let mut head = String::from("  ");
        let (last, cells) = row.split_last().map_or((String::new(), &row[..0]), |(l, c)| (l.clone(), c));
        for (cell, width) in cells.iter().zip(&widths) {
            head.push_str(cell);
            head.push_str(&" ".repeat(width - cell.width() + 2));
        }
        wrapped(out, &head, &last);
    }
}

/// Words into lines. A word that is wider than a line is cut (a URL); text without blanks, as Chinese is written, is
/// broken anywhere but before the punctuation that closes what stands before it.
fn lines(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for (piece, begins) in text.split_whitespace().flat_map(pieces) {
        let width = piece.width();
        let blank = usize::from(begins && used > 0);
        if used > 0 && used + blank + width <= room {
            push(&mut lines, &" ".repeat(blank));
            push(&mut lines, &piece);
            used += blank + width;
            continue;
        }
        if used > 0 {
            lines.push(String::new());
            used = 0;
        }
        for c in piece.chars() {
            let wide = c.width().unwrap_or(0);
            if used + wide > room {
                lines.push(String::new());
                used = 0;
            }
            push(&mut lines, c.encode_utf8(&mut [0; 4]));
            used += wide;
        }
    }
    lines
}

/// No line begins with one of these.
const CLOSING: &str = "，。；：、）”》！？";
/// No line ends with one of these.
const OPENING: &str = "（“《";

/// Parts of a word between which a line may end, and whether a part begins the word.
fn pieces(word: &str) -> Vec<(String, bool)> {
    let is_wide = |c: char| c.width() == Some(2);
    if !word.chars().any(is_wide) {
        return vec![(word.to_owned(), true)];
    }
    let mut pieces: Vec<(String, bool)> = Vec::new();
    let mut before: Option<char> = None;
    for c in word.chars() {
        let joins = |b: char| OPENING.contains(b) || !is_wide(b) && !is_wide(c);
        let joins = CLOSING.contains(c) || before.is_some_and(joins);
        match pieces.last_mut() {
            Some((last, _)) if joins => last.push(c),
            _ => pieces.push((c.to_string(), before.is_none())),
        }
        before = Some(c);
    }
    pieces
}

fn push(lines: &mut [String], text: &str) {
    if let Some(last) = lines.last_mut() {
        last.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_the_page_even_without_blanks() {
        let mut out = String::new();
        row(&mut out, "name", &"中文测试".repeat(40));
        row(&mut out, "name", &format!("short words and then {}", "x".repeat(300)));
        let cells = |a: &str| vec![a.to_owned(), "b".to_owned(), "word ".repeat(60)];
        table(&mut out, &[cells("群组"), cells("longer")]);
        assert!(out.lines().count() > 10);
        for line in out.lines() {
            assert!(line.width() <= WIDTH, "{line}");
        }
        for (part, count) in [("中", 40), ("试", 40), ("x", 300)] {
            assert_eq!(out.matches(part).count(), count, "nothing is lost: {out}");
        }
    }

    #[test]
    fn no_line_begins_with_the_punctuation_that_closes_the_one_before() {
        let mut out = String::new();
        (0..90).for_each(|n| wrapped(&mut out, "", &format!("{}超时，（见 p99）。", "字".repeat(n))));
        assert!(out.lines().all(|line| !line.starts_with(['，', '。', '）'])), "{out}");
        assert!(out.lines().all(|line| !line.ends_with('（') && line.width() <= WIDTH), "{out}");
    }

    #[test]
    fn columns_stand_under_each_other_with_wide_characters() {
        let mut out = String::new();
        table(&mut out, &[vec!["群".into(), "x".into()], vec!["abcd".into(), "y".into()]]);
        assert_eq!(out, "  群    x\n  abcd  y\n");
    }
}
