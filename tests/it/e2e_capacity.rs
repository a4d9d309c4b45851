//! `capacity` from end to end on the simulator: a known limit, an interruption, the groups allowed, wrong usage.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Done, bench, run};

/// A server that makes 20 groups a second: one worker, 50 ms each.
fn search(out: &Path) -> Command {
    search_with(out, "4000")
}

fn search_with(out: &Path, groups: &str) -> Command {
    let mut command = bench();
    command.args(["capacity", "smoke", "--trial", "1s", "--width", "1.0", "--budget-groups", groups]);
    for set in [
        "target.sim.workers=1",
        "target.sim.service_time=\"50ms\"",
        "objective.p50=\"300ms\"",
        "limits.drain=\"3s\"",
        "load.users.pool=20",
    ] {
        command.args(["--set", set]);
    }
    command.args(["--format", "json", "--out"]).arg(out);
    command
}

fn folder(done: &Done) -> PathBuf {
    PathBuf::from(done.stderr.lines().last().unwrap_or_default().trim())
}

fn number(value: &Value, pointer: &str) -> f64 {
    value.pointer(pointer).and_then(Value::as_f64).unwrap_or_else(|| panic!("no {pointer} in {value:#}"))
}

fn valid_by_schema(result: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("results/capacity.schema.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(result), "{:?}", validator.iter_errors(result).next().map(|e| e.to_string()));
}

#[test]
fn an_interrupted_search_goes_on_and_brackets_the_known_capacity() {
    let dir = tempfile::tempdir().unwrap();
    // The trials allowed stop the first part; going on from the state is what follows an interruption, too.
    let first = run(search(dir.path()).args(["--from", "10", "--trials", "1"]));
    assert_eq!(first.json()["outcome"]["ended_by"], "trials", "{}", first.stderr);
    assert_eq!(first.json()["trials"].as_array().unwrap().len(), 1, "{}", first.stderr);
    let folder = folder(&first);
    for file in ["search.json", "capacity.json", "capacity.md", "trials"] {
        assert!(folder.join(file).exists(), "{file}");
    }
    let done = run(bench()
        .args(["capacity", "--trials", "5", "--budget-groups", "300", "--format", "json", "--resume"])
        .arg(&folder));
    let result = done.json();
    valid_by_schema(&result);
    assert!(done.stderr.contains("resumed: 1 trials"), "{}", done.stderr);
    assert_eq!(result["trials"][0]["run"], first.json()["trials"][0]["run"]);
    // A debug build on a busy machine may spoil trials or add to the service time, never speed it up.
    if result["outcome"]["ended_by"] == "invalid" {
        println!("this machine was too busy to measure the capacity");
        assert_eq!(done.code, 5, "{}", done.stderr);
        return;
    }
    let trials = result["trials"].as_array().unwrap();
    assert!(trials.iter().any(|t| t["verdict"] == "bad" && number(t, "/rate") <= 80.0), "{trials:#?}");
    if let Some(good) = result.pointer("/outcome/good").and_then(Value::as_f64) {
        assert!(good <= 21.0, "{result:#}");
        let levels = result["levels"].as_array().unwrap();
        assert!(
            levels.iter().any(|l| l["trial"]["timeouts"]["beforeCreateGroup"].is_object()),
            "{levels:#?}"
        );
    }
    assert!(!result["breaks_first"].as_array().unwrap().is_empty(), "{result:#}");
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_a_search_cleanly_and_keeps_its_state() {
    let dir = tempfile::tempdir().unwrap();
    let child = search(dir.path())
        .args(["--from", "4"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    let pid = rustix::process::Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["interrupted"], true, "{result:#}");
    let folder = std::fs::read_dir(dir.path()).unwrap().next().unwrap().unwrap().path();
    assert!(folder.join("search.json").is_file());
}

#[test]
fn the_groups_allowed_are_kept_and_the_estimate_names_them() {
    let dir = tempfile::tempdir().unwrap();
    let done = run(search_with(dir.path(), "60").args(["--from", "8"]));
    let result = done.json();
    assert_eq!(result["outcome"]["ended_by"], "groups", "{}", done.stderr);
    assert!(number(&result, "/groups") <= 60.0, "{result:#}");
    assert!(done.stderr.contains("60 groups"), "{}", done.stderr);
}

#[test]
fn wrong_usage_is_exit_2_and_names_the_flag() {
    for (args, word) in [
        (&["capacity"][..], "PROFILE"),
        (&["capacity", "smoke", "--from", "0"][..], "--from"),
        (&["capacity", "smoke", "--from", "5", "--to", "1"][..], "--to"),
        (&["capacity", "smoke", "--width", "0"][..], "--width"),
        (&["capacity", "smoke", "--trial", "1ms"][..], "--trial"),
        (&["capacity", "smoke", "--set", "load.arrivals=replay"][..], "load."),
        (&["capacity", "--resume", "/no/such/folder"][..], "/no/such/folder"),
        (&["capacity", "smoke", "--resume", "x"][..], "--resume"),
    ] {
        let done = run(bench().args(args));
        assert_eq!(done.code, 2, "{args:?}: {} {}", done.stdout, done.stderr);
        assert!(done.stderr.contains(word), "{args:?} lacks `{word}`: {}", done.stderr);
    }
}

#[test]
fn the_committed_schema_of_the_capacity_is_the_one_that_the_program_prints() {
    let printed = run(bench().args(["capacity", "--schema"]));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("results/capacity.schema.json");
    if std::env::var_os("OPENIM_BENCH_UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &printed.stdout).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == printed.stdout,
        "results/capacity.schema.json is out of date; run `OPENIM_BENCH_UPDATE_SCHEMA=1 cargo test --test it schema`"
    );
}
