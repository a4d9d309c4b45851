//! In what a released version is known to differ from the recorded build it is treated as.
//!
//! Read from the sources of the releases and of the libraries they pin, not measured. A
//! list names what a caller, a webhook server or a reader of the logs would notice;
//! differences that the simulator imitates are marked so.

use super::{Build, OpenimVersion, Release};

/// Nothing was read of it.
const UNREAD: &str = "its source was not read: other differences are possible";

const V371: &[&str] =
    &["read in part only (tokens, URL of webhooks.yml, after-queue, log layout): no difference was found"];

/// Errors worded as by 3.8.0 in these two.
const OLD_WORDING: &str = "errors are worded as by 3.8.0, one text in errMsg and errDlt, the cause of a failed callback in it (imitated)";
const NO_USER_LIMIT: &str =
    "no limit of 1000 users a request and no /group/set_group_info_ex (imitated; first read in 3.8.3)";

const V381: &[&str] = &[
    OLD_WORDING,
    NO_USER_LIMIT,
    "its logs keep the column `[version:3.8.1]` and one line a record, as 3.8.0",
    "read in part only (tokens, URL of webhooks.yml, after-queue, log layout)",
];
const V382: &[&str] = &[
    OLD_WORDING,
    NO_USER_LIMIT,
    "its log lines are named as by 3.8.0 (`RPC Server Response Error - …`) and are one line a record",
    "read in part only (tokens, error texts, URL of webhooks.yml, after-queue, log layout)",
];
const CODE_FIRST: &str = "the cause of a failed callback is shown, behind `90004 NetworkError`; errDlt of OpenIM's own errors begins with code and constant (imitated)";
const SURVIVES: &str = "a memberCallbackList entry without userID is answered with errCode 2, and the process lives on (imitated)";
const ADMIN_INVITE: &str =
    "an app admin's invite may answer 1101 although the members were added (not imitated)";
const PATCH_1: &[&str] = &[CODE_FIRST, SURVIVES, ADMIN_INVITE];
const PATCH_2: &[&str] = &[ADMIN_INVITE];
const PATCH_3: &[&str] = &[CODE_FIRST, SURVIVES, ADMIN_INVITE];
const PATCH_4: &[&str] = &[CODE_FIRST, SURVIVES];
const MAX_SEQ: &str = "invite, direct join and approval may succeed, where patch.16 answers `maxSeq is invalid` after writing the members";
const RPC_SIZE: &str =
    "requests between processes may be limited to 4 MiB instead of 8 MiB (first read in patch.16)";
const PATCH_5: &[&str] =
    &[MAX_SEQ, RPC_SIZE, "each record of its logs is split over two lines, as in 3.8.3", UNREAD];
const PATCHES: &[&str] = &[MAX_SEQ, RPC_SIZE, UNREAD];
const LATER_PATCH: &[&str] = &["newer than all versions that were studied: anything may have changed"];
const V384: &[&str] = &[
    "a pre-release on the way from 3.8.3 to main: what main changed later is not in it",
    "all processes restart themselves when the configuration in etcd changes",
];
const LATER: &[&str] = &[
    "newer than all versions that were studied: it is treated as main of July 2026",
    "afterJoinGroup may also be sent for invitations and approvals (changed upstream in August 2026)",
];
const PRE_RELEASE: &[&str] = &["a pre-release: it may lack what the release has"];

/// The list of a version.
pub(super) fn differences(version: &OpenimVersion) -> &'static [&'static str] {
    let Some(release) = Release::of(&version.text) else { return &[] };
    let Release { numbers, patch, .. } = release;
    match (numbers, patch) {
        ((3, 8, 3), Some(1)) => PATCH_1,
        ((3, 8, 3), Some(2)) => PATCH_2,
        ((3, 8, 3), Some(3)) => PATCH_3,
        ((3, 8, 3), Some(4)) => PATCH_4,
        ((3, 8, 3), Some(5)) => PATCH_5,
        ((3, 8, 3), Some(6..=15)) => PATCHES,
        ((3, 8, 3), Some(16)) => &[],
        (_, Some(_)) => LATER_PATCH,
        ((3, 8, 4), None) if release.is_preview => V384,
        (_, None) if version.build == Build::Main => LATER,
        (_, None) if release.is_preview => PRE_RELEASE,
        ((3, 7, 0) | (3, 8, 0 | 3), None) => &[],
        ((3, 7, 1), None) => V371,
        ((3, 8, 1), None) => V381,
        ((3, 8, 2), None) => V382,
        _ => &[UNREAD],
    }
}

/// What may help with an unknown version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hint {
    /// It is before 3.7.0.
    TooOld,
    /// The word that was probably meant.
    Meant(String),
    /// The tag of the image tells.
    AskTheImage,
    None,
}

/// The word that was probably meant by an unknown version, or what else may help.
pub(super) fn nearest(text: &str) -> Hint {
    let plain = text.trim().trim_start_matches(['v', 'V']).to_ascii_lowercase();
    let numbers: Vec<u32> = plain.split(['.', '-']).map_while(|part| part.parse().ok()).collect();
    let hint = |word: &str| Hint::Meant(word.to_owned());
    match numbers.as_slice() {
        [0..=2, ..] | [3, 0..=6, ..] => Hint::TooOld,
        [3, 7, ..] => hint(Build::V370.name()),
        [3, 8, 3] if plain.contains("patch") => hint(Build::Patch16.name()),
        [3] | [3, 8] => hint(Build::V383.name()),
        [3, 8, patch @ 0..=3, ..] => hint(&format!("3.8.{patch}")),
        [] => closest_name(&plain).map_or(Hint::AskTheImage, hint),
        _ => Hint::None,
    }
}

fn closest_name(plain: &str) -> Option<&'static str> {
    let mut close: Vec<_> = ["main", "main-standalone"]
        .map(|name| (strsim::jaro_winkler(plain, name), name))
        .into_iter()
        .filter(|(likeness, _)| *likeness > 0.75)
        .collect();
    close.sort_by(|a, b| b.0.total_cmp(&a.0));
    if plain.contains("standalone") { Some("main-standalone") } else { close.first().map(|(_, name)| *name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> OpenimVersion {
        text.parse().unwrap()
    }

    #[test]
    fn a_recorded_build_differs_in_nothing_from_itself() {
        for build in Build::ALL {
            assert!(of(build.name()).known_differences().is_empty(), "{build}");
        }
    }

    #[test]
    fn every_other_release_says_in_what_it_is_known_to_differ() {
        let patches = (1..=17).filter(|n| *n != 16).map(|n| format!("3.8.3-patch.{n}"));
        let others =
            ["3.7.1", "3.7.2", "3.8.1", "3.8.2", "3.8.4", "3.8.4-alpha.1", "3.9.0", "4.0.0", "3.8.0-rc.1"];
        for text in patches.chain(others.map(str::to_owned)) {
            assert!(!of(&text).known_differences().is_empty(), "{text}");
        }
    }

    #[test]
    fn an_unknown_version_is_answered_with_the_nearest_one() {
        for (text, hint) in [
            ("3.7", "`3.7.0`"),
            ("3.8", "`3.8.3`"),
            ("3.8.3-patch.x", "`3.8.3-patch.16`"),
            ("3.8.3patch16", "`3.8.3`"),
            ("3.8.2-foo", "`3.8.2`"),
            ("3.6.0", "before 3.7.0"),
            ("latest", "image"),
            ("Main", "`main`"),
            ("standalone", "`main-standalone`"),
            ("mian", "`main`"),
        ] {
            let error = text.parse::<OpenimVersion>().unwrap_err().to_string();
            assert!(error.to_lowercase().contains(hint), "{text}: {error}");
        }
    }
}
