//! `compare`.

use super::args::CompareArgs;
use crate::app::Failure;
use crate::app::compare::{self, CompareRequest, Interleave};
use crate::app::plan::PlanRequest;
use crate::exit::Exit;

pub(super) fn main(args: CompareArgs) -> Result<Exit, Failure> {
    // Without `--schema` clap asks for a base.
    let Some(base) = args.base.filter(|_| !args.schema) else {
        return compare::schema();
    };
    let interleave = args.interleave.map(|times| Interleave {
        times,
        targets: args.target,
        quiet: args.quiet,
        plan: PlanRequest {
            sets: args.sets,
            insecure: args.insecure,
            allow_hosts: args.allow_hosts,
            ..PlanRequest::default()
        },
    });
    compare::main(CompareRequest {
        base,
        candidates: args.candidates,
        margin: args.margin,
        share_margin: args.share_margin,
        gate: args.gate,
        fail_on: args.fail_on.into(),
        base_missing: args.base_missing.into(),
        allow_diff: args.allow_diff,
        unchecked: args.unchecked,
        interleave,
        out: args.out,
        format: args.format.into(),
        junit: args.junit,
        seed: args.seed,
    })
}
