//! `report`.

use super::args::ReportArgs;
use crate::app::{Failure, report};
use crate::exit::Exit;

pub(super) fn main(args: ReportArgs) -> Result<Exit, Failure> {
    report::main(&report::ReportRequest {
        result: args.result,
        out: args.out,
        format: args.format.into(),
        strict: args.strict,
        fail_on: args.fail_on.into(),
    })
}
