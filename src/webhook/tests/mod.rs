//! The server over real sockets: loopback, port 0, raw clients, every wait bounded.

mod faults;
mod limits;
mod passing_on;
mod routing;
mod stamps;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::*;
use crate::clock::RunClock;
use crate::ids::{OperationId, RunTag};
use crate::port::{CallbackDone, ReplyKind, RunEvent, VecSink};
use crate::profile::model::HandlerSection;
use crate::units::Span;
use crate::wire::WebhookKey;

/// Longer than anything here may take.
const PATIENCE: Duration = Duration::from_secs(20);
const CREATE: &str = "callbackBeforeCreateGroupCommand";

fn tag() -> RunTag {
    RunTag::from_number(41)
}

/// The load's operation number `seq`.
fn op(seq: u64) -> String {
    OperationId::new(tag(), 0, seq).to_string()
}

struct Fixture {
    addr: SocketAddr,
    sink: VecSink,
    clock: RunClock,
    stats: Arc<ServerStats>,
    shutdown: CancellationToken,
    task: JoinHandle<Result<ServerEnd, ServerError>>,
}

fn config() -> ServerConfig {
    ServerConfig::new("/cb", tag())
}

async fn start<R: Responder>(responder: R, config: ServerConfig) -> Fixture {
    start_at(RunClock::start(), responder, config).await
}

async fn start_at<R: Responder>(clock: RunClock, responder: R, config: ServerConfig) -> Fixture {
    let listener = bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    let (sink, shutdown, stats) = (VecSink::default(), CancellationToken::new(), config.stats.clone());
    let served = serve(listener, config, Arc::new(responder), sink.clone(), clock, shutdown.clone());
    Fixture { addr, sink, clock, stats, shutdown, task: tokio::spawn(served) }
}

/// A server whose beforeCreateGroup handler is `section`.
async fn host(section: HandlerSection) -> Fixture {
    let clock = RunClock::start();
    let handlers = [(WebhookKey::BeforeCreateGroup, section)].into();
    let responder = HostResponder::new(HostConfig { handlers, ..HostConfig::default() }, clock).unwrap();
    start_at(clock, responder, config()).await
}

fn takes(ms: u64) -> HandlerSection {
    HandlerSection { delay: crate::delay::Delay::Fixed(Span::millis(ms)), ..HandlerSection::default() }
}

impl Fixture {
    async fn client(&self) -> Client {
        Client(TcpStream::connect(self.addr).await.unwrap())
    }

    fn callbacks(&self) -> Vec<CallbackDone> {
        let ended = |event| if let RunEvent::Callback(done) = event { Some(done) } else { None };
        self.sink.events().into_iter().filter_map(ended).collect()
    }

    fn bad_requests(&self) -> Vec<String> {
        let bad = |event| if let RunEvent::BadRequest { why } = event { Some(why) } else { None };
        self.sink.events().into_iter().filter_map(bad).collect()
    }

    /// Waits for `n` ended callbacks.
    async fn ended(&self, n: usize) -> Vec<CallbackDone> {
        until(|| self.callbacks().len() >= n).await;
        self.callbacks()
    }

    async fn stop(self) -> ServerEnd {
        self.shutdown.cancel();
        timeout(PATIENCE, self.task).await.unwrap().unwrap().unwrap()
    }
}

async fn until(condition: impl Fn() -> bool) {
    timeout(PATIENCE, async {
        while !condition() {
            sleep(Duration::from_millis(2)).await;
        }
    })
    .await
    .expect("it never came true");
}

struct Client(TcpStream);

#[derive(Debug)]
struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

fn request(path: &str, operation: &str, body: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: {}\r\n\
         Content-Type: application/json; charset=utf-8\r\nOperationid: {operation}\r\n\
         Accept-Encoding: gzip\r\n\r\n{body}",
        body.len()
    )
}

impl Client {
    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    async fn send_create(&mut self, operation: &str) {
        self.send(&request(&format!("/cb/{CREATE}"), operation, "{}\n")).await;
    }

    async fn create(&mut self, operation: &str) -> Answer {
        self.send_create(operation).await;
        self.answer().await
    }

    async fn post(&mut self, path: &str, operation: &str, body: &str) -> Answer {
        self.send(&request(path, operation, body)).await;
        self.answer().await
    }

    /// Reads one answer with a Content-Length.
    async fn answer(&mut self) -> Answer {
        timeout(PATIENCE, self.read_answer()).await.expect("no answer")
    }

    async fn read_answer(&mut self) -> Answer {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await.expect("the connection ended inside the head"));
        }
        let head = String::from_utf8(head).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
        });
        let mut body = vec![0; length.unwrap_or(0)];
        self.0.read_exact(&mut body).await.unwrap();
        Answer { status, head, body }
    }

    /// What is left until the peer closes; an error when it resets.
    async fn rest(&mut self) -> std::io::Result<Vec<u8>> {
        let mut rest = Vec::new();
        timeout(PATIENCE, self.0.read_to_end(&mut rest)).await.expect("the peer never closed")?;
        Ok(rest)
    }

    /// Closes with a reset.
    fn reset(self) {
        self.0.set_zero_linger().unwrap();
    }
}
