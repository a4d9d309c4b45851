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
    seen(&figures, &mut reasons);
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

fn error(code: &str, what: String, next: &str) -> Finding {
    Finding::new(code, Severity::Error, "", what, next)
}

fn warning(code: &str, what: String, next: &str) -> Finding {
    Finding::new(code, Severity::Warning, "", what, next)
}

fn ended(facts: &Facts<'_>, reasons: &mut Vec<Finding>) {
    let measured_s = facts.rates.measured_s;
    if measured_s <= 0.0 {
        reasons.push(error(
            "nothing_measured",
            "The run ended before anything was measured.".to_owned(),
            "Run it again, and let it pass the warm-up (load.warmup).",
        ));
    }
    match &facts.record.header.end {
        None => reasons.push(warning(
            "partial",
            format!(
                "The run was killed: {measured_s:.0} s of measuring are on record, the last second may be missing. {} calls were in flight, and how they ended is not known.",
                facts.calls.unknown
            ),
            "Use the figures for what they cover, or run again.",
        )),
        Some(end) => match end.how {
            Ended::Complete => {}
            Ended::Interrupted | Ended::Terminated => reasons.push(warning(
                "interrupted",
                format!("The run was stopped from outside after {measured_s:.0} s of measuring."),
                "Use the figures for what they cover, or run again.",
            )),
            Ended::Aborted => reasons.push(error(
                "aborted",
                format!("The run stopped itself: {}.", end.why.trim_end_matches('.')),
                "Repair what failed, then run again; limits.abort_failures is the limit.",
            )),
        },
    }
    if facts.record.partial && facts.record.header.end.is_some() {
        let what = "The record is not complete.".to_owned();
        reasons.push(warning("partial", what, "Use the figures for what they cover, or run again."));
    }
    if facts.profile().load.r#loop == Loop::Closed {
        reasons.push(warning(
            "closed_loop",
            "Closed loop: each caller waits for its answer before its next call, so a stall hides the calls that would have met it (coordinated omission).".to_owned(),
            "Use load.loop = \"open\" for latencies and timeouts.",
        ));
    }
}

fn offered(facts: &Facts<'_>, figures: &ValidityFigures, reasons: &mut Vec<Finding>) {
    if figures.shed > 0 {
        reasons.push(error(
            "shed",
            format!("{} arrivals were not started because a limit of ours was reached.", figures.shed),
            "Raise limits.in_flight (or limits.groups), or lower load.rate.",
        ));
    }
    let late = &figures.late;
    if late.share > 0.01 {
        reasons.push(error(
            "late_arrivals",
            format!(
                "{} of the arrivals were let go more than 100 ms late or not at all (limit 1 %).",
                percent(late.share)
            ),
            "Lower load.rate, or run on a machine with more free processors.",
        ));
    } else if late.worst_share > 0.05 {
        reasons.push(error(
            "late_arrivals",
            format!(
                "From second {} on, for {} s, {} of the arrivals were let go more than 100 ms late or not at all (limit 5 %).",
                late.worst_from_s,
                late.worst_length_s,
                percent(late.worst_share)
            ),
            "Find out what else the machine did then, or lower load.rate.",
        ));
    }
    if figures.lost_events > 0 {
        reasons.push(error(
            "lost_events",
            format!(
                "{} events were lost between server and collector: counts and times are not complete.",
                figures.lost_events
            ),
            "Lower load.rate, or run on a machine with more free processors.",
        ));
    } else if figures.channel_fullness > 0.9 {
        reasons.push(warning(
            "channel_full",
            format!(
                "The event channel was {:.0} % full at times; nothing was lost.",
                figures.channel_fullness * 100.0
            ),
            "Lower load.rate, or run on a machine with more free processors.",
        ));
    }
    let accounted = facts.calls.ended() + facts.calls.unknown;
    if facts.calls.released != accounted {
        reasons.push(warning(
            "accounting",
            format!(
                "{} calls were let go but {accounted} ended: the record does not add up.",
                facts.calls.released
            ),
            "Please report this with the record.",
        ));
    }
}

fn ms(us: u64) -> f64 {
    us as f64 / 1_000.0
}

fn lateness(facts: &Facts<'_>, figures: &ValidityFigures, changes: &Changes, reasons: &mut Vec<Finding>) {
    let own = &figures.own_lateness;
    let moved = own.moved_by_us;
    let next = "Run on a machine with more free processors, or lower load.rate.";
    let evidence = vec![
        format!("dispatch lag p99.9: {:.1} ms", ms(own.dispatch_lag_p999_us.unwrap_or(0))),
        format!(
            "own callback server, p99.9 beyond its median: {:.1} ms",
            ms(own.receiver_lag_p999_us.unwrap_or(0))
        ),
    ];
    if !changes.is_empty() {
        let what = format!(
            "This tool itself was up to {:.1} ms late (p99.9 of its own lateness), which could have changed the answer: {}.",
            ms(moved),
            Text::clauses(changes).en()
        );
        reasons.push(error("own_lateness", what, next).with_evidence(evidence));
    } else if moved > 1_000 {
        let what = format!(
            "This tool itself was up to {:.1} ms late (p99.9 of its own lateness); with every time made that much shorter or longer, each timeout and objective stays the same.",
            ms(moved)
        );
        reasons.push(warning("own_lateness", what, next).with_evidence(evidence));
    }
    if figures.load.is_high() {
        let load = &figures.load;
        let what = format!(
            "The machine was busy: {:.0} % of its processor time was idle on average, this tool used {:.0} %; less than a tenth was idle in {:.0} % of the seconds.",
            load.idle_share.unwrap_or(1.0) * 100.0,
            load.own_cpu_share * 100.0,
            load.idle_low_share * 100.0
        );
        reasons.push(warning("busy_machine", what, next));
    }
    if own.dispatch_lag_p999_us.is_none() && facts.calls.released > 0 {
        let what = "The series dispatch.lag is empty: our own lateness is not known.".to_owned();
        reasons.push(warning("own_lateness_unknown", what, "Keep intervals.hlog with the record."));
    }
}

fn strict(facts: &Facts<'_>, figures: &ValidityFigures, reasons: &mut Vec<Finding>) {
    let own = &figures.own_lateness;
    let service = facts.record.totals.get(tag::SERVICE).filter(|s| !s.is_empty());
    let limit = service.map_or(1_000, |s| (s.value_at_quantile(0.5) / 20).min(1_000));
    let next = "Run on a quieter machine, or leave --strict out.";
    if own.dispatch_lag_p99_us.is_none() || own.receiver_lag_p99_us.is_none() {
        let what =
            "--strict: our own lateness is not on record, so it cannot be within its limits.".to_owned();
        reasons.push(error("strict_lateness_unknown", what, "Keep intervals.hlog with the record."));
    }
    if let Some(lag) = own.dispatch_lag_p99_us.filter(|lag| *lag > limit) {
        let what = format!(
            "--strict: dispatch lag p99 is {:.2} ms; allowed are 1 ms and 5 % of the median service time, here {:.2} ms.",
            ms(lag),
            ms(limit)
        );
        reasons.push(error("strict_dispatch_lag", what, next));
    }
    if let Some(lag) = own.receiver_lag_p99_us.filter(|lag| *lag > 1_000) {
        let what = format!("--strict: own queueing p99 is {:.2} ms; allowed is 1 ms.", ms(lag));
        reasons.push(error("strict_receiver_lag", what, next));
    }
}

fn seen(figures: &ValidityFigures, reasons: &mut Vec<Finding>) {
    if figures.strangers > 0 {
        reasons.push(warning(
            "strangers",
            format!("{} callbacks belong to operations that are not of this run; they were answered or forwarded without delay.", figures.strangers),
            "Others use this deployment at the same time: measure when they do not, or keep them in mind.",
        ));
    }
    if figures.duplicates > 0 {
        reasons.push(warning(
            "duplicates",
            format!(
                "{} callbacks came again for an operation, without a reason that is known.",
                figures.duplicates
            ),
            "Look for a proxy that repeats requests, or a second OpenIM with the same webhook URL.",
        ));
    }
    if figures.missing_callbacks > 0 {
        reasons.push(warning(
            "callback_missing",
            format!("{} expected callbacks never came (see the findings).", figures.missing_callbacks),
            "Read the finding callback_missing.",
        ));
    }
    if figures.bad_requests > 0 {
        reasons.push(warning(
            "bad_requests",
            format!("{} requests to our listener could not be read or were refused.", figures.bad_requests),
            "Look for a health check or scanner that calls webhook.listen.",
        ));
    }
    if figures.load.wall_jump_s > 0.1 {
        reasons.push(warning(
            "clock_jump",
            format!("The wall clock jumped by {:.2} s; our times come from the monotonic clock and are not touched.", figures.load.wall_jump_s),
            "Do not match OpenIM's log with this record by wall time without looking at the jump.",
        ));
    }
    if figures.unreadable_lines > 1 {
        reasons.push(warning(
            "unreadable_lines",
            format!("{} lines of the record could not be read.", figures.unreadable_lines),
            "Check whether the files were copied whole.",
        ));
    }
}
