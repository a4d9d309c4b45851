//! Failures over the run, a line for each cause.

use super::Drawing;
use super::kit::{self, Ink, Panel, SERIES};
use super::over;
use crate::report::figures::load::Failures;
use crate::report::format;
use crate::say;
use crate::text::Text;

pub(super) fn draw(data: &Failures) -> Drawing {
    let cause = |name: &Option<String>| match name {
        Some(name) => Text::plain(name.clone()),
        None => say!("charts-other-causes"),
    };
    let most = data.causes.first().map(|(name, _)| cause(name)).unwrap_or_default();
    let (failed, released) = (format::count(data.failed), format::count(data.released));
    let title = say!("charts-failures-title", failed = failed, released = released, cause = most);
    let names: Vec<Text> = data.causes.iter().map(|(name, _)| cause(name)).collect();
    let description = say!("charts-failures-about", causes = Text::list(&names));
    let y = over::height(data.causes.iter().map(|(_, line)| line.as_slice()));
    let panel = Panel::whole(over::scale(&data.time), y);
    let lines = data.causes.iter().zip(SERIES).zip(&names);
    let read = lines.map(|(((_, values), ink), name)| over::read_line(ink, name.clone(), values)).collect();
    kit::drawing("failures", title, description, |pen| {
        over::frame(pen, &panel, &data.time, &kit::number_label, &say!("charts-failures-y"));
        over::shades(pen, &data.time);
        for ((_, line), ink) in data.causes.iter().zip(SERIES) {
            over::line(pen, &panel, &data.time, line, ink);
        }
        let entries: Vec<(Ink, Text)> = SERIES.into_iter().zip(names.iter().cloned()).collect();
        let (above, below) = entries.split_at(entries.len().min(3));
        pen.legend(42, above);
        pen.legend(58, below);
    })
    .with_readout(over::readout(&data.time, &panel, &panel, read))
}
