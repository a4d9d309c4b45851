//! `--interleave`: base and candidate are run in turn, so that what drifts on a machine meets both alike.
//!
//! Every round has a seed of its own, the same for both sides. The first run that is invalid, interrupted or cannot be
//! carried out ends it: more runs would not make the comparison good.

use super::read::{Asked, refuse};
use super::{CompareRequest, Interleave, Sides};
use crate::analysis::compare::differences_of_plans;
use crate::app::plan::{PlanRequest, prepare};
use crate::app::run::{self, Recorded, RunRequest};
use crate::app::{Failure, out};
use crate::exit::Exit;
use crate::say;
use crate::text::{Text, Told};

/// Runs both sides in turn; what was asked to differ is added to what may.
pub(super) fn measure(request: &mut CompareRequest, interleave: &Interleave) -> Result<Sides, Failure> {
    let plans = plans(request, interleave)?;
    if !interleave.targets.is_empty() {
        request.allow_diff.push("target.url".to_owned());
    }
    let names = names(&plans);
    // What cannot be compared should not be found out after hours of measuring.
    let (base, candidate) = (prepare(&plans[0])?.plan, prepare(&plans[1])?.plan);
    let differences = differences_of_plans(&base, &candidate);
    refuse(&differences, &request.allow_diff, [&names[0], &names[1]])?;
    let mut folders = [Vec::new(), Vec::new()];
    for round in 1..=interleave.times {
        for (side, plan) in plans.iter().enumerate() {
            let (times, name) = (interleave.times, &names[side]);
            out::tell(&say!("compare-round", round = round, times = times, name = name));
            let mut plan = plan.clone();
            // A profile holds at most the largest signed number.
            let seed = base.profile.load.seed.wrapping_add(u64::from(round - 1)) & (u64::MAX >> 1);
            plan.sets.push(format!("load.seed={seed}"));
            let recorded = run::record(one_run(request, interleave, plan))?;
            if let Exit::Interrupted | Exit::Terminated | Exit::Invalid = recorded.exit {
                return Err(ended(&recorded, &names[side], round));
            }
            folders[side].push(recorded.folder.display().to_string());
        }
    }
    let [first, second] = folders;
    let [base, candidate] = names;
    Ok(Sides {
        base: Asked { name: base, runs: first },
        candidates: vec![Asked { name: candidate, runs: second }],
    })
}

fn ended(recorded: &Recorded, name: &str, round: u32) -> Failure {
    let meaning: Text = match recorded.exit {
        Exit::Interrupted => say!("app-exit-interrupted"),
        Exit::Terminated => say!("app-exit-terminated"),
        _ => say!("app-exit-invalid"),
    };
    let record = recorded.folder.display().to_string();
    let told = say!("app-compare-side", name = name, round = round, meaning = meaning, record = record);
    Failure { exit: recorded.exit, error: Told::new(told).into() }
}

/// By target where there are two, else by profile.
fn names(plans: &[PlanRequest; 2]) -> [String; 2] {
    let names = plans.each_ref().map(|p| p.target.clone().unwrap_or_else(|| p.profile.clone()));
    if names[0] == names[1] { ["A", "B"].map(|side| format!("{} ({side})", names[0])) } else { names }
}

fn one_run(request: &CompareRequest, interleave: &Interleave, plan: PlanRequest) -> RunRequest {
    RunRequest { quiet: interleave.quiet, ..RunRequest::quiet(plan, request.out.clone()) }
}

/// The plans of base and candidate: two profiles, or one against two targets.
fn plans(request: &CompareRequest, interleave: &Interleave) -> Result<[PlanRequest; 2], Failure> {
    let with = |profile: &str, target: Option<&String>| PlanRequest {
        profile: profile.to_owned(),
        target: target.cloned(),
        ..interleave.plan.clone()
    };
    let base = &request.base;
    match (request.candidates.as_slice(), interleave.targets.as_slice()) {
        ([candidate], []) => Ok([with(base, None), with(candidate, None)]),
        ([], [first, second]) => Ok([with(base, Some(first)), with(base, Some(second))]),
        _ => Err(Failure::usage(Told::new(say!("app-compare-interleave")))),
    }
}
