//! The sentences of a recommendation: how it comes about, what follows.
//!
//! Written for somebody who has never read how the tool measures; figures are those of the table. Why there is none, and
//! what would have to change, is `collision`'s.

use super::confidence::{percent, thousands};
use super::facts::Facts;
use super::limits;
use super::quantile::QuantileBound;
use super::recommendation::BracketView;
use super::set_up::SetUpBinds;
use super::tally::CAP_S;
use super::timeout::{Choice, Prepared};
use crate::record::model::EXCEEDANCE_HOLD_S;
use crate::wire::WebhookKey;

/// How it comes about, sentence by sentence.
pub(super) fn why(
    facts: &Facts<'_>,
    p: &Prepared<'_>,
    choice: &Choice,
    timeout_s: Option<u32>,
    bracket: Option<&BracketView>,
    (set_up, p999): (Option<&SetUpBinds>, &QuantileBound),
) -> Vec<String> {
    let mut why = Vec::new();
    if p.sample.n == 0 {
        return why;
    }
    why.push(first_reason(facts, p, timeout_s));
    why.extend(margin_words(facts, choice).filter(|_| timeout_s.is_some()));
    why.extend(set_up_words(p, choice, set_up));
    why.extend(quantile_words(p999));
    why.extend(choice.collides.iter().map(|limit| limit.why.en().to_owned()));
    why.extend(bracket.filter(|b| b.timeout_upper_s.is_some()).map(bracket_words));
    if facts.rates.production_given && facts.rates.achieved_per_s > facts.rates.production_per_s * 1.5 {
        why.push(format!(
            "The run was driven at {:.0} a second to gather callbacks quickly; limits and failures a day are reckoned for the {:.1} a second of production (recommend.production_rate).",
            facts.rates.achieved_per_s, facts.rates.production_per_s
        ));
    }
    why.extend(cut_words(facts, p));
    if p.tally.counts.missing > 0 {
        why.push(format!(
            "{} callbacks never came before their operation failed and count as slower than everything.",
            p.tally.counts.missing
        ));
    }
    if facts.killed() {
        why.push(format!(
            "The run was killed, and the slow callbacks of its last {EXCEEDANCE_HOLD_S} s are not on record: timeouts are judged by the {:.0} s before.",
            p.sample.seconds
        ));
    }
    why
}

/// Whether connection set-up decides, and from which packet loss on it would.
fn set_up_words(p: &Prepared<'_>, choice: &Choice, binds: Option<&SetUpBinds>) -> Option<String> {
    let taken = percent(p.table.set_up.packet_loss);
    let from = binds.and_then(|b| Some((b.from_loss?, b)));
    if choice.binding.as_deref().is_some_and(|b| b.starts_with("connection_set_up")) {
        let without = from.map_or_else(String::new, |(loss, binds)| {
            format!("; below a loss of {} it would be {} s", percent(loss), binds.without_loss_s)
        });
        return Some(format!(
            "Connection set-up decides: {:.0} % of the callbacks came on a new connection, and a packet lost while it is made (taken to be {taken} each way, recommend.packet_loss) costs 1 s of the timeout{without}.",
            p.table.set_up.fresh_share * 100.0
        ));
    }
    let (loss, binds) = from.filter(|(_, b)| !b.binds)?;
    let then = binds
        .then_s
        .map_or_else(|| "no timeout is shown any more".to_owned(), |t| format!("it must be {t} s"));
    Some(format!(
        "Connection set-up binds from a packet loss of {} each way on (taken to be {taken}, recommend.packet_loss): then {then}.",
        percent(loss)
    ))
}

/// The bound of p99.9, where there are enough callbacks for one.
fn quantile_words(bound: &QuantileBound) -> Option<String> {
    let rank = bound.rank?;
    let n = thousands(bound.n);
    let Some(us) = bound.at_most_us else {
        return Some(format!(
            "What p99.9 is at most is not known: too many of the {n} callbacks never ended, or never began."
        ));
    };
    let caution = match bound.caution {
        true => format!(
            " With caution: that is the {}, and from {} callbacks on it hangs less on single ones.",
            if rank == 1 { "slowest".to_owned() } else { format!("{rank}. slowest") },
            thousands(bound.n + bound.missing_steady)
        ),
        false => String::new(),
    };
    Some(format!(
        "95 % sure: p99.9 is at most {} (order statistics of {n} callbacks).{caution}",
        time_in_words(us)
    ))
}

fn time_in_words(us: u64) -> String {
    match us as f64 / 1e3 {
        ms if ms < 99.95 => format!("{ms:.1} ms"),
        ms if ms < 1_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.2} s", ms / 1e3),
    }
}

/// What callbacks that were cut while measuring leave unknown.
fn cut_words(facts: &Facts<'_>, p: &Prepared<'_>) -> Option<String> {
    let cut = p.tally.counts.cut;
    let present = facts.plan().timeouts.get(&p.key).filter(|t| **t < CAP_S && cut > 0)?;
    Some(format!(
        "{cut} callbacks were cut by the present timeout of {present} s and count as slower than everything: what a longer timeout would do is not seen. Measure with 15 s to see it."
    ))
}

/// What the table says at the recommended timeout, or why there is none.
fn first_reason(facts: &Facts<'_>, p: &Prepared<'_>, timeout_s: Option<u32>) -> String {
    let share = percent(facts.profile().recommend.misfire);
    let n = thousands(p.sample.n);
    match (timeout_s.and_then(|t| p.table.row(t)), p.lower(facts)) {
        (Some(row), _) => format!(
            "T = {} s: {} of {n} callbacks took longer. The share of healthy callbacks that it cuts is at most {} if slow ones come one by one, {} if they come in spells (upper 95 % bounds; asked for: {share}).",
            row.timeout_s,
            thousands(row.exceed),
            percent(row.single),
            percent(row.in_spells)
        ),
        (None, Some(lower)) => {
            format!("By the {n} callbacks alone, the smallest that cuts at most {share} is {lower} s.")
        }
        (None, None) => format!(
            "{n} callbacks in {:.0} s do not show that any timeout up to 15 s cuts at most {share} of the healthy ones.",
            p.sample.seconds
        ),
    }
}

/// What the profile's margin added.
fn margin_words(facts: &Facts<'_>, choice: &Choice) -> Option<String> {
    let margin = facts.profile().recommend.margin;
    let (lower, timeout) = (choice.lower_s?, choice.timeout_s?);
    let added = timeout.saturating_sub(lower);
    (margin > 0).then(|| match added {
        0 => format!("recommend.margin asks for {margin} s more than the {lower} s needed; the upper limits leave no room."),
        added if added < margin => format!("{added} s of it are margin; the upper limits leave no room for the {margin} s of recommend.margin."),
        added => format!("{added} s of it are margin (recommend.margin)."),
    })
}

fn bracket_words(bracket: &BracketView) -> String {
    let text = |t: Option<u32>| t.map_or_else(|| "none".to_owned(), |t| format!("{t} s"));
    let (upper, near) = (text(bracket.timeout_upper_s), text(bracket.timeout_near_s));
    let crowded = match bracket.crowded {
        0 => String::new(),
        n => format!(
            " {n} callbacks may have waited for one of OpenIM's 100 connections, which the receiver cannot see; for these the longer time counts in both."
        ),
    };
    if bracket.agree {
        return format!(
            "What OpenIM waited lies between handler time with connection set-up and the time from the event before to the event after (the bracket): both ends ask for the same, {upper}.{crowded}"
        );
    }
    format!(
        "What OpenIM waited is known only within a bracket: its upper end asks for {upper}, handler time with connection set-up for {near}. The upper end counts; OpenIM's log would tell.{crowded}"
    )
}

/// The after-queue in an outage.
pub(super) fn consequences(facts: &Facts<'_>, key: WebhookKey, timeout_s: Option<u32>) -> Vec<String> {
    let (Some(timeout_s), false) = (timeout_s, key.is_before()) else {
        return Vec::new();
    };
    let (rate, processes) = (limits::rate_of(facts, key), limits::processes(facts));
    let drain = 2.0 * processes / f64::from(timeout_s);
    let push = facts.build().push_wait().as_secs_f64();
    let hangs = format!(
        "If the server of this after-webhook hangs, each event costs {timeout_s} s, and OpenIM's {:.0} workers send {drain:.2} a second while {rate:.2} arrive",
        2.0 * processes
    );
    if rate <= drain {
        return vec![format!("{hangs}: they keep up, and no event is lost to a full queue.")];
    }
    let full = 100.0 * processes / (rate - drain);
    vec![format!(
        "{hangs}: the queue of {:.0} is full after {full:.0} s; from then on each operation takes up to {push:.1} s longer and its event is lost.",
        100.0 * processes
    )]
}
