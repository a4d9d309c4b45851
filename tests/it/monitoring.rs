//! Metrics of a run as Prometheus gets them, and the dashboard and alert rules that read them.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use openim_bench::app::monitoring::Monitoring;
use openim_bench::metrics::names::{FAMILIES, Kind};
use regex::Regex;
use serde_json::Value;

use crate::support::{Sim, bench, free_port, run, webhooks_yml};

/// An answer of the exporter, head and body; `None` where nothing listens.
fn get(port: u16, request: &str) -> Option<(String, String)> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    write!(stream, "{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    Some((head.to_owned(), body.to_owned()))
}

/// Series with their labels, and values; every line has to be of the exposition format.
fn series(text: &str) -> BTreeMap<String, f64> {
    let sample =
        Regex::new(r#"^([a-z_]+(?:\{(?:[a-z_]+="[^"\\]*",?)*\})?) (-?[0-9.e-]+|NaN|\+Inf)$"#).unwrap();
    let comment = Regex::new(r"^# (HELP|TYPE) [a-z_]+ \S.*$").unwrap();
    let mut all = BTreeMap::new();
    for line in text.lines().filter(|l| !l.is_empty()) {
        match sample.captures(line) {
            Some(found) => {
                let twice = all.insert(found[1].to_owned(), found[2].parse().unwrap());
                assert_eq!(twice, None, "{line} stands twice");
            }
            None => assert!(comment.is_match(line), "no line of the exposition format: {line}"),
        }
    }
    all
}

/// What an exporter gives now; `None` where nothing listens.
pub fn scraped(port: u16) -> Option<BTreeMap<String, f64>> {
    let (head, body) = get(port, "GET /metrics")?;
    assert!(head.starts_with("HTTP/1.1 200") && head.contains("version=0.0.4"), "{head}");
    Some(series(&body))
}

/// Sum over the series of a name that have a label.
pub fn sum(series: &BTreeMap<String, f64>, name: &str, label: &str) -> f64 {
    let wanted = |key: &&String| key.starts_with(&format!("{name}{{")) && key.contains(label);
    series.keys().filter(wanted).map(|key| series[key]).sum()
}

fn skip(why: &str) {
    let install = "run scripts/install-test-deps.sh";
    assert!(std::env::var("CI").as_deref() != Ok("true"), "{why}; {install}");
    println!("skipped: {why}; {install}");
}

/// Runs promtool with `input`; `None` where there is none.
fn promtool(arguments: &[&str], input: &str) -> Option<(bool, String)> {
    let child = Command::new("promtool")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        skip("promtool is missing");
        return None;
    };
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].map(|b| String::from_utf8_lossy(&b).into_owned()).concat();
    Some((output.status.success(), said))
}

/// Ends the process however the test ends.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A run that stays afterwards, with its lines on standard error.
fn staying(metrics: u16, out: &Path, sim: &Sim, listen: u16) -> (Running, Receiver<String>) {
    let mut child = bench()
        .args(["run", "smoke", "--stay", "--fail-on", "never", "--metrics", &metrics.to_string()])
        .args(["--target", &sim.url, "--out"])
        .arg(out)
        .args(["--set", &format!("webhook.listen=\"127.0.0.1:{listen}\""), "--set", "load.warmup=\"0s\""])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    let (sender, receiver) = channel();
    std::thread::spawn(move || lines.for_each(|line| drop(sender.send(line))));
    (Running(child), receiver)
}

fn summary(out: &Path) -> Value {
    let mut records = std::fs::read_dir(out).unwrap().map(|e| e.unwrap().path().join("summary.json"));
    let file = records.find(|f| f.is_file()).expect("a record");
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

fn creates(found: &BTreeMap<String, f64>) -> f64 {
    sum(found, "openim_bench_creates_total", "")
}

#[test]
fn what_a_run_counts_can_be_scraped_while_it_lasts_and_is_what_its_record_says() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let (metrics, listen) = (free_port(), free_port());
    let url = format!("http://127.0.0.1:{listen}/callbackExample");
    let sim = Sim::start("3.8.3-patch.16", dir.path(), &webhooks_yml(&url, true, 5));
    let (_running, lines) = staying(metrics, &out, &sim, listen);
    let (mut seen, mut said) = (Vec::new(), Vec::new());
    loop {
        match lines.recv_timeout(Duration::from_millis(100)) {
            Ok(line) => said.push(line),
            Err(RecvTimeoutError::Timeout) => seen.extend(scraped(metrics).as_ref().map(creates)),
            Err(RecvTimeoutError::Disconnected) => panic!("it ended: {said:#?}"),
        }
        if said.last().is_some_and(|line| line.starts_with("staying")) {
            break;
        }
    }
    let last = scraped(metrics).expect("it listens while it stays");
    assert!(said.iter().any(|l| l.contains(&format!("http://127.0.0.1:{metrics}/metrics"))), "{said:#?}");
    assert!(seen.is_sorted(), "{seen:?}");
    let values: BTreeSet<u64> = seen.iter().map(|n| *n as u64).collect();
    assert!(values.len() >= 3, "it grew while it was scraped: {seen:?}");
    holds_the_record(&last, &summary(&out));
    assert!(get(metrics, "GET /").unwrap().0.starts_with("HTTP/1.1 404"));
    assert!(get(metrics, "POST /metrics").unwrap().0.starts_with("HTTP/1.1 405"));
    let (_, text) = get(metrics, "GET /metrics").unwrap();
    if let Some((fine, said)) = promtool(&["check", "metrics"], &text) {
        assert!(fine && said.trim().is_empty(), "{said}");
    }
}

fn holds_the_record(last: &BTreeMap<String, f64>, summary: &Value) {
    let calls = &summary["calls"];
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| panic!("{summary:#}"));
    assert_eq!(creates(last), number(&calls["released"]), "{last:#?}");
    assert_eq!(last["openim_bench_creates_total{result=\"succeeded\"}"], number(&calls["succeeded"]));
    assert_eq!(last["openim_bench_calls_in_flight"], 0.0);
    assert_eq!(last["openim_bench_openim_processes"], 1.0);
    for key in ["beforeCreateGroup", "beforeMemberJoinGroup", "afterCreateGroup"] {
        let label = format!("webhook=\"{key}\"");
        let n = number(&summary["recommendations"][key]["n"]);
        assert!(n > 0.0);
        assert_eq!(sum(last, "openim_bench_callbacks_total", &label), n, "{key}: {last:#?}");
        assert_eq!(last[&format!("openim_bench_callback_duration_seconds_count{{{label}}}")], n);
        assert_eq!(last[&format!("openim_bench_callback_timeout_seconds{{{label}}}")], 5.0);
    }
    let names = |key: &String| !key.contains("ob1") && !key.contains("operation");
    assert!(last.keys().all(names), "no operationIDs: {last:#?}");
}

#[test]
fn a_taken_port_and_an_address_that_is_none_end_the_run_before_it_begins() {
    let holder = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = holder.local_addr().unwrap().to_string();
    let dir = tempfile::tempdir().unwrap();
    let run_at = |lang: &str, address: &str| {
        let mut command = bench();
        command.args(["run", "smoke", "--lang", lang, "--metrics", address, "--out"]).arg(dir.path());
        run(&mut command)
    };
    let english = run_at("en", &taken);
    assert_eq!(english.code, 2, "{}", english.stderr);
    assert!(
        english.stderr.contains(&taken) && english.stderr.contains("take another port"),
        "{}",
        english.stderr
    );
    let chinese = run_at("zh", &taken);
    assert!(chinese.stderr.contains(&taken) && chinese.stderr.contains("换一个端口"), "{}", chinese.stderr);
    let nonsense = run_at("en", "localhost");
    assert!(nonsense.code == 2 && nonsense.stderr.contains("ip:port"), "{}", nonsense.stderr);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "no record");
}

/// How many ports a process listens on; `None` where the system does not tell.
pub fn listening(id: u32) -> Option<usize> {
    let table = std::fs::read_to_string(format!("/proc/{id}/net/tcp")).ok()?;
    let sockets: Vec<String> = std::fs::read_dir(format!("/proc/{id}/fd"))
        .ok()?
        .filter_map(|fd| std::fs::read_link(fd.ok()?.path()).ok())
        .filter_map(|to| Some(to.to_str()?.strip_prefix("socket:[")?.trim_end_matches(']').to_owned()))
        .collect();
    let open = |line: &&str| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        fields.get(3) == Some(&"0A") && fields.get(9).is_some_and(|inode| sockets.iter().any(|s| s == inode))
    };
    Some(table.lines().filter(open).count())
}

#[test]
fn without_the_flag_a_run_listens_for_callbacks_alone() {
    let most = |metrics: &[&str]| {
        let dir = tempfile::tempdir().unwrap();
        let child = bench()
            .args(["run", "smoke", "--quiet", "--set", "load.duration=\"2s\"", "--out"])
            .arg(dir.path())
            .args(metrics)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut child = Running(child);
        let mut most = 0;
        while child.0.try_wait().unwrap().is_none() {
            most = most.max(listening(child.0.id()).unwrap_or(0));
            std::thread::sleep(Duration::from_millis(20));
        }
        most
    };
    if Path::new("/proc/self/net/tcp").exists() {
        // Callbacks, and the simulator's API.
        assert_eq!(most(&[]), 2);
        assert_eq!(most(&["--metrics", "0"]), 3);
    } else {
        println!("skipped: this system does not tell what a process listens on");
    }
}

/// Names of metrics in a text, without what histograms add.
fn named(text: &str) -> BTreeSet<String> {
    let names = Regex::new(r"openim_bench_[a-z_]+").unwrap();
    names.find_iter(text).map(|m| m.as_str().to_owned()).collect()
}

/// Name of a series → its labels, as the exporter makes them.
fn made() -> BTreeMap<String, &'static [&'static str]> {
    let mut all = BTreeMap::new();
    for family in FAMILIES {
        if family.kind == Kind::Histogram {
            for part in ["_bucket", "_sum", "_count"] {
                all.insert(format!("{}{part}", family.name), family.labels);
            }
        } else {
            all.insert(family.name.to_owned(), family.labels);
        }
    }
    all
}

#[test]
fn dashboard_and_alerts_ask_for_metrics_and_labels_that_there_are() {
    let made = made();
    let selector = Regex::new(r"(openim_bench_[a-z_]+)\{([^}]*)\}").unwrap();
    let label = Regex::new(r#"([a-z_]+)\s*(?:=~|!~|!=|=)"#).unwrap();
    for file in [Monitoring::Dashboard, Monitoring::Alerts] {
        let text = file.text().replace("\\\"", "\"");
        let names = named(&text);
        assert!(names.len() >= 5, "{file:?}: {names:?}");
        for name in &names {
            assert!(made.contains_key(name), "{file:?}: the exporter makes no {name}");
        }
        for found in selector.captures_iter(&text) {
            for asked in label.captures_iter(&found[2]) {
                let known = ["job", "instance"].contains(&&asked[1]) || made[&found[1]].contains(&&asked[1]);
                assert!(known, "{file:?}: {} has no label {}", &found[1], &asked[1]);
            }
        }
    }
}

#[test]
fn the_dashboard_is_json_with_its_datasource_as_a_variable() {
    let dashboard: Value = serde_json::from_str(Monitoring::Dashboard.text()).unwrap();
    let variables: Vec<&str> = dashboard["templating"]["list"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|v| v["name"].as_str())
        .collect();
    assert!(variables.contains(&"datasource"), "{variables:?}");
    let panels = dashboard["panels"].as_array().unwrap();
    let mut ids = BTreeSet::new();
    for panel in panels {
        assert!(ids.insert(panel["id"].as_u64().unwrap()), "{panel:#}");
        assert_eq!(panel["datasource"]["uid"], "${datasource}", "{panel:#}");
        assert!(panel["targets"].as_array().is_some_and(|targets| !targets.is_empty()), "{panel:#}");
    }
    assert!(panels.len() >= 8);
}

#[test]
fn promtool_accepts_the_alert_rules_and_the_example() {
    let dir = tempfile::tempdir().unwrap();
    for (file, name) in [(Monitoring::Alerts, "alerts.yml"), (Monitoring::Prometheus, "prometheus.yml")] {
        std::fs::write(dir.path().join(name), file.text()).unwrap();
    }
    for (what, name) in [("rules", "alerts.yml"), ("config", "prometheus.yml")] {
        let path = dir.path().join(name);
        let Some((fine, said)) = promtool(&["check", what, path.to_str().unwrap()], "") else { return };
        assert!(fine && said.contains("SUCCESS"), "{name}: {said}");
    }
}

/// Series over half an hour at one a minute, and which alerts they bring.
const CASES: &str = r#"
rule_files: [alerts.yml]
evaluation_interval: 1m
tests:
  - name: what is well brings none
    interval: 1m
    input_series:
      - { series: 'openim_bench_build_info{job="openim-bench",instance="i"}', values: '1x30' }
      - { series: 'up{job="openim-bench",instance="i"}', values: '1x30' }
      - { series: 'openim_bench_openim_processes{job="openim-bench",instance="i"}', values: '1x30' }
      - { series: 'openim_bench_callback_timeout_seconds{job="openim-bench",instance="i",webhook="beforeCreateGroup"}', values: '5x30' }
      - { series: 'openim_bench_callbacks_total{job="openim-bench",instance="i",webhook="beforeCreateGroup",outcome="answered"}', values: '0+6000x30' }
      - { series: 'openim_bench_callbacks_total{job="openim-bench",instance="i",webhook="beforeCreateGroup",outcome="late"}', values: '0+5x30' }
      - { series: 'openim_bench_callback_duration_seconds_sum{job="openim-bench",instance="i",webhook="afterCreateGroup"}', values: '0+110x30' }
      - { series: 'openim_bench_callback_duration_seconds_bucket{job="openim-bench",instance="i",webhook="beforeCreateGroup",le="1"}', values: '0+6000x30' }
      - { series: 'openim_bench_callback_duration_seconds_bucket{job="openim-bench",instance="i",webhook="beforeCreateGroup",le="+Inf"}', values: '0+6000x30' }
    alert_rule_test:
      - { alertname: OpenimBenchMisfires, eval_time: 25m, exp_alerts: [] }
      - { alertname: OpenimBenchAfterQueueRisk, eval_time: 25m, exp_alerts: [] }
      - { alertname: OpenimBenchHandlerNearTimeout, eval_time: 25m, exp_alerts: [] }
      - { alertname: OpenimBenchMetricsAbsent, eval_time: 25m, exp_alerts: [] }
    promql_expr_test:
      - { expr: 'count(ALERTS) or vector(0)', eval_time: 25m, exp_samples: [{ value: 0 }] }
  - name: what is bad brings one each
    interval: 1m
    input_series:
      - { series: 'openim_bench_openim_processes{job="openim-bench",instance="i"}', values: '1x30' }
      - { series: 'openim_bench_callback_timeout_seconds{job="openim-bench",instance="i",webhook="beforeCreateGroup"}', values: '5x30' }
      - { series: 'openim_bench_callbacks_total{job="openim-bench",instance="i",webhook="beforeCreateGroup",outcome="answered"}', values: '0+6000x30' }
      - { series: 'openim_bench_callbacks_total{job="openim-bench",instance="i",webhook="beforeCreateGroup",outcome="aborted"}', values: '0+10x30' }
      - { series: 'openim_bench_callback_duration_seconds_sum{job="openim-bench",instance="i",webhook="afterCreateGroup"}', values: '0+130x30' }
      - { series: 'openim_bench_callback_duration_seconds_bucket{job="openim-bench",instance="i",webhook="beforeCreateGroup",le="4"}', values: '0+5900x30' }
      - { series: 'openim_bench_callback_duration_seconds_bucket{job="openim-bench",instance="i",webhook="beforeCreateGroup",le="5"}', values: '0+6000x30' }
      - { series: 'openim_bench_callback_duration_seconds_bucket{job="openim-bench",instance="i",webhook="beforeCreateGroup",le="+Inf"}', values: '0+6000x30' }
      - { series: 'openim_bench_after_callbacks_lost_total{job="openim-bench",instance="i",webhook="afterCreateGroup"}', values: '0+1x30' }
      - { series: 'openim_bench_creates_total{job="openim-bench",instance="i",result="succeeded"}', values: '0+900x30' }
      - { series: 'openim_bench_creates_total{job="openim-bench",instance="i",result="webhook_deadline"}', values: '0+100x30' }
    promql_expr_test:
      - expr: 'count by (alertname) (ALERTS{alertstate="firing"}) * 0 + 1'
        eval_time: 25m
        exp_samples:
          - { labels: '{alertname="OpenimBenchMisfires"}', value: 1 }
          - { labels: '{alertname="OpenimBenchAfterQueueRisk"}', value: 1 }
          - { labels: '{alertname="OpenimBenchHandlerNearTimeout"}', value: 1 }
          - { labels: '{alertname="OpenimBenchAfterCallbacksLost"}', value: 1 }
          - { labels: '{alertname="OpenimBenchCreatesFail"}', value: 1 }
          - { labels: '{alertname="OpenimBenchMetricsAbsent"}', value: 1 }
"#;

#[test]
fn each_alert_fires_where_it_should_and_none_where_all_is_well() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("alerts.yml"), Monitoring::Alerts.text()).unwrap();
    let cases = dir.path().join("cases.yml");
    std::fs::write(&cases, CASES).unwrap();
    if let Some((fine, said)) = promtool(&["test", "rules", cases.to_str().unwrap()], "") {
        assert!(fine, "{said}");
    }
}

#[test]
fn monitoring_prints_the_files_as_they_are() {
    for (what, file) in [
        ("dashboard", Monitoring::Dashboard),
        ("alerts", Monitoring::Alerts),
        ("prometheus", Monitoring::Prometheus),
    ] {
        let done = run(bench().args(["monitoring", what]));
        assert_eq!((done.code, done.stdout.as_str()), (0, file.text()), "{}", done.stderr);
    }
}
