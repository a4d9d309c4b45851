//! Hands out intended starts when their moment has come, more finely than tokio's timer
//! wheel can.
//!
//! The wheel ticks once a millisecond and rounds up: too coarse from about 500 starts a
//! second on. Here a thread of its own waits, so that busy workers of the runtime cannot
//! delay the waking; on Linux on a timerfd, which is exact where a sleeping thread gets
//! 50 µs of slack, elsewhere by sleeping until 2 ms before and napping from there. Measured
//! at 1,000 starts a second, up to the first line of the call's own task: median lag six
//! tenths of `thread::sleep`'s and the same as a timerfd inside the runtime's own poll; on
//! an idle machine p99 below two tenths of the gap between starts, by either timer below
//! four. One wake-up serves every start that is due. Being late never moves a start: the
//! lag shows in the stamps.

use std::io;
use std::thread::{self, Thread};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::clock::RunClock;
use crate::schedule::Schedule;
use crate::units::Offset;

/// Due starts that may wait for the driver; more wait in the schedule itself.
const DUE: usize = 1_024;

/// How long before a start the thread stops parking and waits finely.
const FINE: Duration = Duration::from_millis(10);

/// Starts of a schedule, each given out once its moment has come.
pub struct Pacer {
    due: mpsc::Receiver<Offset>,
    rest: oneshot::Receiver<Rest>,
    thread: Thread,
}

/// What the thread had left when it ended.
struct Rest {
    next: Option<Offset>,
    schedule: Box<dyn Schedule>,
}

impl Pacer {
    /// Starts the pacing of `schedule`, whose zero is at `start` of the run.
    ///
    /// # Errors
    /// The system has no thread for us.
    pub fn start(clock: RunClock, start: Offset, schedule: Box<dyn Schedule>) -> io::Result<Pacer> {
        Self::start_with(clock, start, schedule, Timer::new())
    }

    fn start_with(
        clock: RunClock,
        start: Offset,
        schedule: Box<dyn Schedule>,
        timer: Timer,
    ) -> io::Result<Pacer> {
        let (sender, due) = mpsc::channel(DUE);
        let (rest_sender, rest) = oneshot::channel();
        let schedule: Box<dyn Schedule> = Box::new(Shifted { start, schedule });
        let handle = thread::Builder::new().name("pacing".to_owned()).spawn(move || {
            // Nobody may be there to ask for it.
            let _ = rest_sender.send(pace(clock, schedule, timer, &sender));
        })?;
        Ok(Pacer { due, rest, thread: handle.thread().clone() })
    }

    /// Waits for the next start, late or not; `None` when the schedule has no more. Can be
    /// given up at any moment and asked anew.
    pub async fn next_due(&mut self) -> Option<Offset> {
        self.due.recv().await
    }

    /// Ends the pacing and gives the starts that were due at `now` and not handed out.
    pub async fn stop(mut self, now: Offset) -> Vec<Offset> {
        self.due.close();
        self.thread.unpark();
        let mut overdue = Vec::new();
        while let Some(at) = self.due.recv().await {
            overdue.push(at);
        }
        if let Ok(Rest { next, mut schedule }) = (&mut self.rest).await {
            let mut next = next.or_else(|| schedule.next_intended());
            while let Some(at) = next.filter(|at| *at < now) {
                overdue.push(at);
                next = schedule.next_intended();
            }
        }
        overdue
    }
}

impl Drop for Pacer {
    fn drop(&mut self) {
        self.due.close();
        self.thread.unpark();
    }
}

/// A schedule that begins later than the run.
struct Shifted {
    start: Offset,
    schedule: Box<dyn Schedule>,
}

impl Schedule for Shifted {
    fn next_intended(&mut self) -> Option<Offset> {
        self.schedule.next_intended().map(|at| Offset(at.0.saturating_add(self.start.0)))
    }
}

/// The thread: waits for each start and hands it over, until there are no more or nobody
/// takes them.
fn pace(
    clock: RunClock,
    mut schedule: Box<dyn Schedule>,
    mut timer: Timer,
    sender: &mpsc::Sender<Offset>,
) -> Rest {
    while let Some(at) = schedule.next_intended() {
        loop {
            let left = Duration::from_nanos(at.0.saturating_sub(clock.now_offset().0));
            if left.is_zero() {
                break;
            }
            match left.checked_sub(FINE) {
                // Parked, `stop` can wake it.
                Some(coarse) => thread::park_timeout(coarse.max(Duration::from_millis(1))),
                None => timer.nap(left),
            }
            if sender.is_closed() {
                return Rest { next: Some(at), schedule };
            }
        }
        if sender.blocking_send(at).is_err() {
            return Rest { next: Some(at), schedule };
        }
    }
    Rest { next: None, schedule }
}

/// Waits a few milliseconds as exactly as the system lets us.
#[derive(Debug)]
enum Timer {
    #[cfg(target_os = "linux")]
    Kernel(std::os::fd::OwnedFd),
    Portable,
}

impl Timer {
    /// The kernel's timer where there is one, else the portable way.
    #[cfg(target_os = "linux")]
    fn new() -> Timer {
        use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
        timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::CLOEXEC)
            .map_or(Timer::Portable, Timer::Kernel)
    }

    #[cfg(not(target_os = "linux"))]
    fn new() -> Timer {
        Timer::Portable
    }

    /// Waits for `left`, or less: the caller looks at the clock and asks again.
    fn nap(&mut self, left: Duration) {
        #[cfg(target_os = "linux")]
        if let Timer::Kernel(fd) = self {
            if kernel_nap(fd, left).is_ok() {
                return;
            }
            *self = Timer::Portable;
        }
        portable_nap(left);
    }
}

#[cfg(target_os = "linux")]
fn kernel_nap(fd: &std::os::fd::OwnedFd, left: Duration) -> rustix::io::Result<()> {
    use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};
    let value = Timespec {
        tv_sec: left.as_secs().try_into().unwrap_or(i64::MAX),
        // Zero would switch the timer off.
        tv_nsec: left.subsec_nanos().max(1).into(),
    };
    let spec = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: value };
    timerfd_settime(fd, TimerfdTimerFlags::empty(), &spec)?;
    let mut expirations = [0_u8; 8];
    match rustix::io::read(fd, &mut expirations) {
        Ok(_) | Err(rustix::io::Errno::INTR) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Sleeps while that cannot overshoot, then naps, and at last only gives way to others.
fn portable_nap(left: Duration) {
    match left.checked_sub(Duration::from_millis(2)) {
        Some(coarse) if !coarse.is_zero() => thread::sleep(coarse),
        _ if left > Duration::from_micros(200) => thread::sleep(Duration::from_micros(50)),
        _ => thread::yield_now(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedule::{RateSchedule, Replay, Segment};

    fn quantile(lags: &[u64], q: f64) -> u64 {
        let mut lags = lags.to_vec();
        lags.sort_unstable();
        lags[((lags.len() - 1) as f64 * q) as usize]
    }

    fn steady(rate: f64, seconds: f64) -> Box<dyn Schedule> {
        Box::new(RateSchedule::constant_of(&Segment::steady(0.0, seconds, rate)).unwrap())
    }

    /// Lags in µs, taken where a call would begin: in a task of its own.
    async fn lags_us(mut pacer: Pacer, clock: RunClock) -> Vec<u64> {
        let mut tasks = tokio::task::JoinSet::new();
        while let Some(at) = pacer.next_due().await {
            tasks.spawn(async move {
                let now = clock.now_offset();
                assert!(now >= at, "handed out early");
                (now.0 - at.0) / 1_000
            });
        }
        tasks.join_all().await
    }

    /// The same starts by tokio's own timer.
    async fn lags_of_tokio_us(clock: RunClock, mut schedule: Box<dyn Schedule>) -> Vec<u64> {
        let mut lags = Vec::new();
        while let Some(at) = schedule.next_intended() {
            tokio::time::sleep_until(clock.instant(at).into()).await;
            lags.push(clock.now_offset().0.saturating_sub(at.0) / 1_000);
        }
        lags
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn no_start_comes_early_and_the_timer_is_finer_than_tokios() {
        for portable in [false, true] {
            // A busy machine delays everybody: the better timer must show once in a few tries.
            let mut finer = false;
            for _ in 0..8 {
                let timer = if portable { Timer::Portable } else { Timer::new() };
                let clock = RunClock::start();
                let start = Offset(20_000_000);
                let pacer = Pacer::start_with(clock, start, steady(500.0, 0.3), timer).unwrap();
                let lags = lags_us(pacer, clock).await;
                assert_eq!(lags.len(), 150);
                let theirs = lags_of_tokio_us(RunClock::start(), steady(500.0, 0.3)).await;
                finer = 2 * quantile(&lags, 0.25) < quantile(&theirs, 0.25);
                if finer {
                    break;
                }
            }
            assert!(finer, "never half as late as tokio's timer (portable: {portable})");
        }
    }

    #[tokio::test]
    async fn a_late_taker_gets_every_start_at_once_and_unmoved() {
        let clock = RunClock::start();
        let mut pacer = Pacer::start(clock, Offset(0), steady(20_000.0, 0.2)).unwrap();
        thread::sleep(Duration::from_millis(250));
        let before = clock.now();
        let mut taken = Vec::new();
        while let Some(at) = pacer.next_due().await {
            taken.push(at);
        }
        let mut schedule = steady(20_000.0, 0.2);
        let planned: Vec<Offset> = std::iter::from_fn(|| schedule.next_intended()).collect();
        assert_eq!(taken, planned);
        assert!(clock.now().since(before) < 200_000, "not paced a second time");
    }

    #[tokio::test]
    async fn stopping_gives_back_what_was_due_and_not_what_was_not() {
        let clock = RunClock::start();
        let pacer = Pacer::start(clock, Offset(0), steady(50_000.0, 60.0)).unwrap();
        thread::sleep(Duration::from_millis(100));
        let now = clock.now_offset();
        let overdue = pacer.stop(now).await;
        let mut schedule = steady(50_000.0, 60.0);
        let planned = std::iter::from_fn(|| schedule.next_intended()).take_while(|at| *at < now);
        assert_eq!(overdue, planned.collect::<Vec<_>>(), "more than the channel holds, and all of it");
    }

    #[tokio::test]
    async fn stopping_does_not_wait_for_a_start_that_is_far_off() {
        let clock = RunClock::start();
        let far = Box::new(Replay::new(vec![Offset(3_600_000_000_000)]));
        let pacer = Pacer::start(clock, Offset(0), far).unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(pacer.stop(clock.now_offset()).await, []);
        assert!(clock.now().0 < 5_000_000);
    }

    /// `cargo test --release --lib figures_of_the_pacing -- --ignored --nocapture`.
    #[test]
    #[ignore = "prints what this machine can do, for a person; asserts nothing"]
    #[expect(clippy::print_stdout, reason = "its output is its purpose")]
    fn figures_of_the_pacing() {
        for (name, timer) in [("timerfd", Timer::new()), ("portable", Timer::Portable)] {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            let lags = runtime.block_on(runtime.spawn(async move {
                let clock = RunClock::start();
                let pacer =
                    Pacer::start_with(clock, Offset(10_000_000), steady(1_000.0, 3.0), timer).unwrap();
                lags_us(pacer, clock).await
            }));
            let lags = lags.unwrap();
            let [p50, p90, p99] = [0.5, 0.9, 0.99].map(|q| quantile(&lags, q));
            println!("1,000 starts a second, {name}: lag p50 {p50} µs, p90 {p90} µs, p99 {p99} µs");
        }
    }
}
