//! Upper limits of a timeout: OpenIM's cap, the caller's budget, the connection pool in an outage, and the after-queue
//! where the profile asks for it.
//!
//! `all` puts them into sums that `joint` decides by; `views` shows what each leaves to one webhook, with its slack;
//! `budgets` adds up the serial webhooks of each API call.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::flow;
use super::joint::{Limit, Rule};
use super::observed;
use super::pool::{Held, hanging_sets};
use super::recommendation::{Budget, BudgetTerm, UpperLimit};
use super::tally::CAP_S;
use crate::profile::resolve::operation_shares;
use crate::record::model::{Series, tag};
use crate::say;
use crate::text::Text;
use crate::wire::api::Operation;
use crate::wire::{self, WebhookKey};

/// Connections of a sending process that callbacks of requests can use: 100 less two for after-workers.
const SLOTS: f64 = 98.0;

/// Timeouts by key.
pub(super) type Timeouts = BTreeMap<WebhookKey, u32>;

/// Arrivals a second in production that fire a webhook.
pub(super) fn rate_of(facts: &Facts<'_>, key: WebhookKey) -> f64 {
    if facts.is_observed() {
        return observed::rate_of(facts, key);
    }
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

/// Group processes that an outage needs in which λT = `hanging`: (λT + 3√(λT)) ÷ 98, rounded up.
pub(super) fn processes_for(hanging: f64) -> u64 {
    ((hanging + 3.0 * hanging.sqrt()) / SLOTS).ceil().max(1.0) as u64
}

/// Every limit of the webhooks `keys`; `counted` holds what each takes, as far as it was measured.
pub(super) fn all(facts: &Facts<'_>, keys: &[WebhookKey], counted: &Timeouts) -> Vec<Limit> {
    let own = |rule, key, allows| Limit { rule, operation: None, allows, terms: vec![(key, 1.0)] };
    let mut limits: Vec<Limit> =
        keys.iter().map(|key| own(Rule::ClientCap, *key, f64::from(CAP_S))).collect();
    limits.extend(budgets(facts, counted).iter().map(|b| Limit {
        rule: Rule::CallerBudget,
        operation: Some(b.operation),
        allows: b.budget_s - b.own_p99_s,
        terms: b.terms.iter().map(|t| (t.key, f64::from(t.calls))).collect(),
    }));
    limits.extend(pools(facts, keys, counted));
    if let Some(rate) = facts.profile().recommend.after_outage_rate.filter(|r| *r > 0.0) {
        let after = keys.iter().filter(|key| !key.is_before());
        limits.extend(after.map(|key| own(Rule::AfterOutageRate, *key, 2.0 * processes(facts) / rate)));
    }
    limits
}

/// The pool of connections: for each webhook that hangs alone, and for those that hang at once.
fn pools(facts: &Facts<'_>, keys: &[WebhookKey], counted: &Timeouts) -> Vec<Limit> {
    let in_play = |key: &WebhookKey| facts.expected().contains(key) || counted.contains_key(key);
    if facts.is_observed() {
        return seen_pools(facts, keys);
    }
    let operations: Vec<Held> = operation_shares(&facts.profile().load.operation)
        .into_iter()
        .map(|(operation, share)| Held {
            per_s: facts.rates.production_per_s * share,
            before: {
                let before = wire::flow::flow(operation, Some(facts.build())).before;
                before.iter().copied().filter(in_play).collect()
            },
        })
        .collect();
    let mut sets = hanging_sets(&operations);
    // Webhooks that were not measured are limited as well, each for itself.
    for key in keys.iter().filter(|key| key.is_before() && !in_play(key)) {
        sets.extend(Some(rate_of(facts, *key)).filter(|rate| *rate > 0.0).map(|rate| vec![(*key, rate)]));
    }
    let allows = hanging_at_most(processes(facts));
    sets.into_iter().map(|terms| Limit { rule: Rule::OutagePool, operation: None, allows, terms }).collect()
}

/// Of callbacks that were only watched nobody knows which belong to one operation: each webhook hangs alone.
fn seen_pools(facts: &Facts<'_>, keys: &[WebhookKey]) -> Vec<Limit> {
    let allows = hanging_at_most(processes(facts));
    let before = keys.iter().filter(|key| key.is_before()).map(|key| (*key, rate_of(facts, *key)));
    before
        .filter(|(_, rate)| *rate > 0.0)
        .map(|term| Limit { rule: Rule::OutagePool, operation: None, allows, terms: vec![term] })
        .collect()
}

/// API calls that are held to the caller's budget.
fn operations(facts: &Facts<'_>) -> Vec<Operation> {
    if facts.is_observed() {
        return observed::operations(facts);
    }
    operation_shares(&facts.plan().profile.load.operation).into_keys().collect()
}

/// What each limit leaves to `key`, the others taking `seconds`; of the sets of webhooks that hang at once the one that
/// leaves least, where it leaves less than `key` alone. `asked` is what `key` asks for with its margin.
pub(super) fn views(
    facts: &Facts<'_>,
    limits: &[Limit],
    key: WebhookKey,
    seconds: &Timeouts,
    asked: Option<u32>,
) -> Vec<UpperLimit> {
    let left = |limit: &Limit| limit.left_for(key, seconds);
    let of_key = || limits.iter().filter(|l| l.weight(key).is_some());
    let is_joint = |l: &&Limit| l.rule == Rule::OutagePool && l.terms.len() > 1;
    let alone = of_key().filter(|l| l.rule == Rule::OutagePool && l.terms.len() == 1).filter_map(left);
    let alone = alone.fold(f64::INFINITY, f64::min);
    let together = of_key()
        .filter(is_joint)
        .filter_map(|l| Some((l, left(l)?)))
        .min_by(|a, b| a.1.total_cmp(&b.1))
        .filter(|(_, seconds)| *seconds < alone);
    let shown = of_key().filter(|l| !is_joint(l)).chain(together.map(|(limit, _)| limit));
    shown.filter_map(|limit| view(facts, limit, key, seconds, asked)).collect()
}

/// What one limit leaves to one webhook.
pub(super) fn view(
    facts: &Facts<'_>,
    limit: &Limit,
    key: WebhookKey,
    others: &Timeouts,
    asked: Option<u32>,
) -> Option<UpperLimit> {
    let seconds = limit.left_for(key, others)?;
    let now = others.get(&key).copied().filter(|_| asked.is_some());
    Some(UpperLimit {
        name: limit.rule.name().to_owned(),
        seconds,
        why: match limit.rule {
            Rule::ClientCap => say!("timeouts-limit-client-cap"),
            Rule::CallerBudget => budget_words(facts, limit, key, others),
            Rule::OutagePool => pool_words(facts, limit, key, others, seconds),
            Rule::AfterOutageRate => say!(
                "timeouts-limit-after-rate",
                rate = format!("{:.1}", facts.profile().recommend.after_outage_rate.unwrap_or(0.0)),
                seconds = format!("{seconds:.2}")
            ),
        },
        operation: limit.operation,
        with: limit.terms.iter().map(|(k, _)| *k).filter(|k| *k != key).collect(),
        slack_s: now.map(|now| seconds - f64::from(now)),
        binds: asked.is_some_and(|asked| f64::from(asked) > seconds + 1e-9),
    })
}

fn budget_words(facts: &Facts<'_>, limit: &Limit, key: WebhookKey, seconds: &Timeouts) -> Text {
    let others = limit.terms.iter().filter(|(k, _)| *k != key);
    let others: f64 = others.map(|(k, calls)| calls * f64::from(seconds.get(k).copied().unwrap_or(0))).sum();
    let calls = limit.weight(key).unwrap_or(1.0);
    let budget = format!("{:.1}", caller_budget_s(facts));
    let own = format!("{:.2}", own_p99_s(facts.series(tag::OWN)));
    let others = format!("{others:.0}");
    if calls > 1.0 {
        let calls = format!("{calls:.0}");
        return say!(
            "timeouts-limit-budget-calls",
            budget = budget,
            own = own,
            others = others,
            calls = calls
        );
    }
    say!("timeouts-limit-budget", budget = budget, own = own, others = others)
}

fn pool_words(facts: &Facts<'_>, limit: &Limit, key: WebhookKey, others: &Timeouts, seconds: f64) -> Text {
    let processes = processes(facts);
    let rate = limit.weight(key).unwrap_or(0.0);
    let slots = format!("{:.0}", SLOTS * processes);
    let (shown_rate, seconds) = (format!("{rate:.1}"), format!("{seconds:.1}"));
    if limit.terms.len() == 1 {
        return say!(
            "timeouts-limit-pool",
            rate = shown_rate,
            slots = slots,
            processes = format!("{processes:.0}"),
            seconds = seconds,
            plain = format!("{:.1}", 100.0 * processes / rate)
        );
    }
    let rest = limit.terms.iter().filter(|(k, _)| *k != key).map(|(k, rate)| {
        let timeout = others.get(k).copied().unwrap_or(0);
        say!("timeouts-limit-pool-other", key = k.name(), rate = format!("{rate:.1}"), timeout = timeout)
    });
    let rest: Vec<Text> = rest.collect();
    let rest = Text::join(&rest, &Text::both(" and ", "、"));
    say!("timeouts-limit-pool-shared", others = rest, rate = shown_rate, slots = slots, seconds = seconds)
}

impl BudgetTerm {
    fn seconds(&self) -> f64 {
        f64::from(self.calls) * f64::from(self.timeout_s)
    }
}

/// Every API call of the load that has serial before-webhooks, with what it may take.
pub(super) fn budgets(facts: &Facts<'_>, timeouts: &Timeouts) -> Vec<Budget> {
    operations(facts)
        .into_iter()
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
            asked_s: None,
            spare_s: 0.0,
        })
        .collect();
    if terms.is_empty() {
        return None;
    }
    let (budget_s, own_p99_s) = (caller_budget_s(facts), own_p99_s(facts.series(tag::OWN)));
    let sum_s = own_p99_s + terms.iter().map(BudgetTerm::seconds).sum::<f64>();
    let mut budget = Budget {
        operation,
        budget_s,
        own_p99_s,
        terms,
        sum_s,
        fits: sum_s <= budget_s,
        spare_s: budget_s - sum_s,
    };
    for term in &mut budget.terms {
        term.spare_s = budget.spare_s / f64::from(term.calls);
    }
    Some(budget)
}

/// The split of each budget: beside what each webhook gets, what it asked for (its lower limit).
pub(super) fn split(facts: &Facts<'_>, recommended: &Timeouts, asked: &Timeouts) -> Vec<Budget> {
    let mut budgets = budgets(facts, recommended);
    for term in budgets.iter_mut().flat_map(|b| &mut b.terms) {
        term.asked_s = asked.get(&term.key).copied();
    }
    budgets
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
        assert_eq!(processes_for(70.0), 1);
        assert_eq!(processes_for(80.0), 2);
        assert_eq!(processes_for(0.0), 1);
    }
}
