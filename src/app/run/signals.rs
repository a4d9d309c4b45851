//! Ctrl-C and SIGTERM: once ends the schedule, drains and reports; twice leaves at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio_util::sync::CancellationToken;

use crate::exit::Exit;

/// What has asked us to stop.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    stop: CancellationToken,
    got: Arc<AtomicU8>,
}

impl Signals {
    /// Starts listening; needs a running tokio runtime.
    pub fn listen(notice: impl Fn(&str) + Send + Sync + 'static) -> Signals {
        let signals = Signals::default();
        let own = signals.clone();
        tokio::spawn(async move { own.watch(notice).await });
        signals
    }

    /// Cancelled when a signal has come.
    pub fn stop(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// The exit code of the signal that came, if one came.
    pub fn exit(&self) -> Option<Exit> {
        match self.got.load(Ordering::SeqCst) {
            130 => Some(Exit::Interrupted),
            143 => Some(Exit::Terminated),
            _ => None,
        }
    }

    async fn watch(self, notice: impl Fn(&str)) {
        let mut first = true;
        loop {
            let exit = next_signal().await;
            if !first {
                notice(
                    "leaving at once; groups that are left are dismissed by `openim-bench cleanup RESULT`",
                );
                std::process::exit(i32::from(exit.code()));
            }
            first = false;
            self.got.store(exit.code(), Ordering::SeqCst);
            self.stop.cancel();
            notice(
                "stopping: no new calls; waiting for open ones, then cleaning up (again to leave at once)",
            );
        }
    }
}

#[cfg(unix)]
async fn next_signal() -> Exit {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = tokio::signal::ctrl_c() => Exit::Interrupted,
            _ = terminate.recv() => Exit::Terminated,
        },
        Err(_) => {
            let _ = tokio::signal::ctrl_c().await;
            Exit::Interrupted
        }
    }
}

#[cfg(not(unix))]
async fn next_signal() -> Exit {
    let _ = tokio::signal::ctrl_c().await;
    Exit::Interrupted
}
