//! A file of existing users: one userID a line.
//!
//! Comments (`#`) and blank lines are skipped, repetitions removed, the order kept. Whether
//! the users exist is asked of the API (`Admin::missing_users`).

use std::collections::HashSet;
use std::path::{Path, PathBuf};

/// Why a users file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum UsersError {
    /// It cannot be read.
    #[error("load.users.file {}: {source}; it must be a text file with one userID a line", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line is no userID.
    #[error(
        "load.users.file {}, line {line}: `{text}` is not a userID ({why}); write one userID a line, comments after `#`",
        path.display()
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// As found, at most 64 characters.
        text: String,
        /// What is wrong.
        why: &'static str,
    },
    /// Nothing in it.
    #[error("load.users.file {} holds no userID; write one a line", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
    },
}

/// Reads the file.
///
/// # Errors
/// When it cannot be read, holds no userID, or a line that is none.
pub fn load_file(path: &Path) -> Result<Vec<String>, UsersError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| UsersError::Read { path: path.to_owned(), source })?;
    let mut seen = HashSet::new();
    let mut users = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let id = line.split('#').next().unwrap_or("").trim();
        if id.is_empty() {
            continue;
        }
        if let Some(why) = wrong(id) {
            let text = id.chars().take(64).collect();
            return Err(UsersError::Line { path: path.to_owned(), line: index + 1, text, why });
        }
        if seen.insert(id) {
            users.push(id.to_owned());
        }
    }
    if users.is_empty() { Err(UsersError::Empty { path: path.to_owned() }) } else { Ok(users) }
}

fn wrong(id: &str) -> Option<&'static str> {
    if id.chars().any(char::is_whitespace) {
        Some("white space in it")
    } else if id.contains(':') {
        Some("OpenIM allows no `:` in it")
    } else if id.chars().any(|c| c.is_control() || matches!(c, ',' | ';' | '"')) {
        Some("a separator or control character in it")
    } else if id.chars().count() > 64 {
        Some("longer than 64 characters")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Result<Vec<String>, UsersError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        load_file(file.path())
    }

    #[test]
    fn comments_and_repetitions_go_and_the_order_stays() {
        let users = load("# staff\n10002\n10001 # Ann\n\n10002\r\n用户_3\n").unwrap();
        assert_eq!(users, ["10002", "10001", "用户_3"]);
    }

    #[test]
    fn a_line_that_is_no_user_id_is_named_by_its_number() {
        for (text, line) in [("1\n2 3\n", "line 2"), ("a:b\n", "line 1"), ("1,2\n", "line 1")] {
            let error = load(text).unwrap_err().to_string();
            assert!(error.contains(line), "{error}");
        }
        assert!(load("# nothing\n").unwrap_err().to_string().contains("no userID"));
    }
}
