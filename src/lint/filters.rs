//! Rules about `attentionIds`, `allowedTypes` and `deniedTypes`, which say for which messages a callback is sent.

use super::rules::{Rule, enabled};
use super::{Hit, Seen, hit};
use crate::say;
use crate::text::Text;
use crate::wire::failure::printable;
use crate::wire::webhooks_yml::{Item, ListItem, Setting};
use crate::wire::{Build, OpenimVersion};

/// The keys whose callbacks are filtered; the others carry no message.
const MESSAGES: &[&str] = &[
    "beforeSendSingleMsg",
    "afterSendSingleMsg",
    "beforeSendGroupMsg",
    "afterSendGroupMsg",
    "beforeMsgModify",
    "afterMsgSaveDB",
];
const FILTERS: &[&str] = &["attentionIds", "allowedTypes", "deniedTypes"];

fn is_main(version: &OpenimVersion) -> bool {
    matches!(version.build, Build::Main | Build::MainStandalone)
}

/// A list with something in it.
fn filled<'a>(item: &'a Item, name: &str) -> Option<(&'a Setting, &'a [ListItem])> {
    let setting = item.setting(name)?;
    let list = setting.list.as_deref().filter(|list| !list.is_empty())?;
    Some((setting, list))
}

/// What keeps main from starting, whether the key is on or not.
pub(super) fn types_not_numbers(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    if !is_main(&seen.target.version) {
        return Vec::new();
    }
    let known =
        seen.items.iter().filter_map(|item| Some((item.canonical()?, filled(item, "deniedTypes")?.1)));
    let wrong = known.flat_map(|(name, list)| {
        list.iter().filter(|element| !element.is_number).map(move |element| (name, element))
    });
    let found = wrong.map(|(name, element)| {
        let what = match element.text.is_empty() {
            true => say!("lint-types-not-numbers-list", key = name),
            false => say!("lint-types-not-numbers", key = name, found = printable(&element.text)),
        };
        hit(rule, rule.severity, name.to_owned(), element.place, what)
    });
    found.collect()
}

/// Why a version looks past a filter; nothing where it does not.
fn ignored(name: &str, filter: &'static str, version: &OpenimVersion) -> Option<Text> {
    let text = version.text.as_str();
    let unknown = match filter {
        "attentionIds" => version.build == Build::V370,
        "allowedTypes" => is_main(version) || matches!(version.build, Build::V370 | Build::V380),
        _ => matches!(version.build, Build::V370 | Build::V380),
    };
    if unknown {
        return Some(say!("lint-filter-ignored", key = name, filter = filter, version = text));
    }
    (!MESSAGES.contains(&name)).then(|| say!("lint-filter-no-message", key = name, filter = filter))
}

pub(super) fn filter_ignored(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let version = &seen.target.version;
    let found = enabled(seen).flat_map(|(name, item, _)| {
        FILTERS.iter().filter_map(move |filter| {
            let (setting, _) = filled(item, filter)?;
            let what = ignored(name, filter, version)?;
            Some(hit(rule, rule.severity, name.to_owned(), setting.value, what))
        })
    });
    found.collect()
}

pub(super) fn attention_ids_empty(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    if seen.target.version.build != Build::V380 {
        return Vec::new();
    }
    let found =
        enabled(seen).filter(|(name, ..)| *name == "afterSendSingleMsg").filter_map(|(name, item, _)| {
            let setting = item.setting("attentionIds")?;
            let empty = setting.list.as_ref().is_some_and(Vec::is_empty);
            let what = say!("lint-attention-ids-empty", version = seen.target.version.text.as_str());
            empty.then(|| hit(rule, rule.severity, name.to_owned(), setting.value, what))
        });
    found.collect()
}
