//! `ids.txt`: every groupID and userID that a run makes, written before it is used.
//!
//! A text file, one fact a line, so that `cleanup` works after a kill and a person can
//! read it. Blocks of groups are handed to the kernel before the first of them is used:
//! that outlives the process, not a power cut. `ids.csv` lists every ID by itself, for
//! cleaning the business's own database. Both are readable by their owner only.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::ids::{RunTag, group_id, user_id};
use crate::text::Text;
use crate::{displays_english, say};

use super::private_file;

/// Name of the file inside a record.
pub const IDS_TXT: &str = "ids.txt";
/// Name of the export inside a record.
pub const IDS_CSV: &str = "ids.csv";

/// Writes `ids.txt`. Ranges are half-open: `groups 0 100` are the numbers 0 to 99.
#[derive(Debug)]
pub struct IdLog {
    file: File,
    path: PathBuf,
}

impl IdLog {
    /// A new file in the record `dir`.
    ///
    /// # Errors
    /// When it is there already or cannot be written.
    pub fn create(dir: &Path, run_id: &str, tag: RunTag) -> io::Result<IdLog> {
        let path = dir.join(IDS_TXT);
        let file = private_file(&path, true)?;
        let mut log = IdLog { file, path };
        log.line(&format!(
            "# IDs of one run of openim-bench. A groupID is 7, the tag and nine digits of its number, a userID 8,\n\
             # the tag and nine digits; `groups 0 100` means the numbers 0 to 99, reserved before use.\n\
             run {run_id}\ntag {tag}"
        ))?;
        Ok(log)
    }

    /// Opens the file of an existing record to note progress of a later clean-up.
    ///
    /// # Errors
    /// When it cannot be opened for writing.
    pub fn append(dir: &Path) -> io::Result<IdLog> {
        let path = dir.join(IDS_TXT);
        let mut file = File::options().append(true).open(&path)?;
        // A kill may have cut the last line; what follows must not be glued to it.
        file.write_all(b"\n")?;
        Ok(IdLog { file, path })
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Notes that the groups `from..to` are about to be used.
    ///
    /// # Errors
    /// When it cannot be written: then none of them may be used.
    pub fn reserve_groups(&mut self, from: u64, to: u64) -> io::Result<()> {
        self.line(&format!("groups {from} {to}"))
    }

    /// Notes that the users `from..to` are about to be registered.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn reserve_users(&mut self, from: u64, to: u64) -> io::Result<()> {
        self.line(&format!("users {from} {to}"))
    }

    /// Notes that `count` existing users from a file are used; they are not ours to remove.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn given_users(&mut self, count: u64) -> io::Result<()> {
        self.line(&format!("given-users {count}"))
    }

    /// Notes a single groupID that follows no pattern.
    ///
    /// # Errors
    /// When it cannot be written, or when `id` holds white space.
    pub fn group(&mut self, id: &str) -> io::Result<()> {
        self.line(&format!("group {}", one_word(id)?))
    }

    /// Notes that the groups `from..to` are gone (or never came to be).
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn dismissed(&mut self, from: u64, to: u64) -> io::Result<()> {
        self.line(&format!("dismissed {from} {to}"))
    }

    /// Notes that a single groupID is gone.
    ///
    /// # Errors
    /// When it cannot be written, or when `id` holds white space.
    pub fn dismissed_group(&mut self, id: &str) -> io::Result<()> {
        self.line(&format!("dismissed-group {}", one_word(id)?))
    }

    fn line(&mut self, text: &str) -> io::Result<()> {
        // One write call, unbuffered: after it the line outlives the process.
        self.file.write_all(format!("{text}\n").as_bytes())
    }
}

fn one_word(id: &str) -> io::Result<&str> {
    if id.is_empty() || id.contains(char::is_whitespace) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("`{id}` is not an ID")));
    }
    Ok(id)
}

/// Why `ids.txt` cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum IdError {
    /// Missing or unreadable.
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No run or tag in it.
    Format {
        /// Which.
        path: PathBuf,
    },
}

impl IdError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            IdError::File { path, source } => {
                say!("errors-ids-file", path = path.display().to_string(), why = source.to_string())
            }
            IdError::Format { path } => say!("errors-ids-format", path = path.display().to_string()),
        }
    }
}

displays_english!(IdError);

/// What a run made, as `ids.txt` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdList {
    /// The run.
    pub run_id: String,
    /// Its tag.
    pub tag: RunTag,
    /// Numbers of the users registered.
    pub users: Vec<Range<u64>>,
    /// Existing users that were used.
    pub given_users: u64,
    /// Numbers of the groups reserved; not every one of them was made.
    pub groups: Vec<Range<u64>>,
    /// groupIDs outside the pattern.
    pub singles: Vec<String>,
    /// Numbers of the groups known to be gone.
    pub dismissed: Vec<Range<u64>>,
    /// groupIDs outside the pattern known to be gone.
    pub dismissed_singles: Vec<String>,
    /// Lines that could not be read (the last one after a kill).
    pub unreadable_lines: u64,
}

/// Reads `ids.txt`; `path` is the record's folder or the file.
///
/// # Errors
/// When it is missing, or does not name its run. A cut last line is tolerated.
pub fn read_ids(path: &Path) -> Result<IdList, IdError> {
    let path = if path.is_dir() { path.join(IDS_TXT) } else { path.to_owned() };
    let open = || -> io::Result<Parsed> {
        let mut parsed = Parsed::default();
        let mut reader = BufReader::new(File::open(&path)?);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line)? > 0 {
            parsed.line(&line);
            line.clear();
        }
        Ok(parsed)
    };
    let parsed = open().map_err(|source| IdError::File { path: path.clone(), source })?;
    let (Some(run_id), Some(tag)) = (parsed.run_id, parsed.tag) else { return Err(IdError::Format { path }) };
    Ok(IdList { run_id, tag, ..parsed.list })
}

struct Parsed {
    run_id: Option<String>,
    tag: Option<RunTag>,
    list: IdList,
}

impl Default for Parsed {
    fn default() -> Parsed {
        let list = IdList {
            run_id: String::new(),
            tag: RunTag::from_number(0),
            users: Vec::new(),
            given_users: 0,
            groups: Vec::new(),
            singles: Vec::new(),
            dismissed: Vec::new(),
            dismissed_singles: Vec::new(),
            unreadable_lines: 0,
        };
        Parsed { run_id: None, tag: None, list }
    }
}

impl Parsed {
    fn line(&mut self, line: &[u8]) {
        // Without its line feed a number may have lost digits: `groups 0 1000` cut to `groups 0 1`.
        // A group too few would be left behind, so the whole line is not believed.
        let whole = line.strip_suffix(b"\n").and_then(|l| std::str::from_utf8(l).ok());
        let understood = whole.is_some_and(|text| {
            let text = text.trim();
            text.is_empty() || text.starts_with('#') || self.fact(text).is_some()
        });
        if !understood {
            self.list.unreadable_lines += 1;
        }
    }

    fn fact(&mut self, text: &str) -> Option<()> {
        let mut words = text.split_whitespace();
        let (what, first, second) = (words.next()?, words.next()?, words.next());
        let range = || Some(first.parse().ok()?..second?.parse().ok()?);
        match what {
            "run" => self.run_id = Some(first.to_owned()),
            "tag" => self.tag = Some(RunTag::parse(first)?),
            "users" => self.list.users.push(range()?),
            "given-users" => self.list.given_users = first.parse().ok()?,
            "groups" => self.list.groups.push(range()?),
            "group" => self.list.singles.push(first.to_owned()),
            "dismissed" => self.list.dismissed.push(range()?),
            "dismissed-group" => self.list.dismissed_singles.push(first.to_owned()),
            _ => return None,
        }
        Some(())
    }
}

impl IdList {
    /// Every ID of the run, users first: what `ids.csv` holds.
    pub fn expand(&self) -> impl Iterator<Item = (IdKind, String)> + '_ {
        let users = self.user_ids().map(|id| (IdKind::User, id));
        users.chain(self.group_ids().map(|id| (IdKind::Group, id)))
    }

    /// userIDs that the run registered.
    pub fn user_ids(&self) -> impl Iterator<Item = String> + '_ {
        self.users.iter().cloned().flatten().map(|n| user_id(self.tag, n))
    }

    /// groupIDs that the run reserved.
    pub fn group_ids(&self) -> impl Iterator<Item = String> + '_ {
        let numbered = self.groups.iter().cloned().flatten().map(|n| group_id(self.tag, n));
        numbered.chain(self.singles.iter().cloned())
    }

    /// Numbers of the groups that were reserved and are not known to be gone, in order.
    #[must_use]
    pub fn left(&self) -> Vec<Range<u64>> {
        subtract(&self.groups, &self.dismissed)
    }

    /// groupIDs outside the pattern that are not known to be gone.
    pub fn left_singles(&self) -> impl Iterator<Item = &str> + '_ {
        self.singles.iter().filter(|id| !self.dismissed_singles.contains(id)).map(String::as_str)
    }

    /// groupIDs that are not known to be gone.
    pub fn left_group_ids(&self) -> impl Iterator<Item = String> + '_ {
        let numbered = self.left().into_iter().flatten().map(|n| group_id(self.tag, n));
        numbered.chain(self.left_singles().map(str::to_owned))
    }
}

/// What an ID names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdKind {
    /// A userID.
    User,
    /// A groupID.
    Group,
}

/// `all` without `gone`, merged and in order.
fn subtract(all: &[Range<u64>], gone: &[Range<u64>]) -> Vec<Range<u64>> {
    let gone = merged(gone);
    let mut left = Vec::new();
    for Range { mut start, end } in merged(all) {
        for g in &gone {
            if g.end <= start || g.start >= end {
                continue;
            }
            if g.start > start {
                left.push(start..g.start);
            }
            start = start.max(g.end);
        }
        if start < end {
            left.push(start..end);
        }
    }
    left
}

fn merged(ranges: &[Range<u64>]) -> Vec<Range<u64>> {
    let mut sorted: Vec<_> = ranges.iter().filter(|r| r.start < r.end).cloned().collect();
    sorted.sort_by_key(|r| r.start);
    let mut merged: Vec<Range<u64>> = Vec::new();
    for range in sorted {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// Writes `ids.csv` into the record `dir`: a header `kind,id`, then one ID a line.
/// Memory stays flat. Replaces an older one.
///
/// # Errors
/// When it cannot be written.
pub fn export_csv(dir: &Path, list: &IdList) -> io::Result<PathBuf> {
    let path = dir.join(IDS_CSV);
    let mut out = BufWriter::new(private_file(&path, false)?);
    writeln!(out, "kind,id")?;
    for (kind, id) in list.expand() {
        let kind = if kind == IdKind::User { "user" } else { "group" };
        writeln!(out, "{kind},{id}")?;
    }
    out.flush()?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag() -> RunTag {
        RunTag::from_number(5)
    }

    #[test]
    fn what_was_reserved_is_read_back_and_what_was_dismissed_taken_off() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = IdLog::create(dir.path(), "run-1", tag()).unwrap();
        log.reserve_users(0, 3).unwrap();
        log.reserve_groups(0, 100).unwrap();
        log.reserve_groups(100, 200).unwrap();
        log.group("odd").unwrap();
        log.dismissed(50, 150).unwrap();
        log.dismissed(0, 1).unwrap();
        let list = read_ids(dir.path()).unwrap();
        assert_eq!((list.run_id.as_str(), list.tag), ("run-1", tag()));
        assert_eq!(list.left(), vec![1..50, 150..200]);
        assert_eq!(list.left_group_ids().count(), 100);
        assert_eq!(list.expand().count(), 3 + 200 + 1);
    }

    #[test]
    fn a_cut_last_line_is_not_believed_and_a_later_clean_up_starts_a_new_one() {
        let dir = tempfile::tempdir().unwrap();
        let mut log = IdLog::create(dir.path(), "run-1", tag()).unwrap();
        log.reserve_groups(0, 10).unwrap();
        let text = std::fs::read_to_string(log.path()).unwrap();
        std::fs::write(log.path(), format!("{text}groups 10 2")).unwrap();
        let list = read_ids(dir.path()).unwrap();
        assert_eq!((list.groups.as_slice(), list.unreadable_lines), (std::slice::from_ref(&(0..10)), 1));
        IdLog::append(dir.path()).unwrap().dismissed(0, 10).unwrap();
        assert!(read_ids(dir.path()).unwrap().left().iter().all(|r| r.start >= 10));
    }

    #[test]
    fn a_missing_file_is_refused_with_advice() {
        let dir = tempfile::tempdir().unwrap();
        let message = read_ids(dir.path()).unwrap_err().to_string();
        assert!(message.contains("results/<run-id>"), "{message}");
        std::fs::write(dir.path().join(IDS_TXT), "groups 0 5\n").unwrap();
        assert!(matches!(read_ids(dir.path()), Err(IdError::Format { .. })));
    }

    #[cfg(unix)]
    #[test]
    fn files_with_ids_are_readable_by_their_owner_only() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        IdLog::create(dir.path(), "run-1", tag()).unwrap().reserve_groups(0, 2).unwrap();
        let list = read_ids(dir.path()).unwrap();
        let csv = export_csv(dir.path(), &list).unwrap();
        for path in [dir.path().join(IDS_TXT), csv.clone()] {
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        let text = std::fs::read_to_string(csv).unwrap();
        assert_eq!(text, format!("kind,id\ngroup,{}\ngroup,{}\n", group_id(tag(), 0), group_id(tag(), 1)));
    }
}
