//! Rules about `target` and `webhook`: addresses, and whom a run may load.

use std::net::{IpAddr, SocketAddr};

use super::Judge;
use super::delay::delay;
use crate::profile::model::{Profile, WebhookMode};
use crate::profile::resolve::is_sim;

pub(super) fn target(judge: &mut Judge<'_>, profile: &Profile) {
    let target = &profile.target;
    judge.longer_than_zero("target.call_timeout", target.call_timeout);
    judge.need(!target.admin_user.trim().is_empty(), "target.admin_user", || {
        "is empty; write the userID of an app admin, `imAdmin` as shipped".to_owned()
    });
    if is_sim(profile) {
        delay(judge, "target.sim.service_time", &target.sim.service_time);
        if let Some(workers) = target.sim.workers {
            judge.at_least_one("target.sim.workers", u64::from(workers));
        }
        return;
    }
    match host_of(&target.url) {
        Err(why) => judge.fail("target.url", format!("is `{}`, {why}", target.url)),
        Ok(host) if is_loopback(&host) => {}
        Ok(host) if profile.limits.allowed_hosts.iter().any(|h| h.eq_ignore_ascii_case(&host)) => {}
        Ok(host) => judge.fail(
            "target.url",
            format!(
                "leads to `{host}`, which is not this machine: a run creates up to {} groups there \
                 (`limits.groups`). If you may load it, say so with `--allow-host {host}` or \
                 `limits.allowed_hosts = [\"{host}\"]`",
                profile.limits.groups
            ),
        ),
    }
}

/// The host of an API URL, without brackets.
fn host_of(url: &str) -> Result<String, &'static str> {
    let form = "which is no API address; write `sim`, or a URL such as `http://127.0.0.1:10002`";
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).ok_or(form)?;
    if rest.contains(['?', '#']) || rest.contains(char::is_whitespace) {
        return Err(
            "which has a query, a fragment or white space; write scheme, host, port and base path only",
        );
    }
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return Err("which carries credentials; the secret comes from the environment or a file");
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
    judge.need(webhook.mode == WebhookMode::Host, "webhook.mode", || {
        "is `proxy`, which comes later; this version answers callbacks itself: write `host`".to_owned()
    });
    judge.need(webhook.upstream.is_none(), "webhook.upstream", || {
        "belongs to `webhook.mode = \"proxy\"`, which comes later; leave it out".to_owned()
    });
    judge.need(webhook.listen.parse::<SocketAddr>().is_ok(), "webhook.listen", || {
        format!(
            "is `{}`; write an IP address and a port, such as `127.0.0.1:10006`, or `0.0.0.0:10006` where OpenIM runs elsewhere",
            webhook.listen
        )
    });
    let path = webhook.path.as_str();
    let plain = path.starts_with('/') && !path.contains(['?', '#']) && !path.contains(char::is_whitespace);
    judge.need(plain && (path == "/" || !path.ends_with('/')), "webhook.path", || {
        format!("is `{path}`; it must start with `/`, not end with one, and have no query: OpenIM appends `/` and the command")
    });
    judge.at_least_one("webhook.processes", u64::from(webhook.processes));
    if let Some(workers) = webhook.workers {
        judge.at_least_one("webhook.workers", u64::from(workers));
    }
    if let Some(url) = &webhook.forward_others
        && let Err(why) = host_of(url)
    {
        judge.fail("webhook.forward_others", format!("is `{url}`, {why}"));
    }
}
