//! Arguments of `explain`.

use clap::{Args, ValueEnum};

use crate::app::Format;
use crate::app::explain::Elapsed;
use crate::wire::OpenimVersion;

/// `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The API's answer, the text of errMsg or errDlt, or a line of OpenIM's log; absent or `-`: standard input. Ends in exit
    /// code 2 when nothing in it is known
    pub text: Option<String>,
    /// How long the API call took, such as 5.003s or 5003ms
    #[arg(long, value_name = "DURATION")]
    pub elapsed: Option<Elapsed>,
    /// OpenIM's version, where it is known
    #[arg(long, value_name = "V")]
    pub version: Option<OpenimVersion>,
    /// What to print on standard output
    #[arg(long, value_enum, default_value_t = ExplainFormatArg::Terminal)]
    pub format: ExplainFormatArg,
}

/// `--format` of `explain`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormatArg {
    /// For people
    Terminal,
    /// For programs
    Json,
}

impl From<ExplainFormatArg> for Format {
    fn from(format: ExplainFormatArg) -> Format {
        match format {
            ExplainFormatArg::Terminal => Format::Terminal,
            ExplainFormatArg::Json => Format::Json,
        }
    }
}
