//! What may be asked, as it is typed, and why there may be no answer.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::record::read::ReadError;
use crate::units::Span;
use crate::wire::WebhookKey;

/// A question to a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Question {
    /// Timeouts, 1 to 15 s; webhooks that are not named keep their present one.
    pub timeouts: BTreeMap<WebhookKey, u32>,
    /// Arrivals a second of the whole load; default: those expected in production, else the run's.
    pub rate: Option<f64>,
    /// Group processes; default: the run's.
    pub processes: Option<u32>,
    /// How long an outage lasts.
    pub outage: Span,
}

/// `KEY=SECONDS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeoutArg {
    /// The webhook.
    pub key: WebhookKey,
    /// Seconds, 1 to 15.
    pub seconds: u32,
}

impl FromStr for TimeoutArg {
    type Err = String;

    fn from_str(text: &str) -> Result<TimeoutArg, String> {
        let (name, value) = text
            .split_once('=')
            .ok_or_else(|| "write KEY=SECONDS, such as beforeCreateGroup=3".to_owned())?;
        let key = WebhookKey::from_name(name.trim()).ok_or_else(|| unknown(name.trim()))?;
        Ok(TimeoutArg { key, seconds: seconds(value.trim())? })
    }
}

fn unknown(name: &str) -> String {
    let lower = name.to_lowercase();
    let distance = |k: &WebhookKey| strsim::damerau_levenshtein(&k.name().to_lowercase(), &lower);
    let nearest = WebhookKey::ALL.iter().min_by_key(|k| distance(k));
    let hint = nearest.map(|k| format!("; did you mean `{k}`?")).unwrap_or_default();
    format!("`{name}` is not a webhook of group operations{hint}")
}

/// OpenIM's whole seconds from 1 to 15.
///
/// # Errors
/// A sentence that says what OpenIM makes of the value.
pub fn seconds(text: &str) -> Result<u32, String> {
    match text.strip_suffix('s').unwrap_or(text).parse::<i64>() {
        Ok(n @ 1..=15) => Ok(u32::try_from(n).unwrap_or(15)),
        Ok(0) => Err("0 means 15 s to OpenIM, not \"no limit\"; write 15, or 1 to 14".to_owned()),
        Ok(n) if n > 15 => Err(format!("OpenIM ends every callback after 15 s, so {n} is 15; write 1 to 15")),
        _ => Err(format!("`{text}` is not a timeout: OpenIM knows whole seconds, 1 to 15")),
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum WhatIfError {
    /// The run is not to be believed.
    #[error("nothing can be predicted from this run: {why}")]
    Refused {
        /// Why.
        why: String,
        /// Whether the run is invalid.
        invalid: bool,
    },
    /// The webhook did not call back in this run.
    #[error("--timeout {key}: this run measured no callback of it; it measured {measured}")]
    NotMeasured {
        /// Which.
        key: WebhookKey,
        /// Those that were measured.
        measured: String,
    },
    /// No webhook called back at all.
    #[error("this run measured no callbacks; enable the webhooks and run a profile with them first")]
    NoCallbacks,
    /// There is no rate to predict for.
    #[error("this run has no arrivals in its measured time; say the arrivals a second with --rate")]
    NoRate,
    /// Too many arrivals to play.
    #[error(
        "at {rate} arrivals a second that outage is too long to play; give a shorter one with --outage: what happens does not change once the pool or the queue is full"
    )]
    TooLong {
        /// Arrivals a second.
        rate: f64,
    },
    /// The record cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_a_known_key_and_whole_seconds_that_openim_honours() {
        let read = |text: &str| text.parse::<TimeoutArg>();
        let three = TimeoutArg { key: WebhookKey::BeforeCreateGroup, seconds: 3 };
        assert_eq!(read("beforeCreateGroup=3"), Ok(three));
        assert_eq!(read("BEFORECREATEGROUP = 3s"), Ok(three));
        for (text, says) in [
            ("beforeCreateGrup=3", "did you mean `beforeCreateGroup`?"),
            ("beforeCreateGroup", "KEY=SECONDS"),
            ("beforeCreateGroup=0", "0 means 15 s"),
            ("beforeCreateGroup=16", "after 15 s"),
            ("beforeCreateGroup=2.5", "whole seconds"),
            ("beforeCreateGroup=-1", "whole seconds"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
