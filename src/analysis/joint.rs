//! One decision for all webhooks of a run: each its timeout, so that every limit holds for all together.
//!
//! A limit is a sum: Σ weight · T over the webhooks that share it must not exceed what it allows (seconds of the
//! caller's budget, connections of the pool in an outage). Each webhook asks for its lower limit. Where the lower limits of
//! all that share a limit fit, each gets its own, and the profile's margin is dealt out second by second. Where they do
//! not fit, none of those that share it gets a timeout: shortening any of them would cut healthy callbacks.
//!
//! Promised, and tested for any limits: no limit is exceeded, no webhook gets less than its lower limit, and a larger
//! caller budget never makes any timeout shorter. Where limits come from, and words, are left to `limits` and `collision`.

use std::collections::BTreeMap;

use super::tally::CAP_S;
use crate::wire::WebhookKey;
use crate::wire::api::Operation;

/// Rounding of sums of seconds and of connections.
const ROUNDING: f64 = 1e-9;

/// Which rule a limit comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// OpenIM ends every callback after 15 s.
    ClientCap,
    /// The caller's budget over one API call.
    CallerBudget,
    /// The pool of connections while webhooks hang.
    OutagePool,
    /// The after-queue in an outage.
    AfterOutageRate,
}

impl Rule {
    /// Its stable name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Rule::ClientCap => "client_cap",
            Rule::CallerBudget => "caller_budget",
            Rule::OutagePool => "outage_pool",
            Rule::AfterOutageRate => "after_outage_rate",
        }
    }
}

/// Σ weight · T ≤ allows.
#[derive(Clone, Debug)]
pub(super) struct Limit {
    pub(super) rule: Rule,
    /// The API call, where it is one call's budget.
    pub(super) operation: Option<Operation>,
    /// Seconds, or connections.
    pub(super) allows: f64,
    /// Webhooks with their weights (above 0): calls in a row, or arrivals a second.
    pub(super) terms: Vec<(WebhookKey, f64)>,
}

impl Limit {
    fn total(&self, seconds: &BTreeMap<WebhookKey, u32>) -> f64 {
        self.terms.iter().map(|(key, weight)| weight * taken(seconds, *key)).sum()
    }

    pub(super) fn holds(&self, seconds: &BTreeMap<WebhookKey, u32>) -> bool {
        self.total(seconds) <= self.allows + ROUNDING * self.allows.abs().max(1.0)
    }

    pub(super) fn weight(&self, key: WebhookKey) -> Option<f64> {
        self.terms.iter().find(|(k, _)| *k == key).map(|(_, weight)| *weight)
    }

    /// The longest timeout that it leaves to `key` while the others take `seconds`; may be below 0.
    pub(super) fn left_for(&self, key: WebhookKey, seconds: &BTreeMap<WebhookKey, u32>) -> Option<f64> {
        let weight = self.weight(key)?;
        Some((self.allows - self.total(seconds)) / weight + taken(seconds, key))
    }

    /// A limit of one webhook alone, whatever the caller's budget.
    fn is_own(&self) -> bool {
        self.rule != Rule::CallerBudget && self.terms.len() == 1
    }
}

fn taken(seconds: &BTreeMap<WebhookKey, u32>, key: WebhookKey) -> f64 {
    f64::from(seconds.get(&key).copied().unwrap_or(0))
}

/// What one webhook asks for.
#[derive(Clone, Debug)]
pub(super) struct Asking {
    pub(super) key: WebhookKey,
    /// The smallest timeout by the wanted bound; none where no timeout is shown.
    pub(super) lower: Option<u32>,
    /// Seconds that it takes from the others where it has no lower limit (its guess, else the present timeout).
    pub(super) counted: u32,
    /// What each second more buys: by how much the bound on failed operations a second falls from T to T + 1, T = 1 … 14.
    pub(super) falls: Vec<f64>,
}

impl Asking {
    fn takes(&self) -> u32 {
        self.lower.unwrap_or(self.counted)
    }

    fn fall(&self, timeout_s: u32) -> f64 {
        let at = usize::try_from(timeout_s).unwrap_or(usize::MAX).saturating_sub(1);
        self.falls.get(at).copied().unwrap_or(0.0)
    }
}

/// What one webhook gets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Given {
    /// Its timeout; none where it asked for none, or a limit does not hold.
    pub(super) timeout_s: Option<u32>,
    /// Which limit does not hold with everybody's lower limits: the one that leaves least.
    pub(super) collides: Option<usize>,
}

/// Seconds that each webhook takes before any margin.
pub(super) fn asked(asking: &[Asking]) -> BTreeMap<WebhookKey, u32> {
    asking.iter().map(|a| (a.key, a.takes())).collect()
}

/// Decides for all together; `margin` is what each would like beyond its lower limit, seconds.
pub(super) fn decide(asking: &[Asking], limits: &[Limit], margin: u32) -> BTreeMap<WebhookKey, Given> {
    let mut seconds = asked(asking);
    let broken: Vec<usize> = (0..limits.len()).filter(|i| !limits[*i].holds(&seconds)).collect();
    let mut given = BTreeMap::new();
    for a in asking {
        let left = |i: usize| Some((i, limits[i].left_for(a.key, &seconds)?));
        let tightest = broken.iter().filter_map(|i| left(*i)).min_by(|a, b| a.1.total_cmp(&b.1));
        let collides = tightest.filter(|_| a.lower.is_some()).map(|(i, _)| i);
        let timeout_s = a.lower.filter(|_| collides.is_none());
        given.insert(a.key, Given { timeout_s, collides });
    }
    for group in groups(asking, limits) {
        // Margin is for where everything fits: a group that holds a collision gets none.
        if group.iter().all(|a| given.get(&a.key).is_some_and(|g| g.timeout_s.is_some())) {
            deal(&group, limits, margin, &mut seconds);
        }
    }
    for (key, g) in &mut given {
        g.timeout_s = g.timeout_s.and_then(|_| seconds.get(key).copied());
    }
    given
}

/// Webhooks with a lower limit, in groups that share limits with one another, directly or through others.
fn groups<'a>(asking: &'a [Asking], limits: &[Limit]) -> Vec<Vec<&'a Asking>> {
    let mut groups: Vec<Vec<&Asking>> =
        asking.iter().filter(|a| a.lower.is_some()).map(|a| vec![a]).collect();
    for limit in limits.iter().filter(|l| l.terms.len() > 1) {
        let shares = |group: &[&Asking]| group.iter().any(|a| limit.weight(a.key).is_some());
        let (joined, mut rest): (Vec<_>, Vec<_>) = groups.into_iter().partition(|g| shares(g));
        let joined: Vec<&Asking> = joined.concat();
        if !joined.is_empty() {
            rest.push(joined);
        }
        groups = rest;
    }
    groups
}

/// Deals the margin out, a second at a time: to the webhook where a second buys the largest fall of the bound on failed
/// operations; among equals to the one that got least so far, then in order.
///
/// The order does not depend on what fits: the first second for which there is no room ends it. Passing over it for
/// a cheaper one further down would let a larger budget take that one away again.
fn deal(group: &[&Asking], limits: &[Limit], margin: u32, seconds: &mut BTreeMap<WebhookKey, u32>) {
    let mut wants: BTreeMap<WebhookKey, u32> = BTreeMap::new();
    for a in group {
        let own = limits.iter().filter(|l| l.is_own()).filter_map(|l| l.left_for(a.key, seconds));
        let most = own.fold(f64::from(CAP_S), f64::min) + ROUNDING;
        let most = if most > 0.0 { most.floor() as u32 } else { 0 };
        wants.insert(a.key, a.takes().saturating_add(margin).min(most));
    }
    for _ in 0..group.len() * CAP_S as usize {
        let at = |a: &Asking| seconds.get(&a.key).copied().unwrap_or(0);
        let open = group.iter().filter(|a| at(a) < wants.get(&a.key).copied().unwrap_or(0));
        let rank = |a: &Asking| (a.fall(at(a)).max(0.0), std::cmp::Reverse(at(a) - a.takes().min(at(a))));
        // The first of equals: `max_by` would take the last.
        let next = open.reduce(|best, a| {
            let (x, y) = (rank(a), rank(best));
            if x.0.total_cmp(&y.0).then(x.1.cmp(&y.1)).is_gt() { a } else { best }
        });
        let Some(next) = next else { return };
        let now = at(next);
        seconds.insert(next.key, now + 1);
        if !limits.iter().filter(|l| l.weight(next.key).is_some()).all(|l| l.holds(seconds)) {
            seconds.insert(next.key, now);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KEYS: [WebhookKey; 4] = [
        WebhookKey::BeforeCreateGroup,
        WebhookKey::BeforeMemberJoinGroup,
        WebhookKey::BeforeInviteUserToGroup,
        WebhookKey::BeforeApplyJoinGroup,
    ];

    fn asking(key: WebhookKey, lower: u32, falls: &[f64]) -> Asking {
        Asking { key, lower: Some(lower), counted: 5, falls: falls.to_vec() }
    }

    fn budget(seconds: f64, terms: &[(WebhookKey, f64)]) -> Limit {
        let operation = Some(Operation::Create);
        Limit { rule: Rule::CallerBudget, operation, allows: seconds, terms: terms.to_vec() }
    }

    fn cap(key: WebhookKey) -> Limit {
        Limit { rule: Rule::ClientCap, operation: None, allows: 15.0, terms: vec![(key, 1.0)] }
    }

    fn pool(connections: f64, terms: &[(WebhookKey, f64)]) -> Limit {
        Limit { rule: Rule::OutagePool, operation: None, allows: connections, terms: terms.to_vec() }
    }

    fn timeouts(asking: &[Asking], limits: &[Limit], margin: u32) -> Vec<Option<u32>> {
        let given = decide(asking, limits, margin);
        asking.iter().map(|a| given[&a.key].timeout_s).collect()
    }

    #[test]
    fn a_second_of_margin_goes_where_it_buys_the_largest_fall() {
        let asks = [asking(KEYS[0], 2, &[0.0, 1e-4, 1e-5]), asking(KEYS[1], 2, &[0.0, 5e-4, 1e-6])];
        let both = [(KEYS[0], 1.0), (KEYS[1], 1.0)];
        let split = |seconds: f64| timeouts(&asks, &[budget(seconds, &both)], 2);
        assert_eq!(split(4.0), [Some(2), Some(2)]);
        assert_eq!(split(5.0), [Some(2), Some(3)], "the second webhook's bound falls more");
        assert_eq!(split(6.5), [Some(3), Some(3)]);
        assert_eq!(split(20.0), [Some(4), Some(4)], "no more than the margin");
    }

    #[test]
    fn seconds_that_buy_the_same_are_dealt_in_turn() {
        let asks = [asking(KEYS[0], 1, &[]), asking(KEYS[1], 1, &[]), asking(KEYS[2], 1, &[])];
        let all: Vec<_> = KEYS[..3].iter().map(|k| (*k, 1.0)).collect();
        assert_eq!(timeouts(&asks, &[budget(5.0, &all)], 3), [Some(2), Some(2), Some(1)]);
    }

    #[test]
    fn a_webhook_at_its_own_limit_does_not_keep_the_margin_from_others() {
        let asks = [asking(KEYS[0], 4, &[]), asking(KEYS[1], 1, &[])];
        let both = [(KEYS[0], 1.0), (KEYS[1], 1.0)];
        let limits = [budget(10.0, &both), pool(42.0, &[(KEYS[0], 10.0)]), pool(42.0, &[(KEYS[1], 10.0)])];
        assert_eq!(timeouts(&asks, &limits, 2), [Some(4), Some(3)]);
    }

    #[test]
    fn lower_limits_that_do_not_fit_together_give_none_of_them_and_name_the_limit() {
        let asks = [asking(KEYS[0], 6, &[]), asking(KEYS[1], 5, &[]), asking(KEYS[2], 3, &[])];
        let limits = [
            budget(10.0, &[(KEYS[0], 1.0), (KEYS[1], 1.0)]),
            budget(10.0, &[(KEYS[2], 1.0), (KEYS[1], 1.0)]),
        ];
        let given = decide(&asks, &limits, 2);
        assert_eq!((given[&KEYS[0]].timeout_s, given[&KEYS[0]].collides), (None, Some(0)));
        assert_eq!((given[&KEYS[1]].timeout_s, given[&KEYS[1]].collides), (None, Some(0)));
        assert_eq!(
            given[&KEYS[2]],
            Given { timeout_s: Some(3), collides: None },
            "its own call fits: no margin"
        );
    }

    #[test]
    fn a_webhook_of_two_operations_takes_the_tighter_one() {
        let asks = [asking(KEYS[0], 1, &[]), asking(KEYS[1], 2, &[]), asking(KEYS[2], 6, &[])];
        let limits =
            [budget(10.0, &[(KEYS[0], 1.0), (KEYS[1], 1.0)]), budget(8.9, &[(KEYS[2], 1.0), (KEYS[1], 1.0)])];
        assert_eq!(timeouts(&asks, &limits, 5)[1], Some(2), "6 + 3 s are more than the 8.9 s of the other");
    }

    #[derive(Clone, Debug)]
    struct Case {
        asks: Vec<Asking>,
        limits: Vec<Limit>,
        margin: u32,
    }

    fn any_case() -> impl Strategy<Value = Case> {
        let ask = (proptest::option::of(1_u32..9), 1_u32..9, proptest::collection::vec(0.0_f64..1e-2, 14));
        let limit =
            (0_u8..3, 0.5_f64..40.0, proptest::collection::vec(proptest::option::of(0.2_f64..4.0), 4));
        (proptest::collection::vec(ask, 4), proptest::collection::vec(limit, 0..6), 0_u32..8).prop_map(
            |(asks, limits, margin)| Case {
                asks: KEYS
                    .iter()
                    .zip(asks)
                    .map(|(key, (lower, counted, falls))| Asking { key: *key, lower, counted, falls })
                    .collect(),
                limits: limits
                    .into_iter()
                    .map(|(rule, allows, weights)| Limit {
                        rule: if rule == 0 { Rule::OutagePool } else { Rule::CallerBudget },
                        operation: None,
                        allows,
                        terms: KEYS.iter().zip(weights).filter_map(|(k, w)| Some((*k, w?))).collect(),
                    })
                    .filter(|l| !l.terms.is_empty())
                    .chain(KEYS.map(cap))
                    .collect(),
                margin,
            },
        )
    }

    proptest! {
        #[test]
        fn no_limit_is_exceeded_and_nobody_gets_less_than_its_lower_limit(case in any_case()) {
            let given = decide(&case.asks, &case.limits, case.margin);
            let mut seconds = asked(&case.asks);
            for a in &case.asks {
                let g = given[&a.key];
                if let Some(t) = g.timeout_s {
                    seconds.insert(a.key, t);
                    prop_assert!(a.lower.is_some_and(|lower| (lower..=lower + case.margin).contains(&t)));
                }
                prop_assert_eq!(g.timeout_s.is_none() && a.lower.is_some(), g.collides.is_some());
            }
            for limit in &case.limits {
                let decided = limit.terms.iter().any(|(k, _)| given[k].timeout_s.is_some());
                prop_assert!(!decided || limit.holds(&seconds), "{:?} {:?}", limit, seconds);
            }
        }

        #[test]
        fn a_larger_budget_never_makes_any_timeout_shorter(
            case in any_case(), more in proptest::collection::vec(0.0_f64..12.0, 6),
        ) {
            let before = timeouts(&case.asks, &case.limits, case.margin);
            let mut limits = case.limits.clone();
            for (limit, more) in limits.iter_mut().filter(|l| l.rule == Rule::CallerBudget).zip(more) {
                limit.allows += more;
            }
            let after = timeouts(&case.asks, &limits, case.margin);
            for (before, after) in before.iter().zip(&after) {
                prop_assert!(after >= before, "{before:?} became {after:?}");
            }
        }

        #[test]
        fn one_webhook_gets_its_lower_limit_and_the_margin_that_its_tightest_limit_leaves(
            lower in 1_u32..15, allows in 0.5_f64..20.0, margin in 0_u32..8, weight in 0.5_f64..3.0,
        ) {
            let key = KEYS[0];
            let limits = [cap(key), budget(allows, &[(key, weight)])];
            let most = (allows / weight + 1e-9).floor().min(15.0) as u32;
            let expected = (lower <= most).then(|| (lower + margin).min(most));
            prop_assert_eq!(timeouts(&[asking(key, lower, &[])], &limits, margin), [expected]);
        }
    }
}
