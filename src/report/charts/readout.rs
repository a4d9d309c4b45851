//! What can be read off a chart: the values of every line at each place of the horizontal axis, already put into words.
//!
//! Where a place lies is told in pixels of the view box, so that whoever shows the values has nothing to reckon but which
//! place is nearest.

use super::kit::{Ink, Panel};
use crate::text::Text;

/// The values of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readout {
    /// Panels from left to right and from top to bottom; panels over the same axis count as one.
    pub plots: Vec<Plot>,
}

/// The values of one panel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plot {
    /// Left, top, right and bottom edge, pixels of the view box.
    pub area: [i32; 4],
    /// What the panel is about, where a chart has several.
    pub name: Text,
    /// What the places are: the time of the run, a timeout.
    pub axis: Text,
    /// Places in rising order: pixel of the view box, and the place in words.
    pub stops: Vec<(i32, String)>,
    /// The lines, in the order of the legend.
    pub lines: Vec<Line>,
}

/// The values of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// As the legend says.
    pub name: Text,
    /// Its colour, `#0072B2`.
    pub stroke: String,
    /// Its dash pattern as in SVG; empty for a whole line.
    pub dash: &'static str,
    /// A value for each place; none where the line is broken or has ended.
    pub values: Vec<Option<String>>,
}

impl Readout {
    /// A chart whose panels share one axis, or that has but one.
    pub(super) fn of(plot: Plot) -> Readout {
        Readout { plots: vec![plot] }
    }

    /// Whether there is any value to read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.plots.iter().all(|plot| plot.stops.is_empty() || plot.lines.is_empty())
    }
}

impl Line {
    pub(super) fn new(ink: Ink, name: Text, values: Vec<Option<String>>) -> Line {
        Line { name, stroke: ink.hex(), dash: ink.dash(), values }
    }
}

/// From the top of the first panel to the bottom of the last.
pub(super) fn area(first: &Panel, last: &Panel) -> [i32; 4] {
    [first.left, first.top, first.right, last.bottom]
}
