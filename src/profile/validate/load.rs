//! Rules about `load`: rates, phases, users, and the cap on groups.

use super::Judge;
use crate::profile::model::{Arrivals, Count, Loop, OperationMix, Phase, PhaseKind, Profile};
use crate::profile::resolve::{ResolveContext, operation_shares};
use crate::say;
use crate::wire::api::Operation;

/// Most members that one call may name, from OpenIM 3.8.3 on.
const MEMBERS_LIMIT: u32 = 1_000;

pub(super) fn load(judge: &mut Judge<'_>, profile: &Profile) {
    let load = &profile.load;
    if let OperationMix::Mix(weights) = &load.operation {
        judge.need(!weights.is_empty(), "load.operation", || say!("profile-mix-empty"));
        let weighted = weights.values().all(|w| w.is_finite() && *w > 0.0);
        judge.need(weighted, "load.operation", || say!("profile-mix-weight"));
    }
    if load.r#loop == Loop::Closed {
        judge.at_least_one("load.callers", u64::from(load.callers));
        judge.need(load.arrivals != Arrivals::Replay, "load.arrivals", || say!("profile-replay-loop"));
    }
    if load.phase.is_empty() {
        judge.longer_than_zero("load.duration", load.duration);
        if load.arrivals != Arrivals::Replay {
            judge.positive("load.rate", load.rate);
        }
    }
    for (i, phase) in load.phase.iter().enumerate() {
        phase_values(judge, &format!("load.phase.{i}"), phase);
    }
    let measured = |p: &Phase| !matches!(p.kind, PhaseKind::Warmup | PhaseKind::Outage);
    judge.need(load.phase.is_empty() || load.phase.iter().any(measured), "load.phase", || {
        say!("profile-not-measured")
    });
    judge.need(
        !load.callers_hold_workers || profile.webhook.workers.is_some(),
        "load.callers_hold_workers",
        || say!("profile-hold-workers"),
    );
}

fn phase_values(judge: &mut Judge<'_>, key: &str, phase: &Phase) {
    judge.longer_than_zero(&format!("{key}.duration"), phase.duration);
    match phase.kind {
        PhaseKind::Ramp => {
            judge.not_negative(&format!("{key}.from"), phase.from);
            judge.not_negative(&format!("{key}.rate"), phase.rate);
            let rises = phase.from + phase.rate > 0.0;
            judge.need(rises, &format!("{key}.rate"), || say!("profile-ramp-zero"));
        }
        PhaseKind::Steps => {
            judge.not_negative(&format!("{key}.from"), phase.from);
            judge.positive(&format!("{key}.rate"), phase.rate);
            judge.at_least_one(&format!("{key}.steps"), u64::from(phase.steps));
        }
        PhaseKind::Spike => {
            judge.not_negative(&format!("{key}.from"), phase.from);
            judge.positive(&format!("{key}.rate"), phase.rate);
        }
        PhaseKind::Warmup | PhaseKind::Steady | PhaseKind::Outage => {
            judge.positive(&format!("{key}.rate"), phase.rate);
        }
    }
}

pub(super) fn arrivals(judge: &mut Judge<'_>, profile: &Profile, context: &ResolveContext<'_>) {
    let load = &profile.load;
    if load.arrivals != Arrivals::Replay {
        judge.need(load.offsets_file.is_none(), "load.offsets_file", || say!("profile-offsets-unread"));
        return;
    }
    judge.need(load.offsets_file.is_some(), "load.arrivals", || say!("profile-replay-file"));
    judge.need(load.phase.is_empty(), "load.phase", || say!("profile-replay-phases"));
    if let Some(offsets) = context.offsets {
        let warmup = load.warmup.as_secs_f64();
        let after = offsets.iter().any(|o| o.as_secs_f64() >= warmup);
        judge.need(after, "load.offsets_file", || {
            say!("profile-replay-warmup", warmup = load.warmup.to_string())
        });
    }
}

fn most(count: Count) -> u32 {
    match count {
        Count::Fixed(n) => n,
        Count::Range { max, .. } => max,
    }
}

pub(super) fn people(judge: &mut Judge<'_>, profile: &Profile, context: &ResolveContext<'_>) {
    let load = &profile.load;
    for (key, count) in [("load.members", load.members), ("load.admins", load.admins)] {
        if let Count::Range { min, max } = count {
            judge.need(min <= max, key, || say!("profile-range", min = min, max = max));
        }
    }
    let (members, admins) = (most(load.members), most(load.admins));
    judge.need(members <= MEMBERS_LIMIT, "load.members", || {
        say!("profile-members", value = members, most = MEMBERS_LIMIT)
    });
    let operations = operation_shares(&load.operation);
    // Those who come in later must not be in the group yet.
    let outside = if operations.contains_key(&Operation::Invite) {
        members
    } else {
        u32::from(operations.contains_key(&Operation::Join) || operations.contains_key(&Operation::Apply))
    };
    let needed = 1 + u64::from(members) + u64::from(admins) + u64::from(outside);
    let (key, users) = match context.users_in_file {
        Some(n) if load.users.file.is_some() => ("load.users.file", n),
        _ if load.users.file.is_some() => return,
        _ => ("load.users.pool", u64::from(load.users.pool)),
    };
    judge.need(users >= needed, key, || say!("profile-users", users = users, needed = needed));
}

/// The cap on groups against the groups that the load needs.
pub(in crate::profile) fn groups(judge: &mut Judge<'_>, expected_arrivals: f64) {
    let profile = &judge.loaded.profile;
    let (cap, needed) = (profile.limits.groups, groups_needed(profile, expected_arrivals));
    judge.need(cap >= needed, "limits.groups", || {
        let calls = format!("{expected_arrivals:.0}");
        say!("profile-groups", cap = cap, calls = calls, needed = needed)
    });
}

/// Groups that a load of so many arrivals may need: creates, and one for each dismissal; for
/// Poisson arrivals with four standard deviations on top.
fn groups_needed(profile: &Profile, expected_arrivals: f64) -> u64 {
    let shares = operation_shares(&profile.load.operation);
    let each = [Operation::Create, Operation::Dismiss];
    let share: f64 = each.iter().filter_map(|o| shares.get(o)).sum();
    let expected = expected_arrivals.max(0.0) * share;
    let spread = if profile.load.arrivals == Arrivals::Poisson { 4.0 * expected.sqrt() } else { 0.0 };
    (expected + spread).ceil() as u64
}
