//! Connections to the webhook server.

use std::collections::{BTreeMap, BTreeSet};

use super::seen::{Results, Told, creates, peak, seconds};
use crate::probe::observation::Observation;
use crate::record::portrait::Fact;
use crate::say;

/// The level is a limit where it was reached so often,
const REACHED: u32 = 3;
/// or stood for so many of the gaps in which callbacks came until then.
const GAPS: f64 = 10.0;

pub(super) fn connection_limit(results: &Results<'_>) -> Fact<u32> {
    results.fact(&["pool_150"], limit)
}

fn limit(seen: &Observation) -> Told<u32> {
    let peak = peak(seen.callbacks.iter());
    let calls = creates(seen).count();
    let most = peak.most;
    if usize::try_from(most).unwrap_or(usize::MAX) >= calls {
        return Err(say!("probe-all-at-once", calls = calls));
    }
    let held_there = peak.reached >= REACHED || peak.stood_s > GAPS * peak.gap_s;
    if !held_there {
        return Err(say!(
            "probe-peak-brief",
            most = most,
            times = peak.reached,
            seconds = seconds(peak.stood_s)
        ));
    }
    Ok((most, say!("probe-peak", calls = calls, most = most)))
}

pub(super) fn idle_kept(results: &Results<'_>) -> Fact<u32> {
    results.fact(&["idle_kept", "churn_reject", "pool_150"], |seen| {
        let used = seen.connections.len();
        if used < 4 {
            return Err(say!("probe-burst-few", n = used));
        }
        let open = seen.connections.iter().filter(|c| c.closed_by_peer_at.is_none()).count();
        let open = u32::try_from(open).unwrap_or(u32::MAX);
        Ok((open, say!("probe-burst-kept", used = used, open = open)))
    })
}

pub(super) fn churn(results: &Results<'_>) -> Fact<u32> {
    results.fact(&["churn_reject"], |seen| {
        let callbacks = seen.callbacks.len();
        if callbacks < 50 {
            return Err(say!("probe-callbacks-few", n = callbacks));
        }
        let used = seen.callbacks.iter().map(|c| c.connection).collect::<BTreeSet<_>>().len();
        let per_100 = (used * 100).div_ceil(callbacks);
        let evidence = say!("probe-churn", callbacks = callbacks, used = used);
        Ok((u32::try_from(per_100).unwrap_or(u32::MAX), evidence))
    })
}

pub(super) fn webhook_keep_alive(results: &Results<'_>) -> Fact<bool> {
    results.fact(&["callback_keep_alive", "create_ok", "create_unicode_special"], |seen| {
        let mut by_connection: BTreeMap<u64, u32> = BTreeMap::new();
        seen.callbacks.iter().for_each(|c| *by_connection.entry(c.connection).or_default() += 1);
        let callbacks = seen.callbacks.len();
        if callbacks < 2 {
            return Err(say!("probe-shared-few", n = callbacks));
        }
        let shared = by_connection.values().any(|n| *n > 1);
        let used = by_connection.len();
        Ok((shared, say!("probe-shared", callbacks = callbacks, used = used)))
    })
}
