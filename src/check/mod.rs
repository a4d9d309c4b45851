//! A receiver checked without `OpenIM`: it is sent what `OpenIM` would send, and each answer is judged as `OpenIM` would take it.
//!
//! Promises that only the host of the URL is called, that every ID sent carries the run's tag, and that the check
//! ends: a server that does not answer is left after a few callbacks.

mod connections;
mod findings;
mod judge;
mod load;
mod probes;
mod rules;
pub mod words;

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

pub use self::connections::{KeepAlive, Step, Workers};
pub use self::judge::{Effect, Fault, Judged, judge};
pub use self::load::{Load, LoadError, Loaded, MISFIRE, Quantile, TimeoutRow};
pub use self::probes::{Maker, Probe, Variant};
pub use self::rules::{RULES, Rule};
use crate::clock::RunClock;
use crate::finding::Finding;
use crate::ids::RunTag;
use crate::lint::is_wired;
use crate::say;
use crate::sim::{Answered, GoClient};
use crate::text::Text;
use crate::wire::{Build, OpenimVersion, WebhookKey};

/// Callbacks without an answer in time before the rest is left out.
const MOST_DEADLINES: u32 = 3;

/// What is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// As `url` in `webhooks.yml`.
    pub url: String,
    /// Versions that would send.
    pub versions: Vec<OpenimVersion>,
    /// Keys that would be on.
    pub keys: Vec<WebhookKey>,
    /// What the IDs carry.
    pub tag: RunTag,
    /// Seconds, as in `webhooks.yml`.
    pub timeout_s: u32,
    /// How long connections are left idle.
    pub idles: Vec<Duration>,
    /// So many callbacks are sent at once, at most; below 2 the worker limit is not looked for.
    pub most_at_once: u32,
    /// A load at the end.
    pub load: Option<Load>,
}

/// Keys that are sent without being asked for: nothing is deleted by their handlers.
#[must_use]
pub fn default_keys() -> Vec<WebhookKey> {
    let harmless = |key: &WebhookKey| key.is_before() || *key == WebhookKey::AfterCreateGroup;
    WebhookKey::ALL.iter().copied().filter(harmless).collect()
}

/// Whether a handler of this key may delete rows: sent with all commands only.
#[must_use]
pub fn may_delete(key: WebhookKey) -> bool {
    use WebhookKey as K;
    matches!(
        key,
        K::AfterDismissGroup | K::AfterKickGroupMember | K::AfterQuitGroup | K::AfterTransferGroupOwner
    )
}

/// Those of `keys` that the version sends.
#[must_use]
pub fn sent_keys(keys: &[WebhookKey], version: &OpenimVersion) -> Vec<WebhookKey> {
    keys.iter().copied().filter(|key| is_wired(key.name(), version)).collect()
}

/// A callback that was sent, and what it came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The version that would send it.
    pub version: String,
    /// Its build.
    pub build: Build,
    /// The key.
    pub key: WebhookKey,
    /// The command.
    pub command: &'static str,
    /// In what the body was odd.
    pub variant: Variant,
    /// Judged.
    pub judged: Judged,
    /// Until the answer's end, µs.
    pub took_us: u64,
    /// Sent to learn of the other command only: the version does not send it.
    pub foreign: bool,
}

/// All that was learnt.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Callbacks.
    pub rows: Vec<Row>,
    /// A connection was had.
    pub reached: bool,
    /// Callbacks were left out, since none was answered in time.
    pub given_up: bool,
    /// Idle connections.
    pub keep_alive: Option<KeepAlive>,
    /// Worker limit.
    pub workers: Option<Workers>,
    /// The load.
    pub loaded: Option<Loaded>,
    /// What the reader should know, the worst first.
    pub findings: Vec<Finding>,
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Phase {
    /// Callbacks one after another.
    Callbacks,
    /// Idle connections.
    KeepAlive,
    /// Worker limit.
    Workers,
    /// The load.
    Load,
}

impl Phase {
    /// For the person who waits.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Phase::Callbacks => say!("check-phase-callbacks"),
            Phase::KeepAlive => say!("check-phase-keep-alive"),
            Phase::Workers => say!("check-phase-workers"),
            Phase::Load => say!("check-phase-load"),
        }
    }
}

/// Sends callbacks of one kind, each with new IDs.
pub(crate) struct Sender<'a> {
    asked: &'a Asked,
    maker: Maker,
    key: WebhookKey,
    build: Build,
    client: Arc<GoClient>,
}

impl Sender<'_> {
    fn next(&mut self) -> Probe {
        self.maker.probe(self.key, self.build, Variant::Plain)
    }

    fn url(&self) -> String {
        format!("{}/{}", self.asked.url, self.key.command(self.build))
    }

    fn timeout_s(&self) -> i64 {
        self.asked.timeout_s.into()
    }

    fn client(&self) -> Arc<GoClient> {
        self.client.clone()
    }

    async fn send_by(&mut self, client: &GoClient) -> Answered {
        let probe = self.next();
        client.post(&self.url(), &probe.operation, probe.body, self.timeout_s()).await
    }
}

/// Checks a receiver; `tell` hears what is being done.
///
/// # Errors
/// When the load is out of bounds or cannot be paced.
pub async fn check(asked: &Asked, tell: impl Fn(Phase)) -> Result<Outcome, LoadError> {
    asked.load.as_ref().map_or(Ok(()), Load::check)?;
    let clock = RunClock::start();
    let mut outcome = Outcome::default();
    let mut sender = Sender {
        asked,
        maker: Maker::new(asked.tag),
        key: asked.keys.first().copied().unwrap_or(WebhookKey::BeforeCreateGroup),
        build: asked.versions.first().map_or(Build::Main, |version| version.build),
        client: Arc::default(),
    };
    tell(Phase::Callbacks);
    callbacks(&mut sender, &mut outcome).await;
    let gone = outcome.rows.last().is_none_or(|row| row.judged.faults.contains(&Fault::NotReached));
    if !gone && !outcome.given_up && outcome.rows.iter().any(|row| row.judged.status.is_some()) {
        if let Some(routed) = outcome.rows.iter().find(|row| row.judged.is_routed() && !row.foreign) {
            (sender.key, sender.build) = (routed.key, routed.build);
        }
        if !asked.idles.is_empty() {
            tell(Phase::KeepAlive);
            // Its idle connections could be those that keep others waiting.
            sender.client = Arc::default();
            outcome.keep_alive = Some(connections::keep_alive(&mut sender, &asked.idles).await);
        }
        if asked.most_at_once > 1 {
            tell(Phase::Workers);
            outcome.workers = Some(connections::workers(&mut sender, clock, asked.most_at_once).await);
        }
        if let Some(wanted) = asked.load {
            tell(Phase::Load);
            outcome.loaded = Some(load::load(&mut sender, wanted).await?);
        }
    }
    outcome.findings = findings::findings(asked, &outcome);
    Ok(outcome)
}

/// Every version's callbacks, one after another as on a quiet server.
async fn callbacks(sender: &mut Sender<'_>, outcome: &mut Outcome) {
    let asked = sender.asked;
    let mut deadlines = 0;
    for version in &asked.versions {
        for key in sent_keys(&asked.keys, version) {
            for probe in sender.maker.probes(key, version.build) {
                let row = send(sender, version, probe, false).await;
                let fault = row.judged.faults.first().copied();
                outcome.rows.push(row);
                let gone = fault == Some(Fault::NotReached);
                outcome.reached |= !gone;
                deadlines += u32::from(fault == Some(Fault::Deadline));
                outcome.given_up |= deadlines >= MOST_DEADLINES;
                if gone || outcome.given_up {
                    return;
                }
                if fault == Some(Fault::Deadline) {
                    break;
                }
            }
        }
    }
    if asked.keys.contains(&WebhookKey::BeforeMemberJoinGroup) {
        other_member_command(sender, outcome).await;
    }
}

/// The command of the other versions for beforeMemberJoinGroup, where none of the versions asked for sends it.
async fn other_member_command(sender: &mut Sender<'_>, outcome: &mut Outcome) {
    let asked = sender.asked;
    let singular = |version: &OpenimVersion| version.build.one_callback_a_member();
    let other = match (asked.versions.iter().any(singular), asked.versions.iter().all(singular)) {
        (true, false) => return,
        (true, true) => Build::Main,
        (false, _) => Build::V370,
    };
    let probe = sender.maker.probe(WebhookKey::BeforeMemberJoinGroup, other, Variant::Plain);
    let row = send(sender, &OpenimVersion::from(other), probe, true).await;
    outcome.rows.push(row);
}

async fn send(sender: &Sender<'_>, version: &OpenimVersion, probe: Probe, foreign: bool) -> Row {
    let url = format!("{}/{}", sender.asked.url, probe.command);
    let answered = sender.client.post(&url, &probe.operation, probe.body, sender.timeout_s()).await;
    Row {
        version: version.text.clone(),
        build: version.build,
        key: probe.key,
        command: probe.command,
        variant: probe.variant,
        judged: judge(probe.key, version.build, &answered),
        took_us: u64::try_from(answered.took.as_micros()).unwrap_or(u64::MAX),
        foreign,
    }
}
