//! What other timeouts would do: calls that they fail in an hour, and connections that a hang holds.

use plotters::style::text_anchor::HPos;

use super::Drawing;
use super::kit::{self, Ink, MARK, NOW, Panel, Pen, SERIES, Scale};
use super::marks::Mark;
use super::readout::{Line, Plot, Readout, area};
use crate::report::figures::whatif::{Failing, Predicted};
use crate::report::format;
use crate::say;
use crate::text::Text;

/// Fewer failed calls an hour are drawn at the lower edge.
const FEWEST: f64 = 0.01;
/// Where the left panel ends.
const MIDDLE: i32 = 416;
/// Where the right panel begins.
const RIGHT: i32 = 492;

/// None where nothing was predicted.
#[must_use]
pub fn draw(p: &Predicted) -> Option<Drawing> {
    let first = p.held.first()?;
    let shown = &p.failing[..p.failing.len().min(SERIES.len())];
    let drawing = kit::drawing("whatif", title(p), description(p), |pen| {
        failing(pen, shown);
        held(pen, p, first.points.len());
    });
    Some(drawing.with_readout(Readout { plots: vec![failing_read(shown), held_read(p, first.points.len())] }))
}

/// One panel's place at each T.
fn plot(panel: &Panel, name: Text, timeouts: impl Iterator<Item = u32>, lines: Vec<Line>) -> Plot {
    let stops = timeouts.map(|t| (panel.px(f64::from(t)), format!("{t} s"))).collect();
    Plot { area: area(panel, panel), name, axis: say!("html-readout-timeout"), stops, lines }
}

fn failing_read(shown: &[Failing]) -> Plot {
    let lines = shown.iter().zip(SERIES).map(|(f, ink)| {
        let values = f.points.iter().map(|point| Some(kit::number_label(point.2))).collect();
        Line::new(ink, Text::plain(f.key.to_string()), values)
    });
    let timeouts = shown.first().into_iter().flat_map(|f| &f.points).map(|point| point.0);
    plot(&failing_panel(shown), say!("charts-whatif-failed"), timeouts, lines.collect())
}

fn held_read(p: &Predicted, longest: usize) -> Plot {
    let lines = p.held.iter().zip(SERIES).map(|(held, ink)| {
        let values = held.points.iter().take(longest).map(|(_, n)| Some(kit::number_label(*n))).collect();
        Line::new(ink, say!("charts-whatif-rate", rate = format::rate(held.rate_per_s)), values)
    });
    let timeouts =
        p.held.first().into_iter().flat_map(|held| held.points.iter().take(longest)).map(|point| point.0);
    plot(&held_panel(p), say!("charts-whatif-held-y"), timeouts, lines.collect())
}

fn title(p: &Predicted) -> Text {
    let (rate, all) = (format::rate(p.rate_per_s), format::count(p.all as u64));
    match p.fills {
        Some((t, after)) => {
            let after = format::duration_us((after * 1e6) as u64);
            say!("charts-whatif-fills", rate = rate, all = all, t = t, after = after)
        }
        None => say!("charts-whatif-suffices", rate = rate, all = all),
    }
}

fn description(p: &Predicted) -> Text {
    let sentences = p.failing.iter().filter_map(|f| {
        let t = f.timeout_s?;
        let (_, seen, most) = *f.points.iter().find(|point| point.0 == t)?;
        let (key, seen, most) = (f.key.to_string(), kit::number_label(seen), kit::number_label(most));
        Some(say!("charts-whatif-sentence", key = key, t = t, most = most, seen = seen))
    });
    let sentences: Vec<Text> = sentences.collect();
    Text::sentences(std::iter::once(&say!("charts-whatif-about")).chain(&sentences))
}

fn timeouts() -> Scale {
    Scale::Linear { from: 0.0, to: 15.0 }
}

fn failing_panel(shown: &[Failing]) -> Panel {
    let points = || shown.iter().flat_map(|f| &f.points);
    let most = points().map(|p| p.2).fold(1.0, f64::max);
    let least = points().map(|p| p.2).filter(|n| *n > FEWEST).fold(most, f64::min);
    let y = Scale::decades(least.max(FEWEST), most);
    Panel { left: 74, top: 108, right: MIDDLE, bottom: kit::HEIGHT - 54, x: timeouts(), y }
}

fn failing(pen: &mut Pen<'_>, shown: &[Failing]) {
    let panel = failing_panel(shown);
    let names = [&say!("charts-whatif-x"), &say!("charts-whatif-failed-y")];
    pen.frame(&panel, [&kit::number_label, &kit::number_label], names);
    for (f, ink) in shown.iter().zip(SERIES) {
        pen.series(&panel, f.points.iter().map(|p| (f64::from(p.0), Some(p.2))), ink);
        for (t, seen, most) in &f.points {
            let x = panel.px(f64::from(*t));
            if *seen > 0.0 {
                pen.mark((x, panel.py(*seen)), Mark::Ring, ink);
            }
            if f.timeout_s == Some(*t) {
                pen.mark((x, panel.py(*most)), Mark::Diamond, ink);
            }
        }
    }
    let entries: Vec<(Ink, Text)> =
        shown.iter().zip(SERIES).map(|(f, ink)| (ink, Text::plain(f.key.to_string()))).collect();
    pen.legend_at((24, 44), MIDDLE + 40, &entries);
    let asked = (Mark::Diamond, NOW, say!("charts-whatif-timeout"));
    pen.mark_legend((74, 78), &[(Mark::Ring, NOW, say!("charts-whatif-seen")), asked]);
}

fn held_panel(p: &Predicted) -> Panel {
    let y = Scale::Linear { from: 0.0, to: p.all * 1.15 };
    Panel { left: RIGHT, top: 108, right: kit::WIDTH - 24, bottom: kit::HEIGHT - 54, x: timeouts(), y }
}

fn held(pen: &mut Pen<'_>, p: &Predicted, longest: usize) {
    let panel = held_panel(p);
    let names = [&say!("charts-whatif-x"), &say!("charts-whatif-held-y")];
    pen.frame(&panel, [&kit::number_label, &kit::number_label], names);
    for (held, ink) in p.held.iter().zip(SERIES).rev() {
        let from_nothing = std::iter::once((0.0, Some(0.0)));
        let line = held.points.iter().take(longest).map(|(t, n)| (f64::from(*t), Some(*n)));
        pen.series(&panel, from_nothing.chain(line), ink);
    }
    let (top, all) = (panel.py(p.all), format::count(p.all as u64));
    pen.line(&[(panel.left, top), (panel.right, top)], MARK);
    let limit = say!("charts-whatif-limit", all = all);
    pen.text((panel.right - 4, top - 9), 12, HPos::Right, limit.of(pen.lang));
    let name = |rate: f64| say!("charts-whatif-rate", rate = format::rate(rate));
    let entries: Vec<(Ink, Text)> =
        p.held.iter().zip(SERIES).map(|(held, ink)| (ink, name(held.rate_per_s))).collect();
    pen.legend_at((RIGHT, 44), kit::WIDTH - 10, &entries);
}
