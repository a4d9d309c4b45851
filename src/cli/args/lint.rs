//! Arguments of `lint`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{DeploymentArg, FailOnArg};
use crate::app::lint::LintFormat;
use crate::units::Span;
use crate::wire::OpenimVersion;

/// `lint`.
#[derive(Debug, Args)]
pub struct LintArgs {
    /// The file, usually config/webhooks.yml
    #[arg(required_unless_present = "explain", value_name = "webhooks.yml")]
    pub file: Option<PathBuf>,
    /// Version of OpenIM that reads the file
    #[arg(long = "version", value_name = "V", required_unless_present = "explain")]
    pub openim: Option<OpenimVersion>,
    /// How OpenIM is deployed
    #[arg(long, value_enum, default_value_t = DeploymentArg::Source)]
    pub deployment: DeploymentArg,
    /// Group creations a second that are expected
    #[arg(long, value_name = "PER_SECOND")]
    pub create_rate: Option<f64>,
    /// How long callers wait; default: the limit of the SDK of that version
    #[arg(long, value_name = "DURATION")]
    pub caller_budget: Option<Span>,
    /// Version that is left behind: what changes at the receiver
    #[arg(long, value_name = "V")]
    pub upgrade_from: Option<OpenimVersion>,
    /// File of IMENV_WEBHOOKS_ variables, NAME=value or export NAME=value a line: what they make of the file
    #[arg(long, value_name = "FILE")]
    pub env: Option<PathBuf>,
    /// Correct in the file, with a backup beside it, what can only be meant in one way: slashes at the end of url, a
    /// key one letter away from a single known one, a timeout that is not written as the seconds that take effect
    #[arg(long, requires = "file")]
    pub fix: bool,
    /// Say what a rule is about, instead of reading a file
    #[arg(long, value_name = "CODE", conflicts_with = "file")]
    pub explain: Option<String>,
    /// What to print on standard output; github prints workflow commands
    #[arg(long, value_enum, default_value_t = LintFormatArg::Terminal)]
    pub format: LintFormatArg,
    /// Also write the findings to this file, as JUnit XML: a test case for each rule
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Which findings end in exit code 6
    #[arg(long, value_enum, default_value_t = FailOnArg::Warning)]
    pub fail_on: FailOnArg,
}

/// What `lint` prints.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LintFormatArg {
    /// For people
    Terminal,
    /// For scripts
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
}

impl From<LintFormatArg> for LintFormat {
    fn from(format: LintFormatArg) -> LintFormat {
        match format {
            LintFormatArg::Terminal => LintFormat::Terminal,
            LintFormatArg::Json => LintFormat::Json,
            LintFormatArg::Sarif => LintFormat::Sarif,
            LintFormatArg::Github => LintFormat::Github,
        }
    }
}
