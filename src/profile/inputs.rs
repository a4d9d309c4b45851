//! The files that a profile names: users, offsets, webhooks.yml.
//!
//! A relative path in a profile file is looked for beside the profile first, then in the
//! working directory; a path from the environment or a flag, in the working directory only.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::error::ProfileError;
use super::model::{Arrivals, Profile};
use crate::delay::{Delay, DelayModel};
use crate::units::Offset;

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
        replay.map(|p| text(p, "load.offsets_file").and_then(|t| parse_offsets(p, &t))).transpose()?;
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

/// Lines that say something: number from 1 and text; blank lines and `#` comments are left out.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let said = |line: &&str| !line.is_empty() && !line.starts_with('#');
    (1..).zip(text.lines().map(str::trim)).filter(move |(_, line)| said(line))
}

/// One offset a line, seconds since the run's start, each later than the one before.
///
/// # Errors
/// Names the first line that is no number, is negative or does not grow, and an empty file.
pub fn parse_offsets(path: &Path, text: &str) -> Result<Vec<Offset>, ProfileError> {
    let wrong = |line, what: String| ProfileError::Input { path: path.to_owned(), line, what };
    let mut offsets: Vec<Offset> = Vec::new();
    for (number, line) in lines(text) {
        let seconds = line.parse::<f64>().ok().filter(|s| s.is_finite() && (0.0..1e9).contains(s));
        let seconds = seconds.ok_or_else(|| {
            wrong(number, format!("`{line}` is no offset; write seconds since the start, such as 0.125"))
        })?;
        let offset = Offset::from_secs_f64(seconds);
        if offsets.last().is_some_and(|last| *last >= offset) {
            return Err(wrong(number, format!("{line} is not later than the line before; sort the offsets")));
        }
        offsets.push(offset);
    }
    if offsets.is_empty() {
        return Err(wrong(1, "holds no offsets".to_owned()));
    }
    Ok(offsets)
}

/// One userID a line.
///
/// # Errors
/// Names the first line that cannot be a userID or was there before, and an empty file.
pub fn parse_users(path: &Path, text: &str) -> Result<Vec<String>, ProfileError> {
    let wrong = |line, what: String| ProfileError::Input { path: path.to_owned(), line, what };
    let mut seen = HashSet::new();
    let mut users = Vec::new();
    for (number, line) in lines(text) {
        if line.contains(':') || line.contains(char::is_whitespace) {
            return Err(wrong(number, format!("`{line}` is no userID: white space and `:` are not allowed")));
        }
        if !seen.insert(line) {
            return Err(wrong(number, format!("`{line}` stands in the file twice; keep one")));
        }
        users.push(line.to_owned());
    }
    if users.is_empty() {
        return Err(wrong(1, "holds no userIDs".to_owned()));
    }
    Ok(users)
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
    fn offsets_must_grow_and_the_line_that_does_not_is_named() {
        let path = Path::new("o.txt");
        let good = parse_offsets(path, "# s\n0.5\n\n1.25\n").unwrap();
        assert_eq!(good, vec![Offset(500_000_000), Offset(1_250_000_000)]);
        for (text, line) in [("1\n1\n", ":2:"), ("1\nx\n", ":2:"), ("-1\n", ":1:"), ("", ":1:")] {
            let message = parse_offsets(path, text).unwrap_err().to_string();
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
}
