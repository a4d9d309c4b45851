//! Arguments of `monitoring`.

use clap::{Args, ValueEnum};

use crate::app::monitoring::Monitoring;

/// `monitoring`.
#[derive(Debug, Args)]
pub struct MonitoringArgs {
    /// What to print
    #[arg(value_enum, value_name = "WHAT")]
    pub what: MonitoringArg,
}

/// What there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum MonitoringArg {
    /// Grafana's dashboard, as JSON
    Dashboard,
    /// Alert rules of Prometheus
    Alerts,
    /// An example of prometheus.yml
    Prometheus,
}

impl From<MonitoringArg> for Monitoring {
    fn from(what: MonitoringArg) -> Monitoring {
        match what {
            MonitoringArg::Dashboard => Monitoring::Dashboard,
            MonitoringArg::Alerts => Monitoring::Alerts,
            MonitoringArg::Prometheus => Monitoring::Prometheus,
        }
    }
}
