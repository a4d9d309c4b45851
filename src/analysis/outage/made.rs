//! Groups that are there although their create failed for the caller.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::facts::Facts;
use crate::finding::{Finding, Severity};
use crate::record::model::FailedCreates;

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
    pub why: String,
}

impl GroupsMade {
    fn of<'a>(all: impl Iterator<Item = &'a FailedCreates>) -> GroupsMade {
        let mut sum = GroupsMade::default();
        for one in all {
            sum.failed += one.failed;
            sum.asked += one.asked;
            sum.made += one.made;
            if sum.why.is_empty() {
                sum.why.clone_from(&one.why);
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
    let of = if all.asked < all.failed {
        format!("{} of the {} failed creates that were looked up (of {})", all.made, all.asked, all.failed)
    } else {
        format!("{} of the {} failed creates", all.made, all.failed)
    };
    Some(Finding::new(
        "created_despite_error",
        Severity::Info,
        "",
        format!("{of} had made their group: the server knew it, although the caller saw an error."),
        "Let whatever calls the API choose the groupID and retry with the same one: a second attempt then meets 1202 and makes no second group.",
    ))
}
