//! Recordings of many calls at once: which call gets a connection is chance, so that counts
//! are compared, not single calls. Where only codes and times were kept, the calls are
//! creates of the usual group.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::call::{Request, call};
use super::infer::is_summary;
use super::lateness::Lateness;
use super::normal::Normal;
use super::outcome::{Outcome, Race, differs, same};
use super::play;
use super::stage::{ADMIN, Stage, StageError};
use crate::probe::observation::{Answer, Callback};
use crate::probe::recording::{BEFORE_CREATE, Recording};
use crate::say;
use crate::text::Text;

/// `OpenIM`'s connections to one webhook server.
const POOL: usize = 100;
const MEMBER_JOIN: &str = "callbackBeforeMemberJoinGroupCommand";

/// Sends all calls at their recorded times and compares the counts.
///
/// # Errors
/// When the recording cannot be played.
pub(super) async fn compare_many(recording: &Recording, lateness: &Lateness) -> Result<Outcome, StageError> {
    let mut stage = Stage::set(recording, true).await?;
    let before = lateness.total();
    let answers = match is_summary(recording) {
        true => creates(recording, &mut stage).await?,
        false => play::calls(recording, &mut stage).await?,
    };
    settle(recording, &stage).await;
    let late = lateness.total() - before;
    Ok(match judge(recording, &stage, &answers, late) {
        Ok(busy) => {
            Outcome::Equal([Race::CountsOnly].into_iter().chain(busy.then_some(Race::Busy)).collect())
        }
        Err(difference) => Outcome::Differs(difference),
    })
}

async fn creates(recording: &Recording, stage: &mut Stage) -> Result<Vec<Answer>, StageError> {
    let seen = recording.callbacks();
    if !seen.is_empty() && !seen.iter().any(|c| c.command() == BEFORE_CREATE) {
        return Err(StageError::Untold(say!("probe-replay-untold-calls")));
    }
    stage.token(ADMIN).await?;
    let list: Vec<String> = (1..=members(recording)).map(|m| format!("u{m:04}")).collect();
    let body = json!({"memberUserIDs": list, "ownerUserID": "u0000",
        "groupInfo": {"groupName": "bench", "groupType": 2}})
    .to_string();
    stage.clock.rebase(Duration::ZERO);
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for (n, recorded) in recording.list("api").iter().enumerate() {
        let due = recorded["at"].as_f64().filter(|at| (0.0..86_400.0).contains(at)).unwrap_or(0.0);
        let api = stage.api.clone();
        let request = Request {
            method: "POST".to_owned(),
            path: "/group/create_group".to_owned(),
            headers: stage.headers(&format!("op-many-{n}"), ADMIN),
            body: body.clone(),
        };
        calls.spawn(async move {
            sleep_until(start + Duration::from_secs_f64(due)).await;
            call(&api, &request).await.unwrap_or_default()
        });
    }
    Ok(calls.join_all().await)
}

/// Members of each group beside its owner, where the callbacks tell it: the oldest build
/// asks about each.
fn members(recording: &Recording) -> usize {
    let mut joins: BTreeMap<&str, usize> = BTreeMap::new();
    for event in recording.list("receiver").iter().filter(|e| e["command"] == MEMBER_JOIN) {
        *joins.entry(event["operationID"].as_str().unwrap_or_default()).or_default() += 1;
    }
    joins.into_values().max().unwrap_or(0).max(2) - 1
}

fn judge(recording: &Recording, stage: &Stage, answers: &[Answer], late: f64) -> Result<bool, Text> {
    let recorded = recording.answers();
    codes(&recorded, answers)?;
    connections(recording, stage)?;
    let lost = counts(recording, stage)?;
    if lost > 0 {
        push_wait(recording, answers, lost)?;
    }
    slowest(&recorded, answers, late)
}

/// Answers by errCode, then by text; texts in recordings of many calls may be cut.
fn codes(recorded: &[Answer], ours: &[Answer]) -> Result<(), Text> {
    let count = |answers: &[Answer]| {
        let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
        answers.iter().for_each(|a| *counts.entry(a.err_code().unwrap_or(-1)).or_default() += 1);
        counts
    };
    same(&say!("probe-replay-what-by-code"), &count(recorded), &count(ours))?;
    let mut open: Vec<(i64, String)> = ours.iter().map(told).collect();
    for answer in recorded {
        let (code, text) = told(answer);
        let fits = |(other, ours): &(i64, String)| *other == code && fits(&text, ours);
        match open.iter().position(fits) {
            Some(place) => drop(open.swap_remove(place)),
            None => {
                let other = open.iter().find(|(other, _)| *other == code).map(|(_, t)| t.as_str());
                let what = say!("probe-replay-what-detail", code = code);
                let ours = format!("{:?}", other.unwrap_or_default());
                return Err(differs(&what, &format!("{text:?}"), &ours));
            }
        }
    }
    Ok(())
}

fn told(answer: &Answer) -> (i64, String) {
    let text = answer.json()["errDlt"].as_str().unwrap_or_default().to_owned();
    (answer.err_code().unwrap_or(-1), Normal::bare().error(&text))
}

/// Whether `recorded` is `ours`, or was it before it was cut: at any place, the call chain
/// included (which both are without here, so that the URL behind it may be missing).
pub(super) fn fits(recorded: &str, ours: &str) -> bool {
    const LEAST: usize = 40;
    let in_chain = || {
        let head = recorded.strip_suffix(" | -> …");
        head.is_some() && head == ours.split_once(" | -> ").map(|(head, _)| head)
    };
    recorded == ours || recorded.len() >= LEAST && ours.starts_with(recorded) || in_chain()
}

/// Never more than 100 callbacks at once, and all of them where the recorded server had all;
/// connections are kept and dropped alike.
fn connections(recording: &Recording, stage: &Stage) -> Result<(), Text> {
    let most = stage.receiver.most_waiting();
    // One that was given up is noticed a moment after its successor has come.
    let unnoticed = stage.receiver.aborted().min(POOL);
    if most > POOL + unnoticed {
        return Err(say!("probe-replay-at-once", n = most));
    }
    let recorded = most_at_once(recording);
    if recorded >= POOL - 5 {
        same(&say!("probe-replay-what-at-once"), &POOL, &most.min(POOL))?;
    }
    let events = recording.list("receiver").iter();
    let dialed = events.filter(|e| e["ev"] == "accept").count();
    let (made, callbacks) = (stage.receiver.connections().len(), stage.receiver.count());
    if recorded >= 10 && dialed >= 10 && !(dialed / 3..=callbacks.max(dialed)).contains(&made) {
        let what = say!("probe-replay-what-connections");
        return Err(differs(&what, &dialed.to_string(), &made.to_string()));
    }
    Ok(())
}

/// The most callbacks that waited for an answer at one moment in the recording.
fn most_at_once(recording: &Recording) -> usize {
    let (mut open, mut most) = (std::collections::BTreeSet::new(), 0);
    for event in recording.list("receiver") {
        let number = event["conn"].as_u64().unwrap_or(0);
        if event["ev"] == "request" {
            open.insert(number);
        } else if event["ev"] != "accept" {
            open.remove(&number);
        }
        most = most.max(open.len());
    }
    most
}

async fn settle(recording: &Recording, stage: &Stage) {
    let total = recording.callbacks().len();
    let end = recording.duration() + 5.0;
    while stage.receiver.count() < total && stage.clock.now().0 as f64 / 1e6 < end {
        sleep(Duration::from_millis(20)).await;
    }
    sleep(Duration::from_millis(250)).await;
}

fn by_command(callbacks: &[Callback]) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for callback in callbacks {
        *counts.entry(callback.command().to_owned()).or_default() += 1;
    }
    counts
}

/// Callbacks by command, and how many after-callbacks of creates the recorded server lost;
/// where it lost some, we may lose a few more or less.
fn counts(recording: &Recording, stage: &Stage) -> Result<usize, Text> {
    let (mut recorded, mut ours) =
        (by_command(&recording.callbacks()), by_command(&stage.receiver.callbacks()));
    let calls = recording.list("api").len();
    let slow =
        |command: &str| recording.json["receiver_behaviour"][command]["sleep"].as_f64().unwrap_or(0.0) > 0.0;
    let after: Vec<String> =
        recorded.keys().filter(|c| c.starts_with("callbackAfter") && slow(c)).cloned().collect();
    let mut lost = 0;
    for command in after {
        let (left, right) = (recorded.remove(&command).unwrap_or(0), ours.remove(&command).unwrap_or(0));
        let most = recorded.get(BEFORE_CREATE).copied().unwrap_or(left);
        if command.contains("CreateGroup") {
            lost = most.saturating_sub(left);
        }
        // Our storage takes no time, so that the queue fills sooner and loses more.
        let few = 10.max(calls / 15);
        if !(left.saturating_sub(few)..=left + 1).contains(&right) {
            return Err(differs(&Text::plain(command), &left.to_string(), &right.to_string()));
        }
    }
    same(&say!("probe-replay-what-callbacks"), &recorded, &ours)?;
    Ok(lost)
}

/// A full queue holds the request for the build's time.
fn push_wait(recording: &Recording, answers: &[Answer], lost: usize) -> Result<(), Text> {
    let wait = recording.build.push_wait().as_secs_f64();
    let held = answers.iter().filter(|a| a.seconds >= wait && a.seconds < wait + 0.5).count();
    if held >= lost / 2 {
        Ok(())
    } else {
        Err(say!("probe-replay-push-wait", held = held, wait = wait.to_string(), lost = lost))
    }
}

/// Calls that were cut by the timeout were cut after the same time; `true` where only a
/// busy machine explains the difference.
fn slowest(recorded: &[Answer], ours: &[Answer], late: f64) -> Result<bool, Text> {
    let least = |answers: &[Answer]| {
        let cut = answers.iter().filter(|a| a.err_code() == Some(90004) && a.seconds >= 0.9);
        cut.map(|a| a.seconds).fold(f64::INFINITY, f64::min)
    };
    let (a, b) = (least(recorded), least(ours));
    match (a.is_finite(), b.is_finite()) {
        (true, true) => {
            let what = say!("probe-replay-what-timeouts-after");
            super::compare::time(&what, (a.floor(), a), b, late)
        }
        (a, b) => same(&say!("probe-replay-what-timeouts"), &a, &b).map(|()| false),
    }
}

/// A JSON value's text.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_was_cut_still_fits_and_another_does_not() {
        let ours = "Error: Post \"http://127.0.0.1:<port>/callbackExample/c\": context deadline exceeded | -> …, post url=u";
        for recorded in [
            ours,
            &ours[..50],
            &ours[..70],
            "Error: Post \"http://127.0.0.1:<port>/callbackExample/c\": context deadline exceeded | -> …",
        ] {
            assert!(fits(recorded, ours), "{recorded}");
        }
        for recorded in ["Error", "", "Error: Post \"http://127.0.0.1:<port>/callbackExample/c\": EOF HTTP"] {
            assert!(!fits(recorded, ours), "{recorded}");
        }
    }
}
