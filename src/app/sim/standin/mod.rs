//! Stands in for `OpenIM` behind somebody's business server: a line a call, findings at the end.
//!
//! Watches the simulator's events and never blocks it: lines go to a thread of their own, and
//! where standard output is too slow they are left out and counted. Towards caller and webhook
//! server the simulator stays `OpenIM`, but for the two departures of [`Linger`], which `welcome`
//! names and `--linger 0s --confirm 0s` switches off.

mod calls;
mod findings;
mod follow;
mod tally;

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use tokio_util::sync::CancellationToken;

use self::calls::{Ended, OpenCalls, callback, line, ms, time_of_day};
use self::tally::{GivenUp, Tally};
use super::{Failure, out};
use crate::clock::RunClock;
use crate::finding::Finding;
use crate::say;
use crate::sim::{Linger, Observer, SimEvent};
use crate::text::Text;
use crate::units::Span;
use crate::wire::WebhookKey;
use crate::wire::api::Operation;
use crate::wire::failure::{classify, printable};

/// Lines that wait to be written.
const LINES: usize = 4096;

/// What the person is told at the start.
pub(super) fn welcome(linger: &Linger) -> Text {
    let mut told = vec![say!("standin-welcome")];
    if !linger.answer.is_zero() {
        told.push(say!("standin-welcome-confirm", time = Span(linger.answer).to_string()));
    }
    if !linger.connection.is_zero() {
        told.push(say!("standin-welcome-linger", time = Span(linger.connection).to_string()));
    }
    Text::sentences(&told)
}

/// A stand-in at work.
pub(super) struct StandIn {
    watch: Arc<Watch>,
    writer: JoinHandle<Result<(), Failure>>,
}

struct Watch {
    clock: RunClock,
    linger: Linger,
    /// What is torn down with the simulator is nobody's fault.
    over: CancellationToken,
    state: Mutex<State>,
}

struct State {
    calls: OpenCalls,
    tally: Tally,
    lines: Option<SyncSender<String>>,
    /// Lines left out.
    unwritten: u64,
}

impl StandIn {
    /// Starts watching a simulator of so many processes, until `over`.
    pub(super) fn start(processes: u32, linger: Linger, over: CancellationToken) -> Result<StandIn, Failure> {
        let (lines, waiting) = sync_channel(LINES);
        let writer = std::thread::Builder::new()
            .name("lines".to_owned())
            .spawn(move || write(&waiting))
            .map_err(Failure::bug)?;
        let tally = Tally::new(processes, linger.connection);
        let state = State { calls: OpenCalls::default(), tally, lines: Some(lines), unwritten: 0 };
        let watch = Watch { clock: RunClock::start(), linger, over, state: Mutex::new(state) };
        Ok(StandIn { watch: Arc::new(watch), writer })
    }

    /// For the simulator's configuration.
    pub(super) fn observer(&self) -> Observer {
        let watch = self.watch.clone();
        Observer::new(move |event| watch.see(event))
    }

    /// Writes what waits, then the findings, and returns them.
    pub(super) fn end(self) -> Vec<Finding> {
        self.watch.state().lines = None;
        if let Ok(Err(failure)) = self.writer.join() {
            out::tell(&failure.text());
        }
        let state = self.watch.state();
        if state.unwritten > 0 {
            out::tell(&say!("standin-unwritten", n = state.unwritten));
        }
        if state.calls.missed > 0 {
            out::tell(&say!("standin-missed", n = state.calls.missed));
        }
        out::tell(&state.tally.summary());
        let found = findings::findings(&state.tally, self.watch.linger);
        for finding in &found {
            // With its code, which the README explains and scripts may look for.
            let what = finding.what.map(|what| format!("[{}] {what}", finding.code));
            out::finding(&Finding { what, ..finding.clone() });
        }
        found
    }
}

fn write(lines: &Receiver<String>) -> Result<(), Failure> {
    lines.iter().try_for_each(|line| out::result(line.as_bytes()))
}

impl State {
    fn say(&mut self, line: &Text) {
        let Some(lines) = &self.lines else { return };
        match lines.try_send(format!("{}\n", line.of(out::lang()))) {
            Err(TrySendError::Full(_)) => self.unwritten += 1,
            // Whoever read it has gone, which is no reason to stop.
            Err(TrySendError::Disconnected(_)) | Ok(()) => {}
        }
    }
}

/// A line of what befalls a call meanwhile.
fn indented(operation: &str, what: &Text) -> Text {
    what.map(|what| format!("{}   {} {what}", time_of_day(), printable(operation)))
}

/// Calls that change groups: those that fire webhooks.
fn is_watched(path: &str) -> bool {
    path.starts_with("/group/") && !path.starts_with("/group/get_")
}

/// For what counts as a success; any of those that answer nothing will do.
fn operation_of(path: &str) -> Operation {
    match path {
        "/group/create_group" => Operation::Create,
        "/group/invite_user_to_group" => Operation::Invite,
        "/group/join_group" => Operation::Join,
        _ => Operation::Dismiss,
    }
}

impl Watch {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn see(&self, event: &SimEvent<'_>) {
        if self.over.is_cancelled() {
            return;
        }
        let mut state = self.state();
        // With the lock held, so that the times in it are in order.
        let now = self.clock.now().0;
        match *event {
            SimEvent::Called { operation, path, body, .. } if is_watched(path) => {
                state.tally.called(now);
                state.calls.called(operation, path, body, now);
            }
            SimEvent::Answered { operation, path, took, status, body } if is_watched(path) => {
                let answer = classify(status, body.as_bytes(), operation_of(path));
                Self::answered(&mut state, operation, path, micros(took), now, &answer);
            }
            SimEvent::CallbackWanted { operation, key, .. } => {
                state.tally.wanted(now);
                state.calls.wanted(operation, key, now);
            }
            SimEvent::CallbackEnded { operation, key, connected_after, dialed, took, result, .. } => {
                let end = Ended {
                    connected: connected_after.map(micros),
                    dialed,
                    took: micros(took),
                    cause: result.err().map(str::to_owned),
                };
                Self::ended(&mut state, operation, key, &end, now);
            }
            SimEvent::CallbackLate { operation, key, took, result } => {
                state.tally.late(operation, key, now, result.is_ok());
                let what = if result.is_ok() {
                    say!("standin-late-answered", key = key.name(), time = ms(micros(took)))
                } else {
                    say!("standin-late-ended", key = key.name(), time = ms(micros(took)))
                };
                let what = match state.tally.since_last_end(now) {
                    Some(us) => say!("standin-late-after-call", what = what, time = ms(us)),
                    None => what,
                };
                state.say(&indented(operation, &what));
            }
            SimEvent::CallerLeft { operation, path, .. } if is_watched(path) => {
                state.calls.left(operation, path, now);
                state.tally.left(operation, now);
            }
            SimEvent::CallbackLost { operation, key } => {
                state.tally.lost(operation, key);
                state.say(&indented(operation, &say!("standin-lost-line", key = key.name())));
            }
            _ => {}
        }
    }

    fn ended(state: &mut State, operation: &str, key: WebhookKey, end: &Ended, now: u64) {
        let left = state.calls.ended(operation, key, end);
        state.tally.ended(operation, key, end, now, left);
        if !key.is_before() {
            state.say(&indented(operation, &callback(key, end)));
        }
    }

    fn answered(
        state: &mut State,
        operation: &str,
        path: &str,
        took: u64,
        now: u64,
        answer: &crate::wire::failure::Classified,
    ) {
        let Some(call) = state.calls.answered(operation, path) else { return };
        let given_up = call.callbacks.iter().rev().find_map(|seen| {
            let end = seen.ended.as_ref()?;
            let given_up = end.cause.as_deref().is_some_and(GivenUp::by_deadline);
            given_up.then_some(seen.wanted + end.took)
        });
        let held = given_up.map_or(0, |at| now.saturating_sub(at));
        state.tally.answered(operation, &call, answer, now);
        // Less is the call's own way back.
        let held = if held > 20_000 { held } else { 0 };
        state.say(&line(operation, &call, answer, took, held));
    }
}

fn micros(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
