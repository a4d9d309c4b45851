//! The webhook server's sink and responder, before and during the load.
//!
//! The server starts before preflight, so that the deployment can call back; the collector
//! starts with the load. Until then events are kept for preflight to look at (bounded), and
//! every callback is answered neutrally.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use crate::clock::RunClock;
use crate::port::{ChannelSink, EventSink, RunEvent, VecSink};
use crate::webhook::proxy::Upstream;
use crate::webhook::{Callback, HostResponder, ProxyResponder, Reply, Responder};

/// Events that preflight may see at most; a shared deployment calls back for others, too.
const PREFLIGHT_EVENTS: usize = 10_000;

/// A sink that keeps events until the load starts, then hands them to the collector.
#[derive(Clone, Debug)]
pub struct SwitchSink {
    before: VecSink,
    load: Arc<OnceLock<ChannelSink>>,
    muted: Arc<AtomicBool>,
}

impl SwitchSink {
    /// A sink in its first state.
    pub fn new() -> SwitchSink {
        SwitchSink { before: VecSink::default(), load: Arc::default(), muted: Arc::default() }
    }

    /// What arrived before the load.
    pub fn before(&self) -> &VecSink {
        &self.before
    }

    /// The load starts: events go to the collector from now on.
    pub fn start_load(&self, sink: ChannelSink) {
        let _ = self.load.set(sink);
    }

    /// The load is over: events are no longer wanted.
    pub fn mute(&self) {
        self.muted.store(true, Ordering::SeqCst);
    }
}

impl EventSink for SwitchSink {
    async fn send(&self, event: RunEvent) {
        if self.muted.load(Ordering::Relaxed) {
            return;
        }
        match self.load.get() {
            Some(sink) => sink.send(event).await,
            None => {
                self.try_send(event);
            }
        }
    }

    fn try_send(&self, event: RunEvent) -> bool {
        if self.muted.load(Ordering::Relaxed) {
            return true;
        }
        match self.load.get() {
            Some(sink) => sink.try_send(event),
            None if self.before.len() < PREFLIGHT_EVENTS => self.before.try_send(event),
            None => true,
        }
    }

    fn fullness(&self) -> f64 {
        self.load.get().map_or(0.0, EventSink::fullness)
    }
}

/// A responder that is neutral until the load starts, then answers as the profile says. A
/// proxy passes on from the first, since only the user's server can say what is right.
#[derive(Debug)]
pub struct SwitchResponder {
    neutral: HostResponder,
    load: OnceLock<HostResponder>,
    proxy: Option<ProxyResponder>,
}

impl SwitchResponder {
    /// A responder in its first state.
    pub fn new(clock: RunClock, proxy: Option<ProxyResponder>) -> SwitchResponder {
        SwitchResponder { neutral: HostResponder::neutral(clock), load: OnceLock::new(), proxy }
    }

    /// The proxy, in proxy mode.
    pub fn proxy(&self) -> Option<&ProxyResponder> {
        self.proxy.as_ref()
    }

    /// The load starts.
    pub fn start_load(&self, host: HostResponder) {
        let _ = self.load.set(host);
    }
}

impl Responder for SwitchResponder {
    async fn respond(&self, callback: &Callback) -> Reply {
        match &self.proxy {
            Some(proxy) => proxy.respond(callback).await,
            None => self.load.get().unwrap_or(&self.neutral).respond(callback).await,
        }
    }

    fn upstream(&self) -> Option<Arc<Upstream>> {
        self.proxy.as_ref().and_then(Responder::upstream)
    }
}
