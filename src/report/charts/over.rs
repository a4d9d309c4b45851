//! What charts over the time of a run share: the axis, shaded warm-up and outages, lines of rates.

use plotters::style::text_anchor::HPos;

use super::kit::{self, Ink, Panel, Pen, SHADE, Scale, VERMILLION};
use super::readout::{Line, Plot, Readout, area};
use crate::report::figures::intervals::Point;
use crate::report::figures::time::Time;
use crate::say;
use crate::text::Text;

/// The horizontal axis: seconds of the run.
pub(super) fn scale(time: &Time) -> Scale {
    Scale::Linear { from: 0.0, to: time.end_s as f64 }
}

/// The panel at place `at` of `count`, one below the other.
pub(super) fn stacked(time: &Time, at: i32, count: i32, y: Scale) -> Panel {
    let high = (kit::HEIGHT - 66) / count;
    let top = 66 + at * high;
    Panel { top: top + 20, bottom: top + high - 38, ..Panel::whole(scale(time), y) }
}

/// From 0 to a little above the highest of `lines`.
pub(super) fn height<'a>(lines: impl IntoIterator<Item = &'a [f64]>) -> Scale {
    let highest = lines.into_iter().flatten().copied().fold(0.0, f64::max);
    Scale::Linear { from: 0.0, to: if highest > 0.0 { highest * 1.08 } else { 1.0 } }
}

/// Shades warm-up and outages, then draws the frame over them.
pub(super) fn frame(
    pen: &mut Pen<'_>,
    panel: &Panel,
    time: &Time,
    label: &dyn Fn(f64) -> String,
    name: &Text,
) {
    for span in &time.spans {
        let (ink, opacity) = if span.outage { (VERMILLION, 0.18) } else { (SHADE, 0.22) };
        pen.area((panel.px(span.from_s), panel.top), (panel.px(span.to_s), panel.bottom), ink, opacity);
    }
    pen.frame(panel, [&kit::number_label, label], [&say!("charts-time-x"), name]);
    for start in &time.starts_s {
        let x = panel.px(*start);
        pen.line(&[(x, panel.top), (x, panel.bottom)], SHADE);
    }
}

/// Names the shades, at the right of the row under the legend.
pub(super) fn shades(pen: &mut Pen<'_>, time: &Time) {
    let (mut warm_up, mut outage) = (false, false);
    time.spans.iter().for_each(|s| if s.outage { outage = true } else { warm_up = true });
    let mut right = kit::WIDTH - 24;
    for (shown, ink, opacity, name) in
        [(outage, VERMILLION, 0.18, say!("charts-outage")), (warm_up, SHADE, 0.22, say!("charts-warm-up"))]
    {
        if shown {
            right -= kit::width(name.of(pen.lang)) + 27;
            pen.area_legend((right, 66), ink, opacity, &name);
            right -= 16;
        }
    }
}

/// One value a point of the time axis.
pub(super) fn line(pen: &mut Pen<'_>, panel: &Panel, time: &Time, values: &[f64], ink: Ink) {
    pen.series(panel, values.iter().enumerate().map(|(bin, v)| (time.middle_s(bin), Some(*v))), ink);
}

/// Times over the run; where no value was taken for a while the line is broken.
pub(super) fn points(
    pen: &mut Pen<'_>,
    panel: &Panel,
    time: &Time,
    points: &[Point],
    of: impl Fn(&Point) -> u64,
    ink: Ink,
) {
    let mut last = None;
    let mut line = Vec::with_capacity(points.len());
    for point in points {
        if last.is_some_and(|last| point.at_s - last > 1.5 * time.bin_s as f64) {
            line.push((point.at_s, None));
        }
        line.push((point.at_s, Some(of(point) as f64)));
        last = Some(point.at_s);
    }
    pen.series(panel, line, ink);
}

/// What can be read off `lines` over the time of the run, from the top of panel `first` to the bottom of `last`.
pub(super) fn readout(time: &Time, first: &Panel, last: &Panel, lines: Vec<Line>) -> Readout {
    let stops = (0..time.bins()).map(|bin| (first.px(time.middle_s(bin)), stretch(time, bin))).collect();
    let (name, axis) = (Text::default(), say!("html-readout-time"));
    Readout::of(Plot { area: area(first, last), name, axis, stops, lines })
}

/// The seconds that a point stands for.
fn stretch(time: &Time, bin: usize) -> String {
    let from = bin as f64 * time.bin_s as f64;
    let to = (from + time.bin_s as f64).min(time.end_s as f64);
    format!("{}–{} s", kit::number_label(from), kit::number_label(to))
}

/// The line of one value a point, to be read.
pub(super) fn read_line(ink: Ink, name: Text, values: &[f64]) -> Line {
    Line::new(ink, name, values.iter().map(|value| Some(kit::number_label(*value))).collect())
}

/// The line of times, to be read; where none was taken there is none.
pub(super) fn read_points(
    ink: Ink,
    name: Text,
    time: &Time,
    points: &[Point],
    of: impl Fn(&Point) -> u64,
) -> Line {
    let mut values = vec![None; time.bins()];
    for point in points {
        let bin = (point.at_s / time.bin_s.max(1) as f64) as usize;
        if let Some(value) = values.get_mut(bin) {
            *value = Some(kit::time_label(of(point) as f64));
        }
    }
    Line::new(ink, name, values)
}

/// A limit across the panel, with its name.
pub(super) fn limit(pen: &mut Pen<'_>, panel: &Panel, value: f64, name: &Text) {
    let y = panel.py(value);
    pen.line(&[(panel.left, y), (panel.right, y)], kit::MARK);
    pen.text((panel.right - 4, y + 10), 12, HPos::Right, name.of(pen.lang));
}
