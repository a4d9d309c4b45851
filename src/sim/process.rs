//! One group process: its webhook client and its after-queue.
//!
//! The queue is 2 workers and 100 slots for all after-callbacks of the process. A push
//! into a full queue blocks the request for the build's time and then drops the event
//! without a word. Answers to after-callbacks are thrown away. When the process ends,
//! what is queued is lost and its connections close.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::{Mutex, mpsc};
use tokio_util::sync::CancellationToken;

use super::client::{Client, Limit};
use super::error::OpError;
use super::stack::Site;
use super::tasks::Tasks;
use crate::wire::decision::{Decision, decide};
use crate::wire::goread::Value;
use crate::wire::webhooks_yml::WebhooksYml;
use crate::wire::{Build, WebhookKey};

const QUEUE_SLOTS: usize = 100;
const QUEUE_WORKERS: usize = 2;

/// `webhooks.yml` as a process has read it.
pub(super) struct Webhooks {
    url: String,
    build: Build,
    enabled: HashMap<WebhookKey, Limit>,
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
    url: String,
    operation: String,
    body: Bytes,
    limit: Limit,
}

/// A running group process.
pub(super) struct GroupProcess {
    webhooks: Arc<Webhooks>,
    client: Arc<Client>,
    queue: mpsc::Sender<AfterEvent>,
    push_wait: Duration,
    /// Cancelled when it falls over.
    pub died: CancellationToken,
}

impl GroupProcess {
    /// Starts one.
    pub(super) fn start(webhooks: Arc<Webhooks>, tasks: &Tasks) -> GroupProcess {
        let (queue, events) = mpsc::channel(QUEUE_SLOTS);
        let client = Arc::new(Client::default());
        let died = CancellationToken::new();
        let events = Arc::new(Mutex::new(events));
        for _ in 0..QUEUE_WORKERS {
            let (client, events, died) = (client.clone(), events.clone(), died.clone());
            tasks.spawn(async move {
                tokio::select! {
                    () = work(&client, &events) => {}
                    () = died.cancelled() => {}
                }
            });
        }
        let push_wait = webhooks.build.push_wait();
        GroupProcess { webhooks, client, queue, push_wait, died }
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
        let answer = self
            .client
            .post(&self.webhooks.url(key), operation, body, *limit)
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
            url: self.webhooks.url(key),
            operation: operation.to_owned(),
            body: Bytes::from(body(key.command(self.webhooks.build))),
            limit: *limit,
        };
        // A full queue drops the event silently, and so do we.
        let _ = self.queue.send_timeout(event, self.push_wait).await;
    }

    pub(super) fn is_enabled(&self, key: WebhookKey) -> bool {
        self.webhooks.is_enabled(key)
    }
}

async fn work(client: &Client, events: &Mutex<mpsc::Receiver<AfterEvent>>) {
    loop {
        let Some(event) = events.lock().await.recv().await else { return };
        // Neither a failure nor a rejection of an after-callback has any consequence.
        let _ = client.post(&event.url, &event.operation, event.body, event.limit).await;
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
        (GroupProcess::start(Arc::new(Webhooks::new(&yml, build)), &tasks), silent, shutdown)
    }

    async fn fill(process: &GroupProcess) {
        let push = || process.tell(WebhookKey::AfterQuitGroup, "op", |_| b"{}\n".to_vec());
        for _ in 0..QUEUE_WORKERS {
            push().await;
            // The worker takes it off before the next one comes.
            while process.queue.capacity() < QUEUE_SLOTS {
                tokio::task::yield_now().await;
            }
        }
        for _ in 0..QUEUE_SLOTS {
            push().await;
        }
    }

    #[tokio::test]
    async fn a_full_queue_blocks_for_the_builds_time_and_then_drops() {
        let (process, _silent, _shutdown) = process(Build::V370).await;
        fill(&process).await;
        assert_eq!(process.queue.capacity(), 0);
        tokio::time::pause();
        let clock = tokio::time::Instant::now();
        process.tell(WebhookKey::AfterQuitGroup, "op", |_| b"{}\n".to_vec()).await;
        assert!(clock.elapsed() >= Build::V370.push_wait());
        assert_eq!(process.queue.capacity(), 0, "nothing was taken in");
    }

    #[tokio::test]
    async fn a_key_that_is_off_calls_nobody() {
        let (process, _silent, _shutdown) = process(Build::Main).await;
        let off = process.ask(WebhookKey::BeforeCreateGroup, Site::CREATE, "op", |_| unreachable!()).await;
        assert!(off.unwrap().is_none());
        process.tell(WebhookKey::AfterKickGroupMember, "op", |_| unreachable!()).await;
    }
}
