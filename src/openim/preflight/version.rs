//! Tells the version line from what is observed; every probe is harmless.
//!
//! Promises to say what was looked at. `OpenIM` has no version route, so only lines that
//! behave differently can be told apart; the exact release cannot.

use super::super::token::TokenRoute;
use crate::finding::{Finding, Severity};
use crate::say;
use crate::text::Text;
use crate::wire::{Build, OpenimVersion, WebhookKey};

/// What was observed.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The route that gives an admin's token.
    pub route: TokenRoute,
    /// `X-Http-Id` in an answer.
    pub http_id: bool,
    /// Errors of the API process have no detail; `None`: not looked at.
    pub hides_details: Option<bool>,
    /// An empty registration is refused in the words of the one-process build.
    pub standalone: bool,
    /// Callbacks of `beforeMemberJoinGroup` for the one create.
    pub member_callbacks: usize,
    /// People of the one create.
    pub people: usize,
}

/// The version and how it was told.
#[must_use]
pub fn tell(facts: &Facts) -> (OpenimVersion, Text) {
    let (build, why) = if facts.http_id {
        if facts.standalone {
            (Build::MainStandalone, say!("preflight-version-main-standalone"))
        } else {
            (Build::Main, say!("preflight-version-main"))
        }
    } else {
        match facts.route {
            TokenRoute::UserToken37 => (Build::V370, say!("preflight-version-370")),
            TokenRoute::UserToken380 => (Build::V380, say!("preflight-version-380")),
            TokenRoute::GetAdminToken => later(facts.hides_details),
        }
    };
    let told = match facts.member_callbacks {
        0 => say!("preflight-version-told", why = why),
        1 => say!("preflight-version-told-once", why = why),
        n => say!("preflight-version-told-each", why = why, n = n, people = facts.people),
    };
    (build.into(), told)
}

fn later(hides_details: Option<bool>) -> (Build, Text) {
    match hides_details {
        Some(true) => (Build::V383, say!("preflight-version-383")),
        Some(false) => (Build::Patch16, say!("preflight-version-later-patch")),
        None => (Build::Patch16, say!("preflight-version-some-patch")),
    }
}

/// Warnings where a given version, or the member callbacks, do not fit what was told.
pub(super) fn contradictions(
    given: Option<&OpenimVersion>,
    told: &OpenimVersion,
    why: &Text,
    facts: &Facts,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let version = given.unwrap_or(told);
    if given.is_some() && version.build != told.build {
        findings.push(Finding::new(
            "preflight_version_contradicted",
            Severity::Warning,
            "target.version",
            say!(
                "preflight-version-contradicted",
                given = version.to_string(),
                told = told.to_string(),
                why = why,
            ),
            say!("preflight-version-contradicted-do"),
        ));
    }
    findings.extend(command_mismatch(version, facts));
    findings
}

fn command_mismatch(version: &OpenimVersion, facts: &Facts) -> Option<Finding> {
    let key = WebhookKey::BeforeMemberJoinGroup;
    let singular = facts.member_callbacks > 1;
    let fits =
        facts.member_callbacks == 0 || facts.people < 2 || singular == version.build.one_callback_a_member();
    if fits {
        return None;
    }
    let came = if singular { Build::V370 } else { Build::V380 };
    Some(Finding::new(
        "preflight_command_mismatch",
        Severity::Warning,
        key.name(),
        say!(
            "preflight-command-mismatch",
            key = key.name(),
            n = facts.member_callbacks,
            people = facts.people,
            came = key.command(came),
            version = version.to_string(),
            command = key.command(version.build),
        ),
        say!("preflight-command-mismatch-do"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(route: TokenRoute) -> Facts {
        Facts {
            route,
            http_id: false,
            hides_details: None,
            standalone: false,
            member_callbacks: 0,
            people: 3,
        }
    }

    #[test]
    fn each_recorded_line_is_told_from_its_behaviour() {
        let later = |hides| Facts { hides_details: Some(hides), ..facts(TokenRoute::GetAdminToken) };
        let main = |standalone| Facts { http_id: true, standalone, ..facts(TokenRoute::GetAdminToken) };
        for (facts, build) in [
            (facts(TokenRoute::UserToken37), Build::V370),
            (facts(TokenRoute::UserToken380), Build::V380),
            (later(true), Build::V383),
            (later(false), Build::Patch16),
            (main(false), Build::Main),
            (main(true), Build::MainStandalone),
        ] {
            assert_eq!(tell(&facts).0.build, build, "{facts:?}");
        }
    }

    #[test]
    fn a_command_that_does_not_fit_the_version_is_named() {
        let mut facts = facts(TokenRoute::GetAdminToken);
        facts.member_callbacks = 1;
        let given: OpenimVersion = Build::V370.into();
        let finding = command_mismatch(&given, &facts).unwrap();
        assert!(
            finding.what.contains("is how callbackBeforeMembersJoinGroupCommand is sent"),
            "{}",
            finding.what.en()
        );
        assert!(
            finding.what.contains("3.7.0 sends callbackBeforeMemberJoinGroupCommand"),
            "{}",
            finding.what.en()
        );
        facts.member_callbacks = 3;
        assert!(command_mismatch(&given, &facts).is_none());
        let finding = command_mismatch(&Build::Main.into(), &facts).unwrap();
        assert!(
            finding.what.contains("is how callbackBeforeMemberJoinGroupCommand is sent"),
            "{}",
            finding.what.en()
        );
    }

    #[test]
    fn a_given_version_that_the_server_contradicts_is_a_warning() {
        let facts = facts(TokenRoute::UserToken37);
        let (told, why) = tell(&facts);
        let found = contradictions(Some(&Build::Main.into()), &told, &why, &facts);
        assert_eq!(found[0].code, "preflight_version_contradicted");
        assert!(contradictions(None, &told, &why, &facts).is_empty());
    }
}
