//! What a stand-in remembers for its findings: counts, a few examples of each, and when callbacks
//! that were given up were answered after all.
//!
//! Everything has a limit; beyond [`MAX_WAITS`] and [`MAX_ENDS`] the oldest is forgotten.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::calls::{Ended, OpenCall, ms};
use super::follow::Late;
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;
use crate::wire::failure::{Classified, FailureKind, kind_of, printable};

pub const MAX_WAITS: usize = 4096;
pub const MAX_ENDS: usize = 65_536;
const EXAMPLES: usize = 5;
/// From so many connections at once on a process counts as crowded; 100 is the limit.
const CROWDED: u64 = 90;
/// How long `OpenIM`'s SDK waits for the API, µs.
pub const CALLER_BUDGET_US: u64 = 10_000_000;
/// How long a callback may take at most, µs.
const CAP_US: u64 = 15_000_000;

/// Why a callback was not answered by its deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GivenUp {
    /// It had a connection in good time.
    Unanswered,
    /// It waited for one of the 100 connections.
    Pool,
    /// No connection came about, and there was no crowd.
    Unreachable,
}

impl GivenUp {
    /// Whether a cause is that of a deadline.
    pub fn by_deadline(cause: &str) -> bool {
        cause.contains("deadline exceeded")
    }

    fn of(end: &Ended, crowded: bool) -> GivenUp {
        match end.connected {
            Some(after) if after < end.took / 2 => GivenUp::Unanswered,
            _ if crowded => GivenUp::Pool,
            Some(_) => GivenUp::Unanswered,
            None => GivenUp::Unreachable,
        }
    }
}

/// A count with its first examples.
#[derive(Clone, Debug, Default)]
pub struct Counted {
    pub count: u64,
    pub key: Option<WebhookKey>,
    pub examples: Vec<Text>,
}

impl Counted {
    fn add(&mut self, key: Option<WebhookKey>, example: impl FnOnce() -> Text) {
        self.count += 1;
        self.key = self.key.or(key);
        if self.examples.len() < EXAMPLES {
            self.examples.push(example());
        }
    }
}

/// A callback that nobody waits for any more.
#[derive(Clone, Debug)]
pub struct Wait {
    pub operation: String,
    pub key: WebhookKey,
    pub wanted: u64,
    /// From wanting it to its connection, µs.
    pub connected: u64,
    /// Since when.
    pub from: u64,
    /// How long we look.
    pub to: u64,
    /// When it was answered.
    pub at: Option<u64>,
}

/// What was said of an operation, in its own words.
fn quoted(operation: &str, cause: &str) -> Text {
    Text::plain(format!("{}: {}", printable(operation), printable(cause)))
}

fn keep(times: &mut VecDeque<u64>, now: u64) {
    if times.len() >= MAX_ENDS {
        times.pop_front();
    }
    times.push_back(now);
}

/// The counts.
#[derive(Debug)]
pub struct Tally {
    processes: u64,
    linger_us: u64,
    pending: u64,
    crowded_at: Option<u64>,
    pub calls: u64,
    pub succeeded: u64,
    pub given_up: BTreeMap<GivenUp, Counted>,
    /// Other failures.
    pub failed: BTreeMap<FailureKind, Counted>,
    /// Failures of after-callbacks.
    pub after: BTreeMap<FailureKind, Counted>,
    pub lost: Counted,
    pub over_budget: Counted,
    pub left: Counted,
    pub waits: VecDeque<Wait>,
    /// Ends of calls that waited for a callback that was given up, in order.
    pub ends: VecDeque<u64>,
    /// Beginnings of calls, in order.
    pub begins: VecDeque<u64>,
}

impl Tally {
    pub fn new(processes: u32, linger: Duration) -> Tally {
        Tally {
            processes: u64::from(processes.max(1)),
            linger_us: u64::try_from(linger.as_micros()).unwrap_or(u64::MAX),
            pending: 0,
            crowded_at: None,
            calls: 0,
            succeeded: 0,
            given_up: BTreeMap::new(),
            failed: BTreeMap::new(),
            after: BTreeMap::new(),
            lost: Counted::default(),
            over_budget: Counted::default(),
            left: Counted::default(),
            waits: VecDeque::new(),
            ends: VecDeque::new(),
            begins: VecDeque::new(),
        }
    }

    pub fn summary(&self) -> Text {
        let calls = say!("standin-calls", n = self.calls);
        let failed = self.calls - self.succeeded;
        say!("standin-summary", calls = calls, succeeded = self.succeeded, failed = failed)
    }

    /// A callback is wanted.
    pub fn wanted(&mut self, now: u64) {
        self.pending += 1;
        self.note_crowd(now);
    }

    fn note_crowd(&mut self, now: u64) {
        if self.pending >= CROWDED * self.processes {
            self.crowded_at = Some(now);
        }
    }

    fn was_crowded(&self, since: u64) -> bool {
        self.crowded_at.is_some_and(|at| at >= since)
    }

    /// A callback has ended; `left` is when its caller went away.
    pub fn ended(&mut self, operation: &str, key: WebhookKey, end: &Ended, now: u64, left: Option<u64>) {
        self.note_crowd(now);
        self.pending = self.pending.saturating_sub(1);
        let wanted = now.saturating_sub(end.took);
        let connected = end.connected.unwrap_or(0);
        let wait = |from: u64, to: u64, at| {
            let operation = operation.to_owned();
            Wait { operation, key, wanted, connected, from, to, at }
        };
        match &end.cause {
            Some(cause) if !key.is_before() => {
                let example = || quoted(operation, cause);
                self.after.entry(kind_of(cause)).or_default().add(Some(key), example);
            }
            Some(cause) if GivenUp::by_deadline(cause) => {
                if GivenUp::of(end, self.was_crowded(wanted)) == GivenUp::Unanswered {
                    self.wait(wait(now, now.saturating_add(self.linger_us), None));
                }
            }
            // In time for OpenIM, but not for whoever made the call.
            None => {
                if let Some(left) = left.filter(|left| key.is_before() && *left > wanted) {
                    self.wait(wait(left, left.max(wanted + CAP_US), Some(now)));
                }
            }
            Some(_) => {}
        }
    }

    fn wait(&mut self, wait: Wait) {
        if self.waits.len() >= MAX_WAITS {
            self.waits.pop_front();
        }
        self.waits.push_back(wait);
    }

    /// A callback that was given up has come to an end.
    pub fn late(&mut self, operation: &str, key: WebhookKey, now: u64, is_answer: bool) {
        let of = |w: &&mut Wait| w.at.is_none() && w.key == key && w.operation == operation;
        if let Some(wait) = self.waits.iter_mut().rev().find(of).filter(|_| is_answer) {
            wait.at = Some(now);
        }
    }

    /// An after-callback found no room.
    pub fn lost(&mut self, operation: &str, key: WebhookKey) {
        self.lost.add(Some(key), || Text::plain(printable(operation)));
    }

    /// The caller of an open call went away.
    pub fn left(&mut self, operation: &str, now: u64) {
        self.left.add(None, || Text::plain(printable(operation)));
        self.end(now);
    }

    fn end(&mut self, now: u64) {
        keep(&mut self.ends, now);
    }

    /// A call has come.
    pub fn called(&mut self, now: u64) {
        keep(&mut self.begins, now);
    }

    /// Since a call ended that had waited for a callback in vain, µs.
    pub fn since_last_end(&self, now: u64) -> Option<u64> {
        self.ends.back().map(|end| now.saturating_sub(*end))
    }

    /// A call has been answered.
    pub fn answered(&mut self, operation: &str, call: &OpenCall, answer: &Classified, now: u64) {
        self.calls += 1;
        let befores = || call.callbacks.iter().filter(|seen| seen.key.is_before());
        let sum: u64 = befores().filter_map(|seen| seen.ended.as_ref()).map(|end| end.took).sum();
        if sum > CALLER_BUDGET_US {
            let example = || say!("standin-example-in-all", operation = printable(operation), time = ms(sum));
            self.over_budget.add(befores().next_back().map(|seen| seen.key), example);
        }
        let Err(kind) = answer.result else {
            self.succeeded += 1;
            return;
        };
        let unanswered = befores().rev().find_map(|seen| {
            let end = seen.ended.as_ref()?;
            Some((seen, end, end.cause.as_deref()?))
        });
        let Some((seen, end, cause)) = unanswered else {
            let text = answer.text.clone().unwrap_or_default();
            let key = befores().next_back().map(|seen| seen.key);
            self.failed
                .entry(kind)
                .or_default()
                .add(key, || Text::plain(format!("{}: {text}", printable(operation))));
            return;
        };
        if !GivenUp::by_deadline(cause) {
            let example = || quoted(operation, cause);
            self.failed.entry(kind_of(cause)).or_default().add(Some(seen.key), example);
            return;
        }
        let why = GivenUp::of(end, self.was_crowded(seen.wanted));
        let example = || {
            let (operation, key) = (printable(operation), seen.key.name());
            say!("standin-example-given-up", operation = operation, key = key, time = ms(end.took))
        };
        self.given_up.entry(why).or_default().add(Some(seen.key), example);
        if why == GivenUp::Unanswered && call.left.is_none() {
            self.end(now);
        }
    }

    /// Answers that came too late, for the test.
    pub fn late_answers(&self) -> Vec<Late> {
        let late = |w: &Wait| Some(Late { from: w.from, to: w.to.max(w.from + 1), at: w.at? });
        self.waits.iter().filter_map(late).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(connected: Option<u64>) -> Ended {
        Ended { connected, dialed: true, took: 5_000_000, cause: Some("context deadline exceeded".into()) }
    }

    #[test]
    fn what_a_given_up_callback_waited_for_is_told_by_its_connection() {
        assert_eq!(GivenUp::of(&end(Some(900)), true), GivenUp::Unanswered);
        assert_eq!(GivenUp::of(&end(None), true), GivenUp::Pool);
        assert_eq!(GivenUp::of(&end(Some(4_000_000)), true), GivenUp::Pool);
        assert_eq!(GivenUp::of(&end(None), false), GivenUp::Unreachable);
    }

    #[test]
    fn nothing_grows_without_bound() {
        let mut tally = Tally::new(1, Duration::from_secs(20));
        let key = WebhookKey::BeforeCreateGroup;
        for n in 0..200_000 {
            tally.wanted(n);
            tally.ended("op", key, &end(Some(1)), n, None);
            tally.left("op", n);
        }
        assert_eq!((tally.waits.len(), tally.ends.len()), (MAX_WAITS, MAX_ENDS));
        assert_eq!((tally.left.count, tally.left.examples.len()), (200_000, EXAMPLES));
    }
}
