//! How the server treats connections: whether it keeps them, and how many callbacks it answers at once.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::task::JoinSet;

use super::Sender;
use crate::clock::RunClock;
use crate::sim::GoClient;

/// What became of idle connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct KeepAlive {
    /// The connection served a second callback at once; none where that could not be seen.
    pub reused: Option<bool>,
    /// The longest idle time, in seconds, after which it still served.
    pub kept_s: Option<f64>,
    /// The shortest after which the server had closed it.
    pub closed_s: Option<f64>,
    /// So many idle connections keep everybody else from being answered.
    pub idle_blocks: Option<usize>,
}

/// So many idle connections `OpenIM` keeps.
const KEPT_BY_OPENIM: usize = 2;
/// A pause after which a closing that is under way has arrived.
const SETTLE: Duration = Duration::from_millis(30);

/// Finds out; takes as long as the longest of `idles`.
pub(super) async fn keep_alive(sender: &mut Sender<'_>, idles: &[Duration]) -> KeepAlive {
    let mut found = KeepAlive::default();
    let client = GoClient::default();
    if sender.send_by(&client).await.body.is_err() {
        return found;
    }
    tokio::time::sleep(SETTLE).await;
    found.reused = sender.send_by(&client).await.dialed.map(|dialed| !dialed);
    if found.reused != Some(true) {
        return found;
    }
    found.idle_blocks = idle_blocks(sender, client).await;
    if found.idle_blocks.is_some() {
        return found;
    }
    let mut waiting = Vec::new();
    for idle in idles {
        // One after another, as a server with one worker needs it; the waits overlap.
        let client = GoClient::default();
        if sender.send_by(&client).await.body.is_ok() {
            waiting.push((*idle, client));
        }
    }
    waiting.sort_by_key(|(idle, _)| *idle);
    let mut waited = Duration::ZERO;
    for (idle, client) in waiting {
        tokio::time::sleep(idle.saturating_sub(waited)).await;
        waited = waited.max(idle);
        let seconds = idle.as_secs_f64();
        match sender.send_by(&client).await.dialed {
            Some(false) => found.kept_s = Some(seconds),
            Some(true) if found.closed_s.is_none() => found.closed_s = Some(seconds),
            _ => {}
        }
    }
    found
}

/// How many idle connections it takes until a further one is not served, up to as many as `OpenIM` keeps.
/// `first` has served and idles.
async fn idle_blocks(sender: &mut Sender<'_>, first: GoClient) -> Option<usize> {
    let mut idle = vec![first];
    while idle.len() <= KEPT_BY_OPENIM {
        let next = GoClient::default();
        if sender.send_by(&next).await.body.is_err() {
            return Some(idle.len());
        }
        idle.push(next);
    }
    None
}

/// A step of the search for the worker limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Step {
    /// Callbacks sent at once.
    pub at_once: u32,
    /// From the first to the last answer's end, the fastest of the rounds, ms.
    pub all_ms: f64,
}

/// How many callbacks are answered at once.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Workers {
    /// One callback alone, ms.
    pub alone_ms: f64,
    /// What was tried.
    pub steps: Vec<Step>,
    /// About as many at once; none where the time did not step.
    pub limit: Option<u32>,
    /// Too fast for the time to step visibly.
    pub too_fast: bool,
}

/// Handlers faster than this show no steps: sending itself takes as long.
const VISIBLE_MS: f64 = 4.0;
/// A step: so much longer than one alone.
const STEP: f64 = 1.7;
/// Longer than this no level is repeated.
const SLOW_MS: f64 = 300.0;

/// Raises the number of callbacks sent at once until the time steps, up to `most`.
pub(super) async fn workers(sender: &mut Sender<'_>, clock: RunClock, most: u32) -> Workers {
    let mut found = Workers::default();
    let mut alone = f64::MAX;
    for _ in 0..3 {
        match round(sender, clock, 1).await {
            Some(ms) => alone = alone.min(ms),
            None => return found,
        }
        if alone > SLOW_MS {
            break;
        }
    }
    found.alone_ms = alone;
    found.too_fast = alone < VISIBLE_MS;
    if found.too_fast {
        return found;
    }
    let mut at_once = 2;
    while at_once <= most {
        let mut all_ms = f64::MAX;
        for _ in 0..if alone > SLOW_MS { 1 } else { 3 } {
            let Some(ms) = round(sender, clock, at_once).await else { return found };
            all_ms = all_ms.min(ms);
        }
        found.steps.push(Step { at_once, all_ms });
        if all_ms > 3.5 * alone {
            break;
        }
        at_once *= 2;
    }
    found.limit = limit(alone, &found.steps);
    found
}

/// The callbacks that pass in the time of one: those of the last step over how many times as long it took.
fn limit(alone_ms: f64, steps: &[Step]) -> Option<u32> {
    let last = steps.last().filter(|step| step.all_ms >= STEP * alone_ms)?;
    let times = (last.all_ms / alone_ms).round().max(1.0);
    let most = steps.iter().rev().find(|s| s.all_ms < STEP * alone_ms).map_or(1, |s| s.at_once);
    Some(((f64::from(last.at_once) / times).round() as u32).max(most))
}

/// Sends `at_once` callbacks together; ms until all are answered, none where one failed.
async fn round(sender: &mut Sender<'_>, clock: RunClock, at_once: u32) -> Option<f64> {
    let wanted: Vec<_> = (0..at_once).map(|_| sender.next()).collect();
    let (url, timeout_s) = (Arc::<str>::from(sender.url()), sender.timeout_s());
    let client = sender.client();
    let began = clock.now();
    let mut tasks = JoinSet::new();
    for probe in wanted {
        let (client, url) = (client.clone(), url.clone());
        tasks.spawn(
            async move { client.post(&url, &probe.operation, probe.body, timeout_s).await.body.is_ok() },
        );
    }
    let all = tasks.join_all().await;
    let took = clock.now().since(began) as f64 / 1e3;
    all.into_iter().all(|ok| ok).then_some(took)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(times: &[(u32, f64)]) -> Vec<Step> {
        times.iter().map(|(at_once, all_ms)| Step { at_once: *at_once, all_ms: *all_ms }).collect()
    }

    #[test]
    fn the_limit_is_where_the_time_steps() {
        assert_eq!(limit(20.0, &steps(&[(2, 41.0), (4, 82.0)])), Some(1));
        assert_eq!(limit(20.0, &steps(&[(2, 21.0), (4, 40.0), (8, 62.0), (16, 124.0)])), Some(3));
        assert_eq!(limit(20.0, &steps(&[(2, 21.0), (4, 22.0), (8, 41.0), (16, 80.0)])), Some(4));
        assert_eq!(limit(20.0, &steps(&[(2, 21.0), (4, 22.0), (32, 30.0)])), None);
        assert_eq!(limit(20.0, &[]), None);
    }
}
