//! Why: the sentences behind each timeout. What several webhooks have in common is said once.

use std::collections::BTreeMap;

use super::super::{Summary, format};
use super::{Block, Point, serde_name};
use crate::analysis::{Confidence, Recommendation};
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

pub(super) fn why(summary: &Summary) -> Vec<Block> {
    let measured: Vec<(WebhookKey, &Recommendation)> = summary
        .recommendations
        .iter()
        .filter(|(_, r)| r.confidence != Confidence::NotMeasured)
        .map(|(key, r)| (*key, r))
        .collect();
    if measured.is_empty() {
        return Vec::new();
    }
    vec![Block::Heading(say!("calls-heading-why")), Block::Points(grouped(&measured))]
}

/// Every sentence once, below the webhooks it is said of; what is said of most comes first.
fn grouped(measured: &[(WebhookKey, &Recommendation)]) -> Vec<Point> {
    let mut said: Vec<(Text, Vec<WebhookKey>)> = Vec::new();
    for (key, r) in measured {
        for line in sentences(r) {
            match said.iter_mut().find(|(known, _)| *known == line) {
                Some((_, keys)) if keys.contains(key) => {}
                Some((_, keys)) => keys.push(*key),
                None => said.push((line, vec![*key])),
            }
        }
    }
    let mut groups: BTreeMap<(std::cmp::Reverse<usize>, Vec<WebhookKey>), Vec<Text>> = BTreeMap::new();
    for (line, keys) in said {
        groups.entry((std::cmp::Reverse(keys.len()), keys)).or_default().push(line);
    }
    groups.into_iter().map(|((_, keys), lines)| Point { head: title(measured, &keys), lines }).collect()
}

fn title(measured: &[(WebhookKey, &Recommendation)], keys: &[WebhookKey]) -> Text {
    let mut answers: Vec<Option<u32>> =
        measured.iter().filter(|(key, _)| keys.contains(key)).map(|(_, r)| r.timeout_s).collect();
    answers.dedup();
    let names = keys.iter().map(|key| key.name()).collect::<Vec<_>>().join(", ");
    match answers.as_slice() {
        [Some(timeout)] => say!("calls-why-one", keys = names, timeout = *timeout),
        [None] => say!("calls-why-none", keys = names),
        _ => Text::plain(names),
    }
}

fn sentences(r: &Recommendation) -> Vec<Text> {
    let mut list = vec![r.confidence_words.clone()];
    // Refused as a whole, not because two limits collide: the figures below explain nothing.
    let hopeless = r.confidence == Confidence::Refused && r.binding.is_none();
    if !hopeless {
        list.extend(r.why.iter().cloned());
        list.extend(r.ways_out.iter().map(|way| say!("calls-way-out", way = way)));
    }
    if !r.raise.is_empty() {
        list.push(say!("calls-surer", how = &r.raise));
    }
    list.extend(r.consequences.iter().cloned());
    if let Some(day) = &r.failed_per_day {
        list.push(say!(
            "calls-failed-per-day",
            seen = per_day(day.seen),
            single = per_day(day.at_most),
            spells = per_day(day.at_most_in_spells),
        ));
    }
    list.extend(r.tail.as_ref().filter(|t| t.worth_saying()).map(|t| t.words.clone()));
    list.retain(|line| !line.is_empty());
    list.push(basis(r));
    list
}

fn basis(r: &Recommendation) -> Text {
    let basis = say!("calls-basis", name = serde_name(&r.basis));
    let vantage = say!("calls-vantage", name = serde_name(&r.vantage));
    match &r.binding {
        Some(binding) => {
            say!("calls-basis-binding", basis = basis, vantage = vantage, binding = binding)
        }
        None => say!("calls-basis-line", basis = basis, vantage = vantage),
    }
}

fn per_day(n: f64) -> Text {
    match n {
        n if n >= 10.0 => Text::plain(format::count(n.round() as u64)),
        n if n <= 0.0 => say!("calls-none"),
        n => Text::plain(format!("{n:.1}")),
    }
}
