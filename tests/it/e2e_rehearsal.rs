//! Outages in the simulator against what what-if predicts: the pool exhausted, never exhausted, the after-queue full;
//! and the command lines around it.

use std::path::Path;
use std::process::Command;

use openim_bench::analysis::rehearsal::{Line, Quantity, compare, observe, predict};
use openim_bench::record::read::RunRecord;

use crate::support::{bench, run, run_load};

fn smoke(out: &Path, sets: &[&str]) -> Command {
    let mut command = bench();
    command.args(["run", "smoke", "--format", "json", "--quiet", "--out"]).arg(out);
    for set in [
        "cleanup.mode=\"keep\"",
        "limits.groups=100000",
        "limits.expect_failures=true",
        "load.warmup=\"500ms\"",
    ] {
        command.args(["--set", set]);
    }
    for set in sets {
        command.args(["--set", set]);
    }
    command
}

/// Plays an outage until its figures are as `fine` wants them, three times at most: what other processes on this machine
/// do to calls that have a second is not what the tests are about; a wrong prediction fails each time.
fn until_fine(play: impl Fn() -> Vec<Line>, fine: impl Fn(&[Line]) -> bool) {
    let mut lines = Vec::new();
    for _ in 0..3 {
        lines = play();
        if fine(&lines) {
            return;
        }
    }
    panic!("{lines:#?}");
}

/// Plays an outage of `keys` and compares it with what the healthy second before it predicts.
fn rehearsed(rate: u32, timeouts: &str, keys: &str, outage: &str, after: &str) -> Vec<Line> {
    let dir = tempfile::tempdir().unwrap();
    let steady = |d: &str| format!("{{ kind = \"steady\", rate = {rate}, duration = \"{d}\" }}");
    let phases = format!(
        "load.phase=[{}, {{ kind = \"outage\", rate = {rate}, duration = \"{outage}\", keys = [{keys}] }}, {}]",
        steady("1s"),
        steady(after)
    );
    let timeouts = format!("webhook.timeout={timeouts}");
    // Up to 3.8.0 a push into a full queue waits 0.1 s only: events are lost soon.
    let sets = [timeouts.as_str(), phases.as_str(), "target.version=\"3.8.0\""];
    let done = run_load(|| smoke(dir.path(), &sets));
    let record = RunRecord::open(&done.record()).unwrap();
    let predicted = predict(&record, &record.header.plan).unwrap().expect("an outage");
    let lines = compare(&predicted, &observe(&record).unwrap(), keys.contains("before"));
    println!("{lines:#?}");
    lines
}

fn line(lines: &[Line], quantity: Quantity) -> Line {
    lines
        .iter()
        .find(|l| l.quantity == quantity)
        .copied()
        .unwrap_or_else(|| panic!("{quantity:?} in {lines:?}"))
}

const BEFORE: &str = "\"beforeCreateGroup\", \"beforeMemberJoinGroup\"";
const ONE_SECOND: &str = "{ beforeCreateGroup = 1, beforeMemberJoinGroup = 1, afterCreateGroup = 1 }";

#[test]
fn a_hang_exhausts_the_connections_when_it_was_predicted_to_and_fails_as_many_creates() {
    until_fine(
        || rehearsed(150, ONE_SECOND, BEFORE, "2s", "2s"),
        |lines| {
            let full = line(lines, Quantity::PoolFull);
            full.held && full.observed.is_some() && line(lines, Quantity::Failed).held
        },
    );
}

#[test]
fn a_hang_that_was_predicted_never_to_exhaust_them_does_not() {
    until_fine(
        || rehearsed(40, ONE_SECOND, BEFORE, "2s", "2s"),
        |lines| {
            let full = line(lines, Quantity::PoolFull);
            (full.predicted, full.observed) == (None, None) && line(lines, Quantity::Failed).held
        },
    );
}

#[test]
fn a_hang_of_the_after_webhook_fills_the_queue_and_loses_events_as_predicted() {
    until_fine(
        || rehearsed(100, ONE_SECOND, "\"afterCreateGroup\"", "3s", "2s"),
        |lines| {
            let (full, failed) = (line(lines, Quantity::QueueFull), line(lines, Quantity::Failed));
            let none_fails = failed.held && failed.predicted == Some(0.0);
            full.held && full.observed.is_some() && line(lines, Quantity::Lost).held && none_fails
        },
    );
}

#[test]
fn whatif_answers_from_a_record_and_says_what_it_cannot_answer() {
    let dir = tempfile::tempdir().unwrap();
    let done = run_load(|| smoke(dir.path(), &["load.duration=\"2s\"", "load.rate=20"]));
    let record = done.record();
    let whatif = |args: &[&str]| run(bench().arg("whatif").arg(&record).args(args));

    let json = whatif(&["--timeout", "beforeCreateGroup=3", "--rate", "60", "--format", "json"]);
    assert_eq!(json.code, 0, "{}", json.stderr);
    let answer = json.json();
    assert_eq!(answer["webhooks"]["beforeCreateGroup"]["timeout_s"], 3);
    assert_eq!(answer["webhooks"]["beforeCreateGroup"]["timeout_from"], "asked");
    assert_eq!(answer["webhooks"]["beforeMemberJoinGroup"]["timeout_from"], "present");
    assert_eq!(answer["basis"], "simulated");
    assert_eq!(answer["curves"]["misfire"]["beforeCreateGroup"].as_array().map(Vec::len), Some(15));
    let hang =
        answer["outages"].as_array().unwrap().iter().find(|o| o["key"] == "beforeCreateGroup").unwrap();
    assert!(hang["pool_full_after_s"].as_f64().is_some_and(|s| (s - 100.0 / 60.0).abs() < 0.1), "{hang:#}");

    let text = whatif(&["--timeout", "beforeCreateGroup=3", "--processes", "2"]);
    assert!(text.code == 0 && text.stdout.contains("beforeCreateGroup at 3 s"), "{}", text.stdout);
    assert!(text.stdout.lines().all(|l| l.chars().count() <= 100), "{}", text.stdout);
    let chinese = whatif(&["--timeout", "beforeCreateGroup=3", "--lang", "zh"]);
    assert!(
        chinese.code == 0 && chinese.stdout.contains("beforeCreateGroup（超时 3 s）："),
        "{}",
        chinese.stdout
    );
    assert!(!chinese.stdout.contains("connections"), "{}", chinese.stdout);
    for (args, says) in [
        (["--timeout", "beforeCreateGrup=3"], "did you mean `beforeCreateGroup`?"),
        (["--timeout", "beforeCreateGroup=0"], "0 means 15 s"),
        (["--timeout", "afterQuitGroup=3"], "measured no callback"),
        (["--rate", "0"], "--rate"),
        (["--outage", "0s"], "--outage"),
        (["--processes", "0"], "--processes"),
    ] {
        let done = whatif(&args);
        assert!(done.code == 2 && done.stderr.contains(says), "{args:?}: {} {}", done.code, done.stderr);
    }
}

#[test]
fn what_cannot_be_rehearsed_is_refused_before_anything_is_called() {
    for (args, says) in [
        (vec!["--rehearse", "3", "--target", "http://127.0.0.1:9"], "in the simulator only"),
        (vec!["--rehearse=0"], "0 means 15 s"),
        (vec!["--rehearse=20"], "after 15 s"),
        (vec!["--rehearse", "3", "--set", "load.loop=\"closed\""], "closed loop"),
        (vec!["--rehearse", "3", "--set", "webhook.expect=[]"], "webhook.expect"),
    ] {
        let done = run(bench().args(["run", "smoke", "--quiet"]).args(&args));
        assert!(done.code == 2 && done.stderr.contains(says), "{args:?}: {} {}", done.code, done.stderr);
    }
}
