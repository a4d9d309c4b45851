//! What to put into a deployment before measuring, and what to put back afterwards.
//!
//! Prints only; nothing is changed. The instructions name the URL that OpenIM's group process
//! must be able to reach, the keys with `enable` and `timeout: 15`, what the change interrupts
//! and the values that are in force now, where they are known.

mod steps;
pub mod timeouts;
mod url;

use std::fmt;
use std::str::FromStr;

use crate::profile::RunPlan;
use crate::profile::resolve::{fired_keys, is_sim};
use crate::say;
use crate::text::Text;
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
pub struct UnknownDeployment(String);

impl UnknownDeployment {
    /// What it says, in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        say!("setup-unknown-deployment", name = &self.0)
    }
}

impl fmt::Display for UnknownDeployment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en())
    }
}

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
pub fn instructions(request: &Request<'_>) -> Text {
    lines(request).map(|text| format!("{text}\n"))
}

fn lines(request: &Request<'_>) -> Text {
    if is_sim(&request.plan.profile) {
        return say!("setup-simulator");
    }
    let keys = keys(request.plan);
    if keys.is_empty() {
        return say!("setup-no-webhook");
    }
    let (url, mut cautions) = match request.public_url {
        Some(url) => (url.trim_end_matches('/').to_owned(), Vec::new()),
        None => callback_url(&request.plan.profile.webhook, request.deployment),
    };
    cautions.extend(key_cautions(request, &keys));
    let change = steps::Change { url: &url, keys: &keys, request };
    let mut out = vec![say!("setup-before", deployment = request.deployment.name()), Text::default()];
    out.extend(change.put_in());
    out.push(Text::default());
    out.push(say!("setup-interrupts"));
    out.extend(change.interrupts().iter().map(item));
    if !cautions.is_empty() {
        out.push(Text::default());
        out.push(say!("setup-mind"));
        out.extend(cautions.iter().map(item));
    }
    out.push(Text::default());
    out.push(say!("setup-afterwards"));
    out.extend(change.put_back());
    Text::lines(&out)
}

/// A line of a list.
fn item(text: &Text) -> Text {
    text.map(|text| format!("  - {text}"))
}

/// `text` under `first`: its later lines begin below the words of the first one.
fn paragraph(first: &str, text: &Text) -> Text {
    let hanging = " ".repeat(first.len());
    text.map(|text| format!("{first}{}", text.replace('\n', &format!("\n{hanging}"))))
}

/// The keys to switch on: the expected ones, else what the load fires.
fn keys(plan: &RunPlan) -> Vec<WebhookKey> {
    if let Some(expect) = &plan.expect {
        return expect.clone();
    }
    fired_keys(&plan.profile.load.operation)
}

fn key_cautions(request: &Request<'_>, keys: &[WebhookKey]) -> Vec<Text> {
    let mut cautions = Vec::new();
    let old = request.plan.version.as_ref().is_some_and(|v| v.build == Build::V370);
    if old && keys.contains(&WebhookKey::BeforeMemberJoinGroup) {
        cautions.push(say!("setup-mind-invite"));
    }
    let conversation =
        [WebhookKey::BeforeCreateGroupChatConversations, WebhookKey::AfterCreateGroupChatConversations];
    if keys.iter().any(|k| conversation.contains(k)) {
        cautions.push(say!("setup-mind-conversation"));
    }
    let others: Vec<Text> = request
        .yml
        .iter()
        .flat_map(|y| &y.keys)
        .filter(|(name, c)| c.enable && !keys.iter().any(|k| k.name().eq_ignore_ascii_case(name)))
        .map(|(name, _)| Text::plain(name))
        .collect();
    if !others.is_empty() {
        cautions.push(say!("setup-mind-others", keys = Text::list(&others)));
    }
    cautions
}

#[cfg(test)]
mod tests;
