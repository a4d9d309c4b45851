//! The stand-in's one departure from `OpenIM`: a callback that is given up keeps its connection
//! for a while, to see whether and when the server answers after all.
//!
//! Promises that everything else stays `OpenIM`'s: deadline, error text, and a slot that is free
//! for others the moment the callback is given up.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::super::tasks::Tasks;
use super::exchange::{Call, deadline_failure};
use super::{Client, Failure, Limit, Step, Trace};

/// A callback whose connection may outlive its deadline.
pub(in crate::sim) struct Lingering {
    /// Whose connections it uses.
    pub client: Arc<Client>,
    /// Whole URL.
    pub url: String,
    /// operationID.
    pub operation: String,
    /// Body.
    pub body: Bytes,
    /// Its deadline.
    pub limit: Limit,
    /// Told when it has a connection.
    pub trace: Arc<Trace>,
    /// How long its connection stays after the deadline.
    pub linger: Duration,
}

impl Lingering {
    /// Sends it by a task of its own; `late` gets what comes after the deadline, if anything comes.
    ///
    /// # Errors
    /// As [`Client::post`].
    pub(in crate::sim) async fn post(
        self,
        tasks: &Tasks,
        late: impl FnOnce(Result<Bytes, Failure>) + Send + 'static,
    ) -> Result<Bytes, Failure> {
        let (trace, limit, url) = (self.trace.clone(), self.limit, self.url.clone());
        let (done, answer) = oneshot::channel();
        let overdue = CancellationToken::new();
        // Also when whoever asks is gone before the deadline, as with its process.
        let guard = overdue.clone().drop_guard();
        tasks.spawn(self.exchange(overdue, done, late));
        match tokio::time::timeout(limit.after, answer).await {
            Ok(Ok(answered)) => answered,
            Ok(Err(_)) => Err(Failure { url, step: Step::Request, cause: "EOF".to_owned() }),
            Err(_) => {
                trace.give_slot_back();
                drop(guard);
                Err(deadline_failure(&url, limit, &trace))
            }
        }
    }

    async fn exchange(
        self,
        overdue: CancellationToken,
        done: oneshot::Sender<Result<Bytes, Failure>>,
        late: impl FnOnce(Result<Bytes, Failure>),
    ) {
        let Lingering { client, url, operation, body, trace, linger, .. } = self;
        let mut call = Call::new(&client, &url, &operation, body, Some(&*trace));
        let patience = async {
            overdue.cancelled().await;
            // Without a connection nothing was sent that could be answered.
            if trace.connection().is_some() {
                tokio::time::sleep(linger).await;
            }
        };
        let answered = tokio::select! {
            biased;
            answered = call.whole() => answered,
            () = patience => return,
        };
        if let Err(answered) = done.send(answered) {
            late(answered);
        }
    }
}
