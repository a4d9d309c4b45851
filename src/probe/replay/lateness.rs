//! How long this process had to wait for its processor: replays run beside other work, and
//! a late timer of ours is no difference of the simulator's.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

const BEAT: Duration = Duration::from_millis(10);
const USUAL: Duration = Duration::from_millis(5);

/// Adds up by how much short sleeps last too long, until it is dropped.
#[derive(Debug, Default)]
pub struct Lateness {
    late_us: Arc<AtomicU64>,
    watch: Option<JoinHandle<()>>,
}

impl Lateness {
    /// Watches from now on; needs a tokio runtime.
    #[must_use]
    pub fn watch() -> Lateness {
        let late_us = Arc::new(AtomicU64::new(0));
        let watch = tokio::spawn(beat(late_us.clone()));
        Lateness { late_us, watch: Some(watch) }
    }

    /// So far, seconds.
    #[must_use]
    pub fn total(&self) -> f64 {
        Duration::from_micros(self.late_us.load(Ordering::Relaxed)).as_secs_f64()
    }
}

impl Drop for Lateness {
    fn drop(&mut self) {
        if let Some(watch) = &self.watch {
            watch.abort();
        }
    }
}

async fn beat(late_us: Arc<AtomicU64>) {
    loop {
        let begun = Instant::now();
        sleep(BEAT).await;
        let late = begun.elapsed().saturating_sub(BEAT);
        if late > USUAL {
            late_us.fetch_add(u64::try_from(late.as_micros()).unwrap_or(0), Ordering::Relaxed);
        }
    }
}
