//! The load: collector, driver, heartbeat and sampler, from the first intended start until
//! the last callback.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::before::Ready;
use super::stage::Stage;
use super::{Signals, outages};
use crate::app::live::Display;
use crate::app::plan::Prepared;
use crate::app::{Failure, out, told};
use crate::clock::RunClock;
use crate::engine::collector::{
    AbortReason, Collected, Collector, CollectorConfig, CollectorHandle, FailedAttempts, FailedNumbers,
    Progress, Sampler, spawn,
};
use crate::engine::{Drive, DriveEnd, EndedBy};
use crate::metrics::{Meter, Metered};
use crate::port::{ChannelSink, EventSink as _, RunEvent, WorkerPool};
use crate::profile::RunPlan;
use crate::record::ids::IdLog;
use crate::record::model::Seen;
use crate::record::write::RecordWriter;
use crate::say;
use crate::text::{Text, Told};
use crate::units::Offset;
use crate::webhook::{FaultWindow, HostConfig, HostResponder, ServerStats, heartbeat};
use crate::wire::OpenimVersion;

/// Events that may wait for the collector.
const EVENTS: usize = 65_536;
/// From the end of the preparations to the clock's zero.
const LEAD: Duration = Duration::from_millis(100);
/// After-callbacks are waited for at least this long, however short `limits.drain` is.
const CALLBACKS_AT_LEAST: Duration = Duration::from_secs(5);

/// What a load leaves.
pub struct Loaded {
    pub writer: RecordWriter,
    pub ids: IdLog,
    pub groups: Vec<String>,
    pub drive: DriveEnd,
    pub progress: Progress,
    /// Creates that failed or were given up, by phase.
    pub failed_creates: FailedNumbers,
    /// Callers of whom an attempt failed.
    pub failed_attempts: FailedAttempts,
    /// Why the run stopped itself.
    pub abort: Option<Text>,
}

/// Runs the load.
pub async fn run(
    prepared: &Prepared,
    stage: &mut Stage,
    ready: Ready,
    signals: &Signals,
    display: &Display,
) -> Result<Loaded, Failure> {
    let plan = &prepared.plan;
    let Ready { writer, ids, work, groups } = ready;
    let seen = writer.header().seen.clone();
    let config = collector_config(plan, &seen);
    let workers = plan.profile.webhook.workers.map(|w| WorkerPool::new(w as usize));
    let fault_windows = outages::fault_windows(plan, &seen.expect);
    let host = HostConfig {
        handlers: plan.profile.handler.clone(),
        shared_workers: workers.clone(),
        seed: plan.profile.load.seed,
        fault_windows: fault_windows.clone(),
    };
    let host = HostResponder::new(host, stage.clock).map_err(Failure::usage)?;
    let (sink, receiver) = ChannelSink::new(EVENTS);
    let lost = Lost { total: Arc::default(), channel: sink.lost(), stats: stage.stats.clone() };
    let sink = Metered::new(sink, meter(stage, plan, &seen));

    stage.clock.rebase(LEAD);
    start_answering(stage, host, fault_windows);
    stage.sink.start_load(sink.clone());
    let collector = spawn(Collector::new(config, writer), receiver, stage.clock, lost.total.clone())
        .map_err(Failure::bug)?;

    let helpers = CancellationToken::new();
    let sampling = tokio::spawn(sample(sink.clone(), stage.clock, lost.clone(), helpers.clone()));
    let beating = tokio::spawn(heartbeat::run(
        stage.address(),
        sink.clone(),
        stage.clock,
        heartbeat::EVERY,
        helpers.clone(),
    ));
    let stop = signals.stop().child_token();
    let refusing = outages::refuse(plan, stage.gate.clone(), stage.clock, stop.clone());
    let watching = tokio::spawn(stop_on_abort(collector.abort.clone(), stop.clone()));

    let ids = Arc::new(std::sync::Mutex::new(ids));
    let reserving = ids.clone();
    let drive = Drive {
        target: Arc::new(stage.client.clone()),
        sink: sink.clone(),
        clock: stage.clock,
        start: Offset(0),
        work,
        reserve: Box::new(move |from, to| {
            let mut ids = reserving.lock().map_err(|_| std::io::Error::other("the list of IDs is broken"))?;
            ids.reserve_groups(from, to)
        }),
        stop: stop.clone(),
        hard_stop: CancellationToken::new(),
        callers: workers.filter(|_| plan.profile.load.callers_hold_workers),
        offsets: prepared.inputs.offsets.clone(),
    };
    let driving = async {
        let driven = drive.run(plan).await;
        wait_for_callbacks(plan, collector.progress.clone(), signals).await;
        driven
    };
    let driven = showing(display, plan, collector.progress.clone(), signals, driving).await;
    // Before anything is cleaned up, and also where the load came to nothing.
    if !refusing.end().await {
        display.warn(&say!("run-listener-shut"));
    }
    let drive = driven.map_err(Failure::usage)?;
    helpers.cancel();
    let _ = tokio::join!(sampling, beating);
    lost.add_up(drive.lost_events);
    watching.abort();
    sink.send(RunEvent::Finished { at: stage.clock.now() }).await;
    stage.sink.mute();
    let abort = collector.abort.borrow().clone();
    let collected = join(collector).await?;
    let ids = Arc::try_unwrap(ids).map_err(|_| Failure::bug(Told::new(say!("run-ids-in-use"))))?;
    let ids = ids.into_inner().map_err(|_| Failure::bug(Told::new(say!("run-ids-broken"))))?;
    if let Some(trouble) = stage.listener_trouble().await {
        out::tell(&trouble.text());
    }
    let abort = why(abort, &collected, &drive);
    let Collected { recorder: writer, progress, failed_creates, failed_attempts, .. } = collected;
    Ok(Loaded { writer, ids, groups, drive, progress, failed_creates, failed_attempts, abort })
}

/// From now on callbacks are answered, and fail, as the profile says.
fn start_answering(stage: &Stage, host: HostResponder, fault_windows: Vec<FaultWindow>) {
    stage.responder.start_load(host);
    if let Some(proxy) = stage.responder.proxy() {
        proxy.set_fault_windows(fault_windows);
    }
}

/// Runs `work` to its end while progress is shown.
async fn showing<T>(
    display: &Display,
    plan: &RunPlan,
    progress: watch::Receiver<Progress>,
    signals: &Signals,
    work: impl Future<Output = T>,
) -> T {
    let show = async {
        display.follow(plan, progress, signals).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        done = work => done,
        () = show => unreachable!("the display never ends"),
    }
}

/// What takes the metrics, where they are asked for, with what is known before the first call: timeouts in force,
/// webhooks that must call back, processes.
fn meter(stage: &Stage, plan: &RunPlan, seen: &Seen) -> Option<Meter> {
    let meter = stage.meter()?;
    meter.processes(plan.profile.webhook.processes);
    for key in &seen.expect {
        meter.expect(*key);
    }
    for (key, seconds) in &plan.timeouts {
        meter.timeout(*key, *seconds);
    }
    Some(meter)
}

fn collector_config(plan: &RunPlan, seen: &Seen) -> CollectorConfig {
    CollectorConfig {
        plan: plan.clone(),
        build: seen.version.as_ref().map(|v| v.build),
        expect: seen.expect.clone(),
        caller_budget_us: budget_us(plan, seen.version.as_ref()),
    }
}

/// The caller's budget: the profile's, else what OpenIM's SDK of that version waits.
fn budget_us(plan: &RunPlan, version: Option<&OpenimVersion>) -> u64 {
    let sdk = version.map_or(Duration::from_secs(10), |v| v.build.sdk_budget());
    let budget = plan.profile.recommend.caller_budget.map_or(sdk, |span| span.0);
    u64::try_from(budget.as_micros()).unwrap_or(u64::MAX)
}

/// Events that found no room, wherever that was; any makes the run invalid.
#[derive(Clone)]
struct Lost {
    total: Arc<AtomicU64>,
    channel: Arc<AtomicU64>,
    stats: Arc<ServerStats>,
}

impl Lost {
    fn add_up(&self, by_driver: u64) {
        let sum = self.channel.load(Ordering::Relaxed) + self.stats.events_lost() + by_driver;
        self.total.fetch_max(sum, Ordering::Relaxed);
    }
}

/// Once a second: CPU, memory, connections.
async fn sample(sink: Metered<ChannelSink>, clock: RunClock, lost: Lost, end: CancellationToken) {
    let mut sampler = Sampler::new(clock);
    let mut ticks = tokio::time::interval(Duration::from_secs(1));
    loop {
        tokio::select! {
            () = end.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let sample = sampler.sample(lost.stats.open(), lost.stats.take_peak());
        lost.add_up(0);
        sink.send(RunEvent::Sample(sample)).await;
    }
}

async fn stop_on_abort(mut abort: watch::Receiver<Option<AbortReason>>, stop: CancellationToken) {
    if abort.wait_for(Option::is_some).await.is_ok() {
        stop.cancel();
    }
}

/// After the last answer: callbacks that are still queued, on their way or being handled.
async fn wait_for_callbacks(plan: &RunPlan, mut progress: watch::Receiver<Progress>, signals: &Signals) {
    let patience = plan.profile.limits.drain.0.max(CALLBACKS_AT_LEAST);
    let done = progress.wait_for(|p| p.in_flight == 0 && p.awaiting_callbacks == 0 && p.draining);
    tokio::select! {
        _ = tokio::time::timeout(patience, done) => {}
        () = hurried(signals) => {}
    }
}

/// After Ctrl-C callbacks get five seconds.
async fn hurried(signals: &Signals) {
    signals.stop().cancelled().await;
    tokio::time::sleep(CALLBACKS_AT_LEAST).await;
}

async fn join(collector: CollectorHandle<RecordWriter>) -> Result<Collected<RecordWriter>, Failure> {
    tokio::task::spawn_blocking(move || collector.join()).await.map_err(Failure::bug)?.map_err(Failure::bug)
}

/// Why the run stopped itself, if it did; a full disk before anything else.
fn why(abort: Option<AbortReason>, collected: &Collected<RecordWriter>, drive: &DriveEnd) -> Option<Text> {
    if let Some(error) = &collected.error {
        return Some(say!("run-abort-record", error = told(error)));
    }
    if let Some(reason) = abort {
        return Some(reason.text());
    }
    match &drive.ended_by {
        EndedBy::Reserve(why) => Some(why.clone()),
        EndedBy::GroupsCap => Some(say!("run-abort-groups-cap")),
        EndedBy::NothingLeft => Some(say!("run-abort-nothing-left")),
        EndedBy::Plan | EndedBy::Stop | EndedBy::HardStop => None,
    }
}
