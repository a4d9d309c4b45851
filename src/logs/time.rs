//! The time column: local time without a zone, milliseconds.

use std::fmt;

/// A time as a log states it; only differences and order mean something, the zone is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogTime(
    /// Milliseconds since 1970, as if the log were written in UTC.
    pub i64,
);

/// Length of the column.
pub(super) const WIDTH: usize = 23;

impl LogTime {
    /// Reads `YYYY-MM-DD HH:MM:SS.mmm` at the beginning of a line.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<LogTime> {
        let text = line.get(..WIDTH)?;
        let marks = [(4, b'-'), (7, b'-'), (10, b' '), (13, b':'), (16, b':'), (19, b'.')];
        if marks.iter().any(|(at, mark)| text[*at] != *mark) {
            return None;
        }
        let number = |from: usize, to: usize| {
            text[from..to]
                .iter()
                .try_fold(0_i64, |sum, c| c.is_ascii_digit().then(|| sum * 10 + i64::from(*c - b'0')))
        };
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let right = (1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24 && minute < 60;
        if !right || second > 60 {
            return None;
        }
        let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second;
        Some(LogTime(seconds * 1_000 + number(20, 23)?))
    }

    /// Microseconds since `earlier`; none where it is later.
    #[must_use]
    pub fn us_since(self, earlier: LogTime) -> u64 {
        u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0).saturating_mul(1_000)
    }

    /// Milliseconds later (or earlier).
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> LogTime {
        LogTime(self.0.saturating_add(ms))
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, years counted from March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

impl fmt::Display for LogTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(time) => write!(f, "{}", time.strftime("%Y-%m-%d %H:%M:%S%.3f")),
            Err(_) => f.write_str("?"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_and_shown_as_it_was_written() {
        for text in ["1970-01-01 00:00:00.000", "2024-02-29 23:59:59.999", "2026-11-24 04:11:16.804"] {
            let time = LogTime::parse(text.as_bytes()).unwrap();
            assert_eq!(time.to_string(), text);
        }
        assert_eq!(LogTime::parse(b"1970-01-02 00:00:00.001").unwrap(), LogTime(86_400_001));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in ["", "2026-11-24 04:11:16", "2026-13-24 04:11:16.804", "2026-11-24T04:11:16.804Z", "x"] {
            assert_eq!(LogTime::parse(text.as_bytes()), None, "{text}");
        }
    }
}
