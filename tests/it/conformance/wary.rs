//! The comparison itself is held to account: a recording in which one thing is changed
//! must be found different.

use openim_bench::probe::recording::{self, Recording};
use openim_bench::probe::replay::{Lateness, Outcome, compare, play};
use serde_json::{Value, json};

fn recording(folder: &str, scenario: &str) -> Recording {
    // Always the repository's own: others may not have this scenario.
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let (all, _) = recording::load(&root).unwrap();
    all.into_iter().find(|r| r.folder == folder && r.scenario == scenario).unwrap()
}

/// A change, by what it should be noticed.
type Change = (&'static str, fn(&mut Value));

fn replace(place: &mut Value, from: &str, to: &str) {
    let text = place.as_str().unwrap();
    assert!(text.contains(from), "{text}");
    *place = json!(text.replace(from, to));
}

/// The n-th callback.
fn request(json: &mut Value, n: usize) -> &mut Value {
    let events = json["receiver"].as_array_mut().unwrap().iter_mut();
    events.filter(|e| e["ev"] == "request").nth(n).unwrap()
}

fn remove_request(json: &mut Value, n: usize) -> Value {
    let events = json["receiver"].as_array_mut().unwrap();
    let at = events.iter().enumerate().filter(|(_, e)| e["ev"] == "request").nth(n).unwrap().0;
    events.remove(at)
}

const FLOW: &[Change] = &[
    ("errCode", |j| replace(&mut j["api"][1]["response_body"], r#""errCode":0"#, r#""errCode":1"#)),
    ("errMsg", |j| replace(&mut j["api"][2]["response_body"], r#""errMsg":"""#, r#""errMsg":"x""#)),
    ("data", |j| replace(&mut j["api"][0]["response_body"], r#""memberCount":5"#, r#""memberCount":4"#)),
    ("keys", |j| replace(&mut j["api"][1]["response_body"], r#""errDlt":"""#, r#""errDlt":"","data":null"#)),
    ("headers", |j| j["api"][0]["response_headers"][1][0] = json!("X-Other")),
    ("Content-Type", |j| j["api"][0]["response_headers"][0][1] = json!("text/plain")),
    ("status", |j| j["api"][0]["status"] = json!(500)),
    // Held by the webhook server: how long a create took beside that is not compared.
    ("time", |j| {
        let events = j["receiver"].as_array_mut().unwrap().iter_mut();
        let replied = events.into_iter().find(|e| e["ev"] == "replied").unwrap();
        replied["at"] = json!(replied["at"].as_f64().unwrap() + 3.0);
        j["api"][0]["seconds"] = json!(3.1);
    }),
    ("request line", |j| replace(&mut request(j, 0)["line"], "callbackExample", "other")),
    ("headers", |j| request(j, 0)["headers"][4][0] = json!("operationID")),
    ("header User-Agent", |j| request(j, 1)["headers"][1][1] = json!("curl")),
    ("headers", |j| request(j, 1)["headers"].as_array_mut().unwrap().swap(1, 2)),
    ("body", |j| replace(&mut request(j, 2)["body"], r#""roleLevel":60"#, r#""roleLevel":20"#)),
    ("body", |j| replace(&mut request(j, 0)["body"], "\n", "")),
    ("callbacks of", |j| {
        remove_request(j, 2);
    }),
    ("callbacks of", |j| {
        let moved = remove_request(j, 0);
        j["receiver"].as_array_mut().unwrap().insert(3, moved);
    }),
];

#[tokio::test]
async fn every_kind_of_change_in_a_recording_is_found() {
    let recording = recording("main-multiprocess", "flow_invite_kick_quit_dismiss");
    let replayed = play(&recording, &Lateness::default()).await.unwrap();
    assert!(matches!(compare(&recording, &replayed), Outcome::Equal(_)));
    for (what, change) in FLOW {
        let mut changed = recording.clone();
        change(&mut changed.json);
        let Outcome::Differs(difference) = compare(&changed, &replayed) else {
            panic!("{what} was not seen")
        };
        assert!(difference.contains(what), "{what}: {difference:?}");
    }
}

#[tokio::test]
async fn another_error_text_and_another_server_are_found() {
    let closed = recording("main", "close_without_answer");
    let replayed = play(&closed, &Lateness::default()).await.unwrap();
    assert_eq!(compare(&closed, &replayed), Outcome::Equal([].into()));
    let mut other = closed.clone();
    replace(&mut other.json["api"][0]["response_body"], "EOF HTTP request", "EOFF HTTP request");
    assert!(matches!(compare(&other, &replayed), Outcome::Differs(d) if d.contains("errDlt")));
    let mut tail = closed.clone();
    replace(&mut tail.json["api"][0]["response_body"], ", post url=", ", url=");
    assert!(matches!(compare(&tail, &replayed), Outcome::Differs(_)));
    let old = recording("v3.7.0", "close_without_answer");
    assert!(matches!(compare(&old, &replayed), Outcome::Differs(_)));
}
