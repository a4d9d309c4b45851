//! `OpenIM` versions and what differs between them.
//!
//! Six builds were recorded; every released version from 3.7.0 on is treated as the
//! recorded build it is nearest to.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// A recorded build that others are treated as.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Build {
    /// v3.7.0, v3.7.1.
    #[serde(rename = "3.7.0")]
    V370,
    /// v3.8.0.
    #[serde(rename = "3.8.0")]
    V380,
    /// v3.8.1 to v3.8.3-patch.4 (v3.8.3 and patch.2 hide the cause of a failed callback).
    #[serde(rename = "3.8.3")]
    V383,
    /// v3.8.3-patch.5 to patch.16.
    #[serde(rename = "3.8.3-patch.16")]
    Patch16,
    /// main as several processes.
    #[serde(rename = "main")]
    Main,
    /// main as one process.
    #[serde(rename = "main-standalone")]
    MainStandalone,
}

impl Build {
    /// All, oldest first.
    pub const ALL: [Build; 6] =
        [Build::V370, Build::V380, Build::V383, Build::Patch16, Build::Main, Build::MainStandalone];

    /// The name used in profiles, flags and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Build::V370 => "3.7.0",
            Build::V380 => "3.8.0",
            Build::V383 => "3.8.3",
            Build::Patch16 => "3.8.3-patch.16",
            Build::Main => "main",
            Build::MainStandalone => "main-standalone",
        }
    }

    /// `beforeMemberJoinGroup` is called once a member, one after another (3.7).
    #[must_use]
    pub const fn one_callback_a_member(self) -> bool {
        matches!(self, Build::V370)
    }

    /// The admin token comes from `/auth/user_token` (3.7.0, 3.8.0), not `/auth/get_admin_token`.
    #[must_use]
    pub const fn admin_token_by_user_token(self) -> bool {
        matches!(self, Build::V370 | Build::V380)
    }

    /// How long a full after-queue blocks the request before the event is dropped.
    #[must_use]
    pub const fn push_wait(self) -> Duration {
        match self {
            Build::V370 | Build::V380 => Duration::from_millis(100),
            _ => Duration::from_secs(3),
        }
    }

    /// The HTTP limit of openim-sdk-core of that time, the default caller budget.
    #[must_use]
    pub const fn sdk_budget(self) -> Duration {
        match self {
            Build::V370 | Build::V380 => Duration::from_secs(30),
            _ => Duration::from_secs(10),
        }
    }
}

impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// A version as the user or the deployment names it, and the build it is treated as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct OpenimVersion {
    /// As named, without a leading `v`.
    pub text: String,
    /// The recorded build whose behaviour is assumed.
    pub build: Build,
}

/// A version name that is not known.
#[derive(Debug, thiserror::Error)]
#[error(
    "OpenIM version `{text}` is not known; write a release from 3.7.0 on (3.7.0, 3.8.0, 3.8.3, 3.8.3-patch.15 …), `main`, `main-standalone` or `auto`"
)]
pub struct UnknownVersion {
    text: String,
}

impl std::str::FromStr for OpenimVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<OpenimVersion, UnknownVersion> {
        let plain = text.trim().trim_start_matches('v');
        let unknown = || UnknownVersion { text: text.to_owned() };
        let build = match plain {
            "main" => Build::Main,
            "main-standalone" => Build::MainStandalone,
            _ => release_build(plain).ok_or_else(unknown)?,
        };
        Ok(OpenimVersion { text: plain.to_owned(), build })
    }
}

fn release_build(plain: &str) -> Option<Build> {
    let (numbers, suffix) = plain.split_once('-').map_or((plain, None), |(n, s)| (n, Some(s)));
    let mut parts = numbers.split('.').map(str::parse::<u32>);
    let (major, minor) = (parts.next()?.ok()?, parts.next()?.ok()?);
    let patch = parts.next().transpose().ok()?.unwrap_or(0);
    if parts.next().is_some() {
        return None;
    }
    let number = suffix.and_then(|s| s.rsplit('.').next()).and_then(|n| n.parse::<u32>().ok());
    match (major, minor, patch) {
        (3, 7, _) => Some(Build::V370),
        (3, 8, 0) => Some(Build::V380),
        (3, 8, 3) if suffix.is_some_and(|s| s.starts_with("patch")) && number? >= 5 => Some(Build::Patch16),
        (3, 8, 1..=3) => Some(Build::V383),
        (3, 8, _) | (3, 9.., _) | (4.., _, _) => Some(Build::Main),
        _ => None,
    }
}

impl From<Build> for OpenimVersion {
    fn from(build: Build) -> OpenimVersion {
        OpenimVersion { text: build.name().to_owned(), build }
    }
}

impl fmt::Display for OpenimVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn released_versions_are_treated_as_the_nearest_recorded_build() {
        for (text, build) in [
            ("v3.7.0", Build::V370),
            ("3.7.1", Build::V370),
            ("3.8.0", Build::V380),
            ("3.8.1", Build::V383),
            ("v3.8.3", Build::V383),
            ("3.8.3-patch.3", Build::V383),
            ("3.8.3-patch.15", Build::Patch16),
            ("3.8.4", Build::Main),
            ("main", Build::Main),
            ("main-standalone", Build::MainStandalone),
        ] {
            assert_eq!(text.parse::<OpenimVersion>().unwrap().build, build, "{text}");
        }
        for text in ["3.6.0", "latest", "3.8.3-patch.x", ""] {
            assert!(text.parse::<OpenimVersion>().is_err(), "{text}");
        }
    }
}
