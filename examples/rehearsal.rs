//! Predictions of what-if against the simulator: a hang of the before-webhooks and one of afterCreateGroup alone, at
//! 10, 30 and 60 creates a second with T = 2 and 5 s, constant arrivals, one process; medians of five seeds.
//!
//! ```text
//! cargo run --release --example rehearsal                 # everything, about seven minutes
//! cargo run --release --example rehearsal -- 60 5 1       # one rate, one T, one seed
//! ```

#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use openim_bench::analysis::rehearsal::{Line, OutageFacts, compare, observe, predict};
use openim_bench::analysis::{Options, ValidityVerdict, analyse};
use openim_bench::app::plan::PlanRequest;
use openim_bench::app::rehearse::{Scenario, play, scenarios, sets, short};
use openim_bench::app::run::RunRequest;
use openim_bench::profile::model::Fault;
use openim_bench::record::read::RunRecord;

type Trouble = Box<dyn std::error::Error>;

const RATES: [f64; 3] = [10.0, 30.0, 60.0];
const TIMEOUTS: [u32; 2] = [2, 5];
const SEEDS: u64 = 5;
const TRIES: usize = 3;

fn main() -> Result<(), Trouble> {
    let wanted: Vec<f64> = std::env::args().skip(1).filter_map(|a| a.parse().ok()).collect();
    let is_wanted = |at: usize, value: f64| wanted.get(at).is_none_or(|w| (w - value).abs() < 1e-9);
    let seeds = wanted.get(2).map_or(SEEDS, |n| *n as u64);
    let dir = tempdir()?;
    println!("| outage | λ | T | what | predicted | observed | median of {seeds}, prediction |");
    println!("|---|--:|--:|---|--:|--:|---|");
    for rate in RATES.into_iter().filter(|r| is_wanted(0, *r)) {
        for timeout_s in TIMEOUTS.into_iter().filter(|t| is_wanted(1, f64::from(*t))) {
            row(&dir, rate, timeout_s, seeds)?;
        }
    }
    std::fs::remove_dir_all(&dir)?;
    Ok(())
}

fn tempdir() -> Result<PathBuf, Trouble> {
    let dir = std::env::temp_dir().join(format!("openim-bench-rehearsal-{}", std::process::id()));
    std::fs::create_dir_all(&dir)?;
    Ok(dir)
}

/// One healthy run and both outages for every seed, all seeds at once: the load is light.
fn row(dir: &Path, rate: f64, timeout_s: u32, seeds: u64) -> Result<(), Trouble> {
    let threads: Vec<_> = (1..=seeds)
        .map(|seed| {
            let dir = dir.join(format!("{rate}-{timeout_s}-{seed}"));
            std::thread::spawn(move || one(&dir, rate, timeout_s, seed).map_err(|e| e.to_string()))
        })
        .collect();
    let mut all: BTreeMap<bool, Vec<(OutageFacts, OutageFacts)>> = BTreeMap::new();
    for thread in threads {
        for (before, predicted, observed) in thread.join().map_err(|_| "a run panicked")?? {
            all.entry(before).or_default().push((predicted, observed));
        }
    }
    for (before, pairs) in all.into_iter().rev() {
        let name = if before { "before-webhooks hang" } else { "afterCreateGroup hangs" };
        for line in compare(&median(pairs.iter().map(|p| p.0)), &median(pairs.iter().map(|p| p.1)), before) {
            println!("| {name} | {rate} | {timeout_s} | {}", cells(&line));
        }
    }
    Ok(())
}

fn cells(line: &Line) -> String {
    let show = |value: Option<f64>| match value {
        None => "never".to_owned(),
        Some(v) if line.quantity.is_time() => format!("{v:.2} s"),
        Some(v) => format!("{v:.0}"),
    };
    let held = if line.held { "held" } else { "did not hold" };
    format!("{} | {} | {} | {held} |", line.quantity.words().en(), show(line.predicted), show(line.observed))
}

type Pair = (bool, OutageFacts, OutageFacts);

fn one(dir: &Path, rate: f64, timeout_s: u32, seed: u64) -> Result<Vec<Pair>, Trouble> {
    let plan = PlanRequest {
        profile: "smoke".to_owned(),
        sets: vec![
            format!("load.seed={seed}"),
            format!("recommend.production_rate={rate:?}"),
            "handler.beforeCreateGroup.delay={ lognormal = { median = \"30ms\", p99 = \"120ms\" } }"
                .to_owned(),
            "handler.beforeMemberJoinGroup.delay={ lognormal = { median = \"40ms\", p99 = \"160ms\" } }"
                .to_owned(),
            "handler.afterCreateGroup.delay=\"2ms\"".to_owned(),
        ],
        ..PlanRequest::default()
    };
    let request = RunRequest::quiet(plan, dir.to_owned());
    let profile = openim_bench::app::plan::prepare(&request.plan).map_err(|e| e.to_string())?.plan.profile;
    let healthy = believed(&request, &short(&profile))?;
    let timeouts: BTreeMap<_, _> = healthy.header.seen.expect.iter().map(|key| (*key, timeout_s)).collect();
    let hangs = scenarios(&healthy, &timeouts, rate).into_iter().filter(|s| s.fault == Fault::Hang);
    hangs.map(|scenario| outage(&request, &healthy, &scenario, &timeouts)).collect()
}

fn outage(
    request: &RunRequest,
    healthy: &RunRecord,
    scenario: &Scenario,
    timeouts: &BTreeMap<openim_bench::wire::WebhookKey, u32>,
) -> Result<Pair, Trouble> {
    let before = scenario.keys.iter().any(|key| key.is_before());
    // Twice the timeout and more, so that the course of a full pool is seen.
    let longest = timeouts.values().max().copied().unwrap_or(5);
    let outage_s = if before { f64::from(2 * longest + 5) } else { scenario.outage_s };
    let scenario = Scenario { outage_s, ..scenario.clone() };
    let folder =
        play(request, &sets(&healthy.header.plan.profile, &scenario, timeouts)).map_err(|e| e.to_string())?;
    let record = RunRecord::open(&folder)?;
    let predicted = predict(healthy, &record.header.plan)?.ok_or("no outage in the plan")?;
    Ok((before, predicted, observe(&record)?))
}

/// A run that is to be believed; one that this machine was too busy for is repeated.
fn believed(request: &RunRequest, sets: &[String]) -> Result<RunRecord, Trouble> {
    for _ in 0..TRIES {
        let folder = play(request, sets).map_err(|e| e.to_string())?;
        let record = RunRecord::open(&folder)?;
        if analyse(&record, Options::default())?.validity.verdict != ValidityVerdict::Invalid {
            return Ok(record);
        }
    }
    Err("this machine is too busy: every run was invalid".into())
}

/// The median of each figure; a time that is `never` counts as longer than any.
fn median(facts: impl Iterator<Item = OutageFacts>) -> OutageFacts {
    let all: Vec<OutageFacts> = facts.collect();
    let time = |of: fn(&OutageFacts) -> Option<f64>| {
        let mut values: Vec<f64> = all.iter().map(|f| of(f).unwrap_or(f64::INFINITY)).collect();
        values.sort_by(f64::total_cmp);
        values.get(values.len() / 2).copied().filter(|v| v.is_finite())
    };
    let count = |of: fn(&OutageFacts) -> u64| {
        let mut values: Vec<u64> = all.iter().map(of).collect();
        values.sort_unstable();
        values.get(values.len() / 2).copied().unwrap_or(0)
    };
    OutageFacts {
        pool_full_after_s: time(|f| f.pool_full_after_s),
        queue_full_after_s: time(|f| f.queue_full_after_s),
        failed: count(|f| f.failed),
        lost: count(|f| f.lost),
        recovery_s: time(|f| f.recovery_s),
    }
}
