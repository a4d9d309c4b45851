//! What to put into a deployment before measuring, and what to put back afterwards.
//!
//! Prints only; nothing is changed. The instructions name the URL that OpenIM's group process
//! must be able to reach, the keys with `enable` and `timeout: 15`, what the change interrupts
//! and the values that are in force now, where they are known.

mod steps;
pub mod timeouts;
mod url;

use std::str::FromStr;

use crate::profile::RunPlan;
use crate::profile::resolve::{fired_keys, is_sim};
use crate::wire::webhooks_yml::WebhooksYml;
use crate::wire::{Build, WebhookKey};

pub use url::callback_url;

/// The timeout to measure with: OpenIM's cap, so that slow callbacks are seen whole.
pub const MEASURING_TIMEOUT_S: u32 = 15;

/// How OpenIM is deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deployment {
    /// Docker Compose, as in openim-docker: one container with all processes.
    Docker,
    /// Kubernetes: one deployment per process.
    K8s,
    /// Started from source or binaries on a host.
    Source,
}

impl Deployment {
    /// All, with the most common first.
    pub const ALL: [Deployment; 3] = [Deployment::Docker, Deployment::K8s, Deployment::Source];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Deployment::Docker => "docker",
            Deployment::K8s => "k8s",
            Deployment::Source => "source",
        }
    }
}

/// A name that is no deployment.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is not a kind of deployment; write docker, k8s or source")]
pub struct UnknownDeployment(String);

impl FromStr for Deployment {
    type Err = UnknownDeployment;

    fn from_str(name: &str) -> Result<Deployment, UnknownDeployment> {
        let found = Deployment::ALL.into_iter().find(|d| d.name().eq_ignore_ascii_case(name));
        found.ok_or_else(|| UnknownDeployment(name.to_owned()))
    }
}

/// What the instructions are made of.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The plan of the run to come.
    pub plan: &'a RunPlan,
    /// How OpenIM is deployed.
    pub deployment: Deployment,
    /// The URL that OpenIM shall call, where the user knows better than `callback_url`.
    pub public_url: Option<&'a str>,
    /// The webhooks.yml in force, where it was given.
    pub yml: Option<&'a WebhooksYml>,
}

/// The instructions, as text that ends with a newline.
#[must_use]
pub fn instructions(request: &Request<'_>) -> String {
    if is_sim(&request.plan.profile) {
        return "The target is the built-in simulator: there is nothing to set up.\n\
                For a real deployment set `target.url` or give `--target URL`.\n"
            .to_owned();
    }
    let keys = keys(request.plan);
    if keys.is_empty() {
        return "`webhook.expect` is empty: this is a plain API load, and no webhook needs to be set up.\n"
            .to_owned();
    }
    let (url, mut cautions) = match request.public_url {
        Some(url) => (url.trim_end_matches('/').to_owned(), Vec::new()),
        None => callback_url(&request.plan.profile.webhook, request.deployment),
    };
    cautions.extend(key_cautions(request, &keys));
    let change = steps::Change { url: &url, keys: &keys, request };
    let mut out = Vec::new();
    out.push(format!("Before measuring ({})", request.deployment.name()));
    out.push(String::new());
    out.extend(change.put_in());
    out.push(String::new());
    out.push("What this interrupts".to_owned());
    out.extend(change.interrupts().iter().map(|l| format!("  - {l}")));
    if !cautions.is_empty() {
        out.push(String::new());
        out.push("Mind".to_owned());
        out.extend(cautions.iter().map(|l| format!("  - {l}")));
    }
    out.push(String::new());
    out.push("Afterwards, put back".to_owned());
    out.extend(change.put_back());
    out.push(String::new());
    out.join("\n")
}

/// The keys to switch on: the expected ones, else what the load fires.
fn keys(plan: &RunPlan) -> Vec<WebhookKey> {
    if let Some(expect) = &plan.expect {
        return expect.clone();
    }
    fired_keys(&plan.profile.load.operation)
}

fn key_cautions(request: &Request<'_>, keys: &[WebhookKey]) -> Vec<String> {
    let mut cautions = Vec::new();
    let old = request.plan.version.as_ref().is_some_and(|v| v.build == Build::V370);
    if old && keys.contains(&WebhookKey::BeforeMemberJoinGroup) {
        cautions.push(
            "3.7 with beforeMemberJoinGroup enabled: an invitation by an app admin ends openim-rpc-group; \
             let owners invite while you measure"
                .to_owned(),
        );
    }
    let conversation =
        [WebhookKey::BeforeCreateGroupChatConversations, WebhookKey::AfterCreateGroupChatConversations];
    if keys.iter().any(|k| conversation.contains(k)) {
        cautions.push(
            "the …GroupChatConversations keys are sent by openim-rpc-conversation (main only): change and restart \
             that process as well"
                .to_owned(),
        );
    }
    let others: Vec<&str> = request
        .yml
        .iter()
        .flat_map(|y| &y.keys)
        .filter(|(name, c)| c.enable && !keys.iter().any(|k| k.name().eq_ignore_ascii_case(name)))
        .map(|(name, _)| name.as_str())
        .collect();
    if !others.is_empty() {
        cautions.push(format!(
            "one URL serves all keys, so {} will call openim-bench too; they are answered with \"go on\" \
             unless `webhook.forward_others` names your own server",
            others.join(", ")
        ));
    }
    cautions
}

#[cfg(test)]
mod tests;
