//! What container runtimes put around a line: recognised and taken off.
//!
//! `docker compose logs`, `docker logs -t` and `kubectl logs --timestamps`, `kubectl logs --prefix`, Docker's
//! json-file and CRI, also one in the other.

use std::borrow::Cow;

use super::fields::Fields;
use super::time::LogTime;

/// A line without its wrapping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwrapped<'a> {
    /// Which container or stream it is from, where the wrapping says so.
    pub source: &'a [u8],
    /// What was written.
    pub text: Cow<'a, [u8]>,
    /// The runtime cut the line; it goes on in the next one of that source.
    pub partial: bool,
}

/// How far a name may reach that `docker compose logs` puts in front.
const LONGEST_NAME: usize = 160;

/// Takes the wrapping off a line (without its line feed).
#[must_use]
pub fn unwrapped(line: &[u8]) -> Unwrapped<'_> {
    let mut found = Unwrapped { source: b"", text: Cow::Borrowed(line), partial: false };
    let mut rest = line;
    // A name, a time and the runtime's own may stand one behind the other.
    for _ in 0..3 {
        if LogTime::parse(rest).is_some() || rest.starts_with(b"{\"level\"") {
            break;
        }
        if let Some((text, source, partial)) = json_file(rest) {
            return Unwrapped {
                source: if found.source.is_empty() { source } else { found.source },
                text,
                partial,
            };
        }
        let Some((source, partial, inner)) = cri(rest).or_else(|| stamped(rest)).or_else(|| named(rest))
        else {
            break;
        };
        if found.source.is_empty() {
            found.source = source;
        }
        found.partial |= partial;
        rest = inner;
    }
    found.text = Cow::Borrowed(rest);
    found
}

/// Text, stream, whether it was cut.
type Written<'a> = (Cow<'a, [u8]>, &'a [u8], bool);

fn json_file(line: &[u8]) -> Option<Written<'_>> {
    if !line.starts_with(b"{\"log\":\"") {
        return None;
    }
    let fields = Fields::of(line);
    let log = fields.get("log")?;
    let stream = fields.get("stream")?.0;
    let text = match log.text() {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    };
    let whole = text.ends_with(b"\n");
    let end = text.strip_suffix(b"\n").map_or(text.len(), |t| t.strip_suffix(b"\r").unwrap_or(t).len());
    let text = match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[..end]),
        Cow::Owned(mut text) => {
            text.truncate(end);
            Cow::Owned(text)
        }
    };
    Some((text, stream, !whole))
}

type Layer<'a> = (&'a [u8], bool, &'a [u8]);

/// `2026-07-03T10:15:42.118345678Z stdout F text`.
fn cri(line: &[u8]) -> Option<Layer<'_>> {
    let (_, _, rest) = stamped(line)?;
    let stream = rest.get(..7).filter(|s| *s == b"stdout " || *s == b"stderr ")?;
    let tag = rest.get(7..)?;
    let partial = match tag.get(..2)? {
        b"F " => false,
        b"P " => true,
        _ => return None,
    };
    Some((&stream[..6], partial, &tag[2..]))
}

/// `2026-07-03T10:15:42.118345678Z text`.
fn stamped(line: &[u8]) -> Option<Layer<'_>> {
    let at = |n: usize| line.get(n).copied();
    if at(4)? != b'-' || at(10)? != b'T' || at(13)? != b':' {
        return None;
    }
    let end = line.iter().take(40).position(|c| *c == b' ')?;
    let right = line[..end]
        .iter()
        .all(|c| c.is_ascii_digit() || matches!(c, b'-' | b'T' | b':' | b'.' | b'Z' | b'+'));
    right.then(|| (&b""[..], false, &line[end + 1..]))
}

/// `openim-server-1  | text`, coloured or not, and `[pod/name/container] text`.
fn named(line: &[u8]) -> Option<Layer<'_>> {
    let head = &line[..line.len().min(LONGEST_NAME)];
    if head.starts_with(b"[pod/") {
        let end = head.windows(2).position(|pair| pair == b"] ")?;
        return Some((&line[5..end], false, &line[end + 2..]));
    }
    let bar = head.windows(2).position(|pair| pair == b"| ")?;
    let name = without_colour(&line[..bar]).trim_ascii_end();
    let is_name = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
    if name.is_empty() || !name.iter().all(is_name) {
        return None;
    }
    Some((name, false, without_reset(&line[bar + 2..])))
}

fn without_colour(text: &[u8]) -> &[u8] {
    match text.strip_prefix(b"\x1b[") {
        Some(rest) => rest.iter().position(|c| *c == b'm').map_or(text, |end| &rest[end + 1..]),
        None => text,
    }
}

fn without_reset(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\x1b[0m").unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "2026-07-03 10:15:42.118\tINFO\tx";

    #[test]
    fn every_wrapping_is_taken_off_and_its_source_kept() {
        let stamp = "2026-07-03T10:15:42.118345678Z ";
        for (line, source) in [
            (LINE.to_owned(), ""),
            (format!("openim-server  | {LINE}"), "openim-server"),
            (format!("\u{1b}[36mopenim-server-1  | \u{1b}[0m{LINE}"), "openim-server-1"),
            (format!("openim-server  | {stamp}{LINE}"), "openim-server"),
            (format!("{stamp}{LINE}"), ""),
            (format!("{stamp}stdout F {LINE}"), "stdout"),
            (format!("[pod/api-7c/openim] {LINE}"), "api-7c/openim"),
        ] {
            let read = unwrapped(line.as_bytes());
            assert_eq!(
                (&*read.text, read.source, read.partial),
                (LINE.as_bytes(), source.as_bytes(), false),
                "{line}"
            );
        }
    }

    #[test]
    fn docker_json_files_are_unescaped_and_cut_lines_recognised() {
        let line = br#"{"log":"a\tb \"c\"\n","stream":"stdout","time":"2026-07-03T10:15:42.1Z"}"#;
        let read = unwrapped(line);
        assert_eq!((&*read.text, read.partial), (&b"a\tb \"c\""[..], false));
        let cut = br#"{"log":"a\tb","stream":"stdout","time":"2026-07-03T10:15:42.1Z"}"#;
        assert!(unwrapped(cut).partial);
        assert!(unwrapped(b"2026-07-03T10:15:42.118345678Z stdout P abc").partial);
    }

    #[test]
    fn a_bar_in_a_foreign_line_is_no_prefix() {
        let line = b"[GIN] 2026/07/03 - 10:15:42 | 200 | 1ms | 10.0.0.1";
        assert_eq!(&*unwrapped(line).text, line);
    }
}
