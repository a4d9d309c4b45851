//! One connection: serves its requests, ends half-sent heads, tells of garbage.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::time::sleep;

use super::responder::Responder;
use super::route::clip;
use super::server::Server;
use super::service::{self, Conn};
use super::stamped::{ConnState, StampedIo};
use super::stats::Counted;
use crate::units::Stamp;

/// Largest request head, in bytes; joined operationIDs can be long.
const HEAD_LIMIT: usize = 256 * 1024;

/// Serves a connection to its end. An idle one is kept for as long as the peer keeps it.
pub(super) async fn run<R: Responder>(
    server: Arc<Server<R>>,
    stream: TcpStream,
    number: u64,
    accepted_at: Stamp,
) {
    let _ = stream.set_nodelay(true);
    let state = Arc::new(ConnState::new(server.clock));
    let counted = Counted::enter(server.stats.clone(), server.clock);
    let conn = Arc::new(Conn { number, accepted_at, used: false.into(), state: state.clone(), counted });
    let io = TokioIo::new(StampedIo::new(stream, state.clone()));
    let service = service_fn(|request| {
        let received_at = server.clock.now();
        conn.state.begin_request();
        service::answer(&server, &conn, request, received_at)
    });
    let passes_on = server.responder.upstream().is_some();
    let mut http = pin!(
        http1::Builder::new()
            // Answers of others are passed on as they were written.
            .preserve_header_case(passes_on)
            .auto_date_header(!passes_on)
            // The peer's close must end a waiting handler's connection at once.
            .half_close(false)
            // Hyper's own limit would also end idle connections; `head_limit` below does not.
            .header_read_timeout(None)
            .max_header_size(HEAD_LIMIT)
            .serve_connection(io, service)
    );
    let mut stopping = false;
    let limit = server.config.read_timeout;
    let ended = loop {
        tokio::select! {
            biased;
            ended = http.as_mut() => break ended,
            () = server.kill.cancelled() => return,
            () = server.stop.cancelled(), if !stopping => {
                stopping = true;
                http.as_mut().graceful_shutdown();
            }
            () = server.config.gate.to_be_shut(), if !stopping => {
                stopping = true;
                http.as_mut().graceful_shutdown();
            }
            () = sleep(head_left(&state, limit, server.clock.now())) => {
                if head_left(&state, limit, server.clock.now()).is_zero() {
                    server.events.bad_request(format!("request head not whole after {limit:?}"));
                    return;
                }
            }
        }
    };
    if let Err(error) = ended {
        tell(&server, &state, &error);
    }
}

/// How long a half-sent head may still take; the whole limit while there is none.
fn head_left(state: &ConnState, limit: Duration, now: Stamp) -> Duration {
    match state.head_since() {
        Some(since) => limit.saturating_sub(Duration::from_micros(now.since(since))),
        None => limit,
    }
}

/// Reports what was no request. An end while a callback was open is told by its own event.
fn tell<R>(server: &Server<R>, state: &ConnState, error: &hyper::Error) {
    if state.is_busy() {
        return;
    }
    if state.is_tls() {
        server
            .events
            .bad_request("TLS on a listener that speaks plain HTTP; write `url: http://…` in webhooks.yml");
    } else if error.is_parse() || error.is_parse_too_large() {
        server.events.bad_request(clip(&format!("not an HTTP request: {error}"), 200));
    } else if error.is_incomplete_message() {
        server.events.bad_request("connection closed in the middle of a request head");
    }
}
