//! Arguments of `apply`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::DeploymentArg;
use crate::app::apply::ApplyFormat;
use crate::wire::WebhookKey;

/// `apply`.
#[derive(Debug, Args)]
pub struct ApplyArgs {
    /// Folder of a run, a unique prefix of its run id, or `latest`
    pub result: String,
    /// The webhooks.yml to change: prints the difference; only --write changes the file
    #[arg(value_name = "WEBHOOKS.YML")]
    pub file: Option<PathBuf>,
    /// Change the file: keeps a backup beside it, changes nothing but the numbers, reads it again
    #[arg(long, requires = "file", conflicts_with = "format")]
    pub write: bool,
    /// Print the timeouts instead of a difference: YAML with reasons (default without a file), variables for the
    /// service's environment, or a ConfigMap (with a file: a merge patch that holds all of it)
    #[arg(long, value_enum)]
    pub format: Option<ApplyFormatArg>,
    /// Only this webhook; may be repeated
    #[arg(long, value_name = "KEY")]
    pub only: Vec<WebhookKey>,
    /// Timeouts of confidence `low` too, which are guesses
    #[arg(long)]
    pub include_guess: bool,
    /// Although this tool answered the callbacks instead of your webhook server
    #[arg(long)]
    pub modelled_anyway: bool,
    /// How OpenIM is deployed: names only the restart that belongs to it
    #[arg(long, value_enum)]
    pub deployment: Option<DeploymentArg>,
    /// Plain limits on our own lateness instead of asking whether it changes the answer
    #[arg(long)]
    pub strict: bool,
    /// Where to look for run ids
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
}

/// `--format` of `apply`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ApplyFormatArg {
    /// A fragment of webhooks.yml, with the reason at each number
    Yaml,
    /// IMENV_WEBHOOKS_<KEY>_TIMEOUT=n lines
    Env,
    /// For kubectl
    Configmap,
}

impl From<ApplyFormatArg> for ApplyFormat {
    fn from(format: ApplyFormatArg) -> ApplyFormat {
        match format {
            ApplyFormatArg::Yaml => ApplyFormat::Yaml,
            ApplyFormatArg::Env => ApplyFormat::Env,
            ApplyFormatArg::Configmap => ApplyFormat::ConfigMap,
        }
    }
}
