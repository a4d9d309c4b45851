//! What a run is held to: objectives, and the verdict on each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::Span;

/// Objectives of a profile; none given means none judged.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Objective {
    /// Half of the calls answer within (response time).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50: Option<Span>,
    /// 90 % of the calls answer within (response time).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90: Option<Span>,
    /// 99 % of the calls answer within (response time).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99: Option<Span>,
    /// 99.9 % of the calls answer within (response time).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p999: Option<Span>,
    /// At most this share of the calls fails (censored ones count as failed).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_share: Option<f64>,
}

/// Whether an objective was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Met.
    Met,
    /// Missed.
    Missed,
    /// Too few calls, or an invalid run.
    Inconclusive,
}

/// One objective, judged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Judged {
    /// `p99`, `failed_share` …
    pub name: String,
    /// What was asked: microseconds for a quantile, a share for `failed_share`.
    pub asked: f64,
    /// What was seen, in the same unit; `None` when the data do not support it.
    pub seen: Option<f64>,
    /// The verdict.
    pub verdict: Verdict,
}
