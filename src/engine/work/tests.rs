//! Attempts are valid, balanced and reproducible.

use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;

fn users(count: usize) -> Vec<String> {
    (0..count).map(|n| ids::user_id(RunTag::from_number(5), n as u64)).collect()
}

fn config(pool: usize, members: Count, admins: Count, operations: OperationMix) -> WorkConfig {
    WorkConfig {
        tag: RunTag::from_number(5),
        marker: "openim-bench test".into(),
        seed: 9,
        members,
        admins,
        users: users(pool),
        operations,
        groups: Vec::new(),
    }
}

fn create_config(pool: usize, members: Count, admins: Count) -> WorkConfig {
    config(pool, members, admins, OperationMix::One(Operation::Create))
}

/// A work source whose groups set-up has made for `expected` arrivals.
fn prepared(mut config: WorkConfig, expected: u64) -> WorkSource {
    config.groups = setup_needs(&config, expected).unwrap();
    WorkSource::new(config).unwrap()
}

fn everyone(attempt: &Attempt) -> Vec<&String> {
    std::iter::once(&attempt.owner).chain(&attempt.admins).chain(&attempt.members).collect()
}

/// Plays the server: who is in which group, and whether an attempt is valid there.
struct Server(HashMap<String, (String, HashSet<String>)>);

impl Server {
    fn new(groups: &[SetupGroup]) -> Server {
        let members = |g: &SetupGroup| g.members.iter().cloned().collect();
        Server(groups.iter().map(|g| (g.group_id.clone(), (g.owner.clone(), members(g)))).collect())
    }

    fn apply(&mut self, attempt: &Attempt) -> Result<(), String> {
        let Some((owner, members)) = self.0.get_mut(&attempt.group_id) else { return Err("no group".into()) };
        let acted_on = &attempt.members;
        if acted_on.iter().collect::<HashSet<_>>().len() != acted_on.len() || acted_on.contains(owner) {
            return Err(format!("owner or a user twice: {attempt:?}"));
        }
        match attempt.operation {
            Operation::Create => return Err("create of a group made beforehand".into()),
            Operation::Dismiss => drop(self.0.remove(&attempt.group_id)),
            Operation::Kick | Operation::Quit => {
                if acted_on.is_empty() || !acted_on.iter().all(|user| members.remove(user)) {
                    return Err(format!("not a member: {attempt:?}"));
                }
            }
            _ => {
                if acted_on.is_empty() || !acted_on.iter().all(|user| members.insert(user.clone())) {
                    return Err(format!("already a member: {attempt:?}"));
                }
            }
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn owner_admins_and_members_of_a_new_group_are_different_users(
        pool in 1usize..40, admins in 0u32..4, low in 0u32..5, more in 0u32..6,
    ) {
        let members = Count::Range { min: low, max: low + more };
        let need = 1 + (admins + low + more) as usize;
        match WorkSource::new(create_config(pool, members, Count::Fixed(admins))) {
            Err(error) => {
                prop_assert!(pool < need);
                let message = error.to_string();
                let advice = format!("load.users.pool to at least {need}");
                prop_assert!(message.contains(&advice), "{}", message);
            }
            Ok(mut work) => for seq in 0..200 {
                let attempt = work.next(seq, 0).unwrap();
                let all = everyone(&attempt);
                prop_assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
                prop_assert_eq!(attempt.admins.len(), admins as usize);
                prop_assert!((low..=low + more).contains(&(attempt.members.len() as u32)));
            },
        }
    }

    #[test]
    fn no_user_gets_much_more_groups_than_another(pool in 4usize..60, members in 0u32..3) {
        let mut work = WorkSource::new(create_config(pool, Count::Fixed(members), Count::Fixed(0))).unwrap();
        let mut groups: HashMap<String, u32> = users(pool).into_iter().map(|user| (user, 0)).collect();
        let mut owned = groups.clone();
        for seq in 0..1_000 {
            let attempt = work.next(seq, 0).unwrap();
            *owned.get_mut(&attempt.owner).unwrap() += 1;
            everyone(&attempt).into_iter().for_each(|user| *groups.get_mut(user).unwrap() += 1);
        }
        let spread = |counts: &HashMap<String, u32>| counts.values().max().unwrap() - counts.values().min().unwrap();
        prop_assert!(spread(&owned) <= 1);
        let mean = 1_000 * (1 + members) / pool as u32;
        prop_assert!(spread(&groups) <= 2 + mean / 4, "{} around {mean}", spread(&groups));
    }

    #[test]
    fn every_operation_of_a_mix_is_valid_when_it_is_let_go(
        seed: u64,
        outcomes in prop::collection::vec((0u8..10, 0usize..8), 300),
    ) {
        use Operation::{Apply, Create, Dismiss, Invite, Join, Kick, Quit};
        let mix = [Apply, Create, Dismiss, Invite, Join, Kick, Quit].map(|op| (op, 1.0)).into();
        let mut config = config(20, Count::Range { min: 1, max: 3 }, Count::Fixed(0), OperationMix::Mix(mix));
        config.seed = seed;
        config.groups = setup_needs(&config, 300).unwrap();
        let mut server = Server::new(&config.groups);
        let mut work = WorkSource::new(config).unwrap();
        // Calls that are on their way: they reach the server late, and in any order.
        let mut open: Vec<(Attempt, u8)> = Vec::new();
        for (seq, (outcome, keep)) in outcomes.into_iter().enumerate() {
            if let Ok(attempt) = work.next(seq as u64, 0) && attempt.operation != Create {
                open.push((attempt, outcome));
            }
            while open.len() > keep {
                let (attempt, outcome) = open.remove((seq * 7) % open.len());
                let how = match outcome {
                    0 => Settled::NotDone,
                    1 => Settled::Unknown,
                    _ => Settled::Done,
                };
                // What is unknown took effect here, the worse of the two.
                if how != Settled::NotDone {
                    let valid = server.apply(&attempt);
                    prop_assert!(valid.is_ok(), "{valid:?}");
                }
                work.settle(attempt.operation_id.seq, how);
            }
        }
    }
}

#[test]
fn the_same_seed_makes_the_same_groups_and_another_does_not() {
    let plan = |seed| {
        let mut config = create_config(30, Count::Range { min: 1, max: 9 }, Count::Fixed(1));
        config.seed = seed;
        let mut work = WorkSource::new(config).unwrap();
        (0..50).map(|seq| work.next(seq, 0).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(plan(1), plan(1));
    assert_ne!(plan(1), plan(2));
}

#[test]
fn a_new_group_is_named_by_run_and_sequence_number() {
    let mut work = WorkSource::new(create_config(3, Count::Fixed(2), Count::Fixed(0))).unwrap();
    let attempt = work.next(41, 3).unwrap();
    assert_eq!(attempt.group_id, ids::group_id(RunTag::from_number(5), 41));
    assert_eq!(attempt.operation_id, OperationId::new(RunTag::from_number(5), 3, 41));
    assert_eq!(&*attempt.marker, "openim-bench test");
}

#[test]
fn set_up_makes_enough_groups_for_each_operation_alone() {
    for operation in Operation::ALL.into_iter().filter(|o| *o != Operation::Create) {
        for (pool, expected) in [(5, 40), (200, 1), (200, 3_000)] {
            let mut work = prepared(
                config(pool, Count::Fixed(2), Count::Fixed(0), OperationMix::One(operation)),
                expected,
            );
            for seq in 0..expected {
                let attempt = work.next(seq, 0);
                assert!(attempt.is_ok(), "{operation:?} {seq} of {expected}, pool {pool}");
                work.settle(seq, Settled::Done);
            }
        }
    }
}

#[test]
fn set_up_makes_no_group_for_creates_and_distinct_ones_for_the_rest() {
    assert_eq!(setup_needs(&create_config(10, Count::Fixed(2), Count::Fixed(0)), 1_000), Ok(Vec::new()));
    let kick = config(50, Count::Fixed(2), Count::Fixed(0), OperationMix::One(Operation::Kick));
    let groups = setup_needs(&kick, 500).unwrap();
    assert_eq!(groups.iter().map(|g| &g.group_id).collect::<HashSet<_>>().len(), groups.len());
    for group in &groups {
        let all: HashSet<_> = group.members.iter().chain([&group.owner]).collect();
        assert_eq!(all.len(), group.members.len() + 1);
    }
}

#[test]
fn a_group_that_applicants_enter_needs_approval() {
    let apply = config(20, Count::Fixed(1), Count::Fixed(0), OperationMix::One(Operation::Apply));
    assert!(setup_needs(&apply, 10).unwrap().iter().all(|g| g.purpose == GroupUse::Approval));
}

#[test]
fn when_nothing_valid_is_left_there_is_no_attempt() {
    let mut work =
        prepared(config(4, Count::Fixed(1), Count::Fixed(0), OperationMix::One(Operation::Dismiss)), 1);
    let groups = work.setup_groups();
    for seq in 0..groups {
        assert!(work.next(seq, 0).is_ok());
        work.settle(seq, Settled::Done);
    }
    assert_eq!(work.next(groups, 0), Err(NoAttempt::NothingLeft));
}

#[test]
fn a_kicked_member_can_be_invited_again_and_one_in_flight_cannot() {
    let group = SetupGroup {
        group_id: "7".to_owned(),
        owner: users(3)[0].clone(),
        members: vec![users(3)[1].clone(), users(3)[2].clone()],
        purpose: GroupUse::Open,
    };
    let both = [(Operation::Invite, 1.0), (Operation::Kick, 1.0)].into();
    let mut config = config(3, Count::Fixed(1), Count::Fixed(0), OperationMix::Mix(both));
    config.groups = vec![group];
    let mut work = WorkSource::new(config).unwrap();
    let draw = |work: &mut WorkSource, wanted, seq| {
        (0..200).find_map(|_| {
            let attempt = work.next(seq, 0).ok()?;
            if attempt.operation != wanted {
                work.settle(seq, Settled::NotDone);
            }
            (attempt.operation == wanted).then_some(attempt)
        })
    };
    let kicked = draw(&mut work, Operation::Kick, 1).unwrap();
    assert_eq!(draw(&mut work, Operation::Invite, 2), None, "nobody is known to be outside yet");
    work.settle(1, Settled::Done);
    let invited = draw(&mut work, Operation::Invite, 3).unwrap();
    assert_eq!(invited.members, kicked.members);
    assert_eq!(invited.owner, users(3)[0]);
}

#[test]
fn a_failure_that_may_have_written_leaves_its_users_alone() {
    use FailureKind::{Api, ClientDeadline, Connect, MaxSeqInvalid, WebhookDeadline, WebhookRejected};
    let of = |kind| Settled::of(Operation::Invite, CallResult::Failed(kind));
    assert_eq!(of(WebhookDeadline), Settled::NotDone);
    assert_eq!(of(WebhookRejected(4001)), Settled::NotDone);
    assert_eq!(of(Connect), Settled::NotDone);
    assert_eq!(of(ClientDeadline), Settled::Unknown);
    assert_eq!(of(Api(1001)), Settled::Unknown);
    assert_eq!(of(MaxSeqInvalid), Settled::Done, "the rows are written");
    assert_eq!(Settled::of(Operation::Apply, CallResult::Failed(WebhookDeadline)), Settled::Unknown);
    assert_eq!(Settled::of(Operation::Kick, CallResult::Succeeded), Settled::Done);
}

#[test]
fn what_makes_no_sense_is_refused_with_the_key_to_change() {
    let refusal = |config| WorkSource::new(config).unwrap_err();
    let one = |operation| OperationMix::One(operation);
    let range = Count::Range { min: 3, max: 2 };
    assert!(refusal(create_config(9, range, Count::Fixed(0))).to_string().contains("load.members"));
    let mut twice = create_config(9, Count::Fixed(1), Count::Fixed(0));
    twice.users.push(twice.users[0].clone());
    assert!(matches!(refusal(twice), WorkError::TwiceInPool { .. }));
    let nobody = config(9, Count::Fixed(0), Count::Fixed(0), one(Operation::Kick));
    assert!(matches!(refusal(nobody), WorkError::ActsOnNobody { .. }));
    let none = config(9, Count::Fixed(1), Count::Fixed(0), one(Operation::Join));
    assert!(matches!(refusal(none), WorkError::NoGroups { .. }));
    for weights in [vec![], vec![(Operation::Create, 0.0)], vec![(Operation::Create, f64::NAN)]] {
        let mix = OperationMix::Mix(weights.into_iter().collect());
        assert_eq!(refusal(config(9, Count::Fixed(1), Count::Fixed(0), mix)), WorkError::BadWeights);
    }
}

#[test]
fn a_mix_is_drawn_by_its_weights() {
    let mix = [(Operation::Create, 3.0), (Operation::Join, 1.0)].into();
    let mut work = prepared(config(100, Count::Fixed(1), Count::Fixed(0), OperationMix::Mix(mix)), 4_000);
    let creates = (0..4_000).filter(|seq| work.next(*seq, 0).unwrap().operation == Operation::Create).count();
    // Six sigma of a binomial with p = 3/4.
    assert!((2_835..=3_165).contains(&creates), "{creates}");
}

#[test]
fn the_cap_on_groups_holds_for_creates() {
    let mut work = WorkSource::new(create_config(9, Count::Fixed(1), Count::Fixed(0))).unwrap();
    work.limit_creates(2);
    assert!(work.next(0, 0).is_ok() && work.next(1, 0).is_ok());
    assert_eq!(work.next(2, 0), Err(NoAttempt::GroupsCap));
}
