//! Rules about `caller`: waits that make sense, and a load that it applies to.

use super::Judge;
use crate::profile::model::{Loop, Profile};
use crate::profile::resolve::operation_shares;
use crate::say;
use crate::wire::api::Operation;

/// More attempts than any caller should make; it also bounds what one arrival can cost.
const MOST_RETRIES: u32 = 20;

pub(super) fn caller(judge: &mut Judge<'_>, profile: &Profile) {
    let caller = &profile.caller;
    if let Some(budget) = caller.budget {
        judge.longer_than_zero("caller.budget", budget);
        judge.need(budget <= profile.target.call_timeout, "caller.budget", || {
            let limit = profile.target.call_timeout.to_string();
            say!("profile-budget", value = budget.to_string(), limit = limit)
        });
    }
    judge.need(caller.retries <= MOST_RETRIES, "caller.retries", || {
        say!("profile-retries", value = caller.retries, most = MOST_RETRIES)
    });
    judge.need(caller.backoff <= caller.backoff_max, "caller.backoff", || {
        say!("profile-backoff", value = caller.backoff.to_string(), max = caller.backoff_max.to_string())
    });
    if caller.retries == 0 {
        return;
    }
    judge.need(profile.load.r#loop == Loop::Open, "caller.retries", || say!("profile-retries-loop"));
    let creates = operation_shares(&profile.load.operation).contains_key(&Operation::Create);
    judge.need(creates, "caller.retries", || say!("profile-retries-nothing"));
}
