//! `probe`.

use super::args::ProbeArgs;
use crate::app::target::Access;
use crate::app::{Failure, probe};
use crate::exit::Exit;

/// Variable that may hold a ready admin token, as for `run`.
const TOKEN_ENV: &str = "OPENIM_TOKEN";

pub(super) fn main(args: ProbeArgs) -> Result<Exit, Failure> {
    if args.schema {
        return probe::schema();
    }
    if args.list {
        return probe::list();
    }
    probe::main(&probe::ProbeRequest {
        target: args.target.unwrap_or_default(),
        version: args.version,
        webhook_listen: args.webhook_listen,
        webhook_path: path(&args.webhook_path),
        webhooks: args.webhooks,
        only: args.only,
        slow: args.slow,
        dangerous: args.dangerous,
        replay: args.replay,
        format: args.format.into(),
        out: args.out,
        allow_hosts: args.allow_hosts,
        access: Access {
            admin_user: args.admin_user,
            secret_env: args.secret_env,
            secret_file: args.secret_file,
            token_env: TOKEN_ENV.to_owned(),
            ca_file: args.ca_file,
            insecure: args.insecure,
        },
    })
}

/// With one slash at its beginning and none at its end; empty for the root.
fn path(typed: &str) -> String {
    let plain = typed.trim_matches('/');
    if plain.is_empty() { String::new() } else { format!("/{plain}") }
}
