//! Arguments of `whatif`.

use std::path::PathBuf;

use clap::Args;

use super::FormatArg;
use crate::app::whatif::TimeoutArg;
use crate::units::Span;

/// `whatif`.
#[derive(Debug, Args)]
pub struct WhatIfArgs {
    /// Folder of a run, a unique prefix of its run id, or `latest`
    pub result: String,
    /// Timeout to ask about, such as beforeCreateGroup=3 (whole seconds, 1 to 15); may be repeated. Webhooks that are
    /// not named keep their present timeout, else the recommended one
    #[arg(long = "timeout", value_name = "KEY=SECONDS")]
    pub timeouts: Vec<TimeoutArg>,
    /// Arrivals a second of the whole load; default: recommend.production_rate, else the run's
    #[arg(long, value_name = "PER_SECOND")]
    pub rate: Option<f64>,
    /// Group processes, each with its own 100 connections and its own after-queue; default: the run's
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub processes: Option<u32>,
    /// How long each webhook hangs in the predicted outages
    #[arg(long, value_name = "DURATION", default_value = "60s")]
    pub outage: Span,
    /// Where to look for run ids
    #[arg(long, value_name = "DIR", default_value = "results")]
    pub out: PathBuf,
    /// What to print on standard output; json holds the curves for charts too
    #[arg(long, value_enum, default_value_t = FormatArg::Terminal)]
    pub format: FormatArg,
}
