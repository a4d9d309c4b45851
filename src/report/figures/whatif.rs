//! What other timeouts would do: failed calls of a healthy run, and connections held while a before-webhook hangs.

use std::collections::BTreeMap;

use crate::analysis::whatif::{CONNECTIONS, Curves, PoolPoint, Usual, WhatIf};
use crate::wire::WebhookKey;

/// Arrival rates that are drawn, times the asked one.
const RATES: [f64; 4] = [1.0, 0.5, 2.0, 4.0];

/// Curves against T.
#[derive(Clone, Debug, PartialEq)]
pub struct Predicted {
    /// Arrivals a second.
    pub rate_per_s: f64,
    /// By before-webhook.
    pub failing: Vec<Failing>,
    /// By arrival rate, the asked one first.
    pub held: Vec<Held>,
    /// Connections that there are: 100 a process.
    pub all: f64,
    /// The shortest T with which a hang uses them all at the asked rate, seconds, and after how long it has; none where
    /// no T does.
    pub fills: Option<(u32, f64)>,
}

/// Calls that a timeout would fail in an hour though the webhook is healthy.
#[derive(Clone, Debug, PartialEq)]
pub struct Failing {
    /// Whose timeout.
    pub key: WebhookKey,
    /// T that is asked about, else the present or recommended one.
    pub timeout_s: Option<u32>,
    /// T, as seen, and at most (95 %) where slow callbacks come one by one.
    pub points: Vec<(u32, f64, f64)>,
}

/// Connections held while a before-webhook hangs.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// Arrivals a second.
    pub rate_per_s: f64,
    /// T and connections.
    pub points: Vec<(u32, f64)>,
}

impl Predicted {
    /// Of an answer; none where no before-webhook was measured.
    #[must_use]
    pub fn of(answer: &WhatIf) -> Option<Predicted> {
        let timeouts = answer.webhooks.iter().map(|(key, w)| (*key, w.timeout_s)).collect();
        predicted(&answer.curves, answer.rate_per_s, answer.processes, &timeouts)
    }

    /// Of a run as it was.
    pub(super) fn of_run(usual: &Usual) -> Option<Predicted> {
        predicted(&usual.curves, usual.rate_per_s, usual.processes, &usual.timeouts)
    }
}

fn predicted(
    curves: &Curves,
    rate: f64,
    processes: u32,
    timeouts: &BTreeMap<WebhookKey, u32>,
) -> Option<Predicted> {
    let before = curves.misfire.iter().filter(|(key, points)| key.is_before() && !points.is_empty());
    let failing: Vec<Failing> = before
        .map(|(key, points)| Failing {
            key: *key,
            timeout_s: timeouts.get(key).copied(),
            points: points
                .iter()
                .map(|p| (p.timeout_s, p.cut_per_hour.seen, p.cut_per_hour.at_most))
                .collect(),
        })
        .collect();
    let at = |rate: f64| curves.pool.iter().filter(move |p| (p.rate_per_s - rate).abs() <= 1e-9 * rate);
    let line = |rate: f64| Held {
        rate_per_s: rate,
        points: at(rate).map(|p: &PoolPoint| (p.timeout_s, p.held)).collect(),
    };
    (!failing.is_empty()).then(|| Predicted {
        rate_per_s: rate,
        failing,
        held: RATES.iter().map(|times| line(times * rate)).filter(|held| !held.points.is_empty()).collect(),
        all: CONNECTIONS as f64 * f64::from(processes.max(1)),
        fills: at(rate).find_map(|p| Some((p.timeout_s, p.full_after_s?))),
    })
}
