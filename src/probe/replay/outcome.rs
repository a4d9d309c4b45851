//! How a recording ended, and the races in which more than one outcome is right.

use std::collections::BTreeSet;

/// How a recording ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Equal; names of races in which another outcome than the recorded one is allowed too.
    Equal(BTreeSet<&'static str>),
    /// The first difference.
    Differs(String),
    /// Not run, and why.
    Skipped(String),
    /// It cannot be played, and why; counts as different.
    Unusable(String),
}

/// A notice had not passed the message pipeline yet: the change is made, the answer an error.
pub const PIPELINE: &str = "message pipeline";
/// The pipeline dismisses once more, a while later, under one or several operationIDs.
pub const SECOND_DISMISSAL: &str = "second dismissal";
/// Two queue workers: after-callbacks of different operations may come in any order.
pub const QUEUE_ORDER: &str = "after-queue order";
/// gRPC repeats whatever the last attempt to connect ended with.
pub const LAST_ATTEMPT: &str = "last connection attempt";
/// Too late or too early, and this process had to wait for the processor that long.
pub const BUSY: &str = "busy machine";
/// Many calls at once: which of them gets a connection is chance, how many do is not.
pub const COUNTS_ONLY: &str = "counts only";
/// The recording holds callbacks of operations that it does not tell of.
pub const STRAYS: &str = "callbacks of other scenarios left aside";

/// Both or the difference.
pub(super) fn same<T: PartialEq + std::fmt::Debug + ?Sized>(
    what: &str,
    recorded: &T,
    ours: &T,
) -> Result<(), String> {
    if recorded == ours { Ok(()) } else { Err(format!("{what}: {recorded:?} recorded, {ours:?} here")) }
}
