//! The access log of a webhook server: when, which path, how long.

use regex::bytes::{Regex, RegexBuilder};

use super::time::LogTime;
use crate::text::Text;
use crate::{displays_english, say};

/// nginx: the combined format with `$request_time` behind it, with or without a name such as `rt=`.
const NGINX: &str =
    r#"\[(?P<time>[^\]]+)\] "\S+ (?P<path>\S+)[^"]*" \d{3} .*?[ ="](?P<seconds>\d+\.\d{3})"?(?:\s|$)"#;
/// Apache: the combined format with `%D` (microseconds) behind it.
const APACHE: &str = r#"\[(?P<time>[^\]]+)\] "\S+ (?P<path>\S+)[^"]*" \d{3} .*[ =](?P<us>\d+)$"#;

/// How a line is taken apart.
#[derive(Clone, Debug)]
pub struct Pattern {
    regex: Regex,
}

/// A request in an access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// As logged.
    pub at: LogTime,
    /// With the command at its end.
    pub path: String,
    /// How long the server took by its own account, µs.
    pub took_us: u64,
}

/// A pattern that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PatternError {
    /// No regular expression.
    Regex(String),
    /// A group is missing.
    Group(&'static str),
}

impl PatternError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            PatternError::Regex(why) => say!("logs-pattern-regex", why = why),
            PatternError::Group(name) => say!("logs-pattern-group", name = *name),
        }
    }
}

displays_english!(PatternError);

impl std::str::FromStr for Pattern {
    type Err = PatternError;

    /// `nginx`, `apache` or a regular expression with the groups `time`, `path` and `seconds` (or `ms`, `us`).
    fn from_str(text: &str) -> Result<Pattern, PatternError> {
        let text = match text {
            "nginx" => NGINX,
            "apache" => APACHE,
            other => other,
        };
        let regex = RegexBuilder::new(text)
            .size_limit(1 << 22)
            .build()
            .map_err(|error| PatternError::Regex(error.to_string()))?;
        let has = |name: &str| regex.capture_names().flatten().any(|known| known == name);
        for name in ["time", "path"] {
            if !has(name) {
                return Err(PatternError::Group(name));
            }
        }
        if !["seconds", "ms", "us"].into_iter().any(has) {
            return Err(PatternError::Group("seconds"));
        }
        Ok(Pattern { regex })
    }
}

impl Pattern {
    /// Reads a line; none where it does not fit.
    #[must_use]
    pub fn read(&self, line: &[u8]) -> Option<Access> {
        let found = self.regex.captures(line)?;
        let text = |name| Some(std::str::from_utf8(found.name(name)?.as_bytes()).ok()?.trim());
        let units = [("seconds", 1e6), ("ms", 1e3), ("us", 1.0)];
        let us = units.into_iter().find_map(|(name, unit)| Some(text(name)?.parse::<f64>().ok()? * unit))?;
        // A log can state nonsense; the cast saturates.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let took_us = (us.is_finite() && us >= 0.0).then_some(us as u64)?;
        Some(Access { at: time(text("time")?)?, path: text("path")?.to_owned(), took_us })
    }
}

/// The time formats of access logs: RFC 3339, the common log format, OpenIM's own, seconds since 1970.
fn time(text: &str) -> Option<LogTime> {
    if let Some(time) = LogTime::parse(text.as_bytes()) {
        return Some(time);
    }
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return Some(LogTime(time.as_millisecond()));
    }
    if let Ok(zoned) = jiff::fmt::strtime::parse("%d/%b/%Y:%H:%M:%S %z", text) {
        return Some(LogTime(zoned.to_timestamp().ok()?.as_millisecond()));
    }
    let seconds = text.parse::<f64>().ok().filter(|s| (0.0..1e11).contains(s))?;
    // Within the range just checked.
    #[allow(clippy::cast_possible_truncation)]
    Some(LogTime((seconds * 1_000.0) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "/cb/callbackBeforeCreateGroupCommand";

    #[test]
    fn the_presets_read_the_usual_formats() {
        let head = format!(
            "10.0.0.7 - - [24/Nov/2026:04:11:16 +0000] \"POST {PATH} HTTP/1.1\" 200 68 \"-\" \"Go-http-client/1.1\""
        );
        for (preset, tail) in [
            ("nginx", " rt=1.204"),
            ("nginx", " 1.204"),
            ("nginx", " \"1.204\" uct=\"0.001\""),
            ("apache", " 1204000"),
        ] {
            let access = preset.parse::<Pattern>().unwrap().read(format!("{head}{tail}").as_bytes()).unwrap();
            assert_eq!((access.path.as_str(), access.took_us), (PATH, 1_204_000), "{preset}{tail}");
            assert_eq!(access.at, LogTime::parse(b"2026-11-24 04:11:16.000").unwrap());
        }
    }

    #[test]
    fn a_pattern_of_ones_own_needs_its_groups_and_reads_other_times() {
        assert!("(?P<time>x)(?P<path>y)".parse::<Pattern>().is_err());
        assert!("(".parse::<Pattern>().is_err());
        let own: Pattern = r"^(?P<time>\S+) (?P<path>\S+) (?P<ms>\d+)$".parse().unwrap();
        for time in ["2026-11-24T04:11:16Z", "1795493476"] {
            assert_eq!(own.read(format!("{time} /x 12").as_bytes()).unwrap().took_us, 12_000, "{time}");
        }
        assert_eq!(own.read(b"nonsense"), None);
        assert_eq!(own.read(b"yesterday /x 12"), None);
    }
}
