//! A comparison as people and scripts read it: terminal, Markdown, JSON with its schema.

use super::blocks::{Block, Grid, Point, cells};
use super::html::Html;
use super::markdown::Markdown;
use super::terminal::Terminal;
use super::{Format, Look, RenderError, format};
use crate::analysis::compare::{Candidate, Comparison, Known, Quantity, Side, Unit, Verdict};
use crate::text::Text;

/// The bytes of a comparison.
///
/// # Errors
/// When JSON cannot hold a figure.
pub fn render(comparison: &Comparison, format: Format, look: Look) -> Result<Vec<u8>, RenderError> {
    let lead: Vec<Text> = lead(comparison).into_iter().map(Text::from).collect();
    Ok(match format {
        Format::Terminal => Terminal::new(look).page(&lead, &blocks(comparison)).into_bytes(),
        Format::Markdown => {
            Markdown { lang: look.lang }.page("openim-bench compare", &lead, &blocks(comparison)).into_bytes()
        }
        Format::Html => Html { lang: look.lang }.page("openim-bench compare", &lead, &blocks(comparison))?,
        Format::Json => {
            let mut bytes = serde_json::to_vec_pretty(comparison)?;
            bytes.push(b'\n');
            bytes
        }
    })
}

/// The JSON schema of a comparison, indented, with a final newline.
///
/// # Errors
/// Never in practice: a schema is plain data.
pub fn schema() -> Result<String, RenderError> {
    let mut text = serde_json::to_string_pretty(&schemars::schema_for!(Comparison))?;
    text.push('\n');
    Ok(text)
}

/// A verdict in words.
#[must_use]
pub fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Worse => "worse",
        Verdict::NoWorse => "no worse",
        Verdict::CannotTell => "cannot tell",
    }
}

/// A quantity by the name that people read.
#[must_use]
pub fn label(name: &str) -> String {
    match name {
        "p999" => "response p99.9".to_owned(),
        "p50" | "p90" | "p99" => format!("response {name}"),
        "failed_share" => "calls that failed".to_owned(),
        "after_lost" => "after-callbacks lost".to_owned(),
        other => match other.strip_prefix("timeout.") {
            Some(key) => format!("T {key}"),
            None => other.to_owned(),
        },
    }
}

/// Why a verdict is what it is, and what would decide; empty where the figures say it all.
#[must_use]
pub fn reason(quantity: &Quantity) -> String {
    let mut text = quantity.why.clone();
    if let Some(needed) = quantity.needed {
        let [base, candidate] = quantity.n.map(format::count);
        let what = if quantity.name == "after_lost" { "callbacks" } else { "calls" };
        let needed = format::count(rounded(needed));
        // Without a figure only what supports one is known.
        let needs = if quantity.base.is_none() && quantity.candidate.is_none() {
            format!("at least {needed} {what} a side are needed ({base} and {candidate} here)")
        } else {
            format!("about {needed} {what} a side would decide ({base} and {candidate} here)")
        };
        text = if text.is_empty() { needs } else { format!("{text}; {needs}") };
    } else if quantity.verdict == Verdict::CannotTell
        && quantity.unit == Unit::Microseconds
        && quantity.low.is_some()
    {
        text = format!(
            "{text}; the difference is so near the margin that no sensible number of calls would decide"
        );
    }
    text
}

/// An estimate with two significant digits, rounded up; small and known numbers as they are.
fn rounded(n: u64) -> u64 {
    if n < 10_000 {
        return n;
    }
    let step = 10_u64.pow(n.ilog10().saturating_sub(1));
    n.div_ceil(step) * step
}

fn lead(comparison: &Comparison) -> Vec<String> {
    let Some(base) = &comparison.base else {
        return vec!["no base: nothing is compared".to_owned()];
    };
    let one = comparison.candidates.len() == 1;
    comparison
        .candidates
        .iter()
        .map(|candidate| {
            let name = if one { String::new() } else { format!("{}: ", candidate.side.name) };
            format!("{name}{} than {} {}", words(candidate.verdict), base.name, decided_by(candidate))
                .replace("cannot tell than", "cannot tell whether worse than")
        })
        .collect()
}

fn decided_by(candidate: &Candidate) -> String {
    let names = |wanted: Verdict| -> Vec<String> {
        let those = candidate.quantities.iter().filter(|q| q.gates && q.verdict == wanted);
        those.map(|q| label(&q.name)).collect()
    };
    match candidate.verdict {
        Verdict::NoWorse => "in everything that was looked at".to_owned(),
        verdict if names(verdict).is_empty() => "(nothing that decides was measured)".to_owned(),
        verdict => format!("in: {}", names(verdict).join(", ")),
    }
}

fn blocks(comparison: &Comparison) -> Vec<Block> {
    let mut blocks = Vec::new();
    for candidate in &comparison.candidates {
        if comparison.candidates.len() > 1 {
            blocks.push(Block::Heading(format::printable(&candidate.side.name).into()));
        }
        if !candidate.quantities.is_empty() {
            blocks.push(Block::Heading("Candidate against base".to_owned().into()));
            blocks.push(Block::Table(table(&candidate.quantities)));
            let reasons = reasons(&candidate.quantities);
            if !reasons.is_empty() {
                blocks.push(Block::Heading("Why".to_owned().into()));
                blocks.push(Block::Points(reasons));
            }
        }
        blocks.push(Block::Heading("To know".to_owned().into()));
        blocks.push(Block::List(to_know(comparison, candidate).into_iter().map(Into::into).collect()));
    }
    blocks.push(Block::Heading("Runs".to_owned().into()));
    let sides = comparison.base.iter().map(|base| ("base", base));
    let sides = sides.chain(comparison.candidates.iter().map(|c| ("candidate", &c.side)));
    blocks.push(Block::Table(runs(sides)));
    blocks
}

fn table(quantities: &[Quantity]) -> Grid {
    let head = ["", "base", "candidate", "difference", "95 % interval", "verdict"];
    let rows = quantities.iter().map(|q| {
        vec![
            label(&q.name),
            value(q.unit, q.base),
            value(q.unit, q.candidate),
            difference(q.unit, q.difference),
            interval(q),
            verdict(q),
        ]
    });
    Grid {
        head: head.map(str::to_owned).to_vec().into_iter().map(Into::into).collect(),
        rows: rows.map(cells).collect(),
        spare: vec![4],
    }
}

fn verdict(quantity: &Quantity) -> String {
    let mut text = words(quantity.verdict).to_owned();
    if quantity.improved {
        text.push_str(" (better)");
    }
    if !quantity.gates {
        text = format!("({text})");
    }
    text
}

fn value(unit: Unit, value: Option<f64>) -> String {
    let Some(value) = value else { return "–".to_owned() };
    match unit {
        Unit::Microseconds => format::duration_us(value.round() as u64),
        Unit::Share => format::share(value),
        Unit::Seconds => format!("{value:.0} s"),
    }
}

fn difference(unit: Unit, difference: Option<f64>) -> String {
    let Some(difference) = difference else { return "–".to_owned() };
    match unit {
        Unit::Seconds => format!("{} s", signed(difference, 0)),
        Unit::Microseconds => format!("{} %", signed(difference * 100.0, 1)),
        Unit::Share => format!("{} %", signed(difference * 100.0, 2)),
    }
}

fn interval(quantity: &Quantity) -> String {
    let digits = if quantity.unit == Unit::Share { 2 } else { 1 };
    match (quantity.low, quantity.high) {
        (Some(low), Some(high)) => {
            format!("{} to {} %", signed(low * 100.0, digits), signed(high * 100.0, digits))
        }
        (Some(low), None) => format!("{} % and more", signed(low * 100.0, digits)),
        _ => "–".to_owned(),
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
        head: format!("{}: {}", label(&q.name), words(q.verdict)).into(),
        lines: vec![reason.into()],
    })
    .collect()
}

fn to_know(comparison: &Comparison, candidate: &Candidate) -> Vec<String> {
    let mut lines = Vec::new();
    if comparison.base.is_some() {
        lines.push(format!(
            "worse: the whole interval lies beyond the margin of {} (shares: {}); no worse: all of it within",
            format::share(comparison.margin),
            format::share(comparison.share_margin),
        ));
    }
    if candidate.quantities.iter().any(|q| !q.gates) {
        lines.push(format!("verdicts in brackets do not decide (--gate {})", comparison.gate.join(",")));
    }
    for d in &candidate.allowed {
        lines.push(format!("the plans differ in {}: {} and {} (--allow-diff)", d.key, d.base, d.candidate));
    }
    lines.extend(candidate.notes.iter().cloned());
    lines.iter().map(|line| format::printable(line)).collect()
}

fn runs<'a>(sides: impl Iterator<Item = (&'static str, &'a Side)>) -> Grid {
    let head = ["", "run", "began", "measured", "calls", "judged"];
    let mut grid = Grid {
        head: head.map(str::to_owned).to_vec().into_iter().map(Into::into).collect(),
        rows: Vec::new(),
        spare: vec![5, 2],
    };
    for (what, side) in sides {
        for run in &side.runs {
            grid.rows.push(vec![
                what.to_owned().into(),
                format::printable(&run.run_id).into(),
                format::printable(&run.started).into(),
                format!("{} s", run.measured_s).into(),
                format::count(run.calls).into(),
                match run.known {
                    Known::Record => "now",
                    Known::Kept => "then",
                    Known::Unknown => "not known",
                }
                .into(),
            ]);
        }
    }
    grid
}
