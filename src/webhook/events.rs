//! From a connection to the sink: events in their order, without making a connection wait.
//!
//! Connections put events into a bounded queue and go on; one task hands them to the
//! sink, which may be slow. An event without room is counted, never silently dropped.
//! `OpenCallback` is a callback without its end: whichever way it ends, exactly one
//! event tells of it.

use std::sync::{Arc, OnceLock};

use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::proxy::UpstreamWatch;
use super::stats::ServerStats;
use crate::port::{CallbackArrived, CallbackDone, EventSink, ReplyKind, RunEvent};
use crate::units::Stamp;

/// Events between connections and sink; at 1,000 callbacks a second half a minute's worth.
const QUEUE: usize = 65_536;

/// The connections' end of the queue.
#[derive(Clone, Debug)]
pub(super) struct Events {
    queue: mpsc::Sender<RunEvent>,
    stats: Arc<ServerStats>,
}

impl Events {
    /// The queue and the task that empties it into `sink`; the task ends when all
    /// clones of the queue are gone and everything is handed over.
    pub(super) fn start<S: EventSink>(sink: S, stats: Arc<ServerStats>) -> (Events, JoinHandle<()>) {
        let (queue, mut events) = mpsc::channel(QUEUE);
        let pump = tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                sink.send(event).await;
            }
        });
        (Events { queue, stats }, pump)
    }

    /// Hands an event over without waiting.
    pub(super) fn put(&self, event: RunEvent) {
        if self.queue.try_send(event).is_err() {
            self.stats.count_lost_event();
        }
    }

    /// A request that could not be served.
    pub(super) fn bad_request(&self, why: impl Into<String>) {
        self.put(RunEvent::BadRequest { why: why.into() });
    }
}

/// A callback of this run between its arrival and its end. Dropped without an answer it
/// ends as aborted when `OpenIM` has closed, else as cut short by us.
#[derive(Debug)]
pub(super) struct OpenCallback {
    done: Option<CallbackDone>,
    closed: Arc<OnceLock<Stamp>>,
    events: Events,
    upstream: Option<Arc<UpstreamWatch>>,
}

impl OpenCallback {
    /// Tells of the arrival. `closed` is set when the peer closes the connection.
    pub(super) fn arrived(done: CallbackDone, closed: Arc<OnceLock<Stamp>>, events: Events) -> OpenCallback {
        events.put(RunEvent::Arrived(CallbackArrived {
            key: done.key,
            operations: done.operations.clone(),
            received_at: done.received_at,
        }));
        OpenCallback { done: Some(done), closed, events, upstream: None }
    }

    /// When a worker took it up.
    pub(super) fn set_started(&mut self, at: Option<Stamp>) {
        if let Some(done) = &mut self.done {
            done.started_at = at;
        }
    }

    /// It is passed on; what the upstream does with it is seen there.
    pub(super) fn set_upstream(&mut self, watch: Arc<UpstreamWatch>) {
        self.upstream = Some(watch);
    }

    /// What it will be answered. Without a word on the start, work began on arrival.
    pub(super) fn set_reply(&mut self, reply: ReplyKind) {
        if let Some(done) = &mut self.done {
            done.reply = reply;
            done.started_at = done.started_at.or(Some(done.received_at));
        }
    }

    /// The last byte of the answer is with the kernel.
    pub(super) fn replied(mut self, at: Stamp) {
        if let Some(mut done) = self.taken() {
            done.replied_at = Some(at);
            self.events.put(RunEvent::Callback(done));
        }
    }

    /// Ended by us without an answer, as planned (a fault) or because it cannot be read.
    pub(super) fn ended(mut self) {
        if let Some(mut done) = self.taken() {
            done.aborted_at = self.closed.get().copied();
            self.events.put(RunEvent::Callback(done));
        }
    }

    fn taken(&mut self) -> Option<CallbackDone> {
        let mut done = self.done.take()?;
        done.upstream = self.upstream.take().map(|watch| watch.stamps());
        Some(done)
    }
}

impl Drop for OpenCallback {
    fn drop(&mut self) {
        if let Some(mut done) = self.taken() {
            done.aborted_at = self.closed.get().copied();
            if done.aborted_at.is_none() {
                self.events.stats.count_cut_short();
            }
            self.events.put(RunEvent::Callback(done));
        }
    }
}
