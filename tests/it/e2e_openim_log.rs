//! A run joined with OpenIM's own log, as the simulator writes it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::{Done, Sim, bench, free_port, run, run_load, webhooks_yml};

const KEYS: [&str; 3] = ["beforeCreateGroup", "beforeMemberJoinGroup", "afterCreateGroup"];

/// The simulator with its log, and the address it calls back to.
fn sim(version: &str, dir: &Path, args: &[&str]) -> (Sim, u16, PathBuf) {
    let port = free_port();
    let yml = webhooks_yml(&format!("http://127.0.0.1:{port}/callbackExample"), true, 15);
    let logs = dir.join("logs");
    let args = [&["--log-dir", logs.to_str().unwrap()], args].concat();
    let sim = Sim::start_with(version, dir, &yml, &args);
    let file = std::fs::read_dir(&logs).unwrap().next().expect("a log file").unwrap().path();
    (sim, port, file)
}

fn load(sim: &Sim, port: u16, out: &Path, log: Option<&Path>, sets: &[&str]) -> Done {
    run_load(|| {
        let mut command = bench();
        command.args(["run", "real-openim", "--format", "json", "--quiet", "--target", &sim.url, "--out"]);
        command.arg(out).args(["--set", &format!("webhook.listen=127.0.0.1:{port}")]);
        for set in ["load.rate=40", "load.warmup=\"1s\"", "load.duration=\"6s\"", "cleanup.rate=2000"] {
            command.args(["--set", set]);
        }
        for set in sets {
            command.args(["--set", set]);
        }
        if let Some(log) = log {
            command.arg("--openim-log").arg(log);
        }
        command
    })
}

fn vantages(summary: &Value) -> Vec<&str> {
    KEYS.map(|key| summary["recommendations"][key]["vantage"].as_str().unwrap_or_default()).to_vec()
}

fn header(done: &Done) -> Value {
    serde_json::from_slice(&std::fs::read(done.record().join("run.json")).unwrap()).unwrap()
}

#[test]
fn the_log_of_the_run_gives_the_exact_times_of_its_callbacks_and_the_bracket_holds_them() {
    for (version, args) in [("3.8.3", &[][..]), ("main", &["--log-json"][..])] {
        let dir = tempfile::tempdir().unwrap();
        let (sim, port, log) = sim(version, dir.path(), args);
        let done = load(&sim, port, dir.path(), Some(&log), &[]);
        assert!([0, 4].contains(&done.code), "{version}: {} {}", done.code, done.stderr);
        let summary = done.json();
        assert_eq!(vantages(&summary), ["log"; 3], "{version}: {}", done.stderr);
        for key in KEYS {
            let log = &summary["series"][format!("callback.{key}.round_trip_log")]["quantiles_us"]["0.5"];
            let handler = &summary["series"][format!("callback.{key}.handler")]["quantiles_us"]["0.5"];
            // To the millisecond, at both ends.
            assert!(log.as_f64().unwrap() + 2_000.0 >= handler.as_f64().unwrap(), "{key}: {log} {handler}");
        }
        let join = &header(&done)["openim_log"];
        let figure = |name: &str| join["bracket"][name].as_u64().unwrap();
        let (checked, outside) = (figure("checked"), figure("outside"));
        println!("{version}: {outside} of {checked} round trips outside the bracket");
        assert!(checked > 500 && outside * 100 <= checked, "{version}: {join:#}");
        assert!(join["placed_by"].as_u64().unwrap() > 100, "{join:#}");
        // The same, once more, from the whole file.
        let mut report = bench();
        report.args(["report", "latest", "--format", "json", "--out"]).arg(dir.path());
        let again = run(report.arg("--openim-log").arg(&log));
        assert_eq!(again.json()["recommendations"], summary["recommendations"], "{version}");
    }
}

#[test]
fn a_log_at_level_3_changes_nothing_and_says_which_level_is_needed() {
    let dir = tempfile::tempdir().unwrap();
    let (sim, port, log) = sim("3.8.3-patch.16", dir.path(), &["--log-level", "3"]);
    let done = load(&sim, port, dir.path(), Some(&log), &["load.duration=\"2s\""]);
    assert_eq!(vantages(&done.json()), ["bracket", "bracket", "receiver"], "{}", done.stderr);
    assert!(done.stderr.contains("The log was not joined"), "{}", done.stderr);
    assert!(header(&done)["openim_log"].is_null());
    let foreign = dir.path().join("foreign.log");
    std::fs::write(&foreign, "GET / 200\n".repeat(20)).unwrap();
    let summary = std::fs::read(done.record().join("summary.json")).unwrap();
    let mut report = bench();
    report.args(["report", "latest", "--out"]).arg(dir.path()).arg("--openim-log").arg(&foreign);
    let refused = run(&mut report);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("is a record of OpenIM"), "{}", refused.stderr);
    assert_eq!(std::fs::read(done.record().join("summary.json")).unwrap(), summary);
}

#[test]
fn a_log_that_is_not_there_is_refused_before_the_run() {
    let dir = tempfile::tempdir().unwrap();
    let mut command = bench();
    command.args(["run", "smoke", "--quiet", "--openim-log", "/no/such/log", "--out"]).arg(dir.path());
    let refused = run(&mut command);
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("/no/such/log"), "{}", refused.stderr);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}
