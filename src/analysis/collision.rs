//! No timeout satisfies everything: which webhooks collide with which limit, and the ways out, with figures.
//!
//! Each way is reckoned as if it were the only one taken: a faster handler, a lower arrival rate, more processes, a
//! caller that waits longer, smaller groups. A way that leads nowhere is not named.

use super::confidence::{percent, thousands};
use super::facts::Facts;
use super::figures;
use super::joint::{self, Asking, Limit, Rule};
use super::limits;
use super::misfire::SetUp;
use super::recommendation::{CollidingWebhook, Collision, FasterHandler, WaysOut};
use super::series::Ranked;
use super::stationarity::series_tag;
use super::tally::CAP_S;
use super::timeout::{Choice, Prepared};
use crate::profile::model::{Count, WantedConfidence};
use crate::record::model::tag;
use crate::say;
use crate::stats::bounds::{slow_allowed, spell_upper};
use crate::stats::spells::Spells;
use crate::text::Text;
use crate::wire::WebhookKey;
use crate::wire::api::Operation;

/// The collision of `p`'s lower limit with `limit`, everybody taking what was asked for.
pub(super) fn describe(facts: &Facts<'_>, p: &Prepared<'_>, limit: &Limit, asking: &[Asking]) -> Collision {
    let webhooks: Vec<CollidingWebhook> = limit
        .terms
        .iter()
        .filter_map(|(key, weight)| {
            let a = asking.iter().find(|a| a.key == *key)?;
            let asked_s = a.lower.unwrap_or(a.counted);
            Some(CollidingWebhook { key: *key, asked_s, shown: a.lower.is_some(), weight: *weight })
        })
        .collect();
    let own = if limit.rule == Rule::CallerBudget { limits::own_p99_s(facts.series(tag::OWN)) } else { 0.0 };
    let sum: f64 = webhooks.iter().map(|w| w.weight * f64::from(w.asked_s)).sum();
    let left = limit.left_for(p.key, &joint::asked(asking)).unwrap_or(0.0);
    Collision {
        limit: limit.rule.name().to_owned(),
        operation: limit.operation,
        needed: sum + own,
        allowed: limit.allows + own,
        ways: WaysOut {
            handler: faster_handler(facts, p, left),
            ..other_ways(facts, limit, &webhooks, sum + own)
        },
        webhooks,
    }
}

fn other_ways(facts: &Facts<'_>, limit: &Limit, webhooks: &[CollidingWebhook], needed: f64) -> WaysOut {
    let processes = limits::processes(facts);
    match limit.rule {
        Rule::ClientCap => WaysOut::default(),
        Rule::CallerBudget => WaysOut {
            caller_budget_s: Some((needed - 1e-9).ceil()),
            members: members(facts, limit, webhooks),
            ..WaysOut::default()
        },
        Rule::OutagePool => WaysOut {
            rate_per_s: Some(facts.rates.production_per_s * limit.allows / needed).filter(|r| r.is_finite()),
            processes: Some(limits::processes_for(needed)),
            ..WaysOut::default()
        },
        Rule::AfterOutageRate => WaysOut {
            rate_per_s: Some(2.0 * processes / needed).filter(|r| r.is_finite()),
            processes: facts
                .profile()
                .recommend
                .after_outage_rate
                .map(|rate| (rate / 2.0 * needed - 1e-9).ceil().max(1.0) as u64),
            ..WaysOut::default()
        },
    }
}

/// The most members besides owner and admins for which the calls in a row fit (up to 3.7).
fn members(facts: &Facts<'_>, limit: &Limit, webhooks: &[CollidingWebhook]) -> Option<u32> {
    let many = webhooks.iter().find(|w| w.key == WebhookKey::BeforeMemberJoinGroup && w.weight > 1.0)?;
    let others: f64 =
        webhooks.iter().filter(|w| w.key != many.key).map(|w| w.weight * f64::from(w.asked_s)).sum();
    let calls = ((limit.allows - others) / f64::from(many.asked_s.max(1)) + 1e-9).floor();
    let besides = match limit.operation {
        Some(Operation::Create) => 1.0 + f64::from(most(facts.profile().load.admins)),
        _ => 0.0,
    };
    (calls - besides >= 1.0).then_some((calls - besides) as u32)
}

fn most(count: Count) -> u32 {
    match count {
        Count::Fixed(n) => n,
        Count::Range { max, .. } => max,
    }
}

/// How fast the handler would have to be for a timeout of `left_s`; none where no handler is fast enough.
fn faster_handler(facts: &Facts<'_>, p: &Prepared<'_>, left_s: f64) -> Option<FasterHandler> {
    let whole = left_s.min(f64::from(CAP_S)).floor();
    if whole < 1.0 {
        return None;
    }
    let recommend = &facts.profile().recommend;
    let shown = |(within_s, share): (u32, f64)| {
        let slower_allowed = match recommend.confidence {
            WantedConfidence::Medium => slow_allowed(p.sample.n, share)?,
            // In spells: none at all is enough, if the time measured is.
            WantedConfidence::High => (spell_upper(&Spells::default(), p.sample) <= share).then_some(0)?,
        };
        Some((within_s, slower_allowed))
    };
    let mut rooms = rooms_beside_set_up(&p.table.set_up, whole as u32, recommend.misfire);
    let (within_s, slower_allowed) = rooms.find_map(shown)?;
    let series = facts.series(&series_tag(facts, p.key));
    let ranked = Ranked { series, unfinished: figures::endless(facts, p.key, facts.time_of(p.key)) };
    Some(FasterHandler {
        slower_allowed,
        within_ms: u64::from(within_s) * 1_000,
        quantile: 1.0 - slower_allowed as f64 / p.sample.n.max(1) as f64,
        now_ms: ranked.largest(slower_allowed + 1).map(|us| us as f64 / 1e3),
    })
}

/// Whole seconds within which callbacks may have to end for a timeout of `timeout_s`, the longest first, each with the
/// share that may take longer: a packet lost at set-up costs a second, so that with much loss they must end a second
/// earlier.
fn rooms_beside_set_up(set_up: &SetUp, timeout_s: u32, misfire: f64) -> impl Iterator<Item = (u32, f64)> {
    // What set-up costs where all callbacks end within `within` seconds, and no more than `share` do not.
    let fits = move |within: u32, share: f64| {
        let bound = |t: i64| if t >= i64::from(within) { share } else { 1.0 };
        set_up.add(bound, timeout_s) <= misfire
    };
    let share = move |within: u32| {
        if fits(within, misfire) {
            return misfire;
        }
        let (mut low, mut high) = (0.0, misfire);
        for _ in 0..60 {
            let middle = f64::midpoint(low, high);
            if fits(within, middle) { low = middle } else { high = middle }
        }
        low
    };
    let withins = [timeout_s, timeout_s.saturating_sub(1)].into_iter();
    withins.filter(move |w| *w > 0 && fits(*w, 0.0)).map(move |w| (w, share(w)))
}

/// A rate rounded down, so that taking the advice is enough: to `digits` behind the point, small ones to two digits that
/// count.
fn at_most(rate: f64, digits: i32) -> String {
    let digits =
        if rate >= 0.1 || rate <= 0.0 { digits } else { digits.max(1 - rate.log10().floor() as i32) };
    let scale = 10_f64.powi(digits.clamp(0, 12));
    format!("{:.*}", digits.clamp(0, 12) as usize, (rate * scale).floor() / scale)
}

/// A limit in words.
fn limit_in_words(name: &str) -> Text {
    match name {
        "caller_budget" => say!("timeouts-name-caller-budget"),
        "outage_pool" => say!("timeouts-name-outage-pool"),
        "after_outage_rate" => say!("timeouts-name-after-outage-rate"),
        _ => say!("timeouts-name-client-cap"),
    }
}

/// Why no timeout satisfies everything; none where one does, or where too little was measured.
pub(super) fn words(facts: &Facts<'_>, p: &Prepared<'_>, choice: &Choice, share: f64) -> Option<Text> {
    let share = percent(share);
    if let (Some(limit), Some(lower)) = (&choice.collides, choice.lower_s) {
        let named = limit_in_words(&limit.name);
        // Rounded down: 3.996 s do not allow 4 s.
        let seconds = format!("{:.2}", (limit.seconds * 100.0).floor() / 100.0);
        return Some(match choice.collision.as_ref().and_then(|c| pair_in_words(facts, c)) {
            Some(pair) => say!(
                "timeouts-collides-shared",
                share = share,
                lower = lower,
                limit = named,
                seconds = seconds,
                pair = pair
            ),
            None => {
                say!("timeouts-collides", share = share, lower = lower, limit = named, seconds = seconds)
            }
        });
    }
    let beyond = p.table.row(CAP_S).map_or(0, |r| r.exceed);
    let n = p.sample.n;
    match choice.binding.as_deref()? {
        "misfire+client_cap" => Some(say!("timeouts-beyond-cap", beyond = beyond, n = n, share = share)),
        "misfire+present_timeout" => {
            let present = p.cut_by_present(facts).unwrap_or(CAP_S);
            Some(say!("timeouts-beyond-present", beyond = beyond, n = n, present = present, share = share))
        }
        _ => None,
    }
}

/// Who shares the limit, with what each asks for.
fn pair_in_words(facts: &Facts<'_>, collision: &Collision) -> Option<Text> {
    let each: Vec<Text> = collision.webhooks.iter().map(|w| asks_in_words(w, &collision.limit)).collect();
    let webhooks = Text::list(&each);
    match collision.limit.as_str() {
        "caller_budget" => Some(say!(
            "timeouts-pair-budget",
            webhooks = webhooks,
            own = format!("{:.2}", limits::own_p99_s(facts.series(tag::OWN))),
            needed = format!("{:.2}", collision.needed),
            allowed = collision.allowed.to_string()
        )),
        "outage_pool" => Some(say!(
            "timeouts-pair-pool",
            webhooks = webhooks,
            needed = format!("{:.0}", collision.needed),
            allowed = format!("{:.0}", collision.allowed)
        )),
        _ => None,
    }
}

/// What one webhook asks of a limit.
fn asks_in_words(w: &CollidingWebhook, limit: &str) -> Text {
    let asked = match w.shown {
        true => Text::plain(format!("{} s", w.asked_s)),
        false => say!("timeouts-guess", seconds = w.asked_s),
    };
    let key = w.key.name();
    match limit {
        "caller_budget" if w.weight > 1.0 => {
            say!("timeouts-asks-calls", calls = w.weight.to_string(), asked = asked, key = key)
        }
        "caller_budget" => say!("timeouts-asks", asked = asked, key = key),
        _ => say!("timeouts-asks-rate", rate = format!("{:.1}", w.weight), asked = asked, key = key),
    }
}

/// What would have to change, sentence by sentence.
pub(super) fn ways_out(facts: &Facts<'_>, p: &Prepared<'_>, choice: &Choice) -> Vec<Text> {
    let allowed = slow_allowed(p.sample.n, facts.profile().recommend.misfire).unwrap_or(0);
    let beyond = p.table.row(CAP_S).map_or(0, |r| r.exceed);
    let n = p.sample.n;
    match choice.binding.as_deref() {
        Some("misfire+client_cap") => {
            return vec![say!("timeouts-way-faster-cap", beyond = beyond, n = n, allowed = allowed)];
        }
        Some("misfire+present_timeout") => {
            return vec![
                say!("timeouts-way-measure", key = p.key.name()),
                say!("timeouts-way-faster-present", beyond = beyond, n = n, allowed = allowed),
            ];
        }
        _ => {}
    }
    let (Some(collision), Some(limit)) = (&choice.collision, &choice.collides) else {
        return Vec::new();
    };
    let mut ways = vec![handler_in_words(p, collision, limit.seconds)];
    ways.extend(settings_in_words(facts, collision));
    ways.extend(fewer_calls(collision));
    ways
}

/// What could be set otherwise: the caller's budget, the rate, the number of processes.
fn settings_in_words(facts: &Facts<'_>, collision: &Collision) -> Vec<Text> {
    let ways = &collision.ways;
    let caller = ways.caller_budget_s.map(|s| say!("timeouts-way-caller", seconds = format!("{s:.0}")));
    let rate = ways.rate_per_s.map(|rate| match collision.limit.as_str() {
        "after_outage_rate" => say!("timeouts-way-after-rate", rate = at_most(rate, 2)),
        _ => say!("timeouts-way-rate", rate = at_most(rate, 1)),
    });
    let processes = ways.processes.map(|needed| {
        let more = needed.saturating_sub(limits::processes(facts) as u64).max(1);
        say!("timeouts-way-processes", more = more, needed = needed)
    });
    [caller, rate, processes].into_iter().flatten().collect()
}

fn handler_in_words(p: &Prepared<'_>, collision: &Collision, left_s: f64) -> Text {
    let n = thousands(p.sample.n);
    let Some(way) = collision.ways.handler else {
        return match collision.limit.as_str() {
            _ if left_s >= 1.0 => say!("timeouts-no-way-set-up", left = format!("{left_s:.1}"), n = n),
            "caller_budget" => {
                say!("timeouts-no-way-budget", key = p.key.name(), left = format!("{left_s:.1}"))
            }
            _ => say!("timeouts-no-way-limit", left = format!("{left_s:.2}")),
        };
    };
    let now = match way.now_ms {
        Some(now) => say!("timeouts-one-that-took", ms = format!("{now:.0}")),
        None => say!("timeouts-one-that-never-ended"),
    };
    let within = thousands(way.within_ms);
    match way.slower_allowed {
        0 => say!("timeouts-way-faster-all", n = n, within = within, now = now),
        allowed => say!(
            "timeouts-way-faster-most",
            quantile = format!("{:.4}", way.quantile * 100.0),
            within = within,
            allowed = thousands(allowed),
            n = n,
            now = now
        ),
    }
}

/// Fewer or shorter calls in a row within the budget.
fn fewer_calls(collision: &Collision) -> Option<Text> {
    if collision.limit != "caller_budget" {
        return None;
    }
    let many = collision.webhooks.iter().any(|w| w.weight > 1.0);
    match (many, collision.ways.members) {
        (true, Some(members)) => Some(say!("timeouts-way-members", members = members)),
        (true, None) => Some(say!("timeouts-way-upgrade")),
        (false, _) if collision.webhooks.len() > 1 => Some(say!("timeouts-way-switch-off")),
        (false, _) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn with_much_loss_callbacks_must_end_a_second_earlier() {
        let set_up = |packet_loss| SetUp { packet_loss, fresh_share: 1.0, second_retry_s: 3 };
        let rooms =
            |loss, timeout_s| rooms_beside_set_up(&set_up(loss), timeout_s, 0.001).collect::<Vec<_>>();
        assert_eq!(rooms(0.0, 2), [(2, 0.001), (1, 0.001)]);
        let (within, share) = rooms(0.000_1, 2)[0];
        assert!(
            within == 2 && (0.000_75..0.000_85).contains(&share),
            "a fifth of it is spent on lost packets: {share}"
        );
        let (within, share) = rooms(0.001, 2)[0];
        assert!(within == 1 && (0.000_99..0.001).contains(&share), "{within} {share}");
        assert!(rooms(0.001, 1).is_empty(), "a second is not enough for a dial of two");
        assert!(rooms(0.2, 2).is_empty());
    }

    #[test]
    fn what_is_left_beside_much_loss_need_not_be_the_only_way() {
        // Two seconds leave almost nothing beside 0.05 % loss, one second nearly all of it.
        let set_up = SetUp { packet_loss: 0.000_5, fresh_share: 0.95, second_retry_s: 3 };
        let rooms: Vec<_> = rooms_beside_set_up(&set_up, 2, 0.001).collect();
        assert!(rooms.len() == 2 && rooms[0].1 < 0.000_1 && rooms[1].1 > 0.000_9, "{rooms:?}");
        let shown: Vec<_> = rooms.iter().map(|(_, share)| slow_allowed(10_000, *share)).collect();
        assert!(shown[0].is_none() && shown[1].is_some());
    }

    #[test]
    fn an_advised_rate_is_never_rounded_beyond_what_is_allowed() {
        for (rate, digits, text) in [
            (24.154, 1, "24.1"),
            (0.6667, 2, "0.66"),
            (30.0, 1, "30.0"),
            (0.067_9, 1, "0.067"),
            (0.0, 1, "0.0"),
        ] {
            assert_eq!(at_most(rate, digits), text);
        }
    }
}
