//! Callbacks that were only watched, in place of calls: how many, how they were answered, what the proxy added, and what cannot
//! be known from there.

use super::super::{Summary, format};
use super::calls::quantile;
use super::{Block, Grid};
use crate::analysis::{ObservedFigures, ObservedWebhook};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

pub(super) fn watched(summary: &Summary, observed: &ObservedFigures) -> Vec<Block> {
    let mut list = vec![from(observed), span(summary, observed)];
    list.extend(added(observed));
    if observed.proxy.insecure {
        list.push(say!("observed-insecure"));
    }
    if !observed.proxy.faults.is_empty() {
        list.push(say!("observed-faults", faults = observed.proxy.faults.join("; ")));
    }
    list.extend(others(observed));
    let rows = observed.webhooks.iter().map(|(key, webhook)| row(summary, *key, webhook)).collect();
    let mut head = vec![Text::plain("webhook")];
    head.extend([
        say!("observed-col-counted"),
        say!("observed-col-rate"),
        say!("observed-col-aborted"),
        say!("observed-col-failed"),
        say!("observed-col-statuses"),
    ]);
    head.extend(["p50", "p90", "p99"].map(Text::plain));
    head.push(say!("observed-col-sizes"));
    vec![
        Block::Heading(say!("calls-heading-callbacks")),
        Block::List(list),
        Block::Table(Grid { head, rows, spare: vec![9, 7, 5] }),
        Block::Text(say!("observed-legend")),
        Block::Heading(say!("observed-cannot")),
        Block::List(observed.cannot_know.clone()),
    ]
}

fn from(observed: &ObservedFigures) -> Text {
    let upstream = format::printable(&observed.proxy.upstream);
    if observed.proxy.keep_host {
        return say!("observed-from-kept", upstream = upstream);
    }
    say!("observed-from", upstream = upstream)
}

fn span(summary: &Summary, observed: &ObservedFigures) -> Text {
    let started = summary.environment.get("started").map(|s| format::printable(s)).unwrap_or_default();
    say!("observed-span", seconds = format::rate(observed.seconds), started = started)
}

fn added(observed: &ObservedFigures) -> Option<Text> {
    let added = &observed.added_us;
    (added.count > 0).then(|| {
        say!(
            "observed-added",
            p50 = quantile(added, "0.5"),
            p99 = quantile(added, "0.99"),
            max = format::duration_us(added.max_us)
        )
    })
}

fn others(observed: &ObservedFigures) -> Option<Text> {
    let n: u64 = observed.others.values().sum();
    let named = observed.others.iter().map(|(name, n)| {
        let name = if name.is_empty() { "-".to_owned() } else { format::printable(name) };
        Text::plain(format!("{name} {}", format::count(*n)))
    });
    let named: Vec<Text> = named.collect();
    (n > 0).then(|| say!("observed-others", n = format::count(n), named = Text::list(&named)))
}

fn row(summary: &Summary, key: WebhookKey, webhook: &ObservedWebhook) -> Vec<Text> {
    let upstream = &webhook.upstream;
    let statuses: Vec<String> =
        upstream.statuses.iter().map(|(s, n)| format!("{s}: {}", format::count(*n))).collect();
    let failed: u64 = upstream.failures.values().sum();
    let time = summary.recommendations.get(&key).map(|r| &r.time_us);
    let mut row = vec![
        Text::plain(key.name()),
        Text::plain(format::count(webhook.counted)),
        Text::plain(format!("{}/s", format::rate(webhook.per_s))),
        Text::plain(format::count(webhook.aborted)),
        Text::plain(format::count(failed)),
        Text::plain(statuses.join(", ")),
    ];
    let shown = |q| time.map_or_else(|| "–".to_owned(), |time| quantile(time, q));
    row.extend(["0.5", "0.9", "0.99"].map(|q| Text::plain(shown(q))));
    row.push(Text::plain(format!("{} / {}", size(upstream.largest_request), size(upstream.largest_answer))));
    row
}

/// Bodies are mostly small: bytes as they are, up to 10 kB.
fn size(bytes: u64) -> String {
    if bytes < 10_000 { format!("{} B", format::count(bytes)) } else { format::bytes(bytes) }
}
