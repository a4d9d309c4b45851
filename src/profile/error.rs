//! What can be wrong with a profile, in words that say where and what to do.
//!
//! All of them end the program with exit code 2.

use std::fmt;
use std::path::PathBuf;

use crate::exit::Exit;

/// One thing that is wrong with one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, dotted: `load.rate`.
    pub key: String,
    /// Where it was written: `profiles/mine.toml:12`, `--set load.rate=0`, `OPENIM_BENCH__LOAD__RATE`;
    /// empty for a default.
    pub place: String,
    /// What is wrong and what to write instead.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "`{}` {}", self.key, self.what)
    }
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The file cannot be read.
    #[error("cannot read {}: {why}; check the path that `{key}` names", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The key or argument that names it.
        key: String,
        /// What the system says.
        why: std::io::Error,
    },
    /// No such file, and no shipped profile of that name.
    #[error(
        "there is no profile file `{name}` and no shipped profile of that name; shipped are: {shipped} (`openim-bench profile list`)"
    )]
    NoSuchProfile {
        /// What was asked for.
        name: String,
        /// The names that exist.
        shipped: String,
    },
    /// The file is not TOML.
    #[error("{place}: not valid TOML: {why}")]
    Syntax {
        /// File and line.
        place: String,
        /// What the parser says.
        why: String,
    },
    /// A line of an input file makes no sense.
    #[error("{}:{line}: {what}", path.display())]
    Input {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// `--set` without `path=value`.
    #[error("`--set {argument}` is not of the form path=value, such as `--set load.rate=50`")]
    Set {
        /// What was typed.
        argument: String,
    },
    /// Keys with wrong names or values, all that were found.
    #[error("{}", list(.0))]
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
}

fn list(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}
