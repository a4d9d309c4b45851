//! What all charts share: size, colours, scales, ticks, legend, and the frame of the SVG file.
//!
//! Colours are those of Okabe and Ito, which colour-blind readers can tell apart; each has its own dash pattern as well,
//! so that a chart holds in grey. Text is dark on a white panel, which stays readable on a dark page. Positions are
//! whole pixels of the view box.

use plotters::backend::SVGBackend;
use plotters::prelude::{DrawingBackend, IntoFont, RGBColor, ShapeStyle, TextStyle};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use unicode_width::UnicodeWidthStr;

use super::Drawing;
use crate::report::format;
use crate::text::{Lang, Text};

/// Width of the view box.
pub(super) const WIDTH: i32 = 860;
/// Height of the view box.
pub(super) const HEIGHT: i32 = 420;

const FONTS: &str =
    "system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'Microsoft YaHei', 'PingFang SC', sans-serif";
/// The backend takes `font-size` for a line height: it divides by this.
const LINE_HEIGHT: f64 = 1.24;
/// Pixels that a narrow character of the small size takes, roughly.
const GLYPH_PX: i32 = 7;

const TEXT: RGBColor = RGBColor(0x33, 0x33, 0x33);
const GRID: RGBColor = RGBColor(0xE4, 0xE4, 0xE4);
const BORDER: RGBColor = RGBColor(0x99, 0x99, 0x99);

/// A colour with the pattern that goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ink {
    colour: (u8, u8, u8),
    /// `stroke-dasharray`; empty for a whole line.
    dash: &'static str,
    width: u32,
}

pub(super) const BLUE: Ink = Ink { colour: (0x00, 0x72, 0xB2), dash: "", width: 2 };
pub(super) const VERMILLION: Ink = Ink { colour: (0xD5, 0x5E, 0x00), dash: "7 3", width: 2 };
pub(super) const GREEN: Ink = Ink { colour: (0x00, 0x9E, 0x73), dash: "2 2", width: 2 };
pub(super) const PURPLE: Ink = Ink { colour: (0xCC, 0x79, 0xA7), dash: "10 3 2 3", width: 2 };
pub(super) const SKY: Ink = Ink { colour: (0x56, 0xB4, 0xE9), dash: "4 4", width: 2 };
pub(super) const ORANGE: Ink = Ink { colour: (0xE6, 0x9F, 0x00), dash: "12 3", width: 2 };
/// Limits and marks.
pub(super) const MARK: Ink = Ink { colour: (0x11, 0x11, 0x11), dash: "6 3", width: 1 };
/// Marks of what is so now.
pub(super) const NOW: Ink = Ink { colour: (0x77, 0x77, 0x77), dash: "2 3", width: 2 };

/// In the order in which series take them.
pub(super) const SERIES: [Ink; 6] = [BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY];
const DASHED: [Ink; 7] = [VERMILLION, GREEN, PURPLE, SKY, ORANGE, MARK, NOW];

/// Behind words that would stand on the grid.
pub(super) const PAPER: Ink = Ink { colour: (0xFF, 0xFF, 0xFF), dash: "", width: 1 };

/// A light area behind the lines.
pub(super) const SHADE: Ink = Ink { colour: (0x88, 0x88, 0x88), dash: "", width: 1 };

/// From few to many: each darker than the one before.
pub(super) const HEAT: [Ink; 5] = [
    Ink { colour: (0xC6, 0xDB, 0xEF), dash: "", width: 1 },
    Ink { colour: (0x85, 0xBC, 0xDC), dash: "", width: 1 },
    Ink { colour: (0x42, 0x92, 0xC6), dash: "", width: 1 },
    Ink { colour: (0x08, 0x51, 0x9C), dash: "", width: 1 },
    Ink { colour: (0x04, 0x22, 0x4D), dash: "", width: 1 },
];

impl Ink {
    pub(super) fn rgb(self) -> RGBColor {
        RGBColor(self.colour.0, self.colour.1, self.colour.2)
    }

    pub(super) fn dash(self) -> &'static str {
        self.dash
    }

    pub(super) fn hex(self) -> String {
        format!("#{:02X}{:02X}{:02X}", self.colour.0, self.colour.1, self.colour.2)
    }
}

/// Where a value lies between the ends of an axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scale {
    Linear { from: f64, to: f64 },
    Log { from: f64, to: f64 },
}

impl Scale {
    /// 0 at the one end and 1 at the other; what lies outside is put on the end.
    pub(super) fn at(self, value: f64) -> f64 {
        let (part, whole) = match self {
            Scale::Linear { from, to } => (value - from, to - from),
            Scale::Log { from, to } => ((value.max(from) / from).ln(), (to / from).ln()),
        };
        let share = part / whole;
        if share.is_nan() { 0.0 } else { share.clamp(0.0, 1.0) }
    }

    /// Decades that hold `low` to `high`.
    pub(super) fn decades(low: f64, high: f64) -> Scale {
        let from = 10_f64.powf(low.max(1e-12).log10().floor());
        let to = 10_f64.powf(high.max(1e-12).log10().ceil());
        Scale::Log { from, to: to.max(from * 10.0) }
    }

    /// The smallest range of 1, 2 and 5 times powers of ten that holds `low` to `high`.
    pub(super) fn one_two_five(low: f64, high: f64) -> Scale {
        let from = steps(low.max(1e-12) / 10.0, low.max(1e-12)).last().copied().unwrap_or(low);
        let to = steps(high.max(1e-12), high.max(1e-12) * 10.0).first().copied().unwrap_or(high);
        Scale::Log { from, to: to.max(from * 10.0) }
    }

    /// Where lines of the grid go: at most ten.
    pub(super) fn ticks(self) -> Vec<f64> {
        match self {
            Scale::Linear { from, to } => even(from, to),
            Scale::Log { from, to } => {
                let all = steps(from, to);
                if all.len() <= 10 { all } else { all.into_iter().filter(|v| is_decade(*v)).collect() }
            }
        }
    }
}

fn is_decade(value: f64) -> bool {
    let log = value.log10();
    (log - log.round()).abs() < 1e-6
}

/// 1, 2 and 5 times powers of ten from `from` to `to`.
fn steps(from: f64, to: f64) -> Vec<f64> {
    let first = from.log10().floor() as i32;
    let last = to.log10().ceil() as i32;
    (first..=last)
        .flat_map(|e| [1.0, 2.0, 5.0].map(|m| m * 10_f64.powi(e)))
        .filter(|v| *v >= from * (1.0 - 1e-9) && *v <= to * (1.0 + 1e-9))
        .collect()
}

fn even(from: f64, to: f64) -> Vec<f64> {
    let span = (to - from).max(1e-9);
    let rough = span / 6.0;
    let base = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * base).into_iter().find(|s| *s >= rough).unwrap_or(base);
    let count = (span / step + 1e-9) as u32;
    (0..=count)
        .map(|i| (from / step).ceil() * step + f64::from(i) * step)
        .filter(|v| *v <= to + 1e-9)
        .collect()
}

/// A time on an axis: `100 ms`, `1 s`.
pub(super) fn time_label(us: f64) -> String {
    format::duration_us(us.round().max(0.0) as u64).replace(".00 ", " ").replace(".0 ", " ")
}

/// A number on an axis.
pub(super) fn number_label(value: f64) -> String {
    if value >= 1000.0 { format::count(value.round() as u64) } else { format::rate(value) }
}

/// Where the series are drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panel {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) right: i32,
    pub(super) bottom: i32,
    pub(super) x: Scale,
    pub(super) y: Scale,
}

impl Panel {
    /// The only panel of a chart.
    pub(super) const fn whole(x: Scale, y: Scale) -> Panel {
        Panel { left: 74, top: 84, right: WIDTH - 24, bottom: HEIGHT - 54, x, y }
    }

    pub(super) fn px(&self, value: f64) -> i32 {
        self.left + (self.x.at(value) * f64::from(self.right - self.left)).round() as i32
    }

    pub(super) fn py(&self, value: f64) -> i32 {
        self.bottom - (self.y.at(value) * f64::from(self.bottom - self.top)).round() as i32
    }
}

/// Draws one chart in one language. Writing into a string cannot fail, so results of the backend are dropped.
pub(super) struct Pen<'a> {
    pub(super) backend: SVGBackend<'a>,
    pub(super) lang: Lang,
}

impl Pen<'_> {
    pub(super) fn line(&mut self, points: &[(i32, i32)], ink: Ink) {
        if points.len() > 1 {
            let style = ShapeStyle { color: ink.rgb().into(), filled: false, stroke_width: ink.width };
            self.backend.draw_path(points.iter().copied(), &style).ok();
        }
    }

    /// A line that is broken where a value is missing.
    pub(super) fn series(
        &mut self,
        panel: &Panel,
        points: impl IntoIterator<Item = (f64, Option<f64>)>,
        ink: Ink,
    ) {
        let mut run = Vec::new();
        for (x, y) in points {
            match y {
                Some(y) => run.push((panel.px(x), panel.py(y))),
                None => self.stretch(&std::mem::take(&mut run), ink),
            }
        }
        self.stretch(&run, ink);
    }

    /// A single point is drawn as a short dash, so that it is seen.
    fn stretch(&mut self, points: &[(i32, i32)], ink: Ink) {
        match points {
            [(x, y)] => self.line(&[(x - 2, *y), (x + 2, *y)], ink),
            _ => self.line(points, ink),
        }
    }

    pub(super) fn area(&mut self, from: (i32, i32), to: (i32, i32), ink: Ink, opacity: f64) {
        let style = ShapeStyle {
            color: plotters::style::Color::mix(&ink.rgb(), opacity),
            filled: true,
            stroke_width: 0,
        };
        self.backend.draw_rect(from, to, &style, true).ok();
    }

    pub(super) fn text(&mut self, at: (i32, i32), size: i32, side: HPos, text: &str) {
        let style = TextStyle::from(("sans-serif", f64::from(size) * LINE_HEIGHT).into_font())
            .color(&TEXT)
            .pos(Pos::new(side, VPos::Center));
        self.backend.draw_text(text, &style, at).ok();
    }

    /// Grid, border, labels of the ticks, and what the axes mean.
    pub(super) fn frame(&mut self, panel: &Panel, labels: [&dyn Fn(f64) -> String; 2], names: [&Text; 2]) {
        self.columns(panel, labels[0]);
        let mut last = i32::MAX;
        for value in panel.y.ticks() {
            let y = panel.py(value);
            self.backend.draw_path([(panel.left, y), (panel.right, y)], &thin(GRID)).ok();
            if y + 14 <= last {
                self.text((panel.left - 6, y), 12, HPos::Right, &labels[1](value));
                last = y;
            }
        }
        let corners = ((panel.left, panel.top), (panel.right, panel.bottom));
        self.backend.draw_rect(corners.0, corners.1, &thin(BORDER), false).ok();
        self.axis_name(panel, names[0]);
        self.text((panel.left, panel.top - 10), 12, HPos::Left, names[1].of(self.lang));
    }

    /// The grid of the horizontal axis, with its labels.
    pub(super) fn columns(&mut self, panel: &Panel, label: &dyn Fn(f64) -> String) {
        let mut last = i32::MIN;
        for value in panel.x.ticks() {
            let (x, label) = (panel.px(value), label(value));
            let half = width(&label) / 2;
            self.backend.draw_path([(x, panel.top), (x, panel.bottom)], &thin(GRID)).ok();
            if x - half > last {
                self.text((x, panel.bottom + 12), 12, HPos::Center, &label);
                last = x + half + 6;
            }
        }
    }

    /// What the horizontal axis means.
    pub(super) fn axis_name(&mut self, panel: &Panel, name: &Text) {
        let middle = i32::midpoint(panel.left, panel.right);
        self.text((middle, panel.bottom + 30), 12, HPos::Center, name.of(self.lang));
    }

    /// Samples of the lines with their names, in a row under the title.
    pub(super) fn legend(&mut self, y: i32, entries: &[(Ink, Text)]) {
        let mut x = 24;
        for (ink, name) in entries {
            let name = name.of(self.lang);
            if x + 34 + width(name) > WIDTH {
                break;
            }
            self.line(&[(x, y), (x + 26, y)], *ink);
            self.text((x + 31, y), 12, HPos::Left, name);
            x += 31 + width(name) + 16;
        }
    }

    /// The legend's sample of an area.
    pub(super) fn area_legend(&mut self, at: (i32, i32), ink: Ink, opacity: f64, name: &Text) {
        self.area((at.0, at.1 - 6), (at.0 + 22, at.1 + 6), ink, opacity);
        self.text((at.0 + 27, at.1), 12, HPos::Left, name.of(self.lang));
    }
}

fn thin(colour: RGBColor) -> ShapeStyle {
    ShapeStyle { color: colour.into(), filled: false, stroke_width: 1 }
}

/// Pixels that a small text takes, roughly: a Chinese character is two wide.
pub(super) fn width(text: &str) -> i32 {
    i32::try_from(text.width()).unwrap_or(i32::MAX / 64).saturating_mul(GLYPH_PX)
}

/// Draws a chart in both languages.
pub(super) fn drawing(
    name: &'static str,
    title: Text,
    description: Text,
    draw: impl Fn(&mut Pen<'_>),
) -> Drawing {
    let svg = Lang::ALL.map(|lang| svg(name, lang, &title, &description, &draw));
    Drawing { name, title, description, svg, readout: None }
}

fn svg(name: &str, lang: Lang, title: &Text, description: &Text, draw: &impl Fn(&mut Pen<'_>)) -> String {
    let mut buffer = String::new();
    let backend = SVGBackend::with_string(&mut buffer, (WIDTH.unsigned_abs(), HEIGHT.unsigned_abs()));
    let mut pen = Pen { backend, lang };
    let white = ShapeStyle { color: RGBColor(255, 255, 255).into(), filled: true, stroke_width: 0 };
    pen.backend.draw_rect((0, 0), (WIDTH, HEIGHT), &white, true).ok();
    pen.text((24, 22), 16, HPos::Left, title.of(lang));
    draw(&mut pen);
    pen.backend.present().ok();
    drop(pen);
    let body = buffer.split_once('\n').map_or("", |(_, body)| body);
    let id = format!("chart-{name}-{}", lang.name());
    format!(
        "<svg class=\"chart\" width=\"100%\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" xmlns=\"http://www.w3.org/2000/svg\" \
         role=\"img\" lang=\"{}\" font-family=\"{FONTS}\" aria-labelledby=\"{id}-title {id}-desc\">\n\
         <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n{}",
        lang.name(),
        escaped(title.of(lang)),
        escaped(description.of(lang)),
        dressed(body),
    )
}

/// The backend knows no dashes: each colour gets its pattern here. What every element repeats goes to the root.
fn dressed(body: &str) -> String {
    let mut body = body
        .replace(" font-family=\"sans-serif\"", "")
        .replace(" opacity=\"1\"", "")
        .replace(" stroke=\"none\"", "");
    for ink in DASHED {
        let stroke = format!(" stroke=\"{}\"", ink.hex());
        body = body.replace(&stroke, &format!("{stroke} stroke-dasharray=\"{}\"", ink.dash));
    }
    body
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_outside_lies_on_the_edge_and_one_that_is_none_at_the_start() {
        let scale = Scale::Log { from: 1.0, to: 100.0 };
        assert_eq!([scale.at(0.0), scale.at(10.0), scale.at(1e9), scale.at(f64::NAN)], [0.0, 0.5, 1.0, 0.0]);
        assert_eq!(Scale::Linear { from: 1.0, to: 1.0 }.at(1.0), 0.0);
    }

    #[test]
    fn ticks_are_few_and_round() {
        assert_eq!(Scale::Linear { from: 0.0, to: 60.0 }.ticks(), [0.0, 10.0, 20.0, 30.0, 40.0, 50.0, 60.0]);
        assert_eq!(Scale::one_two_five(0.03, 4.0).ticks().len(), 8);
        assert_eq!(Scale::decades(1e-6, 1.0).ticks().len(), 7);
        assert!(Scale::Linear { from: 0.0, to: 3_600.0 }.ticks().len() <= 10);
    }

    #[test]
    fn labels_of_times_have_no_empty_digits() {
        assert_eq!([time_label(1e6), time_label(10e6), time_label(2_500_000.0)], ["1 s", "10 s", "2.50 s"]);
    }

    #[test]
    fn text_from_outside_is_escaped_and_a_colour_brings_its_pattern() {
        let title = Text::plain("<script>&");
        let drawn = drawing("x", title.clone(), title, |pen| pen.line(&[(0, 0), (9, 9)], VERMILLION));
        assert!(!drawn.of(Lang::En).contains("<script"));
        assert!(drawn.of(Lang::En).contains("stroke=\"#D55E00\" stroke-dasharray=\"7 3\""));
    }
}
