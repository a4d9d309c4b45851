//! What may be asked, as it is typed, and why there may be no answer.

use std::collections::BTreeMap;
use std::str::FromStr;

use crate::record::read::ReadError;
use crate::text::{Text, Told};
use crate::units::Span;
use crate::wire::WebhookKey;
use crate::{displays_english, say};

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
    type Err = Told;

    fn from_str(text: &str) -> Result<TimeoutArg, Told> {
        let (name, value) = text.split_once('=').ok_or_else(|| say!("errors-timeout-form"))?;
        let key = WebhookKey::from_name(name.trim()).ok_or_else(|| unknown(name.trim()))?;
        Ok(TimeoutArg { key, seconds: seconds(value.trim())? })
    }
}

fn unknown(name: &str) -> Text {
    let lower = name.to_lowercase();
    let distance = |k: &WebhookKey| strsim::damerau_levenshtein(&k.name().to_lowercase(), &lower);
    let nearest = WebhookKey::ALL.iter().min_by_key(|k| distance(k));
    let nearest = nearest.map_or_else(String::new, ToString::to_string);
    say!("errors-timeout-key", name = name, nearest = nearest)
}

/// OpenIM's whole seconds from 1 to 15.
///
/// # Errors
/// A sentence that says what OpenIM makes of the value.
pub fn seconds(text: &str) -> Result<u32, Told> {
    match text.strip_suffix('s').unwrap_or(text).parse::<i64>() {
        Ok(n @ 1..=15) => Ok(u32::try_from(n).unwrap_or(15)),
        Ok(0) => Err(say!("errors-timeout-zero").into()),
        Ok(n) if n > 15 => Err(say!("errors-timeout-long", n = n.to_string()).into()),
        _ => Err(say!("errors-timeout", text = text).into()),
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum WhatIfError {
    /// The run is not to be believed.
    Refused {
        /// Why.
        why: Text,
        /// Whether the run is invalid.
        invalid: bool,
    },
    /// The webhook did not call back in this run.
    NotMeasured {
        /// Which.
        key: WebhookKey,
        /// Those that were measured.
        measured: String,
    },
    /// No webhook called back at all.
    NoCallbacks,
    /// There is no rate to predict for.
    NoRate,
    /// Too many arrivals to play.
    TooLong {
        /// Arrivals a second.
        rate: f64,
    },
    /// The record cannot be read.
    Read(#[from] ReadError),
}

impl WhatIfError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            WhatIfError::Refused { why, .. } => say!("errors-whatif-refused", why = why),
            WhatIfError::NotMeasured { key, measured } => {
                say!("errors-whatif-not-measured", key = key.name(), measured = measured)
            }
            WhatIfError::NoCallbacks => say!("errors-whatif-no-callbacks"),
            WhatIfError::NoRate => say!("errors-whatif-no-rate"),
            WhatIfError::TooLong { rate } => say!("errors-whatif-too-long", rate = rate.to_string()),
            WhatIfError::Read(error) => error.text(),
        }
    }
}

displays_english!(WhatIfError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_a_known_key_and_whole_seconds_that_openim_honours() {
        let read = |text: &str| text.parse::<TimeoutArg>();
        let three = TimeoutArg { key: WebhookKey::BeforeCreateGroup, seconds: 3 };
        assert_eq!(read("beforeCreateGroup=3").unwrap(), three);
        assert_eq!(read("BEFORECREATEGROUP = 3s").unwrap(), three);
        for (text, says) in [
            ("beforeCreateGrup=3", "did you mean `beforeCreateGroup`?"),
            ("beforeCreateGroup", "KEY=SECONDS"),
            ("beforeCreateGroup=0", "0 means 15 s"),
            ("beforeCreateGroup=16", "after 15 s"),
            ("beforeCreateGroup=2.5", "whole seconds"),
            ("beforeCreateGroup=-1", "whole seconds"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.text().contains(says), "{text}: {error}");
            assert_ne!(error.text().en(), error.text().zh(), "{text}");
        }
    }

    #[test]
    fn why_there_is_no_answer_is_told_in_either_language() {
        let why = Text::both("too few callbacks", "回调请求太少");
        let text = WhatIfError::Refused { why, invalid: false }.text();
        assert_eq!(text.en(), "nothing can be predicted from this run: too few callbacks");
        assert_eq!(text.zh(), "无法根据本次运行作出预测：回调请求太少");
    }
}
