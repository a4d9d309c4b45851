//! The sentences of a recommendation: how it comes about, why there is none, what would have to change, what follows.
//!
//! Written for somebody who has never read how the tool measures; figures are those of the table.

use super::confidence::{percent, thousands};
use super::facts::Facts;
use super::limits;
use super::recommendation::{BracketView, UpperLimit};
use super::tally::CAP_S;
use super::timeout::{Choice, Prepared};
use crate::record::model::EXCEEDANCE_HOLD_S;
use crate::stats::bounds::slow_allowed;
use crate::wire::WebhookKey;

/// An upper limit in words.
fn limit_in_words(limit: &UpperLimit) -> &'static str {
    match limit.name.as_str() {
        "caller_budget" => "the time that the API's caller waits (caller_budget)",
        "outage_pool" => "OpenIM's pool of connections in an outage (outage_pool)",
        "after_outage_rate" => "the after-queue in an outage (after_outage_rate)",
        _ => "OpenIM's own cap (client_cap)",
    }
}

/// Why no timeout satisfies everything; none where one does, or where too little was measured.
pub(super) fn collision(facts: &Facts<'_>, p: &Prepared<'_>, choice: &Choice, share: f64) -> Option<String> {
    let share = percent(share);
    if let (Some(limit), Some(lower)) = (&choice.collides, choice.lower_s) {
        return Some(format!(
            "to cut at most {share} of the healthy callbacks it must be at least {lower} s, and {} allows {:.1} s.",
            limit_in_words(limit),
            limit.seconds
        ));
    }
    let beyond = p.table.row(CAP_S).map_or(0, |r| r.exceed);
    let n = p.sample.n;
    match choice.binding.as_deref()? {
        "misfire+client_cap" => Some(format!(
            "{beyond} of {n} callbacks took more than 15 s, where OpenIM ends them, or never came; at most {share} may."
        )),
        "misfire+present_timeout" => Some(format!(
            "{beyond} of {n} callbacks were cut by the present timeout of {} s or never came, and at most {share} may be. How long they would have taken is not known, so neither is whether a longer timeout helps.",
            p.cut_by_present(facts).unwrap_or(CAP_S)
        )),
        _ => None,
    }
}

/// How it comes about, sentence by sentence.
pub(super) fn why(
    facts: &Facts<'_>,
    p: &Prepared<'_>,
    choice: &Choice,
    timeout_s: Option<u32>,
    bracket: Option<&BracketView>,
) -> Vec<String> {
    let mut why = Vec::new();
    if p.sample.n == 0 {
        return why;
    }
    why.push(first_reason(facts, p, timeout_s));
    why.extend(margin_words(facts, choice).filter(|_| timeout_s.is_some()));
    if choice.binding.as_deref().is_some_and(|b| b.starts_with("connection_set_up")) {
        why.push(format!(
            "Connection set-up decides: {:.0} % of the callbacks came on a new connection, and a packet lost while it is made (taken to be {} each way, recommend.packet_loss) costs 1 s of the timeout.",
            p.table.set_up.fresh_share * 100.0,
            percent(p.table.set_up.packet_loss)
        ));
    }
    why.extend(choice.collides.iter().map(|limit| limit.why.clone()));
    why.extend(bracket.filter(|b| b.timeout_upper_s.is_some()).map(bracket_words));
    if facts.rates.production_given && facts.rates.achieved_per_s > facts.rates.production_per_s * 1.5 {
        why.push(format!(
            "The run was driven at {:.0} a second to gather callbacks quickly; limits and failures a day are reckoned for the {:.1} a second of production (recommend.production_rate).",
            facts.rates.achieved_per_s, facts.rates.production_per_s
        ));
    }
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

/// What would have to change where no timeout satisfies everything.
pub(super) fn ways_out(facts: &Facts<'_>, p: &Prepared<'_>, choice: &Choice) -> Vec<String> {
    let share = facts.profile().recommend.misfire;
    let allowed = slow_allowed(p.sample.n, share).unwrap_or(0);
    let beyond = p.table.row(CAP_S).map_or(0, |r| r.exceed);
    let faster = |what: &str| {
        format!(
            "Make the handler faster: {beyond} of {} callbacks {what}, {allowed} are allowed.",
            p.sample.n
        )
    };
    match choice.binding.as_deref() {
        Some("misfire+client_cap") => return vec![faster("took more than 15 s or never ended")],
        Some("misfire+present_timeout") => {
            let measure = format!(
                "Measure again with the timeout of {} at 15 s: then it is seen how long they take, and which timeout is enough.",
                p.key
            );
            return vec![measure, faster("were cut or never came")];
        }
        _ => {}
    }
    let (Some(limit), Some(lower)) = (&choice.collides, p.lower(facts)) else {
        return Vec::new();
    };
    let whole = limit.seconds.floor().max(0.0) as u32;
    let slower = p.table.row(whole.max(1)).map_or(0, |r| r.exceed);
    let mut ways = vec![format!(
        "Make the handler faster: {slower} of {} callbacks took more than {} s, at most {allowed} may.",
        p.sample.n,
        whole.max(1)
    )];
    let processes = limits::processes(facts);
    match limit.name.as_str() {
        "outage_pool" => {
            let rate = limits::hanging_at_most(processes) / f64::from(lower);
            let more = limits::processes_needed(limits::rate_of(facts, p.key), lower) as f64 - processes;
            ways.push(format!("Lower the arrival rate to {rate:.1} a second (recommend.production_rate)."));
            ways.push(format!("Add {:.0} group process(es) (webhook.processes).", more.max(1.0)));
        }
        "after_outage_rate" => {
            let rate = 2.0 * processes / f64::from(lower);
            let more = facts.profile().recommend.after_outage_rate.unwrap_or(0.0) / 2.0 * f64::from(lower);
            ways.push(format!(
                "Ask for {rate:.2} events a second in an outage (recommend.after_outage_rate)."
            ));
            ways.push(format!(
                "Add {:.0} group process(es) (webhook.processes).",
                (more - processes).ceil().max(1.0)
            ));
        }
        _ => {
            // Each second of T costs as many seconds of the budget as there are calls in a row (3.7: one a member).
            let calls = limits::calls_in_a_row(facts, p.key);
            let budget =
                limits::caller_budget_s(facts) + f64::from(calls) * (f64::from(lower) - limit.seconds);
            ways.push(format!("Let the caller wait {:.0} s (recommend.caller_budget).", budget.ceil()));
            ways.push("Switch off another before-webhook of the operation; on 3.7, make smaller groups or upgrade to 3.8, which calls once for all members.".to_owned());
        }
    }
    ways
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
