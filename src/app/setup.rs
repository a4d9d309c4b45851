//! `setup`: what to put into a deployment before measuring, and what to put back.

use super::plan::{PlanRequest, prepare};
use super::{Failure, out};
use crate::exit::Exit;
use crate::setup::{Deployment, Request, instructions};

/// Prints the instructions.
///
/// # Errors
/// Exit code 2 when the profile is wrong.
pub fn main(
    request: &PlanRequest,
    deployment: Deployment,
    public_url: Option<&str>,
) -> Result<Exit, Failure> {
    let prepared = prepare(request)?;
    let request = Request { plan: &prepared.plan, deployment, public_url, yml: prepared.yml.as_ref() };
    out::result(instructions(&request).of(out::lang()).as_bytes())?;
    Ok(Exit::Ok)
}
