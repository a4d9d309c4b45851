//! The portrait of a deployment: what the probe found out about one `OpenIM`, as data.
//!
//! `probe` writes it, `run --portrait` reads it and keeps it in the record, reports show it.
//! Every statement is a [`Fact`]: known, with what it rests on, or not, with the reason.
//! Promises that a file of this or an older format is read, that fields which a later version
//! added are passed over, and that a file which is none is refused with what to do
//! ([`read`]). Deriving the facts is the probe's business, not done here.

mod fact;
mod file;
mod parts;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use fact::Fact;
pub use file::{PortraitError, parse, read, schema_text};
pub use parts::{
    AfterQueue, CaseLine, CaseVerdict, Create, CreateCall, DecidedBy, EffectiveTimeout, Growth, Gzip,
    KeyPortrait, Outcome, Redirected, Redirects, Rejection, SecondDismissal, TimeoutSource, VersionPortrait,
    YmlSource,
};

use crate::wire::WebhookKey;

/// Version of this shape.
pub const FORMAT: u32 = 1;

/// What was found out about a deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Portrait {
    /// Version of this shape.
    pub format: u32,
    /// Version of openim-bench that made it.
    #[serde(default)]
    pub tool_version: String,
    /// When it was made, RFC 3339, UTC.
    pub made_at: String,
    /// URL of the API, without credentials; `sim` for a simulator that the probe started.
    pub target: String,
    /// The target was this program's simulator, started for the probe.
    pub simulated: bool,
    /// The probe was stopped before its last case.
    #[serde(default)]
    pub interrupted: bool,
    /// Where the keys and timeouts are known from, where no case measured them.
    #[serde(default)]
    pub webhooks_yml: YmlSource,
    /// Version.
    pub version: VersionPortrait,
    /// What a create does.
    #[serde(default)]
    pub create: Create,
    /// By name in `webhooks.yml`: keys that call back, or that the file has.
    #[serde(default)]
    pub keys: BTreeMap<String, KeyPortrait>,
    /// The longest that a callback is waited for, whatever `timeout` says, seconds.
    #[serde(default)]
    pub cap_s: Fact<f64>,
    /// The HTTP status of an answer plays no part.
    #[serde(default)]
    pub status_ignored: Fact<bool>,
    /// What rejects, and what the caller then sees.
    #[serde(default)]
    pub rejection: Rejection,
    /// `failedContinue: true` lets the operation go on when the callback fails.
    #[serde(default)]
    pub failed_continue_honoured: Fact<bool>,
    /// Callbacks that one process has under way at once; further ones wait inside their timeout.
    #[serde(default)]
    pub connection_limit: Fact<u32>,
    /// Connections that stay open once a burst of callbacks is over.
    #[serde(default)]
    pub idle_connections_kept: Fact<u32>,
    /// Connections used for 100 callbacks, 20 at a time.
    #[serde(default)]
    pub connections_per_100_callbacks: Fact<u32>,
    /// The queue of the after-callbacks.
    #[serde(default)]
    pub after_queue: AfterQueue,
    /// A create whose caller gave up makes its group all the same.
    #[serde(default)]
    pub abandoned_call_creates: Fact<bool>,
    /// The API keeps its connections open between calls.
    #[serde(default)]
    pub api_keep_alive: Fact<bool>,
    /// Callbacks in a row share a connection.
    #[serde(default)]
    pub webhook_keep_alive: Fact<bool>,
    /// Redirects of callbacks.
    #[serde(default)]
    pub redirects: Redirects,
    /// Compression.
    #[serde(default)]
    pub gzip: Gzip,
    /// A create with a groupID that is taken calls `beforeCreateGroup` before it is refused.
    #[serde(default)]
    pub duplicate_group_id_fires_before_create: Fact<bool>,
    /// Whether `afterDismissGroup` comes a second time when the members are kept.
    #[serde(default)]
    pub second_dismissal: Fact<SecondDismissal>,
    /// One callback was seen to carry several operationIDs, joined by `$`.
    #[serde(default)]
    pub operation_ids_joined: Fact<bool>,
    /// The API's answer says why a callback failed.
    #[serde(default)]
    pub cause_of_failed_callback_told: Fact<bool>,
    /// What comes of a `memberCallbackList` entry without `userID`.
    #[serde(default)]
    pub member_entry_without_user_id: Fact<Outcome>,
    /// What comes of an invite by the app admin while `beforeMemberJoinGroup` is enabled.
    #[serde(default)]
    pub admin_invite: Fact<Outcome>,
    /// Every case and how it ended, in the order of the probe.
    #[serde(default)]
    pub cases: Vec<CaseLine>,
}

impl Portrait {
    /// Effective timeouts in whole seconds (1 to 15) of the keys for which they are known.
    ///
    /// One that was measured as a fraction is rounded to the nearest second.
    #[must_use]
    pub fn timeouts(&self) -> BTreeMap<WebhookKey, u32> {
        let known = self.keys.iter().filter_map(|(name, key)| {
            let seconds = key.effective_timeout_s.value()?.value_s;
            // Validated to be within 0 and 3600 when it is read.
            Some((WebhookKey::from_name(name)?, (seconds.round() as u32).clamp(1, 15)))
        });
        known.collect()
    }

    /// The line of a case.
    #[must_use]
    pub fn case(&self, name: &str) -> Option<&CaseLine> {
        self.cases.iter().find(|line| line.name == name)
    }
}
