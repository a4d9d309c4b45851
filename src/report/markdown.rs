//! `report.md`.

use super::blocks::{Block, Grid, Point, blocks};
use super::{RenderError, Renderer, Report};
use crate::text::{Lang, Text};

/// Markdown with pipe tables.
#[derive(Clone, Copy, Debug)]
pub struct Markdown {
    /// Language of the sentences.
    pub lang: Lang,
}

impl Renderer for Markdown {
    fn render(&self, report: &Report) -> Result<Vec<u8>, RenderError> {
        let summary = &report.summary;
        let title = format!("openim-bench {}", summary.run_id);
        Ok(self.page(&title, &summary.lead, &blocks(summary)).into_bytes())
    }
}

impl Markdown {
    /// A title, sentences to begin with, the first one bold, then blocks.
    pub(super) fn page(self, title: &str, lead: &[Text], blocks: &[Block]) -> String {
        let mut text = format!("# {}\n", escaped(title));
        for (index, sentence) in lead.iter().enumerate() {
            let mark = if index == 0 { "**" } else { "" };
            text.push_str(&format!("\n{mark}{}{mark}\n", self.words(sentence)));
        }
        for block in blocks {
            text.push('\n');
            text.push_str(&self.lay_out(block));
        }
        text
    }

    fn words(self, text: &Text) -> String {
        escaped(text.of(self.lang))
    }

    fn lay_out(self, block: &Block) -> String {
        match block {
            Block::Heading(title) => format!("## {}\n", self.words(title)),
            Block::Text(paragraph) => format!("{}\n", self.words(paragraph)),
            Block::List(items) => items.iter().map(|item| format!("- {}\n", self.words(item))).collect(),
            Block::Points(points) => points.iter().map(|p| self.point(p)).collect(),
            Block::Code(lines) => format!("```yaml\n{}```\n", lines.of(self.lang)),
            Block::Table(grid) => self.table(grid),
        }
    }

    fn point(self, point: &Point) -> String {
        let mut text = format!("- {}\n", self.words(&point.head));
        for line in &point.lines {
            text.push_str(&format!("  - {}\n", self.words(line)));
        }
        text
    }

    fn table(self, grid: &Grid) -> String {
        let line = |cells: &[Text]| {
            format!("| {} |\n", cells.iter().map(|c| self.words(c)).collect::<Vec<_>>().join(" | "))
        };
        let mut text = line(&grid.head);
        text.push_str(&format!("|---|{}\n", "--:|".repeat(grid.head.len().saturating_sub(1))));
        for row in &grid.rows {
            text.push_str(&line(row));
        }
        text
    }
}

/// Text from anywhere, so that nothing in it is taken for markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '|' | '*' | '`' | '[' | ']' | '\\' | '#' => {
                out.push('\\');
                out.push(c);
            }
            '_' => out.push_str("\\_"),
            '\n' | '\r' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_from_outside_is_text() {
        assert_eq!(escaped("<b>|x|_y_`z`"), "&lt;b>\\|x\\|\\_y\\_\\`z\\`");
    }
}
