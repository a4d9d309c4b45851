//! `whatif` as people read it.

use super::blocks::{Block, Grid, cells};
use super::format;
use crate::analysis::whatif::{Outage, WhatIf};
use crate::analysis::{Budget, ValidityVerdict};

/// The blocks of an answer.
#[must_use]
pub fn blocks(answer: &WhatIf) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading(format!("What if: run {}", answer.run_id).into()),
        Block::Text(setting(answer).into()),
        Block::Heading("Webhook server healthy".to_owned().into()),
        Block::Table(webhooks(answer)),
    ];
    blocks.extend(cut(answer));
    blocks.extend(operations(answer).map(|o| Block::Text(o.into())));
    blocks.extend(answer.budgets.iter().map(|b| Block::Text(budget(b).into())));
    blocks.push(Block::Heading("Connections".to_owned().into()));
    blocks.push(Block::Table(connections(answer)));
    blocks.push(Block::Heading(format!("One webhook hangs for {}", seconds(answer.outage_s)).into()));
    blocks.push(Block::Table(outages(answer)));
    blocks.push(Block::List(answer.outages.iter().map(|o| sentence(o, answer).into()).collect()));
    blocks
}

fn setting(answer: &WhatIf) -> String {
    let rate = if answer.rate_given { "as asked" } else { "the run's production rate" };
    let warnings = match answer.validity {
        ValidityVerdict::Warnings => " The run has warnings: see its report.",
        ValidityVerdict::Valid | ValidityVerdict::Invalid => "",
    };
    format!(
        "{} arrivals a second ({rate}), {} group process(es), OpenIM {}. Misfires are counted in {} of measured time; basis: {}.{warnings} Outages are played from OpenIM's rules and the run's mean times with evenly spaced arrivals: the typical course.",
        format::rate(answer.rate_per_s),
        answer.processes,
        answer.version,
        format::duration_us((answer.measured_s * 1e6) as u64),
        name(&answer.basis),
    )
}

/// The name that a plain enum has in JSON, in words.
fn name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name.replace('_', " "),
        _ => String::new(),
    }
}

fn seconds(value: f64) -> String {
    format::duration_us((value * 1e6).round().max(0.0) as u64)
}

fn webhooks(answer: &WhatIf) -> Grid {
    let head = ["webhook", "timeout", "from", "slower", "seen", "at most", "in spells", "vantage"];
    let rows = answer.webhooks.iter().map(|(key, w)| {
        vec![
            key.to_string(),
            format!("{} s", w.timeout_s),
            name(&w.timeout_from),
            format!("{} of {}", format::count(w.exceed), format::count(w.n)),
            format::share(w.misfire_seen),
            format::share(w.misfire_single),
            format::share(w.misfire_spells),
            name(&w.vantage),
        ]
    });
    Grid {
        head: head.map(str::to_owned).to_vec().into_iter().map(Into::into).collect(),
        rows: rows.map(cells).collect(),
        spare: vec![4, 7],
    }
}

/// Timeouts that the run cannot judge because it was measured with shorter ones.
fn cut(answer: &WhatIf) -> Option<Block> {
    let items = answer.webhooks.iter().filter_map(|(key, w)| {
        let present = w.cut_at_s?;
        Some(format!(
            "{key}: OpenIM cut callbacks at {present} s while this was measured, or they never came. How long they would have taken nobody knows; they count as slower than {} s. Measure with a timeout of 15 s to know more.",
            w.timeout_s
        ))
    });
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then_some(Block::List(items.into_iter().map(Into::into).collect()))
}

fn operations(answer: &WhatIf) -> Option<String> {
    let o = answer.operations?;
    let hour = o.failed_per_hour;
    Some(format!(
        "Failed calls an hour because a healthy callback is cut: {} as seen ({} of {}), at most {} (95 %, slow ones come one by one), at most {} (95 %, in spells).",
        per_hour(hour.seen),
        format::count(o.exceed),
        format::count(o.n),
        per_hour(hour.at_most),
        per_hour(hour.at_most_in_spells),
    ))
}

fn per_hour(value: f64) -> String {
    if value >= 10.0 { format::count(value.round() as u64) } else { format!("{value:.1}") }
}

fn budget(budget: &Budget) -> String {
    let terms: Vec<String> = budget
        .terms
        .iter()
        .map(|t| {
            if t.calls > 1 {
                format!("{} × {} s {}", t.calls, t.timeout_s, t.key)
            } else {
                format!("{} s {}", t.timeout_s, t.key)
            }
        })
        .collect();
    let verdict = if budget.fits {
        "fits"
    } else {
        "BREACHES it: the caller gives up first, and the group may still be made"
    };
    format!(
        "Caller's budget of {}: {} s; {} + {:.2} s own part (p99) = {:.2} s, which {verdict}.",
        budget.operation.name(),
        budget.budget_s,
        terms.join(" + "),
        budget.own_p99_s,
        budget.sum_s
    )
}

fn connections(answer: &WhatIf) -> Grid {
    let head = ["webhook", "a second", "mean time", "held", "held p99.9", "wanted in a hang"];
    let rows = answer.webhooks.iter().map(|(key, w)| {
        vec![
            key.to_string(),
            format::rate(w.callbacks_per_s),
            seconds(w.mean_s),
            format!("{:.2}", w.held_mean),
            format::count(w.held_p999),
            format!("{:.0}", w.held_in_outage),
        ]
    });
    Grid {
        head: head.map(str::to_owned).to_vec().into_iter().map(Into::into).collect(),
        rows: rows.map(cells).collect(),
        spare: vec![2],
    }
}

fn outages(answer: &WhatIf) -> Grid {
    let head = ["webhook", "full after", "failed", "a minute", "lost", "a minute", "longest", "felt for"];
    let rows = answer.outages.iter().map(|o| {
        let full = if o.key.is_before() { o.pool_full_after_s } else { o.queue_full_after_s };
        vec![
            o.key.to_string(),
            full.map_or_else(|| "never".to_owned(), seconds),
            format::count(o.failed),
            format::count(o.failed_per_minute.round() as u64),
            format::count(o.lost),
            format::count(o.lost_per_minute.round() as u64),
            seconds(o.longest_response_s),
            o.recovery_s.map_or_else(|| "over 60 s".to_owned(), seconds),
        ]
    });
    Grid {
        head: head.map(str::to_owned).to_vec().into_iter().map(Into::into).collect(),
        rows: rows.map(cells).collect(),
        spare: vec![3, 5],
    }
}

fn sentence(o: &Outage, answer: &WhatIf) -> String {
    let all = 100 * answer.processes;
    let end = match o.recovery_s {
        Some(s) => format!("felt for {} after its end", seconds(s)),
        None => "still felt a minute after its end".to_owned(),
    };
    if o.key.is_before() {
        let pool = match (o.pool_full_after_s, o.pool_may_fill) {
            (Some(s), _) => format!(
                "all {all} connections are taken after {}, then healthy callbacks wait behind dead ones",
                seconds(s)
            ),
            (None, true) => format!(
                "the {all} connections suffice on average, but not with random arrivals at all times (λT + 3√(λT) is more than 98 a process)"
            ),
            (None, false) => format!("the {all} connections suffice"),
        };
        let waited = if o.waited > 0 {
            format!(", {} wait for a connection and succeed", format::count(o.waited))
        } else {
            String::new()
        };
        return format!(
            "{} at {} s: {pool}; {} calls fail{waited}; {end}.",
            o.key,
            o.timeout_s,
            format::count(o.failed)
        );
    }
    let queue = match o.queue_full_after_s {
        Some(s) => format!(
            "the after-queue is full after {}; from then on calls stall up to {} and then lose their event without a word ({} stall, {} are lost)",
            seconds(s),
            seconds(o.push_wait_s),
            format::count(o.stalled),
            format::count(o.lost)
        ),
        None => "the after-queue never fills".to_owned(),
    };
    format!(
        "{} at {} s: {queue}; no call fails by it{}; {end}.",
        o.key,
        o.timeout_s,
        if o.failed > 0 { " but those that find no connection" } else { "" }
    )
}
