//! The server behind a proxy, and what the proxy itself cost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::profile::model::WebhookMode;
use crate::record::model::tag;
use crate::record::read::RunRecord;

/// The user's server behind the proxy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UpstreamSummary {
    /// Where it is.
    pub url: String,
    /// Any certificate was accepted.
    pub insecure: bool,
    /// What the proxy added itself, µs.
    pub added_p50_us: Option<u64>,
    /// What the proxy added itself, µs.
    pub added_p99_us: Option<u64>,
}

/// Where there is one.
pub(super) fn of(record: &RunRecord) -> Option<UpstreamSummary> {
    let webhook = &record.header.plan.profile.webhook;
    let url = webhook.upstream.clone().filter(|_| webhook.mode == WebhookMode::Proxy)?;
    let added = record.totals.get(tag::PROXY_ADDED).filter(|series| !series.is_empty());
    let quantile = |q: f64| added.map(|series| series.value_at_quantile(q));
    let (added_p50_us, added_p99_us) = (quantile(0.5), quantile(0.99));
    Some(UpstreamSummary { url, insecure: webhook.upstream_insecure, added_p50_us, added_p99_us })
}
