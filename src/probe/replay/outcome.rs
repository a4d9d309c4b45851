//! How a recording ended, and the races in which more than one outcome is right.

use std::collections::BTreeSet;

use crate::say;
use crate::text::Text;

/// How a recording ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Equal; races in which another outcome than the recorded one is allowed too.
    Equal(BTreeSet<Race>),
    /// The first difference.
    Differs(Text),
    /// Not run, and why.
    Skipped(Text),
    /// It cannot be played, and why; counts as different.
    Unusable(Text),
}

/// Why another outcome than the recorded one is right, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Race {
    /// Two queue workers: after-callbacks of different operations may come in any order.
    QueueOrder,
    /// Too late or too early, and this process had to wait for the processor that long.
    Busy,
    /// The recording holds callbacks of operations that it does not tell of.
    Strays,
    /// Many calls at once: which of them gets a connection is chance, how many do is not.
    CountsOnly,
    /// gRPC repeats whatever the last attempt to connect ended with.
    LastAttempt,
    /// A notice had not passed the message pipeline yet: the change is made, the answer an error.
    Pipeline,
    /// The pipeline dismisses once more, a while later, under one or several operationIDs.
    SecondDismissal,
}

impl Race {
    /// In a few words.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Race::QueueOrder => say!("probe-race-queue-order"),
            Race::Busy => say!("probe-race-busy"),
            Race::Strays => say!("probe-race-strays"),
            Race::CountsOnly => say!("probe-race-counts"),
            Race::LastAttempt => say!("probe-race-last-attempt"),
            Race::Pipeline => say!("probe-race-pipeline"),
            Race::SecondDismissal => say!("probe-race-second-dismissal"),
        }
    }
}

/// Both or the difference in `what`.
pub(super) fn same<T: PartialEq + std::fmt::Debug + ?Sized>(
    what: &Text,
    recorded: &T,
    ours: &T,
) -> Result<(), Text> {
    if recorded == ours {
        return Ok(());
    }
    Err(differs(what, &format!("{recorded:?}"), &format!("{ours:?}")))
}

/// A difference as it is told.
pub(super) fn differs(what: &Text, recorded: &str, ours: &str) -> Text {
    say!("probe-replay-differs", what = what, recorded = recorded, ours = ours)
}

/// Which part of `place` differs.
pub(super) fn within(place: &Text, what: &Text) -> Text {
    say!("probe-named", name = place, what = what)
}
