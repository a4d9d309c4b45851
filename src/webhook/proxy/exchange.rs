//! One request on its way to the upstream and the answer on its way back.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::http::request::Parts;
use hyper::{Request, Response, StatusCode};
use tokio::time::{Sleep, sleep};

use super::first::Look;
use super::headers::end_to_end;
use super::pool::{Lease, Upstream, why};
use super::watch::UpstreamWatch;
use crate::port::UpstreamFailure;
use crate::webhook::responder::Passing;

/// How long an answer may pause.
const PAUSE_AT_MOST: Duration = Duration::from_secs(60);

impl Upstream {
    /// Passes a request on and gives the head of the answer; its body comes as it is read.
    /// `counts`: whether it belongs to the first answers that are looked at.
    pub(in crate::webhook) async fn exchange(
        self: Arc<Upstream>,
        head: Parts,
        body: Bytes,
        watch: Arc<UpstreamWatch>,
        passing: Passing,
        counts: bool,
    ) -> Result<Response<UpstreamBody>, UpstreamFailure> {
        if !passing.delay.is_zero() {
            sleep(passing.delay).await;
        }
        let began = self.clock.now();
        let sent = self.send(self.request(head, body), &watch).await;
        let (answer, lease) = sent.inspect_err(|why| watch.failed(*why))?;
        if passing.factor > 1.0 {
            let took = Duration::from_micros(self.clock.now().since(began));
            sleep(took.mul_f64((passing.factor - 1.0).min(1e4))).await;
        }
        let (head, body) = answer.into_parts();
        if head.status == StatusCode::SWITCHING_PROTOCOLS {
            watch.failed(UpstreamFailure::Protocol);
            return Err(UpstreamFailure::Protocol);
        }
        let look = self.first.look(counts, &head);
        let mut passed_on = Response::new(UpstreamBody::new(self, body, lease, watch, look));
        *passed_on.status_mut() = head.status;
        *passed_on.headers_mut() = end_to_end(&head.headers, None);
        // They hold how the headers were written and an unusual reason.
        *passed_on.extensions_mut() = head.extensions;
        Ok(passed_on)
    }

    fn request(&self, head: Parts, body: Bytes) -> Request<Full<Bytes>> {
        let mut request = Request::new(Full::new(body));
        *request.method_mut() = head.method;
        *request.uri_mut() = self.config.upstream.target(&self.config.path, &head.uri);
        let host = (!self.config.keep_host).then_some(&self.host);
        *request.headers_mut() = end_to_end(&head.headers, host);
        *request.extensions_mut() = head.extensions;
        request
    }
}

/// The body of the upstream's answer, as it comes. Its connection goes back when it is whole.
pub(in crate::webhook) struct UpstreamBody {
    inner: Incoming,
    lease: Option<Lease>,
    upstream: Arc<Upstream>,
    watch: Arc<UpstreamWatch>,
    look: Option<Look>,
    pausing: Option<Pin<Box<Sleep>>>,
}

impl UpstreamBody {
    fn new(
        upstream: Arc<Upstream>,
        inner: Incoming,
        lease: Lease,
        watch: Arc<UpstreamWatch>,
        look: Option<Look>,
    ) -> UpstreamBody {
        let mut body = UpstreamBody { inner, lease: Some(lease), upstream, watch, look, pausing: None };
        if body.inner.is_end_stream() {
            body.end();
        }
        body
    }

    pub(super) fn upstream(&self) -> Arc<Upstream> {
        self.upstream.clone()
    }

    pub(super) fn watch(&self) -> Arc<UpstreamWatch> {
        self.watch.clone()
    }

    /// Whether it has come to an end, whole or not.
    pub(super) fn is_over(&self) -> bool {
        self.lease.is_none()
    }

    /// Why it is not whole.
    pub(in crate::webhook) fn failure(&self) -> Option<UpstreamFailure> {
        self.watch.stamps().failed
    }

    fn end(&mut self) {
        let Some(lease) = self.lease.take() else { return };
        self.watch.replied(lease.traffic.last_read());
        self.upstream.give_back(lease);
        if let Some(look) = self.look.take() {
            self.upstream.first.judge(look);
        }
    }

    fn fail(&mut self, why: UpstreamFailure) -> io::Error {
        self.lease = None;
        self.watch.failed(why);
        io::Error::other("the upstream's answer broke off")
    }

    fn take(&mut self, frame: &Frame<Bytes>) {
        let Some(bytes) = frame.data_ref() else { return };
        self.watch.took(bytes.len());
        if let Some(look) = &mut self.look {
            look.add(bytes);
        }
        if self.inner.is_end_stream() {
            self.end();
        }
    }
}

impl Body for UpstreamBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let this = self.get_mut();
        let Poll::Ready(next) = Pin::new(&mut this.inner).poll_frame(cx) else {
            let pausing = this.pausing.get_or_insert_with(|| Box::pin(sleep(PAUSE_AT_MOST)));
            if pausing.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            return Poll::Ready(Some(Err(this.fail(UpstreamFailure::Timeout))));
        };
        this.pausing = None;
        Poll::Ready(match next {
            Some(Ok(frame)) => {
                this.take(&frame);
                Some(Ok(frame))
            }
            Some(Err(error)) => Some(Err(this.fail(why(&error)))),
            None => {
                this.end();
                None
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
