//! Why a log could not be joined.

use std::io;
use std::path::PathBuf;

use crate::record::read::ReadError;
use crate::text::Text;
use crate::{displays_english, say};

/// Why a log could not be joined; the record is as it was.
#[derive(Debug, thiserror::Error)]
pub enum JoinError {
    /// No call of this run stands in it.
    Nothing {
        /// Lines read.
        lines: u64,
        /// Records of OpenIM among them.
        records: u64,
        /// Failures of this run's operations among those.
        failures: u64,
    },
    /// The record cannot be read.
    Read(ReadError),
    /// The record cannot be written.
    Write {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl From<ReadError> for JoinError {
    fn from(error: ReadError) -> JoinError {
        JoinError::Read(error)
    }
}

impl JoinError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            JoinError::Nothing { lines, records: 0, .. } => say!("join-no-records", lines = *lines),
            JoinError::Nothing { records, failures: 0, .. } => say!("join-nothing", records = *records),
            JoinError::Nothing { failures, .. } => say!("join-level", failures = *failures),
            JoinError::Read(error) => error.text(),
            JoinError::Write { path, source } => {
                say!("errors-write-file", path = path.display().to_string(), why = source.to_string())
            }
        }
    }
}

displays_english!(JoinError);
