//! The layers of a profile laid over each other, with who said what.
//!
//! Defaults come from the types; a file, the environment and flags are merged as TOML tables,
//! the later over the earlier. Keys of webhooks may be written in any case (environment
//! variables are capital letters); they are brought to their usual spelling here.

use std::collections::BTreeMap;

use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::check::unknown_key;
use super::error::{Problem, ProfileError};
use super::tree::Node;
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

/// Prefix of environment variables that set keys.
pub const ENV_PREFIX: &str = "OPENIM_BENCH__";

/// Merged keys, where each came from and what was wrong on the way.
#[derive(Debug, Default)]
pub(super) struct Layers {
    pub table: Table,
    /// Dotted key → `file`, `environment` or `flag`.
    pub sources: BTreeMap<String, String>,
    /// Dotted key → file and line, variable or flag.
    pub places: BTreeMap<String, Text>,
    pub problems: Vec<Problem>,
}

impl Layers {
    /// Lays a profile file's text over it.
    pub fn file(&mut self, name: &str, text: &str) -> Result<(), ProfileError> {
        let syntax = |e: toml::de::Error| ProfileError::Syntax {
            place: format!("{name}:{}", e.span().map_or(1, |s| line_of(text, s.start))),
            why: e.message().to_owned(),
        };
        let spanned = DeTable::parse(text).map_err(syntax)?;
        let table: Table = text.parse().map_err(syntax)?;
        self.places_of(spanned.get_ref(), "", name, text);
        let table = self.canonical(Node::root(), table, "");
        self.note(&table, "", "file");
        self.table = table;
        Ok(())
    }

    /// Lays one variable over it: `OPENIM_BENCH__LOAD__RATE`; others are passed by.
    pub fn variable(&mut self, name: &str, raw: &str) {
        let Some(rest) = name.strip_prefix(ENV_PREFIX) else { return };
        let segments: Vec<String> = rest.split("__").map(str::to_owned).collect();
        self.set(&segments, raw, "environment", &Text::plain(name), true);
    }

    /// Lays `--set path=value` over it.
    pub fn assignment(&mut self, argument: &str) -> Result<(), ProfileError> {
        let wrong = || ProfileError::Set { argument: argument.to_owned() };
        let (path, raw) = argument.split_once('=').ok_or_else(wrong)?;
        let segments: Vec<String> = path.trim().split('.').map(|s| s.trim().to_owned()).collect();
        if segments.iter().any(String::is_empty) {
            return Err(wrong());
        }
        self.set(&segments, raw.trim(), "flag", &Text::plain(format!("--set {argument}")), false);
        Ok(())
    }

    /// Lays a flag of its own over it, such as `--target`.
    pub fn flag(&mut self, key: &str, value: Value) {
        let segments: Vec<String> = key.split('.').map(str::to_owned).collect();
        self.put(&segments, value, "flag", &say!("profile-flag", key = key));
    }

    /// Where a key was written: itself, what it is part of, or what is part of it.
    pub fn place(&self, key: &str) -> Text {
        find_place(&self.places, key)
    }

    fn set(&mut self, segments: &[String], raw: &str, source: &str, place: &Text, any_case: bool) {
        let mut node = Node::root();
        let mut path = Vec::new();
        for segment in segments {
            let key = spelled(node, segment, any_case);
            let child = match segment.parse::<usize>() {
                Ok(_) => node.items().or_else(|| node.child(&key)),
                Err(_) => node.child(&key),
            };
            path.push(key);
            let Some(child) = child else {
                let what = unknown_key(segment, &node.keys());
                self.problems.push(Problem { key: path.join("."), place: place.clone(), what });
                return;
            };
            node = child;
        }
        self.put(&path, coerce(node, raw), source, place);
    }

    fn put(&mut self, path: &[String], value: Value, source: &str, place: &Text) {
        let dotted = path.join(".");
        if !insert(&mut self.table, path, value.clone()) {
            let what = say!("profile-no-item");
            self.problems.push(Problem { key: dotted, place: place.clone(), what });
            return;
        }
        forget_below(&mut self.sources, &dotted);
        forget_below(&mut self.places, &dotted);
        self.places.insert(dotted.clone(), place.clone());
        self.note_value(&value, &dotted, source);
    }

    fn note(&mut self, table: &Table, path: &str, source: &str) {
        for (key, value) in table {
            self.note_value(value, &join(path, key), source);
        }
    }

    fn note_value(&mut self, value: &Value, path: &str, source: &str) {
        match value {
            Value::Table(table) => self.note(table, path, source),
            _ => {
                self.sources.insert(path.to_owned(), source.to_owned());
            }
        }
    }

    fn places_of(&mut self, table: &DeTable<'_>, path: &str, name: &str, text: &str) {
        for (key, value) in table {
            let here = join(path, key.get_ref());
            let place = format!("{name}:{}", line_of(text, key.span().start));
            self.places.insert(here.clone(), Text::plain(place));
            match value.get_ref() {
                DeValue::Table(inner) => self.places_of(inner, &here, name, text),
                DeValue::Array(list) => {
                    for (i, item) in list.iter().enumerate() {
                        if let DeValue::Table(inner) = item.get_ref() {
                            self.places_of(inner, &format!("{here}.{i}"), name, text);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    /// The same table with webhook keys in their usual spelling.
    fn canonical(&mut self, node: Node, table: Table, path: &str) -> Table {
        let mut result = Table::new();
        for (key, value) in table {
            let usual = spelled(node, &key, is_webhook_key(node, &key));
            let (written, here) = (join(path, &key), join(path, &usual));
            if written != here {
                rename(&mut self.places, &written, &here);
            }
            let value = match (value, node.child(&usual)) {
                (Value::Table(inner), Some(child)) => Value::Table(self.canonical(child, inner, &here)),
                (other, _) => other,
            };
            if result.insert(usual, value).is_some() {
                let what = say!("profile-twice");
                self.problems.push(Problem { place: self.place(&here), key: here, what });
            }
        }
        result
    }
}

/// The place noted for a key: itself, else what it is part of, else what is part of it.
pub(super) fn find_place(places: &BTreeMap<String, Text>, key: &str) -> Text {
    let mut at = key;
    loop {
        if let Some(place) = places.get(at) {
            return place.clone();
        }
        let Some((parent, _)) = at.rsplit_once('.') else { break };
        at = parent;
    }
    let below = format!("{key}.");
    places.iter().find(|(k, _)| k.starts_with(&below)).map(|(_, p)| p.clone()).unwrap_or_default()
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|b| *b == b'\n').count()
}

fn is_webhook_key(node: Node, key: &str) -> bool {
    node.child(key).is_none() && WebhookKey::from_name(key).is_some()
}

/// The known spelling of a key, where case is the only difference and may differ.
fn spelled(node: Node, key: &str, any_case: bool) -> String {
    let known = node.keys();
    let hit = known.iter().find(|k| any_case && k.eq_ignore_ascii_case(key));
    hit.map_or_else(|| key.to_owned(), |k| (*k).to_owned())
}

/// What a raw text means at a place: a TOML value where that fits, else the text itself.
fn coerce(node: Node, raw: &str) -> Value {
    let parsed = format!("v = {raw}").parse::<Table>().ok().filter(|t| t.len() == 1);
    let parsed = parsed.and_then(|mut t| t.remove("v"));
    let text = || Value::String(raw.to_owned());
    let Some(value) = parsed else { return listed(node, raw).unwrap_or_else(text) };
    let fits = match &value {
        Value::String(_) => "string",
        Value::Integer(_) => "integer",
        Value::Float(_) => "number",
        Value::Boolean(_) => "boolean",
        Value::Array(_) => "array",
        Value::Table(_) => "object",
        Value::Datetime(_) => "datetime",
    };
    let duration = node.branches().iter().any(|b| b.name == Some("Duration"));
    // `--set target.version=3.8` means the text; a bare number for a duration is a mistake to be shown.
    if node.takes(fits) || !node.takes("string") || duration { value } else { text() }
}

/// `a,b` where only a list fits.
fn listed(node: Node, raw: &str) -> Option<Value> {
    if !node.takes("array") || node.takes("string") {
        return None;
    }
    let items = raw.split(',').map(str::trim).filter(|s| !s.is_empty());
    Some(Value::Array(items.map(|s| Value::String(s.to_owned())).collect()))
}

/// Puts a value at a path, making tables on the way; false for a list item that is not there.
fn insert(table: &mut Table, path: &[String], value: Value) -> bool {
    let Some((key, rest)) = path.split_first() else { return false };
    if rest.is_empty() {
        table.insert(key.clone(), value);
        return true;
    }
    let entry = table.entry(key.clone()).or_insert_with(|| Value::Table(Table::new()));
    if let (Value::Array(list), Ok(index)) = (&mut *entry, rest[0].parse::<usize>()) {
        return insert_item(list, index, &rest[1..], value);
    }
    if rest[0].parse::<usize>().is_ok() {
        return false;
    }
    if !entry.is_table() {
        *entry = Value::Table(Table::new());
    }
    entry.as_table_mut().is_some_and(|inner| insert(inner, rest, value))
}

fn insert_item(list: &mut [Value], index: usize, rest: &[String], value: Value) -> bool {
    let Some(item) = list.get_mut(index) else { return false };
    if rest.is_empty() {
        *item = value;
        return true;
    }
    item.as_table_mut().is_some_and(|inner| insert(inner, rest, value))
}

fn forget_below<T>(map: &mut BTreeMap<String, T>, key: &str) {
    let below = format!("{key}.");
    map.retain(|k, _| k != key && !k.starts_with(&below));
}

fn rename(map: &mut BTreeMap<String, Text>, from: &str, to: &str) {
    let below = format!("{from}.");
    let moved: Vec<_> = map.keys().filter(|k| *k == from || k.starts_with(&below)).cloned().collect();
    for key in moved {
        if let Some(value) = map.remove(&key) {
            map.insert(format!("{to}{}", &key[from.len()..]), value);
        }
    }
}
