//! Whether a given portrait is of what the run drives: findings where it does not fit.

use crate::finding::{Finding, Severity};
use crate::openim::BaseUrl;
use crate::profile::RunPlan;
use crate::profile::resolve::is_sim;
use crate::record::portrait::{Portrait, TimeoutSource};
use crate::say;
use crate::text::Text;
use crate::wire::OpenimVersion;

/// What speaks against the portrait, given what preflight told.
pub(super) fn findings(portrait: &Portrait, plan: &RunPlan, told: &OpenimVersion) -> Vec<Finding> {
    [version(portrait, told), target(portrait, plan), simulator(portrait, plan), timeouts(portrait, plan)]
        .into_iter()
        .flatten()
        .collect()
}

fn warning(code: &str, what: Text) -> Finding {
    Finding::new(code, Severity::Warning, "--portrait", what, say!("run-portrait-anew"))
}

fn version(portrait: &Portrait, told: &OpenimVersion) -> Option<Finding> {
    let probed = &portrait.version;
    let what = say!(
        "run-portrait-version",
        made = &portrait.made_at,
        probed = &probed.text,
        told = told.to_string(),
        build = told.build.to_string(),
    );
    (probed.build != told.build).then(|| warning("portrait_version_contradicted", what))
}

fn target(portrait: &Portrait, plan: &RunPlan) -> Option<Finding> {
    let driven = &plan.profile.target.url;
    let simulated = is_sim(&plan.profile) && portrait.simulated;
    if simulated || same_place(&portrait.target, driven) {
        return None;
    }
    let of = &portrait.target;
    let what = match BaseUrl::parse(driven) {
        _ if is_sim(&plan.profile) => say!("run-portrait-target-sim", portrait = of),
        // Without credentials.
        Ok(url) => say!("run-portrait-target", portrait = of, driven = url.to_string()),
        Err(_) => say!("run-portrait-target-other", portrait = of),
    };
    Some(warning("portrait_other_target", what))
}

fn simulator(portrait: &Portrait, plan: &RunPlan) -> Option<Finding> {
    (portrait.simulated && !is_sim(&plan.profile))
        .then(|| warning("portrait_of_simulator", say!("run-portrait-simulator")))
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
        let measured = measured.to_string();
        let key = key.name();
        differs.then(|| say!("run-portrait-timeout", key = key, measured = measured, assumed = *assumed))
    });
    let evidence: Vec<Text> = other.collect();
    if evidence.is_empty() {
        return None;
    }
    let what = say!("run-portrait-timeouts");
    let finding = warning("portrait_timeout_contradicted", what).with_evidence(evidence);
    Some(Finding { do_next: say!("run-portrait-timeouts-next"), ..finding })
}

/// The same API, however the URL is written.
fn same_place(a: &str, b: &str) -> bool {
    match (BaseUrl::parse(a), BaseUrl::parse(b)) {
        (Ok(a), Ok(b)) => a.to_string() == b.to_string(),
        _ => a == b,
    }
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
        assert!(all.iter().all(|f| f.what.en() != f.what.zh() && f.do_next.en() != f.do_next.zh()));
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
