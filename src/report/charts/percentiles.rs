//! Percentile curves on an axis that gives each further nine the same room; a curve ends where its sample says no more.

use super::Drawing;
use super::kit::{self, Panel, SERIES, Scale};
use super::readout::{Line, Plot, Readout, area};
use crate::report::figures::percentiles::{Curve, Of};
use crate::report::format;
use crate::say;
use crate::text::Text;

/// None where no curve has two points.
pub(super) fn draw(all: &[Curve]) -> Option<Drawing> {
    let first = all.first()?;
    let (x, us) = first.points.last()?;
    let (quantile, time) = (percent(*x), format::duration_us(*us));
    let title = match first.of {
        Of::Handler(_) => {
            say!("charts-percentiles-of", what = name(first.of), quantile = quantile, time = time)
        }
        Of::Response | Of::Service => say!("charts-percentiles-title", quantile = quantile, time = time),
    };
    let shown = &all[..all.len().min(SERIES.len())];
    let points = || shown.iter().flat_map(|c| &c.points);
    let furthest = points().map(|p| p.0).fold(10.0, f64::max);
    let low = points().map(|p| p.1).min().unwrap_or(1).max(1);
    let high = points().map(|p| p.1).max().unwrap_or(1).max(1);
    let panel = Panel::whole(
        Scale::Log { from: 1.0, to: furthest * 1.1 },
        Scale::one_two_five(low as f64, high as f64),
    );
    let ends = Text::clauses(&all.iter().filter_map(end).collect::<Vec<_>>());
    let description = say!("charts-percentiles-about", ends = ends);
    let drawing = kit::drawing("percentiles", title, description, |pen| {
        pen.frame(
            &panel,
            [&percent, &kit::time_label],
            [&say!("charts-percentiles-x"), &say!("charts-latency-y")],
        );
        for (curve, ink) in shown.iter().zip(SERIES) {
            pen.series(&panel, curve.points.iter().map(|(x, us)| (*x, Some(*us as f64))), ink);
        }
        let entries: Vec<_> = shown.iter().zip(SERIES).map(|(c, ink)| (ink, name(c.of))).collect();
        let (above, below) = entries.split_at(entries.len().min(4));
        pen.legend(42, above);
        pen.legend(58, below);
    });
    Some(drawing.with_readout(readout(&panel, shown)))
}

/// Every place at which a curve has a point; a curve that has none there is left out of it.
fn readout(panel: &Panel, shown: &[Curve]) -> Readout {
    let mut places: Vec<f64> = shown.iter().flat_map(|c| &c.points).map(|p| p.0).collect();
    places.sort_by(f64::total_cmp);
    places.dedup_by(|a, b| same(*a, *b));
    let value = |curve: &Curve, x: f64| {
        let found = curve.points.iter().find(|p| same(p.0, x));
        found.map(|p| kit::time_label(p.1 as f64))
    };
    let line = |(curve, ink): (&Curve, _)| {
        Line::new(ink, name(curve.of), places.iter().map(|x| value(curve, *x)).collect())
    };
    Readout::of(Plot {
        area: area(panel, panel),
        name: Text::default(),
        axis: say!("html-readout-share"),
        stops: places.iter().map(|x| (panel.px(*x), exact(*x))).collect(),
        lines: shown.iter().zip(SERIES).map(line).collect(),
    })
}

/// Places that two curves reckoned apart.
fn same(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs()
}

fn name(of: Of) -> Text {
    match of {
        Of::Response => say!("charts-response"),
        Of::Service => say!("charts-service"),
        Of::Handler(key) => Text::plain(key.to_string()),
    }
}

/// Where a curve ends, in words.
fn end(curve: &Curve) -> Option<Text> {
    let (x, us) = curve.points.last()?;
    Some(say!(
        "charts-percentiles-end",
        what = name(curve.of),
        quantile = percent(*x),
        time = format::duration_us(*us)
    ))
}

/// 1 / (1 − q) as a percentage, down to the last nine that counts.
pub(super) fn percent(x: f64) -> String {
    let digits = (x.log10().ceil() - 2.0).clamp(0.0, 5.0) as usize;
    format!("{:.digits$} %", 100.0 * (1.0 - 1.0 / x.max(1.0)))
}

/// As [`percent`], with a digit more where it says something: neighbouring places have different names.
fn exact(x: f64) -> String {
    let digits = (x.log10().ceil() - 1.0).clamp(0.0, 6.0) as usize;
    let text = format!("{:.digits$}", 100.0 * (1.0 - 1.0 / x.max(1.0)));
    let short = if digits > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{short} %")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_has_as_many_nines_as_count() {
        assert_eq!(
            [1.0, 2.0, 10.0, 100.0, 1_000.0, 5_000.0].map(percent),
            ["0 %", "50 %", "90 %", "99 %", "99.9 %", "99.98 %"]
        );
    }

    #[test]
    fn places_that_are_read_off_have_names_of_their_own() {
        assert_eq!([2.0, 10.0, 100.0, 1_000.0].map(exact), ["50 %", "90 %", "99 %", "99.9 %"]);
        let mut names: Vec<String> = (1..=84).map(|i| exact(10_f64.powf(f64::from(i) / 12.0))).collect();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all, "{names:?}");
    }
}
