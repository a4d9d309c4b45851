//! Puts a decision into a `Recommendation`: figures, confidence, sentences, ways out.

use std::collections::BTreeMap;

use super::confidence::{self, Grounds, percent};
use super::facts::Facts;
use super::flow;
use super::limits;
use super::misfire::{MisfireRow, missing_minutes};
use super::recommendation::{BracketView, FailuresPerDay, Recommendation, Vantage};
use super::series::{Ranked, SeriesFigures};
use super::stationarity::series_tag;
use super::tally::CAP_S;
use super::timeout::{Choice, Prepared, smallest};
use crate::record::model::tag::{self, CallbackSeries};
use crate::record::read::ReadError;
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
///
/// # Errors
/// When the record cannot be read.
pub(super) fn write(
    facts: &Facts<'_>,
    p: &Prepared<'_>,
    choice: &Choice,
    around: &Around,
) -> Result<Recommendation, ReadError> {
    let recommend = &facts.profile().recommend;
    let bracket = bracket(facts, p)?;
    let grounds = grounds(facts, p, choice, around, bracket.as_ref());
    let judged = confidence::judge(&grounds);
    let refused = grounds.refusal.is_some();
    let timeout_s = choice.timeout_s.filter(|_| !refused);
    let guess = || p.table.smallest_single(recommend.misfire).or(p.table.smallest_seen(recommend.misfire));
    let nothing = timeout_s.is_some() || refused || grounds.collision.is_some();
    let guess_s = if nothing { None } else { guess() };
    let shown = timeout_s.or(guess_s).unwrap_or(CAP_S);
    let present_s = facts.plan().timeouts.get(&p.key).copied();
    let tag_of = |what| tag::callback(p.key, what);
    let time = facts.window.series(facts.record, &series_tag(p.key))?;
    let handler = facts.window.series(facts.record, &tag_of(CallbackSeries::Handler))?;
    let unfinished = p.sample.n.saturating_sub(time.len()).min(p.tally.unfinished);
    let map = |of: fn(&MisfireRow) -> f64| p.table.rows.iter().map(|r| (r.timeout_s, of(r))).collect();
    Ok(Recommendation {
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
        why: why(facts, p, choice, timeout_s, bracket.as_ref()),
        ways_out: ways_out(facts, p, choice),
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
        time_us: SeriesFigures::of(&time, unfinished, 1.0),
        handler_us: SeriesFigures::of(&handler, 0, 1.0),
        consequences: consequences(facts, p.key, timeout_s.or(present_s)),
    })
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
        collision: collision(p, choice, share),
        single_holds,
        wanted_holds: p.lower(facts).is_some(),
        spells_hold,
        clustered,
        stationary: around.stationary,
        receiver_only: vantage(p.key) == Vantage::Receiver,
        bracket_disagrees: bracket.is_some_and(|b| b.crowded == 0 && !b.agree),
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

/// Why no timeout satisfies everything; none where one does, or where too little was measured.
fn collision(p: &Prepared<'_>, choice: &Choice, share: f64) -> Option<String> {
    let share = percent(share);
    if let (Some(limit), Some(lower)) = (&choice.collides, choice.lower_s) {
        let name = &limit.name;
        return Some(format!(
            "cutting at most {share} takes at least {lower} s, and {name} allows {:.1} s.",
            limit.seconds
        ));
    }
    (choice.binding.as_deref() == Some("misfire+client_cap")).then(|| {
        let slower = p.table.row(CAP_S).map_or(0, |r| r.exceed);
        format!(
            "{slower} of {} callbacks took more than 15 s, where OpenIM ends them, or never came; {share} may.",
            p.sample.n
        )
    })
}

fn bracket(facts: &Facts<'_>, p: &Prepared<'_>) -> Result<Option<BracketView>, ReadError> {
    if !p.key.is_before() {
        return Ok(None);
    }
    let p99 = |what| -> Result<Option<u64>, ReadError> {
        let series = facts.window.series(facts.record, &tag::callback(p.key, what))?;
        Ok(Ranked { series: &series, unfinished: p.tally.unfinished }.upper(0.99))
    };
    let (upper, near) = (smallest(&p.table, facts), smallest(&p.near, facts));
    let crowded = p.tally.counts.crowded;
    Ok(Some(BracketView {
        timeout_upper_s: upper,
        timeout_near_s: near,
        crowded,
        agree: crowded == 0 && upper == near,
        upper_p99_us: p99(CallbackSeries::RoundTripHigh)?,
        near_p99_us: p99(CallbackSeries::RoundTripNear)?,
    }))
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
    let operations = facts.judged.ended() as f64;
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
    let share = percent(facts.profile().recommend.misfire);
    match (timeout_s.and_then(|t| p.table.row(t)), p.lower(facts)) {
        (Some(row), _) => why.push(format!(
            "T = {} s: {} of {} callbacks were slower; at most {} one by one, {} in spells (95 % bounds, {share} allowed).",
            row.timeout_s, row.exceed, p.sample.n, percent(row.single), percent(row.in_spells)
        )),
        (None, Some(lower)) => why.push(format!("The bounds ask for at least {lower} s.")),
        (None, None) => why.push(format!(
            "{} callbacks in {:.0} s do not show that any timeout cuts at most {share}.",
            p.sample.n, p.sample.seconds
        )),
    }
    if choice.binding.as_deref().is_some_and(|b| b.starts_with("connection_set_up")) {
        why.push(format!(
            "Connection set-up binds: {:.0} % of the callbacks dialled, and a lost packet of the handshake costs 1 s (loss {} each way).",
            p.table.set_up.fresh_share * 100.0,
            percent(p.table.set_up.packet_loss)
        ));
    }
    why.extend(
        choice.collides.iter().map(|limit| format!("No timeout satisfies all of this. {}", limit.why)),
    );
    why.extend(bracket.filter(|b| b.timeout_upper_s.is_some()).map(bracket_words));
    if facts.rates.production_given && facts.rates.achieved_per_s > facts.rates.production_per_s * 1.5 {
        why.push(format!(
            "The run was driven at {:.0} a second to gather callbacks; limits and failures a day are for {:.1} a second.",
            facts.rates.achieved_per_s, facts.rates.production_per_s
        ));
    }
    if p.tally.counts.missing > 0 {
        why.push(format!(
            "{} callbacks never came before their operation failed and count as slower than everything.",
            p.tally.counts.missing
        ));
    }
    why
}

fn bracket_words(bracket: &BracketView) -> String {
    let text = |t: Option<u32>| t.map_or_else(|| "none".to_owned(), |t| format!("{t} s"));
    if bracket.crowded > 0 {
        return format!(
            "T comes from the upper end of the bracket: {} callbacks may have waited for a connection, which the receiver cannot see.",
            bracket.crowded
        );
    }
    if bracket.agree {
        return "Both ends of the bracket give the same T.".to_owned();
    }
    format!(
        "The upper end of the bracket gives {}, handler time plus set-up gives {}; OpenIM's log would tell.",
        text(bracket.timeout_upper_s),
        text(bracket.timeout_near_s)
    )
}

/// What would have to change where no timeout satisfies everything.
fn ways_out(facts: &Facts<'_>, p: &Prepared<'_>, choice: &Choice) -> Vec<String> {
    let share = facts.profile().recommend.misfire;
    let allowed = slow_allowed(p.sample.n, share).unwrap_or(0);
    if choice.binding.as_deref() == Some("misfire+client_cap") && choice.collides.is_none() {
        return vec![format!(
            "Make the handler faster: {} of {} callbacks took more than 15 s or never ended, {allowed} are allowed.",
            p.table.row(CAP_S).map_or(0, |r| r.exceed),
            p.sample.n
        )];
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
    if rate <= drain {
        return vec![format!(
            "In an outage the queue drains {drain:.2} events a second, no fewer than the {rate:.2} that arrive."
        )];
    }
    let full = 100.0 * processes / (rate - drain);
    vec![format!(
        "In an outage the queue drains {drain:.2} events a second while {rate:.2} arrive: full after {full:.0} s, then each operation stalls up to {push:.1} s and loses its event.",
    )]
}
