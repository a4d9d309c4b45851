//! Accepts connections on a bound listener and serves them until told to stop.
//!
//! Promises: an accept that fails (out of file descriptors) is counted and tried again,
//! never the end; on shutdown it stops accepting, closes idle connections, lets open
//! callbacks end up to `ServerConfig::drain`, then cuts them; when `serve` returns every
//! event has been handed to the sink. While `ServerConfig::gate` is shut nobody listens, and afterwards the same
//! port is open again.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use super::events::Events;
use super::forward::Forwarder;
use super::gate::Gate;
use super::responder::Responder;
use super::stats::ServerStats;
use super::{bind, connection};
use crate::clock::RunClock;
use crate::ids::RunTag;
use crate::port::EventSink;
use crate::text::Text;
use crate::{displays_english, say};

/// Pause after an accept that failed for want of resources.
const ACCEPT_PAUSE: Duration = Duration::from_millis(20);
/// How long the sink may take for what is left after everything was cut.
const LAST_EVENTS: Duration = Duration::from_secs(10);

/// Whose callbacks are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Those of this run.
    Run(RunTag),
    /// All of a command that we know, whosoever's operations they belong to; they may name none of ours.
    Everything,
}

/// How to serve.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// `webhook.path`; the command follows it.
    pub path: String,
    /// Whose callbacks are ours.
    pub scope: Scope,
    /// `webhook.forward_others`: URL that takes the place of ours, the command follows it.
    pub forward_others: Option<String>,
    /// How long open callbacks may go on after the stop.
    pub drain: Duration,
    /// Limit for a half-sent head and for a half-sent body.
    pub read_timeout: Duration,
    /// Largest request body in bytes.
    pub body_limit: usize,
    /// Counters; keep a clone to read them while the server runs.
    pub stats: Arc<ServerStats>,
    /// Shuts the listener for a time; keep a clone to do so.
    pub gate: Gate,
}

impl ServerConfig {
    /// The defaults: 20 s of drain, 30 s for a half-sent request, bodies up to 8 MiB.
    #[must_use]
    pub fn new(path: impl Into<String>, tag: RunTag) -> ServerConfig {
        ServerConfig {
            path: path.into(),
            scope: Scope::Run(tag),
            forward_others: None,
            drain: Duration::from_secs(20),
            read_timeout: Duration::from_secs(30),
            body_limit: 8 * 1024 * 1024,
            stats: Arc::default(),
            gate: Gate::default(),
        }
    }
}

/// How serving ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServerEnd {
    /// Connections accepted.
    pub accepted: u64,
    /// Failed accepts.
    pub accept_errors: u64,
    /// Callbacks cut at the end of the drain.
    pub cut_short: u64,
    /// Events that found no room; above 0 the run is invalid.
    pub events_lost: u64,
}

/// Why serving could not begin.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// `webhook.forward_others` cannot be used.
    Forward {
        /// As given.
        url: String,
        /// What is wrong with it.
        why: Text,
    },
}

impl ServerError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        let ServerError::Forward { url, why } = self;
        say!("errors-webhook-forward", url = url, why = why)
    }
}

displays_english!(ServerError);

/// What all connections share.
pub(super) struct Server<R> {
    pub(super) config: ServerConfig,
    pub(super) responder: Arc<R>,
    pub(super) events: Events,
    pub(super) clock: RunClock,
    pub(super) stats: Arc<ServerStats>,
    pub(super) forward: Option<Forwarder>,
    /// Begin to end.
    pub(super) stop: CancellationToken,
    /// End now.
    pub(super) kill: CancellationToken,
}

/// Serves callbacks on `listener` until `shutdown`.
///
/// # Errors
/// When `forward_others` is no usable URL; before anything is accepted.
pub async fn serve<R: Responder, S: EventSink>(
    listener: TcpListener,
    config: ServerConfig,
    responder: Arc<R>,
    sink: S,
    clock: RunClock,
    shutdown: CancellationToken,
) -> Result<ServerEnd, ServerError> {
    let forward = config.forward_others.as_deref().map(Forwarder::new).transpose()?;
    let (stats, drain, kill) = (config.stats.clone(), config.drain, CancellationToken::new());
    let (events, pump) = Events::start(sink, stats.clone());
    let server = Arc::new(Server {
        config,
        responder,
        events,
        clock,
        stats: stats.clone(),
        forward,
        stop: shutdown,
        kill: kill.clone(),
    });
    accept_and_refuse(listener, &server).await;
    // The pump ends when nobody can send an event any more: then every connection is done.
    drop(server);
    finish(pump, drain, &kill).await;
    Ok(ServerEnd {
        accepted: stats.accepted(),
        accept_errors: stats.accept_errors(),
        cut_short: stats.cut_short(),
        events_lost: stats.events_lost(),
    })
}

/// Where connections come from; a seam for testing what cannot be provoked on a socket.
trait Source: Sync {
    fn next(&self) -> impl Future<Output = io::Result<TcpStream>> + Send;
}

impl Source for TcpListener {
    async fn next(&self) -> io::Result<TcpStream> {
        self.accept().await.map(|(stream, _)| stream)
    }
}

/// Accepts while the gate is open, until the server stops.
async fn accept_and_refuse<R: Responder>(mut listener: TcpListener, server: &Arc<Server<R>>) {
    let gate = &server.config.gate;
    while !server.stop.is_cancelled() {
        tokio::select! {
            biased;
            () = gate.to_be_shut() => {}
            () = accept(&listener, server) => return,
        }
        let Ok(address) = listener.local_addr() else {
            // It cannot be opened again, so it is not shut.
            server.stats.count_accept_error();
            return accept(&listener, server).await;
        };
        drop(listener);
        gate.set(false);
        let opened = tokio::select! {
            () = server.stop.cancelled() => return,
            opened = reopened(address, server) => opened,
        };
        listener = opened;
        gate.set(true);
    }
}

/// Holds the port until the gate is to be open, then listens again; a port that is not to be had is tried again.
async fn reopened<R>(address: SocketAddr, server: &Server<R>) -> TcpListener {
    let mut held = bind::hold(address).ok();
    server.config.gate.to_be_open().await;
    loop {
        let socket = held.take().map_or_else(|| bind::hold(address), Ok);
        match socket.and_then(bind::listen) {
            Ok(listener) => return listener,
            Err(_) => {
                server.stats.count_accept_error();
                sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

async fn accept<R: Responder>(source: &impl Source, server: &Arc<Server<R>>) {
    let mut number = 0;
    loop {
        let accepted = tokio::select! {
            biased;
            () = server.stop.cancelled() => return,
            accepted = source.next() => accepted,
        };
        match accepted {
            Ok(stream) => {
                let accepted_at = server.clock.now();
                number += 1;
                tokio::spawn(connection::run(server.clone(), stream, number, accepted_at));
            }
            Err(error) => {
                server.stats.count_accept_error();
                if wants_pause(&error) {
                    sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }
}

/// Whether accepting again at once would fail again: everything but a connection that
/// was gone before it was accepted.
fn wants_pause(error: &io::Error) -> bool {
    !matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::Interrupted
    )
}

async fn finish(mut pump: JoinHandle<()>, drain: Duration, kill: &CancellationToken) {
    if timeout(drain, &mut pump).await.is_ok() {
        kill.cancel();
        return;
    }
    kill.cancel();
    if timeout(LAST_EVENTS, &mut pump).await.is_err() {
        pump.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

    use super::*;
    use crate::port::VecSink;
    use crate::webhook::HostResponder;

    /// Out of file descriptors three times.
    struct Flaky {
        listener: TcpListener,
        failures: AtomicU32,
    }

    impl Source for Flaky {
        async fn next(&self) -> io::Result<TcpStream> {
            if self.failures.fetch_add(1, Relaxed) >= 3 {
                return self.listener.next().await;
            }
            Err(io::Error::from_raw_os_error(rustix::io::Errno::MFILE.raw_os_error()))
        }
    }

    #[tokio::test]
    async fn an_accept_that_fails_is_counted_and_never_the_end() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let (clock, config) = (RunClock::start(), ServerConfig::new("/cb", RunTag::from_number(1)));
        let (events, _pump) = Events::start(VecSink::default(), config.stats.clone());
        let stop = CancellationToken::new();
        let server = Arc::new(Server {
            responder: Arc::new(HostResponder::neutral(clock)),
            events,
            clock,
            stats: config.stats.clone(),
            config,
            forward: None,
            stop: stop.clone(),
            kill: CancellationToken::new(),
        });
        let flaky = Flaky { listener, failures: AtomicU32::new(0) };
        let stopped_by = async {
            while server.stats.accepted() == 0 {
                sleep(Duration::from_millis(1)).await;
            }
            stop.cancel();
        };
        let both = async { tokio::join!(accept(&flaky, &server), stopped_by) };
        timeout(Duration::from_secs(20), both).await.unwrap();
        assert_eq!((server.stats.accept_errors(), server.stats.accepted()), (3, 1));
        drop(client);
    }

    #[test]
    fn only_a_connection_gone_early_is_accepted_over_at_once() {
        assert!(!wants_pause(&io::ErrorKind::ConnectionAborted.into()));
        let out_of_descriptors = io::Error::from_raw_os_error(rustix::io::Errno::MFILE.raw_os_error());
        assert!(wants_pause(&out_of_descriptors));
    }
}
