//! What to check when the create succeeded, but callbacks did not come; and what is worth
//! a remark when all went well.

use super::super::admin::Admin;
use super::super::safety::proxy_ignored;
use super::checklist::{Checklist, WebhookUrl, from_inside, which_settings};
use super::observe::Observed;
use super::{Created, PreflightConfig, is_main};
use crate::finding::{Finding, Severity};
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
fn query_in_url(config: &PreflightConfig, created: &Created, command: &str) -> Finding {
    let list = Checklist::default().step(
        "OpenIM puts `/` and the command behind `url` as it stands. End `url` with the path, without `?`:",
        &["docker compose exec openim-server sh -c 'env | grep IMENV_WEBHOOKS_URL; grep -n ^url config/webhooks.yml'"
            .to_owned()],
    );
    let what = format!(
        "callbacks came here, but the webhook's url has a query, so that their command is part of it: {command}"
    );
    Finding::new("preflight_webhook_query", Severity::Error, "webhook", what, which_settings(list).text())
        .with_evidence(evidence(config, created))
}

fn evidence(config: &PreflightConfig, created: &Created) -> Vec<String> {
    let mut lines = vec![format!("this tool listens on {}, path {}", config.listen, config.path)];
    lines.extend(created.observed.evidence(created.outcome.sent_at));
    lines
}

fn nothing_came(config: &PreflightConfig, created: &Created, missing: &[WebhookKey]) -> Vec<Finding> {
    let url = WebhookUrl::new(None, config);
    let names: Vec<_> = missing.iter().map(|k| k.name()).collect();
    let what = if config.expect.is_some() {
        format!("the create succeeded, but {} did not call back here", names.join(" and "))
    } else {
        "the create succeeded, but no webhook called back here".to_owned()
    };
    let key = missing.first().copied().unwrap_or(WebhookKey::BeforeCreateGroup);
    let list = Checklist::default().step(
        format!("Is the key on (`{}:` with `enable: true`), at the top level of the webhooks.yml that the process loads, and spelt exactly so?", key.name()),
        &[
            format!("docker compose exec openim-server sh -c 'grep -n -i -A3 {} config/webhooks.yml'", key.name()),
            "kubectl get configmap -o yaml | grep -n -i -A3 beforeCreateGroup".to_owned(),
        ],
    );
    let list = which_settings(list)
        .step("Does `url` lead elsewhere, to a server that answers \"go on\"? Its path and port must be ours:", &from_inside(&url.url))
        .step_if(
            created.observed.foreign > 0,
            "Callbacks without this run's operationID arrived: does a proxy in between drop the header `operationID`? Or is it other traffic of a shared deployment?",
            &[],
        )
        .step_if(
            missing.iter().any(|k| !k.is_before()),
            format!(
                "After-callbacks are queued (2 workers a process); a slow receiver holds them back. Waited {} s.",
                config.after_wait.as_secs()
            ),
            &[],
        )
        .step("To load the API without webhooks, say so: `webhook.expect = []`.", &[]);
    let silent =
        Finding::new("preflight_webhook_silent", Severity::Error, "webhook.expect", what, list.text())
            .with_evidence(evidence(config, created));
    let mut findings = vec![silent];
    findings.extend(other_path(config, Severity::Error));
    findings.extend(unknown_commands(&created.observed));
    findings
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
        format!("callbacks came under the path {path}, but webhook.path is {}", config.path),
        format!(
            "set webhook.path = \"{path}\", or change `url` in webhooks.yml and restart openim-rpc-group"
        ),
    ))
}

fn unknown_commands(observed: &Observed) -> Option<Finding> {
    if observed.unknown.is_empty() {
        return None;
    }
    let names = observed.unknown.join("`, `");
    Some(Finding::new(
        "preflight_unknown_command",
        Severity::Warning,
        "webhook",
        format!("callbacks with a command that belongs to no known key arrived: `{names}`"),
        "they are answered with \"go on\"; a `?` in it means that `url` in webhooks.yml has a query, which breaks the command",
    ))
}

fn minted_on_main(admin: &Admin, build: Build) -> Option<Finding> {
    (is_main(build) && !admin.token_is_ready_made()).then(|| {
        Finding::new(
            "admin_token_minted_on_main",
            Severity::Info,
            "target.admin_user",
            "an admin token was minted; on main that ends other tokens of this admin user after five minutes",
            "if another service uses the same admin user, give its token in OPENIM_TOKEN (then none is minted) or use another admin",
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
            "preflight creates one group, so keys that only other operations fire were not seen",
            "name the keys that must call back in webhook.expect, or the deployment's file in webhook.yml",
        )
    })
}

fn timeouts_unknown(config: &PreflightConfig, observed: &Observed) -> Option<Finding> {
    let unknown: Vec<_> = observed
        .keys()
        .into_iter()
        .filter(|k| !config.timeouts.contains_key(k))
        .map(WebhookKey::name)
        .collect();
    (!unknown.is_empty()).then(|| {
        Finding::new(
            "present_timeout_unknown",
            Severity::Info,
            "webhook.timeout",
            format!("the present timeout of {} is not known, so it cannot be judged", unknown.join(", ")),
            "give webhook.timeout.<key>, or the deployment's file in webhook.yml",
        )
    })
}
