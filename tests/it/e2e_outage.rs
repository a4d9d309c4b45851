//! Outages from end to end, through the binary: what each fault does to the creates, and that every one of them ends.

use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::support::{Done, Sim, bench, free_port, run, run_load, webhooks_yml};

/// A profile of these phases: 20 creates a second, a timeout of 1 s.
fn profile(dir: &Path, head: &str, phases: &[&str]) -> std::path::PathBuf {
    let mut text = format!(
        "{head}\n[webhook]\nlisten = \"127.0.0.1:0\"\n\
         expect = [\"beforeCreateGroup\", \"beforeMemberJoinGroup\", \"afterCreateGroup\"]\n\
         timeout = {{ beforeCreateGroup = 1, beforeMemberJoinGroup = 1, afterCreateGroup = 1 }}\n\
         [handler]\nbeforeCreateGroup = {{ delay = \"20ms\" }}\n\
         [load]\narrivals = \"constant\"\nwarmup = \"0s\"\nusers = {{ pool = 20 }}\n\
         [limits]\ngroups = 5000\ndrain = \"3s\"\n"
    );
    for phase in phases {
        text.push_str(&format!("[[load.phase]]\nrate = 20.0\n{phase}\n"));
    }
    let path = dir.join("outage.toml");
    std::fs::write(&path, text).unwrap();
    path
}

fn simulated(phases: &[&str]) -> Done {
    let dir = tempfile::tempdir().unwrap();
    let file = profile(dir.path(), "[target]\nurl = \"sim\"\nversion = \"3.8.3-patch.16\"", phases);
    run_load(|| {
        let mut command = bench();
        command.args(["run"]).arg(&file).args(["--format", "json", "--quiet", "--out"]).arg(dir.path());
        command
    })
}

fn number(value: &Value, pointer: &str) -> u64 {
    value.pointer(pointer).and_then(Value::as_u64).unwrap_or_else(|| panic!("{pointer} in {value:#}"))
}

#[test]
fn each_fault_fails_creates_in_its_own_way_and_ends_with_its_phase() {
    let outage = |fault: &str| format!("kind = \"outage\"\nduration = \"700ms\"\nfault = \"{fault}\"");
    let faults = ["hang", "reset", "close", "slow_body", "status_html", "status_json", "refuse"];
    let mut phases = vec!["duration = \"2s\"".to_owned()];
    phases.extend(faults.map(outage));
    phases.push("duration = \"3s\"".to_owned());
    let done = simulated(&phases.iter().map(String::as_str).collect::<Vec<_>>());
    // 5: other processes made this machine late, which changes nothing of what is counted here.
    assert!([0, 5, 6].contains(&done.code), "{}: {}", done.code, done.stderr);
    let summary = done.json();
    let outages = summary["outages"].as_array().unwrap();
    assert_eq!(outages.len(), faults.len());
    let kinds = [
        Some("webhook_deadline"),
        Some("webhook_reset"),
        Some("webhook_reset"),
        Some("webhook_body_read"),
        Some("webhook_bad_answer"),
        None,
        Some("webhook_refused"),
    ];
    for ((outage, fault), kind) in outages.iter().zip(faults).zip(kinds) {
        assert_eq!(outage["fault"], fault);
        let during = &outage["during"];
        let (asked, failed) = (number(during, "/asked"), number(during, "/failed_total"));
        assert_eq!(asked, number(during, "/succeeded") + failed, "{fault}: {during:#}");
        match kind {
            // The edges of a phase may meet the fault beside it.
            Some(kind) => {
                assert!(number(during, &format!("/failed/{kind}")) * 2 > asked, "{fault}: {during:#}")
            }
            None => assert!(failed * 2 < asked, "{fault}: {during:#}"),
        }
        assert_eq!(number(outage, "/groups/failed"), failed_in(outage), "{fault}: {outage:#}");
        assert_eq!(number(outage, "/groups/asked"), number(outage, "/groups/failed"), "{fault}");
    }
    let last = &outages[faults.len() - 1];
    assert!(number(last, "/after/succeeded") > 0 && number(last, "/after/failed_total") == 0, "{last:#}");
    assert_eq!(number(&summary, "/cleanup/groups_left"), 0);
    // What they broke on purpose fails no objective and is no finding of its own.
    let findings = summary["findings"].as_array().unwrap();
    assert!(findings.iter().all(|f| f["code"] != "calls_failed"), "{findings:#?}");
}

/// Failures of the outage and of what follows it, those that the next outage met included.
fn failed_in(outage: &Value) -> u64 {
    number(outage, "/during/failed_total")
        + outage.pointer("/after/failed_total").and_then(Value::as_u64).unwrap_or(0)
}

#[test]
fn a_slow_outage_is_slow_and_a_caller_that_gives_up_may_have_made_its_group() {
    let dir = tempfile::tempdir().unwrap();
    let head = "[target]\nurl = \"sim\"\nversion = \"3.8.3-patch.16\"\ncall_timeout = \"400ms\"";
    let phases = [
        "duration = \"6s\"",
        "kind = \"outage\"\nduration = \"1s\"\nfault = \"slow\"\nfactor = 40.0\nkeys = [\"beforeCreateGroup\"]",
        "duration = \"5s\"",
    ];
    let file = profile(dir.path(), head, &phases);
    let done = run_load(|| {
        let mut command = bench();
        command.arg("run").arg(&file).args(["--format", "json", "--quiet", "--out"]).arg(dir.path());
        command
    });
    let summary = done.json();
    let outage = &summary["outages"][0];
    assert_eq!((outage["fault"].as_str(), outage["factor"].as_f64()), (Some("slow"), Some(40.0)));
    let failed = number(outage, "/during/failed/client_deadline");
    assert!(failed * 2 > number(outage, "/during/asked"), "{outage:#}");
    assert!(number(outage, "/groups/made") * 2 > failed, "{outage:#}");
    let finding =
        summary["findings"].as_array().unwrap().iter().any(|f| f["code"] == "created_despite_error");
    assert!(finding, "{:#}", summary["findings"]);
    assert_ne!(outage["recovery"]["state"], "unknown", "{outage:#}");
    assert_eq!(number(&summary, "/cleanup/groups_left"), 0);
    let text =
        run(bench().args(["report", "latest", "--format", "markdown", "--out"]).arg(dir.path())).stdout;
    assert!(text.contains("## Outage: slow (40 times the usual delay) of beforeCreateGroup"), "{text}");
    assert!(text.contains("|  | before | during | after |"), "{text}");
}

fn refusing(dir: &Path, sim: &Sim, port: u16) -> Command {
    let head =
        format!("[target]\nurl = \"{}\"\nversion = \"3.8.3-patch.16\"\n[cleanup]\nrate = 10.0", sim.url);
    let file = profile(dir, &head, &["duration = \"2s\"", "kind = \"outage\"\nfault = \"refuse\""]);
    let mut command = bench();
    command.arg("run").arg(file).args(["--format", "json", "--quiet", "--out"]).arg(dir);
    command.args(["--set", &format!("webhook.listen=127.0.0.1:{port}")]);
    command
}

fn sim_calling(dir: &Path, port: u16) -> Sim {
    let url = format!("http://127.0.0.1:{port}/callbackExample");
    Sim::start("3.8.3-patch.16", dir, &webhooks_yml(&url, true, 1))
}

#[test]
fn a_refusal_beyond_the_simulator_is_a_usage_error_without_hits_everyone() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let sim = sim_calling(dir.path(), port);
    let done = run(&mut refusing(dir.path(), &sim, port));
    assert_eq!(done.code, 2, "{}", done.stderr);
    for word in ["--hits-everyone", "load.phase.1.fault", "for 1m", "reset"] {
        assert!(done.stderr.contains(word), "{word}: {}", done.stderr);
    }
    let dry = run(refusing(dir.path(), &sim, port).args(["--hits-everyone", "--dry-run"]));
    assert_eq!(dry.code, 0, "{}", dry.stderr);
}

fn within_10_s(mut condition: impl FnMut() -> bool) -> bool {
    (0..500).any(|_| {
        std::thread::sleep(Duration::from_millis(20));
        condition()
    })
}

#[cfg(unix)]
#[test]
fn ctrl_c_in_a_refusal_opens_the_listener_before_the_clean_up() {
    use rustix::process::{Pid, Signal, kill_process};
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let sim = sim_calling(dir.path(), port);
    let mut command = refusing(dir.path(), &sim, port);
    command.arg("--hits-everyone").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let child = command.spawn().unwrap();
    let reached = || TcpStream::connect(("127.0.0.1", port)).is_ok();
    let shut = within_10_s(reached) && within_10_s(|| !reached());
    // A few creates are refused.
    std::thread::sleep(Duration::from_millis(500));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let opened = within_10_s(reached);
    let output = child.wait_with_output().unwrap();
    assert!(shut, "it never refused");
    assert!(opened, "it did not come back");
    assert_eq!(output.status.code(), Some(130));
    let summary: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (summary["ended"].as_str(), number(&summary, "/cleanup/groups_left")),
        (Some("interrupted"), 0)
    );
    let outage = &summary["outages"][0];
    assert!(outage["cut_short"].as_bool().unwrap() && outage["after"].is_null(), "{outage:#}");
    // A minute was planned, since the phase named no length.
    assert!(outage["to_s"].as_f64().unwrap() < 62.0, "{outage:#}");
}
