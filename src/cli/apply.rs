//! `apply`.

use super::args::ApplyArgs;
use crate::app::apply::{ApplyRequest, Source, main as apply};
use crate::app::{Failure, Wanted};
use crate::exit::Exit;

pub(super) fn main(args: ApplyArgs) -> Result<Exit, Failure> {
    apply(&ApplyRequest {
        source: Source {
            result: args.result,
            out: args.out,
            strict: args.strict,
            wanted: Wanted { only: args.only, guesses: args.include_guess },
        },
        file: args.file,
        write: args.write,
        format: args.format.map(Into::into),
        deployment: args.deployment.map(Into::into),
        modelled_anyway: args.modelled_anyway,
    })
}
