//! Requests to our own listener, to see how late it is itself.
//!
//! Alternates between a kept and a fresh connection. What a heartbeat takes beyond the
//! usual is time that our server, and not a handler, added to callbacks.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;

use super::route::HEARTBEAT_PATH;
use crate::clock::RunClock;
use crate::port::{EventSink, RunEvent};

/// How often, unless there is a reason.
pub const EVERY: Duration = Duration::from_millis(50);
/// A heartbeat without answer counts as taking so long.
const PATIENCE: Duration = Duration::from_secs(5);

/// Sends a heartbeat to the listener at `addr` every `every` until `shutdown`. One without
/// answer is told as taking 5 s; one that fails at once (nobody listens any more, no
/// file descriptor left) is not told, since it says nothing about lateness.
pub async fn run<S: EventSink>(
    addr: SocketAddr,
    sink: S,
    clock: RunClock,
    every: Duration,
    shutdown: CancellationToken,
) {
    let addr = reachable(addr);
    let mut ticks = interval(every.max(Duration::from_millis(1)));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut kept: Option<TcpStream> = None;
    let mut fresh = false;
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if !fresh && kept.is_none() {
            // Connecting is no part of a heartbeat on a kept connection.
            kept = timeout(PATIENCE, connect(addr)).await.ok().and_then(Result::ok);
        }
        let at = clock.now();
        let beat =
            async { if fresh { on_fresh(addr).await.map(|()| None) } else { on_kept(kept.take()).await } };
        let result = tokio::select! {
            () = shutdown.cancelled() => return,
            result = timeout(PATIENCE, beat) => result,
        };
        let took_us = clock.now().since(at);
        let told = match result {
            Ok(Ok(stream)) => {
                kept = stream.or(kept);
                true
            }
            Ok(Err(_)) => false,
            Err(_) => true,
        };
        if told {
            sink.send(RunEvent::Heartbeat { at, took_us, fresh }).await;
        }
        fresh = !fresh;
    }
}

/// Where to reach a listener that is bound to `addr`: loopback when it is bound to all.
fn reachable(addr: SocketAddr) -> SocketAddr {
    let ip = match addr.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, addr.port())
}

async fn connect(addr: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(addr).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

async fn on_fresh(addr: SocketAddr) -> io::Result<()> {
    let mut stream = connect(addr).await?;
    exchange(&mut stream, "close").await
}

async fn on_kept(stream: Option<TcpStream>) -> io::Result<Option<TcpStream>> {
    let mut stream = stream.ok_or(io::ErrorKind::NotConnected)?;
    exchange(&mut stream, "keep-alive").await?;
    Ok(Some(stream))
}

/// Sends the request and reads the answer's head, which is all it has.
async fn exchange(stream: &mut TcpStream, connection: &str) -> io::Result<()> {
    let request =
        format!("GET {HEARTBEAT_PATH} HTTP/1.1\r\nHost: openim-bench\r\nConnection: {connection}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut head = [0u8; 1024];
    let mut filled = 0;
    while !head[..filled].ends_with(b"\r\n\r\n") {
        let n = stream.read(&mut head[filled..]).await?;
        if n == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        filled += n;
    }
    Ok(())
}
