//! What may be driven: loopback, and hosts that were listed.
//!
//! A load test against the wrong host is an outage; so a target elsewhere must be named
//! twice. A name counts as loopback only if all its addresses are.

use std::fmt;
use std::net::{IpAddr, ToSocketAddrs};

use super::base_url::{BaseUrl, BaseUrlError};
use crate::finding::{Finding, Severity};
use crate::say;
use crate::text::Text;
use crate::wire::api::Operation;
use crate::wire::{Build, WebhookKey};

/// Why a target is refused.
#[derive(Debug, thiserror::Error)]
pub enum SafetyError {
    /// Not loopback and not listed.
    NotAllowed {
        /// The host.
        host: String,
        /// `limits.groups`.
        groups_cap: u64,
    },
    /// No URL.
    Url(#[from] BaseUrlError),
}

impl SafetyError {
    /// What it says, in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            SafetyError::NotAllowed { host, groups_cap } => {
                say!("preflight-host-not-allowed", host = host, cap = *groups_cap)
            }
            SafetyError::Url(error) => error.text(),
        }
    }
}

impl fmt::Display for SafetyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().en())
    }
}

/// Refuses a target that is neither loopback nor in `allowed_hosts` (case does not matter).
/// Resolves names, so it may block for a moment.
///
/// # Errors
/// When the target is refused, with the rule and the cap on groups; or is no URL.
pub fn check_target(url: &str, allowed_hosts: &[String], groups_cap: u64) -> Result<(), SafetyError> {
    let base = BaseUrl::parse(url)?;
    let listed = allowed_hosts.iter().any(|allowed| same_host(allowed, base.host()));
    if listed || is_loopback(&base) {
        return Ok(());
    }
    Err(SafetyError::NotAllowed { host: base.host().to_owned(), groups_cap })
}

/// Whether every address of the target's host is this machine's loopback.
#[must_use]
pub fn is_loopback(base: &BaseUrl) -> bool {
    if let Some(ip) = base.ip() {
        return loopback_ip(ip);
    }
    let Ok(addresses) = (base.host(), base.port()).to_socket_addrs() else { return false };
    let ips: Vec<_> = addresses.map(|a| a.ip()).collect();
    !ips.is_empty() && ips.into_iter().all(loopback_ip)
}

fn loopback_ip(ip: IpAddr) -> bool {
    ip.to_canonical().is_loopback()
}

fn same_host(allowed: &str, host: &str) -> bool {
    let allowed = allowed.trim().trim_start_matches('[').trim_end_matches(']');
    !allowed.is_empty() && allowed.eq_ignore_ascii_case(host)
}

/// Says that a proxy variable is set and not used, where the target is elsewhere.
#[must_use]
pub fn proxy_ignored(base: &BaseUrl, env: impl Fn(&str) -> Option<String>) -> Option<Finding> {
    const NAMES: [&str; 6] =
        ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let name = NAMES.into_iter().find(|name| env(name).is_some_and(|value| !value.is_empty()))?;
    (!is_loopback(base)).then(|| {
        Finding::new(
            "proxy_ignored",
            Severity::Info,
            "target.url",
            say!("preflight-proxy-ignored", name = name, base = base.to_string()),
            say!("preflight-proxy-ignored-do"),
        )
    })
}

/// 3.7 loses its group process when an app admin (which we are) invites while
/// `beforeMemberJoinGroup` is enabled; such a load must not start.
#[must_use]
pub fn check_operations(build: Build, operations: &[Operation], enabled: &[WebhookKey]) -> Option<Finding> {
    let kills = build == Build::V370
        && operations.contains(&Operation::Invite)
        && enabled.contains(&WebhookKey::BeforeMemberJoinGroup);
    kills.then(|| {
        Finding::new(
            "invite_would_kill_the_group_process",
            Severity::Error,
            "load.operation",
            say!("preflight-invite-kills"),
            say!("preflight-invite-kills-do"),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_needs_no_permission() {
        for url in
            ["http://127.0.0.1:10002", "http://127.8.9.1", "http://[::1]:10002", "http://localhost:10002"]
        {
            assert!(check_target(url, &[], 10_000).is_ok(), "{url}");
        }
        assert!(check_target("http://[::ffff:127.0.0.1]:1", &[], 1).is_ok());
    }

    #[test]
    fn another_host_is_refused_with_the_rule_and_the_cap() {
        for url in [
            "http://192.0.2.7:10002",
            "https://im.invalid/openim",
            "http://0.0.0.0:10002",
            "http://[2001:db8::1]",
        ] {
            let error = check_target(url, &["other.example".to_owned()], 10_000).unwrap_err().to_string();
            for part in ["loopback", "--allow-host", "limits.allowed_hosts", "10000 groups", "limits.groups"]
            {
                assert!(error.contains(part), "{part}: {error}");
            }
        }
    }

    #[test]
    fn a_listed_host_is_allowed_and_a_similar_one_is_not() {
        let allowed = ["IM.invalid".to_owned(), "[2001:db8::1]".to_owned()];
        assert!(check_target("https://im.invalid/openim", &allowed, 1).is_ok());
        assert!(check_target("http://[2001:db8::1]:10002", &allowed, 1).is_ok());
        assert!(check_target("https://im.invalid.evil.invalid", &allowed, 1).is_err());
    }

    #[test]
    fn an_unused_proxy_is_mentioned_for_targets_elsewhere_only() {
        let env = |name: &str| (name == "HTTPS_PROXY").then(|| "http://user:pass@proxy.invalid".to_owned());
        let far = proxy_ignored(&BaseUrl::parse("http://192.0.2.7").unwrap(), env).unwrap();
        assert!(far.what.contains("HTTPS_PROXY") && !far.what.contains("pass@"), "{}", far.what.en());
        assert!(proxy_ignored(&BaseUrl::parse("http://127.0.0.1").unwrap(), env).is_none());
        assert!(proxy_ignored(&BaseUrl::parse("http://192.0.2.7").unwrap(), |_| None).is_none());
    }

    #[test]
    fn an_admin_invite_on_3_7_with_the_member_webhook_is_named_before_it_kills() {
        let keys = [WebhookKey::BeforeMemberJoinGroup];
        assert!(check_operations(Build::V370, &[Operation::Invite], &keys).is_some());
        assert!(check_operations(Build::V380, &[Operation::Invite], &keys).is_none());
        assert!(check_operations(Build::V370, &[Operation::Create], &keys).is_none());
    }
}
