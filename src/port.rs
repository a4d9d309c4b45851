//! The seams: what the engine, the target, the webhook server and the record tell
//! each other. Data and traits only, no sockets.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use crate::ids::OperationId;
use crate::units::Stamp;
use crate::wire::api::Operation;
use crate::wire::{FailureKind, WebhookKey};

/// What a call is to do; all names are chosen beforehand, so that they can be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The correlation key, sent as `operationID`.
    pub operation_id: OperationId,
    /// Which API operation.
    pub operation: Operation,
    /// The group it makes or acts on (digits only).
    pub group_id: String,
    /// Owner of a new group; the acting user of others.
    pub owner: String,
    /// Admins of a new group.
    pub admins: Vec<String>,
    /// Members of a new group; invitees; the one who joins, is kicked or quits.
    pub members: Vec<String>,
    /// groupName and `ex`.
    pub marker: Arc<str>,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallResult {
    /// errCode 0 and what was asked for is there.
    Succeeded,
    /// A failure, by kind.
    Failed(FailureKind),
}

/// A call that has ended; a failure is an outcome, never an `Err`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How.
    pub result: CallResult,
    /// When a connection was asked for.
    pub sent_at: Stamp,
    /// When the answer was read whole, or the failure known.
    pub answered_at: Stamp,
    /// Connect time in µs when a connection was opened for this call.
    pub connect_us: Option<u64>,
    /// errCode of the envelope, where there was one.
    pub err_code: Option<i64>,
    /// The webhook URL that `OpenIM` names in its error (`post url=`), where it does.
    pub post_url: Option<String>,
    /// Error text without stack, at most 300 characters; for samples in the report.
    pub text: Option<String>,
}

/// Something that can be called: a real deployment, the simulator, a fake.
pub trait Target: Send + Sync + 'static {
    /// Makes the call; gives up after `deadline`, as `ClientDeadline`.
    fn call(&self, attempt: &Attempt, deadline: Duration) -> impl Future<Output = Outcome> + Send;
}

/// What our server did with a callback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReplyKind {
    /// Go on.
    Neutral,
    /// A rejection.
    Rejected,
    /// A status and body of the profile's choosing.
    Custom,
    /// A fault of an outage phase: hang, reset, odd answer.
    Fault,
    /// What the upstream said (proxy).
    Upstream,
}

/// Why an upstream gave no answer, or not the whole of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UpstreamFailure {
    /// Nobody listens there.
    Refused,
    /// The name has no address, or no way leads there.
    Unreachable,
    /// No connection, or no answer, within our limit.
    Timeout,
    /// It cut the connection.
    Reset,
    /// It closed the connection before its answer was whole.
    Closed,
    /// TLS could not be agreed on; mostly the certificate.
    Tls,
    /// What it sent is no HTTP.
    Protocol,
    /// `OpenIM` had gone and too many such requests were open.
    LetGo,
}

/// An answer so soon after `OpenIM`'s giving up may have waited for it, µs.
const LET_OFF_WITHIN_US: u64 = 50_000;

/// What the upstream did with a callback (proxy).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UpstreamStamps {
    /// The last byte of the request was with the kernel; where no connection was to be had, when one was asked for.
    pub sent_at: Stamp,
    /// The last byte of its answer was read.
    pub replied_at: Option<Stamp>,
    /// HTTP status of its answer.
    pub status: Option<u16>,
    /// Length of the request's body.
    pub request_bytes: u64,
    /// Length of the answer's body, as far as it came.
    pub answer_bytes: u64,
    /// Whether the connection had served a request before.
    pub reused: bool,
    /// Why there is no whole answer.
    pub failed: Option<UpstreamFailure>,
}

impl UpstreamStamps {
    /// What we ourselves added, µs: from the callback's head to the request's last byte, and from the last
    /// byte of the answer read to the last byte passed on. None where one of them is missing.
    #[must_use]
    pub fn added_us(&self, received_at: Stamp, replied_at: Option<Stamp>) -> Option<u64> {
        let (answered, passed_on) = (self.replied_at?, replied_at?);
        Some(self.sent_at.since(received_at).saturating_add(passed_on.since(answered)))
    }

    /// Whether the answer came right after `OpenIM` had given up at `aborted_at`, as if its giving up
    /// had let the handler off.
    #[must_use]
    pub fn let_off(&self, aborted_at: Stamp) -> bool {
        self.replied_at.is_some_and(|at| at >= aborted_at && at.since(aborted_at) <= LET_OFF_WITHIN_US)
    }
}

/// A callback that has ended at our server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackDone {
    /// The webhook key.
    pub key: WebhookKey,
    /// The operations it belongs to; normally one, several where `OpenIM` joins them.
    pub operations: Vec<OperationId>,
    /// Number of the connection, from 1.
    pub connection: u64,
    /// When the connection was accepted, if this is its first request.
    pub accepted_at: Option<Stamp>,
    /// Request head parsed.
    pub received_at: Stamp,
    /// When a worker took it up (equal to `received_at` without a worker limit).
    pub started_at: Option<Stamp>,
    /// Last byte of the answer handed to the kernel.
    pub replied_at: Option<Stamp>,
    /// `OpenIM` closed first.
    pub aborted_at: Option<Stamp>,
    /// What was answered.
    pub reply: ReplyKind,
    /// When at least 90 connections were last open at our listener, seen at arrival.
    pub crowded_at: Option<Stamp>,
    /// What the upstream did with it; none where we answer ourselves, and where a fault took its place.
    pub upstream: Option<UpstreamStamps>,
    /// The operationID as sent, at most 80 characters; only where the server is there for everything.
    pub operation_text: Option<Box<str>>,
}

/// A callback that has arrived and is being handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackArrived {
    /// The webhook key.
    pub key: WebhookKey,
    /// The operations it belongs to.
    pub operations: Vec<OperationId>,
    /// When.
    pub received_at: Stamp,
}

/// A callback that belongs to no operation of this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stranger {
    /// Its command, at most 80 characters.
    pub command: String,
    /// Whether the command is one we know.
    pub known: bool,
    /// Whether it went to `webhook.forward_others`.
    pub forwarded: bool,
}

/// What the machine and we ourselves were doing, sampled once a second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ResourceSample {
    /// When.
    pub at: Stamp,
    /// CPU seconds of this process since the start.
    pub own_cpu_s: f64,
    /// Share of the machine's CPU time that was idle since the last sample, 0 to 1.
    pub idle_share: f64,
    /// Connections open at our listener.
    pub open_connections: u32,
    /// Highest number of connections open since the last sample.
    pub peak_connections: u32,
    /// Resident memory in bytes.
    pub resident_bytes: u64,
    /// Difference of wall clock to monotonic clock since the start, seconds; a jump shows here.
    pub wall_drift_s: f64,
}

/// How a caller's create ended, after all its attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerEnd {
    /// An attempt succeeded.
    Succeeded,
    /// An attempt met 1202: an earlier one, which had failed for the caller, had made the group.
    Existed,
    /// The last attempt failed, or failed for good.
    GaveUp,
    /// The run ended before.
    Unfinished,
}

/// A caller's create with all its attempts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerDone {
    /// The key of the first attempt.
    pub first: OperationId,
    /// When the first attempt was intended.
    pub intended_at: Stamp,
    /// Phase of the first attempt: index into `RunPlan::phases`.
    pub phase: u16,
    /// Attempts made, at least 1.
    pub attempts: u32,
    /// Sequence numbers of the attempts that failed for the caller, 1202 aside.
    pub failed: Vec<u64>,
    /// How it ended.
    pub how: CallerEnd,
    /// When.
    pub at: Stamp,
}

/// Everything that happens in a run, in one stream.
#[derive(Clone, Debug)]
pub enum RunEvent {
    /// The driver let a call go.
    Released {
        /// Its key.
        operation_id: OperationId,
        /// What it does.
        operation: Operation,
        /// How many members the group gets besides owner and admins (create), or users acted on.
        members: u32,
        /// How many admins the group gets.
        admins: u32,
        /// From the schedule.
        intended_at: Stamp,
        /// Let go.
        released_at: Stamp,
        /// Index into `RunPlan::phases`.
        phase: u16,
    },
    /// The call just released repeats one that failed.
    Retried {
        /// Its key.
        operation_id: OperationId,
        /// The key of the caller's first attempt.
        first: OperationId,
    },
    /// A caller has what he wanted, or has given up (only where `caller.retries` is above 0).
    CallerDone(CallerDone),
    /// An arrival not started because of the in-flight limit or the groups cap.
    Shed {
        /// From the schedule.
        intended_at: Stamp,
        /// Index into `RunPlan::phases`.
        phase: u16,
    },
    /// A call has ended.
    Ended {
        /// Its key.
        operation_id: OperationId,
        /// How.
        outcome: Outcome,
    },
    /// A call ended by us at the end of the drain: slower than everything.
    Censored {
        /// Its key.
        operation_id: OperationId,
        /// When we gave up.
        at: Stamp,
    },
    /// A callback has arrived.
    Arrived(CallbackArrived),
    /// A callback has ended.
    Callback(CallbackDone),
    /// A callback that is not ours.
    Stranger(Stranger),
    /// A request that our listener refused or could not read, with the reason.
    BadRequest {
        /// In a few words.
        why: String,
    },
    /// Delay of a heartbeat to our own listener, beyond nothing: whole request, µs.
    Heartbeat {
        /// When it was sent.
        at: Stamp,
        /// How long it took, µs.
        took_us: u64,
        /// On a new connection.
        fresh: bool,
    },
    /// Once a second.
    Sample(ResourceSample),
    /// The schedule has no more arrivals (or was stopped); what is open is being drained.
    ScheduleEnded {
        /// When.
        at: Stamp,
    },
    /// Nothing more will come from driver and webhook server: finish and write.
    Finished {
        /// When.
        at: Stamp,
    },
}

/// Where events go: a bounded channel in production, a `Vec` in tests.
pub trait EventSink: Clone + Send + Sync + 'static {
    /// Hands an event over; waits while the channel is full.
    fn send(&self, event: RunEvent) -> impl Future<Output = ()> + Send;

    /// Hands an event over without waiting; `false` when there was no room (the
    /// event is then counted as lost, which makes the run invalid).
    fn try_send(&self, event: RunEvent) -> bool;

    /// How full the channel is, 0 to 1.
    fn fullness(&self) -> f64;
}

/// The production sink.
#[derive(Clone, Debug)]
pub struct ChannelSink(mpsc::Sender<RunEvent>, Arc<AtomicU64>);

impl ChannelSink {
    /// A sink and its receiving end, for `capacity` events.
    #[must_use]
    pub fn new(capacity: usize) -> (ChannelSink, mpsc::Receiver<RunEvent>) {
        let (sender, receiver) = mpsc::channel(capacity);
        (ChannelSink(sender, Arc::default()), receiver)
    }

    /// Counts the events that found no room, for the collector.
    #[must_use]
    pub fn lost(&self) -> Arc<AtomicU64> {
        self.1.clone()
    }
}

impl EventSink for ChannelSink {
    async fn send(&self, event: RunEvent) {
        // A closed channel means the collector has ended, which the driver learns elsewhere.
        let _ = self.0.send(event).await;
    }

    fn try_send(&self, event: RunEvent) -> bool {
        let sent = self.0.try_send(event).is_ok();
        if !sent {
            self.1.fetch_add(1, Ordering::Relaxed);
        }
        sent
    }

    fn fullness(&self) -> f64 {
        1.0 - self.0.capacity() as f64 / self.0.max_capacity().max(1) as f64
    }
}

/// A sink that keeps everything, for tests.
#[derive(Clone, Debug, Default)]
pub struct VecSink(Arc<std::sync::Mutex<Vec<RunEvent>>>);

impl VecSink {
    /// What has arrived so far.
    #[must_use]
    pub fn events(&self) -> Vec<RunEvent> {
        self.0.lock().map(|events| events.clone()).unwrap_or_default()
    }

    /// How many have arrived so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.lock().map_or(0, |events| events.len())
    }

    /// Whether nothing has arrived so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl EventSink for VecSink {
    async fn send(&self, event: RunEvent) {
        self.try_send(event);
    }

    fn try_send(&self, event: RunEvent) -> bool {
        self.0.lock().map(|mut events| events.push(event)).is_ok()
    }

    fn fullness(&self) -> f64 {
        0.0
    }
}

/// Workers of a business server, first come first served. Handlers hold one while they
/// work; with `load.callers_hold_workers` each API call holds one as well, which is
/// how a server that calls `OpenIM` from its own request handlers starves itself.
#[derive(Clone, Debug)]
pub struct WorkerPool {
    permits: Arc<Semaphore>,
    size: usize,
}

impl WorkerPool {
    /// A pool of `size` workers, at least 1.
    #[must_use]
    pub fn new(size: usize) -> WorkerPool {
        let size = size.max(1);
        WorkerPool { permits: Arc::new(Semaphore::new(size)), size }
    }

    /// Waits for a worker; it is free again when the permit is dropped.
    pub async fn acquire(&self) -> Option<OwnedSemaphorePermit> {
        self.permits.clone().acquire_owned().await.ok()
    }

    /// How many workers there are.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }
}
