//! The proxy between a raw client and a raw upstream.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use tokio::net::TcpListener;

use super::*;
use crate::port::UpstreamFailure;
use crate::webhook::proxy::{Notice, OnUpstreamError, UpstreamUrl};

const NEUTRAL: &str = "HTTP/1.1 200 OK\r\nX-First: 1\r\nCONTENT-type: application/json\r\n\
                       content-Length: 16\r\nx-lAst: 2\r\n\r\n{\"actionCode\":0}";

/// What the upstream does with a request.
#[derive(Clone)]
enum Act {
    Answer(Vec<u8>),
    AnswerAndClose(&'static str),
    Close,
    Reset,
    /// After so many ms.
    Later(u64, &'static str),
    /// In two pieces, so many ms apart.
    Pieces(&'static str, u64, &'static str),
}

/// A server that records what it gets, byte for byte.
struct Upstream {
    addr: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
    connections: Arc<AtomicUsize>,
}

impl Upstream {
    /// `act` gets the number of the request, from 0.
    async fn start(act: impl Fn(usize) -> Act + Send + Sync + 'static) -> Upstream {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let (requests, connections) = (Arc::<Mutex<Vec<String>>>::default(), Arc::<AtomicUsize>::default());
        let (seen, counted, act) = (requests.clone(), connections.clone(), Arc::new(act));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, SeqCst);
                tokio::spawn(connection(Client(stream), seen.clone(), act.clone()));
            }
        });
        Upstream { addr, requests, connections }
    }

    async fn answering() -> Upstream {
        Upstream::start(|_| Act::Answer(NEUTRAL.into())).await
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    fn connections(&self) -> usize {
        self.connections.load(SeqCst)
    }
}

async fn connection<F>(mut peer: Client, seen: Arc<Mutex<Vec<String>>>, act: Arc<F>)
where
    F: Fn(usize) -> Act + Send + Sync + 'static,
{
    loop {
        let Some(request) = request_of(&mut peer).await else { return };
        let number = {
            let mut seen = seen.lock().unwrap();
            seen.push(request);
            seen.len() - 1
        };
        match act(number) {
            Act::Answer(bytes) => peer.0.write_all(&bytes).await.unwrap(),
            Act::AnswerAndClose(text) => {
                peer.send(text).await;
                return;
            }
            Act::Close => return,
            Act::Reset => return peer.reset(),
            Act::Later(ms, text) => {
                sleep(Duration::from_millis(ms)).await;
                peer.send(text).await;
            }
            Act::Pieces(first, ms, rest) => {
                peer.send(first).await;
                sleep(Duration::from_millis(ms)).await;
                peer.send(rest).await;
            }
        }
    }
}

async fn request_of(peer: &mut Client) -> Option<String> {
    let mut bytes = Vec::new();
    while !bytes.ends_with(b"\r\n\r\n") {
        bytes.push(peer.0.read_u8().await.ok()?);
    }
    let head = String::from_utf8(bytes.clone()).unwrap().to_ascii_lowercase();
    let length =
        head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    peer.0.read_exact(&mut body).await.ok()?;
    bytes.extend(body);
    String::from_utf8(bytes).ok()
}

fn passing_to(addr: SocketAddr) -> ProxyConfig {
    ProxyConfig::new(UpstreamUrl::parse(&format!("http://{addr}")).unwrap(), "/cb")
}

async fn proxy(config: ProxyConfig) -> Fixture {
    let clock = RunClock::start();
    start_at(clock, ProxyResponder::new(config, clock).unwrap(), super::config()).await
}

async fn in_front_of(upstream: &Upstream) -> Fixture {
    proxy(passing_to(upstream.addr)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_but_the_host_is_changed_in_a_request_and_nothing_in_an_answer() {
    let upstream = Upstream::answering().await;
    let server = in_front_of(&upstream).await;
    let (path, body) = (format!("/cb/{CREATE}?contenttype=json"), "{\"groupName\":\"群\\u0002\"}\n");
    let answer = server.client().await.post(&path, &op(1), body).await;
    let wanted = request(&path, &op(1), body).replace("Host: x", &format!("Host: {}", upstream.addr));
    assert_eq!(upstream.requests(), [wanted]);
    assert_eq!(format!("{}{}", answer.head, String::from_utf8(answer.body).unwrap()), NEUTRAL);
    let done = server.ended(1).await.remove(0);
    assert_eq!((done.reply, done.aborted_at, done.operations.len()), (ReplyKind::Upstream, None, 1));
    let stamps = done.upstream.unwrap();
    assert_eq!(
        (stamps.status, stamps.request_bytes, stamps.answer_bytes),
        (Some(200), body.len() as u64, 16)
    );
    assert!(done.received_at <= stamps.sent_at && Some(stamps.sent_at) <= stamps.replied_at);
    assert!(stamps.replied_at <= done.replied_at, "{done:?}");
    assert!(stamps.added_us(done.received_at, done.replied_at).is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_that_is_to_be_kept_is_and_hop_by_hop_headers_are_not_passed_on() {
    let upstream = Upstream::answering().await;
    let server = proxy(ProxyConfig { keep_host: true, ..passing_to(upstream.addr) }).await;
    let mut client = server.client().await;
    client
        .send(&format!(
            "POST /cb/{CREATE} HTTP/1.1\r\nHost: mine\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\n\
             X-End: 2\r\nContent-Length: 2\r\n\r\n{{}}"
        ))
        .await;
    assert_eq!(client.answer().await.status, 200);
    let seen = upstream.requests().remove(0);
    assert!(seen.contains("Host: mine\r\nX-End: 2\r\n") && !seen.contains("X-Hop"), "{seen}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_is_passed_on_whosoever_it_is() {
    let upstream = Upstream::answering().await;
    let server = in_front_of(&upstream).await;
    let mut client = server.client().await;
    assert_eq!(client.post(&format!("/cb/{CREATE}"), "somebody", "{}").await.status, 200);
    assert_eq!(client.post("/cb/callbackUnheardOf", &op(1), "{}").await.status, 200);
    client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert_eq!(client.answer().await.status, 200);
    assert!(upstream.requests()[2].starts_with("GET /healthz HTTP/1.1\r\n"), "{:?}", upstream.requests());
    assert!(server.callbacks().is_empty());
    let strangers =
        server.sink.events().into_iter().filter(|e| matches!(e, RunEvent::Stranger(s) if s.forwarded));
    assert_eq!(strangers.count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_everything_is_ours_a_known_command_needs_no_operation_of_a_run() {
    let upstream = Upstream::answering().await;
    let clock = RunClock::start();
    let responder = ProxyResponder::new(passing_to(upstream.addr), clock).unwrap();
    let config = ServerConfig { scope: Scope::Everything, ..super::config() };
    let server = start_at(clock, responder, config).await;
    let mut client = server.client().await;
    let id = "x".repeat(200);
    assert_eq!(client.post(&format!("/cb/{CREATE}"), &id, "{}").await.status, 200);
    let done = server.ended(1).await.remove(0);
    assert!(done.operations.is_empty() && done.upstream.is_some());
    assert_eq!(done.operation_text.as_deref(), Some(&id[..80]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upstream_that_is_not_there_is_a_closed_connection_or_on_demand_a_502() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let server = proxy(passing_to(nobody)).await;
    let mut client = server.client().await;
    client.send_create(&op(1)).await;
    assert_eq!(client.rest().await.unwrap(), b"");
    let done = server.ended(1).await.remove(0);
    assert_eq!(done.upstream.unwrap().failed, Some(UpstreamFailure::Refused));
    assert_eq!((done.replied_at, done.aborted_at), (None, None));
    let config = ProxyConfig { on_upstream_error: OnUpstreamError::Status502, ..passing_to(nobody) };
    assert_eq!(proxy(config).await.client().await.create(&op(1)).await.status, 502);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_upstream_does_to_the_connection_is_done_to_openim_and_a_post_is_never_sent_twice() {
    for reset in [false, true] {
        let upstream = Upstream::start(move |n| match n {
            0 => Act::Answer(NEUTRAL.into()),
            _ if reset => Act::Reset,
            _ => Act::Close,
        })
        .await;
        let server = in_front_of(&upstream).await;
        assert_eq!(server.client().await.create(&op(1)).await.status, 200);
        let mut client = server.client().await;
        client.send_create(&op(2)).await;
        assert_eq!(client.rest().await.is_err(), reset);
        assert_eq!(upstream.requests().len(), 2, "the request had been written, so it may have been handled");
        let failed = server.ended(2).await.remove(1).upstream.unwrap().failed;
        assert_eq!(failed, Some(if reset { UpstreamFailure::Reset } else { UpstreamFailure::Closed }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kept_connection_that_the_upstream_has_closed_costs_no_callback() {
    let upstream = Upstream::start(|_| Act::AnswerAndClose(NEUTRAL)).await;
    let server = in_front_of(&upstream).await;
    let mut client = server.client().await;
    for n in 0..30 {
        // The end may still be on its way where nothing is between two requests.
        sleep(Duration::from_millis(3)).await;
        assert_eq!(client.create(&op(n)).await.status, 200, "{n}");
    }
    assert_eq!(upstream.requests().len(), 30);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn openims_churn_of_connections_does_not_reach_the_upstream() {
    let upstream = Upstream::answering().await;
    let server = in_front_of(&upstream).await;
    for n in 0..20 {
        assert_eq!(server.client().await.create(&op(n)).await.status, 200);
    }
    assert_eq!((upstream.connections(), upstream.requests().len()), (1, 20));
    assert!(server.ended(20).await[19].upstream.unwrap().reused);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_is_streamed_and_its_form_kept() {
    let first =
        "HTTP/1.1 299 Odd Reason\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n3\r\nabc\r\n";
    let upstream = Upstream::start(move |_| Act::Pieces(first, 1_500, "2\r\nde\r\n0\r\n\r\n")).await;
    let server = in_front_of(&upstream).await;
    let mut client = server.client().await;
    client.send_create(&op(1)).await;
    let mut read = Vec::new();
    while !read.ends_with(b"abc\r\n") {
        read.push(timeout(PATIENCE, client.0.read_u8()).await.unwrap().unwrap());
    }
    assert!(server.callbacks().is_empty(), "its first bytes come before its last");
    while !read.ends_with(b"0\r\n\r\n") {
        read.push(timeout(PATIENCE, client.0.read_u8()).await.unwrap().unwrap());
    }
    let text = String::from_utf8(read).unwrap();
    assert!(text.starts_with("HTTP/1.1 299 Odd Reason\r\n"), "{text}");
    assert!(
        !text.to_ascii_lowercase().contains("content-type") && text.contains("Content-Encoding: gzip"),
        "{text}"
    );
    let done = server.ended(1).await.remove(0);
    assert!(done.replied_at >= done.upstream.unwrap().replied_at && done.aborted_at.is_none(), "{done:?}");
    assert_eq!(done.upstream.unwrap().answer_bytes, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_breaks_off_breaks_off_for_openim() {
    let half = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc";
    let upstream = Upstream::start(move |_| Act::AnswerAndClose(half)).await;
    let server = in_front_of(&upstream).await;
    let mut client = server.client().await;
    client.send_create(&op(1)).await;
    assert!(client.rest().await.unwrap().ends_with(b"abc"));
    let done = server.ended(1).await.remove(0);
    assert_eq!(done.upstream.unwrap().failed, Some(UpstreamFailure::Closed));
    assert_eq!((done.replied_at, done.aborted_at), (None, None));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_outlives_its_callback_and_the_time_of_its_answer_is_known() {
    let upstream = Upstream::start(|_| Act::Later(600, NEUTRAL)).await;
    let server = in_front_of(&upstream).await;
    let mut client = server.client().await;
    client.send_create(&op(1)).await;
    until(|| upstream.requests().len() == 1).await;
    drop(client);
    let done = server.ended(1).await.remove(0);
    let (aborted_at, stamps) = (done.aborted_at.unwrap(), done.upstream.unwrap());
    assert!(stamps.replied_at.unwrap() > aborted_at && done.replied_at.is_none(), "{done:?}");
    assert!(stamps.replied_at.unwrap().since(stamps.sent_at) >= 590_000, "{stamps:?}");
    // The connection was given back whole.
    assert_eq!(server.client().await.create(&op(2)).await.status, 200);
    assert_eq!(upstream.connections(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopped_server_does_not_wait_for_requests_that_outlive_their_callbacks_beyond_the_drain() {
    let upstream = Upstream::start(|_| Act::Later(60_000, NEUTRAL)).await;
    let clock = RunClock::start();
    let responder = ProxyResponder::new(passing_to(upstream.addr), clock).unwrap();
    let server =
        start_at(clock, responder, ServerConfig { drain: Duration::from_millis(50), ..config() }).await;
    let mut client = server.client().await;
    client.send_create(&op(1)).await;
    until(|| upstream.requests().len() == 1).await;
    drop(client);
    let sink = server.sink.clone();
    server.stop().await;
    assert!(sink.events().iter().any(|e| matches!(e, RunEvent::Callback(d) if d.upstream.is_some())));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_by_rule_takes_the_upstreams_place_for_those_it_names() {
    let upstream = Upstream::answering().await;
    let rule = |text: &str| vec![format!("{text},operation=ob").parse().unwrap()];
    let server = |text: &str| proxy(ProxyConfig { faults: rule(text), ..passing_to(upstream.addr) });
    let reset = server("reset").await;
    let mut client = reset.client().await;
    assert_eq!(client.post(&format!("/cb/{CREATE}"), "somebody", "{}").await.status, 200);
    client.send_create(&op(1)).await;
    assert!(client.rest().await.is_err());
    let status = server("status=503,key=beforeCreateGroup").await;
    let mut client = status.client().await;
    assert_eq!(client.create(&op(1)).await.status, 503);
    assert_eq!(client.post("/cb/callbackAfterCreateGroupCommand", &op(1), "{}").await.status, 200);
    let delayed = server("delay=300ms").await;
    assert_eq!(delayed.client().await.create(&op(1)).await.status, 200);
    let done = delayed.ended(1).await.remove(0);
    assert!(done.upstream.unwrap().sent_at.since(done.received_at) >= 300_000);
    assert_eq!(done.reply, ReplyKind::Fault);
    let over = server("reset,from=0s,to=1ms").await;
    until(|| over.clock.now().0 > 1_000).await;
    assert_eq!(over.client().await.create(&op(1)).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_are_no_json_are_told_at_once() {
    let page = "HTTP/1.1 403 Forbidden\r\nContent-Length: 6\r\n\r\n<html>";
    let upstream = Upstream::start(move |_| Act::Answer(page.into())).await;
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let hears = heard.clone();
    let notice = Notice::new(move |text| hears.lock().unwrap().push(text.en().to_owned()));
    let server = proxy(ProxyConfig { notice, ..passing_to(upstream.addr) }).await;
    let mut client = server.client().await;
    for n in 0..8 {
        assert_eq!(client.create(&op(n)).await.status, 403);
    }
    let heard = heard.lock().unwrap().clone();
    assert!(heard.len() == 1 && heard[0].contains("403") && heard[0].contains("<html>"), "{heard:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_with_a_thousand_members_arrives_whole() {
    let members: Vec<String> = (0..1_000).map(|n| format!("{{\"userID\":\"80000000{n:010}\"}}")).collect();
    let body = format!("{{\"memberList\":[{}]}}", members.join(","));
    let upstream = Upstream::answering().await;
    let server = in_front_of(&upstream).await;
    assert_eq!(server.client().await.post(&format!("/cb/{CREATE}"), &op(1), &body).await.status, 200);
    assert!(upstream.requests()[0].ends_with(&body));
}

/// A TLS server that answers one request a connection; the certificate is for `localhost`.
async fn tls_upstream(made: &rcgen::CertifiedKey<rcgen::KeyPair>) -> u16 {
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    crate::tls::install_provider();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = rustls::ServerConfig::builder()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(mut tls) = acceptor.accept(stream).await else { return };
                let mut buffer = [0_u8; 4096];
                while matches!(tls.read(&mut buffer).await, Ok(n) if n > 0) {
                    tls.write_all(NEUTRAL.as_bytes()).await.unwrap();
                }
            });
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_https_upstream_is_passed_on_to_where_its_authority_is_trusted_or_nothing_is_checked() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let url = UpstreamUrl::parse(&format!("https://localhost:{}", tls_upstream(&made).await)).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), made.cert.pem()).unwrap();
    let plain = || ProxyConfig::new(url.clone(), "/cb");
    for config in [
        ProxyConfig { ca_file: Some(file.path().to_owned()), ..plain() },
        ProxyConfig { insecure: true, ..plain() },
    ] {
        let server = proxy(config).await;
        for n in 0..2 {
            assert_eq!(server.client().await.create(&op(n)).await.status, 200);
        }
        assert!(server.ended(2).await[1].upstream.unwrap().reused);
    }
    let other = rcgen::generate_simple_self_signed(vec!["other".to_owned()]).unwrap();
    std::fs::write(file.path(), other.cert.pem()).unwrap();
    let server = proxy(ProxyConfig { ca_file: Some(file.path().to_owned()), ..plain() }).await;
    let mut client = server.client().await;
    client.send_create(&op(1)).await;
    assert_eq!(client.rest().await.unwrap(), b"");
    assert_eq!(server.ended(1).await[0].upstream.unwrap().failed, Some(UpstreamFailure::Tls));
}
