//! Use cases, one a file: they put the layers together and own the process's side effects.
//!
//! Knows nothing of clap: a request goes in, an exit code or a `Failure` comes out.

pub mod apply;
pub mod capacity;
pub mod cleanup;
pub mod compare;
pub mod dashboard;
pub mod explain;
pub mod lint;
pub mod live;
pub mod logs;
pub mod metrics;
pub mod monitoring;
mod openim_log;
pub mod out;
pub mod plan;
pub mod plot;
pub mod probe;
pub mod profile;
pub mod proxy;
pub mod rehearse;
pub mod report;
pub mod results;
pub mod run;
pub mod schema;
pub mod setup;
pub mod sim;
pub mod sim_log;
pub mod target;
mod told;
pub mod verify;
pub mod webhook_check;
pub mod whatif;

use std::fmt;
use std::path::Path;

use crate::exit::Exit;
use crate::finding::Severity;
use crate::say;
use crate::text::{Lang, Text, Told};
use told::told;

pub use crate::report::Format;
pub use crate::report::patch::Wanted;
pub use crate::setup::Deployment;

/// Why a use case could not be carried out: the exit code and a message that says what to do.
#[derive(Debug)]
pub struct Failure {
    /// Exit code.
    pub exit: Exit,
    /// The chain of causes, outermost first.
    pub error: anyhow::Error,
}

impl Failure {
    /// Wrong usage or profile.
    pub fn usage(error: impl Into<anyhow::Error>) -> Failure {
        Failure { exit: Exit::Usage, error: error.into() }
    }

    /// Target unreachable or preflight failed.
    pub fn target(error: impl Into<anyhow::Error>) -> Failure {
        Failure { exit: Exit::Target, error: error.into() }
    }

    /// A defect of ours.
    pub fn bug(error: impl Into<anyhow::Error>) -> Failure {
        Failure { exit: Exit::Bug, error: error.into() }
    }
}

impl Failure {
    /// The chain of causes in one line, in both languages; a cause whose words stand there already is not said again.
    #[must_use]
    pub fn text(&self) -> Text {
        let causes: Vec<Text> = self.error.chain().map(told).collect();
        let told = |lang, between| chain(causes.iter().map(|cause| cause.of(lang)), between);
        Text::both(told(Lang::En, ": "), told(Lang::Zh, "："))
    }
}

/// Cancelled by a signal, or at the end of the lifetime of a command that has one.
pub(crate) fn ending(
    stop: tokio_util::sync::CancellationToken,
    lifetime: Option<crate::units::Span>,
) -> tokio_util::sync::CancellationToken {
    let shutdown = tokio_util::sync::CancellationToken::new();
    let ending = shutdown.clone();
    tokio::spawn(async move {
        match lifetime {
            Some(span) => {
                let _ = tokio::time::timeout(span.0, stop.cancelled()).await;
            }
            None => stop.cancelled().await,
        }
        ending.cancel();
    });
    shutdown
}

/// What runs and probes take their turns on.
///
/// # Errors
/// When this machine gives no threads.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| Failure::bug(Told::new(say!("app-runtime")).because(error)))
}

/// A file that cannot be written.
fn unwritten(path: &Path, error: impl std::error::Error + Send + Sync + 'static) -> Failure {
    Failure::usage(Told::new(say!("app-cannot-write", file = path.display().to_string())).because(error))
}

impl fmt::Display for Failure {
    /// In English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en())
    }
}

fn chain<'a>(causes: impl Iterator<Item = &'a str>, between: &str) -> String {
    let mut text = String::new();
    for cause in causes {
        if cause.contains(&text) {
            // Also the first one: everything contains nothing.
            cause.clone_into(&mut text);
        } else if !text.contains(cause) {
            text = format!("{text}{between}{cause}");
        }
    }
    text
}

/// Findings of which severity end in exit code 6.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FailOn {
    /// Warnings and errors.
    Warning,
    /// Errors.
    #[default]
    Error,
    /// No finding.
    Never,
}

impl FailOn {
    /// Whether findings of these severities end in exit code 6.
    #[must_use]
    pub fn is_reached(self, severities: impl IntoIterator<Item = Severity>) -> bool {
        let from = match self {
            FailOn::Warning => Severity::Warning,
            FailOn::Error => Severity::Error,
            FailOn::Never => return false,
        };
        severities.into_iter().any(|severity| severity >= from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Told;

    #[derive(Debug, thiserror::Error)]
    #[error("cannot write x: {source}; choose another --out")]
    struct Worded {
        source: std::io::Error,
    }

    #[test]
    fn a_cause_is_not_said_twice_and_none_is_lost() {
        let told = Worded { source: std::io::Error::other("disk full") };
        assert_eq!(Failure::usage(told).to_string(), "cannot write x: disk full; choose another --out");
        let bare = anyhow::Error::new(std::io::Error::other("disk full")).context("cannot write x");
        assert_eq!(Failure::usage(bare).to_string(), "cannot write x: disk full");
        let key = anyhow::anyhow!("`webhook.listen` is taken").context("webhook.listen");
        assert_eq!(Failure::usage(key).to_string(), "`webhook.listen` is taken");
    }

    #[test]
    fn an_error_with_both_languages_is_told_in_either_and_a_cause_of_the_system_stays_as_it_is() {
        let told = Told::new(Text::both("cannot write x", "无法写入 x"));
        let failure = Failure::usage(told.because(std::io::Error::other("disk full")));
        assert_eq!(failure.to_string(), "cannot write x: disk full");
        assert_eq!(failure.text().zh(), "无法写入 x：disk full");
    }
}
