//! Names that a run gives away: run id, operationIDs, groupIDs, userIDs.
//!
//! groupIDs and userIDs are digits only, 18 long, and so fit a signed 64-bit
//! integer (many receivers parse them); each starts with a digit for its kind and
//! the run's eight-digit tag, so that what a run made can be told from the rest.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Eight decimal digits, the first not 0, that name a run inside its IDs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunTag(u32);

impl RunTag {
    const LOW: u32 = 10_000_000;
    const COUNT: u32 = 90_000_000;

    /// The tag of any number: `10_000_000 + n mod 90_000_000`.
    #[must_use]
    pub fn from_number(n: u64) -> RunTag {
        RunTag(Self::LOW + (n % u64::from(Self::COUNT)) as u32)
    }

    /// Reads eight digits.
    #[must_use]
    pub fn parse(text: &str) -> Option<RunTag> {
        if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        text.parse().ok().filter(|n| *n >= Self::LOW).map(RunTag)
    }
}

impl fmt::Display for RunTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08}", self.0)
    }
}

/// Worker number of operations that are not part of the load: preflight.
pub const WORKER_PREFLIGHT: u16 = 65_001;
/// Worker number of set-up operations (users, groups that the load needs).
pub const WORKER_SETUP: u16 = 65_002;
/// Worker number of clean-up operations.
pub const WORKER_CLEANUP: u16 = 65_003;

/// The key that ties a callback to its API call: `ob<tag>-<worker>-<seq>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationId {
    /// The run's tag, as a number.
    tag: u32,
    /// 0 for the open loop, the caller's number for the closed loop, or one of the `WORKER_` constants.
    pub worker: u16,
    /// Sequence number within the run, from 0.
    pub seq: u64,
}

impl OperationId {
    /// The operation `seq` of `worker` in the run `tag`.
    #[must_use]
    pub fn new(tag: RunTag, worker: u16, seq: u64) -> OperationId {
        OperationId { tag: tag.0, worker, seq }
    }

    /// The run it belongs to.
    #[must_use]
    pub fn run(&self) -> RunTag {
        RunTag(self.tag)
    }

    /// Whether it belongs to the load (not to preflight, set-up or clean-up).
    #[must_use]
    pub fn is_load(&self) -> bool {
        self.worker < WORKER_PREFLIGHT
    }

    /// Reads one operationID; `None` when it is not one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<OperationId> {
        let rest = text.trim().strip_prefix("ob")?;
        let mut parts = rest.splitn(3, '-');
        let tag = RunTag::parse(parts.next()?)?;
        let worker = parts.next()?.parse().ok()?;
        let seq = parts.next()?.parse().ok()?;
        Some(OperationId { tag: tag.0, worker, seq })
    }

    /// Reads an `Operationid` header: one operationID, or several joined by `$`
    /// (`OpenIM` batches notices of one conversation). Foreign ones are left out.
    #[must_use]
    pub fn parse_joined(header: &str) -> Vec<OperationId> {
        header.split('$').filter_map(OperationId::parse).collect()
    }
}

impl fmt::Display for OperationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ob{:08}-{}-{}", self.tag, self.worker, self.seq)
    }
}

/// The groupID number `n` of a run: 18 digits, `7`, the tag, nine digits of `n`.
#[must_use]
pub fn group_id(tag: RunTag, n: u64) -> String {
    format!("7{tag}{:09}", n % 1_000_000_000)
}

/// The userID number `n` of a run: 18 digits, `8`, the tag, nine digits of `n`.
#[must_use]
pub fn user_id(tag: RunTag, n: u64) -> String {
    format!("8{tag}{:09}", n % 1_000_000_000)
}

/// The first group number used by preflight, set-up and other groups outside the load.
pub const GROUPS_OUTSIDE_LOAD: u64 = 900_000_000;

/// What is written into groupName and `ex`, so that a business server can skip it.
#[must_use]
pub fn marker(run_id: &str) -> String {
    format!("openim-bench {run_id}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_fit_a_signed_64_bit_integer_and_carry_the_run() {
        let tag = RunTag::from_number(89_999_999);
        for id in [group_id(tag, 999_999_999), user_id(tag, 999_999_999)] {
            assert!(id.parse::<i64>().is_ok(), "{id}");
            assert!(id[1..].starts_with(&tag.to_string()), "{id}");
        }
    }

    #[test]
    fn an_operation_id_reads_back_what_it_prints() {
        let id = OperationId::new(RunTag::from_number(7), 3, 4_000_000_000);
        assert_eq!(OperationId::parse(&id.to_string()), Some(id));
    }

    #[test]
    fn joined_operation_ids_are_split_and_foreign_ones_left_out() {
        let tag = RunTag::from_number(7);
        let (a, b) = (OperationId::new(tag, 0, 1), OperationId::new(tag, 0, 2));
        assert_eq!(OperationId::parse_joined(&format!("{a}$someone-else${b}")), vec![a, b]);
        assert_eq!(OperationId::parse_joined(""), vec![]);
    }
}
