//! `report`, and the judging that `run` ends with: record → analysis → summary → files,
//! standard output, exit code.

use std::path::{Path, PathBuf};

use super::{FailOn, Failure, Format, openim_log, out, unwritten};
use crate::analysis::compare::Judged;
use crate::analysis::{Analysis, Options, ValidityVerdict, analyse};
use crate::exit::Exit;
use crate::record::model::Ended;
use crate::record::read::RunRecord;
use crate::record::{RUN_JSON, kept, store, write};
use crate::report::{self, Look, Report, Summary, json, junit};
use crate::say;
use crate::slo::Verdict;

/// What to report on, and how.
#[derive(Clone, Debug)]
pub struct ReportRequest {
    /// Folder, prefix of a run id, or `latest`.
    pub result: String,
    /// Where records are.
    pub out: PathBuf,
    /// What to print.
    pub format: Format,
    /// Plain limits on our own lateness.
    pub strict: bool,
    /// Findings of which severity end in exit code 6.
    pub fail_on: FailOn,
    /// Also write the objectives there, as JUnit XML.
    pub junit: Option<PathBuf>,
    /// Files of OpenIM's log to join with the record first.
    pub openim_log: Vec<PathBuf>,
}

/// Rebuilds every report from a record.
///
/// # Errors
/// Exit code 2 when there is no such record.
pub fn main(request: &ReportRequest) -> Result<Exit, Failure> {
    let folder = store::find(&request.out, &request.result).map_err(Failure::usage)?;
    openim_log::join_files(&folder, &request.openim_log)?;
    let Outcome { report, unwritten } = judge(&folder, request.strict)?;
    if let Some(failure) = unwritten {
        out::tell(&say!("app-report-unwritten", failure = failure.text()));
    }
    print(&report, request.format)?;
    write_junit(request.junit.as_deref(), &report.summary)?;
    Ok(exit_of(&report.summary, request.fail_on))
}

/// Prints the JSON schema of `summary.json`.
///
/// # Errors
/// When standard output cannot be written.
pub fn schema() -> Result<Exit, Failure> {
    out::result(json::schema().map_err(Failure::bug)?.as_bytes())?;
    Ok(Exit::Ok)
}

/// A judged record.
#[derive(Debug)]
pub struct Outcome {
    /// What there is to say.
    pub report: Report,
    /// Why `summary.json`, `report.md` or `report.html` could not be written, such as a full disk.
    pub unwritten: Option<Failure>,
}

/// Reads, judges and writes `summary.json`, `report.md` and `report.html`.
///
/// # Errors
/// Exit code 2 when the record cannot be read.
pub fn judge(folder: &Path, strict: bool) -> Result<Outcome, Failure> {
    let (record, analysis) = analysed(folder, strict)?;
    let kept = kept::is_whole(folder).then(|| Judged::of(&record, &analysis));
    let report = Report::new(&record, analysis, &folder.display().to_string());
    let unwritten = write_files(folder, &report).and_then(|()| keep(folder, kept.as_ref())).err();
    Ok(Outcome { report, unwritten })
}

/// Reads and judges; writes nothing.
///
/// # Errors
/// Exit code 2 when the record cannot be read.
pub fn build(folder: &Path, strict: bool) -> Result<Report, Failure> {
    let (record, analysis) = analysed(folder, strict)?;
    Ok(Report::new(&record, analysis, &folder.display().to_string()))
}

/// The summary alone; writes nothing.
///
/// # Errors
/// Exit code 2 when the record cannot be read.
pub fn summary(folder: &Path, strict: bool) -> Result<Summary, Failure> {
    let (record, analysis) = analysed(folder, strict)?;
    Ok(Summary::new(&record, analysis, &folder.display().to_string()))
}

fn analysed(folder: &Path, strict: bool) -> Result<(RunRecord, Analysis), Failure> {
    let record = RunRecord::open(folder).map_err(Failure::usage)?;
    let analysis = analyse(&record, Options { strict, ..Options::default() }).map_err(Failure::usage)?;
    Ok((record, analysis))
}

fn write_files(folder: &Path, report: &Report) -> Result<(), Failure> {
    let files =
        [(Format::Json, "summary.json"), (Format::Markdown, "report.md"), (Format::Html, "report.html")];
    for (format, file) in files {
        let bytes = report::renderer(format, Look::file(out::lang())).render(report).map_err(Failure::bug)?;
        let path = folder.join(file);
        write::write_text_atomically(&path, &bytes).map_err(|error| unwritten(&path, error))?;
    }
    Ok(())
}

/// What a later `compare` needs of this judgement stays in `run.json`; not of a record that has lost its parts.
fn keep(folder: &Path, judged: Option<&Judged>) -> Result<(), Failure> {
    let Some(judged) = judged else { return Ok(()) };
    kept::keep(folder, judged).map_err(|error| unwritten(&folder.join(RUN_JSON), error))
}

/// Writes the objectives as JUnit XML, where that was asked for.
///
/// # Errors
/// Exit code 2 when the file cannot be written.
pub fn write_junit(path: Option<&Path>, summary: &Summary) -> Result<(), Failure> {
    let Some(path) = path else { return Ok(()) };
    out::file("--junit", path, &junit::of_run(summary).map_err(Failure::bug)?)
}

/// Prints the report on standard output.
///
/// # Errors
/// When it cannot be written.
pub fn print(report: &Report, format: Format) -> Result<(), Failure> {
    let bytes = report::renderer(format, out::look()).render(report).map_err(Failure::bug)?;
    out::result(&bytes)
}

/// The exit code that a summary stands for; the first in the order 1, 2, 3, 5, 4, 6.
#[must_use]
pub fn exit_of(summary: &Summary, fail_on: FailOn) -> Exit {
    let mut exit = Exit::Ok;
    match summary.ended {
        Some(Ended::Interrupted) => exit = exit.first(Exit::Interrupted),
        Some(Ended::Terminated) => exit = exit.first(Exit::Terminated),
        Some(Ended::Aborted) => exit = exit.first(Exit::Invalid),
        Some(Ended::Complete) | None => {}
    }
    if summary.validity.verdict == ValidityVerdict::Invalid {
        exit = exit.first(Exit::Invalid);
    }
    if summary.objectives.iter().any(|o| o.verdict != Verdict::Met) {
        exit = exit.first(Exit::Objective);
    }
    if fail_on.is_reached(summary.findings.iter().map(|f| f.severity)) {
        exit = exit.first(Exit::Findings);
    }
    exit
}
