//! The standalone proxy's record: exactly what passed, its times, what OpenIM gave up, and nothing of a body.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::monitoring::{listening, scraped, sum};
use crate::support::{Done, Got, Say, Server, bench, free_port, run, say, serve};

const BEFORE: &str = "callbackBeforeCreateGroupCommand";
const AFTER: &str = "callbackAfterCreateGroupCommand";
/// Stand in the bodies, and must stand nowhere else.
const MARKERS: [&str; 3] = ["user-4711-marker", "secret words of a message", "answer-marker"];
/// The upstream takes so long.
const HANDLING: Duration = Duration::from_millis(30);

/// `openim-bench proxy` in a process of its own.
struct Proxy {
    child: Child,
    address: SocketAddr,
    stderr: BufReader<std::process::ChildStderr>,
    heard: String,
}

impl Proxy {
    fn start(upstream: &str, out: &Path, more: &[&str]) -> Proxy {
        let address: SocketAddr = format!("127.0.0.1:{}", free_port()).parse().unwrap();
        let mut child = bench()
            .args(["proxy", "--format", "json", "--path", "/cb", "--upstream", upstream])
            .args(["--listen", &address.to_string(), "--out"])
            .arg(out)
            .args(more)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut heard = String::new();
        while !heard.contains("Passing callbacks on") {
            assert!(stderr.read_line(&mut heard).unwrap() > 0, "{heard}");
        }
        Proxy { child, address, stderr, heard }
    }

    fn end(mut self) -> Done {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let mut stdout = String::new();
        self.child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
        self.stderr.read_to_string(&mut self.heard).unwrap();
        let code = self.child.wait().unwrap().code().unwrap_or(-1);
        Done { code, stdout, stderr: std::mem::take(&mut self.heard) }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a callback as OpenIM's client does, on a connection of its own, and waits at most `patience` for the answer.
fn callback(to: SocketAddr, command: &str, operation: &str, patience: Duration) -> Option<String> {
    let body = format!(
        "{{\"callbackCommand\":\"{command}\",\"operationID\":\"{operation}\",\"ownerUserID\":\"{}\",\"text\":\"{}\"}}\n",
        MARKERS[0], MARKERS[1]
    );
    let request = format!(
        "POST /cb/{command} HTTP/1.1\r\nHost: {to}\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: {}\r\n\
         Content-Type: application/json\r\nOperationid: {operation}\r\nAccept-Encoding: gzip\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(patience)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let (mut answer, mut piece) = (Vec::new(), [0_u8; 4096]);
    loop {
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => break,
            Ok(n) => answer.extend_from_slice(&piece[..n]),
        }
        if answer.ends_with(b"}") {
            break;
        }
    }
    (!answer.is_empty()).then(|| String::from_utf8_lossy(&answer).into_owned())
}

async fn upstream() -> Server {
    serve(|got: Got| async move {
        let slow = got.header("operationid").starts_with("slow");
        let body = format!("{{\"actionCode\":0,\"nextCode\":0,\"errMsg\":\"{}\"}}", MARKERS[2]);
        Say { after: if slow { Duration::from_millis(900) } else { HANDLING }, ..say(200, body) }
    })
    .await
}

/// Every byte of a record, unpacked where it is packed.
fn everything(folder: &Path) -> Vec<(PathBuf, String)> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            let bytes = std::fs::read(&path).unwrap();
            let bytes = match path.extension().is_some_and(|e| e == "zst") {
                true => zstd::stream::decode_all(bytes.as_slice()).unwrap(),
                false => bytes,
            };
            (path, String::from_utf8_lossy(&bytes).into_owned())
        })
        .collect()
}

fn us(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("no figure: {value}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_the_proxy_holds_exactly_what_passed_and_is_read_by_every_command() {
    let dir = tempfile::tempdir().unwrap();
    let server = upstream().await;
    let out = dir.path().to_owned();
    let timeouts = ["--timeout", "beforeCreateGroup=5", "--version", "3.8.3"];
    let done = tokio::task::spawn_blocking(move || {
        let proxy = Proxy::start(&server.url(), &out, &timeouts);
        for n in 0..60 {
            let answer = callback(proxy.address, BEFORE, &format!("op{n}"), Duration::from_secs(20));
            assert!(answer.unwrap().contains(MARKERS[2]));
        }
        for n in 0..12 {
            assert!(callback(proxy.address, AFTER, &format!("af{n}"), Duration::from_secs(20)).is_some());
        }
        // OpenIM gives up long before the upstream answers.
        assert_eq!(callback(proxy.address, BEFORE, "slow-one", Duration::from_millis(200)), None);
        assert!(callback(proxy.address, "callbackOfNobodyCommand", "x", Duration::from_secs(20)).is_some());
        std::thread::sleep(Duration::from_millis(1_200));
        proxy.end()
    })
    .await
    .unwrap();
    assert_eq!(done.code, 0, "{}\n{}", done.stdout, done.stderr);
    let folder = done.record();
    check_summary(&done.json());
    for (path, text) in everything(&folder) {
        for marker in MARKERS {
            assert!(!text.contains(marker), "{}: {marker}", path.display());
        }
    }
    check_commands(&folder);
}

fn check_summary(summary: &Value) {
    assert_eq!(summary["basis"], "real");
    for name in ["calls", "calls_total", "rates", "callbacks", "cleanup"] {
        assert_eq!(summary[name], Value::Null, "{name} would look as if it had been counted");
    }
    let watched = &summary["observed"];
    let before = &watched["webhooks"]["beforeCreateGroup"];
    assert_eq!((&before["counted"], &before["aborted"]), (&Value::from(61), &Value::from(1)));
    assert_eq!(watched["webhooks"]["afterCreateGroup"]["counted"], 12);
    assert_eq!(before["upstream"]["aborted_answered"], 1);
    assert!(us(&before["upstream"]["statuses"]["200"]) >= 60, "{before}");
    assert!(us(&before["upstream"]["largest_request"]) > 100, "{before}");
    assert_eq!(watched["others"]["callbackOfNobodyCommand"], 1);
    assert!(watched["cannot_know"].as_array().unwrap().len() >= 4);
    let recommendation = &summary["recommendations"]["beforeCreateGroup"];
    assert_eq!((&recommendation["vantage"], &recommendation["present_s"]), (&"proxy".into(), &5.into()));
    assert_eq!((&recommendation["n"], &recommendation["exceed"]), (&61.into(), &1.into()));
    assert!(["low", "medium", "refused"].contains(&recommendation["confidence"].as_str().unwrap()));
    assert_eq!(recommendation["misfire_single"].as_object().unwrap().len(), 15);
    let p50 = us(&recommendation["time_us"]["quantiles_us"]["0.5"]);
    let handling = u64::try_from(HANDLING.as_micros()).unwrap();
    assert!((handling..20 * handling).contains(&p50), "{p50} µs where the upstream takes {handling}");
    let added = us(&watched["added_us"]["count"]);
    assert_eq!(added, 72, "of every callback that was answered");
}

fn check_commands(folder: &Path) {
    let record = folder.to_str().unwrap();
    for format in ["terminal", "markdown", "html", "json"] {
        for command in ["report", "show"] {
            let done = run(bench().args([command, record, "--format", format]));
            assert_eq!(done.code, 0, "{command} {format}: {}", done.stderr);
            assert!(done.stdout.contains("beforeCreateGroup"), "{command} {format}");
        }
    }
    let report = run(bench().args(["report", record]));
    for words in ["vantage proxy", "What cannot be known from here", "the proxy added"] {
        assert!(report.stdout.contains(words), "{words}: {}", report.stdout);
    }
    for words in ["arrivals", "in flight", "dispatch lag", "shed"] {
        assert!(!report.stdout.contains(words), "{words}: {}", report.stdout);
    }
    let chinese = run(bench().args(["--lang", "zh", "report", record]));
    assert!(chinese.stdout.contains("观测点 proxy"), "{}", chinese.stdout);
    let list = run(bench().args(["list", "--out"]).arg(folder.parent().unwrap()));
    assert!(list.code == 0 && list.stdout.contains(folder.file_name().unwrap().to_str().unwrap()));
    let charts = tempfile::tempdir().unwrap();
    let plot = run(bench().args(["plot", record, "--out"]).arg(charts.path()));
    assert_eq!(plot.code, 0, "{}", plot.stderr);
    for (command, code) in [(vec!["whatif", record], 5), (vec!["compare", record, record], 2)] {
        let done = run(bench().args(&command));
        assert_eq!(done.code, code, "{command:?}: {}{}", done.stdout, done.stderr);
        assert!(done.stderr.contains("openim-bench run"), "{}", done.stderr);
    }
}

#[test]
fn a_dead_upstream_closes_the_connection_and_is_none_of_a_timeouts_business() {
    let dir = tempfile::tempdir().unwrap();
    let dead = format!("http://127.0.0.1:{}", free_port());
    let proxy = Proxy::start(&dead, dir.path(), &["--fail-on", "never"]);
    for n in 0..3 {
        assert_eq!(callback(proxy.address, BEFORE, &format!("op{n}"), Duration::from_secs(20)), None);
    }
    let done = proxy.end();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let summary = done.json();
    let webhook = &summary["observed"]["webhooks"]["beforeCreateGroup"];
    assert_eq!(webhook["counted"], 0, "{webhook}");
    let failures = webhook["upstream"]["failures"].as_object().unwrap();
    assert_eq!(failures.values().filter_map(Value::as_u64).sum::<u64>(), 3, "{webhook}");
    let findings = summary["findings"].as_array().unwrap();
    assert!(findings.iter().any(|f| f["code"] == "upstream_failed"), "{findings:?}");
}

/// Scrapes until a counter of callbacks has come to `n`, at most as long as a slow machine may take.
fn scraped_at(port: u16, n: f64) -> BTreeMap<String, f64> {
    for _ in 0..200 {
        let found = scraped(port).expect("it listens while it passes on");
        if sum(&found, "openim_bench_callbacks_total", "") >= n {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{n} callbacks were never counted: {:#?}", scraped(port));
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_of_the_proxy_are_what_was_sent_while_callbacks_pass() {
    let dir = tempfile::tempdir().unwrap();
    let server = upstream().await;
    let (out, port) = (dir.path().to_owned(), free_port());
    let metrics = port.to_string();
    let (half, all, heard) = tokio::task::spawn_blocking(move || {
        let more = ["--timeout", "beforeCreateGroup=5", "--processes", "3", "--metrics", &metrics];
        let proxy = Proxy::start(&server.url(), &out, &more);
        let send = |command, operation: &str| {
            assert!(callback(proxy.address, command, operation, Duration::from_secs(20)).is_some());
        };
        (0..20).for_each(|n| send(BEFORE, &format!("op{n}")));
        let half = scraped_at(port, 20.0);
        (0..10).for_each(|n| send(AFTER, &format!("af{n}")));
        assert_eq!(callback(proxy.address, BEFORE, "slow-one", Duration::from_millis(200)), None);
        send("callbackOfNobodyCommand", "x");
        let all = scraped_at(port, 31.0);
        (half, all, proxy.end().stderr)
    })
    .await
    .unwrap();
    assert!(heard.contains(&format!("http://127.0.0.1:{port}/metrics")), "{heard}");
    let ended = |found: &BTreeMap<String, f64>, key: &str, outcome: &str| {
        let series = format!("openim_bench_callbacks_total{{webhook=\"{key}\",outcome=\"{outcome}\"}}");
        found.get(&series).copied()
    };
    assert_eq!(ended(&half, "beforeCreateGroup", "answered"), Some(20.0), "{half:#?}");
    assert_eq!(ended(&half, "beforeCreateGroup", "aborted"), Some(0.0));
    assert_eq!(ended(&all, "beforeCreateGroup", "answered"), Some(20.0), "{all:#?}");
    assert_eq!(ended(&all, "beforeCreateGroup", "aborted"), Some(1.0));
    assert_eq!(ended(&all, "afterCreateGroup", "answered"), Some(10.0));
    for (series, wanted) in [
        ("foreign_callbacks_total", 1.0),
        ("openim_processes", 3.0),
        ("callback_timeout_seconds{webhook=\"beforeCreateGroup\"}", 5.0),
        ("callback_duration_seconds_count{webhook=\"afterCreateGroup\"}", 10.0),
        ("added_latency_seconds_count{webhook=\"beforeCreateGroup\"}", 20.0),
        ("added_latency_seconds_count{webhook=\"afterCreateGroup\"}", 10.0),
        ("upstream_failures_total{webhook=\"beforeCreateGroup\",cause=\"refused\"}", 0.0),
    ] {
        assert_eq!(all.get(&format!("openim_bench_{series}")), Some(&wanted), "{series}: {all:#?}");
    }
    let took = all["openim_bench_callback_duration_seconds_sum{webhook=\"afterCreateGroup\"}"];
    let added = all["openim_bench_added_latency_seconds_sum{webhook=\"afterCreateGroup\"}"];
    assert!(took >= 10.0 * HANDLING.as_secs_f64() && added < took, "{took} {added}");
    assert!(all.keys().all(|key| !key.contains("op1") && !key.contains("Nobody")), "{all:#?}");
    assert_eq!(scraped(port), None, "it has ended");
}

#[test]
fn metrics_say_why_the_upstream_gave_no_answer_and_without_the_flag_callbacks_alone_are_listened_for() {
    let dir = tempfile::tempdir().unwrap();
    let (dead, port) = (format!("http://127.0.0.1:{}", free_port()), free_port());
    let with = Proxy::start(&dead, dir.path(), &["--fail-on", "never", "--metrics", &port.to_string()]);
    let without = Proxy::start(&dead, dir.path(), &["--fail-on", "never"]);
    if let (Some(with), Some(without)) = (listening(with.child.id()), listening(without.child.id())) {
        assert_eq!((with, without), (2, 1));
    }
    for n in 0..3 {
        assert_eq!(callback(with.address, BEFORE, &format!("op{n}"), Duration::from_secs(20)), None);
    }
    let found = scraped_at(port, 3.0);
    let refused = "openim_bench_upstream_failures_total{webhook=\"beforeCreateGroup\",cause=\"refused\"}";
    assert_eq!(found.get(refused), Some(&3.0), "{found:#?}");
    assert_eq!(sum(&found, "openim_bench_callbacks_total", "unanswered"), 3.0, "{found:#?}");
    assert_eq!((with.end().code, without.end().code), (0, 0));
}

#[test]
fn what_cannot_be_is_refused_with_exit_code_2_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let good = ["--upstream", "http://127.0.0.1:9"];
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (arguments, says) in [
        (vec![], "--upstream"),
        (vec!["--upstream", "ftp://x"], "ftp://x"),
        (vec![good[0], good[1], "--fault", "hang"], "hits-everyone"),
        (vec![good[0], good[1], "--fault", "hung"], "hang"),
        (vec![good[0], good[1], "--timeout", "beforeCreateGrup=5"], "beforeCreateGroup"),
        (vec![good[0], good[1], "--yml", "/nowhere/webhooks.yml"], "/nowhere/webhooks.yml"),
        (vec![good[0], good[1], "--listen", &address], "another port"),
        (vec![good[0], good[1], "--listen", "127.0.0.1:0", "--metrics", &address], "another port"),
    ] {
        let done = run(bench().arg("proxy").args(&arguments).args(["--for", "1s", "--out"]).arg(dir.path()));
        assert_eq!(done.code, 2, "{arguments:?}: {}", done.stderr);
        assert!(done.stderr.contains(says), "{arguments:?}: {}", done.stderr);
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0);
}

/// The nginx snippet of the README, where nginx is there to read it.
#[test]
fn nginx_accepts_the_readmes_snippet() {
    let Ok(version) = Command::new("nginx").arg("-v").output() else {
        println!("skipped: there is no nginx here");
        return;
    };
    assert!(version.status.success());
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let snippet = readme.split("```nginx\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("nginx.conf");
    let path = dir.path().display();
    std::fs::write(
        &file,
        format!("pid {path}/pid;\nerror_log {path}/log;\nevents {{}}\nhttp {{\n{snippet}}}\n"),
    )
    .unwrap();
    let checked = Command::new("nginx").arg("-t").arg("-c").arg(&file).output().unwrap();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stderr));
}
