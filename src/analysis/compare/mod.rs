//! Is a candidate worse than its base? A verdict for each quantity: worse, no worse, cannot tell.
//!
//! `plan` says whether two runs may be compared at all, `judged` what of a run is kept in its header, `side` reads
//! runs, `quantiles`, `shares` and `drift` give the verdicts. The statistics are those of `stats::comparison` and
//! `stats::newcombe`. Runs and verdicts only: what a pipeline makes of them is left to `app`.

mod drift;
mod judged;
mod plan;
mod quantiles;
mod shares;
mod side;
#[cfg(test)]
mod tests;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use judged::{Judged, JudgedShare, JudgedTimeout};
pub use plan::{PlanDifference, differences, differences_of_plans};
pub use side::{Known, RunFigures};

use crate::say;
pub use crate::stats::comparison::Verdict;
use crate::stats::comparison::{Draws, MARGIN};
pub use crate::stats::curve::CurvePoint;
use crate::text::Text;

/// Version of the shape of `Comparison`.
pub const FORMAT: u32 = 1;
/// How much more of the calls may fail, or after-callbacks be lost, without counting as worse: 0.1 % of them.
pub const SHARE_MARGIN: f64 = 0.001;
/// Names that a gate may be narrowed to.
pub const GATES: [&str; 7] = ["p50", "p90", "p99", "p999", "failed_share", "after_lost", "timeouts"];

/// How to compare.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Margins {
    /// Relative difference of a quantile that does not matter, above 0.
    pub relative: f64,
    /// Difference of a share that does not matter, above 0.
    pub share: f64,
    /// Resamples and seed.
    pub draws: Draws,
}

impl Default for Margins {
    fn default() -> Margins {
        Margins { relative: MARGIN, share: SHARE_MARGIN, draws: Draws::default() }
    }
}

/// Everything that a comparison says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// Version of this shape.
    pub format: u32,
    /// Relative difference of a quantile that does not matter.
    pub margin: f64,
    /// Difference of a share that does not matter.
    pub share_margin: f64,
    /// Names of the quantities that decide `verdict`.
    pub gate: Vec<String>,
    /// The base; absent where it was missing and that was allowed: then nothing is compared.
    pub base: Option<Side>,
    /// The candidates, each against the base.
    pub candidates: Vec<Candidate>,
    /// The worst verdict of any candidate; absent where the base is missing.
    pub verdict: Option<Verdict>,
}

/// One side of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Side {
    /// As it was asked for.
    pub name: String,
    /// Its runs.
    pub runs: Vec<RunLine>,
}

/// One run of a side, in short.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunLine {
    /// Run id.
    pub run_id: String,
    /// Folder.
    pub record: String,
    /// When it began, RFC 3339, UTC.
    pub started: String,
    /// Title of its profile.
    pub title: String,
    /// Response times on record, calls that never ended included.
    pub calls: u64,
    /// Measured seconds.
    pub measured_s: u64,
    /// Where its validity and timeouts are known from.
    pub known: Known,
}

/// A candidate against the base.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Candidate {
    /// Its runs.
    pub side: Side,
    /// The worst verdict of the quantities that decide.
    pub verdict: Verdict,
    /// Quantity by quantity.
    pub quantities: Vec<Quantity>,
    /// Keys in which the plans differ, as was allowed.
    pub allowed: Vec<PlanDifference>,
    /// What to know about this comparison.
    pub notes: Vec<Text>,
}

/// What a quantity is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Microseconds; differences are relative.
    Microseconds,
    /// Shares; differences are absolute.
    Share,
    /// Whole seconds of a `timeout`.
    Seconds,
}

/// One quantity of both sides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Quantity {
    /// `p50`, `p90`, `p99`, `p999` (response time), `failed_share`, `after_lost`, `timeout.<key>`.
    pub name: String,
    /// Its unit.
    pub unit: Unit,
    /// The base's; absent where it is not known.
    pub base: Option<f64>,
    /// The candidate's.
    pub candidate: Option<f64>,
    /// candidate ÷ base − 1 for times, candidate − base for the others.
    pub difference: Option<f64>,
    /// Lower end of its 95 % interval; absent where there is none.
    pub low: Option<f64>,
    /// Upper end; absent where there is none, or where it is without limit.
    pub high: Option<f64>,
    /// The verdict.
    pub verdict: Verdict,
    /// Better by more than the margin: a remark, no verdict.
    pub improved: bool,
    /// Whether this quantity decides the verdict of the candidate.
    pub gates: bool,
    /// Calls or callbacks of the base and of the candidate.
    pub n: [u64; 2],
    /// About how many a side would decide; absent where it is decided or no number is known that would.
    pub needed: Option<u64>,
    /// Why, in a sentence; empty where the figures say it all.
    pub why: Text,
}

impl Quantity {
    fn new(name: impl Into<String>, unit: Unit, n: [u64; 2]) -> Quantity {
        Quantity {
            name: name.into(),
            unit,
            base: None,
            candidate: None,
            difference: None,
            low: None,
            high: None,
            verdict: Verdict::CannotTell,
            improved: false,
            gates: true,
            n,
            needed: None,
            why: Text::default(),
        }
    }

    /// The name in `GATES` that this quantity belongs to.
    fn gate(&self) -> &str {
        if self.name.starts_with("timeout.") { "timeouts" } else { &self.name }
    }
}

/// One side, read.
#[derive(Clone, Debug)]
pub struct Runs {
    /// As it was asked for.
    pub name: String,
    /// Its runs, at least one, comparable with each other.
    pub runs: Vec<RunFigures>,
}

impl Runs {
    fn lines(&self) -> Side {
        Side { name: self.name.clone(), runs: self.runs.iter().map(RunFigures::line).collect() }
    }
}

/// Compares one candidate with the base; whether they may be compared was asked before (`differences`), and
/// `allowed` is what differs nevertheless. An empty `gate` means that every quantity decides.
#[must_use]
pub fn compare(
    base: &Runs,
    candidate: &Runs,
    margins: Margins,
    gate: &[String],
    allowed: Vec<PlanDifference>,
) -> Candidate {
    let mut quantities = quantiles::compare(base, candidate, margins);
    quantities.extend(shares::compare(base, candidate, margins.share));
    quantities.extend(drift::compare(base, candidate));
    for quantity in &mut quantities {
        quantity.gates = gate.is_empty() || gate.iter().any(|name| name == quantity.gate());
    }
    let verdict = quantities.iter().filter(|q| q.gates).map(|q| q.verdict).max();
    Candidate {
        notes: side::notes(base, candidate),
        side: candidate.lines(),
        // A gate on what was not measured decides nothing.
        verdict: verdict.unwrap_or(Verdict::CannotTell),
        quantities,
        allowed,
    }
}

/// The comparison of all candidates; without a base nothing is compared.
#[must_use]
pub fn put_together(
    base: Option<&Runs>,
    candidates: Vec<Candidate>,
    margins: Margins,
    gate: &[String],
) -> Comparison {
    let gate = if gate.is_empty() { GATES.map(str::to_owned).to_vec() } else { gate.to_vec() };
    Comparison {
        format: FORMAT,
        margin: margins.relative,
        share_margin: margins.share,
        gate,
        base: base.map(Runs::lines),
        verdict: base.and_then(|_| candidates.iter().map(|c| c.verdict).max()),
        candidates,
    }
}

/// The percentile curve of a side's response times, for drawing.
#[must_use]
pub fn curve(side: &Runs, draws: Draws) -> Vec<CurvePoint> {
    let lines: Vec<_> = side.runs.iter().map(|r| r.response.clone()).collect();
    crate::stats::curve::curve(&lines, draws)
}

/// A candidate whose base is missing: named, and nothing compared.
#[must_use]
pub fn alone(candidate: &Runs) -> Candidate {
    Candidate {
        side: candidate.lines(),
        verdict: Verdict::CannotTell,
        quantities: Vec::new(),
        allowed: Vec::new(),
        notes: vec![say!("compare-first-base")],
    }
}
