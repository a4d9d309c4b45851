//! The answer, as `whatif --format json` prints it. Names are stable; all shares lie between 0 and 1.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::curves::Curves;
use super::outage::Outage;
use crate::analysis::{Budget, Confidence, PerOperation, ValidityVerdict, Vantage};
use crate::profile::plan::Basis;
use crate::wire::WebhookKey;

/// Version of this format.
pub const FORMAT: u32 = 1;

/// What would be, were the timeouts as asked.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct WhatIf {
    /// `FORMAT`.
    pub format: u32,
    /// The run that the answer comes from.
    pub run_id: String,
    /// Whose handler answered in it.
    pub basis: Basis,
    /// The OpenIM whose behaviour is assumed.
    pub version: String,
    /// Verdict on the run.
    pub validity: ValidityVerdict,
    /// Arrivals a second that the answer is for.
    pub rate_per_s: f64,
    /// Whether that was asked; else it is the production rate of the run.
    pub rate_given: bool,
    /// Group processes.
    pub processes: u32,
    /// How long each outage lasts, seconds.
    pub outage_s: f64,
    /// Measured time that the misfires come from, seconds.
    pub measured_s: f64,
    /// By webhook: timeouts, misfires, connections.
    pub webhooks: BTreeMap<WebhookKey, WebhookAnswer>,
    /// Operations with any before-callback beyond its timeout.
    pub operations: Option<Operations>,
    /// Serial before-webhooks against the caller's budget.
    pub budgets: Vec<Budget>,
    /// What a hang of each webhook alone would do.
    pub outages: Vec<Outage>,
    /// For charts.
    pub curves: Curves,
}

/// Where a timeout comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TimeoutFrom {
    /// `--timeout`.
    Asked,
    /// What the deployment has now.
    Present,
    /// What the run recommends.
    Recommended,
    /// What OpenIM ships.
    Shipped,
}

/// One webhook under the asked timeouts, its server healthy.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct WebhookAnswer {
    /// T, seconds.
    pub timeout_s: u32,
    /// Where it comes from.
    pub timeout_from: TimeoutFrom,
    /// Callbacks measured.
    pub n: u64,
    /// Of these, slower than T.
    pub exceed: u64,
    /// Their share.
    pub misfire_seen: f64,
    /// Upper 95 % bound where slow ones come one by one, set-up included.
    pub misfire_single: f64,
    /// Upper 95 % bound where they come in spells, set-up included.
    pub misfire_spells: f64,
    /// The timeout that cut callbacks while measuring, where T is longer than it: then nobody knows how long those
    /// would have taken, and they count as slower than any T.
    pub cut_at_s: Option<u32>,
    /// How sure the run's own recommendation for this webhook is.
    pub confidence: Confidence,
    /// Where the time was taken.
    pub vantage: Vantage,
    /// Callbacks a second.
    pub callbacks_per_s: f64,
    /// Mean time of one, connection set-up included, seconds.
    pub mean_s: f64,
    /// Connections held on average (Little's law).
    pub held_mean: f64,
    /// Connections held in all but 0.1 % of the time, arrivals being random.
    pub held_p999: u64,
    /// Connections wanted while the webhook hangs: callbacks a second times T; after-webhooks at most two a process.
    pub held_in_outage: f64,
}

/// Failures in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FailuresPerHour {
    /// As many as were seen.
    pub seen: f64,
    /// At most, by the single bound (95 %).
    pub at_most: f64,
    /// At most, by the spell bound (95 %).
    pub at_most_in_spells: f64,
}

/// All before-webhooks of an operation together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Operations {
    /// Operations measured.
    pub n: u64,
    /// Of these, with a before-callback beyond its timeout.
    pub exceed: u64,
    /// Their share.
    pub misfire_seen: f64,
    /// Upper 95 % bound, one by one.
    pub misfire_single: f64,
    /// Upper 95 % bound, in spells.
    pub misfire_spells: f64,
    /// Failed operations.
    pub failed_per_hour: FailuresPerHour,
}

impl Operations {
    pub(super) fn of(o: &PerOperation) -> Operations {
        Operations {
            n: o.n,
            exceed: o.exceed,
            misfire_seen: if o.n == 0 { 0.0 } else { o.exceed as f64 / o.n as f64 },
            misfire_single: o.single,
            misfire_spells: o.in_spells,
            failed_per_hour: FailuresPerHour {
                seen: o.per_day.seen / 24.0,
                at_most: o.per_day.at_most / 24.0,
                at_most_in_spells: o.per_day.at_most_in_spells / 24.0,
            },
        }
    }
}
