//! `compare`: records → may they be compared → verdicts → standard output, JUnit XML, exit code.
//!
//! `read` opens the sides and refuses what must not be compared, `interleave` measures them first, `drawn` is the chart
//! that `plot` writes.

mod drawn;
mod interleave;
mod read;

use std::path::PathBuf;

use super::plan::PlanRequest;
use super::{Failure, Format, out, told};
use crate::analysis::compare::{self as analysis, Comparison, CurvePoint, GATES, Margins, Runs, Verdict};
use crate::exit::Exit;
use crate::report::{comparison, junit};
use crate::say;
use crate::stats::comparison::{Draws, RESAMPLES};
use crate::text::Told;
pub use drawn::drawing;
use read::{Asked, Reader};

/// Which verdict of what decides ends in exit code 4.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gate {
    /// Worse.
    #[default]
    Worse,
    /// Worse, or cannot tell.
    CannotTell,
    /// None.
    Never,
}

/// What a missing base is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BaseMissing {
    /// Wrong usage.
    #[default]
    Error,
    /// The first pipeline.
    Ok,
}

/// What to measure before comparing.
#[derive(Clone, Debug)]
pub struct Interleave {
    /// Runs a side.
    pub times: u32,
    /// Targets of base and candidate; none: those of the profiles.
    pub targets: Vec<String>,
    /// No progress.
    pub quiet: bool,
    /// Overrides of both plans; its profile is not used.
    pub plan: PlanRequest,
}

/// What to compare, and how.
#[derive(Clone, Debug)]
pub struct CompareRequest {
    /// The base: runs joined by commas, or a profile.
    pub base: String,
    /// The candidates, in the same way.
    pub candidates: Vec<String>,
    /// Relative margin of quantiles, above 0.
    pub margin: f64,
    /// Margin of shares, above 0.
    pub share_margin: f64,
    /// Names of what decides; empty: all.
    pub gate: Vec<String>,
    /// Which verdict ends in exit code 4.
    pub fail_on: Gate,
    /// What a missing base is.
    pub base_missing: BaseMissing,
    /// Keys in which plans may differ.
    pub allow_diff: Vec<String>,
    /// Runs whose validity is not known are compared.
    pub unchecked: bool,
    /// Measure first.
    pub interleave: Option<Interleave>,
    /// Where records are.
    pub out: PathBuf,
    /// What to print.
    pub format: Format,
    /// Also write the verdicts there, as JUnit XML.
    pub junit: Option<PathBuf>,
    /// Seed of the bootstrap.
    pub seed: u64,
}

/// Both sides, as they are to be opened.
struct Sides {
    base: Asked,
    candidates: Vec<Asked>,
}

/// Compares.
///
/// # Errors
/// Exit code 2 where a run is not there or the plans differ, 5 where a run is invalid.
pub fn main(mut request: CompareRequest) -> Result<Exit, Failure> {
    check(&request)?;
    let sides = match request.interleave.take() {
        Some(interleave) => interleave::measure(&mut request, &interleave)?,
        None => Sides {
            base: Asked::parse(&request.base),
            candidates: request.candidates.iter().map(|name| Asked::parse(name)).collect(),
        },
    };
    let reader = Reader { out: &request.out, unchecked: request.unchecked, allowed: &request.allow_diff };
    let base = base(&request, &sides.base, &reader)?;
    let candidates: Vec<Runs> =
        sides.candidates.iter().map(|asked| reader.side(asked)).collect::<Result<_, _>>()?;
    let margins = Margins {
        relative: request.margin,
        share: request.share_margin,
        draws: Draws { resamples: RESAMPLES, seed: request.seed },
    };
    let compared = match &base {
        None => candidates.iter().map(analysis::alone).collect(),
        Some(base) => candidates
            .iter()
            .map(|candidate| {
                let allowed = reader.comparable(base, candidate)?;
                Ok(analysis::compare(base, candidate, margins, &request.gate, allowed))
            })
            .collect::<Result<_, Failure>>()?,
    };
    let found = analysis::put_together(base.as_ref(), compared, margins, &request.gate);
    // Curves take a resampling of their own; only a page shows them.
    let html = request.format == Format::Html;
    let curves = if html { curves(base.as_ref(), &candidates, margins) } else { Vec::new() };
    show(&request, &found, curves)?;
    Ok(exit_of(&found, request.fail_on))
}

/// Prints the JSON schema of a comparison.
///
/// # Errors
/// When standard output cannot be written.
pub fn schema() -> Result<Exit, Failure> {
    out::result(comparison::schema().map_err(Failure::bug)?.as_bytes())?;
    Ok(Exit::Ok)
}

fn check(request: &CompareRequest) -> Result<(), Failure> {
    if let Some(wrong) = request.gate.iter().find(|name| !GATES.contains(&name.as_str())) {
        let told = say!("app-compare-gate", name = wrong, names = GATES.join(","));
        return Err(Failure::usage(Told::new(told)));
    }
    if request.candidates.is_empty() && request.interleave.is_none() {
        return Err(Failure::usage(Told::new(say!("app-compare-candidate"))));
    }
    Ok(())
}

fn base(request: &CompareRequest, asked: &Asked, reader: &Reader<'_>) -> Result<Option<Runs>, Failure> {
    let missing = reader.missing(asked);
    match (missing, request.base_missing) {
        (Some(why), BaseMissing::Ok) => {
            out::tell(&say!("compare-base-missing", why = told(&why)));
            Ok(None)
        }
        (Some(why), BaseMissing::Error) => {
            Err(Failure::usage(Told::new(say!("app-compare-base-missing", why = told(&why)))))
        }
        (None, _) => reader.side(asked).map(Some),
    }
}

/// The percentile curves of the base and the candidates, in order.
fn curves(base: Option<&Runs>, candidates: &[Runs], margins: Margins) -> Vec<Vec<CurvePoint>> {
    base.into_iter().chain(candidates).map(|side| analysis::curve(side, margins.draws)).collect()
}

fn show(request: &CompareRequest, found: &Comparison, curves: Vec<Vec<CurvePoint>>) -> Result<(), Failure> {
    let bytes = comparison::render(found, curves, request.format, out::look());
    out::result(&bytes.map_err(Failure::bug)?)?;
    let Some(path) = &request.junit else { return Ok(()) };
    let tell = request.fail_on == Gate::CannotTell;
    out::file("--junit", path, &junit::of_comparison(found, tell).map_err(Failure::bug)?)
}

fn exit_of(found: &Comparison, fail_on: Gate) -> Exit {
    match (found.verdict, fail_on) {
        (Some(Verdict::Worse), Gate::Worse | Gate::CannotTell)
        | (Some(Verdict::CannotTell), Gate::CannotTell) => Exit::Objective,
        _ => Exit::Ok,
    }
}
