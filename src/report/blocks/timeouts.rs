//! The answer: which timeout for which webhook, and what its neighbours would do.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lead::{confidence_word, seconds};
use super::super::{Summary, format};
use super::calls::quantile;
use super::{Block, Grid};
use crate::analysis::{Confidence, Recommendation};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

pub(super) fn timeouts(summary: &Summary) -> Vec<Block> {
    if summary.recommendations.is_empty() {
        return Vec::new();
    }
    let plain = |text: &str| Text::plain(text);
    let head = [
        say!("calls-webhook"),
        plain("n"),
        plain("p50"),
        plain("p99"),
        plain("p99.9"),
        say!("calls-now"),
        say!("calls-write"),
        say!("calls-single"),
        say!("calls-spells"),
        say!("calls-confidence"),
    ];
    let rows = summary.recommendations.iter().map(|(key, r)| row(*key, r)).collect();
    let mut blocks = vec![
        Block::Heading(say!("calls-timeouts")),
        Block::Table(Grid { rows, spare: vec![2], ..Grid::new(head) }),
        Block::Text(legend(summary)),
    ];
    let silent = not_fired(summary);
    if !silent.is_empty() {
        blocks.push(Block::List(silent));
    }
    blocks
}

fn row(key: WebhookKey, r: &Recommendation) -> Vec<Text> {
    let now = r.present_s.map_or_else(|| "?".to_owned(), |t| format!("{t} s"));
    if r.confidence == Confidence::NotMeasured {
        let mut row: Vec<Text> =
            [key.name(), "0", "–", "–", "–", &now, "–", "–", "–"].map(Text::plain).to_vec();
        row.push(confidence_word(r.confidence));
        return row;
    }
    let shown = r.timeout_s.or(r.guess_s);
    let bound = |map: &BTreeMap<u32, f64>| share(shown.and_then(|t| map.get(&t).copied()));
    let figures = [
        key.name().to_owned(),
        format::count(r.n),
        quantile(&r.time_us, "0.5"),
        quantile(&r.time_us, "0.99"),
        quantile(&r.time_us, "0.999"),
        now,
    ];
    let mut row = figures.map(Text::plain).to_vec();
    row.push(match (r.timeout_s, r.guess_s) {
        (None, Some(guess)) => Text::plain(format!("{guess} s?")),
        (timeout, _) => seconds(timeout),
    });
    row.extend([bound(&r.misfire_single), bound(&r.misfire_spells)].map(Text::plain));
    row.push(confidence_word(r.confidence));
    row
}

fn share(bound: Option<f64>) -> String {
    bound.map_or_else(|| "–".to_owned(), format::share)
}

/// What the columns mean; only those that need it here.
fn legend(summary: &Summary) -> Text {
    let mut said = vec![say!("calls-timeouts-legend", asked = format::share(summary.plan.misfire))];
    let recommendations = || summary.recommendations.values();
    if recommendations().any(|r| r.timeout_s.is_none() && r.guess_s.is_some()) {
        said.push(say!("calls-timeouts-guess"));
    }
    let mut from = BTreeMap::<Text, Vec<Text>>::new();
    for (key, source) in &summary.plan.timeouts_from {
        let words = match source.as_str() {
            "shipped" => say!("calls-from-shipped"),
            "portrait" => say!("calls-from-portrait"),
            other => Text::plain(other),
        };
        from.entry(words).or_default().push(Text::plain(key.name()));
    }
    let several = from.len() > 1;
    let from: Vec<Text> = from
        .into_iter()
        .map(|(source, keys)| match several {
            true => say!("calls-from-keys", source = source, keys = Text::list(&keys)),
            false => source,
        })
        .collect();
    if !from.is_empty() {
        said.push(say!("calls-now-from", sources = Text::join(&from, &say!("calls-and"))));
    }
    if recommendations().any(|r| r.present_s.is_none()) {
        said.push(say!("calls-now-unknown"));
    }
    Text::sentences(&said)
}

/// Webhooks that have a row but were not fired, with what fires them.
fn not_fired(summary: &Summary) -> Vec<Text> {
    let silent = summary.recommendations.iter().filter(|(_, r)| r.confidence == Confidence::NotMeasured);
    silent
        .map(|(key, r)| match summary.plan.expect.contains(key) {
            true => say!("calls-not-fired-expected", key = key.name(), fired_by = &r.fired_by),
            false => say!("calls-not-fired", key = key.name(), fired_by = &r.fired_by),
        })
        .collect()
}

/// The timeouts around the recommended one, and the present one, where they differ in what they cut.
pub(super) fn other_timeouts(summary: &Summary) -> Vec<Block> {
    let rows: Vec<_> = summary.recommendations.iter().flat_map(|(key, r)| neighbours(*key, r)).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let head = [
        say!("calls-webhook"),
        say!("calls-timeout"),
        say!("calls-slower"),
        say!("calls-single"),
        say!("calls-spells"),
        Text::plain(""),
    ];
    vec![Block::Heading(say!("calls-others")), Block::Table(Grid { rows, ..Grid::new(head) })]
}

fn neighbours(key: WebhookKey, r: &Recommendation) -> Vec<Vec<Text>> {
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
                words.push(say!("calls-now"));
            }
            if chosen == Some(row.timeout_s) {
                words.push(if r.timeout_s.is_some() { say!("calls-write") } else { say!("calls-guess") });
            }
            let figures = [
                key.name().to_owned(),
                format!("{} s", row.timeout_s),
                format::count(row.exceed),
                format::share(row.single),
                format::share(row.in_spells),
            ];
            let mut cells = figures.map(Text::plain).to_vec();
            cells.push(Text::list(&words));
            cells
        })
        .collect()
}
