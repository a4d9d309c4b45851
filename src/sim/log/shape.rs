//! How Go prints what is in a record: protobuf's text form, `%+v` of a struct, durations, and
//! JSON without HTML escapes.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::Value as Json;

use crate::wire::goread::{Struct, Type, Value};

/// Protobuf's text form of `value`, fields in the order of `shape`; zero values are left out.
/// `gap` stands between fields: one blank or two, which differs from process to process since
/// the Go library draws it from the binary.
pub(super) fn request_text(value: &Value, shape: &Struct, gap: &str) -> String {
    let mut text = Text::new(gap);
    text.request(value, shape);
    text.out
}

/// The text form of an answer or callback given as JSON, in its own order. `only` names the
/// fields that count at the top.
pub(super) fn json_text(json: &str, only: Option<&[&str]>, gap: &str) -> String {
    let mut text = Text::new(gap);
    if let Ok(Json::Object(fields)) = serde_json::from_str(json) {
        for (name, value) in &fields {
            if only.is_none_or(|only| only.contains(&name.as_str())) {
                text.json(name, value);
            }
        }
    }
    text.out
}

struct Text<'a> {
    out: String,
    gap: &'a str,
}

impl Text<'_> {
    fn new(gap: &str) -> Text<'_> {
        Text { out: String::new(), gap }
    }

    fn begin(&mut self, name: &str) {
        if !self.out.is_empty() && !self.out.ends_with('{') {
            self.out.push_str(self.gap);
        }
        self.out.push_str(name);
        self.out.push(':');
    }

    fn request(&mut self, value: &Value, shape: &Struct) {
        for field in shape.fields {
            if let Some(value) = value.get(field.0) {
                self.field(field.0, value, &field.1);
            }
        }
    }

    fn field(&mut self, name: &str, value: &Value, shape: &Type) {
        match (value, shape) {
            (Value::Array(items), Type::List(of)) => {
                for item in items {
                    self.item(name, item, of);
                }
            }
            (Value::String(text), _) if text.is_empty() => {}
            (Value::Number(number), _) if number == "0" => {}
            (Value::Bool(false) | Value::Null, _) => {}
            _ => self.item(name, value, shape),
        }
    }

    fn item(&mut self, name: &str, value: &Value, shape: &Type) {
        self.begin(name);
        match (value, shape) {
            (Value::Object(_), Type::Struct(inner)) => {
                self.out.push('{');
                self.request(value, inner);
                self.out.push('}');
            }
            (Value::String(text), _) => self.quote(text),
            (Value::Number(number), _) => self.out.push_str(number),
            (Value::Bool(flag), _) => self.out.push_str(if *flag { "true" } else { "false" }),
            _ => self.out.push_str("\"\""),
        }
    }

    fn json(&mut self, name: &str, value: &Json) {
        match value {
            Json::Array(items) => {
                for item in items {
                    self.begin(name);
                    self.json_item(item);
                }
            }
            Json::Null | Json::Bool(false) => {}
            Json::String(text) if text.is_empty() => {}
            Json::Number(number) if number.as_f64() == Some(0.0) => {}
            _ => {
                self.begin(name);
                self.json_item(value);
            }
        }
    }

    fn json_item(&mut self, value: &Json) {
        match value {
            Json::Object(fields) => {
                self.out.push('{');
                for (name, value) in fields {
                    self.json(name, value);
                }
                self.out.push('}');
            }
            Json::String(text) => self.quote(text),
            other => {
                // Writing into a string cannot fail.
                let _ = write!(self.out, "{other}");
            }
        }
    }

    fn quote(&mut self, text: &str) {
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' | '\\' => self.out.extend(['\\', c]),
                '\n' => self.out.push_str("\\n"),
                '\r' => self.out.push_str("\\r"),
                '\t' => self.out.push_str("\\t"),
                c if u32::from(c) < 0x20 || c == '\x7f' => {
                    // Writing into a string cannot fail.
                    let _ = write!(self.out, "\\x{:02x}", u32::from(c));
                }
                c => self.out.push(c),
            }
        }
        self.out.push('"');
    }
}

/// JSON as the logger writes a struct: compact, `<`, `>` and `&` as they are.
pub(super) fn plain_json(body: &[u8]) -> Option<String> {
    let value: Json = serde_json::from_slice(body).ok()?;
    // The two separators occur inside strings only; Go escapes them always.
    Some(value.to_string().replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029"))
}

/// A callback's body as v3.8.0 prints it, `%+v` of a pointer to the struct. A list of structs is
/// a list of addresses there; `address` numbers them.
pub(super) fn struct_text(body: &[u8], mut address: impl FnMut() -> u64) -> Option<String> {
    let Json::Object(fields) = serde_json::from_slice(body).ok()? else { return None };
    let mut out = String::from("&{");
    for (n, (name, value)) in fields.iter().enumerate() {
        if n > 0 {
            out.push(' ');
        }
        out.push_str(&go_name(name));
        out.push(':');
        go_value(&mut out, value, &mut address);
    }
    out.push('}');
    Some(out)
}

/// The Go field of a JSON key.
fn go_name(key: &str) -> String {
    if key == "memberList" {
        return "MembersList".to_owned();
    }
    let mut letters = key.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn go_value(out: &mut String, value: &Json, address: &mut impl FnMut() -> u64) {
    match value {
        Json::Null => out.push_str("<nil>"),
        Json::String(text) => out.push_str(text),
        Json::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(' ');
                }
                go_value(out, item, address);
            }
            out.push(']');
        }
        // Writing into a string cannot fail.
        Json::Object(_) => drop(write!(out, "{:#x}", address())),
        other => drop(write!(out, "{other}")),
    }
}

/// A duration in Go's words: `812.4µs`, `5.004217301s`, `1m0.5s`.
pub(super) fn go_duration(time: Duration) -> String {
    let nanos = time.as_nanos();
    let fraction = |unit: u128, name: &str| {
        let (whole, rest) = (nanos / unit, nanos % unit);
        let digits = unit.ilog10() as usize;
        let rest = format!("{rest:0digits$}");
        let rest = rest.trim_end_matches('0');
        if rest.is_empty() { format!("{whole}{name}") } else { format!("{whole}.{rest}{name}") }
    };
    match nanos {
        0 => "0s".to_owned(),
        1..1_000 => format!("{nanos}ns"),
        1_000..1_000_000 => fraction(1_000, "µs"),
        1_000_000..1_000_000_000 => fraction(1_000_000, "ms"),
        1_000_000_000..60_000_000_000 => fraction(1_000_000_000, "s"),
        _ => {
            let minutes = time.as_secs() / 60;
            let rest = go_seconds(time - Duration::from_secs(minutes * 60));
            match (minutes / 60, minutes % 60) {
                (0, minutes) => format!("{minutes}m{rest}"),
                (hours, minutes) => format!("{hours}h{minutes}m{rest}"),
            }
        }
    }
}

/// The seconds behind minutes, which are never written in a smaller unit.
fn go_seconds(time: Duration) -> String {
    let rest = format!("{:09}", time.subsec_nanos());
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() { format!("{}s", time.as_secs()) } else { format!("{}.{rest}s", time.as_secs()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_gos() {
        for (nanos, text) in [
            (0, "0s"),
            (7, "7ns"),
            (812_400, "812.4µs"),
            (1_008_819, "1.008819ms"),
            (20_000_000, "20ms"),
            (5_004_217_301, "5.004217301s"),
            (60_000_000_000, "1m0s"),
            (60_500_000_000, "1m0.5s"),
            (3_661_001_000_000, "1h1m1.001s"),
        ] {
            assert_eq!(go_duration(Duration::from_nanos(nanos)), text);
        }
    }

    #[test]
    fn an_answer_in_text_form_leaves_zero_values_out() {
        let json = r#"{"groupInfo":{"groupID":"7","ex":"","status":0,"groupType":2,"on":true},"ids":["a","b"],"no":null}"#;
        assert_eq!(
            json_text(json, None, "  "),
            r#"groupInfo:{groupID:"7"  groupType:2  on:true}  ids:"a"  ids:"b""#
        );
        assert_eq!(
            json_text(r#"{"groupInfo":{"ex":"a\nb\t\"\\<\u0001\u007f"}}"#, None, " "),
            r#"groupInfo:{ex:"a\nb\t\"\\<\x01\x7f"}"#
        );
        assert_eq!(json_text(r#"{"a":"1","b":"2"}"#, Some(&["b"]), " "), r#"b:"2""#);
    }

    #[test]
    fn a_struct_in_a_record_keeps_its_angle_brackets() {
        let body = br#"{"groupEx":"v\u003c\u003e\u0026","list":[{"a":1}]}"#;
        assert_eq!(plain_json(body).unwrap(), r#"{"groupEx":"v<>&","list":[{"a":1}]}"#);
    }

    #[test]
    fn v3_8_0_prints_go_structs_with_addresses_for_what_they_point_to() {
        let body = br#"{"callbackCommand":"c","memberList":[{"userID":"u"},{"userID":"v"}],"invitedUserIDs":["a","b"],"ex":""}"#;
        let mut next = 15;
        let text = struct_text(body, || {
            next += 1;
            next
        });
        assert_eq!(text.unwrap(), "&{CallbackCommand:c MembersList:[0x10 0x11] InvitedUserIDs:[a b] Ex:}");
    }
}
