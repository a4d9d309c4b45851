//! From physical lines to records: unwraps, joins what was split, counts and samples what is foreign.
//!
//! v3.8.3 up to patch.5 writes every record as two lines, because its version ends in a line feed; runtimes cut
//! long lines. Memory is bounded: so many half records, so many bytes each.

use std::collections::HashMap;

use super::entry::Entry;
use super::time::{LogTime, WIDTH};
use super::wrapping::unwrapped;
use crate::wire::failure::printable;

/// A record longer than this is cut; its beginning says what it is.
pub const LONGEST: usize = 1 << 20;
/// Sources that may have half a record at a time.
const MAX_SOURCES: usize = 64;
/// Foreign lines that are shown.
const MAX_SAMPLES: usize = 5;

/// What was read, in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Physical lines, empty ones included.
    pub lines: u64,
    /// Records of `OpenIM`.
    pub records: u64,
    /// Lines of others.
    pub foreign: u64,
    /// The first of them, clipped, control characters escaped.
    pub samples: Vec<String>,
    /// Records that were longer than a mebibyte.
    pub cut: u64,
}

/// Puts records together.
#[derive(Debug, Default)]
pub struct Records {
    halves: HashMap<Vec<u8>, Half>,
    /// What was counted so far.
    pub counts: Counts,
}

#[derive(Debug, Default)]
struct Half {
    /// The beginning of a record whose version column goes on in the next line.
    record: Vec<u8>,
    /// The beginning of a line that the runtime cut.
    line: Vec<u8>,
}

impl Records {
    /// Takes a physical line, with or without its line feed; `on` gets the record that it ends, if any.
    pub fn line(&mut self, line: &[u8], on: &mut impl FnMut(&Entry<'_>)) {
        self.counts.lines += 1;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let read = unwrapped(line);
        if !read.partial && self.halves.is_empty() {
            return self.whole(read.source, &read.text, on);
        }
        if read.partial {
            if let Some(half) = self.half(read.source) {
                append(&mut half.line, &read.text);
            } else {
                self.foreign(&read.text);
            }
            return;
        }
        let begun = self.halves.get_mut(read.source).map(|half| std::mem::take(&mut half.line));
        match begun {
            Some(mut begun) if !begun.is_empty() => {
                append(&mut begun, &read.text);
                self.whole(read.source, &begun, on);
            }
            _ => self.whole(read.source, &read.text, on),
        }
    }

    /// Takes a line of another kind of log; `read` says whether it is one.
    pub fn other(&mut self, line: &[u8], read: impl FnOnce(&[u8]) -> Option<()>) {
        self.counts.lines += 1;
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let whole = unwrapped(line);
        match read(&whole.text) {
            Some(()) => self.counts.records += 1,
            None => self.foreign(line),
        }
    }

    /// The log has ended: what is half is foreign.
    pub fn finish(&mut self) {
        for half in std::mem::take(&mut self.halves).into_values() {
            for rest in [half.record, half.line] {
                self.foreign(&rest);
            }
        }
    }

    fn whole(&mut self, source: &[u8], text: &[u8], on: &mut impl FnMut(&Entry<'_>)) {
        if text.len() >= LONGEST {
            self.counts.cut += 1;
        }
        let half = self.halves.remove(source).map(|half| half.record).unwrap_or_default();
        if !half.is_empty() {
            if text.starts_with(b"]") {
                let mut joined = half;
                joined.push(b'\n');
                append(&mut joined, text);
                return self.record(&joined, on);
            }
            self.foreign(&half);
        }
        if is_half(text)
            && let Some(half) = self.half(source)
        {
            append(&mut half.record, text);
            return;
        }
        self.record(text, on);
    }

    fn record(&mut self, text: &[u8], on: &mut impl FnMut(&Entry<'_>)) {
        match Entry::parse(text) {
            Some(entry) => {
                self.counts.records += 1;
                on(&entry);
            }
            None => self.foreign(text),
        }
    }

    fn half(&mut self, source: &[u8]) -> Option<&mut Half> {
        if !self.halves.contains_key(source) && self.halves.len() >= MAX_SOURCES {
            return None;
        }
        Some(self.halves.entry(source.to_owned()).or_default())
    }

    fn foreign(&mut self, text: &[u8]) {
        if text.trim_ascii().is_empty() {
            return;
        }
        self.counts.foreign += 1;
        if self.counts.samples.len() < MAX_SAMPLES {
            let head = String::from_utf8_lossy(&text[..text.len().min(160)]);
            self.counts.samples.push(printable(&head));
        }
    }
}

fn append(to: &mut Vec<u8>, text: &[u8]) {
    let room = LONGEST.saturating_sub(to.len());
    to.extend_from_slice(&text[..text.len().min(room)]);
}

/// Ends within the version column.
fn is_half(text: &[u8]) -> bool {
    // The columns before it are short.
    if text.len() > 200 || LogTime::parse(text).is_none() || text.get(WIDTH) != Some(&b'\t') {
        return false;
    }
    let mut columns = text.split(|c| *c == b'\t');
    let version = columns.nth(4);
    columns.next().is_none() && version.is_some_and(|v| v.starts_with(b"[") && !v.contains(&b']'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> (Vec<String>, Counts) {
        let (mut records, mut found) = (Records::default(), Vec::new());
        for line in lines {
            records.line(line.as_bytes(), &mut |entry| found.push(entry.message.to_string()));
        }
        records.finish();
        (found, records.counts)
    }

    const FIRST: &str = "2026-07-03 10:15:42.118\tINFO\t[PID:1]\topenim-api\t[v3.8.3";

    #[test]
    fn two_lines_of_a_record_are_joined_even_where_two_containers_write_at_once() {
        let lines = [
            format!("a | {FIRST}\n"),
            format!("b | {FIRST}\n"),
            "b | ]    \t[x.go:1]\tsecond   \t{}\n".to_owned(),
            "a | ]    \t[x.go:1]\tfirst   \t{}\n".to_owned(),
        ];
        let (found, counts) = read(&lines.each_ref().map(String::as_str));
        assert_eq!(found, ["second", "first"]);
        assert_eq!((counts.lines, counts.records, counts.foreign), (4, 2, 0));
    }

    #[test]
    fn a_line_that_the_runtime_cut_is_joined() {
        let stamp = "2026-07-03T10:15:42.118345678Z stdout";
        let lines = [format!("{stamp} P {FIRST}]\t[x."), format!("{stamp} F go:1]\twhole\t{{}}")];
        assert_eq!(read(&lines.each_ref().map(String::as_str)).0, ["whole"]);
    }

    #[test]
    fn foreign_lines_are_counted_and_the_first_five_shown_without_control_characters() {
        let lines: Vec<String> = (0..9).map(|n| format!("\u{1b}[31mfor {n} {}", "x".repeat(999))).collect();
        let (_, counts) = read(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!((counts.foreign, counts.samples.len()), (9, 5));
        assert!(counts.samples.iter().all(|s| s.chars().count() <= 300 && !s.contains('\u{1b}')));
    }

    #[test]
    fn half_a_record_at_the_end_or_before_another_is_foreign() {
        let (found, counts) =
            read(&[FIRST, "2026-07-03 10:15:42.118\tINFO\t[PID:1]\tp\t[a.go:1]\tm", FIRST, ""]);
        assert_eq!((found.len(), counts.foreign), (1, 2));
    }
}
