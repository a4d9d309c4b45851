//! `sim --log-dir`: opens the simulator's log and puts it among those who watch.
//!
//! The lines and files are `sim::log`'s.

use std::path::PathBuf;
use std::sync::Arc;

use super::{Failure, out};
use crate::say;
use crate::sim::SimConfig;
use crate::sim::log::{Layout, LogConfig, SimLog};

/// Where log lines go, and which.
#[derive(Clone, Debug)]
pub struct LogRequest {
    /// Folder.
    pub dir: PathBuf,
    /// JSON instead of text.
    pub json: bool,
    /// `remainLogLevel`, 2 to 6.
    pub level: u8,
}

/// Opens the log where one is asked for, and lets it watch the simulator of `config`.
///
/// # Errors
/// Exit code 2 when the folder cannot be written.
pub(super) fn open(
    request: Option<&LogRequest>,
    config: &mut SimConfig,
) -> Result<Option<Arc<SimLog>>, Failure> {
    let Some(request) = request else { return Ok(None) };
    let log = LogConfig {
        dir: request.dir.clone(),
        layout: if request.json { Layout::Json } else { Layout::Text },
        level: request.level,
        version: config.version.clone(),
        secret: config.secret.clone(),
    };
    let log = SimLog::open(log, |line| out::tell(&say!("errors-sim-log-dir", what = line)))
        .map_err(|error| Failure::usage(anyhow::Error::new(error).context("--log-dir")))?;
    config.observer = std::mem::take(&mut config.observer).and(log.observer());
    Ok(Some(log))
}

/// Writes what waits, and says how many lines are missing.
pub(super) fn close(log: Option<Arc<SimLog>>) {
    let lost = log.map_or(0, |log| log.finish());
    if lost > 0 {
        out::note(&format!("warning: --log-dir: {lost} lines are missing; the disk was too slow or failed"));
    }
}
