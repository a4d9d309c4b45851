//! Finding records: `latest`, the beginning of a run id, or a path.
//!
//! Reads only the header of each record; whether it is whole is `read`'s business.

use std::fs;
use std::path::{Path, PathBuf};

use super::RUN_JSON;

use crate::text::Text;
use crate::{displays_english, say};

/// Where records are kept when `--out` does not say otherwise.
pub const DEFAULT_DIR: &str = "results";

/// The folder that holds the records: `--out`, else `results`.
#[must_use]
pub fn results_dir(out: Option<&Path>) -> PathBuf {
    out.map_or_else(|| PathBuf::from(DEFAULT_DIR), Path::to_owned)
}

/// Why a record was not found.
#[derive(Debug, thiserror::Error)]
pub enum FindError {
    /// No record at all.
    Empty {
        /// What was asked for.
        name: String,
        /// Where was looked.
        dir: PathBuf,
    },
    /// No record of that name.
    Unknown {
        /// What was asked for.
        name: String,
        /// Where was looked.
        dir: PathBuf,
        /// The newest run ids.
        nearest: String,
    },
    /// Several records begin so.
    Ambiguous {
        /// What was asked for.
        name: String,
        /// Those that fit.
        which: String,
    },
}

impl FindError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            FindError::Empty { name, dir } => {
                say!("errors-find-empty", name = name, dir = dir.display().to_string())
            }
            FindError::Unknown { name, dir, nearest } => {
                say!("errors-find-unknown", name = name, dir = dir.display().to_string(), nearest = nearest)
            }
            FindError::Ambiguous { name, which } => {
                say!("errors-find-ambiguous", name = name, which = which)
            }
        }
    }
}

displays_english!(FindError);

/// The folder of the record `name`: a path to it (or to a file in it), `latest`, or the
/// unique beginning of a run id in `dir`.
///
/// # Errors
/// When there is none, or several fit; the message lists what is there.
pub fn find(dir: &Path, name: &str) -> Result<PathBuf, FindError> {
    let path = Path::new(name);
    if name != "latest" {
        if path.join(RUN_JSON).is_file() {
            return Ok(path.to_owned());
        }
        if path.is_file()
            && let Some(parent) = path.parent()
        {
            return Ok(if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() });
        }
    }
    let all = list(dir);
    let Some(newest) = all.last() else {
        return Err(FindError::Empty { name: name.to_owned(), dir: dir.to_owned() });
    };
    if name == "latest" {
        return Ok(dir.join(newest));
    }
    if all.iter().any(|id| id == name) {
        return Ok(dir.join(name));
    }
    let fitting: Vec<&str> = all.iter().map(String::as_str).filter(|id| id.starts_with(name)).collect();
    match fitting.as_slice() {
        [one] => Ok(dir.join(one)),
        [] => Err(FindError::Unknown {
            name: name.to_owned(),
            dir: dir.to_owned(),
            nearest: all.iter().rev().take(3).cloned().collect::<Vec<_>>().join(", "),
        }),
        several => Err(FindError::Ambiguous { name: name.to_owned(), which: several.join(", ") }),
    }
}

/// Run ids in `dir`, oldest first by the start time in their headers.
#[must_use]
pub fn list(dir: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(dir) else { return Vec::new() };
    let mut found: Vec<(String, String)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let text = fs::read(entry.path().join(RUN_JSON)).ok()?;
            let header: serde_json::Value = serde_json::from_slice(&text).ok()?;
            let started = header.pointer("/environment/started").and_then(|s| s.as_str()).unwrap_or_default();
            // RFC 3339 in UTC sorts as text.
            Some((started.to_owned(), entry.file_name().to_string_lossy().into_owned()))
        })
        .collect();
    found.sort();
    found.into_iter().map(|(_, id)| id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(dir: &Path, id: &str, started: &str) {
        fs::create_dir(dir.join(id)).unwrap();
        fs::write(dir.join(id).join(RUN_JSON), format!(r#"{{"environment":{{"started":"{started}"}}}}"#))
            .unwrap();
    }

    #[test]
    fn latest_is_the_one_that_started_last_whatever_its_name() {
        let dir = tempfile::tempdir().unwrap();
        record(dir.path(), "b-old", "2026-01-01T00:00:00Z");
        record(dir.path(), "a-new", "2026-01-02T00:00:00Z");
        assert_eq!(find(dir.path(), "latest").unwrap(), dir.path().join("a-new"));
        assert_eq!(find(dir.path(), "b").unwrap(), dir.path().join("b-old"));
    }

    #[test]
    fn an_ambiguous_or_unknown_name_lists_what_is_there() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["latest", "/no/such/run"] {
            let empty = find(dir.path(), name).unwrap_err().to_string();
            assert!(empty.contains("--out") && empty.contains(name), "{empty}");
        }
        record(dir.path(), "run-1", "1");
        record(dir.path(), "run-2", "2");
        let both = find(dir.path(), "run").unwrap_err().to_string();
        assert!(both.contains("run-1, run-2"), "{both}");
        let none = find(dir.path(), "walk").unwrap_err().text();
        assert!(none.contains("run-2") && none.en() != none.zh(), "{none:?}");
        assert!(none.zh().contains("`walk`") && none.zh().contains("run-2"), "{none:?}");
        let path = dir.path().join("run-1");
        assert_eq!(find(dir.path(), path.to_str().unwrap()).unwrap(), path);
        assert_eq!(find(dir.path(), path.join(RUN_JSON).to_str().unwrap()).unwrap(), path);
    }
}
