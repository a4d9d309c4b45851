//! The types: what Go says when a value does not fit where it should go.

use super::Value;

/// A Go type that a value is read into.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// Anything goes.
    Any,
    /// `bool`.
    Bool,
    /// `int32`.
    Int32,
    /// `int64`.
    Int64,
    /// `uint32`.
    Uint32,
    /// `string`.
    Text,
    /// A list, with its elements' type.
    List(&'static Type),
    /// A struct, or a pointer to one.
    Struct(&'static Struct),
}

/// A Go struct.
#[derive(Debug)]
pub struct Struct {
    /// With its package: `callbackstruct.CallbackBeforeCreateGroupResp`.
    pub name: &'static str,
    /// The struct embedded in it and that one's fields, if any.
    pub embedded: Option<(&'static str, &'static [Field])>,
    /// Its own fields.
    pub fields: &'static [Field],
}

/// A field: its JSON name and its type.
#[derive(Debug)]
pub struct Field(pub &'static str, pub Type);

/// The first thing in `value` that does not fit `into`, in Go's words.
#[must_use]
pub fn check(value: &Value, into: &Type) -> Option<String> {
    visit(value, into, &Place { strukt: "", path: String::new() })
}

struct Place {
    /// The innermost struct.
    strukt: &'static str,
    /// All field names from the root.
    path: String,
}

fn visit(value: &Value, into: &Type, place: &Place) -> Option<String> {
    let wrong = |what: &str| Some(mismatch(what, into, place));
    match (value, into) {
        (Value::Null, _) | (_, Type::Any) | (Value::Bool(_), Type::Bool) | (Value::String(_), Type::Text) => {
            None
        }
        (Value::Number(text), Type::Int32 | Type::Int64 | Type::Uint32) => {
            let fits = match into {
                Type::Int32 => text.parse::<i32>().is_ok(),
                Type::Uint32 => text.parse::<u32>().is_ok(),
                _ => text.parse::<i64>().is_ok(),
            };
            if fits { None } else { wrong(&format!("number {text}")) }
        }
        (Value::Array(items), Type::List(element)) => {
            items.iter().find_map(|item| visit(item, element, place))
        }
        (Value::Object(fields), Type::Struct(strukt)) => {
            fields.iter().find_map(|(key, value)| visit_field(key, value, strukt, place))
        }
        (Value::Bool(_), _) => wrong("bool"),
        (Value::Number(_), _) => wrong("number"),
        (Value::String(_), _) => wrong("string"),
        (Value::Array(_), _) => wrong("array"),
        (Value::Object(_), _) => wrong("object"),
    }
}

fn visit_field(key: &str, value: &Value, strukt: &'static Struct, place: &Place) -> Option<String> {
    let named = |fields: &'static [Field]| {
        fields.iter().find(|Field(name, _)| name.eq_ignore_ascii_case(key)).map(|Field(name, ty)| (*name, ty))
    };
    let (via, name, ty) = match (named(strukt.fields), strukt.embedded) {
        (Some((name, ty)), _) => ("", name, ty),
        (None, Some((via, fields))) => named(fields).map(|(name, ty)| (via, name, ty))?,
        (None, None) => return None,
    };
    let steps = [place.path.as_str(), via, name];
    let path = steps.iter().filter(|step| !step.is_empty()).copied().collect::<Vec<_>>().join(".");
    visit(value, ty, &Place { strukt: short(strukt.name), path })
}

fn short(name: &'static str) -> &'static str {
    name.rsplit('.').next().unwrap_or(name)
}

fn mismatch(what: &str, into: &Type, place: &Place) -> String {
    let target = go_name(into);
    if place.strukt.is_empty() {
        return format!("json: cannot unmarshal {what} into Go value of type {target}");
    }
    format!(
        "json: cannot unmarshal {what} into Go struct field {}.{} of type {target}",
        place.strukt, place.path
    )
}

fn go_name(ty: &Type) -> String {
    match ty {
        Type::Any => "interface {}".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Int32 => "int32".to_owned(),
        Type::Int64 => "int64".to_owned(),
        Type::Uint32 => "uint32".to_owned(),
        Type::Text => "string".to_owned(),
        Type::List(element @ Type::Struct(_)) => format!("[]*{}", go_name(element)),
        Type::List(element) => format!("[]{}", go_name(element)),
        Type::Struct(strukt) => strukt.name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Value, parse, unmarshal};
    use super::*;

    static INNER: Struct =
        Struct { name: "p.Inner", embedded: None, fields: &[Field("groupType", Type::Int32)] };
    static OUTER: Struct = Struct {
        name: "p.Outer",
        embedded: Some(("Common", &[Field("actionCode", Type::Int32)])),
        fields: &[Field("ids", Type::List(&Type::Text)), Field("info", Type::Struct(&INNER))],
    };
    const ROOT: Type = Type::Struct(&OUTER);

    #[test]
    fn syntax_errors_read_as_go_writes_them() {
        for (text, error) in [
            ("", "unexpected end of JSON input"),
            ("  ", "unexpected end of JSON input"),
            ("{\"a\":[", "unexpected end of JSON input"),
            ("ok", "invalid character 'o' looking for beginning of value"),
            ("<html>", "invalid character '<' looking for beginning of value"),
            ("\u{feff}{}", "invalid character 'ï' looking for beginning of value"),
            ("{} x", "invalid character 'x' after top-level value"),
            ("{a:1}", "invalid character 'a' looking for beginning of object key string"),
            ("{\"a\" 1}", "invalid character '1' after object key"),
            ("{\"a\":1 2}", "invalid character '2' after object key:value pair"),
            ("[1 2]", "invalid character '2' after array element"),
            ("nope", "invalid character 'o' in literal null (expecting 'u')"),
            ("-x", "invalid character 'x' in numeric literal"),
            ("1.x", "invalid character 'x' after decimal point in numeric literal"),
            ("1ex", "invalid character 'x' in exponent of numeric literal"),
            ("01", "invalid character '1' after top-level value"),
            (r#""\x""#, "invalid character 'x' in string escape code"),
            (r#""\u12g4""#, r"invalid character 'g' in \u hexadecimal character escape"),
            ("\"\n\"", r"invalid character '\n' in string literal"),
            ("'", r"invalid character '\'' looking for beginning of value"),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err(), error, "{text}");
        }
    }

    #[test]
    fn strings_are_unescaped_and_broken_ones_replaced() {
        let text = |t: &[u8]| parse(t).unwrap();
        assert_eq!(text(br#""a\u0041\ud83d\ude00\n""#), Value::String("aA\u{1f600}\n".to_owned()));
        assert_eq!(text(br#""\ud800x""#), Value::String("\u{fffd}x".to_owned()));
        assert_eq!(text(b"\"\xff\""), Value::String("\u{fffd}".to_owned()));
    }

    #[test]
    fn a_value_of_the_wrong_type_is_named_with_its_field() {
        for (text, error) in [
            ("[]", "json: cannot unmarshal array into Go value of type p.Outer"),
            (
                r#"{"actionCode":"0"}"#,
                "json: cannot unmarshal string into Go struct field Outer.Common.actionCode of type int32",
            ),
            (
                r#"{"ACTIONCODE":99999999999}"#,
                "json: cannot unmarshal number 99999999999 into Go struct field Outer.Common.actionCode of type int32",
            ),
            (
                r#"{"ids":"u"}"#,
                "json: cannot unmarshal string into Go struct field Outer.ids of type []string",
            ),
            (r#"{"ids":[1]}"#, "json: cannot unmarshal number into Go struct field Outer.ids of type string"),
            (
                r#"{"info":{"groupType":1.5}}"#,
                "json: cannot unmarshal number 1.5 into Go struct field Inner.info.groupType of type int32",
            ),
        ] {
            assert_eq!(unmarshal(text.as_bytes(), &ROOT).unwrap_err(), error, "{text}");
        }
        assert!(unmarshal(br#"{"ids":null,"unknown":{},"info":{"groupType":2}}"#, &ROOT).is_ok());
    }

    #[test]
    fn a_text_nested_without_end_is_refused() {
        let deep = "[".repeat(100_000);
        assert_eq!(parse(deep.as_bytes()).unwrap_err(), "exceeded max depth");
    }
}
