//! The same scenario on a real server and here: the same lines in the same order, process by
//! process and operation by operation.
//!
//! Masked: times, process ids, numbers of six digits and more (ids, dates), ports, addresses,
//! costs, stacks. Apart from the others are compared the webhook lines of after-callbacks and of
//! the conversation process, which race with the answer.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use openim_bench::sim::log::{Field, Layout, LogConfig, SimLog};
use openim_bench::sim::{Fault, SimConfig};
use openim_bench::wire::{Build, OpenimVersion};
use serde_json::{Value, json};

use super::lines::{CUT, Parsed, kept, left_out, parse, version};
use crate::sim::rig::{ApiAnswer, Behaviour, Rig};

/// Left out, with the reason.
const NOT_REPLAYED: [(&str, &str); 2] = [
    ("errors_api", "its calls use groups and users of other scenarios; the wording is compared elsewhere"),
    ("timeout_body", "the same lines as timeout_before_join, 15 s long"),
];

/// Recorded with the log level of a fresh installation, and a scenario by itself.
const AT_FULL_LEVEL: &str = "scheme_webhook";

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_scenario_leaves_the_lines_that_the_real_server_left() {
    let mut running = Vec::new();
    for (folder, scenarios) in kept() {
        for (scenario, lines) in scenarios {
            if NOT_REPLAYED.iter().any(|(name, _)| *name == scenario) {
                continue;
            }
            running.push(tokio::spawn(compare(folder.clone(), scenario, lines)));
        }
    }
    let mut differences = Vec::new();
    let count = running.len();
    for comparison in running {
        differences.extend(comparison.await.unwrap());
    }
    println!("{count} scenarios replayed, {} differences", differences.len());
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

async fn compare(folder: String, scenario: String, lines: Vec<String>) -> Vec<String> {
    let cut = lines.last().is_some_and(|line| line == CUT);
    let real: Vec<Parsed> = lines.iter().filter(|line| *line != CUT).map(|line| parse(line)).collect();
    let layout = real[0].layout;
    let recording = recording(&folder, &scenario);
    let dir = tempfile::tempdir().unwrap();
    let version = version(&folder);
    let level = if scenario == AT_FULL_LEVEL { 6 } else { 4 };
    let log = replay(&recording, &version, &real, dir.path(), layout, level).await;
    assert_eq!(log.finish(), 0);
    let ours: Vec<Parsed> = read(dir.path(), version.build)
        .iter()
        .map(|line| parse(line))
        .filter(|line| level == 6 || is_recorded_elsewhere(line))
        .collect();
    let operations = operations(&recording);
    let (real, ours) = (sequences(&real, &operations), sequences(&ours, &operations));
    let mut differences = Vec::new();
    for place in real.keys().chain(ours.keys().filter(|place| !real.contains_key(*place))) {
        let none = Vec::new();
        let (real, ours) = (real.get(place).unwrap_or(&none), ours.get(place).unwrap_or(&none));
        let enough = if cut { real.len() } else { real.len().max(ours.len()) };
        let first = (0..enough).find(|n| real.get(*n) != ours.get(*n));
        if let Some(n) = first {
            differences.push(format!(
                "{folder}/{scenario}, {place:?}, line {n}:\n  real: {:?}\n  ours: {:?}",
                real.get(n),
                ours.get(n)
            ));
        }
    }
    differences
}

/// The lines that main has for each request at level 4 were kept in one recording only.
fn is_recorded_elsewhere(line: &Parsed) -> bool {
    !matches!(line.record.message.as_str(), "standalone rpc server request" | "http request body")
}

fn recording(folder: &str, scenario: &str) -> Value {
    let folder = folder.trim_end_matches("-jsonlog");
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/recordings")
        .join(folder)
        .join(format!("{scenario}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn operation(call: &Value) -> &str {
    call["request_headers"]["operationID"].as_str().unwrap_or_default()
}

fn operations(recording: &Value) -> Vec<String> {
    recording["api"].as_array().unwrap().iter().map(|call| operation(call).to_owned()).collect()
}

/// The recorded calls on a simulator that writes into `dir`.
async fn replay(
    recording: &Value,
    version: &OpenimVersion,
    real: &[Parsed],
    dir: &Path,
    layout: Layout,
    level: u8,
) -> std::sync::Arc<SimLog> {
    let secret = "openIM123".to_owned();
    let config = LogConfig { dir: dir.to_owned(), layout, level, version: version.clone(), secret };
    let log = SimLog::open(config, |trouble| panic!("{trouble:?}")).unwrap();
    let scenario = recording["scenario"].as_str().unwrap();
    let rig = Rig::with(version.build, |config: &mut SimConfig| {
        config.version = version.clone();
        config.observer = log.observer();
        config.webhooks.keys.retain(|key, _| key.as_str() != "afterTransferGroupOwner");
        for key in config.webhooks.keys.values_mut() {
            key.timeout = 1;
        }
        if scenario == AT_FULL_LEVEL {
            config.webhooks.url = config.webhooks.url.replace("http:", "webhook:");
        }
        if scenario == "group_process_stopped" {
            config.faults.set(Some(Fault::GroupDown));
        }
    })
    .await;
    behave(&rig, &recording["receiver_behaviour"]);
    let mut tokens = BTreeMap::new();
    let mut group = (String::new(), String::new());
    for call in recording["api"].as_array().unwrap() {
        let user = acting(real, operation(call));
        if !tokens.contains_key(&user) {
            tokens.insert(user.clone(), mint(&rig, &user, version.build).await);
        }
        let body = call["request_body"].to_string();
        let body = if group.0.is_empty() { body } else { body.replace(&group.0, &group.1) };
        let answer = send(&rig, &tokens[&user], call, &body).await;
        let recorded: Value =
            serde_json::from_str(call["response_body"].as_str().unwrap()).unwrap_or_default();
        if let Some(created) = recorded["data"]["groupInfo"]["groupID"].as_str() {
            group = (created.to_owned(), answer.group_id());
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    rig.stop.cancel();
    log
}

fn behave(rig: &Rig, behaviour: &Value) {
    for (command, what) in behaviour.as_object().into_iter().flatten() {
        let body = match &what["body"] {
            Value::Null => Behaviour::default().body,
            Value::String(text) => text.clone(),
            object => object.to_string(),
        };
        let sleep = Duration::from_secs_f64(what["sleep"].as_f64().unwrap_or(0.0));
        let close = what["close"].as_bool().unwrap_or(false);
        rig.receiver.set(command, Behaviour { body, sleep, close, ..Behaviour::default() });
    }
}

/// Whose token the recorded call carried.
fn acting(real: &[Parsed], operation: &str) -> String {
    let of = |line: &&Parsed| line.text("operationID") == operation && !line.text("opUserID").is_empty();
    real.iter().find(of).map_or("imAdmin", |line| line.text("opUserID")).to_owned()
}

async fn mint(rig: &Rig, user: &str, build: Build) -> String {
    if user == "imAdmin" {
        return rig.token.clone();
    }
    if build.admin_token_by_user_token() {
        let body = json!({"secret": "openIM123", "platformID": 1, "userID": user});
        let answer = rig.call("/auth/user_token", "op-token", body).await;
        return answer.json()["data"]["token"].as_str().unwrap().to_owned();
    }
    rig.mint(user).await
}

async fn send(rig: &Rig, token: &str, call: &Value, body: &str) -> ApiAnswer {
    let headers = [("operationID", operation(call)), ("token", token), ("Content-Type", "application/json")];
    rig.raw("POST", call["path"].as_str().unwrap(), &headers, body).await
}

/// Our records, each as one text.
fn read(dir: &Path, build: Build) -> Vec<String> {
    let stem = if build == Build::MainStandalone { "openim-server." } else { "openim-service-log." };
    let mut records: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.file_name().unwrap().to_str().unwrap().starts_with(stem), "{path:?}");
        let text = std::fs::read_to_string(path).unwrap();
        assert!(!text.contains("openIM123"), "the secret is in the log");
        assert!(!text.contains("\"sim."), "a token is in the log");
        for line in text.lines() {
            let begins = line.starts_with('{')
                || line.as_bytes().get(..4).is_some_and(|d| d.iter().all(u8::is_ascii_digit));
            match records.last_mut() {
                Some(last) if !begins => last.push_str(&format!("\n{line}")),
                _ => records.push(line.to_owned()),
            }
        }
    }
    records
}

/// Process, operation, and whether they race with the answer.
type Place = (String, String, bool);

fn sequences(lines: &[Parsed], operations: &[String]) -> BTreeMap<Place, Vec<Vec<String>>> {
    let mut found: BTreeMap<Place, Vec<Vec<String>>> = BTreeMap::new();
    for line in lines.iter().filter(|line| left_out(line).is_none()) {
        let operation = line.text("operationID").to_owned();
        if !operations.contains(&operation) {
            continue;
        }
        let url = line.text("url");
        if url.contains("GroupChatConversations") || operation.contains('$') {
            continue;
        }
        let races = url.contains("callbackAfter");
        found.entry((line.record.process.clone(), operation, races)).or_default().push(shown(line));
    }
    found
}

/// What must be equal.
fn shown(line: &Parsed) -> Vec<String> {
    let record = &line.record;
    let mut shown = vec![record.level.name().to_owned(), record.caller.clone(), record.message.clone()];
    for (key, value) in &record.fields {
        let value = match (key.as_str(), value) {
            ("cost" | "httpID" | "config" | "remoteAddr" | "host" | "contentLength", _) => "*".to_owned(),
            ("reqBody" | "respBody" | "response", Field::Text(text)) => mask(&compact(text)),
            (_, Field::Text(text)) => mask(text),
            (_, other) => mask(&format!("{other:?}")),
        };
        shown.push(format!("{key}={value}"));
    }
    shown
}

/// JSON without blanks.
fn compact(text: &str) -> String {
    serde_json::from_str::<Value>(text).map_or_else(|_| text.to_owned(), |value| value.to_string())
}

fn mask(text: &str) -> String {
    let text = text.split(" | ").next().unwrap_or_default();
    let text = text.replace("webhook://", "http://");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(|c: char| c.is_ascii_digit()) {
        let run = &rest[at..];
        let hex = run.starts_with("0x");
        let end = if hex {
            2 + run[2..].find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(run.len() - 2)
        } else {
            run.find(|c: char| !c.is_ascii_digit()).unwrap_or(run.len())
        };
        out.push_str(&rest[..at]);
        let port = out.ends_with("127.0.0.1:");
        out.push_str(if hex || port || end >= 6 { "*" } else { &run[..end] });
        rest = &run[end..];
    }
    out + rest
}
