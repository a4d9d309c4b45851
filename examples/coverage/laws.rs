//! Laws of slow callbacks whose truth is known, and synthetic runs drawn from them.
//!
//! Only callbacks slower than 1 s are drawn, by thinning the Poisson process of the arrivals; all others are a single
//! number, so that an hour at 250 a second costs hundreds of draws and not 900,000. Promises P(slower than T) in closed
//! form for every T, under the law that the run is drawn from. What is decided from a run is `cell`'s.

use openim_bench::analysis::Ladder;
use openim_bench::units::Stamp;
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, Exp1, LogNormal, Poisson};
use statrs::distribution::{ContinuousCDF, Normal};

/// How long a spell lasts, for a given mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lengths {
    Constant,
    Exponential,
    /// σ = 1.
    LogNormal,
}

impl Lengths {
    fn name(self) -> &'static str {
        match self {
            Lengths::Constant => "constant",
            Lengths::Exponential => "exponential",
            Lengths::LogNormal => "log-normal",
        }
    }

    fn draw(self, rng: &mut ChaCha8Rng, mean_s: f64) -> f64 {
        match self {
            Lengths::Constant => mean_s,
            Lengths::Exponential => mean_s * exponential(rng),
            // The mean of exp(N(μ, 1)) is exp(μ + ½).
            Lengths::LogNormal => LogNormal::new(mean_s.ln() - 0.5, 1.0).map_or(mean_s, |d| d.sample(rng)),
        }
    }
}

/// How slow a slow callback is. Whole laws of a delay give the share of all callbacks beyond 1 s too.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Delay {
    /// 1 s and an exponential time of mean 1 s.
    BeyondOne,
    /// Exponential of this mean, seconds.
    Exponential(f64),
    /// Log-normal with this median in seconds, and σ.
    LogNormal(f64, f64),
    /// Pareto with α = 2 from this many seconds on.
    Pareto(f64),
}

impl Delay {
    /// P(slower than `t` seconds), t ≥ 1.
    fn beyond(self, t: f64) -> f64 {
        match self {
            Delay::BeyondOne => (1.0 - t).exp(),
            Delay::Exponential(mean) => (-t / mean).exp(),
            Delay::LogNormal(median, sigma) => {
                Normal::new(0.0, 1.0).map_or(0.0, |d| d.sf((t / median).ln() / sigma))
            }
            Delay::Pareto(from) => (from / t).powi(2).min(1.0),
        }
    }

    /// A delay, given that it is beyond 1 s.
    fn draw(self, rng: &mut ChaCha8Rng) -> f64 {
        let left = (1.0 - rng.random::<f64>()) * self.beyond(1.0);
        match self {
            Delay::BeyondOne => 1.0 - left.ln(),
            Delay::Exponential(mean) => -mean * left.ln(),
            Delay::LogNormal(median, sigma) => {
                let z = Normal::new(0.0, 1.0).map_or(0.0, |d| -d.inverse_cdf(left));
                median * (sigma * z).exp()
            }
            Delay::Pareto(from) => from / left.sqrt(),
        }
    }
}

/// Spells in which callbacks are slow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spelled {
    /// Share of the time in spells.
    pub share: f64,
    /// Mean length, seconds.
    pub mean_s: f64,
    pub lengths: Lengths,
    /// What a callback in a spell takes.
    pub delay: Delay,
    /// All callbacks of a spell take the same, instead of each its own.
    pub shared: bool,
    /// Spells may overlap (a Poisson process of beginnings), or fast and slow states take turns (Markov).
    pub turns: bool,
}

/// Where slow callbacks come from.
#[derive(Clone, Debug, PartialEq)]
pub struct Law {
    pub name: String,
    /// One by one: this share of the callbacks is taken from the law of delays.
    pub alone: Option<(f64, Delay)>,
    pub spells: Option<Spelled>,
}

fn exponential(rng: &mut ChaCha8Rng) -> f64 {
    Exp1.sample(rng)
}

/// Beginnings a second of spells that together fill `share` of the time: 1 − exp(−rate · mean).
fn spell_rate(spells: &Spelled) -> f64 {
    -(1.0 - spells.share).ln() / spells.mean_s
}

/// A synthetic run.
#[derive(Debug, Default)]
pub struct Run {
    /// Callbacks.
    pub n: u64,
    pub ladder: Ladder,
}

/// Stamps and delays, seconds.
type Slow = Vec<(f64, f64)>;

impl Law {
    /// P(slower than `timeout_s`) of a callback. The two causes are told apart: a callback has one or none.
    pub fn truth(&self, timeout_s: u32) -> f64 {
        let t = f64::from(timeout_s);
        let alone = self.alone.map_or(0.0, |(share, delay)| share * delay.beyond(t));
        let spelled = self.spells.map_or(0.0, |s| s.share * s.delay.beyond(t));
        alone + spelled
    }

    /// Slow callbacks come one by one.
    pub fn is_independent(&self) -> bool {
        self.spells.is_none()
    }

    /// Spells last no longer than `spell_s` on average.
    pub fn within(&self, spell_s: f64) -> bool {
        self.spells.is_none_or(|s| s.mean_s <= spell_s)
    }

    /// Draws `seconds` at `rate` callbacks a second.
    pub fn draw(&self, rng: &mut ChaCha8Rng, seconds: f64, rate: f64) -> Run {
        let mut slow = Slow::new();
        if let Some((share, delay)) = self.alone {
            let thinned = rate * share * delay.beyond(1.0);
            arrivals(rng, 0.0, seconds, thinned, |rng, at| slow.push((at, delay.draw(rng))));
        }
        let spelled = self.spells.map_or(0.0, |s| draw_spells(rng, &s, seconds, rate, &mut slow));
        // What thinning left of the arrivals: a Poisson number again.
        let alone = self.alone.map_or(0.0, |(share, delay)| share * delay.beyond(1.0));
        let quick = rate * (seconds * (1.0 - alone) - spelled).max(0.0);
        let quick = Poisson::new(quick).map_or(0.0, |d| d.sample(rng)) as u64;
        slow.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut ladder = Ladder::default();
        slow.iter().for_each(|(at, took)| ladder.add(Stamp((at * 1e6) as u64), (took * 1e6) as u64));
        Run { n: quick + slow.len() as u64, ladder }
    }
}

fn arrivals(rng: &mut ChaCha8Rng, from: f64, to: f64, rate: f64, mut each: impl FnMut(&mut ChaCha8Rng, f64)) {
    let mut at = from + exponential(rng) / rate;
    while at < to {
        each(rng, at);
        at += exponential(rng) / rate;
    }
}

/// Adds the slow callbacks of all spells; returns the time of the run whose callbacks are slow, seconds.
fn draw_spells(rng: &mut ChaCha8Rng, spells: &Spelled, seconds: f64, rate: f64, slow: &mut Slow) -> f64 {
    let apart = match spells.turns {
        true => spells.mean_s * (1.0 - spells.share) / spells.share,
        false => 1.0 / spell_rate(spells),
    };
    // A run begins in the middle of life: a state that takes turns may begin slow, and spells that began before may
    // still last (20 mean lengths back hold all but a trace of them).
    let mut next = match spells.turns {
        true if rng.random::<f64>() < spells.share => 0.0,
        true => apart * exponential(rng),
        false => apart * exponential(rng) - 20.0 * spells.mean_s,
    };
    let beyond = spells.delay.beyond(1.0);
    let (mut until, mut slow_s) = (0.0_f64, 0.0);
    while next < seconds {
        let end = next + spells.lengths.draw(rng, spells.mean_s);
        let (from, to) = (next.max(until), end.min(seconds));
        // Where all of a spell take the same, all of them are beyond 1 s or none.
        let (thinned, one) = match spells.shared {
            true if rng.random::<f64>() < beyond => (1.0, Some(spells.delay.draw(rng))),
            true => (0.0, None),
            false => (beyond, None),
        };
        if to > from && thinned > 0.0 {
            slow_s += (to - from) * thinned;
            arrivals(rng, from, to, rate * thinned, |rng, at| {
                slow.push((at, one.unwrap_or_else(|| spells.delay.draw(rng))));
            });
        }
        until = until.max(end);
        next = if spells.turns { end } else { next } + apart * exponential(rng);
    }
    slow_s
}

const ONE: Delay = Delay::BeyondOne;

fn alone(name: &str, share: f64, delay: Delay) -> Law {
    Law { name: name.to_owned(), alone: Some((share, delay)), spells: None }
}

/// Independent slow callbacks: fixed shares, and three laws of the delay itself.
fn independent() -> Vec<Law> {
    vec![
        alone("independent 0.1 %", 0.001, ONE),
        // Just more than is asked for, where a wrong decision is likeliest.
        alone("independent 0.105 %", 0.001_05, ONE),
        alone("independent 1 %", 0.01, ONE),
        alone("log-normal 100 ms, sigma 0.8", 1.0, Delay::LogNormal(0.1, 0.8)),
        alone("Pareto alpha 2 from 50 ms", 1.0, Delay::Pareto(0.05)),
        alone("mixture, 1 % slow", 0.01, Delay::LogNormal(1.2, 0.5)),
    ]
}

/// Spells alone; just more than ε of the time, where a wrong decision is likeliest, and 1 %.
fn spells() -> Vec<Law> {
    let mut laws = Vec::new();
    for share in [0.001_1, 0.01] {
        for mean_s in [0.2, 1.0, 2.0] {
            for lengths in [Lengths::Constant, Lengths::Exponential, Lengths::LogNormal] {
                for shared in [false, true] {
                    let kind = if shared { "spells of one delay" } else { "spells" };
                    let name = format!("{kind} {} {mean_s} s, {:.2} %", lengths.name(), share * 100.0);
                    let spells = Spelled { share, mean_s, lengths, delay: ONE, shared, turns: false };
                    laws.push(Law { name, alone: None, spells: Some(spells) });
                }
            }
        }
    }
    laws
}

/// Two states that take turns; callbacks are exponential with mean 1.5 s in the slow one.
fn markov() -> Vec<Law> {
    let mut laws = Vec::new();
    for share in [0.002, 0.02] {
        for mean_s in [0.5, 2.0] {
            let name = format!("Markov {mean_s} s, {:.1} %", share * 100.0);
            let (lengths, delay) = (Lengths::Exponential, Delay::Exponential(1.5));
            let spells = Spelled { share, mean_s, lengths, delay, shared: false, turns: true };
            laws.push(Law { name, alone: None, spells: Some(spells) });
        }
    }
    laws
}

/// Independent slow callbacks together with rare stalls.
fn stalls() -> Vec<Law> {
    let mut laws = Vec::new();
    for alone in [0.000_2, 0.000_5] {
        for mean_s in [0.2, 1.0] {
            for share in [0.001, 0.002] {
                for lengths in [Lengths::Constant, Lengths::Exponential, Lengths::LogNormal] {
                    let (single, stalled) = (alone * 100.0, share * 100.0);
                    let name =
                        format!("{single:.2} % and stalls {} {mean_s} s, {stalled:.1} %", lengths.name());
                    let spells = Spelled { share, mean_s, lengths, delay: ONE, shared: false, turns: false };
                    laws.push(Law { name, alone: Some((alone, ONE)), spells: Some(spells) });
                }
            }
        }
    }
    laws
}

/// All laws.
pub fn laws() -> Vec<Law> {
    [independent(), spells(), markov(), stalls()].concat()
}
