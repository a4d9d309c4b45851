//! What to check when the create succeeded, but callbacks did not come; and what is worth
//! a remark when all went well.

use super::super::admin::Admin;
use super::super::safety::proxy_ignored;
use super::checklist::{Checklist, WebhookUrl, all_of, command, from_inside, which_settings};
use super::observe::Observed;
use super::{Created, PreflightConfig, is_main};
use crate::finding::{Finding, Severity};
use crate::say;
use crate::text::Text;
use crate::wire::api::Operation;
use crate::wire::{Build, WebhookKey};

/// Keys that a create fires at once; others cannot be seen by preflight.
const OF_CREATE: [WebhookKey; 3] =
    [WebhookKey::BeforeCreateGroup, WebhookKey::BeforeMemberJoinGroup, WebhookKey::AfterCreateGroup];

/// Expected keys that did not call back. Where nothing is said, at least one must.
pub(super) fn missing(config: &PreflightConfig, observed: &Observed) -> Vec<WebhookKey> {
    match &config.expect {
        Some(expect) => {
            expect.iter().copied().filter(|k| OF_CREATE.contains(k) && observed.count(*k) == 0).collect()
        }
        None if OF_CREATE.iter().any(|k| observed.count(*k) > 0) => Vec::new(),
        None => OF_CREATE.to_vec(),
    }
}

/// Success without (all) callbacks.
pub(super) fn silent(config: &PreflightConfig, created: &Created, missing: &[WebhookKey]) -> Vec<Finding> {
    let queried = created.observed.unknown.iter().find(|command| command.contains('?'));
    match queried {
        Some(command) => vec![query_in_url(config, created, command)],
        None => nothing_came(config, created, missing),
    }
}

/// `url` has a query, and the command behind it is part of that.
fn query_in_url(config: &PreflightConfig, created: &Created, queried: &str) -> Finding {
    let list = Checklist::default().step(
        say!("preflight-step-query"),
        &[command("docker compose exec openim-server sh -c 'env | grep IMENV_WEBHOOKS_URL; grep -n ^url config/webhooks.yml'")],
    );
    let what = say!("preflight-webhook-query", command = queried);
    Finding::new("preflight_webhook_query", Severity::Error, "webhook", what, which_settings(list).text())
        .with_evidence(evidence(config, created))
}

fn evidence(config: &PreflightConfig, created: &Created) -> Vec<Text> {
    let mut lines = vec![say!("preflight-listens", listen = &config.listen, path = &config.path)];
    lines.extend(created.observed.evidence(created.outcome.sent_at));
    lines
}

fn nothing_came(config: &PreflightConfig, created: &Created, missing: &[WebhookKey]) -> Vec<Finding> {
    let what = if config.expect.is_some() {
        say!("preflight-silent-keys", keys = all_of(missing.iter().map(|k| k.name())))
    } else {
        say!("preflight-silent")
    };
    let list = silent_steps(config, created, missing);
    let silent =
        Finding::new("preflight_webhook_silent", Severity::Error, "webhook.expect", what, list.text())
            .with_evidence(evidence(config, created));
    let mut findings = vec![silent];
    findings.extend(other_path(config, Severity::Error));
    findings.extend(unknown_commands(&created.observed));
    findings
}

fn silent_steps(config: &PreflightConfig, created: &Created, missing: &[WebhookKey]) -> Checklist {
    let url = WebhookUrl::new(None, config);
    let key = missing.first().copied().unwrap_or(WebhookKey::BeforeCreateGroup).name();
    let list = Checklist::default().step(
        say!("preflight-step-key-on", key = key),
        &[
            command(format!(
                "docker compose exec openim-server sh -c 'grep -n -i -A3 {key} config/webhooks.yml'"
            )),
            command("kubectl get configmap -o yaml | grep -n -i -A3 beforeCreateGroup"),
        ],
    );
    which_settings(list)
        .step(say!("preflight-step-elsewhere"), &from_inside(&url.url))
        .step_if(created.observed.foreign > 0, say!("preflight-step-header-dropped"), &[])
        .step_if(
            missing.iter().any(|k| !k.is_before()),
            say!("preflight-step-queued", seconds = config.after_wait.as_secs()),
            &[],
        )
        .step(say!("preflight-step-plain-load"), &[])
}

/// Remarks on a preflight that went well.
pub(super) fn remarks(
    config: &PreflightConfig,
    admin: &Admin,
    observed: &Observed,
    build: Build,
) -> Vec<Finding> {
    let mut findings: Vec<Finding> = other_path(config, Severity::Warning).into_iter().collect();
    findings.extend(unknown_commands(observed));
    findings.extend(minted_on_main(admin, build));
    findings.extend(unseen_operations(config));
    findings.extend(timeouts_unknown(config, observed));
    findings.extend(proxy_ignored(admin.base(), |name| std::env::var(name).ok()));
    findings
}

fn other_path(config: &PreflightConfig, severity: Severity) -> Option<Finding> {
    let path = config.other_path.as_ref().and_then(|ask| ask())?;
    Some(Finding::new(
        "preflight_webhook_path",
        severity,
        "webhook.path",
        say!("preflight-other-path", path = &path, ours = &config.path),
        say!("preflight-other-path-do", path = &path),
    ))
}

fn unknown_commands(observed: &Observed) -> Option<Finding> {
    if observed.unknown.is_empty() {
        return None;
    }
    let names: Vec<Text> = observed.unknown.iter().map(|name| Text::plain(format!("`{name}`"))).collect();
    Some(Finding::new(
        "preflight_unknown_command",
        Severity::Warning,
        "webhook",
        say!("preflight-unknown-command", names = Text::list(&names)),
        say!("preflight-unknown-command-do"),
    ))
}

fn minted_on_main(admin: &Admin, build: Build) -> Option<Finding> {
    (is_main(build) && !admin.token_is_ready_made()).then(|| {
        Finding::new(
            "admin_token_minted_on_main",
            Severity::Info,
            "target.admin_user",
            say!("preflight-token-minted"),
            say!("preflight-token-minted-do"),
        )
    })
}

fn unseen_operations(config: &PreflightConfig) -> Option<Finding> {
    let others = config.operations.iter().any(|o| *o != Operation::Create);
    (others && config.expect.is_none()).then(|| {
        Finding::new(
            "preflight_keys_unseen",
            Severity::Info,
            "webhook.expect",
            say!("preflight-keys-unseen"),
            say!("preflight-keys-unseen-do"),
        )
    })
}

fn timeouts_unknown(config: &PreflightConfig, observed: &Observed) -> Option<Finding> {
    let unknown = observed.keys().into_iter().filter(|k| !config.timeouts.contains_key(k));
    let unknown: Vec<Text> = unknown.map(|key| Text::plain(key.name())).collect();
    (!unknown.is_empty()).then(|| {
        Finding::new(
            "present_timeout_unknown",
            Severity::Info,
            "webhook.timeout",
            say!("preflight-timeout-unknown", keys = Text::list(&unknown)),
            say!("preflight-timeout-unknown-do"),
        )
    })
}
