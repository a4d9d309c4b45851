//! The socket with a watch: stamps the last byte of an answer and the peer's close.
//!
//! Why `replied_at` is exact: an answer is armed when hyper takes its last bytes from
//! the body, which it moves into its write buffer before it does anything else; and hyper
//! flushes the socket only when that buffer is empty. So at the first flush after arming
//! every byte has been through `write`, and the moment the last `write` returned is when
//! the last byte was with the kernel. Why `aborted_at` is: while a handler works hyper
//! keeps reading, and a read that ends or fails is stamped here before hyper sees it.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::events::OpenCallback;
use crate::clock::RunClock;
use crate::units::Stamp;

/// What socket, service and connection task tell each other.
#[derive(Debug)]
pub(super) struct ConnState {
    clock: RunClock,
    closed: Arc<OnceLock<Stamp>>,
    watch: Mutex<Watch>,
}

#[derive(Debug, Default)]
struct Watch {
    /// A request is between its head and the end of its answer.
    busy: bool,
    /// First byte of a head that is not whole yet.
    head_since: Option<Stamp>,
    last_write: Option<Stamp>,
    armed: bool,
    open: Option<OpenCallback>,
    reset: bool,
    /// The connection began with a TLS handshake.
    tls: bool,
    any_read: bool,
}

/// First byte of a TLS record with a handshake, and of no HTTP request.
const TLS_HANDSHAKE: u8 = 0x16;

impl ConnState {
    pub(super) fn new(clock: RunClock) -> ConnState {
        ConnState { clock, closed: Arc::default(), watch: Mutex::default() }
    }

    /// Set when the peer has closed or reset the connection.
    pub(super) fn closed(&self) -> Arc<OnceLock<Stamp>> {
        self.closed.clone()
    }

    /// A request head is parsed.
    pub(super) fn begin_request(&self) {
        let mut watch = self.watch();
        watch.busy = true;
        watch.head_since = None;
    }

    /// The last bytes of an answer are being taken; `open` is the callback it ends.
    pub(super) fn arm(&self, open: Option<OpenCallback>) {
        let mut watch = self.watch();
        watch.armed = true;
        watch.open = open;
    }

    /// Close with a reset instead of an orderly end.
    pub(super) fn reset_on_close(&self) {
        self.watch().reset = true;
    }

    pub(super) fn is_busy(&self) -> bool {
        self.watch().busy
    }

    /// Whether the peer speaks TLS.
    pub(super) fn is_tls(&self) -> bool {
        self.watch().tls
    }

    /// Since when a request head is incomplete.
    pub(super) fn head_since(&self) -> Option<Stamp> {
        self.watch().head_since
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn on_read(&self, bytes: &[u8]) {
        let Some(first) = bytes.first() else {
            self.on_closed();
            return;
        };
        let mut watch = self.watch();
        if !watch.any_read {
            watch.any_read = true;
            watch.tls = *first == TLS_HANDSHAKE;
        }
        if !watch.busy && watch.head_since.is_none() {
            watch.head_since = Some(self.clock.now());
        }
    }

    fn on_closed(&self) {
        let _ = self.closed.set(self.clock.now());
    }

    fn on_write(&self, result: &Poll<io::Result<usize>>) {
        match result {
            Poll::Ready(Ok(_)) => self.watch().last_write = Some(self.clock.now()),
            Poll::Ready(Err(_)) => self.on_closed(),
            Poll::Pending => {}
        }
    }

    fn on_flush(&self) {
        let mut watch = self.watch();
        if !watch.armed {
            return;
        }
        watch.armed = false;
        watch.busy = false;
        let (open, at) = (watch.open.take(), watch.last_write);
        drop(watch);
        if let Some(open) = open {
            open.replied(at.unwrap_or_else(|| self.clock.now()));
        }
    }
}

/// A TCP stream that reports to a `ConnState`.
pub(super) struct StampedIo {
    stream: TcpStream,
    state: Arc<ConnState>,
}

impl StampedIo {
    pub(super) fn new(stream: TcpStream, state: Arc<ConnState>) -> StampedIo {
        StampedIo { stream, state }
    }
}

impl Drop for StampedIo {
    fn drop(&mut self) {
        if self.state.watch().reset {
            let _ = self.stream.set_zero_linger();
        }
        // An answer that was armed but never flushed: its callback ends here.
        let unsent = self.state.watch().open.take();
        drop(unsent);
    }
}

impl AsyncRead for StampedIo {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let (before, room) = (buf.filled().len(), buf.remaining());
        let result = Pin::new(&mut this.stream).poll_read(cx, buf);
        match &result {
            Poll::Ready(Ok(())) if room > 0 => this.state.on_read(&buf.filled()[before..]),
            Poll::Ready(Err(_)) => this.state.on_closed(),
            Poll::Ready(Ok(())) | Poll::Pending => {}
        }
        result
    }
}

impl AsyncWrite for StampedIo {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_write(cx, buf);
        this.state.on_write(&result);
        result
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_write_vectored(cx, bufs);
        this.state.on_write(&result);
        result
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_flush(cx);
        if let Poll::Ready(Ok(())) = &result {
            this.state.on_flush();
        }
        result
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}
