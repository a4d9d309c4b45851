//! From what the cases saw to the portrait of a deployment.
//!
//! Pure: a fact is a small function of the cases' [`Observation`]s, found by their names (those
//! of the recorded scenarios, so that recordings give portraits too). Figures are computed from
//! what was seen, never from the version; where what was seen does not tell, the fact says so.
//! The shape of the result is `record::portrait`'s, its text `probe::text`'s.

mod answers;
mod create;
mod flows;
mod limits;
mod queue;
mod seen;
mod timeouts;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use super::case::{Case, CaseOutcome, CaseResult, Config, Setting, Verdict};
use super::judge::judge;
use super::observation::Observation;
use crate::record::portrait::{CaseLine, CaseVerdict, FORMAT, Portrait, VersionPortrait, YmlSource};
use crate::text::Text;
use crate::wire::Build;
use seen::Results;

/// What only the caller of the probe knows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// URL of the API without credentials, or `sim`.
    pub target: String,
    /// How the version was told.
    pub version_why: Text,
    /// When the probe began, RFC 3339, UTC.
    pub made_at: String,
    /// It was stopped before its last case.
    pub interrupted: bool,
}

/// Derives the portrait.
#[must_use]
pub fn derive(results: &[CaseResult], setting: &Setting, about: &About) -> Portrait {
    let seen = Results::new(results);
    Portrait {
        format: FORMAT,
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        made_at: about.made_at.clone(),
        target: about.target.clone(),
        simulated: setting.simulator,
        interrupted: about.interrupted,
        webhooks_yml: yml_source(setting),
        version: version(setting, about),
        create: create::create(&seen),
        keys: timeouts::keys(&seen, setting),
        cap_s: timeouts::cap(&seen),
        status_ignored: answers::status_ignored(&seen),
        rejection: answers::rejection(&seen),
        failed_continue_honoured: answers::failed_continue(&seen),
        connection_limit: limits::connection_limit(&seen),
        idle_connections_kept: limits::idle_kept(&seen),
        connections_per_100_callbacks: limits::churn(&seen),
        after_queue: queue::after_queue(&seen),
        abandoned_call_creates: flows::abandoned(&seen),
        api_keep_alive: flows::api_keep_alive(&seen),
        webhook_keep_alive: limits::webhook_keep_alive(&seen),
        redirects: answers::redirects(&seen),
        gzip: answers::gzip(&seen),
        duplicate_group_id_fires_before_create: flows::duplicate_group_id(&seen),
        second_dismissal: flows::second_dismissal(&seen),
        operation_ids_joined: flows::joined(&seen),
        cause_of_failed_callback_told: answers::cause_told(&seen),
        member_entry_without_user_id: flows::member_entry(&seen),
        admin_invite: flows::admin_invite(&seen),
        cases: results.iter().map(|result| line(result, setting)).collect(),
    }
}

fn yml_source(setting: &Setting) -> YmlSource {
    match &setting.webhooks {
        _ if setting.simulator => YmlSource::Simulator,
        Some(_) => YmlSource::File,
        None => YmlSource::Measured,
    }
}

fn version(setting: &Setting, about: &About) -> VersionPortrait {
    VersionPortrait {
        text: setting.version.text.clone(),
        build: setting.version.build,
        why: about.version_why.clone(),
    }
}

/// The case and how it ended, with the judge's verdict where it was run.
#[must_use]
pub fn line(result: &CaseResult, setting: &Setting) -> CaseLine {
    let (verdict, matches, difference) = match &result.outcome {
        CaseOutcome::Seen(seen) => judged(result.case, seen, setting),
        CaseOutcome::NotTestable(why) => (CaseVerdict::NotTestable, Vec::new(), why.clone()),
        CaseOutcome::NotMeasured(needs) => (CaseVerdict::NotMeasured, Vec::new(), needs.clone()),
        CaseOutcome::Failed(why) => (CaseVerdict::Failed, Vec::new(), why.clone()),
    };
    CaseLine { name: result.case.name.to_owned(), verdict, matches, difference, means: (result.case.means)() }
}

fn judged(case: &Case, seen: &Observation, setting: &Setting) -> (CaseVerdict, Vec<Build>, Text) {
    match judge(case, seen, &as_run(case, setting)) {
        Verdict::Matches(builds) => (CaseVerdict::Matches, builds, Text::default()),
        Verdict::Differs { like, difference } => (CaseVerdict::Differs, like, difference),
    }
}

/// The setting under which a case is run: with the `webhooks.yml` that it asks for.
///
/// A deployment is only used for such a case where its file is so already.
#[must_use]
pub fn as_run<'a>(case: &Case, setting: &'a Setting) -> Cow<'a, Setting> {
    let mut own = setting.clone();
    if let (true, Some(Config::Extra(keys))) = (own.simulator, case.needs.config) {
        let more = keys.iter().filter(|key| !setting.enabled.contains(key));
        own.enabled.extend(more);
        return Cow::Owned(own);
    }
    let config = own.webhooks.as_mut().zip(case.needs.config);
    match config {
        Some((yml, Config::Timeout(key, timeout))) => {
            yml.keys.entry(key.name().to_owned()).or_default().timeout = timeout;
        }
        Some((yml, Config::FailedContinue(key))) => {
            yml.keys.entry(key.name().to_owned()).or_default().failed_continue = Some(true);
        }
        _ => return Cow::Borrowed(setting),
    }
    Cow::Owned(own)
}
