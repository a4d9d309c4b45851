//! Scenarios of many calls, of which only codes, commands and times were kept, and the
//! one-worker receiver: counts are compared, not single calls.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::compare::{Outcome, same};
use super::lateness;
use super::normal::Normal;
use super::recording::{Answer, Recording};
use super::replay::{Stage, call};
use crate::sim::rig::read_message;

const AFTER_CREATE: &str = "callbackAfterCreateGroupCommand";

/// Sends all calls at their recorded times and compares the counts.
pub async fn compare_many(recording: &Recording) -> Outcome {
    match many(recording).await {
        Ok(()) => Outcome::Equal(std::iter::once("counts only").collect()),
        Err(difference) => Outcome::Differs(difference),
    }
}

async fn many(recording: &Recording) -> Result<(), String> {
    let mut stage = Stage::set(recording).await;
    let token = stage.token("imAdmin").await;
    let stage = Arc::new(stage);
    let members = members(recording);
    let start = Instant::now();
    let mut calls = JoinSet::new();
    for (n, recorded) in recording.list("api").iter().enumerate() {
        let due = start + Duration::from_secs_f64(recorded["at"].as_f64().unwrap_or(0.0));
        let (api, token) = (stage.api.clone(), token.clone());
        let list: Vec<String> = (1..=members).map(|m| format!("u{m:04}")).collect();
        let body = json!({"memberUserIDs": list, "ownerUserID": "u0000",
            "groupInfo": {"groupName": "bench", "groupType": 2}})
        .to_string();
        calls.spawn(async move {
            sleep_until(due).await;
            let headers = [
                ("Content-Type".to_owned(), "application/json".to_owned()),
                ("operationID".to_owned(), format!("op-many-{n}")),
                ("token".to_owned(), token),
            ];
            call(&api, "POST", "/group/create_group", &headers, &body).await.unwrap_or_default()
        });
    }
    let answers = calls.join_all().await;
    let recorded = codes(recording.list("api").iter().map(|c| (c["errCode"].as_i64(), c["errDlt"].as_str())));
    let parsed: Vec<Value> =
        answers.iter().map(|a| serde_json::from_str(&a.body).unwrap_or_default()).collect();
    let ours = codes(parsed.iter().map(|a| (a["errCode"].as_i64(), a["errDlt"].as_str())));
    same("answers", &recorded, &ours)?;
    connections(recording, &stage)?;
    counts(recording, &stage, start).await?;
    if is_overload(recording) { push_wait(recording, &answers) } else { Ok(()) }
}

/// Members of each group beside its owner, where the callbacks tell it.
fn members(recording: &Recording) -> usize {
    let count = |command: &str| recording.callbacks().iter().filter(|c| c.command() == command).count();
    let creates = count("callbackBeforeCreateGroupCommand").max(1);
    (count("callbackBeforeMemberJoinGroupCommand") / creates).max(2) - 1
}

fn codes<'a>(answers: impl Iterator<Item = (Option<i64>, Option<&'a str>)>) -> BTreeMap<String, usize> {
    let normal = Normal::new(std::iter::empty(), std::iter::empty(), &std::collections::BTreeSet::new());
    let mut counts = BTreeMap::new();
    for (code, dlt) in answers {
        let text = format!("{} {}", code.unwrap_or(-1), normal.error(dlt.unwrap_or_default()));
        *counts.entry(text).or_default() += 1;
    }
    counts
}

fn is_overload(recording: &Recording) -> bool {
    recording.json["receiver_behaviour"].as_object().is_some_and(|b| b.contains_key(AFTER_CREATE))
}

/// Never more than 100 at once; all of them where so many were called for.
fn connections(recording: &Recording, stage: &Stage) -> Result<(), String> {
    let most = stage.receiver.most_waiting();
    // One that was given up is noticed a moment after its successor has come.
    let unnoticed = stage.receiver.aborted().min(2);
    if most > 100 + unnoticed {
        return Err(format!("{most} callbacks at once"));
    }
    let at_once = recording.list("api").iter().filter(|c| c["at"].as_f64().is_some_and(|t| t < 1.0)).count();
    if at_once > 100 && recording.scenario.starts_with("pool") {
        same("callbacks at once", &100, &most.min(100))?;
    }
    let (made, calls) = (stage.receiver.connections(), recording.list("api").len());
    if recording.scenario.starts_with("churn") && !(20..=calls).contains(&made) {
        return Err(format!("{made} connections for {calls} callbacks"));
    }
    Ok(())
}

/// Callbacks by command; after-callbacks that found no room in the queue may be a few more or less.
async fn counts(recording: &Recording, stage: &Stage, start: Instant) -> Result<(), String> {
    let count = |list: &[super::recording::Callback]| {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for callback in list {
            *counts.entry(callback.command().to_owned()).or_default() += 1;
        }
        counts
    };
    let mut recorded = count(&recording.callbacks());
    let end = start + Duration::from_secs_f64(recording.duration() + 5.0);
    let total: usize = recorded.values().sum();
    while stage.receiver.count() < total && Instant::now() < end {
        sleep(Duration::from_millis(20)).await;
    }
    let mut ours = count(&stage.receiver.callbacks());
    if is_overload(recording) {
        let (left, right) =
            (recorded.remove(AFTER_CREATE).unwrap_or(0), ours.remove(AFTER_CREATE).unwrap_or(0));
        // Our storage takes no time, so the queue fills sooner and loses up to ten more.
        if !(left.saturating_sub(10)..=left + 1).contains(&right) {
            return Err(format!("after-callbacks: {left} recorded, {right} here"));
        }
    }
    same("callbacks", &recorded, &ours)
}

/// A full queue holds the request for the build's time.
fn push_wait(recording: &Recording, answers: &[Answer]) -> Result<(), String> {
    let wait = recording.build.push_wait().as_secs_f64();
    let held = answers.iter().filter(|a| a.seconds >= wait && a.seconds < wait + 0.5).count();
    if held >= 20 { Ok(()) } else { Err(format!("{held} creates took the push wait of {wait} s")) }
}

/// A receiver with one worker that itself calls create_group: the callback is only looked
/// at when the call has been answered.
pub async fn compare_starved(recording: &Recording) -> Outcome {
    match starved(recording).await {
        Ok(()) => Outcome::Equal(std::collections::BTreeSet::new()),
        Err(difference) => Outcome::Differs(difference),
    }
}

async fn starved(recording: &Recording) -> Result<(), String> {
    let timeline = recording.list("timeline");
    let find = |ev: &str| timeline.iter().find(|e| e["ev"] == ev).cloned().unwrap_or_default();
    let (answered, handled) = (find("create_group_answered"), find("callback_handled"));
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(|e| e.to_string())?;
    let mut stage = Stage::with_listener(recording, &listener).await;
    let token = stage.token("imAdmin").await;
    let operation = handled["operationID"].as_str().unwrap_or("op-reentrant");
    let headers = [("operationID".to_owned(), operation.to_owned()), ("token".to_owned(), token)];
    let body = json!({"memberUserIDs": ["u0001", "u0002"], "adminUserIDs": ["u0003"], "ownerUserID": "u0000",
        "groupInfo": {"groupName": "bench", "groupType": 2}});
    let before = lateness::total();
    let answer = call(&stage.api, "POST", "/group/create_group", &headers, &body.to_string()).await;
    let answer = answer.map_err(|e| e.to_string())?;
    // Only now is the worker free.
    let (mut stream, _) = listener.accept().await.map_err(|e| e.to_string())?;
    let callback = read_message(&mut stream, &mut Vec::new()).await;
    let Some((line, _, _)) = callback else { return Err("no callback was waiting".to_owned()) };
    let mut byte = [0_u8; 1];
    let left = tokio::time::timeout(Duration::from_secs(1), stream.read(&mut byte)).await;
    same("the caller has closed the connection", &true, &matches!(left, Ok(Ok(0) | Err(_))))?;
    let command = handled["command"].as_str().unwrap_or_default();
    same("callback", &true, &line.contains(command))?;
    let ours: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    same("errCode", &answered["errCode"], &ours["errCode"])?;
    let normal = Normal::new(std::iter::empty(), std::iter::empty(), &std::collections::BTreeSet::new());
    let (a, b) =
        (answered["errDlt"].as_str().unwrap_or_default(), ours["errDlt"].as_str().unwrap_or_default());
    // The recording cut its text.
    let (a, b) = (normal.text(a), normal.text(b));
    let shorter = a.split(" | -> ").next().unwrap_or_default();
    same("errDlt", &shorter, &b.get(..shorter.len()).unwrap_or(&b))?;
    let late = lateness::total() - before;
    super::compare::time("answered after", answered["seconds"].as_f64().unwrap_or(0.0), answer.seconds, late)
        .map(drop)
}
