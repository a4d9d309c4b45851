//! The shape of a recommendation, as it stands in `summary.json` under `recommendations.<key>`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::misfire::{MisfireRow, SetUp};
use super::missing::MissingByClass;
use super::quantile::QuantileBound;
use super::series::SeriesFigures;
use super::set_up::SetUpBinds;
use super::size::SizeFigures;
use super::tail::TailView;
use crate::profile::plan::Basis;
use crate::text::Text;
use crate::wire::WebhookKey;
use crate::wire::api::Operation;

/// How sure a recommendation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// The load did not fire the webhook.
    NotMeasured,
    /// Nothing is recommended.
    Refused,
    /// A guess.
    Low,
    /// The single bound holds, and nothing contradicts that slow callbacks come one by one.
    Medium,
    /// The spell bound holds as well, in a stationary run.
    High,
}

/// Where the time of a callback was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Vantage {
    /// OpenIM's own log lines: exact.
    Log,
    /// Between handler time and the time from the event before to the event after.
    Bracket,
    /// At our server: handler time plus connection set-up.
    Receiver,
    /// At a proxy before the user's server.
    Proxy,
    /// From an access log of the webhook server.
    Access,
    /// At the caller of the API.
    Client,
    /// Ground truth of the simulator.
    Sim,
}

/// An upper limit of a timeout.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct UpperLimit {
    /// `client_cap`, `caller_budget`, `outage_pool` or `after_outage_rate`.
    pub name: String,
    /// The longest timeout it allows, seconds, not rounded; may be below 1.
    pub seconds: f64,
    /// Where it comes from, with figures.
    pub why: Text,
    /// The API call whose budget it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
    /// Webhooks that share it: the others of the call, or those that hang at the same time.
    #[serde(default)]
    pub with: Vec<WebhookKey>,
    /// Seconds between it and the timeout (the recommended one, else the lower limit); below 0 where they collide, none
    /// where there is neither.
    #[serde(default)]
    pub slack_s: Option<f64>,
    /// It leaves less than the lower limit and the margin ask for.
    #[serde(default)]
    pub binds: bool,
}

/// Why no timeout satisfies everything: the pair that binds, and the ways out of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Collision {
    /// Name of the upper limit.
    pub limit: String,
    /// The API call whose budget it is.
    pub operation: Option<Operation>,
    /// The webhooks whose lower limits it cannot hold, this one included.
    pub webhooks: Vec<CollidingWebhook>,
    /// What they need together: seconds, the server's own part included; for `outage_pool` connections, λ · T.
    pub needed: f64,
    /// What the limit allows, in the same unit.
    pub allowed: f64,
    /// What would have to change.
    pub ways: WaysOut,
}

/// A webhook in a collision.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CollidingWebhook {
    /// The webhook.
    pub key: WebhookKey,
    /// The timeout counted for it: its lower limit, else its guess, else the present one; seconds.
    pub asked_s: u32,
    /// Whether that is a lower limit that was shown.
    pub shown: bool,
    /// Its weight: calls in a row, or for `outage_pool` operations a second that it holds.
    pub weight: f64,
}

/// What would have to change for a timeout to exist; each alone is enough. None where a way leads nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WaysOut {
    /// A faster handler of this webhook.
    pub handler: Option<FasterHandler>,
    /// At most so many operations a second (`recommend.production_rate`), or events a second for `after_outage_rate`.
    pub rate_per_s: Option<f64>,
    /// At least so many sending processes (`webhook.processes`).
    pub processes: Option<u64>,
    /// A caller that waits so long, seconds (`recommend.caller_budget`).
    pub caller_budget_s: Option<f64>,
    /// At most so many members besides owner and admins, up to 3.7 (`load.members`).
    pub members: Option<u32>,
}

/// How fast a handler would have to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FasterHandler {
    /// Callbacks that may take longer, of as many as were measured.
    pub slower_allowed: u64,
    /// The others must end within so many ms, as OpenIM sees it.
    pub within_ms: u64,
    /// The quantile that this is about.
    pub quantile: f64,
    /// What that quantile is now, ms; none where it never ended.
    pub now_ms: Option<f64>,
}

/// What the two ends of the bracket say.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BracketView {
    /// T from the upper end.
    pub timeout_upper_s: Option<u32>,
    /// T from handler time plus set-up; callbacks that may have waited for a slot (`crowded`) count by the upper end.
    pub timeout_near_s: Option<u32>,
    /// Callbacks before which at least 90 connections were open: they may have waited for a slot.
    pub crowded: u64,
    /// Whether both ends give the same T.
    pub agree: bool,
    /// The 99 % quantiles of both ends, µs, where supported.
    pub upper_p99_us: Option<u64>,
    /// See `upper_p99_us`.
    pub near_p99_us: Option<u64>,
}

/// Operations that a timeout would fail in a day, at the production rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FailuresPerDay {
    /// As many as were seen.
    pub seen: f64,
    /// At most, by the single bound (95 %).
    pub at_most: f64,
    /// At most, by the spell bound (95 %).
    pub at_most_in_spells: f64,
}

/// What is recommended for one webhook, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Recommendation {
    /// The `timeout` to write, seconds; none when none can be recommended.
    pub timeout_s: Option<u32>,
    /// The smallest whose spell bound is at most ε; none when the run is too short to say.
    pub t_high_s: Option<u32>,
    /// The best guess where too little was measured to recommend one: beyond this T no more than ε was seen, or the
    /// fewest.
    pub guess_s: Option<u32>,
    /// The effective timeout now, 1 to 15, where known.
    pub present_s: Option<u32>,
    /// Callbacks.
    pub n: u64,
    /// Callbacks slower than the recommended timeout (else the guess, else 15 s), timed-out ones included.
    pub exceed: u64,
    /// Upper 95 % bound of the share cut by T = 1 … 15, where slow ones come one by one; set-up included.
    pub misfire_single: BTreeMap<u32, f64>,
    /// The same where they come in spells.
    pub misfire_spells: BTreeMap<u32, f64>,
    /// How sure.
    pub confidence: Confidence,
    /// Whose handler answered.
    pub basis: Basis,
    /// Where the time was taken.
    pub vantage: Vantage,
    /// What decides: `minimum`, `misfire`, `connection_set_up`; where there is no timeout `sample_size`, `measured_time`
    /// or a pair such as `misfire+caller_budget`, `misfire+client_cap`, `misfire+present_timeout` (cut while measuring).
    pub binding: Option<String>,
    /// Callbacks still missing to show ε by the single bound; 0 when it is shown, none when no number would.
    pub missing_callbacks: Option<u64>,
    /// Minutes that these take at this run's rate.
    pub missing_callbacks_minutes: Option<f64>,
    /// Minutes of measuring still missing to show ε by the spell bound (time counts, not the rate); 0 when it is
    /// shown, none when that cannot be said.
    pub missing_minutes: Option<f64>,
    /// What `medium` and `high` still need, or why nothing would do.
    #[serde(default)]
    pub missing: Option<MissingByClass>,
    /// 95 % sure that 99.9 % of the callbacks take at most this, by order statistics.
    #[serde(default)]
    pub p999: Option<QuantileBound>,
    /// Callbacks that should have come and did not.
    pub never_came: u64,
    /// `before` or `after`.
    pub kind: String,
    /// What fires this webhook.
    pub fired_by: Text,
    /// The confidence in words.
    pub confidence_words: Text,
    /// What would raise it; empty when nothing can.
    pub raise: Text,
    /// How it comes about, sentence by sentence.
    pub why: Vec<Text>,
    /// Ways out where no timeout satisfies everything.
    pub ways_out: Vec<Text>,
    /// The smallest timeout by the wanted bound, before upper limits and margin.
    pub lower_limit_s: Option<u32>,
    /// Every upper limit, whether it binds or not.
    pub upper_limits: Vec<UpperLimit>,
    /// The pair that binds, where no timeout satisfies everything.
    #[serde(default)]
    pub collision: Option<Collision>,
    /// T = 1 … 15 with counts and bounds.
    pub table: Vec<MisfireRow>,
    /// What the table says at the present timeout and at T − 1, T and T + 1: `present`, `below`, `recommended`, `above`.
    pub at: BTreeMap<String, MisfireRow>,
    /// Both ends of the bracket (before-webhooks).
    pub bracket: Option<BracketView>,
    /// What connection set-up adds.
    pub set_up: SetUp,
    /// From which packet loss on connection set-up decides; none where no timeout is shown even without loss.
    #[serde(default)]
    pub set_up_binds: Option<SetUpBinds>,
    /// Spell length that the spell bound excludes (τ₀), seconds.
    pub spell_s: f64,
    /// ε.
    pub misfire_asked: f64,
    /// Operations that the recommended timeout would fail in a day by this webhook alone (before-webhooks).
    pub failed_per_day: Option<FailuresPerDay>,
    /// The same at the present timeout.
    pub failed_per_day_present: Option<FailuresPerDay>,
    /// The time that counts, µs.
    pub time_us: SeriesFigures,
    /// Handler time, µs.
    pub handler_us: SeriesFigures,
    /// Consequences that are no limits (after-webhooks: the queue in an outage).
    pub consequences: Vec<Text>,
    /// What the tail says: advice, which decides nothing. None where nothing was measured or all is refused.
    #[serde(default)]
    pub tail: Option<TailView>,
    /// By size of the group; empty where the callbacks belong to one class, or the record does not say.
    #[serde(default)]
    pub sizes: Vec<SizeFigures>,
}

/// The serial before-webhooks of one API call against the caller's budget.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Budget {
    /// The operation.
    pub operation: Operation,
    /// How long the caller waits, seconds.
    pub budget_s: f64,
    /// 99 % quantile of the server's own part, seconds.
    pub own_p99_s: f64,
    /// The webhooks in order.
    pub terms: Vec<BudgetTerm>,
    /// Sum of all, seconds.
    pub sum_s: f64,
    /// Whether it is at most the budget.
    pub fits: bool,
    /// What is left of the budget, seconds; below 0 where the sum does not fit.
    #[serde(default)]
    pub spare_s: f64,
}

/// One webhook in a budget.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BudgetTerm {
    /// The webhook.
    pub key: WebhookKey,
    /// Calls in a row at most (3.7: one a member).
    pub calls: u32,
    /// Timeout counted for each: recommended, else present, else 1 s.
    pub timeout_s: u32,
    /// Whether that is a recommended one.
    pub recommended: bool,
    /// The lower limit that it asked for; none where none is shown.
    #[serde(default)]
    pub asked_s: Option<u32>,
    /// By how much its timeout alone could be longer, seconds; below 0 where it would have to be shorter.
    #[serde(default)]
    pub spare_s: f64,
}

/// Operations with any before-callback beyond its timeout.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PerOperation {
    /// Operations that ended.
    pub n: u64,
    /// With a callback beyond its timeout.
    pub exceed: u64,
    /// Spells they came in.
    pub spells: u64,
    /// Upper 95 % bound of their share, one by one, set-up included.
    pub single: f64,
    /// Upper 95 % bound of their share, in spells, set-up included.
    pub in_spells: f64,
    /// In a day, at the production rate.
    pub per_day: FailuresPerDay,
}
