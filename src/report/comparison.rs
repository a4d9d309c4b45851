//! A comparison as people and scripts read it: terminal, Markdown, JSON with its schema.

use super::blocks::{Block, Grid, Point};
use super::charts::{self, Drawing};
use super::figures::comparison::Compared;
use super::{Format, Look, Page, RenderError, format, json};
use crate::analysis::compare::{Candidate, Comparison, CurvePoint, Known, Quantity, Side, Unit, Verdict};
use crate::say;
use crate::text::Text;

/// The bytes of a comparison; `curves` are those of the base and the candidates, for HTML.
///
/// # Errors
/// When JSON cannot hold a figure.
pub fn render(
    comparison: &Comparison,
    curves: Vec<Vec<CurvePoint>>,
    format: Format,
    look: Look,
) -> Result<Vec<u8>, RenderError> {
    let (title, lead) = ("openim-bench compare", &lead(comparison));
    let charts = charts::on_a_page(format, || drawing(comparison, curves));
    Page { title, lead, charts: &charts, blocks: &blocks(comparison), data: comparison }.render(format, look)
}

/// Its chart; none where nothing was compared.
#[must_use]
pub fn drawing(comparison: &Comparison, curves: Vec<Vec<CurvePoint>>) -> Option<Drawing> {
    Compared::of(comparison, curves).as_ref().map(charts::of_comparison)
}

/// The JSON schema of a comparison, indented, with a final newline.
///
/// # Errors
/// Never in practice: a schema is plain data.
pub fn schema() -> Result<String, RenderError> {
    json::schema_of::<Comparison>()
}

/// A verdict in words.
#[must_use]
pub fn words(verdict: Verdict) -> Text {
    match verdict {
        Verdict::Worse => say!("compare-worse"),
        Verdict::NoWorse => say!("compare-no-worse"),
        Verdict::CannotTell => say!("compare-cannot-tell"),
    }
}

/// A quantity by the name that people read.
#[must_use]
pub fn label(name: &str) -> Text {
    match name {
        "p999" => say!("compare-response", quantile = "p99.9"),
        "p50" | "p90" | "p99" => say!("compare-response", quantile = name),
        "failed_share" => say!("compare-failed-share"),
        "after_lost" => say!("compare-after-lost"),
        other => Text::plain(match other.strip_prefix("timeout.") {
            Some(key) => format!("T {key}"),
            None => other.to_owned(),
        }),
    }
}

/// Why a verdict is what it is, and what would decide; empty where the figures say it all.
#[must_use]
pub fn reason(quantity: &Quantity) -> Text {
    let undecided = quantity.verdict == Verdict::CannotTell;
    let more = match quantity.needed {
        Some(needed) => needs(quantity, needed),
        None if undecided && quantity.unit == Unit::Microseconds && quantity.low.is_some() => {
            say!("compare-near-margin")
        }
        None => Text::default(),
    };
    Text::clauses([&quantity.why, &more].into_iter().filter(|clause| !clause.is_empty()))
}

fn needs(quantity: &Quantity, needed: u64) -> Text {
    let [base, candidate] = quantity.n.map(format::count);
    let needed = format::count(rounded(needed));
    let what = if quantity.name == "after_lost" { say!("compare-callbacks") } else { say!("compare-calls") };
    // Without a figure only what supports one is known.
    if quantity.base.is_none() && quantity.candidate.is_none() {
        say!("compare-needs-support", needed = needed, what = what, base = base, candidate = candidate)
    } else {
        say!("compare-needs", needed = needed, what = what, base = base, candidate = candidate)
    }
}

/// An estimate with two significant digits, rounded up; small and known numbers as they are.
fn rounded(n: u64) -> u64 {
    if n < 10_000 {
        return n;
    }
    let step = 10_u64.pow(n.ilog10().saturating_sub(1));
    n.div_ceil(step) * step
}

fn lead(comparison: &Comparison) -> Vec<Text> {
    let Some(base) = &comparison.base else { return vec![say!("compare-nothing")] };
    let one = comparison.candidates.len() == 1;
    let said = comparison.candidates.iter().map(|candidate| {
        let what = against(candidate, &base.name);
        if one { what } else { say!("compare-named", name = &candidate.side.name, what = what) }
    });
    said.collect()
}

fn against(candidate: &Candidate, base: &str) -> Text {
    let wanted = candidate.verdict;
    let deciding = candidate.quantities.iter().filter(|q| q.gates && q.verdict == wanted);
    let names: Vec<Text> = deciding.map(|q| label(&q.name)).collect();
    let listed = Text::list(&names);
    match wanted {
        Verdict::NoWorse => say!("compare-lead-no-worse", base = base),
        Verdict::Worse => say!("compare-lead-worse", base = base, names = listed),
        Verdict::CannotTell if names.is_empty() => say!("compare-lead-unmeasured", base = base),
        Verdict::CannotTell => say!("compare-lead-cannot-tell", base = base, names = listed),
    }
}

fn blocks(comparison: &Comparison) -> Vec<Block> {
    let mut blocks = Vec::new();
    for candidate in &comparison.candidates {
        if comparison.candidates.len() > 1 {
            blocks.push(Block::Heading(Text::plain(format::printable(&candidate.side.name))));
        }
        if !candidate.quantities.is_empty() {
            blocks.push(Block::Heading(say!("compare-against")));
            blocks.push(Block::Table(table(&candidate.quantities)));
            let reasons = reasons(&candidate.quantities);
            if !reasons.is_empty() {
                blocks.push(Block::Heading(say!("compare-why")));
                blocks.push(Block::Points(reasons));
            }
        }
        blocks.push(Block::Heading(say!("compare-to-know")));
        blocks.push(Block::List(to_know(comparison, candidate)));
    }
    blocks.push(Block::Heading(say!("compare-runs")));
    let sides = comparison.base.iter().map(|base| (say!("compare-base"), base));
    let sides = sides.chain(comparison.candidates.iter().map(|c| (say!("compare-candidate"), &c.side)));
    blocks.push(Block::Table(runs(sides)));
    blocks
}

fn table(quantities: &[Quantity]) -> Grid {
    let head = [
        Text::default(),
        say!("compare-base"),
        say!("compare-candidate"),
        say!("compare-col-difference"),
        say!("compare-col-interval"),
        say!("compare-col-verdict"),
    ];
    let rows = quantities.iter().map(|q| {
        vec![
            label(&q.name),
            Text::plain(value(q.unit, q.base)),
            Text::plain(value(q.unit, q.candidate)),
            Text::plain(difference(q.unit, q.difference)),
            interval(q),
            verdict(q),
        ]
    });
    let rows = rows.collect();
    Grid { rows, spare: vec![4], ..Grid::new(head) }
}

fn verdict(quantity: &Quantity) -> Text {
    let mut text = words(quantity.verdict);
    if quantity.improved {
        text = say!("compare-better", verdict = text);
    }
    if quantity.gates { text } else { say!("compare-bracketed", verdict = text) }
}

fn value(unit: Unit, value: Option<f64>) -> String {
    let Some(value) = value else { return "–".to_owned() };
    match unit {
        Unit::Microseconds => format::duration_us(value.round() as u64),
        Unit::Share => format::share(value),
        Unit::Seconds => format!("{value:.0} s"),
    }
}

/// A difference with its sign and unit.
pub(super) fn difference(unit: Unit, difference: Option<f64>) -> String {
    let Some(difference) = difference else { return "–".to_owned() };
    match unit {
        Unit::Seconds => format!("{} s", signed(difference, 0)),
        Unit::Microseconds => format!("{} %", signed(difference * 100.0, 1)),
        Unit::Share => format!("{} %", signed(difference * 100.0, 2)),
    }
}

fn interval(quantity: &Quantity) -> Text {
    let digits = if quantity.unit == Unit::Share { 2 } else { 1 };
    let end = |end: f64| signed(end * 100.0, digits);
    match (quantity.low, quantity.high) {
        (Some(low), Some(high)) => say!("compare-interval", low = end(low), high = end(high)),
        (Some(low), None) => say!("compare-interval-open", low = end(low)),
        _ => Text::plain("–"),
    }
}

/// With its sign; what rounds to nothing has none.
fn signed(value: f64, digits: usize) -> String {
    let text = format!("{:.digits$}", value.abs());
    let nothing = text.chars().all(|c| matches!(c, '0' | '.'));
    match value {
        _ if nothing => text,
        v if v < 0.0 => format!("−{text}"),
        _ => format!("+{text}"),
    }
}

fn reasons(quantities: &[Quantity]) -> Vec<Point> {
    let with = quantities.iter().map(|q| (q, reason(q))).filter(|(_, reason)| !reason.is_empty());
    with.map(|(q, reason)| Point {
        head: say!("compare-named", name = label(&q.name), what = words(q.verdict)),
        lines: vec![reason],
    })
    .collect()
}

fn to_know(comparison: &Comparison, candidate: &Candidate) -> Vec<Text> {
    let mut lines = Vec::new();
    if comparison.base.is_some() {
        let (margin, shares) = (format::share(comparison.margin), format::share(comparison.share_margin));
        lines.push(say!("compare-margins", margin = margin, shares = shares));
    }
    if candidate.quantities.iter().any(|q| !q.gates) {
        lines.push(say!("compare-gate", gate = comparison.gate.join(",")));
    }
    for d in &candidate.allowed {
        lines.push(say!("compare-allowed", key = &d.key, base = &d.base, candidate = &d.candidate));
    }
    lines.extend(candidate.notes.iter().cloned());
    lines.iter().map(|line| line.map(format::printable)).collect()
}

fn runs<'a>(sides: impl Iterator<Item = (Text, &'a Side)>) -> Grid {
    let head = [
        Text::default(),
        say!("compare-col-run"),
        say!("compare-col-began"),
        say!("compare-col-measured"),
        say!("compare-col-calls"),
        say!("compare-col-judged"),
    ];
    let mut grid = Grid { spare: vec![5, 2], ..Grid::new(head) };
    for (what, side) in sides {
        for run in &side.runs {
            grid.rows.push(vec![
                what.clone(),
                Text::plain(format::printable(&run.run_id)),
                Text::plain(format::printable(&run.started)),
                Text::plain(format!("{} s", run.measured_s)),
                Text::plain(format::count(run.calls)),
                match run.known {
                    Known::Record => say!("compare-judged-now"),
                    Known::Kept => say!("compare-judged-then"),
                    Known::Unknown => say!("compare-judged-unknown"),
                },
            ]);
        }
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    fn undecided() -> Comparison {
        let quantity = Quantity {
            name: "p99".to_owned(),
            unit: Unit::Microseconds,
            base: Some(80_000.0),
            candidate: Some(82_000.0),
            difference: Some(0.025),
            low: Some(-0.01),
            high: Some(0.06),
            verdict: Verdict::CannotTell,
            improved: false,
            gates: true,
            n: [1_000, 1_200],
            needed: Some(12_345),
            why: say!("compare-over-margin"),
        };
        let side = |name: &str| Side { name: name.to_owned(), runs: Vec::new() };
        let candidate = Candidate {
            side: side("new"),
            verdict: Verdict::CannotTell,
            quantities: vec![quantity],
            allowed: Vec::new(),
            notes: vec![say!("compare-one-run")],
        };
        Comparison {
            format: 1,
            margin: 0.05,
            share_margin: 0.001,
            gate: vec!["p99".to_owned()],
            base: Some(side("old")),
            candidates: vec![candidate],
            verdict: Some(Verdict::CannotTell),
        }
    }

    #[test]
    fn a_comparison_reads_in_either_language_and_scripts_read_english() {
        let read = |format, lang| {
            String::from_utf8(render(&undecided(), Vec::new(), format, Look::file(lang)).unwrap()).unwrap()
        };
        let (en, zh) = (read(Format::Markdown, Lang::En), read(Format::Markdown, Lang::Zh));
        assert!(en.contains("cannot tell whether worse than old in: response p99"), "{en}");
        assert!(en.contains("about 13,000 calls a side would decide (1,000 and 1,200 here)"), "{en}");
        assert!(zh.contains("与 old 相比，无法判断是否更差的项目：响应时间 p99"), "{zh}");
        assert!(zh.contains("双方各需约 13,000 次调用才能判断（目前分别为 1,000 和 1,200）"), "{zh}");
        assert!(zh.contains("−1.0 至 +6.0 %") && !zh.contains("candidate"), "{zh}");
        assert!(read(Format::Json, Lang::Zh).contains("the interval reaches over the margin"));
    }
}
