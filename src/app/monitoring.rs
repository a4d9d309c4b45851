//! `monitoring`: prints what stands below `profiles/monitoring`, so that it is at hand where no source tree is.

use super::{Failure, out};
use crate::exit::Exit;

/// A file for Prometheus or Grafana.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Monitoring {
    /// Grafana's dashboard.
    Dashboard,
    /// Prometheus's alert rules.
    Alerts,
    /// An example of Prometheus's configuration.
    Prometheus,
}

impl Monitoring {
    /// The file.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Monitoring::Dashboard => include_str!("../../profiles/monitoring/dashboard.json"),
            Monitoring::Alerts => include_str!("../../profiles/monitoring/alerts.yml"),
            Monitoring::Prometheus => include_str!("../../profiles/monitoring/prometheus.yml"),
        }
    }
}

/// Prints the file.
///
/// # Errors
/// When standard output cannot be written.
pub fn main(wanted: Monitoring) -> Result<Exit, Failure> {
    out::result(wanted.text().as_bytes())?;
    Ok(Exit::Ok)
}
