//! What each call of the load does: a seeded sequence of attempts.
//!
//! Creates are the same for the same seed, whatever happens. Other operations act on
//! groups that were made beforehand; a user who is being acted on is out of reach until
//! `settle` tells how it went, so that each attempt is valid when it is let go. When no
//! valid attempt is left there is none, and the driver sheds.

mod check;
mod groups;
mod needs;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::ids::{self, OperationId, RunTag};
use crate::port::{Attempt, CallResult};
use crate::profile::model::{Count, OperationMix, RetryGroup};
use crate::wire::FailureKind;
use crate::wire::api::Operation;

pub use check::WorkError;
use check::{check_counts, check_operation, check_users, shares_of};
use groups::{GroupShelf, Reserved};
pub use needs::{FIRST_SETUP_GROUP, setup_needs};

/// The ChaCha stream that attempts are drawn from (arrivals use another).
const STREAM: u64 = 2;

/// What a group made beforehand is for; set-up must make it accordingly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupUse {
    /// Invite, join, kick and quit: anyone may enter.
    Open,
    /// Apply: entering needs approval.
    Approval,
    /// Dismiss: gone after one operation.
    Dismiss,
}

/// A group that was made, or is to be made, before the load.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetupGroup {
    /// Its groupID.
    pub group_id: String,
    /// Its owner.
    pub owner: String,
    /// Its members besides the owner.
    pub members: Vec<String>,
    /// What it is for.
    pub purpose: GroupUse,
}

/// What attempts are drawn from.
#[derive(Clone, Debug)]
pub struct WorkConfig {
    /// The run's tag.
    pub tag: RunTag,
    /// groupName and `ex` of new groups.
    pub marker: Arc<str>,
    /// Seed of the draws.
    pub seed: u64,
    /// Members of a new group besides owner and admins; users acted on by invite and kick.
    pub members: Count,
    /// Admins of a new group.
    pub admins: Count,
    /// userIDs of the pool, each once.
    pub users: Vec<String>,
    /// Operation or weighted mix.
    pub operations: OperationMix,
    /// Groups that set-up has made (see `setup_needs`).
    pub groups: Vec<SetupGroup>,
}

/// Why there is no attempt for an arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAttempt {
    /// The cap on groups created is reached.
    GroupsCap,
    /// No group is left that this operation could validly act on.
    NothingLeft,
}

/// How an attempt turned out, as far as the groups are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// It took effect.
    Done,
    /// It certainly did not.
    NotDone,
    /// It may have: the users are left alone from now on.
    Unknown,
}

impl Settled {
    /// What a result says. Failures by a before-callback, or before the request was read,
    /// come before anything is written; after others rows may have been.
    #[must_use]
    pub fn of(operation: Operation, result: CallResult) -> Settled {
        match result {
            CallResult::Succeeded | CallResult::Failed(FailureKind::MaxSeqInvalid) => Settled::Done,
            // Two requests, of which the first may have gone through.
            CallResult::Failed(_) if operation == Operation::Apply => Settled::Unknown,
            CallResult::Failed(kind) if kind.is_90004() => Settled::NotDone,
            CallResult::Failed(
                FailureKind::Connect
                | FailureKind::RateLimited
                | FailureKind::Token(_)
                | FailureKind::WebhookBadAnswer
                | FailureKind::WebhookRejected(_),
            ) => Settled::NotDone,
            CallResult::Failed(_) => Settled::Unknown,
        }
    }
}

/// Draws attempts.
#[derive(Debug)]
pub struct WorkSource {
    tag: RunTag,
    marker: Arc<str>,
    members: Count,
    admins: Count,
    users: Arc<Vec<String>>,
    /// Operations with the upper end of their share of the weights, 0 to 1.
    shares: Vec<(f64, Operation)>,
    rng: ChaCha8Rng,
    next_owner: usize,
    next_member: usize,
    creates_left: u64,
    setup_groups: u64,
    shelf: GroupShelf,
    /// What open attempts hold, by sequence number.
    open: BTreeMap<u64, Reserved>,
}

impl WorkSource {
    /// Checks the configuration and shuffles the pool.
    ///
    /// # Errors
    /// Too few users, a user twice, unusable counts or weights, no groups to act on.
    pub fn new(config: WorkConfig) -> Result<WorkSource, WorkError> {
        check_counts(&config)?;
        check_users(&config)?;
        let shares = shares_of(&config.operations)?;
        for (_, operation) in &shares {
            check_operation(*operation, &config)?;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(config.seed);
        rng.set_stream(STREAM);
        let setup_groups = config.groups.len() as u64;
        let mut users = config.users;
        users.shuffle(&mut rng);
        let users = Arc::new(users);
        Ok(WorkSource {
            tag: config.tag,
            marker: config.marker,
            members: config.members,
            admins: config.admins,
            shares,
            rng,
            next_owner: 0,
            next_member: 0,
            creates_left: u64::MAX,
            setup_groups,
            shelf: GroupShelf::new(config.groups, users.clone()),
            users,
            open: BTreeMap::new(),
        })
    }

    /// Groups that set-up had made for it.
    #[must_use]
    pub fn setup_groups(&self) -> u64 {
        self.setup_groups
    }

    /// From here on at most `left` more groups are created.
    pub fn limit_creates(&mut self, left: u64) {
        self.creates_left = left;
    }

    /// The attempt number `seq`, let go by `worker`.
    ///
    /// # Errors
    /// The cap on creates is reached, or nothing valid is left for the operation drawn.
    pub fn next(&mut self, seq: u64, worker: u16) -> Result<Attempt, NoAttempt> {
        let operation = self.draw_operation();
        let operation_id = OperationId::new(self.tag, worker, seq);
        if operation == Operation::Create {
            self.create(operation_id)
        } else {
            self.act(operation, operation_id)
        }
    }

    /// The create `of` once more as number `seq`: for the `same` group, or for a new one.
    ///
    /// # Errors
    /// The cap on creates is reached (a new group only).
    pub fn again(&mut self, seq: u64, of: &Attempt, group: RetryGroup) -> Result<Attempt, NoAttempt> {
        let operation_id = OperationId::new(self.tag, of.operation_id.worker, seq);
        let group_id = match group {
            RetryGroup::Same => of.group_id.clone(),
            RetryGroup::New => {
                self.creates_left = self.creates_left.checked_sub(1).ok_or(NoAttempt::GroupsCap)?;
                ids::group_id(self.tag, seq)
            }
        };
        Ok(Attempt { operation_id, group_id, ..of.clone() })
    }

    /// Tells how the attempt `seq` turned out; unknown ones and creates are ignored.
    pub fn settle(&mut self, seq: u64, how: Settled) {
        if let Some(reserved) = self.open.remove(&seq) {
            self.shelf.settle(reserved, how);
        }
    }

    fn draw_operation(&mut self) -> Operation {
        let [only] = self.shares.as_slice() else {
            let at: f64 = self.rng.random();
            let found = self.shares.iter().find(|(up_to, _)| at < *up_to).or(self.shares.last());
            return found.map_or(Operation::Create, |(_, operation)| *operation);
        };
        only.1
    }

    fn draw(&mut self, count: Count) -> usize {
        match count {
            Count::Fixed(n) => n as usize,
            Count::Range { min, max } => self.rng.random_range(min..=max) as usize,
        }
    }

    fn create(&mut self, operation_id: OperationId) -> Result<Attempt, NoAttempt> {
        self.creates_left = self.creates_left.checked_sub(1).ok_or(NoAttempt::GroupsCap)?;
        let (admins, members) = (self.draw(self.admins), self.draw(self.members));
        let owner = self.next_owner % self.users.len();
        self.next_owner = owner + 1;
        let admins = self.take_others(owner, admins);
        let members = self.take_others(owner, members);
        Ok(Attempt {
            operation_id,
            operation: Operation::Create,
            group_id: ids::group_id(self.tag, operation_id.seq),
            owner: self.users[owner].clone(),
            admins,
            members,
            marker: self.marker.clone(),
        })
    }

    /// The next `count` users of the rotation, leaving `owner` out. The pool is larger than a
    /// group, so one group never meets a user twice.
    fn take_others(&mut self, owner: usize, count: usize) -> Vec<String> {
        let mut taken = Vec::with_capacity(count);
        while taken.len() < count {
            let user = self.next_member % self.users.len();
            self.next_member = user + 1;
            if user != owner {
                taken.push(self.users[user].clone());
            }
        }
        taken
    }

    fn act(&mut self, operation: Operation, operation_id: OperationId) -> Result<Attempt, NoAttempt> {
        let count = match operation {
            Operation::Invite | Operation::Kick => self.draw(self.members),
            Operation::Dismiss => 0,
            _ => 1,
        };
        let reserved = self.shelf.reserve(operation, count).ok_or(NoAttempt::NothingLeft)?;
        let group = self.shelf.group(&reserved);
        let members: Vec<String> = reserved.users().iter().map(|u| self.users[*u as usize].clone()).collect();
        let acts_himself = matches!(operation, Operation::Join | Operation::Apply | Operation::Quit);
        let owner = members.first().filter(|_| acts_himself).unwrap_or(&group.owner).clone();
        let group_id = group.group_id.clone();
        self.open.insert(operation_id.seq, reserved);
        let (admins, marker) = (Vec::new(), self.marker.clone());
        Ok(Attempt { operation_id, operation, group_id, owner, admins, members, marker })
    }
}
