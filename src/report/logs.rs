//! `logs` as people read it.

use super::blocks::{Block, Grid, cells, serde_name};
use super::{Format, Look, Page, RenderError};
use crate::analysis::logs::{CommandFigures, LogSummary};
use crate::say;
use crate::text::Text;

/// Slices of time that are shown; JSON has them all.
const SHOWN_SLICES: usize = 12;

/// A log's figures in a format.
///
/// # Errors
/// When the format cannot hold a figure.
pub fn rendered(summary: &LogSummary, wanted: Format, look: Look) -> Result<Vec<u8>, RenderError> {
    let lead = lead(summary);
    let (title, blocks) = ("openim-bench logs", blocks(summary));
    Page { title, lead: &lead, charts: &[], blocks: &blocks, data: summary }.render(wanted, look)
}

/// The timeouts, or that there are none.
fn lead(summary: &LogSummary) -> Vec<Text> {
    let shown = summary.commands.iter().filter_map(|c| Some((name(c), c.timeout.as_ref()?)));
    let mut lead: Vec<Text> = shown
        .filter_map(|(name, timeout)| {
            let confidence = confidence(&timeout.confidence);
            let (n, exceed) = (timeout.n, timeout.exceed);
            Some(say!(
                "logs-lead",
                name = name,
                timeout = timeout.timeout_s?,
                exceed = exceed,
                n = n,
                confidence = &confidence
            ))
        })
        .collect();
    if lead.is_empty() {
        lead.push(say!("logs-lead-none"));
    }
    lead
}

fn name(command: &CommandFigures) -> String {
    command.key.map_or_else(|| command.command.clone(), |key| key.name().to_owned())
}

fn confidence(value: &crate::analysis::Confidence) -> Text {
    use crate::analysis::Confidence;
    match value {
        Confidence::High => say!("logs-high"),
        Confidence::Medium => say!("logs-medium"),
        _ => say!("logs-low"),
    }
}

fn blocks(summary: &LogSummary) -> Vec<Block> {
    let mut blocks = vec![Block::Text(read(summary))];
    if !summary.notes.is_empty() {
        blocks.push(Block::Heading(say!("logs-notes")));
        blocks.push(Block::List(summary.notes.clone()));
    }
    if !summary.commands.is_empty() {
        blocks.push(Block::Heading(say!("logs-calls")));
        blocks.push(Block::Table(calls(summary)));
        blocks.push(Block::Heading(say!("logs-timeouts")));
        blocks.push(Block::Table(timeouts(summary)));
    }
    blocks.extend(failures(summary));
    blocks.extend(operations(summary));
    blocks.extend(rate(summary));
    blocks.extend(foreign(summary));
    blocks
}

fn read(summary: &LogSummary) -> Text {
    let lines = &summary.lines;
    match &summary.span {
        Some(span) => say!(
            "logs-read",
            records = lines.records,
            lines = lines.lines,
            foreign = lines.foreign,
            from = span.from.as_str(),
            until = span.until.as_str()
        ),
        None => say!("logs-read-nothing", lines = lines.lines, foreign = lines.foreign),
    }
}

fn calls(summary: &LogSummary) -> Grid {
    let head = [
        say!("logs-column-webhook"),
        say!("logs-column-calls"),
        say!("logs-column-answered"),
        say!("logs-column-failed"),
        say!("logs-column-lost"),
        say!("logs-column-running"),
        Text::plain("p50"),
        Text::plain("p99"),
        Text::plain("p99.9"),
        say!("logs-column-slowest"),
    ];
    let mut grid = Grid::new(head);
    grid.spare = vec![5, 8, 6];
    grid.rows = summary.commands.iter().map(|c| cells(call_row(c))).collect();
    grid
}

fn call_row(c: &CommandFigures) -> Vec<String> {
    let ms = |of: fn(&crate::analysis::logs::Latency) -> Option<u64>| {
        c.latency.as_ref().and_then(of).map_or_else(|| "–".to_owned(), milliseconds)
    };
    vec![
        name(c),
        c.calls.to_string(),
        c.answered.to_string(),
        (c.failed() + c.abandoned).to_string(),
        c.lost.to_string(),
        c.running.to_string(),
        ms(|l| l.p50_ms),
        ms(|l| l.p99_ms),
        ms(|l| l.p999_ms),
        ms(|l| Some(l.max_ms)),
    ]
}

fn milliseconds(ms: u64) -> String {
    if ms < 10_000 { format!("{ms} ms") } else { format!("{:.1} s", ms as f64 / 1_000.0) }
}

fn timeouts(summary: &LogSummary) -> Grid {
    let head = [
        say!("logs-column-webhook"),
        say!("logs-column-present"),
        Text::plain("timeout"),
        say!("logs-column-spells"),
        say!("logs-column-slower"),
        say!("logs-column-of"),
        say!("logs-column-vantage"),
        say!("logs-column-confidence"),
    ];
    let mut grid = Grid::new(head);
    grid.spare = vec![3];
    let timed = summary.commands.iter().filter_map(|c| Some((c, c.timeout.as_ref()?)));
    grid.rows = timed
        .map(|(c, t)| {
            let seconds = |s: Option<u32>| s.map_or_else(|| "–".to_owned(), |s| s.to_string());
            let figures = [
                name(c),
                c.present_s.map_or_else(|| "?".to_owned(), |s| s.to_string()),
                seconds(t.timeout_s),
                seconds(t.t_high_s),
                t.exceed.to_string(),
                t.n.to_string(),
                serde_name(&c.vantage),
            ];
            let mut row = cells(figures.to_vec());
            row.push(confidence(&t.confidence));
            row
        })
        .collect();
    grid
}

/// By cause: those of a call, then those without.
fn failures(summary: &LogSummary) -> Vec<Block> {
    let mut grid =
        Grid::new([say!("logs-column-webhook"), say!("logs-column-cause"), say!("logs-column-count")]);
    for command in &summary.commands {
        let mut add = |cause: &str, count: u64| {
            if count > 0 {
                grid.rows.push(cells(vec![name(command), cause.to_owned(), count.to_string()]));
            }
        };
        command.failures.iter().for_each(|(cause, count)| add(cause, *count));
        add("caller_gone", command.abandoned);
    }
    for failure in &summary.failures {
        let webhook = failure.key.map_or_else(|| "–".to_owned(), |key| key.name().to_owned());
        grid.rows.push(cells(vec![webhook, failure.cause.clone(), failure.count.to_string()]));
    }
    if grid.rows.is_empty() {
        return Vec::new();
    }
    vec![Block::Heading(say!("logs-failures")), Block::Table(grid)]
}

fn operations(summary: &LogSummary) -> Vec<Block> {
    let operations = &summary.operations;
    if operations.answered == 0 {
        return Vec::new();
    }
    let text = say!(
        "logs-operations",
        answered = operations.answered,
        slowest = format!("{:.3} s", operations.slowest_s),
        broken = operations.broken,
        budget = format!("{} s", operations.budget_s)
    );
    vec![Block::Text(text)]
}

fn rate(summary: &LogSummary) -> Vec<Block> {
    if summary.rate.len() < 2 {
        return Vec::new();
    }
    let mut grid = Grid::new([
        say!("logs-column-from"),
        say!("logs-column-rate"),
        say!("logs-column-failed"),
        say!("logs-column-slowest"),
    ]);
    let step = summary.rate.len().div_ceil(SHOWN_SLICES);
    for part in summary.rate.chunks(step) {
        let (Some(first), calls) = (part.first(), part.iter().map(|s| s.calls).sum::<u64>()) else {
            continue;
        };
        let seconds: f64 = part.iter().map(|s| s.seconds).sum();
        let failed: u64 = part.iter().map(|s| s.failed).sum();
        let slowest = part.iter().map(|s| s.slowest_ms).max().unwrap_or(0);
        let rate = format!("{:.2}/s", calls as f64 / seconds.max(0.001));
        grid.rows.push(cells(vec![first.from.clone(), rate, failed.to_string(), milliseconds(slowest)]));
    }
    vec![Block::Heading(say!("logs-rate")), Block::Table(grid)]
}

/// Lines of others, already without control characters.
fn foreign(summary: &LogSummary) -> Vec<Block> {
    if summary.lines.samples.is_empty() {
        return Vec::new();
    }
    let samples = summary.lines.samples.iter().map(|line| Text::plain(line.as_str())).collect();
    vec![Block::Heading(say!("logs-foreign")), Block::List(samples)]
}
