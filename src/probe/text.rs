//! What the probe prints: a line a case, and the portrait as a page for a person.
//!
//! Plain text of at most 100 columns; wide characters count as two. Figures and reasons come
//! from `record::portrait`; nothing is derived here.

mod facts;
mod layout;
mod page;
mod verified;

use super::case::{CaseResult, Setting};
use super::judge::label;
use super::portrait::line;
use crate::record::portrait::{CaseLine, CaseVerdict, Portrait};
use crate::wire::failure::printable;
pub use verified::{sum, verified};

/// Longest line, columns.
pub const WIDTH: usize = 100;

/// A case in one line: name, then `matches 3.8+`, `differs: …`, `not testable here: …`,
/// `not measured: …` or `failed: …`. It may be longer than [`WIDTH`], so that one line stays one.
#[must_use]
pub fn case_line(result: &CaseResult, setting: &Setting) -> String {
    let line = line(result, setting);
    format!("{:<28} {}", line.name, verdict(&line))
}

/// The portrait as a page.
#[must_use]
pub fn portrait(p: &Portrait) -> String {
    page::page(p)
}

/// The verdict in words.
fn verdict(line: &CaseLine) -> String {
    let why = printable(&line.difference);
    match line.verdict {
        CaseVerdict::Matches => format!("matches {}", label(&line.matches)),
        CaseVerdict::Differs if line.matches.is_empty() => format!("differs: {why}"),
        CaseVerdict::Differs => format!("differs: {why} (like {})", label(&line.matches)),
        CaseVerdict::NotTestable => format!("not testable here: {why}"),
        CaseVerdict::NotMeasured => format!("not measured: {why}"),
        CaseVerdict::Failed => format!("failed: {why}"),
    }
}
