//! Arguments of `logs`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::app::Format;
use crate::app::logs::Since;
use crate::app::metrics::Address;
use crate::logs::Pattern;
use crate::units::Span;
use crate::wire::OpenimVersion;

/// `logs`.
#[derive(Debug, Args)]
pub struct LogsArgs {
    /// OpenIM's log files, the oldest first; gz files too; `-`: standard input, such as that of `docker compose logs`
    #[arg(required_unless_present = "access_log", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Go on with the last file as it grows; Ctrl-C prints the summary
    #[arg(long)]
    pub follow: bool,
    /// Leave out what is older: a time by the log's clock such as "2026-11-24 04:11", or a duration such as 2h
    #[arg(long, value_name = "TIME|DURATION")]
    pub since: Option<Since>,
    /// Version of OpenIM, where the log's own column is not to be believed
    #[arg(long, value_name = "V")]
    pub version: Option<OpenimVersion>,
    /// How long callers wait; default: the limit of the SDK of that version, 10s where none is given
    #[arg(long, value_name = "DURATION")]
    pub caller_budget: Option<Span>,
    /// Read the webhook server's own access log instead: a lower bound
    #[arg(long, value_name = "FILE", requires = "pattern", conflicts_with = "files")]
    pub access_log: Option<PathBuf>,
    /// Format of the access log: nginx (combined and $request_time), apache (combined and %D), or a regular expression
    /// with the groups time, path and seconds (or ms, us)
    #[arg(long, value_name = "REGEX", requires = "access_log")]
    pub pattern: Option<Pattern>,
    /// Metrics for Prometheus of what is added to the log from now on, at http://ADDR/metrics; a port alone is one on
    /// loopback. Off unless given
    #[arg(long, value_name = "ADDR", requires = "follow", conflicts_with = "access_log")]
    pub metrics: Option<Address>,
    /// What to print on standard output
    #[arg(long, value_enum, default_value_t = LogsFormatArg::Terminal)]
    pub format: LogsFormatArg,
}

/// What `logs` prints.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LogsFormatArg {
    /// For people
    Terminal,
    /// For scripts
    Json,
    /// For documents
    Markdown,
}

impl From<LogsFormatArg> for Format {
    fn from(format: LogsFormatArg) -> Format {
        match format {
            LogsFormatArg::Terminal => Format::Terminal,
            LogsFormatArg::Json => Format::Json,
            LogsFormatArg::Markdown => Format::Markdown,
        }
    }
}
