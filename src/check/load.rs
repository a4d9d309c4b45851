//! Callbacks at a rate, open loop: the times as `OpenIM`'s client would see them, and the timeout that follows from them alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tokio::task::JoinSet;

use super::{Effect, Sender, judge};
use crate::clock::RunClock;
use crate::engine::pacing::Pacer;
use crate::schedule::{RateSchedule, ScheduleError, Segment};
use crate::stats::bounds::{SpellSample, callbacks_needed, single_upper, spell_upper};
use crate::stats::order::upper_rank;
use crate::stats::spells::SpellCounter;
use crate::text::Text;
use crate::units::{Offset, Stamp};
use crate::{displays_english, say};

/// Highest rate, callbacks a second.
pub const MOST_RATE: f64 = 2_000.0;
/// Most callbacks of a load.
pub const MOST_CALLBACKS: f64 = 1_000_000.0;
/// More are not sent at the same time; `OpenIM` itself sends 100 a process.
const MOST_IN_FLIGHT: usize = 2_000;
/// `OpenIM`'s cap: what takes longer is no answer for any timeout.
const CAP_S: u32 = 15;
/// Share of callbacks that a timeout may fail although nothing is wrong.
pub const MISFIRE: f64 = 0.001;
/// Slow spells of this length are to be excluded, seconds.
const SPELL_S: f64 = 1.0;
/// The generator's seed: the same arrivals each time.
const SEED: u64 = 1;

/// What is offered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Load {
    /// Callbacks a second.
    pub rate: f64,
    /// For how long.
    pub lasts: Duration,
}

/// Why a load cannot be offered.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Too many a second, too many in all, or none.
    Size,
    /// No schedule can be made of it.
    Schedule(ScheduleError),
    /// The system has no thread for us.
    Pacing(std::io::Error),
}

impl LoadError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            LoadError::Size => say!(
                "check-load-size",
                rate = format!("{MOST_RATE:.0}"),
                callbacks = format!("{MOST_CALLBACKS:.0}")
            ),
            LoadError::Schedule(error) => error.text(),
            LoadError::Pacing(error) => say!("check-load-pacing", why = error.to_string()),
        }
    }
}

displays_english!(LoadError);

impl Load {
    /// Whether it is within bounds.
    ///
    /// # Errors
    /// When it is not.
    pub fn check(&self) -> Result<(), LoadError> {
        let callbacks = self.rate * self.lasts.as_secs_f64();
        let fits = self.rate > 0.0 && self.rate <= MOST_RATE && (1.0..=MOST_CALLBACKS).contains(&callbacks);
        if fits { Ok(()) } else { Err(LoadError::Size) }
    }
}

/// A quantile.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Quantile {
    /// Which.
    pub p: f64,
    /// As seen, ms; none where it never ended, or where too few were measured.
    pub ms: Option<f64>,
    /// Upper 95 % bound, ms; none where too few were measured, or it never ended.
    pub at_most_ms: Option<f64>,
}

/// What a timeout would do.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TimeoutRow {
    /// T, seconds.
    pub timeout_s: u32,
    /// Callbacks that took longer.
    pub exceed: u64,
    /// Upper 95 % bound of their share where they come one by one.
    pub single: f64,
    /// The same where they come in spells.
    pub in_spells: f64,
}

/// What a load showed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Loaded {
    /// Callbacks a second, asked for.
    pub rate: f64,
    /// Seconds.
    pub seconds: f64,
    /// Answered or failed.
    pub callbacks: u64,
    /// Not sent, since too many were under way.
    pub shed: u64,
    /// Not answered, by Go's text; 90007: not readable.
    pub failed: BTreeMap<String, u64>,
    /// How late we sent: p99, ms. It is counted as part of the callbacks' time.
    pub lag_p99_ms: f64,
    /// On average under way at once: rate × mean time.
    pub in_flight: f64,
    /// Quantiles.
    pub quantiles: Vec<Quantile>,
    /// The longest, ms; none where one never ended.
    pub max_ms: Option<f64>,
    /// T = 1 … 15 s.
    pub timeouts: Vec<TimeoutRow>,
    /// The smallest T whose single bound is at most 0.1 %.
    pub timeout_s: Option<u32>,
    /// The smallest T whose spell bound is.
    pub high_s: Option<u32>,
    /// Callbacks that would be enough, if no more slow ones came.
    pub callbacks_needed: Option<u64>,
}

/// A callback that was sent.
#[derive(Clone, Copy, Debug)]
struct Sample {
    intended: Stamp,
    /// None where it was not answered.
    us: Option<u64>,
    lag_us: u64,
}

#[derive(Default)]
struct Seen {
    samples: Vec<Sample>,
    failed: BTreeMap<String, u64>,
}

/// Offers the load.
///
/// # Errors
/// When it cannot be paced.
pub(super) async fn load(sender: &mut Sender<'_>, wanted: Load) -> Result<Loaded, LoadError> {
    wanted.check()?;
    let segments = Segment::steady(0.0, wanted.lasts.as_secs_f64(), wanted.rate);
    let schedule = RateSchedule::poisson_of(&segments, SEED).map_err(LoadError::Schedule)?;
    let clock = RunClock::start();
    let start = Offset::from_secs_f64(0.05);
    let mut pacer = Pacer::start(clock, start, Box::new(schedule)).map_err(LoadError::Pacing)?;
    let (url, client) = (Arc::<str>::from(sender.url()), sender.client());
    let (key, build) = (sender.key, sender.build);
    let seen = Arc::new(Mutex::new(Seen::default()));
    let mut tasks = JoinSet::new();
    let mut shed = 0;
    while let Some(intended) = pacer.next_due().await {
        while tasks.try_join_next().is_some() {}
        if tasks.len() >= MOST_IN_FLIGHT {
            shed += 1;
            continue;
        }
        let probe = sender.next();
        let (client, url, seen) = (client.clone(), url.clone(), seen.clone());
        tasks.spawn(async move {
            let intended = intended.stamp();
            let lag_us = clock.now().since(intended);
            let answered = client.post(&url, &probe.operation, probe.body, i64::from(CAP_S)).await;
            let us = clock.now().since(intended);
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.samples.push(Sample { intended, us: answered.body.is_ok().then_some(us), lag_us });
            let failed = match judge(key, build, &answered).effect {
                Effect::NotAnswered(text) => Some(kind(&text)),
                Effect::BadAnswer(_) => Some("90007".to_owned()),
                _ => None,
            };
            if let Some(failed) = failed {
                *seen.failed.entry(failed).or_default() += 1;
            }
        });
    }
    tasks.join_all().await;
    let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Loaded { shed, failed: seen.failed, ..figures(seen.samples, wanted) })
}

/// The text without addresses, so that kinds can be counted.
fn kind(text: &str) -> String {
    text.rsplit(": ").next().unwrap_or(text).to_owned()
}

fn figures(mut samples: Vec<Sample>, wanted: Load) -> Loaded {
    samples.sort_by_key(|sample| sample.intended);
    let mut times: Vec<u64> = samples.iter().map(|s| s.us.unwrap_or(u64::MAX)).collect();
    times.sort_unstable();
    let n = samples.len() as u64;
    let seconds = wanted.lasts.as_secs_f64();
    let timeouts = timeouts(&samples, SpellSample { n, seconds, spell_s: SPELL_S });
    let smallest =
        |of: fn(&TimeoutRow) -> f64| timeouts.iter().find(|row| of(row) <= MISFIRE).map(|row| row.timeout_s);
    let mut lags: Vec<u64> = samples.iter().map(|s| s.lag_us).collect();
    lags.sort_unstable();
    let lag_rank = (lags.len() as f64 * 0.99).ceil() as usize;
    let mean_us = samples.iter().filter_map(|s| s.us).map(|us| us as f64).sum::<f64>() / (n.max(1) as f64);
    let fewest = timeouts.iter().map(|row| row.exceed).min().unwrap_or(0);
    Loaded {
        rate: wanted.rate,
        seconds,
        callbacks: n,
        lag_p99_ms: lags.get(lag_rank.saturating_sub(1)).map_or(0.0, |us| *us as f64 / 1e3),
        in_flight: wanted.rate * mean_us / 1e6,
        quantiles: [0.5, 0.9, 0.99, 0.999].map(|p| quantile(&times, p)).to_vec(),
        max_ms: times.last().filter(|us| **us < u64::MAX).map(|us| *us as f64 / 1e3),
        timeout_s: smallest(|row| row.single),
        high_s: smallest(|row| row.in_spells),
        callbacks_needed: callbacks_needed(fewest, MISFIRE),
        timeouts,
        ..Loaded::default()
    }
}

fn quantile(sorted: &[u64], p: f64) -> Quantile {
    let ms = |us: &u64| (*us < u64::MAX).then(|| *us as f64 / 1e3);
    let rank = (sorted.len() as f64 * p).ceil() as usize;
    let bound = upper_rank(sorted.len() as u64, p).and_then(|k| usize::try_from(k).ok());
    Quantile {
        p,
        ms: bound.and_then(|_| sorted.get(rank.saturating_sub(1))).and_then(ms),
        at_most_ms: bound.and_then(|k| sorted.get(sorted.len().checked_sub(k)?)).and_then(ms),
    }
}

fn timeouts(samples: &[Sample], sample: SpellSample) -> Vec<TimeoutRow> {
    let mut rows: Vec<TimeoutRow> = (1..=CAP_S)
        .map(|timeout_s| {
            let mut counter = SpellCounter::default();
            let limit = u64::from(timeout_s) * 1_000_000;
            for slow in samples.iter().filter(|s| s.us.is_none_or(|us| us > limit)) {
                counter.add(slow.intended);
            }
            let spells = counter.spells();
            let single = single_upper(spells.exceed, sample.n);
            TimeoutRow { timeout_s, exceed: spells.exceed, single, in_spells: spell_upper(&spells, sample) }
        })
        .collect();
    // A longer timeout never misfires more: fewer but larger spells must not raise the bound.
    for i in (0..rows.len().saturating_sub(1)).rev() {
        rows[i].in_spells = rows[i].in_spells.max(rows[i + 1].in_spells);
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(n: u64, us: impl Fn(u64) -> Option<u64>) -> Vec<Sample> {
        (0..n).map(|i| Sample { intended: Stamp(i * 20_000), us: us(i), lag_us: 10 }).collect()
    }

    const LOAD: Load = Load { rate: 50.0, lasts: Duration::from_secs(100) };

    #[test]
    fn fast_callbacks_allow_the_smallest_timeout_and_few_of_them_none() {
        let many = figures(samples(5_000, |_| Some(3_000)), LOAD);
        assert_eq!((many.timeout_s, many.timeouts[0].exceed), (Some(1), 0));
        assert_eq!(many.high_s, None, "100 s say nothing of spells that are rarer");
        assert_eq!(many.quantiles[0].ms, Some(3.0));
        let few = figures(samples(100, |_| Some(3_000)), LOAD);
        assert_eq!(few.timeout_s, None);
        assert_eq!(few.callbacks_needed, Some(2_995));
        assert_eq!((few.quantiles[3].at_most_ms, few.quantiles[3].ms, few.max_ms), (None, None, Some(3.0)));
    }

    #[test]
    fn callbacks_that_never_end_are_slower_than_every_timeout() {
        let some = figures(samples(5_000, |i| (i % 100 != 0).then_some(1_500_000)), LOAD);
        assert_eq!(some.timeouts[0].exceed, 5_000);
        assert_eq!((some.timeouts[1].exceed, some.timeouts[14].exceed), (50, 50));
        assert_eq!(some.timeout_s, None);
        assert_eq!(some.quantiles[3].ms, None);
    }

    #[test]
    fn a_load_without_bounds_is_refused() {
        let load = |rate, seconds| Load { rate, lasts: Duration::from_secs(seconds) }.check();
        assert!(load(50.0, 60).is_ok());
        for (rate, seconds) in
            [(0.0, 60), (-1.0, 60), (f64::NAN, 60), (2_001.0, 1), (2_000.0, 3_600), (0.1, 1)]
        {
            assert!(load(rate, seconds).is_err(), "{rate} {seconds}");
        }
    }
}
