//! Charts of a report as SVG, one text a language; each a function of `Figures`, which formats and does not calculate.

mod after;
mod capacity;
mod comparison;
mod failures;
mod heat;
mod kit;
mod load;
mod marks;
mod misfire;
mod over;
mod percentiles;
mod readout;
mod timeline;
mod waterfall;
mod whatif;

pub use capacity::draw as of_capacity;
pub use comparison::draw as of_comparison;
pub use whatif::draw as of_whatif;

use super::{Format, Report};
use crate::text::{Lang, Text};
pub use readout::{Line, Plot, Readout};

/// Names of all charts, in the order of reading.
pub const NAMES: [&str; 11] = [
    "misfire",
    "timeline",
    "percentiles",
    "waterfall",
    "load",
    "failures",
    "after",
    "heat",
    "whatif",
    "capacity",
    "comparison",
];

/// A drawn chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// Stable name, for `--chart` and for files: `misfire`, `timeline`, …
    pub name: &'static str,
    /// What it shows, as a finding.
    pub title: Text,
    /// What a person hears who cannot see it: axes, and the figures that matter.
    pub description: Text,
    /// The drawing in English and in Chinese, each a whole `<svg>` element without an XML declaration.
    pub svg: [String; 2],
    /// What can be read off its lines, where that is more than the drawing shows at once.
    pub readout: Option<Readout>,
}

impl Drawing {
    /// With values to read off, if there are any.
    fn with_readout(self, readout: Readout) -> Drawing {
        Drawing { readout: (!readout.is_empty()).then_some(readout), ..self }
    }

    /// The drawing in a language.
    #[must_use]
    pub fn of(&self, lang: Lang) -> &str {
        &self.svg[lang as usize]
    }
}

/// The chart of a page in that format, where it has one: none but HTML shows any.
pub(super) fn on_a_page(format: Format, draw: impl FnOnce() -> Option<Drawing>) -> Vec<Drawing> {
    if format == Format::Html { draw().into_iter().collect() } else { Vec::new() }
}

/// Every chart that the run has something to show in, in the order of reading.
#[must_use]
pub fn drawings(report: &Report) -> Vec<Drawing> {
    let figures = &report.figures;
    [
        misfire::draw(&figures.misfire),
        figures.timeline.as_ref().map(timeline::draw),
        percentiles::draw(&figures.percentiles),
        figures.waterfall.as_ref().and_then(waterfall::draw),
        figures.load.as_ref().map(load::draw),
        figures.failures.as_ref().map(failures::draw),
        figures.after.as_ref().map(after::draw),
        figures.heat.as_ref().map(heat::draw),
        figures.whatif.as_ref().and_then(whatif::draw),
    ]
    .into_iter()
    .flatten()
    .collect()
}
