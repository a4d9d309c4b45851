//! The report on a terminal: at most 100 columns, fewer on a narrow one, colour only where wanted.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::blocks::{Block, Grid, blocks};
use super::{Look, RenderError, Renderer, Report, format};
use crate::analysis::ValidityVerdict;
use crate::text::{Lang, Text};

/// Widest line, columns.
pub const WIDTH: usize = 100;
/// Below this many columns text is no longer made to fit.
const NARROWEST: usize = 40;

/// For people.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Bold headings and a coloured verdict.
    pub colour: bool,
    /// Columns of the terminal; more than `WIDTH` are not used.
    pub width: usize,
    /// Language of the sentences.
    pub lang: Lang,
}

impl Renderer for Terminal {
    fn render(&self, report: &Report) -> Result<Vec<u8>, RenderError> {
        let summary = &report.summary;
        let colour = match summary.validity.verdict {
            ValidityVerdict::Valid => anstyle::AnsiColor::Green,
            ValidityVerdict::Warnings => anstyle::AnsiColor::Yellow,
            ValidityVerdict::Invalid => anstyle::AnsiColor::Red,
        };
        let style = anstyle::Style::new().bold().fg_color(Some(colour.into()));
        Ok(self.begun(style, &summary.lead, &blocks(summary)).into_bytes())
    }
}

impl Terminal {
    /// With that look.
    #[must_use]
    pub const fn new(look: Look) -> Terminal {
        Terminal { colour: look.colour, width: look.width, lang: look.lang }
    }

    /// Sentences to begin with, the first one bold, then blocks: a page that is no summary of a run.
    pub(super) fn page(self, lead: &[Text], blocks: &[Block]) -> String {
        let text = self.begun(anstyle::Style::new().bold(), lead, blocks);
        text.trim_start_matches('\n').to_owned()
    }

    /// The first sentence in that style, where there is colour.
    fn begun(self, style: anstyle::Style, lead: &[Text], blocks: &[Block]) -> String {
        let mut text = String::new();
        for (index, sentence) in lead.iter().enumerate() {
            let lines = self.wrapped(sentence, "", "");
            if index == 0 && self.colour {
                text.push_str(&format!("{style}{}{style:#}\n", lines.trim_end()));
            } else {
                text.push_str(&lines);
            }
        }
        blocks.iter().for_each(|block| self.lay_out(block, &mut text));
        text
    }

    /// Its words in the person's language; nothing in them steers the terminal.
    fn words(self, text: &Text) -> String {
        words(text, self.lang)
    }

    fn lay_out(self, block: &Block, text: &mut String) {
        match block {
            Block::Heading(title) if self.colour => {
                let title = self.words(title);
                let bold = anstyle::Style::new().bold();
                text.push_str(&format!("\n{bold}{title}{bold:#}\n"));
            }
            Block::Heading(title) => text.push_str(&format!("\n{}\n", self.words(title))),
            Block::Text(paragraph) => text.push_str(&self.wrapped(paragraph, "  ", "  ")),
            Block::List(items) => {
                for item in items {
                    text.push_str(&self.wrapped(item, "  ", "    "));
                }
            }
            Block::Points(points) => {
                for point in points {
                    text.push_str(&self.wrapped(&point.head, "  ", "  "));
                    for line in &point.lines {
                        text.push_str(&self.wrapped(line, "    ", "      "));
                    }
                }
            }
            Block::Code(lines) => {
                for line in lines.of(self.lang).lines() {
                    text.push_str(&format!("  {line}\n"));
                }
            }
            Block::Table(grid) => text.push_str(&self.table(grid)),
        }
    }

    fn columns(self) -> usize {
        self.width.clamp(NARROWEST, WIDTH)
    }

    fn wrapped(self, text: &Text, first: &str, rest: &str) -> String {
        wrapped(&self.words(text), first, rest, self.columns())
    }

    /// The table; columns that are spare are left out where it is too wide.
    fn table(self, grid: &Grid) -> String {
        let mut left_out = Vec::new();
        let mut spare = grid.spare.iter();
        loop {
            let text = table(grid, &left_out, self.lang);
            let fits = text.lines().all(|line| line.width() <= self.columns());
            match spare.next() {
                Some(column) if !fits => left_out.push(*column),
                _ => return text,
            }
        }
    }
}

fn table(grid: &Grid, left_out: &[usize], lang: Lang) -> String {
    let kept = |row: &[Text]| -> Vec<String> {
        let shown = row.iter().enumerate().filter(|(i, _)| !left_out.contains(i));
        shown.map(|(_, cell)| words(cell, lang)).collect()
    };
    let mut table = Table::new();
    table
        .load_style(NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(kept(&grid.head));
    for row in &grid.rows {
        table.add_row(kept(row));
    }
    for column in table.column_iter_mut() {
        column.set_padding((1, 1));
        if column.index > 0 {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = String::new();
    for line in table.lines() {
        text.push_str(&format!(" {}\n", line.trim_end()));
    }
    text
}

fn words(text: &Text, lang: Lang) -> String {
    format::printable(&text.of(lang).replace(['\n', '\r', '\t'], " "))
}

/// Words in lines of at most `width` columns. A URL or path that is longer stays whole, so that it can be copied;
/// text without spaces, as Chinese is written, is broken anywhere.
pub fn wrapped(text: &str, first: &str, rest: &str, width: usize) -> String {
    let mut out = String::new();
    let mut line = first.to_owned();
    let mut empty = true;
    let mut used = first.width();
    for word in text.split_whitespace().flat_map(|word| pieces(word, width.saturating_sub(rest.width()))) {
        let glue = usize::from(!empty && word.begins);
        if !empty && used + glue + word.text.width() > width {
            out.push_str(line.trim_end());
            out.push('\n');
            line = rest.to_owned();
            used = rest.width();
            empty = true;
        }
        if !empty && word.begins {
            line.push(' ');
            used += 1;
        }
        line.push_str(&word.text);
        used += word.text.width();
        empty = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
    out
}

/// A word, or a part of one that may stand on a line of its own.
struct Piece {
    text: String,
    begins: bool,
}

/// Words of Latin letters stay whole; between the characters of other scripts a line may end, but none begins with the
/// punctuation that closes what stands before it.
fn pieces(word: &str, width: usize) -> Vec<Piece> {
    if word.is_ascii() || !word.chars().any(|c| c.width() == Some(2)) && word.width() <= width {
        return vec![Piece { text: word.to_owned(), begins: true }];
    }
    let mut pieces: Vec<Piece> = Vec::new();
    let mut before = None;
    for c in word.chars() {
        let joins =
            CLOSING.contains(c) || before.is_some_and(|b: char| OPENING.contains(b) || latin(b) && latin(c));
        match pieces.last_mut().filter(|last| joins && last.text.width() < width) {
            Some(last) => last.text.push(c),
            None => pieces.push(Piece { text: c.to_string(), begins: before.is_none() }),
        }
        before = Some(c);
    }
    pieces
}

/// No line begins with one of these.
const CLOSING: &str = "，。；：、）”》！？";
/// No line ends with one of these.
const OPENING: &str = "（“《";

fn latin(c: char) -> bool {
    c.width() == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sentences_are_wrapped_at_a_hundred_columns() {
        let text = wrapped(&"word ".repeat(60), "  ", "    ", WIDTH);
        assert!(text.lines().all(|l| l.chars().count() <= WIDTH), "{text}");
        assert!(
            text.lines().count() > 2 && text.lines().nth(1).is_some_and(|l| l.starts_with("    word")),
            "{text}"
        );
    }

    #[test]
    fn text_without_spaces_is_broken_by_its_width_and_a_url_is_not() {
        let chinese = "建群失败".repeat(40);
        let text = wrapped(&chinese, "  ", "    ", WIDTH);
        assert!(text.lines().count() > 3 && text.lines().all(|l| l.width() <= WIDTH), "{text}");
        assert_eq!(text.split_whitespace().collect::<String>(), chinese);
        let url = format!("http://host/{}", "a".repeat(120));
        assert!(wrapped(&url, "  ", "    ", WIDTH).contains(&url));
    }

    #[test]
    fn chinese_lines_break_between_characters_but_not_in_a_name_nor_before_a_full_stop() {
        let text = wrapped(&"由 client_cap：OpenIM 自身的上限决定，（见下文）。".repeat(6), "", "", 40);
        for line in text.lines() {
            assert!(line.width() <= 40 && !line.starts_with(|c| CLOSING.contains(c)), "{text}");
            assert!(!line.ends_with(|c| OPENING.contains(c)), "{text}");
        }
        assert_eq!(text.matches("OpenIM").count(), 6, "{text}");
        assert!(text.lines().rev().skip(1).all(|line| line.width() > 24), "lines are filled: {text}");
    }

    #[test]
    fn nothing_from_outside_steers_the_terminal() {
        let bad = || Text::plain("a\u{1b}[31mb\nc");
        let blocks = [
            Block::Heading(bad()),
            Block::Text(bad()),
            Block::List(vec![bad()]),
            Block::Table(Grid { rows: vec![vec![bad()]], ..Grid::new([bad()]) }),
        ];
        let text = Terminal { colour: false, width: WIDTH, lang: Lang::En }.page(&[bad()], &blocks);
        assert!(!text.contains('\u{1b}'), "{text}");
        assert_eq!(text.matches("a\\u{1b}[31mb c").count(), 6, "{text}");
    }

    #[test]
    fn a_table_that_is_too_wide_leaves_out_its_spare_column() {
        let grid = Grid {
            head: ["a", "b", "c"].map(Text::plain).to_vec(),
            rows: vec![[&"x".repeat(30), "spare", &"y".repeat(30)].map(Text::plain).to_vec()],
            spare: vec![1],
        };
        let wide = Terminal { colour: false, width: WIDTH, lang: Lang::En }.table(&grid);
        let narrow = Terminal { colour: false, width: 68, lang: Lang::En }.table(&grid);
        assert!(wide.contains("spare") && !narrow.contains("spare"), "{wide}\n{narrow}");
    }
}
