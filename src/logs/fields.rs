//! The pairs of a JSON object, in order, without building a tree: repeated keys stay, one pass, no recursion.

use std::borrow::Cow;

/// Pairs of an object that begins with `{`; ends where the text is no longer JSON.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    rest: &'a [u8],
}

/// A value as it stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raw<'a>(
    /// With its quotes or brackets.
    pub &'a [u8],
);

impl<'a> Fields<'a> {
    /// Those of an object.
    #[must_use]
    pub fn of(object: &'a [u8]) -> Fields<'a> {
        Fields { rest: object.strip_prefix(b"{").unwrap_or_default() }
    }

    /// The first value of that key.
    #[must_use]
    pub fn get(mut self, key: &str) -> Option<Raw<'a>> {
        self.find(|(name, _)| *name == key.as_bytes()).map(|(_, value)| value)
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (&'a [u8], Raw<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let text = trimmed(self.rest);
        let text = trimmed(text.strip_prefix(b",").unwrap_or(text));
        let end = string_end(text)?;
        let key = &text[1..end - 1];
        let text = trimmed(trimmed(&text[end..]).strip_prefix(b":")?);
        let end = value_end(text)?;
        self.rest = &text[end..];
        Some((key, Raw(&text[..end])))
    }
}

impl<'a> Raw<'a> {
    /// The text of a string; anything else as it stands there. Bytes that are not UTF-8 are replaced.
    #[must_use]
    pub fn text(self) -> Cow<'a, str> {
        let Some(inner) = self.0.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
            return String::from_utf8_lossy(self.0);
        };
        if !inner.contains(&b'\\') {
            return String::from_utf8_lossy(inner);
        }
        serde_json::from_slice::<String>(self.0).map_or_else(|_| String::from_utf8_lossy(inner), Cow::Owned)
    }

    /// A whole number, also one in quotes.
    #[must_use]
    pub fn number(self) -> Option<i64> {
        std::str::from_utf8(self.0).ok()?.trim_matches('"').parse().ok()
    }
}

fn trimmed(text: &[u8]) -> &[u8] {
    match text.first() {
        Some(b' ' | b'\t' | b'\n' | b'\r') => text.trim_ascii_start(),
        _ => text,
    }
}

/// Behind the closing quote.
fn string_end(text: &[u8]) -> Option<usize> {
    if text.first() != Some(&b'"') {
        return None;
    }
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn value_end(text: &[u8]) -> Option<usize> {
    match text.first()? {
        b'"' => string_end(text),
        b'{' | b'[' => nested_end(text),
        _ => text.iter().position(|c| matches!(c, b',' | b'}' | b']')).filter(|end| *end > 0),
    }
}

fn nested_end(text: &[u8]) -> Option<usize> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        match text.get(at)? {
            b'"' => at += string_end(&text[at..])?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                at += 1;
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_in_order_and_twice_where_they_stand_twice() {
        let text = br#"{"a": "x\"y", "b": {"c":[1,"}"]}, "a":5,"n":null, "t":"\u00e9"}"#;
        let read: Vec<(String, String)> = Fields::of(text)
            .map(|(key, value)| (String::from_utf8_lossy(key).into_owned(), value.text().into_owned()))
            .collect();
        let read: Vec<(&str, &str)> = read.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let wanted = [("a", "x\"y"), ("b", r#"{"c":[1,"}"]}"#), ("a", "5"), ("n", "null"), ("t", "é")];
        assert_eq!(read, wanted);
        assert_eq!(Fields::of(text).get("a").unwrap().text(), "x\"y");
    }

    #[test]
    fn a_number_is_read_with_and_without_quotes() {
        assert_eq!(
            (Raw(b"5").number(), Raw(b"\"15\"").number(), Raw(b"5.2").number()),
            (Some(5), Some(15), None)
        );
    }

    #[test]
    fn an_object_that_breaks_off_gives_the_whole_pairs_before() {
        for (text, pairs) in
            [(&b"{\"a\":1,\"b\":{"[..], 1), (b"{\"a\":1", 0), (b"", 0), (b"{\"a\\", 0), (b"{}", 0), (b"x", 0)]
        {
            assert_eq!(Fields::of(text).count(), pairs, "{text:?}");
        }
    }
}
