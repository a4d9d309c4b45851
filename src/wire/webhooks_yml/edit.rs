//! New timeouts for a `webhooks.yml`, in place.
//!
//! Only the bytes of the numbers change: comments, order, indentation, quotes, line ends and a byte order mark stay. The
//! places come from the same reading that tells what `OpenIM` takes from the file, so what is replaced is what
//! counts. Promises that the result, read again, differs in the wanted timeouts only; what cannot be changed so (a key
//! that is missing, a number that other keys share through an anchor) is refused with its line. Files are left to `app`.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_saphyr::Spanned;

use super::node::{Entries, Node};
use super::parse::{self, BYTE_ORDER_MARK};
use super::{WebhooksYml, YmlError, effective_timeout_s};
use crate::text::Text;
use crate::wire::WebhookKey;
use crate::{displays_english, say};

/// Why timeouts cannot be changed in place.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The file as it is cannot be read.
    Yml(#[from] YmlError),
    /// The key is not at the left margin of the file.
    NoKey {
        /// The missing key.
        key: WebhookKey,
        /// What everything stands below instead, where that is so.
        below: Option<String>,
    },
    /// The key has nothing below it.
    NoSettings {
        /// Line of the key, from 1.
        line: u64,
        /// The key.
        key: WebhookKey,
    },
    /// The value is taken over from somewhere else in the file.
    Alias {
        /// Line of the key's setting, from 1.
        line: u64,
        /// Line of the number itself, from 1.
        from: u64,
        /// The key.
        key: WebhookKey,
        /// What it should become, seconds.
        timeout_s: u32,
    },
    /// `timeout:` stands there in a form of which the number cannot be told apart.
    Form {
        /// Line, from 1.
        line: u64,
        /// The key.
        key: WebhookKey,
        /// What it should become, seconds.
        timeout_s: u32,
    },
    /// The change would reach other values too, such as keys that take the number over from an anchor.
    Elsewhere {
        /// What else would be different.
        what: Text,
    },
}

impl EditError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            EditError::Yml(error) => error.text(),
            EditError::NoKey { key, below: None } => say!("errors-edit-no-key", key = key.name()),
            EditError::NoKey { key, below: Some(outer) } => {
                say!("errors-edit-no-key-below", key = key.name(), outer = outer)
            }
            EditError::NoSettings { line, key } => {
                say!("errors-edit-no-settings", line = *line, key = key.name())
            }
            EditError::Alias { line, from, key, timeout_s } => {
                say!("errors-edit-alias", line = *line, key = key.name(), from = *from, timeout = *timeout_s,)
            }
            EditError::Form { line, key, timeout_s } => {
                say!("errors-edit-form", line = *line, key = key.name(), timeout = *timeout_s)
            }
            EditError::Elsewhere { what } => say!("errors-edit-elsewhere", what = what),
        }
    }
}

displays_english!(EditError);

/// A timeout that was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeoutChange {
    /// The webhook.
    pub key: WebhookKey,
    /// Line of the number in the new text, from 1.
    pub line: usize,
    /// The number before; none where there was no `timeout` (which means 15).
    pub before: Option<i64>,
    /// The number now, seconds.
    pub after: u32,
}

/// A text with new timeouts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The whole text.
    pub text: String,
    /// What is different, in the order of the file.
    pub changes: Vec<TimeoutChange>,
    /// Wanted timeouts that are in force with the text as it was, with the number as it stands there.
    pub same: Vec<(WebhookKey, i64)>,
    /// Keys among the wanted ones that are switched off in the file.
    pub disabled: Vec<WebhookKey>,
}

/// Bytes to put in the place of others.
#[derive(Clone, Debug)]
struct Replacement {
    at: Range<usize>,
    with: String,
    key: WebhookKey,
    before: Option<i64>,
    after: u32,
}

/// Puts the wanted timeouts (seconds, 1 to 15) into the text of a `webhooks.yml`. A key whose effective timeout is the
/// wanted one already is left as it is; a key without `timeout` gets a line before its first setting.
///
/// # Errors
/// [`EditError`]; nothing is changed by halves.
pub fn set_timeouts(text: &str, wanted: &BTreeMap<WebhookKey, u32>) -> Result<Edited, EditError> {
    let before = WebhooksYml::parse(text)?;
    let entries = parse::entries(text)?;
    let file = File::new(text, &entries);
    let mut replacements = Vec::new();
    let mut same = Vec::new();
    let mut disabled = Vec::new();
    for (&key, &timeout_s) in wanted {
        let config = before.keys.get(key.name()).ok_or_else(|| no_key(key, &before))?;
        if !config.enable {
            disabled.push(key);
        }
        if config.effective_timeout_s() == effective_timeout_s(i64::from(timeout_s)) {
            same.push((key, config.timeout));
        } else {
            replacements.push(file.replacement(key, timeout_s)?);
        }
    }
    replacements.sort_by_key(|r| r.at.start);
    let (text, changes) = replace(text, &replacements);
    check(&before, &text, &changes)?;
    Ok(Edited { text, changes, same, disabled })
}

fn no_key(key: WebhookKey, yml: &WebhooksYml) -> EditError {
    let outer: Vec<&str> = yml.unknown_keys();
    let below = outer.iter().find(|name| name.eq_ignore_ascii_case("callback"));
    EditError::NoKey { key, below: below.map(|name| (*name).to_owned()) }
}

/// A file that was read, with the places of its parts.
pub(super) struct File<'a> {
    text: &'a str,
    /// Bytes of a byte order mark before what the places count from.
    mark: usize,
    entries: &'a Entries,
}

impl<'a> File<'a> {
    pub(super) fn new(text: &'a str, entries: &'a Entries) -> File<'a> {
        let mark = if text.starts_with(BYTE_ORDER_MARK) { BYTE_ORDER_MARK.len_utf8() } else { 0 };
        File { text, mark, entries }
    }

    fn replacement(&self, key: WebhookKey, timeout_s: u32) -> Result<Replacement, EditError> {
        let (name, settings) =
            named(self.entries, key.name()).ok_or(EditError::NoKey { key, below: None })?;
        let line = name.referenced.line();
        own(settings, key, timeout_s)?;
        let entries = match &settings.value {
            Node::Map(entries) if !entries.is_empty() => entries,
            _ => return Err(EditError::NoSettings { line, key }),
        };
        match named(entries, "timeout") {
            Some((_, value)) => {
                own(value, key, timeout_s)?;
                self.number(value, key, timeout_s)
            }
            None => self.new_line(&entries[0].0, key, timeout_s),
        }
    }

    /// The number that stands there, without its quotes.
    fn number(
        &self,
        value: &Spanned<Node>,
        key: WebhookKey,
        timeout_s: u32,
    ) -> Result<Replacement, EditError> {
        let form = || EditError::Form { line: value.referenced.line(), key, timeout_s };
        let (at, inner) = self.unquoted(value).ok_or_else(form)?;
        let known = match &value.value {
            // A quoted text must be what it seems: without escapes or line breaks in it.
            Node::Text(text) => text == inner && parse::go_integer(inner).is_some(),
            Node::Null => matches!(inner, "~" | "null" | "Null" | "NULL"),
            Node::Int(_) | Node::Float(_) | Node::Bool(_) => is_plain(inner),
            Node::List(_) | Node::Map(_) => false,
        };
        if !known || inner.is_empty() {
            return Err(form());
        }
        let before = match &value.value {
            Node::Text(text) => parse::go_integer(text),
            Node::Int(n) => i64::try_from(*n).ok(),
            _ => None,
        };
        Ok(Replacement { at, with: timeout_s.to_string(), key, before, after: timeout_s })
    }

    /// A `timeout` of its own before the first setting of the key: on its own line with the same indentation, or in
    /// front of it within braces.
    fn new_line(
        &self,
        first: &Spanned<Node>,
        key: WebhookKey,
        timeout_s: u32,
    ) -> Result<Replacement, EditError> {
        let form = || EditError::Form { line: first.referenced.line(), key, timeout_s };
        let (at, with) = self.insertion(first, timeout_s).ok_or_else(form)?;
        Ok(Replacement { at: at..at, with, key, before: None, after: timeout_s })
    }

    /// Where a `timeout` before the first setting of a key goes, and its text.
    pub(super) fn insertion(&self, first: &Spanned<Node>, timeout_s: u32) -> Option<(usize, String)> {
        let at = self.place(first)?.0.start;
        let line = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = &self.text[line..at];
        let with = if before.bytes().all(|b| b == b' ') && !before.is_empty() && !self.in_braces(at) {
            let end = if self.text[at..].split('\n').next().is_some_and(|l| l.ends_with('\r')) {
                "\r\n"
            } else {
                "\n"
            };
            format!("timeout: {timeout_s}{end}{before}")
        } else if self.in_braces(at) {
            format!("timeout: {timeout_s}, ")
        } else {
            return None;
        };
        Some((at, with))
    }

    /// Where a scalar is written, without its quotes.
    pub(super) fn unquoted(&self, value: &Spanned<Node>) -> Option<(Range<usize>, &'a str)> {
        let (at, written) = self.place(value)?;
        let inner = ['"', '\'']
            .iter()
            .find_map(|quote| written.strip_prefix(*quote)?.strip_suffix(*quote))
            .unwrap_or(written);
        let start = at.start + (written.len() - inner.len()) / 2;
        Some((start..start + inner.len(), inner))
    }

    /// It stands in quotes, so that it stays a text whatever is put between them.
    pub(super) fn is_quoted(&self, value: &Spanned<Node>) -> bool {
        self.place(value).is_some_and(|(_, written)| written.starts_with(['"', '\'']))
    }

    /// The first setting of a key stands within braces: what is before it, but for white space and comments, is `{`.
    fn in_braces(&self, at: usize) -> bool {
        let mut lines = self.text[..at].split('\n').rev();
        let code = lines.find_map(|line| {
            let line = line.trim();
            let code = line.split_once(" #").map_or(line, |(code, _)| code).trim_end();
            (!code.is_empty() && !code.starts_with('#')).then_some(code)
        });
        code.is_some_and(|code| code.ends_with('{'))
    }

    /// Where a value is written; none where that is not known.
    fn place(&self, value: &Spanned<Node>) -> Option<(Range<usize>, &'a str)> {
        let span = value.referenced.span();
        let start = usize::try_from(span.byte_offset()?).ok()? + self.mark;
        let end = start + usize::try_from(span.byte_len()?).ok()?;
        let written = self.text.get(start..end)?;
        let trimmed = written.trim_end();
        Some((start..start + trimmed.len(), trimmed))
    }
}

/// A number without quotes, tag or anchor.
fn is_plain(written: &str) -> bool {
    written.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'+' | b'.' | b'_'))
}

fn named<'a>(entries: &'a Entries, name: &str) -> Option<&'a (Spanned<Node>, Spanned<Node>)> {
    entries.iter().find(|(key, _)| key.value.as_name().eq_ignore_ascii_case(name))
}

/// The value stands where it is used.
fn own(value: &Spanned<Node>, key: WebhookKey, timeout_s: u32) -> Result<(), EditError> {
    if value.referenced == value.defined {
        return Ok(());
    }
    let (line, from) = (value.referenced.line(), value.defined.line());
    Err(EditError::Alias { line, from, key, timeout_s })
}

fn replace(text: &str, replacements: &[Replacement]) -> (String, Vec<TimeoutChange>) {
    let mut new = String::with_capacity(text.len() + 32);
    let mut changes = Vec::with_capacity(replacements.len());
    let mut done = 0;
    for r in replacements {
        new.push_str(&text[done..r.at.start]);
        let line = 1 + new.bytes().filter(|b| *b == b'\n').count();
        new.push_str(&r.with);
        done = r.at.end;
        changes.push(TimeoutChange { key: r.key, line, before: r.before, after: r.after });
    }
    new.push_str(&text[done..]);
    (new, changes)
}

/// The new text says what the old one said, but for the wanted timeouts.
fn check(before: &WebhooksYml, text: &str, changes: &[TimeoutChange]) -> Result<(), EditError> {
    let after = WebhooksYml::parse(text)?;
    let mut wanted = before.clone();
    for change in changes {
        if let Some(config) = wanted.keys.get_mut(change.key.name()) {
            config.timeout = i64::from(change.after);
        }
    }
    if after == wanted {
        return Ok(());
    }
    let different = |name: &&String| after.keys.get(*name) != wanted.keys.get(*name);
    let names: Vec<&str> =
        wanted.keys.keys().chain(after.keys.keys()).filter(different).map(String::as_str).collect();
    let what = names
        .first()
        .map_or_else(|| say!("errors-edit-rest"), |name| say!("errors-edit-changes", key = *name));
    Err(EditError::Elsewhere { what })
}
