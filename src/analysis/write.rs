//! Puts a decision into a `Recommendation`: figures, confidence, sentences, ways out.

use std::collections::BTreeMap;

use super::confidence::{self, Grounds, percent};
use super::facts::Facts;
use super::figures;
use super::flow;
use super::limits;
use super::misfire::{MisfireRow, missing_minutes};
use super::recommendation::{BracketView, FailuresPerDay, Recommendation, UpperLimit, Vantage};
use super::series::{Ranked, SeriesFigures};
use super::stationarity::series_of;
use super::tally::CAP_S;
use super::timeout::{Choice, Prepared, smallest};
use crate::record::model::EXCEEDANCE_HOLD_S;
use crate::record::model::tag::{self, CallbackSeries};
use crate::stats::bounds::slow_allowed;
use crate::stats::dispersion::contradicts_independence;
use crate::wire::WebhookKey;

const DAY_S: f64 = 86_400.0;

/// What is known about a webhook beside its table.
pub(super) struct Around {
    /// Why nothing is recommended in this run.
    pub(super) refusal: Option<String>,
    /// Whether its halves are alike; none where the run is too short.
    pub(super) stationary: Option<bool>,
}

/// Writes the recommendation of one webhook.
pub(super) fn write(facts: &Facts<'_>, p: &Prepared<'_>, choice: &Choice, around: &Around) -> Recommendation {
    let recommend = &facts.profile().recommend;
    let bracket = bracket(facts, p);
    let grounds = grounds(facts, p, choice, around, bracket.as_ref());
    let judged = confidence::judge(&grounds);
    let refused = grounds.refusal.is_some();
    let timeout_s = choice.timeout_s.filter(|_| !refused);
    let guess_s = grounds.guess_s.filter(|_| timeout_s.is_none() && !refused && grounds.collision.is_none());
    let shown = timeout_s.or(guess_s).unwrap_or(CAP_S);
    let present_s = facts.plan().timeouts.get(&p.key).copied();
    let figures_of = |what| {
        let unfinished = figures::endless(facts, p.key, what);
        SeriesFigures::of(facts.series(&tag::callback(p.key, what)), unfinished, known_share(facts))
    };
    let map = |of: fn(&MisfireRow) -> f64| p.table.rows.iter().map(|r| (r.timeout_s, of(r))).collect();
    Recommendation {
        timeout_s,
        t_high_s: p.table.smallest_in_spells(recommend.misfire).filter(|_| !refused),
        guess_s,
        present_s,
        n: p.sample.n,
        exceed: p.table.row(shown).map_or(0, |r| r.exceed),
        misfire_single: map(|r| r.single),
        misfire_spells: map(|r| r.in_spells),
        confidence: judged.confidence,
        basis: facts.plan().basis,
        vantage: vantage(p.key),
        binding: choice.binding.clone().filter(|_| !refused),
        missing_callbacks: grounds.callbacks_needed,
        missing_callbacks_minutes: grounds.callbacks_minutes,
        missing_minutes: grounds.spell_minutes,
        never_came: p.tally.counts.missing + p.tally.counts.lost_after,
        kind: if p.key.is_before() { "before" } else { "after" }.to_owned(),
        fired_by: flow::fired_by(p.key),
        confidence_words: judged.words,
        raise: judged.raise,
        why: why(facts, p, choice, timeout_s, bracket.as_ref().filter(|_| !refused)),
        ways_out: if refused { Vec::new() } else { ways_out(facts, p, choice) },
        lower_limit_s: p.lower(facts),
        upper_limits: choice.limits.clone(),
        table: p.table.rows.clone(),
        at: at(p, timeout_s.or(guess_s), present_s),
        bracket,
        set_up: p.table.set_up,
        spell_s: p.sample.spell_s,
        misfire_asked: recommend.misfire,
        failed_per_day: timeout_s.and_then(|t| failures_per_day(facts, p, t)),
        failed_per_day_present: present_s.and_then(|t| failures_per_day(facts, p, t)),
        time_us: figures_of(series_of(p.key)),
        handler_us: figures_of(CallbackSeries::Handler),
        consequences: consequences(facts, p.key, timeout_s.or(present_s)),
    }
}

fn vantage(key: WebhookKey) -> Vantage {
    if key.is_before() { Vantage::Bracket } else { Vantage::Receiver }
}

fn grounds(
    facts: &Facts<'_>,
    p: &Prepared<'_>,
    choice: &Choice,
    around: &Around,
    bracket: Option<&BracketView>,
) -> Grounds {
    let recommend = &facts.profile().recommend;
    let share = recommend.misfire;
    let t = choice.timeout_s.or(p.lower(facts)).unwrap_or(CAP_S);
    let row = p.table.row(t).copied().unwrap_or_default();
    let single_holds = p.table.smallest_single(share).is_some();
    let needed = if single_holds { Some(0) } else { p.table.missing_callbacks(share) };
    let a_minute = p.sample.n as f64 / p.sample.seconds.max(1e-9) * 60.0;
    let spells_hold = p.sample.n > 0 && row.in_spells <= share;
    let clustered = (1..=t).any(|t| contradicts_independence(&p.tally.main.spells(t), p.sample.seconds));
    Grounds {
        refusal: around.refusal.clone(),
        measured: p.sample.n > 0,
        fired_by: flow::fired_by(p.key),
        fired: flow::share_of_load(p.key, facts.plan(), facts.build()) > 0.0,
        killed: facts.killed(),
        seconds: p.sample.seconds,
        collision: collision(facts, p, choice, share),
        guess_s: p.guess(facts),
        single_holds,
        wanted_holds: p.lower(facts).is_some(),
        spells_hold,
        spell_bound: row.in_spells,
        clustered,
        stationary: around.stationary,
        receiver_only: vantage(p.key) == Vantage::Receiver,
        bracket_disagrees: bracket.is_some_and(|b| !b.agree),
        callbacks_needed: needed,
        callbacks_minutes: needed.filter(|_| a_minute > 0.0).map(|n| n as f64 / a_minute),
        spell_minutes: if spells_hold {
            Some(0.0)
        } else {
            missing_minutes(&p.tally.main, p.sample, t, share)
        },
        spell_s: p.sample.spell_s,
        share,
    }
}

/// Above this share quantiles are unknown: so many arrivals were shed.
fn known_share(facts: &Facts<'_>) -> f64 {
    1.0 - facts.judged.shed as f64 / facts.judged.scheduled.max(1) as f64
}

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
fn collision(facts: &Facts<'_>, p: &Prepared<'_>, choice: &Choice, share: f64) -> Option<String> {
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

fn bracket(facts: &Facts<'_>, p: &Prepared<'_>) -> Option<BracketView> {
    if !p.key.is_before() {
        return None;
    }
    let p99 = |what| {
        let unfinished = figures::endless(facts, p.key, what);
        Ranked { series: facts.series(&tag::callback(p.key, what)), unfinished }.upper(0.99)
    };
    let (upper, near) = (smallest(&p.table, facts), smallest(&p.near, facts));
    Some(BracketView {
        timeout_upper_s: upper,
        timeout_near_s: near,
        crowded: p.tally.counts.crowded,
        agree: upper == near,
        upper_p99_us: p99(CallbackSeries::RoundTripHigh),
        near_p99_us: p99(CallbackSeries::RoundTripNear),
    })
}

fn at(p: &Prepared<'_>, timeout_s: Option<u32>, present_s: Option<u32>) -> BTreeMap<String, MisfireRow> {
    let t = timeout_s;
    let places = [
        ("present", present_s),
        ("below", t.and_then(|t| t.checked_sub(1))),
        ("recommended", t),
        ("above", t.map(|t| t + 1)),
    ];
    places.into_iter().filter_map(|(name, t)| Some((name.to_owned(), *p.table.row(t?)?))).collect()
}

/// Operations a day that one webhook's timeout would fail at the production rate.
fn failures_per_day(facts: &Facts<'_>, p: &Prepared<'_>, timeout_s: u32) -> Option<FailuresPerDay> {
    let row = p.table.row(timeout_s).filter(|_| p.key.is_before() && p.sample.n > 0)?;
    let operations = facts.operations as f64;
    let share = flow::share_of_load(p.key, facts.plan(), facts.build());
    let each = if operations > 0.0 { p.sample.n as f64 / (operations * share).max(1.0) } else { 1.0 };
    let a_day = limits::rate_of(facts, p.key) * DAY_S;
    // Several callbacks of one operation (3.7) fail it once at most.
    let failed = |misfire: f64| (misfire * each).min(1.0) * a_day;
    Some(FailuresPerDay {
        seen: failed(row.exceed as f64 / p.sample.n as f64),
        at_most: failed(row.single),
        at_most_in_spells: failed(row.in_spells),
    })
}

fn why(
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
    let n = p.sample.n;
    match (timeout_s.and_then(|t| p.table.row(t)), p.lower(facts)) {
        (Some(row), _) => format!(
            "T = {} s: {} of {n} callbacks took longer. The share of healthy callbacks that it cuts is at most {} if slow ones come one by one, {} if they come in spells (upper 95 % bounds; asked for: {share}).",
            row.timeout_s,
            row.exceed,
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
fn ways_out(facts: &Facts<'_>, p: &Prepared<'_>, choice: &Choice) -> Vec<String> {
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
            let budget = limits::caller_budget_s(facts) + f64::from(lower) - limit.seconds;
            ways.push(format!("Let the caller wait {:.0} s (recommend.caller_budget).", budget.ceil()));
            ways.push("Switch off another before-webhook of the operation; on 3.7, make smaller groups or upgrade to 3.8, which calls once for all members.".to_owned());
        }
    }
    ways
}

/// The after-queue in an outage.
fn consequences(facts: &Facts<'_>, key: WebhookKey, timeout_s: Option<u32>) -> Vec<String> {
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
