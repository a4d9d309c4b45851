//! `sim`.

use super::args::SimArgs;
use crate::app::{Failure, sim, sim_log};
use crate::exit::Exit;

pub(super) fn main(args: SimArgs) -> Result<Exit, Failure> {
    sim::main(sim::SimRequest {
        version: args.version,
        listen: args.listen,
        webhooks: args.webhooks,
        processes: args.processes,
        seed: args.seed,
        service_time: args.service_time,
        secret_env: args.secret_env,
        restart_after: args.restart_after,
        lifetime: args.lifetime,
        log: args.log_dir.map(|dir| sim_log::LogRequest { dir, json: args.log_json, level: args.log_level }),
    })
}
