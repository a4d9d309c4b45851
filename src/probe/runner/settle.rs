//! Waits for callbacks that may still come after the last answer.
//!
//! Bounded: until those that are expected have come and a moment of silence has passed, else
//! a longer silence; what is held is waited for until `OpenIM` gives up.

use std::time::Duration;

use super::Run;
use super::calls::Made;
use crate::probe::behave::HOLD;
use crate::probe::case::{Called, Does};
use crate::probe::observation::Callback;
use crate::wire::WebhookKey;
use crate::wire::api::Operation;

/// Silence that ends the wait where all has come that is expected, seconds.
const QUIET_S: f64 = 0.25;
/// The same where something is missing.
const MISSING_S: f64 = 3.0;
/// Longest wait in all, seconds; a callback is held for less.
const LONGEST_S: f64 = 60.0;
/// Between two looks.
const LOOK: Duration = Duration::from_millis(15);

impl Run<'_> {
    pub(super) async fn settle(&self) {
        let wanted = self.wanted();
        let begun = self.now();
        let hold = HOLD.as_secs_f64();
        while self.now() < begun + LONGEST_S {
            let callbacks = self.callbacks();
            let held = callbacks.iter().any(|c| self.is_held(c));
            let came = callbacks.iter().filter(|c| is_after(c)).count();
            let last = callbacks.iter().map(|c| last_word(c) - self.begun).fold(self.last_answer(), f64::max);
            let silence = if came >= wanted { QUIET_S } else { MISSING_S };
            // A connection that is gone without a word is noticed at the end of the hold at the latest.
            let is_over = !held || self.now() - last > hold + 1.0;
            if is_over && self.now() - last >= silence {
                return;
            }
            tokio::time::sleep(LOOK).await;
        }
    }

    /// Neither answered nor given up; one that is closed on purpose is neither, and over.
    fn is_held(&self, callback: &Callback) -> bool {
        let key = WebhookKey::from_command(callback.command());
        let breaks =
            |(k, does): &(WebhookKey, Does)| Some(*k) == key && matches!(does, Does::Closes | Does::Resets);
        callback.replied_at.is_none() && callback.aborted.is_none() && !self.case.receiver.iter().any(breaks)
    }

    fn last_answer(&self) -> f64 {
        let end = |made: &Made| made.call.at + made.call.answer.as_ref().map_or(0.0, |a| a.seconds);
        self.made.iter().map(end).fold(0.0, f64::max)
    }

    /// After-callbacks that are expected, at most.
    fn wanted(&self) -> usize {
        (0..self.case.steps.len()).map(|step| self.wanted_of(step)).sum()
    }

    fn wanted_of(&self, step: usize) -> usize {
        let made: Vec<&Made> = self.made.iter().filter(|made| made.step == step).collect();
        let is_done = !made.is_empty() && made.iter().all(|made| made.is_done());
        let is_on = |key: WebhookKey| self.setting.enabled.contains(&key) && !key.is_before();
        let expect = self.case.expected(self.setting.version.build);
        let called = expect.and_then(|e| e.called.get(step));
        match called {
            Some(called) if made.len() < 2 => called
                .iter()
                .filter(|called| is_on(called.key()))
                .map(|called| match called {
                    Called::Once(_) | Called::Members(_) => usize::from(!made.is_empty()),
                    Called::IfDone(_) => usize::from(is_done),
                    Called::Times(_, _, most) => *most as usize,
                })
                .sum(),
            // Every group that was made.
            _ if is_on(WebhookKey::AfterCreateGroup) => {
                let is_create = |made: &&&Made| made.call.path == Operation::Create.path() && made.is_done();
                made.iter().filter(is_create).count()
            }
            _ => 0,
        }
    }
}

fn is_after(callback: &Callback) -> bool {
    WebhookKey::from_command(callback.command()).is_some_and(|key| !key.is_before())
}

/// The last that was seen of a callback, seconds of the clock.
fn last_word(callback: &Callback) -> f64 {
    let cut = callback.aborted.map(|held| callback.at + held);
    callback.at.max(callback.replied_at.unwrap_or(0.0)).max(cut.unwrap_or(0.0))
}
