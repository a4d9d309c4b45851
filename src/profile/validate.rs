//! Whether the values of a profile make sense: one rule a function, all problems collected.

use std::net::{IpAddr, SocketAddr};

use super::error::{Problem, ProfileError};
use super::load::Loaded;
use super::model::{Answer, Arrivals, Count, Loop, OperationMix, Phase, PhaseKind, Profile, WebhookMode};
use super::resolve::{ResolveContext, is_sim, operation_shares};
use crate::delay::{Delay, DelayModel};
use crate::units::Span;
use crate::wire::WebhookKey;
use crate::wire::api::Operation;

/// Most members that one call may name, from OpenIM 3.8.3 on.
const MEMBERS_LIMIT: u32 = 1_000;

/// Collects problems, each with the place where its key was written.
pub(super) struct Judge<'a> {
    loaded: &'a Loaded,
    problems: Vec<Problem>,
}

impl<'a> Judge<'a> {
    pub fn new(loaded: &'a Loaded) -> Judge<'a> {
        Judge { loaded, problems: Vec::new() }
    }

    /// Notes a problem.
    pub fn fail(&mut self, key: &str, what: impl Into<String>) {
        self.problems.push(Problem { key: key.to_owned(), place: self.loaded.place(key), what: what.into() });
    }

    /// Notes a problem unless `ok`.
    fn need(&mut self, ok: bool, key: &str, what: impl FnOnce() -> String) {
        if !ok {
            self.fail(key, what());
        }
    }

    fn positive(&mut self, key: &str, value: f64) {
        self.need(value.is_finite() && value > 0.0, key, || format!("is {value}; it must be above 0"));
    }

    fn from_zero(&mut self, key: &str, value: f64) {
        self.need(value.is_finite() && value >= 0.0, key, || format!("is {value}; it must not be negative"));
    }

    fn share(&mut self, key: &str, value: f64) {
        let ok = value > 0.0 && value < 1.0;
        self.need(ok, key, || {
            format!("is {value}; it is a share and must lie between 0 and 1, such as 0.001")
        });
    }

    fn longer_than_zero(&mut self, key: &str, span: Span) {
        self.need(!span.0.is_zero(), key, || "is 0; it must last longer than that".to_owned());
    }

    fn at_least_one(&mut self, key: &str, value: u64) {
        self.need(value >= 1, key, || format!("is {value}; it must be at least 1"));
    }

    pub fn finish(self) -> Result<(), ProfileError> {
        if self.problems.is_empty() { Ok(()) } else { Err(ProfileError::Problems(self.problems)) }
    }
}

/// All rules about values.
pub(super) fn values(judge: &mut Judge<'_>, context: &ResolveContext<'_>) {
    let profile = &judge.loaded.profile;
    target(judge, profile);
    webhook(judge, profile);
    handlers(judge, profile);
    load(judge, profile);
    arrivals(judge, profile, context);
    people(judge, profile, context);
    limits(judge, profile);
    objective(judge, profile);
    recommend(judge, profile);
    judge.positive("cleanup.rate", profile.cleanup.rate);
}

fn target(judge: &mut Judge<'_>, profile: &Profile) {
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
        Some((host, rest)) if rest.is_empty() => (host, None),
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

fn webhook(judge: &mut Judge<'_>, profile: &Profile) {
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

fn handlers(judge: &mut Judge<'_>, profile: &Profile) {
    for (key, handler) in &profile.handler {
        delay(judge, &format!("handler.{key}.delay"), &handler.delay);
        if let Some(workers) = handler.workers {
            judge.at_least_one(&format!("handler.{key}.workers"), u64::from(workers));
        }
        if let Answer::Custom { status, .. } = handler.answer {
            judge.need((200..=599).contains(&status), &format!("handler.{key}.answer"), || {
                format!("has the status {status}; a whole answer has one from 200 to 599")
            });
        }
    }
}

fn delay(judge: &mut Judge<'_>, key: &str, delay: &Delay) {
    if let Err(what) = validate_delay(delay) {
        judge.fail(key, what);
    }
}

/// Whether a delay can be drawn from.
pub(super) fn validate_delay(delay: &Delay) -> Result<(), String> {
    let Delay::Model(model) = delay else { return Ok(()) };
    let need = |ok: bool, what: String| if ok { Ok(()) } else { Err(what) };
    match model {
        DelayModel::Constant(_) => Ok(()),
        DelayModel::Uniform { min, max } => {
            need(min <= max, format!("is uniform from {min} to {max}; min must not be above max"))
        }
        DelayModel::Lognormal { median, p99 } => need(
            !median.0.is_zero() && median < p99,
            format!(
                "is log-normal with median {median} and p99 {p99}; both above 0, and p99 above the median"
            ),
        ),
        DelayModel::Pareto { min, alpha, max } => need(
            !min.0.is_zero() && alpha.is_finite() && *alpha > 0.0 && max.is_none_or(|m| m > *min),
            format!("is Pareto with min {min} and alpha {alpha}; both must be above 0, and max above min"),
        ),
        DelayModel::Mixture(parts) => {
            let weighted = parts.iter().all(|p| p.weight.is_finite() && p.weight > 0.0);
            need(
                !parts.is_empty() && weighted,
                "is a mixture; it needs parts, each with a weight above 0".to_owned(),
            )?;
            parts.iter().try_for_each(|p| validate_delay(&p.delay))
        }
        DelayModel::Hlog { file, .. } => need(
            file.is_file(),
            format!(
                "is drawn from `{}`, which is not a file; name an HdrHistogram interval log",
                file.display()
            ),
        ),
        DelayModel::Stall { base, every, duration } => {
            need(
                !duration.0.is_zero() && duration < every,
                format!("stalls {duration} every {every}; a stall must last above 0 and less than `every`"),
            )?;
            validate_delay(base)
        }
    }
}

fn load(judge: &mut Judge<'_>, profile: &Profile) {
    let load = &profile.load;
    if let OperationMix::Mix(weights) = &load.operation {
        judge.need(!weights.is_empty(), "load.operation", || {
            "is a mix of nothing; name an operation".to_owned()
        });
        let weighted = weights.values().all(|w| w.is_finite() && *w > 0.0);
        judge.need(weighted, "load.operation", || "has a weight that is not above 0".to_owned());
    }
    if load.r#loop == Loop::Closed {
        judge.at_least_one("load.callers", u64::from(load.callers));
        judge.need(load.arrivals != Arrivals::Replay, "load.arrivals", || {
            "is `replay`, which needs the open loop; write `load.loop = \"open\"`".to_owned()
        });
    }
    if load.phase.is_empty() {
        judge.longer_than_zero("load.duration", load.duration);
        if load.arrivals != Arrivals::Replay {
            judge.positive("load.rate", load.rate);
        }
    }
    for (i, phase) in load.phase.iter().enumerate() {
        phase_values(judge, &format!("load.phase.{i}"), phase);
    }
    let measured = |p: &Phase| !matches!(p.kind, PhaseKind::Warmup | PhaseKind::Outage);
    judge.need(load.phase.is_empty() || load.phase.iter().any(measured), "load.phase", || {
        "has only phases that are not measured; add one of kind steady, ramp, steps or spike".to_owned()
    });
    judge.need(
        !load.callers_hold_workers || profile.webhook.workers.is_some(),
        "load.callers_hold_workers",
        || "needs `webhook.workers`: the number of workers that the calls hold".to_owned(),
    );
}

fn phase_values(judge: &mut Judge<'_>, key: &str, phase: &Phase) {
    judge.longer_than_zero(&format!("{key}.duration"), phase.duration);
    match phase.kind {
        PhaseKind::Ramp => {
            judge.from_zero(&format!("{key}.from"), phase.from);
            judge.from_zero(&format!("{key}.rate"), phase.rate);
            let rises = phase.from + phase.rate > 0.0;
            judge.need(rises, &format!("{key}.rate"), || {
                "and `from` are both 0; one must be above".to_owned()
            });
        }
        PhaseKind::Steps => {
            judge.from_zero(&format!("{key}.from"), phase.from);
            judge.positive(&format!("{key}.rate"), phase.rate);
            judge.at_least_one(&format!("{key}.steps"), u64::from(phase.steps));
        }
        PhaseKind::Spike => {
            judge.from_zero(&format!("{key}.from"), phase.from);
            judge.positive(&format!("{key}.rate"), phase.rate);
        }
        PhaseKind::Warmup | PhaseKind::Steady | PhaseKind::Outage => {
            judge.positive(&format!("{key}.rate"), phase.rate);
        }
    }
}

fn arrivals(judge: &mut Judge<'_>, profile: &Profile, context: &ResolveContext<'_>) {
    let load = &profile.load;
    if load.arrivals != Arrivals::Replay {
        judge.need(load.offsets_file.is_none(), "load.offsets_file", || {
            "is only read with `load.arrivals = \"replay\"`".to_owned()
        });
        return;
    }
    judge.need(load.offsets_file.is_some(), "load.arrivals", || {
        "is `replay`, which needs `load.offsets_file`: one offset a line, in seconds".to_owned()
    });
    judge.need(load.phase.is_empty(), "load.phase", || {
        "does not go with `load.arrivals = \"replay\"`: the file says when calls start".to_owned()
    });
    if let Some(offsets) = context.offsets {
        let warmup = load.warmup.as_secs_f64();
        let after = offsets.iter().any(|o| o.as_secs_f64() >= warmup);
        judge.need(after, "load.offsets_file", || {
            format!("has no offset after the warm-up of {}, so nothing would be measured", load.warmup)
        });
    }
}

fn most(count: Count) -> u32 {
    match count {
        Count::Fixed(n) => n,
        Count::Range { max, .. } => max,
    }
}

fn people(judge: &mut Judge<'_>, profile: &Profile, context: &ResolveContext<'_>) {
    let load = &profile.load;
    for (key, count) in [("load.members", load.members), ("load.admins", load.admins)] {
        if let Count::Range { min, max } = count {
            judge.need(min <= max, key, || format!("goes from {min} to {max}; min must not be above max"));
        }
    }
    let (members, admins) = (most(load.members), most(load.admins));
    judge.need(members <= MEMBERS_LIMIT, "load.members", || {
        format!("is up to {members}; OpenIM takes at most {MEMBERS_LIMIT} in one call")
    });
    let operations = operation_shares(&load.operation);
    // Those who come in later must not be in the group yet.
    let outside = if operations.contains_key(&Operation::Invite) {
        members
    } else {
        u32::from(operations.contains_key(&Operation::Join) || operations.contains_key(&Operation::Apply))
    };
    let needed = 1 + u64::from(members) + u64::from(admins) + u64::from(outside);
    let (key, users) = match context.users_in_file {
        Some(n) if load.users.file.is_some() => ("load.users.file", n),
        _ if load.users.file.is_some() => return,
        _ => ("load.users.pool", u64::from(load.users.pool)),
    };
    judge.need(users >= needed, key, || {
        format!("gives {users} users; one group needs up to {needed} (owner, admins, members and those who come in later)")
    });
}

fn limits(judge: &mut Judge<'_>, profile: &Profile) {
    let limits = &profile.limits;
    judge.at_least_one("limits.in_flight", u64::from(limits.in_flight));
    judge.at_least_one("limits.groups", limits.groups);
    judge.longer_than_zero("limits.abort_window", limits.abort_window);
    let ok = limits.abort_failures > 0.0 && limits.abort_failures <= 1.0;
    judge.need(ok, "limits.abort_failures", || {
        format!("is {}; it is a share above 0 and at most 1", limits.abort_failures)
    });
}

fn objective(judge: &mut Judge<'_>, profile: &Profile) {
    let o = &profile.objective;
    let quantiles = [("p50", o.p50), ("p90", o.p90), ("p99", o.p99), ("p999", o.p999)];
    let given: Vec<_> = quantiles.into_iter().filter_map(|(n, s)| s.map(|s| (n, s))).collect();
    for (name, span) in &given {
        judge.longer_than_zero(&format!("objective.{name}"), *span);
    }
    for pair in given.windows(2) {
        let ((low, a), (high, b)) = (pair[0], pair[1]);
        judge.need(a <= b, &format!("objective.{high}"), || {
            format!("is {b}, below `objective.{low}` ({a}); a higher quantile cannot be faster")
        });
    }
    if let Some(share) = o.failed_share {
        judge.need((0.0..=1.0).contains(&share), "objective.failed_share", || {
            format!("is {share}; it is a share from 0 to 1")
        });
    }
}

fn recommend(judge: &mut Judge<'_>, profile: &Profile) {
    let r = &profile.recommend;
    judge.share("recommend.misfire", r.misfire);
    judge.need(r.margin <= 14, "recommend.margin", || {
        format!("is {}; timeouts go from 1 to 15 s, so at most 14 can be added", r.margin)
    });
    judge.longer_than_zero("recommend.spell", r.spell);
    if let Some(budget) = r.caller_budget {
        judge.longer_than_zero("recommend.caller_budget", budget);
    }
    if let Some(rate) = r.production_rate {
        judge.positive("recommend.production_rate", rate);
    }
    if let Some(rate) = r.after_outage_rate {
        judge.positive("recommend.after_outage_rate", rate);
    }
    if let Some(loss) = r.packet_loss {
        judge.need((0.0..1.0).contains(&loss), "recommend.packet_loss", || {
            format!("is {loss}; it is a share from 0 to below 1, such as 0.0005")
        });
    }
}

/// Outage phases: the keys that fail must be keys that call.
pub(super) fn outages(judge: &mut Judge<'_>, expect: Option<&[WebhookKey]>) {
    let phases = &judge.loaded.profile.load.phase;
    for (i, phase) in phases.iter().enumerate() {
        let key = format!("load.phase.{i}.keys");
        let Some(keys) = &phase.keys else {
            let none = phase.kind == PhaseKind::Outage && expect.is_some_and(<[_]>::is_empty);
            judge.need(!none, &format!("load.phase.{i}.kind"), || {
                "is `outage`, but no webhook is expected to call, so nothing can fail".to_owned()
            });
            continue;
        };
        judge
            .need(phase.kind == PhaseKind::Outage, &key, || "belongs to a phase of kind `outage`".to_owned());
        judge.need(!keys.is_empty(), &key, || "is empty; leave it out for all expected webhooks".to_owned());
        for missing in keys.iter().filter(|k| expect.is_some_and(|e| !e.contains(k))) {
            judge.fail(
                &key,
                format!("names `{missing}`, which is not among the expected webhooks (`webhook.expect`)"),
            );
        }
    }
}

/// The cap on groups against the groups that the load needs.
pub(super) fn groups(judge: &mut Judge<'_>, expected_arrivals: f64) {
    let profile = &judge.loaded.profile;
    let (cap, needed) = (profile.limits.groups, groups_needed(profile, expected_arrivals));
    judge.need(cap >= needed, "limits.groups", || {
        format!(
            "allows {cap} groups, but this load makes about {expected_arrivals:.0} calls and may need {needed} groups; \
             raise it with `--set limits.groups={needed}`, or lower rate or duration"
        )
    });
}

/// Groups that a load of so many arrivals may need: creates, and one for each dismissal; for
/// Poisson arrivals with four standard deviations on top.
pub(super) fn groups_needed(profile: &Profile, expected_arrivals: f64) -> u64 {
    let shares = operation_shares(&profile.load.operation);
    let each = [Operation::Create, Operation::Dismiss];
    let share: f64 = each.iter().filter_map(|o| shares.get(o)).sum();
    let expected = expected_arrivals.max(0.0) * share;
    let spread = if profile.load.arrivals == Arrivals::Poisson { 4.0 * expected.sqrt() } else { 0.0 };
    (expected + spread).ceil() as u64
}
