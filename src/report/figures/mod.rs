//! Data of the charts, taken from record and analysis once; drawing is `charts`'.
//!
//! A part is absent where the run has nothing to show in that chart. Series over time are thinned so that an hour's run
//! draws at most some hundred points.

pub mod capacity;
pub mod comparison;
pub mod delivery;
pub mod heat;
pub mod intervals;
pub mod load;
pub mod misfire;
pub mod operations;
pub mod percentiles;
pub mod time;
pub mod timeline;
pub mod waterfall;
pub mod whatif;

use heat::Heat;
use intervals::Intervals;
use load::{After, Failures, Load};
use misfire::Misfire;
use operations::Operations;
use percentiles::Curve;
use time::Time;
use timeline::Timeline;
use waterfall::Waterfall;
use whatif::Predicted;

use super::Summary;
use crate::analysis::whatif::Usual;
use crate::record::read::RunRecord;

/// Data of every chart of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Misfire bound against timeout, by webhook.
    pub misfire: Vec<Misfire>,
    /// Response and service time over the run.
    pub timeline: Option<Timeline>,
    /// Percentile curves of calls and handlers.
    pub percentiles: Vec<Curve>,
    /// Where the time of single creates went.
    pub waterfall: Option<Waterfall>,
    /// Asked and achieved rate, in flight, shed, our own lateness.
    pub load: Option<Load>,
    /// Failures by cause.
    pub failures: Option<Failures>,
    /// After-callbacks expected, received, lost; their delivery and their queue.
    pub after: Option<After>,
    /// Response time over the run as a map.
    pub heat: Option<Heat>,
    /// Failed calls and held connections against the timeout.
    pub whatif: Option<Predicted>,
}

impl Figures {
    /// Data of the charts that this run has something to show in; what an unreadable log would show is absent.
    /// `usual` are the predictions, where any can be made.
    #[must_use]
    pub fn of(record: &RunRecord, summary: &Summary, usual: Option<&Usual>) -> Figures {
        let mut figures = Figures {
            whatif: usual.and_then(Predicted::of_run),
            misfire: misfire::of(summary),
            percentiles: percentiles::of(record, summary),
            ..Figures::default()
        };
        if let Some(time) = Time::of(record) {
            let (intervals, operations) = read(record, &time, summary);
            figures.timeline = timeline::of(&time, &intervals, summary);
            figures.load = load::of(record, &time, &intervals, summary);
            figures.failures = load::failures(record, &time);
            figures.waterfall = operations.waterfall;
            figures.after = load::after(record, &time, operations.held, operations.delivery);
            figures.heat = intervals.cells.heat(&time);
        }
        figures
    }
}

/// The two logs beside each other: of an hour's run each takes its second.
fn read(record: &RunRecord, time: &Time, summary: &Summary) -> (Intervals, Operations) {
    let operations = || operations::read(record, time, summary);
    std::thread::scope(|scope| {
        let beside = std::thread::Builder::new().spawn_scoped(scope, operations);
        let intervals = intervals::read(record, time).unwrap_or_default();
        let operations = match beside {
            Ok(beside) => beside.join().unwrap_or_default(),
            // No thread to be had.
            Err(_) => operations(),
        };
        (intervals, operations)
    })
}
