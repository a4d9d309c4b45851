//! The version of a deployment, decided before any case: from harmless requests, refined by
//! the words of a failed callback.

use crate::finding::{Finding, Severity};
use crate::openim::preflight::{Facts, tell};
use crate::probe::observation::{Answer, Observation};
use crate::say;
use crate::text::Text;
use crate::wire::{Build, OpenimVersion, WebhookKey};

/// The version that cases are judged by, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Decided {
    pub version: OpenimVersion,
    pub why: Text,
}

/// Told from what was observed.
pub(super) fn told(facts: &Facts) -> Decided {
    let (version, why) = tell(facts);
    Decided { version, why }
}

/// What was given wins.
pub(super) fn decide(given: Option<&OpenimVersion>, told: Decided) -> Decided {
    match given {
        Some(given) => Decided { why: say!("probe-version-given", why = told.why), version: given.clone() },
        None => told,
    }
}

/// A warning where the server contradicts what was given.
pub(super) fn contradiction(given: Option<&OpenimVersion>, told: &Decided) -> Option<Finding> {
    let given = given?;
    (given.build != told.version.build).then(|| {
        Finding::new(
            "probe_version_contradicted",
            Severity::Warning,
            "--version",
            say!(
                "probe-version-contradicted",
                given = given.to_string(),
                told = told.version.to_string(),
                why = &told.why
            ),
            say!("probe-version-contradicted-next"),
        )
    })
}

/// How the answer of a create whose callback was closed tells 3.8.3 from its patches, where
/// it does not fit what was told: plain 3.8.3 and patch.2 hide the cause, patch.1, 3 and 4 put
/// code and name before it, patch.5 and later begin with `Error: Post`.
pub(super) fn refine(told: &OpenimVersion, answer: &Answer) -> Option<Decided> {
    if !matches!(told.build, Build::V383 | Build::Patch16) || answer.err_code() != Some(90004) {
        return None;
    }
    let json = answer.json();
    let detail = json["errDlt"].as_str().unwrap_or_default();
    let as_version = |text: &str, build, why: Text| {
        let version = OpenimVersion { text: text.to_owned(), build };
        Some(Decided { version, why })
    };
    let told_as = told.to_string();
    if detail.starts_with("90004 NetworkError Error: Post \"") {
        return as_version("3.8.3-patch.4", Build::V383, say!("probe-version-early-patch", told = told_as));
    }
    match (told.build, detail) {
        (Build::V383, text) if text.starts_with("Error: Post \"") => as_version(
            Build::Patch16.name(),
            Build::Patch16,
            say!("probe-version-later-patch", told = told_as),
        ),
        (Build::Patch16, text) if text.starts_with("Error: HTTP request failed") => {
            as_version(Build::V383.name(), Build::V383, say!("probe-version-hidden", told = told_as))
        }
        _ => None,
    }
}

/// Callbacks of members that do not fit the version.
pub(super) fn command_mismatch(version: &OpenimVersion, plain: &Observation) -> Option<Finding> {
    let key = WebhookKey::BeforeMemberJoinGroup;
    let came = plain.callbacks.iter().map(|c| c.command().to_owned());
    let other = came.into_iter().find(|command| {
        WebhookKey::from_command(command) == Some(key) && command != key.command(version.build)
    })?;
    Some(Finding::new(
        "probe_command_mismatch",
        Severity::Warning,
        "--version",
        say!(
            "probe-command-mismatch",
            key = key.name(),
            came = other,
            version = version.to_string(),
            sent = key.command(version.build)
        ),
        say!("probe-command-mismatch-next"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(detail: &str) -> Answer {
        let body =
            serde_json::json!({"errCode": 90004, "errMsg": "NetworkError", "errDlt": detail}).to_string();
        Answer { status: 200, body, ..Answer::default() }
    }

    #[test]
    fn a_failed_callback_tells_the_patches_of_3_8_3_apart() {
        let hidden = answer("Error: HTTP request failed | -> x, post url=http://h");
        let shown = answer("Error: Post \"http://h\": EOF HTTP request failed | -> x, post url=http://h");
        let early = answer("90004 NetworkError Error: Post \"http://h\": EOF HTTP request failed | -> x");
        let text = |told: Build, answer: &Answer| refine(&told.into(), answer).map(|d| d.version.text);
        assert_eq!(text(Build::V383, &hidden), None);
        assert_eq!(text(Build::Patch16, &shown), None);
        assert_eq!(text(Build::V383, &early).as_deref(), Some("3.8.3-patch.4"));
        assert_eq!(text(Build::Patch16, &early).as_deref(), Some("3.8.3-patch.4"));
        assert_eq!(text(Build::V383, &shown).as_deref(), Some("3.8.3-patch.16"));
        assert_eq!(text(Build::Patch16, &hidden).as_deref(), Some("3.8.3"));
        assert_eq!(text(Build::Main, &hidden), None);
        let parsed: OpenimVersion = "3.8.3-patch.4".parse().unwrap();
        assert_eq!(parsed, refine(&Build::V383.into(), &early).unwrap().version);
    }

    #[test]
    fn the_given_version_wins_and_says_what_was_told() {
        let told = Decided { version: Build::Patch16.into(), why: Text::plain("told") };
        let given: OpenimVersion = "3.8.3-patch.15".parse().unwrap();
        let decided = decide(Some(&given), told.clone());
        assert_eq!(decided.version.text, "3.8.3-patch.15");
        assert!(decided.why.contains("told") && decided.why.contains("--version"));
        assert_eq!(decide(None, told.clone()), told);
        assert!(contradiction(Some(&given), &told).is_none());
        assert!(contradiction(Some(&Build::Main.into()), &told).is_some());
    }
}
