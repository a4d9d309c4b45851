//! The recommendations as a fragment of `webhooks.yml`, ready to be copied.

use super::super::{Summary, patch};
use super::Block;
use crate::analysis::ValidityVerdict;
use crate::say;
use crate::text::Text;

/// Only what differs from the timeouts that are in force now; guesses are named, not written. Nothing where the run is
/// invalid.
pub(super) fn for_webhooks_yml(summary: &Summary) -> Vec<Block> {
    if summary.validity.verdict == ValidityVerdict::Invalid {
        return Vec::new();
    }
    let mut patch = patch::patch(summary, &patch::Wanted::default());
    patch.lines.retain(|line| line.present_s != Some(line.timeout_s));
    let guesses: Vec<Text> = patch
        .left
        .iter()
        .filter_map(|left| Some(Text::plain(format!("{} {} s", left.key, left.guess_s?))))
        .collect();
    let mut blocks = Vec::new();
    if !patch.lines.is_empty() {
        blocks.push(Block::Code(patch::yaml(&patch.lines, patch::unfit(summary).as_ref())));
    }
    if !guesses.is_empty() {
        blocks.push(Block::Text(say!("report-patch-guesses", guesses = Text::list(&guesses))));
    }
    if !blocks.is_empty() {
        blocks.insert(0, Block::Heading(say!("report-patch")));
    }
    blocks
}
