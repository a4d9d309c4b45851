//! How long the call took, and what that leaves of the causes.

use std::str::FromStr;

use super::Cause;
use super::fitting::DEADLINE;
use crate::text::Text;
use crate::units::Span;
use crate::wire::failure::{FailureKind, resolve_hidden};
use crate::{displays_english, say};

/// Below this no timeout can have passed: the smallest is a second.
const FASTEST_TIMEOUT_US: u64 = 950_000;

/// A duration as people copy it: `5s`, `5.003s`, `5003ms`, `5.003` (seconds), or as elsewhere (`1m 5s`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elapsed(u64);

impl Elapsed {
    /// In microseconds.
    #[must_use]
    pub fn as_us(self) -> u64 {
        self.0
    }

    /// In seconds.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

/// A text that is no duration.
#[derive(Debug, thiserror::Error)]
pub struct ElapsedError {
    text: String,
}

impl ElapsedError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        say!("explain-not-elapsed", text = &self.text)
    }
}

displays_english!(ElapsedError);

impl FromStr for Elapsed {
    type Err = ElapsedError;

    fn from_str(text: &str) -> Result<Elapsed, ElapsedError> {
        let trimmed = text.trim();
        let (number, scale) = match trimmed.strip_suffix("ms") {
            Some(number) => (number, 1e3),
            None => (trimmed.strip_suffix('s').unwrap_or(trimmed), 1e6),
        };
        let us = number.trim().parse::<f64>().ok().map(|n| n * scale);
        let us = match us {
            Some(us) if us.is_finite() && us >= 0.0 => us as u64,
            _ => trimmed
                .parse::<Span>()
                .map(Span::as_us)
                .map_err(|_| ElapsedError { text: text.to_owned() })?,
        };
        Ok(Elapsed(us))
    }
}

/// What the elapsed time of a call is near to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Near {
    /// Shorter than the smallest timeout.
    Fast,
    /// A whole number of seconds below the cap.
    Limit(u64),
    /// 15 s.
    Cap,
    /// Neither.
    Between,
}

impl Elapsed {
    /// What it is near to.
    pub(super) fn near(self) -> Near {
        match resolve_hidden(self.0, None) {
            FailureKind::WebhookDeadline => Near::Limit((self.0 + 500_000) / 1_000_000),
            FailureKind::WebhookCap => Near::Cap,
            _ if self.0 < FASTEST_TIMEOUT_US => Near::Fast,
            _ => Near::Between,
        }
    }
}

/// Leaves what the elapsed time allows, where the text hides the cause.
pub(super) fn narrow(causes: &mut Vec<Cause>, elapsed: Option<Elapsed>) {
    match elapsed.map(Elapsed::near) {
        Some(Near::Limit(_) | Near::Cap) => causes.retain(|cause| DEADLINE.contains(cause)),
        Some(Near::Fast) => causes.retain(|cause| !DEADLINE.contains(cause)),
        Some(Near::Between) | None => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_read_as_people_copy_it() {
        for (text, us) in [
            ("5s", 5_000_000),
            ("5.003s", 5_003_000),
            ("5003ms", 5_003_000),
            ("15", 15_000_000),
            ("1m", 60_000_000),
        ] {
            assert_eq!(text.parse::<Elapsed>().map(Elapsed::as_us).ok(), Some(us), "{text}");
        }
        for text in ["", "soon", "-1s", "nan", "inf", "1e"] {
            assert!(text.parse::<Elapsed>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_wait_ends_at_a_whole_second_or_at_the_cap_and_nothing_else_takes_so_long() {
        for (text, near) in [
            ("3ms", Near::Fast),
            ("1.004s", Near::Limit(1)),
            ("5.01s", Near::Limit(5)),
            ("4.96s", Near::Limit(5)),
            ("15.02s", Near::Cap),
            ("5.5s", Near::Between),
            ("99999999999999999999s", Near::Between),
        ] {
            assert_eq!(text.parse::<Elapsed>().map(Elapsed::near).ok(), Some(near), "{text}");
        }
    }
}
