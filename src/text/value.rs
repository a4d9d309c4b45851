//! What a message can be given.

use std::borrow::Cow;

use fluent_bundle::FluentValue;

use super::{Lang, Text};

/// An argument of a message.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// A number that also chooses the plural form; shown without grouping.
    Number(i64),
    /// The same in both languages.
    Plain(Cow<'a, str>),
    /// One a language.
    Text(Cow<'a, Text>),
}

impl Value<'_> {
    pub(super) fn of(&self, lang: Lang) -> FluentValue<'_> {
        match self {
            Value::Number(n) => FluentValue::from(*n),
            Value::Plain(text) => FluentValue::from(text.as_ref()),
            Value::Text(text) => FluentValue::from(text.of(lang)),
        }
    }
}

macro_rules! numbers {
    ($($kind:ty),*) => {
        $(impl From<$kind> for Value<'_> {
            fn from(n: $kind) -> Self {
                // Beyond 2^53 fluent's numbers, which are floating point, would lose digits.
                match i64::try_from(n) {
                    Ok(n) if n.unsigned_abs() < 1 << 53 => Value::Number(n),
                    _ => Value::Plain(Cow::Owned(n.to_string())),
                }
            }
        })*
    };
}

numbers!(i32, i64, u8, u16, u32, u64, usize);

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Plain(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Plain(Cow::Owned(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Plain(Cow::Borrowed(text))
    }
}

impl From<Text> for Value<'_> {
    fn from(text: Text) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a Text> for Value<'a> {
    fn from(text: &'a Text) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}
