//! Holds our types and our reading of failures against what real servers of six builds said:
//! every answer has the expected kind, every request that we would send and every callback
//! survives being read and written, byte for byte where the simulator will write it.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a recording that cannot be read must stop the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use openim_bench::wire::api::{self, Envelope, Operation, path};
use openim_bench::wire::callback::{self, command_in_target, operation_ids};
use openim_bench::wire::failure::{Classified, classify};
use openim_bench::wire::gojson::to_go_json_bare;
use openim_bench::wire::webhooks_yml::WebhooksYml;
use openim_bench::wire::{FailureKind, WebhookKey};
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

const BUILDS: [&str; 6] = ["v3.7.0", "v3.8.0", "v3.8.3", "v3.8.3-patch.16", "main-multiprocess", "main"];

struct Recording {
    build: String,
    scenario: String,
    text: String,
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
            let text = fs::read_to_string(&file).unwrap();
            let json = serde_json::from_str(&text).unwrap();
            let scenario = file.file_stem().unwrap().to_str().unwrap().to_owned();
            all.push(Recording { build: build.to_owned(), scenario, text, json });
        }
    }
    all
}

/// An answer as the client saw it, understood; the time resolves what v3.8.3 hides.
fn answers(recording: &Recording) -> Vec<(String, Classified)> {
    let understood = |path: &str, status: u64, body: &[u8], seconds: f64| {
        let elapsed_us = (seconds * 1e6) as u64;
        let answer = classify(u16::try_from(status).unwrap(), body, operation(path), elapsed_us);
        (path.to_owned(), answer.resolved(|_| Some(recording.timeout_s())))
    };
    let calls = recording.list("api").iter().filter(|call| call.get("status").is_some()).map(|call| {
        let (status, seconds) = (call["status"].as_u64().unwrap(), call["seconds"].as_f64().unwrap());
        match call.get("response_body") {
            Some(body) => understood(call["path"].as_str().unwrap(), status, body.as_str().unwrap().as_bytes(), seconds),
            // Scenarios with many calls kept code and detail only.
            None => understood(Operation::Create.path(), status, &shortened(call), seconds),
        }
    });
    let timeline = recording
        .list("timeline")
        .iter()
        .filter(|event| event["ev"] == "create_group_answered")
        .map(|event| understood(Operation::Create.path(), 200, &shortened(event), event["seconds"].as_f64().unwrap()));
    calls.chain(timeline).collect()
}

fn shortened(call: &Value) -> Vec<u8> {
    let detail = call.get("errDlt").cloned().unwrap_or_default();
    let data = if call["errCode"] == 0 { json!({"groupInfo": {"groupID": "1"}}) } else { Value::Null };
    json!({"errCode": call["errCode"], "errMsg": detail, "errDlt": detail, "data": data}).to_string().into_bytes()
}

fn operation(path: &str) -> Operation {
    // The answers of calls that are no load have no group to look for either.
    let known = Operation::ALL.into_iter().find(|operation| operation.path() == path);
    known.unwrap_or(Operation::Apply)
}

fn name(result: Result<(), FailureKind>) -> String {
    result.err().map_or_else(|| "ok".to_owned(), FailureKind::name)
}

/// Expected kinds of a scenario's answers in order; the first row that fits counts. Builds:
/// `*` all, `old` 3.7.0 and 3.8.0. One kind stands for all answers of a scenario.
const EXPECTED: &[(&str, &str, &[&str])] = &[
];

fn expected(recording: &Recording) -> Option<&'static [&'static str]> {
    let fits = |builds: &str| match builds {
        "*" => true,
        "old" => ["v3.7.0", "v3.8.0"].contains(&recording.build.as_str()),
        build => build == recording.build,
    };
    let row = EXPECTED.iter().find(|(scenario, builds, _)| *scenario == recording.scenario && fits(builds));
    row.map(|(_, _, kinds)| *kinds)
}

#[test]
fn zz_dump() {
    let mut rows: BTreeMap<String, BTreeMap<String, Vec<String>>> = BTreeMap::new();
    for recording in recordings() {
        let mut kinds: Vec<String> = answers(&recording).iter().map(|(_, a)| name(a.result)).collect();
        if kinds.len() > 40 { kinds.dedup(); }
        rows.entry(recording.scenario.clone()).or_default().entry(kinds.join(",")).or_default().push(recording.build.clone());
        let _ = expected(&recording);
    }
    for (s, r) in rows { for (k, b) in r { println!("{s}: {k}   {b:?}"); } }
}
