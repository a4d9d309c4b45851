//! One group process: its webhook client and its after-queue.
//!
//! All after-callbacks of the process share one queue; their answers are thrown away.
//! When the process ends, its connections close.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::client::{Client, Failure, Limit, Lingering, Trace};
use super::error::OpError;
use super::queue::AfterQueue;
use super::stack::Site;
use super::tasks::Tasks;
use super::{Linger, Observer, SimEvent};
use crate::wire::decision::{Decision, decide};
use crate::wire::goread::Value;
use crate::wire::webhooks_yml::WebhooksYml;
use crate::wire::{Build, WebhookKey};

/// `webhooks.yml` as a process has read it.
pub(super) struct Webhooks {
    url: String,
    build: Build,
    enabled: HashMap<WebhookKey, Limit>,
}

/// A callback to be sent.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    key: WebhookKey,
    url: &'a str,
    operation: &'a str,
    body: &'a Bytes,
    limit: Limit,
}

/// Sends callbacks and tells of them.
struct Sender {
    client: Arc<Client>,
    observer: Observer,
    linger: Option<Linger>,
    /// How many connections may outlive their callback; more are closed as `OpenIM` does.
    lingering: Arc<Semaphore>,
    tasks: Tasks,
}

impl Sender {
    async fn post(&self, wanted: Wanted<'_>) -> Result<Bytes, Failure> {
        let Wanted { key, url, operation, body, limit } = wanted;
        let send = |trace| self.client.post(url, operation, body.clone(), limit, trace);
        if !self.observer.is_watching() {
            return send(None).await;
        }
        let timeout = limit.timeout;
        self.observer.tell(&SimEvent::CallbackWanted { operation, key, url, body, timeout });
        let place = self.linger.and_then(|_| self.lingering.clone().try_acquire_owned().ok());
        let trace = Arc::new(Trace::begin(place.is_some()));
        let answer = match (self.linger, place) {
            (Some(linger), Some(place)) => self.post_lingering(wanted, linger, &trace, place).await,
            _ => send(Some(&trace)).await,
        };
        let connection = trace.connection();
        self.observer.tell(&SimEvent::CallbackEnded {
            operation,
            key,
            url,
            body,
            connected_after: connection.map(|c| c.after),
            dialed: connection.is_some_and(|c| c.dialed),
            took: trace.elapsed(),
            result: answer.as_ref().map(|bytes| &**bytes).map_err(|failure| failure.cause.as_str()),
        });
        answer
    }

    async fn post_lingering(
        &self,
        wanted: Wanted<'_>,
        linger: Linger,
        trace: &Arc<Trace>,
        place: OwnedSemaphorePermit,
    ) -> Result<Bytes, Failure> {
        let Wanted { key, url, operation, body, limit } = wanted;
        let lingering = Lingering {
            client: self.client.clone(),
            url: url.to_owned(),
            operation: operation.to_owned(),
            body: body.clone(),
            limit,
            trace: trace.clone(),
            linger: linger.connection,
        };
        let (observer, operation, trace) = (self.observer.clone(), operation.to_owned(), trace.clone());
        let late = move |answer: Result<Bytes, Failure>| {
            // Until now it counted among those that linger.
            drop(place);
            let result = answer.as_ref().map(|bytes| &**bytes).map_err(|failure| failure.cause.as_str());
            let operation = &operation;
            observer.tell(&SimEvent::CallbackLate { operation, key, took: trace.elapsed(), result });
        };
        lingering.post(&self.tasks, late).await
    }
}

impl Webhooks {
    pub(super) fn new(yml: &WebhooksYml, build: Build) -> Webhooks {
        let enabled = yml.keys.iter().filter(|(_, config)| config.enable);
        let enabled = enabled
            .filter_map(|(name, config)| {
                Some((WebhookKey::from_name(name)?, Limit::from_timeout(config.timeout)))
            })
            .collect();
        Webhooks { url: yml.url.clone(), build, enabled }
    }

    pub(super) fn is_enabled(&self, key: WebhookKey) -> bool {
        self.enabled.contains_key(&key)
    }

    fn url(&self, key: WebhookKey) -> String {
        format!("{}/{}", self.url, key.command(self.build))
    }
}

struct AfterEvent {
    key: WebhookKey,
    url: String,
    operation: String,
    body: Bytes,
    limit: Limit,
}

/// Who watches, and whether it departs from `OpenIM` for that.
#[derive(Clone, Debug, Default)]
pub(super) struct Watch {
    pub observer: Observer,
    pub linger: Option<Linger>,
}

const MAX_LINGERING: usize = 512;

/// A running group process.
pub(super) struct GroupProcess {
    webhooks: Arc<Webhooks>,
    sender: Arc<Sender>,
    queue: AfterQueue<AfterEvent>,
    /// Cancelled when it falls over.
    pub died: CancellationToken,
}

impl GroupProcess {
    /// Starts one.
    pub(super) fn start(webhooks: Arc<Webhooks>, watch: &Watch, tasks: &Tasks) -> GroupProcess {
        let sender = Arc::new(Sender {
            client: Arc::default(),
            observer: watch.observer.clone(),
            linger: watch.linger,
            lingering: Arc::new(Semaphore::new(MAX_LINGERING)),
            tasks: tasks.clone(),
        });
        let died = CancellationToken::new();
        let after = sender.clone();
        let send = move |event: AfterEvent| {
            let sender = after.clone();
            async move {
                let AfterEvent { key, url, operation, body, limit } = &event;
                // Neither a failure nor a rejection of an after-callback has any consequence.
                let _ = sender.post(Wanted { key: *key, url, operation, body, limit: *limit }).await;
            }
        };
        let queue = AfterQueue::start(webhooks.build.push_wait(), tasks, &died, send);
        GroupProcess { webhooks, sender, queue, died }
    }

    /// A before-callback: `None` when the key is not enabled, else the answer's fields.
    ///
    /// # Errors
    /// No answer, an unreadable one, or a rejection.
    pub(super) async fn ask(
        &self,
        key: WebhookKey,
        site: Site,
        operation: &str,
        body: impl FnOnce(&str) -> Vec<u8>,
    ) -> Result<Option<Value>, OpError> {
        let Some(limit) = self.webhooks.enabled.get(&key) else { return Ok(None) };
        let build = self.webhooks.build;
        let body = Bytes::from(body(key.command(build)));
        let url = self.webhooks.url(key);
        let answer = self
            .sender
            .post(Wanted { key, url: &url, operation, body: &body, limit: *limit })
            .await
            .map_err(|failure| OpError::Unanswered { site, failure })?;
        match decide(key, build, &answer) {
            Decision::Continue(fields) => Ok(Some(fields)),
            Decision::Reject(rejection) => Err(OpError::Rejected(rejection)),
            Decision::BadJson(text) => Err(OpError::BadAnswer(text)),
        }
    }

    /// An after-callback: queued when the key is enabled; lost when there is no room.
    pub(super) async fn tell(&self, key: WebhookKey, operation: &str, body: impl FnOnce(&str) -> Vec<u8>) {
        let Some(limit) = self.webhooks.enabled.get(&key) else { return };
        let event = AfterEvent {
            key,
            url: self.webhooks.url(key),
            operation: operation.to_owned(),
            body: Bytes::from(body(key.command(self.webhooks.build))),
            limit: *limit,
        };
        // A full queue drops the event without a word to the caller.
        if !self.queue.push(event).await {
            self.sender.observer.tell(&SimEvent::CallbackLost { operation, key });
        }
    }

    pub(super) fn is_enabled(&self, key: WebhookKey) -> bool {
        self.webhooks.is_enabled(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::webhooks_yml::KeyConfig;

    /// A process whose after-callbacks lead to a server that accepts and never answers.
    async fn process(build: Build) -> (GroupProcess, tokio::net::TcpListener, CancellationToken) {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let key = KeyConfig { enable: true, timeout: 15, failed_continue: None };
        let yml = WebhooksYml {
            url: format!("http://{}", silent.local_addr().unwrap()),
            keys: [("afterQuitGroup".to_owned(), key)].into(),
        };
        let shutdown = CancellationToken::new();
        let (tasks, _) = Tasks::new(shutdown.clone());
        (
            GroupProcess::start(Arc::new(Webhooks::new(&yml, build)), &Watch::default(), &tasks),
            silent,
            shutdown,
        )
    }

    #[tokio::test]
    async fn a_key_that_is_off_calls_nobody() {
        let (process, _silent, _shutdown) = process(Build::Main).await;
        let off = process.ask(WebhookKey::BeforeCreateGroup, Site::CREATE, "op", |_| unreachable!()).await;
        assert!(off.unwrap().is_none());
        process.tell(WebhookKey::AfterKickGroupMember, "op", |_| unreachable!()).await;
    }
}
