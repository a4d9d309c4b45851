//! Connections: reuse, retry, deadline, TLS, odd answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use hyper::HeaderMap;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use openim_bench::clock::RunClock;
use openim_bench::openim::pool::{Pool, SendFailure};
use openim_bench::openim::{BaseUrl, TlsOptions};
use openim_bench::port::{CallResult, Target};
use openim_bench::wire::FailureKind;
use openim_bench::wire::api::Operation;

use super::fake::{self, Line, ok, say, serve};

const LONG: Duration = Duration::from_secs(10);

fn pool(url: &str, tls: &TlsOptions) -> Pool {
    Pool::new(BaseUrl::parse(url).unwrap(), tls, 8, RunClock::start()).unwrap()
}

async fn post(pool: &Pool, deadline: Duration) -> openim_bench::openim::pool::Exchange {
    pool.post(&pool.base().path("/x"), &HeaderMap::new(), Bytes::from_static(b"{}"), deadline).await
}

#[tokio::test]
async fn a_connection_is_used_again_and_only_the_first_call_has_connect_time() {
    let server = serve(|got| async move { ok(serde_json::json!(got.header("accept-encoding"))) }).await;
    let pool = pool(&format!("{}/base/path", server.url()), &TlsOptions::default());
    let first = post(&pool, LONG).await;
    let second = post(&pool, LONG).await;
    assert_eq!(server.connections(), 1);
    let connect_us = first.connect_us.unwrap();
    assert!(connect_us <= first.answered_at.since(first.sent_at), "connect time lies inside service time");
    assert_eq!((second.connect_us, second.retried), (None, false));
    let body = first.result.unwrap().body;
    assert!(body.ends_with(b"\"data\":\"\"}"), "no compression is asked for: {body:?}");
}

/// Answers one request a connection, then closes it without saying so.
async fn closes_after_one() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answered = Arc::new(AtomicUsize::new(0));
    let counter = answered.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            read_request(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await.unwrap();
            counter.fetch_add(1, Ordering::SeqCst);
            // The client must see an open connection when it sends again.
            read_request(&mut stream).await;
        }
    });
    (url, answered)
}

async fn read_request(stream: &mut TcpStream) {
    let mut seen = Vec::new();
    let mut byte = [0u8; 1];
    while !seen.ends_with(b"{}") && stream.read_exact(&mut byte).await.is_ok() {
        seen.push(byte[0]);
    }
}

#[tokio::test]
async fn a_kept_connection_that_the_server_closes_is_replaced_once_and_counted() {
    let (url, answered) = closes_after_one().await;
    let pool = pool(&url, &TlsOptions::default());
    assert!(post(&pool, LONG).await.result.is_ok());
    let second = post(&pool, LONG).await;
    assert!(second.result.is_ok() && second.retried && second.connect_us.is_some());
    assert_eq!((pool.retries(), answered.load(Ordering::SeqCst)), (1, 2));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_lost_and_not_sent_again() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{").await.unwrap();
    });
    let pool = pool(&url, &TlsOptions::default());
    assert!(post(&pool, LONG).await.result.is_ok());
    let second = post(&pool, LONG).await;
    assert!(matches!(second.result, Err(SendFailure::Lost(_))), "{:?}", second.result);
    assert_eq!(pool.retries(), 0);
}

#[tokio::test]
async fn a_request_that_may_have_been_carried_out_is_lost_and_not_called_unconnected() {
    for waits in [Duration::ZERO, Duration::from_millis(400)] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            read_request(&mut stream).await;
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").await.unwrap();
            read_request(&mut stream).await;
            // The API goes down with the request in hand.
            drop(listener);
            tokio::time::sleep(waits).await;
        });
        let pool = pool(&url, &TlsOptions::default());
        assert!(post(&pool, LONG).await.result.is_ok());
        let second = post(&pool, LONG).await;
        assert!(matches!(second.result, Err(SendFailure::Lost(_))), "{waits:?}: {:?}", second.result);
        assert_eq!(second.retried, waits.is_zero(), "who was worked for is not asked again");
    }
}

#[tokio::test]
async fn the_deadline_covers_a_slow_answer_and_the_connection_is_not_kept() {
    let api = fake::api(Line::Patch16);
    let server = fake::serve_api(&api).await;
    let client = fake::client(&fake::admin(&server.url()));
    let mut slow = fake::ok(serde_json::json!({ "groupInfo": {} }));
    slow.after = LONG;
    api.lock().unwrap().creates.push(slow);
    let outcome = client.call(&fake::attempt(Operation::Create, 1), Duration::from_millis(200)).await;
    assert_eq!(outcome.result, CallResult::Failed(FailureKind::ClientDeadline));
    assert!(outcome.answered_at.since(outcome.sent_at) < 5_000_000);
    let next = client.call(&fake::attempt(Operation::Create, 2), LONG).await;
    assert_eq!(next.result, CallResult::Succeeded);
    assert_eq!(client.connections_opened(), 2);
}

#[tokio::test]
async fn refused_html_and_no_envelope_are_told_apart() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let token = Some("tok-0");
    let refused = fake::client(&fake::admin_with(&url, token, None, TlsOptions::default()));
    let outcome = refused.call(&fake::attempt(Operation::Create, 1), LONG).await;
    assert_eq!(outcome.result, CallResult::Failed(FailureKind::Connect));
    assert!(outcome.text.unwrap().contains("refused"));
    for (status, kind) in [(502, FailureKind::HttpStatus(502)), (200, FailureKind::MalformedAnswer)] {
        let server = serve(move |_| async move { say(status, "<html>502 Bad Gateway</html>") }).await;
        let client = fake::client(&fake::admin_with(&server.url(), token, None, TlsOptions::default()));
        let outcome = client.call(&fake::attempt(Operation::Create, 1), LONG).await;
        assert_eq!(outcome.result, CallResult::Failed(kind));
    }
}

#[tokio::test]
async fn a_private_authority_is_trusted_by_file_only_and_insecure_trusts_anyone() {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let url = serve_tls(&made).await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), made.cert.pem()).unwrap();
    let with_file = TlsOptions { ca_file: Some(file.path().to_owned()), insecure: false };
    let insecure = TlsOptions { ca_file: None, insecure: true };
    for tls in [&with_file, &insecure] {
        let exchange = post(&pool(&url, tls), LONG).await;
        assert!(exchange.result.is_ok() && exchange.connect_us.is_some(), "{:?}", exchange.result);
        let admin = fake::admin_with(&url, None, Some("s"), tls.clone());
        assert!(admin.token().await.is_ok());
    }
    // Another authority in the file makes the test independent of this machine's own list.
    let other = rcgen::generate_simple_self_signed(vec!["other".to_owned()]).unwrap();
    std::fs::write(file.path(), other.cert.pem()).unwrap();
    let exchange = post(&pool(&url, &with_file), LONG).await;
    let Err(SendFailure::Connect(text)) = exchange.result else { panic!("{:?}", exchange.result) };
    assert!(text.contains("certificate") && text.contains("target.ca_file"), "{text}");
    let error = fake::admin_with(&url, None, Some("s"), with_file).token().await.unwrap_err().to_string();
    assert!(error.contains("certificate") && error.contains("--insecure"), "{error}");
}

async fn serve_tls(made: &rcgen::CertifiedKey<rcgen::KeyPair>) -> String {
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                if let Ok(stream) = acceptor.accept(stream).await {
                    let data = serde_json::json!({ "token": "tok-0", "expireTimeSeconds": 1 });
                    fake::serve_connection(stream, move |_| std::future::ready(ok(data.clone()))).await;
                }
            });
        }
    });
    url
}
