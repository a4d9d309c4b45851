//! Who is in which group made beforehand, and who is being acted on.
//!
//! Users are numbers into the pool. A reserved user is in neither queue of its group
//! until the call is settled; queues are first in, first out, so that a user just moved
//! is the last to be moved again.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use super::check::purpose_of;
use super::{GroupUse, Settled, SetupGroup};
use crate::wire::api::Operation;

/// One group.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) group_id: String,
    pub(super) owner: String,
    /// Members who may be kicked or quit.
    inside: VecDeque<u32>,
    /// Users who were inside and left.
    outside: VecDeque<u32>,
    /// Users of the pool from here on have never been inside, `initial` aside.
    fresh_from: u32,
    /// Owner and first members.
    initial: HashSet<u32>,
    gone: bool,
}

/// What an open attempt holds.
#[derive(Debug)]
pub(super) struct Reserved {
    purpose: GroupUse,
    index: usize,
    operation: Operation,
    users: Vec<u32>,
}

impl Reserved {
    /// The users acted on, as numbers into the pool.
    pub(super) fn users(&self) -> &[u32] {
        &self.users
    }
}

/// All groups made beforehand, by what they are for.
#[derive(Debug)]
pub(super) struct GroupShelf {
    open: Vec<Group>,
    approval: Vec<Group>,
    dismiss: Vec<Group>,
    /// Where each operation looks first, so that groups take turns.
    turns: HashMap<Operation, usize>,
    pool: u32,
}

impl GroupShelf {
    pub(super) fn new(groups: Vec<SetupGroup>, users: Arc<Vec<String>>) -> GroupShelf {
        let number: HashMap<&str, u32> = users.iter().zip(0..).map(|(user, i)| (user.as_str(), i)).collect();
        let mut shelf = GroupShelf {
            open: Vec::new(),
            approval: Vec::new(),
            dismiss: Vec::new(),
            turns: HashMap::new(),
            pool: u32::try_from(users.len()).unwrap_or(u32::MAX),
        };
        for group in groups {
            // Members from outside the pool are left alone.
            let inside: VecDeque<u32> =
                group.members.iter().filter_map(|user| number.get(user.as_str()).copied()).collect();
            let initial = inside.iter().copied().chain(number.get(group.owner.as_str()).copied()).collect();
            let row = Group {
                group_id: group.group_id,
                owner: group.owner,
                inside,
                outside: VecDeque::new(),
                fresh_from: 0,
                initial,
                gone: false,
            };
            shelf.row_mut(group.purpose).push(row);
        }
        shelf
    }

    fn row_mut(&mut self, purpose: GroupUse) -> &mut Vec<Group> {
        match purpose {
            GroupUse::Open => &mut self.open,
            GroupUse::Approval => &mut self.approval,
            GroupUse::Dismiss => &mut self.dismiss,
        }
    }

    /// The group that an attempt acts on.
    pub(super) fn group(&self, reserved: &Reserved) -> &Group {
        match reserved.purpose {
            GroupUse::Open => &self.open[reserved.index],
            GroupUse::Approval => &self.approval[reserved.index],
            GroupUse::Dismiss => &self.dismiss[reserved.index],
        }
    }

    /// Takes `count` users of the next group that has them; `None` when none has.
    pub(super) fn reserve(&mut self, operation: Operation, count: usize) -> Option<Reserved> {
        let purpose = purpose_of(operation)?;
        let pool = self.pool;
        let turn = self.turns.get(&operation).copied().unwrap_or(0);
        let row = self.row_mut(purpose);
        let groups = row.len();
        for step in 0..groups {
            let index = (turn + step) % groups;
            if let Some(users) = row[index].reserve(operation, count, pool) {
                self.turns.insert(operation, index + 1);
                return Some(Reserved { purpose, index, operation, users });
            }
        }
        None
    }

    /// Puts the users where the outcome says they are now.
    pub(super) fn settle(&mut self, reserved: Reserved, how: Settled) {
        let Reserved { purpose, index, operation, users } = reserved;
        let Some(group) = self.row_mut(purpose).get_mut(index) else { return };
        let leaves = matches!(operation, Operation::Kick | Operation::Quit);
        match (operation, how) {
            (_, Settled::Unknown) => {}
            (Operation::Dismiss, _) => group.gone = how == Settled::Done,
            _ if leaves == (how == Settled::Done) => group.outside.extend(users),
            _ => group.inside.extend(users),
        }
    }
}

impl Group {
    fn reserve(&mut self, operation: Operation, count: usize, pool: u32) -> Option<Vec<u32>> {
        if self.gone {
            return None;
        }
        match operation {
            Operation::Dismiss => {
                self.gone = true;
                Some(Vec::new())
            }
            Operation::Kick | Operation::Quit => {
                (self.inside.len() >= count).then(|| self.inside.drain(..count).collect())
            }
            _ => self.take_from_outside(count, pool),
        }
    }

    /// Users who have never been inside first, then those who left.
    fn take_from_outside(&mut self, count: usize, pool: u32) -> Option<Vec<u32>> {
        let fresh: Vec<u32> =
            (self.fresh_from..pool).filter(|user| !self.initial.contains(user)).take(count).collect();
        if fresh.len() + self.outside.len() < count {
            return None;
        }
        if let Some(last) = fresh.last() {
            self.fresh_from = last + 1;
        }
        let missing = count - fresh.len();
        Some(fresh.into_iter().chain(self.outside.drain(..missing)).collect())
    }
}
