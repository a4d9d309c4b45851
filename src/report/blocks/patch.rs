//! The recommendations as a fragment of `webhooks.yml`, ready to be copied.

use super::super::{Summary, patch};
use super::{Block, heading};
use crate::analysis::ValidityVerdict;

/// Only what differs from the timeouts that are in force now; nothing where the run is invalid.
pub(super) fn for_webhooks_yml(summary: &Summary) -> Vec<Block> {
    if summary.validity.verdict == ValidityVerdict::Invalid {
        return Vec::new();
    }
    let mut lines = patch::patch(summary, &patch::Wanted::default()).lines;
    lines.retain(|line| line.present_s != Some(line.timeout_s));
    if lines.is_empty() {
        return Vec::new();
    }
    vec![heading("For webhooks.yml"), Block::Code(patch::yaml(&lines, summary.basis))]
}
