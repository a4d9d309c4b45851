//! Percentile curves on an axis that gives each further nine the same room; a curve ends where its sample says no more.

use super::Drawing;
use super::kit::{self, Panel, SERIES, Scale};
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
    Some(kit::drawing("percentiles", title, description, |pen| {
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
    }))
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
}
