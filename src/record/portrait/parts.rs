//! The parts of a portrait. Seconds end in `_s`, codes are `OpenIM`'s errCodes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Fact;
use crate::text::Text;
use crate::wire::{Build, WebhookKey};

/// Where keys and timeouts are known from, where no case measured them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum YmlSource {
    /// No file was given: only what was seen is known.
    #[default]
    Measured,
    /// The deployment's file, given to the probe.
    File,
    /// The simulator's own.
    Simulator,
}

/// The version and how it was told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct VersionPortrait {
    /// As named or told, without a leading `v`.
    pub text: String,
    /// The recorded build whose behaviour is expected.
    pub build: Build,
    /// How it was told.
    #[serde(default)]
    pub why: Text,
}

/// What a create does.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Create {
    /// Callbacks in the order of their first arrival.
    #[serde(default)]
    pub commands: Fact<Vec<CreateCall>>,
}

/// A callback of a create.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CreateCall {
    /// Command: the last part of the path.
    pub command: String,
    /// Its key; absent for a command of no group operation.
    pub key: Option<WebhookKey>,
    /// How often it came for that create.
    pub calls: u32,
    /// How that grows with the group.
    pub grows: Growth,
}

/// How the number of calls grows with the group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Growth {
    /// It does not: one call.
    Once,
    /// One call a member, owner and admins included.
    OnceAMember,
    /// Neither of these was seen.
    Otherwise,
}

/// A key of `webhooks.yml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct KeyPortrait {
    /// It calls back, or the file enables it.
    pub enabled: bool,
    /// Commands that were seen for it; empty where none came.
    #[serde(default)]
    pub commands: Vec<String>,
    /// How long its callback is waited for.
    #[serde(default)]
    pub effective_timeout_s: Fact<EffectiveTimeout>,
}

/// How long a callback is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EffectiveTimeout {
    /// Seconds; whole ones when it was measured within 0.1 s of a whole second.
    pub value_s: f64,
    /// Where it is known from.
    pub source: TimeoutSource,
}

/// Where a timeout is known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeoutSource {
    /// A callback was held until `OpenIM` gave up.
    Measured,
    /// Read in the file, with the cap applied.
    #[serde(rename = "webhooks.yml")]
    WebhooksYml,
}

/// What rejects, and what the API's caller then sees.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Rejection {
    /// Which fields of an answer decide.
    #[serde(default)]
    pub decided_by: Fact<DecidedBy>,
    /// A rejection whose errCode is 100 or more.
    #[serde(default)]
    pub err_code_over_99: Fact<Outcome>,
    /// errCode 1 to 99.
    #[serde(default)]
    pub err_code_1_to_99: Fact<Outcome>,
    /// errCode 0.
    #[serde(default)]
    pub err_code_0: Fact<Outcome>,
    /// A negative errCode.
    #[serde(default)]
    pub err_code_negative: Fact<Outcome>,
}

/// Which fields of a webhook's answer decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DecidedBy {
    /// It rejects if actionCode is 0 and nextCode is 1.
    ActionCode0AndNextCode1,
    /// nextCode 1 rejects, whatever actionCode is.
    NextCode1,
    /// No answer rejected.
    Nothing,
}

/// What a caller of the API got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outcome {
    /// HTTP status; 0 where there was no answer.
    pub http_status: u16,
    /// errCode of the envelope, where there was one.
    pub err_code: Option<i64>,
    /// What was asked for was done, as far as the answer shows: for a create, it names the group.
    pub done: bool,
    /// errCode 14 or the like: the process that serves groups was gone afterwards.
    #[serde(default)]
    pub group_process_died: bool,
}

/// The queue of the after-callbacks of a sending process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AfterQueue {
    /// Callbacks that can wait in it.
    #[serde(default)]
    pub slots: Fact<u32>,
    /// Callbacks under way at once.
    #[serde(default)]
    pub workers: Fact<u32>,
    /// How long an API call waits for a slot before its callback is dropped, seconds.
    #[serde(default)]
    pub push_wait_s: Fact<f64>,
    /// Callbacks that were lost in the case, and none of the calls said so.
    #[serde(default)]
    pub lost: Fact<u32>,
}

/// What becomes of redirects of a callback.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Redirects {
    /// Status 302.
    #[serde(default)]
    pub on_302: Fact<Redirected>,
    /// Status 307.
    #[serde(default)]
    pub on_307: Fact<Redirected>,
}

/// What a redirect does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Redirected {
    /// Followed by GET, without the body.
    AsGet,
    /// The POST is repeated at the new place.
    AsPost,
    /// Not followed.
    NotFollowed,
}

/// Compression.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Gzip {
    /// The API packs its answers when asked to.
    #[serde(default)]
    pub api_answers: Fact<bool>,
    /// A packed answer to a callback is understood.
    #[serde(default)]
    pub webhook_answers: Fact<bool>,
}

/// `afterDismissGroup` of a dismissal that keeps the members.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SecondDismissal {
    /// It came a second time.
    pub comes: bool,
    /// So long after the first, seconds.
    pub after_s: Option<f64>,
}

/// A case and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CaseLine {
    /// Name.
    pub name: String,
    /// How it ended.
    pub verdict: CaseVerdict,
    /// Builds that do what was seen, oldest first.
    #[serde(default)]
    pub matches: Vec<Build>,
    /// First difference from what the version is expected to do, or why there is no verdict.
    #[serde(default)]
    pub difference: Text,
    /// What the case means for whoever runs a webhook server or calls the API.
    #[serde(default)]
    pub means: Text,
}

/// How a case ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CaseVerdict {
    /// As the version is expected to behave.
    Matches,
    /// Otherwise.
    Differs,
    /// Cannot be shown here.
    NotTestable,
    /// Left out for want of a flag.
    NotMeasured,
    /// Could not be carried out.
    Failed,
}
