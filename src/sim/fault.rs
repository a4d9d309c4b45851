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

impl Fault {
    /// All of them.
    pub const ALL: [Fault; 4] = [Fault::ApiHang, Fault::Api500, Fault::TokenRefused, Fault::GroupDown];

    /// As the command line writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Fault::ApiHang => "api-hang",
            Fault::Api500 => "api-500",
            Fault::TokenRefused => "token-refused",
            Fault::GroupDown => "group-down",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// Switches faults on and off; clones share one state. Off at first.
#[derive(Clone, Debug, Default)]
pub struct FaultSwitch(Arc<AtomicU8>);

impl FaultSwitch {
    /// From now on this fault and no other, or none.
    pub fn set(&self, fault: Option<Fault>) {
        self.0.store(fault.map_or(0, Fault::bit), Ordering::Relaxed);
    }

    /// Switches one fault; the others stay as they are.
    pub fn switch(&self, fault: Fault, on: bool) {
        if on {
            self.0.fetch_or(fault.bit(), Ordering::Relaxed);
        } else {
            self.0.fetch_and(!fault.bit(), Ordering::Relaxed);
        }
    }

    /// Whether this fault is on.
    #[must_use]
    pub fn is_on(&self, fault: Fault) -> bool {
        self.0.load(Ordering::Relaxed) & fault.bit() != 0
    }

    /// The fault that is on; the first in the order of `Fault::ALL` where several are.
    #[must_use]
    pub fn get(&self) -> Option<Fault> {
        Fault::ALL.into_iter().find(|fault| self.is_on(*fault))
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
        for fault in Fault::ALL {
            switch.set(Some(fault));
            assert_eq!(other.get(), Some(fault));
        }
        switch.set(None);
        assert_eq!(other.get(), None);
    }

    #[test]
    fn several_faults_may_be_on_at_once() {
        let switch = FaultSwitch::default();
        switch.switch(Fault::GroupDown, true);
        switch.switch(Fault::TokenRefused, true);
        assert!(switch.is_on(Fault::GroupDown) && switch.is_on(Fault::TokenRefused));
        switch.switch(Fault::TokenRefused, false);
        assert_eq!(switch.get(), Some(Fault::GroupDown));
    }
}
