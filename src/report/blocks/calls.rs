//! Calls, callbacks and objectives.

use super::super::{Summary, format};
use super::{Block, Grid, cells};
use crate::analysis::SeriesFigures;
use crate::record::model::tag;
use crate::say;
use crate::slo::{Judged, Verdict};
use crate::text::Text;

pub(super) fn calls(summary: &Summary) -> Vec<Block> {
    let list = vec![target(summary), rates(summary), ledger(summary), failures(summary)];
    let rows = [
        (say!("calls-response"), tag::RESPONSE),
        (say!("calls-service"), tag::SERVICE),
        (say!("calls-own"), tag::OWN),
        (say!("calls-lag"), tag::DISPATCH_LAG),
    ]
    .into_iter()
    .filter_map(|(name, tag)| Some(figures(name, summary.series.get(tag)?)))
    .collect();
    let table = Grid { rows, spare: vec![3, 5], ..Grid::new(["", "n", "p50", "p90", "p99", "p99.9", "max"]) };
    vec![Block::Heading(say!("calls-heading")), Block::List(list), Block::Table(table)]
}

fn rates(summary: &Summary) -> Text {
    let rates = &summary.rates;
    let asked = rates
        .asked_per_s
        .map_or_else(|| say!("calls-no-rate"), |r| Text::plain(format!("{}/s", format::rate(r))));
    let (achieved, seconds) = (format::rate(rates.achieved_per_s), format::rate(rates.measured_s));
    say!("calls-rates", asked = asked, achieved = achieved, seconds = seconds)
}

/// What became of the arrivals: both sums come out.
fn ledger(summary: &Summary) -> Text {
    let calls = &summary.calls;
    let [scheduled, released, shed, succeeded, failed, censored] =
        [calls.scheduled, calls.released, calls.shed, calls.succeeded, calls.failed_total, calls.censored]
            .map(format::count);
    if calls.unknown == 0 {
        return say!(
            "calls-ledger",
            scheduled = scheduled,
            released = released,
            shed = shed,
            succeeded = succeeded,
            failed = failed,
            censored = censored
        );
    }
    say!(
        "calls-ledger-unknown",
        scheduled = scheduled,
        released = released,
        shed = shed,
        succeeded = succeeded,
        failed = failed,
        censored = censored,
        unknown = format::count(calls.unknown)
    )
}

fn target(summary: &Summary) -> Text {
    let plan = &summary.plan;
    let version = plan.openim_version.as_deref();
    let version = version.map_or_else(|| say!("calls-version-unknown"), Text::plain);
    let target = format::printable(&plan.target);
    match (&plan.openim_version, &plan.treated_as) {
        (Some(given), Some(build)) if given != build => {
            say!("calls-target-treated", target = target, version = version, build = build)
        }
        _ => say!("calls-target", target = target, version = version),
    }
}

fn failures(summary: &Summary) -> Text {
    let mut kinds: Vec<_> = summary.calls.failed.iter().collect();
    kinds.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
    if kinds.is_empty() {
        return say!("calls-no-failures");
    }
    let one = |(kind, n): (_, &u64)| Text::plain(format!("{kind} {}", format::count(*n)));
    let kinds: Vec<Text> = kinds.into_iter().map(one).collect();
    say!("calls-failures", kinds = Text::list(&kinds))
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
    let head = [
        say!("calls-webhook"),
        say!("calls-arrived"),
        say!("calls-in-time"),
        say!("calls-given-up"),
        say!("calls-never-came"),
        say!("calls-twice"),
        say!("calls-dialled"),
    ];
    let mut blocks = vec![
        Block::Heading(say!("calls-callbacks")),
        Block::Table(Grid { rows, ..Grid::new(head) }),
        Block::Text(say!("calls-callbacks-legend")),
    ];
    let figures = &summary.validity.figures;
    let n = |n: u64| (n > 0).then(|| format::count(n));
    let list: Vec<Text> = [
        n(figures.strangers).map(|n| say!("calls-strangers", n = n)),
        n(figures.unknown_commands).map(|n| say!("calls-unknown-commands", n = n)),
        n(figures.bad_requests).map(|n| say!("calls-bad-requests", n = n)),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !list.is_empty() {
        blocks.push(Block::List(list));
    }
    blocks
}

pub(super) fn objectives(judged: &[Judged]) -> Vec<Block> {
    if judged.is_empty() {
        return Vec::new();
    }
    let rows = judged.iter().map(objective).collect();
    let head = [say!("calls-objective"), say!("calls-asked"), say!("calls-seen"), say!("calls-verdict")];
    vec![Block::Heading(say!("calls-objectives")), Block::Table(Grid { rows, ..Grid::new(head) })]
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
        Verdict::Met => say!("calls-met"),
        Verdict::Missed => say!("calls-missed"),
        Verdict::Inconclusive => say!("calls-inconclusive"),
    };
    vec![
        Text::plain(judged.name.as_str()),
        Text::plain(format!("≤ {}", show(judged.asked))),
        Text::plain(judged.seen.map_or_else(|| "–".to_owned(), show)),
        verdict,
    ]
}
