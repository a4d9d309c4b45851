//! What was run, where, what it took of this machine, and what it left behind.

use super::super::model::PortraitSummary;
use super::super::upstream::UpstreamSummary;
use super::super::{Summary, format};
use super::{Block, serde_name};
use crate::record::model::Ended;
use crate::say;
use crate::text::Text;

pub(super) fn run(summary: &Summary) -> Vec<Block> {
    let plan = &summary.plan;
    let mut list = vec![say!("calls-run", id = &summary.run_id, title = format::printable(&plan.title))];
    list.extend(end(summary));
    list.push(if summary.observed.is_some() {
        say!("observed-run", n = plan.processes)
    } else {
        let arrivals = say!("calls-arrivals", name = serde_name(&plan.arrivals));
        let kind = say!("calls-loop", name = serde_name(&plan.r#loop));
        say!("calls-run-load", kind = kind, arrivals = arrivals, seed = plan.seed, n = plan.processes)
    });
    if !plan.version_why.is_empty() {
        list.push(say!("calls-run-version", why = plan.version_why.map(format::printable)));
    }
    list.extend(plan.portrait.as_ref().map(portrait));
    if plan.insecure {
        list.push(say!("calls-run-insecure"));
    }
    list.extend(plan.upstream.iter().flat_map(upstream));
    list.push(machine(summary));
    list.push(lateness(summary));
    list.extend(resources(summary));
    list.extend(connections(summary));
    vec![Block::Heading(say!("calls-heading-run")), Block::List(list)]
}

/// The server behind the proxy, and what the proxy costs.
fn upstream(upstream: &UpstreamSummary) -> Vec<Text> {
    let mut lines = vec![say!("calls-run-upstream", url = format::printable(&upstream.url))];
    if upstream.insecure {
        lines.push(say!("calls-run-upstream-insecure"));
    }
    if let (Some(p50), Some(p99)) = (upstream.added_p50_us, upstream.added_p99_us) {
        let ms = |us: u64| format!("{:.2}", us as f64 / 1e3);
        lines.push(say!("calls-run-proxy-added", p50 = ms(p50), p99 = ms(p99)));
    }
    lines
}

fn portrait(p: &PortraitSummary) -> Text {
    let of = if p.simulated { say!("calls-portrait-simulator") } else { Text::plain("OpenIM") };
    let version = format::printable(&p.openim_version);
    let (target, made) = (format::printable(&p.target), format::printable(&p.made_at));
    let made = if p.interrupted {
        say!("calls-portrait-interrupted", of = of, version = version, target = target, made = made)
    } else {
        say!("calls-portrait", of = of, version = version, target = target, made = made)
    };
    if !p.may_be_out_of_date {
        return made;
    }
    let days = p.age_s.unwrap_or(0) / (24 * 3600);
    Text::clauses(&[made, say!("calls-portrait-old", n = days)])
}

fn end(summary: &Summary) -> Option<Text> {
    match summary.ended {
        None => Some(say!("calls-run-killed")),
        Some(Ended::Complete) => None,
        Some(Ended::Interrupted) => Some(say!("calls-run-interrupted")),
        Some(Ended::Terminated) => Some(say!("calls-run-terminated")),
        Some(Ended::Aborted) => {
            Some(say!("calls-run-aborted", why = summary.ended_why.map(format::printable)))
        }
    }
}

fn machine(summary: &Summary) -> Text {
    let get = |name: &str| summary.environment.get(name).map(|v| format::printable(v)).unwrap_or_default();
    let version = match get("commit") {
        commit if commit.is_empty() => get("openim_bench"),
        commit => format!("{} ({commit})", get("openim_bench")),
    };
    let mut parts = vec![Text::plain(format!("openim-bench {version}"))];
    if get("optimised") != "true" {
        parts.push(say!("calls-machine-debug"));
    }
    parts.push(say!("calls-machine-host", host = get("host"), cores = get("cores"), kernel = get("kernel")));
    parts.push(say!("calls-machine-started", when = get("started")));
    Text::clauses(&parts)
}

fn lateness(summary: &Summary) -> Text {
    let own = &summary.validity.figures.own_lateness;
    let show =
        |us: Option<u64>| us.map_or_else(|| say!("calls-unknown"), |us| Text::plain(format::duration_us(us)));
    if summary.observed.is_some() {
        let (receiver, high) = (show(own.receiver_lag_p99_us), show(own.receiver_lag_p999_us));
        return say!("observed-lateness", receiver = receiver, receiver_high = high);
    }
    say!(
        "calls-lateness",
        dispatch = show(own.dispatch_lag_p99_us),
        dispatch_high = show(own.dispatch_lag_p999_us),
        receiver = show(own.receiver_lag_p99_us),
        receiver_high = show(own.receiver_lag_p999_us),
    )
}

fn resources(summary: &Summary) -> Option<Text> {
    let load = &summary.validity.figures.load;
    let cpu = format::share(load.own_cpu_share);
    let memory = format::bytes(summary.own.peak_memory_bytes);
    match (load.idle_share.map(format::share), summary.own.peak_memory_bytes) {
        (None, 0) => None,
        (None, _) => Some(say!("calls-used-memory", memory = memory)),
        (Some(idle), 0) => Some(say!("calls-used-cpu", cpu = cpu, idle = idle)),
        (Some(idle), _) => Some(say!("calls-used", cpu = cpu, idle = idle, memory = memory)),
    }
}

fn connections(summary: &Summary) -> Vec<Text> {
    let own = &summary.own;
    let mut list = Vec::new();
    let calls = format::count(own.peak_in_flight);
    let connections = format::count(u64::from(own.peak_connections));
    match (own.peak_in_flight, own.peak_connections) {
        (0, 0) => {}
        (0, _) => list.push(say!("calls-peak-connections", connections = connections)),
        (_, 0) => list.push(say!("calls-peak-calls", calls = calls)),
        _ => list.push(say!("calls-peak", calls = calls, connections = connections)),
    }
    if own.connections_opened > 0 {
        list.push(say!("calls-connections-opened", n = format::count(own.connections_opened)));
    }
    if own.connection_retries > 0 {
        list.push(say!("calls-sent-again", n = format::count(own.connection_retries)));
    }
    if summary.cleanup.token_renewals > 0 {
        list.push(say!("calls-token-renewed", n = summary.cleanup.token_renewals));
    }
    list
}

pub(super) fn left_behind(summary: &Summary) -> Vec<Block> {
    let cleanup = &summary.cleanup;
    let mut list = Vec::new();
    if cleanup.groups_made > 0 || cleanup.groups_dismissed > 0 {
        list.push(say!(
            "calls-left-groups",
            made = format::count(cleanup.groups_made),
            dismissed = format::count(cleanup.groups_dismissed),
            left = format::count(cleanup.groups_left),
        ));
    }
    if cleanup.users_registered > 0 {
        list.push(say!("calls-left-users", n = format::count(cleanup.users_registered)));
    }
    if !cleanup.command.is_empty() {
        list.push(say!("calls-left-command", command = &cleanup.command));
    }
    list.push(say!("calls-left-record", record = &summary.record));
    vec![Block::Heading(say!("calls-heading-left")), Block::List(list)]
}
