//! Standard output and standard error: results on the one, everything else on the other.

use std::io::{self, IsTerminal as _, Write as _};

use super::Failure;
use crate::finding::{Finding, Severity};

/// Writes a result. A reader that has gone away (`| head`) is no error.
///
/// # Errors
/// When standard output cannot be written, such as a full disk behind a redirection.
pub fn result(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::bug(anyhow::Error::new(error).context("cannot write to standard output")))
        }
        _ => Ok(()),
    }
}

/// A line for the person at the terminal.
pub fn note(line: &str) {
    // Nobody may be listening; that is no reason to stop.
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A finding, as preflight and clean-up show it.
pub fn finding(finding: &Finding) {
    let label = match finding.severity {
        Severity::Info => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    note(&format!("{label}: {}", finding.what));
    for line in
        finding.evidence.iter().chain(finding.do_next.lines().map(str::to_owned).collect::<Vec<_>>().iter())
    {
        note(&format!("  {line}"));
    }
}

/// Whether results are read on a terminal that wants colour.
#[must_use]
pub fn colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty())
}
