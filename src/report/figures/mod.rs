//! Data of the charts, taken from record and analysis once; drawing is `charts`'.
//!
//! A part is absent where the run has nothing to show in that chart. Series over time are thinned so that an hour's run
//! draws at most some hundred points.

pub mod misfire;

use misfire::Misfire;

use super::Summary;
use crate::record::read::RunRecord;

/// Data of every chart of one run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Misfire bound against timeout, by webhook.
    pub misfire: Vec<Misfire>,
}

impl Figures {
    /// Data of the charts that this run has something to show in.
    #[must_use]
    pub fn of(_record: &RunRecord, summary: &Summary) -> Figures {
        Figures { misfire: misfire::of(summary) }
    }
}
