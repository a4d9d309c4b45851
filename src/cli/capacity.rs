//! `capacity`.

use super::args::CapacityArgs;
use crate::app::plan::PlanRequest;
use crate::app::{Failure, capacity};
use crate::exit::Exit;

pub(super) fn main(args: CapacityArgs) -> Result<Exit, Failure> {
    if args.schema {
        return capacity::schema();
    }
    capacity::main(&capacity::CapacityRequest {
        plan: PlanRequest {
            profile: args.profile.unwrap_or_default(),
            target: args.target,
            sets: args.sets,
            insecure: args.insecure,
            allow_hosts: args.allow_hosts,
            portrait: None,
        },
        out: args.out,
        from: args.from,
        to: args.to,
        trial: args.trial,
        width: args.width,
        exceed_ratio: args.exceed_ratio,
        trials: args.trials,
        groups: args.budget_groups,
        resume: args.resume,
        format: args.format.into(),
        quiet: args.quiet,
        dry_run: args.dry_run,
    })
}
