//! Holds the simulator against every recording of a real server: given the same webhook
//! server and the same API calls, it must answer the same, call back the same in the same
//! order, and wait as long.
//!
//! Recordings come from `OPENIM_RECORDINGS`, else from `tests/recordings/`. The table that
//! is printed has a row a scenario and a column a server: `=` equal, `~` equal but for a
//! named race, `-` not run (the reason follows), `X` different (the first difference
//! follows), blank where there is no recording.

mod compare;
mod lateness;
mod many;
mod normal;
mod receiver;
mod recording;
mod replay;
mod tokens;
mod wary;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use compare::{Outcome, compare};
use recording::Recording;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// Longer scenarios run with `CI=true` only.
const LONG_S: f64 = 20.0;
/// Scenarios of 100 and more calls at once.
const CROWDS_AT_ONCE: usize = 2;
/// Quick scenarios at once; those that mostly wait are not limited.
const QUICK_AT_ONCE: usize = 6;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_simulator_does_what_every_recorded_server_did() {
    let (recordings, left_out) = recording::load(&recording::root());
    assert!(!recordings.is_empty(), "no recordings in {}", recording::root().display());
    let long = std::env::var("CI").is_ok_and(|v| v == "true");
    let quick = Arc::new(Semaphore::new(QUICK_AT_ONCE));
    let crowds = Arc::new(Semaphore::new(CROWDS_AT_ONCE));
    let watch = tokio::spawn(lateness::watch());
    let mut tasks = JoinSet::new();
    for recording in recordings {
        let (quick, crowds) = (quick.clone(), crowds.clone());
        tasks.spawn(async move {
            let outcome = run(&recording, long, &quick, &crowds).await;
            (recording, outcome)
        });
    }
    let mut results = tasks.join_all().await;
    // A machine that was busy is given a second chance.
    let (fine, differing): (Vec<_>, Vec<_>) =
        results.into_iter().partition(|(_, outcome)| !matches!(outcome, Outcome::Differs(_)));
    results = fine;
    let mut again = JoinSet::new();
    for (recording, first) in differing {
        let quick = quick.clone();
        again.spawn(async move {
            let _permit = quick.acquire().await;
            println!("{}/{}: tried again after {first:?}", recording.folder, recording.scenario);
            let second = once(&recording).await;
            (recording, second)
        });
    }
    results.extend(again.join_all().await);
    watch.abort();
    print_table(&results);
    left_out.iter().for_each(|reason| println!("left out: {reason}"));
    let differing = results.iter().filter(|(_, o)| matches!(o, Outcome::Differs(_))).count();
    assert_eq!(differing, 0, "the simulator differs from {differing} recordings; see the table above");
}

async fn run(recording: &Recording, long: bool, quick: &Semaphore, crowds: &Semaphore) -> Outcome {
    let duration = recording.duration();
    if duration > LONG_S && !long {
        return Outcome::Skipped(format!("takes {duration:.0} s; set CI=true"));
    }
    // Crowds need the processor, what mostly waits does not.
    let turn = match recording.is_summary() {
        true if duration <= LONG_S => Some(crowds),
        false if duration < 1.0 => Some(quick),
        _ => None,
    };
    let _permit = match turn {
        Some(turn) => turn.acquire().await.ok(),
        None => None,
    };
    once(recording).await
}

async fn once(recording: &Recording) -> Outcome {
    let limit = Duration::from_secs_f64(recording.duration() + 30.0);
    let work = async {
        if !recording.list("timeline").is_empty() {
            many::compare_starved(recording).await
        } else if recording.is_summary() {
            many::compare_many(recording).await
        } else {
            compare(recording, &replay::replay(recording).await)
        }
    };
    let ended = tokio::time::timeout(limit, work).await;
    ended.unwrap_or_else(|_| Outcome::Differs(format!("time: not over after {} s", limit.as_secs())))
}

fn print_table(results: &[(Recording, Outcome)]) {
    let folders: BTreeSet<&str> = results.iter().map(|(r, _)| r.folder.as_str()).collect();
    let mut rows: BTreeMap<&str, BTreeMap<&str, &Outcome>> = BTreeMap::new();
    for (recording, outcome) in results {
        rows.entry(&recording.scenario).or_default().insert(&recording.folder, outcome);
    }
    let mut text = String::from("scenario × version\n");
    for (n, folder) in folders.iter().enumerate() {
        text.push_str(&format!("  column {}: {folder}\n", n + 1));
    }
    let numbers: String = (1..=folders.len()).map(|n| format!("{n:>4}")).collect();
    text.push_str(&format!("{:<32}{numbers}\n", ""));
    let mut notes = Vec::new();
    for (scenario, cells) in &rows {
        let marks: String = folders.iter().map(|f| format!("{:>4}", mark(cells.get(f).copied()))).collect();
        text.push_str(&format!("{scenario:<32}{marks}\n"));
        for (folder, outcome) in cells {
            match outcome {
                Outcome::Equal(races) if races.is_empty() => {}
                Outcome::Equal(races) => {
                    let races: Vec<&str> = races.iter().copied().collect();
                    notes.push(format!("~ {folder}/{scenario}: {}", races.join(", ")));
                }
                Outcome::Differs(what) => notes.push(format!("X {folder}/{scenario}: {what}")),
                Outcome::Skipped(why) => notes.push(format!("- {folder}/{scenario}: {why}")),
            }
        }
    }
    notes.sort();
    let count = |f: fn(&Outcome) -> bool| results.iter().filter(|(_, o)| f(o)).count();
    println!(
        "{text}{}\n{} recordings: {} equal, {} different, {} not run",
        notes.join("\n"),
        results.len(),
        count(|o| matches!(o, Outcome::Equal(_))),
        count(|o| matches!(o, Outcome::Differs(_))),
        count(|o| matches!(o, Outcome::Skipped(_)))
    );
}

fn mark(outcome: Option<&Outcome>) -> &'static str {
    match outcome {
        None => "",
        Some(Outcome::Equal(races)) if races.is_empty() => "=",
        Some(Outcome::Equal(_)) => "~",
        Some(Outcome::Differs(_)) => "X",
        Some(Outcome::Skipped(_)) => "-",
    }
}
