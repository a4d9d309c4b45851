//! `schema`.

use super::args::SchemaArgs;
use crate::app::{Failure, schema};
use crate::exit::Exit;

pub(super) fn main(args: &SchemaArgs) -> Result<Exit, Failure> {
    schema::main(args.of.into())
}
