//! `explain` as people read it.

use super::blocks::{Block, Point};
use super::{Format, Look, Page, RenderError};
use crate::analysis::explain::{Explained, Explanation, Recognised};
use crate::say;
use crate::text::Text;

/// An explanation in a format.
///
/// # Errors
/// When the format cannot hold a figure.
pub fn rendered(explanation: &Explanation, wanted: Format, look: Look) -> Result<Vec<u8>, RenderError> {
    let (title, blocks) = ("openim-bench explain", blocks(explanation));
    Page { title, lead: &[], charts: &[], blocks: &blocks, data: explanation }.render(wanted, look)
}

fn blocks(explanation: &Explanation) -> Vec<Block> {
    let mut blocks =
        vec![Block::Heading(say!("explain-title")), Block::List(recognised(&explanation.recognised))];
    if !explanation.causes.is_empty() {
        blocks.push(Block::Heading(say!("explain-causes")));
        blocks.push(Block::Points(explanation.causes.iter().map(point).collect()));
    }
    if !explanation.notes.is_empty() {
        blocks.push(Block::Heading(say!("explain-notes")));
        blocks.push(Block::List(explanation.notes.clone()));
    }
    blocks
}

fn recognised(read: &Recognised) -> Vec<Text> {
    let mut lines = vec![match (&read.kind, read.err_code) {
        (Some(kind), Some(code)) => say!("explain-read", kind = kind, code = code),
        (Some(kind), None) => say!("explain-read-alone", kind = kind),
        (None, _) => say!("explain-read-nothing"),
    }];
    lines.extend(read.text.as_ref().map(|text| say!("explain-text", text = text)));
    if let (Some(key), Some(command), Some(url)) = (read.webhook, &read.command, &read.post_url) {
        lines.push(say!("explain-webhook", key = key, command = command, url = url));
    }
    lines.extend(read.elapsed_s.map(|s| say!("explain-elapsed", elapsed = format!("{s:.3} s"))));
    if let (Some(version), Some(build)) = (&read.version, read.build) {
        lines.push(say!("explain-version", version = version, build = build));
    }
    lines
}

fn point(cause: &Explained) -> Point {
    let mut lines = vec![say!("explain-shows", text = &cause.shows), cause.rules_out.clone()];
    lines.extend(cause.next.iter().map(|command| say!("explain-next", command = command)));
    Point { head: cause.title.clone(), lines }
}
