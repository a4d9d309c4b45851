//! Corrections of a `webhooks.yml` that cannot be wrong, in place.
//!
//! Three, and no more: slashes at the end of `url` go; a key that no version reads gets the name of the only one that is
//! one letter away, if that one is not in the file; a timeout is written as the whole seconds that take effect (`5s`
//! becomes 5; above 15, 0, negative or missing becomes 15, which is what they mean). Only those bytes change: comments,
//! order, quotes and line ends stay. Promises that the result, read again, differs in these values only, and that a
//! second pass finds nothing; a value that others share through an anchor is left as it is.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_saphyr::Spanned;

use super::edit::File;
use super::node::{Entries, Node, entries_say};
use super::parse::{self, go_integer};
use super::{YmlError, names};
use crate::say;
use crate::text::Text;
use crate::wire::failure::printable;

/// A renamed key may need a new timeout, and nothing is left to do after that.
const PASSES: usize = 3;

/// A correction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Slashes at the end of `url`.
    Slash {
        /// Line, from 1.
        line: u64,
    },
    /// A misspelt key.
    Renamed {
        /// Line, from 1.
        line: u64,
        /// As it was written.
        from: String,
        /// As it is now.
        to: &'static str,
    },
    /// A timeout.
    Timeout {
        /// Line, from 1.
        line: u64,
        /// The key.
        key: &'static str,
        /// As it was written; empty where there was none.
        before: String,
        /// The whole seconds that take effect.
        after: u32,
    },
}

impl Fix {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            Fix::Slash { line } => say!("lint-fix-slash", line = *line),
            Fix::Renamed { line, from, to } => {
                say!("lint-fix-renamed", line = *line, from = from, to = *to)
            }
            Fix::Timeout { line, key, before, after } if before.is_empty() => {
                say!("lint-fix-timeout-missing", line = *line, key = *key, after = *after)
            }
            Fix::Timeout { line, key, before, after } => {
                say!("lint-fix-timeout", line = *line, key = *key, before = before, after = *after)
            }
        }
    }
}

/// A corrected text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixed {
    /// The whole text.
    pub text: String,
    /// What is different.
    pub fixes: Vec<Fix>,
}

/// Where a correction stands among the entries, and what is to be read there.
#[derive(Clone, Debug)]
enum Becomes {
    Url(String),
    Name(&'static str),
    Setting(usize, Node),
    NewTimeout(u32),
}

/// Bytes to put in the place of others.
#[derive(Clone, Debug)]
struct Step {
    at: Range<usize>,
    with: String,
    entry: usize,
    becomes: Becomes,
    fix: Fix,
}

/// Corrects what can only be meant in one way.
///
/// # Errors
/// [`YmlError`] for what is no YAML mapping; a value of the wrong kind is none here.
pub fn fix(text: &str) -> Result<Fixed, YmlError> {
    let mut fixed = Fixed { text: text.to_owned(), fixes: Vec::new() };
    for _ in 0..PASSES {
        let entries = parse::entries(&fixed.text)?;
        let all = steps(&fixed.text, &entries);
        let (text, taken) = match carried_out(&fixed.text, &entries, &all) {
            Some(text) => (text, all),
            None => {
                let alone =
                    |step: &Step| carried_out(&fixed.text, &entries, std::slice::from_ref(step)).is_some();
                let good: Vec<Step> = all.into_iter().filter(alone).collect();
                let Some(text) = carried_out(&fixed.text, &entries, &good) else { break };
                (text, good)
            }
        };
        if taken.is_empty() {
            break;
        }
        fixed.text = text;
        fixed.fixes.extend(taken.into_iter().map(|step| step.fix));
    }
    Ok(fixed)
}

/// The text with the corrections, if it says what it said but for them.
fn carried_out(text: &str, entries: &Entries, steps: &[Step]) -> Option<String> {
    let mut new = String::with_capacity(text.len() + 32);
    let mut wanted = entries.clone();
    let mut done = 0;
    for step in steps {
        new.push_str(text.get(done..step.at.start)?);
        new.push_str(&step.with);
        done = step.at.end;
        let (key, value) = wanted.get_mut(step.entry)?;
        match &step.becomes {
            Becomes::Url(url) => value.value = Node::Text(url.clone()),
            Becomes::Name(name) => key.value = Node::Text((*name).to_owned()),
            Becomes::Setting(index, node) => {
                let Node::Map(settings) = &mut value.value else { return None };
                settings.get_mut(*index)?.1.value = node.clone();
            }
            Becomes::NewTimeout(seconds) => {
                let Node::Map(settings) = &mut value.value else { return None };
                let (mut name, mut number) = settings.first()?.clone();
                name.value = Node::Text("timeout".to_owned());
                number.value = Node::Int(i128::from(*seconds));
                settings.insert(0, (name, number));
            }
        }
    }
    new.push_str(text.get(done..)?);
    let read = parse::entries(&new).ok()?;
    entries_say(&read, &wanted).then_some(new)
}

/// What could be corrected, in the order of the text.
fn steps(text: &str, entries: &Entries) -> Vec<Step> {
    let file = File::new(text, entries);
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for (key, _) in entries {
        *times.entry(key.value.as_name().to_ascii_lowercase()).or_default() += 1;
    }
    let renamed: Vec<Option<&'static str>> =
        entries.iter().map(|(key, value)| meant(&key.value, &value.value, &times)).collect();
    let mut wanted: BTreeMap<&str, u32> = BTreeMap::new();
    for to in renamed.iter().flatten() {
        *wanted.entry(to).or_default() += 1;
    }
    let mut steps = Vec::new();
    for (entry, (key, value)) in entries.iter().enumerate() {
        let name = key.value.as_name();
        if times.get(&name.to_ascii_lowercase()).is_none_or(|times| *times > 1) || !own(key) || !own(value) {
            continue;
        }
        if name.eq_ignore_ascii_case("url") {
            steps.extend(slash(&file, entry, value));
        } else if let Some(known) = names::canonical(&name) {
            steps.extend(timeout(&file, entry, known, value));
        } else if let Some(to) = renamed[entry].filter(|to| wanted.get(to) == Some(&1)) {
            steps.extend(rename(&file, entry, key, &name, to));
        }
    }
    steps.sort_by_key(|step| step.at.start);
    steps
}

/// The only key one letter away that is not in the file, if what stands below looks like a webhook.
fn meant(key: &Node, value: &Node, times: &BTreeMap<String, u32>) -> Option<&'static str> {
    let (Node::Text(name), Node::Map(settings)) = (key, value) else { return None };
    let is_webhook = settings.iter().all(|(name, _)| names::is_setting(&name.value.as_name()));
    if !is_webhook || settings.is_empty() || names::canonical(name).is_some() {
        return None;
    }
    let mut near = names::one_letter_away(name);
    let to = near.next()?;
    (near.next().is_none() && !times.contains_key(&to.to_ascii_lowercase())).then_some(to)
}

fn rename(file: &File<'_>, entry: usize, key: &Spanned<Node>, name: &str, to: &'static str) -> Option<Step> {
    let (at, written) = file.unquoted(key)?;
    let fix = Fix::Renamed { line: key.referenced.line(), from: printable(name), to };
    (written == name).then(|| Step { at, with: to.to_owned(), entry, becomes: Becomes::Name(to), fix })
}

fn slash(file: &File<'_>, entry: usize, value: &Spanned<Node>) -> Option<Step> {
    let Node::Text(url) = &value.value else { return None };
    let (at, written) = file.unquoted(value)?;
    let short = url.trim_end_matches('/');
    let host = short.strip_prefix("http://").or_else(|| short.strip_prefix("https://"))?;
    if written != url || short == url || host.starts_with('/') || url.contains(['?', '#']) {
        return None;
    }
    let at = at.start + short.len()..at.end;
    let fix = Fix::Slash { line: value.referenced.line() };
    Some(Step { at, with: String::new(), entry, becomes: Becomes::Url(short.to_owned()), fix })
}

fn timeout(file: &File<'_>, entry: usize, key: &'static str, value: &Spanned<Node>) -> Option<Step> {
    let Node::Map(settings) = &value.value else { return None };
    let of = |name: &str| {
        let mut all =
            settings.iter().enumerate().filter(|(_, (k, _))| k.value.as_name().eq_ignore_ascii_case(name));
        let first = all.next();
        (first, all.next().is_some())
    };
    let (enable, enable_twice) = of("enable");
    let (timeout, twice) = of("timeout");
    if twice || enable_twice {
        return None;
    }
    let on = enable.is_some_and(|(_, (_, value))| parse::truth(value, key).unwrap_or(false));
    let Some((index, (_, value))) = timeout else {
        let first = &settings.first().filter(|_| on)?.0;
        let (at, with) = file.insertion(first, 15)?;
        let fix = Fix::Timeout { line: first.referenced.line(), key, before: String::new(), after: 15 };
        return Some(Step { at: at..at, with, entry, becomes: Becomes::NewTimeout(15), fix });
    };
    let (at, written) = file.unquoted(value).filter(|(_, written)| own(value) && !written.is_empty())?;
    let (after, node) = in_force(&value.value, written, on, file.is_quoted(value))?;
    let fix = Fix::Timeout { line: value.referenced.line(), key, before: written.to_owned(), after };
    Some(Step { at, with: after.to_string(), entry, becomes: Becomes::Setting(index, node), fix })
}

/// The seconds that a timeout should be written as, where that is not what stands there, and as what they will be read:
/// within quotes a text stays a text.
fn in_force(value: &Node, written: &str, on: bool, quoted: bool) -> Option<(u32, Node)> {
    let number = |seconds: i64| (!(1..=15).contains(&seconds) && on).then_some(15);
    let plain = |after: u32| (after, Node::Int(i128::from(after)));
    let kept = |after: u32| if quoted { (after, Node::Text(after.to_string())) } else { plain(after) };
    match value {
        Node::Text(text) if text == written => {
            let with_unit = text.strip_suffix('s').filter(|n| n.bytes().all(|b| b.is_ascii_digit()));
            let Some(seconds) = with_unit.and_then(|n| n.parse::<u64>().ok()).filter(|n| *n > 0) else {
                return number(go_integer(text)?).map(kept);
            };
            Some(kept(u32::try_from(seconds.min(15)).unwrap_or(15)))
        }
        Node::Int(n) => number(i64::try_from(*n).ok()?).map(plain),
        Node::Null if on && matches!(written, "~" | "null" | "Null" | "NULL") => Some(plain(15)),
        _ => None,
    }
}

/// It stands where it is used.
fn own(value: &Spanned<Node>) -> bool {
    value.referenced == value.defined
}
