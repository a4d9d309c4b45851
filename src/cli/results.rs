//! `list`, `show` and `open`.

use super::args::{ListArgs, OpenArgs, ShowArgs};
use crate::app::{Failure, results};
use crate::exit::Exit;

pub(super) fn list(args: &ListArgs) -> Result<Exit, Failure> {
    results::list(&args.out, args.format.into())
}

pub(super) fn show(args: &ShowArgs) -> Result<Exit, Failure> {
    results::show(&args.out, &args.result, args.format.into())
}

pub(super) fn open(args: &OpenArgs) -> Result<Exit, Failure> {
    results::open(&args.out, &args.result)
}
