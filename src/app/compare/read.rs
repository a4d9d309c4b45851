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
use crate::say;
use crate::text::{Text, Told};

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
                let told = say!("app-compare-twice", name = name, run = &run.header.plan.run_id);
                return Err(Failure::usage(Told::new(told)));
            }
            runs.push(run);
        }
        if runs.is_empty() {
            return Err(Failure::usage(Told::new(say!("app-compare-no-run", name = name))));
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
        if record.header.observed.is_some() {
            let told = say!("observed-no-compare", run = &record.header.plan.run_id);
            return Err(Failure::usage(Told::new(told)));
        }
        let intervals: PathBuf = folder.join(INTERVALS_HLOG);
        if !intervals.is_file() {
            let file = intervals.display().to_string();
            let told = say!("app-compare-intervals", file = file, needed = INTERVALS_HLOG);
            return Err(Failure::usage(Told::new(told)));
        }
        let (judged, known) = self.judge(folder, &record)?;
        if let Some(judged) = &judged
            && judged.verdict == Some(ValidityVerdict::Invalid)
        {
            let (run, reasons) = (&record.header.plan.run_id, Text::sentences(&judged.reasons).clause());
            let told = Told::new(say!("app-compare-invalid", run = run, reasons = reasons));
            return Err(Failure { exit: Exit::Invalid, error: told.into() });
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
        let record = folder.display().to_string();
        Err(Failure::usage(Told::new(say!("app-compare-unjudged", record = record))))
    }
}

/// Refuses two plans that differ in a key that is not allowed.
pub(super) fn refuse(all: &[PlanDifference], allowed: &[String], names: [&str; 2]) -> Result<(), Failure> {
    let refused: Vec<&PlanDifference> =
        all.iter().filter(|d| !allowed.iter().any(|key| d.is_in(key))).collect();
    let Some(first) = refused.first() else { return Ok(()) };
    let differing = |d: &&PlanDifference| {
        say!("app-compare-difference", key = &d.key, base = &d.base, candidate = &d.candidate)
    };
    let list: Vec<Text> = refused.iter().map(differing).collect();
    Err(Failure::usage(Told::new(say!(
        "app-compare-plans",
        base = names[0],
        candidate = names[1],
        differences = Text::list(&list),
        key = &first.key,
    ))))
}
