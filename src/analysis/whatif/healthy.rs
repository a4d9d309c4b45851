//! The webhook server healthy: misfires and connections at the asked timeouts.

use std::collections::BTreeMap;

use statrs::distribution::{DiscreteCDF as _, Poisson};

use super::answer::{TimeoutFrom, WebhookAnswer};
use super::rules::WORKERS;
use super::scene::{Setting, mean_s};
use crate::analysis::Analysis;
use crate::analysis::facts::Facts;
use crate::analysis::timeout::Prepared;
use crate::wire::WebhookKey;

/// Every measured webhook.
pub(super) fn webhooks(
    facts: &Facts<'_>,
    analysis: &Analysis,
    prepared: &[Prepared<'_>],
    chosen: &BTreeMap<WebhookKey, (u32, TimeoutFrom)>,
    setting: &Setting<'_>,
) -> BTreeMap<WebhookKey, WebhookAnswer> {
    let answers = prepared.iter().filter_map(|p| {
        let (timeout_s, timeout_from) = chosen.get(&p.key).copied()?;
        let row = p.table.row(timeout_s)?;
        let recommendation = analysis.recommendations.get(&p.key)?;
        let callbacks_per_s = setting.rate * a_call(facts, p);
        let mean_s = mean_s(facts, p.key);
        let held_mean = callbacks_per_s * mean_s;
        let wanted = callbacks_per_s * f64::from(timeout_s);
        let workers = WORKERS as f64 * f64::from(setting.processes.max(1));
        let answer = WebhookAnswer {
            timeout_s,
            timeout_from,
            n: p.sample.n,
            exceed: row.exceed,
            misfire_seen: row.exceed as f64 / p.sample.n.max(1) as f64,
            misfire_single: row.single,
            misfire_spells: row.in_spells,
            cut_at_s: recommendation.present_s.filter(|t| *t < timeout_s && p.tally.unfinished > 0),
            confidence: recommendation.confidence,
            vantage: recommendation.vantage,
            callbacks_per_s,
            mean_s,
            held_mean,
            held_p999: poisson_quantile(held_mean, 0.999),
            held_in_outage: if p.key.is_before() { wanted } else { wanted.min(workers) },
        };
        Some((p.key, answer))
    });
    answers.collect()
}

/// Callbacks of a webhook that one arrival of the load causes, as measured.
fn a_call(facts: &Facts<'_>, p: &Prepared<'_>) -> f64 {
    if facts.operations == 0 { 0.0 } else { p.sample.n as f64 / facts.operations as f64 }
}

/// The smallest k that a Poisson number of this mean exceeds with at most 1 − p. With random arrivals the number of
/// calls under way is Poisson whatever the times are (M/G/∞, e.g. Ross, Introduction to Probability Models, ch. 8).
pub(super) fn poisson_quantile(mean: f64, p: f64) -> u64 {
    match Poisson::new(mean) {
        Ok(poisson) => {
            // The normal approximation is near; the exact one is found from there.
            let mut k = (mean - 4.0 * mean.sqrt()).max(0.0) as u64;
            while poisson.cdf(k) < p && k < u64::MAX {
                k += 1;
            }
            k
        }
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_poisson_quantile_is_that_of_scipy() {
        // scipy.stats.poisson.ppf(0.999, mean)
        for (mean, k) in [(0.1, 2), (0.5, 4), (3.0, 10), (50.0, 73), (150.0, 189)] {
            assert_eq!(poisson_quantile(mean, 0.999), k, "{mean}");
        }
        assert_eq!(poisson_quantile(0.0, 0.999), 0);
    }
}
