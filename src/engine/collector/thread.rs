//! The collector on a thread of its own, fed by the event channel.
//!
//! A write error stops the run (`AbortReason::Record`) but not the thread: it goes on
//! taking events, so that nobody waits on a full channel.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::{AbortReason, Collector, FailedAttempts, FailedNumbers, Progress};
use crate::clock::RunClock;
use crate::port::RunEvent;
use crate::record::write::{Recorder, WriteError};
use crate::text::Text;
use crate::{displays_english, say};

/// The thread looks at the clock at least this often: how late a second may be written.
const TICK: Duration = Duration::from_millis(20);
/// Progress and reasons to stop are looked at this often, µs.
const LOOK_US: u64 = 100_000;
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
    /// Callers of whom an attempt failed.
    pub failed_attempts: FailedAttempts,
    /// Which creates failed or were given up.
    pub failed_creates: FailedNumbers,
    /// The first write error, if any.
    pub error: Option<WriteError>,
}

/// Why a collector cannot start or did not end well.
#[derive(Debug, thiserror::Error)]
pub enum CollectorError {
    /// No thread or timer to be had.
    Start(std::io::Error),
    /// A defect of ours.
    Panicked,
}

impl CollectorError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            CollectorError::Start(error) => say!("errors-engine-collector", why = error.to_string()),
            CollectorError::Panicked => say!("errors-engine-collector-ended"),
        }
    }
}

displays_english!(CollectorError);

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
        let look = now.0 / LOOK_US;
        if look == self.last_look {
            return;
        }
        self.last_look = look;
        let reason = self.collector.check_abort(now);
        self.stop(reason);
        let progress = self.collector.next_progress();
        self.progress.send_replace(progress);
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
            self.stop(Some(AbortReason::Record { why: Text::plain(error.to_string()) }));
            self.error = Some(error);
        }
    }

    fn collected(self) -> Collected<R> {
        let progress = self.collector.progress();
        self.progress.send_replace(progress.clone());
        let failed_attempts = self.collector.failed_attempts().clone();
        let failed_creates = self.collector.failed_creates().clone();
        let (recorder, error) = (self.collector.into_recorder(), self.error);
        Collected { recorder, progress, failed_attempts, failed_creates, error }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::collector::{CollectorConfig, tests::config};
    use crate::port::{ChannelSink, EventSink};
    use crate::record::fixture;
    use crate::record::read::RunRecord;
    use crate::record::write::{Flush, RecordWriter};
    use crate::units::Stamp;
    use crate::wire::Build;

    fn shed(at: u64) -> RunEvent {
        RunEvent::Shed { intended_at: Stamp(at), phase: 1 }
    }

    fn start<R: Recorder>(config: CollectorConfig, recorder: R) -> (ChannelSink, CollectorHandle<R>) {
        let (sink, receiver) = ChannelSink::new(16);
        let lost = sink.lost();
        let handle = spawn(Collector::new(config, recorder), receiver, RunClock::start(), lost).unwrap();
        (sink, handle)
    }

    /// Waits for `done`, at most ten seconds.
    fn wait(mut done: impl FnMut() -> bool) -> bool {
        (0..1_000).any(|_| {
            std::thread::sleep(Duration::from_millis(10));
            done()
        })
    }

    #[test]
    fn a_second_is_written_while_nothing_more_happens() {
        let dir = tempfile::tempdir().unwrap();
        let writer = RecordWriter::create(dir.path(), fixture::header("idle", 10)).unwrap();
        let path = writer.dir().to_owned();
        let (sink, handle) = start(config(Some(Build::Main), &[]), writer);
        assert!(sink.try_send(shed(0)));
        assert!(wait(|| RunRecord::open(&path).unwrap().rows.iter().any(|row| row.shed == 1)));
        let progress = handle.progress.borrow().clone();
        assert_eq!((progress.shed, progress.finished), (1, false));
        drop(sink);
        let collected = handle.join().unwrap();
        assert!(collected.error.is_none() && collected.progress.finished);
    }

    struct Full;

    impl Recorder for Full {
        fn flush(&mut self, _: Flush) -> Result<(), WriteError> {
            let source = std::io::Error::from(std::io::ErrorKind::StorageFull);
            Err(WriteError::File { path: "results/x".into(), source })
        }
    }

    #[test]
    fn a_full_disk_stops_the_run_and_the_channel_is_emptied_all_the_same() {
        let (sink, handle) = start(config(Some(Build::Main), &[]), Full);
        sink.try_send(shed(0));
        assert!(wait(|| handle.abort.borrow().is_some()));
        let reason = handle.abort.borrow().clone().unwrap().text();
        assert!(reason.contains("results/x"), "{reason:?}");
        // Far more than the channel holds.
        let sent = (0..200).filter(|_| wait(|| sink.try_send(shed(0)))).count();
        assert_eq!(sent, 200);
        sink.try_send(RunEvent::Finished { at: Stamp(5_000_000) });
        assert!(handle.join().unwrap().error.is_some());
    }

    #[test]
    fn events_without_room_are_counted_in_the_record() {
        let (sink, handle) = start(config(Some(Build::Main), &[]), Vec::new());
        sink.lost().store(3, Ordering::Relaxed);
        assert!(wait(|| sink.try_send(shed(0))));
        assert!(wait(|| handle.progress.borrow().shed == 1));
        drop(sink);
        let flushes = handle.join().unwrap().recorder;
        assert_eq!(flushes.iter().flat_map(|f: &Flush| &f.rows).map(|r| r.lost_events).sum::<u64>(), 3);
    }
}
