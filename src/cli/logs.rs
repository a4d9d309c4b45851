//! `logs`.

use super::args::LogsArgs;
use crate::app::Failure;
use crate::app::logs::{LogsRequest, main as logs};
use crate::exit::Exit;

pub(super) fn main(args: LogsArgs) -> Result<Exit, Failure> {
    let mut files = args.files;
    files.extend(args.access_log.iter().cloned());
    logs(&LogsRequest {
        files,
        follow: args.follow,
        since: args.since,
        version: args.version,
        caller_budget: args.caller_budget,
        pattern: args.pattern.filter(|_| args.access_log.is_some()),
        metrics: args.metrics,
        format: args.format.into(),
    })
}
