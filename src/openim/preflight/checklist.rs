//! The steps of a checklist, and the commands in them.
//!
//! Steps that several cases share are built here, each with the command that checks it for
//! Docker Compose, Kubernetes and a plain installation.

use std::net::SocketAddr;

use super::super::base_url::BaseUrl;
use super::PreflightConfig;
use crate::say;
use crate::text::Text;

/// Numbered steps with commands.
#[derive(Default)]
pub(super) struct Checklist {
    lines: Vec<Text>,
    steps: usize,
}

impl Checklist {
    pub(super) fn step(mut self, say: Text, commands: &[Text]) -> Checklist {
        self.steps += 1;
        let number = self.steps;
        self.lines.push(say.map(|say| format!("{number}. {say}")));
        self.lines.extend(commands.iter().map(|command| command.map(|command| format!("     {command}"))));
        self
    }

    pub(super) fn step_if(self, when: bool, say: Text, commands: &[Text]) -> Checklist {
        if when { self.step(say, commands) } else { self }
    }

    pub(super) fn text(self) -> Text {
        Text::lines(&self.lines)
    }
}

/// A line for a shell: the same in both languages.
pub(super) fn command(line: impl Into<String>) -> Text {
    Text::plain(line)
}

/// `a and b and c`.
pub(super) fn all_of(names: impl IntoIterator<Item = &'static str>) -> Text {
    let names = names.into_iter().map(Text::plain);
    names.reduce(|first, second| say!("preflight-and", first = first, second = second)).unwrap_or_default()
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

    pub(super) fn host(&self) -> Text {
        self.parsed.as_ref().map_or_else(|| say!("preflight-the-host"), |url| Text::plain(url.host()))
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
    pub(super) fn evidence(&self, listen: &str) -> Vec<Text> {
        let named = if self.named {
            say!("preflight-url-named", url = &self.url)
        } else {
            say!("preflight-url-unnamed")
        };
        vec![named, say!("preflight-listens", listen = listen, path = &self.path)]
    }
}

/// Text from a server, safe inside single quotes on a terminal.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() && *c != '\'').take(300).collect()
}

/// The command that calls `url` from where the group process runs.
pub(super) fn from_inside(url: &str) -> Vec<Text> {
    let curl = format!("curl -sS -m 5 -H 'Content-Type: application/json' -d '{{}}' '{url}'");
    vec![
        command(format!("docker compose exec openim-server {curl}")),
        command(format!("kubectl exec deploy/openim-rpc-group -- {curl}")),
        say!("preflight-plain-installation", command = curl),
    ]
}

/// A loopback URL means the container itself.
pub(super) fn container_loopback(list: Checklist, url: &WebhookUrl) -> Checklist {
    let ours = format!("http://host.docker.internal:{}{}", url.port(), url.path);
    list.step_if(
        url.is_loopback(),
        say!("preflight-step-container", host = url.host(), url = ours),
        &[command("docker compose up -d openim-server")],
    )
}

/// The URL leads to another port or path.
pub(super) fn other_place(list: Checklist, url: &WebhookUrl) -> Checklist {
    let list = match url.other_port() {
        Some(port) => list.step(say!("preflight-step-port", port = port, listen = url.port()), &[]),
        None => list,
    };
    match url.other_path() {
        Some(path) => list.step(say!("preflight-step-path", path = path, ours = &url.path), &[]),
        None => list,
    }
}

/// Our listener takes connections of this machine only.
pub(super) fn loopback_listener(list: Checklist, url: &WebhookUrl) -> Checklist {
    list.step_if(url.listens_on_loopback_only(), say!("preflight-step-loopback", port = url.port()), &[])
}

/// Environment variables win over the file, and nothing is reloaded.
pub(super) fn which_settings(list: Checklist) -> Checklist {
    list.step(
        say!("preflight-step-environment"),
        &[
            command("docker compose exec openim-server env | grep IMENV_WEBHOOKS_"),
            command("kubectl exec deploy/openim-rpc-group -- env | grep IMENV_WEBHOOKS_"),
        ],
    )
    .step(
        say!("preflight-step-restart"),
        &[
            command("docker compose up -d --force-recreate openim-server"),
            command("kubectl rollout restart deploy/openim-rpc-group"),
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
        assert!(from_inside(&url.url).iter().all(|c| !c.contains("x'") && !c.contains("\u{1b}")));
    }
}
