//! `plot`.

use super::args::PlotArgs;
use crate::app::{Failure, plot};
use crate::exit::Exit;

pub(super) fn main(args: PlotArgs) -> Result<Exit, Failure> {
    plot::main(&plot::PlotRequest {
        results: args.results,
        records: args.results_dir,
        charts: args.charts,
        out: args.out,
        picture: args.format.into(),
    })
}
