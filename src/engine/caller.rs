//! What a caller does whose create failed: waits, and asks again.
//!
//! Pure but for its seeded draws. Follows each create from its first attempt to the caller's end
//! (`CallerDone`); the driver makes the attempts. Retries are calls of their own, released and counted like
//! others, so that what they add to the load is seen. With `caller.retries = 0` nothing is followed.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::call::CallEnd;
use crate::ids::OperationId;
use crate::port::{Attempt, CallResult, CallerDone, CallerEnd};
use crate::profile::model::{CallerSection, RetryGroup};
use crate::units::Stamp;
use crate::wire::FailureKind;
use crate::wire::api::Operation;

/// The ChaCha stream that waits are drawn from (arrivals and attempts use others).
const STREAM: u64 = 3;
/// errCode of a create whose groupID is taken.
const GROUP_ID_EXISTED: i64 = 1202;

/// A create that somebody wants, with its attempts so far.
#[derive(Debug)]
pub(super) struct Wish {
    pub(super) first: OperationId,
    intended_at: Stamp,
    phase: u16,
    attempts: u32,
    failed: Vec<u64>,
    pub(super) attempt: Attempt,
}

impl Wish {
    fn done(self, how: CallerEnd, at: Stamp) -> CallerDone {
        let Wish { first, intended_at, phase, attempts, failed, .. } = self;
        CallerDone { first, intended_at, phase, attempts, failed, how, at }
    }
}

/// All callers of a run.
#[derive(Debug)]
pub(super) struct Callers {
    section: CallerSection,
    rng: ChaCha8Rng,
    /// By sequence number of the attempt that is out.
    out: HashMap<u64, Wish>,
    /// By the time of the next attempt; the number of the attempt before keeps equal times apart.
    waiting: BTreeMap<(Stamp, u64), Wish>,
}

impl Callers {
    pub(super) fn new(section: CallerSection, seed: u64) -> Callers {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(STREAM);
        Callers { section, rng, out: HashMap::new(), waiting: BTreeMap::new() }
    }

    /// Whether anybody asks again.
    pub(super) fn ask_again(&self) -> bool {
        self.section.retries > 0
    }

    /// Which groupID attempts after the first name.
    pub(super) fn group(&self) -> RetryGroup {
        self.section.group_id
    }

    /// A first attempt is let go; operations other than create are not followed.
    pub(super) fn begin(&mut self, attempt: &Attempt, intended_at: Stamp, phase: u16) {
        if self.ask_again() && attempt.operation == Operation::Create {
            let first = attempt.operation_id;
            let wish =
                Wish { first, intended_at, phase, attempts: 1, failed: Vec::new(), attempt: attempt.clone() };
            self.out.insert(first.seq, wish);
        }
    }

    /// A further attempt of `wish` is let go.
    pub(super) fn again(&mut self, mut wish: Wish, attempt: &Attempt) {
        wish.attempts += 1;
        wish.attempt = attempt.clone();
        self.out.insert(attempt.operation_id.seq, wish);
    }

    /// The next attempt of `wish` could not be made: it ends without one.
    pub(super) fn abandon(wish: Wish, at: Stamp) -> CallerDone {
        wish.done(CallerEnd::Unfinished, at)
    }

    /// When the next attempt is due.
    pub(super) fn next_due(&self) -> Option<Stamp> {
        self.waiting.keys().next().map(|(at, _)| *at)
    }

    /// A wish whose next attempt is due.
    pub(super) fn take_due(&mut self, now: Stamp) -> Option<Wish> {
        let entry = self.waiting.first_entry().filter(|e| e.key().0 <= now)?;
        Some(entry.remove())
    }

    /// An attempt has ended; tells when that was the caller's end.
    pub(super) fn ended(&mut self, end: &CallEnd) -> Option<CallerDone> {
        let mut wish = self.out.remove(&end.operation_id.seq)?;
        let existed = Some(CallResult::Failed(FailureKind::Api(GROUP_ID_EXISTED)));
        let existed = end.result == existed && wish.attempts > 1 && self.section.group_id == RetryGroup::Same;
        if end.result != Some(CallResult::Succeeded) && !existed {
            wish.failed.push(end.operation_id.seq);
        }
        let how = match end.result {
            None => CallerEnd::Unfinished,
            Some(CallResult::Succeeded) => CallerEnd::Succeeded,
            Some(CallResult::Failed(_)) if existed => CallerEnd::Existed,
            Some(CallResult::Failed(kind)) if wish.attempts <= self.section.retries && repeatable(kind) => {
                let due = end.at.plus_us(self.wait(wish.attempts).as_micros() as u64);
                self.waiting.insert((due, end.operation_id.seq), wish);
                return None;
            }
            Some(CallResult::Failed(_)) => CallerEnd::GaveUp,
        };
        Some(wish.done(how, end.at))
    }

    /// The wait after so many attempts: backoff · 2^(attempts − 1), at most `backoff_max`, and with full jitter
    /// evenly between 0 and that (Brooker, "Exponential Backoff And Jitter", AWS 2015).
    fn wait(&mut self, attempts: u32) -> Duration {
        let factor = 1_u32 << attempts.saturating_sub(1).min(20);
        let longest = self.section.backoff.0.saturating_mul(factor).min(self.section.backoff_max.0);
        if self.section.jitter { longest.mul_f64(self.rng.random()) } else { longest }
    }

    /// No attempt is made any more: everybody who still wants one.
    pub(super) fn finish(&mut self, now: Stamp) -> Vec<CallerDone> {
        let out = std::mem::take(&mut self.out).into_values();
        let waiting = std::mem::take(&mut self.waiting).into_values();
        let mut done: Vec<_> = out.chain(waiting).map(|wish| wish.done(CallerEnd::Unfinished, now)).collect();
        done.sort_by_key(|d| d.first);
        done
    }
}

/// Whether a caller would ask again: not when the answer was a refusal that another attempt meets again.
fn repeatable(kind: FailureKind) -> bool {
    match kind {
        FailureKind::WebhookRejected(_) | FailureKind::Token(_) => false,
        // 500 is what OpenIM answers to what it cannot explain; the other codes name a reason in the request.
        FailureKind::Api(code) => code == 500,
        FailureKind::HttpStatus(status) => status >= 500 || status == 429,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::work::Settled;
    use crate::ids::RunTag;
    use crate::units::Span;

    fn section() -> CallerSection {
        CallerSection { retries: 2, jitter: false, ..CallerSection::default() }
    }

    fn attempt(seq: u64) -> Attempt {
        Attempt {
            operation_id: OperationId::new(RunTag::from_number(1), 0, seq),
            operation: Operation::Create,
            group_id: seq.to_string(),
            owner: "o".to_owned(),
            admins: Vec::new(),
            members: Vec::new(),
            marker: "m".into(),
        }
    }

    fn end(seq: u64, result: Option<CallResult>, at: u64) -> CallEnd {
        let operation_id = OperationId::new(RunTag::from_number(1), 0, seq);
        CallEnd { operation_id, settled: Settled::Unknown, result, at: Stamp(at) }
    }

    const TIMED_OUT: Option<CallResult> = Some(CallResult::Failed(FailureKind::WebhookDeadline));

    #[test]
    fn waits_double_up_to_the_longest_and_the_last_attempt_gives_up() {
        let section = CallerSection { retries: 3, backoff_max: Span::secs(3), ..section() };
        let mut callers = Callers::new(section, 1);
        callers.begin(&attempt(0), Stamp(5), 1);
        for (seq, wait_s) in [(0, 1), (1, 2), (2, 3)] {
            assert_eq!(callers.ended(&end(seq, TIMED_OUT, 100)), None);
            let due = Stamp(100 + wait_s * 1_000_000);
            assert_eq!(callers.next_due(), Some(due));
            assert!(callers.take_due(Stamp(due.0 - 1)).is_none());
            let wish = callers.take_due(due).unwrap();
            callers.again(wish, &attempt(seq + 1));
        }
        let done = callers.ended(&end(3, TIMED_OUT, 900)).unwrap();
        assert_eq!(done.failed, [0, 1, 2, 3]);
        assert_eq!((done.how, done.attempts), (CallerEnd::GaveUp, 4));
        assert_eq!((done.first.seq, done.intended_at, done.phase, done.at), (0, Stamp(5), 1, Stamp(900)));
    }

    #[test]
    fn full_jitter_spreads_the_waits_over_the_whole_time() {
        let mut callers = Callers::new(CallerSection { jitter: true, ..section() }, 1);
        let waits: Vec<f64> = (0..400).map(|_| callers.wait(2).as_secs_f64()).collect();
        assert!(waits.iter().all(|w| (0.0..2.0).contains(w)));
        let mean = waits.iter().sum::<f64>() / 400.0;
        assert!((0.85..1.15).contains(&mean), "{mean}");
    }

    #[test]
    fn only_a_later_attempt_for_the_same_group_may_find_it_there() {
        let existed = Some(CallResult::Failed(FailureKind::Api(1202)));
        for (group_id, attempts, expected) in [
            (RetryGroup::Same, 2, CallerEnd::Existed),
            (RetryGroup::New, 2, CallerEnd::GaveUp),
            (RetryGroup::Same, 1, CallerEnd::GaveUp),
        ] {
            let mut callers = Callers::new(CallerSection { group_id, ..section() }, 1);
            callers.begin(&attempt(0), Stamp(0), 0);
            if attempts == 2 {
                assert_eq!(callers.ended(&end(0, TIMED_OUT, 1)), None);
                let wish = callers.take_due(Stamp(u64::MAX)).unwrap();
                callers.again(wish, &attempt(1));
            }
            assert_eq!(callers.ended(&end(attempts - 1, existed, 2)).unwrap().how, expected);
        }
    }

    #[test]
    fn what_another_attempt_would_meet_again_is_not_repeated() {
        for (kind, repeated) in [
            (FailureKind::WebhookRejected(4001), false),
            (FailureKind::Token(1501), false),
            (FailureKind::Api(1001), false),
            (FailureKind::Api(500), true),
            (FailureKind::ClientDeadline, true),
            (FailureKind::WebhookBadAnswer, true),
            (FailureKind::HttpStatus(404), false),
        ] {
            let mut callers = Callers::new(section(), 1);
            callers.begin(&attempt(0), Stamp(0), 0);
            let ended = callers.ended(&end(0, Some(CallResult::Failed(kind)), 1));
            assert_eq!(ended.is_none(), repeated, "{kind}");
        }
    }

    #[test]
    fn who_still_waits_at_the_end_is_unfinished_and_counted_once() {
        let mut callers = Callers::new(section(), 1);
        (0..3).for_each(|seq| callers.begin(&attempt(seq), Stamp(0), 0));
        callers.ended(&end(0, TIMED_OUT, 1));
        assert_eq!(callers.ended(&end(1, None, 1)).unwrap().how, CallerEnd::Unfinished);
        let left = callers.finish(Stamp(9));
        assert_eq!(left.iter().map(|d| d.first.seq).collect::<Vec<_>>(), [0, 2]);
        assert!(left.iter().all(|d| d.how == CallerEnd::Unfinished));
        assert!(callers.finish(Stamp(9)).is_empty());
    }

    #[test]
    fn without_retries_nobody_is_followed() {
        let mut callers = Callers::new(CallerSection::default(), 1);
        callers.begin(&attempt(0), Stamp(0), 0);
        assert_eq!(callers.ended(&end(0, TIMED_OUT, 1)), None);
        assert!(callers.finish(Stamp(2)).is_empty());
    }
}
