//! Sets the log's clock against the run's: local time without a zone, perhaps of another host.
//!
//! OpenIM calls a before-webhook once it has our request, so the time between both is shortest where the server was
//! quickest; that shortest one is taken for the distance of the clocks. Without an operation log the first callback
//! of the load is taken for its beginning.

use std::collections::HashMap;
use std::time::UNIX_EPOCH;

use super::Found;
use crate::record::read::RunRecord;

/// Operations looked at; the first calls of the log are among them.
const OPERATIONS: usize = 20_000;
/// Zones differ by this at least, ms.
const QUARTER_MS: i64 = 15 * 60_000;

/// Where the run lies in the log.
pub(super) struct Placed {
    /// Its start by the log's clock, µs.
    pub(super) start_us: i64,
    /// How far the log's local time is ahead of UTC.
    pub(super) zone_minutes: i64,
    /// Operations that tell so; 0 where the first callback does.
    pub(super) by: u64,
}

pub(super) fn place(record: &RunRecord, found: &[Found]) -> Placed {
    let sent: HashMap<u64, u64> = match record.operations.rows() {
        Ok(rows) => rows.take(OPERATIONS).filter_map(|row| Some((row.seq, row.sent_us?))).collect(),
        // The log alone has to do.
        Err(_) => HashMap::new(),
    };
    let begun = |found: &Found| found.call.begun.at.0.saturating_mul(1_000);
    let distances = found.iter().filter(|f| f.key.is_before()).filter_map(|f| {
        let sent = i64::try_from(*sent.get(&f.id.seq)?).ok()?;
        Some(begun(f).saturating_sub(sent))
    });
    let distances: Vec<i64> = distances.collect();
    let first = || found.iter().map(begun).min().unwrap_or_default();
    let start_us = distances.iter().copied().min().unwrap_or_else(first);
    Placed { start_us, zone_minutes: zone(record, start_us), by: distances.len() as u64 }
}

/// The header states the start in UTC, to the second and before preflight: zones are told by quarters of an hour.
fn zone(record: &RunRecord, start_us: i64) -> i64 {
    let started = humantime::parse_rfc3339(&record.header.environment.started).ok();
    let since = started.and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    let Some(started_ms) = since.and_then(|d| i64::try_from(d.as_millis()).ok()) else { return 0 };
    let ahead_ms = start_us / 1_000 - started_ms;
    (ahead_ms + QUARTER_MS / 2).div_euclid(QUARTER_MS) * 15
}
