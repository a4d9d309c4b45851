//! Telling a failure cause that the answer hides (3.8.3) by how long the call waited.
//!
//! Pure. A webhook deadline ends a call a whole number of seconds after the callback was
//! due; refused, reset and unknown host end it within milliseconds.

use crate::wire::FailureKind;

/// `OpenIM`'s own limit of a webhook call.
const CAP_S: u64 = 15;
/// What a server adds before it sends the callback and after its time ran out.
const SLACK_US: u64 = 500_000;
/// With an unknown timeout: how near the wait must lie to a whole second.
const NEAR_US: u64 = 150_000;

/// What is known of a call that failed with a hidden cause.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wait {
    /// From the last event before the failing callback was sent to the answer, µs.
    pub waited_us: u64,
    /// The webhook's effective timeout, where known, in seconds.
    pub timeout_s: Option<u32>,
    /// The timeout is the client's own cap: configured as 0, negative or above 15.
    pub capped: bool,
}

/// The cause: a deadline or the cap where the wait fits, else still hidden.
#[must_use]
pub fn resolve_hidden(wait: Wait) -> FailureKind {
    let seconds = match wait.timeout_s {
        Some(t) => u64::from(t),
        None => {
            let nearest = (wait.waited_us + 500_000) / 1_000_000;
            let off = wait.waited_us.abs_diff(nearest * 1_000_000);
            if off > NEAR_US { 0 } else { nearest.min(CAP_S) }
        }
    };
    let due = seconds * 1_000_000;
    // A timer of the other process may be a little ahead of ours.
    let fits = seconds >= 1 && wait.waited_us + 20_000 >= due && wait.waited_us <= due + SLACK_US;
    let by_cap = wait.capped || (wait.timeout_s.is_none() && seconds == CAP_S);
    match (fits, by_cap) {
        (true, true) => FailureKind::WebhookCap,
        (true, false) => FailureKind::WebhookDeadline,
        (false, _) => FailureKind::WebhookCauseHidden,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_cause_is_told_by_the_time_the_call_took() {
        let told = |waited_ms: u64, timeout_s, capped| {
            resolve_hidden(Wait { waited_us: waited_ms * 1_000, timeout_s, capped })
        };
        assert_eq!(told(5_010, Some(5), false), FailureKind::WebhookDeadline);
        assert_eq!(told(15_004, Some(15), true), FailureKind::WebhookCap);
        assert_eq!(told(15_004, Some(15), false), FailureKind::WebhookDeadline);
        assert_eq!(told(15_004, None, false), FailureKind::WebhookCap);
        assert_eq!(told(4, Some(5), false), FailureKind::WebhookCauseHidden);
        assert_eq!(told(3_005, Some(5), false), FailureKind::WebhookCauseHidden);
        assert_eq!(told(3_005, None, false), FailureKind::WebhookDeadline);
        assert_eq!(told(3, None, false), FailureKind::WebhookCauseHidden);
    }
}
