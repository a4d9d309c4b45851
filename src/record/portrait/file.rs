//! A portrait as a file: read, validated, and its JSON schema.

use std::fmt;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::{FORMAT, Portrait};
use crate::say;
use crate::text::Text;
use crate::wire::OpenimVersion;

/// Larger files are no portraits.
const MAX_BYTES: u64 = 16 << 20;

/// Why a file is no portrait.
#[derive(Debug, thiserror::Error)]
pub enum PortraitError {
    /// Not readable.
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Too large.
    TooLarge {
        /// Which.
        path: PathBuf,
        /// Its size.
        bytes: u64,
    },
    /// Not a portrait.
    Format {
        /// Which.
        path: PathBuf,
        /// Why.
        why: Text,
    },
    /// Of a later version.
    Newer {
        /// Which.
        path: PathBuf,
        /// Its format.
        format: u64,
    },
}

impl PortraitError {
    /// What it says, with what it comes from.
    #[must_use]
    pub fn text(&self) -> Text {
        let shown = |path: &PathBuf| path.display().to_string();
        match self {
            PortraitError::Read { path, source } => {
                say!("probe-file-unreadable", path = shown(path), why = source.to_string())
            }
            PortraitError::TooLarge { path, bytes } => {
                say!("probe-file-too-large", path = shown(path), bytes = *bytes)
            }
            PortraitError::Format { path, why } => {
                say!("probe-file-no-portrait", path = shown(path), why = why)
            }
            PortraitError::Newer { path, format } => {
                say!("probe-file-newer", path = shown(path), format = *format, known = FORMAT)
            }
        }
    }
}

impl fmt::Display for PortraitError {
    /// In English.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en())
    }
}

/// Reads and validates a portrait.
///
/// # Errors
/// [`PortraitError`]: wrong usage, exit code 2.
pub fn read(path: &Path) -> Result<Portrait, PortraitError> {
    let failed = |source| PortraitError::Read { path: path.to_owned(), source };
    let bytes = std::fs::metadata(path).map_err(failed)?.len();
    if bytes > MAX_BYTES {
        return Err(PortraitError::TooLarge { path: path.to_owned(), bytes });
    }
    parse(&std::fs::read(path).map_err(failed)?, path)
}

/// The same of a file's bytes; `path` is for the message.
///
/// # Errors
/// As [`read`].
pub fn parse(bytes: &[u8], path: &Path) -> Result<Portrait, PortraitError> {
    let format = |why: Text| PortraitError::Format { path: path.to_owned(), why };
    let value: Value =
        serde_json::from_slice(bytes).map_err(|e| format(say!("probe-file-no-json", why = e.to_string())))?;
    match value["format"].as_u64() {
        None => return Err(format(say!("probe-file-no-format"))),
        Some(newer) if newer > u64::from(FORMAT) => {
            return Err(PortraitError::Newer { path: path.to_owned(), format: newer });
        }
        Some(_) => {}
    }
    if value.get("run_id").is_some() || value.get("plan").is_some() {
        return Err(format(say!("probe-file-record")));
    }
    let portrait: Portrait = serde_json::from_value(value).map_err(|e| format(Text::plain(e.to_string())))?;
    check(&portrait).map_err(format)?;
    Ok(portrait)
}

/// What the types cannot say.
fn check(portrait: &Portrait) -> Result<(), Text> {
    if humantime::parse_rfc3339_weak(&portrait.made_at).is_err() {
        return Err(say!("probe-file-made-at", time = &portrait.made_at));
    }
    if portrait.target.is_empty() {
        return Err(say!("probe-file-no-target"));
    }
    if let Err(unknown) = portrait.version.text.parse::<OpenimVersion>() {
        return Err(say!("probe-file-version", why = unknown.to_string()));
    }
    let seconds = portrait.keys.iter().filter_map(|(name, key)| {
        key.effective_timeout_s.value().map(|t| (format!("keys.{name}.effective_timeout_s"), t.value_s))
    });
    let cap = portrait.cap_s.value().map(|s| ("cap_s".to_owned(), *s));
    let wait = portrait.after_queue.push_wait_s.value().map(|s| ("after_queue.push_wait_s".to_owned(), *s));
    let wrong = seconds.chain(cap).chain(wait).find(|(_, s)| !(0.0..=3600.0).contains(s));
    match wrong {
        Some((name, seconds)) => Err(say!("probe-file-seconds", name = name, seconds = seconds.to_string())),
        None => Ok(()),
    }
}

/// The JSON schema as indented JSON with a final newline, as committed in `results/`.
#[must_use]
pub fn schema_text() -> String {
    format!("{:#}\n", schemars::schema_for!(Portrait).to_value())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::record::portrait::Fact;

    fn least() -> Value {
        json!({"format": 1, "made_at": "2026-11-24T06:43:05Z", "target": "http://127.0.0.1:10002", "simulated": false,
            "version": {"text": "3.8.3-patch.15", "build": "3.8.3-patch.16"}})
    }

    fn parsed(value: &Value) -> Result<Portrait, PortraitError> {
        parse(&serde_json::to_vec(value).unwrap(), Path::new("p.json"))
    }

    fn refused(change: impl Fn(&mut Value)) -> String {
        let mut value = least();
        change(&mut value);
        parsed(&value).unwrap_err().to_string()
    }

    #[test]
    fn what_a_file_lacks_is_not_known_and_what_a_later_version_added_is_passed_over() {
        let mut value = least();
        value["of_the_future"] = json!({"a": 1});
        value["keys"] = json!({"beforeFutureGroup": {"enabled": true, "new": 1}});
        let portrait = parsed(&value).unwrap();
        assert_eq!(portrait.cap_s, Fact::default());
        assert!(portrait.keys["beforeFutureGroup"].enabled);
        assert!(portrait.timeouts().is_empty());
    }

    #[test]
    fn a_measured_fraction_becomes_a_whole_timeout_between_1_and_15() {
        let mut value = least();
        let known = |s: f64| {
            json!({"enabled": true, "effective_timeout_s": {"state": "known", "evidence": "",
                "value": {"value_s": s, "source": "measured"}}})
        };
        value["keys"] = json!({"beforeCreateGroup": known(4.7), "afterCreateGroup": known(20.0), "afterQuitGroup": known(0.2)});
        let timeouts: Vec<u32> = parsed(&value).unwrap().timeouts().into_values().collect();
        assert_eq!(timeouts, [5, 15, 1]);
    }

    #[test]
    fn a_file_that_is_no_portrait_is_refused_with_what_to_do() {
        for (part, change) in [
            ("has no `format` number", (|v: &mut Value| v["format"] = Value::Null) as fn(&mut Value)),
            ("use a newer openim-bench", |v| v["format"] = json!(99)),
            ("run's record", |v| v["plan"] = json!({})),
            ("missing field `build`", |v| v["version"] = json!({"text": "3.8.3"})),
            ("`version.text` is wrong", |v| v["version"]["text"] = json!("latest")),
            ("`made_at` is `yesterday`", |v| v["made_at"] = json!("yesterday")),
            ("`target` is empty", |v| v["target"] = json!("")),
            ("not within 0 and 3600", |v| {
                v["cap_s"] = json!({"state": "known", "value": -1.0, "evidence": ""});
            }),
            ("expected f64", |v| v["cap_s"] = json!({"state": "known", "value": "x", "evidence": ""})),
        ] {
            let text = refused(change);
            assert!(text.contains(part) && text.contains("p.json"), "{part}: {text}");
            assert!(text.contains("openim-bench"), "{text}");
        }
        for bytes in [&b""[..], b"not json", b"[]", b"3", &[0xff, 0xfe]] {
            assert!(parse(bytes, Path::new("p.json")).is_err());
        }
    }

    #[test]
    fn a_file_that_is_missing_or_huge_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let missing = read(&dir.path().join("none.json")).unwrap_err();
        assert!(missing.to_string().contains("name the file"), "{missing}");
        let huge = dir.path().join("huge.json");
        std::fs::File::create(&huge).unwrap().set_len(MAX_BYTES + 1).unwrap();
        assert!(matches!(read(&huge), Err(PortraitError::TooLarge { .. })));
    }
}
