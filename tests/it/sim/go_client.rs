//! The webhook client against servers that answer oddly: what Go's `net/http` does and says.
//!
//! The expected texts were compared with a Go 1.26 client against the same servers.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use openim_bench::wire::Build;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::rig::{Rig, yml};

const COMMAND: &str = "callbackBeforeCreateGroupCommand";
const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/// Answers the n-th request of all connections with the n-th text (the last one again and
/// again); an answer without `Content-Length` ends its connection.
struct Odd {
    address: String,
    seen: Arc<Mutex<Vec<(usize, String)>>>,
}

impl Odd {
    async fn new(answers: Vec<Vec<u8>>) -> Odd {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, answers) = (seen.clone(), Arc::new(answers));
        tokio::spawn(async move {
            let mut connection = 0;
            while let Ok((stream, _)) = listener.accept().await {
                connection += 1;
                tokio::spawn(Odd::converse(stream, connection, log.clone(), answers.clone()));
            }
        });
        Odd { address, seen }
    }

    async fn converse(
        mut stream: TcpStream,
        connection: usize,
        log: Arc<Mutex<Vec<(usize, String)>>>,
        answers: Arc<Vec<Vec<u8>>>,
    ) {
        let mut buffer = Vec::new();
        loop {
            let Some(request) = read_request(&mut stream, &mut buffer).await else { return };
            let turn = {
                let mut log = log.lock().unwrap();
                log.push((connection, request));
                log.len() - 1
            };
            let answer = &answers[turn.min(answers.len() - 1)];
            if stream.write_all(answer).await.is_err() {
                return;
            }
            if !String::from_utf8_lossy(answer).contains("Content-Length") {
                return;
            }
        }
    }

    /// Heads of all requests, without bodies, with `H` for the server's address.
    fn heads(&self) -> Vec<String> {
        let seen = self.seen.lock().unwrap();
        let head = |request: &str| request.split("\r\n\r\n").next().unwrap().replace(&self.address, "H");
        seen.iter().map(|(_, request)| head(request)).collect()
    }

    fn connections(&self) -> Vec<usize> {
        self.seen.lock().unwrap().iter().map(|(connection, _)| *connection).collect()
    }
}

async fn read_request(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<String> {
    loop {
        let text = String::from_utf8_lossy(buffer).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|l| l.strip_prefix("Content-Length: ")).unwrap_or("0");
            if body.len() >= length.parse::<usize>().unwrap() {
                buffer.clear();
                return Some(text);
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

/// A simulator whose only webhook is beforeCreateGroup, at that URL.
async fn rig(url: &str) -> Rig {
    Rig::with(Build::V370, |c| {
        c.webhooks = yml(url, 5);
        c.webhooks.keys.retain(|name, _| name == "beforeCreateGroup");
    })
    .await
}

/// What a create answers when the webhook server answers so: `""`, or Go's cause with `H` for
/// the server's address.
async fn cause(answers: &[&[u8]]) -> String {
    let server = Odd::new(answers.iter().map(|a| a.to_vec()).collect()).await;
    let rig = rig(&format!("http://{}/cb", server.address)).await;
    let answer = rig.create("op-1").await;
    if answer.code() == 0 { String::new() } else { answer.dlt().replace(&server.address, "H") }
}

fn failed(step: &str, cause: &str) -> String {
    let url = format!("http://H/cb/{COMMAND}");
    let cause =
        if step == "HTTP request failed" { format!("Post \"{url}\": {cause}") } else { cause.to_owned() };
    format!("{step}: {cause}, post url={url}: 90004 NetworkError")
}

fn redirect(status: &str, to: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n").into_bytes()
}

#[tokio::test]
async fn an_answer_that_is_no_http_is_worded_as_go_words_it() {
    const BROKEN: &str = "net/http: HTTP/1.x transport connection broken: ";
    for (answer, text) in [
        (&b"hello\r\n"[..], "malformed HTTP response \"hello\""),
        (b"hello", "malformed HTTP response \"hello\""),
        (b"\x15\x03\x01\x00\x02\x02\x46", "malformed HTTP response \"\\x15\\x03\\x01\\x00\\x02\\x02F\""),
        (b"HTTP/1.1 abc OK\r\n\r\n", "malformed HTTP status code \"abc\""),
        (b"HTTP/x.1 200 OK\r\n\r\n", "malformed HTTP version \"HTTP/x.1\""),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "malformed MIME header: missing colon: \"no colon\""),
        (b"HTTP/1.1 200 OK\r\nA: b\r\n", "unexpected EOF"),
    ] {
        let expected = failed("HTTP request failed", &format!("{BROKEN}{text}"));
        assert_eq!(cause(&[answer]).await, expected, "{}", String::from_utf8_lossy(answer));
    }
}

#[tokio::test]
async fn bodies_of_every_kind_are_read_and_a_broken_one_is_worded_as_go_words_it() {
    for answer in [
        &b"HTTP/1.1 200 OK\r\n\r\n{}"[..],
        b"HTTP/1.0 200 OK\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\n{}",
    ] {
        assert_eq!(cause(&[answer]).await, "", "{}", String::from_utf8_lossy(answer));
    }
    for (answer, text) in [
        (&b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{}"[..], "unexpected EOF"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}", "invalid byte in chunk length"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{}", "unexpected EOF"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n{\"nextCode\":0}", "gzip: invalid header"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n{}", "unexpected EOF"),
    ] {
        let expected = failed("failed to read response body", text);
        assert_eq!(cause(&[answer]).await, expected, "{}", String::from_utf8_lossy(answer));
    }
}

#[tokio::test]
async fn a_redirect_is_followed_as_get_without_the_body_or_as_the_same_post() {
    for (status, get) in [
        ("301 Moved", true),
        ("302 Found", true),
        ("303 See Other", true),
        ("307 Temporary", false),
        ("308 Permanent", false),
    ] {
        let server = Odd::new(vec![redirect(status, "../else?q=1"), OK.as_bytes().to_vec()]).await;
        let rig = rig(&format!("http://me:se@{}/cb", server.address)).await;
        assert_eq!(rig.create("op-1").await.code(), 0, "{status}");
        let heads = server.heads();
        let length = heads[0].lines().find(|l| l.starts_with("Content-Length")).unwrap();
        let sent = format!(
            "Host: H\r\nUser-Agent: Go-http-client/1.1\r\n{length}\r\nAuthorization: Basic bWU6c2U=\r\n\
             Content-Type: application/json; charset=utf-8\r\nOperationid: op-1\r\nAccept-Encoding: gzip"
        );
        assert_eq!(heads[0], format!("POST /cb/{COMMAND} HTTP/1.1\r\n{sent}"));
        let referer = format!("Operationid: op-1\r\nReferer: http://H/cb/{COMMAND}");
        let again = sent.replace("Operationid: op-1", &referer);
        let without = again.replace(&format!("{length}\r\n"), "");
        let without = without.replace("Content-Type: application/json; charset=utf-8\r\n", "");
        let expected = if get {
            format!("GET /else?q=1 HTTP/1.1\r\n{without}")
        } else {
            format!("POST /else?q=1 HTTP/1.1\r\n{again}")
        };
        assert_eq!(heads[1], expected, "{status}");
        assert_eq!(server.connections(), [1, 1], "{status}: a short answer leaves its connection usable");
    }
}

#[tokio::test]
async fn the_tenth_redirect_is_refused_and_named_as_it_came() {
    let text = cause(&[&redirect("302 Found", "/again")]).await;
    let url = format!("http://H/cb/{COMMAND}");
    assert_eq!(
        text,
        format!(
            "HTTP request failed: Post \"/again\": stopped after 10 redirects, post url={url}: 90004 NetworkError"
        )
    );
    let server = Odd::new(vec![redirect("307 Temporary", "/again")]).await;
    let rig = rig(&format!("http://{}/cb", server.address)).await;
    assert_eq!(rig.create("op-1").await.code(), 90004);
    assert_eq!(server.heads().len(), 10);
}

#[tokio::test]
async fn a_redirect_elsewhere_is_followed_and_a_failure_there_is_named_there() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let text = cause(&[&redirect("302 Found", &format!("http://{free}/x"))]).await;
    let expected =
        format!("Post \"http://{free}/x\": dial tcp {free}: connect: connection refused, post url=http://H");
    assert!(text.contains(&expected), "{text}");
    let text = cause(&[&redirect("302 Found", "webhook://h/x")]).await;
    assert!(text.contains("Post \"webhook://h/x\": unsupported protocol scheme \"webhook\""), "{text}");
    let text = cause(&[&redirect("302 Found", "http://h:1a/x")]).await;
    let expected = failed(
        "HTTP request failed",
        "failed to parse Location header \"http://h:1a/x\": parse \"http://h:1a/x\": invalid port \":1a\" after host",
    );
    assert_eq!(text, expected);
}

#[tokio::test]
async fn a_kept_connection_that_the_server_has_closed_is_replaced_without_a_word() {
    let server = Odd::new(vec![
        OK.replace("\r\n\r\n", "\r\nConnection: keep-alive\r\n\r\n").into_bytes(),
        b"HTTP/1.1 200 OK\r\n\r\n{}".to_vec(),
    ])
    .await;
    let rig = rig(&format!("http://{}/cb", server.address)).await;
    for n in 0..4 {
        assert_eq!(rig.create("op-1").await.code(), 0, "{n}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(server.connections(), [1, 1, 2, 3], "the first is used twice, the others end themselves");
}

#[tokio::test]
async fn a_plain_server_behind_https_and_an_unknown_authority_are_worded_as_go_words_them() {
    let server = Odd::new(vec![OK.as_bytes().to_vec()]).await;
    // Plain HTTP servers answer a TLS greeting with an error.
    let plain = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = plain.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = plain.accept().await {
            let mut greeting = [0; 64];
            let _ = stream.read(&mut greeting).await;
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n").await;
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    });
    let text = rig(&format!("https://{address}/cb")).await.create("op-1").await.dlt();
    assert!(text.contains(": http: server gave HTTP response to HTTPS client, post url="), "{text}");
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certified.cert.der().clone()],
                rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap(),
            )
            .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let _ = acceptor.accept(stream).await;
        }
    });
    let text = rig(&format!("https://localhost:{port}/cb")).await.create("op-1").await.dlt();
    let expected =
        ": tls: failed to verify certificate: x509: certificate signed by unknown authority, post url=";
    assert!(text.contains(expected), "{text}");
    drop(server);
}
