//! `--metrics ADDR`, for every command that offers it: starts the exporter and says where it listens.

use super::Failure;
use crate::metrics::{Exporter, Meter};
use crate::say;
use crate::text::Text;

pub use crate::metrics::Address;

/// Starts the exporter where it is asked for. `say` gets the address, `warn` that other machines may read it.
///
/// # Errors
/// Exit code 2 when nothing can listen there.
pub fn start(
    address: Option<Address>,
    command: &'static str,
    say: impl Fn(&Text),
    warn: impl Fn(&Text),
) -> Result<Option<Exporter>, Failure> {
    let Some(address) = address else { return Ok(None) };
    let exporter = Exporter::start(address, command).map_err(Failure::usage)?;
    if exporter.is_beyond_loopback() {
        warn(&say!("metrics-beyond", url = exporter.url()));
    } else {
        say(&say!("metrics-listening", url = exporter.url()));
    }
    Ok(Some(exporter))
}

/// The meter of an exporter, where there is one.
#[must_use]
pub fn meter(exporter: Option<&Exporter>) -> Option<Meter> {
    exporter.map(Exporter::meter)
}
