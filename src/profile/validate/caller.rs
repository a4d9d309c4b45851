//! Rules about `caller`: waits that make sense, and a load that it applies to.

use super::Judge;
use crate::profile::model::{Loop, Profile};
use crate::profile::resolve::operation_shares;
use crate::wire::api::Operation;

/// More attempts than any caller should make; it also bounds what one arrival can cost.
const MOST_RETRIES: u32 = 20;

pub(super) fn caller(judge: &mut Judge<'_>, profile: &Profile) {
    let caller = &profile.caller;
    if let Some(budget) = caller.budget {
        judge.longer_than_zero("caller.budget", budget);
        judge.need(budget <= profile.target.call_timeout, "caller.budget", || {
            format!(
                "is {budget}, beyond `target.call_timeout` ({}), which ends every call; raise that one too",
                profile.target.call_timeout
            )
        });
    }
    judge.need(caller.retries <= MOST_RETRIES, "caller.retries", || {
        format!("is {}; at most {MOST_RETRIES} attempts can follow the first", caller.retries)
    });
    judge.need(caller.backoff <= caller.backoff_max, "caller.backoff", || {
        format!("is {}, above `caller.backoff_max` ({})", caller.backoff, caller.backoff_max)
    });
    if caller.retries == 0 {
        return;
    }
    judge.need(profile.load.r#loop == Loop::Open, "caller.retries", || {
        "needs the open loop, in which arrivals go on while others wait; write `load.loop = \"open\"`"
            .to_owned()
    });
    let creates = operation_shares(&profile.load.operation).contains_key(&Operation::Create);
    judge.need(creates, "caller.retries", || {
        "has nothing to repeat: only creates are repeated, and `load.operation` has none".to_owned()
    });
}
