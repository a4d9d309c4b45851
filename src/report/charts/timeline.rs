//! Response and service time over the run: median, 99 % quantile and maximum, with phases, outages and the caller's limit.

use super::Drawing;
use super::kit::{self, BLUE, GREEN, Ink, ORANGE, PURPLE, Panel, Pen, Scale, VERMILLION};
use super::over;
use super::readout::Line;
use crate::report::figures::intervals::Point;
use crate::report::figures::timeline::Timeline;
use crate::report::format;
use crate::say;
use crate::text::Text;

pub(super) fn draw(data: &Timeline) -> Drawing {
    let max = format::duration_us(data.max_us);
    let outages = data.time.spans.iter().filter(|s| s.outage).count();
    let title = match data.p99_us.map(format::duration_us) {
        Some(p99) if outages > 0 => say!("charts-timeline-title-outages", p99 = p99, max = &max),
        Some(p99) => say!("charts-timeline-title", p99 = p99, max = &max),
        None => say!("charts-timeline-title-short", max = &max),
    };
    let about = say!("charts-timeline-about", seconds = data.time.bin_s);
    let outages =
        if outages > 0 { say!("charts-outages-about", n = outages as u64) } else { Text::default() };
    let description = Text::sentences([&about, &outages]);
    let panel = Panel::whole(over::scale(&data.time), height(data));
    kit::drawing("timeline", title, description, |pen| {
        over::frame(pen, &panel, &data.time, &kit::time_label, &say!("charts-latency-y"));
        over::shades(pen, &data.time);
        if let Some(budget) = data.budget_s {
            over::limit(
                pen,
                &panel,
                budget * 1e6,
                &say!("charts-budget", value = format::duration_us((budget * 1e6) as u64)),
            );
        }
        lines(pen, &panel, data);
    })
    .with_readout(over::readout(&data.time, &panel, &panel, read(data)))
}

fn height(data: &Timeline) -> Scale {
    let low = data.response.iter().chain(&data.service).map(|p| p.p50_us).min().unwrap_or(1_000);
    let high = (data.max_us as f64).max(data.budget_s.unwrap_or(0.0) * 1e6);
    Scale::one_two_five(low as f64, high)
}

/// Colour, name, points, and which figure of a point.
type Entry<'a> = (Ink, Text, &'a [Point], fn(&Point) -> u64);

/// In the order of drawing: what matters most lies on top.
fn entries(data: &Timeline) -> [Entry<'_>; 5] {
    [
        (ORANGE, say!("charts-response-max"), &data.response, |p| p.max_us),
        (PURPLE, say!("charts-service-p99"), &data.service, |p| p.p99_us),
        (GREEN, say!("charts-service-p50"), &data.service, |p| p.p50_us),
        (VERMILLION, say!("charts-response-p99"), &data.response, |p| p.p99_us),
        (BLUE, say!("charts-response-p50"), &data.response, |p| p.p50_us),
    ]
}

fn lines(pen: &mut Pen<'_>, panel: &Panel, data: &Timeline) {
    let entries = entries(data);
    for (ink, _, points, of) in &entries {
        over::points(pen, panel, &data.time, points, of, *ink);
    }
    let names: Vec<(Ink, Text)> = entries.into_iter().map(|(ink, name, _, _)| (ink, name)).collect();
    pen.legend(46, &names);
}

fn read(data: &Timeline) -> Vec<Line> {
    let entries = entries(data).into_iter();
    entries.map(|(ink, name, points, of)| over::read_points(ink, name, &data.time, points, of)).collect()
}
