//! The observer on a thread of its own, fed by the event channel.
//!
//! A write error ends the record, but not the thread: it goes on taking events, so that callbacks are passed on
//! whatever happens to the disk.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::{Observer, Seen};
use crate::clock::RunClock;
use crate::engine::collector::CollectorError;
use crate::port::RunEvent;
use crate::record::write::{Recorder, WriteError};
use crate::text::Text;

/// How late a second may be written.
const TICK: Duration = Duration::from_millis(50);
/// Events taken from the channel at once.
const BATCH: usize = 1024;
/// Totals are renewed at most this often, µs.
const LOOK_US: u64 = 500_000;

/// A running observer.
#[derive(Debug)]
pub struct ObserverHandle<R> {
    /// Totals, renewed about twice a second.
    pub seen: watch::Receiver<Seen>,
    /// Set once when the record cannot be written any more, with the reason.
    pub broken: watch::Receiver<Option<Text>>,
    thread: JoinHandle<Observed<R>>,
}

/// What an observer leaves.
#[derive(Debug)]
pub struct Observed<R> {
    /// The recorder, to be finished by the caller.
    pub recorder: R,
    /// Totals.
    pub seen: Seen,
    /// The first write error, if any.
    pub error: Option<WriteError>,
}

impl<R> ObserverHandle<R> {
    /// Waits for the end: after `Finished`, or when all senders are gone. Blocks the thread.
    ///
    /// # Errors
    /// When the thread panicked.
    pub fn join(self) -> Result<Observed<R>, CollectorError> {
        self.thread.join().map_err(|_| CollectorError::Panicked)
    }
}

/// Starts `observer` on its own thread. `lost` counts events that found no room in the channel, as the sink does.
///
/// # Errors
/// When the thread cannot be started.
pub fn spawn<R: Recorder>(
    observer: Observer<R>,
    receiver: mpsc::Receiver<RunEvent>,
    clock: RunClock,
    lost: Arc<AtomicU64>,
) -> Result<ObserverHandle<R>, CollectorError> {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(CollectorError::Start)?;
    let (seen_sender, seen) = watch::channel(Seen::default());
    let (broken_sender, broken) = watch::channel(None);
    let mut worker = Worker {
        observer,
        receiver,
        clock,
        lost,
        lost_before: 0,
        seen: seen_sender,
        broken: broken_sender,
        error: None,
        last_look: 0,
    };
    let thread = std::thread::Builder::new()
        .name("observer".to_owned())
        .spawn(move || {
            runtime.block_on(worker.run());
            let (seen, error) = (worker.observer.seen().clone(), worker.error);
            worker.seen.send_replace(seen.clone());
            Observed { recorder: worker.observer.into_recorder(), seen, error }
        })
        .map_err(CollectorError::Start)?;
    Ok(ObserverHandle { seen, broken, thread })
}

struct Worker<R> {
    observer: Observer<R>,
    receiver: mpsc::Receiver<RunEvent>,
    clock: RunClock,
    lost: Arc<AtomicU64>,
    lost_before: u64,
    seen: watch::Sender<Seen>,
    broken: watch::Sender<Option<Text>>,
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
                let handled = self.observer.handle(event);
                self.check(handled);
                if finished {
                    return;
                }
            }
            self.look(fullness);
            if taken == Ok(0) {
                // All senders are gone without a word: finish as it stands.
                let finished = self.observer.finish(self.clock.now());
                self.check(finished);
                return;
            }
        }
    }

    fn look(&mut self, fullness: f64) {
        let now = self.clock.now();
        let lost = self.lost.load(Ordering::Relaxed);
        self.observer.channel(now, fullness, lost.saturating_sub(self.lost_before));
        self.lost_before = lost;
        let ticked = self.observer.tick(now);
        self.check(ticked);
        let look = now.0 / LOOK_US;
        if look != self.last_look {
            self.last_look = look;
            self.seen.send_replace(self.observer.seen().clone());
        }
    }

    /// The first error stands.
    fn check(&mut self, written: Result<(), WriteError>) {
        if let Err(error) = written
            && self.error.is_none()
        {
            self.broken.send_replace(Some(error.text()));
            self.error = Some(error);
        }
    }
}
