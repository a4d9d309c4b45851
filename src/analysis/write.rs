//! Puts a decision into a `Recommendation`: figures and confidence; the sentences are `words`'s.

use std::collections::BTreeMap;

use super::collision;
use super::confidence::{self, Grounds};
use super::decision::Shown;
use super::facts::Facts;
use super::figures;
use super::flow;
use super::limits;
use super::misfire::MisfireRow;
use super::missing::{self, Counted};
use super::quantile;
use super::recommendation::{BracketView, FailuresPerDay, Recommendation, Vantage};
use super::series::{Ranked, SeriesFigures};
use super::set_up;
use super::size::{self, SizeFigures};
use super::tail;
use super::tally::CAP_S;
use super::timeout::{Choice, Prepared, asked, smallest};
use super::words;
use crate::profile::model::WantedConfidence;
use crate::record::model::tag::{self, CallbackSeries};
use crate::text::Text;
use crate::wire::WebhookKey;

const DAY_S: f64 = 86_400.0;

/// What is known about a webhook beside its table.
pub(super) struct Around {
    /// Why nothing is recommended in this run.
    pub(super) refusal: Option<Text>,
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
    let time = facts.series_of(p.key);
    let figures_of = |what| {
        let unfinished = figures::endless(facts, p.key, what);
        SeriesFigures::of(facts.series(&tag::callback(p.key, what)), unfinished, known_share(facts))
    };
    let p999 = {
        let unfinished = figures::endless(facts, p.key, time);
        let series = facts.series(&tag::callback(p.key, time));
        quantile::bound(Ranked { series, unfinished }, known_share(facts))
    };
    let set_up_binds = set_up::binds(&p.table, recommend.confidence, recommend.misfire);
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
        vantage: vantage(facts, p.key),
        binding: choice.binding.clone().filter(|_| !refused),
        missing_callbacks: grounds.callbacks_needed,
        missing_callbacks_minutes: grounds.callbacks_minutes,
        missing_minutes: grounds.spell_minutes,
        missing: Some(missing::by_class(&grounds, judged.confidence, &counted(facts, p, choice))),
        p999: Some(p999),
        never_came: p.tally.counts.missing + p.tally.counts.lost_after,
        kind: if p.key.is_before() { "before" } else { "after" }.to_owned(),
        fired_by: flow::fired_by(p.key),
        confidence_words: judged.words,
        raise: judged.raise,
        why: {
            let shown = bracket.as_ref().filter(|_| !refused);
            words::why(facts, p, choice, timeout_s, shown, (set_up_binds.as_ref(), &p999))
        },
        ways_out: if refused { Vec::new() } else { collision::ways_out(facts, p, choice) },
        lower_limit_s: p.lower(facts),
        upper_limits: choice.limits.clone(),
        collision: choice.collision.clone().filter(|_| !refused),
        table: p.table.rows.clone(),
        at: at(p, timeout_s.or(guess_s), present_s),
        bracket,
        set_up: p.table.set_up,
        set_up_binds,
        spell_s: p.sample.spell_s,
        misfire_asked: recommend.misfire,
        failed_per_day: timeout_s.and_then(|t| failures_per_day(facts, p, t)),
        failed_per_day_present: present_s.and_then(|t| failures_per_day(facts, p, t)),
        time_us: figures_of(time),
        handler_us: figures_of(CallbackSeries::Handler),
        consequences: words::consequences(facts, p.key, timeout_s.or(present_s)),
        tail: (p.sample.n > 0 && !refused)
            .then(|| tail::view(&p.tally.slowest, p.sample.n, recommend.misfire, facts.options.seed)),
        sizes: if refused { Vec::new() } else { sizes(p, recommend.misfire, (timeout_s, guess_s)) },
    }
}

fn sizes(p: &Prepared<'_>, share: f64, (timeout_s, guess_s): (Option<u32>, Option<u32>)) -> Vec<SizeFigures> {
    let held = size::Held { sample: p.sample, set_up: p.table.set_up, share, timeout_s, guess_s };
    size::figures(p.tally.counts.sizes, &p.tally.sizes, held)
}

fn vantage(facts: &Facts<'_>, key: WebhookKey) -> Vantage {
    match (facts.is_observed(), key.is_before()) {
        _ if facts.trips.decide(key) => Vantage::Log,
        (true, _) => Vantage::Proxy,
        (false, true) => Vantage::Bracket,
        (false, false) => Vantage::Receiver,
    }
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
    let shown = Shown::of(&p.tally.main, &p.table, t, asked(facts), around.stationary);
    let needed = if shown.single_holds { Some(0) } else { counted(facts, p, choice).callbacks() };
    let a_minute = p.sample.n as f64 / p.sample.seconds.max(1e-9) * 60.0;
    Grounds {
        refusal: around.refusal.clone(),
        measured: p.sample.n > 0,
        fired_by: flow::fired_by(p.key),
        fired: facts.is_observed() || flow::share_of_load(p.key, facts.plan(), facts.build()) > 0.0,
        killed: facts.killed(),
        seconds: p.sample.seconds,
        collision: collision::words(facts, p, choice, share),
        guess_s: p.guess(facts),
        shown,
        spell_bound: row.in_spells,
        receiver_only: matches!(vantage(facts, p.key), Vantage::Receiver | Vantage::Proxy),
        proxy: vantage(facts, p.key) == Vantage::Proxy,
        bracket_disagrees: bracket.is_some_and(|b| !b.agree),
        callbacks_needed: needed,
        callbacks_minutes: needed.filter(|_| a_minute > 0.0).map(|n| n as f64 / a_minute),
        spell_minutes: if shown.spells_hold { Some(0.0) } else { counted(facts, p, choice).minutes() },
        spell_s: p.sample.spell_s,
        share,
    }
}

/// What is still missing is reckoned for this.
fn counted<'a>(facts: &Facts<'_>, p: &'a Prepared<'_>, choice: &Choice) -> Counted<'a> {
    Counted {
        table: &p.table,
        ladder: &p.tally.main,
        timeout_s: choice.timeout_s.or(p.lower(facts)).or_else(|| p.guess(facts)).unwrap_or(CAP_S),
        share: facts.profile().recommend.misfire,
        wants_high: facts.profile().recommend.confidence == WantedConfidence::High,
    }
}

/// Above this share quantiles are unknown: so many arrivals were shed.
fn known_share(facts: &Facts<'_>) -> f64 {
    1.0 - facts.judged.shed as f64 / facts.judged.scheduled.max(1) as f64
}

fn bracket(facts: &Facts<'_>, p: &Prepared<'_>) -> Option<BracketView> {
    // Where the log decides there is nothing left to bracket, and a proxy alone has no bracket.
    if !p.key.is_before() || facts.is_observed() || facts.trips.decide(p.key) {
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
