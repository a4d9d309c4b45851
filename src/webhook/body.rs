//! Bodies of answers: whole, which arms the stamp of the last byte, or slow, which
//! stops after its first byte.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use super::events::OpenCallback;
use super::stamped::ConnState;

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

    pub(super) fn slow(bytes: &Bytes, stop: CancellationToken, open: OpenCallback) -> ReplyBody {
        ReplyBody::Slow {
            first: Some(bytes.slice(..1.min(bytes.len()))),
            length: bytes.len() as u64,
            stop: Box::pin(stop.cancelled_owned()),
            open: Some(open),
        }
    }
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
        matches!(self, ReplyBody::Whole { bytes: None, .. })
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            ReplyBody::Whole { bytes, .. } => bytes.as_ref().map_or(0, |b| b.len() as u64),
            ReplyBody::Slow { length, .. } => *length,
        })
    }
}
