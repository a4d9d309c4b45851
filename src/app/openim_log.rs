//! `--openim-log`: reads OpenIM's log after a run, or beside a finished record, and joins it.
//!
//! How calls are matched is `analysis::join`'s; here files are opened, and what came of it is said.

use std::fs::File;
use std::io::{BufReader, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::logs::files::{is_gzip, open, read_lines};
use super::logs::follow::{later, replaced};
use super::logs::shown;
use super::{Failure, out};
use crate::analysis::join::Join;
use crate::logs::Records;
use crate::record::read::RunRecord;
use crate::record::roundtrips::LogJoin;
use crate::say;
use crate::text::{Text, Told};

/// OpenIM writes at once, a simulator or a container's runtime within a second or so.
const WRITTEN_WITHIN: Duration = Duration::from_millis(1_500);
/// Files of later days that are read; a run of a year has as many.
const MOST_DAYS: usize = 400;

/// A log before the run: only what is added from here on is read.
#[derive(Debug)]
pub(super) struct Mark {
    path: PathBuf,
    file: File,
    size: u64,
}

/// Notes where the logs end.
///
/// # Errors
/// Exit code 2 when one cannot be read.
pub(super) fn marks(files: &[PathBuf]) -> Result<Vec<Mark>, Failure> {
    files.iter().map(|path| mark(path)).collect()
}

fn mark(path: &Path) -> Result<Mark, Failure> {
    let file = open(path)?;
    if is_gzip(&mut BufReader::new(&file)) {
        return Err(Failure::usage(Told::new(say!("join-gz", file = shown(path)))));
    }
    let size = file.metadata().map_err(|error| unreadable(path, error))?.len();
    Ok(Mark { path: path.to_owned(), file, size })
}

/// Joins what was added during the run. The run is not worth less where that does not work: it is said.
pub(super) async fn join_added(folder: &Path, marks: Vec<Mark>) {
    if marks.is_empty() {
        return;
    }
    tokio::time::sleep(WRITTEN_WITHIN).await;
    let joined = tokio::task::block_in_place(|| {
        let files = marks.iter().map(|mark| mark.path.clone()).collect();
        join(folder, files, |on| marks.into_iter().try_for_each(|mark| added(mark, on)))
    });
    match joined {
        Ok(found) => out::tell(&words(&found)),
        Err(failure) => out::tell(&say!("join-not-joined", why = failure.text())),
    }
}

/// Joins whole files with a finished record; an earlier join is replaced.
///
/// # Errors
/// Exit code 2 when a file cannot be read or holds nothing of the run.
pub(super) fn join_files(folder: &Path, files: &[PathBuf]) -> Result<(), Failure> {
    if files.is_empty() {
        return Ok(());
    }
    let read = |on: &mut dyn FnMut(&[u8])| files.iter().try_for_each(|path| whole(path, open(path)?, on));
    out::tell(&words(&join(folder, files.to_vec(), read)?));
    Ok(())
}

fn join(
    folder: &Path,
    files: Vec<PathBuf>,
    read: impl FnOnce(&mut dyn FnMut(&[u8])) -> Result<(), Failure>,
) -> Result<LogJoin, Failure> {
    let record = RunRecord::open(folder).map_err(Failure::usage)?;
    let mut join = Join::new(&record, folder).map_err(Failure::usage)?;
    let mut records = Records::default();
    read(&mut |line| records.line(line, &mut |entry| join.entry(entry)))?;
    records.finish();
    let names = files.iter().map(|path| shown(path)).collect();
    join.finish(&records.counts, names).map_err(Failure::usage)
}

fn whole(path: &Path, file: File, on: &mut dyn FnMut(&[u8])) -> Result<(), Failure> {
    read_lines(path, BufReader::with_capacity(1 << 18, file), &mut |line| {
        on(line);
        true
    })
}

/// From the mark to the file's end, then the files that came after it.
fn added(mark: Mark, on: &mut dyn FnMut(&[u8])) -> Result<(), Failure> {
    let Mark { path, mut file, size } = mark;
    let now = file.metadata().map_err(|error| unreadable(&path, error))?.len();
    // A file that is shorter now was emptied and begun anew.
    let from = if now < size { 0 } else { size };
    let new = replaced(&path, &file);
    file.seek(SeekFrom::Start(from)).map_err(|error| unreadable(&path, error))?;
    whole(&path, file, on)?;
    if let Some(new) = new {
        whole(&new, open(&new)?, on)?;
    }
    let mut last = path;
    for _ in 0..MOST_DAYS {
        let Some(next) = later(&last) else { break };
        whole(&next, open(&next)?, on)?;
        last = next;
    }
    Ok(())
}

fn unreadable(path: &Path, error: std::io::Error) -> Failure {
    Failure::usage(Told::new(say!("logs-open", file = shown(path))).because(error))
}

/// What was found, in one line.
fn words(found: &LogJoin) -> Text {
    let calls: u64 = found.calls.values().map(|counts| counts.called).sum();
    let (hours, minutes) = (found.zone_minutes / 60, (found.zone_minutes % 60).abs());
    let zone = format!("{hours} h {minutes:02} min");
    let place = match found.placed_by {
        0 => say!("join-placed-first", zone = zone),
        by => say!("join-placed", by = by, zone = zone),
    };
    say!("join-done", found = calls, keys = found.calls.len() as u64, lines = found.lines, place = place)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn read(marks: Vec<Mark>) -> Vec<String> {
        let mut lines = Vec::new();
        for mark in marks {
            added(mark, &mut |line| lines.push(String::from_utf8_lossy(line).trim_end().to_owned())).unwrap();
        }
        lines
    }

    #[test]
    fn only_what_was_added_is_read_also_after_the_file_was_renamed_or_a_day_began() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log.2026-11-24");
        std::fs::write(&path, "old\n").unwrap();
        let noted = marks(std::slice::from_ref(&path)).unwrap();
        File::options().append(true).open(&path).unwrap().write_all(b"new\n").unwrap();
        std::fs::rename(&path, dir.path().join("log.1")).unwrap();
        std::fs::write(&path, "after the rename\n").unwrap();
        std::fs::write(dir.path().join("log.2026-11-25"), "next day\n").unwrap();
        std::fs::write(dir.path().join("log.2026-11-23"), "day before\n").unwrap();
        assert_eq!(read(noted), ["new", "after the rename", "next day"]);
    }

    #[test]
    fn a_log_that_was_emptied_is_read_from_its_beginning() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log");
        std::fs::write(&path, "a long old line\n").unwrap();
        let noted = marks(std::slice::from_ref(&path)).unwrap();
        std::fs::write(&path, "new\n").unwrap();
        assert_eq!(read(noted), ["new"]);
    }

    #[test]
    fn a_log_that_is_missing_or_compressed_is_refused_before_the_run() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("log.gz");
        assert!(marks(std::slice::from_ref(&path)).is_err());
        std::fs::write(&path, [0x1f, 0x8b, 8, 0]).unwrap();
        assert!(marks(&[path]).unwrap_err().text().contains("compressed"));
    }
}
