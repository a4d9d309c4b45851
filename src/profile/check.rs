//! Whether merged keys and values fit the profile's shape.
//!
//! Finds everything at once, so that one attempt shows all mistakes; names the nearest known
//! key or value. What the values mean together is `validate`'s business.

use toml::Value;

use super::tree::{Branch, Node};
use crate::say;
use crate::text::Text;
use crate::units::Span;

/// A misfit: dotted key and what is wrong.
pub(super) type Misfit = (String, Text);

/// Everything in `table` that does not fit.
pub(super) fn check(table: &toml::Table) -> Vec<Misfit> {
    let mut found = Vec::new();
    check_table(Node::root(), table, "", &mut found);
    found
}

/// The known name nearest to `name`.
pub(super) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    known.iter().copied().min_by_key(|k| strsim::damerau_levenshtein(&k.to_lowercase(), &lower))
}

/// The nearest name as a question where it is close enough to be meant.
fn suggestion(name: &str, near: &str) -> Text {
    let close = strsim::damerau_levenshtein(&near.to_lowercase(), &name.to_lowercase())
        <= near.len().min(name.len()) / 2;
    if close { say!("profile-did-you-mean", near = near) } else { say!("profile-nearest", near = near) }
}

/// ` is not a known key` with advice.
pub(super) fn unknown_key(name: &str, known: &[&str]) -> Text {
    match nearest(name, known) {
        Some(near) => {
            let suggestion = suggestion(name, near);
            say!("profile-unknown-key", suggestion = suggestion, known = known.join(", "))
        }
        None => say!("profile-unknown-below"),
    }
}

fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

fn check_value(node: Node, value: &Value, path: &str, found: &mut Vec<Misfit>) {
    let wrong = match value {
        Value::Table(table) if node.takes("object") => {
            check_table(node, table, path, found);
            None
        }
        Value::Array(list) if node.takes("array") => {
            for (i, item) in list.iter().enumerate() {
                if let Some(items) = node.items() {
                    check_value(items, item, &format!("{path}.{i}"), found);
                }
            }
            None
        }
        Value::String(text) if node.takes("string") => wrong_text(node, text),
        Value::Integer(number) if node.takes("integer") => wrong_integer(node, *number),
        Value::Float(number) if node.takes("number") => {
            (!number.is_finite()).then(|| say!("profile-not-finite", value = number.to_string()))
        }
        Value::Boolean(_) if node.takes("boolean") => None,
        other => Some(mismatch(node, other)),
    };
    found.extend(wrong.map(|what| (path.to_owned(), what)));
}

fn check_table(node: Node, table: &toml::Table, path: &str, found: &mut Vec<Misfit>) {
    for (key, value) in table {
        let here = join(path, key);
        match node.child(key) {
            Some(child) => check_value(child, value, &here, found),
            None => found.push((here, unknown_key(key, &node.keys()))),
        }
    }
    let tables: Vec<Branch> = node.branches().into_iter().filter(|b| b.is("object")).collect();
    if !tables.is_empty() && tables.iter().all(Branch::is_variant) {
        if table.len() != 1 {
            let names = quoted(&node.keys());
            found.push((path.to_owned(), say!("profile-exactly-one", names = names, n = table.len())));
        }
    } else if let [only] = tables.as_slice() {
        for key in only.required().iter().filter(|k| !table.contains_key(**k)) {
            found.push((path.to_owned(), say!("profile-lacks", key = *key)));
        }
    }
}

fn wrong_text(node: Node, text: &str) -> Option<Text> {
    let branches: Vec<Branch> = node.branches().into_iter().filter(|b| b.is("string")).collect();
    let choice: Vec<&str> = branches.iter().flat_map(Branch::choice).collect();
    let any_case = branches.iter().any(|b| b.name == Some("WebhookKey"));
    if choice.iter().any(|c| *c == text || (any_case && c.eq_ignore_ascii_case(text))) {
        return None;
    }
    if let Some(near) = nearest(text, &choice) {
        let (suggestion, choice) = (suggestion(text, near), quoted(&choice));
        return Some(say!("profile-wrong-choice", text = text, suggestion = suggestion, choice = choice));
    }
    if branches.iter().any(|b| b.name == Some("Duration")) {
        return text.parse::<Span>().err().map(|e| say!("profile-wrong", why = e.text()));
    }
    None
}

fn wrong_integer(node: Node, number: i64) -> Option<Text> {
    let no_negatives = node.branches().iter().filter(|b| b.is("integer")).all(Branch::no_negatives);
    (number < 0 && no_negatives).then(|| say!("profile-below-zero", value = number.to_string()))
}

fn mismatch(node: Node, value: &Value) -> Text {
    let duration = node.branches().iter().any(|b| b.name == Some("Duration"));
    if duration && matches!(value, Value::Integer(_) | Value::Float(_)) {
        return say!("profile-no-unit", value = value.to_string());
    }
    let is = match value {
        Value::Table(_) => say!("profile-a-table"),
        Value::Array(_) => say!("profile-a-list"),
        other => Text::plain(other.to_string()),
    };
    let takes = describe(node);
    say!("profile-mismatch", is = is, takes = takes)
}

fn describe(node: Node) -> Text {
    let branches = node.branches();
    let choice: Vec<&str> = branches.iter().flat_map(Branch::choice).collect();
    let mut parts: Vec<Text> = Vec::new();
    if !choice.is_empty() {
        parts.push(say!("profile-the-text", choice = quoted(&choice)));
    }
    for branch in branches.iter().filter(|b| b.choice().is_empty()) {
        parts.extend(describe_branch(branch));
    }
    if branches.iter().any(Branch::is_variant) {
        parts.push(say!("profile-table-of-one", names = quoted(&node.keys())));
    }
    parts.dedup();
    let either = |first, second| say!("profile-either", first = first, second = second);
    parts.into_iter().reduce(either).unwrap_or_default()
}

fn describe_branch(branch: &Branch) -> Option<Text> {
    let text = match branch {
        b if b.is_variant() => return None,
        b if b.name == Some("Duration") => say!("profile-a-duration"),
        b if b.is("string") => say!("profile-a-text"),
        b if b.is("boolean") => say!("profile-a-truth"),
        b if b.is("array") => say!("profile-a-list"),
        b if b.is("object") && b.keys().is_empty() => say!("profile-a-table"),
        b if b.is("object") => say!("profile-table-with", names = quoted(&b.keys())),
        b if b.is("integer") && !b.is("number") && b.no_negatives() => say!("profile-from-zero"),
        b if b.is("integer") && !b.is("number") => say!("profile-a-whole"),
        _ => say!("profile-a-number"),
    };
    Some(text)
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}
