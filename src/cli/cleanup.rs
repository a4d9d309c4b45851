//! `cleanup`.

use super::args::CleanupArgs;
use crate::app::{Failure, cleanup};
use crate::exit::Exit;

pub(super) fn main(args: CleanupArgs) -> Result<Exit, Failure> {
    cleanup::main(cleanup::CleanupRequest {
        result: args.result,
        out: args.out,
        target: args.target,
        allow_hosts: args.allow_hosts,
        insecure: args.insecure,
        rate: args.rate,
    })
}
