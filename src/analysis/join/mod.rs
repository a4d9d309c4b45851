//! A run joined with OpenIM's own log: the exact round trip of each callback, written into the record.
//!
//! Calls are taken from the log as they end, put into the order in which they began, and set beside what we know of
//! them ourselves. Everything streams; what is remembered spans a minute or so of the run, whatever its length.

mod error;
mod ours;
mod place;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::ids::OperationId;
use crate::logs::{Call, Counts, Entry, Event, Outcome, Pairs, Reading, Told};
use crate::record::read::RunRecord;
use crate::record::roundtrips::{self, LogJoin, RoundTrip, RoundTripWriter};
use crate::record::{ROUND_TRIPS_CSV, kept};
use crate::wire::WebhookKey;
use crate::wire::failure::FailureKind;
use ours::Ours;

pub use error::JoinError;

/// Calls by which the log's clock is set against ours.
const PLACED_BY: usize = 1_000;
/// A call may end, or be given up, so long after one that began later, µs.
const HELD_US: u64 = 65_000_000;
/// Calls held at a time.
const HELD: usize = 1_000_000;

/// A call of this run in the log.
struct Found {
    id: OperationId,
    key: WebhookKey,
    call: Call,
}

/// Joins a log with a record.
pub struct Join<'a> {
    record: &'a RunRecord,
    folder: PathBuf,
    needle: String,
    reading: Reading,
    pairs: Pairs,
    /// Until the log's clock is set.
    waiting: Vec<Found>,
    /// The run's start by the log's clock, µs.
    start_us: Option<i64>,
    held: BTreeMap<(u64, u64), RoundTrip>,
    taken: u64,
    /// Failures of this run's operations, also at log level 3.
    failures: u64,
    ours: Ours<'a>,
    out: RoundTripWriter,
    failed: Option<io::Error>,
    found: LogJoin,
}

impl<'a> Join<'a> {
    /// Begins to join with the record in `folder`; an earlier join stays until `finish`.
    ///
    /// # Errors
    /// When the record cannot be read or written.
    pub fn new(record: &'a RunRecord, folder: &Path) -> Result<Join<'a>, JoinError> {
        let out = RoundTripWriter::create(folder).map_err(|source| unwritten(folder, source))?;
        Ok(Join {
            record,
            folder: folder.to_owned(),
            needle: format!("ob{}-", record.header.plan.tag),
            reading: Reading::default(),
            pairs: Pairs::default(),
            waiting: Vec::new(),
            start_us: None,
            held: BTreeMap::new(),
            taken: 0,
            failures: 0,
            ours: Ours::of(record)?,
            out,
            failed: None,
            found: LogJoin::default(),
        })
    }

    /// A record of the log.
    pub fn entry(&mut self, entry: &Entry<'_>) {
        let Some(event) = self.reading.of(entry) else { return };
        let operation = match &event {
            Event::Called(line) | Event::Answered(line) => &line.operation,
            Event::Failed(line) => &line.operation,
            Event::Ended(_) => return,
        };
        if !operation.contains(&self.needle) {
            return;
        }
        self.failures += u64::from(matches!(event, Event::Failed(_)));
        let mut told = Vec::new();
        self.pairs.take(&event, &mut |what| told.push(what));
        told.into_iter().for_each(|what| self.told(what));
    }

    /// The log has been read: writes the rest and what was found into the record.
    ///
    /// # Errors
    /// When nothing of the run was found, or the record cannot be written; then the record is as it was.
    pub fn finish(mut self, counts: &Counts, files: Vec<String>) -> Result<LogJoin, JoinError> {
        let mut told = Vec::new();
        self.pairs.finish(&mut |what| told.push(what));
        told.into_iter().for_each(|what| self.told(what));
        self.place();
        self.release(u64::MAX);
        self.rest();
        if self.found.calls.is_empty() {
            self.out.discard();
            return Err(JoinError::Nothing {
                lines: counts.lines,
                records: counts.records,
                failures: self.failures,
            });
        }
        (self.found.files, self.found.lines, self.found.foreign) = (files, counts.lines, counts.foreign);
        self.found.bracket = self.ours.check;
        if let Some(source) = self.failed {
            self.out.discard();
            return Err(unwritten(&self.folder, source));
        }
        self.out.finish().map_err(|source| unwritten(&self.folder, source))?;
        kept::keep_log(&self.folder, &self.found)
            .map_err(|source| JoinError::Write { path: self.folder.join(crate::record::RUN_JSON), source })?;
        Ok(self.found)
    }

    fn told(&mut self, what: Told) {
        let Told::Call(call) = what else { return };
        let Some(key) = call.begun.key() else { return };
        // Several operations stand in one line where notices were batched; the call is that of the first of ours.
        let tag = self.record.header.plan.tag;
        let ids = OperationId::parse_joined(&call.begun.operation);
        let Some(id) = ids.into_iter().find(|id| id.run() == tag && id.is_load()) else { return };
        let counts = self.found.calls.entry(key).or_default();
        counts.called += 1;
        match call.outcome {
            Outcome::Answered => counts.answered += 1,
            Outcome::Failed(_) => counts.failed += 1,
            Outcome::Abandoned | Outcome::Lost | Outcome::Running => counts.open += 1,
        }
        let found = Found { id, key, call };
        match self.start_us {
            Some(start_us) => self.hold(found, start_us),
            None => {
                self.waiting.push(found);
                if self.waiting.len() >= PLACED_BY {
                    self.place();
                }
            }
        }
    }

    /// Sets the log's clock by the calls that wait, and takes them.
    fn place(&mut self) {
        if self.start_us.is_some() || self.waiting.is_empty() {
            return;
        }
        let placed = place::place(self.record, &self.waiting);
        (self.found.zone_minutes, self.found.placed_by) = (placed.zone_minutes, placed.by);
        self.start_us = Some(placed.start_us);
        for found in std::mem::take(&mut self.waiting) {
            self.hold(found, placed.start_us);
        }
    }

    fn hold(&mut self, found: Found, start_us: i64) {
        let sent_us = u64::try_from(found.call.begun.at.0.saturating_mul(1_000) - start_us).unwrap_or(0);
        self.held.insert((sent_us, self.taken), row(&found, sent_us));
        self.taken += 1;
        self.release(sent_us.saturating_sub(HELD_US));
    }

    /// Writes what began before `until_us`: nothing earlier can come any more.
    fn release(&mut self, until_us: u64) {
        while let Some(((sent_us, _), _)) = self.held.first_key_value() {
            if *sent_us >= until_us && self.held.len() < HELD {
                return;
            }
            let Some((_, mut trip)) = self.held.pop_first() else { return };
            for row in self.ours.unlogged(trip.sent_us) {
                self.write(&row);
            }
            self.ours.complete(&mut trip);
            self.write(&trip);
        }
    }

    /// Slow callbacks of ours of which the log has no line, up to the end of the run.
    fn rest(&mut self) {
        for row in self.ours.unlogged(u64::MAX) {
            self.write(&row);
        }
    }

    fn write(&mut self, row: &RoundTrip) {
        if self.failed.is_none() {
            self.failed = self.out.push(row).err();
        }
    }
}

fn unwritten(folder: &Path, source: io::Error) -> JoinError {
    JoinError::Write { path: folder.join(ROUND_TRIPS_CSV), source }
}

fn row(found: &Found, sent_us: u64) -> RoundTrip {
    let (outcome, cut) = match found.call.outcome {
        Outcome::Answered => (roundtrips::OK.to_owned(), false),
        Outcome::Failed(kind) => (kind.name(), is_deadline(kind)),
        Outcome::Abandoned => (roundtrips::ABANDONED.to_owned(), false),
        Outcome::Lost => (roundtrips::LOST.to_owned(), false),
        Outcome::Running => (roundtrips::RUNNING.to_owned(), false),
    };
    let told = matches!(found.call.outcome, Outcome::Answered | Outcome::Failed(_));
    RoundTrip {
        seq: found.id.seq,
        worker: found.id.worker,
        key: found.key,
        sent_us,
        round_trip_us: found.call.took_us().filter(|_| told),
        outcome,
        cut,
        group_size: 0,
    }
}

/// Time ran out: a longer timeout might have let it end. No timeout helps the other failures.
fn is_deadline(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::WebhookDeadline | FailureKind::WebhookCap | FailureKind::WebhookBodyRead)
}
