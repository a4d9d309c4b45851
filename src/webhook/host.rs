//! Our own webhook handlers: delay models, limited workers, answers, faults.
//!
//! A handler waits for a worker (of its key, then of the shared pool; both first come
//! first served), holds it for its delay and answers. Draws are seeded per key, so that
//! one key's traffic does not change another's. Sleeping uses the runtime's timer, which
//! rounds up to the next millisecond: a handler never takes less than its delay.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError, RwLock};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::hlog_file;
use super::responder::{Callback, Reply, Responder};
use crate::clock::RunClock;
use crate::delay::{DelayError, DelaySampler};
use crate::port::{ReplyKind, WorkerPool};
use crate::profile::model::{Answer, Fault, HandlerSection};
use crate::text::Text;
use crate::units::{Offset, Stamp};
use crate::wire::{WebhookKey, answer};
use crate::{displays_english, say};

/// A time in which webhooks fail.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultWindow {
    /// First moment.
    pub from: Stamp,
    /// First moment after it.
    pub to: Stamp,
    /// How they fail.
    pub fault: Fault,
    /// Times the usual delay, for `Fault::Slow`.
    pub factor: f64,
    /// Which; all when `None`.
    pub keys: Option<Vec<WebhookKey>>,
}

impl FaultWindow {
    pub(super) fn covers(&self, key: WebhookKey, at: Stamp) -> bool {
        self.from <= at && at < self.to && self.keys.as_ref().is_none_or(|keys| keys.contains(&key))
    }
}

/// What the handlers are.
#[derive(Clone, Debug, Default)]
pub struct HostConfig {
    /// `handler.<key>`; keys without one answer neutrally at once.
    pub handlers: BTreeMap<WebhookKey, HandlerSection>,
    /// Workers that all handlers share (`webhook.workers`).
    pub shared_workers: Option<WorkerPool>,
    /// Seed of the delays.
    pub seed: u64,
    /// When they fail instead.
    pub fault_windows: Vec<FaultWindow>,
}

/// Why a handler cannot work.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// Its delay model makes no sense, or its log cannot be read.
    Delay {
        /// Whose.
        key: WebhookKey,
        /// What is wrong.
        source: DelayError,
    },
}

impl HostError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        let HostError::Delay { key, source } = self;
        say!("errors-webhook-delay", key = key.name(), why = source.text())
    }
}

displays_english!(HostError);

/// Answers by the profile's handler models.
#[derive(Debug)]
pub struct HostResponder {
    handlers: BTreeMap<WebhookKey, Handler>,
    shared_workers: Option<WorkerPool>,
    fault_windows: RwLock<Vec<FaultWindow>>,
    clock: RunClock,
}

#[derive(Debug)]
struct Handler {
    delay: Mutex<DelaySampler>,
    workers: Option<WorkerPool>,
    answer: Answer,
}

impl HostResponder {
    /// Reads the logs that `hlog` delays name.
    ///
    /// # Errors
    /// When a delay model makes no sense or its log cannot be read.
    pub fn new(config: HostConfig, clock: RunClock) -> Result<HostResponder, HostError> {
        let mut handlers = BTreeMap::new();
        for (key, section) in config.handlers {
            handlers.insert(key, Handler::new(key, section, config.seed)?);
        }
        let HostConfig { shared_workers, fault_windows, .. } = config;
        Ok(HostResponder { handlers, shared_workers, fault_windows: RwLock::new(fault_windows), clock })
    }

    /// Neutral answers at once, for a server that only keeps `OpenIM` going.
    #[must_use]
    pub fn neutral(clock: RunClock) -> HostResponder {
        HostResponder {
            handlers: BTreeMap::new(),
            shared_workers: None,
            fault_windows: RwLock::default(),
            clock,
        }
    }

    /// Replaces the fault windows, for callers that learn the load's start only after
    /// preflight. Takes effect from the next arrival on.
    pub fn set_fault_windows(&self, windows: Vec<FaultWindow>) {
        *self.fault_windows.write().unwrap_or_else(PoisonError::into_inner) = windows;
    }

    /// How a callback of `key` that arrives at `at` fails, if it does.
    fn fault(&self, key: WebhookKey, at: Stamp) -> Option<Failing> {
        let windows = self.fault_windows.read().unwrap_or_else(PoisonError::into_inner);
        let window = windows.iter().find(|window| window.covers(key, at))?;
        match window.fault {
            Fault::Slow => Some(Failing::Slow(window.factor)),
            fault => faulty(fault).map(Failing::With),
        }
    }

    /// Waits for the workers it needs, then for `factor` times the delay.
    async fn work(&self, callback: &Callback, handler: Option<&Handler>, factor: f64) {
        let own_pool = handler.and_then(|h| h.workers.as_ref());
        let _own = match own_pool {
            Some(pool) => pool.acquire().await,
            None => None,
        };
        let _shared = match &self.shared_workers {
            Some(pool) => pool.acquire().await,
            None => None,
        };
        let unlimited = own_pool.is_none() && self.shared_workers.is_none();
        let started_at = if unlimited { callback.received_at } else { self.clock.now() };
        callback.mark_started(started_at);
        let Some(handler) = handler else {
            return;
        };
        let started = Offset(started_at.0.saturating_mul(1000));
        let delay = scaled(handler.draw(started), factor);
        if !delay.is_zero() {
            sleep_until(Instant::from_std(self.clock.instant(started) + delay)).await;
        }
    }
}

impl Handler {
    fn new(key: WebhookKey, section: HandlerSection, seed: u64) -> Result<Handler, HostError> {
        // An odd constant spreads neighbouring keys over the seeds.
        let own_seed = seed.wrapping_add((key as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let delay = DelaySampler::with_hlogs(&section.delay, own_seed, hlog_file::load)
            .map_err(|source| HostError::Delay { key, source })?;
        let workers = section.workers.map(|n| WorkerPool::new(usize::try_from(n).unwrap_or(usize::MAX)));
        Ok(Handler { delay: Mutex::new(delay), workers, answer: section.answer })
    }

    /// The delay of work that starts at `at`.
    fn draw(&self, at: Offset) -> Duration {
        self.delay.lock().unwrap_or_else(PoisonError::into_inner).sample(at)
    }
}

impl Responder for HostResponder {
    async fn respond(&self, callback: &Callback) -> Reply {
        let factor = match self.fault(callback.key, callback.received_at) {
            Some(Failing::With(reply)) => {
                callback.mark_started(callback.received_at);
                return reply;
            }
            Some(Failing::Slow(factor)) => factor,
            None => 1.0,
        };
        let handler = self.handlers.get(&callback.key);
        self.work(callback, handler, factor).await;
        match handler.map(|h| &h.answer) {
            None | Some(Answer::Neutral) => {
                Reply::json(answer::neutral(Some(callback.key), &callback.body), ReplyKind::Neutral)
            }
            Some(Answer::Reject { code, message, detail }) => {
                Reply::json(answer::reject(*code, message, detail), ReplyKind::Rejected)
            }
            Some(Answer::Custom { status, body, content_type }) => Reply::Answer {
                status: *status,
                content_type: content_type.clone(),
                body: body.clone().into(),
                kind: ReplyKind::Custom,
            },
        }
    }
}

/// How a callback fails.
enum Failing {
    /// With this instead of an answer.
    With(Reply),
    /// By so many times the usual delay.
    Slow(f64),
}

/// Longest delay that a factor makes: a handler that is slower has long been given up.
const LONGEST: Duration = Duration::from_secs(3_600);

fn scaled(delay: Duration, factor: f64) -> Duration {
    // A factor of 1 leaves the delay as it was drawn, to the nanosecond.
    if factor.total_cmp(&1.0).is_eq() {
        return delay;
    }
    Duration::try_from_secs_f64(delay.as_secs_f64() * factor).unwrap_or(LONGEST).min(LONGEST)
}

/// What a fault gives instead of an answer; none where it still gives one.
pub(super) fn faulty(fault: Fault) -> Option<Reply> {
    let failing = |content_type: &str, body: &'static str| Reply::Answer {
        status: 500,
        content_type: content_type.to_owned(),
        body: body.into(),
        kind: ReplyKind::Fault,
    };
    Some(match fault {
        Fault::Hang => Reply::Hang,
        Fault::Reset => Reply::Reset,
        Fault::Close => Reply::Close,
        Fault::SlowBody => Reply::SlowBody,
        Fault::StatusJson => failing("application/json", "{\"message\":\"internal error\"}"),
        Fault::StatusHtml => failing(
            "text/html; charset=utf-8",
            "<html><head><title>500 Internal Server Error</title></head><body></body></html>",
        ),
        // What does come through while the listener is shut, on a connection that was there before, is answered.
        Fault::Slow | Fault::Refuse => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delay::{Delay, DelayModel};
    use crate::units::Span;

    fn draws(keys: &[WebhookKey], of: WebhookKey) -> Vec<Duration> {
        let model = DelayModel::Uniform { min: Span::millis(0), max: Span::secs(60) };
        let section = HandlerSection { delay: Delay::Model(model), ..HandlerSection::default() };
        let handlers = keys.iter().map(|key| (*key, section.clone())).collect();
        let config = HostConfig { handlers, seed: 5, ..HostConfig::default() };
        let host = HostResponder::new(config, RunClock::start()).unwrap();
        (0..10).map(|_| host.handlers[&of].draw(Offset(0))).collect()
    }

    #[test]
    fn a_key_has_the_same_delays_whatever_other_keys_there_are_and_keys_differ() {
        let (create, after) = (WebhookKey::BeforeCreateGroup, WebhookKey::AfterCreateGroup);
        assert_eq!(draws(&[create], create), draws(&[create, after], create));
        assert_ne!(draws(&[create, after], create), draws(&[create, after], after));
    }

    #[test]
    fn a_delay_that_makes_no_sense_names_its_key() {
        let model = DelayModel::Uniform { min: Span::millis(2), max: Span::millis(1) };
        let section = HandlerSection { delay: Delay::Model(model), ..HandlerSection::default() };
        let handlers = [(WebhookKey::BeforeCreateGroup, section)].into();
        let config = HostConfig { handlers, ..HostConfig::default() };
        let error = HostResponder::new(config, RunClock::start()).unwrap_err().to_string();
        assert!(error.contains("handler.beforeCreateGroup.delay"), "{error}");
    }
}
