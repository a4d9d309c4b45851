//! Draws delays from a model: pure, seeded, no clock and no files.
//!
//! Promises the same draws for the same model, seed and sequence of moments on every
//! machine (ChaCha8), and refuses a model that makes no sense before the first draw.
//! Waiting and loading histograms are the caller's part.

use std::path::{Path, PathBuf};
use std::time::Duration;

use hdrhistogram::Histogram;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal, Pareto};

use super::{Delay, DelayModel, MixturePart};
use crate::text::Text;
use crate::units::{Offset, Span};
use crate::{displays_english, say};

/// Longest delay that is ever drawn; heavier tails are cut here.
pub const MAX_DELAY: Duration = Duration::from_secs(3600);

const MAX_NS: u64 = 3_600_000_000_000;

/// The 0.99 quantile of the standard normal distribution.
const Z_99: f64 = 2.326_347_874_040_841;

/// Why a delay model cannot be drawn from.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum DelayError {
    /// `uniform` upside down.
    Uniform {
        /// As given.
        min: Span,
        /// As given.
        max: Span,
    },
    /// `lognormal` without spread or place.
    Lognormal {
        /// As given.
        median: Span,
        /// As given.
        p99: Span,
    },
    /// `pareto` without place or tail.
    Pareto {
        /// As given.
        min: Span,
        /// As given.
        alpha: f64,
    },
    /// `mixture` with nothing to choose from.
    EmptyMixture,
    /// A weight that is no share.
    Weight {
        /// As given.
        weight: f64,
        /// From 1.
        number: usize,
    },
    /// A stall that never ends, or never starts.
    Stall {
        /// As given.
        every: Span,
        /// As given.
        duration: Span,
    },
    /// `hlog` without a loader.
    HlogNotLoaded {
        /// As given.
        file: PathBuf,
    },
    /// `hlog` that could not be loaded.
    Hlog {
        /// As given.
        file: PathBuf,
        /// What went wrong.
        why: Text,
    },
}

impl DelayError {
    /// What it says.
    #[must_use]
    pub fn text(&self) -> Text {
        match self {
            DelayError::Uniform { min, max } => {
                say!("errors-delay-uniform", min = min.to_string(), max = max.to_string())
            }
            DelayError::Lognormal { median, p99 } => {
                say!("errors-delay-lognormal", median = median.to_string(), p99 = p99.to_string())
            }
            DelayError::Pareto { min, alpha } => {
                say!("errors-delay-pareto", min = min.to_string(), alpha = alpha.to_string())
            }
            DelayError::EmptyMixture => say!("errors-delay-no-parts"),
            DelayError::Weight { weight, number } => {
                say!("errors-delay-weight", weight = weight.to_string(), number = *number)
            }
            DelayError::Stall { every, duration } => {
                say!("errors-delay-stall", duration = duration.to_string(), every = every.to_string())
            }
            DelayError::HlogNotLoaded { file } => {
                say!("errors-delay-hlog-unloaded", file = file.display().to_string())
            }
            DelayError::Hlog { file, why } => {
                say!("errors-delay-hlog", file = file.display().to_string(), why = why)
            }
        }
    }
}

displays_english!(DelayError);

impl Delay {
    /// Whether it can be drawn from; `log` is asked about each file of an `hlog`, which is not
    /// read here.
    ///
    /// # Errors
    /// What is wrong with the model, or what `log` said.
    pub fn check(&self, mut log: impl FnMut(&Path) -> Result<(), Text>) -> Result<(), DelayError> {
        let mut table = |file: &Path, _: Option<&str>| match log(file) {
            Ok(()) => Ok(HlogTable { buckets: Vec::new() }),
            Err(why) => Err(DelayError::Hlog { file: file.to_owned(), why }),
        };
        compile(self, &mut table).map(drop)
    }
}

/// A model made ready to draw from, with its own random numbers.
#[derive(Clone, Debug)]
pub struct DelaySampler {
    model: Model,
    rng: ChaCha8Rng,
}

impl DelaySampler {
    /// For models without `hlog`.
    ///
    /// # Errors
    /// When the model makes no sense, or draws from a log (then use `with_hlogs`).
    pub fn new(delay: &Delay, seed: u64) -> Result<DelaySampler, DelayError> {
        let mut refuse =
            |file: &Path, _: Option<&str>| Err(DelayError::HlogNotLoaded { file: file.to_owned() });
        let model = compile(delay, &mut refuse)?;
        Ok(DelaySampler { model, rng: ChaCha8Rng::seed_from_u64(seed) })
    }

    /// For any model; `load` is asked for the histogram of each `hlog` (values in µs)
    /// by file and tag.
    ///
    /// # Errors
    /// When the model makes no sense, a log cannot be loaded or holds no values.
    pub fn with_hlogs(
        delay: &Delay,
        seed: u64,
        mut load: impl FnMut(&Path, Option<&str>) -> Result<Histogram<u64>, Text>,
    ) -> Result<DelaySampler, DelayError> {
        let mut table = |file: &Path, tag: Option<&str>| {
            let wrong = |why: Text| DelayError::Hlog { file: file.to_owned(), why };
            let histogram = load(file, tag).map_err(wrong)?;
            HlogTable::new(&histogram).ok_or_else(|| wrong(say!("errors-hlog-no-values")))
        };
        let model = compile(delay, &mut table)?;
        Ok(DelaySampler { model, rng: ChaCha8Rng::seed_from_u64(seed) })
    }

    /// The delay of work that starts at `now` (only stalls look at it). Nanosecond
    /// precision, at most `MAX_DELAY`.
    pub fn sample(&mut self, now: Offset) -> Duration {
        Duration::from_nanos(self.model.draw(&mut self.rng, now.0).min(MAX_NS))
    }
}

/// A validated model; times in nanoseconds.
#[derive(Clone, Debug)]
enum Model {
    Constant(u64),
    Uniform {
        min: u64,
        max: u64,
    },
    /// In seconds.
    Lognormal(LogNormal<f64>),
    /// In seconds.
    Pareto {
        law: Pareto<f64>,
        max: u64,
    },
    Mixture {
        cumulative: Vec<f64>,
        parts: Vec<Model>,
    },
    Hlog(HlogTable),
    Stall {
        base: Box<Model>,
        every: u64,
        duration: u64,
    },
}

impl Model {
    fn draw(&self, rng: &mut ChaCha8Rng, now: u64) -> u64 {
        match self {
            Model::Constant(ns) => *ns,
            Model::Uniform { min, max } => rng.random_range(*min..=*max),
            Model::Lognormal(law) => nanos(law.sample(rng)),
            Model::Pareto { law, max } => nanos(law.sample(rng)).min(*max),
            Model::Mixture { cumulative, parts } => {
                let total = cumulative.last().copied().unwrap_or(0.0);
                let pick = rng.random::<f64>() * total;
                let index = cumulative.partition_point(|c| *c <= pick).min(parts.len() - 1);
                parts[index].draw(rng, now)
            }
            Model::Hlog(table) => table.draw(rng),
            Model::Stall { base, every, duration } => {
                let wait = stall_left(now, *every, *duration);
                wait.saturating_add(base.draw(rng, now.saturating_add(wait)))
            }
        }
    }
}

/// Time left of the stall that `now` lies in, 0 outside. Stalls last from k · every to
/// k · every + duration, k = 1, 2, …
fn stall_left(now: u64, every: u64, duration: u64) -> u64 {
    if now < every { 0 } else { duration.saturating_sub(now % every) }
}

/// Seconds to nanoseconds; an infinite draw of a heavy tail becomes the longest delay.
fn nanos(seconds: f64) -> u64 {
    if seconds.is_finite() { (seconds * 1e9).clamp(0.0, MAX_NS as f64) as u64 } else { MAX_NS }
}

fn span_ns(span: Span) -> u64 {
    u64::try_from(span.0.as_nanos()).unwrap_or(u64::MAX)
}

type LoadTable<'a> = &'a mut dyn FnMut(&Path, Option<&str>) -> Result<HlogTable, DelayError>;

fn compile(delay: &Delay, load: LoadTable<'_>) -> Result<Model, DelayError> {
    let model = match delay {
        Delay::Fixed(span) => return Ok(Model::Constant(span_ns(*span))),
        Delay::Model(model) => model,
    };
    match model {
        DelayModel::Constant(span) => Ok(Model::Constant(span_ns(*span))),
        DelayModel::Uniform { min, max } if min <= max => {
            Ok(Model::Uniform { min: span_ns(*min), max: span_ns(*max) })
        }
        DelayModel::Uniform { min, max } => Err(DelayError::Uniform { min: *min, max: *max }),
        DelayModel::Lognormal { median, p99 } => lognormal(*median, *p99),
        DelayModel::Pareto { min, alpha, max } => pareto(*min, *alpha, *max),
        DelayModel::Mixture(parts) => mixture(parts, load),
        DelayModel::Hlog { file, tag } => Ok(Model::Hlog(load(file, tag.as_deref())?)),
        DelayModel::Stall { base, every, duration } => {
            if duration.0.is_zero() || duration >= every {
                return Err(DelayError::Stall { every: *every, duration: *duration });
            }
            let base = Box::new(compile(base, load)?);
            Ok(Model::Stall { base, every: span_ns(*every), duration: span_ns(*duration) })
        }
    }
}

/// ln X is normal with mean ln(median) and deviation ln(p99 ÷ median) ÷ z(0.99).
fn lognormal(median: Span, p99: Span) -> Result<Model, DelayError> {
    let refused = || DelayError::Lognormal { median, p99 };
    if median.0.is_zero() || p99 <= median {
        return Err(refused());
    }
    let deviation = (p99.as_secs_f64() / median.as_secs_f64()).ln() / Z_99;
    LogNormal::new(median.as_secs_f64().ln(), deviation).map(Model::Lognormal).map_err(|_| refused())
}

fn pareto(min: Span, alpha: f64, max: Option<Span>) -> Result<Model, DelayError> {
    let refused = || DelayError::Pareto { min, alpha };
    if !alpha.is_finite() || max.is_some_and(|m| m < min) {
        return Err(refused());
    }
    let law = Pareto::new(min.as_secs_f64(), alpha).map_err(|_| refused())?;
    Ok(Model::Pareto { law, max: max.map_or(MAX_NS, span_ns) })
}

fn mixture(parts: &[MixturePart], load: LoadTable<'_>) -> Result<Model, DelayError> {
    if parts.is_empty() {
        return Err(DelayError::EmptyMixture);
    }
    let mut cumulative = Vec::with_capacity(parts.len());
    let mut models = Vec::with_capacity(parts.len());
    let mut total = 0.0;
    for (index, part) in parts.iter().enumerate() {
        total += part.weight;
        if part.weight <= 0.0 || !f64::is_finite(total) {
            return Err(DelayError::Weight { weight: part.weight, number: index + 1 });
        }
        cumulative.push(total);
        models.push(compile(&part.delay, load)?);
    }
    Ok(Model::Mixture { cumulative, parts: models })
}

/// The recorded values of a histogram, ready for drawing by rank.
#[derive(Clone, Debug)]
struct HlogTable {
    /// Count up to and including each bucket, lowest and highest value of it in µs.
    buckets: Vec<(u64, u64, u64)>,
}

impl HlogTable {
    /// `None` for an empty histogram.
    fn new(histogram: &Histogram<u64>) -> Option<HlogTable> {
        let mut seen = 0u64;
        let buckets: Vec<_> = histogram
            .iter_recorded()
            .map(|bucket| {
                seen = seen.saturating_add(bucket.count_at_value());
                let value = bucket.value_iterated_to();
                (seen, histogram.lowest_equivalent(value), histogram.highest_equivalent(value))
            })
            .collect();
        (seen > 0).then_some(HlogTable { buckets })
    }

    /// A value of the histogram, spread evenly over its bucket.
    fn draw(&self, rng: &mut ChaCha8Rng) -> u64 {
        let total = self.buckets.last().map_or(1, |b| b.0);
        let rank = rng.random_range(0..total);
        let index = self.buckets.partition_point(|b| b.0 <= rank).min(self.buckets.len() - 1);
        let (_, low, high) = self.buckets[index];
        rng.random_range(low.saturating_mul(1000)..=high.saturating_mul(1000))
    }
}

#[cfg(test)]
#[path = "sampler_tests.rs"]
mod tests;
