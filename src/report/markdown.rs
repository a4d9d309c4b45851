//! `report.md`.

use super::blocks::{Block, Grid, blocks};
use super::{RenderError, Renderer, Summary};

/// Markdown with pipe tables.
#[derive(Clone, Copy, Debug)]
pub struct Markdown;

impl Renderer for Markdown {
    fn render(&self, summary: &Summary) -> Result<Vec<u8>, RenderError> {
        let title = format!("openim-bench {}", summary.run_id);
        Ok(page(&title, &summary.lead, &blocks(summary)).into_bytes())
    }
}

/// A title, sentences to begin with, the first one bold, then blocks.
pub(super) fn page(title: &str, lead: &[String], blocks: &[Block]) -> String {
    let mut text = format!("# {}\n", escaped(title));
    for (index, sentence) in lead.iter().enumerate() {
        let mark = if index == 0 { "**" } else { "" };
        text.push_str(&format!("\n{mark}{}{mark}\n", escaped(sentence)));
    }
    for block in blocks {
        text.push('\n');
        text.push_str(&lay_out(block));
    }
    text
}

/// Blocks of whatever they are about.
pub(super) fn blocks_text(blocks: &[Block]) -> String {
    blocks.iter().map(lay_out).collect::<Vec<_>>().join("\n")
}

fn lay_out(block: &Block) -> String {
    match block {
        Block::Heading(title) => format!("## {}\n", escaped(title)),
        Block::Text(paragraph) => format!("{}\n", escaped(paragraph)),
        Block::List(items) => items.iter().map(|item| format!("- {}\n", escaped(item))).collect(),
        Block::Points(points) => points.iter().map(|p| point(&p.head, &p.lines)).collect(),
        Block::Code(lines) => format!("```yaml\n{lines}```\n"),
        Block::Table(grid) => table(grid),
    }
}

fn point(head: &str, lines: &[String]) -> String {
    let mut text = format!("- {}\n", escaped(head));
    for line in lines {
        text.push_str(&format!("  - {}\n", escaped(line)));
    }
    text
}

fn table(grid: &Grid) -> String {
    let line = |cells: &[String]| {
        format!("| {} |\n", cells.iter().map(|c| escaped(c)).collect::<Vec<_>>().join(" | "))
    };
    let mut text = line(&grid.head);
    text.push_str(&format!("|---|{}\n", "--:|".repeat(grid.head.len().saturating_sub(1))));
    for row in &grid.rows {
        text.push_str(&line(row));
    }
    text
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
