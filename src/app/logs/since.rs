//! `--since`: a time by the log's clock, or a duration back from now.

use std::str::FromStr;

use crate::clock::wall_now;
use crate::logs::LogTime;
use crate::text::Text;
use crate::units::Span;
use crate::{displays_english, say};

/// From when on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Since {
    /// By the log's clock.
    Time(LogTime),
    /// Before now, by this machine's zone.
    Ago(Span),
}

/// Neither of both.
#[derive(Debug, thiserror::Error)]
pub struct SinceError(String);

impl SinceError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        say!("logs-since", text = &self.0)
    }
}

displays_english!(SinceError);

impl FromStr for Since {
    type Err = SinceError;

    fn from_str(text: &str) -> Result<Since, SinceError> {
        if let Ok(span) = text.parse::<Span>() {
            return Ok(Since::Ago(span));
        }
        // What is left out is zero.
        const WHOLE: &str = "0000-00-00 00:00:00.000";
        let plain = text.trim().replace('T', " ");
        let whole = WHOLE.get(plain.len()..).filter(|_| matches!(plain.len(), 10 | 16 | 19 | 23));
        let time = whole.and_then(|rest| LogTime::parse(format!("{plain}{rest}").as_bytes()));
        time.map(Since::Time).ok_or_else(|| SinceError(text.to_owned()))
    }
}

impl Since {
    /// As a time of the log.
    #[must_use]
    pub fn resolve(self) -> LogTime {
        match self {
            Since::Time(time) => time,
            Since::Ago(span) => {
                let ms = i64::try_from(span.as_us() / 1_000).unwrap_or(i64::MAX);
                now().plus_ms(ms.saturating_neg())
            }
        }
    }
}

/// Now, as a log written here would state it.
fn now() -> LogTime {
    let now = jiff::Timestamp::try_from(wall_now()).unwrap_or_default();
    let local = now.to_zoned_datetime(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S%.3f");
    LogTime::parse(local.to_string().as_bytes()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_may_be_short_and_durations_count_back_from_now() {
        let whole = LogTime::parse(b"2026-11-24 04:11:00.000").unwrap();
        for text in ["2026-11-24 04:11", "2026-11-24T04:11:00", "2026-11-24 04:11:00.000"] {
            assert_eq!(text.parse::<Since>().unwrap(), Since::Time(whole));
        }
        let ago = "2h".parse::<Since>().unwrap().resolve();
        assert!(ago < now() && ago > now().plus_ms(-7_300_000));
        for text in ["", "yesterday", "2026-11-24 04", "2026-99-24"] {
            assert!(text.parse::<Since>().is_err(), "{text}");
        }
    }
}
