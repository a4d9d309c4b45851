//! Why: the sentences behind each timeout. What several webhooks have in common is said once.

use std::collections::BTreeMap;

use super::super::{Summary, format};
use super::{Block, Point, serde_name};
use crate::analysis::{Confidence, Recommendation};
use crate::profile::plan::Basis;
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
    vec![Block::Heading(say!("calls-why")), Block::Points(grouped(&measured))]
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
    let of = |r: &Recommendation| {
        r.timeout_s.map_or_else(|| say!("calls-no-timeout"), |timeout| Text::plain(format!("{timeout} s")))
    };
    let mut answers: Vec<Text> =
        measured.iter().filter(|(key, _)| keys.contains(key)).map(|(_, r)| of(r)).collect();
    answers.dedup();
    let names: Vec<Text> = keys.iter().map(|key| Text::plain(key.name())).collect();
    match answers.as_slice() {
        [one] => say!("calls-why-one", keys = Text::list(&names), answer = one),
        _ => Text::list(&names),
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
        list.push(say!("calls-surer", raise = &r.raise));
    }
    list.extend(r.consequences.iter().cloned());
    if let Some(day) = &r.failed_per_day {
        list.push(say!(
            "calls-per-day",
            seen = per_day(day.seen),
            one_by_one = per_day(day.at_most),
            spells = per_day(day.at_most_in_spells)
        ));
    }
    list.extend(r.tail.as_ref().filter(|t| t.worth_saying()).map(|t| t.words.clone()));
    list.retain(|line| !line.is_empty());
    let vantage = serde_name(&r.vantage);
    list.push(match r.binding.as_deref() {
        Some(binding) => {
            say!("calls-basis-decided", basis = basis(r.basis), vantage = vantage, binding = binding)
        }
        None => say!("calls-basis", basis = basis(r.basis), vantage = vantage),
    });
    list
}

fn basis(basis: Basis) -> Text {
    match basis {
        Basis::Simulated => say!("calls-basis-simulated"),
        Basis::Modelled => say!("calls-basis-modelled"),
        Basis::Replay => say!("calls-basis-replay"),
        Basis::Real => say!("calls-basis-real"),
    }
}

fn per_day(n: f64) -> Text {
    match n {
        n if n >= 10.0 => Text::plain(format::count(n.round() as u64)),
        n if n <= 0.0 => say!("calls-per-day-none"),
        n => Text::plain(format!("{n:.1}")),
    }
}
