//! A request that the upstream answers, and what is shown where it does not.

use std::sync::Arc;

use bytes::Bytes;
use hyper::http::request::Parts;
use hyper::{Method, Response};

use super::body::ReplyBody;
use super::events::OpenCallback;
use super::proxy::{OnUpstreamError, Outliving, Relayed, Upstream, UpstreamWatch};
use super::responder::{Passing, Responder};
use super::service::{Answered, Exchange, Unanswered, response};
use crate::port::UpstreamFailure;

impl<R: Responder> Exchange<R> {
    /// Passes it on. The request lives on at the upstream when the connection ends first.
    pub(super) async fn pass_on(
        &self,
        upstream: Arc<Upstream>,
        head: Parts,
        body: Bytes,
        mut open: Option<OpenCallback>,
        passing: Passing,
    ) -> Answered {
        let watch = Arc::new(UpstreamWatch::new(self.server.clock.now(), body.len()));
        if let Some(open) = &mut open {
            open.set_upstream(watch.clone());
        }
        let counts = open.is_some() && head.method == Method::POST;
        let work = Box::pin(upstream.clone().exchange(head, body, watch.clone(), passing, counts));
        let kill = self.server.kill.clone();
        let on_error = upstream.on_error();
        let (answer, open) = Outliving::new(work, open, upstream, watch, kill.clone()).await;
        match answer {
            Ok(answer) => {
                let (head, body) = answer.into_parts();
                let relayed = Relayed::new(body, open, kill);
                Ok(Response::from_parts(head, ReplyBody::relay(relayed, self.conn.state.clone())))
            }
            Err(why) => self.failed(on_error, why, open),
        }
    }

    /// The upstream gave no answer: `OpenIM` sees what it would have seen without us, or a 502.
    fn failed(&self, shown: OnUpstreamError, why: UpstreamFailure, open: Option<OpenCallback>) -> Answered {
        if shown == OnUpstreamError::Status502 {
            let page = Bytes::from_static(b"the webhook server gave no answer\n");
            return Ok(response(&self.conn, 502, "text/plain; charset=utf-8", page, open));
        }
        if why == UpstreamFailure::Reset {
            self.conn.state.reset_on_close();
        }
        if let Some(open) = open {
            open.ended();
        }
        Err(Unanswered)
    }
}
