//! One log record, and its bytes in `OpenIM`'s text and JSON layout.
//!
//! Promises the columns, colours, padding, key order and escapes of each build, byte for byte;
//! the recorded lines of real servers are re-formatted by a test. What a record says is decided
//! elsewhere.

use std::fmt::Write as _;

use crate::wire::{Build, OpenimVersion};

/// Severity, in `OpenIM`'s words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// 5 and 6 of `remainLogLevel`.
    Debug,
    /// 4.
    Info,
    /// 3.
    Warn,
    /// 2.
    Error,
    /// Written at every level, as an error is.
    Panic,
}

impl Level {
    /// As written.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Level::Debug => "DEBUG",
            Level::Info => "INFO",
            Level::Warn => "WARN",
            Level::Error => "ERROR",
            Level::Panic => "PANIC",
        }
    }

    /// The level of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Level> {
        [Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Panic]
            .into_iter()
            .find(|level| level.name() == name)
    }

    /// The smallest `remainLogLevel` at which it is written.
    #[must_use]
    pub const fn written_from(self) -> u8 {
        match self {
            Level::Debug => 5,
            Level::Info => 4,
            Level::Warn => 3,
            Level::Error | Level::Panic => 2,
        }
    }

    const fn colour(self) -> u8 {
        match self {
            Level::Debug => 37,
            Level::Info => 34,
            Level::Warn => 33,
            Level::Error | Level::Panic => 31,
        }
    }
}

/// The value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Field {
    /// A string.
    Text(String),
    /// An integer.
    Number(i64),
    /// An absent error.
    Nil,
    /// A struct, as compact JSON.
    Json(String),
}

impl From<String> for Field {
    fn from(text: String) -> Field {
        Field::Text(text)
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Field {
        Field::Text(text.to_owned())
    }
}

/// What a line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Local time, `YYYY-MM-DD HH:MM:SS.mmm`.
    pub time: String,
    /// Severity.
    pub level: Level,
    /// `openim-api`, `openim-rpc-group` …
    pub process: String,
    /// Its process id.
    pub pid: u32,
    /// `dir/file.go:line`.
    pub caller: String,
    /// Message.
    pub message: String,
    /// Keys and values, in order; a key may come twice.
    pub fields: Vec<(String, Field)>,
}

/// Which of the two layouts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// Columns, coloured.
    #[default]
    Text,
    /// One object a line (`isJson: true`).
    Json,
}

/// How a version writes its records.
#[derive(Clone, Debug)]
pub struct Formatter {
    build: Build,
    layout: Layout,
    /// The text of its version file, as it stands there.
    version: String,
}

impl Formatter {
    /// That of `version`.
    #[must_use]
    pub fn new(version: &OpenimVersion, layout: Layout) -> Formatter {
        Formatter { build: version.build, layout, version: version_file(version) }
    }

    /// The record's bytes with the final line feed; more than one physical line where the
    /// version file ends in a line feed.
    #[must_use]
    pub fn format(&self, record: &Record) -> String {
        let mut out = match self.layout {
            Layout::Text => self.text(record),
            Layout::Json => self.json(record),
        };
        out.push('\n');
        out
    }

    fn text(&self, record: &Record) -> String {
        let colour = record.level.colour();
        let (level, pid) = (record.level.name(), format!("[PID:{}]", record.pid));
        let caller = format!("[{}]", record.caller);
        let (caller, message) = (cut(&caller, 50), &record.message);
        let (short, wide) = if self.old_column() { ("version:", 17) } else { ("", 30) };
        let version = format!("[{short}{}]", self.version);
        let process = cut(&record.process, 25);
        let mut out = format!(
            "{}\t\x1b[{colour}m{level}\x1b[0m\t\x1b[{colour}m{pid:<15}\x1b[0m\t\
             \x1b[{colour}m{process:<25}\x1b[0m\t{version:<wide$}\t{caller:<50}\t{message:<50}",
            record.time
        );
        if !record.fields.is_empty() {
            out.push_str("\t{");
            self.fields(&mut out, record, ": ", ", ");
            out.push('}');
        }
        out
    }

    fn json(&self, record: &Record) -> String {
        let mut out = format!(r#"{{"level":"{}","time":"{}","logger":"#, record.level.name(), record.time);
        quote(&mut out, &record.process);
        out.push_str(",\"caller\":");
        quote(&mut out, &record.caller);
        out.push_str(",\"msg\":");
        quote(&mut out, &format!("{:<50}", record.message));
        // Writing into a string cannot fail.
        let _ = write!(out, ",\"PID\":{},\"version\":", record.pid);
        quote(&mut out, &self.version);
        if !record.fields.is_empty() {
            out.push(',');
        }
        self.fields(&mut out, record, ":", ",");
        out.push('}');
        out
    }

    fn fields(&self, out: &mut String, record: &Record, colon: &str, comma: &str) {
        for (n, (key, value)) in record.fields.iter().enumerate() {
            if n > 0 {
                out.push_str(comma);
            }
            quote(out, key);
            out.push_str(colon);
            self.value(out, value);
        }
    }

    /// v3.8.0 makes a string of everything.
    fn value(&self, out: &mut String, value: &Field) {
        let all_strings = self.build == Build::V380;
        match value {
            Field::Text(text) => quote(out, text),
            Field::Number(number) if all_strings => quote(out, &number.to_string()),
            Field::Number(number) => {
                // Writing into a string cannot fail.
                let _ = write!(out, "{number}");
            }
            Field::Nil if all_strings => quote(out, "<nil>"),
            Field::Nil => out.push_str("null"),
            Field::Json(json) if all_strings => quote(out, json),
            Field::Json(json) => out.push_str(json),
        }
    }

    /// Up to 3.8.1 the version column says that it is one.
    fn old_column(&self) -> bool {
        matches!(self.build, Build::V370 | Build::V380) || self.version.trim().ends_with("3.8.1")
    }
}

/// The embedded version file: v3.7 still says 3.6.0, that of v3.8.3 up to patch.5 ends in a line
/// feed.
fn version_file(version: &OpenimVersion) -> String {
    let text = version.text.trim_start_matches('v');
    match version.build {
        Build::V370 => "3.6.0".to_owned(),
        Build::V380 => text.to_owned(),
        Build::Main | Build::MainStandalone if text.starts_with("main") => "main".to_owned(),
        _ => {
            let early = ["3.8.3", "3.8.3-patch.1", "3.8.3-patch.2", "3.8.3-patch.3", "3.8.3-patch.4"];
            let feed = early.contains(&text) || matches!(text, "3.8.3-patch.5" | "3.8.4-alpha.1");
            format!("v{text}{}", if feed { "\n" } else { "" })
        }
    }
}

fn cut(text: &str, width: usize) -> &str {
    text.char_indices().nth(width).map_or(text, |(end, _)| &text[..end])
}

/// A JSON string in the logger's escapes: nothing but quotes, backslashes and control characters.
fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if u32::from(c) < 0x20 => {
                // Writing into a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            time: "2026-07-03 10:15:42.118".to_owned(),
            level: Level::Info,
            process: "openim-rpc-group".to_owned(),
            pid: 4242,
            caller: "webhook/http_client.go:72".to_owned(),
            message: "webhook".to_owned(),
            fields: vec![("config".to_owned(), Field::Number(5)), ("err".to_owned(), Field::Nil)],
        }
    }

    fn written(version: &str, layout: Layout) -> String {
        Formatter::new(&version.parse().unwrap(), layout).format(&record())
    }

    #[test]
    fn the_version_column_is_as_odd_as_each_versions() {
        for (version, column) in [
            ("3.7.0", "\t[version:3.6.0]  \t"),
            ("3.8.0", "\t[version:3.8.0]  \t"),
            ("3.8.1", "\t[version:v3.8.1] \t"),
            ("3.8.2", "\t[v3.8.2]                      \t"),
            ("3.8.3", "\t[v3.8.3\n]                     \t"),
            ("3.8.3-patch.5", "\t[v3.8.3-patch.5\n]             \t"),
            ("3.8.3-patch.6", "\t[v3.8.3-patch.6]              \t"),
            ("main-standalone", "\t[main]                        \t"),
        ] {
            assert!(written(version, Layout::Text).contains(column), "{version}");
        }
        assert!(written("3.8.3", Layout::Json).contains(r#""version":"v3.8.3\n""#));
    }

    #[test]
    fn only_3_8_0_makes_strings_of_numbers() {
        assert!(written("3.7.0", Layout::Text).ends_with("\t{\"config\": 5, \"err\": null}\n"));
        assert!(written("3.8.0", Layout::Text).ends_with("\t{\"config\": \"5\", \"err\": \"<nil>\"}\n"));
        assert!(written("main", Layout::Json).ends_with("\"version\":\"main\",\"config\":5,\"err\":null}\n"));
    }

    #[test]
    fn a_caller_or_process_that_is_too_long_is_cut_and_a_message_is_not() {
        let mut long = record();
        long.caller = "a".repeat(80);
        long.process = "p".repeat(40);
        long.message = "m".repeat(60);
        let line = Formatter::new(&Build::Main.into(), Layout::Text).format(&long);
        let columns: Vec<&str> = line.split('\t').collect();
        assert_eq!((columns[5].len(), columns[6].len()), (50, 60));
        assert!(columns[3].contains(&"p".repeat(25)) && !columns[3].contains(&"p".repeat(26)));
    }

    #[test]
    fn a_level_is_written_from_its_own_number_on() {
        let from: Vec<u8> = [Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Panic]
            .iter()
            .map(|l| l.written_from())
            .collect();
        assert_eq!(from, [5, 4, 3, 2, 2]);
    }
}
