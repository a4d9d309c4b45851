//! Metrics of a log that is followed: what comes to be known of webhooks once all that was there before is read.

use std::collections::HashMap;

use crate::logs::{Call, Outcome, Told};
use crate::metrics::{CallbackEnd, Meter, names};
use crate::wire::WebhookKey;
use crate::wire::failure::FailureKind;
use crate::wire::webhooks_yml::effective_timeout_s;

pub(super) struct Watch {
    meter: Meter,
    /// What is older is nobody's present rate; of it only the timeouts count.
    live: bool,
    /// The timeouts that the meter knows, as configured.
    timeouts: HashMap<WebhookKey, i64>,
}

impl Watch {
    pub(super) fn new(meter: Meter) -> Watch {
        Watch { meter, live: false, timeouts: HashMap::new() }
    }

    /// What comes now is added while we look.
    pub(super) fn live(&mut self) {
        self.live = true;
    }

    pub(super) fn see(&mut self, told: &Told) {
        match told {
            Told::Call(call) => {
                self.timeout(call);
                if self.live {
                    self.call(call);
                }
            }
            Told::Failure(line) if self.live => {
                let cause = if line.canceled { names::ABANDONED } else { line.kind.family() };
                self.meter.log_failure(line.key(), cause);
            }
            Told::Failure(_) => {}
        }
    }

    fn timeout(&mut self, call: &Call) {
        let (Some(key), Some(seconds)) = (call.begun.key(), call.begun.timeout_s) else { return };
        if self.timeouts.insert(key, seconds) != Some(seconds) {
            self.meter.timeout(key, effective_timeout_s(seconds));
        }
    }

    fn call(&self, call: &Call) {
        let (meter, key) = (&self.meter, call.begun.key());
        let took = call.took_us().map(|us| us as f64 / 1e6);
        match call.outcome {
            Outcome::Answered => meter.logged(key, took, CallbackEnd::Answered),
            Outcome::Failed(kind) => {
                meter.logged(key, took, end(kind));
                meter.log_failure(key, kind.family());
            }
            // Its caller hung up, which is not the webhook's doing; how long it would have taken is not known.
            Outcome::Abandoned => {
                meter.logged(key, None, CallbackEnd::Unanswered);
                meter.log_failure(key, names::ABANDONED);
            }
            Outcome::Lost => {
                meter.logged(key, None, CallbackEnd::Unanswered);
                meter.log_failure(key, names::UNTOLD);
                if key.is_some_and(|key| !key.is_before()) {
                    meter.after_lost(key);
                }
            }
            // Only when the log ends, which one that is followed does not.
            Outcome::Running => {}
        }
    }
}

/// How a callback ended that `OpenIM` takes for failed.
fn end(kind: FailureKind) -> CallbackEnd {
    match kind {
        FailureKind::WebhookRejected(_) => CallbackEnd::Rejected,
        FailureKind::WebhookBadAnswer => CallbackEnd::Answered,
        FailureKind::WebhookDeadline | FailureKind::WebhookCap | FailureKind::WebhookBodyRead => {
            CallbackEnd::Aborted
        }
        _ => CallbackEnd::Unanswered,
    }
}
