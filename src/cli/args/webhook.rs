//! Arguments of `webhook`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand, ValueEnum};

use super::FailOnArg;
use crate::app::Format;
use crate::text::Text;
use crate::units::Span;
use crate::wire::OpenimVersion;
use crate::wire::failure::printable;
use crate::{displays_english, say};

/// `webhook`.
#[derive(Debug, Args)]
pub struct WebhookArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: WebhookCommand,
}

/// Subcommands of `webhook`.
#[derive(Debug, Subcommand)]
pub enum WebhookCommand {
    /// Send your webhook server what OpenIM would send, and say what OpenIM would make of its answers
    Check(Box<CheckArgs>),
}

/// `webhook check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// The server's address, as `url` in webhooks.yml: `/` and the command are put behind it
    #[arg(long, value_name = "URL")]
    pub url: String,
    /// Versions of OpenIM that would send, separated by commas
    #[arg(long = "version", value_name = "V", required = true, value_delimiter = ',')]
    pub versions: Vec<OpenimVersion>,
    /// Keys or commands to send, separated by commas, or `all`; default: before-commands and afterCreateGroup.
    /// Handlers may delete rows on dismissal, kick, quit and transfer: these are sent with `all` only
    #[arg(long, value_name = "COMMAND", value_delimiter = ',')]
    pub commands: Option<Vec<String>>,
    /// Seconds that a callback may take, as `timeout` in webhooks.yml
    #[arg(long, value_name = "T", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=15))]
    pub timeout: u32,
    /// Send so many callbacks a second as well, open loop, and recommend a timeout from that alone
    #[arg(long, value_name = "PER_SECOND", requires = "lasts")]
    pub load: Option<PerSecond>,
    /// For how long
    #[arg(long = "for", value_name = "DURATION", requires = "load")]
    pub lasts: Option<Span>,
    /// What to print on standard output
    #[arg(long, value_enum, default_value_t = CheckFormatArg::Terminal)]
    pub format: CheckFormatArg,
    /// Also write JUnit XML to this file: a test case for each callback
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Which findings end in exit code 6
    #[arg(long, value_enum, default_value_t = FailOnArg::Error)]
    pub fail_on: FailOnArg,
    /// Host that may be called although it is not loopback; may be repeated
    #[arg(long = "allow-host", value_name = "HOST")]
    pub allow_hosts: Vec<String>,
}

/// A rate: `50/s`, or `50`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PerSecond(pub f64);

/// A text that is no rate.
#[derive(Debug, thiserror::Error)]
pub struct PerSecondError {
    text: String,
}

impl PerSecondError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        say!("check-not-a-rate", text = printable(&self.text))
    }
}

displays_english!(PerSecondError);

impl FromStr for PerSecond {
    type Err = PerSecondError;

    fn from_str(text: &str) -> Result<PerSecond, PerSecondError> {
        let number = text.trim().strip_suffix("/s").unwrap_or(text.trim());
        let rate = number.trim().parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate > 0.0);
        rate.map(PerSecond).ok_or_else(|| PerSecondError { text: text.to_owned() })
    }
}

/// `--format` of `webhook check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CheckFormatArg {
    /// For people
    Terminal,
    /// For scripts
    Json,
    /// For issues and chats
    Markdown,
}

impl From<CheckFormatArg> for Format {
    fn from(format: CheckFormatArg) -> Format {
        match format {
            CheckFormatArg::Terminal => Format::Terminal,
            CheckFormatArg::Json => Format::Json,
            CheckFormatArg::Markdown => Format::Markdown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_with_and_without_its_unit() {
        let read = |text: &str| text.parse::<PerSecond>().map(|rate| rate.0).ok();
        assert_eq!((read("50/s"), read(" 0.5 ")), (Some(50.0), Some(0.5)));
        for text in ["", "0", "-1/s", "fast", "nan", "inf", "50/m"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
