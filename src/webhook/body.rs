//! Bodies of answers: whole, which arms the stamp of the last byte; slow, which stops after
//! its first byte; or relayed, as the upstream sends it.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::events::OpenCallback;
use super::proxy::Relayed;
use super::stamped::ConnState;
use crate::port::UpstreamFailure;

/// The body of an answer.
pub(super) enum ReplyBody {
    /// One piece.
    Whole {
        /// Until it is taken.
        bytes: Option<Bytes>,
        /// To arm when it is.
        conn: Arc<ConnState>,
        /// The callback that it answers.
        open: Option<OpenCallback>,
    },
    /// The first of `length` bytes, then silence until the server stops.
    Slow {
        /// Until it is taken.
        first: Option<Bytes>,
        /// As announced.
        length: u64,
        /// End of the silence.
        stop: Pin<Box<WaitForCancellationFutureOwned>>,
        /// Ends with the connection, or with the silence.
        open: Option<OpenCallback>,
    },
    /// The upstream's.
    Relay {
        /// With the callback that it answers.
        relayed: Relayed,
        /// To arm at the end.
        conn: Arc<ConnState>,
        /// It was.
        armed: bool,
    },
}

impl ReplyBody {
    pub(super) fn whole(bytes: Bytes, conn: Arc<ConnState>, open: Option<OpenCallback>) -> ReplyBody {
        if bytes.is_empty() {
            // Hyper never asks an empty body for anything; it writes the head next.
            conn.arm(open);
            return ReplyBody::Whole { bytes: None, conn, open: None };
        }
        ReplyBody::Whole { bytes: Some(bytes), conn, open }
    }

    pub(super) fn relay(mut relayed: Relayed, conn: Arc<ConnState>) -> ReplyBody {
        let armed = relayed.peek().is_none_or(Body::is_end_stream);
        if armed {
            conn.arm(relayed.open.take());
        }
        ReplyBody::Relay { relayed, conn, armed }
    }

    pub(super) fn slow(bytes: &Bytes, stop: CancellationToken, open: OpenCallback) -> ReplyBody {
        ReplyBody::Slow {
            first: Some(bytes.slice(..1.min(bytes.len()))),
            length: bytes.len() as u64,
            stop: Box::pin(stop.cancelled_owned()),
            open: Some(open),
        }
    }
}

/// The next piece from the upstream. Nothing is asked for after a known length is full, so
/// the piece that fills it arms as well as the end does.
fn poll_relayed(
    relayed: &mut Relayed,
    conn: &ConnState,
    armed: &mut bool,
    cx: &mut Context<'_>,
) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
    let Some(body) = relayed.body() else { return Poll::Ready(None) };
    let next = ready!(Pin::new(&mut *body).poll_frame(cx));
    if let Some(Err(_)) = &next {
        let was_reset = body.failure() == Some(UpstreamFailure::Reset);
        if was_reset {
            conn.reset_on_close();
        }
        if let Some(open) = relayed.open.take() {
            open.ended();
        }
    } else if !*armed && (next.is_none() || body.is_end_stream()) {
        *armed = true;
        conn.arm(relayed.open.take());
    }
    Poll::Ready(next)
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match self.get_mut() {
            ReplyBody::Whole { bytes, conn, open } => Poll::Ready(bytes.take().map(|bytes| {
                conn.arm(open.take());
                Ok(Frame::data(bytes))
            })),
            ReplyBody::Relay { relayed, conn, armed } => poll_relayed(relayed, conn, armed, cx),
            ReplyBody::Slow { first, stop, open, .. } => {
                if let Some(byte) = first.take() {
                    return Poll::Ready(Some(Ok(Frame::data(byte))));
                }
                ready!(stop.as_mut().poll(cx));
                if let Some(open) = open.take() {
                    open.ended();
                }
                Poll::Ready(Some(Err(io::Error::other("slow body, ended with the server"))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            ReplyBody::Whole { bytes, .. } => bytes.is_none(),
            ReplyBody::Relay { relayed, .. } => relayed.peek().is_none_or(Body::is_end_stream),
            ReplyBody::Slow { .. } => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            ReplyBody::Whole { bytes, .. } => {
                SizeHint::with_exact(bytes.as_ref().map_or(0, |b| b.len() as u64))
            }
            ReplyBody::Slow { length, .. } => SizeHint::with_exact(*length),
            ReplyBody::Relay { relayed, .. } => {
                relayed.peek().map_or(SizeHint::with_exact(0), Body::size_hint)
            }
        }
    }
}
