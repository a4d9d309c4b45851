//! The report of `webhook check`.

use serde::Serialize;
use serde_json::{Value, json};

use super::count;
use crate::app::{Format, out};
use crate::check::words::{alike, effect, time, variant};
use crate::check::{Asked, Effect, KeepAlive, Loaded, Outcome, Row, Workers};
use crate::finding::{Finding, Severity};
use crate::report::blocks::{Block, Grid, Point};
use crate::report::{Page, RenderError};
use crate::say;
use crate::text::Text;
use crate::wire::failure::printable;

/// Format of the JSON.
const FORMAT: u32 = 1;

/// The page in a format.
pub(super) fn rendered(asked: &Asked, outcome: &Outcome, wanted: Format) -> Result<Vec<u8>, RenderError> {
    let (lead, blocks, data) = (lead(asked, outcome), blocks(asked, outcome), data(asked, outcome));
    let page =
        Page { title: "openim-bench webhook check", lead: &lead, charts: &[], blocks: &blocks, data: &data };
    page.render(wanted, out::look())
}

fn lead(asked: &Asked, outcome: &Outcome) -> Vec<Text> {
    let url = printable(&asked.url);
    let (errors, warnings) = (count(outcome, Severity::Error), count(outcome, Severity::Warning));
    let mut lead = vec![match (outcome.reached, errors + warnings) {
        (false, _) => say!("check-lead-not-reached", url = url),
        (true, 0) => say!("check-lead-clean", url = url),
        _ => say!("check-lead-findings", errors = errors, warnings = warnings, url = url),
    }];
    if outcome.given_up {
        lead.push(say!("check-lead-given-up", timeout = asked.timeout_s));
    }
    lead
}

fn blocks(asked: &Asked, outcome: &Outcome) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !outcome.findings.is_empty() {
        blocks.push(Block::Heading(say!("check-heading-findings")));
        blocks.push(Block::Points(outcome.findings.iter().map(point).collect()));
    }
    for version in &asked.versions {
        let of = |row: &&Row| row.version == version.text && !row.foreign;
        let rows: Vec<&Row> = outcome.rows.iter().filter(of).collect();
        if !rows.is_empty() {
            blocks.push(Block::Heading(say!("check-heading-version", version = version.text.as_str())));
            blocks.push(Block::Table(table(&rows)));
        }
    }
    let lines: Vec<Text> = outcome
        .keep_alive
        .as_ref()
        .map(keep_alive)
        .into_iter()
        .chain(outcome.workers.as_ref().map(workers))
        .collect();
    if !lines.is_empty() {
        blocks.push(Block::Heading(say!("check-heading-connections")));
        blocks.push(Block::List(lines));
    }
    if let Some(loaded) = &outcome.loaded {
        blocks.extend(load(loaded));
    }
    blocks
}

fn point(finding: &Finding) -> Point {
    let (code, what) = (finding.code.as_str(), &finding.what);
    let head = match finding.severity {
        Severity::Error => say!("check-severity-error", code = code, what = what),
        Severity::Warning => say!("check-severity-warning", code = code, what = what),
        Severity::Info => say!("check-severity-info", code = code, what = what),
    };
    let mut lines = finding.evidence.clone();
    lines.push(say!("check-next", text = &finding.do_next));
    Point { head, lines }
}

/// Bodies of a command that came to the same stand in one row.
fn table(rows: &[&Row]) -> Grid {
    let mut grid = Grid::new([
        say!("check-column-command"),
        say!("check-column-body"),
        say!("check-column-status"),
        say!("check-column-median"),
        say!("check-column-most"),
        say!("check-column-effect"),
    ]);
    for group in alike(rows.iter().copied()) {
        let Some(first) = group.first() else { continue };
        let sent = rows.iter().filter(|row| row.command == first.command).count();
        let mut times: Vec<u64> = group.iter().map(|row| row.took_us).collect();
        times.sort_unstable();
        let shown = |us: Option<&u64>| Text::plain(us.map_or_else(String::new, |us| time(*us as f64 / 1e3)));
        let status = first.judged.status.map_or_else(|| "-".to_owned(), |status| status.to_string());
        grid.rows.push(vec![
            Text::plain(first.command),
            bodies(&group, sent),
            Text::plain(status),
            shown(times.get(times.len() / 2)),
            shown(times.last()),
            effect(first),
        ]);
    }
    grid
}

fn bodies(group: &[&Row], sent: usize) -> Text {
    if group.len() == sent && sent > 1 {
        return say!("check-all-bodies", n = sent as u64);
    }
    let texts: Vec<Text> = group.iter().map(|row| variant(row.variant)).collect();
    Text::list(&texts)
}

fn keep_alive(seen: &KeepAlive) -> Text {
    if let Some(idle) = seen.idle_blocks {
        return say!("check-blocked", idle = idle as u64);
    }
    match (seen.reused, seen.closed_s, seen.kept_s) {
        (_, Some(closed), _) => say!("check-closed", closed = closed.to_string()),
        (_, None, Some(kept)) => say!("check-kept", kept = kept.to_string()),
        (Some(false), ..) => say!("check-kept-not"),
        _ => say!("check-kept-unknown"),
    }
}

fn workers(seen: &Workers) -> Text {
    let alone = time(seen.alone_ms);
    match (seen.limit, seen.steps.last()) {
        (Some(limit), Some(last)) => {
            say!("check-workers-limit", workers = limit, at_once = last.at_once, alone = alone)
        }
        (None, Some(last)) => say!("check-workers-none", at_once = last.at_once, alone = alone),
        _ if seen.too_fast => say!("check-workers-fast", alone = alone),
        _ => say!("check-workers-unknown"),
    }
}

fn load(loaded: &Loaded) -> Vec<Block> {
    let mut lines = vec![say!(
        "check-load-what",
        callbacks = loaded.callbacks,
        seconds = loaded.seconds.to_string(),
        rate = loaded.rate.to_string(),
        in_flight = format!("{:.1}", loaded.in_flight),
        lag = time(loaded.lag_p99_ms)
    )];
    if loaded.shed > 0 {
        lines.push(say!("check-load-shed", shed = loaded.shed));
    }
    if let Some(timeout) = loaded.timeout_s {
        lines.push(say!("check-load-timeout", timeout = timeout));
        lines.push(match loaded.high_s {
            Some(high) => say!("check-load-high", timeout = high),
            None => say!("check-load-high-none"),
        });
    }
    lines.push(say!("check-load-missing"));
    vec![
        Block::Heading(say!("check-heading-load")),
        Block::Table(quantiles(loaded)),
        Block::Table(timeouts(loaded)),
        Block::List(lines),
    ]
}

fn quantiles(loaded: &Loaded) -> Grid {
    let mut grid =
        Grid::new([say!("check-column-quantile"), say!("check-column-seen"), say!("check-column-bound")]);
    let shown = |ms: Option<f64>| Text::plain(ms.map_or_else(|| "-".to_owned(), time));
    for quantile in &loaded.quantiles {
        let name = Text::plain(format!("p{}", quantile.p * 100.0));
        grid.rows.push(vec![name, shown(quantile.ms), shown(quantile.at_most_ms)]);
    }
    grid.rows.push(vec![say!("check-column-most"), shown(loaded.max_ms), shown(None)]);
    grid
}

/// Up to the timeout beyond which nothing changes.
fn timeouts(loaded: &Loaded) -> Grid {
    let mut grid = Grid::new([
        say!("check-column-timeout"),
        say!("check-column-slower"),
        say!("check-column-single"),
        say!("check-column-spells"),
    ]);
    let share = |share: f64| Text::plain(format!("{:.3} %", share * 100.0));
    let mut last = None;
    for row in &loaded.timeouts {
        if last == Some(row.exceed) {
            continue;
        }
        last = Some(row.exceed);
        let (timeout, slower) = (format!("{} s", row.timeout_s), row.exceed.to_string());
        grid.rows.push(vec![
            Text::plain(timeout),
            Text::plain(slower),
            share(row.single),
            share(row.in_spells),
        ]);
    }
    grid
}

/// In English, as all JSON.
#[derive(Serialize)]
struct Data<'a> {
    format: u32,
    url: String,
    tag: String,
    timeout_s: u32,
    reached: bool,
    given_up: bool,
    callbacks: Vec<Value>,
    keep_alive: Option<&'a KeepAlive>,
    workers: Option<&'a Workers>,
    load: Option<&'a Loaded>,
    findings: &'a [Finding],
}

fn data<'a>(asked: &Asked, outcome: &'a Outcome) -> Data<'a> {
    Data {
        format: FORMAT,
        url: printable(&asked.url),
        tag: asked.tag.to_string(),
        timeout_s: asked.timeout_s,
        reached: outcome.reached,
        given_up: outcome.given_up,
        callbacks: outcome.rows.iter().map(callback).collect(),
        keep_alive: outcome.keep_alive.as_ref(),
        workers: outcome.workers.as_ref(),
        load: outcome.loaded.as_ref(),
        findings: &outcome.findings,
    }
}

fn callback(row: &Row) -> Value {
    let (decision, err_code) = match &row.judged.effect {
        Effect::Continues(_) => ("continue", None),
        Effect::Rejects(rejection) => ("reject", Some(i64::from(rejection.code))),
        Effect::BadAnswer(_) => ("bad_answer", Some(90_007)),
        Effect::NotAnswered(_) => ("not_answered", Some(90_004)),
    };
    let fields: &[String] = match &row.judged.effect {
        Effect::Continues(fields) => fields,
        _ => &[],
    };
    json!({
        "version": row.version,
        "key": row.key,
        "command": row.command,
        "body": row.variant.name(),
        "of_another_version": row.foreign,
        "status": row.judged.status,
        "decision": decision,
        // Nobody hears of what an after-callback comes to.
        "err_code": err_code.filter(|_| row.key.is_before()),
        "openim": effect(row).en(),
        "fields": fields,
        "faults": row.judged.faults.iter().filter_map(|f| Some(f.rule()?.code)).collect::<Vec<_>>(),
        "took_us": row.took_us,
    })
}
