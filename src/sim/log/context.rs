//! What the log knows of an operation beyond its event: who acts, and where.
//!
//! Keyed by operationID, which callers are to choose anew for each call; one that is used again
//! belongs to the call that came last. Bounded.

use std::collections::{HashMap, VecDeque};

/// What the lines of an operation carry.
#[derive(Clone, Debug, Default)]
pub(super) struct Context {
    pub platform: &'static str,
    pub user: String,
    pub process: usize,
}

/// Operations that are known; the oldest go first.
#[derive(Default)]
pub(super) struct Contexts {
    known: HashMap<String, Context>,
    order: VecDeque<String>,
}

/// After-callbacks come late, but not by more operations than this.
const MAX_CONTEXTS: usize = 100_000;

impl Contexts {
    /// A request with that operationID has come.
    pub(super) fn begin(&mut self, operation: &str) {
        if self.known.insert(operation.to_owned(), Context::default()).is_none() {
            self.order.push_back(operation.to_owned());
        }
        if self.order.len() > MAX_CONTEXTS
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }

    pub(super) fn change(&mut self, operation: &str, change: impl FnOnce(&mut Context)) {
        if let Some(context) = self.known.get_mut(operation) {
            change(context);
        }
    }

    /// That of an operation; of the last one where several are joined.
    pub(super) fn get(&self, operation: &str) -> Context {
        let last = operation.rsplit('$').next().unwrap_or_default();
        self.known.get(operation).or_else(|| self.known.get(last)).cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_operations_are_forgotten_and_joined_ones_are_known_by_their_last() {
        let mut contexts = Contexts::default();
        for n in 0..=MAX_CONTEXTS {
            contexts.begin(&n.to_string());
            contexts.change(&n.to_string(), |c| c.process = n + 1);
        }
        assert_eq!((contexts.known.len(), contexts.order.len()), (MAX_CONTEXTS, MAX_CONTEXTS));
        assert_eq!(contexts.get("0").process, 0);
        assert_eq!(contexts.get("1").process, 2);
        assert_eq!(contexts.get("0$7").process, 8);
    }
}
