//! How long group calls took by the log, and which of them broke the caller's budget.
//!
//! From the first line of an operation to the last that answers it, or what main states; up to 3.8.3 a lower bound, as no
//! line is written when the request comes. Bounded: the oldest operations are forgotten.

use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};

use super::time::LogTime;

/// Operations that are remembered.
const MAX_OPERATIONS: usize = 50_000;

/// Longer than any call, however many callbacks it waits for.
const LONGEST_US: u64 = 600_000_000;

/// Operations, by their first line.
#[derive(Debug)]
pub struct Operations {
    hash: RandomState,
    known: HashMap<u64, Known>,
    order: VecDeque<u64>,
    budget_us: u64,
    /// Group calls that were answered, well or not.
    pub answered: u64,
    /// Those that took longer than the budget.
    pub broken: u64,
    /// The longest, µs.
    pub slowest_us: u64,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    first: LogTime,
    answered: bool,
    broken: bool,
}

impl Operations {
    /// Against a budget.
    #[must_use]
    pub fn new(budget_us: u64) -> Operations {
        Operations {
            hash: RandomState::new(),
            known: HashMap::new(),
            order: VecDeque::new(),
            budget_us,
            answered: 0,
            broken: 0,
            slowest_us: 0,
        }
    }

    /// A line of that operation.
    pub fn seen(&mut self, operation: &str, at: LogTime) {
        if operation.is_empty() {
            return;
        }
        let id = self.hash.hash_one(operation);
        if let Some(known) = self.known.get_mut(&id) {
            // No call lasts that long: the caller uses its operationID again.
            if at.us_since(known.first) > LONGEST_US {
                *known = Known { first: at, answered: false, broken: false };
            }
            return;
        }
        if self.order.len() >= MAX_OPERATIONS
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
        self.order.push_back(id);
        self.known.insert(id, Known { first: at, answered: false, broken: false });
    }

    /// A group call has been answered; each process that passes the answer on says so again.
    pub fn answered(&mut self, operation: &str, at: LogTime, cost_us: Option<u64>) {
        self.seen(operation, at);
        let Some(known) = self.known.get_mut(&self.hash.hash_one(operation)) else { return };
        let took = cost_us.unwrap_or_else(|| at.us_since(known.first));
        self.answered += u64::from(!known.answered);
        known.answered = true;
        self.slowest_us = self.slowest_us.max(took);
        if took > self.budget_us && !known.broken {
            known.broken = true;
            self.broken += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_counts_once_however_many_lines_answer_it() {
        let mut operations = Operations::new(1_000_000);
        for (name, took) in [("a", 900), ("b", 1_100)] {
            operations.seen(name, LogTime(0));
            operations.answered(name, LogTime(took), None);
            operations.answered(name, LogTime(took + 5), None);
        }
        operations.answered("c", LogTime(7_000), Some(2_000_000));
        assert_eq!((operations.answered, operations.broken, operations.slowest_us), (3, 2, 2_000_000));
    }

    #[test]
    fn an_operation_id_that_is_used_again_is_another_operation() {
        let mut operations = Operations::new(1_000_000);
        for at in [0, 700_000] {
            operations.seen("a", LogTime(at));
            operations.answered("a", LogTime(at + 10), None);
        }
        assert_eq!((operations.answered, operations.broken), (2, 0));
    }

    #[test]
    fn memory_does_not_grow() {
        let mut operations = Operations::new(1);
        (0..MAX_OPERATIONS * 2).for_each(|n| operations.seen(&n.to_string(), LogTime(0)));
        assert_eq!((operations.known.len(), operations.order.len()), (MAX_OPERATIONS, MAX_OPERATIONS));
    }
}
