//! What is shared and what limits: the split of each call's budget, every upper limit with its slack, and what each class
//! of confidence still needs.

use std::collections::BTreeMap;

use super::super::{Summary, format};
use super::{Block, Grid, cells, heading, serde_name};
use crate::analysis::{Budget, BudgetTerm, Confidence, Missing, MissingByClass, Recommendation, UpperLimit};
use crate::text::Text;
use crate::wire::WebhookKey;

/// The serial webhooks of each API call against the caller's budget.
pub(super) fn split(summary: &Summary) -> Vec<Block> {
    let mut blocks: Vec<Block> =
        summary.budgets.iter().map(|budget| Block::Table(budget_table(budget))).collect();
    let mut list: Vec<String> = summary.budgets.iter().filter(|b| !b.fits).map(over).collect();
    if let Some(all) = summary.operations_recommended.as_ref().filter(|all| all.n > 0) {
        list.push(format!(
            "{} of {} operations had a callback beyond the timeouts to write; at most {} of operations one by one, {} in \
             spells",
            format::count(all.exceed),
            format::count(all.n),
            format::share(all.single),
            format::share(all.in_spells)
        ));
    }
    if !list.is_empty() {
        blocks.push(Block::List(list.into_iter().map(Into::into).collect()));
    }
    if !blocks.is_empty() {
        blocks.insert(0, heading("All webhooks of a call together"));
    }
    blocks
}

/// What to know where the sum is too large, although each timeout that is written fits.
fn over(budget: &Budget) -> String {
    let kept: Vec<&str> = budget.terms.iter().filter(|t| !t.recommended).map(|t| t.key.name()).collect();
    let name = serde_name(&budget.operation);
    if kept.is_empty() {
        return format!("{name}: these timeouts together are MORE than the caller waits");
    }
    format!(
        "{name}: as long as {} keep{} the present timeout, a caller may have given up before the call ends",
        kept.join(" and "),
        if kept.len() == 1 { "s" } else { "" }
    )
}

fn budget_table(budget: &Budget) -> Grid {
    let name = serde_name(&budget.operation);
    let mut rows: Vec<Vec<String>> = budget.terms.iter().map(term).collect();
    let mut sum = |what: &str, seconds: f64| {
        rows.push([what, "", "", "", &long(seconds)].map(str::to_owned).to_vec());
    };
    sum("the server's own part (p99)", budget.own_p99_s);
    sum("together, at worst", budget.sum_s);
    sum("the caller waits", budget.budget_s);
    if budget.spare_s < 0.0 {
        sum("too much", -budget.spare_s);
    } else {
        sum("to spare", budget.spare_s);
    }
    Grid {
        rows: rows.into_iter().map(cells).collect(),
        ..Grid::new([name.as_str(), "calls", "needs", "write", "takes"])
    }
}

fn term(term: &BudgetTerm) -> Vec<String> {
    let seconds = |s: u32| format!("{s} s");
    let takes = format!("{} s", term.calls.saturating_mul(term.timeout_s));
    vec![
        term.key.name().to_owned(),
        term.calls.to_string(),
        term.asked_s.map_or_else(|| "?".to_owned(), seconds),
        if term.recommended { seconds(term.timeout_s) } else { "none".to_owned() },
        if term.recommended { takes } else { format!("now {takes}") },
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
    let head = ["webhook", "timeout", "upper limit", "allows", "slack", "binds"];
    let rate = format::rate(summary.rates.production_per_s);
    let legend = format!(
        "timeout: the one to write, else (in brackets) the smallest that cuts few enough. allows: the longest that the limit \
         leaves. client_cap: OpenIM's own. caller_budget: what the other webhooks of the call and the server leave of what the \
         caller waits. outage_pool: until the webhook that hangs takes connections from healthy ones, at {rate} operations a \
         second (production) and {} sending process(es).",
        summary.plan.processes
    );
    vec![
        heading("Upper limits"),
        Block::Table(Grid { rows: rows.into_iter().map(cells).collect(), spare: vec![1], ..Grid::new(head) }),
        Block::Text(legend.into()),
    ]
}

/// Measured, and not refused as a whole.
fn is_judged(r: &Recommendation) -> bool {
    let hopeless = r.confidence == Confidence::Refused && r.binding.is_none();
    r.confidence != Confidence::NotMeasured && !hopeless
}

fn limit_row(key: WebhookKey, r: &Recommendation, limit: &UpperLimit) -> Vec<String> {
    let timeout = match (r.timeout_s, r.lower_limit_s) {
        (Some(t), _) => format!("{t} s"),
        (None, Some(t)) => format!("({t} s)"),
        (None, None) => "–".to_owned(),
    };
    let name = match (&limit.operation, limit.name.as_str(), limit.with.len()) {
        (Some(operation), name, _) => format!("{name} ({})", serde_name(operation)),
        (None, "outage_pool", n) if n > 0 => format!("outage_pool (and {n} more hang)"),
        (None, name, _) => name.to_owned(),
    };
    vec![
        key.name().to_owned(),
        timeout,
        name,
        signed(limit.seconds),
        limit.slack_s.map_or_else(|| "–".to_owned(), signed),
        if limit.binds { "binds" } else { "" }.to_owned(),
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
    let rows: Vec<_> =
        judged.iter().map(|(key, m)| vec![key.name().to_owned(), needs(&m.medium), needs(&m.high)]).collect();
    if judged.iter().all(|(_, m)| m.high.reached) {
        return Vec::new();
    }
    let mut blocks = vec![
        heading("What is still missing"),
        Block::Table(Grid {
            rows: rows.into_iter().map(cells).collect(),
            ..Grid::new(["webhook", "for medium", "for high"])
        }),
    ];
    let list = reasons(&judged);
    if !list.is_empty() {
        blocks.push(Block::List(list.into_iter().map(Into::into).collect()));
    }
    blocks
}

/// Why neither callbacks nor minutes would do, each reason once.
fn reasons(judged: &[(WebhookKey, &MissingByClass)]) -> Vec<String> {
    let mut said: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (key, m) in judged {
        let (medium, high) = (m.medium.why_not.as_ref().map(Text::en), m.high.why_not.as_ref().map(Text::en));
        let of_both = medium == high;
        for (why, class) in [(medium, "medium"), (high.filter(|_| !of_both), "high")] {
            let whom = if of_both { key.name().to_owned() } else { format!("{key} ({class})") };
            said.entry(why.unwrap_or_default()).or_default().push(whom);
        }
    }
    said.remove("");
    said.into_iter().map(|(why, keys)| format!("{}: {why}", keys.join(", "))).collect()
}

fn needs(missing: &Missing) -> String {
    if missing.reached {
        return "reached".to_owned();
    }
    let minutes = missing.minutes.map(|m| match m.ceil() {
        m if m <= 1.0 => "1 min".to_owned(),
        m if m <= 120.0 => format!("{m:.0} min"),
        m => format!("{:.0} h", (m / 60.0).ceil()),
    });
    let callbacks = missing.callbacks.filter(|n| *n > 0).map(|n| format!("{} callbacks", format::count(n)));
    match (callbacks, minutes) {
        (Some(callbacks), Some(minutes)) => format!("{callbacks}, {minutes}"),
        (Some(only), None) | (None, Some(only)) => only,
        (None, None) => "see below".to_owned(),
    }
}
