//! How long this process had to wait for its processor: tests run beside other work.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, sleep};

static LATE_US: AtomicU64 = AtomicU64::new(0);

/// Adds up by how much short sleeps last too long, until it is dropped.
pub async fn watch() {
    const BEAT: Duration = Duration::from_millis(10);
    const USUAL: Duration = Duration::from_millis(5);
    loop {
        let begun = Instant::now();
        sleep(BEAT).await;
        let late = begun.elapsed().saturating_sub(BEAT);
        if late > USUAL {
            LATE_US.fetch_add(u64::try_from(late.as_micros()).unwrap_or(0), Ordering::Relaxed);
        }
    }
}

/// So far, seconds.
pub fn total() -> f64 {
    Duration::from_micros(LATE_US.load(Ordering::Relaxed)).as_secs_f64()
}
