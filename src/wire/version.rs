//! `OpenIM` versions and what differs between them.
//!
//! Six builds were recorded; every released version from 3.7.0 on is treated as the
//! recorded build it is nearest to, and says in what it is known to differ from it.

mod known;

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::text::Text;
use crate::{displays_english, say};

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

/// How a version words the errors of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// One text, cause and all, in errMsg and errDlt: 3.7.0 to 3.8.2.
    OneText,
    /// The last message only, without its cause: 3.8.3 and patch.2.
    CauseHidden,
    /// Code and constant, then the whole chain: patch.1, patch.3, patch.4.
    CodeFirst,
    /// The whole chain: patch.5 and later, main.
    CauseShown,
}

impl OpenimVersion {
    /// In what the version is known to differ from the build it is treated as; empty for a
    /// recorded build itself.
    #[must_use]
    pub fn known_differences(&self) -> &'static [&'static str] {
        known::differences(self)
    }

    /// The known differences as lines of text, each with its line feed; empty for a recorded
    /// build.
    #[must_use]
    pub fn difference_lines(&self) -> String {
        let line = |difference: &&str| format!("OpenIM {self} differs from {}: {difference}\n", self.build);
        self.known_differences().iter().map(line).collect()
    }

    /// How it words its errors.
    #[must_use]
    pub fn wording(&self) -> Wording {
        let release = Release::of(&self.text);
        let patch = release.as_ref().and_then(|r| r.patch);
        match self.build {
            Build::V370 | Build::V380 => Wording::OneText,
            Build::V383 if release.is_some_and(|r| matches!(r.numbers, (3, 8, 1 | 2))) => Wording::OneText,
            Build::V383 if matches!(patch, Some(1 | 3 | 4)) => Wording::CodeFirst,
            Build::V383 => Wording::CauseHidden,
            Build::Patch16 | Build::Main | Build::MainStandalone => Wording::CauseShown,
        }
    }

    /// A group process falls over on an answer that it reads into nothing: 3.7.0 to 3.8.3 and
    /// patch.2.
    #[must_use]
    pub fn panic_ends_process(&self) -> bool {
        matches!(self.wording(), Wording::OneText | Wording::CauseHidden)
    }

    /// No more than 1000 users in a request, and `/group/set_group_info_ex`: from 3.8.3 on.
    #[must_use]
    pub fn limits_users(&self) -> bool {
        self.wording() != Wording::OneText
    }
}

/// A release, taken apart.
struct Release {
    numbers: (u32, u32, u32),
    /// `patch.N`.
    patch: Option<u32>,
    /// `alpha.N`, `beta.N`, `rc.N`.
    is_preview: bool,
}

impl Release {
    /// `None` for what is no release's name (without its `v`).
    fn of(plain: &str) -> Option<Release> {
        let (numbers, suffix) = plain.split_once('-').map_or((plain, None), |(n, s)| (n, Some(s)));
        let numbers: Vec<u32> = numbers.split('.').map(|n| n.parse().ok()).collect::<Option<_>>()?;
        let &[major, minor, third] = numbers.as_slice() else { return None };
        let (patch, is_preview) = match suffix.map(|s| s.split_once('.').unwrap_or((s, "1"))) {
            None => (None, false),
            Some(("patch", n)) if suffix != Some("patch") => (Some(n.parse().ok()?), false),
            Some(("alpha" | "beta" | "rc", n)) => {
                n.split(['.', '-']).next()?.parse::<u32>().ok()?;
                (None, true)
            }
            Some(_) => return None,
        };
        Some(Release { numbers: (major, minor, third), patch, is_preview })
    }

    fn build(&self) -> Option<Build> {
        match (self.numbers, self.patch) {
            ((3, 7, _), _) => Some(Build::V370),
            ((3, 8, 0), _) => Some(Build::V380),
            ((3, 8, 3), Some(5..)) => Some(Build::Patch16),
            ((3, 8, 1..=3), _) => Some(Build::V383),
            ((3, 8.., _) | (4.., _, _), _) => Some(Build::Main),
            _ => None,
        }
    }
}

/// A version name that is not known.
#[derive(Debug, thiserror::Error)]
pub struct UnknownVersion {
    text: String,
    hint: known::Hint,
}

impl UnknownVersion {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        let text = super::failure::printable(&self.text);
        let what = match &self.hint {
            known::Hint::TooOld => say!("errors-version-old", text = text),
            known::Hint::Meant(word) => say!("errors-version-meant", text = text, word = word),
            known::Hint::AskTheImage => say!("errors-version-image", text = text),
            known::Hint::None => say!("errors-version-unknown", text = text),
        };
        Text::sentences([&what, &say!("errors-version-write")])
    }
}

displays_english!(UnknownVersion);

impl std::str::FromStr for OpenimVersion {
    type Err = UnknownVersion;

    fn from_str(text: &str) -> Result<OpenimVersion, UnknownVersion> {
        let plain = text.trim();
        let plain = plain.strip_prefix('v').unwrap_or(plain);
        let unknown = || UnknownVersion { text: text.to_owned(), hint: known::nearest(text) };
        let build = match plain {
            "main" => Build::Main,
            "main-standalone" => Build::MainStandalone,
            _ => Release::of(plain).and_then(|r| r.build()).ok_or_else(unknown)?,
        };
        Ok(OpenimVersion { text: plain.to_owned(), build })
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
            ("3.8.3-patch.2", Build::V383),
            ("3.8.3-patch.5", Build::Patch16),
            ("3.8.4-alpha.1", Build::Main),
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
        for text in [
            "3.6.0",
            "3.7",
            "latest",
            "3.8.3-patch.x",
            "3.8.3-patch",
            "3.8.3-patch.3.1",
            "3.8.3-x.1",
            "vv3.8.0",
            "",
        ] {
            assert!(text.parse::<OpenimVersion>().is_err(), "{text}");
        }
    }

    #[test]
    fn only_3_8_3_and_its_second_patch_hide_the_cause() {
        let wording = |text: &str| text.parse::<OpenimVersion>().unwrap().wording();
        for text in ["3.7.0", "3.8.0", "3.8.1", "3.8.2"] {
            assert_eq!(wording(text), Wording::OneText, "{text}");
        }
        for text in ["3.8.3", "3.8.3-patch.2"] {
            assert_eq!(wording(text), Wording::CauseHidden, "{text}");
        }
        for text in ["3.8.3-patch.1", "3.8.3-patch.3", "3.8.3-patch.4"] {
            assert_eq!(wording(text), Wording::CodeFirst, "{text}");
        }
        for text in ["3.8.3-patch.5", "3.8.3-patch.16", "main", "main-standalone", "3.9.0"] {
            assert_eq!(wording(text), Wording::CauseShown, "{text}");
        }
    }

    #[test]
    fn a_version_that_was_not_recorded_says_line_by_line_where_it_differs() {
        let version: OpenimVersion = "v3.8.2".parse().unwrap();
        let text = version.difference_lines();
        assert_eq!(text.lines().count(), version.known_differences().len());
        assert!(text.lines().all(|l| l.starts_with("OpenIM 3.8.2 differs from 3.8.3: ")), "{text}");
        assert_eq!(OpenimVersion::from(Build::Main).difference_lines(), "");
    }
}
