//! Reading a record back, whole or after a kill.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::model::{Exceedance, Header, SecondRow, Series};

/// Where the streamed parts of a record come from.
#[derive(Debug)]
pub enum Stream<T> {
    /// A file, read anew at each pass, so that memory stays flat.
    File(PathBuf),
    /// In memory, for tests.
    Memory(Vec<T>),
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
    /// No end was written: the run was killed.
    pub partial: bool,
    /// Lines that could not be read (the last one after a kill).
    pub unreadable_lines: u64,
}

/// Why a record cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file is missing or unreadable.
    #[error("cannot read {path}: {source}; is this the folder of a run, such as results/<run-id>?")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what it should be.
    #[error("{path} is not a record of openim-bench: {why}")]
    Format {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

impl RunRecord {
    /// Passes over the exceedances by arrival time.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn for_each_exceedance(&self, mut visit: impl FnMut(&Exceedance)) -> Result<(), ReadError> {
        match &self.exceedances {
            Stream::Memory(all) => all.iter().for_each(&mut visit),
            Stream::File(path) => read_exceedances(path, &mut visit)?,
        }
        Ok(())
    }

    /// Passes over the intervals of the series `tag`, in order of time.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn for_each_interval(&self, tag: &str, mut visit: impl FnMut(u64, &Series)) -> Result<(), ReadError> {
        match &self.intervals {
            Stream::Memory(all) => {
                all.iter().filter(|i| i.tag == tag).for_each(|i| visit(i.second, &i.histogram));
            }
            Stream::File(path) => read_intervals(path, tag, &mut visit)?,
        }
        Ok(())
    }
}

fn read_exceedances(path: &std::path::Path, _visit: &mut dyn FnMut(&Exceedance)) -> Result<(), ReadError> {
    Err(ReadError::Format { path: path.to_owned(), why: "not read yet".to_owned() })
}

fn read_intervals(
    path: &std::path::Path,
    _tag: &str,
    _visit: &mut dyn FnMut(u64, &Series),
) -> Result<(), ReadError> {
    Err(ReadError::Format { path: path.to_owned(), why: "not read yet".to_owned() })
}
