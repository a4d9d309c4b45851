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

/// The whole report.
#[must_use]
pub fn blocks(summary: &Summary) -> Vec<Block> {
    [
        calls::calls(summary),
        timeouts::timeouts(summary),
        patch::for_webhooks_yml(summary),
        timeouts::other_timeouts(summary),
        limits::missing(summary),
        sizes::sizes(summary),
        why::why(summary),
        limits::split(summary),
        limits::limits(summary),
        calls::callbacks(summary),
        callers::callers(summary),
        calls::objectives(&summary.objectives),
        outages::outages(&summary.outages),
        findings::findings(summary),
        about::run(summary),
        about::left_behind(summary),
    ]
    .concat()
}

/// Parts that a page arranges by itself; each part that is not empty begins with its heading.
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
    let filled = |parts: Vec<Vec<Block>>| parts.into_iter().filter(|part| !part.is_empty()).collect();
    Parts {
        patch: patch::for_webhooks_yml(summary),
        judged: filled(vec![calls::objectives(&summary.objectives), outages::outages(&summary.outages)]),
        plan: filled(vec![about::run(summary), about::left_behind(summary)]),
        raw: filled(vec![
            calls::calls(summary),
            timeouts::timeouts(summary),
            timeouts::other_timeouts(summary),
            limits::missing(summary),
            sizes::sizes(summary),
            why::why(summary),
            limits::split(summary),
            limits::limits(summary),
            calls::callbacks(summary),
            callers::callers(summary),
        ]),
    }
}

/// The name that a plain enum has in `summary.json`.
fn serde_name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// Cells that are the same in both languages.
pub(super) fn cells(row: Vec<String>) -> Vec<Text> {
    row.into_iter().map(Text::from).collect()
}
