//! The sentences of a recommendation: how it comes about, what follows.
//!
//! Written for somebody who has never read how the tool measures; figures are those of the table. Why there is none, and
//! what would have to change, is `collision`'s.

use super::confidence::{percent, thousands};
use super::facts::Facts;
use super::limits;
use super::observed;
use super::quantile::QuantileBound;
use super::recommendation::BracketView;
use super::set_up::SetUpBinds;
use super::tally::CAP_S;
use super::timeout::{Choice, Prepared};
use super::window::hold_s;
use crate::record::SecondRow;
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;

/// How it comes about, sentence by sentence.
pub(super) fn why(
    facts: &Facts<'_>,
    p: &Prepared<'_>,
    choice: &Choice,
    timeout_s: Option<u32>,
    bracket: Option<&BracketView>,
    (set_up, p999): (Option<&SetUpBinds>, &QuantileBound),
) -> Vec<Text> {
    let mut why = Vec::new();
    if p.sample.n == 0 {
        return why;
    }
    why.push(first_reason(facts, p, timeout_s));
    why.extend(margin_words(facts, choice).filter(|_| timeout_s.is_some()));
    why.extend(set_up_words(p, choice, set_up));
    why.extend(quantile_words(p999));
    why.extend(choice.collides.iter().map(|limit| limit.why.clone()));
    why.extend(log_words(facts, p.key));
    why.extend(bracket.filter(|b| b.timeout_upper_s.is_some()).map(bracket_words));
    why.extend(observed::time_words(facts, p.key));
    why.extend(run_words(facts, p));
    why
}

/// How many of the callbacks stand in the joined log, and whether their times decide.
fn log_words(facts: &Facts<'_>, key: WebhookKey) -> Option<Text> {
    facts.record.header.openim_log.as_ref()?;
    let (found, of) = facts.trips.get(key).map_or((0, None), |trips| (trips.found, Some(trips.of)));
    let measured = |r: &&SecondRow| facts.window.counts_for_timeouts(r);
    let arrived = || {
        let rows = facts.record.rows.iter().filter(measured);
        rows.filter_map(|r| r.callbacks.get(&key)).map(|c| c.arrived).sum::<u64>()
    };
    let of = of.unwrap_or_else(arrived);
    let (found, of) = (thousands(found.min(of)), thousands(of));
    Some(if facts.trips.decide(key) {
        say!("recommendation-why-log", found = found, of = of)
    } else {
        say!("recommendation-why-log-few", found = found, of = of)
    })
}

/// What this run's rate, its cut or missing callbacks and its end mean for the figures.
fn run_words(facts: &Facts<'_>, p: &Prepared<'_>) -> Vec<Text> {
    let mut words = Vec::new();
    let rates = &facts.rates;
    if rates.production_given && rates.achieved_per_s > rates.production_per_s * 1.5 {
        words.push(say!(
            "recommendation-why-rate",
            achieved = format!("{:.0}", rates.achieved_per_s),
            production = format!("{:.1}", rates.production_per_s)
        ));
    }
    words.extend(cut_words(facts, p));
    if p.tally.counts.missing > 0 {
        words.push(say!("recommendation-why-missing", n = p.tally.counts.missing));
    }
    if facts.killed() {
        words.push(say!(
            "recommendation-why-killed",
            hold = hold_s(facts.record),
            seconds = format!("{:.0}", p.sample.seconds)
        ));
    }
    words
}

/// Whether connection set-up decides, and from which packet loss on it would.
fn set_up_words(p: &Prepared<'_>, choice: &Choice, binds: Option<&SetUpBinds>) -> Option<Text> {
    let taken = percent(p.table.set_up.packet_loss);
    let from = binds.and_then(|b| Some((b.from_loss?, b)));
    if choice.binding.as_deref().is_some_and(|b| b.starts_with("connection_set_up")) {
        let fresh = format!("{:.0}", p.table.set_up.fresh_share * 100.0);
        return Some(match from {
            Some((loss, binds)) => say!(
                "recommendation-why-set-up-below",
                fresh = fresh,
                taken = taken,
                loss = percent(loss),
                timeout = binds.without_loss_s
            ),
            None => say!("recommendation-why-set-up", fresh = fresh, taken = taken),
        });
    }
    let (loss, binds) = from.filter(|(_, b)| !b.binds)?;
    let loss = percent(loss);
    Some(match binds.then_s {
        Some(t) => say!("recommendation-why-set-up-from", loss = loss, taken = taken, timeout = t),
        None => say!("recommendation-why-set-up-never", loss = loss, taken = taken),
    })
}

/// The bound of p99.9, where there are enough callbacks for one.
fn quantile_words(bound: &QuantileBound) -> Option<Text> {
    let rank = bound.rank?;
    let n = thousands(bound.n);
    let Some(us) = bound.at_most_us else {
        return Some(say!("recommendation-why-quantile-unknown", n = n));
    };
    let steady = thousands(bound.n + bound.missing_steady);
    let caution = match (bound.caution, rank) {
        (false, _) => Text::default(),
        (true, 1) => say!("recommendation-why-quantile-slowest", steady = steady),
        (true, _) => say!("recommendation-why-quantile-rank", rank = rank, steady = steady),
    };
    let bound = say!("recommendation-why-quantile", time = time_in_words(us), n = n);
    Some(Text::sentences([&bound, &caution]))
}

fn time_in_words(us: u64) -> String {
    match us as f64 / 1e3 {
        ms if ms < 99.95 => format!("{ms:.1} ms"),
        ms if ms < 1_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.2} s", ms / 1e3),
    }
}

/// What callbacks that were cut while measuring leave unknown.
fn cut_words(facts: &Facts<'_>, p: &Prepared<'_>) -> Option<Text> {
    let cut = p.tally.counts.cut;
    let present = facts.plan().timeouts.get(&p.key).filter(|t| **t < CAP_S && cut > 0)?;
    Some(say!("recommendation-why-cut", cut = cut, present = *present))
}

/// What the table says at the recommended timeout, or why there is none.
fn first_reason(facts: &Facts<'_>, p: &Prepared<'_>, timeout_s: Option<u32>) -> Text {
    let share = percent(facts.profile().recommend.misfire);
    let n = thousands(p.sample.n);
    match (timeout_s.and_then(|t| p.table.row(t)), p.lower(facts)) {
        (Some(row), _) => say!(
            "recommendation-why-row",
            timeout = row.timeout_s,
            exceed = thousands(row.exceed),
            n = n,
            single = percent(row.single),
            spells = percent(row.in_spells),
            share = share
        ),
        (None, Some(lower)) => say!("recommendation-why-lower", n = n, share = share, lower = lower),
        (None, None) => say!(
            "recommendation-why-none",
            n = n,
            seconds = format!("{:.0}", p.sample.seconds),
            share = share
        ),
    }
}

/// What the profile's margin added.
fn margin_words(facts: &Facts<'_>, choice: &Choice) -> Option<Text> {
    let margin = facts.profile().recommend.margin;
    let (lower, timeout) = (choice.lower_s?, choice.timeout_s?);
    let added = timeout.saturating_sub(lower);
    (margin > 0).then(|| match added {
        0 => say!("recommendation-why-no-margin", margin = margin, lower = lower),
        added if added < margin => {
            say!("recommendation-why-some-margin", added = added, margin = margin)
        }
        added => say!("recommendation-why-margin", added = added),
    })
}

/// A timeout, or that there is none.
pub(super) fn timeout_or_none(timeout_s: Option<u32>) -> Text {
    timeout_s.map_or_else(|| say!("recommendation-no-timeout"), |t| Text::plain(format!("{t} s")))
}

fn bracket_words(bracket: &BracketView) -> Text {
    let upper = timeout_or_none(bracket.timeout_upper_s);
    let ends = if bracket.agree {
        say!("recommendation-why-bracket-agrees", upper = upper)
    } else {
        let near = timeout_or_none(bracket.timeout_near_s);
        say!("recommendation-why-bracket-differs", upper = upper, near = near)
    };
    let crowded = match bracket.crowded {
        0 => Text::default(),
        n => say!("recommendation-why-crowded", n = n),
    };
    Text::sentences([&ends, &crowded])
}

/// The after-queue in an outage.
pub(super) fn consequences(facts: &Facts<'_>, key: WebhookKey, timeout_s: Option<u32>) -> Vec<Text> {
    let (Some(timeout_s), false) = (timeout_s, key.is_before()) else {
        return Vec::new();
    };
    let (rate, processes) = (limits::rate_of(facts, key), limits::processes(facts));
    let drain = 2.0 * processes / f64::from(timeout_s);
    let workers = format!("{:.0}", 2.0 * processes);
    if rate <= drain {
        return vec![say!(
            "recommendation-queue-keeps-up",
            timeout = timeout_s,
            workers = workers,
            drain = format!("{drain:.2}"),
            rate = format!("{rate:.2}")
        )];
    }
    let full = 100.0 * processes / (rate - drain);
    vec![say!(
        "recommendation-queue-fills",
        timeout = timeout_s,
        workers = workers,
        drain = format!("{drain:.2}"),
        rate = format!("{rate:.2}"),
        queue = format!("{:.0}", 100.0 * processes),
        full = format!("{full:.0}"),
        push = format!("{:.1}", facts.build().push_wait().as_secs_f64())
    )]
}
