//! Arguments of `probe`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::app::probe::ProbeFormat;
use crate::wire::OpenimVersion;

/// `probe`.
#[derive(Debug, Args)]
pub struct ProbeArgs {
    /// API URL of the deployment, or `sim` for a simulator that is started for each case
    #[arg(long, value_name = "URL", required_unless_present_any = ["list", "schema"])]
    pub target: Option<String>,
    /// With `--target sim` the version to imitate (default: 3.8.3-patch.16); else the deployment's, where it is known
    /// more exactly than can be told from outside
    #[arg(long, value_name = "V")]
    pub version: Option<OpenimVersion>,
    /// Where callbacks are received; `url` of webhooks.yml must lead here
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:10006")]
    pub webhook_listen: String,
    /// What stands before the command in the webhook's URL
    #[arg(long, value_name = "PATH", default_value = "/callbackExample")]
    pub webhook_path: String,
    /// The deployment's webhooks.yml: timeouts that are not measured, keys that a create does not fire
    #[arg(long, value_name = "FILE")]
    pub webhooks: Option<PathBuf>,
    /// Run only this case; may be repeated (see --list)
    #[arg(long, value_name = "CASE")]
    pub only: Vec<String>,
    /// Also cases that take more than a moment: timeouts, connections, queue
    #[arg(long)]
    pub slow: bool,
    /// Also cases that may end a process of OpenIM or hold up other users; each says what it may do
    #[arg(long)]
    pub dangerous: bool,
    /// Hold the simulator against recordings of real servers instead: a folder a version, a JSON file a scenario
    #[arg(long, value_name = "DIR")]
    pub replay: Option<PathBuf>,
    /// List the cases and stop
    #[arg(long)]
    pub list: bool,
    /// What to print on standard output
    #[arg(long, value_enum, default_value_t = ProbeFormatArg::Terminal)]
    pub format: ProbeFormatArg,
    /// Also write the portrait to this file, as JSON, for `run --portrait`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Host that may be probed although it is not loopback; may be repeated
    #[arg(long = "allow-host", value_name = "HOST")]
    pub allow_hosts: Vec<String>,
    /// Do not check certificates of an https target
    #[arg(long)]
    pub insecure: bool,
    /// PEM file of a private certificate authority for an https target
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// userID of an app admin
    #[arg(long, value_name = "ID", default_value = "imAdmin")]
    pub admin_user: String,
    /// Environment variable that holds the secret of share.yml (OPENIM_TOKEN may hold an admin token instead)
    #[arg(long, value_name = "NAME", default_value = "OPENIM_SECRET")]
    pub secret_env: String,
    /// File that holds the secret, instead of the environment
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// Print the JSON schema of portraits instead
    #[arg(long, exclusive = true)]
    pub schema: bool,
}

/// `--format` of `probe`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ProbeFormatArg {
    /// A line a case, then the portrait as a page
    Terminal,
    /// The portrait as JSON
    Json,
}

impl From<ProbeFormatArg> for ProbeFormat {
    fn from(format: ProbeFormatArg) -> ProbeFormat {
        match format {
            ProbeFormatArg::Terminal => ProbeFormat::Terminal,
            ProbeFormatArg::Json => ProbeFormat::Json,
        }
    }
}
