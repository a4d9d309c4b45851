//! JSON as Go writes it: compact, `<`, `>`, `&` and the two line separators escaped.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

struct GoFormatter;

impl Formatter for GoFormatter {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, text: &str) -> io::Result<()> {
        let mut from = 0;
        for (at, char) in text.char_indices() {
            let escaped = match char {
                '<' => "\\u003c",
                '>' => "\\u003e",
                '&' => "\\u0026",
                '\u{2028}' => "\\u2028",
                '\u{2029}' => "\\u2029",
                _ => continue,
            };
            writer.write_all(&text.as_bytes()[from..at])?;
            writer.write_all(escaped.as_bytes())?;
            from = at + char.len_utf8();
        }
        writer.write_all(&text.as_bytes()[from..])
    }
}

/// The JSON text of `value`, without a final newline.
pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> String {
    let mut out = Vec::with_capacity(256);
    // Our own types have string keys only and a `Vec` takes every byte: this cannot fail.
    if value.serialize(&mut Serializer::with_formatter(&mut out, GoFormatter)).is_err() {
        out.clear();
    }
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_might_take_for_markup_is_escaped() {
        assert_eq!(to_json("a<b>&\u{2028}é\u{2}\"\n"), r#""a\u003cb\u003e\u0026\u2028é\u0002\"\n""#);
    }
}
