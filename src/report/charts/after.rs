//! After-callbacks over the run: how many should have come, came, and were lost.

use super::Drawing;
use super::kit::{self, BLUE, MARK, Panel, VERMILLION};
use super::over;
use crate::report::figures::load::After;
use crate::report::format;
use crate::say;

pub(super) fn draw(data: &After) -> Drawing {
    let (expected, lost) = data.totals;
    let title = if lost == 0 {
        say!("charts-after-none", expected = format::count(expected))
    } else {
        say!("charts-after-lost", expected = format::count(expected), lost = format::count(lost))
    };
    let y = over::height([data.expected.as_slice(), &data.received, &data.lost]);
    let panel = Panel::whole(over::scale(&data.time), y);
    let lines = [
        (MARK, say!("charts-after-expected"), &data.expected),
        (BLUE, say!("charts-after-received"), &data.received),
        (VERMILLION, say!("charts-after-never"), &data.lost),
    ];
    let names = lines.clone().map(|(ink, name, _)| (ink, name));
    let read = lines.map(|(ink, name, values)| over::read_line(ink, name, values));
    kit::drawing("after", title, say!("charts-after-about"), |pen| {
        over::frame(pen, &panel, &data.time, &kit::number_label, &say!("charts-after-y"));
        over::shades(pen, &data.time);
        over::line(pen, &panel, &data.time, &data.received, BLUE);
        over::line(pen, &panel, &data.time, &data.expected, MARK);
        over::line(pen, &panel, &data.time, &data.lost, VERMILLION);
        pen.legend(46, &names);
    })
    .with_readout(over::readout(&data.time, &panel, &panel, read.into()))
}
