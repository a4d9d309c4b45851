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

/// A part of a report.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A list.
    List(Vec<String>),
    /// A list of points, each with lines of its own below it.
    Points(Vec<Point>),
    /// Lines that are kept as they are, to be copied into a YAML file.
    Code(String),
    /// A table: the first column is text, the others are figures.
    Table(Grid),
}

/// A point and what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The point.
    pub head: String,
    /// Lines below it.
    pub lines: Vec<String>,
}

/// A table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grid {
    /// Names of the columns.
    pub head: Vec<String>,
    /// Rows, each as long as `head`.
    pub rows: Vec<Vec<String>>,
    /// Columns that may be left out where the table is too wide, the first one first.
    pub spare: Vec<usize>,
}

impl Grid {
    fn new<const N: usize>(head: [&str; N]) -> Grid {
        Grid { head: head.map(str::to_owned).to_vec(), ..Grid::default() }
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

/// The name that a plain enum has in `summary.json`.
fn serde_name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

fn heading(title: &str) -> Block {
    Block::Heading(title.to_owned())
}
