//! What was run, where, what it took of this machine, and what it left behind.

use super::super::model::PortraitSummary;
use super::super::{Summary, format};
use super::{Block, serde_name};
use crate::record::model::Ended;
use crate::say;
use crate::text::Text;

pub(super) fn run(summary: &Summary) -> Vec<Block> {
    let plan = &summary.plan;
    let title = format::printable(&plan.title);
    let mut list = vec![say!("calls-run-title", run = &summary.run_id, title = title)];
    list.extend(end(summary));
    list.push(say!(
        "calls-load",
        kind = serde_name(&plan.r#loop),
        arrivals = serde_name(&plan.arrivals),
        seed = plan.seed.to_string(),
        processes = plan.processes
    ));
    if !plan.version_why.is_empty() {
        list.push(say!("calls-version-why", why = plan.version_why.map(format::printable)));
    }
    list.extend(plan.portrait.as_ref().map(portrait));
    if plan.insecure {
        list.push(say!("calls-insecure"));
    }
    list.push(machine(summary));
    list.push(lateness(summary));
    list.extend(resources(summary));
    list.extend(connections(summary));
    vec![Block::Heading(say!("calls-run")), Block::List(list)]
}

fn portrait(p: &PortraitSummary) -> Text {
    let of = if p.simulated { say!("calls-a-simulator") } else { Text::plain("OpenIM") };
    let mut text = say!(
        "calls-portrait",
        of = of,
        version = format::printable(&p.openim_version),
        target = format::printable(&p.target),
        made = format::printable(&p.made_at)
    );
    if p.interrupted {
        text = say!("calls-portrait-interrupted", portrait = text);
    }
    if p.may_be_out_of_date {
        let days = p.age_s.unwrap_or(0) / (24 * 3600);
        text = say!("calls-portrait-old", portrait = text, days = days, count = format::count(days));
    }
    text
}

fn end(summary: &Summary) -> Option<Text> {
    match summary.ended {
        None => Some(say!("calls-partial")),
        Some(Ended::Complete) => None,
        Some(Ended::Interrupted) => Some(say!("calls-ctrl-c")),
        Some(Ended::Terminated) => Some(say!("calls-sigterm")),
        Some(Ended::Aborted) => {
            Some(say!("calls-stopped-itself", why = format::printable(&summary.ended_why)))
        }
    }
}

fn machine(summary: &Summary) -> Text {
    let get = |name: &str| summary.environment.get(name).map(|v| format::printable(v)).unwrap_or_default();
    let commit = match get("commit") {
        commit if commit.is_empty() => String::new(),
        commit => format!(" ({commit})"),
    };
    let mut parts = vec![Text::plain(format!("openim-bench {}{commit}", get("openim_bench")))];
    if get("optimised") != "true" {
        parts.push(say!("calls-not-optimised"));
    }
    parts.push(say!("calls-host", host = get("host"), cores = get("cores"), kernel = get("kernel")));
    parts.push(say!("calls-started", started = get("started")));
    Text::clauses(&parts)
}

fn lateness(summary: &Summary) -> Text {
    let own = &summary.validity.figures.own_lateness;
    let show =
        |us: Option<u64>| us.map_or_else(|| say!("calls-unknown"), |us| Text::plain(format::duration_us(us)));
    say!(
        "calls-lateness",
        lag = show(own.dispatch_lag_p99_us),
        lag_999 = show(own.dispatch_lag_p999_us),
        receiver = show(own.receiver_lag_p99_us),
        receiver_999 = show(own.receiver_lag_p999_us)
    )
}

fn resources(summary: &Summary) -> Option<Text> {
    let load = &summary.validity.figures.load;
    let mut parts = Vec::new();
    if let Some(idle) = load.idle_share {
        let (cpu, idle) = (format::share(load.own_cpu_share), format::share(idle));
        parts.push(say!("calls-used-cpu", cpu = cpu, idle = idle));
    }
    if summary.own.peak_memory_bytes > 0 {
        parts.push(say!("calls-used-memory", memory = format::bytes(summary.own.peak_memory_bytes)));
    }
    (!parts.is_empty()).then(|| say!("calls-used", what = Text::join(&parts, &say!("calls-and"))))
}

fn connections(summary: &Summary) -> Vec<Text> {
    let own = &summary.own;
    let n = |n: u64| (n > 0).then(|| format::count(n));
    let parts: Vec<Text> = [
        n(own.peak_in_flight).map(|n| say!("calls-peak-in-flight", n = n)),
        n(u64::from(own.peak_connections)).map(|n| say!("calls-peak-connections", n = n)),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut list = Vec::new();
    if !parts.is_empty() {
        list.push(say!("calls-peaks", what = Text::join(&parts, &say!("calls-and"))));
    }
    list.extend(n(own.connections_opened).map(|n| say!("calls-connections-opened", n = n)));
    list.extend(n(own.connection_retries).map(|n| say!("calls-sent-again", n = n)));
    let renewals = summary.cleanup.token_renewals;
    list.extend(n(renewals).map(|count| say!("calls-renewed", n = renewals, count = count)));
    list
}

pub(super) fn left_behind(summary: &Summary) -> Vec<Block> {
    let cleanup = &summary.cleanup;
    let mut list = Vec::new();
    if cleanup.groups_made > 0 || cleanup.groups_dismissed > 0 {
        list.push(say!(
            "calls-groups",
            made = format::count(cleanup.groups_made),
            dismissed = format::count(cleanup.groups_dismissed),
            left = format::count(cleanup.groups_left)
        ));
    }
    if cleanup.users_registered > 0 {
        list.push(say!("calls-users", n = format::count(cleanup.users_registered)));
    }
    if !cleanup.command.is_empty() {
        list.push(say!("calls-remove", command = &cleanup.command));
    }
    list.push(say!("calls-record", record = &summary.record));
    vec![Block::Heading(say!("calls-left-behind")), Block::List(list)]
}
