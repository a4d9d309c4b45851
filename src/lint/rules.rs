//! The rules: a function and a row each.

use super::keys::{command, is_wired};
use super::{Hit, Seen, environment, filters, hit};
use crate::finding::Severity;
use crate::say;
use crate::text::Text;
use crate::wire::webhooks_yml::{Item, KeyConfig, is_key, nearest_key};
use crate::wire::{Build, WebhookKey};

/// A rule.
pub struct Rule {
    /// Stable name.
    pub code: &'static str,
    /// How bad at worst.
    pub severity: Severity,
    /// Why it matters, with the fact's origin.
    pub why: fn() -> Text,
    /// What to do.
    pub do_next: fn() -> Text,
    /// Finds the places.
    pub(super) find: fn(&Rule, &Seen<'_>) -> Vec<Hit>,
}

/// The one for a file that cannot be read; found while reading.
pub(super) const CANNOT_START: Rule = Rule {
    code: "cannot_start",
    severity: Severity::Error,
    why: || say!("lint-cannot-start-why"),
    do_next: || say!("lint-cannot-start-do"),
    find: |_, _| Vec::new(),
};

/// Rules for a file that can be read.
pub const RULES: &[Rule] = &[
    Rule {
        code: "url_unusable",
        severity: Severity::Error,
        why: || say!("lint-url-unusable-why"),
        do_next: || say!("lint-url-unusable-do"),
        find: url_unusable,
    },
    Rule {
        code: "url_tail",
        severity: Severity::Error,
        why: || say!("lint-url-tail-why"),
        do_next: || say!("lint-url-tail-do"),
        find: url_tail,
    },
    Rule {
        code: "url_loopback",
        severity: Severity::Warning,
        why: || say!("lint-url-loopback-why"),
        do_next: || say!("lint-url-loopback-do"),
        find: url_loopback,
    },
    Rule {
        code: "unknown_key",
        severity: Severity::Error,
        why: || say!("lint-unknown-key-why"),
        do_next: || say!("lint-unknown-key-do"),
        find: unknown_key,
    },
    Rule {
        code: "key_not_wired",
        severity: Severity::Warning,
        why: || say!("lint-key-not-wired-why"),
        do_next: || say!("lint-key-not-wired-do"),
        find: key_not_wired,
    },
    Rule {
        code: "timeout_default",
        severity: Severity::Warning,
        why: || say!("lint-timeout-default-why"),
        do_next: || say!("lint-timeout-default-do"),
        find: timeout_default,
    },
    Rule {
        code: "timeout_capped",
        severity: Severity::Warning,
        why: || say!("lint-timeout-capped-why"),
        do_next: || say!("lint-timeout-capped-do"),
        find: timeout_capped,
    },
    Rule {
        code: "caller_budget",
        severity: Severity::Warning,
        why: || say!("lint-caller-budget-why"),
        do_next: || say!("lint-caller-budget-do"),
        find: caller_budget,
    },
    Rule {
        code: "failed_continue",
        severity: Severity::Warning,
        why: || say!("lint-failed-continue-why"),
        do_next: || say!("lint-failed-continue-do"),
        find: failed_continue,
    },
    Rule {
        code: "member_callback_3_7",
        severity: Severity::Error,
        why: || say!("lint-member-callback-why"),
        do_next: || say!("lint-member-callback-do"),
        find: member_callback,
    },
    Rule {
        code: "group_info_echo",
        severity: Severity::Info,
        why: || say!("lint-group-info-echo-why"),
        do_next: || say!("lint-group-info-echo-do"),
        find: group_info_echo,
    },
    Rule {
        code: "after_queue",
        severity: Severity::Warning,
        why: || say!("lint-after-queue-why"),
        do_next: || say!("lint-after-queue-do"),
        find: after_queue,
    },
    Rule {
        code: "upgrade_command",
        severity: Severity::Warning,
        why: || say!("lint-upgrade-command-why"),
        do_next: || say!("lint-upgrade-command-do"),
        find: upgrade_command,
    },
    Rule {
        code: "types_not_numbers",
        severity: Severity::Error,
        why: || say!("lint-types-not-numbers-why"),
        do_next: || say!("lint-types-not-numbers-do"),
        find: filters::types_not_numbers,
    },
    Rule {
        code: "filter_ignored",
        severity: Severity::Warning,
        why: || say!("lint-filter-ignored-why"),
        do_next: || say!("lint-filter-ignored-do"),
        find: filters::filter_ignored,
    },
    Rule {
        code: "attention_ids_empty",
        severity: Severity::Warning,
        why: || say!("lint-attention-ids-empty-why"),
        do_next: || say!("lint-attention-ids-empty-do"),
        find: filters::attention_ids_empty,
    },
    Rule {
        code: "environment_wins",
        severity: Severity::Info,
        why: || say!("lint-environment-wins-why"),
        do_next: || say!("lint-environment-wins-do"),
        find: environment::wins,
    },
    Rule {
        code: "environment_no_effect",
        severity: Severity::Warning,
        why: || say!("lint-environment-no-effect-why"),
        do_next: || say!("lint-environment-no-effect-do"),
        find: environment::no_effect,
    },
    Rule {
        code: "upgrade_route",
        severity: Severity::Warning,
        why: || say!("lint-upgrade-route-why"),
        do_next: || say!("lint-upgrade-route-do"),
        find: upgrade_route,
    },
];

/// The keys that are on and that some version knows: name, item, configuration.
pub(super) fn enabled<'a>(
    seen: &'a Seen<'_>,
) -> impl Iterator<Item = (&'static str, &'a Item, &'a KeyConfig)> {
    seen.items.iter().filter_map(|item| {
        let name = item.canonical()?;
        let config = seen.yml.keys.get(name)?;
        config.enable.then_some((name, item, config))
    })
}

/// The hit of `url`, at its value; at the start of the file where there is none.
fn at_url(rule: &Rule, severity: Severity, seen: &Seen<'_>, what: Text) -> Vec<Hit> {
    let item = seen.items.iter().find(|item| item.name.eq_ignore_ascii_case("url"));
    let mut place = item.map(|item| item.value).unwrap_or_default();
    (place.line, place.column) = (place.line.max(1), place.column.max(1));
    vec![hit(rule, severity, "url".to_owned(), place, what)]
}

/// The host of an http or https address, brackets and all; `None` for what is none.
fn host(url: &str) -> Option<String> {
    let uri: hyper::Uri = url.split('#').next()?.parse().ok()?;
    let known = uri.scheme_str().is_some_and(|scheme| matches!(scheme, "http" | "https"));
    uri.host().filter(|host| known && !host.is_empty()).map(str::to_owned)
}

fn url_unusable(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let url = seen.yml.url.trim();
    let on = enabled(seen).next().is_some();
    // Nothing is sent to it, so it does no harm yet.
    let severity = if on { rule.severity } else { Severity::Warning };
    if url.is_empty() {
        return at_url(rule, severity, seen, say!("lint-url-missing"));
    }
    if host(url).is_some() {
        Vec::new()
    } else {
        at_url(rule, severity, seen, say!("lint-url-unusable", url = url))
    }
}

fn url_tail(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let url = seen.yml.url.trim();
    if url.contains(['?', '#']) {
        return at_url(rule, Severity::Error, seen, say!("lint-url-query", url = url));
    }
    if url.ends_with('/') {
        return at_url(rule, Severity::Warning, seen, say!("lint-url-slash", url = url));
    }
    Vec::new()
}

fn url_loopback(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    // Of `webhook://127.0.0.1` the scheme is told already.
    let host = host(seen.yml.url.trim()).unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let loopback = bare.eq_ignore_ascii_case("localhost")
        || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    if !(loopback && seen.target.container && enabled(seen).next().is_some()) {
        return Vec::new();
    }
    at_url(rule, rule.severity, seen, say!("lint-url-loopback", url = seen.yml.url.as_str()))
}

fn unknown_key(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let unknown = |item: &&Item| item.canonical().is_none() && !item.name.eq_ignore_ascii_case("url");
    let found = seen.items.iter().filter(unknown).map(|item| {
        let name = crate::wire::failure::printable(&item.name);
        let holds_keys = item.settings.iter().any(|inner| is_key(&inner.name));
        let what = match holds_keys {
            true => say!("lint-outer-mapping", key = name.as_str()),
            false => say!("lint-unknown-key", key = name.as_str(), nearest = nearest_key(&item.name)),
        };
        hit(rule, rule.severity, name, item.key, what)
    });
    found.collect()
}

fn key_not_wired(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let version = &seen.target.version;
    let dead = enabled(seen).filter(|(name, ..)| !is_wired(name, version));
    let found = dead.map(|(name, item, _)| {
        let what = say!("lint-key-not-wired", key = name, version = version.text.as_str());
        hit(rule, rule.severity, name.to_owned(), item.key, what)
    });
    found.collect()
}

fn timeout_default(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let found = enabled(seen).filter(|(.., config)| config.timeout <= 0).map(|(name, item, config)| {
        let what = say!("lint-timeout-default", key = name, timeout = config.timeout);
        hit(rule, rule.severity, name.to_owned(), item.place_of("timeout"), what)
    });
    found.collect()
}

fn timeout_capped(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let found = enabled(seen).filter(|(.., config)| config.timeout > 15).map(|(name, item, config)| {
        let what = say!("lint-timeout-capped", key = name, timeout = config.timeout);
        hit(rule, rule.severity, name.to_owned(), item.place_of("timeout"), what)
    });
    found.collect()
}

fn caller_budget(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let waits = ["beforeCreateGroup", "beforeMemberJoinGroup"];
    let on_path: Vec<_> = enabled(seen).filter(|(name, ..)| waits.contains(name)).collect();
    let Some((name, item, _)) = on_path.last() else { return Vec::new() };
    let sum: u32 = on_path.iter().map(|(.., config)| config.effective_timeout_s()).sum();
    let build = seen.target.version.build;
    let budget =
        seen.target.caller_budget.map_or_else(|| build.sdk_budget().as_secs_f64(), |b| b.as_secs_f64());
    if f64::from(sum) < budget {
        return Vec::new();
    }
    let budget = budget.to_string();
    let what = match build.one_callback_a_member() && *name == "beforeMemberJoinGroup" {
        true => say!("lint-caller-budget-members", sum = sum, budget = budget),
        false => say!("lint-caller-budget", sum = sum, budget = budget),
    };
    vec![hit(rule, rule.severity, (*name).to_owned(), item.place_of("timeout"), what)]
}

fn failed_continue(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let found = enabled(seen).filter(|(.., c)| c.failed_continue == Some(true)).map(|(name, item, _)| {
        let (severity, what) = match name.starts_with("after") {
            true => (Severity::Info, say!("lint-failed-continue-after", key = name)),
            false => (rule.severity, say!("lint-failed-continue", key = name)),
        };
        hit(rule, severity, name.to_owned(), item.place_of("failedContinue"), what)
    });
    found.collect()
}

fn member_callback(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    if seen.target.version.build != Build::V370 {
        return Vec::new();
    }
    let found = enabled(seen).filter(|(name, ..)| *name == "beforeMemberJoinGroup").map(|(name, item, _)| {
        let what = say!("lint-member-callback", version = seen.target.version.text.as_str());
        hit(rule, rule.severity, name.to_owned(), item.place_of("enable"), what)
    });
    found.collect()
}

fn group_info_echo(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let echoed = |name: &str| matches!(name, "beforeSetGroupInfo" | "beforeSetGroupInfoEx");
    let on = enabled(seen).filter(|(name, ..)| echoed(name) && is_wired(name, &seen.target.version));
    let found = on.map(|(name, item, _)| {
        let what = say!("lint-group-info-echo", key = name);
        hit(rule, rule.severity, name.to_owned(), item.place_of("enable"), what)
    });
    found.collect()
}

fn after_queue(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let Some(rate) = seen.target.create_rate.filter(|rate| rate.is_finite() && *rate > 0.0) else {
        return Vec::new();
    };
    let at_risk = enabled(seen).filter(|(name, _, config)| {
        *name == "afterCreateGroup" && rate * f64::from(config.effective_timeout_s()) > 2.0
    });
    let found = at_risk.map(|(name, item, config)| {
        let (limit, rate) = (format!("{:.0}", 2000.0 / rate), rate.to_string());
        let timeout = config.effective_timeout_s();
        let what = say!("lint-after-queue", key = name, rate = rate, limit = limit, timeout = timeout);
        hit(rule, rule.severity, name.to_owned(), item.place_of("timeout"), what)
    });
    found.collect()
}

fn upgrade_command(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let Some(from) = &seen.target.upgrade_from else { return Vec::new() };
    let to = &seen.target.version;
    let found = enabled(seen).filter_map(|(name, item, _)| {
        WebhookKey::from_name(name)?;
        let (before, after) = (command(name, from), command(name, to));
        let what = say!(
            "lint-upgrade-command",
            key = name,
            version = to.text.as_str(),
            before = &before,
            after = &after
        );
        (before != after).then(|| hit(rule, rule.severity, name.to_owned(), item.key, what))
    });
    found.collect()
}

fn upgrade_route(rule: &Rule, seen: &Seen<'_>) -> Vec<Hit> {
    let Some(from) = &seen.target.upgrade_from else { return Vec::new() };
    let to = &seen.target.version;
    let found = enabled(seen).filter_map(|(name, item, _)| {
        let (old, new) = (from.text.as_str(), to.text.as_str());
        let what = match (is_wired(name, from), is_wired(name, to)) {
            (false, true) => {
                let command = command(name, to);
                say!("lint-upgrade-route-new", key = name, version = new, from = old, command = command)
            }
            (true, false) => {
                let command = command(name, from);
                say!("lint-upgrade-route-gone", key = name, version = new, from = old, command = command)
            }
            _ => return None,
        };
        Some(hit(rule, rule.severity, name.to_owned(), item.key, what))
    });
    found.collect()
}
