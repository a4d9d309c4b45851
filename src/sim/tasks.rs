//! The simulator's tasks: all end when it shuts down, and it can wait for that.

use std::future::Future;

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Starts tasks that a shutdown ends.
#[derive(Clone)]
pub(super) struct Tasks {
    shutdown: CancellationToken,
    /// Held by every task; the last one to go closes the channel.
    alive: mpsc::Sender<()>,
}

/// Waits until all tasks have ended.
pub(super) struct AllEnded(mpsc::Receiver<()>);

impl Tasks {
    pub(super) fn new(shutdown: CancellationToken) -> (Tasks, AllEnded) {
        let (alive, ended) = mpsc::channel(1);
        (Tasks { shutdown, alive }, AllEnded(ended))
    }

    /// Runs `work` until it is done or the simulator shuts down.
    pub(super) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let (shutdown, alive) = (self.shutdown.clone(), self.alive.clone());
        tokio::spawn(async move {
            tokio::select! {
                () = work => {}
                () = shutdown.cancelled() => {}
            }
            drop(alive);
        });
    }
}

impl AllEnded {
    /// Ends when the last `Tasks` and the last task are gone.
    pub(super) async fn wait(mut self) {
        while self.0.recv().await.is_some() {}
    }
}
