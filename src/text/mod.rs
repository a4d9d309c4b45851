//! Sentences that people read, in English and in Chinese.
//!
//! A [`Text`] holds both languages from the moment it is made, so that findings, reports and charts carry values and only
//! a renderer chooses. It is made by [`say!`](crate::say) from the catalogue in `text/en` and `text/zh`, or is
//! the same in both (`Text::plain`): a name, a figure, a quoted error. Scripts read English: `summary.json` has no other.

mod catalogue;
mod lang;
mod told;
mod value;

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use catalogue::{message, sources};
pub use lang::Lang;
pub use told::Told;
pub use value::Value;

/// A sentence, a word or a figure in both languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text {
    en: String,
    /// Absent where it is the same.
    zh: Option<String>,
}

/// The message of that id with its arguments, in both languages.
///
/// `say!("validity-shed", n = 5, kept = &other_text)`: an integer chooses the plural form, a `Text` is put in by
/// language, anything else stands as it is.
#[macro_export]
macro_rules! say {
    ($id:literal $(, $name:ident = $value:expr)* $(,)?) => {
        $crate::text::message($id, &[$((stringify!($name), $crate::text::Value::from($value))),*])
    };
}

impl Text {
    /// The same in both languages.
    pub fn plain(text: impl Into<String>) -> Text {
        Text { en: text.into(), zh: None }
    }

    /// One text a language.
    pub fn both(en: impl Into<String>, zh: impl Into<String>) -> Text {
        let (en, zh) = (en.into(), zh.into());
        Text { zh: (zh != en).then_some(zh), en }
    }

    /// In that language.
    #[must_use]
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Zh => self.zh.as_deref().unwrap_or(&self.en),
        }
    }

    /// In English, which scripts and records rely on.
    #[must_use]
    pub fn en(&self) -> &str {
        &self.en
    }

    /// In Chinese.
    #[must_use]
    pub fn zh(&self) -> &str {
        self.of(Lang::Zh)
    }

    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.en.is_empty()
    }

    /// Whether the English text contains `part`.
    #[must_use]
    pub fn contains(&self, part: &str) -> bool {
        self.en.contains(part)
    }

    /// Whether the English text begins with `part`.
    #[must_use]
    pub fn starts_with(&self, part: &str) -> bool {
        self.en.starts_with(part)
    }

    /// Both languages changed in the same way.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Text {
        match &self.zh {
            Some(zh) => Text::both(change(&self.en), change(zh)),
            None => Text::plain(change(&self.en)),
        }
    }

    /// Without its full stop, as it stands within another sentence.
    #[must_use]
    pub fn clause(&self) -> Text {
        self.map(|text| text.trim_end_matches(['.', '。']).to_owned())
    }

    /// `texts` with `between` between them.
    #[must_use]
    pub fn join<'a>(texts: impl IntoIterator<Item = &'a Text>, between: &Text) -> Text {
        let texts: Vec<&Text> = texts.into_iter().collect();
        let joined = |lang| texts.iter().map(|t| t.of(lang)).collect::<Vec<_>>().join(between.of(lang));
        Text::both(joined(Lang::En), joined(Lang::Zh))
    }

    /// As in a list of words: `a, b` and `a、b`.
    #[must_use]
    pub fn list<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Text {
        Text::join(texts, &Text::both(", ", "、"))
    }

    /// Clauses of one sentence: `a; b` and `a；b`.
    #[must_use]
    pub fn clauses<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Text {
        Text::join(texts, &Text::both("; ", "；"))
    }

    /// Sentences one after the other: with a blank between them in English, without one in Chinese; empty ones left out.
    #[must_use]
    pub fn sentences<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Text {
        let said: Vec<&Text> = texts.into_iter().filter(|t| !t.is_empty()).collect();
        Text::join(said, &Text::both(" ", ""))
    }

    /// A line each.
    #[must_use]
    pub fn lines<'a>(texts: impl IntoIterator<Item = &'a Text>) -> Text {
        Text::join(texts, &Text::plain("\n"))
    }
}

impl From<&Text> for Text {
    fn from(text: &Text) -> Text {
        text.clone()
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.en == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.en == *other
    }
}

impl Serialize for Text {
    /// The English text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.en)
    }
}

/// What a record keeps: a plain string where both languages are the same.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Kept<'a> {
    Plain(Cow<'a, str>),
    Both { en: Cow<'a, str>, zh: Cow<'a, str> },
}

impl<'de> Deserialize<'de> for Text {
    /// From an English text, or from both languages as [`kept`] writes them.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        Ok(match Kept::deserialize(deserializer)? {
            Kept::Plain(text) => Text::plain(text),
            Kept::Both { en, zh } => Text::both(en, zh),
        })
    }
}

impl JsonSchema for Text {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Text".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        String::json_schema(generator)
    }
}

/// For `#[serde(serialize_with = "text::kept")]` in records: both languages, so that a later report has them.
///
/// # Errors
/// Those of the serializer.
pub fn kept<S: Serializer>(text: &Text, serializer: S) -> Result<S::Ok, S::Error> {
    match &text.zh {
        Some(zh) => Kept::Both { en: Cow::from(&text.en), zh: Cow::from(zh) }.serialize(serializer),
        None => Kept::Plain(Cow::from(&text.en)).serialize(serializer),
    }
}

/// The same for a list.
///
/// # Errors
/// Those of the serializer.
pub fn kept_list<S: Serializer>(texts: &[Text], serializer: S) -> Result<S::Ok, S::Error> {
    struct One<'a>(&'a Text);
    impl Serialize for One<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            kept(self.0, serializer)
        }
    }
    serializer.collect_seq(texts.iter().map(One))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_punctuated_as_its_language_does() {
        let all = [Text::both("one", "一"), Text::plain("beforeCreateGroup")];
        let list = Text::list(&all);
        assert_eq!((list.en(), list.zh()), ("one, beforeCreateGroup", "一、beforeCreateGroup"));
        let sentences =
            Text::sentences([&Text::both("A.", "甲。"), &Text::plain(""), &Text::both("B.", "乙。")]);
        assert_eq!((sentences.en(), sentences.zh()), ("A. B.", "甲。乙。"));
    }

    #[test]
    fn a_clause_ends_without_the_full_stop_of_its_language() {
        let clause = Text::both("It is down.", "已停止。").clause();
        assert_eq!((clause.en(), clause.zh()), ("It is down", "已停止"));
    }

    #[test]
    fn scripts_read_english_and_a_record_keeps_both() {
        let text = Text::both("lost", "丢失");
        assert_eq!(serde_json::to_string(&text).unwrap(), "\"lost\"");
        let mut bytes = Vec::new();
        kept(&text, &mut serde_json::Serializer::new(&mut bytes)).unwrap();
        assert_eq!(serde_json::from_slice::<Text>(&bytes).unwrap(), text);
        assert_eq!(serde_json::from_str::<Text>("\"lost\"").unwrap(), Text::plain("lost"));
    }
}
