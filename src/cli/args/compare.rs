//! Arguments of `compare`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::FormatArg;
use crate::app::compare::{BaseMissing, Gate};

/// `compare`.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The base: folder of a run, a unique prefix of its run id, or `latest`; several runs of one side are joined by
    /// commas. With --interleave a profile
    #[arg(required_unless_present = "schema", value_name = "BASE")]
    pub base: Option<String>,
    /// The candidates, each against the base, in the same way. With --interleave one profile, or none where two
    /// --target are given
    #[arg(value_name = "CANDIDATE")]
    pub candidates: Vec<String>,
    /// A relative difference of a quantile that does not matter
    #[arg(long, value_name = "PERCENT", default_value = "5%", value_parser = percent)]
    pub margin: f64,
    /// How much more of the calls may fail, or after-callbacks be lost, without mattering
    #[arg(long, value_name = "PERCENT", default_value = "0.1%", value_parser = percent)]
    pub share_margin: f64,
    /// What decides: p50, p90, p99, p999, failed_share, after_lost, timeouts; default: all of them
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub gate: Vec<String>,
    /// Which verdict of what decides ends in exit code 4; cannot-tell includes worse
    #[arg(long, value_enum, default_value_t = CompareFailOnArg::Worse)]
    pub fail_on: CompareFailOnArg,
    /// What a base that is not there is: the first pipeline has none
    #[arg(long, value_enum, default_value_t = BaseMissingArg::Error)]
    pub base_missing: BaseMissingArg,
    /// A key in which the plans may differ, or a part of the profile, such as target.url; may be repeated
    #[arg(long = "allow-diff", value_name = "KEY")]
    pub allow_diff: Vec<String>,
    /// Compare response times even where it is not known whether a run is valid
    #[arg(long)]
    pub unchecked: bool,
    /// Measure first: run the two profiles, or one profile against two targets, in turn, so many times each
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=50))]
    pub interleave: Option<u32>,
    /// With --interleave and one profile: API URL of the base, then of the candidate
    #[arg(long, value_name = "URL", requires = "interleave")]
    pub target: Vec<String>,
    /// With --interleave: override a key of both profiles; may be repeated
    #[arg(long = "set", value_name = "PATH=VALUE", requires = "interleave")]
    pub sets: Vec<String>,
    /// With --interleave: do not check certificates of an https target
    #[arg(long, requires = "interleave")]
    pub insecure: bool,
    /// With --interleave: host that may be driven although it is not loopback; may be repeated
    #[arg(long = "allow-host", value_name = "HOST", requires = "interleave")]
    pub allow_hosts: Vec<String>,
    /// With --interleave: no progress on standard error
    #[arg(long, short, requires = "interleave")]
    pub quiet: bool,
    /// Where to look for run ids, and where --interleave writes its runs
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
    /// What to print on standard output
    #[arg(long, value_enum, default_value_t = FormatArg::Terminal)]
    pub format: FormatArg,
    /// Also write the verdicts to this file, as JUnit XML: a test case for each quantity
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Seed of the bootstrap
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub seed: u64,
    /// Print the JSON schema of comparisons instead
    #[arg(long, exclusive = true)]
    pub schema: bool,
}

/// `5%`, `0.5%` or `0.05`: above 0 and at most 1,000 %.
fn percent(text: &str) -> Result<f64, String> {
    let (number, scale) = match text.trim().strip_suffix('%') {
        Some(number) => (number, 100.0),
        None => (text, 1.0),
    };
    let value = number.trim().parse::<f64>().map(|n| n / scale);
    match value {
        Ok(value) if value > 0.0 && value <= 10.0 => Ok(value),
        _ => Err("write a percentage such as 5% (or 0.05), above 0 and at most 1000%".to_owned()),
    }
}

/// `--fail-on` of `compare`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompareFailOnArg {
    /// A quantity is worse
    Worse,
    /// A quantity is worse, or cannot be told
    CannotTell,
    /// No verdict
    Never,
}

impl From<CompareFailOnArg> for Gate {
    fn from(fail_on: CompareFailOnArg) -> Gate {
        match fail_on {
            CompareFailOnArg::Worse => Gate::Worse,
            CompareFailOnArg::CannotTell => Gate::CannotTell,
            CompareFailOnArg::Never => Gate::Never,
        }
    }
}

/// `--base-missing`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BaseMissingArg {
    /// Wrong usage: exit code 2
    Error,
    /// Said, and exit code 0 if the candidates may be believed
    Ok,
}

impl From<BaseMissingArg> for BaseMissing {
    fn from(missing: BaseMissingArg) -> BaseMissing {
        match missing {
            BaseMissingArg::Error => BaseMissing::Error,
            BaseMissingArg::Ok => BaseMissing::Ok,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_margin_is_a_percentage_or_a_share_and_nothing_senseless() {
        assert_eq!(percent("5%"), Ok(0.05));
        assert_eq!(percent(" 0.5 %"), Ok(0.005));
        assert_eq!(percent("0.05"), Ok(0.05));
        for wrong in ["", "%", "-1%", "0", "NaN", "inf%", "5 percent", "2000%"] {
            assert!(percent(wrong).is_err(), "{wrong}");
        }
    }
}
