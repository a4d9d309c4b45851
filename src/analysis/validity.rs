//! Is the run to be believed? The verdict that comes before any result.
//!
//! Invalid is what changes what was offered or seen: late or shed arrivals, lost events, a run that
//! aborted itself, own lateness that could change an answer. Everything else that may mislead is a warning.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::confidence::percent;
use super::facts::Facts;
use super::lateness::{LateArrivals, Load, OwnLateness};
use crate::finding::{Finding, Severity};
use crate::profile::model::Loop;
use crate::record::model::{CallbackCounts, Ended, tag};
use crate::say;
use crate::text::Text;

/// Whether a run's figures may be used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValidityVerdict {
    /// Yes.
    #[default]
    Valid,
    /// Yes, with the warnings in mind.
    Warnings,
    /// No.
    Invalid,
}

/// The verdict with its reasons and figures.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Validity {
    /// `valid`, `warnings` or `invalid`.
    pub verdict: ValidityVerdict,
    /// Why; severity `error` makes a run invalid, `warning` gives warnings, `info` neither.
    pub reasons: Vec<Finding>,
    /// What it was judged by.
    pub figures: ValidityFigures,
}

/// What a run is judged by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ValidityFigures {
    /// Arrivals let go late or not at all.
    pub late: LateArrivals,
    /// Arrivals not started because of a limit of ours.
    pub shed: u64,
    /// Events that found no room in the channel.
    pub lost_events: u64,
    /// Highest fullness of the event channel, 0 to 1.
    pub channel_fullness: f64,
    /// Our own lateness.
    pub own_lateness: OwnLateness,
    /// What the machine and we were doing.
    pub load: Load,
    /// Callbacks of operations that are not of this run.
    pub strangers: u64,
    /// Callbacks of a command that no known version sends.
    pub unknown_commands: u64,
    /// Requests to our listener that could not be read or were refused.
    pub bad_requests: u64,
    /// Callbacks that came twice without a reason that is known.
    pub duplicates: u64,
    /// Callbacks that should have come and did not.
    pub missing_callbacks: u64,
    /// Lines of the record that could not be read.
    pub unreadable_lines: u64,
}

/// What moving all samples by our own lateness would change, in words; empty when nothing.
pub(super) type Changes = Vec<Text>;

/// Judges a run; `changes` is the outcome of the test with moved samples.
pub(super) fn judge(facts: &Facts<'_>, changes: &Changes, not_stationary: &[Finding]) -> Validity {
    let figures = figures(facts);
    let mut reasons = Vec::new();
    ended(facts, &mut reasons);
    offered(facts, &figures, &mut reasons);
    lateness(facts, &figures, changes, &mut reasons);
    if facts.options.strict {
        strict(facts, &figures, &mut reasons);
    }
    seen(facts, &figures, &mut reasons);
    reasons.extend_from_slice(not_stationary);
    let worst = reasons.iter().map(|r| r.severity).max().unwrap_or(Severity::Info);
    let verdict = match worst {
        Severity::Error => ValidityVerdict::Invalid,
        Severity::Warning => ValidityVerdict::Warnings,
        Severity::Info => ValidityVerdict::Valid,
    };
    reasons.sort_by_key(|r| std::cmp::Reverse(r.severity));
    Validity { verdict, reasons, figures }
}

fn figures(facts: &Facts<'_>) -> ValidityFigures {
    let rows = &facts.record.rows;
    let measured = || rows.iter().filter(|r| facts.window.is_measured(r));
    let callbacks = || rows.iter().filter(|r| facts.window.counts(r)).flat_map(|r| r.callbacks.values());
    let sum = |of: fn(&CallbackCounts) -> u64| callbacks().map(of).sum();
    ValidityFigures {
        late: LateArrivals::of(rows, &facts.window),
        shed: measured().map(|r| r.shed).sum(),
        lost_events: rows.iter().map(|r| r.lost_events).sum(),
        channel_fullness: rows.iter().map(|r| r.channel_fullness).fold(0.0, f64::max),
        own_lateness: facts.lateness,
        load: Load::of(facts.record, &facts.window),
        strangers: rows.iter().flat_map(|r| r.strangers.values()).sum(),
        unknown_commands: rows.iter().flat_map(|r| r.unknown_commands.values()).sum(),
        bad_requests: rows.iter().map(|r| r.bad_requests).sum(),
        duplicates: sum(|c| c.duplicate),
        missing_callbacks: sum(|c| c.missing + c.lost_after + c.lost_before),
        unreadable_lines: facts.record.unreadable_lines,
    }
}

fn error(code: &str, what: Text, next: Text) -> Finding {
    Finding::new(code, Severity::Error, "", what, next)
}

fn warning(code: &str, what: Text, next: Text) -> Finding {
    Finding::new(code, Severity::Warning, "", what, next)
}

fn ended(facts: &Facts<'_>, reasons: &mut Vec<Finding>) {
    if facts.rates.measured_s <= 0.0 {
        let next = say!("validity-nothing-measured-next");
        reasons.push(error("nothing_measured", say!("validity-nothing-measured"), next));
    }
    reasons.extend(how_it_ended(facts));
    if facts.record.partial && facts.record.header.end.is_some() {
        let next = say!("validity-as-far-as-it-goes-next");
        reasons.push(warning("partial", say!("validity-incomplete"), next));
    }
    if facts.profile().load.r#loop == Loop::Closed {
        let next = say!("validity-closed-loop-next");
        reasons.push(warning("closed_loop", say!("validity-closed-loop"), next));
    }
}

/// What to know about its end; none where it ran as planned.
fn how_it_ended(facts: &Facts<'_>) -> Option<Finding> {
    let seconds = format!("{:.0}", facts.rates.measured_s);
    let Some(end) = &facts.record.header.end else {
        let what = say!("validity-partial", seconds = seconds, calls = facts.calls.unknown);
        return Some(warning("partial", what, say!("validity-as-far-as-it-goes-next")));
    };
    match end.how {
        Ended::Complete => None,
        Ended::Interrupted | Ended::Terminated => {
            let what = say!("validity-interrupted", seconds = seconds);
            Some(warning("interrupted", what, say!("validity-as-far-as-it-goes-next")))
        }
        Ended::Aborted => {
            let why = end.why.clause();
            Some(error("aborted", say!("validity-aborted", why = why), say!("validity-aborted-next")))
        }
    }
}

fn offered(facts: &Facts<'_>, figures: &ValidityFigures, reasons: &mut Vec<Finding>) {
    if figures.shed > 0 {
        let what = say!("validity-shed", count = figures.shed);
        reasons.push(error("shed", what, say!("validity-shed-next")));
    }
    let late = &figures.late;
    if late.share > 0.01 {
        let what = say!("validity-late", share = percent(late.share));
        reasons.push(error("late_arrivals", what, say!("validity-late-next")));
    } else if late.worst_share > 0.05 {
        let what = say!(
            "validity-late-for-a-time",
            from = late.worst_from_s,
            length = late.worst_length_s,
            share = percent(late.worst_share)
        );
        reasons.push(error("late_arrivals", what, say!("validity-late-for-a-time-next")));
    }
    if figures.lost_events > 0 {
        let what = say!("validity-lost-events", count = figures.lost_events);
        reasons.push(error("lost_events", what, say!("validity-late-next")));
    } else if figures.channel_fullness > 0.9 {
        let full = format!("{:.0}", figures.channel_fullness * 100.0);
        let what = say!("validity-channel-full", percent = full);
        reasons.push(warning("channel_full", what, say!("validity-late-next")));
    }
    let (released, accounted) = (facts.calls.released, facts.calls.ended() + facts.calls.unknown);
    if released != accounted {
        let what = say!("validity-accounting", released = released, accounted = accounted);
        reasons.push(warning("accounting", what, say!("validity-accounting-next")));
    }
}

/// Milliseconds with so many digits behind the point.
fn ms(us: u64, digits: usize) -> String {
    format!("{:.digits$}", us as f64 / 1_000.0)
}

fn lateness(facts: &Facts<'_>, figures: &ValidityFigures, changes: &Changes, reasons: &mut Vec<Finding>) {
    let own = &figures.own_lateness;
    let lag = ms(own.moved_by_us, 1);
    let next = || match facts.is_observed() {
        true => say!("validity-own-lateness-observed-next"),
        false => say!("validity-own-lateness-next"),
    };
    // Where nothing is called, nothing is dispatched: a lag of 0 would look as if it had been measured.
    let dispatch = own.dispatch_lag_p999_us.filter(|_| !facts.is_observed());
    let dispatch = dispatch.map(|us| say!("validity-own-lateness-dispatch", lag = ms(us, 1)));
    let receiver = own.receiver_lag_p999_us.map(|us| say!("validity-own-lateness-receiver", lag = ms(us, 1)));
    let evidence: Vec<Text> = dispatch.into_iter().chain(receiver).collect();
    if !changes.is_empty() {
        let what = say!("validity-own-lateness-changes", lag = lag, changes = Text::clauses(changes));
        reasons.push(error("own_lateness", what, next()).with_evidence(evidence));
    } else if own.moved_by_us > 1_000 {
        let what = say!("validity-own-lateness-changes-nothing", lag = lag);
        reasons.push(warning("own_lateness", what, next()).with_evidence(evidence));
    }
    if figures.load.is_high() {
        let load = &figures.load;
        let percent = |share: f64| format!("{:.0}", share * 100.0);
        let what = say!(
            "validity-busy-machine",
            idle = percent(load.idle_share.unwrap_or(1.0)),
            own = percent(load.own_cpu_share),
            low = percent(load.idle_low_share)
        );
        reasons.push(warning("busy_machine", what, next()));
    }
    if own.dispatch_lag_p999_us.is_none() && facts.calls.released > 0 {
        let (what, next) =
            (say!("validity-own-lateness-unknown"), say!("validity-own-lateness-unknown-next"));
        reasons.push(warning("own_lateness_unknown", what, next));
    }
}

fn strict(facts: &Facts<'_>, figures: &ValidityFigures, reasons: &mut Vec<Finding>) {
    let own = &figures.own_lateness;
    let service = facts.record.totals.get(tag::SERVICE).filter(|s| !s.is_empty());
    let limit = service.map_or(1_000, |s| (s.value_at_quantile(0.5) / 20).min(1_000));
    let next = || say!("validity-strict-next");
    // Who calls nothing lets nothing go late.
    let no_dispatch = own.dispatch_lag_p99_us.is_none() && !facts.is_observed();
    if no_dispatch || own.receiver_lag_p99_us.is_none() {
        let (what, next) = (say!("validity-strict-unknown"), say!("validity-own-lateness-unknown-next"));
        reasons.push(error("strict_lateness_unknown", what, next));
    }
    if let Some(lag) = own.dispatch_lag_p99_us.filter(|lag| *lag > limit) {
        let what = say!("validity-strict-dispatch", lag = ms(lag, 2), limit = ms(limit, 2));
        reasons.push(error("strict_dispatch_lag", what, next()));
    }
    if let Some(lag) = own.receiver_lag_p99_us.filter(|lag| *lag > 1_000) {
        let what = say!("validity-strict-receiver", lag = ms(lag, 2));
        reasons.push(error("strict_receiver_lag", what, next()));
    }
}

fn seen(facts: &Facts<'_>, figures: &ValidityFigures, reasons: &mut Vec<Finding>) {
    if figures.strangers > 0 && !facts.is_observed() {
        let what = say!("validity-strangers", count = figures.strangers);
        reasons.push(warning("strangers", what, say!("validity-strangers-next")));
    }
    if figures.duplicates > 0 {
        let what = say!("validity-duplicates", count = figures.duplicates);
        reasons.push(warning("duplicates", what, say!("validity-duplicates-next")));
    }
    if figures.missing_callbacks > 0 {
        let what = say!("validity-missing", count = figures.missing_callbacks);
        reasons.push(warning("callback_missing", what, say!("validity-missing-next")));
    }
    if figures.bad_requests > 0 {
        let what = say!("validity-bad-requests", count = figures.bad_requests);
        reasons.push(warning("bad_requests", what, say!("validity-bad-requests-next")));
    }
    if figures.load.wall_jump_s > 0.1 {
        let what = say!("validity-clock-jump", seconds = format!("{:.2}", figures.load.wall_jump_s));
        reasons.push(warning("clock_jump", what, say!("validity-clock-jump-next")));
    }
    if figures.unreadable_lines > 1 {
        let what = say!("validity-unreadable-lines", count = figures.unreadable_lines);
        reasons.push(warning("unreadable_lines", what, say!("validity-unreadable-lines-next")));
    }
}
