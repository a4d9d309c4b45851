//! The arguments, as clap reads them: a table, checked against the README by a test.

mod apply;
mod capacity;
mod compare;
mod explain;
mod lint;
mod logs;
mod monitoring;
mod probe;
mod proxy;
mod results;
mod schema;
mod verify;
mod webhook;
mod whatif;

use std::path::PathBuf;

use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};

use crate::app::metrics::Address;
use crate::app::rehearse::Timeout;
use crate::app::sim::{FaultWindow, ServiceSpec};
use crate::app::{Deployment, FailOn, Format};
use crate::exit::Exit;
use crate::text::Lang;
use crate::units::Span;
use crate::wire::OpenimVersion;
pub use apply::ApplyArgs;
pub use capacity::CapacityArgs;
pub use compare::CompareArgs;
pub use explain::ExplainArgs;
pub use lint::LintArgs;
pub use logs::LogsArgs;
pub use monitoring::MonitoringArgs;
pub use probe::ProbeArgs;
pub use proxy::{OnUpstreamErrorArg, ProxyArgs};
pub use results::{ListArgs, OpenArgs, PlotArgs, ShowArgs};
pub use schema::SchemaArgs;
pub use verify::VerifyArgs;
pub use webhook::{CheckArgs, WebhookArgs, WebhookCommand};
pub use whatif::WhatIfArgs;

/// Drives OpenIM's group API at a controlled arrival rate, receives the callbacks, and says which webhook
/// `timeout` to set, with evidence.
#[derive(Debug, Parser)]
#[command(name = "openim-bench", version, about, max_term_width = 100, after_help = exit_codes())]
pub struct Cli {
    /// Language of reports and messages; default: that of the locale (`LC_ALL`, `LC_MESSAGES`, `LANG`)
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<LangArg>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The command with all its arguments, for tests and documentation.
#[must_use]
pub fn command() -> clap::Command {
    Cli::command()
}

fn exit_codes() -> String {
    let mut text = String::from("Exit codes:\n");
    for exit in Exit::ALL {
        text.push_str(&format!("  {:>3}  {}\n", exit.code(), exit.meaning()));
    }
    text.push_str("Where several apply, the order 1, 2, 3, 5, 4, 6 decides.");
    text
}

/// Subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a profile: measure, judge, recommend, write a record
    Run(Box<RunArgs>),
    /// Print what to put into a deployment before measuring, and what to put back afterwards
    Setup(SetupArgs),
    /// Rebuild the reports of a run from its record
    Report(ReportArgs),
    /// List the records, the newest first
    List(ListArgs),
    /// Print the report of a run again and write nothing
    Show(ShowArgs),
    /// Open the HTML report of a run in the browser
    Open(OpenArgs),
    /// Write the charts of runs, of searches for the capacity and of comparisons as SVG or PNG
    Plot(PlotArgs),
    /// Compare runs: is a candidate slower than its base, does more fail, would T be another?
    Compare(Box<CompareArgs>),
    /// Write a run's timeouts into webhooks.yml, or print them as YAML, variables or a ConfigMap
    Apply(ApplyArgs),
    /// Show whether OpenIM counts with the timeouts that were written: after `apply` and the restart
    Verify(VerifyArgs),
    /// Check webhooks.yml against an OpenIM version: what breaks, what has no effect, what receivers must route
    Lint(LintArgs),
    /// Check a webhook server without OpenIM: routes, answers, connections, workers, timeout
    Webhook(WebhookArgs),
    /// Say what OpenIM's log tells of its webhooks: failures by cause, latencies, timeouts
    Logs(LogsArgs),
    /// Predict from a record what other timeouts would do, healthy and in an outage
    Whatif(WhatIfArgs),
    /// Say what a pasted failure can be: an API answer, an error text or a log line
    Explain(ExplainArgs),
    /// Tell from outside which OpenIM this is and how it behaves, and print its portrait
    Probe(Box<ProbeArgs>),
    /// Find the highest arrival rate that meets the objective, and what breaks first beyond it
    Capacity(Box<CapacityArgs>),
    /// Stand before the webhook server in production: pass its callbacks on, time them and recommend timeouts
    Proxy(Box<ProxyArgs>),
    /// Run the OpenIM simulator as a server
    Sim(SimArgs),
    /// Check, list and describe profiles
    Profile(ProfileArgs),
    /// Print the JSON schema of what is read and printed
    Schema(SchemaArgs),
    /// Print the Grafana dashboard, the alert rules, or an example of prometheus.yml for `--metrics`
    Monitoring(MonitoringArgs),
    /// Dismiss the groups that a run left behind
    Cleanup(CleanupArgs),
}

/// Which profile, and what overrides it.
#[derive(Clone, Debug, Args)]
pub struct PlanArgs {
    /// Profile file, or the name of a shipped profile (see `profile list`)
    pub profile: String,
    /// API URL, or `sim` (short for --set target.url=…)
    #[arg(long, value_name = "URL")]
    pub target: Option<String>,
    /// Override a key of the profile, such as load.rate=50; may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub sets: Vec<String>,
    /// Do not check certificates of an https target (shown in the report)
    #[arg(long)]
    pub insecure: bool,
    /// Host that may be driven although it is not loopback; may be repeated
    #[arg(long = "allow-host", value_name = "HOST")]
    pub allow_hosts: Vec<String>,
}

/// `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The plan.
    #[command(flatten)]
    pub plan: PlanArgs,
    /// Portrait of the deployment, as `probe` wrote it (JSON): kept in the record, and gives what the profile leaves
    /// open. A present timeout is that of webhook.timeout, else of webhook.yml, else of the portrait; the version is
    /// target.version, else what preflight tells (the simulator imitates the portrait's). Contradictions are warnings
    #[arg(long, value_name = "FILE")]
    pub portrait: Option<PathBuf>,
    /// Folder for records: the run is written to DIR/<run-id>/
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
    /// What to print on standard output
    #[arg(long, value_enum, default_value_t = FormatArg::Terminal)]
    pub format: FormatArg,
    /// No progress on standard error
    #[arg(long, short)]
    pub quiet: bool,
    /// Show the load on the whole terminal: rates, percentiles, failures, log; q stops
    #[arg(long, conflicts_with_all = ["quiet", "dry_run"])]
    pub live: bool,
    /// Validate, print the footprint and the confidence that this plan can reach, and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Wait so long for a target that is still starting
    #[arg(long, value_name = "DURATION")]
    pub wait: Option<Span>,
    /// Go on answering callbacks neutrally after the run, until Ctrl-C
    #[arg(long)]
    pub stay: bool,
    /// Plain limits on our own lateness instead of asking whether it changes the answer
    #[arg(long)]
    pub strict: bool,
    /// Findings of this severity and above end in exit code 6
    #[arg(long, value_enum, default_value_t = FailOnArg::Error)]
    pub fail_on: FailOnArg,
    /// Let an outage phase with fault = "refuse" shut the listener although it is not the simulator that calls:
    /// it fails everybody's creates while it lasts
    #[arg(long)]
    pub hits_everyone: bool,
    /// Also write the objectives to this file, as JUnit XML: a test case each
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// OpenIM's log, the file to which its group process writes now (remainLogLevel 4 or higher): after the run the exact
    /// round trip of each callback is read from what was added to it, and decides. May be given several times
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    pub openim_log: Vec<PathBuf>,
    /// Metrics for Prometheus while the run lasts, at http://ADDR/metrics; a port alone is one on loopback. Off
    /// unless given
    #[arg(long, value_name = "ADDR", conflicts_with = "dry_run")]
    pub metrics: Option<Address>,
    /// Rehearse outages in the simulator with the recommended timeouts, or with T seconds for every webhook: a healthy
    /// run, then one for each fault, with what was predicted beside what happened. A prediction that did not hold
    /// ends in exit code 6
    #[arg(long, value_name = "T", num_args = 0..=1, default_missing_value = "recommended", conflicts_with_all = ["dry_run", "stay", "junit", "fail_on", "wait", "hits_everyone", "openim_log", "metrics"])]
    pub rehearse: Option<Timeout>,
}

/// `setup`.
#[derive(Debug, Args)]
pub struct SetupArgs {
    /// The plan.
    #[command(flatten)]
    pub plan: PlanArgs,
    /// How OpenIM is deployed
    #[arg(long, value_enum)]
    pub deployment: DeploymentArg,
    /// URL under which OpenIM's group process can reach our listener; default: from webhook.listen
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
}

/// `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Folder of a run, a unique prefix of its run id, or `latest`
    #[arg(required_unless_present = "schema")]
    pub result: Option<String>,
    /// Print the JSON schema of summary.json instead
    #[arg(long, exclusive = true)]
    pub schema: bool,
    /// Where to look for run ids
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
    /// What to print on standard output
    #[arg(long, value_enum, default_value_t = FormatArg::Terminal)]
    pub format: FormatArg,
    /// Plain limits on our own lateness instead of asking whether it changes the answer
    #[arg(long)]
    pub strict: bool,
    /// Findings of this severity and above end in exit code 6
    #[arg(long, value_enum, default_value_t = FailOnArg::Error)]
    pub fail_on: FailOnArg,
    /// Also write the objectives to this file, as JUnit XML: a test case each
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// OpenIM's log of that run, the oldest file first; gz files too: the exact round trip of each callback is written
    /// into the record, in place of an earlier one, and decides
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub openim_log: Vec<PathBuf>,
}

/// `sim`.
#[derive(Debug, Args)]
pub struct SimArgs {
    /// Version to imitate: 3.7.0, 3.8.0, 3.8.3, 3.8.3-patch.16, main, main-standalone, or a release between
    #[arg(long, value_name = "V", default_value = "3.8.3-patch.16")]
    pub version: OpenimVersion,
    /// Address of the API
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:10002")]
    pub listen: String,
    /// The webhooks.yml to use; without it no webhook is enabled
    #[arg(long, value_name = "FILE")]
    pub webhooks: Option<PathBuf>,
    /// Number of group processes, each with its own 100 connections and its own after-queue
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub processes: u32,
    /// Seed of everything that is drawn
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Time of the server's own part of a changing group operation: 3ms, lognormal:median=3ms,p99=20ms, or a
    /// delay as in profiles; the default has the order of magnitude of creates recorded on an idle OpenIM
    #[arg(long, value_name = "DELAY", default_value = "lognormal:median=25ms,p99=130ms")]
    pub service_time: ServiceSpec,
    /// How many operations may be in that part at once, the others queue: a database that slows with load
    #[arg(long, value_name = "N")]
    pub workers: Option<u32>,
    /// Environment variable that holds the secret; unset: openIM123, as OpenIM ships
    #[arg(long, value_name = "NAME", default_value = "OPENIM_SECRET")]
    pub secret_env: String,
    /// The app admin's userID, as in share.yml
    #[arg(long, value_name = "USER", default_value = "imAdmin")]
    pub admin_user: String,
    /// Restart a dead group process after this time; default: it stays dead
    #[arg(long, value_name = "DURATION")]
    pub restart_after: Option<Span>,
    /// A fault of OpenIM's own: api-hang, api-500, token-refused or group-down, from the start for good, or in a
    /// window such as group-down@10s+5s; may be repeated
    #[arg(long = "fault", value_name = "FAULT[@START[+DURATION]]")]
    pub faults: Vec<FaultWindow>,
    /// Stand in for OpenIM behind your own business server: every userID exists; implies --watch
    #[arg(long)]
    pub accept_any_user: bool,
    /// Print one line a call (each callback's connection, answer and round trip; the API's answer) and findings
    /// at the end; findings that are errors end in exit code 6 (Ctrl-C: 130)
    #[arg(long)]
    pub watch: bool,
    /// Watching: keep the connection of a callback that timed out open so long, to see when your server answers;
    /// default 30s; 0s: close it at once, as OpenIM does
    #[arg(long, value_name = "DURATION")]
    pub linger: Option<Span>,
    /// Watching: answer a call whose callback timed out up to this much later than OpenIM would, drawn anew each
    /// time, to see whether your server waits for that answer; default 2s; 0s: at once, as OpenIM does
    #[arg(long, value_name = "DURATION")]
    pub confirm: Option<Span>,
    /// Stop after this time; default: Ctrl-C
    #[arg(long = "for", value_name = "DURATION")]
    pub lifetime: Option<Span>,
    /// Write OpenIM's own log lines into files there
    #[arg(long, value_name = "DIR")]
    pub log_dir: Option<PathBuf>,
    /// Write them as JSON (`isJson: true`) instead of text
    #[arg(long, requires = "log_dir")]
    pub log_json: bool,
    /// Least severe lines written (`remainLogLevel`): 2 errors, 3 warnings, 4 information, 5 or 6 all
    #[arg(long, value_name = "N", default_value_t = 6, requires = "log_dir",
          value_parser = clap::value_parser!(u8).range(2..=6))]
    pub log_level: u8,
}

/// `profile`.
#[derive(Debug, Args)]
pub struct ProfileArgs {
    /// Language of reports and messages; default: that of the locale (`LC_ALL`, `LC_MESSAGES`, `LANG`)
    #[arg(long, global = true, value_name = "LANG")]
    pub lang: Option<LangArg>,
    /// What to do.
    #[command(subcommand)]
    pub command: ProfileCommand,
}

/// Subcommands of `profile`.
#[derive(Debug, Subcommand)]
pub enum ProfileCommand {
    /// Validate a profile without running it; print footprint and reachable confidence
    Check(PlanArgs),
    /// Print the JSON schema of profiles
    Schema,
    /// List the shipped profiles
    List,
    /// Print a shipped profile, to start your own from
    Show {
        /// Its name
        name: String,
    },
}

/// `cleanup`.
#[derive(Debug, Args)]
pub struct CleanupArgs {
    /// Folder of a run, a unique prefix of its run id, or `latest`
    pub result: String,
    /// Where to look for run ids
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
    /// API URL; default: the run's
    #[arg(long, value_name = "URL")]
    pub target: Option<String>,
    /// Host that may be driven although it is not loopback; may be repeated
    #[arg(long = "allow-host", value_name = "HOST")]
    pub allow_hosts: Vec<String>,
    /// Do not check certificates of an https target
    #[arg(long)]
    pub insecure: bool,
    /// Dismissals per second at most; default: the run's cleanup.rate
    #[arg(long, value_name = "PER_SECOND")]
    pub rate: Option<f64>,
}

/// `--format`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FormatArg {
    /// For people
    Terminal,
    /// summary.json
    Json,
    /// report.md
    Markdown,
    /// report.html
    Html,
}

impl From<FormatArg> for Format {
    fn from(format: FormatArg) -> Format {
        match format {
            FormatArg::Terminal => Format::Terminal,
            FormatArg::Json => Format::Json,
            FormatArg::Markdown => Format::Markdown,
            FormatArg::Html => Format::Html,
        }
    }
}

/// `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LangArg {
    /// English
    En,
    /// 中文
    Zh,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Lang {
        match lang {
            LangArg::En => Lang::En,
            LangArg::Zh => Lang::Zh,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FailOnArg {
    /// Warnings and errors
    Warning,
    /// Errors
    Error,
    /// No finding
    Never,
}

impl From<FailOnArg> for FailOn {
    fn from(fail_on: FailOnArg) -> FailOn {
        match fail_on {
            FailOnArg::Warning => FailOn::Warning,
            FailOnArg::Error => FailOn::Error,
            FailOnArg::Never => FailOn::Never,
        }
    }
}

/// `--deployment`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DeploymentArg {
    /// openim-docker (Docker Compose)
    Docker,
    /// Kubernetes
    K8s,
    /// Built from source, processes or standalone
    Source,
}

impl From<DeploymentArg> for Deployment {
    fn from(deployment: DeploymentArg) -> Deployment {
        match deployment {
            DeploymentArg::Docker => Deployment::Docker,
            DeploymentArg::K8s => Deployment::K8s,
            DeploymentArg::Source => Deployment::Source,
        }
    }
}
