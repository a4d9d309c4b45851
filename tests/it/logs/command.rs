//! `logs` as a command: what it prints for files, wrapped and compressed ones, access logs, and a file that grows.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::monitoring::{listening, scraped, sum};
use crate::support::{bench, free_port, run};

/// A time `ms` after ten.
fn time(ms: u64) -> String {
    let (s, ms) = (ms / 1_000, ms % 1_000);
    format!("2026-07-03 10:{:02}:{:02}.{ms:03}", s / 60 % 60, s % 60)
}

fn line(ms: u64, level: &str, message: &str, fields: &str) -> String {
    format!(
        "{}\t\u{1b}[34m{level}\u{1b}[0m\t\u{1b}[34m[PID:1]        \u{1b}[0m\t\u{1b}[34mopenim-rpc-group         \u{1b}[0m\t\
         [v3.8.3-patch.16]             \t[webhook/http_client.go:72]                       \t{message:<50}\t{{{fields}}}\n",
        time(ms)
    )
}

const URL: &str = "http://r:1/cb/callbackBeforeCreateGroupCommand";

/// `n` calls, 250 ms apart, each `took` ms; the last `failed` of them cut.
fn calls(n: u64, took: u64, failed: u64) -> String {
    let mut text = String::new();
    for i in 0..n {
        let (at, end) = (i * 250, i * 250 + took);
        let fields = format!("\"operationID\": \"op-{i}\", \"url\": \"{URL}\", \"input\": \"groupType:2\"");
        text.push_str(&line(at, "INFO", "webhook", &format!("{fields}, \"config\": 5")));
        if i + failed >= n {
            let error = format!(
                "Error: 90004 NetworkError Error: Post \\\"{URL}\\\": context deadline exceeded HTTP request failed | -> f() x.go:1, post url={URL} | -> g()"
            );
            let fields = format!(
                "\"operationID\": \"op-{i}\", \"method\": \"/openim.group.group/createGroup\", \"req\": \"\", \"error\": \"{error}\""
            );
            text.push_str(&line(at + 5_003, "WARN", "rpc server response failed", &fields));
        } else {
            text.push_str(&line(
                end,
                "INFO",
                "webhook success",
                &format!("{fields}, \"response\": \"{{}}\""),
            ));
        }
    }
    text
}

fn json(file: &Path, more: &[&str]) -> Value {
    let done = run(bench().arg("logs").arg(file).args(["--format", "json"]).args(more));
    assert_eq!(done.code, 0, "{}", done.stderr);
    done.json()
}

#[test]
fn calls_failures_latency_and_timeout_are_told_per_webhook() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.log");
    std::fs::write(&file, calls(400, 40, 2) + "hello\n").unwrap();
    let read = json(&file, &["--caller-budget", "4s"]);
    let create = &read["commands"][0];
    assert_eq!(create["key"], "beforeCreateGroup");
    assert_eq!((create["calls"].as_u64(), create["answered"].as_u64()), (Some(400), Some(398)));
    assert_eq!(create["failures"]["webhook_deadline"], 2);
    assert_eq!((create["vantage"].as_str(), create["present_s"].as_i64()), (Some("log"), Some(5)));
    assert_eq!(
        (create["latency"]["p50_ms"].as_u64(), create["latency"]["max_ms"].as_u64()),
        (Some(40), Some(40))
    );
    let latency = &create["latency"];
    assert_eq!((latency["unfinished"].as_u64(), latency["p90_ms"].as_u64()), (Some(2), Some(40)));
    assert_eq!(latency["p999_ms"], Value::Null, "400 calls do not support it");
    assert_eq!((create["timeout"]["n"].as_u64(), create["timeout"]["exceed"].as_u64()), (Some(400), Some(2)));
    assert_eq!(create["timeout"]["timeout_s"], Value::Null, "two cut calls of 400 show nothing");
    assert_eq!(create["timeout"]["cut_at_s"], 5);
    assert_eq!(read["operations"]["broken"], 2);
    assert_eq!(
        (read["lines"]["foreign"].as_u64(), read["lines"]["samples"][0].as_str()),
        (Some(1), Some("hello"))
    );
}

#[test]
fn enough_quick_calls_show_a_timeout_in_both_languages() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.log");
    std::fs::write(&file, calls(4_000, 40, 0)).unwrap();
    let english = run(bench().arg("logs").arg(&file));
    assert!(
        english.stdout.contains("beforeCreateGroup: timeout 1 (confidence medium)"),
        "{}",
        english.stdout
    );
    let chinese = run(bench().args(["--lang", "zh", "logs"]).arg(&file));
    assert!(chinese.stdout.contains("超时设为 1（置信度中）"), "{}", chinese.stdout);
}

#[test]
fn wrapped_compressed_and_piped_logs_say_the_same() {
    let dir = tempfile::tempdir().unwrap();
    let plain = calls(20, 40, 1);
    let whole = dir.path().join("a.log");
    std::fs::write(&whole, &plain).unwrap();
    let wanted = json(&whole, &[])["commands"].clone();
    let stamp = "2026-07-03T10:15:42.118345678Z";
    let docker = |line: &str| {
        let log = Value::from(format!("{line}\n")).to_string();
        format!("{{\"log\":{log},\"stream\":\"stdout\",\"time\":\"{stamp}\"}}\n")
    };
    let wrappings: [&dyn Fn(&str) -> String; 4] = [
        &|line| format!("openim-server-1  | {line}\n"),
        &|line| format!("{stamp} {line}\n"),
        &|line| format!("{stamp} stdout F {line}\n"),
        &docker,
    ];
    for wrap in wrappings {
        let file = dir.path().join("wrapped.log");
        std::fs::write(&file, plain.lines().map(wrap).collect::<String>()).unwrap();
        assert_eq!(json(&file, &[])["commands"], wanted);
    }
    let gz = dir.path().join("a.log.gz");
    let mut encoder =
        flate2::write::GzEncoder::new(std::fs::File::create(&gz).unwrap(), flate2::Compression::fast());
    encoder.write_all(plain.as_bytes()).unwrap();
    encoder.finish().unwrap();
    assert_eq!(json(&gz, &[])["commands"], wanted);
    let mut piped = bench();
    let mut child = piped
        .args(["logs", "-", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(plain.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let read: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(read["commands"], wanted);
}

#[test]
fn a_log_at_level_3_says_which_line_to_set_and_still_names_causes() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("a.log");
    let text: String =
        calls(20, 40, 3).lines().filter(|l| l.contains("WARN")).map(|l| format!("{l}\n")).collect();
    std::fs::write(&file, text).unwrap();
    let read = json(&file, &[]);
    assert_eq!(read["failures"][0]["key"], "beforeCreateGroup");
    assert_eq!(
        (read["failures"][0]["cause"].as_str(), read["failures"][0]["count"].as_u64()),
        (Some("webhook_deadline"), Some(3))
    );
    let printed = run(bench().arg("logs").arg(&file)).stdout;
    assert!(printed.contains("remainLogLevel: 4") && printed.contains("LOG_LEVEL=4"), "{printed}");
}

#[test]
fn since_leaves_out_what_is_older_and_a_wrong_order_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let (early, late) = (dir.path().join("a.log"), dir.path().join("b.log"));
    let text = calls(80, 40, 0);
    let half = text.lines().count() / 2;
    let part = |from: usize| text.lines().skip(from).take(half).map(|l| format!("{l}\n")).collect::<String>();
    std::fs::write(&early, part(0)).unwrap();
    std::fs::write(&late, part(half)).unwrap();
    let since = json(&late, &["--since", "2026-07-03 10:00:15"]);
    assert_eq!(since["commands"][0]["calls"], 20);
    let early = early.to_str().unwrap();
    assert!(json(&late, &[early])["back"].as_u64().unwrap() > 0);
}

#[test]
fn an_access_log_is_a_lower_bound_of_low_confidence() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("access.log");
    let line = |n: u64| {
        format!(
            "10.0.0.7 - - [24/Nov/2026:04:{:02}:{:02} +0000] \"POST /cb/callbackBeforeCreateGroupCommand HTTP/1.1\" 200 68 \"-\" \"Go-http-client/1.1\" rt=0.{:03}\n",
            n / 60 % 60,
            n % 60,
            n % 90
        )
    };
    std::fs::write(&file, (0..3_500).map(line).collect::<String>()).unwrap();
    let done = run(bench().args(["logs", "--access-log"]).arg(&file).args([
        "--pattern",
        "nginx",
        "--format",
        "json",
    ]));
    let read = done.json();
    let create = &read["commands"][0];
    assert_eq!((create["vantage"].as_str(), create["calls"].as_u64()), (Some("access"), Some(3_500)));
    assert_eq!(create["timeout"]["confidence"], "low");
    let without = run(bench().args(["logs", "--access-log"]).arg(&file));
    assert_eq!(without.code, 2, "a pattern is needed");
}

#[cfg(unix)]
#[test]
fn a_followed_file_is_read_across_rotation_until_ctrl_c() {
    let dir = tempfile::tempdir().unwrap();
    let first = dir.path().join("openim-service-log.2026-07-03");
    let text = calls(8, 40, 0);
    let lines: Vec<&str> = text.lines().collect();
    let part =
        |range: std::ops::Range<usize>| lines[range].iter().map(|l| format!("{l}\n")).collect::<String>();
    std::fs::write(&first, part(0..4)).unwrap();
    let out = dir.path().join("out.json");
    let mut child = bench()
        .args(["logs", "--follow", "--format", "json"])
        .arg(&first)
        .stdout(std::fs::File::create(&out).unwrap())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(700));
    // Half a line, then its rest; then the next day's file.
    let mut file = std::fs::File::options().append(true).open(&first).unwrap();
    let more = part(4..8);
    file.write_all(&more.as_bytes()[..30]).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    file.write_all(&more.as_bytes()[30..]).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    std::fs::write(dir.path().join("openim-service-log.2026-07-04"), part(8..16)).unwrap();
    std::thread::sleep(Duration::from_millis(1_500));
    let id = i32::try_from(child.id()).unwrap();
    rustix::process::kill_process(rustix::process::Pid::from_raw(id).unwrap(), rustix::process::Signal::INT)
        .unwrap();
    let status = child.wait().unwrap();
    assert_eq!(status.code(), Some(0));
    let read: Value = serde_json::from_slice(&std::fs::read(&out).unwrap()).unwrap();
    assert_eq!(
        (read["commands"][0]["calls"].as_u64(), read["commands"][0]["answered"].as_u64()),
        (Some(8), Some(8))
    );
    assert_eq!(read["lines"]["foreign"], 0);
}

/// A process that is not left behind.
struct Following(std::process::Child);

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn following(file: &Path, more: &[&str]) -> Following {
    let mut command = bench();
    command.args(["logs", "--follow"]).args(more).arg(file);
    Following(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap())
}

/// Scrapes until `enough`, at most as long as a slow machine may take.
fn scraped_when(port: u16, enough: impl Fn(&BTreeMap<String, f64>) -> bool) -> BTreeMap<String, f64> {
    for _ in 0..200 {
        match scraped(port) {
            Some(found) if enough(&found) => return found,
            _ => std::thread::sleep(Duration::from_millis(50)),
        }
    }
    panic!("it never came to that: {:#?}", scraped(port));
}

#[test]
fn metrics_of_a_followed_log_are_what_is_added_to_it_with_openims_own_round_trips_and_causes() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("openim-service-log.2026-07-03");
    std::fs::write(&file, calls(5, 40, 0)).unwrap();
    let port = free_port();
    let _with = following(&file, &["--metrics", &port.to_string()]);
    let timeout = "openim_bench_callback_timeout_seconds{webhook=\"beforeCreateGroup\"}";
    let before = scraped_when(port, |found| found.contains_key(timeout));
    assert_eq!(before[timeout], 5.0);
    // The timeout was known while what was there was read; the rest of that takes no time to speak of.
    std::thread::sleep(Duration::from_millis(700));
    let mut log = std::fs::File::options().append(true).open(&file).unwrap();
    log.write_all(calls(8, 40, 2).replace("op-", "new-").as_bytes()).unwrap();
    let all = |found: &BTreeMap<String, f64>| sum(found, "openim_bench_callbacks_total", "") >= 8.0;
    let found = scraped_when(port, all);
    for (series, wanted) in [
        ("callbacks_total{webhook=\"beforeCreateGroup\",outcome=\"answered\"}", 6.0),
        ("callbacks_total{webhook=\"beforeCreateGroup\",outcome=\"aborted\"}", 2.0),
        ("callbacks_total{webhook=\"beforeCreateGroup\",outcome=\"late\"}", 0.0),
        ("log_failures_total{webhook=\"beforeCreateGroup\",cause=\"webhook_deadline\"}", 2.0),
        ("callback_duration_seconds_count{webhook=\"beforeCreateGroup\"}", 8.0),
    ] {
        assert_eq!(found.get(&format!("openim_bench_{series}")), Some(&wanted), "{series}: {found:#?}");
    }
    let took = found["openim_bench_callback_duration_seconds_sum{webhook=\"beforeCreateGroup\"}"];
    assert!((took - (6.0 * 0.04 + 2.0 * 5.003)).abs() < 1e-6, "the log's times, exactly: {took}");
    assert!(found.keys().all(|key| !key.contains("new-")), "{found:#?}");
}

#[test]
fn a_log_has_metrics_only_where_it_is_followed_and_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("openim-service-log.2026-07-03");
    std::fs::write(&file, calls(5, 40, 0)).unwrap();
    let without = following(&file, &[]);
    std::thread::sleep(Duration::from_millis(500));
    assert!(listening(without.0.id()).unwrap_or(0) == 0);
    let unfollowed = run(bench().args(["logs", "--metrics", "0"]).arg(&file));
    assert!(unfollowed.code == 2 && unfollowed.stderr.contains("--follow"), "{}", unfollowed.stderr);
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holder.local_addr().unwrap().to_string();
    let done = run(bench().args(["logs", "--follow", "--metrics", &taken]).arg(&file));
    assert!(done.code == 2 && done.stderr.contains("another port"), "{}", done.stderr);
}
