//! When a run stops itself: most calls fail, or the group process is down.
//!
//! Pure; memory is one counter a second of `limits.abort_window`.

use std::collections::VecDeque;

use crate::profile::RunPlan;
use crate::profile::model::PhaseKind;
use crate::say;
use crate::text::Text;
use crate::units::Stamp;
use crate::wire::FailureKind;

/// Fewer ended calls than this in the window decide nothing.
const LEAST_CALLS: u64 = 20;
/// So many calls in a row that find the group process down are no accident.
const DOWN_IN_A_ROW: u64 = 20;
/// So long nothing but "group process down", µs.
const DOWN_FOR_US: u64 = 5_000_000;

/// Why a run stopped itself.
#[derive(Clone, Debug, PartialEq)]
pub enum AbortReason {
    /// More than `limits.abort_failures` of the calls failed.
    Failures {
        /// Failed calls in the window.
        failed: u64,
        /// Ended calls in the window.
        ended: u64,
        /// The window, seconds.
        window_s: f64,
        /// Kind of the last failure.
        kind: FailureKind,
    },
    /// The group process is down.
    GroupProcessDown {
        /// Calls in a row that found it so.
        calls: u64,
    },
    /// The record cannot be written.
    Record {
        /// The writer's message.
        why: Text,
    },
}

impl AbortReason {
    /// As the record and the report say it.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            AbortReason::Failures { failed, ended, window_s, kind } => say!(
                "run-abort-failures",
                failed = *failed,
                ended = *ended,
                window = window_s.to_string(),
                kind = kind.to_string(),
            ),
            AbortReason::GroupProcessDown { calls } => say!("run-abort-group-down", calls = *calls),
            AbortReason::Record { why } => why.clone(),
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Second {
    second: u64,
    ended: u64,
    failed: u64,
}

/// Watches ended calls.
#[derive(Debug)]
pub struct AbortWatch {
    share: f64,
    window_us: u64,
    off: bool,
    /// Start and end of the outage phases, µs, the end with a window's length of grace.
    outages: Vec<(u64, u64)>,
    seconds: VecDeque<Second>,
    down_since: Option<Stamp>,
    down_calls: u64,
    last_kind: Option<FailureKind>,
}

impl AbortWatch {
    /// As the plan's limits say.
    #[must_use]
    pub fn new(plan: &RunPlan) -> AbortWatch {
        let limits = &plan.profile.limits;
        let window_us = limits.abort_window.as_us().max(1_000_000);
        let us = |s: f64| (s * 1e6) as u64;
        let outages = plan.phases.iter().filter(|p| p.kind == PhaseKind::Outage);
        AbortWatch {
            share: limits.abort_failures,
            window_us,
            off: limits.expect_failures,
            outages: outages
                .map(|p| (us(p.start_s), us(p.start_s + p.duration_s).saturating_add(window_us)))
                .collect(),
            seconds: VecDeque::new(),
            down_since: None,
            down_calls: 0,
            last_kind: None,
        }
    }

    /// Notes an ended call; `failure` is `None` when it succeeded.
    pub fn ended(&mut self, at: Stamp, failure: Option<FailureKind>) {
        // In an outage OpenIM's main may call its group process down while its circuit breaker is open.
        if self.outages.iter().any(|(from, to)| (*from..*to).contains(&at.0)) {
            self.down_since = None;
            self.down_calls = 0;
            return;
        }
        if failure == Some(FailureKind::GroupProcessDown) {
            self.down_since.get_or_insert(at);
            self.down_calls += 1;
        } else {
            self.down_since = None;
            self.down_calls = 0;
        }
        self.last_kind = failure.or(self.last_kind);
        let second = at.second();
        // Ends may be heard of slightly out of order; the newest slot takes late ones.
        if self.seconds.back().is_none_or(|last| last.second < second) {
            self.seconds.push_back(Second { second, ended: 0, failed: 0 });
        }
        if let Some(slot) = self.seconds.back_mut() {
            slot.ended += 1;
            // What took effect is no sign that the target is unwell.
            slot.failed += u64::from(failure.is_some_and(|kind| kind != FailureKind::MaxSeqInvalid));
        }
    }

    /// Whether the run is to stop, seen from `now`.
    pub fn check(&mut self, now: Stamp) -> Option<AbortReason> {
        let oldest = now.0.saturating_sub(self.window_us) / 1_000_000;
        while self.seconds.front().is_some_and(|s| s.second < oldest) {
            self.seconds.pop_front();
        }
        if self.off {
            return None;
        }
        let down_long = self.down_since.is_some_and(|since| now.since(since) > DOWN_FOR_US);
        if self.down_calls >= DOWN_IN_A_ROW || (down_long && self.down_calls >= 2) {
            return Some(AbortReason::GroupProcessDown { calls: self.down_calls });
        }
        let (ended, failed) = self.seconds.iter().fold((0, 0), |(e, f), s| (e + s.ended, f + s.failed));
        let too_many = ended >= LEAST_CALLS && failed as f64 > self.share * ended as f64;
        // A share of failures says something about the window only once a window has passed.
        let whole = now.0 >= self.window_us;
        (too_many && whole).then(|| AbortReason::Failures {
            failed,
            ended,
            window_s: self.window_us as f64 / 1e6,
            kind: self.last_kind.unwrap_or(FailureKind::Connect),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::fixture;
    use crate::units::Span;

    fn at(s: u64) -> Stamp {
        Stamp(s * 1_000_000)
    }

    fn feed(watch: &mut AbortWatch, seconds: std::ops::Range<u64>, failing: u64) -> Option<AbortReason> {
        for second in seconds {
            for n in 0..10 {
                watch.ended(at(second), (n < failing).then_some(FailureKind::Connect));
            }
            if let Some(reason) = watch.check(at(second + 1)) {
                return Some(reason);
            }
        }
        None
    }

    #[test]
    fn a_run_stops_when_more_than_the_share_fails_and_not_before() {
        assert_eq!(feed(&mut AbortWatch::new(&fixture::plan("a")), 0..60, 5), None);
        let reason = feed(&mut AbortWatch::new(&fixture::plan("a")), 0..60, 6).unwrap();
        let text = reason.text();
        assert!(
            text.contains("of 100 calls failed within 10 s") && text.zh().contains("10 s 内"),
            "{text:?}"
        );
    }

    #[test]
    fn a_build_that_regrets_what_it_has_written_does_not_stop_the_run() {
        let mut watch = AbortWatch::new(&fixture::plan("a"));
        for second in 0..60 {
            (0..10).for_each(|_| watch.ended(at(second), Some(FailureKind::MaxSeqInvalid)));
            assert_eq!(watch.check(at(second + 1)), None);
        }
    }

    #[test]
    fn a_few_calls_decide_nothing() {
        let mut watch = AbortWatch::new(&fixture::plan("a"));
        for _ in 0..19 {
            watch.ended(at(11), Some(FailureKind::Connect));
        }
        assert_eq!(watch.check(at(12)), None);
    }

    #[test]
    fn an_outage_phase_and_what_follows_it_is_not_counted() {
        let mut plan = fixture::plan("a");
        plan.profile.limits.abort_window = Span::secs(10);
        plan.phases[1].kind = PhaseKind::Outage;
        let end = (plan.phases[1].start_s + plan.phases[1].duration_s) as u64;
        assert_eq!(feed(&mut AbortWatch::new(&plan), 2..end + 10, 10), None);
        assert!(feed(&mut AbortWatch::new(&plan), end + 10..end + 30, 10).is_some());
    }

    #[test]
    fn expected_failures_never_stop_a_run() {
        let mut plan = fixture::plan("a");
        plan.profile.limits.expect_failures = true;
        assert_eq!(feed(&mut AbortWatch::new(&plan), 0..60, 10), None);
    }

    #[test]
    fn a_dead_group_process_stops_a_slow_run_as_well_as_a_fast_one() {
        let down = Some(FailureKind::GroupProcessDown);
        let mut fast = AbortWatch::new(&fixture::plan("a"));
        (0..20).for_each(|_| fast.ended(at(1), down));
        assert!(matches!(fast.check(at(1)), Some(AbortReason::GroupProcessDown { calls: 20 })));
        let mut slow = AbortWatch::new(&fixture::plan("a"));
        for second in 0..3 {
            slow.ended(at(second * 3), down);
        }
        assert!(matches!(slow.check(at(6)), Some(AbortReason::GroupProcessDown { calls: 3 })));
        slow.ended(at(7), None);
        assert_eq!(slow.check(at(30)), None);
    }
}
