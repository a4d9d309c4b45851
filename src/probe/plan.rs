//! Which cases are run here, why others are not, and what running them costs.
//!
//! Pure. Promises that a case which may harm a deployment is left out unless `--dangerous`
//! was given, and that a case which needs another `webhooks.yml` is left out where the
//! deployment's is not known to be so.

use super::case::{Acting, Case, CaseOutcome, Config, Does, Saying, Setting, Step, Times};
use super::people::place_holders;
use crate::say;
use crate::text::Text;
use crate::wire::api::Operation;
use crate::wire::{Build, WebhookKey};

/// What an admin's invite does to 3.7.
const INVITE_KILLS: Saying = || say!("probe-danger-admin-invite");

/// Why a case is not run; `None` where it is.
#[must_use]
pub fn obstacle(case: &Case, setting: &Setting, has_secret: bool) -> Option<CaseOutcome> {
    let needs = &case.needs;
    let not_testable = |why: Text| Some(CaseOutcome::NotTestable(why));
    if let (Some(state), false) = (needs.simulator_only, setting.simulator) {
        return not_testable(say!("probe-needs-simulator", state = state()));
    }
    if let Some(config) = needs.config.filter(|c| !setting.simulator && !is_so(*c, setting)) {
        return not_testable(say!("probe-needs-config", config = in_words(config), case = case.name));
    }
    let off = needs.keys.iter().find(|key| !setting.simulator && !setting.enabled.contains(key));
    if let Some(key) = off {
        return not_testable(say!("probe-needs-key", key = key.name()));
    }
    if !has_secret && case.steps.iter().any(|step| place_holders(step.body).any(|name| name == "secret")) {
        return not_testable(say!("probe-needs-secret"));
    }
    if needs.slow && !setting.slow {
        let danger = if needs.danger.is_some() && !setting.dangerous { " --dangerous" } else { "" };
        return Some(CaseOutcome::NotMeasured(Text::plain(format!("--slow{danger}"))));
    }
    let danger = needs.danger.or_else(|| kills(case, setting).then_some(INVITE_KILLS));
    let danger = danger.filter(|_| !setting.dangerous)?;
    Some(CaseOutcome::NotMeasured(say!("probe-needs-danger", danger = danger())))
}

/// The app admin invites on 3.7, whether or not the case says that this is dangerous.
fn kills(case: &Case, setting: &Setting) -> bool {
    let is_invite = |step: &Step| step.path == Operation::Invite.path() && step.acting == Acting::Admin;
    setting.version.build == Build::V370
        && setting.enabled.contains(&WebhookKey::BeforeMemberJoinGroup)
        && case.steps.iter().any(is_invite)
}

/// The deployment is so already: by what called back, or by its file.
fn is_so(config: Config, setting: &Setting) -> bool {
    if let Config::Extra(keys) = config {
        return keys.iter().all(|key| setting.enabled.contains(key));
    }
    let Some(yml) = &setting.webhooks else { return false };
    let of = |key: WebhookKey| yml.keys.get(key.name());
    match config {
        Config::Timeout(key, seconds) => yml.timeout_of(key) == Some(seconds),
        // How a number was written is not known any more.
        Config::TimeoutText(..) => false,
        Config::FailedContinue(key) => of(key).is_some_and(|k| k.failed_continue == Some(true)),
        Config::Url(url) => match url.strip_prefix("{url}") {
            Some(end) => yml.url.ends_with(end),
            None => yml.url == url,
        },
        Config::Extra(_) => false,
    }
}

fn in_words(config: Config) -> Text {
    let at = |key: WebhookKey, setting: String| say!("probe-config-at", setting = setting, key = key.name());
    match config {
        Config::Timeout(key, seconds) => at(key, format!("`timeout: {seconds}`")),
        Config::TimeoutText(key, text) => at(key, format!("`timeout: {text}`")),
        Config::FailedContinue(key) => at(key, "`failedContinue: true`".to_owned()),
        Config::Url(url) => Text::plain(format!("`url: {}`", url.replace("{url}", "…"))),
        Config::Extra(keys) => {
            let names: Vec<Text> = keys.iter().map(|key| Text::plain(key.name())).collect();
            say!("probe-config-enabled", keys = Text::list(&names))
        }
    }
}

/// What running cases costs at most, about.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Footprint {
    /// Cases that are run.
    pub cases: usize,
    /// Groups.
    pub groups: u64,
    /// Callbacks.
    pub callbacks: u64,
    /// Seconds, one case after another.
    pub seconds: f64,
    /// Seconds of the longest case.
    pub longest_s: f64,
}

/// The footprint of cases that are run.
#[must_use]
pub fn footprint<'a>(cases: impl IntoIterator<Item = &'a Case>, setting: &Setting) -> Footprint {
    let mut sum = Footprint::default();
    for case in cases {
        let seconds = duration_s(case, setting);
        let groups: u64 =
            case.steps.iter().filter(|s| s.path == Operation::Create.path()).map(|s| s.calls() as u64).sum();
        let calls: u64 = case.steps.iter().map(|s| s.calls() as u64).sum();
        sum.cases += 1;
        sum.groups += groups;
        // Before, before each of up to four members on 3.7, after; other operations have up to two.
        let each = if setting.version.build.one_callback_a_member() { 6 } else { 3 };
        sum.callbacks += if setting.enabled.is_empty() { 0 } else { groups * each + (calls - groups) * 2 };
        sum.seconds += seconds;
        sum.longest_s = sum.longest_s.max(seconds);
    }
    sum
}

/// What a case takes without any wait, seconds.
const PLAIN_S: f64 = 0.5;

fn duration_s(case: &Case, setting: &Setting) -> f64 {
    let pauses: u32 = case.steps.iter().map(|s| s.pause_ms).sum();
    let rhythm: f64 = case
        .steps
        .iter()
        .map(|step| match step.times {
            Times::Every { count, ms } => f64::from(count) * f64::from(ms) / 1e3,
            Times::Callers { rounds, .. } => f64::from(rounds) * 0.1,
            Times::Once | Times::AtOnce(_) => 0.0,
        })
        .sum();
    let held: f64 = case
        .receiver
        .iter()
        .map(|(key, does)| match does {
            Does::After(ms) | Does::SaysAfter(ms, _) => {
                u32::try_from(*ms).map_or(18.0, |ms| f64::from(ms) / 1e3)
            }
            Does::InTime | Does::Holds | Does::HoldsBody => f64::from(held_s(case, setting, *key)),
            _ => 0.0,
        })
        .sum();
    PLAIN_S + f64::from(pauses) / 1e3 + rhythm + held
}

fn held_s(case: &Case, setting: &Setting, key: WebhookKey) -> u32 {
    match case.needs.config {
        Some(Config::Timeout(k, seconds)) if k == key => {
            crate::wire::webhooks_yml::effective_timeout_s(seconds)
        }
        _ => setting.timeout_s(key).unwrap_or(15),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::cases::{CASES, find};
    use crate::wire::webhooks_yml::WebhooksYml;

    fn deployment(build: Build) -> Setting {
        Setting {
            version: build.into(),
            webhooks: None,
            enabled: WebhookKey::ALL.to_vec(),
            slow: true,
            dangerous: true,
            simulator: false,
        }
    }

    #[test]
    fn nothing_dangerous_is_run_without_the_flag_and_the_reason_says_what_may_happen() {
        for build in Build::ALL {
            let setting = Setting { dangerous: false, ..deployment(build) };
            for case in CASES.iter().filter(|c| c.needs.danger.is_some() && c.needs.config.is_none()) {
                match obstacle(case, &setting, true) {
                    Some(CaseOutcome::NotMeasured(why)) => {
                        assert!(why.starts_with("--dangerous: "), "{why:?}")
                    }
                    other => panic!("{}: {other:?}", case.name),
                }
            }
        }
    }

    #[test]
    fn an_invite_by_the_admin_on_3_7_is_dangerous_whatever_the_case_says() {
        const INVITE: &[Step] = &[Step::new("/group/invite_user_to_group", "{}")];
        let case = Case::unlisted(super::super::case::Topic::Flows, "x").steps(INVITE);
        let careful = |build| Setting { dangerous: false, ..deployment(build) };
        assert!(obstacle(&case, &careful(Build::V370), true).is_some());
        assert!(obstacle(&case, &careful(Build::V380), true).is_none());
        assert!(obstacle(&case, &deployment(Build::V370), true).is_none());
    }

    #[test]
    fn another_webhooks_yml_is_asked_for_unless_the_file_shows_it() {
        let case = find("timeout_1").unwrap();
        let without = deployment(Build::Patch16);
        let Some(CaseOutcome::NotTestable(why)) = obstacle(case, &without, true) else { panic!() };
        assert!(why.contains("`timeout: 1`") && why.contains("--only timeout_1"), "{why:?}");
        let text = "url: http://127.0.0.1:1/cb\nbeforeCreateGroup:\n  enable: true\n  timeout: 1\n";
        let with = Setting { webhooks: Some(WebhooksYml::parse(text).unwrap()), ..without.clone() };
        assert!(obstacle(case, &with, true).is_none());
        assert!(obstacle(case, &Setting { simulator: true, ..without }, true).is_none());
    }

    #[test]
    fn a_key_that_is_off_slow_cases_and_a_missing_secret_are_named() {
        let off = Setting { enabled: Vec::new(), ..deployment(Build::Main) };
        let Some(CaseOutcome::NotTestable(why)) = obstacle(find("reset").unwrap(), &off, true) else {
            panic!()
        };
        assert_eq!(why, "beforeCreateGroup is not enabled");
        let quick = Setting { slow: false, ..deployment(Build::Main) };
        let slow = obstacle(find("timeout_before_create").unwrap(), &quick, true);
        assert!(matches!(slow, Some(CaseOutcome::NotMeasured(why)) if why == "--slow"));
        let Some(CaseOutcome::NotTestable(why)) = obstacle(find("errors_api").unwrap(), &quick, false) else {
            panic!()
        };
        assert!(why.contains("secret"), "{why:?}");
    }

    #[test]
    fn the_footprint_is_bounded_and_grows_with_what_is_run() {
        let setting = deployment(Build::V370);
        let all = footprint(CASES.iter().copied(), &setting);
        assert!(all.groups > 500 && all.groups < 2_000, "{all:?}");
        assert!(all.seconds > all.longest_s && all.longest_s > 100.0, "{all:?}");
        assert_eq!(footprint([], &setting), Footprint::default());
    }
}
