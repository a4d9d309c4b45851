//! What preflight is given and what it gives back.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::observe::SeenCallback;
use crate::exit::Exit;
use crate::finding::Finding;
use crate::ids::RunTag;
use crate::port::Outcome;
use crate::say;
use crate::text::Text;
use crate::wire::api::Operation;
use crate::wire::{OpenimVersion, WebhookKey};

/// Tells the last path (without command) under which callbacks came that is not `webhook.path`.
pub type OtherPath = Arc<dyn Fn() -> Option<String> + Send + Sync>;

/// What preflight needs to know.
#[derive(Clone)]
pub struct PreflightConfig {
    /// The run.
    pub tag: RunTag,
    /// groupName and `ex`.
    pub marker: Arc<str>,
    /// Present timeouts in effective seconds, where known.
    pub timeouts: BTreeMap<WebhookKey, u32>,
    /// Keys that must call back; `Some(vec![])` is a plain API load, `None`: those seen.
    pub expect: Option<Vec<WebhookKey>>,
    /// The version, where given; else it is told from what is observed.
    pub version: Option<OpenimVersion>,
    /// Operations of the load: keys that only they fire cannot be seen here.
    pub operations: Vec<Operation>,
    /// How long to wait for an API that is starting (`--wait`).
    pub wait: Option<Duration>,
    /// Existing users (at least one) instead of three registered ones.
    pub existing_users: Option<Vec<String>>,
    /// Address that our webhook server listens on, with the port it got.
    pub listen: String,
    /// `webhook.path`.
    pub path: String,
    /// From the webhook server, where it counts such callbacks.
    pub other_path: Option<OtherPath>,
    /// Limit of one API call.
    pub call_deadline: Duration,
    /// How long after-callbacks are waited for.
    pub after_wait: Duration,
    /// Group number within `ids::GROUPS_OUTSIDE_LOAD` to start from; up to 100 are used.
    pub first_group: u64,
    /// Cancelled: nothing more is waited for, and the group is dismissed at once.
    pub cancel: CancellationToken,
}

impl PreflightConfig {
    /// A configuration with the usual limits: 60 s a call, 5 s for after-callbacks.
    #[must_use]
    pub fn new(
        tag: RunTag,
        marker: Arc<str>,
        listen: impl Into<String>,
        path: impl Into<String>,
    ) -> PreflightConfig {
        PreflightConfig {
            tag,
            marker,
            timeouts: BTreeMap::new(),
            expect: None,
            version: None,
            operations: vec![Operation::Create],
            wait: None,
            existing_users: None,
            listen: listen.into(),
            path: path.into(),
            other_path: None,
            call_deadline: Duration::from_secs(60),
            after_wait: Duration::from_secs(5),
            first_group: 0,
            cancel: CancellationToken::new(),
        }
    }
}

/// What preflight saw.
#[derive(Clone, Debug)]
pub struct PreflightReport {
    /// As given, or as told.
    pub version: OpenimVersion,
    /// How it was told, and how sure that is.
    pub version_why: Text,
    /// Keys that must call back in the run.
    pub expect: Vec<WebhookKey>,
    /// Callbacks of the one create, by key.
    pub seen: Vec<SeenCallback>,
    /// Warnings and information.
    pub findings: Vec<Finding>,
    /// The create's outcome.
    pub create: Outcome,
    /// Every groupID that was used.
    pub group_ids: Vec<String>,
    /// Those that could not be dismissed.
    pub groups_left: Vec<String>,
    /// The users it worked with.
    pub users: Vec<String>,
    /// Users made now.
    pub users_made: u64,
}

/// Why the load must not start.
#[derive(Clone, Debug)]
pub struct PreflightFailure {
    /// At least one, the decisive one first; `do_next` is a checklist.
    pub findings: Vec<Finding>,
    /// Every groupID that was used.
    pub group_ids: Vec<String>,
    /// Those that may still be there.
    pub groups_left: Vec<String>,
}

impl PreflightFailure {
    /// What the process ends with.
    #[must_use]
    pub fn exit(&self) -> Exit {
        Exit::Target
    }

    /// What was found first and what to check.
    #[must_use]
    pub fn text(&self) -> Text {
        match self.findings.first() {
            Some(finding) => Text::lines([&finding.what, &finding.do_next]),
            None => say!("preflight-failed"),
        }
    }
}

impl fmt::Display for PreflightFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en())
    }
}

impl std::error::Error for PreflightFailure {}
