//! A comparison: percentile curves of both sides with their intervals, and the differences against the margin.

use plotters::style::text_anchor::HPos;

use super::Drawing;
use super::kit::{self, BLUE, GREEN, Ink, MARK, Panel, Pen, SERIES, SHADE, Scale, VERMILLION};
use super::marks::Mark;
use super::percentiles::percent;
use crate::analysis::compare::{CurvePoint, Verdict};
use crate::report::comparison::{difference, label, words};
use crate::report::figures::comparison::{Compared, Row};
use crate::report::format;
use crate::say;
use crate::text::Text;

/// Differences that fit.
const MOST_ROWS: usize = 16;
/// Multiples of the margin that the axis shows at least and at most.
const MARGINS: (f64, f64) = (2.0, 20.0);
/// An axis without a single tick: rows have names.
const EMPTY: Scale = Scale::Log { from: 1.1, to: 1.9 };
/// Characters of a run's name that fit into a title.
const NAME: usize = 25;
/// Where the curves end.
const CURVES_END: i32 = 356;

/// The chart of a comparison.
#[must_use]
pub fn draw(compared: &Compared) -> Drawing {
    kit::drawing("comparison", title(compared), description(compared), |pen| {
        curves(pen, compared);
        forest(pen, compared);
    })
}

fn title(compared: &Compared) -> Text {
    let name = |at: usize| compared.sides.get(at).map(|side| short(&side.0)).unwrap_or_default();
    let count = |wanted| compared.verdicts.iter().filter(|v| **v == wanted).count();
    let [verdict] = compared.verdicts.as_slice() else {
        let (all, worse) = (compared.verdicts.len(), count(Verdict::Worse));
        let unclear = count(Verdict::CannotTell);
        return say!(
            "charts-comparison-several",
            all = all,
            base = name(0),
            worse = worse,
            unclear = unclear
        );
    };
    let (base, candidate) = (name(0), name(1));
    let gating = || compared.rows.iter().filter(|r| r.gates);
    match verdict {
        Verdict::Worse => {
            let (n, all) = (gating().filter(|r| r.verdict == Verdict::Worse).count(), gating().count());
            say!("charts-comparison-worse", candidate = candidate, base = base, n = n, all = all)
        }
        Verdict::NoWorse => say!("charts-comparison-no-worse", candidate = candidate, base = base),
        Verdict::CannotTell => say!("charts-comparison-cannot-tell", candidate = candidate, base = base),
    }
}

/// The last part of a path, cut where it is long.
fn short(name: &str) -> String {
    let name = format::printable(name.trim_end_matches('/').rsplit('/').next().unwrap_or(name));
    if name.chars().count() <= NAME {
        return name;
    }
    name.chars().take(NAME - 1).chain(['…']).collect()
}

fn description(compared: &Compared) -> Text {
    let (times, shares) = (format::share(compared.margins.0), format::share(compared.margins.1));
    let about = say!("charts-comparison-about", times = times, shares = shares);
    let one = compared.verdicts.len() < 2;
    let rows = compared.rows.iter().take(MOST_ROWS).map(|row| {
        let (what, by, verdict) =
            (label(&row.name), difference(row.unit, Some(row.difference)), words(row.verdict));
        if one {
            return say!("charts-comparison-row", what = what, difference = by, verdict = verdict);
        }
        let name = compared.sides.get(row.candidate + 1).map(|side| short(&side.0)).unwrap_or_default();
        say!("charts-comparison-row-of", name = name, what = what, difference = by, verdict = verdict)
    });
    let rows: Vec<Text> = rows.collect();
    Text::sentences(std::iter::once(&about).chain(&rows))
}

fn curves(pen: &mut Pen<'_>, compared: &Compared) {
    let shown = || compared.sides.iter().zip(SERIES);
    let points = || shown().flat_map(|((_, curve), _)| curve);
    let furthest = points().map(|p| p.x).fold(10.0, f64::max);
    let low = points().map(lowest).fold(f64::INFINITY, f64::min);
    let high = points().map(highest).fold(0.0, f64::max);
    let y = Scale::one_two_five(if low.is_finite() { low } else { 1_000.0 }, high.max(1.0));
    let x = Scale::Log { from: 1.0, to: furthest * 1.1 };
    let panel = Panel { left: 74, top: 104, right: CURVES_END, bottom: kit::HEIGHT - 54, x, y };
    for ((_, curve), ink) in shown() {
        let with: Vec<_> = curve.iter().filter(|p| p.interval_us.is_some()).collect();
        let edge = |of: fn(&CurvePoint) -> f64| -> Vec<(i32, i32)> {
            with.iter().map(|p| (panel.px(p.x), panel.py(of(p)))).collect()
        };
        if with.len() > 1 {
            pen.ribbon(&edge(|p| p.interval_us.map_or(p.us, |i| i.1)), &edge(lowest), ink, 0.2);
        }
    }
    let names = [&say!("charts-comparison-x"), &say!("charts-comparison-time-y")];
    pen.frame(&panel, [&few, &kit::time_label], names);
    for ((_, curve), ink) in shown() {
        pen.series(&panel, curve.iter().map(|p| (p.x, Some(p.us))), ink);
    }
    let several = compared.verdicts.len() > 1;
    let named = (0_usize..).zip(shown()).map(|(at, ((name, _), ink))| {
        // Rows of several candidates begin with their numbers.
        let number = if several && at > 0 { format!("{at}: ") } else { String::new() };
        (ink, Text::plain(format!("{number}{}", short(name))))
    });
    let entries: Vec<(Ink, Text)> = named.collect();
    pen.legend_at((24, 46), kit::WIDTH, &entries);
}

/// Half of the calls, and each further nine: the panel has no room for more.
fn few(x: f64) -> String {
    let nines = x.log10();
    let shown = (x - 2.0).abs() < 1e-6 || (nines > 0.5 && (nines - nines.round()).abs() < 1e-6);
    if shown { percent(x) } else { String::new() }
}

fn lowest(point: &CurvePoint) -> f64 {
    point.interval_us.map_or(point.us, |i| i.0)
}

/// What is without limit goes on beyond the edge.
fn highest(point: &CurvePoint) -> f64 {
    point.interval_us.map(|i| i.1).filter(|us| us.is_finite()).unwrap_or(point.us)
}

fn marked(verdict: Verdict) -> (Mark, Ink) {
    match verdict {
        Verdict::NoWorse => (Mark::Disc, GREEN),
        Verdict::Worse => (Mark::Diamond, VERMILLION),
        Verdict::CannotTell => (Mark::Ring, BLUE),
    }
}

fn forest(pen: &mut Pen<'_>, compared: &Compared) {
    let rows = &compared.rows[..compared.rows.len().min(MOST_ROWS)];
    let wide = wide(rows);
    let x = Scale::Linear { from: -wide, to: wide };
    let panel = Panel { left: 546, top: 104, right: 758, bottom: kit::HEIGHT - 54, x, y: EMPTY };
    pen.area((panel.px(-1.0), panel.top), (panel.px(1.0), panel.bottom), SHADE, 0.3);
    let signed = |v: f64| if v.abs() < 1e-9 { "0".to_owned() } else { format!("{v:+}").replace('-', "−") };
    let nothing = |_: f64| String::new();
    let names = [&say!("charts-comparison-margins-x"), &Text::default()];
    pen.frame(&panel, [&signed, &nothing], names);
    let zero = panel.px(0.0);
    pen.line(&[(zero, panel.top), (zero, panel.bottom)], MARK);
    let step = (panel.bottom - panel.top) / i32::try_from(rows.len().max(4)).unwrap_or(4);
    for (at, row) in (0..).zip(rows) {
        one(pen, &panel, panel.top + step * at + step / 2, row, compared.verdicts.len() > 1);
    }
    let all = [Verdict::NoWorse, Verdict::CannotTell, Verdict::Worse];
    let entries = all.map(|verdict| (marked(verdict).0, marked(verdict).1, words(verdict)));
    pen.mark_legend((430, 84), &entries);
}

/// Multiples of the margin that the axis shows: two thirds of the differences fit, what lies beyond has an arrow. One that
/// is far out must not hide what the others are.
fn wide(rows: &[Row]) -> f64 {
    let mut all: Vec<f64> = rows.iter().filter_map(|r| r.margins).map(f64::abs).collect();
    all.sort_by(f64::total_cmp);
    let most = all.get(all.len() * 2 / 3).copied().unwrap_or(1.0);
    (most * 1.2).clamp(MARGINS.0, MARGINS.1)
}

fn one(pen: &mut Pen<'_>, panel: &Panel, y: i32, row: &Row, several: bool) {
    let (mark, ink) = marked(row.verdict);
    let what = label(&row.name);
    let name = if several {
        format!("{}: {}", row.candidate + 1, what.of(pen.lang))
    } else {
        what.of(pen.lang).to_owned()
    };
    pen.text((panel.left - 14, y), 12, HPos::Right, &name);
    pen.text((kit::WIDTH - 8, y), 12, HPos::Right, &difference(row.unit, Some(row.difference)));
    let Some(at) = row.margins else {
        // Whole seconds have no margin: the mark tells the verdict, and not where.
        pen.mark((panel.right + 18, y), mark, ink);
        return;
    };
    if let Some((low, high)) = row.interval {
        let high_at = high.unwrap_or(f64::INFINITY);
        pen.line(&[(panel.px(low), y), (panel.px(high_at), y)], ink);
        if panel.x.at(low) <= 0.0 {
            pen.mark((panel.left - 5, y), Mark::Left, ink);
        }
        if panel.x.at(high_at) >= 1.0 {
            pen.mark((panel.right + 5, y), Mark::Right, ink);
        }
    }
    pen.mark((panel.px(at), y), mark, ink);
}
