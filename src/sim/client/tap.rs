//! The first bytes that came over a connection, for Go's words on answers that are none.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::url::quote_bytes;

/// Enough for a status line and the headers around a mistake.
const KEPT: usize = 4096;

/// What has come since the last [`Seen::forget`]; clones share it.
#[derive(Clone, Default)]
pub(super) struct Seen(Arc<Mutex<Vec<u8>>>);

impl Seen {
    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next answer begins.
    pub(super) fn forget(&self) {
        self.lock().clear();
    }

    /// Whether nothing came.
    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Whether it begins so.
    pub(super) fn starts_with(&self, bytes: &[u8]) -> bool {
        self.lock().starts_with(bytes)
    }

    /// What Go finds wrong with it as the head of an answer that then ended.
    pub(super) fn mistake(&self) -> String {
        mistake(&self.lock())
    }
}

/// A stream whose incoming bytes are noted.
pub(super) struct Tap<S> {
    stream: S,
    seen: Seen,
}

impl<S> Tap<S> {
    pub(super) fn new(stream: S) -> (Tap<S>, Seen) {
        let seen = Seen::default();
        (Tap { stream, seen: seen.clone() }, seen)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Tap<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if let Some(new) = buf.filled().get(before..).filter(|new| !new.is_empty()) {
            let mut seen = self.seen.lock();
            let room = KEPT.saturating_sub(seen.len()).min(new.len());
            seen.extend(new.iter().take(room));
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Tap<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Go reads the status line, then header lines, and stops at the first mistake.
fn mistake(head: &[u8]) -> String {
    const EARLY_END: &str = "unexpected EOF";
    let mut lines = head.split(|b| *b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let Some(status) = lines.next() else { return EARLY_END.to_owned() };
    let Some(gap) = status.iter().position(|b| *b == b' ') else {
        return format!("malformed HTTP response {}", quote_bytes(status));
    };
    let (version, rest) = status.split_at(gap);
    let code = rest.trim_ascii_start().split(|b| *b == b' ').next().unwrap_or_default();
    if code.len() != 3 || !code.iter().all(u8::is_ascii_digit) {
        return format!("malformed HTTP status code {}", quote_bytes(code));
    }
    if !is_version(version) {
        return format!("malformed HTTP version {}", quote_bytes(version));
    }
    for line in lines.take_while(|line| !line.is_empty()) {
        let Some(colon) = line.iter().position(|b| *b == b':') else {
            return format!("malformed MIME header: missing colon: {}", quote_bytes(line));
        };
        let (name, value) = line.split_at(colon);
        let value = value.get(1..).unwrap_or_default().trim_ascii();
        if name.eq_ignore_ascii_case(b"content-length") && !value.iter().all(u8::is_ascii_digit) {
            return format!("bad Content-Length {}", quote_bytes(value));
        }
    }
    EARLY_END.to_owned()
}

fn is_version(text: &[u8]) -> bool {
    matches!(text, [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
        if major.is_ascii_digit() && minor.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_none_is_described_in_gos_words() {
        for (head, text) in [
            (&b"hello\r\n"[..], r#"malformed HTTP response "hello""#),
            (b"SSH-2.0-x", r#"malformed HTTP response "SSH-2.0-x""#),
            (b"\x15\x03\x01\x00\x02\x02\x46", r#"malformed HTTP response "\x15\x03\x01\x00\x02\x02F""#),
            (b"hello world\r\n", r#"malformed HTTP status code "world""#),
            (b"HTTP/1.1 2x0 OK\r\n", r#"malformed HTTP status code "2x0""#),
            (b"HTXP/1.1 200 OK\r\n", r#"malformed HTTP version "HTXP/1.1""#),
            (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", "malformed MIME header: missing colon: \"no colon\""),
            (b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", r#"bad Content-Length "x""#),
            (b"HTTP/1.1 200 OK\r\nA: b\r\n", "unexpected EOF"),
        ] {
            assert_eq!(mistake(head), text);
        }
    }
}
