//! One request to the simulator's API on a connection of its own, with the headers that a
//! recording names and no others.

use std::io::{self, Read as _};

use flate2::read::GzDecoder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::probe::observation::Answer;

/// Longer answers are cut.
const MAX_ANSWER: u64 = 64 << 20;

/// A request as it is to be sent.
#[derive(Clone, Debug, Default)]
pub(super) struct Request {
    pub method: String,
    pub path: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

/// Sends it to `api` (host and port) and reads the answer to its end.
///
/// # Errors
/// Those of the socket.
pub(super) async fn call(api: &str, request: &Request) -> io::Result<Answer> {
    let started = Instant::now();
    let mut stream = TcpStream::connect(api).await?;
    let own =
        |name: &str| ["host", "connection", "content-length"].iter().any(|n| name.eq_ignore_ascii_case(n));
    let more: String =
        request.headers.iter().filter(|(n, _)| !own(n)).map(|(n, v)| format!("{n}: {v}\r\n")).collect();
    let Request { method, path, body, .. } = request;
    let text = format!(
        "{method} {path} HTTP/1.1\r\nHost: {api}\r\nConnection: close\r\nContent-Length: {}\r\n{more}\r\n{body}",
        body.len()
    );
    stream.write_all(text.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.take(MAX_ANSWER).read_to_end(&mut bytes).await?;
    let seconds = started.elapsed().as_secs_f64();
    Ok(Answer { seconds, ..read(&bytes) })
}

fn read(bytes: &[u8]) -> Answer {
    let end = bytes.windows(4).position(|w| w == b"\r\n\r\n").unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0);
    let pairs = head.split("\r\n").skip(1).filter_map(|l| l.split_once(": "));
    let headers = pairs.map(|(n, v)| (n.to_owned(), v.to_owned())).collect();
    let mut answer = Answer { status, headers, ..Answer::default() };
    let says = |name: &str, value: &str| answer.header(name).is_some_and(|v| v.eq_ignore_ascii_case(value));
    let mut body = bytes.get(end + 4..).unwrap_or_default().to_vec();
    if says("transfer-encoding", "chunked") {
        body = unchunk(&body);
    }
    if says("content-encoding", "gzip") {
        let mut plain = Vec::new();
        // What cannot be unpacked stays as it is, and is no envelope then.
        if GzDecoder::new(body.as_slice()).take(MAX_ANSWER).read_to_end(&mut plain).is_ok() {
            body = plain;
        }
    }
    answer.body = String::from_utf8_lossy(&body).into_owned();
    answer
}

/// What a chunked body holds; what is cut off stays away.
fn unchunk(mut bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    while let Some(line) = bytes.windows(2).position(|w| w == b"\r\n") {
        let size = std::str::from_utf8(&bytes[..line]).unwrap_or_default();
        let size = size.split(';').next().unwrap_or_default().trim();
        let Ok(size) = usize::from_str_radix(size, 16) else { break };
        bytes = &bytes[line + 2..];
        if size == 0 {
            break;
        }
        let part = &bytes[..size.min(bytes.len())];
        out.extend_from_slice(part);
        bytes = bytes.get(size.saturating_add(2)..).unwrap_or_default();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_however_it_was_packed() {
        let plain = read(b"HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\n\r\n404 page not found");
        assert_eq!((plain.status, plain.body.as_str()), (404, "404 page not found"));
        assert_eq!(plain.header("content-type"), Some("text/plain"));
        let chunked = read(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=1\r\nde\r\n0\r\n\r\n",
        );
        assert_eq!(chunked.body, "abcde");
        for broken in
            ["", "HTTP/1.1", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\na"]
        {
            read(broken.as_bytes());
        }
    }
}
