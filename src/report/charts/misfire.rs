//! Misfire bound against timeout, a panel a webhook: how many healthy callbacks each timeout may cut at most.

use plotters::style::text_anchor::HPos;

use super::Drawing;
use super::kit::{self, BLUE, MARK, NOW, Panel, Pen, SHADE, Scale, VERMILLION};
use super::readout::{Line, Plot, Readout, area};
use crate::report::figures::misfire::Misfire;
use crate::report::format;
use crate::say;
use crate::text::Text;

/// Panels that fit.
const MOST: usize = 6;
/// Smaller shares are drawn at the lower edge.
const SMALLEST: f64 = 1e-6;

/// None where nothing was measured.
pub(super) fn draw(all: &[Misfire]) -> Option<Drawing> {
    let first = all.first()?;
    let shown = &all[..all.len().min(MOST)];
    let lowest = shown.iter().flat_map(|m| &m.bounds).map(|b| b.1.min(b.2)).fold(first.asked / 2.0, f64::min);
    let y = Scale::decades(lowest.max(SMALLEST), 1.0);
    let sentences: Vec<Text> = all.iter().map(sentence).collect();
    let description = Text::sentences(std::iter::once(&say!("charts-misfire-about")).chain(&sentences));
    let places = (0..shown.len()).map(|at| place(at, shown.len(), y));
    let plots = places.zip(shown).map(|(panel, misfire)| plot(&panel, misfire)).collect();
    let drawing = kit::drawing("misfire", title(first), description, |pen| {
        legend(pen);
        for (at, misfire) in shown.iter().enumerate() {
            panel(pen, &place(at, shown.len(), y), misfire);
        }
    });
    Some(drawing.with_readout(Readout { plots }))
}

/// What can be read off one panel.
fn plot(panel: &Panel, m: &Misfire) -> Plot {
    let values =
        |of: fn(&(u32, f64, f64)) -> f64| m.bounds.iter().map(|b| Some(format::share(of(b)))).collect();
    Plot {
        area: area(panel, panel),
        name: Text::plain(m.key.to_string()),
        axis: say!("html-readout-timeout"),
        stops: m.bounds.iter().map(|b| (panel.px(f64::from(b.0)), format!("{} s", b.0))).collect(),
        lines: vec![
            Line::new(BLUE, say!("charts-misfire-single"), values(|b| b.1)),
            Line::new(VERMILLION, say!("charts-misfire-spells"), values(|b| b.2)),
        ],
    }
}

fn title(m: &Misfire) -> Text {
    let key = m.key.to_string();
    match (m.recommended_s, m.at_recommended) {
        (Some(t), Some(share)) => {
            let share = format::share(share);
            match m.present_s.filter(|now| *now != t) {
                Some(now) => say!("charts-misfire-change", key = key, t = t, share = share, now = now),
                None => say!("charts-misfire-keep", key = key, t = t, share = share),
            }
        }
        _ => say!("charts-misfire-none", key = key, asked = format::share(m.asked)),
    }
}

fn sentence(m: &Misfire) -> Text {
    say!("charts-misfire-sentence", what = title(m))
}

fn legend(pen: &mut Pen<'_>) {
    pen.legend(
        46,
        &[
            (BLUE, say!("charts-misfire-single")),
            (VERMILLION, say!("charts-misfire-spells")),
            (MARK, say!("charts-misfire-recommended")),
            (NOW, say!("charts-misfire-present")),
        ],
    );
    pen.area_legend((24, 66), SHADE, 0.3, &say!("charts-misfire-forbidden"));
}

/// One to six panels in at most three columns and two rows.
fn place(at: usize, count: usize, y: Scale) -> Panel {
    let columns = if count <= 3 { count } else { count.div_ceil(2) };
    let rows = count.div_ceil(columns);
    let (column, row) = (at % columns, at / columns);
    let whole = |n: usize| i32::try_from(n).unwrap_or(0);
    let (wide, high) = (kit::WIDTH / whole(columns), 326 / whole(rows));
    let (left, top) = (wide * whole(column), 82 + high * whole(row));
    Panel {
        left: left + 66,
        top: top + 24,
        right: left + wide - 14,
        bottom: top + high - 40,
        x: Scale::Linear { from: 0.0, to: 15.0 },
        y,
    }
}

fn panel(pen: &mut Pen<'_>, panel: &Panel, m: &Misfire) {
    if let Some(longest) = m.longest_s.filter(|s| *s < 15.0) {
        pen.area((panel.px(longest), panel.top), (panel.right, panel.bottom), SHADE, 0.3);
    }
    let name = Text::plain(m.key.to_string());
    pen.frame(panel, [&kit::number_label, &format::share], [&say!("charts-misfire-x"), &name]);
    let asked = panel.py(m.asked);
    pen.line(&[(panel.left, asked), (panel.right, asked)], MARK);
    pen.text((panel.right - 4, asked - 9), 12, HPos::Right, &format!("ε = {}", format::share(m.asked)));
    for (seconds, ink) in [(m.present_s, NOW), (m.recommended_s, MARK)] {
        if let Some(seconds) = seconds {
            let x = panel.px(f64::from(seconds));
            pen.line(&[(x, panel.top), (x, panel.bottom)], ink);
            pen.text((x + 4, panel.top + 10), 12, HPos::Left, &format!("{seconds} s"));
        }
    }
    let line = |of: fn(&(u32, f64, f64)) -> f64| m.bounds.iter().map(move |b| (f64::from(b.0), Some(of(b))));
    pen.series(panel, line(|b| b.2), VERMILLION);
    pen.series(panel, line(|b| b.1), BLUE);
}
