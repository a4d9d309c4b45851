//! What was run, where, what it took of this machine, and what it left behind.

use super::super::model::PortraitSummary;
use super::super::{Summary, format};
use super::{Block, heading, serde_name};
use crate::record::model::Ended;

pub(super) fn run(summary: &Summary) -> Vec<Block> {
    let plan = &summary.plan;
    let mut list = vec![format!("{}: {}", summary.run_id, format::printable(&plan.title))];
    list.extend(end(summary));
    let processes = plan.processes;
    list.push(format!(
        "{} loop, {} arrivals, seed {}; {processes} process{} send{} webhooks",
        serde_name(&plan.r#loop),
        serde_name(&plan.arrivals),
        plan.seed,
        if processes == 1 { "" } else { "es" },
        if processes == 1 { "s" } else { "" },
    ));
    if !plan.version_why.is_empty() {
        list.push(format!("version of OpenIM: {}", format::printable(plan.version_why.en())));
    }
    list.extend(plan.portrait.as_ref().map(portrait));
    if plan.insecure {
        list.push("certificate checks were switched off (--insecure)".to_owned());
    }
    list.push(machine(summary));
    list.push(lateness(summary));
    list.extend(resources(summary));
    list.extend(connections(summary));
    vec![heading("Run"), Block::List(list.into_iter().map(Into::into).collect())]
}

fn portrait(p: &PortraitSummary) -> String {
    let of = if p.simulated { "a simulator" } else { "OpenIM" };
    let mut text = format!(
        "portrait used: {of} {} at {}, made {}",
        format::printable(&p.openim_version),
        format::printable(&p.target),
        format::printable(&p.made_at)
    );
    if p.interrupted {
        text.push_str(", by a probe that was interrupted");
    }
    if p.may_be_out_of_date {
        let days = p.age_s.unwrap_or(0) / (24 * 3600);
        let days = if days == 1 { "a day".to_owned() } else { format!("{} days", format::count(days)) };
        text.push_str(&format!("; it is {days} old and may be out of date"));
    }
    text
}

fn end(summary: &Summary) -> Option<String> {
    let why = format::printable(&summary.ended_why);
    match summary.ended {
        None => Some("partial: the run was killed; what is shown ends with the last flush".to_owned()),
        Some(Ended::Complete) => None,
        Some(Ended::Interrupted) => Some("ended early by Ctrl-C".to_owned()),
        Some(Ended::Terminated) => Some("ended early by SIGTERM".to_owned()),
        Some(Ended::Aborted) => Some(format!("stopped itself: {why}")),
    }
}

fn machine(summary: &Summary) -> String {
    let get = |name: &str| summary.environment.get(name).map(|v| format::printable(v)).unwrap_or_default();
    let commit = match get("commit") {
        commit if commit.is_empty() => String::new(),
        commit => format!(" ({commit})"),
    };
    let mut parts = vec![format!("openim-bench {}{commit}", get("openim_bench"))];
    if get("optimised") != "true" {
        parts.push("not optimised: build with --release".to_owned());
    }
    parts.push(format!("host {}, {} cores, {}", get("host"), get("cores"), get("kernel")));
    parts.push(format!("started {}", get("started")));
    parts.join("; ")
}

fn lateness(summary: &Summary) -> String {
    let own = &summary.validity.figures.own_lateness;
    let show = |us: Option<u64>| us.map_or_else(|| "unknown".to_owned(), format::duration_us);
    format!(
        "our own lateness: dispatch lag p99 {}, p99.9 {}; callback server, beyond its median, p99 {}, p99.9 {}",
        show(own.dispatch_lag_p99_us),
        show(own.dispatch_lag_p999_us),
        show(own.receiver_lag_p99_us),
        show(own.receiver_lag_p999_us)
    )
}

fn resources(summary: &Summary) -> Option<String> {
    let load = &summary.validity.figures.load;
    let mut parts = Vec::new();
    if let Some(idle) = load.idle_share {
        parts.push(format!(
            "{} of the processors (machine idle {})",
            format::share(load.own_cpu_share),
            format::share(idle)
        ));
    }
    if summary.own.peak_memory_bytes > 0 {
        parts.push(format!("{} of memory at most", format::bytes(summary.own.peak_memory_bytes)));
    }
    if parts.is_empty() {
        return None;
    }
    Some(format!("we ourselves used {}", parts.join(" and ")))
}

fn connections(summary: &Summary) -> Vec<String> {
    let own = &summary.own;
    let mut list = Vec::new();
    let mut parts = Vec::new();
    let mut add = |n: u64, what: &str| {
        if n > 0 {
            parts.push(format!("{} {what}", format::count(n)));
        }
    };
    add(own.peak_in_flight, "calls in flight");
    add(u64::from(own.peak_connections), "connections open at our listener");
    if !parts.is_empty() {
        list.push(format!("at most {}", parts.join(" and ")));
    }
    if own.connections_opened > 0 {
        list.push(format!(
            "connections opened for calls while measuring: {}",
            format::count(own.connections_opened)
        ));
    }
    if own.connection_retries > 0 {
        list.push(format!(
            "calls sent again, because the target had just closed the idle connection: {}",
            format::count(own.connection_retries)
        ));
    }
    if summary.cleanup.token_renewals > 0 {
        let times = if summary.cleanup.token_renewals == 1 { "time" } else { "times" };
        list.push(format!("the token was renewed {} {times}", format::count(summary.cleanup.token_renewals)));
    }
    list
}

pub(super) fn left_behind(summary: &Summary) -> Vec<Block> {
    let cleanup = &summary.cleanup;
    let mut list = Vec::new();
    if cleanup.groups_made > 0 || cleanup.groups_dismissed > 0 {
        list.push(
            format!(
                "groups made {}, dismissed {}, left {}",
                format::count(cleanup.groups_made),
                format::count(cleanup.groups_dismissed),
                format::count(cleanup.groups_left)
            )
            .into(),
        );
    }
    if cleanup.users_registered > 0 {
        list.push(
            format!(
                "users registered {}; OpenIM cannot delete users",
                format::count(cleanup.users_registered)
            )
            .into(),
        );
    }
    if !cleanup.command.is_empty() {
        list.push(format!("remove what is left: {}", cleanup.command));
    }
    list.push(format!("record: {}", summary.record));
    vec![heading("Left behind"), Block::List(list.into_iter().map(Into::into).collect())]
}
