//! What an outage did, read from the operations of its record: one pass, memory as long as the list of moments at which
//! a connection was taken or came free, of an outage that lasts seconds to minutes.

use std::collections::BTreeMap;

use super::{OutageFacts, planned};
use crate::analysis::Options;
use crate::analysis::facts::Facts;
use crate::analysis::whatif::SLACK_S;
use crate::record::calls::Call;
use crate::record::model::OperationRow;
use crate::record::read::{ReadError, RunRecord};
use crate::text::Text;
use crate::wire::api::Operation;
use crate::wire::flow::flow;
use crate::wire::{Build, WebhookKey};
use crate::{displays_english, say};

/// Connections, and slots of the after-queue, of a group process.
const A_PROCESS: i64 = 100;

/// Why an outage cannot be observed.
#[derive(Debug, thiserror::Error)]
pub enum ObserveError {
    /// The plan has none.
    NoOutage,
    /// The operation log is off or cut.
    NoOperations,
    /// The record cannot be read.
    Read(#[from] ReadError),
}

impl ObserveError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            ObserveError::NoOutage => say!("errors-observe-no-outage"),
            ObserveError::NoOperations => say!("errors-observe-no-operations"),
            ObserveError::Read(error) => error.text(),
        }
    }
}

displays_english!(ObserveError);

/// Reads what the first outage of a run did.
///
/// # Errors
/// When the run has none, or its operations are not all on record.
pub fn observe(record: &RunRecord) -> Result<OutageFacts, ObserveError> {
    let facts = Facts::gather(record, Options::default())?;
    let outage = planned(facts.plan(), facts.expected()).ok_or(ObserveError::NoOutage)?;
    if record.operations_capped() > 0 {
        return Err(ObserveError::NoOperations);
    }
    let from = us(outage.phase.start_s);
    let mut seen = Seen::new(&facts, from, from + us(outage.phase.duration_s));
    let mut rows = 0_u64;
    record.for_each_operation(|row| {
        rows += 1;
        seen.usual(row);
    })?;
    if rows == 0 {
        return Err(ObserveError::NoOperations);
    }
    record.for_each_operation(|row| seen.add(row))?;
    Ok(seen.end(i64::from(facts.profile().webhook.processes.max(1)) * A_PROCESS))
}

fn us(seconds: f64) -> u64 {
    (seconds * 1e6).max(0.0).round() as u64
}

struct Seen<'a> {
    build: Build,
    expect: &'a [WebhookKey],
    from: u64,
    to: u64,
    /// Longest response time before the outage, by what was called, µs.
    usual: BTreeMap<Operation, u64>,
    /// Moments at which connections were taken (+1) or came free (−1), µs.
    connections: Vec<(u64, i64)>,
    /// The same for places in the after-queue.
    places: Vec<(u64, i64)>,
    failed: u64,
    lost: u64,
    last_disturbed: u64,
}

impl<'a> Seen<'a> {
    fn new(facts: &Facts<'a>, from: u64, to: u64) -> Seen<'a> {
        Seen {
            build: facts.build(),
            expect: facts.expected(),
            from,
            to,
            usual: BTreeMap::new(),
            connections: Vec::new(),
            places: Vec::new(),
            failed: 0,
            lost: 0,
            last_disturbed: 0,
        }
    }

    /// Calls that were over before the outage say what is usual.
    fn usual(&mut self, row: &OperationRow) {
        let Some(answered) = row.answered_us.filter(|at| *at < self.from && row.succeeded()) else {
            return;
        };
        let usual = self.usual.entry(row.operation).or_default();
        *usual = (*usual).max(answered.saturating_sub(row.intended_us));
    }

    fn add(&mut self, row: &OperationRow) {
        let calls: Vec<Call> = row.calls().collect();
        for call in &calls {
            let end = call.ended().or(row.answered_us).unwrap_or(u64::MAX);
            self.connections.extend([(call.received, 1), (end.max(call.received), -1)]);
        }
        let answered = row.answered_us.unwrap_or(u64::MAX);
        let ok = row.succeeded();
        if ok {
            self.queued(row, &calls, answered);
        }
        if answered < self.from {
            return;
        }
        self.failed += u64::from(!ok);
        let usual = self.usual.get(&row.operation).copied().unwrap_or(0);
        let took = answered.saturating_sub(row.intended_us);
        if !ok || took > usual + us(SLACK_S) {
            self.last_disturbed = self.last_disturbed.max(answered);
        }
    }

    /// A successful call leaves each after-event it should in the queue when it is answered, until a worker sends it.
    fn queued(&mut self, row: &OperationRow, calls: &[Call], answered: u64) {
        let after = flow(row.operation, Some(self.build)).after.iter();
        for key in after.filter(|key| self.expect.contains(key)) {
            match calls.iter().find(|c| c.key == *key) {
                Some(call) => {
                    let pushed = answered.min(call.received);
                    self.places.extend([(pushed, 1), (call.received, -1)]);
                }
                None => {
                    self.lost += u64::from(answered >= self.from);
                }
            }
        }
    }

    fn end(mut self, all: i64) -> OutageFacts {
        let (from, to) = (self.from, self.to);
        let since = |at: u64| (at - from) as f64 / 1e6;
        let recovery = self.last_disturbed.saturating_sub(to);
        OutageFacts {
            pool_full_after_s: first_at(&mut self.connections, all, from).map(since),
            queue_full_after_s: first_at(&mut self.places, all, from).map(since),
            failed: self.failed,
            lost: self.lost,
            recovery_s: (self.last_disturbed < u64::MAX).then(|| recovery as f64 / 1e6),
        }
    }
}

/// The first moment from `from` on at which `all` are taken.
fn first_at(moments: &mut [(u64, i64)], all: i64, from: u64) -> Option<u64> {
    // Of the same moment what comes free first.
    moments.sort_unstable();
    let mut taken = 0;
    moments.iter().find_map(|(at, change)| {
        taken += change;
        (taken >= all && *at >= from).then_some(*at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_connections_are_held_when_as_many_have_come_as_not_gone() {
        let mut moments: Vec<(u64, i64)> = (0..100).map(|i| (i * 10, 1)).collect();
        assert_eq!(first_at(&mut moments, 100, 0), Some(990));
        moments.push((500, -1));
        assert_eq!(first_at(&mut moments, 100, 0), None);
        moments.push((2_000, 1));
        assert_eq!(first_at(&mut moments, 100, 0), Some(2_000));
    }
}
