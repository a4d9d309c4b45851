//! The collector on a thread of its own, fed by the event channel.
//!
//! A write error stops the run (`AbortReason::Record`) but not the thread: it goes on
//! taking events, so that nobody waits on a full channel.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::{AbortReason, Collector, Progress};
use crate::clock::RunClock;
use crate::port::RunEvent;
use crate::record::write::{Recorder, WriteError};

/// The thread looks at the clock at least this often.
const TICK: Duration = Duration::from_millis(100);
/// Events taken from the channel at once.
const BATCH: usize = 1024;

/// A running collector.
#[derive(Debug)]
pub struct CollectorHandle<R> {
    /// Progress, renewed about ten times a second.
    pub progress: watch::Receiver<Progress>,
    /// Set once when the run is to stop itself.
    pub abort: watch::Receiver<Option<AbortReason>>,
    thread: JoinHandle<Collected<R>>,
}

/// What a collector leaves.
#[derive(Debug)]
pub struct Collected<R> {
    /// The recorder, to be finished by the caller.
    pub recorder: R,
    /// The last progress: totals of the run.
    pub progress: Progress,
    /// The first write error, if any.
    pub error: Option<WriteError>,
}

/// Why a collector cannot start or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum CollectorError {
    /// No thread or timer to be had.
    #[error("cannot start the collector's thread: {0}")]
    Start(std::io::Error),
    /// A defect of ours.
    #[error("the collector ended unexpectedly; please report this with the lines above")]
    Panicked,
}

impl<R> CollectorHandle<R> {
    /// Waits for the end: after `Finished`, or when all senders are gone. Blocks the thread.
    ///
    /// # Errors
    /// When the thread panicked.
    pub fn join(self) -> Result<Collected<R>, CollectorError> {
        self.thread.join().map_err(|_| CollectorError::Panicked)
    }

    /// Whether the thread has ended, so that `join` does not block.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }
}

/// Starts `collector` on its own thread. `lost` counts events that found no room in the
/// channel, as the sink does.
///
/// # Errors
/// When the thread cannot be started.
pub fn spawn<R: Recorder>(
    collector: Collector<R>,
    receiver: mpsc::Receiver<RunEvent>,
    clock: RunClock,
    lost: Arc<AtomicU64>,
) -> Result<CollectorHandle<R>, CollectorError> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(CollectorError::Start)?;
    let (progress_sender, progress) = watch::channel(Progress::default());
    let (abort_sender, abort) = watch::channel(None);
    let mut worker = Worker {
        collector,
        receiver,
        clock,
        lost,
        lost_before: 0,
        progress: progress_sender,
        abort: abort_sender,
        error: None,
        last_look: 0,
    };
    let thread = std::thread::Builder::new()
        .name("collector".to_owned())
        .spawn(move || {
            runtime.block_on(worker.run());
            worker.collected()
        })
        .map_err(CollectorError::Start)?;
    Ok(CollectorHandle { progress, abort, thread })
}

struct Worker<R> {
    collector: Collector<R>,
    receiver: mpsc::Receiver<RunEvent>,
    clock: RunClock,
    lost: Arc<AtomicU64>,
    lost_before: u64,
    progress: watch::Sender<Progress>,
    abort: watch::Sender<Option<AbortReason>>,
    error: Option<WriteError>,
    last_look: u64,
}

impl<R: Recorder> Worker<R> {
    async fn run(&mut self) {
        let mut batch = Vec::with_capacity(BATCH);
        loop {
            let fullness = 1.0 - self.receiver.capacity() as f64 / self.receiver.max_capacity().max(1) as f64;
            let taken = tokio::time::timeout(TICK, self.receiver.recv_many(&mut batch, BATCH)).await;
            for event in batch.drain(..) {
                let finished = matches!(event, RunEvent::Finished { .. });
                let handled = self.collector.handle(event);
                self.check(handled);
                if finished {
                    return;
                }
            }
            self.look(fullness);
            if taken == Ok(0) {
                // All senders are gone without a word: finish as it stands.
                let finished = self.collector.finish(self.clock.now());
                self.check(finished);
                return;
            }
        }
    }

    fn look(&mut self, fullness: f64) {
        let now = self.clock.now();
        let lost = self.lost.load(Ordering::Relaxed);
        self.collector.channel(fullness, lost.saturating_sub(self.lost_before));
        self.lost_before = lost;
        if self.error.is_none() {
            let ticked = self.collector.tick(now);
            self.check(ticked);
        }
        let look = now.0 / u64::try_from(TICK.as_micros()).unwrap_or(1);
        if look == self.last_look {
            return;
        }
        self.last_look = look;
        let reason = self.collector.check_abort(now);
        self.stop(reason);
        self.progress.send_replace(self.collector.progress());
    }

    /// The first reason stands.
    fn stop(&self, reason: Option<AbortReason>) {
        if let Some(reason) = reason {
            self.abort.send_if_modified(|current| {
                let first = current.is_none();
                if first {
                    *current = Some(reason);
                }
                first
            });
        }
    }

    fn check(&mut self, written: Result<(), WriteError>) {
        if let Err(error) = written
            && self.error.is_none()
        {
            self.stop(Some(AbortReason::Record { why: error.to_string() }));
            self.error = Some(error);
        }
    }

    fn collected(self) -> Collected<R> {
        let progress = self.collector.progress();
        self.progress.send_replace(progress.clone());
        Collected { recorder: self.collector.into_recorder(), progress, error: self.error }
    }
}
