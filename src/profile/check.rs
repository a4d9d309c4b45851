//! Whether merged keys and values fit the profile's shape.
//!
//! Finds everything at once, so that one attempt shows all mistakes; names the nearest known
//! key or value. What the values mean together is `validate`'s business.

use toml::Value;

use super::tree::{Branch, Node};
use crate::units::Span;

/// A misfit: dotted key and what is wrong.
pub(super) type Misfit = (String, String);

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
fn suggestion(name: &str, near: &str) -> String {
    let close = strsim::damerau_levenshtein(&near.to_lowercase(), &name.to_lowercase())
        <= near.len().min(name.len()) / 2;
    if close { format!("did you mean `{near}`?") } else { format!("the nearest is `{near}`") }
}

/// ` is not a known key` with advice.
pub(super) fn unknown_key(name: &str, known: &[&str]) -> String {
    match nearest(name, known) {
        Some(near) => {
            format!("is not a known key; {} (known here: {})", suggestion(name, near), known.join(", "))
        }
        None => "is not a known key: this is a plain value, not a table".to_owned(),
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
            (!number.is_finite()).then(|| format!("is {number}; it takes an ordinary number"))
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
            let what = format!("takes exactly one of {}; it has {}", quoted(&node.keys()), table.len());
            found.push((path.to_owned(), what));
        }
    } else if let [only] = tables.as_slice() {
        for key in only.required().iter().filter(|k| !table.contains_key(**k)) {
            found.push((path.to_owned(), format!("lacks `{key}`")));
        }
    }
}

fn wrong_text(node: Node, text: &str) -> Option<String> {
    let branches: Vec<Branch> = node.branches().into_iter().filter(|b| b.is("string")).collect();
    let choice: Vec<&str> = branches.iter().flat_map(Branch::choice).collect();
    let any_case = branches.iter().any(|b| b.name == Some("WebhookKey"));
    if choice.iter().any(|c| *c == text || (any_case && c.eq_ignore_ascii_case(text))) {
        return None;
    }
    if let Some(near) = nearest(text, &choice) {
        return Some(format!("is `{text}`; {} (it takes {})", suggestion(text, near), quoted(&choice)));
    }
    if branches.iter().any(|b| b.name == Some("Duration")) {
        return text.parse::<Span>().err().map(|e| format!("is wrong: {e}"));
    }
    None
}

fn wrong_integer(node: Node, number: i64) -> Option<String> {
    let no_negatives = node.branches().iter().filter(|b| b.is("integer")).all(Branch::no_negatives);
    (number < 0 && no_negatives).then(|| format!("is {number}; it takes a whole number from 0"))
}

fn mismatch(node: Node, value: &Value) -> String {
    let duration = node.branches().iter().any(|b| b.name == Some("Duration"));
    if duration && matches!(value, Value::Integer(_) | Value::Float(_)) {
        return format!(
            "is {value}, a number without a unit; a duration is text such as \"{value}s\" or \"{value}ms\""
        );
    }
    let is = match value {
        Value::Table(_) => "a table".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        other => format!("{other}"),
    };
    format!("is {is}; it takes {}", describe(node))
}

fn describe(node: Node) -> String {
    let branches = node.branches();
    let choice: Vec<&str> = branches.iter().flat_map(Branch::choice).collect();
    let mut parts: Vec<String> = Vec::new();
    if !choice.is_empty() {
        parts.push(format!("the text {}", quoted(&choice)));
    }
    for branch in branches.iter().filter(|b| b.choice().is_empty()) {
        parts.extend(describe_branch(branch));
    }
    if branches.iter().any(Branch::is_variant) {
        parts.push(format!("a table with one of {}", quoted(&node.keys())));
    }
    parts.dedup();
    parts.join(" or ")
}

fn describe_branch(branch: &Branch) -> Option<String> {
    let text = match branch {
        b if b.is_variant() => return None,
        b if b.name == Some("Duration") => "a duration such as \"20s\" or \"50ms\"".to_owned(),
        b if b.is("string") => "text in quotes".to_owned(),
        b if b.is("boolean") => "true or false".to_owned(),
        b if b.is("array") => "a list".to_owned(),
        b if b.is("object") && b.keys().is_empty() => "a table".to_owned(),
        b if b.is("object") => format!("a table with {}", quoted(&b.keys())),
        b if b.is("integer") && !b.is("number") && b.no_negatives() => "a whole number from 0".to_owned(),
        b if b.is("integer") && !b.is("number") => "a whole number".to_owned(),
        _ => "a number".to_owned(),
    };
    Some(text)
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
}
