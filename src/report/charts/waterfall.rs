//! Waterfall of single creates: when the call, the handlers of its callbacks, what lay between them and the delivery of
//! the after-callback took place, on one axis, with the time of each in figures.

use plotters::style::text_anchor::HPos;

use super::Drawing;
use super::kit::{self, BLUE, Ink, ORANGE, PAPER, Panel, Pen, SHADE, SKY, Scale, VERMILLION};
use crate::report::figures::operations::Held;
use crate::report::figures::waterfall::{After, Bars, Create, Part, Span, Waterfall, Which};
use crate::report::format;
use crate::say;
use crate::text::Text;

/// Height of the line that names a create.
const HEADING: i32 = 22;
/// Height of a row where there is room.
const ROW: i32 = 16;

/// None where there is no create.
pub(super) fn draw(data: &Waterfall) -> Option<Drawing> {
    let slowest = data.creates.last()?;
    let end = data.creates.iter().map(Create::end_us).max().unwrap_or(0).max(1);
    let panel = Panel {
        left: 178,
        top: 60,
        right: kit::WIDTH - 118,
        bottom: kit::HEIGHT - 48,
        x: Scale::Linear { from: 0.0, to: end as f64 },
        y: Scale::Linear { from: 0.0, to: 1.0 },
    };
    Some(kit::drawing("waterfall", title(slowest), description(data), |pen| {
        legend(pen);
        pen.columns(&panel, &label);
        pen.line(&[(panel.left, panel.top), (panel.left, panel.bottom)], SHADE);
        pen.line(&[(panel.left, panel.bottom), (panel.right, panel.bottom)], SHADE);
        pen.axis_name(&panel, &say!("charts-waterfall-x"));
        groups(pen, &panel, &data.creates);
    }))
}

fn label(us: f64) -> String {
    if us < 0.5 { "0".to_owned() } else { kit::time_label(us) }
}

fn title(create: &Create) -> Text {
    let (part, us) = create.largest();
    let (total, part_time) = (format::duration_us(create.total_us()), format::duration_us(us));
    match part {
        Part::Lag => say!("charts-waterfall-title-lag", total = total, part = part_time),
        Part::Between => say!("charts-waterfall-title-between", total = total, part = part_time),
        Part::Handler(key) => {
            say!("charts-waterfall-title-handler", total = total, part = part_time, key = key.name())
        }
    }
}

fn description(data: &Waterfall) -> Text {
    let held = match data.held {
        Held::Part { missing } => say!("charts-operations-part", missing = format::count(missing)),
        Held::All | Held::Nothing => Text::default(),
    };
    let creates: Vec<Text> = data.creates.iter().map(sentence).collect();
    let about = say!("charts-waterfall-about");
    Text::sentences([&about].into_iter().chain(&creates).chain([&held]))
}

/// A create with the time of each part, for who cannot see the bars.
fn sentence(create: &Create) -> Text {
    let parts: Vec<Text> = rows(create)
        .iter()
        .map(|row| say!("charts-waterfall-part", name = &row.name, time = &row.figure))
        .collect();
    let parts = Text::clauses(&parts);
    say!("charts-waterfall-sentence", create = heading(create), parts = parts)
}

fn heading(create: &Create) -> Text {
    let which = match create.which {
        Which::Typical => say!("charts-waterfall-typical"),
        Which::P99 => say!("charts-waterfall-p99"),
        Which::Slowest => say!("charts-waterfall-slowest"),
    };
    say!(
        "charts-waterfall-heading",
        which = which,
        id = create.id.as_str(),
        total = format::duration_us(create.total_us()),
        lag = format::duration_us(create.lag_us)
    )
}

/// A name, bars in their inks, and what they took.
struct Row {
    name: Text,
    bars: Vec<(Ink, Span)>,
    figure: Text,
}

fn rows(create: &Create) -> Vec<Row> {
    let inked = |ink: Ink, bars: &Bars| bars.spans.iter().map(|span| (ink, *span)).collect::<Vec<_>>();
    let call = Row {
        name: say!("charts-waterfall-call"),
        bars: vec![(ORANGE, (0, create.lag_us)), (SKY, create.call)],
        figure: time(create.call.1 - create.call.0),
    };
    let between = Row {
        name: say!("charts-waterfall-between"),
        bars: inked(SHADE, &create.between),
        figure: time(create.between.us),
    };
    let before = create.before.iter().map(|(key, bars)| Row {
        name: Text::plain(key.name()),
        bars: inked(BLUE, bars),
        figure: figure(bars),
    });
    let after = create.after.iter().map(|after| Row {
        name: Text::plain(after.key.name()),
        bars: after
            .delivery
            .map(|span| (VERMILLION, span))
            .into_iter()
            .chain(inked(BLUE, &after.handler))
            .collect(),
        figure: arrival(after),
    });
    [call, between].into_iter().chain(before).chain(after).collect()
}

fn time(us: u64) -> Text {
    Text::plain(format::duration_us(us))
}

fn figure(bars: &Bars) -> Text {
    let time = format::duration_us(bars.us);
    if bars.n > 1 { Text::plain(format!("{} × {time}", format::count(bars.n))) } else { Text::plain(time) }
}

/// How long an after-callback was under way, and then its handler.
fn arrival(after: &After) -> Text {
    match after.delivery {
        _ if after.handler.n == 0 => say!("charts-waterfall-never"),
        Some((answered, received)) => {
            let (way, handler) = (time(received - answered), figure(&after.handler));
            Text::plain(format!("{} + {}", way.en(), handler.en()))
        }
        None => figure(&after.handler),
    }
}

fn legend(pen: &mut Pen<'_>) {
    let mut x = 24;
    for (ink, name) in [
        (ORANGE, say!("charts-waterfall-lag")),
        (SKY, say!("charts-waterfall-call")),
        (SHADE, say!("charts-waterfall-between")),
        (BLUE, say!("charts-waterfall-handler")),
        (VERMILLION, say!("charts-waterfall-delivery")),
    ] {
        pen.area_legend((x, 44), ink, 1.0, &name);
        x += 27 + kit::width(name.of(pen.lang)) + 16;
    }
}

fn groups(pen: &mut Pen<'_>, panel: &Panel, creates: &[Create]) {
    let all: Vec<(Text, Vec<Row>)> = creates.iter().map(|create| (heading(create), rows(create))).collect();
    let headings = i32::try_from(all.len()).unwrap_or(1) * HEADING;
    let count = i32::try_from(all.iter().map(|(_, rows)| rows.len()).sum::<usize>()).unwrap_or(1).max(1);
    let high = ((panel.bottom - panel.top - headings - 6) / count).clamp(4, ROW);
    let mut y = panel.top;
    for (heading, rows) in &all {
        pen.area((panel.left - 1, y), (panel.right + 1, y + HEADING), PAPER, 1.0);
        pen.text((24, y + HEADING / 2 + 1), 12, HPos::Left, heading.of(pen.lang));
        y += HEADING;
        for row in rows {
            draw_row(pen, panel, y, high, row);
            y += high;
        }
    }
}

fn draw_row(pen: &mut Pen<'_>, panel: &Panel, y: i32, high: i32, row: &Row) {
    let middle = y + high / 2;
    pen.text((panel.left - 6, middle), 12, HPos::Right, row.name.of(pen.lang));
    let mut end = panel.left;
    // The first on top: a bar that is narrower than it can be drawn is still seen.
    for (ink, (from, to)) in row.bars.iter().rev().filter(|(_, (from, to))| from < to) {
        let left = panel.px(*from as f64);
        let right = panel.px(*to as f64).max(left + 2);
        pen.area((left, y + 2), (right, y + high - 2), *ink, 1.0);
        end = end.max(right);
    }
    pen.text((end + 6, middle), 12, HPos::Left, row.figure.of(pen.lang));
}
