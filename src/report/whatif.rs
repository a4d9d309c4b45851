//! An answer of `whatif` as people and scripts read it: terminal, Markdown, HTML, JSON with its schema.

use super::blocks::{Block, Grid, cells, serde_name as name};
use super::charts::{self, Drawing};
use super::figures::whatif::Predicted;
use super::{Format, Look, Page, RenderError, format, json};
use crate::analysis::whatif::{Outage, WhatIf};
use crate::analysis::{Budget, ValidityVerdict};
use crate::say;
use crate::text::Text;

/// An answer in a format.
///
/// # Errors
/// When the format cannot hold a figure.
pub fn rendered(answer: &WhatIf, wanted: Format, look: Look) -> Result<Vec<u8>, RenderError> {
    let title = "openim-bench whatif";
    let charts = charts::on_a_page(wanted, || drawing(answer));
    Page { title, lead: &[], charts: &charts, blocks: &blocks(answer), data: answer }.render(wanted, look)
}

/// The JSON schema of an answer, indented, with a final newline.
///
/// # Errors
/// Never in practice: a schema is plain data.
pub fn schema() -> Result<String, RenderError> {
    json::schema_of::<WhatIf>()
}

fn blocks(answer: &WhatIf) -> Vec<Block> {
    let mut blocks = vec![
        Block::Heading(say!("whatif-title", run = &answer.run_id)),
        Block::Text(setting(answer)),
        Block::Heading(say!("whatif-healthy")),
        Block::Table(webhooks(answer)),
    ];
    blocks.extend(cut(answer));
    blocks.extend(operations(answer).map(Block::Text));
    blocks.extend(answer.budgets.iter().map(|b| Block::Text(budget(b))));
    blocks.push(Block::Heading(say!("whatif-connections")));
    blocks.push(Block::Table(connections(answer)));
    blocks.push(Block::Heading(say!("whatif-hang", time = seconds(answer.outage_s))));
    blocks.push(Block::Table(outages(answer)));
    blocks.push(Block::List(answer.outages.iter().map(|o| sentence(o, answer)).collect()));
    blocks
}

/// Its chart; none where no before-webhook was measured.
#[must_use]
pub fn drawing(answer: &WhatIf) -> Option<Drawing> {
    Predicted::of(answer).as_ref().and_then(charts::of_whatif)
}

fn setting(answer: &WhatIf) -> Text {
    let from = if answer.rate_given { say!("whatif-rate-asked") } else { say!("whatif-rate-production") };
    let setting = say!(
        "whatif-setting",
        rate = format::rate(answer.rate_per_s),
        from = from,
        processes = answer.processes,
        version = &answer.version,
        measured = format::duration_us((answer.measured_s * 1e6) as u64),
        basis = say!("whatif-basis", name = name(&answer.basis)),
    );
    let warnings = match answer.validity {
        ValidityVerdict::Warnings => say!("whatif-warnings"),
        ValidityVerdict::Valid | ValidityVerdict::Invalid => Text::default(),
    };
    Text::sentences([&setting, &warnings, &say!("whatif-typical")])
}

fn seconds(value: f64) -> String {
    format::duration_us((value * 1e6).round().max(0.0) as u64)
}

fn webhooks(answer: &WhatIf) -> Grid {
    let rows = answer.webhooks.iter().map(|(key, w)| {
        vec![
            Text::plain(key.name()),
            Text::plain(format!("{} s", w.timeout_s)),
            say!("whatif-from", name = name(&w.timeout_from)),
            say!("whatif-slower", slower = format::count(w.exceed), all = format::count(w.n)),
            Text::plain(format::share(w.misfire_seen)),
            Text::plain(format::share(w.misfire_single)),
            Text::plain(format::share(w.misfire_spells)),
            say!("whatif-vantage", name = name(&w.vantage)),
        ]
    });
    let rows = rows.collect();
    let head = [
        say!("whatif-col-webhook"),
        say!("whatif-col-timeout"),
        say!("whatif-col-from"),
        say!("whatif-col-slower"),
        say!("whatif-col-seen"),
        say!("whatif-col-at-most"),
        say!("whatif-col-in-spells"),
        say!("whatif-col-vantage"),
    ];
    Grid { rows, spare: vec![4, 7], ..Grid::new(head) }
}

/// Timeouts that the run cannot judge because it was measured with shorter ones.
fn cut(answer: &WhatIf) -> Option<Block> {
    let items = answer.webhooks.iter().filter_map(|(key, w)| {
        Some(say!("whatif-cut", key = key.name(), present = w.cut_at_s?, timeout = w.timeout_s))
    });
    let items: Vec<_> = items.collect();
    (!items.is_empty()).then_some(Block::List(items))
}

fn operations(answer: &WhatIf) -> Option<Text> {
    let o = answer.operations?;
    let hour = o.failed_per_hour;
    Some(say!(
        "whatif-failed-per-hour",
        seen = per_hour(hour.seen),
        slower = format::count(o.exceed),
        all = format::count(o.n),
        single = per_hour(hour.at_most),
        spells = per_hour(hour.at_most_in_spells),
    ))
}

fn per_hour(value: f64) -> String {
    if value >= 10.0 { format::count(value.round() as u64) } else { format!("{value:.1}") }
}

fn budget(budget: &Budget) -> Text {
    let terms = budget.terms.iter().map(|t| {
        if t.calls > 1 {
            format!("{} × {} s {}", t.calls, t.timeout_s, t.key)
        } else {
            format!("{} s {}", t.timeout_s, t.key)
        }
    });
    let terms = terms.collect::<Vec<_>>().join(" + ");
    let (operation, whole) = (budget.operation.name(), budget.budget_s.to_string());
    let (own, sum) = (format!("{:.2}", budget.own_p99_s), format!("{:.2}", budget.sum_s));
    if budget.fits {
        say!("whatif-budget-fits", operation = operation, budget = whole, terms = terms, own = own, sum = sum)
    } else {
        say!(
            "whatif-budget-breached",
            operation = operation,
            budget = whole,
            terms = terms,
            own = own,
            sum = sum
        )
    }
}

fn connections(answer: &WhatIf) -> Grid {
    let rows = answer.webhooks.iter().map(|(key, w)| {
        cells(vec![
            key.to_string(),
            format::rate(w.callbacks_per_s),
            seconds(w.mean_s),
            format!("{:.2}", w.held_mean),
            format::count(w.held_p999),
            format!("{:.0}", w.held_in_outage),
        ])
    });
    let rows = rows.collect();
    let head = [
        say!("whatif-col-webhook"),
        say!("whatif-col-a-second"),
        say!("whatif-col-mean"),
        say!("whatif-col-held"),
        say!("whatif-col-held-p999"),
        say!("whatif-col-in-a-hang"),
    ];
    Grid { rows, spare: vec![2], ..Grid::new(head) }
}

fn outages(answer: &WhatIf) -> Grid {
    let rows = answer.outages.iter().map(|o| {
        let full = if o.key.is_before() { o.pool_full_after_s } else { o.queue_full_after_s };
        let time = |s| Text::plain(seconds(s));
        vec![
            Text::plain(o.key.name()),
            full.map_or_else(|| say!("whatif-never"), time),
            Text::plain(format::count(o.failed)),
            Text::plain(format::count(o.failed_per_minute.round() as u64)),
            Text::plain(format::count(o.lost)),
            Text::plain(format::count(o.lost_per_minute.round() as u64)),
            time(o.longest_response_s),
            o.recovery_s.map_or_else(|| say!("whatif-over-a-minute"), time),
        ]
    });
    let rows = rows.collect();
    let head = [
        say!("whatif-col-webhook"),
        say!("whatif-col-full-after"),
        say!("whatif-col-failed"),
        say!("whatif-col-a-minute"),
        say!("whatif-col-lost"),
        say!("whatif-col-a-minute"),
        say!("whatif-col-longest"),
        say!("whatif-col-felt"),
    ];
    Grid { rows, spare: vec![3, 5], ..Grid::new(head) }
}

fn sentence(o: &Outage, answer: &WhatIf) -> Text {
    let end = match o.recovery_s {
        Some(s) => say!("whatif-felt", time = seconds(s)),
        None => say!("whatif-felt-longer"),
    };
    let [first, calls] = if o.key.is_before() { before(o, answer) } else { after(o) };
    let course = Text::clauses([&first, &calls, &end]);
    say!("whatif-outage", key = o.key.name(), timeout = o.timeout_s, course = course)
}

/// What the connections do, and what becomes of the calls.
fn before(o: &Outage, answer: &WhatIf) -> [Text; 2] {
    let all = 100 * u64::from(answer.processes);
    let pool = match (o.pool_full_after_s, o.pool_may_fill) {
        (Some(s), _) => say!("whatif-pool-full", all = all, time = seconds(s)),
        (None, true) => say!("whatif-pool-may-fill", all = all),
        (None, false) => say!("whatif-pool-suffices", all = all),
    };
    let failed = format::count(o.failed);
    let calls = if o.waited > 0 {
        say!("whatif-calls-fail-or-wait", failed = failed, waited = format::count(o.waited))
    } else {
        say!("whatif-calls-fail", failed = failed)
    };
    [pool, calls]
}

/// What the after-queue does, and what becomes of the calls.
fn after(o: &Outage) -> [Text; 2] {
    let queue = match o.queue_full_after_s {
        Some(s) => say!(
            "whatif-queue-full",
            time = seconds(s),
            stall = seconds(o.push_wait_s),
            stalled = format::count(o.stalled),
            lost = format::count(o.lost),
        ),
        None => say!("whatif-queue-suffices"),
    };
    let calls =
        if o.failed > 0 { say!("whatif-only-unconnected-fail") } else { say!("whatif-no-call-fails") };
    [queue, calls]
}
