//! One record of the log, text or JSON layout.

use std::borrow::Cow;

use super::fields::Fields;
use super::time::{LogTime, WIDTH};

/// Severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// `remainLogLevel` 5 and 6.
    Debug,
    /// 4.
    Info,
    /// 3.
    Warn,
    /// 2.
    Error,
    /// Written at every level, as `PANIC`, `DPANIC` and `FATAL` are.
    Panic,
}

impl Level {
    fn of(name: &[u8]) -> Option<Level> {
        Some(match name {
            b"DEBUG" => Level::Debug,
            b"INFO" => Level::Info,
            b"WARN" => Level::Warn,
            b"ERROR" => Level::Error,
            b"PANIC" | b"DPANIC" | b"FATAL" => Level::Panic,
            _ => return None,
        })
    }
}

/// A record, its texts borrowed from the line.
#[derive(Clone, Debug)]
pub struct Entry<'a> {
    /// When.
    pub time: LogTime,
    /// How bad.
    pub level: Level,
    /// `openim-api`, `openim-rpc-group` …
    pub process: Cow<'a, str>,
    /// As the log says it, which is 3.6.0 on v3.7; empty where it has none.
    pub version: Cow<'a, str>,
    /// Without padding.
    pub message: Cow<'a, str>,
    /// The pairs behind the message.
    pub fields: Fields<'a>,
}

impl Entry<'_> {
    /// Reads a record; `None` for a line that is not one of `OpenIM`'s.
    #[must_use]
    pub fn parse(record: &[u8]) -> Option<Entry<'_>> {
        if record.first() == Some(&b'{') { json(record) } else { text(record) }
    }
}

fn text(record: &[u8]) -> Option<Entry<'_>> {
    let time = LogTime::parse(record)?;
    if record.get(WIDTH) != Some(&b'\t') {
        return None;
    }
    let mut columns = record[WIDTH + 1..].splitn(7, |c| *c == b'\t');
    let level = Level::of(plain(columns.next()?))?;
    if !plain(columns.next()?).starts_with(b"[PID:") {
        return None;
    }
    let process = lossy(plain(columns.next()?));
    let column = columns.next()?;
    if !column.starts_with(b"[") {
        return None;
    }
    let next = columns.next()?;
    // The version column is missing where the version is empty.
    let (version, message, object) = if next.starts_with(b"[") {
        (version(column), columns.next()?, columns.next().unwrap_or_default())
    } else {
        let from = next.as_ptr() as usize - record.as_ptr() as usize + next.len() + 1;
        (Cow::Borrowed(""), next, record.get(from..).unwrap_or_default())
    };
    let message = lossy(message.trim_ascii_end());
    Some(Entry { time, level, process, version, message, fields: Fields::of(object) })
}

fn version(column: &[u8]) -> Cow<'_, str> {
    let text = column.strip_prefix(b"[version:").or_else(|| column.strip_prefix(b"[")).unwrap_or(column);
    let text = text.trim_ascii_end();
    lossy(text.strip_suffix(b"]").unwrap_or(text).trim_ascii_end())
}

fn json(record: &[u8]) -> Option<Entry<'_>> {
    let mut fields = Fields::of(record);
    let (mut time, mut level, mut process, mut version, mut message) = (None, None, None, None, None);
    let mut rest = fields;
    // The columns come first; what follows them is the message's own, even under a column's name.
    while let Some((key, value)) = fields.next() {
        match key {
            b"level" if level.is_none() => level = Some(Level::of(value.text().as_bytes())?),
            b"time" if time.is_none() => time = Some(LogTime::parse(value.text().as_bytes())?),
            b"logger" if process.is_none() => process = Some(value.text()),
            b"msg" if message.is_none() => message = Some(ended(value.text())),
            b"version" if version.is_none() => version = Some(ended(value.text())),
            b"caller" | b"PID" if time.is_some() => {}
            _ => break,
        }
        rest = fields;
    }
    Some(Entry {
        time: time?,
        level: level?,
        process: process.unwrap_or_default(),
        version: version.unwrap_or_default(),
        message: message?,
        fields: rest,
    })
}

fn ended(text: Cow<'_, str>) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(text.trim_end()),
        Cow::Owned(text) => Cow::Owned(text.trim_end().to_owned()),
    }
}

fn lossy(text: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(text)
}

/// A column without its colours and padding.
fn plain(column: &[u8]) -> &[u8] {
    let mut text = column;
    if text.starts_with(b"\x1b[")
        && let Some(end) = text.iter().take(8).position(|c| *c == b'm')
    {
        text = &text[end + 1..];
    }
    if let Some(end) = text.iter().rposition(|c| *c == 0x1b) {
        text = &text[..end];
    }
    text.trim_ascii_end()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "2026-07-03 10:15:42.118\t\u{1b}[34mINFO\u{1b}[0m\t\u{1b}[34m[PID:4242]     \u{1b}[0m\t\u{1b}[34mopenim-rpc-group         \u{1b}[0m\t[version:3.6.0]  \t[webhook/http_client.go:72]                       \twebhook                                           \t{\"operationID\": \"x\"}";

    #[test]
    fn colours_padding_and_the_odd_version_column_are_read() {
        let entry = Entry::parse(OLD.as_bytes()).unwrap();
        assert_eq!(
            (&*entry.process, &*entry.version, &*entry.message),
            ("openim-rpc-group", "3.6.0", "webhook")
        );
        assert_eq!(entry.fields.get("operationID").unwrap().text(), "x");
        let two = OLD.replace("[version:3.6.0]  ", "[v3.8.3\n]      ");
        assert_eq!(Entry::parse(two.as_bytes()).unwrap().version, "v3.8.3");
    }

    #[test]
    fn a_record_without_a_version_column_is_read() {
        let bare = OLD.replace("\t[version:3.6.0]  ", "");
        let entry = Entry::parse(bare.as_bytes()).unwrap();
        assert_eq!((&*entry.version, &*entry.message), ("", "webhook"));
        assert_eq!(entry.fields.get("operationID").unwrap().text(), "x");
    }

    #[test]
    fn json_columns_are_told_from_a_messages_own_fields() {
        let line = br#"{"level":"INFO","time":"2026-07-03 10:15:42.377","logger":"openim-api","caller":"a/b.go:1","msg":"webhook     ","PID":7,"version":"v3.8.3\n","operationID":"x","version":"mine"}"#;
        let entry = Entry::parse(line).unwrap();
        assert_eq!((&*entry.message, &*entry.version, entry.level), ("webhook", "v3.8.3", Level::Info));
        assert_eq!(entry.fields.get("version").unwrap().text(), "mine");
    }

    #[test]
    fn a_line_of_somebody_else_is_none() {
        for line in
            ["", "[GIN] 200", "{}", "{\"level\":\"info\",\"msg\":\"x\"}", "2026-07-03 10:15:42.118 hello"]
        {
            assert!(Entry::parse(line.as_bytes()).is_none(), "{line}");
        }
    }
}
