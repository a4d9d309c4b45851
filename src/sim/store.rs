//! Users, tokens and groups, in memory and bounded.
//!
//! Beyond its limit the store forgets the oldest: of groups the dismissed ones first, of
//! tokens those of users before those of admins, of a group's applications the answered
//! ones first. Users and members are never forgotten; beyond the limit new ones are refused.
//! Locks are held for single steps only, never across a wait.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;

use super::model::{GroupInfo, Member, User};

/// How much is kept, beside groups.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Groups; [`super::SimConfig::max_groups`].
    pub groups: usize,
    /// Registered users.
    pub users: usize,
    /// Tokens of users, and as many of admins.
    pub tokens: usize,
    /// Members of one group.
    pub members: usize,
    /// Applications to one group.
    pub applications: usize,
}

impl Limits {
    pub(super) fn with_groups(groups: usize) -> Limits {
        Limits {
            groups: groups.max(1),
            users: 1_000_000,
            tokens: 100_000,
            members: 100_000,
            applications: 10_000,
        }
    }
}

/// Why something was not stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotStored {
    /// It is there already.
    Known,
    /// The simulator keeps no more of these.
    Full,
}

/// Notices of one conversation that are sent within this time travel together.
const BATCH_US: u64 = 100_000;
/// No more operationIDs than this are joined.
const MAX_JOINED: usize = 100;

/// status of a dismissed group.
pub(super) const STATUS_DISMISSED: i32 = 2;
/// platformID of admin tokens.
pub(super) const ADMIN_PLATFORM: i64 = 10;
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
    /// Its place in the order of the group's applications; set when it is stored.
    pub number: u64,
}

/// A group; owner and member count follow from its members.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub info: GroupInfo,
    pub members: Vec<Member>,
    /// Applications by applicant.
    requests: HashMap<String, Application>,
    applied: u64,
    /// Its place among all groups that there ever were.
    number: u64,
    /// It is in the list of those that go first.
    listed: bool,
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

    /// The application of a user.
    pub(super) fn application(&self, user: &str) -> Option<&Application> {
        self.requests.get(user)
    }

    /// Stores an application in the place of an earlier one of the same user. Beyond `most`
    /// the oldest answered one goes, else the oldest.
    pub(super) fn apply(&mut self, user: &str, application: Application, most: usize) {
        self.applied += 1;
        let application = Application { number: self.applied, ..application };
        self.requests.insert(user.to_owned(), application);
        if self.requests.len() > most.max(1) {
            let oldest = self.requests.iter().min_by_key(|(_, a)| (a.open, a.number));
            if let Some(oldest) = oldest.map(|(user, _)| user.clone()) {
                self.requests.remove(&oldest);
            }
        }
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
        if self.notices.len() >= MAX_JOINED {
            self.notices.remove(0);
        }
        self.notices.push((operation.to_owned(), now));
        self.notices.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>().join("$")
    }
}

/// Everything.
pub(super) struct Store {
    users: Mutex<Users>,
    tokens: Mutex<Tokens>,
    groups: Mutex<Groups>,
    /// How much is kept.
    pub limits: Limits,
}

#[derive(Default)]
struct Users {
    by_id: HashMap<String, User>,
    /// As registered.
    order: Vec<String>,
}

#[derive(Default)]
struct Tokens {
    by_text: HashMap<String, Token>,
    of_users: VecDeque<String>,
    of_admins: VecDeque<String>,
}

/// Lists may name groups that are gone, and a groupID may have been taken again: only a
/// group of the same number is meant.
#[derive(Default)]
struct Groups {
    by_id: HashMap<String, Group>,
    order: VecDeque<(u64, String)>,
    dismissed: VecDeque<(u64, String)>,
    made: u64,
}

impl Groups {
    fn holds(&self, number: u64, id: &str) -> bool {
        self.by_id.get(id).is_some_and(|g| g.number == number)
    }

    /// Forgets the oldest dismissed group, else the oldest; `false` when there is none.
    fn forget_one(&mut self) -> bool {
        while let Some((number, id)) = self.dismissed.pop_front().or_else(|| self.order.pop_front()) {
            if self.holds(number, &id) {
                self.by_id.remove(&id);
                return true;
            }
        }
        false
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store {
    pub(super) fn new(limits: Limits) -> Store {
        Store { users: Mutex::default(), tokens: Mutex::default(), groups: Mutex::default(), limits }
    }

    /// Registers all or none.
    pub(super) fn register(&self, users: Vec<User>) -> Result<(), NotStored> {
        let mut known = lock(&self.users);
        if users.iter().any(|u| known.by_id.contains_key(&u.user_id)) {
            return Err(NotStored::Known);
        }
        if known.by_id.len() + users.len() > self.limits.users {
            return Err(NotStored::Full);
        }
        for user in users {
            known.order.push(user.user_id.clone());
            known.by_id.insert(user.user_id.clone(), user);
        }
        Ok(())
    }

    pub(super) fn user(&self, id: &str) -> Option<User> {
        lock(&self.users).by_id.get(id).cloned()
    }

    /// How many users `wanted` names, and a part of them, as registered.
    pub(super) fn some_users(
        &self,
        wanted: impl Fn(&User) -> bool,
        skip: usize,
        take: usize,
    ) -> (usize, Vec<User>) {
        let known = lock(&self.users);
        let found = known.order.iter().filter_map(|id| known.by_id.get(id)).filter(|u| wanted(u));
        (found.clone().count(), found.skip(skip).take(take).cloned().collect())
    }

    pub(super) fn all_users_exist<'a>(&self, mut ids: impl Iterator<Item = &'a str>) -> bool {
        let known = lock(&self.users);
        ids.all(|id| known.by_id.contains_key(id))
    }

    pub(super) fn add_token(&self, text: String, token: Token) {
        let mut tokens = lock(&self.tokens);
        let Tokens { by_text, of_users, of_admins } = &mut *tokens;
        let order = if token.platform == ADMIN_PLATFORM { of_admins } else { of_users };
        order.push_back(text.clone());
        by_text.insert(text, token);
        if order.len() > self.limits.tokens
            && let Some(oldest) = order.pop_front()
        {
            by_text.remove(&oldest);
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

    /// Stores a new group; `false` when the groupID is taken. Beyond the limit the oldest
    /// dismissed group goes, else the oldest.
    pub(super) fn add_group(&self, mut group: Group) -> bool {
        let id = group.info.group_id.clone();
        let mut groups = lock(&self.groups);
        if groups.by_id.contains_key(&id) {
            return false;
        }
        while groups.by_id.len() >= self.limits.groups && groups.forget_one() {}
        if groups.order.len() > self.limits.groups * 2 {
            let order = std::mem::take(&mut groups.order);
            groups.order = order.into_iter().filter(|(number, id)| groups.holds(*number, id)).collect();
        }
        groups.made += 1;
        group.number = groups.made;
        groups.order.push_back((group.number, id.clone()));
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
        let Groups { by_id, dismissed, .. } = &mut *groups;
        if let Some(group) = by_id.get_mut(id).filter(|g| !g.listed) {
            group.listed = true;
            dismissed.push_back((group.number, id.to_owned()));
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

    fn application(open: bool) -> Application {
        Application { open, source: 3, inviter: String::new(), number: 0 }
    }

    fn sizes(store: &Store) -> [usize; 7] {
        let (users, tokens, groups) = (lock(&store.users), lock(&store.tokens), lock(&store.groups));
        [
            users.by_id.len(),
            tokens.by_text.len(),
            tokens.of_users.len(),
            tokens.of_admins.len(),
            groups.by_id.len(),
            groups.order.len(),
            groups.dismissed.len(),
        ]
    }

    #[test]
    fn nothing_grows_beyond_its_limit_however_long_a_run_lasts() {
        let limits = Limits { groups: 5, users: 3, tokens: 4, members: 9, applications: 2 };
        let store = Store::new(limits);
        for n in 0..1000_u32 {
            let _ = store.register(vec![User { user_id: n.to_string(), ..User::default() }]);
            let platform = if n % 7 == 0 { ADMIN_PLATFORM } else { 1 };
            let token = Token { user: n.to_string(), platform, expires: 0, kicked: false, known_until: None };
            store.add_token(n.to_string(), token);
            // GroupIDs come back once their group is forgotten.
            let id = (n % 11).to_string();
            store.add_group(group(&id));
            if n % 3 == 0 {
                store.note_dismissed(&id);
                store.note_dismissed(&id);
            }
            store.with_group(&id, |g| {
                g.apply(&n.to_string(), application(n % 2 == 0), limits.applications);
                assert!(g.requests.len() <= limits.applications);
                g.notice("op", u64::from(n) * 1000);
                assert!(g.notices.len() <= MAX_JOINED);
            });
            let [users, tokens, of_users, of_admins, groups, order, dismissed] = sizes(&store);
            assert!(users <= 3 && tokens <= 8 && of_users <= 4 && of_admins <= 4);
            assert!(groups <= 5 && order <= 11 && dismissed <= 5, "{groups} {order} {dismissed}");
        }
    }

    #[test]
    fn tokens_of_users_never_push_out_an_admins() {
        let store = Store::new(Limits { tokens: 2, ..Limits::with_groups(1) });
        let token =
            |platform| Token { user: String::new(), platform, expires: 0, kicked: false, known_until: None };
        store.add_token("admin".to_owned(), token(ADMIN_PLATFORM));
        for n in 0..5 {
            store.add_token(n.to_string(), token(1));
        }
        assert!(store.token("admin").is_some() && store.token("2").is_none() && store.token("4").is_some());
    }

    #[test]
    fn the_oldest_answered_application_goes_first() {
        let mut group = group("1");
        for (user, open) in [("a", true), ("b", false), ("c", true), ("d", true)] {
            group.apply(user, application(open), 2);
        }
        assert!(group.application("a").is_none() && group.application("b").is_none());
        assert!(group.application("c").is_some() && group.application("d").is_some());
    }

    #[test]
    fn a_group_id_that_is_taken_again_is_not_taken_for_its_predecessor() {
        let store = Store::new(Limits::with_groups(2));
        assert!(store.add_group(group("1")));
        store.note_dismissed("1");
        assert!(store.add_group(group("2")) && store.add_group(group("3")));
        assert!(store.add_group(group("1")), "the dismissed one is forgotten");
        assert!(store.add_group(group("4")));
        assert!(store.group_exists("1") && !store.group_exists("3"), "the oldest of those alive goes");
    }

    #[test]
    fn the_oldest_dismissed_group_goes_first_when_the_store_is_full() {
        let store = Store::new(Limits::with_groups(2));
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
        let store = Store::new(Limits { users: 2, ..Limits::with_groups(1) });
        let user = |id: &str| User { user_id: id.to_owned(), ..User::default() };
        assert_eq!(store.register(vec![user("a")]), Ok(()));
        assert_eq!(store.register(vec![user("b"), user("a")]), Err(NotStored::Known));
        assert!(store.user("b").is_none());
        assert_eq!(store.register(vec![user("b"), user("c")]), Err(NotStored::Full));
    }
}
