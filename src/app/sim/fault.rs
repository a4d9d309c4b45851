//! `--fault`: which of `OpenIM`'s own faults is on from when to when.

use std::str::FromStr;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::out;
use crate::say;
use crate::sim::{Fault, FaultSwitch};
use crate::units::Span;

/// More windows than this are refused.
pub const MAX_FAULTS: usize = 64;

/// A fault and its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultWindow {
    /// Which.
    pub fault: Fault,
    /// From the start of the server.
    pub start: Span,
    /// For good where `None`.
    pub duration: Option<Span>,
}

/// Why a text is no fault.
#[derive(Debug, thiserror::Error)]
#[error(
    "`{text}` is no fault ({why}); write one of {names}, and when: group-down, group-down@10s (from then on) or group-down@10s+5s (for 5 s)",
    names = Fault::ALL.map(Fault::name).join(", ")
)]
pub struct FaultError {
    text: String,
    why: String,
}

impl FromStr for FaultWindow {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<FaultWindow, FaultError> {
        let wrong = |why: String| FaultError { text: text.to_owned(), why };
        let span = |text: &str| text.parse::<Span>().map_err(|e| wrong(e.to_string()));
        let (name, when) = text.split_once('@').map_or((text, None), |(name, when)| (name, Some(when)));
        let fault = Fault::ALL.into_iter().find(|f| f.name() == name.trim());
        let fault = fault.ok_or_else(|| wrong(format!("there is no `{name}`")))?;
        let Some(when) = when else {
            return Ok(FaultWindow { fault, start: Span::default(), duration: None });
        };
        let (start, duration) = match when.split_once('+') {
            Some((start, duration)) => (span(start)?, Some(span(duration)?)),
            None => (span(when)?, None),
        };
        if duration.is_some_and(|d| d.0.is_zero()) {
            return Err(wrong("it would last no time".to_owned()));
        }
        Ok(FaultWindow { fault, start, duration })
    }
}

/// Switches the faults at their times until `stop`, and says so.
pub(super) async fn keep(windows: Vec<FaultWindow>, switch: FaultSwitch, stop: CancellationToken) {
    let mut on = Vec::new();
    let mut passed = Duration::ZERO;
    for (at, fault, begins) in changes(&windows) {
        tokio::select! {
            () = tokio::time::sleep(at.saturating_sub(passed)) => {}
            () = stop.cancelled() => return,
        }
        passed = at;
        if begins {
            on.push(fault);
        } else if let Some(place) = on.iter().position(|f| *f == fault) {
            on.remove(place);
        }
        // Windows of one fault may overlap.
        switch.switch(fault, on.contains(&fault));
        let (fault, at) = (fault.name(), Span(at).to_string());
        out::tell(&match begins {
            true => say!("app-sim-fault-begins", fault = fault, at = at),
            false => say!("app-sim-fault-ends", fault = fault, at = at),
        });
    }
}

/// Moment, fault, and whether it begins; in order of time, ends first.
fn changes(windows: &[FaultWindow]) -> Vec<(Duration, Fault, bool)> {
    let mut changes = Vec::new();
    for window in windows {
        changes.push((window.start.0, window.fault, true));
        if let Some(end) = window.duration.and_then(|d| window.start.0.checked_add(d.0)) {
            changes.push((end, window.fault, false));
        }
    }
    changes.sort_by_key(|(at, _, begins)| (*at, *begins));
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_read_with_and_without_its_window() {
        let of = |text: &str| text.parse::<FaultWindow>().unwrap();
        let window = |start, duration: Option<u64>| FaultWindow {
            fault: Fault::GroupDown,
            start: Span::secs(start),
            duration: duration.map(Span::secs),
        };
        assert_eq!(of("group-down"), window(0, None));
        assert_eq!(of("group-down@10s"), window(10, None));
        assert_eq!(of("group-down@10s+5s"), window(10, Some(5)));
        for text in ["disk-full", "group-down@10", "group-down@1s+0s", "group-down@", ""] {
            let said = text.parse::<FaultWindow>().unwrap_err().to_string();
            assert!(said.contains("group-down@10s+5s"), "{text}: {said}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn faults_are_on_in_their_windows_only_and_overlapping_ones_add_up() {
        let windows = ["api-500@2s+4s", "api-500@4s+4s", "token-refused@1s+1s", "group-down@9s"];
        let windows = windows.map(|text| text.parse().unwrap()).to_vec();
        let switch = FaultSwitch::default();
        let kept = tokio::spawn(keep(windows, switch.clone(), CancellationToken::new()));
        let mut seen = Vec::new();
        tokio::time::sleep(Duration::from_millis(500)).await;
        for _ in 0..10 {
            seen.push(switch.get().map_or("-", Fault::name));
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
        let a = "api-500";
        assert_eq!(seen, ["-", "token-refused", a, a, a, a, a, a, "-", "group-down"]);
        kept.await.unwrap();
    }
}
