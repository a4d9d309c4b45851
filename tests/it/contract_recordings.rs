//! Holds our types and our reading of failures against what real servers of six builds said:
//! every answer has the expected kind, every request that we would send and every callback
//! survives being read and written, byte for byte where the simulator will write it.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a recording that cannot be read must stop the test"
)]

mod expected;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use openim_bench::wire::api::{self, Envelope, Operation, path};
use openim_bench::wire::callback::{self, command_in_target, operation_ids};
use openim_bench::wire::failure::{Classified, classify, resolve_hidden, webhook_in};
use openim_bench::wire::gojson::to_go_json_bare;
use openim_bench::wire::webhooks_yml::WebhooksYml;
use openim_bench::wire::{FailureKind, WebhookKey};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use expected::EXPECTED;

const BUILDS: [&str; 6] = ["v3.7.0", "v3.8.0", "v3.8.3", "v3.8.3-patch.16", "main-multiprocess", "main"];

struct Recording {
    build: String,
    scenario: String,
    json: Value,
}

impl Recording {
    fn place(&self) -> String {
        format!("{}/{}", self.build, self.scenario)
    }

    fn list(&self, key: &str) -> &[Value] {
        self.json[key].as_array().map_or(&[], Vec::as_slice)
    }

    /// What the configuration said about the webhook that the scenario is about.
    fn timeout_s(&self) -> u32 {
        match self.scenario.as_str() {
            "timeout_1" | "failed_continue" => 1,
            "cap_timeout_0" => 0,
            "cap_timeout_3600" => 3600,
            _ => 5,
        }
    }
}

fn recordings() -> Vec<Recording> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let mut all = Vec::new();
    for build in BUILDS {
        let mut files: Vec<_> =
            fs::read_dir(root.join(build)).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files {
            let json = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
            let scenario = file.file_stem().unwrap().to_str().unwrap().to_owned();
            all.push(Recording { build: build.to_owned(), scenario, json });
        }
    }
    all
}

/// An answer as the client saw it, understood; the time resolves what v3.8.3 hides.
fn answers(recording: &Recording) -> Vec<(String, Classified)> {
    let understood = |path: &str, status: u64, body: &[u8], seconds: f64| {
        let elapsed_us = (seconds * 1e6) as u64;
        let mut answer = classify(u16::try_from(status).unwrap(), body, operation(path));
        if answer.result == Err(FailureKind::WebhookCauseHidden) {
            let named = answer.post_url.as_deref().and_then(webhook_in).is_some();
            let timeout_s = named.then(|| i64::from(recording.timeout_s()));
            answer.result = Err(resolve_hidden(elapsed_us, timeout_s));
        }
        (path.to_owned(), answer)
    };
    let calls = recording.list("api").iter().filter(|call| call.get("status").is_some()).map(|call| {
        let (status, seconds) = (call["status"].as_u64().unwrap(), call["seconds"].as_f64().unwrap());
        match call.get("response_body") {
            Some(body) => {
                understood(call["path"].as_str().unwrap(), status, body.as_str().unwrap().as_bytes(), seconds)
            }
            // Scenarios with many calls kept code and detail only.
            None => understood(Operation::Create.path(), status, &shortened(call), seconds),
        }
    });
    let timeline = recording
        .list("timeline")
        .iter()
        .filter(|event| event["ev"] == "create_group_answered")
        .map(|event| {
            understood(Operation::Create.path(), 200, &shortened(event), event["seconds"].as_f64().unwrap())
        });
    calls.chain(timeline).collect()
}

fn shortened(call: &Value) -> Vec<u8> {
    let detail = call.get("errDlt").cloned().unwrap_or_default();
    let data = if call["errCode"] == 0 { json!({"groupInfo": {"groupID": "1"}}) } else { Value::Null };
    json!({"errCode": call["errCode"], "errMsg": detail, "errDlt": detail, "data": data})
        .to_string()
        .into_bytes()
}

fn operation(path: &str) -> Operation {
    // The answers of calls that are no load have no group to look for either.
    let known = Operation::ALL.into_iter().find(|operation| operation.path() == path);
    known.unwrap_or(Operation::Apply)
}

fn name(result: Result<(), FailureKind>) -> String {
    result.err().map_or_else(|| "ok".to_owned(), FailureKind::name)
}

fn expected(recording: &Recording, answers: usize) -> Option<Vec<&'static str>> {
    let row = EXPECTED.iter().find(|(scenario, build, _)| {
        *scenario == recording.scenario && (*build == "*" || *build == recording.build)
    })?;
    let kinds: Vec<_> = row.2.split(',').collect();
    Some(if kinds.len() == 1 { kinds.repeat(answers) } else { kinds })
}

/// The kind that follows from what the webhook server did in the single create of a scenario,
/// by the contract's rules and not by the table.
fn follows_from_behaviour(recording: &Recording) -> Option<String> {
    let hides = recording.build == "v3.8.3";
    let (_, done) = recording.json["receiver_behaviour"]
        .as_object()?
        .iter()
        .find(|(command, _)| WebhookKey::from_command(command).is_some_and(WebhookKey::is_before))?;
    let timeout = f64::from(recording.timeout_s());
    let limit = if (1.0..=15.0).contains(&timeout) { timeout } else { 15.0 };
    let kind = if done["sleep"].as_f64().is_some_and(|s| s > limit) {
        if limit < 15.0 { "webhook_deadline" } else { "webhook_cap" }
    } else if done["slowbody"].as_f64().is_some_and(|s| s > limit) {
        "webhook_body_read"
    } else if done["close"] == true || done["reset"] == true {
        if hides { "webhook_cause_hidden" } else { "webhook_reset" }
    } else {
        return follows_from_body(done.get("body"));
    };
    Some(kind.to_owned())
}

fn follows_from_body(body: Option<&Value>) -> Option<String> {
    let body = match body {
        None => return Some("ok".to_owned()),
        Some(Value::String(text)) => match serde_json::from_str(text) {
            Ok(Value::Null) => json!({}),
            Ok(Value::Object(object)) if object.values().all(Value::is_i64) => Value::Object(object),
            _ => return Some("webhook_bad_answer".to_owned()),
        },
        Some(object) => object.clone(),
    };
    let code = |key: &str| body.get(key).and_then(Value::as_i64).unwrap_or_default();
    let rejects = code("actionCode") == 0 && code("nextCode") == 1;
    Some(if rejects { format!("webhook_rejected_{}", code("errCode")) } else { "ok".to_owned() })
}

#[test]
fn every_answer_of_every_build_has_the_expected_kind() {
    let recordings = recordings();
    let (mut count, mut unclassified, mut derived) = (0, 0, 0);
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for recording in &recordings {
        let place = recording.place();
        let answers = answers(recording);
        let names: Vec<String> = answers.iter().map(|(_, answer)| name(answer.result)).collect();
        let expected =
            expected(recording, names.len()).unwrap_or_else(|| panic!("{place}: not in the table"));
        assert_eq!(names, expected, "{place}");
        count += names.len();
        for (path, answer) in &answers {
            let hidden = answer.result == Err(FailureKind::WebhookCauseHidden);
            let lost = answer.result == Err(FailureKind::MalformedAnswer);
            unclassified += usize::from(lost || (hidden && recording.build != "v3.8.3"));
            check_texts(&format!("{place} {path}"), answer, recording.scenario == "reentrant_starvation");
        }
        for kind in &names {
            *kinds.entry(kind.clone()).or_default() += 1;
        }
        // Scenarios whose only call is a create that the receiver's behaviour decides.
        let single = answers.len() == 1 && answers[0].0 == Operation::Create.path();
        let other_reason =
            ["group_process_down", "join_entry_no_userid"].contains(&recording.scenario.as_str());
        if let Some(kind) = follows_from_behaviour(recording).filter(|_| single && !other_reason) {
            assert_eq!(names, [kind], "{place}: table and behaviour disagree");
            derived += 1;
        }
    }
    assert!(derived > 100, "only {derived} scenarios told their outcome by the receiver's behaviour");
    assert_eq!(unclassified, 0);
    println!("kinds: {kinds:?}");
    println!(
        "recordings: {} builds, {} scenarios, {count} answers ({derived} also follow from the receiver), {unclassified} unclassified",
        BUILDS.len(),
        recordings.len()
    );
}

fn check_texts(place: &str, answer: &Classified, cut: bool) {
    assert!(answer.result.is_err() || answer.text.is_none(), "{place}: a success has no error text");
    if let Some(text) = &answer.text {
        assert!(
            text.chars().count() <= 300 && !text.contains("| ->") && !text.contains(".go:"),
            "{place}: {text}"
        );
        assert!(!text.chars().any(char::is_control), "{place}: {text}");
    }
    // One recording cut its texts off before the end.
    if answer.err_code == Some(90004) && !cut {
        let url = answer.post_url.as_deref().unwrap_or_else(|| panic!("{place}: no post url"));
        assert!(url.contains("callbackExample/callback") && url.ends_with("Command"), "{place}: {url}");
        assert!(webhook_in(url).is_some_and(WebhookKey::is_before), "{place}: {url}");
    }
}

#[test]
fn every_table_row_is_used() {
    let recordings = recordings();
    for (scenario, build, _) in EXPECTED {
        let used = recordings.iter().any(|r| r.scenario == *scenario && (*build == "*" || *build == r.build));
        assert!(used, "{scenario} {build}");
    }
    for build in BUILDS {
        assert!(recordings.iter().filter(|r| r.build == build).count() > 30, "{build}");
    }
}

#[test]
fn answers_are_written_as_they_were_read() {
    let mut groups = 0;
    for recording in recordings() {
        for call in recording.list("api") {
            let Some(body) = call.get("response_body").and_then(Value::as_str) else { continue };
            let Ok(envelope) = Envelope::parse(body.as_bytes()) else { continue };
            // 3.7 and 3.8.0 write `"data":null` where later builds write nothing.
            let body = body.replace(r#","data":null}"#, "}");
            let written = String::from_utf8(to_go_json_bare(&envelope).unwrap()).unwrap();
            assert_eq!(written, body, "{}", recording.place());
            let group =
                envelope.data.as_ref().and_then(|data| data.get("groupInfo")).filter(|g| !g.is_null());
            if let Some(group) = group {
                let group: api::GroupInfo = serde_json::from_value(group.clone()).unwrap();
                let group = String::from_utf8(to_go_json_bare(&group).unwrap()).unwrap();
                assert!(body.contains(&group), "{}: {group}", recording.place());
                groups += 1;
            }
            if call["path"] == path::GET_GROUPS_INFO {
                assert!(!api::groups(&envelope).unwrap().is_empty(), "{}", recording.place());
            }
        }
    }
    assert!(groups > 80, "{groups}");
}

fn same<T: Serialize + DeserializeOwned>(body: &Value) -> bool {
    let typed: T = serde_json::from_value(body.clone()).unwrap();
    serde_json::to_value(typed).unwrap() == *body
}

#[test]
fn requests_that_we_would_send_survive_our_types() {
    let (mut checked, mut skipped) = (0, 0);
    for recording in recordings() {
        // What this scenario sends is wrong on purpose.
        if recording.scenario == "errors_api" {
            continue;
        }
        for call in recording.list("api") {
            let Some(body) = call.get("request_body").filter(|body| body.is_object()) else { continue };
            let equal = match call["path"].as_str().unwrap() {
                "/group/create_group" => same::<api::CreateGroup>(body),
                "/group/invite_user_to_group" => same::<api::Invite>(body),
                "/group/join_group" => same::<api::Join>(body),
                path::APPLICATION_RESPONSE => same::<api::ApplicationResponse>(body),
                "/group/kick_group" => same::<api::Kick>(body),
                "/group/quit_group" => same::<api::Quit>(body),
                "/group/dismiss_group" => same::<api::Dismiss>(body),
                path::GET_GROUPS_INFO => same::<api::GetGroupsInfo>(body),
                // Ours never transfers a group nor reads members.
                "/group/transfer_group"
                | "/group/get_group_member_user_id"
                | "/group/get_group_members_info" => {
                    skipped += 1;
                    continue;
                }
                other => panic!("{}: {other}", recording.place()),
            };
            assert!(equal, "{}: {body}", recording.place());
            checked += 1;
        }
    }
    assert!(checked > 250, "{checked}");
    println!("recordings: {checked} requests equal, {skipped} of kinds that we do not send");
}

#[test]
fn callbacks_are_known_correlate_and_are_written_byte_for_byte() {
    let mut by_command: BTreeMap<String, usize> = BTreeMap::new();
    let mut joined = 0;
    for recording in recordings() {
        let place = recording.place();
        for event in recording.list("receiver").iter().filter(|event| event["ev"] == "request") {
            let Some(line) = event.get("line").and_then(Value::as_str) else {
                let command = event["command"].as_str().unwrap();
                assert!(WebhookKey::from_command(command).is_some(), "{place}: {command}");
                continue;
            };
            let command = command_in_target(line.split(' ').nth(1).unwrap());
            let text = event["body"].as_str().unwrap();
            let body = callback::parse(command, text.as_bytes()).unwrap_or_else(|e| panic!("{place}: {e}"));
            assert_eq!(body.command(), command, "{place}");
            let ids: Vec<_> = operation_ids(header(event, "operationid"), Some(&body)).collect();
            assert!(!ids.is_empty() && ids.iter().all(|id| id.starts_with("op-")), "{place}: {ids:?}");
            joined += usize::from(ids.len() > 1);
            assert!(
                !body.group_id().is_empty() || command == "callbackBeforeCreateGroupCommand",
                "{place}: {text}"
            );
            let written = String::from_utf8(body.to_bytes().unwrap()).unwrap();
            assert_eq!(written, text, "{place}");
            assert_eq!(header(event, "content-length").unwrap(), written.len().to_string(), "{place}");
            *by_command.entry(command.to_owned()).or_default() += 1;
        }
    }
    assert!(joined > 0, "a callback with several operationIDs must be among them");
    assert_eq!(by_command.len(), 10, "{by_command:?}");
    let total: usize = by_command.values().sum();
    println!("recordings: {total} callbacks byte for byte, {by_command:?}");
}

fn header<'a>(event: &'a Value, name: &str) -> Option<&'a str> {
    let headers = event["headers"].as_array()?;
    let found = headers.iter().find(|pair| pair[0].as_str().is_some_and(|n| n.eq_ignore_ascii_case(name)))?;
    found[1].as_str()
}

/// Recorded texts, of which the next test makes wrong ones.
fn texts() -> &'static [(String, bool)] {
    static TEXTS: std::sync::OnceLock<Vec<(String, bool)>> = std::sync::OnceLock::new();
    TEXTS.get_or_init(|| {
        let mut texts = Vec::new();
        for recording in recordings() {
            let bodies = recording.list("api").iter().filter_map(|c| Some((c.get("response_body")?, false)));
            let callbacks = recording.list("receiver").iter().filter_map(|e| Some((e.get("body")?, true)));
            texts.extend(bodies.chain(callbacks).filter_map(|(t, c)| Some((t.as_str()?.to_owned(), c))));
        }
        texts
    })
}

proptest! {
    #[test]
    fn damaged_recordings_make_no_reader_panic(
        pick in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..6),
        key in any::<prop::sample::Index>(),
    ) {
        let (text, is_callback) = pick.get(texts());
        let mut bytes = text.clone().into_bytes();
        for (at, byte, how) in changes {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at),
                _ => bytes.insert(at, byte),
            }
        }
        let _ = Envelope::parse(&bytes);
        let answer = classify(200, &bytes, Operation::Create);
        prop_assert!(answer.text.is_none_or(|t| t.chars().count() <= 300));
        let key = key.get(WebhookKey::ALL);
        for command in key.commands() {
            let _ = callback::parse(command, &bytes);
        }
        if *is_callback {
            let lossy = String::from_utf8_lossy(&bytes);
            // JSON is YAML, and this one has mappings and lists where none belong.
            let _ = WebhooksYml::parse(&lossy);
            let _ = WebhooksYml::parse(&format!("beforeCreateGroup: {lossy}"));
        }
    }
}
