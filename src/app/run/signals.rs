//! Ctrl-C and SIGTERM: once ends the schedule, drains and reports; twice leaves at once.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio_util::sync::CancellationToken;

use crate::app::dashboard;
use crate::exit::Exit;
use crate::say;
use crate::text::Text;

/// What has asked us to stop.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    stop: CancellationToken,
    got: Arc<AtomicU8>,
    notice: Notice,
}

/// Which signal it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The first: stop.
    Stop,
    /// Another: leave at once.
    Leave,
}

impl Asked {
    /// What it means for a run.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Asked::Stop => say!("run-stopping"),
            Asked::Leave => say!("run-leaving"),
        }
    }
}

/// What is told to the person.
#[derive(Clone)]
struct Notice(Arc<dyn Fn(Asked) + Send + Sync>);

impl Default for Notice {
    fn default() -> Notice {
        Notice(Arc::new(|_| {}))
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Notice")
    }
}

impl Signals {
    /// Starts listening; needs a running tokio runtime.
    pub fn listen(notice: impl Fn(Asked) + Send + Sync + 'static) -> Signals {
        let signals = Signals { notice: Notice(Arc::new(notice)), ..Signals::default() };
        let own = signals.clone();
        tokio::spawn(async move { own.watch().await });
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

    async fn watch(self) {
        loop {
            self.ask(next_signal().await);
        }
    }

    /// As if the signal of that exit code had come: the first one stops, the second one leaves at once.
    pub fn ask(&self, exit: Exit) {
        if self.exit().is_some() {
            dashboard::restore();
            (self.notice.0)(Asked::Leave);
            std::process::exit(i32::from(exit.code()));
        }
        self.got.store(exit.code(), Ordering::SeqCst);
        self.stop.cancel();
        (self.notice.0)(Asked::Stop);
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
