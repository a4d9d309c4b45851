//! `explain`.

use super::args::ExplainArgs;
use crate::app::{Failure, explain};
use crate::exit::Exit;

pub(super) fn main(args: ExplainArgs) -> Result<Exit, Failure> {
    explain::main(&explain::ExplainRequest {
        text: args.text,
        elapsed: args.elapsed,
        version: args.version,
        format: args.format.into(),
    })
}
