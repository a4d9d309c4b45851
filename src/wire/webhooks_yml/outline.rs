//! The file with places: what stands where, whether any version knows it or not.

use serde_saphyr::Spanned;

use super::names;
use super::parse::{BYTE_ORDER_MARK, Node, YmlError, entries};

/// Line and column, both from 1, in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line.
    pub line: u64,
    /// Column.
    pub column: u64,
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
    /// Names of its settings, as written, with the place of their value.
    pub settings: Vec<(String, Place)>,
}

impl Item {
    /// Where a setting's value stands; the key's own place where it has no such setting.
    #[must_use]
    pub fn place_of(&self, setting: &str) -> Place {
        let found = self.settings.iter().find(|(name, _)| name.eq_ignore_ascii_case(setting));
        found.map_or(self.key, |(_, place)| *place)
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
    let marked = text.starts_with(BYTE_ORDER_MARK);
    let items = entries(text)?.into_iter().map(|(key, value)| Item {
        name: key.value.as_name(),
        key: place(&key, marked),
        value: place(&value, marked),
        settings: match &value.value {
            Node::Map(inner) => inner.iter().map(|(k, v)| (k.value.as_name(), place(v, marked))).collect(),
            _ => Vec::new(),
        },
    });
    Ok(items.collect())
}

/// The name that some version knows which is nearest to `name`.
#[must_use]
pub fn nearest_key(name: &str) -> &'static str {
    let distance = |known: &&&str| strsim::damerau_levenshtein(&known.to_lowercase(), &name.to_lowercase());
    names::all().iter().min_by_key(distance).copied().unwrap_or("beforeCreateGroup")
}

/// The byte order mark, which was taken away before reading, is a column of the first line.
fn place(node: &Spanned<Node>, marked: bool) -> Place {
    let (line, column) = (node.referenced.line(), node.referenced.column());
    Place { line, column: column + u64::from(marked && line == 1) }
}
