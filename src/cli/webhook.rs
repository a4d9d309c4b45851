//! `webhook check`.

use super::args::{CheckArgs, WebhookArgs, WebhookCommand};
use crate::app::Failure;
use crate::app::webhook_check::{CheckRequest, Commands, Load, main as check};
use crate::exit::Exit;

pub(super) fn main(args: WebhookArgs) -> Result<Exit, Failure> {
    match args.command {
        WebhookCommand::Check(args) => check(&request(*args)),
    }
}

fn request(args: CheckArgs) -> CheckRequest {
    let commands = match args.commands {
        None => Commands::Default,
        Some(names) if names.iter().any(|name| name == "all") => Commands::All,
        Some(names) => Commands::Named(names),
    };
    // clap asks for both or none.
    let load = args.load.zip(args.lasts).map(|(rate, lasts)| Load { rate: rate.0, lasts: lasts.0 });
    CheckRequest {
        url: args.url,
        versions: args.versions,
        commands,
        timeout_s: args.timeout,
        load,
        format: args.format.into(),
        junit: args.junit,
        fail_on: args.fail_on.into(),
        allow_hosts: args.allow_hosts,
    }
}
