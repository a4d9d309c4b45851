//! The answer: which timeout for which webhook, and what its neighbours would do.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lead::{confidence_word, seconds};
use super::super::{Summary, format};
use super::calls::quantile;
use super::{Block, Grid, cells, heading};
use crate::analysis::{Confidence, Recommendation};
use crate::wire::WebhookKey;

pub(super) fn timeouts(summary: &Summary) -> Vec<Block> {
    if summary.recommendations.is_empty() {
        return Vec::new();
    }
    let head = ["webhook", "n", "p50", "p99", "p99.9", "now", "write", "single ≤", "spells ≤", "confidence"];
    let rows = summary.recommendations.iter().map(|(key, r)| cells(row(*key, r))).collect();
    let mut blocks =
        vec![heading("Timeouts"), Block::Table(Grid { rows, spare: vec![2], ..Grid::new(head) })];
    blocks.push(Block::Text(legend(summary).into()));
    let silent = not_fired(summary);
    if !silent.is_empty() {
        blocks.push(Block::List(silent.into_iter().map(Into::into).collect()));
    }
    blocks
}

fn row(key: WebhookKey, r: &Recommendation) -> Vec<String> {
    let now = r.present_s.map_or_else(|| "?".to_owned(), |t| format!("{t} s"));
    if r.confidence == Confidence::NotMeasured {
        let dash = || "–".to_owned();
        let mut row = vec![key.name().to_owned(), "0".to_owned(), dash(), dash(), dash(), now];
        row.extend([dash(), dash(), dash(), confidence_word(r.confidence).to_owned()]);
        return row;
    }
    let shown = r.timeout_s.or(r.guess_s);
    let bound = |map: &BTreeMap<u32, f64>| share(shown.and_then(|t| map.get(&t).copied()));
    vec![
        key.name().to_owned(),
        format::count(r.n),
        quantile(&r.time_us, "0.5"),
        quantile(&r.time_us, "0.99"),
        quantile(&r.time_us, "0.999"),
        now,
        match (r.timeout_s, r.guess_s) {
            (None, Some(guess)) => format!("{guess} s?"),
            (timeout, _) => seconds(timeout),
        },
        bound(&r.misfire_single),
        bound(&r.misfire_spells),
        confidence_word(r.confidence).to_owned(),
    ]
}

fn share(bound: Option<f64>) -> String {
    bound.map_or_else(|| "–".to_owned(), format::share)
}

/// What the columns mean; only those that need it here.
fn legend(summary: &Summary) -> String {
    let mut text = format!(
        "single, spells: at most this share of healthy callbacks is cut by the timeout (95 % bounds), if slow ones come \
         one by one, or in spells; asked for: {}.",
        format::share(summary.plan.misfire)
    );
    let recommendations = || summary.recommendations.values();
    if recommendations().any(|r| r.timeout_s.is_none() && r.guess_s.is_some()) {
        text.push_str(" `1 s?` is a guess, not a recommendation.");
    }
    let mut from = BTreeMap::<&str, Vec<&str>>::new();
    for (key, source) in &summary.plan.timeouts_from {
        let words = match source.as_str() {
            "shipped" => "OpenIM's shipped value",
            "portrait" => "the portrait",
            other => other,
        };
        from.entry(words).or_default().push(key.name());
    }
    let from: Vec<String> = match from.len() {
        1 => from.keys().map(|source| (*source).to_owned()).collect(),
        _ => from.iter().map(|(source, keys)| format!("{source} ({})", keys.join(", "))).collect(),
    };
    if !from.is_empty() {
        text.push_str(&format!(" now: from {}.", from.join(" and ")));
    }
    if recommendations().any(|r| r.present_s.is_none()) {
        text.push_str(" now ?: not known; give webhook.yml or webhook.timeout.");
    }
    text
}

/// Webhooks that have a row but were not fired, with what fires them.
fn not_fired(summary: &Summary) -> Vec<String> {
    let silent = summary.recommendations.iter().filter(|(_, r)| r.confidence == Confidence::NotMeasured);
    silent
        .map(|(key, r)| {
            let expected = if summary.plan.expect.contains(key) { "expected, but " } else { "" };
            format!("{key}: {expected}never called in this load; {} fires it", r.fired_by.en())
        })
        .collect()
}

/// The timeouts around the recommended one, and the present one, where they differ in what they cut.
pub(super) fn other_timeouts(summary: &Summary) -> Vec<Block> {
    let rows: Vec<_> = summary.recommendations.iter().flat_map(|(key, r)| neighbours(*key, r)).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = ["webhook", "timeout", "slower", "single ≤", "spells ≤", ""];
    vec![
        heading("What other timeouts would cut"),
        Block::Table(Grid { rows: rows.into_iter().map(cells).collect(), ..Grid::new(head) }),
    ]
}

fn neighbours(key: WebhookKey, r: &Recommendation) -> Vec<Vec<String>> {
    let refused = matches!(r.confidence, Confidence::NotMeasured | Confidence::Refused);
    if refused {
        return Vec::new();
    }
    let chosen = r.timeout_s.or(r.guess_s);
    let mut timeouts: BTreeSet<u32> = r.present_s.into_iter().collect();
    timeouts.extend(chosen.into_iter().flat_map(|t| [t.saturating_sub(1), t, t + 1]));
    let rows: Vec<_> =
        timeouts.iter().filter_map(|t| r.table.iter().find(|row| row.timeout_s == *t)).collect();
    if rows.iter().all(|row| row.exceed == rows[0].exceed) {
        return Vec::new();
    }
    rows.into_iter()
        .map(|row| {
            let mut words = Vec::new();
            if r.present_s == Some(row.timeout_s) {
                words.push("now");
            }
            if chosen == Some(row.timeout_s) {
                words.push(if r.timeout_s.is_some() { "write" } else { "guess" });
            }
            vec![
                key.name().to_owned(),
                format!("{} s", row.timeout_s),
                format::count(row.exceed),
                format::share(row.single),
                format::share(row.in_spells),
                words.join(", "),
            ]
        })
        .collect()
}
