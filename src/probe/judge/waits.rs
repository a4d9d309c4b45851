//! Waits as classes: a key's timeout, the cap, at once.

use super::Look;
use crate::probe::case::Setting;
use crate::probe::observation::Call;
use crate::say;
use crate::text::Text;
use crate::wire::webhooks_yml::effective_timeout_s;
use crate::wire::{FailureKind, WebhookKey};

/// A wait may seem so much shorter: the callback is seen after `OpenIM` began to wait.
const EARLY_S: f64 = 0.1;
/// A wait may be so much longer: the rest of the call, a busy machine.
pub(super) const LATE_S: f64 = 1.5;
/// The same where any whole second may be the timeout.
const LATE_UNKNOWN_S: f64 = 0.7;
/// A busy machine may read a callback so much later than it came.
const LATE_READ_S: f64 = 0.5;
/// The cap of `OpenIM`'s webhook client.
const CAP_S: u32 = 15;

/// The timeout of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// `timeout` of 1 to 14 s.
    Key(u32),
    /// 15, where either of two timers may be first.
    Either,
    /// 0, negative, above 15 or missing.
    Cap,
    /// `webhooks.yml` is not known.
    Unknown,
}

impl Limit {
    pub(super) fn of(setting: &Setting, key: WebhookKey) -> Limit {
        match setting.webhooks.as_ref().and_then(|yml| yml.timeout_of(key)) {
            None => Limit::Unknown,
            Some(15) => Limit::Either,
            Some(timeout) => match effective_timeout_s(timeout) {
                CAP_S => Limit::Cap,
                seconds => Limit::Key(seconds),
            },
        }
    }

    /// Seconds, where known.
    pub(super) fn seconds(self) -> Option<f64> {
        match self {
            Limit::Key(seconds) => Some(f64::from(seconds)),
            Limit::Either | Limit::Cap => Some(f64::from(CAP_S)),
            Limit::Unknown => None,
        }
    }

    /// In words.
    pub(super) fn text(self) -> Text {
        match self.seconds() {
            Some(seconds) => say!("probe-judge-after", seconds = seconds.to_string()),
            None => say!("probe-judge-after-whole"),
        }
    }

    /// The wait is this limit's.
    pub(super) fn fits(self, waited_s: f64) -> bool {
        if let Some(limit) = self.seconds() {
            return (limit - EARLY_S..limit + LATE_S).contains(&waited_s);
        }
        let whole = (waited_s + EARLY_S).floor();
        (1.0..=f64::from(CAP_S)).contains(&whole) && waited_s < whole + LATE_UNKNOWN_S
    }

    /// A callback held so long was cut by this limit: it may have been read late, so that it
    /// seems shorter.
    pub(super) fn fits_held(self, held_s: f64) -> bool {
        let limit = self.seconds();
        held_s >= limit.unwrap_or(1.0) - LATE_READ_S && held_s < limit.unwrap_or(f64::from(CAP_S)) + LATE_S
    }

    /// The kind of failure is this limit's.
    pub(super) fn fits_kind(self, kind: FailureKind) -> bool {
        match self {
            Limit::Key(_) => kind == FailureKind::WebhookDeadline,
            Limit::Cap => kind == FailureKind::WebhookCap,
            Limit::Either | Limit::Unknown => {
                matches!(kind, FailureKind::WebhookDeadline | FailureKind::WebhookCap)
            }
        }
    }
}

/// The call waited for a callback of the key as long as the limit says. Counted from the
/// callback's arrival, since others came before it, or from the request, since a busy machine
/// may have read the callback late.
pub(super) fn waited(look: &Look<'_>, step: usize, call: &Call, key: WebhookKey, limit: Limit) -> bool {
    let Some(seconds) = call.answer.as_ref().map(|answer| answer.seconds) else { return false };
    let callbacks = look.steps.callbacks(look.seen, step);
    let last = callbacks.filter(|c| WebhookKey::from_command(c.command()) == Some(key)).last();
    limit.fits(seconds) || last.is_some_and(|callback| limit.fits(call.at + seconds - callback.at))
}
