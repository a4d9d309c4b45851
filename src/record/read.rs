//! Reading a record back, whole or after a kill.
//!
//! Rows and totals are held in memory (one row a second, one histogram a series); the
//! intervals, exceedances and operations are read anew at each pass, so that memory does
//! not grow with the run. A cut last line or zstd frame is left out and counted.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hdrhistogram::serialization::interval_log::{IntervalLogHistogram, IntervalLogIterator, LogEntry};
use serde::de::DeserializeOwned;

use super::encoded::{Cells, Unpacker};
use super::model::{
    Exceedance, FORMAT, Header, OPERATION_COLUMNS, OperationRow, SecondRow, Series, evidence, new_series,
};
use super::roundtrips::RoundTrip;
use super::{EXCEEDANCES_CSV, INTERVALS_HLOG, OPERATIONS_CSV, ROUND_TRIPS_CSV, RUN_JSON, SECONDS_JSONL};
use crate::text::Text;
use crate::{displays_english, say};

/// Where the streamed parts of a record come from.
#[derive(Debug)]
pub enum Stream<T> {
    /// A file, read anew at each pass, so that memory stays flat.
    File(PathBuf),
    /// In memory, for tests.
    Memory(Vec<T>),
}

impl<T: DeserializeOwned + Clone> Stream<T> {
    /// The rows one by one, for walking through two streams at once.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn rows(&self) -> Result<Box<dyn Iterator<Item = T> + '_>, ReadError> {
        Ok(match self {
            Stream::Memory(all) => Box::new(all.iter().cloned()),
            Stream::File(path) => Box::new(rows_of(path)?),
        })
    }
}

/// One interval of one series.
#[derive(Clone, Debug)]
pub struct Interval {
    /// Second of the run in which it was written.
    pub second: u64,
    /// Series tag.
    pub tag: String,
    /// Values, µs.
    pub histogram: Series,
}

/// A record, ready to be judged.
#[derive(Debug)]
pub struct RunRecord {
    /// `run.json`.
    pub header: Header,
    /// `seconds.jsonl`.
    pub rows: Vec<SecondRow>,
    /// Every series added up over the run.
    pub totals: BTreeMap<String, Series>,
    /// `intervals.hlog`.
    pub intervals: Stream<Interval>,
    /// `exceedances.csv.zst`, measured phases, by arrival time.
    pub exceedances: Stream<Exceedance>,
    /// `operations.csv.zst`, in order of their end; empty where the log was off.
    pub operations: Stream<OperationRow>,
    /// `roundtrips.csv.zst`, in the order in which they were sent; empty where no log was joined.
    pub round_trips: Stream<RoundTrip>,
    /// No end was written: the run was killed.
    pub partial: bool,
    /// Lines that could not be read (the last one after a kill).
    pub unreadable_lines: u64,
}

/// Why a record cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file is missing or unreadable.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    Format {
        /// Which.
        path: PathBuf,
        /// Why.
        why: Text,
    },
}

impl ReadError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            ReadError::File { path, source } => {
                say!("errors-read-file", path = path.display().to_string(), why = source.to_string())
            }
            ReadError::Format { path, why } => {
                say!("errors-read-format", path = path.display().to_string(), why = why)
            }
        }
    }
}

displays_english!(ReadError);

impl RunRecord {
    /// Opens the record at `path`: its folder, or a file in it.
    ///
    /// # Errors
    /// When there is no header, or it is of a newer format. Other files may be missing
    /// or cut, as a kill leaves them.
    pub fn open(path: &Path) -> Result<RunRecord, ReadError> {
        let dir = folder_of(path);
        let header = read_header(&dir.join(RUN_JSON))?;
        let (rows, mut unreadable_lines) = read_rows(&dir.join(SECONDS_JSONL))?;
        let intervals = dir.join(INTERVALS_HLOG);
        let mut totals: BTreeMap<String, Series> = BTreeMap::new();
        let mut reader = Reader::default();
        unreadable_lines += scan_intervals(&intervals, &mut |line| {
            let tag = line.tag()?.as_str();
            let cells = reader.read(line.encoded_histogram())?;
            if !totals.contains_key(tag) {
                totals.insert(tag.to_owned(), new_series());
            }
            cells.add_to(totals.get_mut(tag)?);
            Some(())
        })?;
        Ok(RunRecord {
            partial: header.end.is_none(),
            header,
            rows,
            totals,
            intervals: Stream::File(intervals),
            exceedances: Stream::File(dir.join(EXCEEDANCES_CSV)),
            operations: Stream::File(dir.join(OPERATIONS_CSV)),
            round_trips: Stream::File(dir.join(ROUND_TRIPS_CSV)),
            unreadable_lines,
        })
    }

    /// Rows that the operation log lacks because of `limits.operation_rows`.
    #[must_use]
    pub fn operations_capped(&self) -> u64 {
        self.rows.iter().filter_map(|row| row.evidence.get(evidence::OPERATIONS_CAPPED)).sum()
    }

    /// Passes over the rows of the operation log, in order of their end; none where the log was off.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn for_each_operation(&self, mut visit: impl FnMut(&OperationRow)) -> Result<(), ReadError> {
        match &self.operations {
            Stream::Memory(all) => all.iter().for_each(&mut visit),
            Stream::File(path) => scan_csv(path, &OPERATION_COLUMNS, &mut visit)?,
        }
        Ok(())
    }

    /// Passes over the exceedances by arrival time.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn for_each_exceedance(&self, mut visit: impl FnMut(&Exceedance)) -> Result<(), ReadError> {
        match &self.exceedances {
            Stream::Memory(all) => all.iter().for_each(&mut visit),
            Stream::File(path) => scan_csv(path, &[], &mut visit)?,
        }
        Ok(())
    }

    /// Passes over the intervals of the series `tag`, in order of time.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn for_each_interval(&self, tag: &str, mut visit: impl FnMut(u64, &Cells)) -> Result<(), ReadError> {
        self.for_each_interval_of(|t| t == tag, |_, second, cells| visit(second, cells))
    }

    /// Passes once over the intervals of every series whose tag is `wanted`, in order of time: one pass over the
    /// log for many series, and nothing is decoded that is not wanted.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn for_each_interval_of(
        &self,
        wanted: impl Fn(&str) -> bool,
        mut visit: impl FnMut(&str, u64, &Cells),
    ) -> Result<(), ReadError> {
        match &self.intervals {
            Stream::Memory(all) => {
                let them = all.iter().filter(|i| wanted(&i.tag));
                them.for_each(|i| visit(&i.tag, i.second, &Cells::of(&i.histogram)));
            }
            Stream::File(path) => read_intervals(path, &wanted, &mut visit)?,
        }
        Ok(())
    }
}

/// The record's folder for a path to it or to a file in it.
fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if path.is_file() => {
            if parent.as_os_str().is_empty() {
                PathBuf::from(".")
            } else {
                parent.to_owned()
            }
        }
        _ => path.to_owned(),
    }
}

fn read_header(path: &Path) -> Result<Header, ReadError> {
    let text = std::fs::read(path).map_err(|source| ReadError::File { path: path.to_owned(), source })?;
    let format = |why: Text| ReadError::Format { path: path.to_owned(), why };
    let quoted = |e: serde_json::Error| format(Text::plain(e.to_string()));
    let value: serde_json::Value = serde_json::from_slice(&text).map_err(quoted)?;
    match value.get("format").and_then(serde_json::Value::as_u64) {
        None => Err(format(say!("errors-read-no-format"))),
        Some(newer) if newer > u64::from(FORMAT) => {
            Err(format(say!("errors-read-newer", format = newer, known = FORMAT)))
        }
        Some(_) => serde_json::from_value(value).map_err(quoted),
    }
}

/// Opens a part of the record; a part that is not there yet is empty.
fn open_part(path: &Path) -> Result<Option<File>, ReadError> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ReadError::File { path: path.to_owned(), source }),
    }
}

/// Visits each line with its line feed; a last one without it is passed as it is.
fn for_each_line(path: &Path, mut visit: impl FnMut(&[u8])) -> Result<(), ReadError> {
    let Some(file) = open_part(path)? else { return Ok(()) };
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let mut line = Vec::new();
    loop {
        line.clear();
        match reader.read_until(b'\n', &mut line) {
            Ok(0) => return Ok(()),
            Ok(_) => visit(&line),
            Err(source) => return Err(ReadError::File { path: path.to_owned(), source }),
        }
    }
}

/// Rows by second and phase, those of the same added up, and how many could not be read.
fn read_rows(path: &Path) -> Result<(Vec<SecondRow>, u64), ReadError> {
    let mut rows: BTreeMap<(u64, u16), SecondRow> = BTreeMap::new();
    let mut unreadable = 0;
    for_each_line(path, |line| {
        let whole = line.strip_suffix(b"\n").unwrap_or_default();
        match serde_json::from_slice::<SecondRow>(whole) {
            Ok(row) => match rows.get_mut(&(row.second, row.phase)) {
                Some(first) => first.add(row),
                None => drop(rows.insert((row.second, row.phase), row)),
            },
            Err(_) => unreadable += 1,
        }
    })?;
    Ok((rows.into_values().collect(), unreadable))
}

/// Visits each interval of the log; returns how many lines could not be read, those for
/// which `visit` returned `None` included.
fn scan_intervals(
    path: &Path,
    visit: &mut dyn FnMut(&IntervalLogHistogram<'_>) -> Option<()>,
) -> Result<u64, ReadError> {
    let mut unreadable = 0;
    for_each_line(path, |line| {
        if line.starts_with(b"#") || line.starts_with(b"\"") || line == b"\n" {
            return;
        }
        let understood = match IntervalLogIterator::new(line).next() {
            Some(Ok(LogEntry::Interval(interval))) => visit(&interval),
            _ => None,
        };
        unreadable += u64::from(understood.is_none());
    })?;
    Ok(unreadable)
}

/// Reads the histograms of log lines; keeps its buffers.
#[derive(Default)]
struct Reader {
    bytes: Vec<u8>,
    unpacker: Unpacker,
}

impl Reader {
    fn read(&mut self, encoded: &str) -> Option<&Cells> {
        self.bytes.clear();
        BASE64_STANDARD.decode_vec(encoded, &mut self.bytes).ok()?;
        self.unpacker.cells(&self.bytes)
    }
}

fn read_intervals(
    path: &Path,
    wanted: &dyn Fn(&str) -> bool,
    visit: &mut dyn FnMut(&str, u64, &Cells),
) -> Result<(), ReadError> {
    let mut reader = Reader::default();
    scan_intervals(path, &mut |interval| {
        if let Some(tag) = interval.tag().filter(|tag| wanted(tag.as_str())) {
            let cells = reader.read(interval.encoded_histogram())?;
            visit(tag.as_str(), interval.start_timestamp().as_secs(), cells);
        }
        Some(())
    })?;
    Ok(())
}

/// The rows of a compressed table; ends where a kill cut it, and is empty where there is none.
///
/// # Errors
/// When the file cannot be opened.
pub(super) fn rows_of<T: DeserializeOwned>(
    path: &Path,
) -> Result<impl Iterator<Item = T> + use<T>, ReadError> {
    let Some(file) = open_part(path)? else { return Ok(None.into_iter().flatten()) };
    let decoder = zstd::stream::read::Decoder::new(file)
        .map_err(|source| ReadError::File { path: path.to_owned(), source })?;
    let reader = csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(decoder);
    let rows = reader.into_deserialize::<T>();
    let whole = rows.take_while(|row| !row.as_ref().is_err_and(csv::Error::is_io_error));
    Ok(Some(whole.filter_map(Result::ok)).into_iter().flatten())
}

/// Visits the rows of a compressed table; stops without error where a kill cut it. A table whose columns are `columns`,
/// the fields of a row in order, is read by place: by name takes a quarter longer.
fn scan_csv<T: DeserializeOwned>(
    path: &Path,
    columns: &[&str],
    visit: &mut dyn FnMut(&T),
) -> Result<(), ReadError> {
    let Some(file) = open_part(path)? else { return Ok(()) };
    let decoder = zstd::stream::read::Decoder::new(file)
        .map_err(|source| ReadError::File { path: path.to_owned(), source })?;
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(decoder);
    let Ok(names) = reader.headers().cloned() else { return Ok(()) };
    let names = if names.iter().eq(columns.iter().copied()) { None } else { Some(names) };
    let mut raw = csv::StringRecord::new();
    loop {
        match reader.read_record(&mut raw) {
            Ok(false) => return Ok(()),
            Ok(true) => {
                if let Ok(row) = raw.deserialize(names.as_ref()) {
                    visit(&row);
                }
            }
            // The frame that was being written when the run was killed.
            Err(e) if e.is_io_error() => return Ok(()),
            Err(_) => {}
        }
    }
}
