//! `webhooks.yml` as `OpenIM` reads it.
//!
//! [`WebhooksYml::parse`] refuses what keeps `OpenIM` from starting (a timeout that is no
//! number) and accepts what it accepts, silently or not: keys in any case, unknown keys, a
//! missing timeout. Whether a file is wise is not judged here.

mod edit;
mod fix;
mod names;
mod node;
mod outline;
mod overlay;
mod parse;

use std::collections::BTreeMap;

use super::WebhookKey;
pub use edit::{EditError, Edited, TimeoutChange, set_timeouts};
pub use fix::{Fix, Fixed, fix};
pub use names::key_of_command;
pub use outline::{Item, ListItem, Place, Setting, Source, is_key, nearest_key, outline};
pub use overlay::{Overlay, Standing, Variable, variable_of, variables};
pub use parse::{Wanted, YmlError};

use serde::{Deserialize, Serialize};

/// One key of `webhooks.yml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyConfig {
    /// `enable`.
    pub enable: bool,
    /// `timeout` as written, seconds; missing means 0.
    pub timeout: i64,
    /// `failedContinue`, where present; no version from 3.7.0 on honours it.
    pub failed_continue: Option<bool>,
}

impl KeyConfig {
    /// The timeout that takes effect: 1 to 15 s; 0, negative and above 15 mean 15.
    #[must_use]
    pub fn effective_timeout_s(&self) -> u32 {
        effective_timeout_s(self.timeout)
    }
}

/// The timeout that takes effect for a configured one: 1 to 15 s; 0, negative and above 15 mean 15.
#[must_use]
pub fn effective_timeout_s(configured: i64) -> u32 {
    u32::try_from(configured).ok().filter(|t| (1..=15).contains(t)).unwrap_or(15)
}

/// `webhooks.yml`: the URL and the keys, by their name as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhooksYml {
    /// `url`, as written.
    pub url: String,
    /// Keys in the file, by name.
    pub keys: BTreeMap<String, KeyConfig>,
}

impl WebhooksYml {
    /// Reads a file's text. Keys that some version knows get their usual spelling; others are
    /// kept as written.
    ///
    /// # Errors
    /// [`YmlError`], naming line and key, for a file with which `OpenIM` would not start (or
    /// would do so with another meaning than the one written).
    pub fn parse(text: &str) -> Result<WebhooksYml, YmlError> {
        parse::parse(text)
    }

    /// Group webhooks that are switched on.
    #[must_use]
    pub fn enabled_group_keys(&self) -> Vec<WebhookKey> {
        WebhookKey::ALL
            .iter()
            .copied()
            .filter(|key| self.keys.get(key.name()).is_some_and(|config| config.enable))
            .collect()
    }

    /// The timeout in seconds as written, 0 where it is missing; `None` for a key that is not in
    /// the file.
    #[must_use]
    pub fn timeout_of(&self, key: WebhookKey) -> Option<i64> {
        self.keys.get(key.name()).map(|config| config.timeout)
    }

    /// Keys that no version knows, as written: misspelt, or an outer mapping around everything.
    #[must_use]
    pub fn unknown_keys(&self) -> Vec<&str> {
        self.keys.keys().map(String::as_str).filter(|name| names::canonical(name).is_none()).collect()
    }
}

#[cfg(test)]
mod edit_tests;
#[cfg(test)]
mod tests;
