//! One profile run from end to end, through the binary: simulator, webhook server, engine, record, report.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Sim, bench, fixed_server, free_port, run, run_load, webhooks_yml};

fn smoke(out: &Path, sets: &[&str]) -> crate::support::Done {
    run_load(|| {
        let mut command = bench();
        command.args(["run", "smoke", "--format", "json", "--quiet", "--out"]).arg(out);
        for set in sets {
            command.args(["--set", set]);
        }
        command
    })
}

fn number(value: &Value, pointer: &str) -> f64 {
    value
        .pointer(pointer)
        .and_then(Value::as_f64)
        .unwrap_or_else(|| panic!("{pointer} is missing in {value:#}"))
}

fn failed(summary: &Value) -> f64 {
    summary["calls"]["failed"].as_object().map_or(0.0, |kinds| kinds.values().filter_map(Value::as_f64).sum())
}

fn has_finding(summary: &Value, code: &str) -> bool {
    summary["findings"].as_array().is_some_and(|all| all.iter().any(|f| f["code"] == code))
}

#[test]
fn a_run_accounts_for_every_call_and_recommends_for_every_webhook() {
    let dir = tempfile::tempdir().unwrap();
    let done = smoke(dir.path(), &[]);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let summary = done.json();
    let (scheduled, released) = (number(&summary, "/calls/scheduled"), number(&summary, "/calls/released"));
    assert!(scheduled > 0.0);
    assert_eq!(scheduled, released + number(&summary, "/calls/shed"));
    assert_eq!(
        released,
        number(&summary, "/calls/succeeded") + failed(&summary) + number(&summary, "/calls/censored")
    );
    assert_ne!(summary["validity"]["verdict"], "invalid", "{:#}", summary["validity"]);
    for key in ["beforeCreateGroup", "beforeMemberJoinGroup", "afterCreateGroup"] {
        let recommendation = &summary["recommendations"][key];
        assert_eq!(recommendation["basis"], "simulated", "{recommendation:#}");
        assert_eq!(number(recommendation, "/n"), scheduled, "{key}");
        assert_eq!(recommendation["misfire_single"].as_object().unwrap().len(), 15);
        assert_eq!(recommendation["misfire_spells"].as_object().unwrap().len(), 15);
    }
    let record = done.record();
    assert_eq!(Path::new(summary["record"].as_str().unwrap()), record);
    for file in [
        "run.json",
        "summary.json",
        "report.md",
        "report.html",
        "seconds.jsonl",
        "intervals.hlog",
        "operations.csv.zst",
        "exceedances.csv.zst",
        "ids.txt",
    ] {
        assert!(record.join(file).is_file(), "{file} is missing in {}", record.display());
    }
}

#[test]
fn report_rebuilds_the_same_summary_from_the_record() {
    let dir = tempfile::tempdir().unwrap();
    let done = smoke(dir.path(), &["load.duration=\"3s\""]);
    let again = run(bench().args(["report", "latest", "--format", "json", "--out"]).arg(dir.path()));
    assert_eq!(again.code, done.code, "{}", again.stderr);
    assert_eq!(again.json(), done.json());
}

#[test]
fn a_handler_that_takes_at_least_d_gives_a_round_trip_of_at_least_d() {
    let dir = tempfile::tempdir().unwrap();
    let done = smoke(dir.path(), &["load.duration=\"2s\"", "handler.beforeCreateGroup.delay=\"80ms\""]);
    let summary = done.json();
    let series = &summary["series"];
    // Three significant digits: a value of 80,000 µs may be reported as the bottom of its bucket.
    for tag in ["handler", "round_trip_low", "round_trip_near", "round_trip_high"] {
        let tag = format!("callback.beforeCreateGroup.{tag}");
        let median = number(&series[&tag], "/quantiles_us/0.5");
        assert!(median >= 79_900.0, "{tag}: {median}");
    }
    assert!(number(&series["api.service"], "/quantiles_us/0.5") >= 79_900.0);
}

#[test]
fn a_timeout_shorter_than_the_handler_fails_creates_with_the_deadline_as_cause() {
    let dir = tempfile::tempdir().unwrap();
    let done = smoke(
        dir.path(),
        &[
            "load.duration=\"2s\"",
            "load.rate=20",
            "webhook.timeout.beforeCreateGroup=1",
            "limits.abort_failures=1.0",
            "handler.beforeCreateGroup.delay=\"1500ms\"",
        ],
    );
    let summary = done.json();
    let released = number(&summary, "/calls/released");
    assert_eq!(
        summary["calls"]["failed"]["webhook_deadline"].as_f64(),
        Some(released),
        "{:#}",
        summary["calls"]
    );
    let recommendation = &summary["recommendations"]["beforeCreateGroup"];
    assert_eq!(number(recommendation, "/n"), released);
    assert!(
        recommendation["timeout_s"].is_null(),
        "cut callbacks are slower than any timeout: {recommendation:#}"
    );
}

#[test]
fn a_run_that_mostly_fails_stops_itself_and_is_invalid() {
    let dir = tempfile::tempdir().unwrap();
    let done = smoke(
        dir.path(),
        &[
            "load.duration=\"60s\"",
            "load.rate=40",
            "limits.abort_window=\"2s\"",
            "limits.groups=10000",
            "handler.beforeCreateGroup.answer={ reject = { code = 4001, message = \"no\" } }",
        ],
    );
    assert_eq!(done.code, 5, "{}", done.stderr);
    let summary = done.json();
    assert_eq!(summary["validity"]["verdict"], "invalid");
    assert!(
        summary["calls"]["failed"]["webhook_rejected_4001"].as_f64().unwrap() > 0.0,
        "{:#}",
        summary["calls"]
    );
    assert!(number(&summary, "/calls/scheduled") < 60.0 * 40.0 / 2.0, "it went on for long");
    // The run was made in English, and its reason can be read in Chinese all the same.
    let why = summary["ended_why"].as_str().unwrap();
    assert!(why.contains("calls failed within 2 s"), "{why}");
    let shown = run(bench().args(["show", "latest", "--lang", "zh", "--out"]).arg(dir.path()));
    let shown = shown.stdout.split_whitespace().collect::<String>();
    assert!(shown.contains("2s内") && !shown.contains("callsfailed"), "{shown}");
}

#[test]
fn a_run_in_chinese_tells_its_steps_and_its_progress_in_chinese() {
    let dir = tempfile::tempdir().unwrap();
    let done = run_load(|| {
        let mut command = bench();
        command.args(["run", "smoke", "--lang", "zh", "--out"]).arg(dir.path());
        command
    });
    assert_eq!(done.code, 0, "{}", done.stderr);
    for part in ["正在 http://", "预检：token", "平稳  ", "要求 ", "在途 "] {
        assert!(done.stderr.contains(part), "{part}: {}", done.stderr);
    }
    for part in ["listening", "preflight", "steady", "asked", "in flight", "registering"] {
        assert!(!done.stderr.contains(part), "{part}: {}", done.stderr);
    }
}

#[test]
fn the_reentrant_profile_names_the_starvation_with_its_figures() {
    let dir = tempfile::tempdir().unwrap();
    let done = run_load(|| {
        let mut command = bench();
        command.args(["run", "reentrant", "--format", "json", "--quiet", "--out"]).arg(dir.path());
        for set in [
            "webhook.timeout.beforeCreateGroup=1",
            "webhook.timeout.beforeMemberJoinGroup=1",
            "load.rate=1",
            "load.duration=\"5s\"",
        ] {
            command.args(["--set", set]);
        }
        command
    });
    assert_eq!(done.code, 6, "{}", done.stderr);
    let summary = done.json();
    assert!(has_finding(&summary, "reentrant_starvation"), "{:#}", summary["findings"]);
    let finding =
        summary["findings"].as_array().unwrap().iter().find(|f| f["code"] == "reentrant_starvation").unwrap();
    assert_eq!(finding["severity"], "error");
    assert!(finding["what"].as_str().unwrap().contains("90004"), "{finding:#}");
    assert_eq!(
        summary["calls"]["failed"]["webhook_deadline"].as_f64(),
        Some(number(&summary, "/calls/released"))
    );
}

#[test]
fn workers_that_are_too_few_are_named_and_not_taken_for_starvation() {
    let dir = tempfile::tempdir().unwrap();
    let done = smoke(
        dir.path(),
        &[
            "load.duration=\"4s\"",
            "load.rate=10",
            "limits.abort_failures=1.0",
            "webhook.timeout.beforeCreateGroup=1",
            "handler.beforeCreateGroup.workers=1",
            "handler.beforeCreateGroup.delay=\"400ms\"",
        ],
    );
    let summary = done.json();
    assert!(has_finding(&summary, "workers_busy"), "{:#}", summary["findings"]);
    assert!(!has_finding(&summary, "reentrant_starvation"), "{:#}", summary["findings"]);
}

/// A run against a simulator in another process: the path that a real deployment takes.
fn against(sim: &Sim, listen: &str, out: &Path, more: &[&str]) -> crate::support::Done {
    let listen = format!("webhook.listen={listen}");
    let common = [
        listen.as_str(),
        "load.rate=40",
        "load.duration=\"2s\"",
        "load.warmup=\"500ms\"",
        "load.users.pool=20",
        "load.members=2",
    ];
    run_load(|| {
        let mut command = bench();
        command.args(["run", "real-openim", "--format", "json", "--target", &sim.url, "--out"]).arg(out);
        for set in common.iter().chain(more) {
            command.args(["--set", set]);
        }
        command
    })
}

#[test]
fn a_run_against_another_process_dismisses_every_group_it_made() {
    for version in ["3.7.0", "3.8.0", "main"] {
        let dir = tempfile::tempdir().unwrap();
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}/callbackExample");
        let sim = Sim::start(version, dir.path(), &webhooks_yml(&url, true, 15));
        let done = against(&sim, &format!("127.0.0.1:{port}"), dir.path(), &[]);
        assert!([0, 4].contains(&done.code), "{version}: {} {}", done.code, done.stderr);
        let summary = done.json();
        assert!(number(&summary, "/calls/succeeded") > 0.0, "{version}: {:#}", summary["calls"]);
        assert_eq!(number(&summary, "/cleanup/groups_left"), 0.0, "{version}: {:#}", summary["cleanup"]);
        assert!(number(&summary, "/cleanup/groups_dismissed") >= number(&summary, "/calls/succeeded"));
        let recommendation = &summary["recommendations"]["beforeMemberJoinGroup"];
        assert_eq!(recommendation["basis"], "modelled");
        let member_calls = if version == "3.7.0" { 3.0 } else { 1.0 };
        assert_eq!(
            number(recommendation, "/n"),
            member_calls * number(&summary, "/calls/succeeded"),
            "{version}"
        );
    }
}

/// Runs against `sim` until some groups are made, then kills the run.
#[cfg(unix)]
fn killed_run(sim: &Sim, port: u16, out: &Path) {
    let mut child = bench()
        .args(["run", "real-openim", "--quiet", "--target", &sim.url, "--set", "load.rate=40"])
        .args([
            "--set",
            &format!("webhook.listen=127.0.0.1:{port}"),
            "--set",
            "load.duration=\"60s\"",
            "--out",
        ])
        .arg(out)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let seconds = || {
        std::fs::read_dir(out)
            .ok()?
            .flatten()
            .find_map(|d| std::fs::metadata(d.path().join("seconds.jsonl")).ok())
    };
    for _ in 0..200 {
        if seconds().is_some_and(|file| file.len() > 2_000) {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
#[cfg(unix)]
fn cleanup_dismisses_what_a_killed_run_and_a_kept_run_left() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let sim = Sim::start(
        "3.8.0",
        dir.path(),
        &webhooks_yml(&format!("http://127.0.0.1:{port}/callbackExample"), true, 15),
    );
    killed_run(&sim, port, dir.path());
    let killed = run(bench().args(["cleanup", "latest", "--rate", "2000", "--out"]).arg(dir.path()));
    assert_eq!(killed.code, 0, "{}", killed.stderr);
    assert!(dismissed(&killed.stdout) > 10 && killed.stdout.contains("left 0"), "{}", killed.stdout);
    let again = run(bench().args(["cleanup", "latest", "--rate", "2000", "--out"]).arg(dir.path()));
    assert_eq!((again.code, dismissed(&again.stdout)), (0, 0), "{} {}", again.stdout, again.stderr);

    let kept_dir = tempfile::tempdir().unwrap();
    let kept = against(&sim, &format!("127.0.0.1:{port}"), kept_dir.path(), &["cleanup.mode=keep"]);
    let summary = kept.json();
    assert_eq!(number(&summary, "/cleanup/groups_dismissed"), 0.0);
    let swept = run(bench().args(["cleanup", "latest", "--rate", "2000", "--out"]).arg(kept_dir.path()));
    assert_eq!(dismissed(&swept.stdout), number(&summary, "/cleanup/groups_left") as u64, "{}", swept.stdout);
}

fn dismissed(text: &str) -> u64 {
    text.strip_prefix("dismissed ")
        .and_then(|t| t.split(',').next())
        .and_then(|n| n.parse().ok())
        .unwrap_or(u64::MAX)
}

#[test]
fn a_missed_objective_is_exit_4_and_findings_are_exit_6_unless_told_otherwise() {
    let dir = tempfile::tempdir().unwrap();
    let missed = smoke(dir.path(), &["load.duration=\"3s\"", "objective.p50=\"1ms\""]);
    assert_eq!(missed.code, 4, "{}", missed.stderr);
    assert_eq!(missed.json()["objectives"][0]["verdict"], "missed");
    // A queue that cannot keep up: an error finding in an otherwise valid run.
    let overload = [
        "load.duration=\"4s\"",
        "load.rate=60",
        "handler.afterCreateGroup.delay=\"1500ms\"",
        "limits.groups=1000",
        "objective={}",
    ];
    let findings = smoke(dir.path(), &overload);
    assert_eq!(findings.code, 6, "{}", findings.stderr);
    assert!(has_finding(&findings.json(), "after_queue_overflow"), "{:#}", findings.json()["findings"]);
    let told = run(bench().args(["report", "latest", "--fail-on", "never", "--out"]).arg(dir.path()));
    assert_eq!(told.code, 0, "{}", told.stderr);
}

#[test]
fn each_preflight_failure_has_its_own_first_line() {
    let dir = tempfile::tempdir().unwrap();
    let html = fixed_server(Some(
        "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nConnection: close\r\n\r\n<html>404",
    ));
    let silent = fixed_server(None);
    let port = free_port();
    let cases = [
        ("3.8.3-patch.16", webhooks_yml(&format!("http://127.0.0.1:{}/cb", free_port()), true, 2), "refused"),
        ("3.8.3-patch.16", webhooks_yml("http://webhook.invalid:10006/cb", true, 2), "no such host"),
        ("3.8.3-patch.16", webhooks_yml(&format!("http://{silent}/cb"), true, 1), "nothing arrived"),
        ("3.8.3-patch.16", webhooks_yml(&format!("http://{html}/cb"), true, 2), "90007"),
        (
            "3.8.3-patch.16",
            webhooks_yml(&format!("http://127.0.0.1:{port}/cb"), false, 2),
            "did not call back",
        ),
        ("3.8.3", webhooks_yml(&format!("http://127.0.0.1:{}/cb", free_port()), true, 2), "hides"),
    ];
    let mut first_lines = Vec::new();
    for (version, yml, word) in cases {
        let sim = Sim::start(version, dir.path(), &yml);
        let expect = "webhook.expect=[\"beforeCreateGroup\", \"afterCreateGroup\"]";
        let done = against(&sim, &format!("127.0.0.1:{port}"), dir.path(), &[expect]);
        assert_eq!(done.code, 3, "{version} {word}: {}", done.stderr);
        let first = done.stderr.lines().next().unwrap_or_default().to_owned();
        assert!(
            first.to_lowercase().contains(word),
            "{version}: `{word}` is not in the first line: {}",
            done.stderr
        );
        first_lines.push(first);
    }
    first_lines.sort();
    first_lines.dedup();
    assert_eq!(first_lines.len(), 6, "{first_lines:#?}");
}

#[test]
#[cfg(unix)]
fn a_killed_run_leaves_a_record_that_report_reads_and_marks_partial() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = bench()
        .args([
            "run",
            "smoke",
            "--quiet",
            "--set",
            "load.duration=\"60s\"",
            "--set",
            "limits.groups=10000",
            "--out",
        ])
        .arg(dir.path())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_secs(7));
    child.kill().unwrap();
    child.wait().unwrap();
    let done = run(bench()
        .args(["report", "latest", "--format", "json", "--fail-on", "never", "--out"])
        .arg(dir.path()));
    let summary = done.json();
    assert_eq!(summary["partial"], true, "{}", done.stderr);
    assert!(number(&summary, "/calls/succeeded") > 0.0);
    let cleanup = run(bench().args(["cleanup", "latest", "--out"]).arg(dir.path()));
    assert_eq!(cleanup.code, 2, "the simulator inside the killed run is gone: {}", cleanup.stderr);
}

#[test]
#[cfg(unix)]
fn ctrl_c_drains_cleans_up_and_leaves_a_readable_record() {
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let dir = tempfile::tempdir().unwrap();
        let child = bench()
            .args(["run", "smoke", "--quiet", "--format", "json", "--set", "load.duration=\"60s\""])
            .args(["--set", "limits.groups=10000", "--out"])
            .arg(dir.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_secs(5));
        std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
        let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(number(&summary, "/cleanup/groups_left"), 0.0);
        assert!(number(&summary, "/calls/succeeded") > 0.0);
    }
}
