//! Pairs the line before a webhook's call with the line after it, or with the failure of its operation.
//!
//! The key is operationID and address, the body where several are open, else the order. The table of open calls is
//! bounded, by age (`OpenIM` waits for at most 15 s) and by number.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};

use super::event::{Event, FailedLine, WebhookLine};
use super::time::LogTime;
use crate::wire::WebhookKey;
use crate::wire::failure::{FailureKind, resolve_hidden, webhook_in};

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// With an answer that was not a rejection.
    Answered,
    /// With the failure (or rejection) that the operation's error names.
    Failed(FailureKind),
    /// The operation's caller had hung up.
    Abandoned,
    /// No line tells: failed, rejected or dropped, and of an after-callback `OpenIM` says nothing then.
    Lost,
    /// The log ended before `OpenIM` would have given up.
    Running,
}

/// A call of a webhook as the log tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The line before it.
    pub begun: WebhookLine,
    /// When the line came that ended it.
    pub ended: Option<LogTime>,
    /// How.
    pub outcome: Outcome,
}

impl Call {
    /// How long it took, milliseconds precise; waiting for a connection included.
    #[must_use]
    pub fn took_us(&self) -> Option<u64> {
        self.ended.map(|ended| ended.us_since(self.begun.at))
    }
}

/// What pairing makes of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// A call is over, or nothing more can be known of it.
    Call(Call),
    /// An operation failed and no open call of a webhook is known to be why; once an operation.
    Failure(FailedLine),
}

/// `OpenIM` waits for 15 s at most; the rest is for a log that several processes write.
const MAX_AGE_MS: i64 = 60_000;
/// A call that is younger than this at the log's end may still be answered.
const RUNNING_MS: i64 = 16_000;
/// Calls that are open at a time.
const MAX_OPEN: usize = 100_000;
/// Failed operations that are remembered, as each process logs the failure again.
const MAX_FAILED: usize = 2_000;

/// The calls that are open.
#[derive(Debug, Default)]
pub struct Pairs {
    hash: RandomState,
    open: BTreeMap<u64, Open>,
    by_pair: HashMap<u64, VecDeque<u64>>,
    /// The before-call that an operation waits for; there is one at a time.
    waiting: HashMap<u64, u64>,
    failed: VecDeque<u64>,
    /// Failures whose code a later line of the same operation may name.
    unsure: VecDeque<(u64, FailedLine)>,
    next: u64,
    newest: LogTime,
    /// Open calls that were given up because there were too many.
    pub evicted: u64,
    /// Answers whose call is not known: it began before the log did.
    pub headless: u64,
}

#[derive(Debug)]
struct Open {
    begun: WebhookLine,
    pair: u64,
    operation: u64,
}

impl Pairs {
    /// Takes the events in the order of the log.
    pub fn take(&mut self, event: &Event, on: &mut impl FnMut(Told)) {
        match event {
            Event::Called(line) => self.begin(line, on),
            Event::Answered(line) => self.answered(line, on),
            Event::Failed(line) => self.failure(line, on),
            Event::Ended(_) => {}
        }
    }

    /// The log has ended: what is open is running or lost.
    pub fn finish(&mut self, on: &mut impl FnMut(Told)) {
        let until = self.newest.plus_ms(-RUNNING_MS);
        while let Some((id, open)) = self.open.first_key_value() {
            let outcome = if open.begun.at >= until { Outcome::Running } else { Outcome::Lost };
            self.close(*id, None, outcome, on);
        }
        self.unsure.drain(..).for_each(|(_, line)| on(Told::Failure(line)));
    }

    /// How many calls are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.open.len()
    }

    /// The clock of the log; one that was set back (the end of summer time, files in the wrong order) counts anew.
    fn advance(&mut self, at: LogTime) {
        if at > self.newest || at < self.newest.plus_ms(-MAX_AGE_MS) {
            self.newest = at;
        }
    }

    fn begin(&mut self, line: &WebhookLine, on: &mut impl FnMut(Told)) {
        self.advance(line.at);
        let oldest = self.newest.plus_ms(-MAX_AGE_MS);
        while let Some((id, open)) = self.open.first_key_value() {
            let full = self.open.len() >= MAX_OPEN;
            if open.begun.at >= oldest && !full {
                break;
            }
            self.evicted += u64::from(open.begun.at >= oldest);
            self.close(*id, None, Outcome::Lost, on);
        }
        let pair = self.hash.hash_one((&line.operation, &line.url));
        let operation = self.hash.hash_one(&line.operation);
        let id = self.next;
        self.next += 1;
        self.by_pair.entry(pair).or_default().push_back(id);
        if waits(line) {
            self.waiting.insert(operation, id);
        }
        self.open.insert(id, Open { begun: line.clone(), pair, operation });
    }

    fn answered(&mut self, line: &WebhookLine, on: &mut impl FnMut(Told)) {
        self.advance(line.at);
        let pair = self.hash.hash_one((&line.operation, &line.url));
        let Some(ids) = self.by_pair.get(&pair) else {
            self.headless += 1;
            return;
        };
        let same = |id: &&u64| self.open.get(*id).is_some_and(|open| open.begun.input == line.input);
        if let Some(id) = ids.iter().find(same).or_else(|| ids.front()).copied() {
            self.close(id, Some(line.at), Outcome::Answered, on);
        }
    }

    fn failure(&mut self, line: &FailedLine, on: &mut impl FnMut(Told)) {
        self.advance(line.at);
        let operation = self.hash.hash_one(&line.operation);
        // A failure of another service says nothing about a webhook, unless it names its address.
        let about = line.group || line.post_url.is_some() || line.kind == FailureKind::WebhookBadAnswer;
        if !about {
            return;
        }
        let pair = line.post_url.as_ref().map(|url| self.hash.hash_one((&line.operation, url)));
        let named = pair.and_then(|pair| self.by_pair.get(&pair)?.front().copied());
        let id = named.or_else(|| self.waiting.get(&operation).copied());
        match id.and_then(|id| Some((id, self.open.get(&id)?))) {
            Some((id, open)) => {
                let outcome = outcome(line, open);
                self.fails(operation);
                self.close(id, Some(line.at), outcome, on);
            }
            None => self.unexplained(operation, line, on),
        }
    }

    /// Whether it is the first line about the operation's failure.
    fn fails(&mut self, operation: u64) -> bool {
        if self.failed.contains(&operation) {
            return false;
        }
        if self.failed.len() >= MAX_FAILED {
            self.failed.pop_front();
        }
        self.failed.push_back(operation);
        true
    }

    /// A failure that no open call is known to be why.
    fn unexplained(&mut self, operation: u64, line: &FailedLine, on: &mut impl FnMut(Told)) {
        let first = self.fails(operation);
        let waiting = self.unsure.iter().position(|(other, _)| *other == operation);
        match waiting.and_then(|at| self.unsure.remove(at)) {
            Some((_, before)) => on(Told::Failure(if line.sure { line.clone() } else { before })),
            None if first && line.sure => on(Told::Failure(line.clone())),
            None if first => {
                if self.unsure.len() >= MAX_FAILED
                    && let Some((_, oldest)) = self.unsure.pop_front()
                {
                    on(Told::Failure(oldest));
                }
                self.unsure.push_back((operation, line.clone()));
            }
            None => {}
        }
    }

    fn close(&mut self, id: u64, ended: Option<LogTime>, outcome: Outcome, on: &mut impl FnMut(Told)) {
        let Some(open) = self.open.remove(&id) else { return };
        if let Some(ids) = self.by_pair.get_mut(&open.pair) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.by_pair.remove(&open.pair);
            }
        }
        if self.waiting.get(&open.operation) == Some(&id) {
            self.waiting.remove(&open.operation);
        }
        on(Told::Call(Call { begun: open.begun, ended, outcome }));
    }
}

/// Whether the operation waits for it; of a command that is not of the group's, its name tells.
fn waits(line: &WebhookLine) -> bool {
    line.key().map_or_else(|| line.command().starts_with("callbackBefore"), WebhookKey::is_before)
}

/// Why the open call failed, from the error of its operation.
fn outcome(line: &FailedLine, open: &Open) -> Outcome {
    if line.canceled {
        return Outcome::Abandoned;
    }
    let waited = line.at.us_since(open.begun.at);
    Outcome::Failed(match line.kind {
        FailureKind::WebhookCauseHidden => resolve_hidden(waited, open.begun.timeout_s),
        // The operation waited for this very answer, so the code is the webhook's.
        FailureKind::Api(code) if line.post_url.is_none() => FailureKind::WebhookRejected(code),
        other => other,
    })
}

impl FailedLine {
    /// The webhook that the error names.
    #[must_use]
    pub fn key(&self) -> Option<WebhookKey> {
        webhook_in(self.post_url.as_deref()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(ms: i64, operation: &str, command: &str, input: u64) -> WebhookLine {
        WebhookLine {
            at: LogTime(ms),
            operation: operation.to_owned(),
            url: format!("http://r/{command}"),
            input,
            timeout_s: Some(5),
        }
    }

    fn failed(ms: i64, operation: &str, kind: FailureKind) -> Event {
        let operation = operation.to_owned();
        let at = LogTime(ms);
        Event::Failed(FailedLine {
            at,
            operation,
            kind,
            post_url: None,
            group: true,
            canceled: false,
            sure: true,
        })
    }

    fn told(events: &[Event]) -> (Vec<(i64, Outcome)>, usize) {
        let (mut pairs, mut calls, mut alone) = (Pairs::default(), Vec::new(), 0);
        let mut on = |what| match what {
            Told::Call(call) => calls.push((call.begun.at.0, call.outcome)),
            Told::Failure(_) => alone += 1,
        };
        events.iter().for_each(|event| pairs.take(event, &mut on));
        pairs.finish(&mut on);
        (calls, alone)
    }

    const BEFORE: &str = "callbackBeforeCreateGroupCommand";
    const AFTER: &str = "callbackAfterKickGroupCommand";

    #[test]
    fn of_two_calls_to_one_address_the_body_tells_which_was_answered() {
        let events = [
            Event::Called(line(0, "a", AFTER, 1)),
            Event::Called(line(1, "a", AFTER, 2)),
            Event::Answered(line(2, "a", AFTER, 2)),
            Event::Answered(line(3, "a", AFTER, 9)),
        ];
        assert_eq!(told(&events).0, [(1, Outcome::Answered), (0, Outcome::Answered)]);
    }

    #[test]
    fn a_failure_ends_the_call_that_the_operation_waits_for_and_counts_once() {
        let kind = FailureKind::WebhookBadAnswer;
        let events = [Event::Called(line(0, "a", BEFORE, 1)), failed(2, "a", kind), failed(3, "a", kind)];
        assert_eq!(told(&events), (vec![(0, Outcome::Failed(kind))], 0));
        let code = FailureKind::Api(1001);
        let events = [
            Event::Called(line(0, "a", BEFORE, 1)),
            failed(2, "a", code),
            failed(9, "b", code),
            failed(10, "b", code),
        ];
        assert_eq!(told(&events), (vec![(0, Outcome::Failed(FailureKind::WebhookRejected(1001)))], 1));
    }

    #[test]
    fn a_call_without_an_end_is_lost_or_still_running() {
        let events = [
            Event::Called(line(0, "a", AFTER, 1)),
            Event::Called(line(70_000, "b", AFTER, 1)),
            Event::Called(line(99_000, "c", AFTER, 1)),
        ];
        let wanted = [(0, Outcome::Lost), (70_000, Outcome::Lost), (99_000, Outcome::Running)];
        assert_eq!(told(&events).0, wanted);
    }

    #[test]
    fn a_clock_that_was_set_back_loses_no_call() {
        let mut events = vec![
            Event::Called(line(3_600_000, "a", BEFORE, 1)),
            Event::Answered(line(3_600_010, "a", BEFORE, 1)),
        ];
        for n in 0..3 {
            let (a, b) = (format!("x{n}"), format!("y{n}"));
            events.push(Event::Called(line(n, &a, BEFORE, 1)));
            events.push(Event::Called(line(n, &b, BEFORE, 1)));
            events.push(Event::Answered(line(n + 5, &a, BEFORE, 1)));
            events.push(Event::Answered(line(n + 5, &b, BEFORE, 1)));
        }
        let (calls, _) = told(&events);
        assert_eq!(calls.len(), 7);
        assert!(calls.iter().all(|(_, outcome)| *outcome == Outcome::Answered));
    }
}
