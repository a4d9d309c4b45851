//! `proxy`.

use super::args::{OnUpstreamErrorArg, ProxyArgs};
use crate::app::Failure;
use crate::app::proxy::{OnUpstreamError, ProxyRequest, main as proxy};
use crate::exit::Exit;

pub(super) fn main(args: ProxyArgs) -> Result<Exit, Failure> {
    proxy(ProxyRequest {
        listen: args.listen,
        upstream: args.upstream,
        path: args.path,
        version: args.openim,
        processes: args.processes,
        yml: args.yml,
        timeouts: args.timeouts,
        keep_host: args.keep_host,
        upstream_ca: args.upstream_ca,
        upstream_insecure: args.upstream_insecure,
        on_upstream_error: match args.on_upstream_error {
            OnUpstreamErrorArg::Close => OnUpstreamError::Close,
            OnUpstreamErrorArg::Status502 => OnUpstreamError::Status502,
        },
        faults: args.faults.into_iter().map(|fault| (fault.0, fault.1)).collect(),
        hits_everyone: args.hits_everyone,
        out: args.out,
        metrics: args.metrics,
        lifetime: args.lifetime,
        format: args.format.into(),
        quiet: args.quiet,
        fail_on: args.fail_on.into(),
    })
}
