//! `roundtrips.csv.zst`: what OpenIM's own log says of this run's callbacks, a row each, in the order in which they
//! were sent. Written by a join after the run, whole or not at all; a later join replaces it.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::model::Exceedance;
use super::{ROUND_TRIPS_CSV, private_file};
use crate::units::Stamp;
use crate::wire::WebhookKey;

/// The callback was answered, and not with a rejection.
pub const OK: &str = "ok";
/// OpenIM's log does not tell how it ended.
pub const LOST: &str = "lost";
/// The log ended before OpenIM would have given up.
pub const RUNNING: &str = "running";
/// The caller had hung up.
pub const ABANDONED: &str = "abandoned";
/// A slow callback of ours of which the log has no line; the time is ours.
pub const NOT_LOGGED: &str = "not_logged";

/// One callback as OpenIM saw it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoundTrip {
    /// Sequence number of its operation.
    pub seq: u64,
    /// Worker of its operation.
    pub worker: u16,
    /// Webhook.
    pub key: WebhookKey,
    /// When OpenIM began, µs of the run.
    pub sent_us: u64,
    /// How long it took, µs, to the millisecond of the log; absent where no line tells.
    pub round_trip_us: Option<u64>,
    /// `ok`, the kind of failure, `lost`, `running`, `abandoned`, or `not_logged`.
    pub outcome: String,
    /// It counts as slower than everything: OpenIM's time for it ran out, or OpenIM closed first.
    pub cut: bool,
    /// Members of the group with its owner; 0 where unknown.
    pub group_size: u32,
}

impl RoundTrip {
    /// The log (or, for one that was cut, our own end) says how long it took.
    #[must_use]
    pub fn is_known(&self) -> bool {
        match self.outcome.as_str() {
            NOT_LOGGED => false,
            LOST | RUNNING | ABANDONED => self.cut,
            _ => self.cut || self.round_trip_us.is_some(),
        }
    }

    /// As a slow callback; none where nothing is known of its time.
    #[must_use]
    pub fn as_exceedance(&self) -> Option<Exceedance> {
        let us = self.round_trip_us.or_else(|| self.cut.then_some(0))?;
        Some(Exceedance {
            at: Stamp(self.sent_us),
            key: self.key,
            seq: self.seq,
            low_us: us,
            near_us: us,
            high_us: us,
            cut: self.cut,
            crowded: false,
            group_size: self.group_size,
        })
    }
}

/// What a join found, kept in `run.json`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LogJoin {
    /// Names of the log's files.
    pub files: Vec<String>,
    /// Lines read.
    pub lines: u64,
    /// Lines of others.
    pub foreign: u64,
    /// The log's local time is so many minutes ahead of UTC.
    pub zone_minutes: i64,
    /// Operations by whose times the log's clock was set against ours; 0: by the first callback of the load.
    pub placed_by: u64,
    /// Calls found, by webhook.
    pub calls: BTreeMap<WebhookKey, JoinCounts>,
    /// Handler ≤ round trip ≤ upper end of the bracket?
    pub bracket: BracketCheck,
}

/// Calls of a webhook in the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct JoinCounts {
    /// Lines `webhook`.
    pub called: u64,
    /// With their `webhook success`.
    pub answered: u64,
    /// With the failure of their operation.
    pub failed: u64,
    /// Neither.
    pub open: u64,
}

/// Callbacks whose round trip was held against our own times.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct BracketCheck {
    /// So many.
    pub checked: u64,
    /// Outside, by more than the two clocks allow for.
    pub outside: u64,
    /// The first of them.
    pub examples: Vec<BracketExample>,
}

/// A callback outside its bracket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BracketExample {
    /// Worker and sequence number of its operation.
    pub operation: String,
    /// Webhook.
    pub key: WebhookKey,
    /// Handler time, µs.
    pub low_us: u64,
    /// Of the log, µs.
    pub round_trip_us: u64,
    /// Upper end, µs; none after the answer.
    pub high_us: Option<u64>,
}

/// Writes the file beside its old version, which it replaces at the end.
pub struct RoundTripWriter {
    temporary: PathBuf,
    path: PathBuf,
    csv: csv::Writer<zstd::stream::write::Encoder<'static, BufWriter<File>>>,
}

impl RoundTripWriter {
    /// Begins a file in the record `folder`.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn create(folder: &Path) -> io::Result<RoundTripWriter> {
        let path = folder.join(ROUND_TRIPS_CSV);
        let temporary = folder.join(format!("{ROUND_TRIPS_CSV}.tmp"));
        let file = BufWriter::new(private_file(&temporary, false)?);
        let csv = csv::Writer::from_writer(zstd::stream::write::Encoder::new(file, 3)?);
        Ok(RoundTripWriter { temporary, path, csv })
    }

    /// Appends a row.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn push(&mut self, row: &RoundTrip) -> io::Result<()> {
        self.csv.serialize(row).map_err(io::Error::other)
    }

    /// Ends the file and puts it in its place.
    ///
    /// # Errors
    /// When it cannot be written; an older one is then still there.
    pub fn finish(self) -> io::Result<()> {
        let encoder = self.csv.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
        let mut file = encoder.finish()?;
        file.flush()?;
        fs::rename(&self.temporary, &self.path)
    }

    /// Leaves an older file as it is.
    pub fn discard(self) {
        let RoundTripWriter { temporary, csv, .. } = self;
        drop(csv);
        // What stays behind is overwritten by the next join.
        let _ = fs::remove_file(temporary);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::read::rows_of;

    fn row(outcome: &str, us: Option<u64>, cut: bool) -> RoundTrip {
        RoundTrip {
            seq: 1,
            worker: 0,
            key: WebhookKey::BeforeCreateGroup,
            sent_us: 5,
            round_trip_us: us,
            outcome: outcome.to_owned(),
            cut,
            group_size: 0,
        }
    }

    #[test]
    fn rows_are_read_as_they_were_written_and_a_discarded_file_leaves_the_old_one() {
        let dir = tempfile::tempdir().unwrap();
        let rows = [row(OK, Some(7_000), false), row("webhook_deadline", None, true), row(LOST, None, false)];
        let mut writer = RoundTripWriter::create(dir.path()).unwrap();
        rows.iter().for_each(|r| writer.push(r).unwrap());
        writer.finish().unwrap();
        RoundTripWriter::create(dir.path()).unwrap().discard();
        let read: Vec<RoundTrip> = rows_of(&dir.path().join(ROUND_TRIPS_CSV)).unwrap().collect();
        assert_eq!(read, rows);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_call_without_an_end_is_known_only_where_our_side_saw_it_cut() {
        for (outcome, us, cut, known) in [
            (OK, Some(1), false, true),
            ("webhook_deadline", Some(1), true, true),
            (LOST, None, false, false),
            (LOST, None, true, true),
            (NOT_LOGGED, Some(1), true, false),
        ] {
            assert_eq!(row(outcome, us, cut).is_known(), known, "{outcome} {cut}");
        }
    }
}
