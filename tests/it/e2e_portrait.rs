//! `run --portrait`: read before anything is sent, kept in the record, shown, and doubted where it does not fit.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::support::{Done, bench, run, run_load};

const PROFILE: &str = r#"
[target]
url = "sim"
[webhook]
listen = "127.0.0.1:0"
expect = ["beforeCreateGroup", "beforeMemberJoinGroup", "afterCreateGroup"]
timeout = { beforeMemberJoinGroup = 6 }
[load]
rate = 20.0
warmup = "500ms"
duration = "1s"
users = { pool = 20 }
"#;

fn timeout(seconds: f64) -> Value {
    json!({"enabled": true, "commands": [], "effective_timeout_s": {"state": "known", "evidence": "held",
        "case": "timeout_before_create", "value": {"value_s": seconds, "source": "measured"}}})
}

fn portrait() -> Value {
    json!({"format": 1, "made_at": "2026-01-02T03:04:05Z", "target": "sim", "simulated": true,
        "version": {"text": "3.8.0", "build": "3.8.0", "why": "as given"}, "field_of_a_later_version": 1,
        "keys": {"beforeCreateGroup": timeout(7.0), "beforeMemberJoinGroup": timeout(9.0)}})
}

/// The run and the folder that holds its record.
fn run_with(dir: &Path, portrait: &Value) -> Done {
    let file = dir.join("portrait.json");
    std::fs::write(&file, portrait.to_string()).unwrap();
    let profile = dir.join("profile.toml");
    std::fs::write(&profile, PROFILE).unwrap();
    run_load(|| {
        let mut command = bench();
        command.args(["run", "--quiet", "--format", "json", "--fail-on", "never", "--portrait"]).arg(&file);
        command.arg("--out").arg(dir.join("out")).arg(&profile);
        command
    })
}

fn codes(summary: &Value) -> Vec<&str> {
    summary["findings"].as_array().unwrap().iter().filter_map(|f| f["code"].as_str()).collect()
}

#[test]
fn a_portrait_gives_what_the_profile_leaves_open_and_is_kept_in_the_record() {
    let dir = tempfile::tempdir().unwrap();
    let done = run_with(dir.path(), &portrait());
    let summary = done.json();
    assert_eq!(summary["plan"]["treated_as"], "3.8.0", "the simulator imitates it: {}", done.stderr);
    assert_eq!(summary["plan"]["portrait"]["made_at"], "2026-01-02T03:04:05Z");
    assert_eq!(summary["plan"]["portrait"]["may_be_out_of_date"], true);
    let from = &summary["plan"]["timeouts_from"];
    assert_eq!(from["beforeCreateGroup"], "portrait");
    assert_eq!(from["beforeMemberJoinGroup"], "webhook.timeout");
    assert_eq!(summary["recommendations"]["beforeCreateGroup"]["present_s"], 7);
    assert_eq!(summary["recommendations"]["beforeMemberJoinGroup"]["present_s"], 6);
    let codes = codes(&summary);
    assert!(codes.contains(&"portrait_timeout_contradicted"), "9 s measured, 6 s given: {codes:?}");
    assert!(!codes.contains(&"portrait_version_contradicted") && !codes.contains(&"portrait_other_target"));
    let record: PathBuf = done.record();
    let header: Value = serde_json::from_slice(&std::fs::read(record.join("run.json")).unwrap()).unwrap();
    assert_eq!(header["portrait"]["keys"]["beforeCreateGroup"], portrait()["keys"]["beforeCreateGroup"]);
    let report = std::fs::read_to_string(record.join("report.md")).unwrap();
    assert!(report.contains("portrait used: a simulator 3.8.0 at sim"), "{report}");
}

#[test]
fn a_portrait_of_something_else_is_a_warning() {
    let dir = tempfile::tempdir().unwrap();
    let mut other = portrait();
    other["target"] = json!("http://127.0.0.1:1");
    other["simulated"] = json!(false);
    let done = run_with(dir.path(), &other);
    let summary = done.json();
    assert!(codes(&summary).contains(&"portrait_other_target"), "{:?}", codes(&summary));
    assert!(done.stderr.contains("http://127.0.0.1:1"), "said before the load too: {}", done.stderr);
}

#[test]
fn a_file_that_is_no_portrait_ends_the_run_before_anything_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("p.json");
    for (text, part) in [
        (Some("{}"), "has no `format` number"),
        (Some("not json"), "no JSON"),
        (Some(r#"{"format": 77}"#), "newer openim-bench"),
        (None, "cannot read"),
    ] {
        let _ = std::fs::remove_file(&file);
        if let Some(text) = text {
            std::fs::write(&file, text).unwrap();
        }
        let out = dir.path().join("out");
        let mut command = bench();
        command.args(["run", "smoke", "--quiet", "--portrait"]).arg(&file).arg("--out").arg(&out);
        let done = run(&mut command);
        assert_eq!(done.code, 2, "{part}: {}", done.stderr);
        assert!(done.stderr.contains("--portrait") && done.stderr.contains(part), "{part}: {}", done.stderr);
        assert!(!out.exists(), "nothing was begun");
    }
}
