//! The shape of a profile file and its defaults.
//!
//! Doc comments become the descriptions of the committed JSON schema. Durations are
//! strings, rates are per second, shares lie between 0 and 1.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::delay::Delay;
use crate::slo::Objective;
use crate::units::Span;
use crate::wire::WebhookKey;
use crate::wire::api::Operation;

/// A benchmark profile.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// One line: what this profile is for.
    pub title: String,
    /// What is called.
    pub target: TargetSection,
    /// Where OpenIM calls back to.
    pub webhook: WebhookSection,
    /// How each webhook is answered, by key of webhooks.yml.
    pub handler: BTreeMap<WebhookKey, HandlerSection>,
    /// What is offered.
    pub load: LoadSection,
    /// What a caller does whose create failed.
    pub caller: CallerSection,
    /// Safety limits.
    pub limits: LimitsSection,
    /// What the run is held to.
    pub objective: Objective,
    /// How timeouts are recommended.
    pub recommend: RecommendSection,
    /// What happens to the groups afterwards.
    pub cleanup: CleanupSection,
}

/// What is called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TargetSection {
    /// `sim` for the built-in simulator, or the API's URL (http or https, a base path is fine).
    pub url: String,
    /// OpenIM version (`3.7.0`, `3.8.3-patch.15`, `main` …) or `auto`.
    pub version: String,
    /// userID of an app admin.
    pub admin_user: String,
    /// Environment variable that holds the secret of share.yml.
    pub secret_env: String,
    /// File that holds the secret, instead of the environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret_file: Option<PathBuf>,
    /// Environment variable that may hold a ready admin token; then none is minted.
    pub token_env: String,
    /// PEM file of a private certificate authority for https.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<PathBuf>,
    /// Switch certificate checks off (shown in the report).
    pub insecure: bool,
    /// Our own deadline for one API call.
    pub call_timeout: Span,
    /// The simulator, where `url = "sim"`.
    pub sim: SimSection,
}

impl Default for TargetSection {
    fn default() -> TargetSection {
        TargetSection {
            url: "sim".to_owned(),
            version: "auto".to_owned(),
            admin_user: "imAdmin".to_owned(),
            secret_env: "OPENIM_SECRET".to_owned(),
            secret_file: None,
            token_env: "OPENIM_TOKEN".to_owned(),
            ca_file: None,
            insecure: false,
            call_timeout: Span::secs(60),
            sim: SimSection::default(),
        }
    }
}

/// The built-in simulator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SimSection {
    /// Time of the server's own part of an operation (database and so on).
    pub service_time: Delay,
    /// How many operations the server's own part handles at once; more wait in line. None: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers: Option<u32>,
}

impl Default for SimSection {
    fn default() -> SimSection {
        SimSection { service_time: Delay::Fixed(Span::millis(3)), workers: None }
    }
}

/// Who answers the callbacks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WebhookMode {
    /// This tool, by the handler models.
    #[default]
    Host,
    /// The user's own server behind this tool.
    Proxy,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What OpenIM sees where the server behind a proxy cannot be reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum OnUpstreamError {
    /// A closed connection, as without the proxy.
    #[default]
    #[serde(rename = "close")]
    Close,
    /// An answer of status 502.
    #[serde(rename = "502")]
    Status502,
}

/// Where OpenIM calls back to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookSection {
    /// Address that this tool listens on; loopback unless OpenIM runs elsewhere.
    pub listen: String,
    /// Path of `url` in webhooks.yml; the command follows it.
    pub path: String,
    /// `host` or `proxy`.
    pub mode: WebhookMode,
    /// The user's own server, in proxy mode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream: Option<String>,
    /// Leave `Host` as OpenIM sent it, in proxy mode; else it becomes the upstream's.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub keep_host: bool,
    /// PEM file of a private authority for an https upstream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upstream_ca: Option<PathBuf>,
    /// Accept any certificate of the upstream (shown in the report).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub upstream_insecure: bool,
    /// What OpenIM sees where the upstream cannot be reached.
    #[serde(skip_serializing_if = "is_default")]
    pub on_upstream_error: OnUpstreamError,
    /// Where callbacks of operations that are not ours are forwarded to; else they are answered neutrally.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forward_others: Option<String>,
    /// Webhook keys that must call back; `[]` is a plain API load. Default: the keys enabled in
    /// `webhook.yml`, else those that preflight saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<Vec<WebhookKey>>,
    /// Present `timeout` of each key in seconds; 0 and above 15 mean 15.
    pub timeout: BTreeMap<WebhookKey, i64>,
    /// The deployment's webhooks.yml, to read present timeouts and enabled keys from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yml: Option<PathBuf>,
    /// Number of processes that send webhooks (openim-rpc-group instances).
    pub processes: u32,
    /// Workers that all handlers share; none: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers: Option<u32>,
}

impl Default for WebhookSection {
    fn default() -> WebhookSection {
        WebhookSection {
            listen: "127.0.0.1:10006".to_owned(),
            path: "/callbackExample".to_owned(),
            mode: WebhookMode::Host,
            upstream: None,
            keep_host: false,
            upstream_ca: None,
            upstream_insecure: false,
            on_upstream_error: OnUpstreamError::Close,
            forward_others: None,
            expect: None,
            timeout: BTreeMap::new(),
            yml: None,
            processes: 1,
            workers: None,
        }
    }
}

/// How one webhook is answered.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HandlerSection {
    /// How long the handler works.
    pub delay: Delay,
    /// How many callbacks of this key are worked on at once; more wait in line. None: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers: Option<u32>,
    /// What it answers.
    pub answer: Answer,
}

/// What a handler answers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Answer {
    /// Go on.
    #[default]
    Neutral,
    /// A rejection: actionCode 0, nextCode 1.
    Reject {
        /// errCode of the answer; 100 and above reaches the caller on every version.
        code: i64,
        /// errMsg.
        #[serde(default)]
        message: String,
        /// errDlt.
        #[serde(default)]
        detail: String,
    },
    /// Any status and body.
    Custom {
        /// HTTP status; OpenIM ignores it.
        #[serde(default = "default_status")]
        status: u16,
        /// Body as text.
        #[serde(default)]
        body: String,
        /// Content-Type.
        #[serde(default = "default_content_type")]
        content_type: String,
    },
}

fn default_status() -> u16 {
    200
}

fn default_content_type() -> String {
    "application/json".to_owned()
}

/// How arrivals are spread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Arrivals {
    /// Independent of each other, as many users make them.
    #[default]
    Poisson,
    /// Evenly spaced, the first after half an interval.
    Constant,
    /// From `load.offsets_file`: one offset a line, in seconds.
    Replay,
}

/// Whether arrivals wait for answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Loop {
    /// Arrivals do not wait for answers.
    #[default]
    Open,
    /// Each of `load.callers` callers waits for its answer before its next call: hides stalls
    /// (coordinated omission), and is labelled so.
    Closed,
}

/// A fixed number, or a range to draw from evenly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Count {
    /// Always this many.
    Fixed(u32),
    /// Evenly between the two, both included.
    Range {
        /// Fewest.
        min: u32,
        /// Most.
        max: u32,
    },
}

/// What is called: one operation, or a weighted mix.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OperationMix {
    /// One operation.
    One(Operation),
    /// Weights by operation, each above 0.
    Mix(BTreeMap<Operation, f64>),
}

impl Default for OperationMix {
    fn default() -> OperationMix {
        OperationMix::One(Operation::Create)
    }
}

/// What is offered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LoadSection {
    /// Operation or weighted mix; groups that others than create need are made in warm-up.
    pub operation: OperationMix,
    /// Open or closed loop.
    pub r#loop: Loop,
    /// Callers of a closed loop.
    pub callers: u32,
    /// How arrivals are spread (open loop).
    pub arrivals: Arrivals,
    /// Offsets for `arrivals = "replay"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offsets_file: Option<PathBuf>,
    /// Arrivals per second.
    pub rate: f64,
    /// Run first, recorded and left out of the results.
    pub warmup: Span,
    /// Measured time, where no phases are given.
    pub duration: Span,
    /// Seed of everything that is drawn.
    pub seed: u64,
    /// Phases after the warm-up, instead of `rate` for `duration`.
    pub phase: Vec<Phase>,
    /// Members a group gets besides owner and admins; users acted on by other operations.
    pub members: Count,
    /// Admins a group gets.
    pub admins: Count,
    /// Who owns and joins the groups.
    pub users: UsersSection,
    /// Each API call holds one of `webhook.workers` while it is outstanding: the business server
    /// that calls OpenIM from its own request handlers.
    pub callers_hold_workers: bool,
}

impl Default for LoadSection {
    fn default() -> LoadSection {
        LoadSection {
            operation: OperationMix::default(),
            r#loop: Loop::Open,
            callers: 1,
            arrivals: Arrivals::Poisson,
            offsets_file: None,
            rate: 10.0,
            warmup: Span::secs(2),
            duration: Span::secs(20),
            seed: 1,
            phase: Vec::new(),
            members: Count::Fixed(2),
            admins: Count::Fixed(0),
            users: UsersSection::default(),
            callers_hold_workers: false,
        }
    }
}

/// Who owns and joins the groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct UsersSection {
    /// How many users are registered for the run (OpenIM cannot delete them).
    pub pool: u32,
    /// File of existing userIDs, one a line, instead of registering.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<PathBuf>,
}

impl Default for UsersSection {
    fn default() -> UsersSection {
        UsersSection { pool: 200, file: None }
    }
}

/// What a phase does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhaseKind {
    /// Not measured.
    Warmup,
    /// `rate` throughout.
    #[default]
    Steady,
    /// From `from` to `rate`, evenly.
    Ramp,
    /// From `from` to `rate` in `steps` equal steps.
    Steps,
    /// `from` before and after, `rate` in the middle third.
    Spike,
    /// `rate`, while the webhooks fail as `fault` says.
    Outage,
}

/// How webhooks fail in an outage phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Accept and never answer.
    #[default]
    Hang,
    /// Reset the connection.
    Reset,
    /// Close without an answer.
    Close,
    /// HTTP 500 with a JSON object (OpenIM goes on).
    StatusJson,
    /// HTTP 500 with an HTML page (90007).
    StatusHtml,
    /// Head and first byte at once, the rest never.
    SlowBody,
    /// Nobody listens: new connections are refused and idle ones closed, whoever they belong to.
    Refuse,
    /// Work as usual, at `factor` times the usual delay.
    Slow,
}

/// How long an outage lasts that does not say so.
pub const OUTAGE_DEFAULT: Span = Span::secs(60);
/// How many times the usual delay a `slow` outage takes that does not say so.
pub const SLOW_FACTOR_DEFAULT: f64 = 10.0;

/// A phase of the load.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Phase {
    /// What it does.
    pub kind: PhaseKind,
    /// How long. Default: 10 s, for an outage 60 s.
    pub duration: Span,
    /// Arrivals per second (at the end, for a ramp and for steps; in the middle, for a spike).
    pub rate: f64,
    /// Arrivals per second at the start (ramp, steps) or outside the spike.
    pub from: f64,
    /// Number of steps.
    pub steps: u32,
    /// How webhooks fail (outage).
    pub fault: Fault,
    /// Which webhooks fail (outage); default: all that are expected. `refuse` knows no single ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<Vec<WebhookKey>>,
    /// Times the usual delay (outage with `fault = "slow"`). Default: 10.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
}

impl Phase {
    /// Times the usual delay of a `slow` outage.
    #[must_use]
    pub fn slow_factor(&self) -> f64 {
        self.factor.unwrap_or(SLOW_FACTOR_DEFAULT)
    }
}

impl Default for Phase {
    fn default() -> Phase {
        Phase {
            kind: PhaseKind::Steady,
            duration: Span::secs(10),
            rate: 10.0,
            from: 0.0,
            steps: 5,
            fault: Fault::Hang,
            keys: None,
            factor: None,
        }
    }
}

/// Which groupID an attempt after the first names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RetryGroup {
    /// The same: if the group was made although the caller saw an error, the next attempt meets 1202 and knows.
    #[default]
    Same,
    /// Another one, as for a caller who leaves the groupID to OpenIM: a group made although the caller saw an error is
    /// made once more. (This tool still chooses the ID itself, so that it can remove the group.)
    New,
}

/// What a caller does whose create failed (open loop; creates only).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CallerSection {
    /// How long a caller waits for the answer to one attempt, as the SDK's deadline. Default: `target.call_timeout`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Span>,
    /// Attempts after the first one, 0 to 20. Rejections by a webhook, wrong arguments and tokens are not repeated.
    pub retries: u32,
    /// Wait before the second attempt; doubled before each further one.
    pub backoff: Span,
    /// The longest wait.
    pub backoff_max: Span,
    /// Draw each wait evenly between 0 and what it would be (full jitter), so that callers who failed together do not
    /// come back together.
    pub jitter: bool,
    /// Which groupID an attempt after the first names: `same` or `new`.
    pub group_id: RetryGroup,
}

impl Default for CallerSection {
    fn default() -> CallerSection {
        CallerSection {
            budget: None,
            retries: 0,
            backoff: Span::secs(1),
            backoff_max: Span::secs(30),
            jitter: true,
            group_id: RetryGroup::Same,
        }
    }
}

/// Safety limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LimitsSection {
    /// Calls in flight at most; further arrivals are shed and counted.
    pub in_flight: u32,
    /// Groups created at most.
    pub groups: u64,
    /// How long open calls are waited for at the end; then they are censored.
    pub drain: Span,
    /// Hosts besides loopback that may be driven.
    pub allowed_hosts: Vec<String>,
    /// The run stops itself when more than this share of the calls fails over `abort_window`.
    pub abort_failures: f64,
    /// The time over which `abort_failures` is looked at.
    pub abort_window: Span,
    /// Failures are what this profile is about (`reentrant`): do not stop because of them.
    pub expect_failures: bool,
    /// Rows of operations.csv.zst at most.
    pub operation_rows: u64,
}

impl Default for LimitsSection {
    fn default() -> LimitsSection {
        LimitsSection {
            in_flight: 2_000,
            groups: 10_000,
            drain: Span::secs(20),
            allowed_hosts: Vec::new(),
            abort_failures: 0.5,
            abort_window: Span::secs(10),
            expect_failures: false,
            operation_rows: 5_000_000,
        }
    }
}

/// Which of the two bounds makes the recommendation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WantedConfidence {
    /// The single bound: true when slow callbacks come one by one.
    #[default]
    Medium,
    /// The spell bound: also true when slow callbacks come in spells.
    High,
}

/// How timeouts are recommended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RecommendSection {
    /// ε: the share of healthy callbacks that a timeout may cut.
    pub misfire: f64,
    /// `medium` or `high`.
    pub confidence: WantedConfidence,
    /// Seconds added to the lower limit, where the upper limits leave room.
    pub margin: u32,
    /// How long the caller of the API waits. Default: 10 s (30 s up to 3.8.0), as OpenIM's SDK.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller_budget: Option<Span>,
    /// Creates per second expected in production. Default: the run's rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub production_rate: Option<f64>,
    /// Share of packets lost each way between OpenIM and the webhook server. Default: 0.0005,
    /// and 0 when both are on one host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub packet_loss: Option<f64>,
    /// Mean length of a spell of slow callbacks that is to be excluded (τ₀).
    pub spell: Span,
    /// Creates per second at which the after-queue must survive an outage; none: it does not limit T.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after_outage_rate: Option<f64>,
}

impl Default for RecommendSection {
    fn default() -> RecommendSection {
        RecommendSection {
            misfire: 0.001,
            confidence: WantedConfidence::Medium,
            margin: 0,
            caller_budget: None,
            production_rate: None,
            packet_loss: None,
            spell: Span::secs(1),
            after_outage_rate: None,
        }
    }
}

/// What happens to the groups afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CleanupMode {
    /// Dismiss them, with their members.
    #[default]
    Dismiss,
    /// Leave them.
    Keep,
}

/// Clean-up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CleanupSection {
    /// `dismiss` or `keep`.
    pub mode: CleanupMode,
    /// Dismissals per second at most.
    pub rate: f64,
}

impl Default for CleanupSection {
    fn default() -> CleanupSection {
        CleanupSection { mode: CleanupMode::Dismiss, rate: 200.0 }
    }
}
