//! After-callbacks over the run: how many should have come, came, and were lost; how long they were under way, and how
//! many waited.

use super::Drawing;
use super::kit::{self, BLUE, GREEN, MARK, ORANGE, PURPLE, Panel, Pen, Scale, VERMILLION};
use super::over;
use super::readout::Readout;
use crate::report::figures::delivery::Delivery;
use crate::report::figures::intervals::Point;
use crate::report::figures::load::After;
use crate::report::figures::operations::Held;
use crate::report::format;
use crate::say;
use crate::text::Text;

/// Delivery is drawn from so many µs on; what is quicker lies on the lower edge.
const QUICK_US: u64 = 1_000;

pub(super) fn draw(data: &After) -> Drawing {
    let panels = if data.delivery.is_some() { 3 } else { 1 };
    kit::drawing("after", title(data), description(data), |pen| {
        over::shades(pen, &data.time);
        counts(pen, data, panels);
        if let Some(delivery) = &data.delivery {
            lag(pen, data, delivery);
            queue(pen, data, delivery);
        }
        legend(pen, panels);
    })
    .with_readout(readout(data, panels))
}

fn title(data: &After) -> Text {
    let (expected, lost) = (format::count(data.totals.0), format::count(data.totals.1));
    match &data.delivery {
        Some(delivery) => {
            let (deepest, slots) = (format::count(delivery.deepest), format::count(delivery.slots));
            if data.totals.1 == 0 {
                say!("charts-after-none-queue", expected = expected, deepest = deepest, slots = slots)
            } else {
                say!(
                    "charts-after-lost-queue",
                    expected = expected,
                    lost = lost,
                    deepest = deepest,
                    slots = slots
                )
            }
        }
        None if data.totals.1 == 0 => say!("charts-after-none", expected = expected),
        None => say!("charts-after-lost", expected = expected, lost = lost),
    }
}

fn description(data: &After) -> Text {
    let delivery = match &data.delivery {
        Some(delivery) => {
            let longest = delivery.lag.iter().map(|point| point.max_us).max().unwrap_or(0);
            say!(
                "charts-after-about-delivery",
                longest = format::duration_us(longest),
                deepest = format::count(delivery.deepest),
                slots = format::count(delivery.slots)
            )
        }
        None => Text::default(),
    };
    let held = match data.held {
        Held::Nothing => say!("charts-after-no-operations"),
        Held::Part { missing } => say!("charts-operations-part", missing = format::count(missing)),
        Held::All => Text::default(),
    };
    Text::sentences([&say!("charts-after-about"), &delivery, &held])
}

/// The panels share the time of the run, so one place tells the values of all.
fn readout(data: &After, panels: i32) -> Readout {
    let mut lines = vec![
        over::read_line(MARK, say!("charts-after-expected"), &data.expected),
        over::read_line(BLUE, say!("charts-after-received"), &data.received),
        over::read_line(VERMILLION, say!("charts-after-never"), &data.lost),
    ];
    if let Some(delivery) = &data.delivery {
        let lag =
            |ink, name, of: fn(&Point) -> u64| over::read_points(ink, name, &data.time, &delivery.lag, of);
        lines.push(lag(PURPLE, say!("charts-after-lag-p50"), |p| p.p50_us));
        lines.push(lag(ORANGE, say!("charts-after-lag-max"), |p| p.max_us));
        let mut queue = over::read_line(GREEN, say!("charts-after-queue"), &delivery.queue);
        // Where single operations had no room any more the estimate ends.
        queue.values.resize(data.time.bins(), None);
        lines.push(queue);
    }
    let panel = |at| panel(data, at, panels, Scale::Linear { from: 0.0, to: 1.0 });
    over::readout(&data.time, &panel(0), &panel(panels - 1), lines)
}

fn panel(data: &After, at: i32, panels: i32, y: Scale) -> Panel {
    if panels == 1 {
        Panel::whole(over::scale(&data.time), y)
    } else {
        over::stacked(&data.time, at, panels, y)
    }
}

fn legend(pen: &mut Pen<'_>, panels: i32) {
    let all = [
        (MARK, say!("charts-after-expected")),
        (BLUE, say!("charts-after-received")),
        (VERMILLION, say!("charts-after-never")),
        (PURPLE, say!("charts-after-lag-p50")),
        (ORANGE, say!("charts-after-lag-max")),
        (GREEN, say!("charts-after-queue")),
    ];
    pen.legend(46, if panels == 1 { &all[..3] } else { &all });
}

fn counts(pen: &mut Pen<'_>, data: &After, panels: i32) {
    let y = over::height([data.expected.as_slice(), &data.received, &data.lost]);
    let panel = panel(data, 0, panels, y);
    over::frame(pen, &panel, &data.time, &kit::number_label, &say!("charts-after-y"));
    over::line(pen, &panel, &data.time, &data.received, BLUE);
    over::line(pen, &panel, &data.time, &data.expected, MARK);
    over::line(pen, &panel, &data.time, &data.lost, VERMILLION);
}

fn lag(pen: &mut Pen<'_>, data: &After, delivery: &Delivery) {
    let low = delivery.lag.iter().map(|p| p.p50_us).min().unwrap_or(0).max(QUICK_US);
    let high = delivery.lag.iter().map(|p| p.max_us).max().unwrap_or(0).max(low);
    let panel = over::stacked(&data.time, 1, 3, Scale::decades(low as f64, high as f64));
    over::frame(pen, &panel, &data.time, &kit::time_label, &say!("charts-after-lag-y"));
    over::points(pen, &panel, &data.time, &delivery.lag, |p| p.max_us, ORANGE);
    over::points(pen, &panel, &data.time, &delivery.lag, |p| p.p50_us, PURPLE);
}

/// With the line of the places where half of them were ever taken: else it would press the curve flat.
fn queue(pen: &mut Pen<'_>, data: &After, delivery: &Delivery) {
    let near = delivery.deepest * 2 >= delivery.slots;
    let slots = [delivery.slots as f64];
    let y = over::height([delivery.queue.as_slice(), if near { &slots } else { &[] }]);
    let panel = over::stacked(&data.time, 2, 3, y);
    over::frame(pen, &panel, &data.time, &kit::number_label, &say!("charts-after-queue-y"));
    if near {
        let name = say!("charts-after-slots", n = format::count(delivery.slots));
        over::limit(pen, &panel, delivery.slots as f64, &name);
    }
    over::line(pen, &panel, &data.time, &delivery.queue, GREEN);
}
