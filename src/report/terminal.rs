//! The report on a terminal: at most 100 columns, colour only where wanted.

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table};

use super::blocks::{Block, blocks};
use super::{RenderError, Renderer, Summary, format};
use crate::analysis::ValidityVerdict;

/// Widest line.
const WIDTH: usize = 100;

/// For people.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Bold headings and a coloured verdict.
    pub colour: bool,
}

impl Renderer for Terminal {
    fn render(&self, summary: &Summary) -> Result<Vec<u8>, RenderError> {
        let mut text = String::new();
        for (index, sentence) in summary.lead.iter().enumerate() {
            let lines = wrapped(&format::printable(sentence), "", "");
            text.push_str(&if index == 0 { self.verdict(summary, &lines) } else { lines });
        }
        for block in blocks(summary) {
            self.lay_out(&block, &mut text);
        }
        Ok(text.into_bytes())
    }
}

impl Terminal {
    fn verdict(self, summary: &Summary, lines: &str) -> String {
        let colour = match summary.validity.verdict {
            ValidityVerdict::Valid => anstyle::AnsiColor::Green,
            ValidityVerdict::Warnings => anstyle::AnsiColor::Yellow,
            ValidityVerdict::Invalid => anstyle::AnsiColor::Red,
        };
        let style = anstyle::Style::new().bold().fg_color(Some(colour.into()));
        if self.colour { format!("{style}{}{style:#}\n", lines.trim_end()) } else { lines.to_owned() }
    }

    fn lay_out(self, block: &Block, text: &mut String) {
        match block {
            Block::Heading(title) if self.colour => {
                let bold = anstyle::Style::new().bold();
                text.push_str(&format!("\n{bold}{title}{bold:#}\n"));
            }
            Block::Heading(title) => text.push_str(&format!("\n{title}\n")),
            Block::Text(paragraph) => text.push_str(&wrapped(paragraph, "  ", "  ")),
            Block::List(items) => {
                for item in items {
                    text.push_str(&wrapped(item, "  ", "    "));
                }
            }
            Block::Table(head, rows) => text.push_str(&table(head, rows)),
        }
    }
}

fn table(head: &[String], rows: &[Vec<String>]) -> String {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Disabled).set_header(head.to_vec());
    for row in rows {
        table.add_row(row.clone());
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

/// Words in lines of at most `WIDTH` columns. A word that is longer stays whole.
fn wrapped(text: &str, first: &str, rest: &str) -> String {
    let mut out = String::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            out.push_str(line.trim_end());
            out.push('\n');
            line = rest.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_sentences_are_wrapped_at_a_hundred_columns() {
        let text = wrapped(&"word ".repeat(60), "  ", "    ");
        assert!(text.lines().all(|l| l.chars().count() <= WIDTH), "{text}");
        assert!(
            text.lines().count() > 2 && text.lines().nth(1).is_some_and(|l| l.starts_with("    word")),
            "{text}"
        );
    }
}
