//! `whatif`.

use super::args::WhatIfArgs;
use crate::app::{Failure, whatif};
use crate::exit::Exit;

pub(super) fn main(args: WhatIfArgs) -> Result<Exit, Failure> {
    whatif::main(&whatif::WhatIfRequest {
        result: args.result,
        out: args.out,
        timeouts: args.timeouts,
        rate: args.rate,
        processes: args.processes,
        outage: args.outage,
        format: args.format.into(),
    })
}
