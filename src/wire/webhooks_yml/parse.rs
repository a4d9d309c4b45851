//! Reading: YAML with positions, then Go's weak typing.
//!
//! `OpenIM` reads the file into untyped values first and converts them afterwards: `"5"` is a
//! number, `"true"` a truth value, and key names have no case.

use std::collections::BTreeMap;

use serde_saphyr::Spanned;

use super::node::{Entries, Node};
use super::outline::Place;
use super::{KeyConfig, WebhooksYml, names};
use crate::text::Text;
use crate::{displays_english, say};

/// What some editors of Windows put before a text.
pub(super) const BYTE_ORDER_MARK: char = '\u{feff}';

/// Levels of lists and mappings within each other.
const MOST_LEVELS: usize = 32;

/// What a value has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// A URL.
    Address,
    /// The settings of a webhook.
    Settings,
    /// `true` or `false`.
    Truth,
    /// A number of seconds.
    Seconds,
}

impl Wanted {
    /// In words.
    #[must_use]
    pub fn text(self) -> Text {
        match self {
            Wanted::Address => say!("errors-yml-an-address"),
            Wanted::Settings => say!("errors-yml-a-key"),
            Wanted::Truth => say!("errors-yml-a-truth"),
            Wanted::Seconds => say!("errors-yml-whole-seconds"),
        }
    }
}

/// A `webhooks.yml` that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum YmlError {
    /// No YAML.
    Yaml {
        /// What is wrong, in the reader's words.
        why: String,
        /// Where, if the reader knows.
        place: Option<Place>,
    },
    /// `---` between two parts.
    SeveralDocuments {
        /// Where the second one begins, if the reader knows.
        place: Option<Place>,
    },
    /// The top is a list or a single value.
    NotAMapping,
    /// A value that cannot become what the key needs.
    Value {
        /// Where it stands.
        place: Place,
        /// `beforeCreateGroup.timeout`.
        key: String,
        /// What is there.
        found: Text,
        /// What to write.
        wanted: Wanted,
    },
    /// A number of seconds with a fraction, which `OpenIM` cuts off.
    Fraction {
        /// Where it stands.
        place: Place,
        /// `beforeCreateGroup.timeout`.
        key: String,
        /// What is there.
        found: String,
    },
    /// A key twice: `OpenIM` does not start, or, if the case differs, takes one by chance.
    Twice {
        /// Where the second one stands.
        place: Place,
        /// The key.
        key: String,
    },
}

impl YmlError {
    /// Line and column, where they are known; a byte order mark is no column.
    #[must_use]
    pub fn place(&self) -> Option<Place> {
        match self {
            YmlError::Value { place, .. }
            | YmlError::Fraction { place, .. }
            | YmlError::Twice { place, .. } => Some(*place),
            YmlError::Yaml { place, .. } | YmlError::SeveralDocuments { place } => *place,
            YmlError::NotAMapping => None,
        }
    }

    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            YmlError::Yaml { why, .. } => say!("errors-yml-no-yaml", why = why),
            YmlError::SeveralDocuments { .. } => say!("errors-yml-several"),
            YmlError::NotAMapping => say!("errors-yml-no-mapping"),
            YmlError::Value { place, key, found, wanted } => {
                say!("errors-yml-value", line = place.line, key = key, found = found, wanted = wanted.text())
            }
            YmlError::Fraction { place, key, found } => {
                say!("errors-yml-fraction", line = place.line, key = key, found = found)
            }
            YmlError::Twice { place, key } => say!("errors-yml-twice", line = place.line, key = key),
        }
    }
}

displays_english!(YmlError);

pub(super) fn parse(text: &str) -> Result<WebhooksYml, YmlError> {
    let entries = entries(text)?;
    let mut yml = WebhooksYml::default();
    for (name, value) in once(entries, "")? {
        if name.eq_ignore_ascii_case("url") {
            yml.url = url(&value)?;
        } else if let Some(known) = names::canonical(&name) {
            yml.keys.insert(known.to_owned(), known_key(known, value)?);
        } else {
            let config = match known_key(&name, value) {
                Err(twice @ YmlError::Twice { .. }) => return Err(twice),
                // OpenIM does not look at it.
                config => config.unwrap_or_default(),
            };
            yml.keys.insert(name, config);
        }
    }
    Ok(yml)
}

/// The entries at the left margin; none in an empty file. Places count from behind a byte order mark.
pub(super) fn entries(text: &str) -> Result<Entries, YmlError> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    // `yes` and `on` are texts to OpenIM's YAML reader, `010` is octal.
    let options = serde_saphyr::options! {
        strict_booleans: true,
        legacy_octal_numbers: true,
        // Keys that stand twice are found here, with a message of our own.
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::PassThrough,
        with_snippet: false,
        // A deeper one is no webhooks.yml, and each level takes some of the stack.
        budget: serde_saphyr::budget! { max_depth: MOST_LEVELS },
    };
    let top: Node = match serde_saphyr::from_str_with_options(text, options) {
        Ok(node) => node,
        Err(_) if text.lines().all(is_blank) => Node::Null,
        Err(error) => {
            let place = error.location().map(|at| Place::at(at.line(), at.column()));
            return Err(match error {
                serde_saphyr::Error::MultipleDocuments { .. } => {
                    YmlError::SeveralDocuments { place: place.map(|place| marker(text, place)) }
                }
                error => YmlError::Yaml { why: error.to_string(), place },
            });
        }
    };
    match top {
        Node::Null => Ok(Entries::new()),
        Node::Map(entries) => Ok(entries),
        _ => Err(YmlError::NotAMapping),
    }
}

/// The `---` before what the reader met of the second document.
fn marker(text: &str, met: Place) -> Place {
    let before = text.lines().zip(1..).take_while(|(_, number)| *number <= met.line);
    before.filter(|(line, _)| line.starts_with("---")).last().map_or(met, |(_, number)| Place::at(number, 1))
}

fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#') || line == "---"
}

/// A mapping's entries by name as written; two that differ in case only are an error.
fn once(entries: Entries, within: &str) -> Result<Vec<(String, Spanned<Node>)>, YmlError> {
    let mut seen = BTreeMap::new();
    let mut named = Vec::with_capacity(entries.len());
    for (key, value) in entries {
        let place = Place::of(&key);
        let name = key.value.as_name();
        if seen.insert(name.to_ascii_lowercase(), ()).is_some() {
            return Err(YmlError::Twice { place, key: format!("{within}{name}") });
        }
        named.push((name, value));
    }
    Ok(named)
}

fn url(value: &Spanned<Node>) -> Result<String, YmlError> {
    match &value.value {
        Node::Null => Ok(String::new()),
        Node::List(_) | Node::Map(_) => Err(wrong(value, "url", Wanted::Address)),
        scalar => Ok(scalar.as_name()),
    }
}

fn known_key(name: &str, value: Spanned<Node>) -> Result<KeyConfig, YmlError> {
    let entries = match value.value {
        Node::Null => return Ok(KeyConfig::default()),
        Node::Map(entries) => entries,
        _ => return Err(wrong(&value, name, Wanted::Settings)),
    };
    let mut config = KeyConfig::default();
    for (setting, value) in once(entries, &format!("{name}."))? {
        let key = format!("{name}.{setting}");
        if setting.eq_ignore_ascii_case("enable") {
            config.enable = truth(&value, &key)?;
        } else if setting.eq_ignore_ascii_case("timeout") {
            config.timeout = seconds(&value, &key)?;
        } else if setting.eq_ignore_ascii_case("failedContinue") {
            config.failed_continue = match value.value {
                Node::Null => None,
                _ => Some(truth(&value, &key)?),
            };
        }
    }
    Ok(config)
}

/// Go's `strconv.ParseBool`; an empty text is false.
pub(super) fn go_truth(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "" | "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// Go's `strconv.ParseBool` for texts, and its weak conversions.
pub(super) fn truth(value: &Spanned<Node>, key: &str) -> Result<bool, YmlError> {
    Ok(match &value.value {
        Node::Null => false,
        Node::Bool(truth) => *truth,
        Node::Int(n) => *n != 0,
        Node::Float(n) => *n != 0.0,
        Node::Text(text) => go_truth(text).ok_or_else(|| wrong(value, key, Wanted::Truth))?,
        _ => return Err(wrong(value, key, Wanted::Truth)),
    })
}

fn seconds(value: &Spanned<Node>, key: &str) -> Result<i64, YmlError> {
    let number = match &value.value {
        Node::Null => Some(0),
        Node::Bool(truth) => Some(i64::from(*truth)),
        Node::Int(n) => i64::try_from(*n).ok(),
        Node::Float(n) if n.fract() != 0.0 && n.is_finite() => {
            let (place, key) = (Place::of(value), key.to_owned());
            return Err(YmlError::Fraction { place, key, found: n.to_string() });
        }
        Node::Float(n) => whole(*n),
        Node::Text(text) => go_integer(text),
        Node::List(_) | Node::Map(_) => None,
    };
    number.ok_or_else(|| wrong(value, key, Wanted::Seconds))
}

/// `5.0` is 5; what does not fit is nothing.
fn whole(n: f64) -> Option<i64> {
    // Every whole number below 2^53 is exact, and no sensible timeout is above.
    (n.abs() < 9e15).then(|| format!("{n:.0}").parse().ok()).flatten()
}

/// Go's `strconv.ParseInt(text, 0, 64)`; an empty text is 0.
pub(super) fn go_integer(text: &str) -> Option<i64> {
    if text.is_empty() {
        return Some(0);
    }
    let (negative, digits) = match text.as_bytes()[0] {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = digits.to_ascii_lowercase();
    let (radix, digits) = match (lower.get(..2), lower.get(..1)) {
        (Some("0x"), _) => (16, &lower[2..]),
        (Some("0b"), _) => (2, &lower[2..]),
        (Some("0o"), _) => (8, &lower[2..]),
        (Some(_), Some("0")) => (8, &lower[1..]),
        _ => (10, lower.as_str()),
    };
    // Underscores only between digits; a leading one is allowed after a prefix.
    let odd = digits.ends_with('_') || digits.contains("__") || (radix == 10 && digits.starts_with('_'));
    let digits = digits.replace('_', "");
    if odd || !digits.chars().next()?.is_ascii_hexdigit() {
        return None;
    }
    let number = i128::from_str_radix(&digits, radix).ok()?;
    i64::try_from(if negative { -number } else { number }).ok()
}

fn wrong(value: &Spanned<Node>, key: &str, wanted: Wanted) -> YmlError {
    let found = match &value.value {
        Node::List(_) => say!("errors-yml-a-list"),
        Node::Map(_) => say!("errors-yml-a-mapping"),
        scalar => Text::plain(format!("`{}`", crate::wire::failure::printable(&scalar.as_name()))),
    };
    YmlError::Value { place: Place::of(value), key: key.to_owned(), found, wanted }
}
