//! Asked and achieved rate, calls in flight, and our own lateness, one above the other over the same time.

use super::Drawing;
use super::kit::{self, BLUE, GREEN, MARK, PURPLE, Pen, Scale, VERMILLION};
use super::over;
use super::readout::Readout;
use crate::report::figures::load::Load;
use crate::report::format;
use crate::say;
use crate::text::Text;

pub(super) fn draw(data: &Load) -> Drawing {
    let (asked, achieved, shed) = data.means;
    let achieved = format::rate(achieved);
    let title = match asked {
        Some(asked) => say!(
            "charts-load-title",
            asked = format::rate(asked),
            achieved = achieved,
            shed = format::count(shed)
        ),
        None => say!("charts-load-title-closed", achieved = achieved, shed = format::count(shed)),
    };
    let panels = if data.lag.is_empty() { 2 } else { 3 };
    kit::drawing("load", title, say!("charts-load-about"), |pen| {
        over::shades(pen, &data.time);
        rates(pen, data, panels);
        in_flight(pen, data, panels);
        if panels == 3 {
            lag(pen, data);
        }
    })
    .with_readout(readout(data, panels))
}

/// The panels share the time, so that one place tells the values of all.
fn readout(data: &Load, panels: i32) -> Readout {
    let mut lines = vec![
        over::read_line(MARK, say!("charts-asked"), &data.asked),
        over::read_line(BLUE, say!("charts-achieved"), &data.released),
        over::read_line(VERMILLION, say!("charts-shed"), &data.shed),
        over::read_line(GREEN, say!("charts-in-flight"), &data.in_flight),
    ];
    if panels == 3 {
        let name = say!("html-readout-lag");
        lines.push(over::read_points(PURPLE, name, &data.time, &data.lag, |p| p.p99_us));
    }
    // Their edges depend on the place alone.
    let edges = |at| over::stacked(&data.time, at, panels, Scale::Linear { from: 0.0, to: 1.0 });
    over::readout(&data.time, &edges(0), &edges(panels - 1), lines)
}

fn rates(pen: &mut Pen<'_>, data: &Load, panels: i32) {
    let y = over::height([data.asked.as_slice(), &data.released, &data.shed]);
    let panel = over::stacked(&data.time, 0, panels, y);
    over::frame(pen, &panel, &data.time, &kit::number_label, &say!("charts-rate-y"));
    over::line(pen, &panel, &data.time, &data.released, BLUE);
    over::line(pen, &panel, &data.time, &data.asked, MARK);
    over::line(pen, &panel, &data.time, &data.shed, VERMILLION);
    pen.legend(
        46,
        &[
            (MARK, say!("charts-asked")),
            (BLUE, say!("charts-achieved")),
            (VERMILLION, say!("charts-shed")),
            (GREEN, say!("charts-in-flight")),
        ],
    );
}

fn in_flight(pen: &mut Pen<'_>, data: &Load, panels: i32) {
    let panel = over::stacked(&data.time, 1, panels, over::height([data.in_flight.as_slice()]));
    over::frame(pen, &panel, &data.time, &kit::number_label, &say!("charts-in-flight-y"));
    over::line(pen, &panel, &data.time, &data.in_flight, GREEN);
}

fn lag(pen: &mut Pen<'_>, data: &Load) {
    let low = data.lag.iter().map(|p| p.p99_us).min().unwrap_or(1).max(1);
    let high = data.lag.iter().map(|p| p.p99_us).max().unwrap_or(1).max(1);
    let panel = over::stacked(&data.time, 2, 3, Scale::decades(low as f64, high as f64));
    let name: Text = say!("charts-lag-y");
    over::frame(pen, &panel, &data.time, &kit::time_label, &name);
    over::points(pen, &panel, &data.time, &data.lag, |p| p.p99_us, PURPLE);
}
