//! The report cut into blocks of text and tables, which terminal and Markdown only lay out.
//!
//! Every word and figure stands here once. The order is that of reading: calls and timeouts
//! first, so that with the lead they fill one screen; then why, what went wrong, and what the
//! run was and left behind.

mod about;
mod callers;
mod calls;
mod evidence;
mod findings;
mod limits;
mod observed;
mod outages;
mod patch;
mod sizes;
mod timeouts;
mod why;

use super::Summary;
use crate::text::Text;

/// A part of a report.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading.
    Heading(Text),
    /// A paragraph.
    Text(Text),
    /// A list.
    List(Vec<Text>),
    /// A list of points, each with lines of its own below it.
    Points(Vec<Point>),
    /// Lines that are kept as they are, to be copied into a YAML file.
    Code(Text),
    /// A table: the first column is text, the others are figures.
    Table(Grid),
}

/// A point and what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The point.
    pub head: Text,
    /// Lines below it.
    pub lines: Vec<Text>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// Names of the columns.
    pub head: Vec<Text>,
    /// Rows, each as long as `head`.
    pub rows: Vec<Vec<Text>>,
    /// Columns that may be left out where the table is too wide, the first one first.
    pub spare: Vec<usize>,
}

impl Grid {
    /// A table of these columns, without rows.
    pub fn new<const N: usize>(head: [impl Into<Text>; N]) -> Grid {
        Grid { head: head.map(Into::into).to_vec(), ..Grid::default() }
    }
}

/// What a section of the report is about: a page arranges them by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About {
    Figures,
    Patch,
    Judged,
    Findings,
    Plan,
}

/// Every section, in the order of reading; each that is not empty begins with its heading.
fn sections(summary: &Summary) -> [(About, Vec<Block>); 16] {
    [
        (About::Figures, calls::calls(summary)),
        (About::Figures, timeouts::timeouts(summary)),
        (About::Patch, patch::for_webhooks_yml(summary)),
        (About::Figures, timeouts::other_timeouts(summary)),
        (About::Figures, limits::missing(summary)),
        (About::Figures, sizes::sizes(summary)),
        (About::Figures, why::why(summary)),
        (About::Figures, limits::split(summary)),
        (About::Figures, limits::limits(summary)),
        (About::Figures, calls::callbacks(summary)),
        (About::Figures, callers::callers(summary)),
        (About::Judged, calls::objectives(&summary.objectives)),
        (About::Judged, outages::outages(&summary.outages)),
        (About::Findings, findings::findings(summary)),
        (About::Plan, about::run(summary)),
        (About::Plan, about::left_behind(summary)),
    ]
}

/// The whole report.
#[must_use]
pub fn blocks(summary: &Summary) -> Vec<Block> {
    sections(summary).into_iter().flat_map(|(_, blocks)| blocks).collect()
}

/// Parts that a page arranges by itself; it has findings of its own.
pub(super) struct Parts {
    /// The fragment of `webhooks.yml`.
    pub(super) patch: Vec<Block>,
    /// Objectives and outages, judged.
    pub(super) judged: Vec<Vec<Block>>,
    /// What was run, and what it left behind.
    pub(super) plan: Vec<Vec<Block>>,
    /// Figures.
    pub(super) raw: Vec<Vec<Block>>,
}

/// The report in parts.
pub(super) fn parts(summary: &Summary) -> Parts {
    let filled = sections(summary).into_iter().filter(|(_, blocks)| !blocks.is_empty());
    let mut parts = Parts { patch: Vec::new(), judged: Vec::new(), plan: Vec::new(), raw: Vec::new() };
    for (about, blocks) in filled {
        match about {
            About::Figures => parts.raw.push(blocks),
            About::Patch => parts.patch = blocks,
            About::Judged => parts.judged.push(blocks),
            About::Plan => parts.plan.push(blocks),
            About::Findings => {}
        }
    }
    parts
}

/// The name that a plain enum has in JSON.
#[must_use]
pub fn serde_name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// Cells that are the same in both languages.
pub(super) fn cells(row: Vec<String>) -> Vec<Text> {
    row.into_iter().map(Text::plain).collect()
}
