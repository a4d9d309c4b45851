//! Quantities with their unit in the type.
//!
//! `Stamp` and `Offset` count from the start of a run, in microseconds and
//! nanoseconds; `Span` is a duration as a profile writes it (`"20s"`).
//! Rates are plain `f64` per second and shares plain `f64` between 0 and 1.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::text::Text;
use crate::{displays_english, say};

/// A moment of the run: microseconds since its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Stamp(pub u64);

impl Stamp {
    /// Microseconds from `earlier` to `self`; 0 when `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Stamp) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Microseconds from `earlier` to `self`, negative when `earlier` is later.
    #[must_use]
    pub fn signed_since(self, earlier: Stamp) -> i64 {
        i64::try_from(self.0).unwrap_or(i64::MAX) - i64::try_from(earlier.0).unwrap_or(i64::MAX)
    }

    /// The stamp `us` microseconds later.
    #[must_use]
    pub fn plus_us(self, us: u64) -> Stamp {
        Stamp(self.0.saturating_add(us))
    }

    /// The second of the run this moment lies in, from 0.
    #[must_use]
    pub fn second(self) -> u64 {
        self.0 / 1_000_000
    }
}

/// An intended moment of the schedule: nanoseconds since the run's start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(pub u64);

impl Offset {
    /// From seconds; negative and non-finite values become 0.
    #[must_use]
    pub fn from_secs_f64(seconds: f64) -> Offset {
        if seconds.is_finite() && seconds > 0.0 { Offset((seconds * 1e9).round() as u64) } else { Offset(0) }
    }

    /// In seconds.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1e9
    }

    /// The same moment in microseconds, rounded down.
    #[must_use]
    pub fn stamp(self) -> Stamp {
        Stamp(self.0 / 1_000)
    }
}

/// A duration as a profile writes it: `"20s"`, `"50ms"`, `"1m 30s"`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub Duration);

impl Span {
    /// Whole seconds.
    #[must_use]
    pub const fn secs(seconds: u64) -> Span {
        Span(Duration::from_secs(seconds))
    }

    /// Milliseconds.
    #[must_use]
    pub const fn millis(ms: u64) -> Span {
        Span(Duration::from_millis(ms))
    }

    /// In microseconds, saturating.
    #[must_use]
    pub fn as_us(self) -> u64 {
        u64::try_from(self.0.as_micros()).unwrap_or(u64::MAX)
    }

    /// In seconds.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0.as_secs_f64()
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(self.0).fmt(f)
    }
}

/// Why a text is no duration.
#[derive(Debug, thiserror::Error)]
pub struct SpanError {
    text: String,
    why: String,
}

impl SpanError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        say!("errors-duration", text = &self.text, why = &self.why)
    }
}

displays_english!(SpanError);

impl FromStr for Span {
    type Err = SpanError;

    fn from_str(text: &str) -> Result<Span, SpanError> {
        humantime::parse_duration(text.trim())
            .map(Span)
            .map_err(|e| SpanError { text: text.to_owned(), why: e.to_string() })
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Span, D::Error> {
        struct SpanVisitor;
        impl de::Visitor<'_> for SpanVisitor {
            type Value = Span;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a duration as a string, such as \"20s\" or \"50ms\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Span, E> {
                text.parse().map_err(E::custom)
            }
        }
        deserializer.deserialize_str(SpanVisitor)
    }
}

impl JsonSchema for Span {
    fn schema_name() -> Cow<'static, str> {
        "Duration".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "description": "a duration: a number with a unit, such as \"20s\", \"50ms\" or \"1m 30s\"",
            "examples": ["20s", "50ms", "1m 30s"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_reads_back_what_it_prints() {
        for text in ["20s", "50ms", "1m 30s", "250us", "0s"] {
            let span: Span = text.parse().unwrap();
            assert_eq!(span.to_string().parse::<Span>().unwrap(), span, "{text}");
        }
    }

    #[test]
    fn a_number_without_unit_is_refused_with_advice() {
        let error = "20".parse::<Span>().unwrap_err();
        assert!(error.to_string().contains("\"20s\""), "{error}");
        assert!(error.text().zh().starts_with("`20` 不是时长"), "{:?}", error.text());
    }

    #[test]
    fn a_stamp_difference_never_wraps() {
        assert_eq!(Stamp(5).since(Stamp(9)), 0);
        assert_eq!(Stamp(5).signed_since(Stamp(9)), -4);
    }
}
