//! The lines of real servers: all parse, causes are those of the API's answers, pairs those of the receiver's clock.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use openim_bench::logs::{Call, FailedLine, Outcome, Pairs, Reading, Records, Told};
use openim_bench::wire::api::Operation;
use openim_bench::wire::failure::{FailureKind, classify, resolve_hidden};
use serde_json::Value;

use crate::sim::logs::lines::{CUT, all, version};

/// What a recording's lines tell.
fn told(lines: &[String]) -> (Vec<Call>, Vec<FailedLine>) {
    let (mut records, mut pairs, reading) = (Records::default(), Pairs::default(), Reading::default());
    let mut told = Vec::new();
    for line in lines.iter().filter(|line| *line != CUT).flat_map(|record| record.split('\n')) {
        records.line(line.as_bytes(), &mut |entry| {
            if let Some(event) = reading.of(entry) {
                pairs.take(&event, &mut |what| told.push(what));
            }
        });
    }
    records.finish();
    pairs.finish(&mut |what| told.push(what));
    assert_eq!(records.counts.foreign, 0, "{:?}", records.counts.samples);
    assert_eq!(records.counts.records as usize, lines.iter().filter(|line| *line != CUT).count());
    let (mut calls, mut failures) = (Vec::new(), Vec::new());
    for what in told {
        match what {
            Told::Call(call) => calls.push(call),
            Told::Failure(line) => failures.push(line),
        }
    }
    (calls, failures)
}

/// The recording that lines belong to; none for the JSON logs unless their own recordings are at hand.
fn recording(folder: &str, scenario: &str) -> Option<Value> {
    let own = std::env::var_os("OPENIM_RECORDINGS").map(PathBuf::from);
    let root = own.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings"));
    let text = std::fs::read_to_string(root.join(folder).join(format!("{scenario}.json"))).ok()?;
    serde_json::from_str(&text).ok()
}

#[test]
fn every_recorded_line_is_one_of_openims_and_none_is_foreign() {
    let mut total = 0;
    for (_, scenarios) in all() {
        for (_, lines) in scenarios {
            total += lines.iter().filter(|line| *line != CUT).count();
            told(&lines);
        }
    }
    println!("{total} recorded lines parsed, none foreign");
    assert!(total > 900, "too few to mean anything: {total}");
}

fn header<'a>(event: &'a Value, name: &str) -> &'a str {
    let headers = event["headers"].as_array().into_iter().flatten();
    let found = headers.into_iter().find(|pair| pair[0].as_str() == Some(name));
    found.and_then(|pair| pair[1].as_str()).unwrap_or_default()
}

/// OperationID and command → seconds from request to reply, in order.
fn received(recording: &Value) -> BTreeMap<(String, String), Vec<f64>> {
    let mut open: BTreeMap<i64, ((String, String), f64)> = BTreeMap::new();
    let mut found: BTreeMap<_, Vec<(f64, f64)>> = BTreeMap::new();
    for event in recording["receiver"].as_array().into_iter().flatten() {
        let (conn, at) = (event["conn"].as_i64().unwrap_or(-1), event["at"].as_f64().unwrap_or(0.0));
        match event["ev"].as_str() {
            Some("request") => {
                let target = event["line"].as_str().unwrap_or_default().split(' ').nth(1).unwrap_or_default();
                let command = openim_bench::wire::callback::command_in_target(target).to_owned();
                open.insert(conn, ((header(event, "Operationid").to_owned(), command), at));
            }
            Some("replied") => {
                if let Some((key, begun)) = open.remove(&conn) {
                    found.entry(key).or_default().push((begun, at - begun));
                }
            }
            _ => {}
        }
    }
    let in_order = |mut times: Vec<(f64, f64)>| {
        times.sort_by(|a, b| a.0.total_cmp(&b.0));
        times.into_iter().map(|(_, took)| took).collect()
    };
    found.into_iter().map(|(key, times)| (key, in_order(times))).collect()
}

#[test]
fn a_pair_lasts_as_long_as_the_receiver_took_within_five_milliseconds() {
    let (mut compared, mut exceptions) = (0, Vec::new());
    for (folder, scenarios) in all() {
        for (scenario, lines) in scenarios {
            let Some(recording) = recording(&folder, &scenario) else { continue };
            let received = received(&recording);
            let mut pairs: BTreeMap<(String, String), Vec<f64>> = BTreeMap::new();
            for call in told(&lines).0.iter().filter(|call| call.outcome == Outcome::Answered) {
                let key = (call.begun.operation.clone(), call.begun.command().to_owned());
                pairs.entry(key).or_default().push(call.took_us().unwrap() as f64 / 1e6);
            }
            for (key, took) in pairs {
                let Some(by_receiver) = received.get(&key) else { continue };
                for (log, receiver) in took.iter().zip(by_receiver) {
                    compared += 1;
                    if (log - receiver).abs() > 0.005 {
                        exceptions.push(format!("{folder}/{scenario} {key:?}: {log:.3} s, {receiver:.4} s"));
                    }
                }
            }
        }
    }
    println!("{compared} pairs compared, {} exceptions:\n{}", exceptions.len(), exceptions.join("\n"));
    assert!(compared > 100, "too few to mean anything: {compared}");
    assert!(exceptions.len() * 100 <= compared, "{} of {compared}: {exceptions:#?}", exceptions.len());
}

/// What the API's answer says of the call.
fn by_answer(call: &Value, timeout_s: Option<i64>) -> Result<(), FailureKind> {
    let path = call["path"].as_str().unwrap_or_default();
    let operation = if path.ends_with("/create_group") { Operation::Create } else { Operation::Invite };
    let status = u16::try_from(call["status"].as_u64().unwrap_or(0)).unwrap_or(0);
    let body = call["response_body"].as_str().unwrap_or_default();
    let result = classify(status, body.as_bytes(), operation).result;
    match result {
        Err(FailureKind::WebhookCauseHidden) => {
            let waited = (call["seconds"].as_f64().unwrap_or(0.0) * 1e6) as u64;
            Err(resolve_hidden(waited, timeout_s))
        }
        other => other,
    }
}

/// What the log says of an operation's failure.
fn by_log(calls: &[Call], failures: &[FailedLine], operation: &str) -> Option<FailureKind> {
    let failed =
        calls.iter().filter(|call| call.begun.operation == operation).find_map(|call| match call.outcome {
            Outcome::Failed(kind) => Some(kind),
            _ => None,
        });
    failed.or_else(|| failures.iter().find(|f| f.operation == operation && f.group).map(|f| f.kind))
}

fn is_webhooks(kind: FailureKind) -> bool {
    kind.is_90004() || matches!(kind, FailureKind::WebhookBadAnswer | FailureKind::WebhookRejected(_))
}

/// Recordings keep the first lines only.
const KEPT_LINES: usize = 40;

#[test]
fn causes_are_those_that_the_api_answered() {
    let (mut compared, mut webhooks, mut differences) = (0, 0, Vec::new());
    for (folder, scenarios) in all() {
        let base = folder.trim_end_matches("-jsonlog").trim_end_matches("-nomsg");
        for (scenario, lines) in scenarios {
            let Some(recording) = recording(&folder, &scenario).or_else(|| recording(base, &scenario)) else {
                continue;
            };
            let (calls, failures) = told(&lines);
            let cut = lines.len() >= KEPT_LINES || lines.last().is_some_and(|line| line == CUT);
            for answer in recording["api"].as_array().into_iter().flatten() {
                let operation = answer["request_headers"]["operationID"].as_str().unwrap_or_default();
                let timeout =
                    calls.iter().find(|c| c.begun.operation == operation).and_then(|c| c.begun.timeout_s);
                let (told, answered) =
                    (by_log(&calls, &failures, operation), by_answer(answer, timeout).err());
                // The API process refuses some calls by itself, without a line; a cut log has not all of them.
                let silent = told.is_none() && (cut || answered.is_none_or(|kind| !is_webhooks(kind)));
                if operation.is_empty() || (silent && answered.is_some()) {
                    continue;
                }
                compared += 1;
                webhooks += usize::from(answered.is_some_and(is_webhooks));
                if told != answered && !differs_rightly(&folder, answered, told) {
                    differences.push(format!("{folder}/{scenario} {operation}: {told:?}, API {answered:?}"));
                }
            }
        }
    }
    println!(
        "{compared} API answers compared, {webhooks} of them about webhooks, {} differ",
        differences.len()
    );
    assert!(webhooks >= 30, "too few to mean anything: {webhooks} of {compared}");
    assert!(differences.is_empty(), "{differences:#?}");
}

/// main as several processes answers a rejection with errCode 0 as a success; its log knows better.
fn differs_rightly(folder: &str, answered: Option<FailureKind>, told: Option<FailureKind>) -> bool {
    let several = version(folder).build == openim_bench::wire::Build::Main;
    several && answered.is_none() && told == Some(FailureKind::WebhookRejected(0))
}
