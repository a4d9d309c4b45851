//! `verify`.

use super::args::VerifyArgs;
use crate::app::apply::Source;
use crate::app::verify::{VerifyRequest, main as verify};
use crate::app::{Failure, Wanted};
use crate::exit::Exit;

pub(super) fn main(args: VerifyArgs) -> Result<Exit, Failure> {
    verify(&VerifyRequest {
        source: Source {
            result: args.result,
            out: args.out,
            strict: args.strict,
            wanted: Wanted { only: args.only, guesses: args.include_guess },
        },
        target: args.target,
        webhook_listen: args.webhook_listen,
        format: args.format.into(),
        allow_hosts: args.allow_hosts,
        insecure: args.insecure,
        hits_everyone: args.hits_everyone,
    })
}
