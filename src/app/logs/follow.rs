//! Reads a file as it grows, as `tail -F` does: it may be cut, replaced, or followed by that of the next day.

use std::fs::{self, File};
use std::io::{self, BufReader, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::files::{is_gzip, next, open};
use super::{Shared, shown};
use crate::app::{Failure, out};
use crate::say;
use crate::text::Told;

const POLL: Duration = Duration::from_millis(200);

/// Until somebody asks to stop.
pub(super) fn follow(path: &Path, shared: &Shared) -> Result<(), Failure> {
    let failed = |path: &Path, error: io::Error| {
        Failure::usage(Told::new(say!("logs-open", file = shown(path))).because(error))
    };
    let mut path = path.to_owned();
    let mut reader = BufReader::new(open(&path)?);
    if is_gzip(&mut reader) {
        return Err(Failure::usage(Told::new(say!("logs-follow-gz", file = shown(&path)))));
    }
    out::tell(&say!("logs-reading", file = shown(&path)));
    let mut line = Vec::new();
    loop {
        drain(&mut reader, &mut line, shared).map_err(|error| failed(&path, error))?;
        shared.caught_up();
        if shared.stopped() {
            return Ok(());
        }
        let replaced = replaced(&path, reader.get_ref()).or_else(|| later(&path));
        if let Some(new) = replaced {
            // What was written until it was replaced.
            drain(&mut reader, &mut line, shared).map_err(|error| failed(&path, error))?;
            if let Ok(file) = File::open(&new) {
                end(&mut line, shared);
                (path, reader) = (new, BufReader::new(file));
                continue;
            }
        } else if truncated(&mut reader).map_err(|error| failed(&path, error))? {
            line.clear();
            continue;
        }
        std::thread::sleep(POLL);
    }
}

/// All whole lines; half a line stays.
fn drain(reader: &mut BufReader<File>, line: &mut Vec<u8>, shared: &Shared) -> io::Result<()> {
    while !shared.stopped() && next(reader, line)? {
        if line.last() == Some(&b'\n') {
            shared.lock().line(line);
            line.clear();
        }
    }
    Ok(())
}

/// The last line of a file that nobody writes any more.
fn end(line: &mut Vec<u8>, shared: &Shared) {
    if !line.is_empty() {
        shared.lock().line(line);
        line.clear();
    }
}

/// Another file bears the name now.
pub(in crate::app) fn replaced(path: &Path, file: &File) -> Option<PathBuf> {
    let (ours, now) = (file.metadata().ok()?, fs::metadata(path).ok()?);
    (!same(&ours, &now)).then(|| path.to_owned())
}

#[cfg(unix)]
fn same(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn same(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    a.created().ok() == b.created().ok()
}

/// The file was cut shorter than what was read: it is read from its beginning.
fn truncated(reader: &mut BufReader<File>) -> io::Result<bool> {
    let at = reader.stream_position()?;
    let shorter = reader.get_ref().metadata()?.len() < at;
    if shorter {
        reader.seek(SeekFrom::Start(0))?;
    }
    Ok(shorter)
}

/// `OpenIM` begins a file a day, `NAME.YYYY-MM-DD`: the next one after `path`.
pub(in crate::app) fn later(path: &Path) -> Option<PathBuf> {
    let (stem, date) = dated(path.file_name()?.to_str()?)?;
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names = fs::read_dir(folder).ok()?.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let newer = names.filter(|name| dated(name).is_some_and(|(s, d)| s == stem && d > date));
    newer.min().map(|name| folder.join(name))
}

/// Stem and date of a name.
fn dated(name: &str) -> Option<(&str, &str)> {
    let (stem, date) = name.rsplit_once('.')?;
    let shape: String = date.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    matches!(shape.as_str(), "0000-00-00" | "0000-00-00_00").then_some((stem, date))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_day_s_file_is_found_by_its_name() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["a.2026-11-23", "a.2026-11-24", "a.2026-11-25", "a.2026-11-26", "b.2026-11-25", "a.log"]
        {
            fs::write(dir.path().join(name), "").unwrap();
        }
        assert_eq!(later(&dir.path().join("a.2026-11-24")), Some(dir.path().join("a.2026-11-25")));
        assert_eq!(later(&dir.path().join("a.2026-11-26")), None);
        assert_eq!(later(&dir.path().join("a.log")), None);
    }
}
