//! Calls, callbacks and objectives.

use super::super::{Summary, format};
use super::{Block, Grid, observed};
use crate::analysis::SeriesFigures;
use crate::record::model::tag;
use crate::say;
use crate::slo::{Judged, Verdict};
use crate::text::Text;

pub(super) fn calls(summary: &Summary) -> Vec<Block> {
    if let Some(observed) = &summary.observed {
        return observed::watched(summary, observed);
    }
    let list = vec![target(summary), rates(summary), sum(summary), failures(summary)];
    let rows = [
        (say!("calls-response"), tag::RESPONSE),
        (say!("calls-service"), tag::SERVICE),
        (say!("calls-own"), tag::OWN),
        (say!("calls-lag"), tag::DISPATCH_LAG),
    ]
    .into_iter()
    .filter_map(|(name, tag)| Some(figures(name, summary.series.get(tag)?)))
    .collect();
    let mut head = ["", "n", "p50", "p90", "p99", "p99.9"].map(Text::plain).to_vec();
    head.push(say!("calls-col-max"));
    let table = Grid { head, rows, spare: vec![3, 5] };
    vec![Block::Heading(say!("calls-heading")), Block::List(list), Block::Table(table)]
}

fn rates(summary: &Summary) -> Text {
    let rates = &summary.rates;
    let (achieved, seconds) = (format::rate(rates.achieved_per_s), format::rate(rates.measured_s));
    match rates.asked_per_s {
        Some(asked) => {
            say!("calls-rate", asked = format::rate(asked), achieved = achieved, seconds = seconds)
        }
        None => say!("calls-rate-closed", achieved = achieved, seconds = seconds),
    }
}

/// What became of the calls.
fn sum(summary: &Summary) -> Text {
    let calls = &summary.calls;
    if calls.unknown == 0 {
        return say!(
            "calls-sum",
            scheduled = format::count(calls.scheduled),
            released = format::count(calls.released),
            shed = format::count(calls.shed),
            succeeded = format::count(calls.succeeded),
            failed = format::count(calls.failed_total),
            censored = format::count(calls.censored),
        );
    }
    say!(
        "calls-sum-unknown",
        scheduled = format::count(calls.scheduled),
        released = format::count(calls.released),
        shed = format::count(calls.shed),
        succeeded = format::count(calls.succeeded),
        failed = format::count(calls.failed_total),
        censored = format::count(calls.censored),
        unknown = format::count(calls.unknown),
    )
}

fn target(summary: &Summary) -> Text {
    let plan = &summary.plan;
    let target = format::printable(&plan.target);
    match (&plan.openim_version, &plan.treated_as) {
        (None, _) => say!("calls-target-unknown", target = target),
        (Some(version), Some(build)) if version != build => {
            say!("calls-target-treated", target = target, version = version, build = build)
        }
        (Some(version), _) => say!("calls-target", target = target, version = version),
    }
}

fn failures(summary: &Summary) -> Text {
    let mut kinds: Vec<_> = summary.calls.failed.iter().collect();
    kinds.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
    if kinds.is_empty() {
        return say!("calls-no-failures");
    }
    let kinds: Vec<_> = kinds.into_iter().map(|(kind, n)| format!("{kind} {}", format::count(*n))).collect();
    say!("calls-failures", kinds = kinds.join(", "))
}

fn figures(name: Text, figures: &SeriesFigures) -> Vec<Text> {
    let mut row = vec![name, Text::plain(format::count(figures.count + figures.unfinished))];
    row.extend(["0.5", "0.9", "0.99", "0.999"].map(|q| Text::plain(quantile(figures, q))));
    row.push(match (figures.unfinished, figures.count) {
        (0, 0) => Text::plain("–"),
        (0, _) => Text::plain(format::duration_us(figures.max_us)),
        // The largest of those that ended is not the largest.
        _ => say!("calls-no-end"),
    });
    row
}

/// A quantile that the data support, else a dash.
pub(super) fn quantile(figures: &SeriesFigures, q: &str) -> String {
    figures.quantiles_us.get(q).map_or_else(|| "–".to_owned(), |us| format::duration_us(*us))
}

pub(super) fn callbacks(summary: &Summary) -> Vec<Block> {
    // What was only watched stands in place of the calls.
    if summary.callbacks.is_empty() || summary.observed.is_some() {
        return Vec::new();
    }
    let rows = summary
        .callbacks
        .iter()
        .map(|(key, c)| {
            let mut row = vec![Text::plain(key.name())];
            let counts = [c.arrived, c.replied, c.cut, c.missing + c.lost_after, c.duplicate, c.fresh];
            row.extend(counts.map(|n| Text::plain(format::count(n))));
            row
        })
        .collect();
    let head = [
        Text::plain("webhook"),
        say!("calls-col-arrived"),
        say!("calls-col-in-time"),
        say!("calls-col-given-up"),
        say!("calls-col-never-came"),
        say!("calls-col-twice"),
        say!("calls-col-dialled"),
    ];
    let mut blocks = vec![
        Block::Heading(say!("calls-heading-callbacks")),
        Block::Table(Grid { rows, ..Grid::new(head) }),
        Block::Text(say!("calls-callbacks-legend")),
    ];
    let list = unexpected(summary);
    if !list.is_empty() {
        blocks.push(Block::List(list));
    }
    blocks
}

/// What came that no call of this run explains.
fn unexpected(summary: &Summary) -> Vec<Text> {
    let figures = &summary.validity.figures;
    let mut list = Vec::new();
    if figures.strangers > 0 {
        list.push(say!("calls-strangers", n = figures.strangers, shown = format::count(figures.strangers)));
    }
    if figures.unknown_commands > 0 {
        let n = figures.unknown_commands;
        list.push(say!("calls-unknown-commands", n = n, shown = format::count(n)));
    }
    if figures.bad_requests > 0 {
        let n = figures.bad_requests;
        list.push(say!("calls-bad-requests", n = n, shown = format::count(n)));
    }
    list
}

pub(super) fn objectives(judged: &[Judged]) -> Vec<Block> {
    if judged.is_empty() {
        return Vec::new();
    }
    let rows = judged.iter().map(objective).collect();
    let head = [
        say!("calls-col-objective"),
        say!("calls-col-asked"),
        say!("calls-col-seen"),
        say!("calls-col-verdict"),
    ];
    let table = Grid { rows, ..Grid::new(head) };
    vec![Block::Heading(say!("calls-heading-objectives")), Block::Table(table)]
}

fn objective(judged: &Judged) -> Vec<Text> {
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
        Text::plain(judged.name.clone()),
        Text::plain(format!("≤ {}", show(judged.asked))),
        Text::plain(judged.seen.map_or_else(|| "–".to_owned(), show)),
        say!("calls-verdict", name = verdict),
    ]
}
