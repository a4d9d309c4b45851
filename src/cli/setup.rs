//! `setup`.

use super::args::SetupArgs;
use crate::app::{Failure, setup};
use crate::exit::Exit;

pub(super) fn main(args: SetupArgs) -> Result<Exit, Failure> {
    setup::main(&args.plan.into(), args.deployment.into(), args.url.as_deref())
}
