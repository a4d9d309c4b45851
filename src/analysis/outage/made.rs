//! Groups that are there although their create failed for the caller.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::facts::Facts;
use crate::finding::{Finding, Severity};
use crate::record::model::FailedCreates;
use crate::say;
use crate::text::Text;

/// Creates that failed or were given up, and what the server said of their groups before the clean-up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupsMade {
    /// Creates that failed or were given up.
    pub failed: u64,
    /// Of how many of them the server was asked.
    pub asked: u64,
    /// Of how many of these the group was there.
    pub made: u64,
    /// Why the server could not be asked; empty where it could.
    pub why: Text,
}

impl GroupsMade {
    fn of<'a>(all: impl Iterator<Item = &'a FailedCreates>) -> GroupsMade {
        let mut sum = GroupsMade::default();
        for one in all {
            sum.failed += one.failed;
            sum.asked += one.asked;
            sum.made += one.made;
            if sum.why.is_empty() {
                sum.why = one.why.clone();
            }
        }
        sum
    }
}

/// Of the phases from `from` up to and without `to`.
pub(super) fn groups(facts: &Facts<'_>, from: u16, to: u16) -> GroupsMade {
    let end = facts.record.header.end.iter();
    GroupsMade::of(end.flat_map(|e| &e.failed_creates).filter(|f| (from..to).contains(&f.phase)))
}

/// What callers have to know who retry: a failed create may have made its group.
pub(in crate::analysis) fn finding(facts: &Facts<'_>) -> Option<Finding> {
    let all = GroupsMade::of(facts.record.header.end.iter().flat_map(|e| &e.failed_creates));
    if all.made == 0 {
        return None;
    }
    let what = if all.asked < all.failed {
        say!(
            "diagnosis-created-despite-error-of-some",
            made = all.made,
            asked = all.asked,
            failed = all.failed
        )
    } else {
        say!("diagnosis-created-despite-error", made = all.made, failed = all.failed)
    };
    let next = say!("diagnosis-created-despite-error-next");
    Some(Finding::new("created_despite_error", Severity::Info, "", what, next))
}
