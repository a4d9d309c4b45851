//! `logs`: files are read, tallied and shown.

pub(super) mod files;
pub(super) mod follow;
mod since;
mod watch;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::metrics::{self, Address};
use super::run::Signals;
use super::{Failure, Format, out, runtime};
use crate::analysis::logs::{LogAsked, LogTally};
use crate::exit::Exit;
use crate::logs::{Pattern, Records, Told as LogTold};
use crate::report;
use crate::say;
use crate::text::Told;
use crate::units::Span;
use crate::wire::OpenimVersion;
use crate::wire::failure::printable;

use watch::Watch;

pub use since::{Since, SinceError};

/// What is asked.
#[derive(Clone, Debug)]
pub struct LogsRequest {
    /// In this order; `-` is standard input.
    pub files: Vec<PathBuf>,
    /// Go on with the last file as it grows.
    pub follow: bool,
    /// Leave out what is older.
    pub since: Option<Since>,
    /// The deployment's version.
    pub version: Option<OpenimVersion>,
    /// How long callers wait.
    pub caller_budget: Option<Span>,
    /// The files are the webhook server's own, in this format.
    pub pattern: Option<Pattern>,
    /// Where Prometheus may ask.
    pub metrics: Option<Address>,
    /// What to print.
    pub format: Format,
}

/// What reading has gathered; the thread that reads and the one that waits share it.
pub(super) struct Gathered {
    records: Records,
    tally: LogTally,
    pattern: Option<Pattern>,
    watch: Option<Watch>,
}

impl Gathered {
    /// A physical line.
    fn line(&mut self, line: &[u8]) {
        let Gathered { records, tally, pattern, watch } = self;
        let mut on = |told: &LogTold| {
            if let Some(watch) = watch {
                watch.see(told);
            }
        };
        match pattern {
            None => records.line(line, &mut |entry| tally.entry(entry, &mut on)),
            Some(pattern) => records.other(line, |line| {
                let access = pattern.read(line)?;
                tally.access(&access);
                Some(())
            }),
        }
    }
}

/// Shared between the thread that reads and the one that waits for it or for Ctrl-C.
#[derive(Clone)]
pub(super) struct Shared {
    gathered: Arc<Mutex<Gathered>>,
    stop: Arc<AtomicBool>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Gathered> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was there before has been read.
    fn caught_up(&self) {
        if let Some(watch) = &mut self.lock().watch {
            watch.live();
        }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }
}

/// Reads and prints.
///
/// # Errors
/// Exit code 2 when a file cannot be read.
pub fn main(request: &LogsRequest) -> Result<Exit, Failure> {
    let asked = LogAsked {
        version: request.version.clone(),
        caller_budget: request.caller_budget,
        since: request.since.map(Since::resolve),
    };
    let gathered = Gathered {
        records: Records::default(),
        tally: LogTally::new(asked),
        pattern: request.pattern.clone(),
        watch: None,
    };
    let shared = Shared { gathered: Arc::new(Mutex::new(gathered)), stop: Arc::default() };
    let interrupted = runtime()?.block_on(read(request, &shared))?;
    let mut gathered = shared.lock();
    let Gathered { records, tally, .. } = &mut *gathered;
    records.finish();
    tally.finish(&mut |_| {});
    let summary = tally.summary(&records.counts);
    let bytes = report::logs::rendered(&summary, request.format, out::look()).map_err(Failure::bug)?;
    out::result(&bytes)?;
    // Whoever follows has no other way to end it.
    Ok(interrupted.filter(|_| !request.follow).unwrap_or(Exit::Ok))
}

/// Until everything is read or somebody asks to stop; the signal's exit code.
async fn read(request: &LogsRequest, shared: &Shared) -> Result<Option<Exit>, Failure> {
    let exporter = metrics::start(request.metrics, "logs", out::tell, out::tell)?;
    shared.lock().watch = metrics::meter(exporter.as_ref()).map(Watch::new);
    let signals = Signals::listen(|_| out::tell(&say!("logs-stopping")));
    let (done, mut ended) = tokio::sync::oneshot::channel();
    let (files, follow, reading) = (request.files.clone(), request.follow, shared.clone());
    // A thread of its own: it may wait for standard input for ever, which must not hold up the end.
    std::thread::spawn(move || {
        // Nobody listens any more where somebody asked to stop.
        let _ = done.send(files::read_all(&files, follow, &reading));
    });
    let stop = signals.stop();
    tokio::select! {
        result = &mut ended => match result {
            Ok(result) => result.map(|()| None),
            Err(_) => Err(Failure::bug(Told::new(say!("logs-reader")))),
        },
        () = stop.cancelled() => {
            shared.stop.store(true, Ordering::Relaxed);
            Ok(signals.exit())
        }
    }
}

/// A file's name for people.
pub(super) fn shown(path: &std::path::Path) -> String {
    printable(&path.display().to_string())
}
