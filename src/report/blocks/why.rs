//! Why: the sentences behind each timeout. What several webhooks have in common is said once.

use std::collections::BTreeMap;

use super::super::{Summary, format};
use super::{Block, Point, heading, serde_name};
use crate::analysis::{Confidence, Recommendation};
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
    vec![heading("Why"), Block::Points(grouped(&measured))]
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
    groups
        .into_iter()
        .map(|((_, keys), lines)| Point { head: title(measured, &keys).into(), lines })
        .collect()
}

fn title(measured: &[(WebhookKey, &Recommendation)], keys: &[WebhookKey]) -> String {
    let of = |r: &Recommendation| {
        r.timeout_s.map_or_else(|| "no timeout recommended".to_owned(), |timeout| format!("{timeout} s"))
    };
    let mut answers: Vec<String> =
        measured.iter().filter(|(key, _)| keys.contains(key)).map(|(_, r)| of(r)).collect();
    answers.dedup();
    let names: Vec<&str> = keys.iter().map(|key| key.name()).collect();
    match answers.as_slice() {
        [one] => format!("{}: {one}", names.join(", ")),
        _ => names.join(", "),
    }
}

fn sentences(r: &Recommendation) -> Vec<Text> {
    let mut list = vec![r.confidence_words.clone()];
    // Refused as a whole, not because two limits collide: the figures below explain nothing.
    let hopeless = r.confidence == Confidence::Refused && r.binding.is_none();
    if !hopeless {
        list.extend(r.why.iter().cloned());
        list.extend(r.ways_out.iter().map(|way| Text::plain(format!("Way out: {}", way.en()))));
    }
    if !r.raise.is_empty() {
        list.push(format!("To be surer: {}", r.raise.en()).into());
    }
    list.extend(r.consequences.iter().cloned());
    if let Some(day) = &r.failed_per_day {
        list.push(format!(
            "Failed operations a day at this timeout: {} seen; up to {} (one by one) or {} (in spells) are not excluded.",
            per_day(day.seen),
            per_day(day.at_most),
            per_day(day.at_most_in_spells)
        ).into());
    }
    list.extend(r.tail.as_ref().filter(|t| t.worth_saying()).map(|t| t.words.clone().into()));
    list.retain(|line| !line.is_empty());
    let binding = r.binding.as_deref().map_or_else(String::new, |b| format!(", decided by {b}"));
    list.push(format!("Basis {}, vantage {}{binding}.", serde_name(&r.basis), serde_name(&r.vantage)).into());
    list
}

fn per_day(n: f64) -> String {
    match n {
        n if n >= 10.0 => format::count(n.round() as u64),
        n if n <= 0.0 => "none".to_owned(),
        n => format!("{n:.1}"),
    }
}
