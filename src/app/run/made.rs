//! Whether creates that failed for the caller made their groups all the same: the server is asked before the clean-up.
//!
//! We choose the groupID of every create, so the server can be asked about one whose answer was an error, or never
//! came. Bounded in number, rate and time; what could not be asked is not guessed.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior, interval, timeout};

use crate::app::told;
use crate::engine::collector::FailedNumbers;
use crate::ids::{self, RunTag};
use crate::openim::Admin;
use crate::record::model::FailedCreates;
use crate::say;

/// Groups asked about in one request.
const BATCH: usize = 100;
/// Groups asked about in one run.
const MOST: usize = 5_000;
/// From one request to the next at least.
const GAP: Duration = Duration::from_millis(100);
/// How long all of it may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the server said.
#[derive(Debug, Default)]
pub struct Answers {
    /// By phase.
    pub phases: Vec<FailedCreates>,
    /// Sequence numbers of failed creates whose groups are there.
    pub made: BTreeSet<u64>,
}

impl Answers {
    /// Whether the server was asked about every one.
    #[must_use]
    pub fn complete(&self) -> bool {
        self.phases.iter().all(|p| p.asked == p.failed)
    }
}

/// Asks about the failed creates of every phase.
pub async fn ask(admin: &Admin, tag: RunTag, failed: &FailedNumbers) -> Answers {
    let each = (MOST / failed.phases().len().max(1)).max(1);
    let mut answers: Vec<FailedCreates> = failed
        .phases()
        .map(|(phase, of)| FailedCreates { phase, failed: of.count, ..FailedCreates::default() })
        .collect();
    let mut made = BTreeSet::new();
    let mut turns = interval(GAP);
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let asking = async {
        for ((_, of), answer) in failed.phases().zip(&mut answers) {
            phase(admin, tag, &evenly(&of.numbers, each), answer, &mut made, &mut turns).await;
        }
    };
    let in_time = timeout(PATIENCE, asking).await.is_ok();
    for answer in answers.iter_mut().filter(|a| !in_time && a.asked == 0 && a.why.is_empty()) {
        answer.why = say!("run-asking-slow", seconds = PATIENCE.as_secs());
    }
    Answers { phases: answers, made }
}

/// One phase, batch by batch; the first trouble ends it.
async fn phase(
    admin: &Admin,
    tag: RunTag,
    numbers: &[u64],
    answer: &mut FailedCreates,
    made: &mut BTreeSet<u64>,
    turns: &mut Interval,
) {
    for batch in numbers.chunks(BATCH) {
        turns.tick().await;
        let groups: Vec<String> = batch.iter().map(|n| ids::group_id(tag, *n)).collect();
        match admin.groups_info(&groups).await {
            Ok(found) => {
                let ours: HashSet<&str> = groups.iter().map(String::as_str).collect();
                let there: HashSet<&str> =
                    found.iter().map(|g| g.group_id.as_str()).filter(|id| ours.contains(id)).collect();
                answer.asked += groups.len() as u64;
                answer.made += there.len() as u64;
                let of_these = batch.iter().zip(&groups).filter(|(_, group)| there.contains(group.as_str()));
                made.extend(of_these.map(|(number, _)| *number));
            }
            Err(error) => {
                answer.why = told(&error);
                return;
            }
        }
    }
}

/// At most `most` of them, spread evenly.
fn evenly(numbers: &[u64], most: usize) -> Vec<u64> {
    numbers.iter().step_by(numbers.len().div_ceil(most.max(1)).max(1)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_about_is_spread_over_all() {
        let numbers: Vec<u64> = (0..1_000).collect();
        assert_eq!(evenly(&numbers, 5_000), numbers);
        let some = evenly(&numbers, 300);
        assert!(some.len() <= 300 && some.len() >= 200 && *some.last().unwrap() > 990, "{}", some.len());
        assert!(evenly(&[], 10).is_empty());
    }
}
