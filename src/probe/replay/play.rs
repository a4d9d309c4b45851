//! Plays a recording's API calls to a simulator, each at its recorded time and not before
//! those have ended that had ended then.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::call::{Request, call};
use super::infer::{self, abandoned, is_crash, is_down, patience_s};
use super::lateness::Lateness;
use super::stage::{ADMIN, Stage, StageError};
use super::tokens;
use crate::probe::observation::{Answer, Callback};
use crate::probe::recording::Recording;
use crate::sim::Fault;

/// What the simulator did.
#[derive(Clone, Debug, Default)]
pub struct Replayed {
    /// An answer a call; empty (status 0) where the recorded caller went away.
    pub answers: Vec<Answer>,
    /// In the order of arrival.
    pub callbacks: Vec<Callback>,
    /// By how much this process was kept from its processor meanwhile, seconds.
    pub late_s: f64,
}

/// A recorded call that is under way or over.
type Ended = (usize, Answer);

/// Plays a recording whose calls are told whole.
///
/// # Errors
/// When the recording cannot be played; differences are no error.
pub async fn play(recording: &Recording, lateness: &Lateness) -> Result<Replayed, StageError> {
    let mut stage = Stage::set(recording, false).await?;
    let before = lateness.total();
    let answers = calls(recording, &mut stage).await?;
    settle(recording, &stage).await;
    Ok(Replayed { answers, callbacks: stage.receiver.callbacks(), late_s: lateness.total() - before })
}

/// Sends all calls and waits for their answers.
pub(super) async fn calls(recording: &Recording, stage: &mut Stage) -> Result<Vec<Answer>, StageError> {
    let list = recording.list("api");
    let mut player = Player {
        recorded: list,
        ends: list.iter().map(|c| at(c) + c["seconds"].as_f64().unwrap_or(0.0)).collect(),
        answers: vec![None; list.len()],
        ids: HashMap::new(),
        owner: first_owner(list),
        running: JoinSet::new(),
        crashed: false,
    };
    stage.clock.rebase(Duration::ZERO);
    let start = Instant::now();
    let mut gone = JoinSet::new();
    for callback in abandoned(recording) {
        gone.spawn(give_up(
            stage.api.clone(),
            create_of(&callback, stage),
            start,
            callback.at,
            patience_s(recording),
        ));
    }
    for number in 0..list.len() {
        player.send(recording, number, stage, start).await?;
    }
    while let Some(ended) = player.running.join_next().await {
        player.note(ended.unwrap_or_default());
    }
    gone.join_all().await;
    Ok(player.answers.into_iter().map(Option::unwrap_or_default).collect())
}

fn at(call: &Value) -> f64 {
    call["at"].as_f64().filter(|at| (0.0..86_400.0).contains(at)).unwrap_or(0.0)
}

fn first_owner(calls: &[Value]) -> String {
    let owner = calls.iter().find_map(|c| c["request_body"]["ownerUserID"].as_str());
    owner.unwrap_or("u0000").to_owned()
}

struct Player<'a> {
    recorded: &'a [Value],
    /// When each recorded call had ended.
    ends: Vec<f64>,
    answers: Vec<Option<Answer>>,
    /// Recorded groupIDs and ours.
    ids: HashMap<String, String>,
    /// The last owner named.
    owner: String,
    running: JoinSet<Ended>,
    /// The group process fell over of itself.
    crashed: bool,
}

impl Player<'_> {
    async fn send(
        &mut self,
        recording: &Recording,
        number: usize,
        stage: &mut Stage,
        start: Instant,
    ) -> Result<(), StageError> {
        let recorded = &self.recorded[number];
        if let Some(owner) = recorded["request_body"]["ownerUserID"].as_str() {
            owner.clone_into(&mut self.owner);
        }
        let due = at(recorded);
        while (0..number).any(|n| self.ends[n] <= due + 0.002 && self.answers[n].is_none()) {
            match self.running.join_next().await {
                Some(ended) => self.note(ended.unwrap_or_default()),
                None => break,
            }
        }
        let mut headers = tokens::without_token(recorded);
        let token = tokens::token(recording, recorded, &self.owner, stage).await?;
        headers.extend(token.clone().map(|token| ("token".to_owned(), token)));
        let body = self.body(recorded, token.as_deref());
        let text = |key: &str, usual: &str| recorded[key].as_str().unwrap_or(usual).to_owned();
        let request = Request { method: text("method", "POST"), path: text("path", "/"), headers, body };
        sleep_until(start + Duration::from_secs_f64(due)).await;
        self.faults(recorded, stage);
        // The caller went away.
        let gone = recorded.get("response_body").is_none_or(Value::is_null);
        let patience = recorded["seconds"].as_f64().unwrap_or_else(|| patience_s(recording));
        let api = stage.api.clone();
        self.running.spawn(async move {
            let sent = call(&api, &request);
            let answer = match gone {
                true => timeout(Duration::from_secs_f64(patience.clamp(0.0, 600.0)), sent)
                    .await
                    .ok()
                    .map(|_| Answer::default()),
                false => Some(
                    sent.await
                        .unwrap_or_else(|e| Answer { body: format!("no answer: {e}"), ..Answer::default() }),
                ),
            };
            (number, answer.unwrap_or_default())
        });
        Ok(())
    }

    fn body(&self, recorded: &Value, token: Option<&str>) -> String {
        let body = match &recorded["request_body"] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            value => value.to_string(),
        };
        let body = body.replace("<token>", token.unwrap_or("<token>"));
        self.ids.iter().fold(body, |text, (from, to)| text.replace(from, to))
    }

    /// The group process was down in the recording without having fallen over in it.
    fn faults(&mut self, recorded: &Value, stage: &Stage) {
        let body = recorded["response_body"].as_str().unwrap_or_default();
        if self.crashed || !recorded["path"].as_str().is_some_and(|p| p.starts_with("/group/")) {
            return;
        }
        self.crashed = is_crash(body);
        stage.faults.set(is_down(body).then_some(Fault::GroupDown));
    }

    fn note(&mut self, (number, answer): Ended) {
        let recorded = self.recorded.get(number).and_then(|c| c["response_body"].as_str());
        if let (Some(from), Some(to)) = (recorded.and_then(created), created(&answer.body)) {
            self.ids.insert(from, to);
        }
        if let Some(place) = self.answers.get_mut(number) {
            *place = Some(answer);
        }
    }
}

/// The groupID of a create's answer.
fn created(answer: &str) -> Option<String> {
    let json: Value = serde_json::from_str(answer).ok()?;
    let id = json["data"]["groupInfo"]["groupID"].as_str()?;
    (!id.is_empty()).then(|| id.to_owned())
}

/// Waits for the callbacks that the recording has, and a little for those that it has not.
async fn settle(recording: &Recording, stage: &Stage) {
    let recorded = recording.callbacks();
    let aborted = recorded.iter().filter(|c| c.aborted.is_some()).count();
    let end = recording.duration() + 2.5;
    while stage.clock.now().0 as f64 / 1e6 < end
        && (stage.receiver.count() < recorded.len() || stage.receiver.aborted() < aborted)
    {
        sleep(Duration::from_millis(10)).await;
    }
    sleep(Duration::from_millis(250)).await;
}

/// The create that led to this callback.
fn create_of(callback: &Callback, stage: &Stage) -> Request {
    let mut info = callback.json();
    let list = info["initMemberList"].as_array().cloned().unwrap_or_default();
    let with = |role: i64| -> Vec<Value> {
        list.iter().filter(|m| m["roleLevel"] == role).map(|m| m["userID"].clone()).collect()
    };
    let (owner, admins, members) = (with(100), with(60), with(20));
    if let Some(fields) = info.as_object_mut() {
        for key in ["operationID", "callbackCommand", "initMemberList"] {
            fields.remove(key);
        }
    }
    let mut body = json!({"memberUserIDs": members, "ownerUserID": owner.first(), "groupInfo": info});
    if !admins.is_empty() {
        body["adminUserIDs"] = json!(admins);
    }
    Request {
        method: "POST".to_owned(),
        path: "/group/create_group".to_owned(),
        headers: stage.headers(callback.operation(), ADMIN),
        body: body.to_string(),
    }
}

/// A call whose caller goes away.
async fn give_up(api: String, request: Request, start: Instant, callback_at: f64, patience_s: f64) {
    sleep_until(start + Duration::from_secs_f64((callback_at - 0.01).max(0.0))).await;
    // Whatever it would have been answered: nobody listens any more.
    let _ = timeout(Duration::from_secs_f64(patience_s), call(&api, &request)).await;
}

/// Whether so many calls were under way at once that chance decides which gets what.
pub(super) fn is_crowd(recording: &Recording) -> bool {
    const CROWD: usize = 20;
    let list = recording.list("api");
    let mut changes: Vec<(f64, i32)> = Vec::new();
    for call in list {
        changes.push((at(call), 1));
        changes.push((at(call) + call["seconds"].as_f64().unwrap_or(0.0), -1));
    }
    changes.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut now = 0;
    let most = changes.into_iter().map(|(_, change)| {
        now += change;
        now
    });
    let most = most.max().unwrap_or(0);
    infer::is_summary(recording) || usize::try_from(most).is_ok_and(|most| most >= CROWD)
}
