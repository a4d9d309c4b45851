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
use crate::say;
use crate::text::{Lang, Text};
use crate::wire::failure::printable;
pub use verified::{sum, verified};

/// Longest line, columns.
pub const WIDTH: usize = 100;

/// A case in one line: name, then `matches 3.8+`, `differs: …`, `not testable here: …`,
/// `not measured: …` or `failed: …`. It may be longer than [`WIDTH`], so that one line stays one.
#[must_use]
pub fn case_line(result: &CaseResult, setting: &Setting) -> Text {
    let line = line(result, setting);
    verdict(&line).map(|verdict| format!("{:<28} {verdict}", line.name))
}

/// The portrait as a page.
#[must_use]
pub fn portrait(p: &Portrait, lang: Lang) -> String {
    page::page(p, lang)
}

/// The verdict in words.
fn verdict(line: &CaseLine) -> Text {
    let why = line.difference.map(printable);
    match line.verdict {
        CaseVerdict::Matches => say!("probe-matches", builds = label(&line.matches)),
        CaseVerdict::Differs if line.matches.is_empty() => say!("probe-differs", why = why),
        CaseVerdict::Differs => say!("probe-differs-like", why = why, builds = label(&line.matches)),
        CaseVerdict::NotTestable => say!("probe-untestable", why = why),
        CaseVerdict::NotMeasured => say!("probe-not-measured", why = why),
        CaseVerdict::Failed => say!("probe-failed", why = why),
    }
}
