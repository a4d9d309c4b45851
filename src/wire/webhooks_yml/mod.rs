//! `webhooks.yml` as `OpenIM` reads it.

use std::collections::BTreeMap;

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
    match u32::try_from(configured) {
        Ok(t @ 1..=15) => t,
        _ => 15,
    }
}

/// `webhooks.yml`: the URL and the keys, by their name as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhooksYml {
    /// `url`, as written.
    pub url: String,
    /// Keys in the file, by name.
    pub keys: BTreeMap<String, KeyConfig>,
}
