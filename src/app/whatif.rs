//! `whatif`: predictions for other timeouts from a stored record.

use std::path::PathBuf;

use super::{Failure, Format, out};
pub use crate::analysis::whatif::TimeoutArg;
use crate::analysis::whatif::{Question, WhatIfError, ask};
use crate::exit::Exit;
use crate::record::read::RunRecord;
use crate::record::store;
use crate::report::{lay_out_drawn, whatif};
use crate::units::Span;

/// What is asked of which record.
#[derive(Clone, Debug)]
pub struct WhatIfRequest {
    /// Folder, prefix of a run id, or `latest`.
    pub result: String,
    /// Where records are.
    pub out: PathBuf,
    /// `--timeout`, in the order typed.
    pub timeouts: Vec<TimeoutArg>,
    /// Arrivals a second.
    pub rate: Option<f64>,
    /// Group processes.
    pub processes: Option<u32>,
    /// How long an outage lasts.
    pub outage: Span,
    /// What to print.
    pub format: Format,
}

/// Answers from a record and prints the answer.
///
/// # Errors
/// Exit code 2 when there is no such record or the question makes no sense, 5 when the run is not to be believed.
pub fn main(request: &WhatIfRequest) -> Result<Exit, Failure> {
    let question = question(request)?;
    let folder = store::find(&request.out, &request.result).map_err(Failure::usage)?;
    let record = RunRecord::open(&folder).map_err(Failure::usage)?;
    let answer = ask(&record, &question).map_err(|error| match error {
        WhatIfError::Refused { .. } => Failure { exit: Exit::Invalid, error: error.into() },
        other => Failure::usage(other),
    })?;
    let bytes = if request.format == Format::Json {
        let mut text = serde_json::to_string_pretty(&answer).map_err(Failure::bug)?;
        text.push('\n');
        text.into_bytes()
    } else {
        let charts: Vec<_> = whatif::drawing(&answer).into_iter().collect();
        let (title, blocks) = ("openim-bench whatif", whatif::blocks(&answer));
        lay_out_drawn(title, &charts, &blocks, request.format, out::look()).map_err(Failure::bug)?
    };
    out::result(&bytes)?;
    Ok(Exit::Ok)
}

fn question(request: &WhatIfRequest) -> Result<Question, Failure> {
    let mut timeouts = std::collections::BTreeMap::new();
    for TimeoutArg { key, seconds } in &request.timeouts {
        if timeouts.insert(*key, *seconds).is_some_and(|before| before != *seconds) {
            return Err(Failure::usage(anyhow::anyhow!(
                "--timeout {key} is given twice with different values"
            )));
        }
    }
    if request.rate.is_some_and(|rate| !rate.is_finite() || rate <= 0.0) {
        return Err(Failure::usage(anyhow::anyhow!("--rate is arrivals a second and must be above 0")));
    }
    if request.outage.as_us() == 0 {
        return Err(Failure::usage(anyhow::anyhow!("--outage must be longer than 0, such as 60s")));
    }
    Ok(Question { timeouts, rate: request.rate, processes: request.processes, outage: request.outage })
}
