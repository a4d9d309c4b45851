//! What can be wrong with a profile, in words that say where and what to do.
//!
//! All of them end the program with exit code 2.

use std::path::{Path, PathBuf};

use crate::exit::Exit;
use crate::text::Text;
use crate::{displays_english, say};

/// One thing that is wrong with one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, dotted: `load.rate`.
    pub key: String,
    /// Where it was written: `profiles/mine.toml:12`, `--set load.rate=0`, `OPENIM_BENCH__LOAD__RATE`;
    /// empty for a default.
    pub place: Text,
    /// What is wrong and what to write instead, to be read after the key.
    pub what: Text,
}

impl Problem {
    /// In a line: place, key and what is wrong.
    #[must_use]
    pub fn text(&self) -> Text {
        let Problem { key, place, what } = self;
        if place.is_empty() {
            say!("profile-problem", key = key, what = what)
        } else {
            say!("profile-problem-at", place = place, key = key, what = what)
        }
    }
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The file cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// The key or argument that names it.
        key: String,
        /// What the system says.
        why: std::io::Error,
    },
    /// Something of that name is there, such as a folder.
    NotAFile {
        /// What it is named.
        path: PathBuf,
        /// The key or argument that names it.
        key: String,
    },
    /// No such file, and no shipped profile of that name.
    NoSuchProfile {
        /// What was asked for.
        name: String,
        /// The names that exist.
        shipped: String,
    },
    /// The file is not TOML.
    Syntax {
        /// File and line.
        place: String,
        /// What the parser says.
        why: String,
    },
    /// A line of an input file makes no sense.
    Input {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        what: Text,
    },
    /// `--set` without `path=value`.
    Set {
        /// What was typed.
        argument: String,
    },
    /// Keys with wrong names or values, all that were found.
    Problems(Vec<Problem>),
}

impl ProfileError {
    /// The exit code: usage.
    #[must_use]
    pub const fn exit(&self) -> Exit {
        Exit::Usage
    }

    /// The problems with single keys, where it is about keys.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        match self {
            ProfileError::Problems(problems) => problems,
            _ => &[],
        }
    }

    /// What it says; a line for each problem with a key.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            ProfileError::Read { path, key, why } => {
                say!("profile-cannot-read", path = shown(path), why = why.to_string(), key = key)
            }
            ProfileError::NotAFile { path, key } => {
                say!("profile-not-a-file", path = shown(path), key = key)
            }
            ProfileError::NoSuchProfile { name, shipped } => {
                say!("profile-no-such", name = name, shipped = shipped)
            }
            ProfileError::Syntax { place, why } => say!("profile-no-toml", place = place, why = why),
            ProfileError::Input { path, line, what } => {
                say!("profile-input", path = shown(path), line = *line, what = what)
            }
            ProfileError::Set { argument } => say!("profile-set", argument = argument),
            ProfileError::Problems(problems) => {
                Text::lines(&problems.iter().map(Problem::text).collect::<Vec<_>>())
            }
        }
    }
}

displays_english!(ProfileError);

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_names_its_place_and_key_in_either_language() {
        let what = say!("profile-above-zero", value = "0");
        let (key, place) = ("load.rate".to_owned(), Text::plain("mine.toml:3"));
        let error = ProfileError::Problems(vec![Problem { key, place, what }]);
        assert_eq!(error.to_string(), "mine.toml:3: `load.rate` is 0; it must be above 0");
        assert_eq!(error.text().zh(), "mine.toml:3：`load.rate` 为 0；必须大于 0");
    }

    #[test]
    fn an_error_about_a_file_quotes_the_same_in_both_languages() {
        let why = std::io::Error::other("disk on fire");
        let error = ProfileError::Read { path: "a/b.toml".into(), key: "webhook.yml".to_owned(), why };
        let text = error.text();
        assert_ne!(text.en(), text.zh());
        for part in ["a/b.toml", "`webhook.yml`", "disk on fire"] {
            assert!(text.en().contains(part) && text.zh().contains(part), "{text:?}");
        }
    }
}
