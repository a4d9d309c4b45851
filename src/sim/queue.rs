//! The after-queue of a process: 2 workers, 100 slots.
//!
//! A push into a full queue waits for the build's time and then drops the event without a
//! word. What is queued when the process ends is lost.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use super::tasks::Tasks;

pub(super) const SLOTS: usize = 100;
pub(super) const WORKERS: usize = 2;

/// A running queue of `T`.
pub(super) struct AfterQueue<T> {
    events: mpsc::Sender<T>,
    push_wait: Duration,
}

impl<T: Send + 'static> AfterQueue<T> {
    /// Starts the workers, which hand each event to `send` and end with `died`.
    pub(super) fn start<F>(
        push_wait: Duration,
        tasks: &Tasks,
        died: &CancellationToken,
        send: impl Fn(T) -> F + Send + Sync + 'static,
    ) -> AfterQueue<T>
    where
        F: Future<Output = ()> + Send,
    {
        let (events, waiting) = mpsc::channel(SLOTS);
        let (waiting, send) = (Arc::new(Mutex::new(waiting)), Arc::new(send));
        for _ in 0..WORKERS {
            let (waiting, send, died) = (waiting.clone(), send.clone(), died.clone());
            tasks.spawn(async move {
                tokio::select! {
                    () = work(&waiting, &*send) => {}
                    () = died.cancelled() => {}
                }
            });
        }
        AfterQueue { events, push_wait }
    }

    /// Queues an event; `false` when there was no room for as long as a push waits.
    pub(super) async fn push(&self, event: T) -> bool {
        self.events.send_timeout(event, self.push_wait).await.is_ok()
    }
}

async fn work<T, F: Future<Output = ()>>(waiting: &Mutex<mpsc::Receiver<T>>, send: &impl Fn(T) -> F) {
    loop {
        let Some(event) = waiting.lock().await.recv().await else { return };
        send(event).await;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::task::JoinSet;
    use tokio::time::{Instant, sleep};

    use super::super::tasks::Tasks;
    use super::*;
    use crate::wire::Build;

    struct Load {
        handled: Arc<AtomicUsize>,
        lost: usize,
        longest: Duration,
        /// Lost ones that had waited for as long as a push into a full queue waits.
        held: usize,
    }

    /// `count` events at `every`, each taking `handler`.
    async fn load(build: Build, count: usize, every: Duration, handler: Duration) -> Load {
        let (tasks, _ended) = Tasks::new(CancellationToken::new());
        let handled = Arc::new(AtomicUsize::new(0));
        let done = handled.clone();
        let send = move |()| {
            let done = done.clone();
            async move {
                sleep(handler).await;
                done.fetch_add(1, Ordering::Relaxed);
            }
        };
        let died = CancellationToken::new();
        let queue = Arc::new(AfterQueue::start(build.push_wait(), &tasks, &died, send));
        let mut pushes = JoinSet::new();
        for _ in 0..count {
            let queue = queue.clone();
            pushes.spawn(async move {
                let begun = Instant::now();
                (queue.push(()).await, begun.elapsed())
            });
            sleep(every).await;
        }
        let results = pushes.join_all().await;
        // All that found room is handled in the end.
        sleep(handler * u32::try_from(count).unwrap()).await;
        let lost = results.iter().filter(|(queued, _)| !queued).count();
        let longest = results.iter().map(|(_, took)| *took).max().unwrap_or_default();
        let held = results.iter().filter(|(queued, took)| !queued && *took >= build.push_wait()).count();
        Load { handled, lost, longest, held }
    }

    #[tokio::test(start_paused = true)]
    async fn ten_a_second_for_15_s_lose_34_events_before_3_8_1_and_32_from_then_on() {
        for build in Build::ALL {
            let every = Duration::from_millis(100);
            let load = load(build, 150, every, Duration::from_secs(2)).await;
            let expected = if build.push_wait() < Duration::from_secs(1) { 33..=35 } else { 31..=33 };
            assert!(expected.contains(&load.lost), "{build}: {} lost", load.lost);
            assert_eq!(load.handled.load(Ordering::Relaxed), 150 - load.lost, "{build}");
            assert_eq!(load.held, load.lost, "{build}: whoever waited that long was dropped");
            assert!(load.longest < build.push_wait() + Duration::from_millis(50), "{build}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn what_two_workers_can_handle_is_neither_lost_nor_held() {
        let load = load(Build::Main, 500, Duration::from_millis(60), Duration::from_millis(100)).await;
        assert_eq!((load.lost, load.handled.load(Ordering::Relaxed)), (0, 500));
        assert!(load.longest < Duration::from_millis(1));
    }

    #[tokio::test(start_paused = true)]
    async fn the_103rd_event_finds_no_room_and_waits_for_the_builds_time() {
        for build in [Build::V380, Build::V383] {
            let load = load(build, 103, Duration::ZERO, Duration::from_secs(60)).await;
            assert_eq!((load.lost, load.held), (1, 1), "{build}");
        }
    }
}
