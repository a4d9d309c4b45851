//! Bound on the share of healthy callbacks that a timeout would cut, for each webhook and each timeout from 1 to 15 s.

use crate::analysis::{Confidence, Recommendation};
use crate::report::Summary;
use crate::wire::WebhookKey;

/// The misfire bounds of one webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct Misfire {
    /// The webhook.
    pub key: WebhookKey,
    /// Timeout in seconds, upper 95 % bound where slow callbacks come one by one, and where they come in spells.
    pub bounds: Vec<(u32, f64, f64)>,
    /// The timeout now, seconds.
    pub present_s: Option<u32>,
    /// The recommended one, seconds.
    pub recommended_s: Option<u32>,
    /// Upper 95 % bound at the recommended timeout, by the bound that its confidence rests on.
    pub at_recommended: Option<f64>,
    /// The longest timeout that the upper limits allow, seconds.
    pub longest_s: Option<f64>,
    /// ε: the share that was asked for.
    pub asked: f64,
}

/// Webhooks that were measured; those with a recommended timeout that differs from the present one first.
pub(super) fn of(summary: &Summary) -> Vec<Misfire> {
    let measured = summary.recommendations.iter().filter(|(_, r)| r.n > 0 && !r.table.is_empty());
    let mut all: Vec<Misfire> = measured.map(|(key, r)| one(*key, r)).collect();
    all.sort_by_key(|m| match m.recommended_s {
        Some(t) if m.present_s != Some(t) => 0,
        Some(_) => 1,
        None => 2,
    });
    all
}

fn one(key: WebhookKey, r: &Recommendation) -> Misfire {
    let row = r.timeout_s.and_then(|t| r.table.iter().find(|row| row.timeout_s == t));
    Misfire {
        key,
        bounds: r.table.iter().map(|row| (row.timeout_s, row.single, row.in_spells)).collect(),
        present_s: r.present_s,
        recommended_s: r.timeout_s,
        at_recommended: row
            .map(|row| if r.confidence == Confidence::High { row.in_spells } else { row.single }),
        longest_s: r.upper_limits.iter().map(|l| l.seconds).min_by(f64::total_cmp),
        asked: r.misfire_asked,
    }
}
