//! Runs of every operation on the builds that differ, and a deployment as awkward as real ones are:
//! a proxy with a base path, packed and closing answers, a token that expires, foreign callbacks.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::Value;

use crate::support::{Done, Sim, bench, free_port, run, run_load};

const KEYS: [&str; 11] = [
    "beforeCreateGroup",
    "beforeMemberJoinGroup",
    "afterCreateGroup",
    "beforeInviteUserToGroup",
    "beforeApplyJoinGroup",
    "afterJoinGroup",
    "afterQuitGroup",
    "afterKickGroupMember",
    "afterDismissGroup",
    "beforeCreateGroupChatConversations",
    "afterCreateGroupChatConversations",
];

fn expect_all() -> String {
    format!("webhook.expect={KEYS:?}")
}

fn count(value: &Value, pointer: &str) -> u64 {
    value
        .pointer(pointer)
        .and_then(Value::as_u64)
        .unwrap_or_else(|| panic!("{pointer} is missing: {value:#}"))
}

fn codes(summary: &Value, severity: &str) -> Vec<String> {
    let all = summary["findings"].as_array().unwrap();
    let of = all.iter().filter(|f| f["severity"] == severity);
    of.map(|f| f["code"].as_str().unwrap().to_owned()).collect()
}

/// A run of the smoke profile on the simulator inside it.
fn simulated(out: &Path, version: &str, sets: &[&str]) -> Done {
    let version = format!("target.version={version:?}");
    let expect = expect_all();
    let usual = [
        version.as_str(),
        &expect,
        "load.rate=20",
        "load.warmup=\"500ms\"",
        "load.duration=\"1500ms\"",
        "load.members=2",
        "limits.groups=2000",
        "objective={}",
    ];
    run_load(|| {
        let mut command = bench();
        command.args(["run", "smoke", "--format", "json", "--quiet", "--out"]).arg(out);
        for set in usual.iter().chain(sets) {
            command.args(["--set", set]);
        }
        command
    })
}

/// n of every key that was measured, and the succeeded calls of the measured time.
fn measured(summary: &Value) -> (Vec<(String, u64)>, u64) {
    let all = summary["recommendations"].as_object().unwrap();
    let fired = all.iter().filter(|(_, r)| r["confidence"] != "not_measured");
    let mut list: Vec<_> = fired.map(|(key, r)| (key.clone(), count(r, "/n"))).collect();
    list.sort();
    for (key, r) in all.iter().filter(|(_, r)| r["confidence"] == "not_measured") {
        assert!(r["fired_by"].as_str().is_some_and(|by| !by.is_empty()), "{key}: {r:#}");
    }
    (list, count(summary, "/calls/succeeded"))
}

/// Runs one operation and checks that exactly `keys` were called, once for each call.
fn once_each(version: &str, operation: &str, keys: &[&str]) {
    let dir = tempfile::tempdir().unwrap();
    let done = simulated(dir.path(), version, &[&format!("load.operation={operation:?}")]);
    let summary = done.json();
    assert_eq!(codes(&summary, "error"), Vec::<String>::new(), "{version} {operation}: {summary:#}");
    let (list, succeeded) = measured(&summary);
    assert_eq!(
        succeeded,
        count(&summary, "/calls/released"),
        "{version} {operation}: {:#}",
        summary["calls"]
    );
    let mut expected: Vec<_> = keys.iter().map(|key| ((*key).to_owned(), succeeded)).collect();
    expected.sort();
    assert_eq!(list, expected, "{version} {operation}");
    assert_eq!(count(&summary, "/validity/figures/duplicates"), 0);
    assert_eq!(
        count(&summary, "/validity/figures/strangers"),
        0,
        "our own set-up and clean-up are no strangers"
    );
    assert_eq!(count(&summary, "/cleanup/groups_left"), 0);
}

/// Several of these at a time: they mostly wait.
fn once_each_of(runs: &[(&'static str, &'static str, &[&str])]) {
    std::thread::scope(|scope| {
        for (version, operation, keys) in runs {
            scope.spawn(move || once_each(version, operation, keys));
        }
    });
}

#[test]
fn who_enters_a_group_is_asked_about_as_each_build_does() {
    once_each_of(&[
        ("3.8.3", "invite", &["beforeInviteUserToGroup", "beforeMemberJoinGroup"]),
        (
            "main",
            "invite",
            &[
                "beforeInviteUserToGroup",
                "beforeMemberJoinGroup",
                "beforeCreateGroupChatConversations",
                "afterCreateGroupChatConversations",
            ],
        ),
        ("3.7.0", "join", &["beforeApplyJoinGroup", "beforeMemberJoinGroup", "afterJoinGroup"]),
        ("3.8.0", "apply", &["beforeApplyJoinGroup", "beforeMemberJoinGroup"]),
    ]);
}

#[test]
fn leaving_a_group_and_ending_it_only_tell_afterwards() {
    // The dismissals of preflight and clean-up are no part of the load.
    once_each_of(&[
        ("3.8.3", "kick", &["afterKickGroupMember"]),
        ("main-standalone", "quit", &["afterQuitGroup"]),
        ("3.8.3-patch.16", "dismiss", &["afterDismissGroup"]),
    ]);
}

#[test]
fn on_3_7_a_create_asks_once_for_every_member() {
    let dir = tempfile::tempdir().unwrap();
    let done = simulated(dir.path(), "3.7.0", &["load.members=3", "load.admins=2"]);
    let summary = done.json();
    let (list, succeeded) = measured(&summary);
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(list.contains(&("beforeMemberJoinGroup".to_owned(), 6 * succeeded)), "{list:?} of {succeeded}");
    assert!(list.contains(&("beforeCreateGroup".to_owned(), succeeded)), "{list:?} of {succeeded}");
}

#[test]
fn a_mix_on_patch_16_names_the_answer_that_regrets_what_it_has_written() {
    let dir = tempfile::tempdir().unwrap();
    let mix = "load.operation={create = 1, invite = 1, join = 1, kick = 1}";
    let done = simulated(dir.path(), "3.8.3-patch.16", &[mix]);
    let summary = done.json();
    assert!(count(&summary, "/calls/failed/max_seq_invalid") > 0, "{:#}", summary["calls"]);
    assert_eq!(codes(&summary, "error"), Vec::<String>::new(), "{:#}", summary["findings"]);
    assert!(codes(&summary, "warning").contains(&"max_seq_invalid".to_owned()));
    assert!(!summary["findings"].to_string().contains("callback_missing"), "{:#}", summary["findings"]);
    let joined = &summary["recommendations"]["afterJoinGroup"];
    assert_eq!(joined["confidence"], "not_measured", "{joined:#}");
}

#[test]
fn an_invite_that_would_kill_the_group_process_is_refused_before_anything_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let done = simulated(dir.path(), "3.7.0", &["load.operation=\"invite\""]);
    assert_eq!(done.code, 3, "{}", done.stderr);
    assert!(done.stderr.contains("openim-rpc-group"), "{}", done.stderr);
    assert!(done.stdout.is_empty(), "{}", done.stdout);
}

/// One request or answer, read up to its end.
fn read_message(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut buffer = [0_u8; 8192];
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
            break at + 4;
        }
        let n = stream.read(&mut buffer).ok().filter(|n| *n > 0)?;
        bytes.extend_from_slice(&buffer[..n]);
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let length = header(&head, "content-length").and_then(|l| l.parse::<usize>().ok());
    while length.is_none_or(|l| bytes.len() < head_end + l) {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => break,
            Ok(n) => bytes.extend_from_slice(&buffer[..n]),
        }
    }
    Some((head, bytes.split_off(head_end)))
}

fn header(head: &str, name: &str) -> Option<String> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(':')?;
        key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
    })
}

fn exchange(to: &str, request: &[u8]) -> Option<(String, Vec<u8>)> {
    let mut stream = TcpStream::connect(to).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    stream.write_all(request).ok()?;
    read_message(&mut stream)
}

fn packed(body: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(body).unwrap();
    packer.finish().unwrap()
}

/// A deployment as real ones are, in front of a simulator.
struct Awkward {
    api: String,
    listener: String,
    requests: AtomicUsize,
    creates: AtomicUsize,
    /// Callbacks of others that were answered with "go on".
    neutral: AtomicUsize,
}

impl Awkward {
    fn start(api: &str, listener: String) -> (Arc<Awkward>, SocketAddr) {
        let here = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = here.local_addr().unwrap();
        let proxy = Arc::new(Awkward {
            api: api.trim_start_matches("http://").to_owned(),
            listener,
            requests: AtomicUsize::new(0),
            creates: AtomicUsize::new(0),
            neutral: AtomicUsize::new(0),
        });
        let serving = proxy.clone();
        std::thread::spawn(move || {
            for stream in here.incoming().take(2_000).flatten() {
                let proxy = serving.clone();
                std::thread::spawn(move || proxy.serve(stream));
            }
        });
        (proxy, address)
    }

    fn serve(&self, mut stream: TcpStream) {
        let Some((head, body)) = read_message(&mut stream) else { return };
        let Some((line, rest)) = head.split_once("\r\n") else { return };
        let path = line.split(' ').nth(1).unwrap_or_default();
        let Some(path) = path.strip_prefix("/openim/api") else {
            let _ =
                stream.write_all(b"HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
            return;
        };
        let create =
            if path == "/group/create_group" { self.creates.fetch_add(1, Ordering::SeqCst) + 1 } else { 0 };
        if create > 0 {
            self.others(&header(&head, "operationID").unwrap_or_default());
        }
        let answer = match create {
            8 => br#"{"errCode":1501,"errMsg":"TokenExpiredError","errDlt":""}"#.to_vec(),
            15 => br#"{"errCode":429,"errMsg":"too many requests","errDlt":""}"#.to_vec(),
            _ => {
                // HTTP/1.0 upstream, so that the answer is not chunked and the connection ends.
                let mut request = format!("POST {path} HTTP/1.0\r\n{rest}").into_bytes();
                request.extend_from_slice(&body);
                let Some((_, answer)) = exchange(&self.api, &request) else { return };
                answer
            }
        };
        let status = if create == 15 { "429 Too Many Requests" } else { "200 OK" };
        let _ = stream.write_all(&self.dressed(status, &answer));
    }

    /// The answer as one of three proxies gives it.
    fn dressed(&self, status: &str, body: &[u8]) -> Vec<u8> {
        let (head, body) = match self.requests.fetch_add(1, Ordering::SeqCst) % 3 {
            0 => (format!("HTTP/1.0 {status}\r\nServer: old\r\n\r\n"), body.to_vec()),
            1 => {
                let body = packed(body);
                let length = body.len();
                (
                    format!(
                        "HTTP/1.1 {status}\r\nContent-Encoding: gzip\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n"
                    ),
                    body,
                )
            }
            _ => (
                format!("HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len()),
                body.to_vec(),
            ),
        };
        [head.into_bytes(), body].concat()
    }

    /// What else comes to a shared webhook URL: the notice of our own operation, other people's creates.
    fn others(&self, operation: &str) {
        for (operation, command) in [
            (operation, "callbackBeforeSendGroupMsgCommand"),
            (operation, "callbackAfterSendGroupMsgCommand"),
            ("1783123-someone-else", "callbackBeforeCreateGroupCommand"),
        ] {
            let body = "{\"groupID\":\"1\"}\n";
            let request = format!(
                "POST /callbackExample/{command} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nOperationid: {operation}\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            );
            let answer = exchange(&self.listener, request.as_bytes());
            let goes_on = |body: &[u8]| String::from_utf8_lossy(body).contains("\"nextCode\":0");
            if answer.is_some_and(|(head, body)| head.contains(" 200 ") && goes_on(&body)) {
                self.neutral.fetch_add(1, Ordering::SeqCst);
            }
        }
    }
}

#[test]
fn a_proxy_a_lapsed_token_and_other_peoples_callbacks_do_not_disturb_a_run() {
    let dir = tempfile::tempdir().unwrap();
    let listen = format!("127.0.0.1:{}", free_port());
    let url = format!("http://{listen}/callbackExample/");
    let sim = Sim::start("main", dir.path(), &crate::support::webhooks_yml(&url, true, 15));
    let (proxy, address) = Awkward::start(&sim.url, listen.clone());
    let mut command = bench();
    command.args(["run", "real-openim", "--format", "json", "--quiet", "--out"]).arg(dir.path());
    command.args(["--target", &format!("http://{address}/openim/api/")]);
    for set in [
        &format!("webhook.listen={listen:?}"),
        "load.rate=15",
        "load.duration=\"3s\"",
        "load.warmup=\"500ms\"",
        "load.users.pool=20",
        "cleanup.rate=200",
        // Whatever a handler does to callbacks of the run must not touch others.
        "handler.beforeCreateGroup.delay=\"50ms\"",
    ] {
        command.args(["--set", set]);
    }
    let done = run(&mut command);
    let summary = done.json();
    assert_eq!(done.code, 0, "{}\n{:#}", done.stderr, summary["findings"]);
    let total = &summary["calls_total"];
    assert_eq!(count(total, "/failed/rate_limited"), 1, "{total:#}");
    assert_eq!(count(total, "/failed_total"), 1, "the lapsed token was renewed: {total:#}");
    assert_eq!(codes(&summary, "error"), Vec::<String>::new());
    assert!(codes(&summary, "info").contains(&"other_commands".to_owned()), "{:#}", summary["findings"]);
    assert!(!codes(&summary, "warning").contains(&"unknown_command".to_owned()));
    let creates = proxy.creates.load(Ordering::SeqCst);
    assert_eq!(proxy.neutral.load(Ordering::SeqCst), 3 * creates, "every one of them was told to go on");
    let reasons = summary["validity"]["reasons"].as_array().unwrap();
    assert!(reasons.iter().any(|r| r["code"] == "strangers" && r["severity"] == "warning"), "{reasons:#?}");
    assert_eq!(count(&summary, "/validity/figures/duplicates"), 0);
    assert_eq!(count(&summary, "/cleanup/groups_left"), 0);
    let callbacks = &summary["callbacks"]["beforeCreateGroup"];
    assert_eq!(count(callbacks, "/arrived"), count(&summary, "/calls/succeeded"), "{callbacks:#}");
}
