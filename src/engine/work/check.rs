//! What attempts can be drawn from, and why not: each refusal names the key to change.

use std::collections::HashSet;

use super::{GroupUse, WorkConfig};
use crate::profile::model::{Count, OperationMix};
use crate::text::Text;
use crate::wire::api::Operation;
use crate::{displays_english, say};

/// Why no attempts can be drawn.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum WorkError {
    /// Fewer users than one attempt needs.
    TooFewUsers {
        /// Users in the pool.
        have: usize,
        /// Users needed.
        need: usize,
        /// Most admins of a group.
        admins: u32,
        /// Most members of a group.
        members: u32,
    },
    /// A user twice in the pool.
    TwiceInPool {
        /// The userID.
        user: String,
    },
    /// A range whose ends are the wrong way round.
    EmptyRange {
        /// `members` or `admins`.
        key: &'static str,
        /// Its lower end.
        min: u32,
        /// Its upper end.
        max: u32,
    },
    /// Invites or kicks of nobody.
    ActsOnNobody {
        /// The operation.
        operation: Operation,
    },
    /// Weights that cannot be drawn from.
    BadWeights,
    /// Operations without groups to act on.
    NoGroups {
        /// The operation.
        operation: Operation,
    },
}

impl WorkError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        let named = |operation: &Operation| format!("{operation:?}");
        match self {
            WorkError::TooFewUsers { have, need, admins, members } => {
                say!("errors-work-users", have = *have, admins = *admins, members = *members, need = *need,)
            }
            WorkError::TwiceInPool { user } => say!("errors-work-twice", user = user),
            WorkError::EmptyRange { key, min, max } => {
                say!("errors-work-range", key = *key, min = *min, max = *max)
            }
            WorkError::ActsOnNobody { operation } => {
                say!("errors-work-nobody", operation = named(operation))
            }
            WorkError::BadWeights => say!("errors-work-weights"),
            WorkError::NoGroups { operation } => {
                say!("errors-work-no-groups", operation = named(operation))
            }
        }
    }
}

displays_english!(WorkError);

/// Most that a count can be.
pub(super) fn most(count: Count) -> u32 {
    match count {
        Count::Fixed(n) => n,
        Count::Range { max, .. } => max,
    }
}

fn least(count: Count) -> u32 {
    match count {
        Count::Fixed(n) => n,
        Count::Range { min, .. } => min,
    }
}

pub(super) fn check_counts(config: &WorkConfig) -> Result<(), WorkError> {
    for (key, count) in [("members", config.members), ("admins", config.admins)] {
        if let Count::Range { min, max } = count
            && min > max
        {
            return Err(WorkError::EmptyRange { key, min, max });
        }
    }
    Ok(())
}

pub(super) fn check_users(config: &WorkConfig) -> Result<(), WorkError> {
    let (members, admins) = (most(config.members), most(config.admins));
    let (have, need) = (config.users.len(), 1 + members as usize + admins as usize);
    if have < need {
        return Err(WorkError::TooFewUsers { have, need, admins, members });
    }
    let mut seen = HashSet::with_capacity(have);
    match config.users.iter().find(|user| !seen.insert(user.as_str())) {
        Some(user) => Err(WorkError::TwiceInPool { user: user.clone() }),
        None => Ok(()),
    }
}

pub(super) fn check_operation(operation: Operation, config: &WorkConfig) -> Result<(), WorkError> {
    if matches!(operation, Operation::Invite | Operation::Kick) && least(config.members) == 0 {
        return Err(WorkError::ActsOnNobody { operation });
    }
    match purpose_of(operation) {
        Some(purpose) if !config.groups.iter().any(|group| group.purpose == purpose) => {
            Err(WorkError::NoGroups { operation })
        }
        _ => Ok(()),
    }
}

/// The kind of group that an operation acts on; `None` for create.
pub(super) fn purpose_of(operation: Operation) -> Option<GroupUse> {
    match operation {
        Operation::Create => None,
        Operation::Invite | Operation::Join | Operation::Kick | Operation::Quit => Some(GroupUse::Open),
        Operation::Apply => Some(GroupUse::Approval),
        Operation::Dismiss => Some(GroupUse::Dismiss),
    }
}

/// Operations with the upper end of their share; the shares end at 1.
pub(super) fn shares_of(mix: &OperationMix) -> Result<Vec<(f64, Operation)>, WorkError> {
    let weights = match mix {
        OperationMix::One(operation) => return Ok(vec![(1.0, *operation)]),
        OperationMix::Mix(weights) => weights,
    };
    let total: f64 = weights.values().sum();
    if weights.is_empty() || !total.is_finite() || weights.values().any(|w| w.is_nan() || *w <= 0.0) {
        return Err(WorkError::BadWeights);
    }
    let mut up_to = 0.0;
    let shares = weights.iter().map(|(operation, weight)| {
        up_to += weight / total;
        (up_to, *operation)
    });
    Ok(shares.collect())
}
