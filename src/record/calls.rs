//! The callbacks of an operation row, read back from the text that stands in `operations.csv.zst`.

use super::model::OperationRow;
use crate::wire::WebhookKey;

/// What `result` says of an operation that succeeded.
const SUCCEEDED: &str = "ok";

/// One callback of an operation; stamps in µs since the run's start, absent where it did not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Call {
    /// Webhook key.
    pub key: WebhookKey,
    /// Its connection was accepted, where it came on a new one.
    pub accepted: Option<u64>,
    /// Its request was there.
    pub received: u64,
    /// A worker took it up.
    pub started: Option<u64>,
    /// We answered.
    pub replied: Option<u64>,
    /// `OpenIM` closed first.
    pub aborted: Option<u64>,
}

impl Call {
    /// When its handler was over: answered, or given up by `OpenIM`.
    #[must_use]
    pub fn ended(&self) -> Option<u64> {
        self.replied.or(self.aborted)
    }

    fn read(text: &str) -> Option<Call> {
        let mut parts = text.split(':');
        let key = WebhookKey::from_name(parts.next()?)?;
        let mut stamp = || parts.next().map(|part| part.parse::<u64>().ok());
        Some(Call {
            key,
            accepted: stamp()?,
            received: stamp()??,
            started: stamp()?,
            replied: stamp()?,
            aborted: stamp()?,
        })
    }
}

impl OperationRow {
    /// Whether the target did what was asked.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.result == SUCCEEDED
    }

    /// Its callbacks in order of arrival; what cannot be read is left out.
    pub fn calls(&self) -> impl Iterator<Item = Call> + '_ {
        self.callbacks.split(';').filter_map(Call::read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(callbacks: &str) -> OperationRow {
        let mut row = crate::record::fixture::flush(0).operations.remove(0);
        callbacks.clone_into(&mut row.callbacks);
        row
    }

    #[test]
    fn callbacks_are_read_as_the_record_writes_them() {
        let calls: Vec<Call> = row("beforeCreateGroup:1:2:3:4:;afterCreateGroup::12:::19").calls().collect();
        assert_eq!(calls.len(), 2);
        assert_eq!((calls[0].accepted, calls[0].received, calls[0].ended()), (Some(1), 2, Some(4)));
        assert_eq!((calls[1].accepted, calls[1].started, calls[1].ended()), (None, None, Some(19)));
    }

    #[test]
    fn what_is_no_callback_is_left_out() {
        assert_eq!(row("").calls().count(), 0);
        assert_eq!(row(";beforeCreateGroup;nobody:1:2:3:4:;beforeCreateGroup:1::3:4:").calls().count(), 0);
    }
}
