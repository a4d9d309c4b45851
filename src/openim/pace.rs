//! A bounded rate for set-up and clean-up.
//!
//! Promises that turns are never closer together than the rate allows: what was missed is
//! not caught up in a burst. The load itself is paced by the engine, by other rules.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::clock::RunClock;
use crate::units::Stamp;

/// Gives out turns.
#[derive(Debug)]
pub(super) struct Pacer {
    clock: RunClock,
    gap_us: u64,
    next: Stamp,
}

impl Pacer {
    /// `rate` turns a second at most; what is not positive counts as 1.
    pub(super) fn new(clock: RunClock, rate: f64) -> Pacer {
        let rate = if rate.is_finite() && rate > 0.0 { rate } else { 1.0 };
        Pacer { clock, gap_us: (1e6 / rate).ceil() as u64, next: clock.now() }
    }

    /// Waits for the next turn; `false` when cancelled.
    pub(super) async fn turn(&mut self, cancel: &CancellationToken) -> bool {
        let now = self.clock.now();
        let wait = Duration::from_micros(self.next.since(now));
        self.next = self.next.max(now).plus_us(self.gap_us);
        rest(wait, cancel).await
    }
}

/// Sleeps; `false` when cancelled.
pub(super) async fn rest(wait: Duration, cancel: &CancellationToken) -> bool {
    tokio::select! {
        biased;
        () = cancel.cancelled() => false,
        () = tokio::time::sleep(wait) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn turns_are_never_closer_than_the_rate_allows() {
        let clock = RunClock::start();
        let cancel = CancellationToken::new();
        let mut pacer = Pacer::new(clock, 200.0);
        let begun = clock.now();
        assert!(pacer.turn(&cancel).await);
        tokio::time::sleep(Duration::from_millis(30)).await;
        let resumed = clock.now();
        for _ in 0..5 {
            assert!(pacer.turn(&cancel).await);
        }
        // Six missed turns are not made up for: the first is free, the others wait.
        assert!(clock.now().since(resumed) >= 4 * 5_000);
        assert!(clock.now().since(begun) >= 5 * 5_000);
        cancel.cancel();
        assert!(!pacer.turn(&cancel).await);
    }
}
