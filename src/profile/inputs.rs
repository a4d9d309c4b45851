//! The files that a profile names: users, offsets, webhooks.yml.
//!
//! A relative path in a profile file is looked for beside the profile first, then in the
//! working directory; a path from the environment or a flag, in the working directory only.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::error::ProfileError;
use super::model::{Arrivals, Profile};
use crate::delay::{Delay, DelayModel};
use crate::say;
use crate::schedule::{self, ScheduleError};
use crate::text::Text;
use crate::units::Offset;
use crate::wire::failure::printable;

/// What the named files hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inputs {
    /// Text of `webhook.yml`.
    pub webhooks_yml: Option<String>,
    /// Offsets of `load.offsets_file`, since the run's start, warm-up included.
    pub offsets: Option<Vec<Offset>>,
    /// userIDs of `load.users.file`.
    pub users: Option<Vec<String>>,
}

/// Reads the files that the profile names.
///
/// # Errors
/// When a file cannot be read or a line makes no sense.
pub fn read(profile: &Profile) -> Result<Inputs, ProfileError> {
    let webhooks_yml = profile.webhook.yml.as_deref().map(|p| text(p, "webhook.yml")).transpose()?;
    let replay = profile.load.offsets_file.as_deref().filter(|_| profile.load.arrivals == Arrivals::Replay);
    let offsets =
        replay.map(|p| text(p, "load.offsets_file").and_then(|t| read_offsets(p, &t))).transpose()?;
    let users = profile.load.users.file.as_deref();
    let users = users.map(|p| text(p, "load.users.file").and_then(|t| parse_users(p, &t))).transpose()?;
    Ok(Inputs { webhooks_yml, offsets, users })
}

fn text(path: &Path, key: &str) -> Result<String, ProfileError> {
    std::fs::read_to_string(path).map_err(|why| ProfileError::Read {
        path: path.to_owned(),
        key: key.to_owned(),
        why,
    })
}

/// Lines that say something: number from 1 and text. Blank lines and comments are left out; a
/// comment is a `#` at the start or after white space, so that an ID may hold one.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    fn said(line: &str) -> &str {
        let begins = |at: usize| line[..at].chars().next_back().is_none_or(char::is_whitespace);
        let comment = line.match_indices('#').map(|(at, _)| at).find(|at| begins(*at));
        line[..comment.unwrap_or(line.len())].trim()
    }
    let text = text.trim_start_matches('\u{feff}');
    (1..).zip(text.lines().map(said)).filter(|(_, line)| !line.is_empty())
}

/// One offset a line, seconds since the run's start; see [`schedule::parse_offsets`].
///
/// # Errors
/// Names the first line that is no number, is negative or goes back in time, and an empty file.
fn read_offsets(path: &Path, text: &str) -> Result<Vec<Offset>, ProfileError> {
    schedule::parse_offsets(text).map_err(|error| {
        let line = match &error {
            ScheduleError::BadOffset { line, .. } | ScheduleError::Unsorted { line } => *line,
            _ => 1,
        };
        ProfileError::Input { path: path.to_owned(), line, what: error.text() }
    })
}

/// One userID a line; whether the users exist is asked of the API.
///
/// # Errors
/// Names the first line that cannot be a userID or was there before, and an empty file.
pub fn parse_users(path: &Path, text: &str) -> Result<Vec<String>, ProfileError> {
    let wrong = |line, what: Text| ProfileError::Input { path: path.to_owned(), line, what };
    let mut seen = HashSet::new();
    let mut users = Vec::new();
    for (number, line) in lines(text) {
        if let Some(why) = no_user_id(line) {
            let shown: String = line.chars().take(64).collect();
            return Err(wrong(number, say!("profile-no-user", user = printable(&shown), why = why)));
        }
        if !seen.insert(line) {
            return Err(wrong(number, say!("profile-user-twice", user = line)));
        }
        users.push(line.to_owned());
    }
    if users.is_empty() {
        return Err(wrong(1, say!("profile-no-users")));
    }
    Ok(users)
}

fn no_user_id(id: &str) -> Option<Text> {
    if id.chars().any(char::is_whitespace) {
        Some(say!("profile-user-space"))
    } else if id.contains(':') {
        Some(say!("profile-user-colon"))
    } else if id.chars().any(|c| c.is_control() || matches!(c, ',' | ';' | '"')) {
        Some(say!("profile-user-separator"))
    } else if id.chars().count() > 64 {
        Some(say!("profile-user-long"))
    } else {
        None
    }
}

/// Makes relative paths that the file gave point beside the file, where they lead somewhere.
pub(super) fn beside(profile: &mut Profile, sources: &BTreeMap<String, String>, folder: &Path) {
    let from_file = |key: &str| sources.get(key).map(String::as_str) == Some("file");
    let plain: [(&str, &mut Option<PathBuf>); 5] = [
        ("target.secret_file", &mut profile.target.secret_file),
        ("target.ca_file", &mut profile.target.ca_file),
        ("webhook.yml", &mut profile.webhook.yml),
        ("load.offsets_file", &mut profile.load.offsets_file),
        ("load.users.file", &mut profile.load.users.file),
    ];
    for (key, path) in plain {
        if let Some(path) = path.as_mut().filter(|_| from_file(key)) {
            anchor(path, folder);
        }
    }
    anchor_delay(&mut profile.target.sim.service_time, folder);
    for handler in profile.handler.values_mut() {
        anchor_delay(&mut handler.delay, folder);
    }
}

fn anchor(path: &mut PathBuf, folder: &Path) {
    let beside = folder.join(&*path);
    if path.is_relative() && beside.exists() {
        *path = beside;
    }
}

fn anchor_delay(delay: &mut Delay, folder: &Path) {
    match delay {
        Delay::Model(DelayModel::Hlog { file, .. }) => anchor(file, folder),
        Delay::Model(DelayModel::Mixture(parts)) => {
            parts.iter_mut().for_each(|p| anchor_delay(&mut p.delay, folder));
        }
        Delay::Model(DelayModel::Stall { base, .. }) => anchor_delay(base, folder),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_must_not_go_back_and_the_line_that_does_is_named() {
        let path = Path::new("o.txt");
        let good = read_offsets(path, "# s\n0.5\n\n1.25\n").unwrap();
        assert_eq!(good, vec![Offset(500_000_000), Offset(1_250_000_000)]);
        assert_eq!(read_offsets(path, "1\n1\n").unwrap(), [Offset(1_000_000_000), Offset(1_000_000_001)]);
        for (text, line) in [("1\n0.9\n", ":2:"), ("1\nx\n", ":2:"), ("-1\n", ":1:"), ("", ":1:")] {
            let message = read_offsets(path, text).unwrap_err().to_string();
            assert!(message.starts_with(&format!("o.txt{line}")), "{message}");
        }
    }

    #[test]
    fn a_user_that_stands_twice_in_the_file_is_refused() {
        let path = Path::new("u.txt");
        assert_eq!(parse_users(path, "a\n# b\nc\n").unwrap(), ["a", "c"]);
        assert!(parse_users(path, "a\na\n").unwrap_err().to_string().contains("twice"));
        assert!(parse_users(path, "a:b\n").is_err());
    }

    #[test]
    fn comments_go_and_the_order_of_users_stays() {
        let text = "\u{feff}# staff\n10002\n10001 # Ann\n\n 用户_3\r\na#1\n";
        assert_eq!(parse_users(Path::new("u.txt"), text).unwrap(), ["10002", "10001", "用户_3", "a#1"]);
    }

    #[test]
    fn a_line_that_is_no_user_id_is_named_by_its_number() {
        let long = "9".repeat(65);
        for (text, line) in [("1\n2 3\n", ":2:"), ("a:b\n", ":1:"), ("1,2\n", ":1:"), (&*long, ":1:")] {
            let error = parse_users(Path::new("u.txt"), text).unwrap_err().to_string();
            assert!(error.starts_with(&format!("u.txt{line}")), "{error}");
        }
        assert!(parse_users(Path::new("u.txt"), "# no\n").unwrap_err().to_string().contains("no userID"));
    }
}
