//! Reads a profile: defaults < file < environment < flags.
//!
//! Promises: an unknown key, a wrong type or a duration without a unit is refused, all of them
//! at once, each with the place where it was written and the nearest known key; nothing is
//! ignored silently. What values mean together is judged by `resolve`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::Value;

use super::check::check;
use super::error::{Problem, ProfileError};
use super::inputs;
use super::layers::Layers;
use super::model::{OUTAGE_DEFAULT, Profile};
use super::shipped::{SHIPPED, Shipped};
use crate::say;
use crate::text::Text;

pub use super::layers::ENV_PREFIX;

/// Where the profile's text comes from.
#[derive(Clone, Debug, Default)]
pub enum ProfileSource {
    /// Defaults alone.
    #[default]
    Defaults,
    /// A file, or the name of a shipped profile where no such file exists.
    Named(PathBuf),
    /// A text and what to call it in messages.
    Text {
        /// Its name.
        name: String,
        /// TOML.
        text: String,
    },
}

/// What a profile is made of.
#[derive(Clone, Debug, Default)]
pub struct LoadRequest {
    /// The file.
    pub source: ProfileSource,
    /// Environment variables; those without `OPENIM_BENCH__` in front are passed by.
    pub env: Vec<(String, String)>,
    /// `--set` arguments, `path=value`, in order. The value is TOML, or else plain text.
    pub sets: Vec<String>,
    /// Flags of their own, such as `--target` for `target.url`; they win over `--set`.
    pub flags: Vec<(String, Value)>,
    /// `--allow-host`: hosts on top of `limits.allowed_hosts`.
    pub allow_hosts: Vec<String>,
}

/// A profile with every key filled, and who said what.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What to call it in messages: path or name; `defaults` without a file.
    pub name: String,
    /// The profile.
    pub profile: Profile,
    /// Where each key that is not a default came from: `load.rate` → `file`, `environment` or `flag`.
    pub sources: BTreeMap<String, String>,
    /// Where it was written: `load.rate` → `mine.toml:12`.
    pub(super) places: BTreeMap<String, Text>,
}

impl Loaded {
    /// Where a key was written; empty for a default.
    #[must_use]
    pub fn place(&self, key: &str) -> Text {
        super::layers::find_place(&self.places, key)
    }

    /// Whether anybody set the key, or a part of it.
    #[must_use]
    pub fn is_set(&self, key: &str) -> bool {
        let below = format!("{key}.");
        self.sources.keys().any(|k| k == key || k.starts_with(&below))
    }
}

/// Reads and merges a profile.
///
/// # Errors
/// When the file cannot be read or is not TOML, and when keys or values do not fit.
pub fn load(request: LoadRequest) -> Result<Loaded, ProfileError> {
    let mut layers = Layers::default();
    let text = text_of(&request.source)?;
    let name = text.as_ref().map_or_else(|| "defaults".to_owned(), |t| t.name.clone());
    if let Some(text) = &text {
        layers.file(&text.name, &text.text)?;
    }
    for (variable, raw) in &request.env {
        layers.variable(variable, raw);
    }
    for argument in &request.sets {
        layers.assignment(argument)?;
    }
    for (key, value) in request.flags {
        layers.flag(&key, value);
    }
    let mut profile = typed(&mut layers)?;
    for host in request.allow_hosts {
        layers.sources.insert("limits.allowed_hosts".to_owned(), "flag".to_owned());
        if !profile.limits.allowed_hosts.contains(&host) {
            profile.limits.allowed_hosts.push(host);
        }
    }
    if let Some(folder) = text.and_then(|t| t.folder) {
        inputs::beside(&mut profile, &layers.sources, &folder);
    }
    Ok(Loaded { name, profile, sources: layers.sources, places: layers.places })
}

struct Source {
    name: String,
    text: String,
    folder: Option<PathBuf>,
}

fn text_of(source: &ProfileSource) -> Result<Option<Source>, ProfileError> {
    match source {
        ProfileSource::Defaults => Ok(None),
        ProfileSource::Text { name, text } => {
            Ok(Some(Source { name: name.clone(), text: text.clone(), folder: None }))
        }
        ProfileSource::Named(path) => read_named(path).map(Some),
    }
}

fn read_named(path: &Path) -> Result<Source, ProfileError> {
    let name = path.display().to_string();
    let key = || "PROFILE".to_owned();
    if path.is_file() {
        let text = std::fs::read_to_string(path).map_err(|why| ProfileError::Read {
            path: path.to_owned(),
            key: key(),
            why,
        })?;
        return Ok(Source { name, text, folder: path.parent().map(Path::to_owned) });
    }
    if path.exists() {
        return Err(ProfileError::NotAFile { path: path.to_owned(), key: key() });
    }
    if let Some(shipped) = Shipped::find(&name) {
        return Ok(Source { name, text: shipped.text.to_owned(), folder: None });
    }
    let shipped = SHIPPED.iter().map(|s| s.name).collect::<Vec<_>>().join(", ");
    Err(ProfileError::NoSuchProfile { name, shipped })
}

fn typed(layers: &mut Layers) -> Result<Profile, ProfileError> {
    let mut problems = std::mem::take(&mut layers.problems);
    for (key, what) in check(&layers.table) {
        problems.push(Problem { place: layers.place(&key), key, what });
    }
    if !problems.is_empty() {
        return Err(ProfileError::Problems(problems));
    }
    outages_end(&mut layers.table);
    // The check above names misfits better than the deserialiser can; this is for what it lets
    // pass, such as a number beyond 32 bits.
    Value::Table(layers.table.clone()).try_into().map_err(|e: toml::de::Error| {
        let text = e.to_string();
        let key = text.rsplit_once("in `").map(|(_, k)| k.trim().trim_end_matches('`').to_owned());
        let key = key.unwrap_or_else(|| "profile".to_owned());
        ProfileError::Problems(vec![Problem {
            place: layers.place(&key),
            key,
            what: say!("profile-wrong", why = e.message()),
        }])
    })
}

/// Every fault has an end: an outage that does not say how long it lasts gets its own default.
fn outages_end(profile: &mut toml::Table) {
    let phases = profile.get_mut("load").and_then(|load| load.get_mut("phase"));
    let phases = phases.and_then(Value::as_array_mut).into_iter().flatten();
    for phase in phases.filter_map(Value::as_table_mut) {
        if phase.get("kind").and_then(Value::as_str) == Some("outage") && !phase.contains_key("duration") {
            phase.insert("duration".to_owned(), Value::String(OUTAGE_DEFAULT.to_string()));
        }
    }
}

#[cfg(test)]
mod tests;
