//! Arguments of `proxy`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{FailOnArg, FormatArg};
use crate::app::metrics::Address;
use crate::app::proxy::{FaultRule, TimeoutArg};
use crate::units::Span;
use crate::wire::OpenimVersion;

/// `proxy`.
#[derive(Debug, Args)]
pub struct ProxyArgs {
    /// Address to listen on. Another than loopback lets anybody in that network fake callbacks: OpenIM signs none
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:10006")]
    pub listen: String,
    /// URL of the webhook server that answers. A path in it replaces --path, no path keeps the request's
    #[arg(long, value_name = "URL")]
    pub upstream: String,
    /// Path of the url in webhooks.yml: the command follows it
    #[arg(long, value_name = "PATH", default_value = "/callbackExample")]
    pub path: String,
    /// Version of OpenIM that calls back
    #[arg(long = "version", value_name = "V")]
    pub openim: Option<OpenimVersion>,
    /// Processes of OpenIM that send webhooks, each with its own 100 connections
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub processes: u32,
    /// The deployment's webhooks.yml: the timeouts that are in force
    #[arg(long, value_name = "FILE")]
    pub yml: Option<PathBuf>,
    /// A timeout that is in force, such as beforeCreateGroup=5; may be repeated, and wins over --yml
    #[arg(long = "timeout", value_name = "KEY=SECONDS")]
    pub timeouts: Vec<TimeoutArg>,
    /// Leave Host as OpenIM sent it instead of naming the upstream
    #[arg(long)]
    pub keep_host: bool,
    /// PEM file of the private authority that signed an https upstream's certificate
    #[arg(long, value_name = "FILE")]
    pub upstream_ca: Option<PathBuf>,
    /// Do not check certificates of an https upstream (shown in the report)
    #[arg(long)]
    pub upstream_insecure: bool,
    /// What OpenIM sees where the upstream cannot be reached: a closed connection, as without the proxy, or status 502
    #[arg(long, value_enum, default_value_t = OnUpstreamErrorArg::Close)]
    pub on_upstream_error: OnUpstreamErrorArg,
    /// A fault for rehearsals: hang, reset, close, slow_body, delay=2s or status=503, then limits such as
    /// `key=beforeCreateGroup,p=0.1,from=10s,to=70s,operation=PREFIX`; ends after 60 s unless `to` says otherwise; may be
    /// repeated
    #[arg(long = "fault", value_name = "RULE")]
    pub faults: Vec<FaultArg>,
    /// Let faults without an operationID prefix hit everybody's callbacks
    #[arg(long)]
    pub hits_everyone: bool,
    /// Folder for records: it is written to DIR/<run-id>/
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
    /// Metrics for Prometheus at http://ADDR/metrics; a port alone is one on loopback. Off unless given
    #[arg(long, value_name = "ADDR")]
    pub metrics: Option<Address>,
    /// End by itself after so long; default: at SIGTERM or Ctrl-C, which drain, write and report
    #[arg(long = "for", value_name = "DURATION")]
    pub lifetime: Option<Span>,
    /// What to print on standard output at the end
    #[arg(long, value_enum, default_value_t = FormatArg::Terminal)]
    pub format: FormatArg,
    /// Only warnings on standard error
    #[arg(long, short)]
    pub quiet: bool,
    /// Findings of this severity and above end in exit code 6
    #[arg(long, value_enum, default_value_t = FailOnArg::Error)]
    pub fail_on: FailOnArg,
}

/// A fault with its text, which the record keeps.
#[derive(Clone, Debug)]
pub struct FaultArg(pub String, pub FaultRule);

impl std::str::FromStr for FaultArg {
    type Err = <FaultRule as std::str::FromStr>::Err;

    fn from_str(text: &str) -> Result<FaultArg, Self::Err> {
        Ok(FaultArg(text.to_owned(), text.parse()?))
    }
}

/// What OpenIM sees of a dead upstream.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum OnUpstreamErrorArg {
    /// The connection ends without an answer
    Close,
    /// An answer of status 502, which OpenIM reads as 90007
    #[value(name = "502")]
    Status502,
}
