//! What can be made to go wrong with the simulated `OpenIM` itself, while it runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

/// A fault of `OpenIM`'s own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Requests are read and never answered.
    ApiHang,
    /// Every request is answered with HTTP 500 and an empty body, as after a panic.
    Api500,
    /// Every token is refused as one that was replaced (1506).
    TokenRefused,
    /// No group process runs: group calls fail as the build words it.
    GroupDown,
}

const ALL: [Fault; 4] = [Fault::ApiHang, Fault::Api500, Fault::TokenRefused, Fault::GroupDown];

/// Switches faults on and off; clones share one state. Off at first.
#[derive(Clone, Debug, Default)]
pub struct FaultSwitch(Arc<AtomicU8>);

impl FaultSwitch {
    /// From now on this fault, or none.
    pub fn set(&self, fault: Option<Fault>) {
        let place = fault.and_then(|f| ALL.iter().position(|known| *known == f));
        let number = place.and_then(|p| u8::try_from(p + 1).ok()).unwrap_or(0);
        self.0.store(number, Ordering::Relaxed);
    }

    /// The fault that is on.
    #[must_use]
    pub fn get(&self) -> Option<Fault> {
        usize::from(self.0.load(Ordering::Relaxed)).checked_sub(1).and_then(|p| ALL.get(p)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_holds_what_was_set_last_for_all_of_its_clones() {
        let switch = FaultSwitch::default();
        let other = switch.clone();
        assert_eq!(other.get(), None);
        for fault in ALL {
            switch.set(Some(fault));
            assert_eq!(other.get(), Some(fault));
        }
        switch.set(None);
        assert_eq!(other.get(), None);
    }
}
