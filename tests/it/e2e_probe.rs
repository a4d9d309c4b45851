//! `probe` through the binary: against simulators of its own, and against `sim` in another
//! process in place of a deployment.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use openim_bench::clock::RunClock;
use openim_bench::openim::pool::Pool;
use openim_bench::openim::{BaseUrl, TlsOptions};
use openim_bench::record::portrait;
use serde_json::Value;

use crate::support::{Done, Got, Say, Server, Sim, bench, free_port, run, say, serve, webhooks_yml};

/// A deployment whose webhooks lead to `port`.
fn deployment(version: &str, dir: &Path, port: u16) -> Sim {
    Sim::start(version, dir, &webhooks_yml(&format!("http://127.0.0.1:{port}/callbackExample"), true, 5))
}

fn probe(target: &str, port: u16, more: &[&str]) -> Command {
    let mut command = bench();
    command.args(["probe", "--target", target, "--webhook-listen", &format!("127.0.0.1:{port}")]).args(more);
    command
}

fn verdict(portrait: &Value, case: &str) -> String {
    let cases = portrait["cases"].as_array().unwrap();
    let found = cases.iter().find(|c| c["name"] == case).unwrap_or_else(|| panic!("{case} is missing"));
    found["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn each_build_matches_what_is_expected_of_it_and_the_portrait_is_one() {
    let dir = tempfile::tempdir().unwrap();
    for build in ["3.7.0", "3.8.0", "3.8.3", "3.8.3-patch.16", "main", "main-standalone"] {
        let file = dir.path().join(format!("{build}.json"));
        let mut command = bench();
        command
            .args(["probe", "--target", "sim", "--version", build, "--format", "json", "--out"])
            .arg(&file);
        for case in ["errors_api", "create_ok", "reject_50", "reject_0", "close_without_answer", "timeout_1"]
        {
            command.args(["--only", case]);
        }
        let done = run(&mut command);
        assert_eq!(done.code, 0, "{build}: {}", done.stderr);
        let printed = done.json();
        assert_eq!(printed["version"]["build"], build);
        assert_eq!(verdict(&printed, "reject_50"), "matches", "{build}");
        let read = portrait::read(&file).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), printed, "{build}");
        assert!(done.stderr.contains("6 cases") && done.stderr.contains("groups"), "{}", done.stderr);
    }
}

#[test]
fn lines_come_in_the_order_of_the_table_and_then_the_portrait() {
    let cases = ["reject_4001", "create_ok", "timeout_before_create", "pool_150"];
    let mut command = bench();
    command.args(["probe", "--target", "sim"]);
    for case in cases {
        command.args(["--only", case]);
    }
    let done = run(&mut command);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let lines: Vec<&str> = done.stdout.lines().collect();
    assert!(lines[0].starts_with("create_ok ") && lines[0].contains("matches"), "{}", lines[0]);
    assert!(lines[1].starts_with("reject_4001 "), "{}", lines[1]);
    assert!(lines[2].starts_with("timeout_before_create") && lines[2].contains("--slow"), "{}", lines[2]);
    assert!(lines[3].starts_with("pool_150") && lines[3].contains("--dangerous"), "{}", lines[3]);
    assert!(lines[5].starts_with("OpenIM 3.8.3-patch.16"), "{}", lines[5]);
}

/// Between the probe and the API: notes which groups are made and dismissed.
#[derive(Clone, Default)]
struct Tap {
    made: Arc<Mutex<BTreeSet<String>>>,
    dismissed: Arc<Mutex<BTreeSet<String>>>,
}

impl Tap {
    async fn start(&self, api: &str) -> Server {
        let base = BaseUrl::parse(api).unwrap();
        let pool = Arc::new(Pool::new(base, &TlsOptions::default(), 50, RunClock::start()).unwrap());
        let tap = self.clone();
        serve(move |got| {
            let (pool, tap) = (pool.clone(), tap.clone());
            async move { tap.forward(&pool, got).await }
        })
        .await
    }

    async fn forward(&self, pool: &Pool, got: Got) -> Say {
        let mut headers = got.headers.clone();
        ["host", "content-length", "connection"].iter().for_each(|name| drop(headers.remove(*name)));
        let (path, request) = (got.path.clone(), got.json());
        let exchange = pool.post(&path, &headers, got.body.clone(), Duration::from_secs(60)).await;
        let Ok(answer) = exchange.result else { return say(502, "") };
        let reply: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        if reply["errCode"] == 0 && path == "/group/create_group" {
            let id = reply.pointer("/data/groupInfo/groupID").and_then(Value::as_str).unwrap_or_default();
            self.made.lock().unwrap().insert(id.to_owned());
        }
        if path == "/group/dismiss_group" && ["0", "1004"].contains(&reply["errCode"].to_string().as_str()) {
            self.dismissed.lock().unwrap().insert(request["groupID"].as_str().unwrap_or_default().to_owned());
        }
        say(answer.status, String::from_utf8_lossy(&answer.body).into_owned())
    }

    /// Groups that were made and not dismissed; and how many were made.
    fn left(&self) -> (usize, usize) {
        let (made, dismissed) = (self.made.lock().unwrap(), self.dismissed.lock().unwrap());
        (made.difference(&dismissed).count(), made.len())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deployment_is_told_probed_and_left_without_a_group() {
    let dir = tempfile::tempdir().unwrap();
    for (version, told) in [("3.7.0", "3.7.0"), ("3.8.3", "3.8.3"), ("3.8.3-patch.16", "3.8.3-patch.16")] {
        let port = free_port();
        let sim = deployment(version, dir.path(), port);
        let tap = Tap::default();
        let api = tap.start(&sim.url).await;
        let cases =
            ["create_ok", "create_client_group_id", "reject_4001", "reset", "flow_join_request", "timeout_1"];
        let more: Vec<&str> =
            cases.iter().flat_map(|case| ["--only", *case]).chain(["--format", "json"]).collect();
        let mut command = probe(&api.url(), port, &more);
        let done = tokio::task::spawn_blocking(move || run(&mut command)).await.unwrap();
        assert_eq!(done.code, 0, "{version}: {}", done.stderr);
        let portrait = done.json();
        assert_eq!(portrait["version"]["build"], told, "{}", done.stderr);
        for case in &cases[..5] {
            assert_eq!(verdict(&portrait, case), "matches", "{version} {case}: {}", done.stderr);
        }
        assert_eq!(verdict(&portrait, "timeout_1"), "not_testable");
        assert_eq!(portrait["simulated"], false);
        let (left, made) = tap.left();
        assert!(left == 0 && made >= 4, "{version}: {left} of {made} groups are left");
        assert!(done.stderr.contains("OpenIM cannot delete users"), "{}", done.stderr);
        assert!(!done.stderr.contains("openIM123") && !done.stdout.contains("openIM123"));
    }
}

#[test]
fn a_given_version_that_the_server_contradicts_is_a_warning_and_what_differs_is_a_finding() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let sim = deployment("3.8.3-patch.16", dir.path(), port);
    let done = run(&mut probe(&sim.url, port, &["--version", "3.7.0", "--only", "create_ok"]));
    assert_eq!(done.code, 6, "{}", done.stderr);
    assert!(done.stderr.contains("--version says 3.7.0"), "{}", done.stderr);
    assert!(done.stdout.contains("differs: "), "{}", done.stdout);
    let fits = run(&mut probe(&sim.url, port, &["--version", "3.8.3-patch.15", "--only", "create_ok"]));
    assert_eq!(fits.code, 0, "{}", fits.stderr);
    assert!(fits.stdout.contains("3.8.3-patch.15") && !fits.stderr.contains("warning"), "{}", fits.stderr);
}

#[test]
fn callbacks_that_lead_elsewhere_are_said_first_and_what_needs_none_is_still_run() {
    let dir = tempfile::tempdir().unwrap();
    let (port, other) = (free_port(), free_port());
    let sim = deployment("3.8.3-patch.16", dir.path(), other);
    let more = ["--only", "token_missing", "--only", "create_ok", "--only", "reset", "--format", "json"];
    let done = run(&mut probe(&sim.url, port, &more));
    assert_eq!(done.code, 3, "{}", done.stderr);
    for word in ["the first create failed", &format!(":{other}/"), &format!("127.0.0.1:{port}")] {
        assert!(done.stderr.contains(word), "lacks `{word}`: {}", done.stderr);
    }
    let portrait = done.json();
    assert_eq!(verdict(&portrait, "token_missing"), "matches");
    assert_eq!(verdict(&portrait, "create_ok"), "not_testable");
    assert_eq!(verdict(&portrait, "reset"), "not_testable");
}

#[test]
fn keys_that_are_off_are_said_and_their_cases_are_not_testable() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let yml = webhooks_yml(&format!("http://127.0.0.1:{port}/callbackExample"), false, 5);
    let sim = Sim::start("3.8.0", dir.path(), &yml);
    let done = run(&mut probe(&sim.url, port, &["--only", "reset", "--only", "create_ok"]));
    assert_eq!(done.code, 3, "{}", done.stderr);
    assert!(done.stderr.contains("nothing called back"), "{}", done.stderr);
    assert!(done.stdout.contains("beforeCreateGroup is not enabled"), "{}", done.stdout);
}

#[test]
fn an_api_that_cannot_be_used_is_exit_3_in_the_words_of_preflight() {
    let dir = tempfile::tempdir().unwrap();
    let target = format!("http://127.0.0.1:{}", free_port());
    let gone = run(&mut probe(&target, free_port(), &[]));
    assert_eq!(gone.code, 3, "{}", gone.stderr);
    assert!(gone.stderr.lines().next().unwrap().contains(&target), "{}", gone.stderr);
    assert!(gone.stderr.contains("docker compose ps") && !gone.stderr.contains("--wait"), "{}", gone.stderr);
    let sim = deployment("3.8.3", dir.path(), free_port());
    let refused = run(probe(&sim.url, free_port(), &[]).env("OPENIM_SECRET", "wrong"));
    assert_eq!(refused.code, 3, "{}", refused.stderr);
    assert!(
        refused.stderr.contains("OPENIM_SECRET") && !refused.stderr.contains("wrong\n"),
        "{}",
        refused.stderr
    );
}

/// Ends it should a test fail.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Sends Ctrl-C once standard output has a line that begins so.
#[cfg(unix)]
fn interrupt_after(mut command: Command, line: &str) -> Done {
    use rustix::process::{Pid, Signal, kill_process};
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = Running(command.spawn().unwrap());
    let mut out = BufReader::new(child.0.stdout.take().unwrap());
    let mut errors = child.0.stderr.take().unwrap();
    let stderr = std::thread::spawn(move || {
        let mut text = String::new();
        errors.read_to_string(&mut text).map(|_| text)
    });
    let mut stdout = String::new();
    while !stdout.lines().any(|l| l.starts_with(line)) {
        assert!(out.read_line(&mut stdout).unwrap() > 0, "ended early: {stdout}");
    }
    // Into the next case.
    std::thread::sleep(Duration::from_millis(700));
    kill_process(Pid::from_child(&child.0), Signal::INT).unwrap();
    out.read_to_string(&mut stdout).unwrap();
    let code = child.0.wait().unwrap().code().unwrap_or(-1);
    Done { code, stdout, stderr: stderr.join().unwrap().unwrap() }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ctrl_c_ends_the_case_dismisses_its_groups_and_prints_what_was_measured() {
    let dir = tempfile::tempdir().unwrap();
    let port = free_port();
    let sim = deployment("3.8.3-patch.16", dir.path(), port);
    let tap = Tap::default();
    let api = tap.start(&sim.url).await;
    let file = dir.path().join("portrait.json");
    let more =
        ["--slow", "--only", "create_ok", "--only", "slow_join_each", "--only", "dismiss_by_owner", "--out"];
    let mut command = probe(&api.url(), port, &more);
    command.arg(&file);
    let done = tokio::task::spawn_blocking(move || interrupt_after(command, "create_ok")).await.unwrap();
    assert_eq!(done.code, 130, "{}", done.stderr);
    let read = portrait::read(&file).unwrap();
    assert!(read.interrupted);
    assert!(
        done.stdout.contains("slow_join_each") && done.stdout.contains("not measured: interrupted"),
        "{}",
        done.stdout
    );
    assert!(done.stdout.contains("OpenIM 3.8.3-patch.16"), "{}", done.stdout);
    let (left, made) = tap.left();
    assert!(left == 0 && made >= 2, "{left} of {made} groups are left: {}", done.stderr);
}

#[cfg(unix)]
#[test]
fn ctrl_c_ends_simulated_cases_too() {
    let mut command = bench();
    command.args(["probe", "--target", "sim", "--slow", "--only", "create_ok", "--only", "cap_timeout_0"]);
    let done = interrupt_after(command, "create_ok");
    assert_eq!(done.code, 130, "{}", done.stderr);
    assert!(done.stdout.contains("not measured: interrupted"), "{}", done.stdout);
}

#[test]
fn recordings_are_replayed_from_the_command_line() {
    let recordings = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings");
    let done =
        run(bench().args(["probe", "--target", "sim", "--only", "reject_4001", "--replay"]).arg(recordings));
    assert_eq!(done.code, 0, "{}{}", done.stdout, done.stderr);
    assert!(done.stdout.contains("reject_4001"), "{}", done.stdout);
}
