//! `run`.

use super::args::RunArgs;
use crate::app::plan::PlanRequest;
use crate::app::{Failure, rehearse, run};
use crate::exit::Exit;

pub(super) fn main(args: RunArgs) -> Result<Exit, Failure> {
    let request = run::RunRequest {
        plan: PlanRequest { portrait: args.portrait, ..args.plan.into() },
        out: args.out,
        format: args.format.into(),
        quiet: args.quiet,
        live: args.live,
        dry_run: args.dry_run,
        wait: args.wait,
        stay: args.stay,
        strict: args.strict,
        fail_on: args.fail_on.into(),
        hits_everyone: args.hits_everyone,
        junit: args.junit,
        openim_log: args.openim_log,
        metrics: args.metrics,
    };
    match args.rehearse {
        Some(timeout) => rehearse::main(&request, timeout),
        None => run::main(request),
    }
}
