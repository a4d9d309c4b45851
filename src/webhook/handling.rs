//! A handler at work, which outlives its connection.
//!
//! A worker of a real server does not notice that the caller has gone: it takes the
//! callback up when its turn comes and works to the end. So when the connection ends
//! first, the handler goes on in a task of its own, and the callback's event waits
//! until a worker has taken it up (at most 60 s), which is what shows that a callback
//! was handled only after `OpenIM` had given up.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::events::OpenCallback;
use super::responder::{Progress, Reply};

/// How long the event of an aborted callback waits for a worker.
const LATE_START: Duration = Duration::from_secs(60);

type Work = Pin<Box<dyn Future<Output = Reply> + Send>>;

/// Resolves to the reply and the callback that it answers.
pub(super) struct Handling {
    work: Option<(Work, OpenCallback)>,
    progress: Progress,
    kill: CancellationToken,
}

impl Handling {
    pub(super) fn new(
        work: Work,
        open: OpenCallback,
        progress: Progress,
        kill: CancellationToken,
    ) -> Handling {
        Handling { work: Some((work, open)), progress, kill }
    }
}

impl Future for Handling {
    type Output = (Reply, OpenCallback);

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<(Reply, OpenCallback)> {
        let this = self.get_mut();
        let Some((mut work, mut open)) = this.work.take() else {
            return Poll::Pending;
        };
        match work.as_mut().poll(cx) {
            Poll::Ready(reply) => {
                open.set_started(this.progress.started_at());
                Poll::Ready((reply, open))
            }
            Poll::Pending => {
                this.work = Some((work, open));
                Poll::Pending
            }
        }
    }
}

impl Drop for Handling {
    fn drop(&mut self) {
        let Some((work, mut open)) = self.work.take() else {
            return;
        };
        open.set_started(self.progress.started_at());
        if self.kill.is_cancelled() {
            return;
        }
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(finish(work, open, self.progress.clone(), self.kill.clone()));
        }
    }
}

/// Works on without a caller; the event goes out once the start is known.
async fn finish(mut work: Work, mut open: OpenCallback, progress: Progress, kill: CancellationToken) {
    let ended = tokio::select! {
        biased;
        () = kill.cancelled() => return,
        () = progress.started() => false,
        _ = &mut work => true,
        () = sleep(LATE_START) => false,
    };
    open.set_started(progress.started_at());
    drop(open);
    if !ended {
        tokio::select! {
            _ = work => {}
            () = kill.cancelled() => {}
        }
    }
}
