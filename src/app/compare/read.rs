//! Opening the sides of a comparison, and refusing what must not be compared.
//!
//! A whole record is judged now. Of one that was cut down to `run.json` and `intervals.hlog` the judgement counts
//! that its `run.json` keeps; without one its validity is not known, which only `--unchecked` lets pass.

use std::path::{Path, PathBuf};

use crate::analysis::compare::{Judged, Known, PlanDifference, RunFigures, Runs, differences};
use crate::analysis::{Options, ValidityVerdict, analyse};
use crate::app::Failure;
use crate::exit::Exit;
use crate::record::read::RunRecord;
use crate::record::store::{self, FindError};
use crate::record::{INTERVALS_HLOG, RUN_JSON, kept};
use crate::text::Text;

/// One side, as it was asked for.
pub(super) struct Asked {
    /// What the person calls it.
    pub(super) name: String,
    /// Its runs: folders or run ids.
    pub(super) runs: Vec<String>,
}

impl Asked {
    /// Runs joined by commas; a folder whose name holds a comma is one run.
    pub(super) fn parse(name: &str) -> Asked {
        let runs = if Path::new(name).exists() {
            vec![name.to_owned()]
        } else {
            name.split(',').map(str::trim).filter(|run| !run.is_empty()).map(str::to_owned).collect()
        };
        Asked { name: name.to_owned(), runs }
    }
}

/// Opens sides.
pub(super) struct Reader<'a> {
    pub(super) out: &'a Path,
    pub(super) unchecked: bool,
    pub(super) allowed: &'a [String],
}

impl Reader<'_> {
    /// Why a side is not there; none where all of its runs are.
    pub(super) fn missing(&self, side: &Asked) -> Option<FindError> {
        side.runs.iter().find_map(|name| match store::find(self.out, name) {
            // A record that is there and cannot be read is a mistake, and no first pipeline.
            Err(FindError::Unknown { .. }) if self.out.join(name).join(RUN_JSON).exists() => None,
            Err(error @ (FindError::Empty { .. } | FindError::Unknown { .. })) => Some(error),
            _ => None,
        })
    }

    /// Reads the runs of a side; they must be comparable with each other.
    pub(super) fn side(&self, side: &Asked) -> Result<Runs, Failure> {
        let name = &side.name;
        let mut runs = Vec::<RunFigures>::new();
        for part in &side.runs {
            let run = self.run(&store::find(self.out, part).map_err(Failure::usage)?)?;
            if let Some(first) = runs.first() {
                self.refuse(&differences(&first.header, &run.header), first, &run)?;
            }
            if runs.iter().any(|other| other.header.plan.run_id == run.header.plan.run_id) {
                return Err(Failure::usage(anyhow::anyhow!(
                    "`{name}` names run {} twice",
                    run.header.plan.run_id
                )));
            }
            runs.push(run);
        }
        if runs.is_empty() {
            return Err(Failure::usage(anyhow::anyhow!("`{name}` names no run")));
        }
        Ok(Runs { name: name.clone(), runs })
    }

    /// The differences that were allowed; what else differs is refused.
    pub(super) fn comparable(&self, base: &Runs, candidate: &Runs) -> Result<Vec<PlanDifference>, Failure> {
        let (Some(a), Some(b)) = (base.runs.first(), candidate.runs.first()) else { return Ok(Vec::new()) };
        let all = differences(&a.header, &b.header);
        self.refuse(&all, a, b)?;
        Ok(all)
    }

    fn refuse(&self, all: &[PlanDifference], a: &RunFigures, b: &RunFigures) -> Result<(), Failure> {
        let runs = [&a.header.plan.run_id, &b.header.plan.run_id].map(String::as_str);
        refuse(all, self.allowed, runs)
    }

    fn run(&self, folder: &Path) -> Result<RunFigures, Failure> {
        let record = RunRecord::open(folder).map_err(Failure::usage)?;
        let intervals: PathBuf = folder.join(INTERVALS_HLOG);
        if !intervals.is_file() {
            return Err(Failure::usage(anyhow::anyhow!(
                "{} is missing; a comparison needs run.json and {INTERVALS_HLOG}",
                intervals.display()
            )));
        }
        let (judged, known) = self.judge(folder, &record)?;
        if let Some(judged) = &judged
            && judged.verdict == Some(ValidityVerdict::Invalid)
        {
            let why = anyhow::anyhow!(
                "run {} is invalid and says nothing about OpenIM: {}. Run it again",
                record.header.plan.run_id,
                Text::sentences(&judged.reasons).en().trim_end_matches('.')
            );
            return Err(Failure { exit: Exit::Invalid, error: why });
        }
        RunFigures::read(&record, &folder.display().to_string(), judged, known).map_err(Failure::usage)
    }

    fn judge(&self, folder: &Path, record: &RunRecord) -> Result<(Option<Judged>, Known), Failure> {
        if kept::is_whole(folder) {
            let analysis = analyse(record, Options::default()).map_err(Failure::usage)?;
            return Ok((Some(Judged::of(record, &analysis)), Known::Record));
        }
        let judged: Option<Judged> = kept::read(folder);
        if let Some(judged) = judged.filter(|j| j.verdict.is_some()) {
            return Ok((Some(judged), Known::Kept));
        }
        if self.unchecked {
            return Ok((None, Known::Unknown));
        }
        Err(Failure::usage(anyhow::anyhow!(
            "{}: whether this run is valid is not known: its run.json keeps no judgement and the files to judge by \
             are gone. Keep the whole record, or run `openim-bench report` on it before cutting it down, or compare \
             response times all the same with --unchecked",
            folder.display()
        )))
    }
}

/// Refuses two plans that differ in a key that is not allowed.
pub(super) fn refuse(all: &[PlanDifference], allowed: &[String], names: [&str; 2]) -> Result<(), Failure> {
    let refused: Vec<&PlanDifference> =
        all.iter().filter(|d| !allowed.iter().any(|key| d.is_in(key))).collect();
    let Some(first) = refused.first() else { return Ok(()) };
    let list: Vec<String> =
        refused.iter().map(|d| format!("{} ({} and {})", d.key, d.base, d.candidate)).collect();
    Err(Failure::usage(anyhow::anyhow!(
        "{} and {} cannot be compared: their plans differ in {}. Run both with the same plan, or allow what is \
         meant to differ: --allow-diff {}",
        names[0],
        names[1],
        list.join(", "),
        first.key,
    )))
}
