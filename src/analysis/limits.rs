//! Upper limits of a timeout: OpenIM's cap, the caller's budget, the connection pool in an outage.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::flow;
use super::recommendation::{Budget, BudgetTerm, UpperLimit};
use super::tally::CAP_S;
use crate::profile::resolve::operation_shares;
use crate::record::model::{Series, tag};
use crate::wire::api::Operation;
use crate::wire::{self, WebhookKey};

/// Connections of a sending process that callbacks of requests can use: 100 less two for after-workers.
const SLOTS: f64 = 98.0;

/// Timeouts by key.
pub(super) type Timeouts = BTreeMap<WebhookKey, u32>;

/// Arrivals a second in production that fire a webhook.
pub(super) fn rate_of(facts: &Facts<'_>, key: WebhookKey) -> f64 {
    facts.rates.production_per_s * flow::share_of_load(key, facts.plan(), facts.build())
}

pub(super) fn processes(facts: &Facts<'_>) -> f64 {
    f64::from(facts.profile().webhook.processes.max(1))
}

/// How long the caller of the API waits, seconds.
pub(super) fn caller_budget_s(facts: &Facts<'_>) -> f64 {
    let given = facts.profile().recommend.caller_budget.map(|s| s.as_secs_f64());
    given.unwrap_or_else(|| facts.build().sdk_budget().as_secs_f64())
}

/// Calls of a webhook that follow one another in one operation of the load, at most.
pub(super) fn calls_in_a_row(facts: &Facts<'_>, key: WebhookKey) -> u32 {
    let operations = operation_shares(&facts.profile().load.operation);
    let calls = operations.into_keys().map(|op| flow::calls_in_a_row(key, op, facts.plan(), facts.build()));
    calls.max().unwrap_or(1)
}

/// 99 % quantile of the server's own part, seconds; 0 where it is not known.
pub(super) fn own_p99_s(own: &Series) -> f64 {
    if own.is_empty() { 0.0 } else { own.value_at_quantile(0.99) as f64 / 1e6 }
}

/// The most connections λT for which λT + 3√(λT) ≤ 98 · processes: mean and three standard deviations of the
/// operations that hang at once (Little's law, Poisson arrivals).
pub(super) fn hanging_at_most(processes: f64) -> f64 {
    let root = ((9.0 + 4.0 * SLOTS * processes).sqrt() - 3.0) / 2.0;
    root * root
}

/// Group processes that an outage needs: (λT + 3√(λT)) ÷ 98, rounded up.
pub(super) fn processes_needed(rate: f64, timeout_s: u32) -> u64 {
    let hanging = rate * f64::from(timeout_s);
    ((hanging + 3.0 * hanging.sqrt()) / SLOTS).ceil().max(1.0) as u64
}

fn cap() -> UpperLimit {
    UpperLimit {
        name: "client_cap".to_owned(),
        seconds: f64::from(CAP_S),
        why: "OpenIM ends every callback after 15 s, whatever the timeout says.".to_owned(),
    }
}

/// Limits of a before-webhook; `timeouts` holds what the others of its operation take.
pub(super) fn of_before(facts: &Facts<'_>, key: WebhookKey, timeouts: &Timeouts) -> Vec<UpperLimit> {
    let mut limits = vec![cap()];
    limits.extend(budgets(facts, timeouts).iter().filter_map(|b| budget_limit(b, key)));
    let (rate, processes) = (rate_of(facts, key), processes(facts));
    if rate > 0.0 {
        let seconds = hanging_at_most(processes) / rate;
        limits.push(UpperLimit {
            name: "outage_pool".to_owned(),
            seconds,
            why: format!(
                "While this webhook hangs, {rate:.1} operations a second each hold one of {:.0} connections ({processes:.0} sending process(es), 98 each) for T; beyond {seconds:.1} s healthy callbacks wait for a connection.",
                SLOTS * processes
            ),
        });
    }
    limits
}

fn budget_limit(budget: &Budget, key: WebhookKey) -> Option<UpperLimit> {
    let own = budget.terms.iter().find(|t| t.key == key)?;
    let others: f64 = budget.terms.iter().filter(|t| t.key != key).map(BudgetTerm::seconds).sum();
    let seconds = (budget.budget_s - budget.own_p99_s - others) / f64::from(own.calls);
    let times = if own.calls > 1 { format!(", {} calls in a row", own.calls) } else { String::new() };
    Some(UpperLimit {
        name: "caller_budget".to_owned(),
        seconds,
        why: format!(
            "The caller waits {:.1} s; the server's own part takes {:.2} s (p99) and the other webhooks of the call up to {others:.0} s{times}.",
            budget.budget_s, budget.own_p99_s
        ),
    })
}

/// Limits of an after-webhook.
pub(super) fn of_after(facts: &Facts<'_>) -> Vec<UpperLimit> {
    let mut limits = vec![cap()];
    if let Some(rate) = facts.profile().recommend.after_outage_rate.filter(|r| *r > 0.0) {
        let seconds = 2.0 * processes(facts) / rate;
        limits.push(UpperLimit {
            name: "after_outage_rate".to_owned(),
            seconds,
            why: format!(
                "With {rate:.1} events a second (recommend.after_outage_rate) and two workers a process, each event may take {seconds:.2} s in an outage before the queue fills."
            ),
        });
    }
    limits
}

impl BudgetTerm {
    fn seconds(&self) -> f64 {
        f64::from(self.calls) * f64::from(self.timeout_s)
    }
}

/// Every API call of the load that has serial before-webhooks, with what it may take.
pub(super) fn budgets(facts: &Facts<'_>, timeouts: &Timeouts) -> Vec<Budget> {
    operation_shares(&facts.plan().profile.load.operation)
        .into_keys()
        .flat_map(|operation| {
            let calls = wire::flow::serial_before(operation, Some(facts.build()));
            calls.filter_map(move |keys| budget(facts, operation, keys, timeouts))
        })
        .collect()
}

fn budget(
    facts: &Facts<'_>,
    operation: Operation,
    keys: &[WebhookKey],
    timeouts: &Timeouts,
) -> Option<Budget> {
    let in_play = |key: &&WebhookKey| facts.expected().contains(key) || timeouts.contains_key(key);
    let terms: Vec<_> = keys
        .iter()
        .filter(in_play)
        .map(|key| BudgetTerm {
            key: *key,
            calls: flow::calls_in_a_row(*key, operation, facts.plan(), facts.build()),
            timeout_s: timeouts.get(key).or(facts.plan().timeouts.get(key)).copied().unwrap_or(1),
            recommended: timeouts.contains_key(key),
        })
        .collect();
    if terms.is_empty() {
        return None;
    }
    let (budget_s, own_p99_s) = (caller_budget_s(facts), own_p99_s(facts.series(tag::OWN)));
    let sum_s = own_p99_s + terms.iter().map(BudgetTerm::seconds).sum::<f64>();
    Some(Budget { operation, budget_s, own_p99_s, terms, sum_s, fits: sum_s <= budget_s })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pool_limit_is_where_mean_and_three_deviations_fill_the_slots() {
        for processes in [1.0, 2.0, 8.0] {
            let hanging = hanging_at_most(processes);
            assert!((hanging + 3.0 * hanging.sqrt() - 98.0 * processes).abs() < 1e-9);
        }
        // 10 operations a second and one process: about 7 s.
        assert!((7.0..7.5).contains(&(hanging_at_most(1.0) / 10.0)));
    }

    #[test]
    fn the_processes_needed_are_just_enough() {
        assert_eq!(processes_needed(10.0, 7), 1);
        assert_eq!(processes_needed(10.0, 8), 2);
        assert_eq!(processes_needed(0.0, 15), 1);
    }
}
