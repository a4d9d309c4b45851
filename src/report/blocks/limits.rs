//! What is shared and what limits: the split of each call's budget, every upper limit with its slack, and what each class
//! of confidence still needs.

use std::collections::BTreeMap;

use super::super::{Summary, format};
use super::{Block, Grid, serde_name};
use crate::analysis::{Budget, BudgetTerm, Confidence, Missing, MissingByClass, Recommendation, UpperLimit};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

/// The serial webhooks of each API call against the caller's budget.
pub(super) fn split(summary: &Summary) -> Vec<Block> {
    let mut blocks: Vec<Block> =
        summary.budgets.iter().map(|budget| Block::Table(budget_table(budget))).collect();
    let mut list: Vec<Text> = summary.budgets.iter().filter(|b| !b.fits).map(over).collect();
    if let Some(all) = summary.operations_recommended.as_ref().filter(|all| all.n > 0) {
        list.push(say!(
            "report-operations-beyond",
            exceed = format::count(all.exceed),
            n = format::count(all.n),
            single = format::share(all.single),
            spells = format::share(all.in_spells)
        ));
    }
    if !list.is_empty() {
        blocks.push(Block::List(list));
    }
    if !blocks.is_empty() {
        blocks.insert(0, Block::Heading(say!("report-together")));
    }
    blocks
}

/// What to know where the sum is too large, although each timeout that is written fits.
fn over(budget: &Budget) -> Text {
    let kept: Vec<Text> =
        budget.terms.iter().filter(|t| !t.recommended).map(|t| Text::plain(t.key.name())).collect();
    let name = serde_name(&budget.operation);
    if kept.is_empty() {
        return say!("report-budget-more", name = name);
    }
    say!("report-budget-kept", n = kept.len(), name = name, keys = Text::join(&kept, &say!("report-and")))
}

fn budget_table(budget: &Budget) -> Grid {
    let mut rows: Vec<Vec<Text>> = budget.terms.iter().map(term).collect();
    let mut sum = |what: Text, seconds: f64| {
        let empty = || Text::plain("");
        rows.push(vec![what, empty(), empty(), empty(), Text::plain(long(seconds))]);
    };
    sum(say!("report-own-part"), budget.own_p99_s);
    sum(say!("report-at-worst"), budget.sum_s);
    sum(say!("report-caller-waits"), budget.budget_s);
    if budget.spare_s < 0.0 {
        sum(say!("report-too-much"), -budget.spare_s);
    } else {
        sum(say!("report-to-spare"), budget.spare_s);
    }
    let head = [
        Text::plain(serde_name(&budget.operation)),
        say!("report-head-calls"),
        say!("report-head-needs"),
        say!("report-head-write"),
        say!("report-head-takes"),
    ];
    Grid { rows, ..Grid::new(head) }
}

fn term(term: &BudgetTerm) -> Vec<Text> {
    let seconds = |s: u32| Text::plain(format!("{s} s"));
    let takes = seconds(term.calls.saturating_mul(term.timeout_s));
    vec![
        Text::plain(term.key.name()),
        Text::plain(term.calls.to_string()),
        term.asked_s.map_or_else(|| Text::plain("?"), seconds),
        if term.recommended { seconds(term.timeout_s) } else { say!("report-none") },
        if term.recommended { takes } else { say!("report-now", takes = takes) },
    ]
}

/// Seconds of any length.
fn long(seconds: f64) -> String {
    if seconds < 1.0 {
        format::duration_us((seconds.max(0.0) * 1e6) as u64)
    } else {
        format!("{seconds:.2} s")
    }
}

/// Every upper limit, also those that do not bind.
pub(super) fn limits(summary: &Summary) -> Vec<Block> {
    let measured = summary.recommendations.iter().filter(|(_, r)| is_judged(r));
    let rows: Vec<_> =
        measured.flat_map(|(key, r)| r.upper_limits.iter().map(|limit| limit_row(*key, r, limit))).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = [
        say!("report-head-webhook"),
        say!("report-head-timeout"),
        say!("report-head-limit"),
        say!("report-head-allows"),
        say!("report-head-slack"),
        say!("report-head-binds"),
    ];
    let legend = if summary.observed.is_some() {
        say!("observed-limits-legend", processes = summary.plan.processes)
    } else {
        let rate = format::rate(summary.rates.production_per_s);
        say!("report-limits-legend", rate = rate, processes = summary.plan.processes)
    };
    vec![
        Block::Heading(say!("report-limits")),
        Block::Table(Grid { rows, spare: vec![1], ..Grid::new(head) }),
        Block::Text(legend),
    ]
}

/// Measured, and not refused as a whole.
fn is_judged(r: &Recommendation) -> bool {
    let hopeless = r.confidence == Confidence::Refused && r.binding.is_none();
    r.confidence != Confidence::NotMeasured && !hopeless
}

fn limit_row(key: WebhookKey, r: &Recommendation, limit: &UpperLimit) -> Vec<Text> {
    let timeout = match (r.timeout_s, r.lower_limit_s) {
        (Some(t), _) => format!("{t} s"),
        (None, Some(t)) => format!("({t} s)"),
        (None, None) => "–".to_owned(),
    };
    let name = match (&limit.operation, limit.name.as_str(), limit.with.len()) {
        (Some(operation), name, _) => Text::plain(format!("{name} ({})", serde_name(operation))),
        (None, name @ "outage_pool", n) if n > 0 => say!("report-more-hang", name = name, n = n),
        (None, name, _) => Text::plain(name),
    };
    vec![
        Text::plain(key.name()),
        Text::plain(timeout),
        name,
        Text::plain(signed(limit.seconds)),
        Text::plain(limit.slack_s.map_or_else(|| "–".to_owned(), signed)),
        if limit.binds { say!("report-binds") } else { Text::plain("") },
    ]
}

/// Seconds rounded down, so that a limit never looks larger than it is: 3.996 s do not allow 4 s.
fn signed(seconds: f64) -> String {
    let rounded = (seconds * 100.0 + 1e-6).floor() / 100.0;
    let text = format!("{:.2} s", rounded.abs());
    if rounded < 0.0 { format!("−{text}") } else { text }
}

/// What each class of confidence still needs.
pub(super) fn missing(summary: &Summary) -> Vec<Block> {
    let judged = summary.recommendations.iter().filter(|(_, r)| is_judged(r));
    let judged: Vec<_> = judged.filter_map(|(key, r)| Some((*key, r.missing.as_ref()?))).collect();
    let rows = judged.iter().map(|(key, m)| vec![Text::plain(key.name()), needs(&m.medium), needs(&m.high)]);
    let rows: Vec<_> = rows.collect();
    if judged.iter().all(|(_, m)| m.high.reached) {
        return Vec::new();
    }
    let head = [say!("report-head-webhook"), say!("report-for-medium"), say!("report-for-high")];
    let mut blocks =
        vec![Block::Heading(say!("report-missing")), Block::Table(Grid { rows, ..Grid::new(head) })];
    let list = reasons(&judged);
    if !list.is_empty() {
        blocks.push(Block::List(list));
    }
    blocks
}

/// Why neither callbacks nor minutes would do, each reason once.
fn reasons(judged: &[(WebhookKey, &MissingByClass)]) -> Vec<Text> {
    let mut said: BTreeMap<&Text, Vec<Text>> = BTreeMap::new();
    for (key, m) in judged {
        let (medium, high) = (m.medium.why_not.as_ref(), m.high.why_not.as_ref());
        let of_both = medium == high;
        let classes = [(medium, say!("report-medium")), (high.filter(|_| !of_both), say!("report-high"))];
        for (why, class) in classes {
            let whom = match of_both {
                true => Text::plain(key.name()),
                false => say!("report-of-class", key = key.name(), class = class),
            };
            if let Some(why) = why.filter(|why| !why.is_empty()) {
                said.entry(why).or_default().push(whom);
            }
        }
    }
    said.into_iter().map(|(why, keys)| say!("report-why-not", keys = Text::list(&keys), why = why)).collect()
}

fn needs(missing: &Missing) -> Text {
    if missing.reached {
        return say!("report-reached");
    }
    let minutes = missing.minutes.map(|m| match m.ceil() {
        m if m <= 1.0 => "1 min".to_owned(),
        m if m <= 120.0 => format!("{m:.0} min"),
        m => format!("{:.0} h", (m / 60.0).ceil()),
    });
    let callbacks =
        missing.callbacks.filter(|n| *n > 0).map(|n| say!("report-n-callbacks", n = format::count(n)));
    let parts: Vec<Text> = callbacks.into_iter().chain(minutes.map(Text::plain)).collect();
    if parts.is_empty() { say!("report-see-below") } else { Text::list(&parts) }
}
