//! The proxy between the simulator and a webhook server: nothing changes but what a fault does.

use openim_bench::clock::RunClock;
use openim_bench::ids::RunTag;
use openim_bench::port::{RunEvent, VecSink};
use openim_bench::sim::SimConfig;
use openim_bench::webhook::proxy::UpstreamUrl;
use openim_bench::webhook::{ProxyConfig, ProxyResponder, Scope, ServerConfig, serve};
use openim_bench::wire::api::Operation;
use openim_bench::wire::failure::classify;
use openim_bench::wire::{Build, FailureKind};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

use crate::sim::rig::{Behaviour, Rig, usual};
use crate::support::{bench, free_port, run_load};

const BEFORE_CREATE: &str = "callbackBeforeCreateGroupCommand";

/// Puts a proxy between the simulator and its webhook server.
fn between(sim: &mut SimConfig, faults: &[&str], sink: VecSink) {
    let upstream = sim.webhooks.url.replace("/callbackExample", "");
    let clock = RunClock::start();
    let mut config = ProxyConfig::new(UpstreamUrl::parse(&upstream).unwrap(), "/callbackExample");
    config.faults = faults.iter().map(|text| text.parse().unwrap()).collect();
    let responder = Arc::new(ProxyResponder::new(config, clock).unwrap());
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    sim.webhooks.url = format!("http://{}/callbackExample", listener.local_addr().unwrap());
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    let mut server = ServerConfig::new("/callbackExample", RunTag::from_number(1));
    server.scope = Scope::Everything;
    tokio::spawn(serve(listener, server, responder, sink, clock, CancellationToken::new()));
}

async fn proxied(faults: &[&str]) -> Rig {
    Rig::with(Build::Main, |sim| between(sim, faults, VecSink::default())).await
}

/// Everything but the wall clock's times.
fn timeless(text: &str) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.retain(|name, _| !name.to_ascii_lowercase().contains("time"));
                map.values_mut().for_each(strip);
            }
            Value::Array(list) => list.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    strip(&mut value);
    value
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_of_the_api_and_callbacks_are_the_same_with_and_without_the_proxy() {
    let (direct, through) = (Rig::new(Build::Main).await, proxied(&[]).await);
    let mut answers = Vec::new();
    for rig in [&direct, &through] {
        let mut texts = vec![timeless(&rig.create("op-1").await.text)];
        rig.receiver.wait_for(2).await;
        rig.receiver.set(
            BEFORE_CREATE,
            Behaviour::body(r#"{"errCode":4001,"errMsg":"M","errDlt":"D","nextCode":1}"#),
        );
        texts.push(timeless(&rig.create("op-2").await.text));
        rig.receiver.set(BEFORE_CREATE, Behaviour { status: "500 Oops", ..Behaviour::body("<html>") });
        texts.push(timeless(&rig.create("op-3").await.text));
        answers.push(texts);
    }
    assert_eq!(answers[0], answers[1]);
    let mut seen = Vec::new();
    for rig in [&direct, &through] {
        let mut callbacks = rig.receiver.wait_for(5).await;
        callbacks.sort_by_key(|c| (c.header("operationid").to_owned(), c.command().to_owned()));
        let plain = |headers: &[(String, String)]| {
            headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("host")).cloned().collect::<Vec<_>>()
        };
        let all = callbacks.iter().map(|c| (c.line.clone(), plain(&c.headers), timeless(&c.body)));
        seen.push(all.collect::<Vec<_>>());
    }
    assert!(!seen[0].is_empty());
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_has_the_cause_that_a_server_with_it_has() {
    let rule = |fault: &str| format!("{fault},key=beforeCreateGroup,operation=ob");
    for (fault, kind) in [
        ("hang", FailureKind::WebhookDeadline),
        ("slow_body", FailureKind::WebhookBodyRead),
        ("reset", FailureKind::WebhookReset),
        ("close", FailureKind::WebhookReset),
        ("status=500", FailureKind::WebhookBadAnswer),
    ] {
        let body = if fault.starts_with("status") { ",body=<html>" } else { "" };
        let rule = format!("{}{body}", rule(fault));
        let rig = Rig::with(Build::Main, |sim| {
            for key in sim.webhooks.keys.values_mut() {
                key.timeout = 1;
            }
            between(sim, &[&rule], VecSink::default());
        })
        .await;
        assert_eq!(rig.create("other-1").await.code(), 0, "{fault}: spares whom it does not name");
        let answer = rig.create("ob-1").await;
        let classified = classify(answer.status, answer.text.as_bytes(), Operation::Create);
        assert_eq!(classified.result, Err(kind), "{fault}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upstream_that_is_down_looks_like_a_closed_connection() {
    let rig = Rig::with(Build::Main, |sim| {
        sim.webhooks.url = format!("http://127.0.0.1:{}/callbackExample", free_port());
        between(sim, &[], VecSink::default());
    })
    .await;
    let answer = rig.create("op-1").await;
    assert!(answer.dlt().contains("EOF"), "{}", answer.text);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_of_a_thousand_goes_through_and_a_late_answer_is_stamped() {
    let sink = VecSink::default();
    let events = sink.clone();
    let rig = Rig::with(Build::Main, |sim| {
        for key in sim.webhooks.keys.values_mut() {
            key.timeout = 1;
        }
        between(sim, &[], sink);
    })
    .await;
    rig.receiver.set(BEFORE_CREATE, Behaviour::sleep(Duration::from_millis(1_500)));
    let mut body = usual();
    body["groupInfo"]["introduction"] = json!("x".repeat(60_000));
    assert_eq!(rig.call("/group/create_group", "op-late", body).await.code(), 90004);
    let done = async {
        loop {
            let done = events.events().into_iter().find_map(|e| match e {
                RunEvent::Callback(done) if done.aborted_at.is_some() => Some(done),
                _ => None,
            });
            if let Some(done) = done {
                return done;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let done = tokio::time::timeout(Duration::from_secs(20), done).await.unwrap();
    let upstream = done.upstream.unwrap();
    assert!(upstream.replied_at > done.aborted_at && upstream.request_bytes > 60_000, "{done:?}");
    assert_eq!(done.operation_text.as_deref(), Some("op-late"));
}

#[test]
fn a_run_in_proxy_mode_measures_the_server_behind_and_says_what_the_proxy_added() {
    let dir = tempfile::tempdir().unwrap();
    let address = crate::support::fixed_server(Some(
        "HTTP/1.1 200 OK\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{\"actionCode\":0}",
    ));
    let profile = format!(
        "[target]\nurl = \"sim\"\nversion = \"3.8.3-patch.16\"\n[webhook]\nlisten = \"127.0.0.1:0\"\n\
         mode = \"proxy\"\nupstream = \"http://{address}\"\nexpect = [\"beforeCreateGroup\"]\n\
         [load]\nrate = 10.0\nwarmup = \"0s\"\nduration = \"3s\"\nusers = {{ pool = 20 }}\n"
    );
    let file = dir.path().join("proxy.toml");
    std::fs::write(&file, profile).unwrap();
    let done = run_load(|| {
        let mut command = bench();
        command.args(["run"]).arg(&file).args(["--format", "json", "--quiet", "--out"]).arg(dir.path());
        command
    });
    assert!([0, 5, 6].contains(&done.code), "{}: {}", done.code, done.stderr);
    let summary = done.json();
    let upstream = &summary["plan"]["upstream"];
    assert_eq!(upstream["url"], format!("http://{address}"), "{summary:#}");
    assert!(upstream["added_p99_us"].as_u64().is_some_and(|us| us > 0), "{upstream:#}");
    assert_eq!(summary["basis"], "simulated", "{}", summary["basis"]);
}

/// A server that answers every request of a kept connection at once.
async fn instant_server() -> std::net::SocketAddr {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            stream.set_nodelay(true).unwrap();
            tokio::spawn(async move {
                let mut buffer = [0_u8; 4096];
                while matches!(stream.read(&mut buffer).await, Ok(n) if n > 0) {
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"actionCode\":0}";
                    stream.write_all(answer).await.unwrap();
                }
            });
        }
    });
    address
}

/// Sends 500 callbacks a second open loop over kept connections; the times, sorted, µs.
async fn times_of(address: std::net::SocketAddr, callbacks: u32) -> Vec<u64> {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let idle = Arc::new(std::sync::Mutex::new(Vec::<tokio::net::TcpStream>::new()));
    let mut ticks = tokio::time::interval(Duration::from_millis(2));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..callbacks {
        ticks.tick().await;
        let idle = idle.clone();
        tasks.spawn(async move {
            let kept = idle.lock().unwrap().pop();
            let mut stream = match kept {
                Some(stream) => stream,
                None => tokio::net::TcpStream::connect(address).await.unwrap(),
            };
            stream.set_nodelay(true).unwrap();
            let request = format!(
                "POST /callbackExample/{BEFORE_CREATE} HTTP/1.1\r\nHost: x\r\nOperationid: op\r\nContent-Length: 2\r\n\r\n{{}}"
            );
            let began = tokio::time::Instant::now();
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut read = Vec::new();
            while !read.ends_with(b"}") {
                assert!(stream.read_buf(&mut read).await.unwrap() > 0);
            }
            let took = began.elapsed();
            idle.lock().unwrap().push(stream);
            u64::try_from(took.as_micros()).unwrap()
        });
    }
    let mut times = tasks.join_all().await;
    times.sort_unstable();
    times
}

/// `cargo test --release --test it e2e_proxy::added -- --ignored --nocapture`, on an idle machine.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures; needs a quiet machine and a release build"]
async fn added_latency_at_500_callbacks_a_second() {
    let upstream = instant_server().await;
    let clock = RunClock::start();
    let config =
        ProxyConfig::new(UpstreamUrl::parse(&format!("http://{upstream}")).unwrap(), "/callbackExample");
    let responder = Arc::new(ProxyResponder::new(config, clock).unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut server = ServerConfig::new("/callbackExample", RunTag::from_number(1));
    server.scope = Scope::Everything;
    let sink = VecSink::default();
    tokio::spawn(serve(listener, server, responder, sink.clone(), clock, CancellationToken::new()));
    for _ in 0..3 {
        let (direct, through) = (times_of(upstream, 5_000).await, times_of(address, 5_000).await);
        let p = |times: &[u64], q: f64| times[(times.len() as f64 * q) as usize];
        for q in [0.5, 0.99] {
            println!("q {q}: direct {} µs, through the proxy {} µs", p(&direct, q), p(&through, q));
        }
    }
    let done = sink.events().into_iter().filter_map(|e| match e {
        RunEvent::Callback(done) => {
            Some(done.upstream.unwrap().added_us(done.received_at, done.replied_at).unwrap())
        }
        _ => None,
    });
    let mut added: Vec<u64> = done.collect();
    added.sort_unstable();
    let p = |q: f64| added[(added.len() as f64 * q) as usize];
    println!("by the tool: {} callbacks, added p50 {} µs, p99 {} µs", added.len(), p(0.5), p(0.99));
}
