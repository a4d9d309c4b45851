//! Curves for charts: misfires against T, and outages against arrival rate and T by their closed forms.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::answer::{FailuresPerHour, WebhookAnswer};
use super::rules::{CONNECTIONS, SLOTS, WORKERS};
use super::scene::Setting;
use crate::analysis::calls::Calls;
use crate::analysis::misfire::MisfireRow;
use crate::analysis::tally::CAP_S;
use crate::analysis::timeout::Prepared;
use crate::analysis::window::Window;
use crate::analysis::{Analysis, Confidence, Recommendation};
use crate::record::read::RunRecord;
use crate::wire::WebhookKey;

/// Arrival rates of the surfaces, times the asked one.
const RATES: [f64; 8] = [0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0];

/// All curves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Curves {
    /// By webhook, T = 1 … 15 s.
    pub misfire: BTreeMap<WebhookKey, Vec<MisfirePoint>>,
    /// A before-webhook that every arrival calls hangs.
    pub pool: Vec<PoolPoint>,
    /// An after-webhook that every arrival calls hangs.
    pub queue: Vec<QueuePoint>,
}

/// A healthy webhook at one T.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct MisfirePoint {
    /// T, seconds.
    pub timeout_s: u32,
    /// Share of the callbacks seen to be slower.
    pub seen: f64,
    /// Upper 95 % bound, one by one.
    pub single: f64,
    /// Upper 95 % bound, in spells.
    pub in_spells: f64,
    /// Callbacks cut in an hour at the asked rate; of a before-webhook each fails its operation.
    pub cut_per_hour: FailuresPerHour,
}

/// A before-webhook hangs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PoolPoint {
    /// Arrivals a second, over all processes.
    pub rate_per_s: f64,
    /// T, seconds.
    pub timeout_s: u32,
    /// Connections held: λT, at most 100 a process.
    pub held: f64,
    /// 100 · processes ÷ λ, seconds, where λT is more than 100 a process; none: never.
    pub full_after_s: Option<f64>,
}

/// An after-webhook hangs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct QueuePoint {
    /// Arrivals a second, over all processes.
    pub rate_per_s: f64,
    /// T, seconds.
    pub timeout_s: u32,
    /// (100 + 2) · processes ÷ (λ − 2 · processes ÷ T), seconds; none: never.
    pub full_after_s: Option<f64>,
    /// Events lost in a minute once it is full: λ − 2 · processes ÷ T.
    pub lost_per_minute: f64,
}

pub(super) fn curves(
    prepared: &[Prepared<'_>],
    webhooks: &BTreeMap<WebhookKey, WebhookAnswer>,
    setting: &Setting<'_>,
) -> Curves {
    let misfire = prepared.iter().filter_map(|p| {
        let an_hour = webhooks.get(&p.key)?.callbacks_per_s * 3_600.0;
        Some((p.key, misfire(&p.table.rows, p.sample.n, an_hour)))
    });
    put_together(misfire.collect(), setting.rate, setting.processes)
}

/// The curves of a run as it was: at its production rate, for its processes.
#[derive(Clone, Debug, PartialEq)]
pub struct Usual {
    /// Arrivals a second.
    pub rate_per_s: f64,
    /// Group processes.
    pub processes: u32,
    /// The timeouts now, else those recommended, by webhook; absent where neither is known.
    pub timeouts: BTreeMap<WebhookKey, u32>,
    /// The curves.
    pub curves: Curves,
}

/// What `ask` would draw of a judged run if nothing particular was asked, without reading its streams again; none where
/// `ask` would refuse.
#[must_use]
pub fn usual(record: &RunRecord, analysis: &Analysis) -> Option<Usual> {
    let measured = || analysis.recommendations.iter().filter(|(_, r)| r.n > 0);
    let (rate, processes) =
        (analysis.rates.production_per_s, record.header.plan.profile.webhook.processes.max(1));
    let refused = measured().any(|(_, r)| r.confidence == Confidence::Refused);
    if refused || measured().next().is_none() || rate < 1e-6 || !rate.is_finite() {
        return None;
    }
    let window = Window::of(record);
    let rows = record.rows.iter().filter(|r| window.counts_for_timeouts(r));
    let operations = Calls::of(rows, false).ended().max(1) as f64;
    let an_hour = |r: &Recommendation| rate * r.n as f64 / operations * 3_600.0;
    let misfire = measured().map(|(key, r)| (*key, misfire(&r.table, r.n, an_hour(r)))).collect();
    let timeouts = measured().filter_map(|(key, r)| Some((*key, r.present_s.or(r.timeout_s)?))).collect();
    Some(Usual { rate_per_s: rate, processes, timeouts, curves: put_together(misfire, rate, processes) })
}

fn put_together(misfire: BTreeMap<WebhookKey, Vec<MisfirePoint>>, rate: f64, processes: u32) -> Curves {
    let surface = || RATES.iter().flat_map(|r| (1..=CAP_S).map(move |t| (r * rate, t)));
    let processes = f64::from(processes.max(1));
    Curves {
        misfire,
        pool: surface().map(|(rate, t)| pool(rate, t, processes)).collect(),
        queue: surface().map(|(rate, t)| queue(rate, t, processes)).collect(),
    }
}

fn misfire(rows: &[MisfireRow], n: u64, callbacks_per_hour: f64) -> Vec<MisfirePoint> {
    let rows = rows.iter();
    rows.map(|row| {
        let seen = row.exceed as f64 / n.max(1) as f64;
        MisfirePoint {
            timeout_s: row.timeout_s,
            seen,
            single: row.single,
            in_spells: row.in_spells,
            cut_per_hour: FailuresPerHour {
                seen: seen * callbacks_per_hour,
                at_most: row.single * callbacks_per_hour,
                at_most_in_spells: row.in_spells * callbacks_per_hour,
            },
        }
    })
    .collect()
}

/// Little's law; without a free connection from 100 ÷ λ on.
fn pool(rate: f64, timeout_s: u32, processes: f64) -> PoolPoint {
    let (wanted, all) = (rate * f64::from(timeout_s), CONNECTIONS as f64 * processes);
    PoolPoint {
        rate_per_s: rate,
        timeout_s,
        held: wanted.min(all),
        full_after_s: (wanted > all).then_some(all / rate),
    }
}

/// What comes less what the workers take; two events are in their hands.
fn queue(rate: f64, timeout_s: u32, processes: f64) -> QueuePoint {
    let surplus = rate - WORKERS as f64 * processes / f64::from(timeout_s);
    QueuePoint {
        rate_per_s: rate,
        timeout_s,
        full_after_s: (surplus > 0.0).then(|| (SLOTS + WORKERS) as f64 * processes / surplus),
        lost_per_minute: surplus.max(0.0) * 60.0,
    }
}
