//! The queue of the after-callbacks, seen through what overload does to it.
//!
//! With creates coming faster than the after-callbacks are answered, the queue fills; from then
//! on each call waits for a slot and its callback is dropped. When the last call is answered the
//! queue is full, so its slots are what comes afterwards.

use super::seen::{Results, Told, creates, key_of, median, peak, seconds};
use crate::probe::observation::{Callback, Observation};
use crate::record::portrait::{AfterQueue, Fact};
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
fn missing(seen: &Observation) -> Result<(u32, u32), String> {
    let done = creates(seen).filter(|c| c.answer.as_ref().is_some_and(|a| a.err_code() == Some(0))).count();
    let came = after(seen);
    if came.iter().any(|c| c.replied_at.is_none() && c.aborted.is_none()) {
        return Err("the queue had not run empty when the case ended".to_owned());
    }
    if done == 0 || came.is_empty() {
        return Err(format!("{done} creates succeeded and {} after-callbacks came", came.len()));
    }
    Ok((count(done.saturating_sub(came.len())), count(done)))
}

fn lost(seen: &Observation) -> Told<u32> {
    let (lost, done) = missing(seen)?;
    let failed = creates(seen).count() - usize::try_from(done).unwrap_or(0);
    let others =
        if failed == 0 { "all with errCode 0".to_owned() } else { format!("{failed} further ones failed") };
    Ok((lost, format!("{done} creates, {others}, and {} after-callbacks came", done - lost)))
}

fn workers(seen: &Observation) -> Told<u32> {
    let peak = peak(after(seen).into_iter());
    if peak.most == 0 {
        return Err("no after-callback came".to_owned());
    }
    if peak.reached < 3 {
        return Err(format!("{} after-callbacks were under way at once, but only briefly", peak.most));
    }
    Ok((
        peak.most,
        format!("at most {} after-callbacks were unanswered at once, {} times", peak.most, peak.reached),
    ))
}

fn slots(seen: &Observation) -> Told<u32> {
    let (lost, _) = missing(seen)?;
    if lost == 0 {
        return Err("nothing was lost, so the queue was never full".to_owned());
    }
    let ends = creates(seen).filter_map(|c| c.answer.as_ref().map(|a| c.at + a.seconds));
    let full_at = ends.max_by(f64::total_cmp).ok_or("no call had an answer")?;
    let waiting = after(seen).iter().filter(|c| c.at > full_at).count();
    let came = after(seen).len();
    let evidence = format!(
        "{came} after-callbacks came, {} of them before the last call was answered with the queue full",
        came - waiting
    );
    Ok((count(waiting), evidence))
}

/// The rise of answer times when the queue is full, between the calls of a window and those of
/// the next but one (in between some calls find a slot sooner). Of nearly equal rises the first
/// counts: a server that slows down as it is loaded adds to later ones.
fn push_wait(seen: &Observation) -> Told<f64> {
    let (lost, _) = missing(seen)?;
    if lost == 0 {
        return Err("nothing was lost, so no call had to wait".to_owned());
    }
    let mut calls: Vec<(f64, f64)> =
        creates(seen).filter_map(|c| c.answer.as_ref().map(|a| (c.at, a.seconds))).collect();
    calls.sort_by(|a, b| a.0.total_cmp(&b.0));
    let times: Vec<f64> = calls.into_iter().map(|(_, seconds)| seconds).collect();
    let level = |window: &[f64]| median(window.iter().copied());
    let rises: Vec<(f64, f64)> =
        times.windows(3 * WINDOW).map(|w| (level(&w[..WINDOW]), level(&w[2 * WINDOW..]))).collect();
    let highest =
        rises.iter().map(|(a, b)| b - a).max_by(f64::total_cmp).ok_or("too few calls to compare")?;
    let first =
        rises.iter().position(|(a, b)| b - a >= NEARLY * highest).ok_or("too few calls to compare")?;
    let (before, held) = rises[first];
    let wait = held - before;
    let at_first = level(&times[..WINDOW]);
    if wait < LEAST_WAIT_S {
        return Err(format!("no rise of the answer times was seen (at most {})", seconds(wait)));
    }
    let afterwards = level(&times[first + 2 * WINDOW..]);
    if before - at_first > wait / 2.0 || (afterwards - held).abs() > wait / 4.0 {
        return Err(format!(
            "the creates themselves slowed down meanwhile ({} at first, {} before the rise, {} after it), so the \
             wait for the queue cannot be told apart",
            seconds(at_first),
            seconds(before),
            seconds(afterwards)
        ));
    }
    let rounded = (wait * 10.0).round() / 10.0;
    Ok((rounded, format!("calls took {} and, once the queue was full, {}", seconds(before), seconds(held))))
}
