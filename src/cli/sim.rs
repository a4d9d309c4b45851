//! `sim`.

use super::args::SimArgs;
use crate::app::{Failure, sim, sim_log};
use crate::exit::Exit;
use crate::say;
use crate::text::Told;
use crate::units::Span;

const LINGER: Span = Span::secs(30);
const CONFIRM: Span = Span::secs(2);

pub(super) fn main(args: SimArgs) -> Result<Exit, Failure> {
    let watches = args.watch || args.accept_any_user;
    if !watches && (args.linger.is_some() || args.confirm.is_some()) {
        return Err(Failure::usage(Told::new(say!("app-sim-watching"))));
    }
    let watch = watches.then(|| sim::WatchRequest {
        linger: args.linger.unwrap_or(LINGER),
        confirm: args.confirm.unwrap_or(CONFIRM),
    });
    sim::main(sim::SimRequest {
        version: args.version,
        listen: args.listen,
        webhooks: args.webhooks,
        processes: args.processes,
        seed: args.seed,
        service_time: args.service_time,
        workers: args.workers,
        secret_env: args.secret_env,
        admin_user: args.admin_user,
        restart_after: args.restart_after,
        faults: args.faults,
        lifetime: args.lifetime,
        log: args.log_dir.map(|dir| sim_log::LogRequest { dir, json: args.log_json, level: args.log_level }),
        accept_any_user: args.accept_any_user,
        watch,
    })
}
