//! An upstream connection with a watch: how much has gone out, and when bytes last came and went.
//!
//! The pool keeps the socket as well, to see before a connection is used again whether the
//! other side has closed it meanwhile.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context, Poll, ready};

use rustix::net::{RecvFlags, Shutdown, recv, shutdown};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::clock::RunClock;
use crate::units::Stamp;

/// What has gone over a connection.
#[derive(Debug)]
pub(super) struct Traffic {
    clock: RunClock,
    written: AtomicU64,
    read: AtomicU64,
    last_write: AtomicU64,
    last_read: AtomicU64,
}

impl Traffic {
    pub(super) fn new(clock: RunClock) -> Traffic {
        let zero = || AtomicU64::new(0);
        Traffic { clock, written: zero(), read: zero(), last_write: zero(), last_read: zero() }
    }

    /// Bytes handed to the kernel so far.
    pub(super) fn written(&self) -> u64 {
        self.written.load(Relaxed)
    }

    /// Bytes read so far.
    pub(super) fn read(&self) -> u64 {
        self.read.load(Relaxed)
    }

    pub(super) fn last_write(&self) -> Stamp {
        Stamp(self.last_write.load(Relaxed))
    }

    pub(super) fn last_read(&self) -> Stamp {
        Stamp(self.last_read.load(Relaxed))
    }
}

/// A TCP stream that counts.
pub(super) struct WatchedIo {
    socket: Arc<TcpStream>,
    traffic: Arc<Traffic>,
}

impl WatchedIo {
    pub(super) fn new(socket: Arc<TcpStream>, traffic: Arc<Traffic>) -> WatchedIo {
        WatchedIo { socket, traffic }
    }
}

/// Whether nothing has come over an idle connection: neither its end nor bytes nobody asked for.
pub(super) fn is_quiet(socket: &TcpStream) -> bool {
    let mut byte = [0_u8; 1];
    recv(socket, &mut byte, RecvFlags::PEEK | RecvFlags::DONTWAIT)
        .is_err_and(|e| e == rustix::io::Errno::AGAIN || e == rustix::io::Errno::WOULDBLOCK)
}

impl AsyncRead for WatchedIo {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        loop {
            ready!(self.socket.poll_read_ready(cx))?;
            match self.socket.try_read(buf.initialize_unfilled()) {
                Ok(count) => {
                    buf.advance(count);
                    if count > 0 {
                        self.traffic.read.fetch_add(count as u64, Relaxed);
                        self.traffic.last_read.store(self.traffic.clock.now().0, Relaxed);
                    }
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }
}

impl AsyncWrite for WatchedIo {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        loop {
            ready!(self.socket.poll_write_ready(cx))?;
            match self.socket.try_write(buf) {
                Ok(count) => {
                    self.traffic.written.fetch_add(count as u64, Relaxed);
                    self.traffic.last_write.store(self.traffic.clock.now().0, Relaxed);
                    return Poll::Ready(Ok(count));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
    }

    fn poll_flush(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match shutdown(&*self.socket, Shutdown::Write) {
            Ok(()) | Err(rustix::io::Errno::NOTCONN) => Poll::Ready(Ok(())),
            Err(error) => Poll::Ready(Err(error.into())),
        }
    }
}
