//! The log file: one thread writes, nobody waits for it.
//!
//! Promises files that only the user can read, a new one each local day, a flush at least once a
//! second and at the end, and bounded memory: what does not fit into the queue is left out and
//! counted. A disk that fails is reported once; the simulation goes on.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, BufWriter, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::clock::RunClock;
use crate::text::Text;
use crate::{displays_english, say};

/// Records that may wait for the disk.
const MAX_WAITING: usize = 65_536;
/// Bytes that may wait for the disk.
const MAX_WAITING_BYTES: usize = 64 << 20;
const FLUSH_EVERY: Duration = Duration::from_secs(1);

/// Why no log can be written at all.
#[derive(Debug, thiserror::Error)]
pub struct LogError {
    /// The folder.
    pub dir: PathBuf,
    /// Why.
    #[source]
    pub source: io::Error,
}

impl LogError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        say!("errors-sim-log", dir = self.dir.display().to_string(), why = self.source.to_string())
    }
}

displays_english!(LogError);

/// A record on its way: its local date, and its bytes.
struct Line {
    date: String,
    bytes: String,
}

/// Hands lines to the thread that writes.
pub(super) struct Writer {
    lines: Mutex<Option<SyncSender<Line>>>,
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Default)]
struct Shared {
    waiting_bytes: AtomicUsize,
    lost: AtomicU64,
}

/// Told once when the disk fails.
type Trouble = Box<dyn Fn(&Text) + Send>;

impl Writer {
    /// Opens today's file `<dir>/<stem>.<date>`, so that what is wrong with the folder shows now.
    ///
    /// # Errors
    /// When the folder cannot be made or the file not be written.
    pub(super) fn open(dir: &Path, stem: &str, date: &str, trouble: Trouble) -> Result<Writer, LogError> {
        let named = |source| LogError { dir: dir.to_owned(), source };
        let mut files = Files { dir: dir.to_owned(), stem: stem.to_owned(), open: None };
        if !dir.is_dir() {
            DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(named)?;
        }
        files.turn_to(date).map_err(named)?;
        let shared = Arc::new(Shared::default());
        let (lines, waiting) = sync_channel(MAX_WAITING);
        let theirs = shared.clone();
        let thread = std::thread::Builder::new()
            .name("openim-log".to_owned())
            .spawn(move || work(&waiting, files, &theirs, &trouble))
            .map_err(named)?;
        Ok(Writer { lines: Mutex::new(Some(lines)), shared, thread: Mutex::new(Some(thread)) })
    }

    /// Takes a record, or leaves it out where too many wait for the disk.
    pub(super) fn write(&self, date: &str, bytes: String) {
        let size = bytes.len();
        let line = Line { date: date.to_owned(), bytes };
        let fits = self.shared.waiting_bytes.fetch_add(size, Ordering::Relaxed) + size <= MAX_WAITING_BYTES;
        let sent = fits
            && self
                .lines
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .as_ref()
                .is_some_and(|lines| lines.try_send(line).is_ok());
        if !sent {
            self.shared.waiting_bytes.fetch_sub(size, Ordering::Relaxed);
            self.shared.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Writes what waits and closes the file; returns how many records were left out.
    pub(super) fn finish(&self) -> u64 {
        drop(self.lines.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A panic there has been printed there.
            let _ = thread.join();
        }
        self.shared.lost.load(Ordering::Relaxed)
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.finish();
    }
}

struct Files {
    dir: PathBuf,
    stem: String,
    open: Option<(String, BufWriter<File>)>,
}

impl Files {
    /// The file of that day.
    fn turn_to(&mut self, date: &str) -> io::Result<&mut BufWriter<File>> {
        if self.open.as_ref().is_none_or(|(day, _)| day != date) {
            self.flush()?;
            let path = self.dir.join(format!("{}.{date}", self.stem));
            let file = OpenOptions::new().append(true).create(true).mode(0o600).open(&path)?;
            // One that was there already may be open to others.
            fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
            self.open = Some((date.to_owned(), BufWriter::with_capacity(64 << 10, file)));
        }
        match &mut self.open {
            Some((_, file)) => Ok(file),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        self.turn_to(&line.date)?.write_all(line.bytes.as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.open.as_mut().map_or(Ok(()), |(_, file)| file.flush())
    }
}

fn work(lines: &Receiver<Line>, mut files: Files, shared: &Shared, trouble: &Trouble) {
    let clock = RunClock::start();
    let now = || Duration::from_micros(clock.now().0);
    let mut flushed = now();
    let mut failed = false;
    let mut note = |result: io::Result<()>| {
        if let Err(error) = result
            && !std::mem::replace(&mut failed, true)
        {
            trouble(&say!("errors-sim-log-stopped", why = error.to_string()));
        }
    };
    loop {
        let wait = (flushed + FLUSH_EVERY).saturating_sub(now());
        match lines.recv_timeout(wait) {
            Ok(line) => {
                shared.waiting_bytes.fetch_sub(line.bytes.len(), Ordering::Relaxed);
                let written = files.write(&line);
                if written.is_err() {
                    shared.lost.fetch_add(1, Ordering::Relaxed);
                }
                note(written);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if now() >= flushed + FLUSH_EVERY {
            note(files.flush());
            flushed = now();
        }
    }
    note(files.flush());
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn silent() -> Trouble {
        Box::new(|_| ())
    }

    #[test]
    fn a_new_day_begins_a_new_file_and_both_are_private() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().join("new/logs");
        let writer = Writer::open(&dir, "openim-service-log", "2026-07-03", silent()).unwrap();
        writer.write("2026-07-03", "late\n".to_owned());
        writer.write("2026-07-04", "early\n".to_owned());
        assert_eq!(writer.finish(), 0);
        for (date, text) in [("2026-07-03", "late\n"), ("2026-07-04", "early\n")] {
            let path = dir.join(format!("openim-service-log.{date}"));
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn what_was_there_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        for text in ["one\n", "two\n"] {
            let writer = Writer::open(dir.path(), "s", "d", silent()).unwrap();
            writer.write("d", text.to_owned());
            writer.finish();
        }
        assert_eq!(fs::read_to_string(dir.path().join("s.d")).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn a_line_reaches_the_disk_without_an_end() {
        let dir = tempfile::tempdir().unwrap();
        let writer = Writer::open(dir.path(), "s", "d", silent()).unwrap();
        writer.write("d", "line\n".to_owned());
        let there = (0..100).any(|_| {
            std::thread::sleep(Duration::from_millis(50));
            fs::read_to_string(dir.path().join("s.d")).unwrap() == "line\n"
        });
        assert!(there, "flushed while the writer is still open");
    }

    #[test]
    fn a_folder_that_is_a_file_is_refused_at_once_and_by_name() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let error = Writer::open(file.path(), "s", "d", silent()).err().unwrap().to_string();
        assert!(error.contains(&*file.path().to_string_lossy()), "{error}");
    }

    #[test]
    fn a_disk_that_fails_later_is_reported_once_and_every_lost_line_is_counted() {
        let dir = tempfile::tempdir().unwrap();
        let said = Arc::new(AtomicU64::new(0));
        let counter = said.clone();
        let trouble: Trouble = Box::new(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let writer = Writer::open(dir.path(), "s", "1", trouble).unwrap();
        for day in ["2/no/such", "3/no/such", "4/no/such"] {
            writer.write(day, "x\n".to_owned());
        }
        assert_eq!(writer.finish(), 3);
        assert_eq!(said.load(Ordering::Relaxed), 1);
    }
}
