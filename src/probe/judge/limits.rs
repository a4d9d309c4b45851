//! Many calls at once: connections of a sending process, and its queue.
//!
//! A deployment may have several sending processes, each with connections and a queue of its
//! own, and from outside they cannot be counted beforehand. So a limit that is not reached is
//! a difference only for a simulator, which runs as one process.

use std::collections::BTreeSet;

use super::Look;
use super::waits::Limit;
use crate::probe::observation::Callback;
use crate::say;
use crate::text::Text;
use crate::wire::WebhookKey;
use crate::wire::WebhookKey::{AfterCreateGroup, BeforeCreateGroup};

/// Connections to one host.
const CONNECTIONS: usize = 100;
/// Idle connections kept.
const IDLE: usize = 2;
/// Workers of the queue.
const WORKERS: usize = 2;
/// Slots of the queue.
const SLOTS: f64 = 100.0;
/// The shorter part of two waits counts as the next wave only with so much to spare, seconds.
const SPARE_S: f64 = 0.3;

fn of_key<'a>(look: &'a Look<'_>, key: WebhookKey) -> impl Iterator<Item = &'a Callback> {
    look.seen.callbacks.iter().filter(move |c| WebhookKey::from_command(c.command()) == Some(key))
}

/// Most callbacks of a key that were unanswered at one time.
fn most_at_once(look: &Look<'_>, key: WebhookKey) -> usize {
    let mut edges: Vec<(f64, i32)> = Vec::new();
    for callback in of_key(look, key) {
        let end = callback.replied_at.or(callback.aborted.map(|held| callback.at + held));
        edges.push((callback.at, 1));
        edges.extend(end.map(|end| (end, -1)));
    }
    edges.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let (mut now, mut most) = (0_i32, 0_i32);
    for (_, step) in edges {
        now += step;
        most = most.max(now);
    }
    usize::try_from(most).unwrap_or(0)
}

/// `calls` at once, each refused after `ms`: waves of 100, as many as fit into the timeout.
pub(super) fn pool(look: &Look<'_>, calls: u32, ms: u32) -> Option<Text> {
    let calls = calls as usize;
    let codes: Vec<i64> =
        look.steps.calls(look.seen, 0).filter_map(|c| c.answer.as_ref().and_then(|a| a.err_code())).collect();
    let passed = codes.iter().filter(|code| **code == 4001).count();
    let cut = codes.iter().filter(|code| **code == 90004).count();
    if passed + cut != calls {
        return Some(say!("probe-judge-answers", calls = calls, seen = passed + cut));
    }
    let most = most_at_once(look, BeforeCreateGroup);
    if most > CONNECTIONS && !look.setting.simulator {
        // Several sending processes.
        return (cut > 0 && most >= calls)
            .then(|| say!("probe-judge-refusals", calls = calls, seen = passed));
    }
    // A busy machine may make the calls so slowly that the first have ended before the 100th.
    if !(CONNECTIONS / 2..=CONNECTIONS).contains(&most) {
        return Some(say!("probe-judge-pool", seen = most));
    }
    let limit = Limit::of(look.setting, BeforeCreateGroup).seconds()?;
    let wave = f64::from(ms) / 1000.0;
    let waves = (1..=calls.div_ceil(CONNECTIONS)).filter(|n| count(*n) * wave + SPARE_S < limit).count();
    let wanted = (waves * CONNECTIONS).min(calls);
    (passed != wanted).then(|| say!("probe-judge-passed", wanted = wanted, calls = calls, seen = passed))
}

/// A full queue: creates wait for it and all succeed, events are lost.
pub(super) fn overflow(look: &Look<'_>, calls: u32, every_ms: u32, ms: u32) -> Option<Text> {
    let answers: Vec<_> = look.steps.calls(look.seen, 0).filter_map(|call| call.answer.as_ref()).collect();
    let done = answers.iter().filter(|answer| answer.err_code() == Some(0)).count();
    if done != calls as usize {
        return Some(say!("probe-judge-creates", calls = calls, seen = done));
    }
    let most = most_at_once(look, AfterCreateGroup);
    if most > WORKERS && !look.setting.simulator {
        return None;
    }
    if most > WORKERS {
        return Some(say!("probe-judge-workers", seen = most));
    }
    let came = of_key(look, AfterCreateGroup).count();
    let lost = done.saturating_sub(came);
    let limit = Limit::of(look.setting, AfterCreateGroup).seconds().unwrap_or(15.0);
    let most_lost = most_lost(calls, every_ms, f64::from(ms) / 1000.0, limit);
    // Slower storage spreads the creates and loses fewer.
    if !(most_lost * 0.5..=most_lost + 4.0).contains(&count(lost)) {
        return Some(say!("probe-judge-lost", wanted = most_lost.to_string(), seen = lost));
    }
    push_waits(look, answers.iter().map(|answer| answer.seconds).collect(), lost)
}

/// What the queue cannot take while creates come, without any wait.
fn most_lost(calls: u32, every_ms: u32, handler_s: f64, limit_s: f64) -> f64 {
    let served = f64::from(calls * every_ms) / 1000.0 * count(WORKERS) / handler_s.min(limit_s);
    (f64::from(calls) - SLOTS - served).floor().max(0.0)
}

/// Every lost event cost its create a whole wait for the queue.
fn push_waits(look: &Look<'_>, mut seconds: Vec<f64>, lost: usize) -> Option<Text> {
    let wait = look.build.push_wait().as_secs_f64();
    seconds.sort_by(|a, b| b.total_cmp(a));
    let slowest = seconds.get(..lost).unwrap_or(&seconds);
    let middle = slowest.get(lost / 2).copied().unwrap_or(0.0);
    let long = slowest.last().is_some_and(|last| *last >= wait - 0.01);
    // 0.1 s and 3 s are told apart by the middle one of those that waited.
    let fits = long && (wait > 1.0 || middle < 2.0);
    (!fits).then(|| {
        let (wait, seen) = (wait.to_string(), format!("{middle:.2}"));
        say!("probe-judge-push-waits", lost = lost, wait = wait, seen = seen)
    })
}

/// Bursts use many connections, of which few are kept.
pub(super) fn few_idle(look: &Look<'_>) -> Option<Text> {
    let callbacks = of_key(look, BeforeCreateGroup).count();
    let calls = look.steps.calls(look.seen, 0).count();
    if callbacks != calls {
        return Some(say!("probe-judge-callback-count", calls = calls, seen = callbacks));
    }
    let used = connections(look);
    // Of 20 at once 2 stay: each round after the first dials anew, but for those reused at once.
    if used < callbacks / 4 || used > callbacks {
        return Some(say!("probe-judge-connections", least = callbacks / 4, most = callbacks, seen = used));
    }
    let open = look.seen.connections.iter().filter(|c| c.closed_by_peer_at.is_none()).count();
    let is_too_many = look.setting.simulator && open > IDLE;
    is_too_many.then(|| say!("probe-judge-kept", seen = open))
}

/// One after another: few connections; several sending processes have some each.
pub(super) fn shared(look: &Look<'_>) -> Option<Text> {
    let (used, callbacks) = (connections(look), look.seen.callbacks.len());
    (used * 2 > callbacks).then(|| say!("probe-judge-shared", callbacks = callbacks, used = used))
}

fn connections(look: &Look<'_>) -> usize {
    look.seen.callbacks.iter().map(|callback| callback.connection).collect::<BTreeSet<_>>().len()
}

/// Small whole numbers.
fn count(n: usize) -> f64 {
    u32::try_from(n).map_or(f64::MAX, f64::from)
}
