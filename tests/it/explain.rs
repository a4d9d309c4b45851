//! `explain` on what real servers answered: the causes hold what the receiver really did.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use openim_bench::analysis::explain::{Asked, Elapsed, Explanation, explain};
use openim_bench::wire::OpenimVersion;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{bench, run};

const DEADLINE: [&str; 4] = ["reentrant_starvation", "slow_handler", "pool_full", "unreachable"];

/// An answer with an errCode, and where it was recorded.
struct Failed {
    version: String,
    scenario: String,
    behaviour: Value,
    answer: Value,
    seconds: Option<f64>,
}

impl Failed {
    fn place(&self) -> String {
        format!("{} {} {}", self.version, self.scenario, self.answer)
    }

    fn code(&self) -> i64 {
        self.answer["errCode"].as_i64().unwrap()
    }

    fn elapsed(&self) -> Option<Elapsed> {
        self.seconds.map(|s| format!("{s}s").parse().unwrap())
    }
}

fn asked<'a>(text: &'a str) -> Asked<'a> {
    Asked { text, elapsed: None, version: None }
}

fn names(explanation: &Explanation) -> BTreeSet<&'static str> {
    explanation.causes.iter().map(|c| c.cause).collect()
}

fn set<const N: usize>(names: [&'static str; N]) -> BTreeSet<&'static str> {
    names.into_iter().collect()
}

/// The answer of a call: as text, or cut down to its codes where there were many.
fn answer(call: &Value) -> Option<Value> {
    match call["response_body"].as_str() {
        Some(body) => serde_json::from_str(body).ok(),
        None => call.get("errCode").map(|code| json!({ "errCode": code, "errDlt": call["errDlt"] })),
    }
}

fn failed() -> Vec<Failed> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let mut all = Vec::new();
    for version in ["v3.7.0", "v3.8.0", "v3.8.3", "v3.8.3-patch.16", "main-multiprocess", "main"] {
        for entry in std::fs::read_dir(folder.join(version)).unwrap() {
            let recording: Value =
                serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
            for list in ["api", "timeline"] {
                for call in recording[list].as_array().into_iter().flatten() {
                    let Some(answer) = answer(call).filter(|a| a["errCode"].as_i64().is_some_and(|c| c != 0))
                    else {
                        continue;
                    };
                    all.push(Failed {
                        version: version.to_owned(),
                        scenario: recording["scenario"].as_str().unwrap().to_owned(),
                        behaviour: recording["receiver_behaviour"].clone(),
                        answer,
                        seconds: call["seconds"].as_f64(),
                    });
                }
            }
        }
    }
    all
}

/// What a recording is about where that is not the receiver's doing.
fn by_scenario(failed: &Failed) -> Option<&'static str> {
    Some(match failed.scenario.as_str() {
        "refused" => "refused",
        "dns_failure" => "no_such_host",
        "scheme_webhook" => "shipped_url",
        "no_scheme" => "bad_url",
        "reentrant_starvation" => "reentrant_starvation",
        "create_client_group_id" | "invite_by_admin" => "already_there",
        "dismiss_keep_members" if failed.code() == 500 => "internal_error",
        "dismiss_keep_members" | "dismiss_delete_members" => "not_found",
        "flow_invite_kick_quit_dismiss" | "flow_join_direct" | "flow_join_request" => "max_seq",
        "group_process_down" | "group_process_stopped" => "group_process_down",
        "join_entry_no_userid" => "entry_without_user",
        "errors_api" => match failed.code() {
            1002 => "no_permission",
            1004 | 1101 => "not_found",
            1102 => "already_there",
            1503 => "token",
            _ => "bad_request",
        },
        _ => return None,
    })
}

/// What the receiver's script for one command makes of a call.
fn by_script(script: &Value, code: i64) -> Option<&'static str> {
    let has = |key: &str| script.get(key).is_some_and(|v| !v.is_null() && v != &json!(false));
    if has("reset") || has("close") {
        return Some("connection_closed");
    }
    if has("slowbody") {
        return Some("late_body");
    }
    if code == 90004 && has("sleep") {
        return Some("slow_handler");
    }
    match script.get("body")? {
        Value::String(text) if text.trim_start().starts_with('<') => Some("html_answer"),
        Value::String(text) if text.is_empty() => Some("empty_answer"),
        Value::String(text) => match serde_json::from_str::<Value>(text) {
            Ok(_) => Some("wrong_shape"),
            Err(_) => Some("text_answer"),
        },
        Value::Object(body) if code == 90007 || !body.contains_key("nextCode") => Some("wrong_shape"),
        Value::Object(body) if body.get("errCode").and_then(Value::as_i64).unwrap_or(0) <= 0 => {
            Some("rejected_without_code")
        }
        Value::Object(_) => Some("rejected"),
        _ => Some("wrong_shape"),
    }
}

fn truth(failed: &Failed) -> BTreeSet<&'static str> {
    if let Some(cause) = by_scenario(failed) {
        return set([cause]);
    }
    let scripts = failed.behaviour.as_object().into_iter().flatten();
    scripts.filter_map(|(_, script)| by_script(script, failed.code())).collect()
}

#[test]
fn the_causes_of_every_recorded_failure_hold_what_its_receiver_did() {
    let all = failed();
    assert!(all.len() > 250, "{} failures", all.len());
    let mut wrong = BTreeMap::new();
    for failed in &all {
        let text = failed.answer.to_string();
        let version: OpenimVersion = failed.version.trim_end_matches("-multiprocess").parse().unwrap();
        let truth = truth(failed);
        for (elapsed, version) in [(None, None), (failed.elapsed(), Some(&version))] {
            let named = names(&explain(Asked { text: &text, elapsed, version }));
            if truth.is_disjoint(&named) {
                wrong.insert(failed.place(), format!("{truth:?} is not in {named:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_recorded_failure_has_one_cause_unless_its_text_cannot_tell() {
    for failed in failed() {
        let texts = failed.answer.to_string();
        let explanation = explain(asked(&texts));
        let named = names(&explanation);
        if texts.contains("\"Error: HTTP request failed") {
            assert_eq!(named.len(), 11, "{}", failed.place());
        } else if texts.contains("deadline exceeded") && !texts.contains("response body") {
            assert_eq!(named, set(DEADLINE), "{}", failed.place());
        } else if failed.code() != 14 && failed.code() != 500 && failed.code() != 2 {
            assert!(explanation.told_apart, "{}: {named:?}", failed.place());
        }
    }
}

#[test]
fn a_text_that_hides_its_cause_is_narrowed_by_the_time_and_says_so() {
    let text = r#"{"errCode":90004,"errMsg":"NetworkError","errDlt":"Error: HTTP request failed | -> a() /b.go:1, post url=http://h:1/callbackBeforeCreateGroupCommand"}"#;
    let at = |elapsed: &str| explain(Asked { elapsed: Some(elapsed.parse().unwrap()), ..asked(text) });
    assert_eq!(names(&at("5.003s")), set(DEADLINE));
    assert_eq!(names(&at("15.02s")), set(DEADLINE));
    let fast = names(&at("3ms"));
    assert!(fast.contains("refused") && fast.is_disjoint(&set(DEADLINE)), "{fast:?}");
    assert_eq!(names(&at("5.5s")).len(), 11, "in between nothing is ruled out");
    assert!(at("15.02s").notes.iter().any(|n| n.en().contains("cap of 15 s")));
    let without = explain(asked(text));
    assert!(without.notes.iter().any(|n| n.contains("--elapsed")));
    assert_eq!(without.recognised.webhook, Some("beforeCreateGroup"));
}

#[test]
fn renaming_the_command_is_called_wrong_where_a_callback_failed_and_only_there() {
    let told = |text: &str| {
        let notes = explain(asked(text)).notes;
        notes.iter().any(|n| {
            n.contains("Do not rename callbackBeforeMemberJoinGroupCommand") && n.zh().contains("改名")
        })
    };
    assert!(told("90004"));
    assert!(told(
        r#"{"errCode":90007,"errMsg":"DataError","errDlt":"invalid character '<' response format error"}"#
    ));
    assert!(!told(r#"{"errCode":1002,"errMsg":"NoPermissionError","errDlt":""}"#));
}

#[test]
fn an_error_is_read_out_of_text_around_it_and_out_of_escaped_json() {
    for (text, cause) in [
        (
            "2026-11-24 WARN [api] got {\"errCode\":90004,\"errMsg\":\"NetworkError\",\"errDlt\":\"Post \\\"http://a/b\\\": EOF HTTP request failed\"} {\"timeout\":5}",
            "connection_closed",
        ),
        (
            "{\"level\":\"error\",\"body\":\"{\\\"errCode\\\":1004,\\\"errMsg\\\":\\\"RecordNotFoundError\\\",\\\"errDlt\\\":\\\"\\\"}\"}",
            "not_found",
        ),
        (
            "{\"level\":\"warn\",\"timeout\":5,\"error\":\"HTTP request failed: Post \\\"http://eof:1/b\\\": dial tcp 10.0.0.1:1: connect: connection refused, post url=http://eof:1/b: 90004 NetworkError\"}",
            "refused",
        ),
        ("errCode: 4001, errMsg: no", "rejected"),
        ("404 page not found", "not_the_api"),
        ("HTTP/1.1 429 Too Many Requests", "rate_limited"),
        ("dial tcp: lookup web on 127.0.0.11:53: no such host", "no_such_host"),
        ("x509: certificate signed by unknown authority", "tls"),
        ("unsupported protocol scheme \"webhook\"", "shipped_url"),
        ("stopped after 10 redirects", "not_http"),
        ("group id gen error 90007 DataError", "group_ids_taken"),
        ("1506 TokenKickedError", "token"),
        ("invalid character 'o' looking for beginning of value", "text_answer"),
        ("unexpected end of JSON input", "empty_answer"),
        ("unexpected end of JSON input", "bad_request"),
    ] {
        let named = names(&explain(asked(text)));
        assert!(named.contains(cause), "{text}: {named:?}");
    }
}

#[test]
fn a_line_of_a_real_log_names_the_cause_as_well_as_the_answer_does() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/server_log");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let scenarios: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for (scenario, cause) in [
            ("answer_200_html", "html_answer"),
            ("close_without_answer", "connection_closed"),
            ("timeout_before_join", "slow_handler"),
            ("reject_4001", "rejected"),
        ] {
            for line in strings(&scenarios[scenario]) {
                let failed = ["90004", "90007", "HTTP request failed", "(4001)", "\\\"errCode\\\":4001"];
                if line.contains("success") || !failed.iter().any(|mark| line.contains(mark)) {
                    continue;
                }
                seen += 1;
                let named = names(&explain(asked(line)));
                assert!(named.contains(cause), "{} {scenario}: {named:?}\n{line}", path.display());
                assert!(!named.contains("api_unreachable"), "{line}");
            }
        }
    }
    assert!(seen > 60, "{seen} lines");
}

/// Every string in a JSON value.
fn strings(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(list) => list.iter().flat_map(strings).collect(),
        Value::Object(map) => map.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn words_that_nobody_signed_may_be_the_callers_own_error() {
    let explanation = explain(asked("context deadline exceeded"));
    let mut expected = set(DEADLINE);
    expected.insert("api_unreachable");
    assert_eq!(names(&explanation), expected);
}

#[test]
fn every_command_that_is_recommended_is_one_that_the_program_accepts() {
    let mut seen = BTreeSet::new();
    let texts =
        failed().into_iter().map(|f| f.answer.to_string()).chain(["90004".to_owned(), "90007".to_owned()]);
    for cause in texts.flat_map(|text| explain(asked(&text)).causes) {
        assert!(!cause.next.is_empty(), "{}", cause.cause);
        seen.extend(cause.next);
    }
    assert!(seen.len() >= 5, "{seen:?}");
    for command in seen {
        let parsed = openim_bench::cli::command().try_get_matches_from(command.split(' '));
        assert!(parsed.is_ok(), "{command}: {}", parsed.err().unwrap());
    }
}

#[test]
fn the_json_has_a_stable_shape_in_either_language() {
    let text = r#"{"errCode":90007,"errMsg":"DataError","errDlt":"unexpected end of JSON input response format error"}"#;
    let said = ["en", "zh"].map(|lang| {
        let done = run(bench().args([
            "explain",
            text,
            "--format",
            "json",
            "--version",
            "3.7.0",
            "--elapsed",
            "3ms",
            "--lang",
            lang,
        ]));
        assert_eq!(done.code, 0, "{}", done.stderr);
        done.json()
    });
    assert_eq!(said[0], said[1]);
    let keys = |value: &Value| {
        value
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
            .join(" ")
    };
    assert_eq!(keys(&said[0]), "causes format notes recognised told_apart");
    assert_eq!(keys(&said[0]["causes"][0]), "cause next rules_out shows title");
    assert_eq!(
        keys(&said[0]["recognised"]),
        "build command elapsed_s err_code kind post_url text version webhook"
    );
    assert_eq!((&said[0]["format"], &said[0]["causes"][0]["cause"]), (&json!(1), &json!("empty_answer")));
}

#[test]
fn standard_input_is_read_and_both_languages_are_spoken() {
    for (lang, words) in [("en", "Ruled out if"), ("zh", "符合的原因")] {
        for dash in [&["-"][..], &[]] {
            let mut command = bench();
            command.arg("explain").args(dash).args(["--lang", lang]);
            let mut child =
                command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
            child.stdin.take().unwrap().write_all(b"90004 context deadline exceeded").unwrap();
            let output = child.wait_with_output().unwrap();
            let stdout = String::from_utf8(output.stdout).unwrap();
            assert!(output.status.success() && stdout.contains(words), "{lang}: {stdout}");
        }
    }
}

#[test]
fn an_unknown_text_is_called_unknown_and_ends_in_exit_code_2() {
    let done = run(bench().args(["explain", "the cat sat on the mat"]));
    assert_eq!(done.code, 2);
    assert!(done.stdout.contains("nothing that OpenIM says"), "{}", done.stdout);
    assert_eq!(run(bench().arg("explain")).code, 2, "nothing on standard input");
    assert_eq!(run(bench().args(["explain", "90004", "--elapsed", "soon"])).code, 2);
}

/// Texts of the recordings with pieces cut out, doubled, or replaced.
fn mutated() -> impl Strategy<Value = String> {
    let texts: BTreeSet<String> = failed().into_iter().map(|f| f.answer.to_string()).collect();
    let texts: Vec<String> = texts.into_iter().collect();
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), ".{0,6}|[{}\"\\\\\\[\\]]{1,4}");
    (prop::sample::select(texts), prop::collection::vec(change, 0..4)).prop_map(|(text, changes)| {
        let mut chars: Vec<char> = text.chars().collect();
        for (from, length, new) in changes {
            let from = from.index(chars.len() + 1);
            let to = (from + length.index(40)).min(chars.len());
            chars.splice(from..to, new.chars());
        }
        chars.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn no_text_makes_it_panic(text in prop_oneof![mutated(), "(?s).{0,200}", "\\PC{0,200}"], us in any::<u64>()) {
        let elapsed = format!("{us}ms").parse().ok();
        let explanation = explain(Asked { text: &text, elapsed, version: None });
        prop_assert_eq!(explanation.causes.is_empty(), explanation.recognised.kind.is_none());
        prop_assert!(!explanation.notes.is_empty() || explanation.told_apart);
    }
}
