//! The simulator as a stand-in for OpenIM behind a business server that calls `create_group` from its own request
//! handlers and must answer the callbacks with the same workers: named as what it is, and nothing else is.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Done, bench, free_port, run, webhooks_yml};

/// Answers callbacks after `handler`; every other request makes a group at `api` and waits for it.
struct Business {
    address: SocketAddr,
}

impl Business {
    /// With so many workers, each of which does one request at a time.
    fn start(listener: TcpListener, workers: usize, api: &str, handler: Duration) -> Business {
        let address = listener.local_addr().unwrap();
        for _ in 0..workers {
            let (listener, api) = (listener.try_clone().unwrap(), api.to_owned());
            thread::spawn(move || {
                // Ends with the test process; no test makes that many requests.
                for mut stream in listener.incoming().take(1000).flatten() {
                    let Some((path, _)) = read(&mut stream) else { continue };
                    let body = if path.contains("allback") {
                        thread::sleep(handler);
                        r#"{"actionCode":0,"errCode":0,"errMsg":"","errDlt":"","nextCode":0}"#.to_owned()
                    } else {
                        create_group(&api)
                    };
                    let _ = write!(
                        stream,
                        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                        body.len()
                    );
                }
            });
        }
        Business { address }
    }

    /// So many users press the button at once; the answers of the API.
    fn press(&self, times: usize) -> Vec<Value> {
        let start = Arc::new(Barrier::new(times));
        let users = (0..times).map(|_| {
            let (start, address) = (start.clone(), self.address.to_string());
            thread::spawn(move || {
                start.wait();
                serde_json::from_str(&post(&address, "/make-group", "", &json!({}))).unwrap()
            })
        });
        users.collect::<Vec<_>>().into_iter().map(|user| user.join().unwrap()).collect()
    }
}

fn create_group(api: &str) -> String {
    let token = json!({"secret": "of this test", "platformID": 10, "userID": "imAdmin"});
    // The one is the route of the newer builds, the other of the older.
    let minted = ["/auth/get_admin_token", "/auth/user_token"].iter().find_map(|path| {
        let answer: Value = serde_json::from_str(&post(api, path, "", &token)).ok()?;
        answer["data"]["token"].as_str().map(str::to_owned)
    });
    let token = minted.expect("a token");
    let body = json!({
        "memberUserIDs": ["2001", "2002"], "ownerUserID": "2000",
        "groupInfo": {"groupName": "team", "groupType": 2},
    });
    post(api, "/group/create_group", &format!("token: {token}\r\n"), &body)
}

/// Start line's path and body of a request or an answer.
fn read(stream: &mut TcpStream) -> Option<(String, String)> {
    let mut reader = BufReader::new(stream);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut length = 0;
    for line in reader.by_ref().lines().take(100) {
        let line = line.ok()?;
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok()?;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((first.split(' ').nth(1)?.to_owned(), String::from_utf8(body).ok()?))
}

fn post(address: &str, path: &str, headers: &str, body: &Value) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    let body = body.to_string();
    let operation = format!("op-{}", stream.local_addr().unwrap().port());
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {address}\r\noperationID: {operation}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}",
        body.len()
    )
    .unwrap();
    read(&mut stream).unwrap().1
}

/// A stand-in in a process of its own, for so many seconds.
struct StandIn {
    child: Child,
    api: String,
}

impl StandIn {
    fn start(version: &str, webhook: SocketAddr, seconds: u32, more: &[&str]) -> StandIn {
        let file = std::env::temp_dir().join(format!("stand-in-{}.yml", free_port()));
        std::fs::write(&file, webhooks_yml(&format!("http://{webhook}/callback"), true, 1)).unwrap();
        let mut child = bench()
            .args(["sim", "--version", version, "--listen", "127.0.0.1:0", "--accept-any-user"])
            .args(["--secret-env", "BUSINESS_SECRET", "--for", &format!("{seconds}s"), "--webhooks"])
            .arg(&file)
            .args(more)
            .env("BUSINESS_SECRET", "of this test")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = Vec::new();
        let stdout = child.stdout.as_mut().unwrap();
        let mut byte = [0];
        // Byte by byte, so that what follows stays in the pipe.
        while first.len() < 1000 && !first.ends_with(b"\n") && stdout.read(&mut byte).unwrap() == 1 {
            first.push(byte[0]);
        }
        std::fs::remove_file(&file).unwrap();
        let first = String::from_utf8(first).unwrap();
        let url = first.split_whitespace().find_map(|w| w.strip_prefix("http://")).expect("an address");
        StandIn { child, api: url.to_owned() }
    }

    fn end(self) -> Done {
        let output = self.child.wait_with_output().unwrap();
        Done {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

const HELD: &str = "[reentrant_starvation]";

/// What `calls` at once on `workers` end in.
fn reentrant(version: &str, workers: usize, calls: usize, seconds: u32) -> (Vec<Value>, Done) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stand_in = StandIn::start(version, listener.local_addr().unwrap(), seconds, &[]);
    let business = Business::start(listener, workers, &stand_in.api, Duration::ZERO);
    let answers = business.press(calls);
    (answers, stand_in.end())
}

#[test]
fn one_call_from_the_only_worker_is_named_as_reentrant_starvation_on_every_build() {
    let versions = ["3.7.0", "3.8.0", "3.8.3", "3.8.3-patch.16", "main", "main-standalone"];
    let runs = versions.map(|version| thread::spawn(move || reentrant(version, 1, 1, 8)));
    for (version, run) in versions.into_iter().zip(runs) {
        let (answers, done) = run.join().unwrap();
        assert_eq!(answers[0]["errCode"], 90004, "{version}: {answers:?}");
        assert_eq!(done.code, 6, "{version}: {}", done.stderr);
        assert!(done.stderr.contains(HELD), "{version}: {}", done.stderr);
        assert!(done.stdout.contains("beforeCreateGroup: new connection"), "{version}: {}", done.stdout);
        assert!(done.stdout.contains("errCode 90004"), "{version}: {}", done.stdout);
        assert!(done.stdout.contains("too late"), "{version}: {}", done.stdout);
    }
}

#[test]
fn as_many_calls_at_once_as_workers_and_more_are_named_as_reentrant_starvation() {
    let four = thread::spawn(|| reentrant("3.8.3-patch.16", 4, 4, 9));
    let more = thread::spawn(|| reentrant("3.8.3-patch.16", 2, 6, 17));
    for (what, run) in [("4 of 4", four), ("6 of 2", more)] {
        let (answers, done) = run.join().unwrap();
        assert!(answers.iter().any(|a| a["errCode"] == 90004), "{what}: {answers:?}");
        assert_eq!(done.code, 6, "{what}: {}", done.stderr);
        assert!(done.stderr.contains(HELD), "{what}: {}{}", done.stdout, done.stderr);
    }
}

/// A webhook server of its own process, callers elsewhere.
fn separate(handler: Duration, calls: usize, seconds: u32) -> (Vec<Value>, Done) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let stand_in = StandIn::start("3.8.3-patch.16", listener.local_addr().unwrap(), seconds, &[]);
    let _webhook = Business::start(listener, 8, &stand_in.api, handler);
    let callers = TcpListener::bind("127.0.0.1:0").unwrap();
    let callers = Business::start(callers, 8, &stand_in.api, Duration::ZERO);
    let answers = callers.press(calls);
    (answers, stand_in.end())
}

#[test]
fn a_merely_slow_server_is_named_as_slow_and_not_as_reentrant() {
    // Within the time for which the answer is held back, and after it.
    let runs = [1500, 4500].map(|ms| thread::spawn(move || separate(Duration::from_millis(ms), 4, 10)));
    for run in runs {
        let (answers, done) = run.join().unwrap();
        assert!(answers.iter().all(|a| a["errCode"] == 90004), "{answers:?}");
        assert_eq!(done.code, 6, "{}", done.stderr);
        assert!(!done.stderr.contains(HELD), "{}{}", done.stdout, done.stderr);
        assert!(done.stderr.contains("[handler_slow]"), "{}", done.stderr);
    }
}

#[test]
fn a_healthy_server_gives_a_line_a_create_and_no_finding() {
    let (answers, done) = separate(Duration::from_millis(5), 6, 5);
    assert!(answers.iter().all(|a| a["errCode"] == 0), "{answers:?}");
    assert_eq!(done.code, 0, "{}", done.stderr);
    let creates: Vec<_> = done.stdout.lines().filter(|l| l.contains("/group/create_group")).collect();
    assert_eq!(creates.len(), 6, "{}", done.stdout);
    for line in creates {
        for part in
            ["3 members", "beforeCreateGroup: ", "beforeMemberJoinGroup: ", "round trip", "errCode 0 after"]
        {
            assert!(line.contains(part), "lacks `{part}`: {line}");
        }
    }
    assert!(done.stdout.contains("afterCreateGroup: "), "{}", done.stdout);
    assert!(done.stderr.contains("6 calls watched: 6 succeeded, 0 did not"), "{}", done.stderr);
    assert!(!done.stderr.contains("error:") && !done.stderr.contains("warning:"), "{}", done.stderr);
}

#[test]
fn a_server_that_is_not_there_or_answers_with_a_page_is_named_by_its_cause() {
    let nobody: SocketAddr = format!("127.0.0.1:{}", free_port()).parse().unwrap();
    let page = crate::support::fixed_server(Some(
        "HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nConnection: close\r\n\r\n<p>no</p>",
    ));
    for (webhook, finding) in [(nobody, "[webhook_refused]"), (page, "[not_routed]")] {
        let stand_in = StandIn::start("main", webhook, 4, &[]);
        let callers = TcpListener::bind("127.0.0.1:0").unwrap();
        Business::start(callers, 2, &stand_in.api, Duration::ZERO).press(1);
        let done = stand_in.end();
        assert_eq!(done.code, 6, "{}", done.stderr);
        assert!(done.stderr.contains(finding), "{}", done.stderr);
    }
}

#[test]
fn faults_of_openim_begin_and_end_at_their_times() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let webhook = listener.local_addr().unwrap();
    let faults =
        ["--fault", "group-down@0s+3s", "--fault", "token-refused@3s+3s", "--fault", "api-500@6s+2s"];
    let stand_in = StandIn::start("3.8.3-patch.16", webhook, 12, &faults);
    let business = Business::start(listener, 8, &stand_in.api, Duration::ZERO);
    let code = || business.press(1)[0]["errCode"].clone();
    thread::sleep(Duration::from_millis(1000));
    assert_eq!(code(), 14, "no group process runs");
    thread::sleep(Duration::from_millis(3000));
    assert_eq!(code(), 1506, "the token is refused");
    thread::sleep(Duration::from_millis(5000));
    assert_eq!(code(), 0, "all is well again");
    let done = stand_in.end();
    for line in ["fault group-down begins, 0s", "fault group-down ends, 3s", "fault api-500 ends, 8s"] {
        assert!(done.stderr.contains(line), "{}", done.stderr);
    }
}

#[test]
fn flags_that_make_no_sense_are_refused_with_advice() {
    for (args, advice) in [
        (&["--fault", "disk-full"][..], "group-down@10s+5s"),
        (&["--service-time", "soon"][..], "lognormal:median="),
        (&["--service-time", "hlog:file=/no/such.hlog"][..], "--service-time"),
        (&["--workers", "0"][..], "--workers"),
        (&["--linger", "5s"][..], "--accept-any-user"),
        (&["--watch", "--confirm", "1h"][..], "--confirm"),
        (&["--admin-user", ""][..], "--admin-user"),
    ] {
        let done = run(bench().args(["sim", "--listen", "127.0.0.1:0", "--for", "1s"]).args(args));
        assert_eq!(done.code, 2, "{args:?}: {}", done.stderr);
        assert!(done.stderr.contains(advice), "{args:?} lacks `{advice}`: {}", done.stderr);
    }
}
