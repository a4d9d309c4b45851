//! The steps of a checklist, and the commands in them.
//!
//! Steps that several cases share are built here, each with the command that checks it for
//! Docker Compose, Kubernetes and a plain installation.

use std::net::SocketAddr;

use super::super::base_url::BaseUrl;
use super::PreflightConfig;

/// Numbered steps with commands.
#[derive(Default)]
pub(super) struct Checklist(String, usize);

impl Checklist {
    pub(super) fn step(mut self, say: impl AsRef<str>, commands: &[String]) -> Checklist {
        self.1 += 1;
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(&format!("{}. {}", self.1, say.as_ref()));
        for command in commands {
            self.0.push_str(&format!("\n     {command}"));
        }
        self
    }

    pub(super) fn step_if(self, when: bool, say: impl AsRef<str>, commands: &[String]) -> Checklist {
        if when { self.step(say, commands) } else { self }
    }

    pub(super) fn text(self) -> String {
        self.0
    }
}

/// The URL of the webhook as `OpenIM` names it and what follows from it.
pub(super) struct WebhookUrl {
    /// As named, else the one that leads to our listener.
    pub(super) url: String,
    /// Whether `OpenIM` named it.
    pub(super) named: bool,
    parsed: Option<BaseUrl>,
    listen: Option<SocketAddr>,
    path: String,
}

impl WebhookUrl {
    pub(super) fn new(named: Option<&str>, config: &PreflightConfig) -> WebhookUrl {
        let path = format!("/{}", config.path.trim_matches('/'));
        let ours = format!(
            "http://{}{}/callbackBeforeCreateGroupCommand",
            config.listen.replace("0.0.0.0", "THIS-HOST").replace("[::]", "THIS-HOST"),
            path.trim_end_matches('/')
        );
        let url = printable(named.unwrap_or(&ours));
        let parsed = named.and_then(|n| BaseUrl::parse(n).ok());
        WebhookUrl { url, named: named.is_some(), parsed, listen: config.listen.parse().ok(), path }
    }

    /// The URL's host is the loopback address (of OpenIM's own container, if it is in one).
    pub(super) fn is_loopback(&self) -> bool {
        self.parsed.as_ref().is_some_and(|u| {
            u.host().eq_ignore_ascii_case("localhost") || u.ip().is_some_and(|ip| ip.is_loopback())
        })
    }

    pub(super) fn host(&self) -> &str {
        self.parsed.as_ref().map_or("the host", BaseUrl::host)
    }

    /// The URL's port, where it is not the one that we listen on.
    pub(super) fn other_port(&self) -> Option<u16> {
        let (url, listen) = (self.parsed.as_ref()?.port(), self.listen?.port());
        (url != listen).then_some(url)
    }

    /// What stands before the command in the URL, where it is not `webhook.path`.
    pub(super) fn other_path(&self) -> Option<String> {
        let whole = self.parsed.as_ref()?.base_path();
        let (before, _) = whole.rsplit_once('/')?;
        let plain =
            |p: &str| p.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        (plain(before) != plain(&self.path))
            .then(|| if before.is_empty() { "/".to_owned() } else { before.to_owned() })
    }

    fn listens_on_loopback_only(&self) -> bool {
        self.listen.is_some_and(|a| a.ip().is_loopback())
    }

    fn port(&self) -> u16 {
        self.listen.map_or(0, |a| a.port())
    }

    /// For evidence lines.
    pub(super) fn evidence(&self, listen: &str) -> Vec<String> {
        let named = if self.named {
            format!("URL that OpenIM called: {}", self.url)
        } else {
            "OpenIM does not say which URL it called".to_owned()
        };
        vec![named, format!("this tool listens on {listen}, path {}", self.path)]
    }
}

/// Text from a server, safe inside single quotes on a terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && *c != '\'').take(300).collect()
}

/// The command that calls `url` from where the group process runs.
pub(super) fn from_inside(url: &str) -> Vec<String> {
    let curl = format!("curl -sS -m 5 -H 'Content-Type: application/json' -d '{{}}' '{url}'");
    vec![
        format!("docker compose exec openim-server {curl}"),
        format!("kubectl exec deploy/openim-rpc-group -- {curl}"),
        format!("{curl}    (plain installation, on the machine of openim-rpc-group)"),
    ]
}

/// A loopback URL means the container itself.
pub(super) fn container_loopback(list: Checklist, url: &WebhookUrl) -> Checklist {
    list.step_if(
        url.is_loopback(),
        format!(
            "The URL says {}: inside a container that is the container itself. Let `url` name this host, for Docker \
             http://host.docker.internal:{}{} with `extra_hosts: [\"host.docker.internal:host-gateway\"]` on the service, \
             then recreate it:",
            url.host(),
            url.port(),
            url.path
        ),
        &["docker compose up -d openim-server".to_owned()],
    )
}

/// The URL leads to another port or path.
pub(super) fn other_place(list: Checklist, url: &WebhookUrl) -> Checklist {
    let list = match url.other_port() {
        Some(port) => list.step(
            format!(
                "The URL's port is {port}, but this tool listens on port {}: change `url` in webhooks.yml (IMENV_WEBHOOKS_URL) or webhook.listen.",
                url.port()
            ),
            &[],
        ),
        None => list,
    };
    match url.other_path() {
        Some(path) => list.step(
            format!(
                "The URL's path is {path}, but webhook.path is {}: is it meant for another server?",
                url.path
            ),
            &[],
        ),
        None => list,
    }
}

/// Our listener takes connections of this machine only.
pub(super) fn loopback_listener(list: Checklist, url: &WebhookUrl) -> Checklist {
    list.step_if(
        url.listens_on_loopback_only(),
        format!(
            "This tool accepts connections from this machine only. Where OpenIM runs in a container or elsewhere, set webhook.listen = \"0.0.0.0:{}\".",
            url.port()
        ),
        &[],
    )
}

/// Environment variables win over the file, and nothing is reloaded.
pub(super) fn which_settings(list: Checklist) -> Checklist {
    list.step(
        "Environment variables win over webhooks.yml (not in the one-process build). See whether any is set:",
        &[
            "docker compose exec openim-server env | grep IMENV_WEBHOOKS_".to_owned(),
            "kubectl exec deploy/openim-rpc-group -- env | grep IMENV_WEBHOOKS_".to_owned(),
        ],
    )
    .step(
        "webhooks.yml is read once, at start. After a change recreate the container (`restart` keeps the old environment) or restart openim-rpc-group:",
        &[
            "docker compose up -d --force-recreate openim-server".to_owned(),
            "kubectl rollout restart deploy/openim-rpc-group".to_owned(),
        ],
    )
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::ids::RunTag;

    fn url(named: &str, listen: &str) -> WebhookUrl {
        let config = PreflightConfig::new(RunTag::from_number(1), Arc::from("m"), listen, "/cb");
        WebhookUrl::new(Some(named), &config)
    }

    #[test]
    fn another_port_or_path_is_noticed_and_a_doubled_slash_is_not() {
        let command = "callbackBeforeCreateGroupCommand";
        let fits = url(&format!("http://h:10006/cb//{command}"), "0.0.0.0:10006");
        assert_eq!((fits.other_port(), fits.other_path()), (None, None));
        let other = url(&format!("http://h:10008/hook/{command}"), "0.0.0.0:10006");
        assert_eq!((other.other_port(), other.other_path().as_deref()), (Some(10008), Some("/hook")));
    }

    #[test]
    fn a_url_from_a_server_cannot_break_out_of_the_command() {
        let url = url("http://h/cb/x'; rm -rf /; '\u{1b}[31m", "127.0.0.1:1");
        assert!(from_inside(&url.url).iter().all(|c| !c.contains("x'") && !c.contains('\u{1b}')));
    }
}
