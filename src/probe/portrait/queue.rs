//! The queue of the after-callbacks, seen through what overload does to it.
//!
//! With creates coming faster than the after-callbacks are answered, the queue fills; from then
//! on each call waits for a slot and its callback is dropped. When the last call is answered the
//! queue is full, so its slots are what comes afterwards.

use super::seen::{Results, Told, creates, key_of, median, peak, seconds};
use crate::probe::observation::{Callback, Observation};
use crate::record::portrait::{AfterQueue, Fact};
use crate::say;
use crate::text::Text;
use crate::wire::{Kind, WebhookKey};

/// Calls that a level of answer times is taken from.
const WINDOW: usize = 10;
/// So near to the highest rise is as good as it.
const NEARLY: f64 = 0.9;
/// A rise of answer times by less than this is no wait for the queue, s.
const LEAST_WAIT_S: f64 = 0.05;

pub(super) fn after_queue(results: &Results<'_>) -> AfterQueue {
    AfterQueue {
        slots: fact(results, slots),
        workers: fact(results, workers),
        push_wait_s: fact(results, push_wait),
        lost: fact(results, lost),
    }
}

fn fact<T>(results: &Results<'_>, tell: impl Fn(&Observation) -> Told<T>) -> Fact<T> {
    results.fact(&["after_overload"], tell)
}

fn after(seen: &Observation) -> Vec<&Callback> {
    let is_after = |k: WebhookKey| k.kind() == Kind::After;
    seen.callbacks.iter().filter(|c| key_of(c).is_some_and(is_after)).collect()
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// How many callbacks never came, once it is certain that no more will.
fn missing(seen: &Observation) -> Result<(u32, u32), Text> {
    let done = creates(seen).filter(|c| c.answer.as_ref().is_some_and(|a| a.err_code() == Some(0))).count();
    let came = after(seen);
    if came.iter().any(|c| c.replied_at.is_none() && c.aborted.is_none()) {
        return Err(say!("probe-queue-not-empty"));
    }
    if done == 0 || came.is_empty() {
        return Err(say!("probe-queue-few", done = done, came = came.len()));
    }
    Ok((count(done.saturating_sub(came.len())), count(done)))
}

fn lost(seen: &Observation) -> Told<u32> {
    let (lost, done) = missing(seen)?;
    let failed = creates(seen).count() - usize::try_from(done).unwrap_or(0);
    let came = done - lost;
    let evidence = match failed {
        0 => say!("probe-queue-lost", done = done, came = came),
        _ => say!("probe-queue-lost-failed", done = done, failed = failed, came = came),
    };
    Ok((lost, evidence))
}

fn workers(seen: &Observation) -> Told<u32> {
    let peak = peak(after(seen).into_iter());
    if peak.most == 0 {
        return Err(say!("probe-queue-none"));
    }
    if peak.reached < 3 {
        return Err(say!("probe-queue-briefly", most = peak.most));
    }
    Ok((peak.most, say!("probe-queue-workers", most = peak.most, times = peak.reached)))
}

fn slots(seen: &Observation) -> Told<u32> {
    let (lost, _) = missing(seen)?;
    if lost == 0 {
        return Err(say!("probe-queue-never-full"));
    }
    let ends = creates(seen).filter_map(|c| c.answer.as_ref().map(|a| c.at + a.seconds));
    let full_at = ends.max_by(f64::total_cmp).ok_or_else(|| say!("probe-no-call-answered"))?;
    let waiting = after(seen).iter().filter(|c| c.at > full_at).count();
    let came = after(seen).len();
    Ok((count(waiting), say!("probe-queue-slots", came = came, before = came - waiting)))
}

/// The rise of answer times when the queue is full, between the calls of a window and those of
/// the next but one (in between some calls find a slot sooner). Of nearly equal rises the first
/// counts: a server that slows down as it is loaded adds to later ones.
fn push_wait(seen: &Observation) -> Told<f64> {
    let (lost, _) = missing(seen)?;
    if lost == 0 {
        return Err(say!("probe-queue-no-wait"));
    }
    let mut calls: Vec<(f64, f64)> =
        creates(seen).filter_map(|c| c.answer.as_ref().map(|a| (c.at, a.seconds))).collect();
    calls.sort_by(|a, b| a.0.total_cmp(&b.0));
    let times: Vec<f64> = calls.into_iter().map(|(_, seconds)| seconds).collect();
    let level = |window: &[f64]| median(window.iter().copied());
    let rises: Vec<(f64, f64)> =
        times.windows(3 * WINDOW).map(|w| (level(&w[..WINDOW]), level(&w[2 * WINDOW..]))).collect();
    let few = || say!("probe-queue-few-calls");
    let highest = rises.iter().map(|(a, b)| b - a).max_by(f64::total_cmp).ok_or_else(few)?;
    let first = rises.iter().position(|(a, b)| b - a >= NEARLY * highest).ok_or_else(few)?;
    let (before, held) = rises[first];
    let wait = held - before;
    let at_first = level(&times[..WINDOW]);
    if wait < LEAST_WAIT_S {
        return Err(say!("probe-queue-no-rise", seconds = seconds(wait)));
    }
    let afterwards = level(&times[first + 2 * WINDOW..]);
    if before - at_first > wait / 2.0 || (afterwards - held).abs() > wait / 4.0 {
        return Err(say!(
            "probe-queue-slowed",
            first = seconds(at_first),
            before = seconds(before),
            after = seconds(afterwards)
        ));
    }
    let rounded = (wait * 10.0).round() / 10.0;
    Ok((rounded, say!("probe-queue-push", before = seconds(before), after = seconds(held))))
}
