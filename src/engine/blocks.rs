//! Sequence numbers, reserved in blocks before they are used.
//!
//! The reservation writes to a disk and may take its time: it happens on a blocking
//! thread, half a block ahead, so that the schedule does not wait for it.

use std::io;

use tokio::sync::mpsc;

/// Sequence numbers in a block.
pub const BLOCK: u64 = 1_000;

/// Writes down that the sequence numbers `from..to` (`to` excluded) may be used.
pub type Reserve = Box<dyn FnMut(u64, u64) -> io::Result<()> + Send>;

/// Reserved numbers.
#[derive(Debug)]
pub(super) struct Blocks {
    ask: mpsc::Sender<u64>,
    granted: mpsc::Receiver<io::Result<u64>>,
    asked_to: u64,
    granted_to: u64,
}

impl Blocks {
    /// Nothing is reserved before the first `ensure`.
    pub(super) fn start(mut reserve: Reserve) -> Blocks {
        let (ask, mut asked) = mpsc::channel::<u64>(2);
        let (grant, granted) = mpsc::channel(2);
        tokio::task::spawn_blocking(move || {
            while let Some(from) = asked.blocking_recv() {
                let answer = reserve(from, from + BLOCK).map(|()| from + BLOCK);
                let failed = answer.is_err();
                if grant.blocking_send(answer).is_err() || failed {
                    break;
                }
            }
        });
        Blocks { ask, granted, asked_to: 0, granted_to: 0 }
    }

    /// Waits until `seq` may be used; numbers are asked for in order.
    pub(super) async fn ensure(&mut self, seq: u64) -> io::Result<()> {
        if seq + BLOCK / 2 >= self.asked_to && self.ask.try_send(self.asked_to).is_ok() {
            self.asked_to += BLOCK;
        }
        while seq >= self.granted_to {
            let answer = self.granted.recv().await;
            self.granted_to = answer.unwrap_or_else(|| Err(io::Error::other("the reservation has ended")))?;
        }
        Ok(())
    }
}
