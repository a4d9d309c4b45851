//! `monitoring`.

use super::args::MonitoringArgs;
use crate::app::{Failure, monitoring};
use crate::exit::Exit;

pub(super) fn main(args: &MonitoringArgs) -> Result<Exit, Failure> {
    monitoring::main(args.what.into())
}
