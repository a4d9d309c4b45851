//! Reads the metrics of a run off its events, on their way to the collector.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{CallbackEnd, Meter};
use crate::ids::OperationId;
use crate::port::{CallbackDone, EventSink, ReplyKind, RunEvent, UpstreamStamps};
use crate::units::Stamp;
use crate::wire::api::Operation;

/// Hands every event on unchanged, and has a meter look at it where there is one.
#[derive(Clone, Debug)]
pub struct Metered<S> {
    inner: S,
    watch: Option<Arc<Watch>>,
}

#[derive(Debug)]
struct Watch {
    meter: Meter,
    /// Intended starts of the creates that have not ended: as many as may be in flight.
    creates: Mutex<HashMap<OperationId, Stamp>>,
}

impl<S: EventSink> Metered<S> {
    /// A sink before `inner`; without a meter it does nothing besides.
    #[must_use]
    pub fn new(inner: S, meter: Option<Meter>) -> Metered<S> {
        let watch = meter.map(|meter| Arc::new(Watch { meter, creates: Mutex::default() }));
        Metered { inner, watch }
    }

    fn see(&self, event: &RunEvent) {
        if let Some(watch) = &self.watch {
            watch.see(event);
        }
    }
}

impl<S: EventSink> EventSink for Metered<S> {
    async fn send(&self, event: RunEvent) {
        self.see(&event);
        self.inner.send(event).await;
    }

    fn try_send(&self, event: RunEvent) -> bool {
        self.see(&event);
        self.inner.try_send(event)
    }

    fn fullness(&self) -> f64 {
        self.inner.fullness()
    }
}

impl Watch {
    fn see(&self, event: &RunEvent) {
        let meter = &self.meter;
        match event {
            RunEvent::Released { operation_id, operation, intended_at, released_at, .. } => {
                meter.in_flight(1.0);
                meter.release_lag(seconds(*intended_at, *released_at));
                if *operation == Operation::Create {
                    self.creates().insert(*operation_id, *intended_at);
                }
            }
            RunEvent::Ended { operation_id, outcome } => {
                meter.in_flight(-1.0);
                if let Some(intended) = self.taken(operation_id) {
                    meter.create(outcome.result, Some(seconds(intended, outcome.answered_at)));
                }
            }
            RunEvent::Censored { operation_id, .. } => {
                meter.in_flight(-1.0);
                if self.taken(operation_id).is_some() {
                    meter.create_given_up();
                }
            }
            RunEvent::Shed { .. } => meter.shed(),
            RunEvent::Callback(done) => see_callback(meter, done),
            RunEvent::Stranger(_) => meter.foreign(),
            RunEvent::BadRequest { .. } => meter.bad_request(),
            RunEvent::Heartbeat { took_us, .. } => meter.heartbeat(*took_us as f64 / 1e6),
            RunEvent::Sample(sample) => {
                meter.open_connections(sample.open_connections);
                meter.machine_idle(sample.idle_share);
            }
            RunEvent::Arrived(_)
            | RunEvent::Retried { .. }
            | RunEvent::CallerDone(_)
            | RunEvent::ScheduleEnded { .. }
            | RunEvent::Finished { .. } => {}
        }
    }

    fn creates(&self) -> std::sync::MutexGuard<'_, HashMap<OperationId, Stamp>> {
        self.creates.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn taken(&self, id: &OperationId) -> Option<Stamp> {
        self.creates().remove(id)
    }
}

fn see_callback(meter: &Meter, done: &CallbackDone) {
    let (until, end) = match (done.replied_at, done.aborted_at) {
        (Some(at), _) => (Some(at), answered(done.reply)),
        (None, Some(at)) => (Some(at), CallbackEnd::Aborted),
        (None, None) => (None, CallbackEnd::Unanswered),
    };
    meter.callback(done.key, until.map(|at| seconds(done.received_at, at)), end);
    if let Some(upstream) = &done.upstream {
        see_upstream(meter, done, upstream);
    }
}

fn see_upstream(meter: &Meter, done: &CallbackDone, upstream: &UpstreamStamps) {
    if let Some(why) = upstream.failed {
        meter.upstream_failure(done.key, why);
    }
    if let Some(added) = upstream.added_us(done.received_at, done.replied_at) {
        meter.added_latency(done.key, added as f64 / 1e6);
    }
}

fn answered(reply: ReplyKind) -> CallbackEnd {
    match reply {
        ReplyKind::Neutral | ReplyKind::Custom | ReplyKind::Upstream => CallbackEnd::Answered,
        ReplyKind::Rejected => CallbackEnd::Rejected,
        ReplyKind::Fault => CallbackEnd::Fault,
    }
}

fn seconds(from: Stamp, to: Stamp) -> f64 {
    to.since(from) as f64 / 1e6
}
