//! What a record of the standalone proxy says beside the timeouts: every webhook's callbacks as they were answered, what the
//! proxy added itself, what went wrong, and what nobody can know from there.
//!
//! There are no calls in such a record. Rates of production are those that were seen.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::confidence::percent;
use super::facts::Facts;
use super::figures;
use super::recommendation::Vantage;
use super::series::SeriesFigures;
use super::{after_queue_next, limits, not_routed_next, reentrancy};
use crate::finding::{Finding, Severity};
use crate::record::model::tag::{self, CallbackSeries};
use crate::record::model::{CallbackCounts, Observed, UpstreamCounts, evidence};
use crate::say;
use crate::text::Text;
use crate::wire::api::Operation;
use crate::wire::{WebhookKey, flow};

/// Busy after-workers a process from which on its queue fills.
const AFTER_WORKERS: f64 = 2.0;

/// What was watched, and from where.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObservedFigures {
    /// Where the times were taken.
    pub vantage: Vantage,
    /// What stood behind, and how it was reached.
    pub proxy: Observed,
    /// Watched time, seconds.
    pub seconds: f64,
    /// What the proxy added to a callback, µs; the times of the webhooks are without it.
    pub added_us: SeriesFigures,
    /// By webhook.
    pub webhooks: BTreeMap<WebhookKey, ObservedWebhook>,
    /// Requests passed on that are no group callbacks, by command.
    pub others: BTreeMap<String, u64>,
    /// What cannot be known from here.
    pub cannot_know: Vec<Text>,
}

/// Callbacks of one webhook.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ObservedWebhook {
    /// Answered by the upstream, or aborted by OpenIM while it worked: what the timeout is judged by.
    pub counted: u64,
    /// Of these, aborted by OpenIM: slower than everything.
    pub aborted: u64,
    /// On a connection that was opened for them.
    pub fresh: u64,
    /// Counted callbacks a second.
    pub per_s: f64,
    /// What the upstream made of all of them.
    pub upstream: UpstreamCounts,
}

impl ObservedWebhook {
    fn failed(&self) -> u64 {
        self.upstream.failures.values().sum()
    }
}

/// Figures of a record that holds callbacks only; none of any other.
pub(super) fn figures(facts: &Facts<'_>) -> Option<ObservedFigures> {
    let proxy = facts.record.header.observed.clone()?;
    let mut others = BTreeMap::new();
    for row in &facts.record.rows {
        for (name, n) in row.strangers.iter().chain(&row.unknown_commands) {
            *others.entry(name.clone()).or_default() += n;
        }
    }
    Some(ObservedFigures {
        vantage: Vantage::Proxy,
        proxy,
        seconds: facts.window.seconds(),
        added_us: SeriesFigures::of(facts.series(tag::PROXY_ADDED), 0, 1.0),
        webhooks: webhooks(facts),
        others,
        cannot_know: vec![
            say!("observed-cannot-calls"),
            say!("observed-cannot-way"),
            say!("observed-cannot-after"),
            say!("observed-cannot-own"),
        ],
    })
}

fn webhooks(facts: &Facts<'_>) -> BTreeMap<WebhookKey, ObservedWebhook> {
    let mut webhooks = BTreeMap::<WebhookKey, ObservedWebhook>::new();
    for row in facts.record.rows.iter().filter(|r| facts.window.counts(r)) {
        for (key, counts) in &row.upstream {
            webhooks.entry(*key).or_default().upstream.add(counts.clone());
        }
    }
    for (key, counts) in counts(facts) {
        let webhook = webhooks.entry(key).or_default();
        (webhook.counted, webhook.aborted, webhook.fresh) = (counts.arrived, counts.cut, counts.fresh);
        webhook.per_s = rate(facts, counts.arrived);
    }
    webhooks
}

fn counts(facts: &Facts<'_>) -> BTreeMap<WebhookKey, CallbackCounts> {
    let mut sums = BTreeMap::<WebhookKey, CallbackCounts>::new();
    for row in facts.record.rows.iter().filter(|r| facts.window.counts(r)) {
        for (key, counts) in &row.callbacks {
            sums.entry(*key).or_default().add(*counts);
        }
    }
    sums
}

fn rate(facts: &Facts<'_>, count: u64) -> f64 {
    let seconds = facts.window.seconds();
    if seconds > 0.0 { count as f64 / seconds } else { 0.0 }
}

/// Callbacks of a webhook a second, as they were seen.
pub(super) fn rate_of(facts: &Facts<'_>, key: WebhookKey) -> f64 {
    let rows = facts.record.rows.iter().filter(|r| facts.window.counts(r));
    rate(facts, rows.filter_map(|r| r.callbacks.get(&key)).map(|c| c.arrived).sum())
}

/// The API calls whose before-webhooks were seen; one whose webhooks another has as well tells nothing of its own.
pub(super) fn operations(facts: &Facts<'_>) -> Vec<Operation> {
    let seen: BTreeSet<WebhookKey> = counts(facts).into_keys().collect();
    let own = |operation: Operation| -> BTreeSet<WebhookKey> {
        let before = flow::flow(operation, Some(facts.build())).before;
        before.iter().copied().filter(|key| seen.contains(key)).collect()
    };
    let all: Vec<_> =
        Operation::ALL.into_iter().map(|op| (op, own(op))).filter(|o| !o.1.is_empty()).collect();
    let covered = |i: usize, (_, keys): &(Operation, BTreeSet<WebhookKey>)| {
        all.iter()
            .enumerate()
            .any(|(j, (_, others))| j != i && keys.is_subset(others) && (keys.len() < others.len() || j < i))
    };
    all.iter().enumerate().filter(|(i, o)| !covered(*i, o)).map(|(_, (operation, _))| *operation).collect()
}

/// What went wrong, as far as it can be seen from between OpenIM and the upstream.
pub(super) fn findings(facts: &Facts<'_>) -> Vec<Finding> {
    let webhooks = webhooks(facts);
    let mut findings = Vec::new();
    for (key, webhook) in &webhooks {
        findings.extend(starving(*key, webhook));
        findings.extend(odd_statuses(*key, webhook));
        findings.extend(without_answer(*key, webhook));
    }
    findings.extend(after_queue(facts, &webhooks));
    findings.sort_by_key(|f| std::cmp::Reverse(f.severity));
    findings
}

fn starving(key: WebhookKey, webhook: &ObservedWebhook) -> Option<Finding> {
    let (aborted, at_once) = (webhook.aborted, webhook.upstream.aborted_at_once);
    reentrancy::is_probable(aborted, at_once).then(|| {
        let what = say!("observed-starving", key = key.name(), aborted = aborted, at_once = at_once);
        let next = say!("observed-starving-next");
        Finding::new(evidence::REENTRANT, Severity::Warning, key.name(), what, next)
    })
}

/// OpenIM looks at the body alone, but an error status rarely comes with the JSON that it wants.
fn odd_statuses(key: WebhookKey, webhook: &ObservedWebhook) -> Option<Finding> {
    let odd = webhook.upstream.statuses.iter().filter(|(status, _)| !(200..300).contains(*status));
    let (mut n, mut list) = (0, Vec::new());
    for (status, count) in odd {
        n += count;
        list.push(Text::plain(format!("{status}: {count}")));
    }
    let all: u64 = webhook.upstream.statuses.values().sum();
    (n > 0).then(|| {
        let severity = if n * 2 > all { Severity::Error } else { Severity::Warning };
        let what =
            say!("observed-statuses", key = key.name(), n = n, all = all, statuses = Text::clauses(&list));
        Finding::new(evidence::NOT_ROUTED, severity, key.name(), what, not_routed_next())
    })
}

fn without_answer(key: WebhookKey, webhook: &ObservedWebhook) -> Option<Finding> {
    let failed = webhook.failed();
    (failed > 0).then(|| {
        let kinds = webhook.upstream.failures.iter().map(|(kind, n)| Text::plain(format!("{kind}: {n}")));
        let kinds: Vec<Text> = kinds.collect();
        let what = say!("observed-failed", key = key.name(), n = failed, kinds = Text::clauses(&kinds));
        Finding::new("upstream_failed", Severity::Warning, key.name(), what, say!("observed-failed-next"))
    })
}

/// λ × handling time: how many after-workers are busy on average.
fn after_queue(facts: &Facts<'_>, webhooks: &BTreeMap<WebhookKey, ObservedWebhook>) -> Option<Finding> {
    let busy: f64 = webhooks
        .iter()
        .filter(|(key, _)| !key.is_before())
        .map(|(key, webhook)| {
            let handler = facts.series(&tag::callback(*key, CallbackSeries::Handler));
            let mean = if handler.is_empty() { 0.0 } else { handler.mean() / 1e6 };
            webhook.per_s * mean
        })
        .sum();
    let workers = AFTER_WORKERS * limits::processes(facts);
    (busy > workers).then(|| {
        let what =
            say!("observed-after-queue", busy = format!("{busy:.1}"), workers = format!("{workers:.0}"));
        Finding::new(evidence::AFTER_QUEUE, Severity::Warning, "", what, after_queue_next())
    })
}

/// How the times of a webhook were come by, in a sentence.
pub(super) fn time_words(facts: &Facts<'_>, key: WebhookKey) -> Option<Text> {
    facts.record.header.observed.as_ref()?;
    let added = facts.series(tag::PROXY_ADDED);
    let p99 = if added.is_empty() { 0 } else { added.value_at_quantile(0.99) };
    let endless = figures::endless(facts, key, CallbackSeries::RoundTripNear);
    let n = counts(facts).get(&key).map_or(0, |c| c.arrived).max(1);
    Some(say!(
        "observed-time",
        p99 = format!("{:.2} ms", p99 as f64 / 1e3),
        aborted = endless,
        share = percent(endless as f64 / n as f64)
    ))
}
