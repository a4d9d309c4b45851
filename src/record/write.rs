//! Writing a record as the run goes: one flush a second.
//!
//! Each flush ends a zstd frame and hands everything to the kernel, so that `kill -9`
//! costs at most the last second. `run.json` is replaced by atomic rename. After a
//! write error the writer takes the half-written part back and writes no more rows, so
//! that what is there stays readable.
//!
//! Columns of `operations.csv.zst` are the fields of `model::OperationRow`, those of
//! `exceedances.csv.zst` the fields of `model::Exceedance`, in that order, with a header
//! row; stamps are µs since the run's start.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, IntervalLogWriterError, Tag};
use serde::Serialize;

use super::model::{End, Exceedance, Header, OperationRow, SecondRow, Series, evidence};
use super::{EXCEEDANCES_CSV, INTERVALS_HLOG, OPERATIONS_CSV, RUN_JSON, SECONDS_JSONL};
use crate::text::Text;
use crate::units::Stamp;
use crate::{displays_english, say};

const ZSTD_LEVEL: i32 = 3;

/// What one second adds to the record.
#[derive(Debug, Default)]
pub struct Flush {
    /// Start of the interval.
    pub from: Stamp,
    /// End of the interval.
    pub to: Stamp,
    /// Rows of `seconds.jsonl`. A row of an earlier second holds only what became known
    /// since; the reader adds the two up.
    pub rows: Vec<SecondRow>,
    /// Series by tag; the values whose end fell into the interval.
    pub series: Vec<(String, Series)>,
    /// Finished operations.
    pub operations: Vec<OperationRow>,
    /// Exceedances, by arrival time, none earlier than those of the flush before.
    pub exceedances: Vec<Exceedance>,
}

/// What takes a flush: the record, or memory in tests.
pub trait Recorder: Send + 'static {
    /// Writes it; nothing is kept back.
    ///
    /// # Errors
    /// When it cannot be written: then the run is to stop.
    fn flush(&mut self, flush: Flush) -> Result<(), WriteError>;
}

/// Keeps every flush, for tests.
impl Recorder for Vec<Flush> {
    fn flush(&mut self, flush: Flush) -> Result<(), WriteError> {
        self.push(flush);
        Ok(())
    }
}

/// Why a record cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is a record of that name.
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// A file cannot be written.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// An earlier write failed, so nothing more was written.
    Stopped {
        /// The record's folder.
        path: PathBuf,
    },
}

impl WriteError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        let shown = |path: &Path| path.display().to_string();
        match self {
            WriteError::Exists { path } => say!("errors-write-exists", path = shown(path)),
            WriteError::File { path, source } => {
                say!("errors-write-file", path = shown(path), why = source.to_string())
            }
            WriteError::Stopped { path } => say!("errors-write-stopped", path = shown(path)),
        }
    }
}

displays_english!(WriteError);

/// A file that only ever grows by whole pieces.
#[derive(Debug)]
struct Growing {
    path: PathBuf,
    file: File,
    /// Length of what is known to be whole.
    whole: u64,
}

impl Growing {
    fn create(dir: &Path, name: &str) -> Result<Growing, WriteError> {
        let path = dir.join(name);
        let file =
            File::create_new(&path).map_err(|source| WriteError::File { path: path.clone(), source })?;
        Ok(Growing { path, file, whole: 0 })
    }

    fn push(&mut self, piece: &[u8]) -> Result<(), WriteError> {
        match self.file.write_all(piece) {
            Ok(()) => {
                self.whole += piece.len() as u64;
                Ok(())
            }
            Err(source) => {
                // Best effort: without it the reader drops the cut piece.
                let _ = self.file.set_len(self.whole);
                Err(WriteError::File { path: self.path.clone(), source })
            }
        }
    }

    /// Appends rows as CSV in a zstd frame of their own; the header row comes with the first.
    fn push_csv<T: Serialize>(&mut self, rows: &[T]) -> Result<(), WriteError> {
        if rows.is_empty() {
            return Ok(());
        }
        let frame = csv_frame(rows, self.whole == 0)
            .map_err(|source| WriteError::File { path: self.path.clone(), source })?;
        self.push(&frame)
    }
}

fn csv_frame<T: Serialize>(rows: &[T], header: bool) -> io::Result<Vec<u8>> {
    let mut csv = csv::WriterBuilder::new().has_headers(header).from_writer(Vec::new());
    for row in rows {
        csv.serialize(row).map_err(io::Error::other)?;
    }
    let text = csv.into_inner().map_err(|e| io::Error::other(e.to_string()))?;
    zstd::stream::encode_all(text.as_slice(), ZSTD_LEVEL)
}

/// Writes `results/<run-id>/`.
#[derive(Debug)]
pub struct RecordWriter {
    dir: PathBuf,
    header: Header,
    seconds: Growing,
    intervals: Growing,
    exceedances: Growing,
    operations: Option<Growing>,
    rows_left: u64,
    stopped: bool,
}

impl RecordWriter {
    /// Makes the folder `<dir>/<run-id>/` and writes its header. The operation log is off
    /// when `limits.operation_rows` is 0.
    ///
    /// # Errors
    /// When the folder is there already or cannot be written.
    pub fn create(dir: &Path, header: Header) -> Result<RecordWriter, WriteError> {
        let dir = dir.join(&header.plan.run_id);
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => WriteError::Exists { path: dir.clone() },
            _ => WriteError::File { path: dir.clone(), source },
        };
        if let Some(parent) = dir.parent() {
            fs::create_dir_all(parent).map_err(failed)?;
        }
        fs::create_dir(&dir).map_err(failed)?;
        let rows_left = header.plan.profile.limits.operation_rows;
        let operations = if rows_left > 0 { Some(Growing::create(&dir, OPERATIONS_CSV)?) } else { None };
        let mut writer = RecordWriter {
            seconds: Growing::create(&dir, SECONDS_JSONL)?,
            intervals: Growing::create(&dir, INTERVALS_HLOG)?,
            exceedances: Growing::create(&dir, EXCEEDANCES_CSV)?,
            operations,
            rows_left,
            stopped: false,
            dir,
            header,
        };
        writer.write_header()?;
        writer.intervals.push(&log_head(&writer.header))?;
        Ok(writer)
    }

    /// The record's folder.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The header as it stands.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Changes the header, for what becomes known after the start, and writes it.
    ///
    /// # Errors
    /// When `run.json` cannot be replaced; the old one is then still there.
    pub fn update(&mut self, change: impl FnOnce(&mut Header)) -> Result<(), WriteError> {
        change(&mut self.header);
        self.write_header()
    }

    /// Writes the end into the header. Works also after a flush failed.
    ///
    /// # Errors
    /// When `run.json` cannot be replaced; the old one is then still there.
    pub fn finish(&mut self, end: End) -> Result<(), WriteError> {
        self.update(|header| header.end = Some(end))
    }

    fn write_header(&self) -> Result<(), WriteError> {
        let path = self.dir.join(RUN_JSON);
        write_atomically(&path, &self.header).map_err(|source| WriteError::File { path, source })
    }

    fn write_flush(&mut self, flush: &mut Flush) -> Result<(), WriteError> {
        let lines = interval_lines(flush)
            .map_err(|source| WriteError::File { path: self.intervals.path.clone(), source })?;
        self.intervals.push(&lines)?;
        self.exceedances.push_csv(&flush.exceedances)?;
        if let Some(operations) = &mut self.operations {
            let room = usize::try_from(self.rows_left).unwrap_or(usize::MAX).min(flush.operations.len());
            operations.push_csv(&flush.operations[..room])?;
            self.rows_left -= room as u64;
            note_capped(flush, room);
        }
        let path = &self.seconds.path;
        let rows =
            json_lines(&flush.rows).map_err(|source| WriteError::File { path: path.clone(), source })?;
        self.seconds.push(&rows)
    }
}

impl Recorder for RecordWriter {
    fn flush(&mut self, mut flush: Flush) -> Result<(), WriteError> {
        if self.stopped {
            return Err(WriteError::Stopped { path: self.dir.clone() });
        }
        let written = self.write_flush(&mut flush);
        self.stopped = written.is_err();
        written
    }
}

/// Counts the operation rows beyond the cap, where the record keeps counts.
fn note_capped(flush: &mut Flush, room: usize) {
    let beyond = flush.operations.len() - room;
    if beyond > 0
        && let Some(row) = flush.rows.last_mut()
    {
        *row.evidence.entry(evidence::OPERATIONS_CAPPED.to_owned()).or_default() += beyond as u64;
    }
}

fn json_lines(rows: &[SecondRow]) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut text, row)?;
        text.push(b'\n');
    }
    Ok(text)
}

/// Replaces `path` by `value` as JSON so that a reader sees the old or the new one, never half.
///
/// # Errors
/// When it cannot be written.
pub fn write_atomically<T: Serialize>(path: &Path, value: &T) -> io::Result<()> {
    let mut text = serde_json::to_vec_pretty(value)?;
    text.push(b'\n');
    write_text_atomically(path, &text)
}

/// Replaces the file `path` by `text`, whole or not at all.
///
/// # Errors
/// When it cannot be written.
pub fn write_text_atomically(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    let temporary = path.with_file_name(name);
    let mut file = File::create(&temporary)?;
    let written = file.write_all(text).and_then(|()| file.sync_all());
    written.and_then(|()| fs::rename(&temporary, path)).inspect_err(|_| {
        let _ = fs::remove_file(&temporary);
    })
}

/// Comments and headers of the interval log. Starts of intervals are relative to BaseTime.
fn log_head(header: &Header) -> Vec<u8> {
    let started = humantime::parse_rfc3339(&header.environment.started).unwrap_or(SystemTime::UNIX_EPOCH);
    let mut head = b"#[Histogram log format version 1.3]\n".to_vec();
    // Writing to memory cannot fail.
    let _ = IntervalLogWriterBuilder::new()
        .add_comment(&format!("[openim-bench {} run {}]", header.environment.version, header.plan.run_id))
        .add_comment("[Values are in microseconds, one tag a series]")
        .with_start_time(started)
        .with_base_time(started)
        .begin_log_with(&mut head, &mut V2DeflateSerializer::new());
    head.extend_from_slice(
        b"\"StartTimestamp\",\"Interval_Length\",\"Interval_Max\",\"Interval_Compressed_Histogram\"\n",
    );
    head
}

fn interval_lines(flush: &Flush) -> io::Result<Vec<u8>> {
    let mut lines = Vec::new();
    let mut serializer = V2DeflateSerializer::new();
    let mut log = IntervalLogWriterBuilder::new().begin_log_with(&mut lines, &mut serializer)?;
    let (from, length) =
        (Duration::from_micros(flush.from.0), Duration::from_micros(flush.to.since(flush.from)));
    for (tag, series) in flush.series.iter().filter(|(_, s)| !s.is_empty()) {
        let name = Tag::new(tag).ok_or_else(|| io::Error::other(format!("`{tag}` is no series tag")))?;
        log.write_histogram(series, from, length, Some(name)).map_err(|e| match e {
            IntervalLogWriterError::IoError(e) => e,
            IntervalLogWriterError::SerializeError(e) => io::Error::other(e.to_string()),
        })?;
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture;
    use crate::record::model::{Ended, new_series};
    use crate::record::read::RunRecord;

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_with_the_path_and_the_record_stays_readable() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = RecordWriter::create(dir.path(), fixture::header("full", 100)).unwrap();
        writer.flush(fixture::flush(0)).unwrap();
        writer.intervals.file = File::options().write(true).open("/dev/full").unwrap();
        let error = writer.flush(fixture::flush(1)).unwrap_err();
        assert!(error.to_string().contains(INTERVALS_HLOG), "{error}");
        assert!(matches!(writer.flush(fixture::flush(2)), Err(WriteError::Stopped { .. })));
        writer.finish(fixture::end(Ended::Aborted)).unwrap();
        let record = RunRecord::open(writer.dir()).unwrap();
        assert_eq!((record.rows.len(), record.partial, record.unreadable_lines), (1, false, 0));
    }

    #[test]
    fn operation_rows_stop_at_the_cap_and_the_rest_is_counted() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = RecordWriter::create(dir.path(), fixture::header("cap", 5)).unwrap();
        for second in 0..3 {
            writer.flush(fixture::flush(second)).unwrap();
        }
        let record = RunRecord::open(writer.dir()).unwrap();
        let mut seen = 0;
        record.for_each_operation(|_| seen += 1).unwrap();
        assert_eq!(seen, 5);
        assert_eq!(record.operations_capped(), 3 * fixture::OPERATIONS_A_FLUSH - 5);
    }

    #[test]
    fn the_columns_of_the_operation_log_are_those_that_the_reader_knows() {
        let rows = fixture::flush(0).operations;
        let frame = csv_frame(&rows, true).unwrap();
        let text = String::from_utf8(zstd::stream::decode_all(frame.as_slice()).unwrap()).unwrap();
        assert_eq!(text.lines().next(), Some(crate::record::model::OPERATION_COLUMNS.join(",").as_str()));
    }

    #[test]
    fn an_operation_log_is_read_alike_by_place_and_by_name() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = RecordWriter::create(dir.path(), fixture::header("alike", 100)).unwrap();
        writer.flush(fixture::flush(0)).unwrap();
        let read = || {
            let mut rows = Vec::new();
            let record = RunRecord::open(writer.dir()).unwrap();
            record.for_each_operation(|row| rows.push(row.clone())).unwrap();
            rows
        };
        assert_eq!(read(), fixture::flush(0).operations);
        // As of a version that knew no attempts that repeat another.
        let path = writer.dir().join(OPERATIONS_CSV);
        let text = zstd::stream::decode_all(fs::File::open(&path).unwrap()).unwrap();
        let old = String::from_utf8(text).unwrap().replace("retry_of,", "").replace(",,before", ",before");
        fs::write(&path, zstd::stream::encode_all(old.as_bytes(), 0).unwrap()).unwrap();
        assert_eq!(read(), fixture::flush(0).operations);
    }

    #[test]
    fn the_operation_log_can_be_off() {
        let dir = tempfile::tempdir().unwrap();
        let mut writer = RecordWriter::create(dir.path(), fixture::header("off", 0)).unwrap();
        writer.flush(fixture::flush(0)).unwrap();
        assert!(!writer.dir().join(OPERATIONS_CSV).exists());
        let record = RunRecord::open(writer.dir()).unwrap();
        assert_eq!(record.operations_capped(), 0);
        record.for_each_operation(|_| panic!("none were written")).unwrap();
    }

    #[test]
    fn an_existing_record_is_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        RecordWriter::create(dir.path(), fixture::header("twice", 1)).unwrap();
        let error = RecordWriter::create(dir.path(), fixture::header("twice", 1)).unwrap_err();
        assert!(
            matches!(&error, WriteError::Exists { .. }) && error.to_string().contains("--out"),
            "{error}"
        );
    }

    #[test]
    fn empty_series_leave_no_line() {
        let flush = Flush { series: vec![("a".to_owned(), new_series())], ..Flush::default() };
        assert!(interval_lines(&flush).unwrap().is_empty());
    }
}
