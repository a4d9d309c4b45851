//! Requests that go on at the upstream after `OpenIM` has closed the callback.
//!
//! As without us: a server works on when its caller has gone. When it answered is what tells
//! a slow handler from one that waited for `OpenIM`. Bounded in time and number; what is
//! above is let go, counted.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::Response;
use hyper::body::Body;
use tokio::runtime::Handle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::exchange::UpstreamBody;
use super::pool::Upstream;
use super::watch::UpstreamWatch;
use crate::port::UpstreamFailure;
use crate::webhook::events::OpenCallback;

/// How long a request may outlive its callback.
const OUTLIVES_FOR: Duration = Duration::from_secs(60);
/// How many may at once.
const OUTLIVING_AT_MOST: u32 = 1_024;

type Answer = Result<Response<UpstreamBody>, UpstreamFailure>;
type Work = Pin<Box<dyn Future<Output = Answer> + Send>>;

/// A request until the head of its answer; it goes on when this is dropped.
pub(in crate::webhook) struct Outliving(Option<Rest>);

struct Rest {
    work: Work,
    open: Option<OpenCallback>,
    upstream: Arc<Upstream>,
    watch: Arc<UpstreamWatch>,
    kill: CancellationToken,
}

impl Outliving {
    pub(in crate::webhook) fn new(
        work: Work,
        open: Option<OpenCallback>,
        upstream: Arc<Upstream>,
        watch: Arc<UpstreamWatch>,
        kill: CancellationToken,
    ) -> Outliving {
        Outliving(Some(Rest { work, open, upstream, watch, kill }))
    }
}

impl Future for Outliving {
    type Output = (Answer, Option<OpenCallback>);

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(mut rest) = self.0.take() else { return Poll::Pending };
        match rest.work.as_mut().poll(cx) {
            Poll::Ready(answer) => Poll::Ready((answer, rest.open)),
            Poll::Pending => {
                self.0 = Some(rest);
                Poll::Pending
            }
        }
    }
}

impl Drop for Outliving {
    fn drop(&mut self) {
        let Some(Rest { work, open, upstream, watch, kill }) = self.0.take() else { return };
        let rest = async {
            if let Ok(answer) = work.await {
                drained(answer.into_body()).await;
            }
        };
        go_on(rest, open, upstream, &watch, kill);
    }
}

/// An answer's body on its way to `OpenIM`; the rest is still read when this is dropped.
pub(in crate::webhook) struct Relayed {
    body: Option<UpstreamBody>,
    /// The callback that it answers.
    pub(in crate::webhook) open: Option<OpenCallback>,
    kill: CancellationToken,
}

impl Relayed {
    pub(in crate::webhook) fn new(
        body: UpstreamBody,
        open: Option<OpenCallback>,
        kill: CancellationToken,
    ) -> Relayed {
        Relayed { body: Some(body), open, kill }
    }

    pub(in crate::webhook) fn body(&mut self) -> Option<&mut UpstreamBody> {
        self.body.as_mut()
    }

    pub(in crate::webhook) fn peek(&self) -> Option<&UpstreamBody> {
        self.body.as_ref()
    }
}

impl Drop for Relayed {
    fn drop(&mut self) {
        let Some(body) = self.body.take().filter(|body| !body.is_over()) else { return };
        let (upstream, watch) = (body.upstream(), body.watch());
        go_on(drained(body), self.open.take(), upstream, &watch, self.kill.clone());
    }
}

async fn drained(mut body: UpstreamBody) {
    while !body.is_end_stream() && matches!(body.frame().await, Some(Ok(_))) {}
}

/// Sees `rest` through, where there is room for it; then the callback's event goes out.
fn go_on(
    rest: impl Future<Output = ()> + Send + 'static,
    open: Option<OpenCallback>,
    upstream: Arc<Upstream>,
    watch: &Arc<UpstreamWatch>,
    kill: CancellationToken,
) {
    let runtime = Handle::try_current().ok().filter(|_| !kill.is_cancelled());
    let Some(runtime) = runtime else { return };
    let Some(place) = Place::take(upstream) else {
        watch.failed(UpstreamFailure::LetGo);
        return;
    };
    let watch = watch.clone();
    runtime.spawn(async move {
        tokio::select! {
            biased;
            () = kill.cancelled() => {}
            ended = timeout(OUTLIVES_FOR, rest) => {
                if ended.is_err() {
                    watch.failed(UpstreamFailure::Timeout);
                }
            }
        }
        drop(open);
        drop(place);
    });
}

/// One of the places for requests that outlive their callbacks.
struct Place(Arc<Upstream>);

impl Place {
    fn take(upstream: Arc<Upstream>) -> Option<Place> {
        if upstream.outliving.fetch_add(1, Relaxed) < OUTLIVING_AT_MOST {
            return Some(Place(upstream));
        }
        upstream.outliving.fetch_sub(1, Relaxed);
        upstream.let_go.fetch_add(1, Relaxed);
        None
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.outliving.fetch_sub(1, Relaxed);
    }
}
