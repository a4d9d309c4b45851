//! Map of response times over the run: the darker a cell, the more calls took that long at that time.

use plotters::style::text_anchor::HPos;

use super::Drawing;
use super::kit::{self, HEAT, Panel, Pen, Scale};
use super::over;
use crate::report::figures::heat::Heat;
use crate::report::format;
use crate::say;

pub(super) fn draw(data: &Heat) -> Drawing {
    let (low, high) = data.range_us;
    let [from, to] = [low, high].map(|us| format::duration_us(us.round() as u64));
    let title = say!("charts-heat-title", from = from, to = to);
    let description = say!("charts-heat-about", most = format::count(data.most));
    let panel = Panel::whole(over::scale(&data.time), Scale::Log { from: low, to: high.max(low * 1.01) });
    kit::drawing("heat", title, description, |pen| {
        over::frame(pen, &panel, &data.time, &kit::time_label, &say!("charts-latency-y"));
        over::shades(pen, &data.time);
        for run in &data.runs {
            let from = (panel.px(run.time_s.0), panel.py(run.latency_us.1));
            let to = (panel.px(run.time_s.1), panel.py(run.latency_us.0));
            pen.area(from, to, HEAT[usize::from(run.shade - 1).min(HEAT.len() - 1)], 1.0);
        }
        legend(pen, data.most);
    })
}

fn legend(pen: &mut Pen<'_>, most: u64) {
    let few = say!("charts-heat-few");
    let few = few.of(pen.lang);
    pen.text((24, 46), 12, HPos::Left, few);
    let mut x = 24 + kit::width(few) + 6;
    for ink in HEAT {
        pen.area((x, 39), (x + 24, 53), ink, 1.0);
        x += 24;
    }
    let many = say!("charts-heat-many", n = format::count(most));
    pen.text((x + 6, 46), 12, HPos::Left, many.of(pen.lang));
}
