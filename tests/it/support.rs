//! What several integration tests need: the binary, a simulator in a process of its own, small servers.

use std::convert::Infallible;
use std::future::Future;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::service::service_fn;
use hyper::{HeaderMap, Request, Response};
use hyper_util::rt::TokioIo;
use serde_json::Value;

/// The binary under test, without the caller's language and OPENIM_ variables, and with the simulator's secret.
pub fn bench() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_openim-bench"));
    for (name, _) in std::env::vars_os().filter(|(n, _)| n.to_string_lossy().starts_with("OPENIM_")) {
        command.env_remove(name);
    }
    for name in ["LC_ALL", "LC_MESSAGES", "LANG"] {
        command.env_remove(name);
    }
    command.env("OPENIM_SECRET", "openIM123").current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

/// What a finished command left.
pub struct Done {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Done {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|e| {
            panic!("standard output is not one JSON document: {e}\n{}\n{}", self.stdout, self.stderr)
        })
    }

    /// The record's folder: the last line on standard error.
    pub fn record(&self) -> PathBuf {
        PathBuf::from(self.stderr.lines().last().unwrap_or_default().trim())
    }
}

/// Runs to the end.
pub fn run(command: &mut Command) -> Done {
    let output = command.stdin(Stdio::null()).output().unwrap();
    Done {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs a load, and once or twice more while its own record says that this machine was too busy for it: late
/// arrivals or our own lateness are what other processes here do to a test, and not what it is about.
pub fn run_load(command: impl Fn() -> Command) -> Done {
    for _ in 0..2 {
        let done = run(&mut command());
        if !machine_was_busy(&done) {
            return done;
        }
        println!("this machine was too busy for a valid run; once more");
    }
    run(&mut command())
}

fn machine_was_busy(done: &Done) -> bool {
    let Ok(summary) = serde_json::from_str::<Value>(&done.stdout) else { return false };
    let reasons = summary["validity"]["reasons"].as_array().cloned().unwrap_or_default();
    let late = |r: &Value| {
        r["severity"] == "error" && ["late_arrivals", "own_lateness"].iter().any(|code| r["code"] == *code)
    };
    done.code == 5 && reasons.iter().any(late)
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A `webhooks.yml` in OpenIM's layout for the three keys of group creation.
pub fn webhooks_yml(url: &str, enable: bool, timeout: u32) -> String {
    let keys = ["beforeCreateGroup", "beforeMemberJoinGroup", "afterCreateGroup"];
    let mut text = format!("url: {url}\n");
    for key in keys {
        text.push_str(&format!("{key}:\n  enable: {enable}\n  timeout: {timeout}\n"));
    }
    text
}

/// `openim-bench sim` in a process of its own; ended when dropped.
pub struct Sim {
    child: Child,
    pub url: String,
}

impl Sim {
    pub fn start(version: &str, dir: &Path, webhooks: &str) -> Sim {
        Sim::start_with(version, dir, webhooks, &[])
    }

    pub fn start_with(version: &str, dir: &Path, webhooks: &str, args: &[&str]) -> Sim {
        let file = dir.join(format!("webhooks-{}.yml", free_port()));
        std::fs::write(&file, webhooks).unwrap();
        let mut child = bench()
            .args(["sim", "--version", version, "--listen", "127.0.0.1:0", "--for", "120s", "--webhooks"])
            .arg(&file)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next().expect("sim prints its address").unwrap();
        let url = line.split_whitespace().find(|w| w.starts_with("http://")).expect("an address").to_owned();
        Sim { child, url }
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server that answers every request with the same bytes, or (with `None`) accepts and never answers.
/// Ends with the test process; serves at most 200 connections.
pub fn fixed_server(answer: Option<&'static str>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming().take(200).flatten() {
            let mut stream = stream;
            match answer {
                None => held.push(stream),
                Some(text) => {
                    let _ = stream.set_read_timeout(Some(Duration::from_millis(200)));
                    let mut buffer = [0_u8; 8192];
                    let _ = stream.read(&mut buffer);
                    let _ = stream.write_all(text.as_bytes());
                }
            }
        }
    });
    address
}

/// What came in.
#[derive(Clone, Debug)]
pub struct Got {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("")
    }
}

/// What goes out.
#[derive(Clone, Debug)]
pub struct Say {
    pub status: u16,
    pub body: String,
    pub headers: Vec<(&'static str, &'static str)>,
    pub after: Duration,
}

pub fn say(status: u16, body: impl Into<String>) -> Say {
    Say { status, body: body.into(), headers: Vec::new(), after: Duration::ZERO }
}

/// A running server.
#[derive(Clone)]
pub struct Server {
    pub addr: SocketAddr,
    pub connections: Arc<AtomicUsize>,
}

impl Server {
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// Answers each request by `handler`.
pub async fn serve<F>(handler: impl Fn(Got) -> F + Clone + Send + Sync + 'static) -> Server
where
    F: Future<Output = Say> + Send + 'static,
{
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = connections.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(serve_connection(stream, handler.clone()));
        }
    });
    Server { addr, connections }
}

pub async fn serve_connection<S, F>(stream: S, handler: impl Fn(Got) -> F + Clone + Send + Sync + 'static)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Send + Unpin + 'static,
    F: Future<Output = Say> + Send + 'static,
{
    let service = service_fn(move |request: Request<hyper::body::Incoming>| {
        let handler = handler.clone();
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            let said = handler(Got { path: head.uri.path().to_owned(), headers: head.headers, body }).await;
            if !said.after.is_zero() {
                tokio::time::sleep(said.after).await;
            }
            let mut response = Response::builder().status(said.status);
            for (name, value) in said.headers {
                response = response.header(name, value);
            }
            Ok::<_, Infallible>(response.body(Full::new(Bytes::from(said.body))).unwrap())
        }
    });
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// The first line of a Chinese text that holds an English sentence: four words in a row. Lines with one of `quoted`,
/// such as error texts of others, are not looked at.
pub fn english_sentence<'a>(text: &'a str, quoted: &[&str]) -> Option<&'a str> {
    let is_word = |word: &&str| {
        let word = word.trim_end_matches([',', '.', ';', ':']);
        word.len() > 1 && word.chars().all(|c| c.is_ascii_lowercase())
    };
    let mut lines = text.lines().filter(|line| !quoted.iter().any(|part| line.contains(part)));
    lines.find(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.windows(4).any(|run| run.iter().all(&is_word))
    })
}

/// Error texts that the reports' fixture quotes as they are.
pub const QUOTED: &[&str] = &["post url", "deadline exceeded"];

/// The one scrubber: what differs between machines, days and releases.
pub fn scrubbed(check: impl FnOnce()) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (what, name) in [
        (r"\d{8}T\d{6}Z-\d+", "[run]"),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "[time]"),
        (r"\bhost \S+,", "host [host],"),
        (r#""host": "[^"]*""#, r#""host": "[host]""#),
        (r#""kernel": "[^"]*""#, r#""kernel": "[kernel]""#),
        (r#""commit": "[^"]*""#, r#""commit": "[commit]""#),
        (r#""openim_bench": "[^"]*""#, r#""openim_bench": "[version]""#),
        (r"openim-bench \d+\.\d+\.\d+\S* \(\w+\)", "openim-bench [version]"),
    ] {
        settings.add_filter(what, name);
    }
    settings.bind(check);
}
