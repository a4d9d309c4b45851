//! What our webhook server received while the one create ran.

use std::collections::BTreeMap;

use crate::ids::OperationId;
use crate::port::{CallbackDone, RunEvent};
use crate::say;
use crate::text::Text;
use crate::units::Stamp;
use crate::wire::WebhookKey;
use crate::wire::webhooks_yml::key_of_command;

/// Callbacks of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenCallback {
    /// The key.
    pub key: WebhookKey,
    /// How many came; more than one means one a member.
    pub count: usize,
    /// When the first came, µs after the create was sent.
    pub after_us: u64,
}

/// Everything that came.
#[derive(Clone, Debug, Default)]
pub(super) struct Observed {
    pub(super) seen: Vec<SeenCallback>,
    /// Those of the create that have ended, in order of their end.
    pub(super) done: Vec<CallbackDone>,
    /// Known commands without an operationID of this run.
    pub(super) foreign: usize,
    /// Commands that belong to no key, each once.
    pub(super) unknown: Vec<String>,
    /// Requests that our listener refused, each reason once.
    pub(super) refused: Vec<String>,
}

impl Observed {
    pub(super) fn count(&self, key: WebhookKey) -> usize {
        self.seen.iter().find(|s| s.key == key).map_or(0, |s| s.count)
    }

    pub(super) fn keys(&self) -> Vec<WebhookKey> {
        self.seen.iter().map(|s| s.key).collect()
    }

    pub(super) fn any(&self) -> bool {
        !self.seen.is_empty()
    }

    /// Facts for the evidence lines of a finding.
    pub(super) fn evidence(&self, sent_at: Stamp) -> Vec<Text> {
        let mut lines: Vec<Text> = self
            .seen
            .iter()
            .map(|s| say!("preflight-arrived", key = s.key.name(), n = s.count, ms = s.after_us / 1000))
            .collect();
        lines.extend(self.done.iter().map(|done| ending(done, sent_at)));
        if self.foreign > 0 {
            lines.push(say!("preflight-foreign", n = self.foreign));
        }
        lines.extend(self.unknown.iter().map(|command| say!("preflight-unknown", command = command)));
        lines.extend(self.refused.iter().map(|why| say!("preflight-listener-refused", why = why)));
        lines
    }
}

/// How a callback ended.
fn ending(done: &CallbackDone, sent_at: Stamp) -> Text {
    let ms = |at: Stamp| at.since(sent_at) / 1000;
    let key = done.key.name();
    match (done.replied_at, done.aborted_at) {
        (Some(at), _) => say!("preflight-answered", key = key, ms = ms(at)),
        (None, Some(at)) => say!("preflight-closed", key = key, ms = ms(at)),
        (None, None) => say!("preflight-unanswered", key = key),
    }
}

/// Sorts the events after the first `skip` by what they say about `operation`.
pub(super) fn observe(events: &[RunEvent], skip: usize, operation: &OperationId, sent_at: Stamp) -> Observed {
    let mut observed = Observed::default();
    let mut arrived: BTreeMap<WebhookKey, (usize, Stamp)> = BTreeMap::new();
    let mut ended: BTreeMap<WebhookKey, (usize, Stamp)> = BTreeMap::new();
    let note = |map: &mut BTreeMap<WebhookKey, (usize, Stamp)>, key, at| {
        let entry = map.entry(key).or_insert((0, at));
        entry.0 += 1;
        entry.1 = entry.1.min(at);
    };
    for event in events.iter().skip(skip) {
        match event {
            RunEvent::Arrived(a) if a.operations.contains(operation) => {
                note(&mut arrived, a.key, a.received_at)
            }
            RunEvent::Callback(done) if done.operations.contains(operation) => {
                note(&mut ended, done.key, done.received_at);
                observed.done.push(done.clone());
            }
            RunEvent::Stranger(s) if s.known => observed.foreign += 1,
            // Notices, pushes and users have webhooks of their own; they say nothing about ours.
            RunEvent::Stranger(s) if key_of_command(&s.command).is_some() => {}
            RunEvent::Stranger(s) => push_once(&mut observed.unknown, &s.command),
            RunEvent::BadRequest { why } => push_once(&mut observed.refused, why),
            _ => {}
        }
    }
    // A callback is told of when it arrives and when it ends; either may be missing.
    for (key, (count, at)) in ended {
        let entry = arrived.entry(key).or_insert((count, at));
        entry.0 = entry.0.max(count);
    }
    observed.seen = arrived
        .into_iter()
        .map(|(key, (count, at))| SeenCallback { key, count, after_us: at.since(sent_at) })
        .collect();
    observed
}

fn push_once(list: &mut Vec<String>, text: &str) {
    if !list.iter().any(|known| known == text) && list.len() < 5 {
        list.push(text.to_owned());
    }
}
