//! Holds the simulator against recordings of real servers: given the same webhook server
//! and the same API calls, it must answer the same, call back the same in the same order,
//! and wait as long.
//!
//! Every recording gets a simulator and a webhook server of its own on loopback; many run
//! at the same time. Nothing is told by a scenario's name: what a recording does not say is
//! inferred from what it shows. A recording that cannot be played counts as different.

mod call;
mod compare;
mod infer;
mod lateness;
mod many;
mod normal;
mod outcome;
mod people;
mod play;
mod report;
mod stage;
mod starved;
mod tokens;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

pub use self::compare::compare;
pub use self::lateness::Lateness;
pub use self::outcome::{Outcome, Race};
pub use self::play::{Replayed, play};
pub use self::report::ReplayReport;
use self::report::Row;
pub use self::stage::StageError;
use super::recording::{self, Recording, RecordingError};
use crate::say;
use crate::text::Text;

/// Longer ones are only run when asked for, seconds.
const LONG_S: f64 = 20.0;
/// Crowds need the processor: so many at once.
const CROWDS_AT_ONCE: usize = 2;
/// Quick ones at once; those that mostly wait are not limited.
const QUICK_AT_ONCE: usize = 6;
/// What a replay may take longer than its recording before it is ended.
const GRACE_S: f64 = 30.0;

/// Which recordings are played.
#[derive(Clone, Debug, Default)]
pub struct ReplayOptions {
    /// Recordings of more than 20 s too.
    pub long: bool,
    /// Only those of this scenario.
    pub only: Option<String>,
}

#[derive(Clone)]
struct Turns {
    quick: Arc<Semaphore>,
    crowds: Arc<Semaphore>,
    lateness: Arc<Lateness>,
}

/// Plays all recordings below `root` (a folder a version, a JSON file a scenario).
///
/// A recording that differs is played once more, since a machine that is busy is no
/// difference; the table says so.
///
/// # Errors
/// When a folder or file cannot be read as recordings.
pub async fn replay_all(root: &Path, options: ReplayOptions) -> Result<ReplayReport, RecordingError> {
    let (mut recordings, left_out) = recording::load(root)?;
    if let Some(only) = &options.only {
        recordings.retain(|r| r.scenario == *only);
    }
    let turns = Turns {
        quick: Arc::new(Semaphore::new(QUICK_AT_ONCE)),
        crowds: Arc::new(Semaphore::new(CROWDS_AT_ONCE)),
        lateness: Arc::new(Lateness::watch()),
    };
    let mut tasks = JoinSet::new();
    for recording in recordings {
        let (turns, long) = (turns.clone(), options.long);
        tasks.spawn(async move {
            let outcome = in_turn(&recording, long, &turns).await;
            (recording, outcome)
        });
    }
    let results = tasks.join_all().await;
    let mut again = JoinSet::new();
    let mut rows = Vec::new();
    for (recording, outcome) in results {
        if let Outcome::Differs(_) = outcome {
            let turns = turns.clone();
            again.spawn(async move {
                let _permit = turns.quick.acquire().await;
                let second = once(&recording, &turns.lateness).await;
                row(&recording, second, Some(outcome))
            });
        } else {
            rows.push(row(&recording, outcome, None));
        }
    }
    rows.extend(again.join_all().await);
    Ok(ReplayReport { rows, left_out })
}

fn row(recording: &Recording, outcome: Outcome, before: Option<Outcome>) -> Row {
    let (folder, scenario) = (recording.folder.clone(), recording.scenario.clone());
    Row { folder, scenario, outcome, before }
}

async fn in_turn(recording: &Recording, long: bool, turns: &Turns) -> Outcome {
    let duration = recording.duration();
    if duration > LONG_S && !long {
        return Outcome::Skipped(say!("probe-replay-long", seconds = format!("{duration:.0}")));
    }
    let turn = match play::is_crowd(recording) {
        true if duration <= LONG_S => Some(&turns.crowds),
        false if duration < 1.0 => Some(&turns.quick),
        _ => None,
    };
    let _permit = match turn {
        Some(turn) => turn.acquire().await.ok(),
        None => None,
    };
    once(recording, &turns.lateness).await
}

/// Plays one recording and compares.
async fn once(recording: &Recording, lateness: &Lateness) -> Outcome {
    if recording.list("api").is_empty() && recording.list("timeline").is_empty() {
        return Outcome::Unusable(say!("probe-replay-empty"));
    }
    let limit = Duration::from_secs_f64(recording.duration() + GRACE_S);
    let work = async {
        if recording.list("api").is_empty() {
            starved::compare_starved(recording, lateness).await
        } else if play::is_crowd(recording) {
            many::compare_many(recording, lateness).await
        } else {
            play(recording, lateness).await.map(|replayed| compare(recording, &replayed))
        }
    };
    match tokio::time::timeout(limit, work).await {
        Ok(Ok(Outcome::Differs(what))) => Outcome::Differs(with_unknown_behaviour(recording, what)),
        Ok(Ok(outcome)) => outcome,
        Ok(Err(error)) => Outcome::Unusable(error.text()),
        Err(_) => Outcome::Differs(say!("probe-replay-not-over", seconds = limit.as_secs())),
    }
}

/// With what the recorded webhook server did that ours does not know, which may be why.
fn with_unknown_behaviour(recording: &Recording, what: Text) -> Text {
    const KNOWN: [&str; 9] =
        ["sleep", "status", "body", "ct", "close", "reset", "slowbody", "headers", "location"];
    let commands = recording.json["receiver_behaviour"].as_object().into_iter().flat_map(|o| o.values());
    let mut keys = commands.filter_map(|v| v.as_object()).flat_map(|o| o.keys());
    match keys.find(|k| !KNOWN.contains(&k.as_str())) {
        Some(key) => say!("probe-replay-unknown-key", what = what, key = key),
        None => what,
    }
}
