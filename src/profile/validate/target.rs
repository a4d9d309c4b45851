//! Rules about `target` and `webhook`: addresses, and whom a run may load.

use std::net::{IpAddr, SocketAddr};

use super::Judge;
use super::delay::delay;
use crate::profile::model::{OnUpstreamError, Profile, WebhookMode};
use crate::profile::resolve::is_sim;
use crate::say;
use crate::text::Text;

pub(super) fn target(judge: &mut Judge<'_>, profile: &Profile) {
    let target = &profile.target;
    judge.longer_than_zero("target.call_timeout", target.call_timeout);
    judge.need(!target.admin_user.trim().is_empty(), "target.admin_user", || say!("profile-admin-empty"));
    if is_sim(profile) {
        delay(judge, "target.sim.service_time", &target.sim.service_time);
        if let Some(workers) = target.sim.workers {
            judge.at_least_one("target.sim.workers", u64::from(workers));
        }
        return;
    }
    match host_of(&target.url) {
        Err(why) => judge.fail("target.url", why.of(&target.url)),
        Ok(host) if is_loopback(&host) => {}
        Ok(host) if profile.limits.allowed_hosts.iter().any(|h| h.eq_ignore_ascii_case(&host)) => {}
        Ok(host) => {
            judge.fail("target.url", say!("profile-host", host = host, groups = profile.limits.groups))
        }
    }
}

/// Why a URL leads to no host.
#[derive(Clone, Copy)]
enum NoHost {
    Form,
    Extra,
    Credentials,
}

impl NoHost {
    fn of(self, url: &str) -> Text {
        match self {
            NoHost::Form => say!("profile-url-form", url = url),
            NoHost::Extra => say!("profile-url-extra", url = url),
            NoHost::Credentials => say!("profile-url-credentials", url = url),
        }
    }
}

/// The host of an API URL, without brackets.
fn host_of(url: &str) -> Result<String, NoHost> {
    let form = NoHost::Form;
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).ok_or(form)?;
    if rest.contains(['?', '#']) || rest.contains(char::is_whitespace) {
        return Err(NoHost::Extra);
    }
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return Err(NoHost::Credentials);
    }
    let (host, port) = match authority.strip_prefix('[').and_then(|a| a.split_once(']')) {
        Some((host, "")) => (host, None),
        Some((host, rest)) => (host, Some(rest.strip_prefix(':').ok_or(form)?)),
        None => authority.split_once(':').map_or((authority, None), |(h, p)| (h, Some(p))),
    };
    if host.is_empty() || port.is_some_and(|p| p.parse::<u16>().map_or(true, |p| p == 0)) {
        return Err(form);
    }
    Ok(host.to_owned())
}

fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

pub(super) fn webhook(judge: &mut Judge<'_>, profile: &Profile) {
    let webhook = &profile.webhook;
    match webhook.mode {
        WebhookMode::Host => no_upstream(judge, profile),
        WebhookMode::Proxy => upstream(judge, profile),
    }
    judge.need(webhook.listen.parse::<SocketAddr>().is_ok(), "webhook.listen", || {
        say!("profile-listen", value = &webhook.listen)
    });
    let path = webhook.path.as_str();
    let plain = path.starts_with('/') && !path.contains(['?', '#']) && !path.contains(char::is_whitespace);
    judge.need(plain && (path == "/" || !path.ends_with('/')), "webhook.path", || {
        say!("profile-path", value = path)
    });
    judge.at_least_one("webhook.processes", u64::from(webhook.processes));
    if let Some(workers) = webhook.workers {
        judge.at_least_one("webhook.workers", u64::from(workers));
    }
    if let Some(url) = &webhook.forward_others
        && let Err(why) = host_of(url)
    {
        judge.fail("webhook.forward_others", why.of(url));
    }
}

/// In proxy mode the user's server answers, and gets everything.
fn upstream(judge: &mut Judge<'_>, profile: &Profile) {
    let webhook = &profile.webhook;
    match webhook.upstream.as_deref().map(|url| (url, host_of(url))) {
        None => judge.fail("webhook.upstream", say!("profile-upstream-missing")),
        Some((url, Err(why))) => judge.fail("webhook.upstream", why.of(url)),
        Some((_, Ok(_))) => {}
    }
    judge.need(webhook.forward_others.is_none(), "webhook.forward_others", || say!("profile-proxy-others"));
    judge.need(webhook.workers.is_none(), "webhook.workers", || say!("profile-proxy-workers"));
    for key in profile.handler.keys() {
        judge.fail(&format!("handler.{}", key.name()), say!("profile-proxy-handler"));
    }
}

/// Where we answer ourselves, nothing about an upstream means anything.
fn no_upstream(judge: &mut Judge<'_>, profile: &Profile) {
    let webhook = &profile.webhook;
    let set = [
        ("upstream", webhook.upstream.is_some()),
        ("keep_host", webhook.keep_host),
        ("upstream_ca", webhook.upstream_ca.is_some()),
        ("upstream_insecure", webhook.upstream_insecure),
        ("on_upstream_error", webhook.on_upstream_error != OnUpstreamError::Close),
    ];
    for (key, _) in set.into_iter().filter(|(_, set)| *set) {
        judge.fail(&format!("webhook.{key}"), say!("profile-upstream"));
    }
}
