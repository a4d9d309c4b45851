//! What became of the calls and callbacks of one part.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::super::calls::Calls;
use super::super::facts::Facts;
use super::super::judge::unfinished;
use super::super::series::SeriesFigures;
use super::OpenAtStart;
use super::response::Response;
use super::span::Span;
use crate::record::SecondRow;
use crate::record::model::{CallbackCounts, Series};
use crate::wire::WebhookKey;

/// The time before an outage, the outage, or the time after it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutagePart {
    /// Its first moment, seconds of the run.
    pub from_s: f64,
    /// Its end.
    pub to_s: f64,
    /// Calls asked for. Before the outage: those that ended before it, and those shed.
    pub asked: u64,
    /// errCode 0 and what was asked for is there.
    pub succeeded: u64,
    /// Failures by kind.
    pub failed: BTreeMap<String, u64>,
    /// Sum of the failures.
    pub failed_total: u64,
    /// Not started because of a limit of ours.
    pub shed: u64,
    /// Ended by us before an answer.
    pub censored: u64,
    /// In flight when the run was killed.
    pub unknown: u64,
    /// Response time, answered − intended.
    pub response: SeriesFigures,
    /// Highest number of calls in flight.
    pub in_flight: u64,
    /// Highest number of connections open at our listener.
    pub connections: u32,
    /// Callbacks by webhook.
    pub callbacks: BTreeMap<WebhookKey, OutageCallbacks>,
}

/// Callbacks of one webhook.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OutageCallbacks {
    /// Arrived at our listener.
    pub arrived: u64,
    /// OpenIM closed first: it had given up.
    pub cut: u64,
    /// Should have come and never did.
    pub lost: u64,
}

/// The measured time before; `None` where there is none.
pub(super) fn before(facts: &Facts<'_>, span: &Span, response: &Response) -> Option<OutagePart> {
    let (from_s, to_s) = (span.before.first()?.0, span.before.last()?.1);
    let rows = || facts.record.rows.iter().filter(|r| facts.window.counts(r) && span.is_before(r.second));
    let calls = Calls::of(rows(), false);
    let mut part = part(&calls, rows(), &response.before, (from_s, to_s));
    lost_of(&mut part, rows().filter(|r| !span.is_last_before_outage(r.second)));
    part.asked = calls.ended() + calls.shed;
    let times = facts.record.rows.iter().filter(|r| span.is_before(r.second));
    peaks(&mut part, times);
    Some(part)
}

/// The outage: calls made in it.
pub(super) fn during(facts: &Facts<'_>, span: &Span, response: &Response) -> OutagePart {
    let rows = || facts.record.rows.iter().filter(|r| r.phase == span.phase);
    let calls = Calls::of(rows(), facts.killed());
    let (from_s, to_s) = (span.from_s, span.to_s);
    let mut part = part(&calls, rows(), &response.during, (from_s, to_s));
    let within = |r: &&SecondRow| (from_s.floor()..to_s).contains(&(r.second as f64));
    peaks(&mut part, facts.record.rows.iter().filter(within));
    part
}

/// The time after: calls made in it, without those that the next outage met; `None` where there is none.
pub(super) fn after(facts: &Facts<'_>, span: &Span, response: &Response) -> Option<OutagePart> {
    let (from_s, to_s) = span.after?;
    let all = || facts.record.rows.iter().filter(|r| span.follows(r.phase));
    let rows = || all().filter(|r| span.ends_before_next(r.second));
    let mut calls = Calls::of(rows(), facts.killed());
    // Those that the next outage met are named there.
    let met = Calls::of(all().filter(|r| !span.ends_before_next(r.second)), false).ended();
    calls.unknown = calls.unknown.saturating_sub(met);
    let mut part = part(&calls, rows(), &response.after, (from_s, to_s));
    part.asked = calls.scheduled.saturating_sub(met);
    lost_of(&mut part, rows().filter(|r| !span.is_last_before_outage(r.second)));
    peaks(&mut part, facts.record.rows.iter().filter(|r| span.is_after(r.second)));
    Some(part)
}

/// What an outage met: calls made since the outage before that ended when this one had begun, and callbacks of calls
/// that had just been answered.
pub(super) fn open_at_start(facts: &Facts<'_>, span: &Span) -> OpenAtStart {
    let earlier = || facts.record.rows.iter().filter(|r| span.precedes(r.phase));
    let late = |r: &&SecondRow| r.second as f64 >= span.from_s;
    let calls = Calls::of(earlier().filter(late), false);
    let just_before = |r: &&SecondRow| late(r) || span.is_last_before_outage(r.second);
    let callbacks = earlier().filter(just_before).flat_map(|r| r.callbacks.values());
    OpenAtStart {
        calls: calls.ended(),
        failed: calls.failed_total + calls.censored,
        callbacks_lost: callbacks.map(lost).sum(),
    }
}

fn lost(counts: &CallbackCounts) -> u64 {
    counts.missing + counts.lost_before + counts.lost_after
}

/// Counts lost callbacks anew, from these rows alone.
fn lost_of<'a>(part: &mut OutagePart, rows: impl Iterator<Item = &'a SecondRow>) {
    part.callbacks.values_mut().for_each(|c| c.lost = 0);
    for (key, counts) in rows.flat_map(|r| &r.callbacks) {
        part.callbacks.entry(*key).or_default().lost += lost(counts);
    }
}

fn part<'a>(
    calls: &Calls,
    rows: impl Iterator<Item = &'a SecondRow>,
    response: &Series,
    (from_s, to_s): (f64, f64),
) -> OutagePart {
    let mut callbacks = BTreeMap::<WebhookKey, CallbackCounts>::new();
    for (key, counts) in rows.flat_map(|r| &r.callbacks) {
        callbacks.entry(*key).or_default().add(*counts);
    }
    let known = 1.0 - calls.shed as f64 / calls.scheduled.max(1) as f64;
    OutagePart {
        from_s,
        to_s,
        asked: calls.scheduled,
        succeeded: calls.succeeded,
        failed: calls.failed.clone(),
        failed_total: calls.failed_total,
        shed: calls.shed,
        censored: calls.censored,
        unknown: calls.unknown,
        response: SeriesFigures::of(response, unfinished(response, calls), known),
        callbacks: callbacks
            .into_iter()
            .map(|(key, c)| (key, OutageCallbacks { arrived: c.arrived, cut: c.cut, lost: lost(&c) }))
            .collect(),
        ..OutagePart::default()
    }
}

fn peaks<'a>(part: &mut OutagePart, rows: impl Iterator<Item = &'a SecondRow>) {
    for row in rows {
        part.in_flight = part.in_flight.max(row.in_flight);
        part.connections = part.connections.max(row.peak_connections);
    }
}
