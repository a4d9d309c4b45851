//! `report`.

use super::args::ReportArgs;
use crate::app::{Failure, report};
use crate::exit::Exit;

pub(super) fn main(args: ReportArgs) -> Result<Exit, Failure> {
    // Without `--schema` clap asks for a result.
    let Some(result) = args.result.filter(|_| !args.schema) else {
        return report::schema();
    };
    report::main(&report::ReportRequest {
        result,
        out: args.out,
        format: args.format.into(),
        strict: args.strict,
        fail_on: args.fail_on.into(),
        junit: args.junit,
        openim_log: args.openim_log,
    })
}
