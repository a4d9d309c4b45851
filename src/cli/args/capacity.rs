//! Arguments of `capacity`.

use std::path::PathBuf;

use clap::Args;

use super::FormatArg;
use crate::units::Span;

/// `capacity`.
#[derive(Debug, Args)]
pub struct CapacityArgs {
    /// Profile file, or the name of a shipped profile; its rate, phases and duration are not used
    #[arg(required_unless_present_any = ["resume", "schema"], conflicts_with = "resume")]
    pub profile: Option<String>,
    /// API URL, or `sim` (short for --set target.url=…)
    #[arg(long, value_name = "URL", conflicts_with = "resume")]
    pub target: Option<String>,
    /// Override a key of the profile, such as objective.p99=500ms; may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE", conflicts_with = "resume")]
    pub sets: Vec<String>,
    /// Do not check certificates of an https target
    #[arg(long, conflicts_with = "resume")]
    pub insecure: bool,
    /// Host that may be driven although it is not loopback; may be repeated
    #[arg(long = "allow-host", value_name = "HOST", conflicts_with = "resume")]
    pub allow_hosts: Vec<String>,
    /// First arrival rate; doubled while trials are good, halved (four times at most) while they are bad
    #[arg(long, value_name = "PER_SECOND", default_value_t = 5.0)]
    pub from: f64,
    /// Highest arrival rate
    #[arg(long, value_name = "PER_SECOND", default_value_t = 2_000.0)]
    pub to: f64,
    /// Groups that may be made, over all trials; 40 % of them are kept for the levels after the search
    /// [default: 5000]
    #[arg(long, value_name = "N")]
    pub budget_groups: Option<u64>,
    /// Measured time of a trial
    #[arg(long, value_name = "DURATION", default_value = "20s")]
    pub trial: Span,
    /// Trials at most, invalid ones not counted [default: 120]
    #[arg(long, value_name = "N")]
    pub trials: Option<u32>,
    /// Relative width of the bracket at which the search ends
    #[arg(long, value_name = "SHARE", default_value_t = 0.05)]
    pub width: f64,
    /// The capacity is the rate at which this share of the trials is bad
    #[arg(long, value_name = "SHARE", default_value_t = 0.5)]
    pub exceed_ratio: f64,
    /// Go on with the search in this folder; --budget-groups and --trials may be raised
    #[arg(long, value_name = "DIR")]
    pub resume: Option<PathBuf>,
    /// Folder for results: the search is written to DIR/capacity-<run-id>/
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
    /// What to print on standard output
    #[arg(long, value_enum, default_value_t = FormatArg::Terminal)]
    pub format: FormatArg,
    /// No progress on standard error
    #[arg(long, short)]
    pub quiet: bool,
    /// Validate, print what the search may cost, and stop
    #[arg(long)]
    pub dry_run: bool,
    /// Print the JSON schema of capacity.json instead
    #[arg(long, exclusive = true)]
    pub schema: bool,
}
