//! Calls, callbacks and objectives.

use super::super::{Summary, format};
use super::{Block, Grid, cells, heading};
use crate::analysis::SeriesFigures;
use crate::record::model::tag;
use crate::slo::{Judged, Verdict};

pub(super) fn calls(summary: &Summary) -> Vec<Block> {
    let (calls, rates) = (&summary.calls, &summary.rates);
    let asked = rates
        .asked_per_s
        .map_or_else(|| "no rate (closed loop)".to_owned(), |r| format!("{}/s", format::rate(r)));
    let list = vec![
        target(summary),
        format!(
            "asked {asked}, achieved {}/s over {} s measured",
            format::rate(rates.achieved_per_s),
            format::rate(rates.measured_s)
        ),
        format!(
            "scheduled {} = released {} + shed {}; released = succeeded {} + failed {} + censored {}{}",
            format::count(calls.scheduled),
            format::count(calls.released),
            format::count(calls.shed),
            format::count(calls.succeeded),
            format::count(calls.failed_total),
            format::count(calls.censored),
            match calls.unknown {
                0 => String::new(),
                n => format!(" + unknown {} (in flight when the run was killed)", format::count(n)),
            }
        ),
        failures(summary),
    ];
    let rows = [
        ("response time (answered − intended)", tag::RESPONSE),
        ("service time (answered − sent)", tag::SERVICE),
        ("the server's own part of it", tag::OWN),
        ("dispatch lag (our own lateness)", tag::DISPATCH_LAG),
    ]
    .into_iter()
    .filter_map(|(name, tag)| Some(cells(figures(name, summary.series.get(tag)?))))
    .collect();
    let table = Grid { rows, spare: vec![3, 5], ..Grid::new(["", "n", "p50", "p90", "p99", "p99.9", "max"]) };
    vec![heading("Calls"), Block::List(list.into_iter().map(Into::into).collect()), Block::Table(table)]
}

fn target(summary: &Summary) -> String {
    let plan = &summary.plan;
    let version = plan.openim_version.as_deref().unwrap_or("of unknown version");
    let treated = match (&plan.openim_version, &plan.treated_as) {
        (Some(version), Some(build)) if version != build => format!(" (treated as {build})"),
        _ => String::new(),
    };
    format!("target {}: OpenIM {version}{treated}", format::printable(&plan.target))
}

fn failures(summary: &Summary) -> String {
    let mut kinds: Vec<_> = summary.calls.failed.iter().collect();
    kinds.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
    if kinds.is_empty() {
        return "failures: none".to_owned();
    }
    let kinds: Vec<_> = kinds.into_iter().map(|(kind, n)| format!("{kind} {}", format::count(*n))).collect();
    format!("failures: {}", kinds.join(", "))
}

fn figures(name: &str, figures: &SeriesFigures) -> Vec<String> {
    let mut row = vec![name.to_owned(), format::count(figures.count + figures.unfinished)];
    row.extend(["0.5", "0.9", "0.99", "0.999"].map(|q| quantile(figures, q)));
    row.push(match (figures.unfinished, figures.count) {
        (0, 0) => "–".to_owned(),
        (0, _) => format::duration_us(figures.max_us),
        // The largest of those that ended is not the largest.
        _ => "no end".to_owned(),
    });
    row
}

/// A quantile that the data support, else a dash.
pub(super) fn quantile(figures: &SeriesFigures, q: &str) -> String {
    figures.quantiles_us.get(q).map_or_else(|| "–".to_owned(), |us| format::duration_us(*us))
}

pub(super) fn callbacks(summary: &Summary) -> Vec<Block> {
    if summary.callbacks.is_empty() {
        return Vec::new();
    }
    let rows = summary
        .callbacks
        .iter()
        .map(|(key, c)| {
            let mut row = vec![key.name().to_owned()];
            row.extend(
                [c.arrived, c.replied, c.cut, c.missing + c.lost_after, c.duplicate, c.fresh]
                    .map(format::count),
            );
            cells(row)
        })
        .collect();
    let head = ["webhook", "arrived", "in time", "given up", "never came", "twice", "dialled"];
    let mut blocks = vec![
        heading("Callbacks"),
        Block::Table(Grid { rows, ..Grid::new(head) }),
        Block::Text(legend().into()),
    ];
    let figures = &summary.validity.figures;
    let mut list = Vec::new();
    let mut add = |n: u64, what: &str| {
        if n > 0 {
            list.push(format!("{} {what}", format::count(n)));
        }
    };
    add(figures.strangers, "callbacks of others' operations (strangers), answered at once");
    add(figures.unknown_commands, "callbacks of commands that no known version sends");
    add(figures.bad_requests, "requests to our listener that could not be read or were refused");
    if !list.is_empty() {
        blocks.push(Block::List(list.into_iter().map(Into::into).collect()));
    }
    blocks
}

fn legend() -> String {
    "in time: answered before OpenIM gave up. given up: OpenIM closed first. twice: again, without a reason that is \
     known. dialled: came on a connection that was opened for it."
        .to_owned()
}

pub(super) fn objectives(judged: &[Judged]) -> Vec<Block> {
    if judged.is_empty() {
        return Vec::new();
    }
    let rows = judged.iter().map(objective).map(cells).collect();
    let table = Grid { rows, ..Grid::new(["objective", "asked", "seen", "verdict"]) };
    vec![heading("Objectives"), Block::Table(table)]
}

fn objective(judged: &Judged) -> Vec<String> {
    let show = |value: f64| {
        if judged.name == "failed_share" {
            format::share(value)
        } else {
            format::duration_us(value.max(0.0) as u64)
        }
    };
    let verdict = match judged.verdict {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::Inconclusive => "inconclusive",
    };
    vec![
        judged.name.clone(),
        format!("≤ {}", show(judged.asked)),
        judged.seen.map_or_else(|| "–".to_owned(), show),
        verdict.to_owned(),
    ]
}
