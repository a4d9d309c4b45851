//! The report cut into blocks of text and tables, which terminal and Markdown only lay out.
//!
//! Every word and figure stands here once.

use super::lead::{at_most, confidence_word, seconds};
use super::{Summary, format};
use crate::analysis::SeriesFigures;
use crate::analysis::{Confidence, Recommendation};
use crate::finding::{Finding, Severity};
use crate::record::model::{Ended, tag};
use crate::slo::{Judged, Verdict};
use crate::wire::WebhookKey;

/// A part of a report.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// A list.
    List(Vec<String>),
    /// A table: head, then rows; the first column is text, the others are figures.
    Table(Vec<String>, Vec<Vec<String>>),
}

/// The whole report.
#[must_use]
pub fn blocks(summary: &Summary) -> Vec<Block> {
    let mut all: Vec<Block> = Vec::new();
    all.extend(run(summary));
    all.extend(calls(summary));
    all.extend(timeouts(summary));
    for (key, recommendation) in &summary.recommendations {
        all.extend(one_webhook(*key, recommendation));
    }
    all.extend(together(summary));
    all.extend(objectives(&summary.objectives));
    all.extend(findings(summary));
    all.extend(leftovers(summary));
    all
}

fn run(summary: &Summary) -> Vec<Block> {
    let plan = &summary.plan;
    let version = plan.openim_version.as_deref().unwrap_or("of unknown version");
    let treated = match (&plan.openim_version, &plan.treated_as) {
        (Some(version), Some(build)) if version != build => format!(" (treated as {build})"),
        _ => String::new(),
    };
    let mut list = vec![
        format!("run {}: {}", summary.run_id, format::printable(&plan.title)),
        format!("target {}: OpenIM {version}{treated}", format::printable(&plan.target)),
    ];
    match summary.ended {
        None => list.push("partial: the run was killed; what follows ends with the last flush".to_owned()),
        Some(Ended::Complete) => {}
        Some(how) => {
            list.push(format!("ended early ({}) {}", ended(how), format::printable(&summary.ended_why)))
        }
    }
    vec![Block::Heading("Run".to_owned()), Block::List(list)]
}

fn ended(how: Ended) -> &'static str {
    match how {
        Ended::Complete => "complete",
        Ended::Interrupted => "Ctrl-C",
        Ended::Terminated => "SIGTERM",
        Ended::Aborted => "stopped itself:",
    }
}

fn calls(summary: &Summary) -> Vec<Block> {
    let (calls, rates) = (&summary.calls, &summary.rates);
    let asked = rates
        .asked_per_s
        .map_or_else(|| "no rate (closed loop)".to_owned(), |r| format!("{}/s", format::rate(r)));
    let mut list = vec![
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
    ];
    let mut kinds: Vec<_> = calls.failed.iter().collect();
    kinds.sort_by_key(|(_, n)| std::cmp::Reverse(**n));
    if kinds.is_empty() {
        list.push("failures: none".to_owned());
    } else {
        let kinds: Vec<_> =
            kinds.into_iter().map(|(kind, n)| format!("{kind} {}", format::count(*n))).collect();
        list.push(format!("failures: {}", kinds.join(", ")));
    }
    let rows = [
        ("response time (answered − intended)", tag::RESPONSE),
        ("service time (answered − sent)", tag::SERVICE),
        ("server's own part of it", tag::OWN),
        ("dispatch lag (our own lateness)", tag::DISPATCH_LAG),
    ]
    .into_iter()
    .filter_map(|(name, tag)| Some(figures(name, summary.series.get(tag)?)))
    .collect();
    vec![Block::Heading("Calls".to_owned()), Block::List(list), Block::Table(quantile_head(""), rows)]
}

fn quantile_head(first: &str) -> Vec<String> {
    [first, "n", "p50", "p90", "p99", "p99.9", "max"].map(str::to_owned).to_vec()
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
fn quantile(figures: &SeriesFigures, q: &str) -> String {
    figures.quantiles_us.get(q).map_or_else(|| "–".to_owned(), |us| format::duration_us(*us))
}

fn timeouts(summary: &Summary) -> Vec<Block> {
    if summary.recommendations.is_empty() {
        return Vec::new();
    }
    let head = ["webhook", "n", "p50", "p99", "p99.9", "now", "write", "single", "spells", "confidence"];
    let rows = summary.recommendations.iter().map(|(key, r)| timeout_row(*key, r)).collect();
    let epsilon = format::share(summary.plan.misfire);
    vec![
        Block::Heading("Timeouts".to_owned()),
        Block::Table(head.map(str::to_owned).to_vec(), rows),
        Block::Text(format!(
            "Times are those that the timeout is held against (see each webhook). single, spells: upper 95 % bounds of the \
             share of healthy callbacks that the timeout would cut, where slow ones come one by one, and where they come in \
             spells; asked for: {epsilon}."
        )),
    ]
}

fn timeout_row(key: WebhookKey, r: &Recommendation) -> Vec<String> {
    if r.confidence == Confidence::NotMeasured {
        let mut row = vec![key.name().to_owned(), "0".to_owned()];
        row.extend(std::iter::repeat_n("–".to_owned(), 7));
        row.push(confidence_word(r.confidence).to_owned());
        return row;
    }
    let shown = r.timeout_s.or(r.guess_s);
    let bound =
        |map: &std::collections::BTreeMap<u32, f64>| at_most(shown.and_then(|t| map.get(&t).copied()));
    vec![
        key.name().to_owned(),
        format::count(r.n),
        quantile(&r.time_us, "0.5"),
        quantile(&r.time_us, "0.99"),
        quantile(&r.time_us, "0.999"),
        r.present_s.map_or_else(|| "?".to_owned(), |t| format!("{t} s")),
        match (r.timeout_s, r.guess_s) {
            (None, Some(guess)) => format!("none ({guess} s?)"),
            (timeout, _) => seconds(timeout),
        },
        bound(&r.misfire_single),
        bound(&r.misfire_spells),
        confidence_word(r.confidence).to_owned(),
    ]
}

fn one_webhook(key: WebhookKey, r: &Recommendation) -> Vec<Block> {
    let mut list = vec![r.confidence_words.clone()];
    list.extend(r.why.iter().cloned());
    list.extend(r.ways_out.iter().map(|way| format!("way out: {way}")));
    if !r.raise.is_empty() {
        list.push(r.raise.clone());
    }
    list.extend(r.consequences.iter().cloned());
    if let Some(day) = &r.failed_per_day {
        list.push(format!(
            "failed operations a day at this timeout: seen {}, not excluded by this run up to {} (one by one) or {} (in \
             spells)",
            per_day(day.seen),
            per_day(day.at_most),
            per_day(day.at_most_in_spells)
        ));
    }
    list.retain(|line| !line.is_empty());
    let vantage = serde_name(&r.vantage);
    let basis = serde_name(&r.basis);
    let title = match (r.timeout_s, r.confidence) {
        (_, Confidence::NotMeasured) => format!("{key}: not measured"),
        (Some(timeout), _) => format!("{key}: {timeout} s"),
        (None, _) => format!("{key}: no timeout recommended"),
    };
    let binding = r.binding.as_deref().map_or_else(String::new, |b| format!(", decided by {b}"));
    list.push(format!("basis {basis}, vantage {vantage}{binding}"));
    vec![Block::Heading(title), Block::List(list)]
}

fn per_day(n: f64) -> String {
    if n >= 10.0 { format::count(n.round() as u64) } else { format!("{n:.1}") }
}

/// The name that a plain enum has in `summary.json`.
fn serde_name(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

fn together(summary: &Summary) -> Vec<Block> {
    let mut list: Vec<String> = summary
        .budgets
        .iter()
        .map(|budget| {
            let terms: Vec<String> = budget
                .terms
                .iter()
                .map(|t| {
                    let times = if t.calls > 1 { format!("{} × ", t.calls) } else { String::new() };
                    let now = if t.recommended { "" } else { " (not a recommendation)" };
                    format!("{times}{} s {}{now}", t.timeout_s, t.key)
                })
                .collect();
            format!(
                "{}: {} + own part {:.2} s = {:.2} s, {} the caller's {:.0} s",
                serde_name(&budget.operation),
                terms.join(" + "),
                budget.own_p99_s,
                budget.sum_s,
                if budget.fits { "within" } else { "more than" },
                budget.budget_s
            )
        })
        .collect();
    if let Some(all) = summary.operations_recommended.as_ref().filter(|all| all.n > 0) {
        list.push(format!(
            "all webhooks together: {} of {} operations had a callback beyond its timeout; at most {} of operations one by \
             one, {} in spells",
            format::count(all.exceed),
            format::count(all.n),
            format::share(all.single),
            format::share(all.in_spells)
        ));
    }
    if list.is_empty() {
        return Vec::new();
    }
    vec![Block::Heading("Together".to_owned()), Block::List(list)]
}

fn objectives(judged: &[Judged]) -> Vec<Block> {
    if judged.is_empty() {
        return Vec::new();
    }
    let rows = judged.iter().map(objective).collect();
    let head = ["objective", "asked", "seen", "verdict"].map(str::to_owned).to_vec();
    vec![Block::Heading("Objectives".to_owned()), Block::Table(head, rows)]
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
        show(judged.asked),
        judged.seen.map_or_else(|| "–".to_owned(), show),
        verdict.to_owned(),
    ]
}

fn findings(summary: &Summary) -> Vec<Block> {
    let mut blocks = vec![Block::Heading("Findings".to_owned())];
    let all: Vec<&Finding> = summary.validity.reasons.iter().chain(&summary.findings).collect();
    if all.is_empty() {
        blocks.push(Block::Text("none".to_owned()));
    }
    for finding in all {
        let label = match finding.severity {
            Severity::Info => "note",
            Severity::Warning => "warning",
            Severity::Error => "ERROR",
        };
        let place = if finding.place.is_empty() { String::new() } else { format!(" {}", finding.place) };
        blocks.push(Block::Text(format!(
            "{label}{place} [{}]: {}",
            finding.code,
            format::printable(&finding.what)
        )));
        let mut list: Vec<String> = finding.evidence.iter().map(|line| format::printable(line)).collect();
        list.extend(finding.do_next.lines().map(|line| format!("→ {}", format::printable(line))));
        blocks.push(Block::List(list));
    }
    blocks
}

fn leftovers(summary: &Summary) -> Vec<Block> {
    let cleanup = &summary.cleanup;
    let mut list = Vec::new();
    if cleanup.groups_made > 0 || cleanup.groups_dismissed > 0 {
        list.push(format!(
            "groups made {}, dismissed {}, left {}",
            format::count(cleanup.groups_made),
            format::count(cleanup.groups_dismissed),
            format::count(cleanup.groups_left)
        ));
    }
    if cleanup.users_registered > 0 {
        list.push(format!(
            "users registered {}; OpenIM cannot delete users",
            format::count(cleanup.users_registered)
        ));
    }
    if cleanup.token_renewals > 0 {
        list.push(format!("token renewed {} times during the run", cleanup.token_renewals));
    }
    if !cleanup.command.is_empty() {
        list.push(format!("remove what is left: {}", cleanup.command));
    }
    list.push(format!("record: {}", summary.record));
    vec![Block::Heading("Left behind".to_owned()), Block::List(list)]
}
