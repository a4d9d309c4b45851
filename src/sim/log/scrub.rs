//! Keeps the secret and tokens out of the log, where `OpenIM` itself writes them.

use crate::wire::goread::{self, Value};

/// Stands for a token.
pub(super) const TOKEN: &str = "<jwt>";
/// Stands for the secret.
const SECRET: &str = "<secret>";
/// Stands for a body that cannot be read and may hold either.
const BODY: &str = "<unreadable, left out>";
/// Shorter ones are replaced only where a key says that they are the secret: they would be found
/// everywhere.
const MIN_LENGTH: usize = 4;

/// Replaces what must not be seen.
pub(super) struct Scrub {
    /// The secret as it may stand in a text, plain and in JSON's escapes.
    secrets: Vec<String>,
}

impl Scrub {
    pub(super) fn new(secret: &str) -> Scrub {
        let mut secrets = Vec::new();
        if secret.len() >= MIN_LENGTH {
            let quoted = serde_json::Value::from(secret).to_string();
            secrets.push(secret.to_owned());
            let escaped = quoted.trim_matches('"').to_owned();
            if escaped != secret {
                // The longer form first: the plain one may be a part of it.
                secrets.insert(0, escaped);
            }
        }
        Scrub { secrets }
    }

    /// Any text, without the secret.
    pub(super) fn text(&self, text: String) -> String {
        self.secrets.iter().fold(text, |text, secret| {
            if text.contains(secret.as_str()) { text.replace(secret.as_str(), SECRET) } else { text }
        })
    }

    /// A body of the API, without the values of `secret` and `token`, wherever they are in it.
    pub(super) fn body(&self, path: &str, body: &[u8]) -> String {
        let text = String::from_utf8_lossy(body).into_owned();
        let Ok(value) = goread::parse(body) else {
            let sensitive = path.starts_with("/auth/") && !body.is_empty();
            return if sensitive { BODY.to_owned() } else { self.text(text) };
        };
        let mut found = Vec::new();
        collect(&value, &mut found);
        let mut text = text;
        for (value, instead) in found {
            if !text.contains(&value) {
                // Written with escapes: what it reads as is not what stands there.
                return BODY.to_owned();
            }
            text = text.replace(&format!("\"{value}\""), &format!("\"{instead}\""));
            if text.contains(&value) && value.len() >= MIN_LENGTH {
                text = text.replace(&value, instead);
            }
        }
        self.text(text)
    }
}

fn collect(value: &Value, found: &mut Vec<(String, &'static str)>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                let instead = match key.to_ascii_lowercase().as_str() {
                    "secret" => Some(SECRET),
                    "token" => Some(TOKEN),
                    _ => None,
                };
                match (instead, value) {
                    (Some(instead), Value::String(text)) if !text.is_empty() => {
                        if !found.iter().any(|(known, _)| known == text) {
                            found.push((text.clone(), instead));
                        }
                    }
                    _ => collect(value, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_and_tokens_are_replaced_wherever_a_body_has_them() {
        let scrub = Scrub::new("openIM123");
        let body = br#"{"secret": "openIM123", "userID": "u"}"#;
        assert_eq!(scrub.body("/auth/get_admin_token", body), r#"{"secret": "<secret>", "userID": "u"}"#);
        let answer = br#"{"errCode":0,"data":{"token":"sim.1.2","Token":"other"}}"#;
        assert_eq!(
            scrub.body("/auth/get_admin_token", answer),
            r#"{"errCode":0,"data":{"token":"<jwt>","Token":"<jwt>"}}"#
        );
        let short = Scrub::new("7").body("/x", br#"{"secret":"7","n":"17"}"#);
        assert_eq!(short, r#"{"secret":"<secret>","n":"17"}"#);
    }

    #[test]
    fn a_body_in_which_the_secret_hides_is_left_out() {
        let scrub = Scrub::new("openIM123");
        for body in [r#"{"secret":"op\u0065nIM123""#, r#"{"secret":"op\u0065nIM123"}"#] {
            let shown = scrub.body("/auth/get_admin_token", body.as_bytes());
            assert!(!shown.contains("nIM123"), "{shown}");
        }
    }

    #[test]
    fn the_secret_is_found_in_any_text_plain_and_escaped() {
        let scrub = Scrub::new("a\"bc\\d");
        assert_eq!(scrub.text(r#"x a"bc\d y a\"bc\\d"#.to_owned()), "x <secret> y <secret>");
        assert_eq!(Scrub::new("").text("all".to_owned()), "all");
    }
}
