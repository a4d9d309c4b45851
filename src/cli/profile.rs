//! `profile check|schema|list|show`.

use super::args::{PlanArgs, ProfileArgs, ProfileCommand};
use crate::app::{Failure, plan::PlanRequest, profile};
use crate::exit::Exit;

pub(super) fn main(args: ProfileArgs) -> Result<Exit, Failure> {
    match args.command {
        ProfileCommand::Check(plan) => profile::check(&plan.into()),
        ProfileCommand::Schema => profile::schema(),
        ProfileCommand::List => profile::list(),
        ProfileCommand::Show { name } => profile::show(&name),
    }
}

impl From<PlanArgs> for PlanRequest {
    fn from(args: PlanArgs) -> PlanRequest {
        PlanRequest {
            profile: args.profile,
            target: args.target,
            sets: args.sets,
            insecure: args.insecure,
            allow_hosts: args.allow_hosts,
            portrait: None,
        }
    }
}
