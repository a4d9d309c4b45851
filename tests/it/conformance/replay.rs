//! A simulator of a recording's build, its webhook server, and the recorded API calls.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use openim_bench::sim::{Fault, FaultSwitch, SimConfig, serve};
use openim_bench::wire::webhooks_yml::{KeyConfig, WebhooksYml};
use openim_bench::wire::{Build, WebhookKey};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::lateness;
use super::receiver::Receiver;
use super::recording::{Answer, BEFORE_CREATE, Callback, Recording};
use crate::sim::rig::unchunk;

/// What was switched on when the recordings were made.
const KEYS: [&str; 9] = [
    "beforeCreateGroup",
    "afterCreateGroup",
    "beforeMemberJoinGroup",
    "afterJoinGroup",
    "afterQuitGroup",
    "afterKickGroupMember",
    "afterDismissGroup",
    "beforeApplyJoinGroup",
    "beforeInviteUserToGroup",
];
const SECRET: &str = "openIM123";
const ADMIN: &str = "imAdmin";

/// A simulator with a webhook server.
pub struct Stage {
    pub api: String,
    pub receiver: Receiver,
    pub build: Build,
    faults: FaultSwitch,
    stop: CancellationToken,
    tokens: HashMap<String, String>,
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Stage {
    /// Sets up what the recording had: webhooks.yml, users, a running or dead group process.
    pub async fn set(recording: &Recording) -> Stage {
        let receiver = Receiver::new(&recording.json["receiver_behaviour"]);
        let hooks = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut stage = Stage::with_listener(recording, &hooks).await;
        stage.receiver = receiver.started_now();
        if !recording_refuses(recording) {
            tokio::spawn(stage.receiver.clone().serve(hooks));
        }
        if recording.scenario.starts_with("group_process_") {
            stage.faults.set(Some(Fault::GroupDown));
        }
        stage
    }

    /// A simulator that calls back to `hooks`, which is not served here.
    pub async fn with_listener(recording: &Recording, hooks: &TcpListener) -> Stage {
        let port = hooks.local_addr().unwrap().port();
        let config = SimConfig::new(recording.build, webhooks(recording, port));
        let faults = config.faults.clone();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = listener.local_addr().unwrap().to_string();
        let stop = CancellationToken::new();
        tokio::spawn(serve(listener, config, stop.clone()));
        let receiver = Receiver::new(&Value::Null);
        let tokens = HashMap::new();
        let mut stage = Stage { api, receiver, build: recording.build, faults, stop, tokens };
        stage.prepare(users(recording)).await;
        stage
    }

    async fn prepare(&mut self, users: BTreeSet<String>) {
        let admin = self.mint(ADMIN).await;
        self.tokens.insert(ADMIN.to_owned(), admin);
        let list: Vec<Value> = users.iter().map(|u| json!({"userID": u, "nickname": u})).collect();
        let body = json!({"secret": SECRET, "users": list}).to_string();
        let headers = self.headers("setup-register", Some(ADMIN));
        let registered = call(&self.api, "POST", "/user/user_register", &headers, &body).await.unwrap();
        assert!(registered.body.contains(r#""errCode":0"#), "{}", registered.body);
    }

    fn headers(&self, operation: &str, user: Option<&str>) -> Vec<(String, String)> {
        let mut headers = vec![("operationID".to_owned(), operation.to_owned())];
        if let Some(token) = user.and_then(|u| self.tokens.get(u)) {
            headers.push(("token".to_owned(), token.clone()));
        }
        headers
    }

    async fn mint(&self, user: &str) -> String {
        let (path, body) = if self.build.admin_token_by_user_token() {
            ("/auth/user_token", json!({"secret": SECRET, "platformID": 1, "userID": user}))
        } else if user == ADMIN {
            ("/auth/get_admin_token", json!({"secret": SECRET, "userID": user}))
        } else {
            ("/auth/get_user_token", json!({"platformID": 1, "userID": user}))
        };
        let headers = self.headers("setup-token", Some(ADMIN));
        let answer = call(&self.api, "POST", path, &headers, &body.to_string()).await.unwrap();
        let json: Value = serde_json::from_str(&answer.body).unwrap();
        json["data"]["token"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned()
    }

    /// The token of a user; minted once.
    pub async fn token(&mut self, user: &str) -> String {
        if let Some(token) = self.tokens.get(user) {
            return token.clone();
        }
        let token = self.mint(user).await;
        self.tokens.insert(user.to_owned(), token.clone());
        token
    }
}

fn recording_refuses(recording: &Recording) -> bool {
    recording.list("api").iter().any(|c| {
        c["response_body"].as_str().is_some_and(|b| {
            b.contains("connect: connection refused")
                && b.contains("dial tcp")
                && b.contains("HTTP request failed")
        })
    })
}

fn users(recording: &Recording) -> BTreeSet<String> {
    let mut users: BTreeSet<String> = (0..50).map(|n| format!("u{n:04}")).collect();
    for call in recording.list("api") {
        let text = call["request_body"].to_string();
        for word in text.split('"') {
            let digits = word.strip_prefix('u').unwrap_or_default();
            if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
                users.insert(word.to_owned());
            }
        }
    }
    users
}

/// webhooks.yml as the recording describes it, calling back to our own port.
fn webhooks(recording: &Recording, port: u16) -> WebhooksYml {
    let difference = recording.text("webhooks_yml_difference");
    let config = KeyConfig {
        enable: true,
        timeout: timeout(recording, difference),
        failed_continue: difference.contains("failedContinue").then_some(true),
    };
    let url = url(recording).unwrap_or_else(|| "http://127.0.0.1:1/callbackExample".to_owned());
    let usual = KEYS.iter().map(|k| (*k).to_owned());
    // What called back was switched on, whatever the usual was.
    let callbacks = recording.callbacks();
    let seen =
        callbacks.iter().filter_map(|c| Some(WebhookKey::from_command(c.command())?.name().to_owned()));
    let keys = usual.chain(seen).map(|key| (key, config.clone())).collect();
    WebhooksYml { url: own_port(&url, port), keys }
}

fn timeout(recording: &Recording, difference: &str) -> i64 {
    let after = difference.split("timeout").nth(1).unwrap_or_default();
    let digits: String = after
        .trim_start_matches([':', ' ', '"'])
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '-')
        .collect();
    if let Ok(number) = digits.parse() {
        return number;
    }
    let aborted = recording.callbacks().into_iter().find_map(|c| c.aborted);
    match aborted {
        // Told by the wait itself where the difference does not name it.
        Some(seconds) if !difference.is_empty() => seconds.round() as i64,
        _ => 5,
    }
}

/// The recorded `url`: what stands before the command where a callback came or failed.
fn url(recording: &Recording) -> Option<String> {
    let failed = recording.list("api").iter().find_map(|call| {
        let body: Value = serde_json::from_str(call["response_body"].as_str()?).ok()?;
        let text = body["errDlt"].as_str()?.rsplit("post url=").next()?.to_owned();
        let end = text.find("/callback").filter(|_| body["errCode"] == 90004)?;
        let last = text.rfind("/callback").unwrap_or(end);
        Some(text[..last].to_owned())
    });
    let came = || {
        let callback = recording.callbacks().into_iter().find(|c| !c.headers.is_empty())?;
        let path = callback.target().strip_suffix(callback.command())?.strip_suffix('/')?;
        Some(format!("http://{}{path}", callback.header("host")))
    };
    failed.or_else(came)
}

/// The loopback port replaced.
fn own_port(url: &str, port: u16) -> String {
    const LOOPBACK: &str = "127.0.0.1:";
    let Some(at) = url.find(LOOPBACK) else { return url.to_owned() };
    let rest = url[at + LOOPBACK.len()..].trim_start_matches(|c: char| c.is_ascii_digit());
    format!("{}{LOOPBACK}{port}{rest}", &url[..at])
}

/// What the simulator did.
pub struct Replayed {
    pub answers: Vec<Answer>,
    pub callbacks: Vec<Callback>,
    /// By how much this process was kept from its processor meanwhile, seconds.
    pub late: f64,
}

/// Plays a recording to the simulator.
pub async fn replay(recording: &Recording) -> Replayed {
    let mut stage = Stage::set(recording).await;
    let before = lateness::total();
    let start = Instant::now();
    let abandoned: Vec<_> = abandoned(recording).collect();
    for callback in abandoned {
        give_up(&stage, start, &callback, recording).await;
    }
    let mut ids: HashMap<String, String> = HashMap::new();
    let mut answers = Vec::new();
    let mut owner = "u0000".to_owned();
    for recorded in recording.list("api") {
        if let Some(named) = recorded["request_body"]["ownerUserID"].as_str() {
            named.clone_into(&mut owner);
        }
        let body = match &recorded["request_body"] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            value => value.to_string(),
        };
        let body = ids.iter().fold(body, |text, (from, to)| text.replace(from, to));
        let mut headers = super::tokens::without_token(recorded);
        if let Some(token) = super::tokens::token(recording, recorded, &owner, &mut stage).await {
            headers.push(("token".to_owned(), token));
        }
        let text = |key: &str| recorded[key].as_str().unwrap_or_default();
        sleep_until(start + Duration::from_secs_f64(recorded["at"].as_f64().unwrap_or(0.0))).await;
        let answer = call(&stage.api, text("method"), text("path"), &headers, &body).await;
        let answer =
            answer.unwrap_or_else(|e| Answer { body: format!("no answer: {e}"), ..Answer::default() });
        if let (Some(from), Some(to)) = (created(text("response_body")), created(&answer.body)) {
            ids.insert(from, to);
        }
        answers.push(answer);
    }
    settle(recording, &stage, start).await;
    Replayed { answers, callbacks: stage.receiver.callbacks(), late: lateness::total() - before }
}

/// The groupID of a create's answer.
fn created(answer: &str) -> Option<String> {
    let json: Value = serde_json::from_str(answer).ok()?;
    json["data"]["groupInfo"]["groupID"].as_str().map(str::to_owned)
}

/// Waits for the callbacks that the recording has, and a little for those that it has not.
async fn settle(recording: &Recording, stage: &Stage, start: Instant) {
    let recorded = recording.callbacks();
    let aborted = recorded.iter().filter(|c| c.aborted.is_some()).count();
    let end = start + Duration::from_secs_f64(recording.duration() + 2.5);
    while Instant::now() < end
        && (stage.receiver.count() < recorded.len() || stage.receiver.aborted() < aborted)
    {
        sleep(Duration::from_millis(10)).await;
    }
    sleep(Duration::from_millis(250)).await;
}

/// First callbacks of creates whose call is not among the recorded ones.
fn abandoned(recording: &Recording) -> impl Iterator<Item = Callback> {
    let known: BTreeSet<String> = recording
        .list("api")
        .iter()
        .filter_map(|c| c["request_headers"]["operationID"].as_str().map(str::to_owned))
        .collect();
    recording
        .callbacks()
        .into_iter()
        .filter(move |c| c.command() == BEFORE_CREATE && !known.contains(c.operation()))
}

/// The create that led to this callback, given up after the half second of the note.
async fn give_up(stage: &Stage, start: Instant, callback: &Callback, recording: &Recording) {
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
    let headers = stage.headers(callback.operation(), Some(ADMIN));
    let patience =
        recording.text("note").split(" s;").next().and_then(|t| t.rsplit(' ').next()?.parse().ok());
    let patience = Duration::from_secs_f64(patience.unwrap_or(0.5));
    sleep_until(start + Duration::from_secs_f64((callback.at - 0.01).max(0.0))).await;
    let text = body.to_string();
    let request = call(&stage.api, "POST", "/group/create_group", &headers, &text);
    let _ = tokio::time::timeout(patience, request).await;
}

/// One request on a connection of its own.
pub async fn call(
    api: &str,
    method: &str,
    path: &str,
    headers: &[(String, String)],
    body: &str,
) -> std::io::Result<Answer> {
    let started = Instant::now();
    let mut stream = TcpStream::connect(api).await?;
    let more: String = headers.iter().map(|(n, v)| format!("{n}: {v}\r\n")).collect();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nHost: {api}\r\nConnection: close\r\nContent-Length: {}\r\n{more}\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    let seconds = started.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
    let body = if head.contains("Transfer-Encoding: chunked") { unchunk(body) } else { body.to_owned() };
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    let pairs = head.split("\r\n").skip(1).filter_map(|l| l.split_once(": "));
    let headers = pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    Ok(Answer { status, headers, body, seconds })
}
