//! `run --rehearse [T]`: the timeouts prove themselves under outages in the embedded simulator.
//!
//! A healthy run comes first (the profile's own where T is to be recommended, else a short one): it gives the mean times.
//! Then one short run for each fault of the before-webhooks, and one hang of each kind of after-webhook, each with what
//! `whatif` predicts for it beside what its record shows. Every run is a record of its own. Arrivals are evenly spaced:
//! a prediction of the typical course cannot be held against chance.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use super::live::Display;
use super::plan::{PlanRequest, Prepared, prepare};
use super::run::{self, RunRequest, Signals};
use super::{Failure, Format, out, report, runtime};
use crate::analysis::rehearsal::{self, compare, observe, predict};
use crate::analysis::whatif::{invalid_because, seconds};
use crate::analysis::{Analysis, Options, ValidityVerdict, analyse};
use crate::exit::Exit;
use crate::profile::model::{Loop, Profile};
use crate::profile::resolve::is_sim;
use crate::record::read::RunRecord;
use crate::report::rehearsal::{Rehearsal, Rehearsed, fault_words, rendered};
use crate::say;
use crate::text::{Text, Told};
use crate::wire::WebhookKey;

mod scenario;

pub use scenario::{Scenario, scenarios, sets, short};

/// What is rehearsed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Timeout {
    /// The recommended timeouts.
    Recommended,
    /// This one for every webhook, seconds, 1 to 15.
    Given(u32),
}

impl FromStr for Timeout {
    type Err = Told;

    fn from_str(text: &str) -> Result<Timeout, Told> {
        if text == "recommended" { Ok(Timeout::Recommended) } else { seconds(text).map(Timeout::Given) }
    }
}

/// A run that this machine was too busy for is repeated so many times at most.
const TRIES: usize = 2;

/// Rehearses.
///
/// # Errors
/// Exit code 2 where the target is not the simulator or the load cannot be rehearsed; those of `run` besides.
pub fn main(request: &RunRequest, timeout: Timeout) -> Result<Exit, Failure> {
    let prepared = prepare(&request.plan)?;
    check(&prepared)?;
    let runtime = runtime()?;
    let exit = runtime.block_on(execute(request, prepared, timeout));
    runtime.shutdown_timeout(Duration::from_millis(200));
    exit
}

fn check(prepared: &Prepared) -> Result<(), Failure> {
    let plan = &prepared.plan;
    let refuse = |why: Text| Err(Failure::usage(Told::new(why)));
    if !is_sim(&plan.profile) {
        return refuse(say!("app-rehearse-simulator"));
    }
    if plan.profile.load.r#loop == Loop::Closed {
        return refuse(say!("app-rehearse-closed"));
    }
    if plan.expect.as_ref().is_none_or(Vec::is_empty) {
        return refuse(say!("app-rehearse-no-webhook"));
    }
    Ok(())
}

async fn execute(request: &RunRequest, prepared: Prepared, timeout: Timeout) -> Result<Exit, Failure> {
    let display = Display::new(request.quiet);
    let notices = display.clone();
    let signals = Signals::listen(move |asked| notices.warn(&asked.text()));
    let stage = Rehearsing { request, signals, display };
    let (folder, record, analysis) = stage.healthy(prepared, timeout).await?;
    if let Some(exit) = stage.signals.exit() {
        return Ok(exit);
    }
    if analysis.validity.verdict == ValidityVerdict::Invalid {
        let (record, why) = (folder.display().to_string(), invalid_because(&analysis));
        let told = Told::new(say!("app-rehearse-invalid", record = record, why = why));
        return Err(Failure { exit: Exit::Invalid, error: told.into() });
    }
    let timeouts = timeouts(&record, &analysis, timeout)?;
    let profile = &record.header.plan.profile;
    let rate = production_rate(profile, &analysis);
    let mut outages = Vec::new();
    for scenario in scenarios(&record, &timeouts, rate) {
        let Some(rehearsed) = stage.rehearse(&record, &scenario, &timeouts).await? else {
            return Ok(stage.signals.exit().unwrap_or(Exit::Interrupted));
        };
        outages.push(rehearsed);
    }
    stage.display.end();
    let rehearsal = Rehearsal {
        format: 1,
        healthy: folder.display().to_string(),
        timeouts,
        rate_per_s: rate,
        processes: profile.webhook.processes,
        tolerance: rehearsal::TOLERANCE,
        held: outages.iter().all(|o| o.held),
        outages,
    };
    print(&rehearsal, request.format)?;
    Ok(exit_of(&rehearsal))
}

/// An invalid run before a prediction that did not hold.
fn exit_of(rehearsal: &Rehearsal) -> Exit {
    let mut exit = Exit::Ok;
    for outage in &rehearsal.outages {
        match &outage.invalid {
            Some(_) => exit = exit.first(Exit::Invalid),
            None if !outage.held => exit = exit.first(Exit::Findings),
            None => {}
        }
    }
    exit
}

fn print(rehearsal: &Rehearsal, format: Format) -> Result<(), Failure> {
    out::result(&rendered(rehearsal, format, out::look()).map_err(Failure::bug)?)
}

/// Arrivals a second that outages are rehearsed at: those of production, where they were given.
fn production_rate(profile: &Profile, analysis: &Analysis) -> f64 {
    profile.recommend.production_rate.unwrap_or(analysis.rates.production_per_s)
}

/// The timeouts that are rehearsed, by expected webhook.
fn timeouts(
    record: &RunRecord,
    analysis: &Analysis,
    timeout: Timeout,
) -> Result<BTreeMap<WebhookKey, u32>, Failure> {
    let expected = record.header.seen.expect.iter();
    expected
        .map(|key| match timeout {
            Timeout::Given(seconds) => Ok((*key, seconds)),
            Timeout::Recommended => {
                let recommended = analysis.recommendations.get(key).and_then(|r| r.timeout_s);
                let seconds = recommended.ok_or_else(|| nothing_recommended(*key))?;
                Ok((*key, seconds))
            }
        })
        .collect()
}

fn nothing_recommended(key: WebhookKey) -> Failure {
    let told = Told::new(say!("app-rehearse-nothing", key = key.name()));
    Failure { exit: Exit::Findings, error: told.into() }
}

struct Rehearsing<'a> {
    request: &'a RunRequest,
    signals: Signals,
    display: Display,
}

impl Rehearsing<'_> {
    /// The run that predictions come from; reported as any run where timeouts are recommended by it.
    async fn healthy(
        &self,
        prepared: Prepared,
        timeout: Timeout,
    ) -> Result<(PathBuf, RunRecord, Analysis), Failure> {
        let prepared = match timeout {
            Timeout::Recommended => prepared,
            Timeout::Given(_) => self.prepared(&short(&prepared.plan.profile))?,
        };
        let folder = run::write_record(self.request, &prepared, &self.signals, &self.display).await?;
        let judged = tokio::task::block_in_place(|| report::judge(&folder, self.request.strict))?;
        if timeout == Timeout::Recommended && self.request.format != Format::Json {
            self.display.end();
            report::print(&judged.report, self.request.format)?;
        }
        out::note(&folder.display().to_string());
        let (record, analysis) = tokio::task::block_in_place(|| judge(&folder))?;
        Ok((folder, record, analysis))
    }

    fn prepared(&self, sets: &[String]) -> Result<Prepared, Failure> {
        let mut plan = self.request.plan.clone();
        plan.sets.extend(sets.iter().cloned());
        prepare(&plan)
    }

    /// Predicts, plays and compares; none where somebody interrupted it.
    async fn rehearse(
        &self,
        healthy: &RunRecord,
        scenario: &Scenario,
        timeouts: &BTreeMap<WebhookKey, u32>,
    ) -> Result<Option<Rehearsed>, Failure> {
        let sets = sets(&healthy.header.plan.profile, scenario, timeouts);
        let mut last = None;
        for _ in 0..TRIES {
            let prepared = self.prepared(&sets)?;
            self.display.say(&announced(scenario));
            let folder = run::write_record(self.request, &prepared, &self.signals, &self.display).await?;
            out::note(&folder.display().to_string());
            if self.signals.exit().is_some() {
                return Ok(None);
            }
            let rehearsed = tokio::task::block_in_place(|| judged(healthy, &folder, scenario))?;
            let believed = rehearsed.invalid.is_none();
            last = Some(rehearsed);
            if believed {
                break;
            }
        }
        Ok(last)
    }
}

fn announced(scenario: &Scenario) -> Text {
    let keys: Vec<Text> = scenario.keys.iter().map(|key| Text::plain(key.name())).collect();
    let time = scenario.outage_s.to_string();
    say!("whatif-rehearsing", fault = fault_words(scenario.fault), keys = Text::list(&keys), time = time)
}

fn judge(folder: &Path) -> Result<(RunRecord, Analysis), Failure> {
    let record = RunRecord::open(folder).map_err(Failure::usage)?;
    let analysis = analyse(&record, Options::default()).map_err(Failure::usage)?;
    Ok((record, analysis))
}

/// What a rehearsal's record shows beside what was predicted.
fn judged(healthy: &RunRecord, folder: &Path, scenario: &Scenario) -> Result<Rehearsed, Failure> {
    let (record, analysis) = judge(folder)?;
    let predicted = predict(healthy, &record.header.plan).map_err(Failure::usage)?;
    let predicted = predicted.ok_or_else(|| Failure::bug(Told::new(say!("app-rehearse-no-outage"))))?;
    let observed = observe(&record).map_err(Failure::usage)?;
    let before = scenario.keys.iter().any(|key| key.is_before());
    let lines = compare(&predicted, &observed, before);
    let invalid = (analysis.validity.verdict == ValidityVerdict::Invalid).then(|| invalid_because(&analysis));
    Ok(Rehearsed {
        fault: scenario.fault,
        keys: scenario.keys.clone(),
        outage_s: scenario.outage_s,
        record: folder.display().to_string(),
        held: invalid.is_none() && lines.iter().all(|l| l.held),
        invalid,
        lines,
    })
}

/// Plays one scenario of a profile by itself, for tables of many: gives the folder of its record.
///
/// # Errors
/// As `run`.
pub fn play(request: &RunRequest, sets: &[String]) -> Result<PathBuf, Failure> {
    let plan =
        PlanRequest { sets: [request.plan.sets.clone(), sets.to_vec()].concat(), ..request.plan.clone() };
    let prepared = prepare(&plan)?;
    check(&prepared)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::bug)?;
    let display = Display::new(true);
    let folder = runtime
        .block_on(async { run::write_record(request, &prepared, &Signals::default(), &display).await });
    runtime.shutdown_timeout(Duration::from_millis(200));
    folder
}
