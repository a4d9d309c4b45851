//! The file with places: what stands where, whether any version knows it or not.

use serde_saphyr::Spanned;

use super::names;
use super::node::Node;
use super::parse::{BYTE_ORDER_MARK, YmlError, entries, go_integer};

/// Which file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// `webhooks.yml`.
    #[default]
    File,
    /// The file of environment variables.
    Environment,
}

/// Line and column, both from 1, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which file.
    pub source: Source,
    /// Line.
    pub line: u64,
    /// Column.
    pub column: u64,
}

impl Place {
    /// A place in `webhooks.yml`.
    #[must_use]
    pub fn at(line: u64, column: u64) -> Place {
        Place { source: Source::File, line, column }
    }

    /// Where a node begins; a byte order mark is no column.
    pub(super) fn of(node: &Spanned<Node>) -> Place {
        Place::at(node.referenced.line(), node.referenced.column())
    }

    /// As an editor counts that shows a byte order mark, which was taken away before reading, as a column.
    #[must_use]
    pub fn within(self, text: &str) -> Place {
        let marked = text.starts_with(BYTE_ORDER_MARK) && self.line == 1;
        Place { column: self.column + u64::from(marked), ..self }
    }
}

/// A setting of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// As written.
    pub name: String,
    /// Where its value begins.
    pub value: Place,
    /// What is in it, where it is a list or will be made one.
    pub list: Option<Vec<ListItem>>,
}

/// An element of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListItem {
    /// As a text; nothing for a list or mapping within the list.
    pub text: String,
    /// Where it begins.
    pub place: Place,
    /// Go's weak conversion makes a whole number of it.
    pub is_number: bool,
}

/// A key at the left margin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// As written.
    pub name: String,
    /// Where the key begins.
    pub key: Place,
    /// Where its value begins.
    pub value: Place,
    /// Its settings, in the order written.
    pub settings: Vec<Setting>,
}

impl Item {
    /// Where a setting's value stands; the key's own place where it has no such setting.
    #[must_use]
    pub fn place_of(&self, setting: &str) -> Place {
        self.setting(setting).map_or(self.key, |found| found.value)
    }

    /// The setting of that name, whatever its case.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.name.eq_ignore_ascii_case(name))
    }

    /// The usual spelling, where some version knows the key.
    #[must_use]
    pub fn canonical(&self) -> Option<&'static str> {
        names::canonical(&self.name)
    }
}

/// The keys at the left margin, in the order written.
///
/// # Errors
/// [`YmlError`] for what is no YAML mapping.
pub fn outline(text: &str) -> Result<Vec<Item>, YmlError> {
    let place = |node: &Spanned<Node>| Place::of(node).within(text);
    let items = entries(text)?.into_iter().map(|(key, value)| Item {
        name: key.value.as_name(),
        key: place(&key),
        value: place(&value),
        settings: match &value.value {
            Node::Map(inner) => inner.iter().map(|(k, v)| setting(&k.value, v, text)).collect(),
            _ => Vec::new(),
        },
    });
    Ok(items.collect())
}

/// The name that some version knows which is nearest to `name`.
#[must_use]
pub fn nearest_key(name: &str) -> &'static str {
    names::nearest(name)
}

/// Whether some version knows the key, whatever its case.
#[must_use]
pub fn is_key(name: &str) -> bool {
    names::canonical(name).is_some()
}

fn setting(name: &Node, value: &Spanned<Node>, text: &str) -> Setting {
    let list = match &value.value {
        Node::List(items) => Some(items.iter().map(|item| list_item(item, text)).collect()),
        // A single value becomes a list of one.
        Node::Null | Node::Map(_) => None,
        Node::Text(written) if written.is_empty() => Some(Vec::new()),
        Node::Bool(_) | Node::Int(_) | Node::Float(_) | Node::Text(_) => Some(vec![list_item(value, text)]),
    };
    Setting { name: name.as_name(), value: Place::of(value).within(text), list }
}

fn list_item(item: &Spanned<Node>, text: &str) -> ListItem {
    let is_number = match &item.value {
        Node::Null | Node::Bool(_) | Node::Int(_) | Node::Float(_) => true,
        // OpenIM's reader splits a single text at its commas before it makes a list of it.
        Node::Text(written) => written.split(',').all(|part| go_integer(part).is_some()),
        Node::List(_) | Node::Map(_) => false,
    };
    ListItem { text: item.value.as_name(), place: Place::of(item).within(text), is_number }
}
