//! JSON as Go's `encoding/json` reads it: the same texts for the same mistakes.
//!
//! A webhook answer that Go cannot read fails an operation with Go's own words, so
//! whoever plays `OpenIM` must read as Go does: syntax first over the whole text,
//! then types in the order of the text, first error wins, keys match in any case,
//! `null` changes nothing, broken UTF-8 becomes U+FFFD. Nesting is limited to 500
//! levels (Go: 10,000). Numbers keep their text.

mod check;
mod syntax;

pub use check::{Field, Struct, Type, check};

/// A parsed value; objects keep the order of their keys, and repeated ones.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Value>),
    /// An object.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The field of that name; upper and lower case are the same, the last one counts.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let Value::Object(fields) = self else { return None };
        fields.iter().rev().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The string field of that name; `None` where it is absent, `null` or no string.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The integer field of that name; `None` where it is absent, `null` or no integer.
    #[must_use]
    pub fn int(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            Value::Number(text) => text.parse().ok(),
            _ => None,
        }
    }

    /// The truth value of that name; `false` where it is absent.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        matches!(self.get(name), Some(Value::Bool(true)))
    }

    /// The list field of that name; `None` where it is absent or `null`.
    #[must_use]
    pub fn list(&self, name: &str) -> Option<&[Value]> {
        match self.get(name)? {
            Value::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The list of strings of that name; a `null` in it becomes the empty string, as in Go.
    #[must_use]
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        let text = |item: &Value| match item {
            Value::String(text) => text.clone(),
            _ => String::new(),
        };
        Some(self.list(name)?.iter().map(text).collect())
    }
}

/// Reads a whole text.
///
/// # Errors
/// Go's text of the first syntax error.
pub fn parse(text: &[u8]) -> Result<Value, String> {
    syntax::parse(text)
}

/// Reads a whole text into `into`: syntax, then types.
///
/// # Errors
/// Go's text of the first error.
pub fn unmarshal(text: &[u8], into: &Type) -> Result<Value, String> {
    let value = parse(text)?;
    check(&value, into).map_or(Ok(value), Err)
}
