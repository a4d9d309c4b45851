//! Whether a given portrait is of what the run drives: findings where it does not fit.

use crate::finding::{Finding, Severity};
use crate::openim::BaseUrl;
use crate::profile::RunPlan;
use crate::profile::resolve::is_sim;
use crate::record::portrait::{Portrait, TimeoutSource};
use crate::wire::OpenimVersion;

/// What to do about a portrait that does not fit.
const ANEW: &str = "make the portrait anew with `openim-bench probe`, or leave --portrait out";

/// What speaks against the portrait, given what preflight told.
pub(super) fn findings(portrait: &Portrait, plan: &RunPlan, told: &OpenimVersion) -> Vec<Finding> {
    [version(portrait, told), target(portrait, plan), simulator(portrait, plan), timeouts(portrait, plan)]
        .into_iter()
        .flatten()
        .collect()
}

fn warning(code: &str, what: String) -> Finding {
    Finding::new(code, Severity::Warning, "--portrait", what, ANEW)
}

fn version(portrait: &Portrait, told: &OpenimVersion) -> Option<Finding> {
    let probed = &portrait.version;
    let what = format!(
        "the portrait of {} is of OpenIM {}, but this run found {told}; it is judged as {}",
        portrait.made_at, probed.text, told.build
    );
    (probed.build != told.build).then(|| warning("portrait_version_contradicted", what))
}

fn target(portrait: &Portrait, plan: &RunPlan) -> Option<Finding> {
    let driven = &plan.profile.target.url;
    let simulated = is_sim(&plan.profile) && portrait.simulated;
    if simulated || same_place(&portrait.target, driven) {
        return None;
    }
    let of = if is_sim(&plan.profile) { "the simulator".to_owned() } else { without_credentials(driven) };
    let what = format!("the portrait is of {}, but this run drives {of}", portrait.target);
    Some(warning("portrait_other_target", what))
}

fn simulator(portrait: &Portrait, plan: &RunPlan) -> Option<Finding> {
    let what =
        "the portrait is of a simulator, but this run drives a deployment: its timeouts and limits are not \
                those of your server"
            .to_owned();
    (portrait.simulated && !is_sim(&plan.profile)).then(|| warning("portrait_of_simulator", what))
}

/// Measured otherwise than the profile or `webhooks.yml` says.
fn timeouts(portrait: &Portrait, plan: &RunPlan) -> Option<Finding> {
    let measured = |key: &str| {
        let timeout = portrait.keys.get(key)?.effective_timeout_s.value()?;
        (timeout.source == TimeoutSource::Measured).then_some(timeout.value_s)
    };
    let other = plan.timeouts.iter().filter_map(|(key, assumed)| {
        let measured = measured(key.name())?;
        let differs = (measured - f64::from(*assumed)).abs() > 0.5;
        differs.then(|| format!("{key}: measured {measured} s, taken as {assumed} s"))
    });
    let evidence: Vec<String> = other.collect();
    if evidence.is_empty() {
        return None;
    }
    let what =
        "present timeouts of the profile or webhook.yml are not those that the portrait measured".to_owned();
    let mut finding = warning("portrait_timeout_contradicted", what).with_evidence(evidence);
    finding.do_next =
        "was OpenIM restarted after webhooks.yml was changed? Correct webhook.timeout or webhook.yml, or \
                       make the portrait anew"
            .to_owned()
            .into();
    Some(finding)
}

/// The same API, however the URL is written.
fn same_place(a: &str, b: &str) -> bool {
    match (BaseUrl::parse(a), BaseUrl::parse(b)) {
        (Ok(a), Ok(b)) => a.to_string() == b.to_string(),
        _ => a == b,
    }
}

fn without_credentials(url: &str) -> String {
    BaseUrl::parse(url).map_or_else(|_| "another target".to_owned(), |url| url.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::RunTag;
    use crate::profile::load::{LoadRequest, ProfileSource, load};
    use crate::profile::{ResolveContext, resolve};
    use crate::wire::Build;

    fn plan(url: &str) -> RunPlan {
        let text = format!("[target]\nurl = \"{url}\"\n[webhook]\ntimeout = {{ beforeCreateGroup = 5 }}\n");
        let source = ProfileSource::Text { name: "p".to_owned(), text };
        let loaded = load(LoadRequest { source, ..LoadRequest::default() }).unwrap();
        resolve(&loaded, ResolveContext::new("r", RunTag::from_number(1))).unwrap()
    }

    fn portrait(target: &str, simulated: bool, timeout_s: f64) -> Portrait {
        let json = serde_json::json!({"format": 1, "made_at": "2026-11-24T06:43:05Z", "target": target,
            "simulated": simulated, "version": {"text": "3.8.0", "build": "3.8.0"},
            "keys": {"beforeCreateGroup": {"enabled": true, "effective_timeout_s": {"state": "known", "evidence": "",
                "value": {"value_s": timeout_s, "source": "measured"}}}}});
        serde_json::from_value(json).unwrap()
    }

    fn codes(portrait: &Portrait, url: &str, build: Build) -> Vec<String> {
        let all = findings(portrait, &plan(url), &build.into());
        assert!(all.iter().all(|f| f.severity == Severity::Warning && !f.do_next.is_empty()));
        all.into_iter().map(|f| f.code).collect()
    }

    const URL: &str = "http://127.0.0.1:10002";

    #[test]
    fn a_portrait_of_what_is_driven_is_no_finding() {
        assert!(codes(&portrait(URL, false, 5.0), URL, Build::V380).is_empty());
        assert!(codes(&portrait("http://127.0.0.1:10002/", false, 5.0), URL, Build::V380).is_empty());
        assert!(codes(&portrait("sim", true, 5.0), "sim", Build::V380).is_empty());
    }

    #[test]
    fn whatever_does_not_fit_is_a_warning() {
        assert_eq!(codes(&portrait(URL, false, 5.0), URL, Build::Main), ["portrait_version_contradicted"]);
        let elsewhere = portrait("http://127.0.0.1:10003", false, 5.0);
        assert_eq!(codes(&elsewhere, URL, Build::V380), ["portrait_other_target"]);
        assert_eq!(codes(&elsewhere, "sim", Build::V380), ["portrait_other_target"]);
        assert_eq!(codes(&portrait(URL, true, 5.0), URL, Build::V380), ["portrait_of_simulator"]);
        assert_eq!(codes(&portrait(URL, false, 8.0), URL, Build::V380), ["portrait_timeout_contradicted"]);
    }
}
