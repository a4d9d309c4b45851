//! Which groups set-up must make, so that every expected arrival finds one to act on.

use super::check::{check_counts, check_users, most, purpose_of, shares_of};
use super::{GroupUse, SetupGroup, WorkConfig, WorkError};
use crate::ids;
use crate::wire::api::Operation;

/// Number of the first group that set-up makes for the load; below lie those of preflight.
pub const FIRST_SETUP_GROUP: u64 = ids::GROUPS_OUTSIDE_LOAD + 1_000_000;

/// Members that a group gets at most for being kicked or quitting, owner aside.
const FULL: usize = 500;

/// Groups of a kind at least (where as many operations are expected), so that one group's
/// locks do not become the thing that is measured.
const AT_LEAST: u64 = 16;

/// More than expected, since Poisson arrivals and a drawn mix scatter: 5 % and six sigma.
fn with_room(expected: f64) -> f64 {
    expected * 1.05 + 6.0 * expected.sqrt() + 1.0
}

/// The groups that set-up must make for `expected` arrivals: IDs, owners and members are
/// chosen, and those that were made go into `WorkConfig::groups` (which is not read here).
/// Empty for a load of creates.
///
/// # Errors
/// As `WorkSource::new`, and a pool too small for an operation.
pub fn setup_needs(config: &WorkConfig, expected: u64) -> Result<Vec<SetupGroup>, WorkError> {
    check_counts(config)?;
    check_users(config)?;
    let mut plan = Plan { config, made: Vec::new() };
    let mut up_to = 0.0;
    // Operations that empty or fill the same groups each add their own.
    for (share_end, operation) in shares_of(&config.operations)? {
        plan.add(operation, expected as f64 * (share_end - up_to))?;
        up_to = share_end;
    }
    Ok(plan.made)
}

struct Plan<'a> {
    config: &'a WorkConfig,
    made: Vec<SetupGroup>,
}

impl Plan<'_> {
    fn add(&mut self, operation: Operation, expected: f64) -> Result<(), WorkError> {
        let Some(purpose) = purpose_of(operation) else { return Ok(()) };
        let pool = self.config.users.len();
        let per_call = match operation {
            Operation::Invite | Operation::Kick => most(self.config.members).max(1) as usize,
            _ => 1,
        };
        // One owner, one member who stays, and those who are acted on.
        let need = if operation == Operation::Dismiss { 2 } else { per_call + 2 };
        if pool < need {
            let (members, admins) = (u32::try_from(per_call).unwrap_or(u32::MAX), 0);
            return Err(WorkError::TooFewUsers { have: pool, need, admins, members });
        }
        let leaving = matches!(operation, Operation::Kick | Operation::Quit);
        let members = if leaving { (pool - 1).min(FULL.max(per_call)) } else { 1 };
        let room = if leaving { members } else { pool - 1 - members };
        let calls = if purpose == GroupUse::Dismiss { 1 } else { (room / per_call).max(1) };
        let wanted = with_room(expected).ceil();
        let groups = (wanted / calls as f64).ceil().max((AT_LEAST as f64).min(wanted)) as u64;
        // Spread over more groups than needed, each holds no more members than its share.
        let share = (wanted / groups as f64).ceil() as usize * per_call;
        let members = if leaving { members.min(share.max(per_call)) } else { members };
        for _ in 0..groups {
            self.push(purpose, members);
        }
        Ok(())
    }

    /// One more group; owners and members go round the pool.
    fn push(&mut self, purpose: GroupUse, members: usize) {
        let users = &self.config.users;
        let number = self.made.len();
        let user = |i: usize| users[(number * (members + 1) + i) % users.len()].clone();
        self.made.push(SetupGroup {
            group_id: ids::group_id(self.config.tag, FIRST_SETUP_GROUP + number as u64),
            owner: user(0),
            members: (1..=members).map(user).collect(),
            purpose,
        });
    }
}
