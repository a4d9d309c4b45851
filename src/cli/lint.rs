//! `lint`.

use super::args::LintArgs;
use crate::app::lint::{LintRequest, explain, main as lint};
use crate::app::{Deployment, Failure};
use crate::exit::Exit;
use crate::lint::Target;

pub(super) fn main(args: LintArgs) -> Result<Exit, Failure> {
    if let Some(code) = &args.explain {
        return explain(code);
    }
    // clap asks for both where no rule is to be explained.
    let (Some(file), Some(version)) = (args.file, args.openim) else { return Ok(Exit::Usage) };
    lint(&LintRequest {
        file,
        env: args.env,
        fix: args.fix,
        target: Target {
            version,
            container: !matches!(args.deployment.into(), Deployment::Source),
            create_rate: args.create_rate,
            caller_budget: args.caller_budget,
            upgrade_from: args.upgrade_from,
            environment: Vec::new(),
        },
        format: args.format.into(),
        junit: args.junit,
        fail_on: args.fail_on.into(),
    })
}
