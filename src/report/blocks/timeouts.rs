//! The answer: which timeout for which webhook, and what its neighbours would do.

use std::collections::{BTreeMap, BTreeSet};

use super::super::lead::confidence_word;
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
    let mut head = ["webhook", "n", "p50", "p99", "p99.9"].map(Text::plain).to_vec();
    head.extend([
        say!("calls-col-now"),
        say!("calls-col-write"),
        say!("calls-col-single"),
        say!("calls-col-spells"),
        say!("calls-col-confidence"),
    ]);
    let rows = summary.recommendations.iter().map(|(key, r)| row(*key, r)).collect();
    let mut blocks = vec![
        Block::Heading(say!("calls-heading-timeouts")),
        Block::Table(Grid { head, rows, spare: vec![2] }),
        Block::Text(legend(summary)),
    ];
    let silent = not_fired(summary);
    if !silent.is_empty() {
        blocks.push(Block::List(silent));
    }
    blocks
}

fn row(key: WebhookKey, r: &Recommendation) -> Vec<Text> {
    let now = Text::plain(r.present_s.map_or_else(|| "?".to_owned(), |t| format!("{t} s")));
    let confidence = confidence_word(r.confidence);
    if r.confidence == Confidence::NotMeasured {
        let mut row = vec![Text::plain(key.name())];
        row.extend(["0", "–", "–", "–"].map(Text::plain));
        row.push(now);
        row.extend(["–", "–", "–"].map(Text::plain));
        row.push(confidence);
        return row;
    }
    let shown = r.timeout_s.or(r.guess_s);
    let bound = |map: &BTreeMap<u32, f64>| share(shown.and_then(|t| map.get(&t).copied()));
    vec![
        Text::plain(key.name()),
        Text::plain(format::count(r.n)),
        Text::plain(quantile(&r.time_us, "0.5")),
        Text::plain(quantile(&r.time_us, "0.99")),
        Text::plain(quantile(&r.time_us, "0.999")),
        now,
        match (r.timeout_s, r.guess_s) {
            (Some(timeout), _) => Text::plain(format!("{timeout} s")),
            (None, Some(guess)) => Text::plain(format!("{guess} s?")),
            (None, None) => say!("calls-none"),
        },
        bound(&r.misfire_single),
        bound(&r.misfire_spells),
        confidence,
    ]
}

fn share(bound: Option<f64>) -> Text {
    Text::plain(bound.map_or_else(|| "–".to_owned(), format::share))
}

/// What the columns mean; only those that need it here.
fn legend(summary: &Summary) -> Text {
    let mut said = vec![say!("calls-legend-misfire", share = format::share(summary.plan.misfire))];
    let recommendations = || summary.recommendations.values();
    if recommendations().any(|r| r.timeout_s.is_none() && r.guess_s.is_some()) {
        said.push(say!("calls-legend-guess"));
    }
    let from = sources(summary);
    if !from.is_empty() {
        said.push(say!("calls-legend-now", from = Text::join(&from, &Text::both(" and ", "、"))));
    }
    if recommendations().any(|r| r.present_s.is_none()) {
        said.push(if summary.observed.is_some() {
            say!("observed-now-unknown")
        } else {
            say!("calls-legend-now-unknown")
        });
    }
    Text::sentences(&said)
}

/// Where the present timeouts are from, with the webhooks where there is more than one source.
fn sources(summary: &Summary) -> Vec<Text> {
    let mut from = BTreeMap::<Text, Vec<&str>>::new();
    for (key, source) in &summary.plan.timeouts_from {
        let words = match source.as_str() {
            "shipped" => say!("calls-now-shipped"),
            "portrait" => say!("calls-now-portrait"),
            other => Text::plain(other),
        };
        from.entry(words).or_default().push(key.name());
    }
    if from.len() == 1 {
        return from.into_keys().collect();
    }
    from.into_iter()
        .map(|(source, keys)| say!("calls-now-some", source = source, keys = keys.join(", ")))
        .collect()
}

/// Webhooks that have a row but were not fired, with what fires them.
fn not_fired(summary: &Summary) -> Vec<Text> {
    let silent = summary.recommendations.iter().filter(|(_, r)| r.confidence == Confidence::NotMeasured);
    silent
        .map(|(key, r)| {
            if summary.plan.expect.contains(key) {
                say!("calls-not-fired-expected", key = key.name(), by = &r.fired_by)
            } else {
                say!("calls-not-fired", key = key.name(), by = &r.fired_by)
            }
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
        Text::plain("webhook"),
        say!("calls-col-timeout"),
        say!("calls-col-slower"),
        say!("calls-col-single"),
        say!("calls-col-spells"),
        Text::default(),
    ];
    vec![Block::Heading(say!("calls-heading-others")), Block::Table(Grid { rows, ..Grid::new(head) })]
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
                words.push(say!("calls-col-now"));
            }
            if chosen == Some(row.timeout_s) {
                words.push(if r.timeout_s.is_some() {
                    say!("calls-col-write")
                } else {
                    say!("calls-mark-guess")
                });
            }
            vec![
                Text::plain(key.name()),
                Text::plain(format!("{} s", row.timeout_s)),
                Text::plain(format::count(row.exceed)),
                Text::plain(format::share(row.single)),
                Text::plain(format::share(row.in_spells)),
                Text::list(&words),
            ]
        })
        .collect()
}
