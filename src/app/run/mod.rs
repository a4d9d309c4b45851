//! `run`: one profile from end to end.
//!
//! plan → stage (listener, simulator, clients) → before (preflight, users, groups) → load →
//! after (clean-up, the record's end) → judge. Each step that made something undoes it, also
//! after Ctrl-C.

pub(super) mod after;
mod before;
mod load;
mod made;
mod outages;
mod portrait;
mod signals;
mod stage;
mod switch;

use std::path::PathBuf;
use std::time::Duration;

use super::plan::{PlanRequest, Prepared, prepare};
use super::{FailOn, Failure, Format, openim_log, out, profile, report, runtime};
use crate::app::live::Display;
use crate::app::metrics::Address;
use crate::exit::Exit;
use crate::finding::Severity;
use crate::openim::safety;
use crate::profile::model::CleanupMode;
use crate::profile::plan::Basis;
use crate::profile::resolve::is_sim;
use crate::say;
use crate::units::Span;

pub(super) use before::environment;
pub use signals::{Asked, Signals};

/// What to run, and how to show it.
#[derive(Clone, Debug)]
pub struct RunRequest {
    /// The plan.
    pub plan: PlanRequest,
    /// Folder for records.
    pub out: PathBuf,
    /// What to print on standard output.
    pub format: Format,
    /// No progress.
    pub quiet: bool,
    /// The load on a full terminal.
    pub live: bool,
    /// Validate and print the footprint only.
    pub dry_run: bool,
    /// How long to wait for a target that is starting.
    pub wait: Option<Span>,
    /// Go on answering afterwards.
    pub stay: bool,
    /// Plain limits on our own lateness.
    pub strict: bool,
    /// Findings of which severity end in exit code 6.
    pub fail_on: FailOn,
    /// An outage that refuses may hit others' callbacks.
    pub hits_everyone: bool,
    /// Also write the objectives there, as JUnit XML.
    pub junit: Option<PathBuf>,
    /// Files of OpenIM's log: what is added to them during the run is joined with the record.
    pub openim_log: Vec<PathBuf>,
    /// Where Prometheus may scrape while it lasts.
    pub metrics: Option<Address>,
}

impl RunRequest {
    /// A run as part of something larger: no progress, findings do not count, the record below `out`.
    #[must_use]
    pub fn quiet(plan: PlanRequest, out: PathBuf) -> RunRequest {
        RunRequest {
            plan,
            out,
            format: Format::Terminal,
            quiet: true,
            live: false,
            dry_run: false,
            wait: None,
            stay: false,
            strict: false,
            fail_on: FailOn::Never,
            hits_everyone: false,
            junit: None,
            openim_log: Vec::new(),
            metrics: None,
        }
    }
}

/// A finished run that was not reported on standard output.
#[derive(Debug)]
pub struct Recorded {
    /// Its record.
    pub folder: PathBuf,
    /// What it is worth.
    pub exit: Exit,
}

/// Runs a profile.
///
/// # Errors
/// Exit codes 1, 2 and 3; what a finished run is worth is in the returned code.
pub fn main(request: RunRequest) -> Result<Exit, Failure> {
    Ok(start(request, true)?.exit)
}

/// Runs a profile and judges it as `main` does, but prints no report.
///
/// # Errors
/// As `main`.
pub fn record(request: RunRequest) -> Result<Recorded, Failure> {
    start(request, false)
}

fn start(request: RunRequest, print: bool) -> Result<Recorded, Failure> {
    let prepared = prepare(&request.plan)?;
    check_allowed(&request, &prepared)?;
    if request.dry_run {
        profile::print_footprint(&prepared)?;
        return Ok(Recorded { folder: PathBuf::new(), exit: Exit::Ok });
    }
    let runtime = runtime()?;
    let recorded = runtime.block_on(execute(request, prepared, print));
    // Connections that OpenIM keeps open must not hold the process.
    runtime.shutdown_timeout(Duration::from_millis(200));
    recorded
}

/// Whether the target may be driven, and its callers may be hit.
fn check_allowed(request: &RunRequest, prepared: &Prepared) -> Result<(), Failure> {
    let own = &prepared.plan.profile;
    if !is_sim(own) {
        safety::check_target(&own.target.url, &own.limits.allowed_hosts, own.limits.groups)
            .map_err(Failure::usage)?;
    }
    outages::check_consent(&prepared.plan, request.hits_everyone)
}

async fn execute(request: RunRequest, prepared: Prepared, print: bool) -> Result<Recorded, Failure> {
    let logs = openim_log::marks(&request.openim_log)?;
    let display = if request.live { Display::live(request.quiet) } else { Display::new(request.quiet) };
    let notices = display.clone();
    let signals = Signals::listen(move |asked| notices.warn(&asked.text()));
    let (mut stage, folder) = measure(&request, &prepared, &signals, &display).await?;
    openim_log::join_added(&folder, logs).await;
    let judged = tokio::task::block_in_place(|| report::judge(&folder, request.strict));
    display.end();
    let report::Outcome { report: found, unwritten } = judged?;
    // Should standard output be full, what follows has to be said all the same.
    let printed = if print { report::print(&found, request.format) } else { Ok(()) };
    let junit = report::write_junit(request.junit.as_deref(), &found.summary);
    // Ctrl-C may also come while judging, and ends what goes on with further runs.
    let stopped = signals.exit();
    say_last(&request, &prepared, &stage, &signals).await;
    stage.close().await;
    out::note(&folder.display().to_string());
    printed?;
    junit?;
    if let Some(failure) = unwritten {
        return Err(failure);
    }
    Ok(Recorded { exit: stopped.unwrap_or_else(|| report::exit_of(&found.summary, request.fail_on)), folder })
}

/// Stage, preflight, load, clean-up: a plan up to the end of its record. Gives what still stands, and the record's
/// folder.
async fn measure(
    request: &RunRequest,
    prepared: &Prepared,
    signals: &Signals,
    display: &Display,
) -> Result<(stage::Stage, PathBuf), Failure> {
    // Here as well, since not every use case comes through `start`.
    check_allowed(request, prepared)?;
    let mut stage = stage::Stage::set(prepared, request.metrics, display).await?;
    let ready = match before::prepare_target(request, prepared, &stage, signals, display).await {
        Ok(ready) => ready,
        Err(failure) => {
            // Such as a secret with a comment in it: it may be the reason.
            stage.findings.iter().filter(|f| f.severity > Severity::Info).for_each(out::finding);
            stage.close().await;
            return Err(failure);
        }
    };
    let loaded = match load::run(prepared, &mut stage, ready, signals, display).await {
        Ok(loaded) => loaded,
        Err(failure) => {
            stage.close().await;
            return Err(failure);
        }
    };
    let folder = after::finish(prepared, &stage, loaded, signals, display).await?;
    Ok((stage, folder))
}

/// Runs a plan and writes its record, without a report; gives the record's folder, for use cases that make several runs.
///
/// # Errors
/// As `main`.
pub(super) async fn write_record(
    request: &RunRequest,
    prepared: &Prepared,
    signals: &Signals,
    display: &Display,
) -> Result<PathBuf, Failure> {
    let (mut stage, folder) = measure(request, prepared, signals, display).await?;
    stage.close().await;
    Ok(folder)
}

/// The same, and judges it: nothing is printed.
///
/// # Errors
/// As `main`.
pub(super) async fn once(
    request: &RunRequest,
    prepared: &Prepared,
    signals: &Signals,
    display: &Display,
) -> Result<report::Outcome, Failure> {
    let folder = write_record(request, prepared, signals, display).await?;
    tokio::task::block_in_place(|| report::judge(&folder, request.strict))
}

/// OpenIM still points at us: what that means, and `--stay`.
async fn say_last(request: &RunRequest, prepared: &Prepared, stage: &stage::Stage, signals: &Signals) {
    let plan = &prepared.plan;
    if plan.basis == Basis::Simulated || plan.expect.as_ref().is_some_and(Vec::is_empty) {
        return;
    }
    if plan.profile.cleanup.mode == CleanupMode::Keep {
        out::tell(&say!("run-kept"));
    }
    if request.stay && signals.exit().is_none() {
        out::tell(&say!("run-staying", address = stage.address().to_string()));
        signals.stop().cancelled().await;
    }
    out::tell(&say!("run-still-ours"));
}
