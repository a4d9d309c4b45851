//! Charts of a report as SVG, one text a language; each a function of `Figures`, which formats and does not calculate.

mod after;
mod failures;
mod heat;
mod kit;
mod load;
mod misfire;
mod over;
mod percentiles;
mod readout;
mod timeline;

use super::Report;
use crate::text::{Lang, Text};
pub use readout::{Line, Plot, Readout};

/// Names of all charts, in the order of reading.
pub const NAMES: [&str; 7] = ["misfire", "timeline", "percentiles", "load", "failures", "after", "heat"];

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

/// Every chart that the run has something to show in, in the order of reading.
#[must_use]
pub fn drawings(report: &Report) -> Vec<Drawing> {
    let figures = &report.figures;
    [
        misfire::draw(&figures.misfire),
        figures.timeline.as_ref().map(timeline::draw),
        percentiles::draw(&figures.percentiles),
        figures.load.as_ref().map(load::draw),
        figures.failures.as_ref().map(failures::draw),
        figures.after.as_ref().map(after::draw),
        figures.heat.as_ref().map(heat::draw),
    ]
    .into_iter()
    .flatten()
    .collect()
}
