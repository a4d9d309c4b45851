//! `capacity`: trials at the rates that the search asks for, until it knows the capacity; then a long run at
//! the good end and trials at 90, 50 and 10 % of it.
//!
//! Each trial is a run with a record of its own below `trials/`. The state is written after each, so that
//! Ctrl-C loses at most the trial it cuts, and `--resume` goes on.

mod kept;
mod levels;
mod state;
mod tell;
mod trial;

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::plan::{PlanRequest, Prepared, prepare};
use super::run::Signals;
use super::{Failure, Format, out, runtime};
use crate::analysis::capacity::{
    CapacityResult, EndedBy, FORMAT, Outcome, Search, SearchConfig, Step, TrialResult, TrialVerdict,
    objectives,
};
use crate::exit::Exit;
use crate::openim::safety;
use crate::profile::model::Arrivals;
use crate::profile::plan::Basis;
use crate::profile::resolve::{is_sim, operation_shares};
use crate::record::write::write_text_atomically;
use crate::report::charts::Drawing;
use crate::report::{Look, capacity as render};
use crate::say;
use crate::text::Told;
use crate::units::Span;
use crate::wire::api::Operation;
use state::State;
use trial::{Ran, Trial};

/// Share of the groups allowed that the search may make; the rest is for the levels after it.
const FOR_THE_SEARCH: f64 = 0.6;
/// Steps of halving below `--from`.
const HALVINGS: f64 = 16.0;
/// Steps of the loop at most: each is a trial, and the search ends long before.
const STEPS: u32 = 100_000;
/// What a search came to, in its folder.
const CAPACITY_JSON: &str = "capacity.json";

/// What to search for, and how.
#[derive(Clone, Debug)]
pub struct CapacityRequest {
    /// The plan of each trial; unused with `resume`.
    pub plan: PlanRequest,
    /// Folder for results.
    pub out: PathBuf,
    /// First rate, per second.
    pub from: f64,
    /// Highest rate.
    pub to: f64,
    /// Measured time of a trial.
    pub trial: Span,
    /// Relative width of the bracket.
    pub width: f64,
    /// Share of bad trials that defines the capacity.
    pub exceed_ratio: f64,
    /// Valid trials at most; none: 120, or what a resumed search had.
    pub trials: Option<u32>,
    /// Groups at most; none: 5,000, or what a resumed search had.
    pub groups: Option<u64>,
    /// Folder of a search to go on with.
    pub resume: Option<PathBuf>,
    /// What to print.
    pub format: Format,
    /// No progress.
    pub quiet: bool,
    /// Print the estimate and stop.
    pub dry_run: bool,
}

/// Groups allowed where nothing is said.
const GROUPS: u64 = 5_000;

/// Searches.
///
/// # Errors
/// Exit code 2 for wrong usage, 3 where the target cannot be reached; what a search found is in the code returned.
pub fn main(request: &CapacityRequest) -> Result<Exit, Failure> {
    let (folder, mut state) = match &request.resume {
        Some(folder) => (folder.clone(), resumed(request, State::read(folder)?)),
        None => begun(request)?,
    };
    same_target(&state)?;
    let search = Search::resume(state.search.clone()).map_err(Failure::usage)?;
    if !request.quiet || request.dry_run {
        tell::estimate(&state, &folder).iter().for_each(out::tell);
    }
    if request.dry_run {
        return Ok(Exit::Ok);
    }
    let shown = || folder.display().to_string();
    std::fs::create_dir_all(folder.join("trials")).map_err(|error| {
        Failure::usage(Told::new(say!("app-capacity-folder", folder = shown())).because(error))
    })?;
    state.write(&folder)?;
    let runtime = runtime()?;
    let done = runtime.block_on(searched(request, &mut state, search, &folder));
    runtime.shutdown_timeout(Duration::from_millis(200));
    if state.basis != Basis::Simulated && !state.trials.is_empty() {
        out::tell(&say!("capacity-still-ours"));
    }
    let (search, stopped) = match done {
        Ok(done) => done,
        Err(failure) => {
            out::tell(&say!("capacity-kept", folder = shown()));
            return Err(failure);
        }
    };
    let result = tell::result(&state, &search, &folder, stopped.is_some());
    for (format, file) in [(Format::Json, CAPACITY_JSON), (Format::Markdown, "capacity.md")] {
        let bytes = render::rendered(&result, format, Look::file(out::lang())).map_err(Failure::bug)?;
        write_text_atomically(&folder.join(file), &bytes).map_err(|error| {
            let told = say!("app-capacity-file", file = file, folder = shown());
            Failure::usage(Told::new(told).because(error))
        })?;
    }
    out::result(&render::rendered(&result, request.format, out::look()).map_err(Failure::bug)?)?;
    out::note(&shown());
    let confirmed = state.levels.iter().all(|l| !l.confirming || l.trial.verdict != TrialVerdict::Bad);
    Ok(stopped.unwrap_or_else(|| exit_of(result.outcome.as_ref(), confirmed)))
}

/// The folder of a search of that name, by itself or in the folder of records; none where there is none.
pub(super) fn find(records: &Path, name: &str) -> Option<PathBuf> {
    [PathBuf::from(name), records.join(name)].into_iter().find(|path| path.join(CAPACITY_JSON).is_file())
}

/// The chart of the search in a folder; none where it made no trial.
///
/// # Errors
/// Exit code 2 when its result cannot be read.
pub(super) fn drawing(folder: &Path) -> Result<Option<Drawing>, Failure> {
    let path = folder.join(CAPACITY_JSON);
    let unreadable = || Told::new(say!("charts-search-unreadable", file = path.display().to_string()));
    let text = std::fs::read(&path).map_err(|e| Failure::usage(unreadable().because(e)))?;
    let result: CapacityResult =
        serde_json::from_slice(&text).map_err(|e| Failure::usage(unreadable().because(e)))?;
    Ok(render::drawing(&result))
}

/// Prints the JSON schema of `capacity.json`.
///
/// # Errors
/// When standard output cannot be written.
pub fn schema() -> Result<Exit, Failure> {
    out::result(render::schema().map_err(Failure::bug)?.as_bytes())?;
    Ok(Exit::Ok)
}

fn exit_of(outcome: Option<&Outcome>, confirmed: bool) -> Exit {
    match outcome {
        None => Exit::Invalid,
        Some(o) if o.ended_by == EndedBy::Invalid => Exit::Invalid,
        Some(o) if o.ended_by == EndedBy::NoGoodRate || !confirmed => Exit::Objective,
        // Trials or groups ran out before anything was confirmed.
        Some(o) if o.good.is_none() && o.bad.is_none() => Exit::Invalid,
        Some(_) => Exit::Ok,
    }
}

/// The state of a new search.
fn begun(request: &CapacityRequest) -> Result<(PathBuf, State), Failure> {
    if request.trial.0 < Duration::from_secs(1) || request.trial.0 > Duration::from_secs(3_600) {
        let told = say!("app-capacity-trial", trial = request.trial.to_string());
        return Err(Failure::usage(Told::new(told)));
    }
    let warmup = Span((request.trial.0 / 5).clamp(Duration::from_millis(500), Duration::from_secs(2)));
    let first = Trial { rate: request.from, duration: request.trial, warmup, groups: 1_000_000, why: None };
    // Refused here, by the name of the flag, before the profile complains about a rate nobody wrote.
    config(request, 1.0).check().map_err(Failure::usage)?;
    let prepared = prepare(&trial::request(request.plan.clone(), &first))?;
    let profile = &prepared.plan.profile;
    if profile.load.arrivals == Arrivals::Replay {
        return Err(Failure::usage(Told::new(say!("app-capacity-replay"))));
    }
    let allowed = request.groups.unwrap_or(GROUPS);
    if !is_sim(profile) {
        safety::check_target(&profile.target.url, &profile.limits.allowed_hosts, allowed)
            .map_err(Failure::usage)?;
    }
    let mut config =
        config(request, (request.trial.as_secs_f64() + warmup.as_secs_f64()) * making(&prepared));
    config.groups = (allowed as f64 * FOR_THE_SEARCH) as u64;
    let state = State {
        format: FORMAT,
        typed: (&request.plan).into(),
        trial: request.trial,
        warmup,
        groups_allowed: allowed,
        objectives: objectives(&profile.objective, profile.recommend.caller_budget),
        target: profile.target.url.clone(),
        basis: prepared.plan.basis,
        search: Search::new(config).map_err(Failure::usage)?.saved(),
        trials: Vec::new(),
        levels: Vec::new(),
        users: None,
    };
    Ok((request.out.join(format!("capacity-{}", prepared.plan.run_id)), state))
}

fn config(request: &CapacityRequest, groups_a_rate: f64) -> SearchConfig {
    let default = SearchConfig::default();
    SearchConfig {
        from: request.from,
        to: request.to,
        lowest: request.from / HALVINGS,
        width: request.width,
        exceed_ratio: request.exceed_ratio,
        trials: request.trials.unwrap_or(default.trials),
        groups_a_rate,
        // Preflight makes one.
        groups_a_trial: 1,
        ..default
    }
}

/// Share of the calls that need a group of their own.
fn making(prepared: &Prepared) -> f64 {
    let shares = operation_shares(&prepared.plan.profile.load.operation);
    [Operation::Create, Operation::Dismiss].iter().filter_map(|o| shares.get(o)).sum()
}

/// A search goes on with the target it began with: profile and environment are read again for each trial.
fn same_target(state: &State) -> Result<(), Failure> {
    let now = prepare(&PlanRequest::from(&state.typed))?.plan.profile.target.url;
    if now == state.target {
        return Ok(());
    }
    Err(Failure::usage(Told::new(say!("app-capacity-target", before = &state.target, now = now))))
}

/// A stored search, with what may be raised.
fn resumed(request: &CapacityRequest, mut state: State) -> State {
    if let Some(groups) = request.groups {
        state.groups_allowed = groups;
        state.search.config.groups = (groups as f64 * FOR_THE_SEARCH) as u64;
    }
    if let Some(trials) = request.trials {
        state.search.config.trials = trials;
    }
    state
}

/// Runs trials until the search is over, then the levels; the exit code of a signal, if one came.
async fn searched(
    request: &CapacityRequest,
    state: &mut State,
    mut search: Search,
    folder: &Path,
) -> Result<(Search, Option<Exit>), Failure> {
    let signals = Signals::listen(|asked| out::tell(&asked.text()));
    for _ in 0..STEPS {
        let Step::Trial { rate, why } = search.next_rate() else { break };
        if signals.exit().is_some() {
            break;
        }
        let (duration, warmup) = (state.trial, state.warmup);
        let groups = levels::cap(search.config().groups_of(rate));
        let trial = Trial { rate, duration, warmup, groups, why: Some(why) };
        let Ran::Whole(record) = ran(trial::run(state, trial, folder, &signals).await, &signals)? else {
            break;
        };
        search.observe(TrialResult { rate, verdict: record.verdict, groups: record.groups });
        if !request.quiet {
            out::tell(&tell::progress(search.trials().len(), &record));
        }
        state.trials.push(record);
        state.search = search.saved();
        state.write(folder)?;
    }
    if let (Step::Done(outcome), None) = (search.next_rate(), signals.exit()) {
        levels::run(request, state, &outcome, folder, &signals).await?;
    }
    Ok((search, signals.exit()))
}

/// A trial that a signal kept from beginning is no failure of the search.
fn ran(ran: Result<Ran, Failure>, signals: &Signals) -> Result<Ran, Failure> {
    match ran {
        Err(failure) if signals.exit().is_some_and(|exit| exit == failure.exit) => Ok(Ran::Cut),
        other => other,
    }
}
