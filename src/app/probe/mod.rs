//! `probe`: which `OpenIM` this is and how it behaves, told by cases that are run against it.
//!
//! selected cases → a simulator for each, or one deployment → a line a case → the portrait.
//! Results go to standard output, progress and warnings to standard error. Every group that
//! was made is dismissed, also after Ctrl-C.

mod course;
mod deployment;
mod entry;
pub(super) mod listener;
mod plain;
mod select;
mod simulated;
mod version;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;

use super::run::{Asked, Signals};
use super::target::Access;
use super::{Failure, out};
use crate::clock::{wall_now, wall_seconds};
use crate::exit::Exit;
use crate::ids::RunTag;
use crate::probe::case::{Case, CaseOutcome, CaseResult, Setting};
use crate::probe::plan::Footprint;
use crate::probe::portrait::{About, derive};
use crate::probe::replay::{ReplayOptions, replay_all};
use crate::probe::text as page;
use crate::record::portrait::{CaseVerdict, Portrait, schema_text};
use crate::say;
use crate::text::{Text, Told};
use crate::wire::OpenimVersion;

pub use select::list;

/// What is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ProbeFormat {
    /// A line a case, then the portrait as a page.
    #[default]
    Terminal,
    /// The portrait as JSON, nothing else.
    Json,
}

/// What to probe, and how.
#[derive(Clone, Debug)]
pub struct ProbeRequest {
    /// URL of the API, or `sim`.
    pub target: String,
    /// The version, where it is known better than it can be told; for `sim` the one to imitate.
    pub version: Option<OpenimVersion>,
    /// Where callbacks are received.
    pub webhook_listen: String,
    /// What stands before the command in the webhook's URL.
    pub webhook_path: String,
    /// The deployment's `webhooks.yml`.
    pub webhooks: Option<PathBuf>,
    /// Names of cases; all where empty.
    pub only: Vec<String>,
    /// Cases of more than a moment too.
    pub slow: bool,
    /// Cases that may harm a deployment too.
    pub dangerous: bool,
    /// Recordings to hold the simulator against instead.
    pub replay: Option<PathBuf>,
    /// What is printed.
    pub format: ProbeFormat,
    /// File for the portrait.
    pub out: Option<PathBuf>,
    /// `--allow-host`.
    pub allow_hosts: Vec<String>,
    /// Credentials and trust.
    pub access: Access,
}

impl ProbeRequest {
    fn is_sim(&self) -> bool {
        self.target.eq_ignore_ascii_case("sim")
    }
}

/// What came of the cases.
struct Ran {
    results: Vec<CaseResult>,
    setting: Setting,
    about: About,
    /// What else went wrong.
    exit: Exit,
}

/// What all ways of running share.
struct Job<'a> {
    request: &'a ProbeRequest,
    cases: Vec<&'static Case>,
    tag: RunTag,
    stop: CancellationToken,
}

/// Prints the JSON schema of portraits.
///
/// # Errors
/// When standard output cannot be written.
pub fn schema() -> Result<Exit, Failure> {
    out::result(schema_text().as_bytes())?;
    Ok(Exit::Ok)
}

/// Probes.
///
/// # Errors
/// Exit code 2 for wrong usage, 3 where the target cannot be probed at all.
pub fn main(request: &ProbeRequest) -> Result<Exit, Failure> {
    if let Some(path) = &request.out {
        check_out(path)?;
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|e| Failure::bug(Told::new(say!("probe-no-runtime")).because(e)))?;
    let exit = runtime.block_on(async {
        match &request.replay {
            Some(folder) => replay(request, folder).await,
            None => probe(request).await,
        }
    });
    // Connections that OpenIM keeps open must not hold the process.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    exit
}

async fn probe(request: &ProbeRequest) -> Result<Exit, Failure> {
    let cases = select::cases(&request.only)?;
    let signals = Signals::listen(said_by_signal);
    let job = Job { request, cases, tag: tag(), stop: signals.stop() };
    let mut ran = match request.is_sim() {
        true => simulated::run(&job).await?,
        false => deployment::run(&job).await?,
    };
    ran.about.interrupted = signals.exit().is_some();
    let portrait = derive(&ran.results, &ran.setting, &ran.about);
    let written = request.out.as_deref().map_or(Ok(()), |path| write(path, &portrait));
    print(request.format, &portrait)?;
    written?;
    Ok(exit_of(&ran, &portrait, &signals))
}

/// Of a probe that was interrupted only that counts.
fn exit_of(ran: &Ran, portrait: &Portrait, signals: &Signals) -> Exit {
    let has = |verdict: CaseVerdict| portrait.cases.iter().any(|case| case.verdict == verdict);
    let failed = if has(CaseVerdict::Failed) { Exit::Target } else { Exit::Ok };
    let differs = if has(CaseVerdict::Differs) { Exit::Findings } else { Exit::Ok };
    signals.exit().unwrap_or_else(|| ran.exit.first(failed).first(differs))
}

/// Ctrl-C, once and twice: what it means here.
fn said_by_signal(asked: Asked) {
    out::tell(&match asked {
        Asked::Stop => say!("probe-stopping"),
        Asked::Leave => say!("probe-leaving"),
    });
}

/// Different for two probes of one second.
pub(super) fn tag() -> RunTag {
    let micros = (wall_seconds() * 1e6) as u64;
    let mixed =
        micros.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(std::process::id()).wrapping_mul(0xC2B2_AE3D);
    RunTag::from_number(mixed >> 7)
}

fn now() -> String {
    humantime::format_rfc3339_seconds(wall_now()).to_string()
}

/// A line of a case: a result, or progress where results are JSON.
fn show(job: &Job<'_>, result: &CaseResult, setting: &Setting) -> Result<(), Failure> {
    let line = page::case_line(result, setting);
    match job.request.format {
        ProbeFormat::Terminal => out::result(format!("{}\n", line.of(out::lang())).as_bytes()),
        ProbeFormat::Json => {
            out::tell(&line);
            Ok(())
        }
    }
}

fn print(format: ProbeFormat, portrait: &Portrait) -> Result<(), Failure> {
    match format {
        ProbeFormat::Terminal => {
            out::result(format!("\n{}", page::portrait(portrait, out::lang())).as_bytes())
        }
        ProbeFormat::Json => out::result(&json(portrait)?),
    }
}

fn json(portrait: &Portrait) -> Result<Vec<u8>, Failure> {
    let mut bytes = serde_json::to_vec_pretty(portrait).map_err(Failure::bug)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn write(path: &Path, portrait: &Portrait) -> Result<(), Failure> {
    let bytes = json(portrait)?;
    std::fs::write(path, bytes).with_context(|| format!("--out {}", path.display())).map_err(Failure::usage)
}

/// Before anything is asked of the target; an older portrait is left alone until then.
fn check_out(path: &Path) -> Result<(), Failure> {
    let existed = path.exists();
    let opened = std::fs::OpenOptions::new().create(true).append(true).open(path);
    opened.map_err(|error| {
        let told = Told::new(say!("probe-out-choose", path = path.display().to_string()));
        Failure::usage(told.because(error))
    })?;
    if !existed {
        // It comes into being when there is something to write.
        let _ = std::fs::remove_file(path);
    }
    Ok(())
}

/// What is about to happen, before it does.
fn announce(footprint: &Footprint, users: usize, seconds: f64, where_to: &Text) {
    out::tell(&say!(
        "probe-announce",
        cases = footprint.cases,
        target = where_to,
        groups = footprint.groups,
        users = users,
        callbacks = footprint.callbacks,
        seconds = format!("{seconds:.0}")
    ));
}

fn result(case: &'static Case, outcome: CaseOutcome) -> CaseResult {
    CaseResult { case, outcome }
}

async fn replay(request: &ProbeRequest, folder: &Path) -> Result<Exit, Failure> {
    if !request.is_sim() {
        return Err(Failure::usage(Told::new(say!("probe-replay-sim"))));
    }
    if request.only.len() > 1 {
        return Err(Failure::usage(Told::new(say!("probe-replay-only"))));
    }
    let signals = Signals::listen(|_| ());
    let options = ReplayOptions { long: request.slow, only: request.only.first().cloned() };
    let stop = signals.stop();
    let report = tokio::select! {
        report = replay_all(folder, options) => report.context("--replay").map_err(Failure::usage)?,
        () = stop.cancelled() => return Ok(signals.exit().unwrap_or(Exit::Interrupted)),
    };
    if report.recordings() == 0 {
        let folder = folder.display().to_string();
        return Err(Failure::usage(Told::new(say!("probe-replay-none", folder = folder))));
    }
    out::result(report.table().of(out::lang()).as_bytes())?;
    Ok(if report.differing() > 0 { Exit::Findings } else { Exit::Ok })
}
