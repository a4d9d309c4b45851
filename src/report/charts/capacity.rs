//! A search for the capacity: trials in order with their bracket; response times and needed timeouts against load.

use plotters::style::text_anchor::HPos;

use super::Drawing;
use super::kit::{self, BLUE, GREEN, Ink, MARK, NOW, Panel, Pen, SERIES, SHADE, Scale, VERMILLION};
use super::marks::Mark;
use crate::analysis::capacity::TrialVerdict;
use crate::report::capacity::verdict_word;
use crate::report::figures::capacity::{AtLoad, Searched};
use crate::report::format;
use crate::say;
use crate::text::Text;

/// Where the left panel ends, and the right ones begin.
const COLUMNS: (i32, i32) = (406, 490);

/// The chart of a search.
#[must_use]
pub fn draw(search: &Searched) -> Drawing {
    kit::drawing("capacity", title(search), description(search), |pen| {
        trials(pen, search);
        if !search.loads.is_empty() {
            latency(pen, search);
        }
        if !search.needed.is_empty() {
            needed(pen, search);
        }
    })
}

fn title(search: &Searched) -> Text {
    let rate = |rate: f64| format::rate(rate);
    match search.bracket {
        (Some(good), Some(bad)) => say!("charts-capacity-between", good = rate(good), bad = rate(bad)),
        (Some(good), None) => say!("charts-capacity-at-least", good = rate(good)),
        (None, Some(bad)) => say!("charts-capacity-below", bad = rate(bad)),
        (None, None) => say!("charts-capacity-unknown", n = search.trials.len()),
    }
}

fn description(search: &Searched) -> Text {
    let count = |verdict| search.trials.iter().filter(|t| t.2 == verdict).count();
    let about = say!(
        "charts-capacity-about",
        good = count(TrialVerdict::Good),
        bad = count(TrialVerdict::Bad),
        invalid = count(TrialVerdict::Invalid),
    );
    let lowest = search.loads.first().and_then(at_load);
    let highest = search.loads.last().filter(|_| search.loads.len() > 1).and_then(at_load);
    Text::sentences([Some(about), lowest, highest].iter().flatten())
}

fn at_load(load: &AtLoad) -> Option<Text> {
    let (p50, p99) = (format::duration_us(load.p50_us?), format::duration_us(load.p99_us?));
    Some(say!("charts-capacity-at-load", rate = format::rate(load.rate), p50 = p50, p99 = p99))
}

fn marked(verdict: TrialVerdict) -> (Mark, Ink) {
    match verdict {
        TrialVerdict::Good => (Mark::Disc, GREEN),
        TrialVerdict::Bad => (Mark::Diamond, VERMILLION),
        TrialVerdict::Invalid => (Mark::Ring, NOW),
    }
}

/// The smallest range of 1, 2 and 5 times powers of ten that holds all of them.
fn holding(values: impl Iterator<Item = f64> + Clone) -> Scale {
    let low = values.clone().filter(|v| *v > 0.0).fold(f64::INFINITY, f64::min);
    let high = values.fold(0.0, f64::max);
    Scale::one_two_five(if low.is_finite() { low } else { 1.0 }, high.max(1e-3))
}

fn trials(pen: &mut Pen<'_>, search: &Searched) {
    let (first, last) = (search.trials.first().map_or(1, |t| t.0), search.trials.last().map_or(1, |t| t.0));
    let x = Scale::Linear { from: first as f64 - 1.0, to: last as f64 + 1.0 };
    let ends = [search.bracket.0, search.bracket.1];
    let y = holding(search.trials.iter().map(|t| t.1).chain(ends.into_iter().flatten()));
    let panel = Panel { left: 74, top: 104, right: COLUMNS.0, bottom: kit::HEIGHT - 54, x, y };
    if let (Some(good), Some(bad)) = search.bracket {
        pen.area((panel.left, panel.py(bad)), (panel.right, panel.py(good)), SHADE, 0.3);
    }
    // Trials are whole, and there is none before the first.
    let number = move |v: f64| {
        let whole = (v - v.round()).abs() < 1e-6 && v >= first as f64 - 0.5 && v <= last as f64 + 0.5;
        if whole { format!("{v:.0}") } else { String::new() }
    };
    let names = [&say!("charts-capacity-x"), &say!("charts-capacity-rate-y")];
    pen.frame(&panel, [&number, &kit::number_label], names);
    for end in ends.into_iter().flatten() {
        let y = panel.py(end);
        pen.line(&[(panel.left, y), (panel.right, y)], MARK);
    }
    pen.series(&panel, search.trials.iter().map(|t| (t.0 as f64, Some(t.1))), SHADE);
    for (at, rate, verdict) in &search.trials {
        let (mark, ink) = marked(*verdict);
        pen.mark((panel.px(*at as f64), panel.py(*rate)), mark, ink);
    }
    let all = [TrialVerdict::Good, TrialVerdict::Bad, TrialVerdict::Invalid];
    let entries = all.map(|verdict| (marked(verdict).0, marked(verdict).1, verdict_word(verdict)));
    pen.mark_legend((28, 48), &entries);
    pen.area_legend((28, 68), SHADE, 0.3, &say!("charts-capacity-bracket"));
}

/// Rates that both right panels show.
fn rates(search: &Searched) -> Scale {
    let needed = search.needed.values().flatten().map(|n| n.0);
    holding(search.loads.iter().map(|l| l.rate).chain(needed))
}

fn latency(pen: &mut Pen<'_>, search: &Searched) {
    let both = search.needed.is_empty();
    let bottom = if both { kit::HEIGHT - 54 } else { 214 };
    let times = search.loads.iter().flat_map(|l| [l.p50_us, l.p99_us]).chain(search.objectives_us);
    let y = holding(times.flatten().map(|us| us as f64));
    let panel = Panel { left: COLUMNS.1, top: 84, right: kit::WIDTH - 24, bottom, x: rates(search), y };
    let nothing = |_: f64| String::new();
    let label: &dyn Fn(f64) -> String = if both { &kit::number_label } else { &nothing };
    let name = if both { say!("charts-capacity-load-x") } else { Text::default() };
    pen.frame(&panel, [label, &kit::time_label], [&name, &say!("charts-capacity-time-y")]);
    let line = |of: fn(&AtLoad) -> Option<u64>| {
        search.loads.iter().filter_map(move |l| Some((l.rate, Some(of(l)? as f64))))
    };
    dotted(pen, &panel, line(|l| l.p99_us), Mark::Diamond, VERMILLION);
    dotted(pen, &panel, line(|l| l.p50_us), Mark::Disc, BLUE);
    for (name, objective) in ["p50", "p99"].into_iter().zip(search.objectives_us) {
        let Some(us) = objective else { continue };
        let y = panel.py(us as f64);
        pen.line(&[(panel.left, y), (panel.right, y)], MARK);
        let said = say!("charts-capacity-objective", name = name, time = kit::time_label(us as f64));
        pen.text((panel.left + 4, y + 10), 12, HPos::Left, said.of(pen.lang));
    }
    pen.mark_legend(
        (COLUMNS.1, 48),
        &[(Mark::Disc, BLUE, Text::plain("p50")), (Mark::Diamond, VERMILLION, Text::plain("p99"))],
    );
}

fn dotted(
    pen: &mut Pen<'_>,
    panel: &Panel,
    points: impl Iterator<Item = (f64, Option<f64>)> + Clone,
    mark: Mark,
    ink: Ink,
) {
    pen.series(panel, points.clone(), ink);
    for (x, y) in points.filter_map(|(x, y)| Some((x, y?))) {
        pen.mark((panel.px(x), panel.py(y)), mark, ink);
    }
}

fn needed(pen: &mut Pen<'_>, search: &Searched) {
    let shown = || search.needed.iter().zip(SERIES);
    let most = search.needed.values().flatten().map(|n| f64::from(n.1)).fold(1.0, f64::max);
    let entries: Vec<(Ink, Text)> =
        shown().map(|((key, _), ink)| (ink, Text::plain(key.to_string()))).collect();
    // Names of two webhooks fill a row.
    let top = if entries.len() > 2 { 292 } else { 276 };
    let y = Scale::Linear { from: 0.0, to: (most + 1.0).max(4.0) };
    let (right, bottom) = (kit::WIDTH - 24, kit::HEIGHT - 54);
    let panel = Panel { left: COLUMNS.1, top, right, bottom, x: rates(search), y };
    let names = [&say!("charts-capacity-load-x"), &say!("charts-capacity-needed-y")];
    pen.frame(&panel, [&kit::number_label, &kit::number_label], names);
    for ((_, line), ink) in shown() {
        pen.series(&panel, line.iter().map(|(rate, s, _)| (*rate, Some(f64::from(*s)))), ink);
        for (rate, s, guess) in line {
            let mark = if *guess { Mark::Ring } else { Mark::Disc };
            pen.mark((panel.px(*rate), panel.py(f64::from(*s))), mark, ink);
        }
    }
    pen.legend_at((COLUMNS.1 - 60, 240), kit::WIDTH, &entries);
}
