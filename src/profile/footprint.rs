//! What a run will leave behind, and the best confidence that it can reach.
//!
//! Worked out from the plan alone, before anything is called; `profile check` and
//! `run --dry-run` print it. Numbers are expectations. The bounds are those of a run in which
//! no callback is slower than the timeout: the best case, since every slow one raises them.

mod text;

use std::collections::BTreeMap;

use super::model::{CleanupMode, Count, Loop};
use super::plan::{Basis, RunPlan};
use super::resolve::{operation_shares, phase_arrivals};
use crate::say;
use crate::stats::bounds::{SpellSample, callbacks_needed, seconds_needed, single_upper, spell_upper};
use crate::stats::spells::Spells;
use crate::text::Text;
use crate::wire::WebhookKey;
use crate::wire::api::Operation;
use crate::wire::flow::{calls, expected_keys};

use text::grouped;

/// The confidence in a recommendation that a plan can reach at best.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Neither bound can come down to ε: the best T will be a guess.
    Low,
    /// The single bound can: true when slow callbacks come one by one.
    Medium,
    /// The spell bound can as well.
    High,
}

impl Reach {
    /// `low`, `medium`, `high`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Reach::Low => "low",
            Reach::Medium => "medium",
            Reach::High => "high",
        }
    }
}

/// What a plan can show about one webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct KeyReach {
    /// The webhook.
    pub key: WebhookKey,
    /// Expected callbacks in the measured phases.
    pub measured: f64,
    /// Lowest single bound that can be reached, a share.
    pub single: f64,
    /// Lowest spell bound that can be reached, a share.
    pub spells: f64,
    /// The best class.
    pub best: Reach,
    /// Callbacks that the single bound needs in all for ε.
    pub callbacks_for_medium: u64,
    /// Measured minutes that the single bound needs in all, at this rate.
    pub minutes_for_medium: f64,
    /// Measured minutes that the spell bound needs in all, at this rate.
    pub minutes_for_high: f64,
}

/// What a run will do to the deployment, and what it can show.
#[derive(Clone, Debug, PartialEq)]
pub struct Footprint {
    /// Where: `sim` or the URL.
    pub target: String,
    /// Expected calls, warm-up included; `None` for a closed loop.
    pub calls: Option<u64>,
    /// Of these, in measured phases.
    pub measured_calls: u64,
    /// How long it runs, seconds, without preflight, drain and clean-up.
    pub run_s: f64,
    /// Measured time, seconds.
    pub measured_s: f64,
    /// Groups made, the one of preflight included.
    pub groups: u64,
    /// The cap on them.
    pub groups_cap: u64,
    /// Users registered; 0 with a file of existing ones.
    pub users: u64,
    /// Notices that OpenIM stores and pushes for the groups, clean-up included.
    pub notices: u64,
    /// Expected callbacks per key, warm-up included; of keys that this load fires.
    pub callbacks: BTreeMap<WebhookKey, u64>,
    /// Time that dismissing the groups takes at `cleanup.rate`, seconds; 0 where they are kept.
    pub cleanup_s: f64,
    /// Whether the groups are dismissed.
    pub dismissed: bool,
    /// What stays on the deployment whatever is done.
    pub remains: Vec<Text>,
    /// ε.
    pub misfire: f64,
    /// What can be shown, per expected key that this load fires.
    pub reach: Vec<KeyReach>,
    /// Expected keys that this load does not fire.
    pub not_fired: Vec<WebhookKey>,
}

impl Footprint {
    /// The footprint of a plan.
    #[must_use]
    pub fn of(plan: &RunPlan) -> Footprint {
        let profile = &plan.profile;
        let open = profile.load.r#loop == Loop::Open;
        let all = plan.expected_arrivals as f64;
        let measured_phases = || plan.phases.iter().filter(|p| p.measured);
        let measured = if open { measured_phases().map(phase_arrivals).sum::<f64>().min(all) } else { 0.0 };
        let measured_s = measured_phases().map(|p| p.duration_s).sum();
        let shares = operation_shares(&profile.load.operation);
        let share = |o: Operation| shares.get(&o).copied().unwrap_or(0.0);
        let groups = 1 + (all * (share(Operation::Create) + share(Operation::Dismiss))).round() as u64;
        let dismissed = profile.cleanup.mode == CleanupMode::Dismiss;
        let per_call = callbacks_per_call(plan);
        let fired = |key: &WebhookKey| per_call.contains_key(key);
        let expected = plan.expect.clone().unwrap_or_else(|| per_call.keys().copied().collect());
        let applies = (all * share(Operation::Apply)).round() as u64;
        Footprint {
            target: profile.target.url.clone(),
            calls: open.then_some(plan.expected_arrivals),
            measured_calls: measured.round() as u64,
            run_s: plan.phases.last().map_or(0.0, |p| p.start_s + p.duration_s),
            measured_s,
            groups,
            groups_cap: profile.limits.groups,
            users: if profile.load.users.file.is_some() { 0 } else { u64::from(profile.load.users.pool) },
            // One for each operation (an application has a second one for its approval), the
            // group of preflight, and one for each dismissal.
            notices: plan.expected_arrivals + applies + 1 + if dismissed { groups } else { 0 },
            callbacks: expected
                .iter()
                .filter_map(|k| per_call.get(k).map(|n| (*k, (n * all).round() as u64)))
                .collect(),
            cleanup_s: if dismissed { groups as f64 / profile.cleanup.rate } else { 0.0 },
            dismissed,
            remains: remains(plan, dismissed),
            misfire: profile.recommend.misfire,
            reach: expected
                .iter()
                .filter_map(|k| per_call.get(k).map(|n| key_reach(plan, *k, n * measured, measured_s)))
                .collect(),
            not_fired: expected.iter().copied().filter(|k| !fired(k)).collect(),
        }
    }

    /// The lowest class among the webhooks: what the run as a whole can reach.
    #[must_use]
    pub fn best_confidence(&self) -> Option<Reach> {
        self.reach.iter().map(|r| r.best).min()
    }
}

fn key_reach(plan: &RunPlan, key: WebhookKey, measured: f64, seconds: f64) -> KeyReach {
    let recommend = &plan.profile.recommend;
    let rate = if seconds > 0.0 { measured / seconds } else { 0.0 };
    let n = measured.round() as u64;
    let sample = SpellSample { n, seconds, spell_s: recommend.spell.as_secs_f64() };
    let none_slow = Spells::default();
    let (single, spells) = (single_upper(0, n), spell_upper(&none_slow, sample));
    // From outside an after-callback's round trip is not seen, only its handling; the analysis of a
    // simulated run looks from the same place.
    let capped = !key.is_before();
    let best = match () {
        () if spells <= recommend.misfire && single <= recommend.misfire && !capped => Reach::High,
        () if single <= recommend.misfire => Reach::Medium,
        () => Reach::Low,
    };
    let callbacks_for_medium = callbacks_needed(0, recommend.misfire).unwrap_or(u64::MAX);
    KeyReach {
        key,
        measured,
        single,
        spells,
        best,
        callbacks_for_medium,
        minutes_for_medium: callbacks_for_medium as f64 / rate / 60.0,
        minutes_for_high: seconds_needed(&none_slow, sample, recommend.misfire).unwrap_or(f64::INFINITY)
            / 60.0,
    }
}

/// Callbacks of each key that one call of the mix causes, on average.
fn callbacks_per_call(plan: &RunPlan) -> BTreeMap<WebhookKey, f64> {
    let load = &plan.profile.load;
    let build = plan.version.as_ref().map(|v| v.build);
    let ((few, many), (few_admins, many_admins)) = (ends(load.members), ends(load.admins));
    let mut per_call = BTreeMap::new();
    for (operation, share) in operation_shares(&load.operation) {
        for key in expected_keys(operation, build) {
            // The number of calls grows evenly with that of users: the mean is that of the ends.
            let low = calls(operation, key, build, few, few_admins).least;
            let high = calls(operation, key, build, many, many_admins).least;
            *per_call.entry(key).or_insert(0.0) += share * f64::midpoint(f64::from(low), f64::from(high));
        }
    }
    per_call
}

fn ends(count: Count) -> (u32, u32) {
    match count {
        Count::Fixed(n) => (n, n),
        Count::Range { min, max } => (min, max),
    }
}

fn remains(plan: &RunPlan, dismissed: bool) -> Vec<Text> {
    if plan.basis == Basis::Simulated {
        return Vec::new();
    }
    let mut remains = Vec::new();
    let users = &plan.profile.load.users;
    if users.file.is_none() {
        remains.push(say!("run-plan-remains-users", users = grouped(u64::from(users.pool))));
    }
    remains.push(match dismissed {
        true => say!("run-plan-remains-dismissed"),
        false => say!("run-plan-remains-groups"),
    });
    remains.push(say!("run-plan-remains-notices"));
    remains
}

#[cfg(test)]
mod tests;
