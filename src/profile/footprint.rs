//! What a run will leave behind, and the best confidence that it can reach.
//!
//! Worked out from the plan alone, before anything is called; `profile check` and
//! `run --dry-run` print it. Numbers are expectations. The bounds are those of a run in which
//! no callback is slower than the timeout: the best case, since every slow one raises them.

use std::collections::BTreeMap;

use super::model::{CleanupMode, Count, Loop};
use super::plan::{Basis, RunPlan};
use super::resolve::{fired_by, operation_shares, phase_arrivals};
use crate::wire::api::Operation;
use crate::wire::{Build, WebhookKey};

/// −ln 0.05: with nothing seen, the upper 95 % bound of a Poisson mean (χ²₀.₉₅(2) ÷ 2).
const NONE_SEEN: f64 = 2.995_732_273_553_991;

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
    pub remains: Vec<String>,
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

    /// As lines of text.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("target     {}", self.target)];
        lines.push(match self.calls {
            Some(calls) => format!(
                "calls      about {} in {} (measured: {} in {})",
                grouped(calls),
                span(self.run_s),
                grouped(self.measured_calls),
                span(self.measured_s)
            ),
            None => format!(
                "calls      as many as are answered in {} (closed loop: the number is not known beforehand)",
                span(self.run_s)
            ),
        });
        lines.extend(self.mark_lines());
        if !self.remains.is_empty() {
            lines.push("cannot be removed afterwards:".to_owned());
            lines.extend(self.remains.iter().map(|r| format!("  - {r}")));
        }
        lines.extend(self.reach_lines());
        lines
    }

    fn mark_lines(&self) -> Vec<String> {
        let closed = self.calls.is_none();
        let groups = match closed {
            true => format!("groups     at most {} (`limits.groups`)", grouped(self.groups_cap)),
            false => {
                format!("groups     about {} (at most {})", grouped(self.groups), grouped(self.groups_cap))
            }
        };
        let users = match self.users {
            0 => "users      none made: existing ones from `load.users.file`".to_owned(),
            n => format!("users      {} registered", grouped(n)),
        };
        let mut lines = vec![groups, users];
        if !closed {
            lines.push(format!("notices    about {}", grouped(self.notices)));
            let list: Vec<_> = self.callbacks.iter().map(|(k, n)| format!("{k} {}", grouped(*n))).collect();
            let list = if list.is_empty() { "none expected".to_owned() } else { list.join(", ") };
            lines.push(format!("callbacks  about {list}"));
        }
        lines.push(match (self.dismissed, closed) {
            (false, _) => "clean-up   none: the groups are kept (`cleanup.mode`)".to_owned(),
            (true, true) => "clean-up   dismisses every group".to_owned(),
            (true, false) => format!("clean-up   dismisses every group, about {}", span(self.cleanup_s)),
        });
        lines
    }

    fn reach_lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if self.calls.is_some() {
            lines.push(format!(
                "best confidence that this plan can reach for a misfire share of {} (if no callback is slower than T):",
                percent(self.misfire)
            ));
            lines.extend(self.reach.iter().map(|r| r.line(self.misfire)));
        } else {
            lines.push("confidence: no recommendation can be promised for a closed loop".to_owned());
        }
        lines
            .extend(self.not_fired.iter().map(|k| format!("  {k}: not fired by this load, so not measured")));
        if self.reach.is_empty() && self.not_fired.is_empty() && self.calls.is_some() {
            lines.push("  no webhook is expected: a plain API load, no timeout is recommended".to_owned());
        }
        lines
    }
}

impl KeyReach {
    fn line(&self, misfire: f64) -> String {
        let head = format!(
            "  {}: {}, from {} callbacks: single bound {}, spell bound {}",
            self.key,
            self.best.name(),
            grouped(self.measured.round() as u64),
            percent(self.single),
            percent(self.spells)
        );
        let medium = format!(
            "medium needs {} callbacks ({} at this rate)",
            grouped(self.callbacks_for_medium),
            minutes(self.minutes_for_medium)
        );
        let high = format!("high needs {} measured", minutes(self.minutes_for_high));
        match self.best {
            Reach::Low => format!("{head}; {medium}, {high}"),
            Reach::Medium if self.spells <= misfire => {
                format!(
                    "{head}; high needs OpenIM's own log, since an after-callback's round trip is not seen from here"
                )
            }
            Reach::Medium => format!("{head}; {high}"),
            Reach::High => head,
        }
    }
}

/// Upper 95 % bound of the share of slow callbacks after `n` of which none was slow, when they
/// come one by one (Clopper–Pearson with c = 0).
#[must_use]
pub fn single_bound(n: f64) -> f64 {
    if n < 1.0 { 1.0 } else { -f64::exp_m1(-NONE_SEEN / n) }
}

/// The smallest n for which `single_bound` is at most `misfire`.
#[must_use]
pub fn callbacks_for(misfire: f64) -> u64 {
    (-NONE_SEEN / f64::ln_1p(-misfire)).ceil() as u64
}

/// The same bound when they come in spells: no spell seen in `seconds`, mean spell length
/// `spell_s` to be excluded, `rate` callbacks a second: ν · max(rate · τ₀, 1) ÷ rate, with
/// ν = χ²₀.₉₅(2) ÷ 2D.
#[must_use]
pub fn spell_bound(seconds: f64, rate: f64, spell_s: f64) -> f64 {
    if seconds <= 0.0 || rate <= 0.0 {
        return 1.0;
    }
    (NONE_SEEN / seconds * (rate * spell_s).max(1.0) / rate).min(1.0)
}

/// Seconds after which `spell_bound` is at most `misfire`; infinite without callbacks.
#[must_use]
pub fn seconds_for_high(misfire: f64, rate: f64, spell_s: f64) -> f64 {
    if rate <= 0.0 { f64::INFINITY } else { NONE_SEEN * spell_s.max(1.0 / rate) / misfire }
}

fn key_reach(plan: &RunPlan, key: WebhookKey, measured: f64, seconds: f64) -> KeyReach {
    let recommend = &plan.profile.recommend;
    let rate = if seconds > 0.0 { measured / seconds } else { 0.0 };
    let spell_s = recommend.spell.as_secs_f64();
    let (single, spells) = (single_bound(measured), spell_bound(seconds, rate, spell_s));
    // From outside an after-callback's round trip is not seen, only its handling.
    let capped = !key.is_before() && plan.basis != Basis::Simulated;
    let best = match () {
        () if spells <= recommend.misfire && single <= recommend.misfire && !capped => Reach::High,
        () if single <= recommend.misfire => Reach::Medium,
        () => Reach::Low,
    };
    let callbacks_for_medium = callbacks_for(recommend.misfire);
    KeyReach {
        key,
        measured,
        single,
        spells,
        best,
        callbacks_for_medium,
        minutes_for_medium: callbacks_for_medium as f64 / rate / 60.0,
        minutes_for_high: seconds_for_high(recommend.misfire, rate, spell_s) / 60.0,
    }
}

/// Callbacks of each key that one call of the mix causes, on average.
fn callbacks_per_call(plan: &RunPlan) -> BTreeMap<WebhookKey, f64> {
    let load = &plan.profile.load;
    let one_a_member = plan.version.as_ref().is_some_and(|v| v.build == Build::V370);
    let (members, admins) = (mean(load.members), mean(load.admins));
    let mut per_call = BTreeMap::new();
    for (operation, share) in operation_shares(&load.operation) {
        for key in fired_by(operation) {
            let times = match (key, operation) {
                (WebhookKey::BeforeMemberJoinGroup, Operation::Create) if one_a_member => {
                    1.0 + admins + members
                }
                (WebhookKey::BeforeMemberJoinGroup, Operation::Invite) if one_a_member => members,
                _ => 1.0,
            };
            *per_call.entry(*key).or_insert(0.0) += share * times;
        }
    }
    per_call
}

fn mean(count: Count) -> f64 {
    match count {
        Count::Fixed(n) => f64::from(n),
        Count::Range { min, max } => f64::midpoint(f64::from(min), f64::from(max)),
    }
}

fn remains(plan: &RunPlan, dismissed: bool) -> Vec<String> {
    if plan.basis == Basis::Simulated {
        return Vec::new();
    }
    let mut remains = Vec::new();
    let users = &plan.profile.load.users;
    if users.file.is_none() {
        remains
            .push(format!("{} users: OpenIM has no call that deletes users", grouped(u64::from(users.pool))));
    }
    remains.push(match dismissed {
        true => "the documents of the dismissed groups: they keep their groupIDs, which cannot be used again".to_owned(),
        false => "the groups and their members, since `cleanup.mode` is `keep` (`openim-bench cleanup RESULT` dismisses them)".to_owned(),
    });
    remains.push("the notices in the message store, and what a business server wrote down itself (the record lists all IDs)".to_owned());
    remains
}

/// `5,750`.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn span(seconds: f64) -> String {
    match seconds {
        s if !s.is_finite() => "never".to_owned(),
        s if s < 120.0 => format!("{s:.0} s"),
        s if s < 7_200.0 => format!("{:.0} min", s / 60.0),
        s => format!("{:.1} h", s / 3_600.0),
    }
}

/// Minutes rounded up, so that following the advice is enough.
fn minutes(minutes: f64) -> String {
    if minutes.is_finite() {
        format!("{} min", grouped(minutes.ceil() as u64))
    } else {
        "callbacks".to_owned()
    }
}

fn percent(share: f64) -> String {
    format!("{} %", (share * 1e5).round() / 1e3)
}

#[cfg(test)]
mod tests;
