//! JSON as Go writes and reads it, which is how `OpenIM` speaks.
//!
//! Go escapes `<`, `>`, `&` and the two Unicode line separators inside strings, writes
//! no spaces, and takes `null` for any field as its zero value. A body that a real
//! server sent and one written here are equal byte for byte (recordings prove it).

use std::io;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::ser::{CompactFormatter, Formatter};

/// A value as the body of a callback: Go's escapes and a final line feed.
///
/// # Errors
/// Only for a map whose keys are no strings.
pub fn to_go_json<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Vec<u8>> {
    let mut bytes = to_go_json_bare(value)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A value as the body of an API answer: Go's escapes, no final line feed.
///
/// # Errors
/// Only for a map whose keys are no strings.
pub fn to_go_json_bare<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(512);
    value.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, GoFormatter))?;
    Ok(bytes)
}

/// A value as JSON text in Go's escapes, no final line feed; empty for a map whose keys are no
/// strings.
#[must_use]
pub fn go_json_text<T: Serialize + ?Sized>(value: &T) -> String {
    String::from_utf8(to_go_json_bare(value).unwrap_or_default()).unwrap_or_default()
}

/// `null` is a field's zero value, as for Go; use with `#[serde(default)]`.
pub(crate) fn null_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// A body whose keys are written in the order given, read as Go reads: unknown keys are skipped,
/// missing ones and `null` are the zero value. Needs `Serialize`, `Deserialize` and
/// `null_default` in scope.
macro_rules! go_struct {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty = $key:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub struct $name {
            $($(#[$field_doc])* #[serde(rename = $key, default, deserialize_with = "null_default")] pub $field: $type,)+
        }
    };
}
pub(crate) use go_struct;

struct GoFormatter;

impl Formatter for GoFormatter {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, found)) = rest.char_indices().find(|(_, c)| go_escape(*c).is_some()) {
            CompactFormatter.write_string_fragment(writer, &rest[..at])?;
            writer.write_all(go_escape(found).unwrap_or_default().as_bytes())?;
            rest = &rest[at + found.len_utf8()..];
        }
        CompactFormatter.write_string_fragment(writer, rest)
    }
}

/// What Go writes for a character that other JSON writers leave alone.
fn go_escape(c: char) -> Option<&'static str> {
    Some(match c {
        '<' => "\\u003c",
        '>' => "\\u003e",
        '&' => "\\u0026",
        '\u{2028}' => "\\u2028",
        '\u{2029}' => "\\u2029",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn angle_brackets_ampersands_and_line_separators_are_escaped_as_go_does() {
        let text = to_go_json("a<b>&\u{2028}\u{2029}é\u{2}\"\\\n").unwrap();
        assert_eq!(
            String::from_utf8(text).unwrap(),
            "\"a\\u003cb\\u003e\\u0026\\u2028\\u2029é\\u0002\\\"\\\\\\n\"\n"
        );
    }

    #[test]
    fn an_api_answer_has_no_final_line_feed() {
        assert_eq!(to_go_json_bare(&[1, 2]).unwrap(), b"[1,2]");
        assert_eq!(go_json_text("a<b>&\u{2028}é\u{2}\"\n"), r#""a\u003cb\u003e\u0026\u2028é\u0002\"\n""#);
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_equal(text in ".*") {
            let bytes = to_go_json(&text).unwrap();
            prop_assert!(!bytes.iter().any(|b| b"<>&".contains(b)));
            prop_assert_eq!(serde_json::from_slice::<String>(&bytes).unwrap(), text);
        }
    }
}
