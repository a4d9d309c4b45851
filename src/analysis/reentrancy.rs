//! Callbacks that a proxy saw answered just when `OpenIM` had given up: is the handler waiting for `OpenIM`?
//!
//! A server that calls `OpenIM` from the worker that should answer the callback gets its worker
//! back when the call fails, and answers at once: as many milliseconds after the abort every
//! time. A handler that is merely slow answers when it is done, and its answers scatter.

use crate::finding::{Finding, Severity};
use crate::record::model::evidence;
use crate::say;

/// Fewer say nothing.
const AT_LEAST: u64 = 3;
/// Of those given up.
const SHARE_PERCENT: u64 = 80;

/// Whether `let_off` of `aborted` callbacks, answered right after the abort, point to a handler that waits for `OpenIM`.
#[must_use]
pub fn is_probable(aborted: u64, let_off: u64) -> bool {
    let_off >= AT_LEAST && let_off.saturating_mul(100) >= aborted.saturating_mul(SHARE_PERCENT)
}

/// The finding, where it is probable. It is no proof, so it says which experiment would be one.
#[must_use]
pub fn finding(aborted: u64, let_off: u64) -> Option<Finding> {
    if !is_probable(aborted, let_off) {
        return None;
    }
    let what = say!("diagnosis-reentrant-proxy", let_off = let_off, aborted = aborted);
    let next = say!("diagnosis-reentrant-proxy-next");
    Some(Finding::new(evidence::REENTRANT, Severity::Warning, "", what, next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::port::UpstreamStamps;
    use crate::units::Stamp;

    /// How many answers come right after an abort at 5 s.
    fn let_off(answers: impl Iterator<Item = u64>) -> u64 {
        let stamps =
            answers.map(|at| UpstreamStamps { replied_at: Some(Stamp(at)), ..UpstreamStamps::default() });
        stamps.filter(|stamps| stamps.let_off(Stamp(5_000_000))).count() as u64
    }

    #[test]
    fn answers_that_follow_the_abort_are_probable_reentrancy_and_say_how_to_make_sure() {
        let after = let_off((0..10).map(|n| 5_002_000 + n * 1_500));
        assert_eq!(after, 10);
        let finding = finding(11, after).unwrap();
        assert_eq!((finding.code.as_str(), finding.severity), ("reentrant_starvation", Severity::Warning));
        assert!(finding.what.contains("probab") && finding.do_next.contains("2 s"), "{finding:?}");
    }

    #[test]
    fn a_slow_handler_scatters_and_is_none() {
        // 5.0 to 7.0 s: one of them happens to end right after the abort.
        let after = let_off((0..10).map(|n| 5_010_000 + n * 200_000));
        assert_eq!(after, 1);
        assert!(finding(10, after).is_none());
        assert!(!is_probable(10, 7) && is_probable(10, 8));
        assert!(!is_probable(2, 2) && !is_probable(0, 0));
    }
}
