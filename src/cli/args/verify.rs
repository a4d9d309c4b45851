//! Arguments of `verify`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::app::verify::VerifyFormat;
use crate::wire::WebhookKey;

/// `verify`.
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Folder of a run, a unique prefix of its run id, or `latest`
    pub result: String,
    /// API URL; default: the run's
    #[arg(long, value_name = "URL")]
    pub target: Option<String>,
    /// Where callbacks are received, `url` of webhooks.yml must lead here; default: the run's webhook.listen
    #[arg(long, value_name = "ADDR")]
    pub webhook_listen: Option<String>,
    /// Only this webhook; may be repeated
    #[arg(long, value_name = "KEY")]
    pub only: Vec<WebhookKey>,
    /// Timeouts of confidence `low` too, where they were applied
    #[arg(long)]
    pub include_guess: bool,
    /// What to print on standard output
    #[arg(long, value_enum, default_value_t = VerifyFormatArg::Terminal)]
    pub format: VerifyFormatArg,
    /// Host that may be used although it is not loopback; may be repeated
    #[arg(long = "allow-host", value_name = "HOST")]
    pub allow_hosts: Vec<String>,
    /// Answer callbacks of others' operations neutrally although the run handed them to webhook.forward_others
    #[arg(long)]
    pub hits_everyone: bool,
    /// Do not check certificates of an https target
    #[arg(long)]
    pub insecure: bool,
    /// Plain limits on our own lateness instead of asking whether it changes the answer
    #[arg(long)]
    pub strict: bool,
    /// Where to look for run ids
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
}

/// `--format` of `verify`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum VerifyFormatArg {
    /// A line a webhook
    Terminal,
    /// A list, an object a webhook
    Json,
}

impl From<VerifyFormatArg> for VerifyFormat {
    fn from(format: VerifyFormatArg) -> VerifyFormat {
        match format {
            VerifyFormatArg::Terminal => VerifyFormat::Terminal,
            VerifyFormatArg::Json => VerifyFormat::Json,
        }
    }
}
