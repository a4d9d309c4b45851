//! Users, tokens and groups, in memory and bounded.
//!
//! Locks are held for single steps only, never across a wait.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::model::{GroupInfo, Member, User};

const MAX_TOKENS: usize = 10_000;
/// Notices of one conversation that are sent within this time travel together.
const BATCH_US: u64 = 100_000;

/// status of a dismissed group.
pub(super) const STATUS_DISMISSED: i32 = 2;
/// roleLevel of the owner.
pub(super) const OWNER: i32 = 100;
/// roleLevel of an admin.
pub(super) const ADMIN: i32 = 60;
/// roleLevel of a member.
pub(super) const MEMBER: i32 = 20;

/// Whom a token stands for.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub user: String,
    pub platform: i64,
    /// Seconds since 1970.
    pub expires: i64,
    /// Logged out by force.
    pub kicked: bool,
    /// Replaced by a newer one: known for this long only, microseconds since the start.
    pub known_until: Option<u64>,
}

/// An application to join.
#[derive(Clone, Debug)]
pub(super) struct Application {
    /// Not answered yet.
    pub open: bool,
    pub source: i32,
    /// Who invited the applicant; empty where nobody did.
    pub inviter: String,
}

/// A group; owner and member count follow from its members.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub info: GroupInfo,
    pub members: Vec<Member>,
    /// Applications by applicant.
    pub requests: HashMap<String, Application>,
    /// operationIDs of the latest notices and when they were sent, µs.
    notices: Vec<(String, u64)>,
}

impl Group {
    pub(super) fn new(info: GroupInfo, members: Vec<Member>) -> Group {
        Group { info, members, ..Group::default() }
    }

    pub(super) fn member(&self, user: &str) -> Option<&Member> {
        self.members.iter().find(|m| m.user_id == user)
    }

    pub(super) fn role(&self, user: &str) -> Option<i32> {
        self.member(user).map(|m| m.role_level)
    }

    pub(super) fn owner(&self) -> Option<&str> {
        self.members.iter().find(|m| m.role_level == OWNER).map(|m| m.user_id.as_str())
    }

    pub(super) fn is_dismissed(&self) -> bool {
        self.info.status == STATUS_DISMISSED
    }

    /// As the API shows it.
    pub(super) fn shown(&self) -> GroupInfo {
        GroupInfo {
            owner_user_id: self.owner().unwrap_or_default().to_owned(),
            member_count: u32::try_from(self.members.len()).unwrap_or(u32::MAX),
            ..self.info.clone()
        }
    }

    /// Notes that `operation` sent a notice at `now` (µs), and returns the operationIDs
    /// of all notices that travel with it, joined as the message pipeline joins them.
    pub(super) fn notice(&mut self, operation: &str, now: u64) -> String {
        self.notices.retain(|(_, at)| now.saturating_sub(*at) <= BATCH_US);
        self.notices.push((operation.to_owned(), now));
        self.notices.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join("$")
    }
}

/// Everything.
pub(super) struct Store {
    users: Mutex<HashMap<String, User>>,
    tokens: Mutex<Tokens>,
    groups: Mutex<Groups>,
    max_groups: usize,
}

#[derive(Default)]
struct Tokens {
    by_text: HashMap<String, Token>,
    order: VecDeque<String>,
}

#[derive(Default)]
struct Groups {
    by_id: HashMap<String, Group>,
    order: VecDeque<String>,
    dismissed: VecDeque<String>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    pub(super) fn new(max_groups: usize) -> Store {
        Store {
            users: Mutex::default(),
            tokens: Mutex::default(),
            groups: Mutex::default(),
            max_groups: max_groups.max(1),
        }
    }

    /// Registers all or none; `false` when one is there already.
    pub(super) fn register(&self, users: Vec<User>) -> bool {
        let mut known = lock(&self.users);
        if users.iter().any(|u| known.contains_key(&u.user_id)) {
            return false;
        }
        known.extend(users.into_iter().map(|u| (u.user_id.clone(), u)));
        true
    }

    pub(super) fn user(&self, id: &str) -> Option<User> {
        lock(&self.users).get(id).cloned()
    }

    pub(super) fn all_users_exist<'a>(&self, mut ids: impl Iterator<Item = &'a str>) -> bool {
        let known = lock(&self.users);
        ids.all(|id| known.contains_key(id))
    }

    pub(super) fn add_token(&self, text: String, token: Token) {
        let mut tokens = lock(&self.tokens);
        tokens.order.push_back(text.clone());
        tokens.by_text.insert(text, token);
        while tokens.order.len() > MAX_TOKENS {
            if let Some(oldest) = tokens.order.pop_front() {
                tokens.by_text.remove(&oldest);
            }
        }
    }

    /// Changes all tokens that `which` names.
    pub(super) fn change_tokens(&self, which: impl Fn(&Token) -> bool, change: impl Fn(&mut Token)) {
        lock(&self.tokens).by_text.values_mut().filter(|t| which(t)).for_each(change);
    }

    pub(super) fn token(&self, text: &str) -> Option<Token> {
        lock(&self.tokens).by_text.get(text).cloned()
    }

    pub(super) fn group_exists(&self, id: &str) -> bool {
        lock(&self.groups).by_id.contains_key(id)
    }

    /// Stores a new group; `false` when the groupID is taken. Beyond the cap the oldest
    /// dismissed group goes, else the oldest.
    pub(super) fn add_group(&self, group: Group) -> bool {
        let id = group.info.group_id.clone();
        let mut groups = lock(&self.groups);
        if groups.by_id.contains_key(&id) {
            return false;
        }
        while groups.by_id.len() >= self.max_groups {
            let Some(victim) = groups.dismissed.pop_front().or_else(|| groups.order.pop_front()) else {
                break;
            };
            groups.by_id.remove(&victim);
        }
        if groups.order.len() > self.max_groups * 2 {
            let Groups { by_id, order, .. } = &mut *groups;
            order.retain(|id| by_id.contains_key(id));
        }
        groups.order.push_back(id.clone());
        groups.by_id.insert(id, group);
        true
    }

    /// Reads or changes a group; `None` when there is none.
    pub(super) fn with_group<T>(&self, id: &str, f: impl FnOnce(&mut Group) -> T) -> Option<T> {
        lock(&self.groups).by_id.get_mut(id).map(f)
    }

    /// Notes that a group is dismissed, so that it may go first.
    pub(super) fn note_dismissed(&self, id: &str) {
        let mut groups = lock(&self.groups);
        if groups.dismissed.len() < self.max_groups * 2 {
            groups.dismissed.push_back(id.to_owned());
        }
    }
}

/// Whether no text occurs twice.
pub(super) fn distinct<'a>(mut texts: impl Iterator<Item = &'a str>) -> bool {
    let mut seen = HashSet::new();
    texts.all(|t| seen.insert(t))
}

/// A list of members as replies carry it: `null` when there is none.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct OrNull<T>(pub Option<Vec<T>>);

impl<T> From<Vec<T>> for OrNull<T> {
    fn from(items: Vec<T>) -> OrNull<T> {
        OrNull(if items.is_empty() { None } else { Some(items) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(id: &str) -> Group {
        Group::new(GroupInfo { group_id: id.to_owned(), ..GroupInfo::default() }, Vec::new())
    }

    #[test]
    fn the_oldest_dismissed_group_goes_first_when_the_store_is_full() {
        let store = Store::new(2);
        assert!(store.add_group(group("1")) && store.add_group(group("2")));
        assert!(!store.add_group(group("2")), "a groupID is taken once");
        store.note_dismissed("2");
        assert!(store.add_group(group("3")));
        assert!(store.group_exists("1") && !store.group_exists("2"));
        assert!(store.add_group(group("4")));
        assert!(!store.group_exists("1") && store.group_exists("3"));
    }

    #[test]
    fn notices_sent_close_together_share_their_operation_ids() {
        let mut group = group("1");
        assert_eq!(group.notice("a", 0), "a");
        assert_eq!(group.notice("b", 50_000), "a$b");
        assert_eq!(group.notice("c", 1_000_000), "c");
    }

    #[test]
    fn users_are_registered_all_or_none() {
        let store = Store::new(1);
        let user = |id: &str| User { user_id: id.to_owned(), ..User::default() };
        assert!(store.register(vec![user("a")]));
        assert!(!store.register(vec![user("b"), user("a")]));
        assert!(store.user("b").is_none());
    }
}
