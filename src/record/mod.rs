//! The record of a run: versioned data on disk, the only thing that passes from
//! running to judging.
//!
//! `model` is its shape, `write` writes it as the run goes (one flush a second),
//! `read` reads it back, also when the run was killed; `ids` lists what the run made,
//! `store` finds records by name.

pub mod calls;
pub mod encoded;
#[cfg(test)]
pub(crate) mod fixture;
pub mod ids;
pub mod kept;
pub mod model;
pub mod portrait;
pub mod read;
pub mod roundtrips;
pub mod sizes;
pub mod store;
pub mod write;

#[cfg(test)]
mod tests;

pub use model::{Exceedance, Header, SecondRow};
pub use read::RunRecord;
pub use write::RecordWriter;

/// Name of the header file inside a record.
pub const RUN_JSON: &str = "run.json";
/// One row a second and phase.
pub const SECONDS_JSONL: &str = "seconds.jsonl";
/// HdrHistogram interval log.
pub const INTERVALS_HLOG: &str = "intervals.hlog";
/// One row a call.
pub const OPERATIONS_CSV: &str = "operations.csv.zst";
/// Slow, cut and missing callbacks.
pub const EXCEEDANCES_CSV: &str = "exceedances.csv.zst";
/// What OpenIM's log says of each callback, where one was joined.
pub const ROUND_TRIPS_CSV: &str = "roundtrips.csv.zst";

/// Opens a file for writing that only its owner may read; `new` refuses an existing one,
/// else it is emptied.
fn private_file(path: &std::path::Path, new: bool) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::File::options();
    options.write(true);
    if new {
        options.create_new(true);
    } else {
        options.create(true).truncate(true);
    }
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
