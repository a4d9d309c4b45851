//! Standard output and standard error: results on the one, everything else on the other.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::OnceLock;

use super::Failure;
use crate::finding::{Finding, Severity};
use crate::report::{Look, terminal};
use crate::say;
use crate::text::{Lang, Text, Told};

/// Writes a result. A reader that has gone away (`| head`) is no error.
///
/// # Errors
/// When standard output cannot be written, such as a full disk behind a redirection.
pub fn result(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::usage(Told::new(say!("app-stdout")).because(error)))
        }
        _ => Ok(()),
    }
}

/// Writes a file that `flag` asked for.
///
/// # Errors
/// Exit code 2 when it cannot be written.
pub fn file(flag: &str, path: &std::path::Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| {
        let told = say!("app-flag-file", flag = flag, file = path.display().to_string());
        Failure::usage(Told::new(told).because(error))
    })
}

/// A line for the person at the terminal that is the same in both languages, such as a path.
pub fn note(line: &str) {
    // Nobody may be listening; that is no reason to stop.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A line for the person at the terminal, in the language that the person reads.
pub fn tell(text: &Text) {
    note(text.of(lang()));
}

/// A finding, as preflight and clean-up show it.
pub fn finding(finding: &Finding) {
    let what = lines(finding).join("\n");
    tell(&match finding.severity {
        Severity::Info => say!("app-note", what = what),
        Severity::Warning => say!("app-warning", what = what),
        Severity::Error => say!("app-error", what = what),
    });
}

/// What was found, then, indented, its evidence and what to do.
#[must_use]
pub fn lines(finding: &Finding) -> Vec<String> {
    let lang = lang();
    let mut lines = vec![finding.what.of(lang).to_owned()];
    lines.extend(finding.evidence.iter().map(|line| format!("  {}", line.of(lang))));
    lines.extend(finding.do_next.of(lang).lines().map(|line| format!("  {line}")));
    lines
}

static LANG: OnceLock<Lang> = OnceLock::new();

/// Sets the language that the person reads, once, before anything is said.
pub fn speak(lang: Lang) {
    // A second choice is not asked for; the first one stays.
    let _ = LANG.set(lang);
}

/// The language that the person reads; English where none was chosen.
#[must_use]
pub fn lang() -> Lang {
    LANG.get().copied().unwrap_or_default()
}

/// Whether results are read on a terminal that wants colour.
#[must_use]
pub fn colour() -> bool {
    io::stdout().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
        && std::env::var_os("TERM").is_none_or(|v| v != "dumb")
}

/// Columns of the terminal on standard output; where it is none, as many as a report uses at most.
#[must_use]
pub fn width() -> usize {
    rustix::termios::tcgetwinsize(io::stdout())
        .ok()
        .map(|size| usize::from(size.ws_col))
        .filter(|columns| *columns > 0)
        .unwrap_or(terminal::WIDTH)
}

/// How a report looks on standard output.
#[must_use]
pub fn look() -> Look {
    Look { colour: colour(), width: width(), lang: lang() }
}
