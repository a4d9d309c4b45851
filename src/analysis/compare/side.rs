//! Reading one run for a comparison, and what to say about two sides beforehand.
//!
//! Of `intervals.hlog` the response times, second by second; a call belongs to the second in which it ended, those
//! of the drain to the last one, and those that never ended are slower than everything.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Judged, RunLine, Runs};
use crate::analysis::window::Window;
use crate::record::model::{Ended, Header, tag};
use crate::record::read::{ReadError, RunRecord};
use crate::say;
use crate::stats::timeline::Timeline;
use crate::text::Text;

/// Where a run's validity and timeouts are known from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Known {
    /// Judged now, from the whole record.
    Record,
    /// From `run.json`, as it was judged at the end of the run.
    Kept,
    /// Not known: only response times are compared.
    Unknown,
}

/// One run, ready to be compared.
#[derive(Clone, Debug)]
pub struct RunFigures {
    /// Its header.
    pub header: Header,
    /// Folder.
    pub record: String,
    /// Response times by slots of measured time.
    pub response: Timeline,
    /// Its judgement, where known.
    pub judged: Option<Judged>,
    /// Where that is from.
    pub known: Known,
    /// Measured seconds.
    pub measured_s: u64,
}

impl RunFigures {
    /// Reads the response times of a record; `record` names its folder.
    ///
    /// # Errors
    /// When `intervals.hlog` cannot be read.
    pub fn read(
        run: &RunRecord,
        record: &str,
        judged: Option<Judged>,
        known: Known,
    ) -> Result<RunFigures, ReadError> {
        let window = Window::of(run);
        let measured_s = window.seconds().round().max(0.0) as u64;
        let mut response = Timeline::new(measured_s);
        run.for_each_interval(tag::RESPONSE, |second, cells| {
            if window.in_outage(second as f64) {
                return;
            }
            // Beyond the measured time: answers of the drain.
            let slot = window.position(second as f64).unwrap_or(u64::MAX);
            for cell in cells.iter() {
                response.record(slot, cell.middle_us(), cell.count);
            }
        })?;
        response.record_unfinished(judged.as_ref().map_or(0, |j| j.unfinished));
        let header = run.header.clone();
        Ok(RunFigures { header, record: record.to_owned(), response, judged, known, measured_s })
    }

    /// In short.
    pub(super) fn line(&self) -> RunLine {
        RunLine {
            run_id: self.header.plan.run_id.clone(),
            record: self.record.clone(),
            started: self.header.environment.started.clone(),
            title: self.header.plan.profile.title.clone(),
            calls: self.response.count(),
            measured_s: self.measured_s,
            known: self.known,
        }
    }
}

/// What to know about a comparison: one run a side, other machines, runs cut short, what is not known.
pub(super) fn notes(base: &Runs, candidate: &Runs) -> Vec<Text> {
    let mut notes = Vec::new();
    let all: Vec<&RunFigures> = base.runs.iter().chain(&candidate.runs).collect();
    if base.runs.len() == 1 || candidate.runs.len() == 1 {
        notes.push(say!("compare-one-run"));
    }
    notes.extend(places(&all));
    for run in all {
        let id = &run.header.plan.run_id;
        match run.header.end.as_ref().map(|end| end.how) {
            Some(Ended::Complete) => {}
            Some(_) => notes.push(say!("compare-cut-short", run = id)),
            None => notes.push(say!("compare-killed", run = id)),
        }
        match run.known {
            Known::Record => {}
            Known::Kept => notes.push(say!("compare-kept", run = id)),
            Known::Unknown => notes.push(say!("compare-unchecked", run = id)),
        }
    }
    notes
}

/// In what the first run's place differs from that of another one.
fn places(runs: &[&RunFigures]) -> Vec<Text> {
    let host = |run: &RunFigures| Text::plain(&run.header.environment.host);
    let cores = |run: &RunFigures| Text::plain(run.header.environment.cores.to_string());
    let build = |run: &RunFigures| {
        if run.header.environment.optimised {
            say!("compare-release-build")
        } else {
            say!("compare-debug-build")
        }
    };
    [
        two(runs, host).map(|[a, b]| say!("compare-hosts-differ", a = a, b = b)),
        two(runs, cores).map(|[a, b]| say!("compare-cores-differ", a = a, b = b)),
        two(runs, build).map(|[a, b]| say!("compare-builds-differ", a = a, b = b)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// What the first run has, and the first other that is not the same.
fn two(runs: &[&RunFigures], of: impl Fn(&RunFigures) -> Text) -> Option<[Text; 2]> {
    let mut values = runs.iter().map(|run| of(run));
    let first = values.next()?;
    let other = values.find(|other| *other != first)?;
    Some([first, other])
}
