//! An error that is told in both languages.

use std::error::Error;
use std::fmt;

use super::Text;

/// `Display` of errors that have a `text()`: its English, which logs and scripts read.
#[macro_export]
macro_rules! displays_english {
    ($($error:ty),+ $(,)?) => {
        $(impl std::fmt::Display for $error {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.text().en())
            }
        })+
    };
}

type Cause = Box<dyn Error + Send + Sync + 'static>;

/// An error whose message is a [`Text`]; its `Display` is the English one.
#[derive(Debug)]
pub struct Told {
    text: Text,
    source: Option<Cause>,
}

impl Told {
    /// An error that says `text`.
    #[must_use]
    pub fn new(text: Text) -> Told {
        Told { text, source: None }
    }

    /// The same, with what it comes from.
    #[must_use]
    pub fn because(self, source: impl Into<Cause>) -> Told {
        Told { source: Some(source.into()), ..self }
    }

    /// What it says, without its causes.
    #[must_use]
    pub fn text(&self) -> &Text {
        &self.text
    }
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text.en())
    }
}

impl Error for Told {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn Error + 'static))
    }
}

impl From<Text> for Told {
    fn from(text: Text) -> Told {
        Told::new(text)
    }
}
